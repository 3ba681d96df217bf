"""`reelgraph keys`: where keys come from; never a key."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodes.keys import NAMES
from tests.nodes.test_keys import Ring
from tests.support.fake_chat import FakeChat, fake_chat
from tests.tui.cli.conftest import Cli, Result

CANARY = "canary-0123456789"
NOWHERE = "http://10.0.0.1/v1"
"""An address that is not encrypted, and so is never asked."""


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for groups in NAMES.values():
        for group in groups:
            for name in group:
                monkeypatch.delenv(name, raising=False)
    monkeypatch.setitem(sys.modules, "keyring", None)


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    ring = Ring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    return ring


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def rows(result: Result) -> list[list[str]]:
    return [line.split() for line in result.lines]


def test_keys_are_listed_by_where_they_come_from(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", CANARY)
    result = cli("keys")
    assert result.code == 0
    assert ["fal", "present", "FAL_KEY"] in rows(result)
    assert "set OPENAI_API_KEY, or `reelgraph keys set chat`" in result.out
    assert CANARY not in result.out + result.err


def test_json_says_what_is_usable(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_API_KEY", "id")
    monkeypatch.setenv("HF_API_SECRET", CANARY)
    told = {row["provider"]: row for row in cli("keys", "--json").json["keys"]}
    assert told["higgsfield"]["source"] == "HF_API_KEY + HF_API_SECRET"
    assert told["higgsfield"]["usable"] is True
    assert told["higgsfield"]["accepted"] is None
    assert told["fal"]["usable"] is False
    assert told["fal"]["source"] is None


def test_a_damaged_key_is_named_by_its_place(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAL_KEY", f"{CANARY}\nsecond line")
    result = cli("keys")
    assert result.code == 1
    assert "the key has characters that no key has" in result.out
    assert CANARY not in result.out + result.err


def test_a_named_env_file_is_read(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "my.env").write_text(f"FAL_KEY={CANARY}\n", encoding="utf-8")
    assert "FAL_KEY (env file)" in cli("keys", "--env-file", "my.env").out
    assert "FAL_KEY (env file)" in cli("--env-file", "my.env", "keys").out
    assert "(env file)" not in cli("keys").out


def test_an_env_file_that_is_not_there_is_an_error(cli: Cli) -> None:
    result = cli("keys", "--env-file", "none.env")
    assert result.code == 2
    assert "none.env: the file cannot be read" in result.err


def test_env_files_set_settings_unless_the_environment_does(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    monkeypatch.setenv("REELGRAPH_FAL_BASE_URL", "https://set.example")
    monkeypatch.delenv("REELGRAPH_CHAT_BASE_URL", raising=False)
    (tmp_path / ".env").write_text(
        "REELGRAPH_FAL_BASE_URL=https://file.example\n"
        "REELGRAPH_CHAT_BASE_URL=https://file.example\n",
        encoding="utf-8",
    )
    cli("keys", "--env-file", ".env")
    assert os.environ["REELGRAPH_FAL_BASE_URL"] == "https://set.example"
    assert os.environ.pop("REELGRAPH_CHAT_BASE_URL") == "https://file.example"


def test_a_key_is_kept_and_forgotten(cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    type_in(monkeypatch, f"  {CANARY}\n")
    result = cli("keys", "set", "fal")
    assert result.code == 0
    assert ring.kept == {("reelgraph", "fal"): CANARY}
    assert "in the system keyring" in result.err
    assert CANARY not in result.out + result.err
    assert "present  keyring" in cli("keys").out
    assert cli("keys", "remove", "fal").code == 0
    assert not ring.kept
    assert cli("keys", "remove", "fal").code == 2


def test_a_kept_key_that_is_not_used_is_mentioned(
    cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAL_KEY", "another")
    type_in(monkeypatch, CANARY)
    assert "FAL_KEY is set and comes first." in cli("keys", "set", "fal").err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["set"], "keys set needs a provider"),
        (["set", "fall"], "there is no provider 'fall'\n  Did you mean fal?"),
        (["list", "fal"], "keys list takes no provider"),
        (["remove", "fal"], "the package keyring is not installed"),
    ],
)
def test_wrong_usage_is_explained(cli: Cli, arguments: list[str], message: str) -> None:
    result = cli("keys", *arguments)
    assert result.code == 2
    assert message in result.err


@pytest.mark.parametrize("text", ["", "\n", f"{CANARY} two words\n"])
def test_nothing_useless_is_kept(
    cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    type_in(monkeypatch, text)
    result = cli("keys", "set", "fal")
    assert result.code != 0
    assert not ring.kept
    assert CANARY not in result.out + result.err


# -- asking the providers ------------------------------------------------------------------------


@pytest.fixture
def real(cli: Cli) -> Cli:
    """The command line with the session that people get."""
    cli.session = None
    return cli


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeChat]:
    with fake_chat(CANARY) as fake:
        monkeypatch.setenv("REELGRAPH_CHAT_BASE_URL", fake.url)
        yield fake


@pytest.fixture(autouse=True)
def _refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the other provider that takes the key of `chat` be where its key may not go."""
    monkeypatch.setenv("REELGRAPH_OPENAI_BASE_URL", NOWHERE)


def test_a_key_that_the_provider_takes(
    real: Cli, chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    result = real("keys", "--check")
    assert result.code == 0
    assert ["chat", "accepted", "OPENAI_API_KEY"] in rows(result)
    assert chat.seen == 1
    assert not chat.bodies


def test_a_key_that_the_provider_refuses(
    real: Cli, chat: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "canary-of-another")
    result = real("keys", "--check", "--json")
    assert result.code == 1
    row = next(row for row in result.json["keys"] if row["provider"] == "chat")
    assert (row["usable"], row["accepted"], row["source"]) == (False, False, "OPENAI_API_KEY")
    assert "canary-of-another" not in result.out + result.err


def test_a_provider_that_is_out_of_reach(real: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("REELGRAPH_CHAT_BASE_URL", NOWHERE)
    result = real("keys", "--check")
    assert result.code == 0
    assert "trouble" in result.out
    assert "not encrypted" in result.out


def test_providers_without_a_key_are_not_asked(real: Cli, chat: FakeChat) -> None:
    assert real("keys", "--check").code == 0
    assert chat.seen == 0
