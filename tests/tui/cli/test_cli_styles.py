"""`reelgraph models ID --styles`: what a provider lists, asked once a day."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nodes.keys import NAMES
from tests.support.fake_higgsfield import KEY, FakeHiggsfield
from tests.tui.cli.conftest import Cli


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHiggsfield]:
    for group in NAMES["higgsfield"]:
        for name in group:
            monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_CREDENTIALS", KEY)
    found = FakeHiggsfield({})
    with found.serve() as server:
        monkeypatch.setenv("REELGRAPH_HIGGSFIELD_BASE_URL", server.url)
        yield found


@pytest.fixture
def real_cli(cli: Cli) -> Cli:
    cli.session = None
    return cli


def test_styles_are_listed_and_kept(real_cli: Cli, fake: FakeHiggsfield) -> None:
    first = real_cli("models", "higgsfield/soul-2", "--styles")
    assert first.code == 0, first.err
    assert "options.style" in first.out
    assert "Film Noir" in first.out
    asked = len(fake.asked)
    again = real_cli("models", "higgsfield/soul-2", "--styles", "--json").json
    assert [each["name"] for each in again["listings"]["style"]] == ["General", "Film Noir"]
    assert len(fake.asked) == asked


def test_motions_say_what_they_do_not_work_with(real_cli: Cli, fake: FakeHiggsfield) -> None:
    out = real_cli("models", "higgsfield/dop", "--styles").out
    assert "Crash Zoom" in out
    assert "not with a last picture" in out


def test_without_a_key_or_styles_there_is_a_clear_error(
    real_cli: Cli, fake: FakeHiggsfield, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "needs a model" in real_cli("models", "--styles").err
    assert "has no styles" in real_cli("models", "animatic/frame", "--styles").err
    assert "has no styles" in real_cli("models", "higgsfield/popcorn", "--styles").err
    monkeypatch.setenv("HF_CREDENTIALS", "wrong:key-of-somebody")
    refused = real_cli("models", "higgsfield/soul", "--styles")
    assert "Higgsfield answered 401" in refused.err
    monkeypatch.delenv("HF_CREDENTIALS")
    monkeypatch.setitem(__import__("sys").modules, "keyring", None)
    assert "key" in real_cli("models", "higgsfield/soul", "--styles").err
