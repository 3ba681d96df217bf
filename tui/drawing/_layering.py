"""First step of the layout: which layer each box goes to, and the lanes of long wires.

A net that passes a layer gets one *lane* there: an item of no width that the next steps treat like
a box. All wires of the net share it. So every *piece* of a net goes from one layer to the next.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.drawing.layout import Box, Link

Neighbour = tuple[int, int, int, int]
"""Another item, its port's distance from its top, the own port's distance, the wire's weight."""

Port = tuple[int, int]
"""An item and the distance of the port from its top."""

_LARGE = 10_000
"""Items above which every step is felt."""
_BOX_TO_BOX, _BOX_TO_LANE, _LANE_TO_LANE = 1, 1, 4


@dataclass(frozen=True, slots=True)
class Path:
    """A wire from box to box, over the lanes between."""

    link: Link
    source: int
    outlet: int
    """Distance of the outlet from the top of its box."""
    lanes: Sequence[int]
    target: int
    inlet: int


@dataclass(slots=True)
class Layered:
    """A graph whose every piece of wire goes to the next layer.

    Items are boxes, numbered as given, and after them the lanes.
    """

    boxes: int
    layer: list[int]
    heights: list[int]
    order: list[list[int]] = field(default_factory=list)
    """The items of each layer, from top to bottom."""
    before: list[list[Neighbour]] = field(default_factory=list)
    after: list[list[Neighbour]] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)
    """The way of each wire."""

    def is_lane(self, item: int) -> bool:
        """Whether the item is a wire that passes by."""
        return item >= self.boxes

    @property
    def is_large(self) -> bool:
        """Whether there is so much that the following steps had better not do their utmost."""
        return len(self.layer) > _LARGE


def assign_layers(boxes: Sequence[Box], links: Sequence[Link]) -> Layered:
    """Give each box a layer, and each net that passes a layer a lane in it.

    Raises:
        ValueError: The links form a cycle.
    """
    number = {box.id: i for i, box in enumerate(boxes)}
    ends = [(number[link.source], number[link.target]) for link in links]
    layer = _tightened(boxes, ends, *_longest_paths(boxes, ends))
    layered = Layered(len(boxes), layer, [box.height for box in boxes])
    layered.before = [[] for _ in boxes]
    layered.after = [[] for _ in boxes]
    _Wiring(boxes, number, layered).run(links)
    layered.order = _first_order(layered)
    return layered


def _longest_paths(
    boxes: Sequence[Box], ends: Sequence[tuple[int, int]]
) -> tuple[list[int], list[int]]:
    """Return each box's distance from the start, and a topological order."""
    waiting = [0] * len(boxes)
    after: list[list[int]] = [[] for _ in boxes]
    for source, target in ends:
        after[source].append(target)
        waiting[target] += 1
    layer = [0] * len(boxes)
    order = []
    ready = deque(i for i, count in enumerate(waiting) if not count)
    while ready:
        item = ready.popleft()
        order.append(item)
        for target in after[item]:
            layer[target] = max(layer[target], layer[item] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(order) < len(boxes):
        raise ValueError("the links form a cycle")
    return layer, order


def _tightened(
    boxes: Sequence[Box], ends: Sequence[tuple[int, int]], layer: list[int], order: list[int]
) -> list[int]:
    """Move boxes to the right where that shortens their wires."""
    before: list[list[int]] = [[] for _ in boxes]
    after: list[list[int]] = [[] for _ in boxes]
    for source, target in ends:
        before[target].append(source)
        after[source].append(target)
    for item in reversed(order):
        if after[item] and len(set(before[item])) < len(set(after[item])) + (not before[item]):
            layer[item] = min(layer[target] for target in after[item]) - 1
    last = max(layer, default=0)
    for item, box in enumerate(boxes):
        if box.pin == "first":
            layer[item] = 0
        elif box.pin == "last":
            layer[item] = max([last, *(layer[source] + 1 for source in before[item])])
            last = layer[item]
    for item, box in enumerate(boxes):
        if box.pin == "last":
            layer[item] = last
    return layer


class _Wiring:
    """Threads every net through the layers."""

    def __init__(self, boxes: Sequence[Box], number: dict[str, int], layered: Layered) -> None:
        self._boxes = boxes
        self._number = number
        self._layered = layered
        self._lanes: dict[Port, list[int]] = {}

    def run(self, links: Sequence[Link]) -> None:
        """Thread all nets and note the path of each link."""
        boxes, number, layer = self._boxes, self._number, self._layered.layer
        joined: set[tuple[int, int, int, int]] = set()
        for link in links:
            source, target = number[link.source], number[link.target]
            outlet = boxes[source].outlets[link.outlet]
            inlet = boxes[target].inlets[link.inlet]
            lanes = self._lanes_of(source, outlet, layer[target] - layer[source] - 1)
            self._layered.paths.append(Path(link, source, outlet, lanes, target, inlet))
            start, out = (lanes[-1], 0) if lanes else (source, outlet)
            piece = (start, out, target, inlet)
            if piece not in joined:
                joined.add(piece)
                self._join(*piece, _BOX_TO_LANE if lanes else _BOX_TO_BOX)

    def _lanes_of(self, source: int, outlet: int, count: int) -> list[int]:
        """Return the first lanes of a net, as many as are needed."""
        lanes = self._lanes.setdefault((source, outlet), [])
        layered = self._layered
        layer = layered.layer
        while len(lanes) < count:
            lane = len(layer)
            layer.append(layer[source] + len(lanes) + 1)
            layered.heights.append(1)
            layered.before.append([])
            layered.after.append([])
            if lanes:
                self._join(lanes[-1], 0, lane, 0, _LANE_TO_LANE)
            else:
                self._join(source, outlet, lane, 0, _BOX_TO_LANE)
            lanes.append(lane)
        return lanes[:count]

    def _join(self, source: int, outlet: int, target: int, inlet: int, weight: int) -> None:
        self._layered.after[source].append((target, inlet, outlet, weight))
        self._layered.before[target].append((source, outlet, inlet, weight))


def _first_order(layered: Layered) -> list[list[int]]:
    """Return layers filled in the order of a walk along the wires, box by box."""
    layer, after = layered.layer, layered.after
    order: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    seen = [False] * len(layer)
    for start in range(len(layer)):
        stack = [start]
        while stack:
            item = stack.pop()
            if seen[item]:
                continue
            seen[item] = True
            order[layer[item]].append(item)
            near = after[item]
            if len(near) > 1:
                near = sorted(near, key=_by_outlet, reverse=True)
            stack += [way[0] for way in near]
    return order


def _by_outlet(near: Neighbour) -> tuple[int, int]:
    return near[2], near[0]


def keep_order(layered: Layered, boxes: Sequence[Box], near: Mapping[str, int]) -> None:
    """Reorder the layers so that boxes stand to each other as they did before.

    Args:
        layered: The graph; `order` is changed.
        boxes: Its boxes.
        near: Rows on which boxes stood; new ones and lanes go by their neighbours.
    """
    rows: list[float] = [0.0] * len(layered.layer)
    for items in layered.order:
        last = 0.0
        for item in items:
            known = near.get(boxes[item].id) if item < layered.boxes else None
            sources = layered.before[item]
            if known is not None:
                last = known
            elif sources:
                last = sum(rows[source] + port for source, port, *_ in sources) / len(sources)
            rows[item] = last
        items.sort(key=rows.__getitem__)
