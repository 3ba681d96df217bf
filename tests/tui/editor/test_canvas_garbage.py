"""Frames leave nothing for the garbage collector, which runs when nobody waits."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from rich.segment import Segment

from tui.editor.canvas import QuietGarbage
from tui.editor.canvas.line import Line


@pytest.fixture
def collector() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    gc.unfreeze()
    if enabled:
        gc.enable()


@pytest.mark.usefixtures("collector")
def test_a_line_that_was_on_the_screen_goes_at_once() -> None:
    gc.disable()
    line = Line([Segment("a box")], 5)
    assert line.divide([5]) == [line]
    assert [part.text for part in line.divide([2, 5])] == ["a ", "box"]
    seen = weakref.ref(line)
    del line
    assert seen() is None


@pytest.mark.usefixtures("collector")
def test_the_collector_is_held_back_and_let_go() -> None:
    gc.enable()
    garbage = QuietGarbage()
    garbage.start()
    assert not gc.isenabled()
    garbage.loaded()
    assert gc.get_freeze_count() > 0
    garbage.idle()
    garbage.busy()
    garbage.stop()
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
