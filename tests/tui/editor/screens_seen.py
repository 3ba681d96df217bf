"""What a screen looks like: its characters, as they were before, and whether words can be read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from rich.color import Color
from rich.style import Style

from tests.tui.editor.shell_driven import Shell
from tui.editor.themes import NAMES

_FOLDER = Path(__file__).parent / "snapshots"
_LEAST_CONTRAST = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""What the guidelines for accessible pages ask of words, by theme."""
_PICTURES = str.maketrans(dict.fromkeys("░▒▓▀▄█", " "))


async def act(shell: Shell, steps: tuple[str, ...]) -> None:
    """Press keys; `go NODE` selects one, `to FIELD` gives a field the keys, and `wait WORDS` waits
    until they are to be read."""
    for step in steps:
        verb, _, rest = step.partition(" ")
        if verb == "go":
            await shell.go(rest)
        elif verb == "to":
            shell.app.screen.query_one(rest).focus()
        elif verb == "wait":
            await shell.until(lambda words=rest: says(shell, words))  # type: ignore[misc]
        else:
            await shell.press(step)
    await shell.settle()


def says(shell: Shell, words: str) -> bool:
    """Tell whether words are to be read on the screen."""
    return any(words in line for line in shell.text())


def assert_as_before(name: str, lines: list[str]) -> None:
    """Compare a screen with the one that is kept, or keep it where `SNAPSHOTS=write` asks so."""
    drawn = "\n".join(lines) + "\n"
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
    assert drawn == path.read_text("utf-8")


async def assert_same_in_each_theme(shell: Shell, lines: list[str]) -> None:
    """Go through the themes: each shows the same characters, but for pictures and the map."""
    for theme in NAMES:
        shell.app.try_theme(theme)
        await shell.settle()
        assert bare(shell.text()) == bare(lines)


def assert_readable(shell: Shell, place: str) -> None:
    """Tell whether all words stand out enough from what is behind them."""
    least = _LEAST_CONTRAST[shell.app.theme]
    for style, text in styled(shell):
        is_read = any(char.isalnum() or char in "[]" for char in text)
        if is_read and style.color and style.bgcolor:
            ratio = contrast(style.color, style.bgcolor)
            assert ratio >= least, f"{place}: {text!r}: {style} has {ratio:.1f}"


def bare(lines: list[str]) -> list[str]:
    """Return lines without pictures and the map, which are drawn by signs or by colours."""
    return [line.translate(_PICTURES).rstrip() for line in lines]


def styled(shell: Shell) -> Iterator[tuple[Style, str]]:
    """Yield the texts on the screen with their styles."""
    for strip in shell.app.screen._compositor.render_strips():
        for segment in strip:
            if segment.style and segment.text.strip():
                yield segment.style, segment.text


def contrast(one: Color, other: Color) -> float:
    """Return how well two colours can be told apart, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(color: Color) -> float:
    """Return how bright a colour is, from 0 to 1."""
    parts = [value / 255 for value in color.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
