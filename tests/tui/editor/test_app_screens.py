"""What the screens look like, character by character, in each theme. `SNAPSHOTS=write` renews them.

Themes change colours only: the same characters are there in each, and words can be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.color import Color
from rich.style import Style

from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.canvas import Zoom
from tui.editor.themes import NAMES

_FOLDER = Path(__file__).parent / "snapshots"
_SIZES = [(80, 24), (120, 40), (160, 45)]
_LEAST_CONTRAST = {"dark": 4.5, "light": 4.5, "contrast": 7.0}
"""What the guidelines for accessible pages ask of words, by theme."""
_PLACES = ("run.plan", "run.log", "find.search", "view.themes", "wire.connect", "app.palette",
           "help.show", "view.problems", "run.history", "run.jobs")  # fmt: skip

_MAP = str.maketrans(dict.fromkeys("░▀▄█", " "))

SCENES: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "film": (FILM, ("go frame",)),
    "empty": (None, ()),
    "add": (FILM, ("go board", "a")),
    "connect": (FILM, ("go frame", "c")),
    "commands": (FILM, ("go frame", "colon", "r", "u", "n")),
    "help": (FILM, ("question_mark",)),
    "problems": ({**FILM, "inputs": {"story": {"type": "text"}}}, ("exclamation_mark",)),
    "form": (FILM, ("go frame", "enter")),
}


async def act(shell: Shell, steps: tuple[str, ...]) -> None:
    for step in steps:
        if step.startswith("go "):
            await shell.go(step.removeprefix("go "))
        else:
            await shell.press(step)
    await shell.settle()


def assert_as_before(name: str, lines: list[str]) -> None:
    drawn = "\n".join(lines) + "\n"
    path = _FOLDER / f"{name}.txt"
    if os.environ.get("SNAPSHOTS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
    assert drawn == path.read_text("utf-8")


@pytest.mark.parametrize("size", _SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", SCENES)
def test_screens(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    data, steps = SCENES[name]

    async def scene(shell: Shell) -> None:
        await act(shell, steps)
        lines = shell.text()
        assert_as_before(f"{name}-{size[0]}x{size[1]}", lines)
        for theme in NAMES:
            shell.app.try_theme(theme)
            await shell.settle()
            assert bare(shell.text()) == bare(lines)

    play(tmp_path, scene, data, path=tmp_path / "film.json", size=size,
         zoom=None if name == "film" else Zoom.FULL)  # fmt: skip


@pytest.mark.parametrize("name", ["film", "empty", "add", "form"])
@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_words_can_be_read(name: str, theme: str, tmp_path: Path) -> None:
    data, steps = SCENES[name]

    async def scene(shell: Shell) -> None:
        await act(shell, steps)
        assert_readable(shell, name)

    play(tmp_path, scene, data, path=tmp_path / "film.json", theme=theme)


@pytest.mark.parametrize("theme", ["dark", "light", "contrast"])
def test_words_can_be_read_wherever_one_goes(theme: str, tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        for id in _PLACES:
            await shell.go("frame")
            shell.bench.do(id)
            await shell.settle()
            assert_readable(shell, id)
            await shell.press("escape", "escape")
            shell.bench.focus_canvas()
        await shell.go("frame")
        assert shell.bench.inspector.edit("model")
        await shell.until(lambda: not shell.is_home)
        assert_readable(shell, "models")

    play(tmp_path, scene, FILM, theme=theme)


def assert_readable(shell: Shell, place: str) -> None:
    least = _LEAST_CONTRAST[shell.app.theme]
    for style, text in styled(shell):
        is_read = any(char.isalnum() or char in "[]" for char in text)
        if is_read and style.color and style.bgcolor:
            ratio = contrast(style.color, style.bgcolor)
            assert ratio >= least, f"{place}: {text!r}: {style} has {ratio:.1f}"


@pytest.mark.parametrize("name", ["film", "empty", "add"])
def test_without_colours_there_are_none(name: str, tmp_path: Path) -> None:
    data, steps = SCENES[name]

    async def scene(shell: Shell) -> None:
        await act(shell, steps)
        for style, text in styled(shell):
            if style.reverse:
                continue  # the cursor of a field
            colors = [c for c in (style.color, style.bgcolor) if c and not c.is_default]
            assert not colors, f"{text!r}: {style}"

    play(tmp_path, scene, data, path=tmp_path / "film.json", theme="plain")


def bare(lines: list[str]) -> list[str]:
    """Return lines without the signs of the map: it shows what is in view by signs or colours."""
    return [line.translate(_MAP).rstrip() for line in lines]


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
    parts = [value / 255 for value in color.get_truecolor()]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
