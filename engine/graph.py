"""A workflow made ready to run: nodes with bound parameters, axes, and who needs whom.

`bind` makes a `Graph` from a document. A *wire* says where a parameter's value comes from and how
the index of the task that asks maps to the index of the task that has it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.nodetype import NodeType
from engine.types import PortType

Index = tuple[int, ...]
"""Position of a task along its node's axes, counted from 0."""

ITEM = None
"""A step of a wire into a list: which item follows from the task's index."""

Steps = tuple[str | None, ...]
"""How a wire goes on into a value: a field's name, or `ITEM`."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Where a list was made; nodes that are mapped over the list have a task for each item."""

    name: str
    parents: tuple[str, ...] = ()
    """Axes that its length depends on: each of their items has a list of its own."""
    scope: str = ""
    """The subworkflow it was made in, as `look/`; empty for the main file."""
    length: int | None = None
    """For a list written in the file; otherwise the maker's result tells."""
    maker: str = ""
    """The node whose result holds the list."""
    port: str = ""
    steps: Steps = ()
    takes_of: str = ""
    """For takes that a subworkflow's caller asks for: the prefix of that subworkflow. To all nodes
    in it they are takes as well."""


@dataclass(frozen=True, slots=True)
class Const:
    """A value known before the run."""

    value: Any


@dataclass(frozen=True, slots=True)
class Unset:
    """A workflow input that has no value yet; only a check allows it."""

    type: PortType


@dataclass(frozen=True, slots=True)
class Wire:
    """A value that another node's task makes.

    `positions` gives, for each axis of the value, the place in the asking task's index that tells
    which item is meant, or -1 for the axis that is collected into a list.
    """

    node: str
    port: str
    steps: Steps
    type: PortType
    """The type of one item."""
    axes: tuple[str, ...]
    collect: str = ""
    """The axis that is collected; empty when one item is taken."""
    single: bool = False
    """One item that goes into a list parameter, as a list of one."""
    in_list: bool = False
    """Part of a list that is written out: where the value was skipped, the list does without."""
    positions: tuple[int, ...] = ()

    @property
    def mapped_axes(self) -> tuple[str, ...]:
        """The axes that the asking node is mapped over because of this wire."""
        return tuple(axis for axis in self.axes if axis != self.collect)


@dataclass(frozen=True, slots=True)
class Text:
    """Text with values put in."""

    parts: tuple[str | Wire, ...]


@dataclass(frozen=True, slots=True)
class Takes:
    """A list written where one item is wanted: one task for each."""

    axis: str
    items: tuple[Binding, ...]
    position: int = -1


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list written in the file with wires among its items; collecting wires are spliced in."""

    items: tuple[Binding, ...]


@dataclass(frozen=True, slots=True)
class DictOf:
    """An object written in the file with wires among its values."""

    items: tuple[tuple[str, Binding], ...]


Binding = Const | Unset | Wire | Text | Takes | ListOf | DictOf


def wires_of(binding: Binding) -> Iterator[Wire]:
    """Yield every wire in a binding."""
    if isinstance(binding, Wire):
        yield binding
    elif isinstance(binding, Text):
        yield from (part for part in binding.parts if isinstance(part, Wire))
    elif isinstance(binding, Takes | ListOf):
        for item in binding.items:
            yield from wires_of(item)
    elif isinstance(binding, DictOf):
        for _, item in binding.items:
            yield from wires_of(item)


@dataclass(slots=True)
class Node:
    """A node of the flattened graph."""

    id: str
    """`frame`, or `look/frame` inside the subworkflow `look`."""
    type: NodeType
    bindings: dict[str, Binding]
    axes: tuple[str, ...] = ()
    outputs: Mapping[str, PortType] = field(default_factory=dict)
    scope: str = ""
    internal: bool = False
    """Made by the engine to pass values on: never shown, cached or counted."""
    lazy: frozenset[str] = frozenset()
    """Parameters whose upstream runs only if this node asks for it."""
    positions: Mapping[str, int] = field(default_factory=dict)
    """Place of each axis, zipped ones included, in a task's index."""
    zip_groups: tuple[tuple[str, ...], ...] = ()
    """Axes that are gone through together; their lengths must agree."""
    retries: int = 2
    skip_on_error: bool = False
    cache: str = "on"
    title: str = ""
    wires: tuple[tuple[str, Wire], ...] = ()

    def collect_wires(self) -> None:
        """Fill `wires`: every wire with the parameter that it belongs to."""
        self.wires = tuple(
            (name, wire) for name, binding in self.bindings.items() for wire in wires_of(binding)
        )


@dataclass(slots=True)
class Graph:
    """A workflow that can be planned and run."""

    name: str
    path: Path | None
    nodes: dict[str, Node]
    """In topological order."""
    axes: dict[str, Axis]
    outputs: dict[str, Wire]
    text: str = ""
    """The workflow as JSON text, for history and for the metadata of files."""
    pinned: frozenset[str] = frozenset()
    """The nodes that say `"cache": "pinned"`, also those that are disabled now."""
    _needed: frozenset[str] | None = None

    def needed(self) -> Collection[str]:
        """Return the nodes that a run of everything needs for sure.

        These are what the outputs and the sinks need, except through lazy inputs. A file without
        outputs needs all its nodes.
        """
        if self._needed is None:
            wanted = {wire.node for wire in self.outputs.values()}
            wanted |= {node.id for node in self.nodes.values() if node.type.sink}
            if not self.outputs:
                wanted |= set(self.nodes)
            self._needed = frozenset(self.upstream_of(wanted))
        return self._needed

    def upstream_of(self, wanted: Collection[str], *, lazy: bool = False) -> set[str]:
        """Return `wanted` and all nodes that they need, with the makers of their axes."""
        found = set(wanted)
        if len(found) == len(self.nodes):
            return found
        for node_id in reversed(self.nodes):
            if node_id not in found:
                continue
            node = self.nodes[node_id]
            for name, wire in node.wires:
                if lazy or name not in node.lazy:
                    found.add(wire.node)
            for axis in node.axes:
                if maker := self.axes[axis].maker:
                    found.add(maker)
        return found

    def path_left(self, weight: Mapping[str, float]) -> dict[str, float]:
        """Return for each node the weight of the heaviest path from it to an end, itself included.

        Args:
            weight: Expected seconds of a task, by node type; 1 for those not named.
        """
        left: dict[str, float] = {}
        after: dict[str, float] = dict.fromkeys(self.nodes, 0.0)
        for node_id in reversed(self.nodes):
            node = self.nodes[node_id]
            own = 0.0 if node.internal else weight.get(node.type.name, 1.0)
            left[node_id] = own + after[node_id]
            for _, wire in node.wires:
                after[wire.node] = max(after[wire.node], left[node_id])
        return left


def task_name(node: str, index: Index) -> str:
    """Return a task's address as people write it, counted from 1: `frame[3]`, `take[3,1]`."""
    return f"{node}[{item_text(index)}]" if index else node


def item_text(index: Index) -> str:
    """Return an index as the history writes it: `3`, `3,1`, or nothing; counted from 1."""
    return ",".join(str(i + 1) for i in index)


def parse_task(text: str) -> tuple[str, Index | None]:
    """Read a task's address: a node and, if given, its index.

    Raises:
        ValueError: It is not written as `node`, `node[3]` or `node[3,1]`.
    """
    name, bracket, rest = text.partition("[")
    if not bracket:
        return text, None
    if not rest.endswith("]"):
        raise ValueError(f"{text!r} lacks the closing bracket")
    try:
        numbers = tuple(int(part) - 1 for part in rest[:-1].split(","))
    except ValueError:
        raise ValueError(f"{text!r}: between the brackets stand numbers, as in frame[3]") from None
    if any(number < 0 for number in numbers):
        raise ValueError(f"{text!r}: tasks are counted from 1")
    return name, numbers
