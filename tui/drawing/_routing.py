"""Last step of the layout: wires in the gap between two layers, as in channel routing of chips.

Each net of the gap has one vertical piece, on a *track*. Tracks are given out so that no two nets
ever run over each other: where the row on which net A enters is the row on which net B leaves, A's
track is left of B's. Where such demands form a circle, one net gets two tracks and crosses over on
a free row.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from tui.drawing._layering import Neighbour, Port


@dataclass(slots=True)
class Channel:
    """The tracks of one gap."""

    tracks: int = 0
    _first: dict[Port, int] = field(default_factory=dict)
    _second: dict[Port, tuple[int, int]] = field(default_factory=dict)
    """For nets with two tracks: the row between them and the second."""

    def turns(self, item: int, outlet: int, row: int) -> list[tuple[int, int]]:
        """Return the vertical pieces of a net's way to `row`: track and row that it leads to."""
        key = (item, outlet)
        if key in self._second:
            between, second = self._second[key]
            return [(self._first[key], between), (second, row)]
        return [(self._first[key], row)]


@dataclass(slots=True)
class _Net:
    key: Port
    source: int
    """Row on which it comes in."""
    targets: list[int]
    """Rows on which it leaves."""
    between: int | None = None
    """Row on which it goes over from its first to its second track."""

    @property
    def down(self) -> bool:
        return sum(self.targets) >= self.source * len(self.targets)

    @property
    def preference(self) -> tuple[bool, int]:
        """Nets that go down cross least when lower ones turn first; those that go up, last."""
        return (False, -self.source) if self.down else (True, self.source)


def route_channel(
    items: Sequence[int],
    after: Sequence[Sequence[Neighbour]],
    tops: Sequence[int],
    distance: int,
) -> Channel:
    """Give each net of a gap its track.

    Args:
        items: The items left of the gap.
        after: For each item, what its wires lead to.
        tops: Rows of the items' tops.
        distance: Least distance between two vertical pieces on one track.
    """
    turning: list[_Net] = []
    rows: set[int] = set()
    for item in items:
        for outlet, ends in _nets_of(after[item]):
            source = tops[item] + outlet
            targets = {tops[target] + inlet for target, inlet in ends}
            rows |= targets
            if len(targets) > 1 or source not in targets:
                rows.add(source)
                turning.append(_Net((item, outlet), source, sorted(targets)))
    return _Router(turning, rows, distance).run()


def _nets_of(near: Sequence[Neighbour]) -> Iterable[tuple[int, list[Port]]]:
    """Return the outlets of an item with the ports that their wires lead to."""
    if len(near) == 1:
        target, inlet, outlet, _ = near[0]
        return [(outlet, [(target, inlet)])]
    nets: dict[int, list[Port]] = {}
    for target, inlet, outlet, _ in near:
        nets.setdefault(outlet, []).append((target, inlet))
    return nets.items()


class _Router:
    """Gives out tracks, from left to right, in an order that meets all demands."""

    def __init__(self, turning: list[_Net], rows: set[int], distance: int) -> None:
        self._nets = turning
        self._distance = distance
        self._used_rows = rows
        self._taken: list[list[tuple[int, int]]] = []
        self._channel = Channel()

    def run(self) -> Channel:
        """Return the finished channel."""
        left_of, waiting = self._demands()
        least = [0] * len(self._nets)
        ready = [(net.preference, i) for i, net in enumerate(self._nets) if not waiting[i]]
        heapify(ready)
        left = set(range(len(self._nets)))
        halves: set[int] = set()
        while left:
            if ready:
                number = heappop(ready)[1]
                left.discard(number)
                track = self._finish(self._nets[number], least[number])
            else:
                number = min(left - halves, key=lambda i: (self._nets[i].preference, i))
                halves.add(number)
                track = self._begin(self._nets[number])
            for other in left_of.pop(number, ()):
                least[other] = max(least[other], track + 1)
                waiting[other] -= 1
                if not waiting[other]:
                    heappush(ready, (self._nets[other].preference, other))
        self._channel.tracks = len(self._taken)
        return self._channel

    def _demands(self) -> tuple[dict[int, list[int]], list[int]]:
        """Return for each net those that must turn right of it, and how many wait for each."""
        leaving: dict[int, list[int]] = {}
        for number, net in enumerate(self._nets):
            for row in net.targets:
                leaving.setdefault(row, []).append(number)
        left_of: dict[int, list[int]] = {}
        waiting = [0] * len(self._nets)
        for number, net in enumerate(self._nets):
            others = [other for other in leaving.get(net.source, ()) if other != number]
            left_of[number] = others
            for other in others:
                waiting[other] += 1
        return left_of, waiting

    def _begin(self, net: _Net) -> int:
        """Lead a net off its row, onto a free one: the first half of a net in a circle."""
        net.between = self._free_row(net)
        self._used_rows.add(net.between)
        track = self._take(min(net.source, net.between), max(net.source, net.between), 0)
        self._channel._first[net.key] = track
        return track

    def _finish(self, net: _Net, least: int) -> int:
        if net.between is None:
            rows = [net.source, *net.targets]
            track = self._channel._first[net.key] = self._take(min(rows), max(rows), least)
            return track
        rows = [net.between, *net.targets]
        least = max(least, self._channel._first[net.key] + 1)
        track = self._take(min(rows), max(rows), least)
        self._channel._second[net.key] = (net.between, track)
        return track

    def _take(self, top: int, bottom: int, least: int) -> int:
        """Take the track right of all that are taken in these rows."""
        track = len(self._taken)
        while track > least and self._is_free(track - 1, top, bottom):
            track -= 1
        if track == len(self._taken):
            self._taken.append([])
        while len(self._taken) <= track:
            self._taken.append([])
        insort(self._taken[track], (top, bottom))
        return track

    def _is_free(self, track: int, top: int, bottom: int) -> bool:
        taken = self._taken[track]
        i = bisect_left(taken, (top, bottom))
        if i < len(taken) and taken[i][0] < bottom + self._distance:
            return False
        return not i or taken[i - 1][1] + self._distance <= top

    def _free_row(self, net: _Net) -> int:
        """Return a row that no net uses, near the net's own."""
        middle = (net.source + net.targets[0]) // 2
        away = 0
        while True:
            for row in (middle + away, middle - away):
                if row not in self._used_rows:
                    return row
            away += 1
