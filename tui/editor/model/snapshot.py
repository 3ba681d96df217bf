"""One state of the workflow in the editor: immutable, cheap to make, safe to read in any thread."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from engine.document import Document
from engine.references import Reference
from tui.editor.model import texts
from tui.editor.model.data import Data
from tui.editor.model.data import Path as Place
from tui.editor.model.signatures import Signatures, Types


class Slot(NamedTuple):
    """Where a wire ends: a parameter of a node, or an output of the workflow (without a node)."""

    node: str
    name: str

    @property
    def path(self) -> Place:
        """The place in the data."""
        return ("nodes", self.node, "inputs", self.name) if self.node else ("outputs", self.name)

    def __str__(self) -> str:
        return f"{self.node}.{self.name}" if self.node else f"output {self.name}"


class Edge(NamedTuple):
    """A wire: what a reference names, and the slot that the reference stands in."""

    source: Reference
    target: Slot


class Uses:
    """Remembers which references stand in a node, as long as the node stays the same object.

    All states of one model share it: from one to the next hardly any node is another object.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Any, tuple[tuple[str, Reference], ...]]] = {}
        self._users: defaultdict[str, set[str]] = defaultdict(set)
        """For each name the nodes that refer to it now or did so once."""

    def of(self, node: str, spec: Any) -> tuple[tuple[str, Reference], ...]:
        """Return the references in a node's inputs, each with the name of the parameter."""
        known = self._known.get(node)
        if known is None or known[0] is not spec:
            inputs = spec.get("inputs", {})
            found = tuple(
                (name, reference)
                for name, value in inputs.items()
                for _, reference in texts.within(value)
            )
            self._known[node] = known = (spec, found)
            for _, reference in found:
                self._users[reference.node].add(node)
        return known[1]

    def read(self, nodes: Mapping[str, Any]) -> None:
        """Read those nodes that were not read before."""
        known = self._known
        for node, spec in nodes.items():
            if node not in known or known[node][0] is not spec:
                self.of(node, spec)

    def users(self, name: str, nodes: Mapping[str, Any]) -> Set[str]:
        """Return which of the nodes, all of which have been read, refer to a name."""
        return {
            node
            for node in tuple(self._users.get(name, ()))
            if node in nodes and any(r.node == name for _, r in self.of(node, nodes[node]))
        }


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The workflow as it is at one moment."""

    data: Data
    """The file's data. Never to be changed."""
    base: Document
    """The file that the data is a changed state of."""
    types: Types
    selection: tuple[str, ...] = ()
    """Ids of the selected nodes, the one that was selected last at the end."""
    revision: int = 0
    """Grows with each edit; two snapshots of one model with the same one hold the same data."""
    _uses: Uses = field(default_factory=Uses, repr=False)

    @cached_property
    def document(self) -> Document:
        """The state as a document of the engine: to check, plan, run and save.

        It takes tens of milliseconds for thousands of nodes the first time.

        Raises:
            CheckError, DocumentError: It is none; edits of this package never lead there.
        """
        return self.base if self.data is self.base.data else self.base.replace(self.data)

    @property
    def path(self) -> Path | None:
        """The file; None for a workflow that has none yet."""
        return self.base.path

    @property
    def nodes(self) -> dict[str, Any]:
        """The nodes' data by id; never to be changed."""
        found: dict[str, Any] = self.data.get("nodes", {})
        return found

    @cached_property
    def signatures(self) -> Signatures:
        """The ports of the nodes."""
        folder = self.base.path.parent if self.base.path else Path.cwd()
        return Signatures(self.data, folder, self.types)

    # -- wires ---------------------------------------------------------------------------------

    def edges_into(self, node: str) -> Iterator[Edge]:
        """Yield the wires that end at a node; one that stands twice in a parameter comes once."""
        spec = self.nodes.get(node)
        if spec is not None:
            for name, reference in dict.fromkeys(self._uses.of(node, spec)):
                yield Edge(reference, Slot(node, name))

    def edges(self) -> Iterator[Edge]:
        """Yield all wires, those to the workflow's outputs last."""
        for node in self.nodes:
            yield from self.edges_into(node)
        for name, text in self.data.get("outputs", {}).items():
            for found in texts.find(text):
                yield Edge(found.reference, Slot("", name))

    def edges_from(self, nodes: Collection[str]) -> list[Edge]:
        """Return the wires that begin at any of the nodes."""
        users = {user for node in nodes for user in self.users(node)}
        found = [edge for user in self.nodes if user in users for edge in self.edges_into(user)]
        found += [
            Edge(each.reference, Slot("", name))
            for name, text in self.data.get("outputs", {}).items()
            for each in texts.find(text)
        ]
        return [edge for edge in found if edge.source.node in nodes]

    def sources(self, node: str) -> Set[str]:
        """Return the nodes that a node refers to."""
        found = {edge.source.node for edge in self.edges_into(node) if not edge.source.is_input}
        return found & self.nodes.keys()

    def users(self, node: str) -> Set[str]:
        """Return the nodes that refer to a node."""
        return self._read_uses.users(node, self.nodes)

    def upstream(self, nodes: Iterable[str]) -> set[str]:
        """Return all nodes that any of these needs, without these themselves."""
        return self._reach(nodes, self.sources)

    def downstream(self, nodes: Iterable[str]) -> set[str]:
        """Return all nodes that need any of these, without these themselves."""
        return self._reach(nodes, self.users)

    def _reach(self, nodes: Iterable[str], step: Any) -> set[str]:
        start = set(nodes)
        found: set[str] = set()
        front = list(start)
        while front:
            new = step(front.pop()) - found
            found |= new
            front.extend(new)
        return found - start

    @cached_property
    def _read_uses(self) -> Uses:
        self._uses.read(self.nodes)
        return self._uses
