"""How the axes of a node's parameters become the axes of the node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.graph import Axis, Binding, DictOf, ListOf, Takes, Text, Wire, wires_of

Axes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """The axes of a node, and where in its tasks' index each axis stands."""

    axes: Axes
    positions: Mapping[str, int]
    zip_groups: tuple[Axes, ...] = ()


class AxisConflict(Exception):
    """Different axes meet and the node does not say how."""

    def __init__(self, message: str, fallback: Joined) -> None:
        super().__init__(message)
        self.fallback = fallback
        """The product: good enough to go on checking with."""


def join_axes(
    bindings: Mapping[str, Binding], over: str | None, known: Mapping[str, Axis], scope: str
) -> Joined:
    """Join the axes of all parameters of a node.

    One axes tuple that holds all others is the node's. Takes are further, inner axes: those written
    on the node, and those written on the node of the subworkflow that it is in.

    Args:
        bindings: The node's parameters.
        over: `product`, `zip` or None.
        known: All axes so far.
        scope: The prefix of the subworkflow that the node is in.

    Raises:
        AxisConflict: Axes differ and `over` is None, or they cannot be zipped.
    """
    named = [(w.mapped_axes, name) for name, b in bindings.items() for w in wires_of(b)]
    takes = tuple(b.axis for b in bindings.values() if isinstance(b, Takes))
    distinct = _distinct(axes for axes, _ in named)
    if not _is_covered(distinct):
        free = _free_takes(distinct, known, scope)
        takes = free + takes
        named = [(tuple(a for a in axes if a not in free), name) for axes, name in named]
        distinct = _distinct(axes for axes, _ in named)
    if _is_covered(distinct):
        return _joined(max(distinct, key=len, default=()), takes)
    union = tuple(dict.fromkeys(axis for axes in distinct for axis in axes))
    if over == "product":
        return _joined(union, takes)
    if over == "zip":
        return _zip(distinct, union, takes)
    first = dict(reversed(named))
    message = ", ".join(f"{'/'.join(axes)} (from {first[axes]})" for axes in distinct)
    raise AxisConflict(message, _joined(union, takes))


def _distinct(tuples: Iterable[Axes]) -> list[Axes]:
    return list(dict.fromkeys(filter(None, tuples)))


def _is_covered(distinct: Sequence[Axes]) -> bool:
    """Tell whether one axes tuple holds all others."""
    cover: Axes = max(distinct, key=len, default=())
    return all(set(axes) <= set(cover) for axes in distinct)


def _free_takes(distinct: Sequence[Axes], known: Mapping[str, Axis], scope: str) -> Axes:
    """Return the takes that a caller asks for, without those that another axis is made under."""
    union = dict.fromkeys(axis for axes in distinct for axis in axes)
    parents = {parent for axis in union for parent in known[axis].parents}
    return tuple(
        axis
        for axis in union
        if known[axis].takes_of and scope.startswith(known[axis].takes_of) and axis not in parents
    )


def _joined(axes: Axes, takes: Axes) -> Joined:
    all_axes = axes + takes
    return Joined(all_axes, {axis: i for i, axis in enumerate(all_axes)})


def _zip(distinct: Sequence[Axes], union: Axes, takes: Axes) -> Joined:
    largest = [a for a in distinct if not any(set(a) < set(b) for b in distinct)]
    common = set.intersection(*(set(axes) for axes in largest))
    rests = [tuple(axis for axis in axes if axis not in common) for axes in largest]
    if len({len(rest) for rest in rests}) > 1:
        message = " and ".join("/".join(axes) for axes in largest) + " differ in depth"
        raise AxisConflict(message, _joined(union, takes))
    axes = largest[0] + takes
    positions = {axis: i for i, axis in enumerate(axes)}
    groups = tuple(zip(*rests, strict=True))
    for group in groups:
        for axis in group[1:]:
            positions[axis] = positions[group[0]]
    return Joined(axes, positions, groups)


def ragged_below(collect: str, axes: Iterable[str], known: Mapping[str, Axis]) -> str | None:
    """Return an axis whose lengths depend on `collect`, if there is one among `axes`.

    Such an axis must be collected first.
    """
    return next((a for a in axes if a != collect and collect in known[a].parents), None)


def place_binding(binding: Binding, positions: Mapping[str, int]) -> Binding:
    """Return the binding with the places of its wires' axes filled in."""
    if isinstance(binding, Wire):
        places = tuple(-1 if a == binding.collect else positions[a] for a in binding.axes)
        return replace(binding, positions=places)
    if isinstance(binding, Text):
        parts = tuple(_place_part(part, positions) for part in binding.parts)
        return Text(parts)
    if isinstance(binding, Takes):
        items = tuple(place_binding(item, positions) for item in binding.items)
        return Takes(binding.axis, items, positions[binding.axis])
    if isinstance(binding, ListOf):
        return ListOf(tuple(place_binding(item, positions) for item in binding.items))
    if isinstance(binding, DictOf):
        return DictOf(tuple((k, place_binding(item, positions)) for k, item in binding.items))
    return binding


def _place_part(part: str | Wire, positions: Mapping[str, int]) -> str | Wire:
    if isinstance(part, str):
        return part
    placed = place_binding(part, positions)
    assert isinstance(placed, Wire)  # noqa: S101 - narrows the type
    return placed
