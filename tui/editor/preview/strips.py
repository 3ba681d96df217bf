"""Lines of pictures that are written to the terminal as they are, without a style for each cell.

What the terminal is sent is made once, in the thread that decodes. Only where a dialog's edge cuts
a line, or a screenshot is taken, is it taken apart into cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.console import Console
from rich.segment import Segment
from textual.strip import Strip


class ReadyStrip(Strip):
    """A line that is ready to be written.

    Args:
        text: What the terminal is sent, escape codes and all.
        width: Cells that it fills.
        cells: Makes the same as segments, for who looks into the line.
    """

    __slots__ = ("_cells", "_text")

    def __init__(self, text: str, width: int, cells: Callable[[], Iterable[Segment]]) -> None:
        super().__init__((), width)
        # An attribute that is not there is asked for by __getattr__, once.
        del self._segments
        self._text = text
        self._cells = cells

    def __getattr__(self, name: str) -> Any:
        if name != "_segments":
            raise AttributeError(name)
        self._segments = list(self._cells())
        return self._segments

    @property
    def sent(self) -> object:
        """What the terminal is sent, to compare."""
        return self._text

    def render(self, console: Console) -> str:
        """Return what the terminal is sent."""
        return self._text


class RowStrip(ReadyStrip):
    """Lines beside each other, as one.

    Args:
        parts: The lines, from left to right.
        width: Cells of all of them.
    """

    __slots__ = ("_parts",)

    def __init__(self, parts: Sequence[Strip], width: int) -> None:
        super().__init__("", width, lambda: (s for part in parts for s in part))
        self._parts = parts

    @property
    def sent(self) -> object:
        """What the terminal is sent, to compare."""
        return [part.sent if isinstance(part, ReadyStrip) else part for part in self._parts]

    def render(self, console: Console) -> str:
        """Return what the terminal is sent."""
        return "".join([part.render(console) for part in self._parts])
