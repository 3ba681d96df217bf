"""What the screens look like, character by character, in each theme. `SNAPSHOTS=write` renews them.

Themes change colours only: the same characters are there in each, and words can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tui.editor.screens_seen import (
    act,
    assert_as_before,
    assert_readable,
    assert_same_in_each_theme,
    styled,
)
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.canvas import Zoom

_SIZES = [(80, 24), (120, 40), (160, 45)]
_PLACES = ("run.plan", "run.log", "find.search", "view.themes", "wire.connect", "app.palette",
           "help.show", "view.problems", "run.history", "run.jobs")  # fmt: skip

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


@pytest.mark.parametrize("size", _SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", SCENES)
def test_screens(name: str, size: tuple[int, int], tmp_path: Path) -> None:
    data, steps = SCENES[name]

    async def scene(shell: Shell) -> None:
        await act(shell, steps)
        lines = shell.text()
        assert_as_before(f"{name}-{size[0]}x{size[1]}", lines)
        await assert_same_in_each_theme(shell, lines)

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
