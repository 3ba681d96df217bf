"""Where keys come from, and that they go nowhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import TaskError
from engine.errors import UsageError
from engine.events import TaskProgress, to_json
from engine.secrets import MASK, Secrets
from engine.values import Shot, encode
from nodes.keys import NAMES, Keys, SystemVault, read_env_file, settings_in


class Drawer:
    """A vault of the test."""

    def __init__(self, **keys: str) -> None:
        self.keys = keys
        self.asked: list[str] = []

    def get(self, provider: str) -> str | None:
        self.asked.append(provider)
        return self.keys.get(provider)

    def set(self, provider: str, key: str) -> None:
        self.keys[provider] = key

    def remove(self, provider: str) -> bool:
        return self.keys.pop(provider, None) is not None


def value(keys: Keys, provider: str) -> str | None:
    found = keys.get(provider)
    return found.get_secret_value() if found else None


@pytest.mark.parametrize(
    ("provider", "environ", "key", "where"),
    [
        ("higgsfield", {"HF_KEY": "b:2", "HF_CREDENTIALS": "a:1"}, "a:1", "HF_CREDENTIALS"),
        ("higgsfield", {"HF_KEY": "b:2", "HF_API_KEY": "c", "HF_API_SECRET": "3"}, "b:2", "HF_KEY"),
        (
            "higgsfield",
            {"HF_API_KEY": "c", "HF_API_SECRET": "3", "HF_API_KEY_ID": "d"},
            "c:3",
            "HF_API_KEY + HF_API_SECRET",
        ),
        (
            "higgsfield",
            {"HF_API_KEY": "c", "HF_API_KEY_ID": "d", "HF_API_KEY_SECRET": "4"},
            "d:4",
            "HF_API_KEY_ID + HF_API_KEY_SECRET",
        ),
        ("fal", {"FAL_KEY": " f \n", "FAL_KEY_ID": "i", "FAL_KEY_SECRET": "s"}, "f", "FAL_KEY"),
        (
            "fal",
            {"FAL_KEY": "  ", "FAL_KEY_ID": "i", "FAL_KEY_SECRET": "s"},
            "i:s",
            "FAL_KEY_ID + FAL_KEY_SECRET",
        ),
        ("chat", {"OPENAI_API_KEY": "sk-x"}, "sk-x", "OPENAI_API_KEY"),
        ("fal", {"FAL_KEY_ID": "i"}, None, None),
        ("nobody", {"NOBODY_KEY": "x"}, None, None),
    ],
)
def test_the_environment_is_read_in_the_order_of_the_sdks(
    provider: str, environ: dict[str, str], key: str | None, where: str | None
) -> None:
    keys = Keys(environ, vault=Drawer())
    assert value(keys, provider) == key
    assert keys.where(provider) == where


def test_the_environment_comes_before_the_file_and_the_file_before_the_vault() -> None:
    drawer = Drawer(fal="third", chat="kept")
    keys = Keys({"FAL_KEY": "first"}, {"FAL_KEY": "second"}, drawer)
    assert (value(keys, "fal"), keys.where("fal")) == ("first", "FAL_KEY")
    keys = Keys({}, {"FAL_KEY": "second"}, drawer)
    assert (value(keys, "fal"), keys.where("fal")) == ("second", "FAL_KEY (env file)")
    assert (value(keys, "chat"), keys.where("chat")) == ("kept", "keyring")


def test_the_vault_is_asked_once_and_never_for_strangers() -> None:
    drawer = Drawer()
    keys = Keys({}, vault=drawer)
    for _ in range(3):
        assert keys.get("fal") is None
        assert keys.get("stranger") is None
    assert drawer.asked == ["fal"]


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "naïve", "tab\there", "nul\0"])
def test_a_damaged_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(TaskError) as caught:
        Keys({"FAL_KEY": key}).get("fal")
    assert caught.value.kind == "auth"
    assert caught.value.where == "FAL_KEY"
    assert key not in str(caught.value)


def test_every_provider_has_distinct_names() -> None:
    # Chats are at OpenAI unless they are led elsewhere.
    assert NAMES["chat"] == NAMES["openai"]
    providers = (groups for provider, groups in NAMES.items() if provider != "chat")
    names = [name for groups in providers for group in groups for name in group]
    assert len(names) == len(set(names))


# -- the env file --------------------------------------------------------------------------------


def test_an_env_file_gives_known_names_only(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text(
        "\ufeff# keys\n\nexport FAL_KEY='a$b\\c'  # mine\r\nHF_KEY = \"i:s\"\nOPENAI_API_KEY=sk-1\n"
        "DATABASE_URL=postgres://$USER\nPYTHONPATH=/tmp\nREELGRAPH_FAL_BASE_URL=http://x#y\n"
        "OPENAI_BASE_URL=http://localhost:1/v1 # here\nHF_CREDENTIALS=\n",
        encoding="utf-8",
    )
    path.write_text(path.read_text("utf-8").replace("#y", ""), encoding="utf-8")
    found = read_env_file(path)
    assert found == {
        "FAL_KEY": "a$b\\c",
        "HF_KEY": "i:s",
        "OPENAI_API_KEY": "sk-1",
        "REELGRAPH_FAL_BASE_URL": "http://x",
        "OPENAI_BASE_URL": "http://localhost:1/v1",
        "HF_CREDENTIALS": "",
    }
    assert settings_in(found).keys() == {"REELGRAPH_FAL_BASE_URL", "OPENAI_BASE_URL"}


@pytest.mark.parametrize(
    "line",
    ["FAL_KEY", "FAL_KEY=$OTHER", 'FAL_KEY="a', "FAL_KEY=`id`", "FAL_KEY=a b", "FAL_KEY='a'b"],
)
def test_an_odd_line_is_refused_without_its_value(tmp_path: Path, line: str) -> None:
    path = tmp_path / "keys.env"
    path.write_text(f"# one\n{line}\n", encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_env_file(path)
    assert caught.value.where == f"{path}:2"
    assert line.partition("=")[2] not in caught.value.message or line == "FAL_KEY"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_env_file(tmp_path / "none.env")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_env_file(tmp_path / "binary")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="'")))
def test_single_quotation_marks_hold_any_key(
    tmp_path_factory: pytest.TempPathFactory, key: str
) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    path.write_text(f"FAL_KEY='{key}'\n", encoding="utf-8")
    assert read_env_file(path) == {"FAL_KEY": key}


# -- the keyring ---------------------------------------------------------------------------------


class Ring(ModuleType):
    """Stands in for the package `keyring`."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.kept: dict[tuple[str, str], str] = {}
        self.broken = False

    def _mind(self) -> None:
        if self.broken:
            raise RuntimeError("locked: canary-key")

    def get_password(self, service: str, name: str) -> str | None:
        self._mind()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self._mind()
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def test_the_system_keyring_keeps_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setitem(sys.modules, "keyring", ring)
    vault = SystemVault()
    assert vault.get("fal") is None
    vault.set("fal", "canary-key")
    assert ring.kept == {("reelgraph", "fal"): "canary-key"}
    assert Keys({}).where("fal") == "keyring"
    assert vault.remove("fal")
    assert not vault.remove("fal")


def test_a_broken_keyring_has_no_key_and_says_so_when_it_is_to_keep_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ring = Ring()
    ring.broken = True
    monkeypatch.setitem(sys.modules, "keyring", ring)
    vault = SystemVault()
    assert vault.get("fal") is None
    for act in (lambda: vault.set("fal", "canary-key"), lambda: vault.remove("fal")):
        with pytest.raises(UsageError, match="refused: RuntimeError") as caught:
            act()
        assert "canary-key" not in str(caught.value)
        assert caught.value.__suppress_context__


def test_without_the_package_there_is_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert SystemVault().get("fal") is None
    with pytest.raises(UsageError, match="not installed"):
        SystemVault().set("fal", "key")


# -- secrets in values and texts -----------------------------------------------------------------


def test_a_secret_cannot_be_encoded() -> None:
    with pytest.raises(TypeError, match="SecretStr"):
        encode({"key": [SecretStr("canary-key")]})
    event = TaskProgress("a", "a", 0.5, SecretStr("canary-key"))  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="SecretStr"):
        to_json(event, 0.0)


def handing_out(*keys: str) -> Secrets:
    secrets = Secrets({str(n): SecretStr(key) for n, key in enumerate(keys)}.get)
    for number in range(len(keys)):
        assert secrets(str(number)) is not None
    return secrets


def test_only_what_was_handed_out_is_hidden() -> None:
    secrets = Secrets({"fal": SecretStr("canary-key")}.get)
    assert secrets.clean("canary-key") == "canary-key"
    assert secrets("none") is None
    secrets("fal")
    assert secrets.clean("Key canary-key was refused") == f"Key {MASK} was refused"


def test_parts_and_encodings_are_hidden() -> None:
    secrets = handing_out("key-id-1:se/cret+2=")
    for text in (
        "key-id-1:se/cret+2=",
        "se/cret+2=",
        "se%2Fcret%2B2%3D",
        "key-id-1%3Ase%2Fcret%2B2%3D",
        "a2V5LWlkLTE6c2UvY3JldCsyPQ==",
        "c2UvY3JldCsyPQ",
    ):
        assert "cret" not in secrets.clean(f"see {text} here")
        assert "c2Uv" not in secrets.clean(f"see {text} here")


def test_short_words_are_left_alone() -> None:
    secrets = handing_out("a", "id:none")
    assert secrets.clean("a banana, none") == "a banana, none"


def test_values_are_cleaned_however_deep() -> None:
    secrets = handing_out("canary-key")
    shot = Shot(number=1, prompt="a canary-key", characters=["canary-key", "Ann"])
    value = {"a": [shot, "canary-key", 1, None], "canary-key": True}
    cleaned = secrets.clean_value(value)
    assert "canary-key" not in json.dumps(encode(cleaned))
    assert cleaned["a"][0].characters == [MASK, "Ann"]
    plain = Shot(number=1, prompt="a bird")
    assert secrets.clean_value(plain) is plain


def test_a_key_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_text('{"type": "service_account",\n "private_key": "-----BEGIN\\n a b"}')
    keys = Keys({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, vault=Drawer())
    found = keys.get("google_vertex")
    assert found is not None
    assert found.get_secret_value() == (
        '{"type":"service_account","private_key":"-----BEGIN\\n a b"}'
    )
    assert keys.where("google_vertex") == "GOOGLE_APPLICATION_CREDENTIALS"


def test_a_file_at_home_of_nobody_is_told() -> None:
    keys = Keys({"GOOGLE_APPLICATION_CREDENTIALS": "~nobody-of-this-name/k.json"}, vault=Drawer())
    with pytest.raises(TaskError, match="cannot be read: No such file"):
        keys.get("google_vertex")


@pytest.mark.parametrize("content", [None, "not JSON, but secret", "[]", "[" * 60_000])
def test_a_file_that_is_no_key_is_told_without_its_content(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "account.json"
    if content is not None:
        path.write_text(content)
    keys = Keys({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}, vault=Drawer())
    with pytest.raises(TaskError, match="the file that it names") as caught:
        keys.get("google_vertex")
    assert caught.value.kind == "auth"
    assert "secret" not in str(caught.value)
