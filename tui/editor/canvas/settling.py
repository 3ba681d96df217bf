"""Boxes that a person has placed, among those that are laid out.

Every box gets an automatic place, so that moving one leaves the others where they are; only a note
that has a place has no part in it: it would make room for nothing. Then the placed ones go where
they were put, whoever stands in their way moves down, and the wires that this touches are led anew.
A note moves no box: boxes are of another size at each zoom, so it may be in the way at one and not
at another; it goes below what stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tui.drawing.groups import chain, lay_out_groups
from tui.drawing.layout import Box, Frame, Layout, Link, Point, Spacing
from tui.editor.canvas.freeway import Freeway
from tui.editor.canvas.scene import Place, Zoom

SPACINGS: Mapping[Zoom, Spacing] = {
    Zoom.FULL: Spacing(rows=1, lanes=0, tracks=2, before=1, after=3, group=(3, 2, 3, 2)),
    Zoom.COMPACT: Spacing(rows=1, lanes=0, tracks=2, before=1, after=2, group=(2, 2, 2, 1)),
    Zoom.DOT: Spacing(rows=1, lanes=0, tracks=1, before=1, after=2, group=(1, 1, 1, 1)),
}
_SCALES: Mapping[Zoom, tuple[float, float]] = {
    Zoom.FULL: (1.0, 1.0),
    Zoom.COMPACT: (0.75, 0.55),
    Zoom.DOT: (0.25, 0.3),
}
"""What a place at the full zoom is multiplied by."""
_APART_Y = 1
"""Rows kept free below a box."""
_TRIES = 4
"""Orders in which wires are led, where some are shut in by others."""


def from_full(zoom: Zoom, place: Place) -> Place:
    """Return a place of a scene in cells of a zoom."""
    scale_x, scale_y = _SCALES[zoom]
    return round(place[0] * scale_x), round(place[1] * scale_y)


def to_full(zoom: Zoom, place: Place) -> Place:
    """Return a cell of a zoom as a place of a scene."""
    scale_x, scale_y = _SCALES[zoom]
    return round(place[0] / scale_x), round(place[1] / scale_y)


def columns_apart(zoom: Zoom) -> int:
    """Return the columns that are kept free beside a box: a wire turns there, and has its head."""
    return SPACINGS[zoom].before + SPACINGS[zoom].after


@dataclass(frozen=True, slots=True)
class Task:
    """A layout to be made: plain data, so that another process can do it."""

    zoom: Zoom
    boxes: tuple[Box, ...]
    links: tuple[Link, ...]
    closing: tuple[Link, ...] = ()
    """Wires that would close a cycle."""
    places: Mapping[str, Place] = field(default_factory=dict)
    notes: frozenset[str] = frozenset()
    near: Mapping[str, int] = field(default_factory=dict)
    """Rows on which boxes stood before: what was above stays above where it may."""


class Settler:
    """Makes layouts; keeps the automatic part of the last ones, which most changes leave alone."""

    def __init__(self) -> None:
        self._known: dict[Zoom, tuple[Task, Layout]] = {}

    def settle(self, task: Task) -> Layout:
        """Return where everything goes."""
        layout = self._automatic(task)
        if not task.places and not task.closing:
            return layout
        return _Placing(task, layout).layout()

    def _automatic(self, task: Task) -> Layout:
        apart = task.notes & task.places.keys()
        task = replace(task, boxes=tuple(box for box in task.boxes if box.id not in apart))
        known = self._known.get(task.zoom)
        if known and known[0].boxes == task.boxes and known[0].links == task.links:
            return known[1]
        layout = lay_out_groups(task.boxes, task.links, SPACINGS[task.zoom], task.near)
        self._known[task.zoom] = (task, layout)
        return layout


class _Placing:
    def __init__(self, task: Task, layout: Layout) -> None:
        self._task = task
        self._layout = layout
        self._boxes = {box.id: box for box in task.boxes}
        self._taken = _Taken(columns_apart(task.zoom))

    def layout(self) -> Layout:
        """Return the layout with the placed boxes in their places."""
        places = self._places()
        moved = {key for key, at in places.items() if at != self._layout.places.get(key)}
        frames = [_frame(self._boxes[key], at) for key, at in places.items()]
        ways = Freeway(frames)
        routes: dict[Link, tuple[Point, ...]] = {}
        anew = []
        for link in (*self._task.links, *self._task.closing):
            route = self._layout.routes.get(link)
            if (
                route is None
                or link.source in moved
                or link.target in moved
                or (moved and ways.crosses_box(route))
            ):
                anew.append(link)
            else:
                routes[link] = route
        ends = {link: self._ends(link, places) for link in anew}
        routes |= _lead(ends, routes, frames)
        groups = self._groups(places) if moved else self._layout.frames
        return _bounded(Layout(0, 0, places, routes, groups), self._boxes)

    def _places(self) -> dict[str, Point]:
        """Return all places: of placed boxes first, then of the others, and of notes at last."""
        places, zoom = self._task.places, self._task.zoom
        wanted = {key: from_full(zoom, at) for key, at in places.items() if key in self._boxes}
        wanted = {**self._layout.places, **wanted}
        result: dict[str, Point] = {}

        def turn(key: str) -> tuple[bool, bool, int, int, str]:
            x, y = wanted[key]
            return key in self._task.notes, key not in places, y, x, key

        for key in sorted(wanted, key=turn):
            result[key] = self._taken.nearest_below(_frame(self._boxes[key], wanted[key]))
        return {key: result[key] for key in self._boxes}

    def _ends(self, link: Link, places: Mapping[str, Point]) -> tuple[Point, Point]:
        source, target = self._boxes[link.source], self._boxes[link.target]
        x, y = places[link.source]
        start = (x + source.width, y + source.outlets[link.outlet])
        x, y = places[link.target]
        return start, (x, y + target.inlets[link.inlet])

    def _groups(self, places: Mapping[str, Point]) -> dict[str, Frame]:
        """Return frames around the members, wherever they stand now."""
        left, top, right, bottom = SPACINGS[self._task.zoom].group
        edges: dict[str, list[int]] = {}
        for key, box in self._boxes.items():
            x, y = places[key]
            for depth, group in enumerate(reversed(chain(box.group))):
                more = depth * 2
                box_edges = [
                    x - left - more,
                    y - top - more,
                    x + box.width + right + more,
                    y + box.height + bottom + more,
                ]
                old = edges.setdefault(group, box_edges)
                edges[group] = [
                    *(min(a, b) for a, b in zip(old[:2], box_edges[:2], strict=True)),
                    *(max(a, b) for a, b in zip(old[2:], box_edges[2:], strict=True)),
                ]
        known = sorted(self._layout.frames)
        return {
            key: Frame(edges[key][0], edges[key][1], edges[key][2] - edges[key][0],
                       edges[key][3] - edges[key][1])
            for key in known
            if key in edges
        }  # fmt: skip


_Ends = tuple[Point, Point]
_Routes = dict[Link, tuple[Point, ...]]


def _lead(ends: Mapping[Link, _Ends], there: _Routes, frames: Sequence[Frame]) -> _Routes:
    """Lead wires beside those that are there: short ones first, then any that others shut in.

    Where all tries leave some without a way of their own, these run over others.
    """
    order = sorted(ends, key=lambda link: _length(ends[link]))
    best: tuple[Freeway, _Routes, list[Link]] | None = None
    for _ in range(_TRIES):
        ways = Freeway(frames)
        for link, route in there.items():
            ways.occupy(_net(link), route)
        for link in ends:
            ways.reserve(_net(link), *ends[link])
        found = {link: ways.lead(_net(link), *ends[link]) for link in order}
        routes = {link: route for link, route in found.items() if route is not None}
        shut_in = [link for link in order if link not in routes]
        if best is None or len(shut_in) < len(best[2]):
            best = ways, routes, shut_in
        if not shut_in:
            break
        order = [*shut_in, *routes]
    assert best is not None  # noqa: S101 - there is a first try
    ways, routes, shut_in = best
    return routes | {link: ways.lead_over(_net(link), *ends[link]) for link in shut_in}


def _net(link: Link) -> tuple[str, str]:
    return link.source, link.outlet


class _Taken:
    """Boxes that have found their place."""

    _SIZE = 32

    def __init__(self, apart: int) -> None:
        self._apart = apart
        """Columns kept free beside a box: room for a wire to turn and for an arrow head."""
        self._buckets: dict[tuple[int, int], list[Frame]] = {}

    def nearest_below(self, frame: Frame) -> Point:
        """Take the first free place for a box at or below where it is wanted."""
        away = self._apart
        y = frame.y
        while (hit := self._hit(Frame(frame.x, y, frame.width, frame.height), away)) is not None:
            y = hit.y + hit.height + _APART_Y
        self._add(Frame(frame.x, y, frame.width, frame.height))
        return frame.x, y

    def _keys(self, frame: Frame, away: int) -> Iterable[tuple[int, int]]:
        size = self._SIZE
        for bx in range((frame.x - away) // size, (frame.x + frame.width + away) // size + 1):
            for by in range((frame.y - 1) // size, (frame.y + frame.height + 1) // size + 1):
                yield bx, by

    def _add(self, frame: Frame) -> None:
        for key in self._keys(frame, 0):
            self._buckets.setdefault(key, []).append(frame)

    def _hit(self, frame: Frame, away: int) -> Frame | None:
        for key in self._keys(frame, away):
            for other in self._buckets.get(key, ()):
                if (
                    frame.x - away < other.x + other.width
                    and other.x < frame.x + frame.width + away
                    and frame.y - _APART_Y < other.y + other.height
                    and other.y < frame.y + frame.height + _APART_Y
                ):
                    return other
        return None


def _frame(box: Box, at: Point) -> Frame:
    return Frame(at[0], at[1], box.width, box.height)


def _length(ends: Sequence[Point]) -> int:
    (ax, ay), (bx, by) = ends
    return abs(ax - bx) + abs(ay - by)


def _bounded(layout: Layout, boxes: Mapping[str, Box]) -> Layout:
    """Set width and height: how far the drawing goes to the right and down."""
    rights = [x + boxes[key].width for key, (x, _) in layout.places.items()]
    bottoms = [y + boxes[key].height for key, (_, y) in layout.places.items()]
    points = [point for route in layout.routes.values() for point in route]
    layout.width = max([*rights, *(x + 1 for x, _ in points)], default=0)
    layout.height = max([*bottoms, *(y + 1 for _, y in points)], default=0)
    return layout
