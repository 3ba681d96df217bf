"""Where layouts are made: at once, or beside the interface where that would be felt."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

from tui.drawing.layout import Layout
from tui.editor.canvas.settling import Settler, Task

Built = TypeVar("Built")

_QUICK_BOXES = 300
"""Layouts of so many boxes take about as long as a frame or two."""
_SWITCH_SECONDS = 0.0005
"""How long the layout may hold the interpreter while a key waits."""


class Arranger(Protocol):
    """Makes layouts."""

    def is_quick(self, task: Task) -> bool:
        """Whether a layout can be made at once without being felt."""

    def at_once(self, task: Task) -> Layout:
        """Return the layout."""

    async def later(self, task: Task, build: Callable[[Task, Layout], Built]) -> Built:
        """Make the layout and what follows from it while the interface goes on."""


class ThreadArranger:
    """Makes small layouts at once and large ones in a thread."""

    def __init__(self, quick_boxes: int = _QUICK_BOXES) -> None:
        self._quick_boxes = quick_boxes
        self._settler = Settler()
        self._lock = asyncio.Lock()

    def is_quick(self, task: Task) -> bool:
        """Whether a layout can be made at once without being felt."""
        return len(task.boxes) <= self._quick_boxes and not self._lock.locked()

    def at_once(self, task: Task) -> Layout:
        """Return the layout."""
        return self._settler.settle(task)

    async def later(self, task: Task, build: Callable[[Task, Layout], Built]) -> Built:
        """Make the layout and what follows from it while the interface goes on."""
        async with self._lock:
            seconds = sys.getswitchinterval()
            sys.setswitchinterval(_SWITCH_SECONDS)
            try:
                return await asyncio.to_thread(lambda: build(task, self._settler.settle(task)))
            finally:
                sys.setswitchinterval(seconds)
