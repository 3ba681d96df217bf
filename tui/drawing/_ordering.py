"""Second step of the layout: the order of the items within each layer, for few crossings.

Barycentre sweeps in both directions, of which the best order is kept; then neighbours are swapped
as long as that saves crossings.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from tui.drawing._layering import Layered, Neighbour

_SWEEPS = 8
_SWEEPS_IF_LARGE = 2
_PATIENCE = 3
"""Sweeps without a gain after which to stop."""
_SWAP_ROUNDS = 4
_PORT_BITS = 20


def order_layers(layered: Layered, *, thorough: bool = True) -> None:
    """Reorder `layered.order` in place.

    Args:
        layered: The graph.
        thorough: Whether to look far from the order that is there, or to swap neighbours alone.
    """
    position = [0] * len(layered.layer)
    _number(layered.order, position)
    if not thorough:
        _swap_all(layered, position, rounds=1)
        return
    best, fewest, idle = layered.order, count_crossings(layered, position), 0
    for sweep in range(_SWEEPS_IF_LARGE if layered.is_large else _SWEEPS):
        if not fewest or idle == _PATIENCE:
            break
        _sweep(layered, position, forward=sweep % 2 == 0)
        crossings = count_crossings(layered, position)
        idle += 1
        if crossings < fewest:
            best, fewest, idle = layered.order, crossings, 0
    layered.order = [list(items) for items in best]
    _number(layered.order, position)
    if fewest:
        _swap_all(layered, position, rounds=1 if layered.is_large else _SWAP_ROUNDS)


def count_crossings(layered: Layered, position: Sequence[int]) -> int:
    """Return how many pairs of pieces cross, long wires included.

    Args:
        layered: The graph.
        position: Where each item stands in its layer.
    """
    return sum(_crossings_after(items, layered.after, position) for items in layered.order)


def _crossings_after(
    items: Sequence[int], after: Sequence[Sequence[Neighbour]], position: Sequence[int]
) -> int:
    ends: list[int] = []
    for item in items:
        near = after[item]
        if len(near) == 1:
            target, inlet, _, _ = near[0]
            ends.append((position[target] << _PORT_BITS) + inlet)
        else:
            # Pieces of one net end in rising order, so that they never count against each other.
            ways = [(n[2], (position[n[0]] << _PORT_BITS) + n[1]) for n in near]
            ends += [end for _, end in sorted(ways)]
    crossings = 0
    passed: list[int] = []
    for end in ends:
        at = bisect_right(passed, end)
        crossings += len(passed) - at
        passed.insert(at, end)
    return crossings


def _number(order: Sequence[Sequence[int]], position: list[int]) -> None:
    for items in order:
        for i, item in enumerate(items):
            position[item] = i


def _sweep(layered: Layered, position: list[int], *, forward: bool) -> None:
    """Sort each layer by where its neighbours on one side stand; makes a new order."""
    order = [list(items) for items in layered.order]
    sides = layered.before if forward else layered.after
    heights = layered.heights
    for number in range(1, len(order)) if forward else range(len(order) - 2, -1, -1):
        items = order[number]
        ranked: list[tuple[float, int, int]] = []
        for item in items:
            near = sides[item]
            if len(near) == 1:
                other, port, _, _ = near[0]
                wanted = position[other] + (port + 1) / (heights[other] + 1)
            elif near:
                total = sum([position[n] + (port + 1) / (heights[n] + 1) for n, port, *_ in near])
                wanted = total / len(near)
            else:
                continue
            ranked.append((wanted, position[item], item))
        ranked.sort()
        # Items without neighbours on this side stay where they are.
        movable = iter(ranked)
        order[number] = items = [next(movable)[2] if sides[item] else item for item in items]
        for i, item in enumerate(items):
            position[item] = i
    layered.order = order


def _swap_all(layered: Layered, position: list[int], *, rounds: int) -> None:
    """Swap neighbours in every layer, and again where a layer next to it has changed."""
    changed = set(range(len(layered.order)))
    for _ in range(rounds):
        look_at = sorted(changed | {i - 1 for i in changed} | {i + 1 for i in changed})
        layers = [i for i in look_at if 0 <= i < len(layered.order)]
        changed = {i for i in layers if _swap_neighbours(layered, layered.order[i], position)}
        if not changed:
            break


def _swap_neighbours(layered: Layered, items: list[int], position: list[int]) -> bool:
    """Swap items next to each other where that saves crossings; tell whether any was."""
    ends = [(_ends(layered.before[i], position), _ends(layered.after[i], position)) for i in items]
    swapped = False
    for i in range(len(items) - 1):
        upper, lower = ends[i], ends[i + 1]
        now = _inversions(upper[0], lower[0]) + _inversions(upper[1], lower[1])
        if not now:
            continue
        if _inversions(lower[0], upper[0]) + _inversions(lower[1], upper[1]) < now:
            items[i], items[i + 1] = items[i + 1], items[i]
            ends[i], ends[i + 1] = lower, upper
            swapped = True
    for i, item in enumerate(items):
        position[item] = i
    return swapped


def _ends(neighbours: Sequence[Neighbour], position: Sequence[int]) -> list[int]:
    if len(neighbours) == 1:
        item, port, _, _ = neighbours[0]
        return [(position[item] << _PORT_BITS) + port]
    ends = [(position[item] << _PORT_BITS) + port for item, port, _, _ in neighbours]
    ends.sort()
    return ends


def _inversions(upper: Sequence[int], lower: Sequence[int]) -> int:
    """Count pairs in which the upper item's neighbour stands below the lower item's."""
    if not upper or not lower or upper[-1] <= lower[0]:
        return 0
    count, i = 0, 0
    for end in upper:
        while i < len(lower) and lower[i] < end:
            i += 1
        count += i
    return count
