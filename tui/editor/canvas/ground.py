"""A laid-out scene at one zoom: where everything is, and what is at a place.

Drawing and hit-testing ask the same index, so that they cannot disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tui.drawing.layout import Frame, Layout, Link, Point
from tui.editor.canvas.cards import Card
from tui.editor.canvas.navigate import reading_order
from tui.editor.canvas.scene import PortRef, Scene, WireRef, Zoom, wire_ref
from tui.editor.canvas.settling import columns_apart
from tui.editor.canvas.wiring import Wiring, port_of

TILE = 128
"""Columns that are drawn at once."""
BAND = 16
"""Rows that share an entry of the index."""

Run = tuple[int, int, int]
"""A level piece of a net: first and last column, the net."""
Upright = tuple[int, int, int, int]
"""An upright piece of a net: its column, first and last row, the net."""

Pieces = Mapping[tuple[int, int], list[tuple[int, int]]]
"""Pieces by their line, which is a row or a column, and by their net: where each begins and ends.
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """What is at a cell."""

    what: Literal["node", "port", "wire", "group", "note", "empty"]
    id: str = ""
    """Of a node, note or group."""
    port: PortRef | None = None
    wires: tuple[WireRef, ...] = ()
    """The wires that run there; several where one net has several ends."""


class Ground:
    """Boxes, frames and wires in their places, with an index of them by row and column."""

    def __init__(
        self, scene: Scene, zoom: Zoom, cards: Mapping[str, Card], wiring: Wiring, layout: Layout
    ) -> None:
        self.scene = scene
        self.zoom = zoom
        self.cards = dict(cards)
        self.wiring = wiring
        self.layout = layout
        self.nets: dict[tuple[str, str], int] = {}
        self.net_links: list[list[Link]] = []
        self.levels: dict[tuple[int, int], list[Run]] = defaultdict(list)
        """Level pieces of wires, by the tile that they touch: its column, and the row."""
        self.arrows: dict[tuple[int, int], list[tuple[int, Link]]] = defaultdict(list)
        """Heads of wires with their column, by tile."""
        self.uprights: dict[tuple[int, int], list[Upright]] = defaultdict(list)
        self.boxes: dict[tuple[int, int], list[str]] = defaultdict(list)
        self.frames: dict[tuple[int, int], list[str]] = defaultdict(list)
        self._index_wires()
        self._frames: dict[str, Frame] = dict(layout.frames)
        for key, card in self.cards.items():
            x, y = layout.places[key]
            self._frames[key] = Frame(x, y, card.width, card.height)
            for bucket in buckets(x, y, card.width, card.height):
                self.boxes[bucket].append(key)
        for key, frame in layout.frames.items():
            for bucket in buckets(frame.x, frame.y, frame.width, frame.height):
                self.frames[bucket].append(key)
        self._bounds = _around(list(self._frames.values()))
        self.bounds_of_nodes = self.bounds(each.id for each in scene.nodes if not each.terminal)
        """The least frame around the nodes, without what goes into the graph and comes out."""
        self._order = reading_order({key: self._frames[key] for key in self.cards})

    # -- places ---------------------------------------------------------------------------------

    def frame(self, key: str) -> Frame:
        """Return where a node, note or group is."""
        return self._frames[key]

    def has(self, key: str) -> bool:
        """Whether a node, note or group is drawn."""
        return key in self._frames

    def bounds(self, keys: Iterable[str] | None = None) -> Frame:
        """Return the least frame around boxes, or around all there is."""
        if keys is None:
            return self._bounds
        return _around([self.frame(key) for key in keys if self.has(key)])

    def port_at(self, ref: PortRef) -> Point | None:
        """Return the cell of a port on the border of its box."""
        card = self.cards.get(ref.node)
        if card is None:
            return None
        side = card.box.inlets if ref.side == "in" else card.box.outlets
        if ref.port not in side:
            return None
        x, y = self.layout.places[ref.node]
        return (x if ref.side == "in" else x + card.width - 1), y + side[ref.port]

    def route(self, ref: WireRef) -> tuple[Point, ...]:
        """Return the corners of a wire; nothing if it is not drawn."""
        for link in self.net_links[self.nets[ref[:2]]] if ref[:2] in self.nets else ():
            if (link.target, port_of(link.inlet)) == ref[2:]:
                return self.layout.routes.get(link, ())
        return ()

    def middle_of(self, ref: WireRef) -> Point | None:
        """Return the middle of a wire's longest level piece: where a node would be put in."""
        pieces = [(abs(a[0] - b[0]), a, b) for a, b in pairwise(self.route(ref))]
        if not pieces:
            return None
        _, (ax, ay), (bx, by) = max(pieces)
        return (ax + bx) // 2, (ay + by) // 2

    def wires_of(self, net: int) -> Iterator[WireRef]:
        """Yield the wires of a net."""
        for link in self.net_links[net]:
            yield wire_ref(self.wiring.links[link])

    def reading_order(self) -> list[str]:
        """Return the boxes column by column."""
        return self._order

    # -- what is there --------------------------------------------------------------------------

    def at(self, x: int, y: int) -> Hit:
        """Return what is at a cell."""
        for key in self.boxes.get((x // TILE, y // BAND), ()):
            frame = self.frame(key)
            if frame.x <= x < frame.x + frame.width and frame.y <= y < frame.y + frame.height:
                return self._box_hit(key, x - frame.x, y - frame.y)
        net = self.net_at(x, y)
        if net is not None:
            return Hit("wire", wires=tuple(self.wires_of(net)))
        return self._frame_hit(x, y)

    def _box_hit(self, key: str, x: int, y: int) -> Hit:
        card = self.cards[key]
        if key not in self._node_ids:
            return Hit("note", key)
        row = card.rows[y]
        reach = 1 if card.width > 1 and self.zoom is not Zoom.DOT else 0
        if row.inlet and x < reach:
            return Hit("port", key, PortRef(key, "in", row.inlet.name))
        if row.outlet and x >= card.width - reach:
            return Hit("port", key, PortRef(key, "out", row.outlet.name))
        return Hit("node", key)

    def _frame_hit(self, x: int, y: int) -> Hit:
        inside = [
            key
            for key in self.frames.get((x // TILE, y // BAND), ())
            if (f := self.layout.frames[key]).x <= x < f.x + f.width and f.y <= y < f.y + f.height
        ]
        if not inside:
            return Hit("empty")
        key = max(inside, key=len)
        return Hit("group", key) if y == self.layout.frames[key].y else Hit("empty", key)

    def net_at(self, x: int, y: int) -> int | None:
        """Return the net whose wire shows in a cell."""
        for column, top, bottom, net in self.uprights.get((x // TILE, y // BAND), ()):
            if column == x and top <= y <= bottom:
                return net
        for left, right, net in self.levels.get((x // TILE, y), ()):
            if left <= x <= right:
                return net
        return None

    def within(self, area: Frame) -> list[str]:
        """Return the nodes and notes that an area touches, from top to bottom."""
        found = set()
        for bucket in buckets(area.x, area.y, area.width, area.height):
            for key in self.boxes.get(bucket, ()):
                if overlap(self.frame(key), area):
                    found.add(key)
        return sorted(found, key=lambda key: (self.layout.places[key][::-1], key))

    def free_below(self, at: Point, width: int, height: int) -> Point:
        """Return the first place at or below a place where a box covers and moves nothing."""
        x, y = at
        while not self._is_free(Frame(x, y, width, height)) and y < self._bottom:
            y += 1
        return x, y

    @property
    def _bottom(self) -> int:
        wires = (y + 1 for route in self.layout.routes.values() for _, y in route)
        return max(self._bounds.y + self._bounds.height + 1, *wires, 0)

    def _is_free(self, area: Frame) -> bool:
        away = columns_apart(self.zoom)
        around = Frame(area.x - away, area.y - 1, area.width + 2 * away, area.height + 2)
        if self.within(around) or any(cuts(frame, area) for frame in self.layout.frames.values()):
            return False
        rows = range(area.y, area.y + area.height)
        columns = range(area.x, area.x + area.width)
        return all(self.net_at(x, y) is None for y in rows for x in columns)

    # -- index ----------------------------------------------------------------------------------

    def _index_wires(self) -> None:
        self._node_ids = {node.id for node in self.scene.nodes}
        levels: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        uprights: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for link, route in self.layout.routes.items():
            number = self.nets.setdefault((link.source, link.outlet), len(self.nets))
            if number == len(self.net_links):
                self.net_links.append([])
            self.net_links[number].append(link)
            end = route[-1]
            self.arrows[(end[0] - 1) // TILE, end[1]].append((end[0] - 1, link))
            for (ax, ay), (bx, by) in pairwise(route):
                if ay == by:
                    last = bx - 1 if (bx, by) == end else bx
                    levels[ay, number].append((min(ax, last), max(ax, last)))
                else:
                    uprights[ax, number].append((min(ay, by), max(ay, by)))
        self._index_levels(levels)
        self._index_uprights(uprights)

    def _index_levels(self, levels: Pieces) -> None:
        for (y, net), pieces in levels.items():
            for left, right in merged(pieces):
                run = (left, right, net)
                for column in range(left // TILE, right // TILE + 1):
                    self.levels[column, y].append(run)

    def _index_uprights(self, uprights: Pieces) -> None:
        for (x, net), pieces in uprights.items():
            for top, bottom in merged(pieces):
                piece = (x, top, bottom, net)
                for band in range(top // BAND, bottom // BAND + 1):
                    self.uprights[x // TILE, band].append(piece)


def _around(frames: list[Frame]) -> Frame:
    if not frames:
        return Frame(0, 0, 0, 0)
    left, top = min(f.x for f in frames), min(f.y for f in frames)
    right = max(f.x + f.width for f in frames)
    bottom = max(f.y + f.height for f in frames)
    return Frame(left, top, right - left, bottom - top)


def merged(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return pieces of a line with those put together that share a cell."""
    if len(pieces) == 1:
        return pieces
    pieces.sort()
    result = [pieces[0]]
    for start, end in pieces[1:]:
        if start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def buckets(x: int, y: int, width: int, height: int) -> Iterator[tuple[int, int]]:
    """Yield the entries of the index that an area touches."""
    for column in range(x // TILE, (x + width - 1) // TILE + 1):
        for band in range(y // BAND, (y + height - 1) // BAND + 1):
            yield column, band


def overlap(a: Frame, b: Frame) -> bool:
    """Whether two frames share a cell."""
    return (
        a.x < b.x + b.width
        and b.x < a.x + a.width
        and a.y < b.y + b.height
        and b.y < a.y + a.height
    )


def cuts(frame: Frame, area: Frame) -> bool:
    """Whether an area lies across the border of a frame."""
    inside = (
        frame.x < area.x
        and frame.y < area.y
        and area.x + area.width < frame.x + frame.width
        and area.y + area.height < frame.y + frame.height
    )
    return overlap(frame, area) and not inside
