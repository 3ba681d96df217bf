"""How keys are written, also where a terminal has no signs for them."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

import pytest

from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.charset import Charset
from tui.editor.keynames import key_name, key_names, spell_out


def spelt(name: Callable[[], str]) -> str:
    """Return a name as it is where signs are missing."""

    def inside() -> str:
        spell_out()
        return name()

    return copy_context().run(inside)


@pytest.mark.parametrize(
    ("key", "sign", "word"),
    [
        ("enter", "⏎", "enter"),
        ("backspace", "⌫", "bksp"),
        ("left", "←", "left"),
        ("shift+tab", "⇧tab", "shift+tab"),
        ("shift+left", "⇧←", "shift+left"),
        ("ctrl+s", "^s", "^s"),
        ("f5", "F5", "F5"),
        ("question_mark", "?", "?"),
    ],
)
def test_a_key_has_a_sign_or_a_word(key: str, sign: str, word: str) -> None:
    assert key_name(key) == sign
    assert spelt(lambda: key_name(key)) == word
    assert spelt(lambda: key_name(key)).isascii()


def test_several_keys() -> None:
    assert key_names(["enter", "e"]) == "⏎ e"
    assert spelt(lambda: key_names(["delete", "backspace"])) == "del bksp"


def test_the_screens_of_a_terminal_without_signs_name_keys_in_words(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        assert "enter edit" in shell.text()[-1]
        await shell.press("a")
        assert any("up/down go" in line and "enter take" in line for line in shell.text())
        await shell.press("escape", "c")
        assert "enter pick from a list" in shell.text()[-1]
        await shell.press("escape", "m")
        assert "shift+arrows move far" in shell.text()[-1]
        await shell.press("escape", "question_mark")
        assert any("enter e " in line for line in shell.text())
        await shell.type("pan left")
        assert any("shift+left H  " in line for line in shell.text())

    play(tmp_path, scene, FILM, size=(160, 60), charset=Charset("ascii"))
    assert key_name("enter") == "⏎"
