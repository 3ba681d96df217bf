"""The shortest way for a wire through a maze of boxes and other wires, with few turns (A*)."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush

from tui.drawing.layout import Point

Free = Callable[[int, int], tuple[bool, bool]]
"""Whether a wire may pass a cell level, and whether upright; it may turn where it may do both."""

_TURN = 6
"""What a turn costs, in cells."""
_UPRIGHT = 2
"""What a cell costs upright: it is about twice as high as wide."""
_EAGER = 2
"""How much more the way ahead counts than the way so far: quicker than the very shortest way."""
_MOST_STEPS = 30_000

_State = tuple[int, int, int, int]
"""Column, row, and the direction in which the cell was entered."""


def find_way(start: Point, end: Point, free: Free) -> list[Point] | None:
    """Return the corners of a way that leaves to the right and arrives from the left.

    Args:
        start: The first cell.
        end: The last cell; whether it is free is not asked.
        free: How cells may be passed.
    """
    known: dict[Point, tuple[bool, bool]] = {}

    def allowed(x: int, y: int) -> tuple[bool, bool]:
        if (x, y) not in known:
            known[x, y] = free(x, y)
        return known[x, y]

    first = (*start, 1, 0)
    costs: dict[_State, int] = {first: 0}
    came: dict[_State, _State] = {}
    queue = [(_least(start, end), first)]
    for _ in range(_MOST_STEPS):
        if not queue:
            break
        _, state = heappop(queue)
        x, y, dx, dy = state
        if (x, y) == end:
            return _corners(state, came)
        can = allowed(x, y)
        for sx, sy in ((1, 0), (0, 1), (0, -1), (-1, 0)):
            following = (x + sx, y + sy, sx, sy)
            if not _may_go(state, following, can, end, allowed):
                continue
            turns = (sx, sy) != (dx, dy)
            cost = costs[state] + (_UPRIGHT if sy else 1) + (_TURN if turns else 0)
            if cost < costs.get(following, 1 << 30):
                costs[following] = cost
                came[following] = state
                heappush(queue, (cost + _least((x + sx, y + sy), end), following))
    return None


def _may_go(
    state: _State, following: _State, can: tuple[bool, bool], end: Point, allowed: Free
) -> bool:
    dx, dy = state[2:]
    nx, ny, sx, sy = following
    if (sx, sy) == (-dx, -dy):
        return False
    if (sx, sy) != (dx, dy) and not all(can):
        return False
    if (nx, ny) == end:
        return sx == 1
    return allowed(nx, ny)[1 if sy else 0]


def _least(at: Point, end: Point) -> int:
    return _EAGER * (abs(at[0] - end[0]) + _UPRIGHT * abs(at[1] - end[1]))


def _corners(state: _State, came: dict[_State, _State]) -> list[Point]:
    points = [state[:2]]
    while state in came:
        state = came[state]
        points.append(state[:2])
    return points[::-1]
