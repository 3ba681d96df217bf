"""What fits where: node types for a port, and ports of the workflow for a port; the best first."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.nodetype import NodeType
from engine.references import INPUTS, Reference
from engine.types import PortType
from tui.editor.model.signatures import fits_port
from tui.editor.model.snapshot import Slot, Snapshot
from tui.editor.model.wires import best_entries, connect_refusal, distance, is_written_out

_UNRELATED = 9


@dataclass(frozen=True, slots=True)
class Offer:
    """A node type that may be added."""

    type: NodeType
    port: str = ""
    """By which of its ports it would be wired; empty where it would not."""
    distance: int = 0
    """How near the types are: 0 is the same."""

    @property
    def name(self) -> str:
        """The type's name, by which it is added."""
        return self.type.name

    @property
    def summary(self) -> str:
        """What it does, in a line."""
        return self.type.summary

    @property
    def fits(self) -> bool:
        """Whether it would be wired to the port that was asked for."""
        return bool(self.port)


def all_types(snapshot: Snapshot) -> list[Offer]:
    """Return all node types, by name."""
    return [Offer(each) for each in sorted(snapshot.types.registry, key=lambda t: t.name)]


def consumers(snapshot: Snapshot, source: Reference, *, rest: bool = False) -> list[Offer]:
    """Return the node types that take what a reference names.

    Args:
        snapshot: The workflow.
        source: What is to be wired into the new node.
        rest: Whether the types that do not fit come after those that do.
    """
    kind = snapshot.signatures.kind(source)
    found = []
    for offer in all_types(snapshot):
        entries = best_entries(snapshot, offer.name, kind) if kind else []
        if kind and entries:
            parameter = offer.type.parameters[entries[0]]
            far = distance(kind, parameter.type) * 2 + (not parameter.required)
            found.append(Offer(offer.type, entries[0], far))
        elif rest:
            found.append(Offer(offer.type, "", _UNRELATED))
    return sorted(found, key=lambda offer: offer.distance)


def producers(snapshot: Snapshot, target: Slot, *, rest: bool = False) -> list[Offer]:
    """Return the node types that give what a parameter takes.

    Args:
        snapshot: The workflow.
        target: What the new node is to be wired to.
        rest: Whether the types that do not fit come after those that do.
    """
    parameter = snapshot.signatures.parameter(target.node, target.name) if target.node else None
    wanted = parameter.type if parameter else PortType("data")
    found = []
    for offer in all_types(snapshot):
        ports = [
            (distance(given, wanted), port)
            for port, given in offer.type.outputs.items()
            if fits_port(given, wanted)
        ]
        if ports:
            far, port = min(ports)
            found.append(Offer(offer.type, port, far))
        elif rest:
            found.append(Offer(offer.type, "", _UNRELATED))
    return sorted(found, key=lambda offer: offer.distance)


def targets(
    snapshot: Snapshot, source: Reference, among: Collection[str] | None = None
) -> list[Slot]:
    """Return the parameters that a reference may be wired to: free ones first.

    Args:
        snapshot: The workflow.
        source: What is to be wired.
        among: The nodes to look at, as those on the screen; all by default.
    """
    kind = snapshot.signatures.kind(source)
    if kind is None:
        return []
    closed = {source.node} if not source.is_input else set()
    closed |= snapshot.upstream(closed)
    found = [
        Slot(node, name)
        for node in (snapshot.nodes if among is None else among)
        if node not in closed and node in snapshot.nodes
        for name, parameter in snapshot.signatures.parameters(node).items()
        if fits_port(kind, parameter.type) and not is_written_out(snapshot, Slot(node, name))
    ]
    return sorted(found, key=lambda slot: _is_set(snapshot, slot))


def sources(
    snapshot: Snapshot, target: Slot, among: Collection[str] | None = None
) -> list[Reference]:
    """Return the outputs and workflow inputs that may be wired to a slot.

    Args:
        snapshot: The workflow.
        target: What is to be wired.
        among: The nodes to look at, as those on the screen; all by default.
    """
    after = snapshot.downstream((target.node,)) | {target.node} if target.node else set()
    found = list(_outputs(snapshot, snapshot.nodes if among is None else among, after))
    found += [Reference(INPUTS, name) for name in snapshot.data.get("inputs", {})]
    return [source for source in found if not connect_refusal(snapshot, source, target)]


def _outputs(
    snapshot: Snapshot, among: Collection[str], without: Collection[str]
) -> Iterator[Reference]:
    for node in among:
        if node not in without:
            for port in snapshot.signatures.outputs(node):
                yield Reference(node, port)


def _is_set(snapshot: Snapshot, slot: Slot) -> bool:
    return slot.name in snapshot.nodes[slot.node].get("inputs", {})
