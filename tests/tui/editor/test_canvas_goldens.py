"""What a canvas looks like, character by character. `CANVAS_GOLDENS=write` makes them anew."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.canvas_scenes import storyboard
from tests.tui.editor.canvas_drawn import staged, text
from tui.editor.canvas import DARK, PLAIN, Stage, Zoom

_GOLDENS = Path(__file__).parent / "canvas_goldens"


def assert_as_before(name: str, stage: Stage) -> None:
    path = _GOLDENS / f"{name}.txt"
    drawn = "\n".join(text(stage)) + "\n"
    if os.environ.get("CANVAS_GOLDENS") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(drawn, "utf-8")
    assert drawn == path.read_text("utf-8")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 45)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("zoom", list(Zoom), ids=lambda zoom: zoom.name.lower())
def test_storyboard(size: tuple[int, int], zoom: Zoom) -> None:
    stage = staged(storyboard(), *size, zoom)
    stage.select(["clip"])
    stage.reveal("clip")
    assert_as_before(f"storyboard-{zoom.name.lower()}-{size[0]}x{size[1]}", stage)


def test_without_colours_the_same_is_written() -> None:
    for zoom in Zoom:
        plain, colored = (staged(storyboard(), 160, 45, zoom, p) for p in (PLAIN, DARK))
        assert text(plain) == text(colored)
