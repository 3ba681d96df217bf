"""Ways from node to node: to the nearest one in a direction, along wires, in reading order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import hypot
from typing import Literal

from tui.drawing.layout import Frame, Link
from tui.editor.canvas.wiring import Wiring

Direction = Literal["left", "right", "up", "down"]

_STEPS: Mapping[Direction, tuple[int, int]] = {
    "left": (-1, 0),
    "right": (1, 0),
    "up": (0, -1),
    "down": (0, 1),
}
_ASPECT = 2.0
"""A cell is about twice as high as it is wide."""


def neighbour(frames: Mapping[str, Frame], start: Frame, direction: Direction) -> str | None:
    """Return the nearest box in a direction; None if there is none.

    Near counts less the further off the direction it lies: distance times (1 + 2 sin angle).
    Nothing behind is taken, nor what stands beside.

    Args:
        frames: The boxes to choose from, without the one to start at.
        start: Where to start.
        direction: Where to go.
    """
    best, least = None, float("inf")
    step_x, step_y = _STEPS[direction]
    for key, frame in frames.items():
        if not _is_ahead(start, frame, direction):
            continue
        dx, dy = _offset(start, frame, direction)
        distance = hypot(dx, dy)
        aside = abs(dx * step_y) + abs(dy * step_x)
        score = distance * (1 + 2 * aside / distance)
        if (score, key) < (least, best or ""):
            best, least = key, score
    return best


def _is_ahead(start: Frame, frame: Frame, direction: Direction) -> bool:
    """Whether all of a box is past the middle of the other."""
    if direction == "right":
        return 2 * frame.x >= 2 * start.x + start.width
    if direction == "left":
        return 2 * (frame.x + frame.width) <= 2 * start.x + start.width
    if direction == "down":
        return 2 * frame.y >= 2 * start.y + start.height
    return 2 * (frame.y + frame.height) <= 2 * start.y + start.height


def _offset(start: Frame, frame: Frame, direction: Direction) -> tuple[float, float]:
    """Return the way between two boxes, in units of a cell's width.

    Along the direction it is that between their middles; across, boxes that face each other are
    less far apart than their middles.
    """
    dx = (frame.x + frame.width / 2) - (start.x + start.width / 2)
    dy = ((frame.y + frame.height / 2) - (start.y + start.height / 2)) * _ASPECT
    if direction in ("left", "right"):
        gap = _gap(start.y, start.height, frame.y, frame.height) * _ASPECT
        return dx, gap + 0.1 * abs(dy)
    return _gap(start.x, start.width, frame.x, frame.width) + 0.1 * abs(dx), dy


def _gap(a: int, a_size: int, b: int, b_size: int) -> int:
    return max(0, b - (a + a_size), a - (b + b_size))


def outermost(frames: Mapping[str, Frame], edge: Direction) -> str | None:
    """Return the box nearest to an edge of the drawing; where to start when nothing is selected."""
    if not frames:
        return None
    step_x, step_y = _STEPS[edge]
    return max(frames, key=lambda k: (frames[k].x * step_x + frames[k].y * step_y, -frames[k].y, k))


def along(
    wiring: Wiring, frames: Callable[[str], Frame], node: str, side: Literal["in", "out"]
) -> list[str]:
    """Return the producers or the consumers of a node, the nearest on the screen first."""
    links: Sequence[Link] = (wiring.into if side == "in" else wiring.out_of).get(node, ())
    ends = dict.fromkeys(link.source if side == "in" else link.target for link in links)
    if not ends:
        return []
    middle = _middle(frames(node))
    rows = {key: _middle(frames(key)) for key in ends}
    return sorted(ends, key=lambda key: (abs(rows[key] - middle), rows[key]))


def _middle(frame: Frame) -> float:
    return frame.y + frame.height / 2


def reading_order(frames: Mapping[str, Frame]) -> list[str]:
    """Return all boxes column by column: the order of the tab key."""
    return sorted(frames, key=lambda key: (frames[key].x, frames[key].y, key))


def following(order: Sequence[str], current: str, step: int) -> str | None:
    """Return the box some steps on, around the ends."""
    if not order:
        return None
    if current not in order:
        return order[0 if step > 0 else -1]
    return order[(order.index(current) + step) % len(order)]


def trace(
    wiring: Wiring, nodes: Iterable[str], *, up: bool = True, down: bool = True
) -> tuple[set[str], set[Link]]:
    """Return all that nodes need and all that needs them, with the wires between."""
    start = list(nodes)
    found: set[str] = set(start)
    links: set[Link] = set()
    for wanted, sides in ((up, wiring.into), (down, wiring.out_of)):
        if not wanted:
            continue
        seen = set(start)
        stack = list(start)
        while stack:
            for link in sides.get(stack.pop(), ()):
                links.add(link)
                other = link.source if sides is wiring.into else link.target
                if other not in seen:
                    seen.add(other)
                    stack.append(other)
        found |= seen
    return found, links
