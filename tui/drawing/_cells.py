"""A sheet of terminal cells on which wires, boxes and words are drawn.

A cell of a wire remembers in which of the four directions it goes on, for each net, so that the
right line character follows from what meets there. Where two nets cross, the level one passes under
the upright one: lines that touch always belong together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len

from tui.drawing.layout import Point

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
GLYPHS = " ╵╶╰╷│╭├╴╯─┴╮┤┬┼"
"""The line character for each set of directions."""

RESET = "\x1b[0m"


class Cells:
    """The sheet. What is drawn later lies above what was drawn before.

    A style is the inside of an SGR sequence, as `1;33`; empty for none.
    """

    def __init__(self, width: int, height: int) -> None:
        self._rows: list[list[str]] = [[" "] * width for _ in range(height)]
        self._styles: list[list[str]] = [[""] * width for _ in range(height)]
        self._width = width
        self._wires: dict[Point, dict[int, int]] = {}
        self._net_styles: dict[int, str] = {}

    def wire(self, net: int, points: Sequence[Point], style: str = "") -> None:
        """Draw a wire of a net along a polyline, from its first point's left edge.

        The last point is where the wire arrives; nothing is drawn in that cell.
        """
        self._net_styles[net] = style
        self._add(net, points[0], LEFT)
        for start, end in pairwise(points):
            step, forth, back = _direction(start, end)
            at = start
            while at != end:
                following = (at[0] + step[0], at[1] + step[1])
                self._add(net, at, forth)
                if following != points[-1]:
                    self._add(net, following, back)
                at = following

    def _add(self, net: int, at: Point, bits: int) -> None:
        nets = self._wires.setdefault(at, {})
        nets[net] = nets.get(net, 0) | bits

    def finish_wires(self) -> None:
        """Turn wires into characters; to be called before anything is to lie above them."""
        for (x, y), nets in self._wires.items():
            net, bits = _visible(nets)
            self.put(x, y, GLYPHS[bits], self._net_styles[net])
        self._wires.clear()

    def put(self, x: int, y: int, text: str, style: str = "") -> None:
        """Write words from a cell on; what does not fit on the sheet is left out."""
        if not 0 <= y < len(self._rows):
            return
        row, styles = self._rows[y], self._styles[y]
        for cluster in _clusters(text):
            width = cell_len(cluster)
            if width == 0 or x < 0 or x + width > self._width:
                x += width
                continue
            row[x], styles[x] = cluster, style
            for i in range(1, width):
                row[x + i], styles[x + i] = "", style
            x += width

    def get(self, x: int, y: int) -> str:
        """Return what stands in a cell."""
        return self._rows[y][x]

    def lines(self, *, color: bool) -> Iterable[str]:
        """Yield the lines without blanks at their ends, with styles if wanted."""
        for row, styles in zip(self._rows, self._styles, strict=True):
            text = "".join(row).rstrip()
            yield styled(row, styles) if color and text else text


def styled(row: Sequence[str], styles: Sequence[str]) -> str:
    """Return a row of characters with SGR sequences where the style changes."""
    last = max(i for i, char in enumerate(row) if char.strip())
    parts: list[str] = []
    current = ""
    for char, style in zip(row[: last + 1], styles, strict=False):
        if style != current and char != " ":
            parts.append((RESET if current else "") + (f"\x1b[{style}m" if style else ""))
            current = style
        parts.append(char)
    return "".join(parts) + (RESET if current else "")


def _direction(start: Point, end: Point) -> tuple[Point, int, int]:
    if start[1] == end[1]:
        return ((1, 0), RIGHT, LEFT) if end[0] > start[0] else ((-1, 0), LEFT, RIGHT)
    return ((0, 1), DOWN, UP) if end[1] > start[1] else ((0, -1), UP, DOWN)


def _visible(nets: dict[int, int]) -> tuple[int, int]:
    """Return the net that shows in a cell, and its directions."""
    if len(nets) == 1:
        return next(iter(nets.items()))
    upright = [(net, bits) for net, bits in nets.items() if bits == UP | DOWN]
    if upright:
        return upright[0]
    # Wires that go into the same port join.
    together = 0
    for bits in nets.values():
        together |= bits
    return next(iter(nets)), together


def _clusters(text: str) -> Iterable[str]:
    """Split a text into characters, each with the marks that combine with it."""
    if text.isascii():
        return text
    clusters: list[str] = []
    for char in text:
        if clusters and cell_len(char) == 0:
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters
