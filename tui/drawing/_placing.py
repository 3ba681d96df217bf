"""Third step of the layout: how far down each item stands.

Layer by layer, the items are put where the weighted length of their wires' vertical pieces is
least, in their order and with their distances kept. For given neighbours this is an L1 isotonic
regression, which pooling adjacent violators solves exactly; medians, unlike means, leave as many
wires straight as they can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tui.drawing._layering import Layered, Neighbour

if TYPE_CHECKING:
    from tui.drawing.layout import Spacing

_ROUNDS = 2


def place_rows(layered: Layered, spacing: Spacing) -> list[int]:
    """Return the distance of each item's top from the top of the drawing."""
    offsets = [_stacked(layered, items, spacing) for items in layered.order]
    tops = [0] * len(layered.layer)
    for items, rows in zip(layered.order, offsets, strict=True):
        for item, row in zip(items, rows, strict=True):
            tops[item] = row
    count = len(layered.order)
    before, after = layered.before, layered.after
    both = [b + a for b, a in zip(before, after, strict=True)]
    for _ in range(1 if layered.is_large else _ROUNDS):
        _pass(layered, offsets, tops, before, range(1, count))
        _pass(layered, offsets, tops, after, range(count - 2, -1, -1))
    _pass(layered, offsets, tops, before, range(1, count))
    to_and_fro = (range(count), range(count - 1, -1, -1), range(count))
    for layers in to_and_fro[: 1 if layered.is_large else 3]:
        _pass(layered, offsets, tops, both, layers)
    return tops


def _stacked(layered: Layered, items: Sequence[int], spacing: Spacing) -> list[int]:
    """Return the tops of a layer's items when they stand as close as they may."""
    rows = []
    y = 0
    for i, item in enumerate(items):
        if i:
            lanes = layered.is_lane(item) and layered.is_lane(items[i - 1])
            y += spacing.lanes if lanes else spacing.rows
        rows.append(y)
        y += layered.heights[item]
    return rows


def _pass(
    layered: Layered,
    offsets: Sequence[Sequence[int]],
    tops: list[int],
    sides: Sequence[Sequence[Neighbour]],
    layers: Iterable[int],
) -> None:
    for layer in layers:
        items, rows = layered.order[layer], offsets[layer]
        pulls = []
        for item, row in zip(items, rows, strict=True):
            near = sides[item]
            # A wanted place stands in the list as often as it weighs.
            if len(near) == 1:
                other, port, own, weight = near[0]
                pulls.append([tops[other] + port - own - row] * weight)
                continue
            wanted: list[int] = []
            for other, port, own, weight in near:
                wanted += (tops[other] + port - own - row,) * weight
            wanted.sort()
            pulls.append(wanted or [tops[item] - row])
        for item, row, shift in zip(items, rows, _regress(pulls), strict=True):
            tops[item] = row + shift


def _regress(pulls: Sequence[list[int]]) -> list[int]:
    """Return non-decreasing places that are nearest to what pulls at each."""
    # Blocks of items that stand as close together as they may: what pulls at them, how many items
    # they are, where they are.
    wants: list[list[int]] = []
    sizes: list[int] = []
    places: list[int] = []
    for wanted in pulls:
        size, place = 1, wanted[(len(wanted) - 1) // 2]
        while places and places[-1] > place:
            places.pop()
            size += sizes.pop()
            wanted = wants.pop() + wanted
            wanted.sort()
            place = wanted[(len(wanted) - 1) // 2]
        wants.append(wanted)
        sizes.append(size)
        places.append(place)
    result: list[int] = []
    for size, place in zip(sizes, places, strict=True):
        result += (place,) * size
    return result
