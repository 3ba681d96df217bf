"""What the mouse does with a button down: pan, select with a band, move boxes, draw a wire.

A gesture gets cells of the window, changes what is drawn over the stage for the moment, and says at
its end what came of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from tui.drawing.labels import shorten
from tui.drawing.layout import Frame, Point, without_straight_corners
from tui.editor.canvas.cards import clean
from tui.editor.canvas.ground import Ground, Hit
from tui.editor.canvas.painter import DOWN, LEFT, RIGHT, UP, Patch
from tui.editor.canvas.palette import Palette, style
from tui.editor.canvas.scene import Node, Place, PortRef
from tui.editor.canvas.stage import Stage, scaled_places

Fits = Callable[[PortRef, PortRef], bool]
"""Whether an outlet and an inlet may be joined."""

_GLYPHS = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"


@dataclass(frozen=True, slots=True)
class Panned:
    """The camera was moved."""


@dataclass(frozen=True, slots=True)
class Banded:
    """A band was drawn around boxes."""

    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class Moved:
    """Boxes were moved, to places of a scene."""

    places: dict[str, Place]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A wire was let go."""

    start: PortRef
    end: PortRef | None
    fits: bool


Outcome = Panned | Banded | Moved | Dropped


class Gesture(Protocol):
    """A mouse button is down and the mouse has moved."""

    def move(self, x: int, y: int) -> None:
        """Follow the mouse to a cell of the window."""

    def end(self) -> Outcome:
        """Say what came of it; the button was let go."""


@dataclass(slots=True)
class Pan:
    """The ground is dragged along."""

    stage: Stage
    last: Point

    def move(self, x: int, y: int) -> None:
        """Follow the mouse."""
        self.stage.look_at(self.stage.camera.moved(self.last[0] - x, self.last[1] - y))
        self.last = (x, y)

    def end(self) -> Outcome:
        """Say what came of it."""
        return Panned()


@dataclass(slots=True)
class Band:
    """A band is drawn; what it touches is selected, in addition to what was."""

    stage: Stage
    start: Point
    """Of the drawing."""
    _area: Frame = field(default=Frame(0, 0, 0, 0))

    def move(self, x: int, y: int) -> None:
        """Follow the mouse."""
        camera, palette = self.stage.camera, self.stage.painter.palette
        ax, ay = self.start
        bx, by = camera.x + x, camera.y + y
        left, top = min(ax, bx), min(ay, by)
        self._area = Frame(left, top, abs(ax - bx) + 1, abs(ay - by) + 1)
        self.stage.patch(_outline(self._area, "┌┄┐┆└┘", "", palette, palette.accent))

    def end(self) -> Outcome:
        """Say what came of it."""
        return Banded(frozenset(self.stage.ground.within(self._area)))


class Move:
    """Boxes are dragged to other places; outlines show where they would stand."""

    def __init__(self, stage: Stage, keys: frozenset[str], start: Point) -> None:
        self._stage = stage
        self._chosen = keys
        self._start = start
        self._by = (0, 0)

    @property
    def _keys(self) -> list[str]:
        """What is moved and still there: boxes may go while the mouse holds them."""
        return sorted(key for key in self._chosen if key in self._stage.ground.cards)

    def move(self, x: int, y: int) -> None:
        """Follow the mouse."""
        self._by = (x - self._start[0], y - self._start[1])
        patches: dict[int, list[Patch]] = {}
        palette = self._stage.painter.palette
        for key in self._keys:
            at = self._target(key)
            frame = self._stage.ground.frame(key)
            node = self._stage.ground.cards[key].node
            title = clean(node.title) if isinstance(node, Node) else ""
            area = Frame(*at, frame.width, frame.height)
            for row, more in _outline(area, "┏━┓┃┗┛", title, palette, palette.accent).items():
                patches.setdefault(row, []).extend(more)
        self._stage.patch(patches)

    def _target(self, key: str) -> Place:
        frame = self._stage.ground.frame(key)
        return frame.x + self._by[0], frame.y + self._by[1]

    def end(self) -> Outcome:
        """Say what came of it."""
        places = {key: self._target(key) for key in self._keys}
        return Moved(scaled_places(self._stage.zoom, places))


class Draw:
    """A wire is drawn from a port; the ports that it may end on are marked."""

    def __init__(self, stage: Stage, start: PortRef, fits: Fits) -> None:
        self._stage = stage
        self._start = start
        self._fits = fits
        self._end: PortRef | None = None
        self._ok = False
        self._marks = self._fitting()
        stage.mark_ports({}, self._marks)

    def _fitting(self) -> dict[PortRef, bool]:
        """Return the ports in view that would take the wire."""
        other = "in" if self._start.side == "out" else "out"
        marks = {}
        for key in self._stage.ground.within(self._stage.camera.view):
            for ref in ports_of(self._stage.ground, key):
                if ref.side == other and ref.node != self._start.node and self._joins(ref):
                    marks[ref] = True
        return marks

    def _joins(self, end: PortRef) -> bool:
        if end.side == self._start.side:
            return False
        ends = (self._start, end) if self._start.side == "out" else (end, self._start)
        return self._fits(*ends)

    def move(self, x: int, y: int) -> None:
        """Follow the mouse."""
        stage = self._stage
        end = _port_near(stage.ground, stage.at(x, y), self._marks)
        ok = end is not None and self._joins(end)
        if end != self._end:
            self._end, self._ok = end, ok
            marks = dict(self._marks)
            if end is not None and end != self._start:
                marks[end] = ok
            stage.mark_ports({}, marks)
        at = (stage.camera.x + x, stage.camera.y + y)
        palette = stage.painter.palette
        color = palette.accent
        if end is not None and end != self._start:
            color = palette.good if ok else palette.bad
            at = stage.ground.port_at(end) or at
        stage.patch(_wire(stage.ground.port_at(self._start) or at, at, self._start, palette, color))

    def end(self) -> Outcome:
        """Say what came of it."""
        self._stage.mark_ports({}, {})
        end = self._end if self._end != self._start else None
        return Dropped(self._start, end, self._ok and end is not None)


def ports_of(ground: Ground, key: str) -> list[PortRef]:
    """Return the ports that are drawn of a node."""
    found: dict[PortRef, None] = {}
    for row in ground.cards[key].rows:
        if row.inlet:
            found[PortRef(key, "in", row.inlet.name)] = None
        if row.outlet:
            found[PortRef(key, "out", row.outlet.name)] = None
    return list(found)


def _port_near(ground: Ground, hit: Hit, fitting: dict[PortRef, bool]) -> PortRef | None:
    """Return the port that is meant: the one hit, or the only one of the node that fits."""
    if hit.port is not None:
        return hit.port
    if hit.what == "node":
        meant = [ref for ref in fitting if ref.node == hit.id]
        if len(meant) == 1:
            return meant[0]
    return None


def _outline(
    area: Frame, signs: str, title: str, palette: Palette, color: str
) -> dict[int, list[Patch]]:
    ink = style(color, palette.ground, bold=True)
    if area.width < 2 or area.height < 2:
        return {area.y + i: [(area.x, "▪" * area.width, ink)] for i in range(area.height)}
    last = area.x + area.width - 1
    words = shorten(title, area.width - 6)
    flat = signs[1] * (area.width - 2)
    head = f"{signs[1]} {words} ".ljust(area.width - 2, signs[1]) if words else flat
    patches: dict[int, list[Patch]] = {
        y: [(area.x, signs[3], ink), (last, signs[3], ink)]
        for y in range(area.y + 1, area.y + area.height - 1)
    }
    patches[area.y] = [(area.x, signs[0] + head + signs[2], ink)]
    patches[area.y + area.height - 1] = [(area.x, signs[4] + flat + signs[5], ink)]
    return patches


def _wire(
    start: Point, end: Point, port: PortRef, palette: Palette, color: str
) -> dict[int, list[Patch]]:
    """Return a wire from a port to the mouse."""
    if port.side == "in":
        start, end = end, start
    (sx, sy), (tx, ty) = start, end
    middle = (sx + tx) // 2
    if tx - sx > 3:
        corners: list[Point] = [start, (middle, sy), (middle, ty), end]
    else:
        between = (sy + ty) // 2
        corners = [start, (sx + 2, sy), (sx + 2, between), (tx - 2, between), (tx - 2, ty), end]
    cells: dict[Point, int] = defaultdict(int)
    points = without_straight_corners(corners)
    for (ax, ay), (bx, by) in pairwise(points):
        step = ((bx > ax) - (bx < ax), (by > ay) - (by < ay))
        forth, back = _BITS[step]
        at = (ax, ay)
        while at != (bx, by):
            cells[at] |= forth
            at = (at[0] + step[0], at[1] + step[1])
            cells[at] |= back
    fixed, free = (points[0], points[-1]) if port.side == "out" else (points[-1], points[0])
    ink = style(color, palette.ground, bold=True)
    patches: dict[int, list[Patch]] = {}
    for (x, y), bits in cells.items():
        if (x, y) != fixed:
            patches.setdefault(y, []).append((x, "●" if (x, y) == free else _GLYPHS[bits], ink))
    return patches


_BITS = {
    (1, 0): (RIGHT, LEFT),
    (-1, 0): (LEFT, RIGHT),
    (0, 1): (DOWN, UP),
    (0, -1): (UP, DOWN),
    (0, 0): (0, 0),
}
