"""Wires between boxes that stand anywhere: orthogonal, off the boxes, off other nets' wires.

The layered layout leads wires through gaps that it made for them. Where a person has placed a box,
there is no such gap; here a way is looked for among a few shapes, from plain to roundabout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tui.drawing.layout import Frame, Point, without_straight_corners
from tui.editor.canvas.maze import find_way

Net = tuple[str, str]

_BUCKET_X, _BUCKET_Y = 32, 8
_SIDE_LEFT, _SIDE_RIGHT = 1, 0
"""Columns beside a box in which no wire runs upright: room for arrow heads."""
_MOST_TRIES = 48
_STUBS = (1, 3, 5, 7, 9, 2, 4, 6, 8)
"""How far from a port a wire may turn."""
_FARTHEST = 120
"""Rows away from a wire's ends in which a way round is looked for."""


class Freeway:
    """Free room for wires; each wire that is led takes some."""

    def __init__(self, boxes: Iterable[Frame]) -> None:
        self._boxes: dict[tuple[int, int], list[Frame]] = {}
        self._rows: dict[int, list[tuple[int, int, Net]]] = {}
        self._columns: dict[int, list[tuple[int, int, Net]]] = {}
        for box in boxes:
            for key in _buckets(box.x, box.y, box.x + box.width - 1, box.y + box.height - 1):
                self._boxes.setdefault(key, []).append(box)

    def occupy(self, net: Net, points: Sequence[Point]) -> None:
        """Take the room of a wire that is there."""
        for (ax, ay), (bx, by) in pairwise(points):
            if ay == by:
                self._rows.setdefault(ay, []).append((min(ax, bx), max(ax, bx), net))
            else:
                self._columns.setdefault(ax, []).append((min(ay, by), max(ay, by), net))

    def reserve(self, net: Net, start: Point, end: Point) -> None:
        """Keep the cells before the ports of a wire that is still to be led."""
        for x, y in (start, (start[0] + 1, start[1]), (end[0] - 2, end[1]), (end[0] - 1, end[1])):
            self._rows.setdefault(y, []).append((x, x, net))
            self._columns.setdefault(x, []).append((y, y, net))

    def crosses_box(self, points: Sequence[Point]) -> bool:
        """Whether a wire runs through a box."""
        return any(not self._off_boxes(*ends) for ends in _pieces(points))

    def lead(self, net: Net, start: Point, end: Point) -> tuple[Point, ...] | None:
        """Lead a wire and take its room; give nothing where boxes and other wires leave no way.

        Args:
            net: What the wire belongs to.
            start: The cell right of its outlet.
            end: The cell of its inlet, on the left border of a box.
        """
        route = self._plain_way(net, start, end)
        if route is None:
            found = find_way(start, end, lambda x, y: self._may_pass(net, x, y))
            if found is None:
                return None
            route = without_straight_corners(found)
        self.occupy(net, route)
        return route

    def lead_over(self, net: Net, start: Point, end: Point) -> tuple[Point, ...]:
        """Lead a wire over other wires, off the boxes if that can be."""
        route = without_straight_corners(self._least_bad(start, end))
        self.occupy(net, route)
        return route

    def _plain_way(self, net: Net, start: Point, end: Point) -> tuple[Point, ...] | None:
        for points in _shapes(start, end):
            route = without_straight_corners(points)
            if self._is_free(net, route):
                return route
        return None

    def _least_bad(self, start: Point, end: Point) -> Sequence[Point]:
        for points in _shapes(start, end):
            if not self.crosses_box(points):
                return points
        return next(_shapes(start, end))

    def _may_pass(self, net: Net, x: int, y: int) -> tuple[bool, bool]:
        level = self._off_boxes(x, y, x, y) and self._off_wires(net, x, y, x, y, level=True)
        if not self._off_boxes(x, y, x, y, upright=True):
            return level, False
        return level, self._off_wires(net, x, y, x, y, level=False)

    def _is_free(self, net: Net, points: Sequence[Point]) -> bool:
        return all(
            self._off_wires(net, *ends, level=ends[1] == ends[3]) and self._off_boxes(*ends)
            for ends in _pieces(points)
        )

    def _off_wires(self, net: Net, ax: int, ay: int, bx: int, by: int, *, level: bool) -> bool:
        if level:
            taken, low, high = self._rows.get(ay, ()), ax, bx
        else:
            taken, low, high = self._columns.get(ax, ()), ay, by
        return all(other == net or b < low or a > high for a, b, other in taken)

    def _off_boxes(self, ax: int, ay: int, bx: int, by: int, *, upright: bool = False) -> bool:
        upright = upright or ay != by
        left, right = (_SIDE_LEFT, _SIDE_RIGHT) if upright else (0, 0)
        for key in _buckets(ax - right, ay, bx + left, by):
            for box in self._boxes.get(key, ()):
                if (
                    box.x - left <= bx
                    and ax < box.x + box.width + right
                    and box.y <= by
                    and ay < box.y + box.height
                ):
                    return False
        return True


def _pieces(points: Sequence[Point]) -> Iterator[tuple[int, int, int, int]]:
    """Yield the straight pieces of a wire, without the cell in which it arrives."""
    last = points[-1]
    for (ax, ay), (bx, by) in pairwise(points):
        if (bx, by) == last and ay == by:
            bx -= 1 if bx > ax else -1
        yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _buckets(left: int, top: int, right: int, bottom: int) -> Iterator[tuple[int, int]]:
    for bx in range(left // _BUCKET_X, right // _BUCKET_X + 1):
        for by in range(top // _BUCKET_Y, bottom // _BUCKET_Y + 1):
            yield bx, by


def _shapes(start: Point, end: Point) -> Iterator[list[Point]]:
    """Yield ways from plain to roundabout: straight, one upright piece, a way around."""
    (sx, sy), (tx, ty) = start, end
    if sy == ty and tx > sx:
        yield [start, end]
    if tx - 3 > sx:
        for x in _outwards((sx + tx) // 2, sx + 1, tx - 3, _MOST_TRIES):
            yield [start, (x, sy), (x, ty), end]
    middle = (sy + ty) // 2
    for y in _outwards(middle, middle - _FARTHEST, middle + _FARTHEST, 2 * _FARTHEST):
        for first in _STUBS[:5]:
            for last in _STUBS[:5]:
                x1, x2 = sx + first, tx - 2 - last
                yield [start, (x1, sy), (x1, y), (x2, y), (x2, ty), end]


def _outwards(middle: int, low: int, high: int, most: int) -> Iterator[int]:
    """Yield the numbers from low to high, those nearest to the middle first."""
    count = 0
    for away in range(max(high - middle, middle - low) + 1):
        for value in (middle + away, middle - away)[: 2 if away else 1]:
            if low <= value <= high and count < most:
                count += 1
                yield value
