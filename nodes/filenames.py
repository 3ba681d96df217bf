"""Which results of a workflow become files, and under which names, decided before anything runs.

Names follow nodes and tasks: `film.mp4`, `frame-03.png`. No two results share a name, also not on
file systems that take upper and lower case for the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.graph import Const, Graph, Index, Node, Takes, Wire
from engine.request import Target
from nodes.naming import safe_name, safe_path

SAVE = "save"
"""The type of the node that names a file."""

_NUMBERS = re.compile(r"(-\d{2,})+$")


@dataclass(frozen=True, slots=True)
class Claim:
    """A name that one port's values are written under."""

    stem: PurePosixPath
    """The path in the output folder, without number and ending."""
    outputs: tuple[str, ...] = ()
    """The workflow outputs that these files are; none for `save` nodes and tasks asked for."""
    wire: Wire | None = None


def number(index: Index) -> str:
    """Return the numbers of an item as they stand in its file's name: `-03`, `-03-01`."""
    return "".join(f"-{i + 1:02}" for i in index)


class Names:
    """The names of a workflow's files.

    Args:
        graph: Its outputs and `save` nodes are named.
        targets: Tasks that were asked for by name: their ports are named as well.
    """

    def __init__(self, graph: Graph, targets: Collection[Target] = ()) -> None:
        self._graph = graph
        self._families: set[str] = set()
        self.passed_on: list[Claim] = []
        """Outputs that an internal node passes on: they have no task of their own."""
        self.ports: dict[str, dict[str, list[Claim]]] = {}
        """Claims by node and port."""
        self.saves: dict[str, PurePosixPath] = {}
        """Names that `save` nodes have written out, by node."""
        self._name_saves()
        self._name_outputs()
        self._name_targets(targets)

    def _name_saves(self) -> None:
        # First, as these names were chosen by a person.
        for node in self._graph.nodes.values():
            name = node.bindings.get("name")
            if node.type.name == SAVE and isinstance(name, Const):
                self.saves[node.id] = self._allot(safe_path(str(name.value)))

    def _name_outputs(self) -> None:
        outputs: dict[tuple[str, str, Any], list[str]] = {}
        wires: dict[tuple[str, str, Any], Wire] = {}
        for name, wire in self._graph.outputs.items():
            key = (wire.node, wire.port, wire.steps)
            outputs.setdefault(key, []).append(name)
            wires[key] = wire
        for (node_id, port, steps), names in outputs.items():
            wire = wires[node_id, port, steps]
            if self._graph.nodes[node_id].internal:
                stem = self._allot(PurePosixPath(safe_name(names[0]) or "output"))
                self.passed_on.append(Claim(stem, tuple(names), wire))
                continue
            name = _file_name(node_id)
            if sum(1 for other in outputs if other[0] == node_id) > 1:
                name = "-".join([name, port, *(step for step in steps if step)])
            claim = Claim(self._allot(PurePosixPath(name)), tuple(names), wire)
            self.ports.setdefault(node_id, {}).setdefault(port, []).append(claim)

    def _name_targets(self, targets: Collection[Target]) -> None:
        for node_id in dict.fromkeys(node_id for node_id, _ in targets):
            node = self._graph.nodes[node_id]
            if node_id in self.ports or node.type.name == SAVE:
                continue
            for port in node.outputs:
                name = _file_name(node_id)
                if len(node.outputs) > 1:
                    name += f"-{port}"
                claim = Claim(self._allot(PurePosixPath(name)))
                self.ports.setdefault(node_id, {})[port] = [claim]

    def _allot(self, stem: PurePosixPath) -> PurePosixPath:
        """Return a stem that no other claim has, and whose numbered files no other has either."""
        free = stem
        attempt = 1
        while (family := _family(free)) in self._families:
            attempt += 1
            free = stem.with_name(f"{stem.name}_{attempt}")
        self._families.add(family)
        return free


def shares_name(node: Node) -> bool:
    """Tell whether all items of a mapped `save` node are given one name."""
    own = isinstance(node.bindings["name"], Takes) or any(
        wire.mapped_axes for name, wire in node.wires if name == "name"
    )
    return bool(node.axes) and not own


def follow(value: Any, wire: Wire, index: Index) -> Iterator[tuple[Index, Any]]:
    """Yield every item that a wire leads to within one port's value, with its full index.

    What is not there, as a field of a value that a node did not give, is left out.
    """
    items: list[tuple[Index, Any]] = [(index, value)]
    for step in wire.steps:
        if step is None:
            items = [((*i, k), item) for i, v in items for k, item in enumerate(v)]
        else:
            items = [(i, getattr(v, step)) for i, v in items]
        items = [(i, v) for i, v in items if v is not None]
    yield from items


def _file_name(node_id: str) -> str:
    return safe_name(node_id.replace("/", "-"))


def _family(stem: PurePosixPath) -> str:
    """Return what names have in common whose numbered files could be the same."""
    return str(stem.with_name(_NUMBERS.sub("", stem.name) or stem.name)).casefold()
