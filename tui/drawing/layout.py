"""Layered layout of a directed acyclic graph, left to right, with orthogonal wires.

Pure geometry over plain data: boxes with ports in, places and polylines out. All numbers are whole
units that mean what the caller wants them to mean (terminal cells, pixels). The steps are those of
Sugiyama's method, one module each: layers, order within the layers, heights, wires. Wires that
leave the same port form one *net*: they run together as far as they can, and no other net ever
runs over theirs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tui.drawing._layering import Layered, Path, assign_layers, keep_order
from tui.drawing._ordering import order_layers
from tui.drawing._placing import place_rows
from tui.drawing._routing import Channel, route_channel

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A thing to place. Ports are given by their distance from its top."""

    id: str
    width: int
    height: int
    inlets: Mapping[str, int] = field(default_factory=dict)
    """Ports on the left edge; no two at the same height."""
    outlets: Mapping[str, int] = field(default_factory=dict)
    """Ports on the right edge; no two at the same height."""
    group: str = ""
    """The group it stands in, as `outer/inner/`; only `lay_out_groups` looks at it."""
    to_right: bool = False
    """Stands at the right edge of its layer, not at the left."""
    pin: Literal["", "first", "last"] = ""
    """Forces it into the first or the last layer."""


class Link(NamedTuple):
    """A wire from an outlet of one box to an inlet of another."""

    source: str
    outlet: str
    target: str
    inlet: str


@dataclass(frozen=True, slots=True)
class Spacing:
    """Distances, in the caller's units."""

    rows: int = 1
    """Above and below a box: to the next box or wire."""
    lanes: int = 0
    """Between two wires, one above the other."""
    tracks: int = 1
    """Between two vertical pieces of wires."""
    before: int = 1
    """From a layer to the first vertical piece of a wire."""
    after: int = 2
    """From the last vertical piece of a wire to the next layer: room for an arrow head."""
    group: tuple[int, int, int, int] = (2, 1, 2, 1)
    """Room inside a group's frame: left, top, right, bottom."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a group is drawn."""

    x: int
    y: int
    width: int
    height: int


@dataclass(slots=True)
class Layout:
    """Where everything goes. The drawing begins at (0, 0)."""

    width: int
    height: int
    places: dict[str, Point]
    """Top left corner of each box."""
    routes: dict[Link, tuple[Point, ...]]
    """Corners of each wire, from its outlet to its inlet; neighbours differ in x or in y alone."""
    frames: dict[str, Frame] = field(default_factory=dict)
    """Groups by their name, outer ones first."""


def lay_out(
    boxes: Sequence[Box],
    links: Sequence[Link],
    spacing: Spacing | None = None,
    near: Mapping[str, int] | None = None,
) -> Layout:
    """Place boxes and wires.

    The order of `boxes` decides where the graph leaves a choice; that of `links` does not matter.

    Args:
        boxes: The boxes; ids are unique.
        links: The wires; they name boxes and ports that exist and form no cycle.
        spacing: Distances.
        near: Rows on which boxes stood before; what was above then stays above where it may.

    Raises:
        ValueError: The links form a cycle.
    """
    spacing = spacing or Spacing()
    layered = assign_layers(boxes, sorted(set(links)))
    if near:
        keep_order(layered, boxes, near)
    order_layers(layered, thorough=not near)
    tops = place_rows(layered, spacing)
    channels = [
        route_channel(items, layered.after, tops, spacing.lanes + 1) for items in layered.order[:-1]
    ]
    return _Assembly(boxes, layered, tops, channels, spacing).layout()


class _Assembly:
    """Turns layers, heights and tracks into coordinates."""

    def __init__(
        self,
        boxes: Sequence[Box],
        layered: Layered,
        tops: list[int],
        channels: list[Channel],
        spacing: Spacing,
    ) -> None:
        self._boxes = boxes
        self._layered = layered
        self._tops = tops
        self._channels = channels
        self._spacing = spacing
        self._lefts: list[int] = []
        self._track_start: list[int] = []

    def layout(self) -> Layout:
        """Return the finished layout."""
        width = self._columns()
        places = {}
        for i, box in enumerate(self._boxes):
            layer = self._layered.layer[i]
            left = self._lefts[layer]
            if box.to_right:
                left += self._widths[layer] - box.width
            places[box.id] = (left, self._tops[i])
        routes = {path.link: self._route(path, places) for path in self._layered.paths}
        return self._moved_to_origin(width, places, routes)

    def _columns(self) -> int:
        """Fix the left edge of each layer and the first track after it; return the width."""
        spacing = self._spacing
        self._widths = [0] * len(self._layered.order)
        for i, box in enumerate(self._boxes):
            layer = self._layered.layer[i]
            self._widths[layer] = max(self._widths[layer], box.width)
        x = 0
        for layer, width in enumerate(self._widths):
            self._lefts.append(x)
            x += width
            if layer < len(self._channels):
                self._track_start.append(x + spacing.before)
                tracks = self._channels[layer].tracks
                x += spacing.before + max(tracks - 1, 0) * spacing.tracks + spacing.after
        return x

    def _route(self, path: Path, places: Mapping[str, Point]) -> tuple[Point, ...]:
        """Return the corners of a wire."""
        tops, layer, tracks = self._tops, self._layered.layer[path.source], self._spacing.tracks
        item, outlet = path.source, path.outlet
        row = tops[item] + outlet
        points = [(places[path.link.source][0] + self._boxes[item].width, row)]
        arrivals = [(lane, tops[lane]) for lane in path.lanes]
        arrivals.append((path.target, tops[path.target] + path.inlet))
        for target, end in arrivals:
            if end != row:
                start = self._track_start[layer]
                for track, next_row in self._channels[layer].turns(item, outlet, end):
                    x = start + track * tracks
                    points += [(x, row), (x, next_row)]
                    row = next_row
            item, outlet = target, 0
            layer += 1
        points.append((places[path.link.target][0], row))
        return without_straight_corners(points)

    def _moved_to_origin(
        self, width: int, places: dict[str, Point], routes: dict[Link, tuple[Point, ...]]
    ) -> Layout:
        rows = [y for route in routes.values() for _, y in route]
        tops = [y for _, y in places.values()]
        up = min([*rows, *tops], default=0)
        bottoms = [places[box.id][1] + box.height for box in self._boxes]
        height = max([*(row + 1 for row in rows), *bottoms], default=0) - up
        if up:
            places = {key: (x, y - up) for key, (x, y) in places.items()}
            routes = {k: tuple((x, y - up) for x, y in route) for k, route in routes.items()}
        return Layout(width, height, places, routes)


def without_straight_corners(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a polyline without the points at which it does not turn."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) >= 2 and _in_line(kept[-2], kept[-1], point):
            kept[-1] = point
        else:
            kept.append(point)
    return tuple(kept)


def _in_line(a: Point, b: Point, c: Point) -> bool:
    return (a[0] == b[0] == c[0]) or (a[1] == b[1] == c[1])
