"""Deleting nodes, with a proposal of what would be wired to what in their place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from engine.references import Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import Data, get
from tui.editor.model.nodes import list_of_names, without_nodes
from tui.editor.model.signatures import fits_port, fits_text, item_of
from tui.editor.model.snapshot import Edge, Slot, Snapshot
from tui.editor.model.wires import name_of, set_or_drop


@dataclass(frozen=True, slots=True)
class Relink:
    """What becomes of one wire that begins at a node that is to be deleted."""

    target: Slot
    old: Reference
    new: Reference | None
    """What takes its place; None where nothing fits: the wire goes."""

    def __str__(self) -> str:
        if self.new is None:
            return f"{self.target} loses {name_of(self.old)}"
        return f"{self.target}: {name_of(self.old)} -> {name_of(self.new)}"


def relinks(snapshot: Snapshot, nodes: Collection[str]) -> tuple[Relink, ...]:
    """Propose what would be wired to what if nodes were deleted.

    A node is bridged from its output to the input of the same type, as when it is disabled.
    """
    return tuple(
        Relink(edge.target, edge.source, _bridge(snapshot, edge, nodes))
        for edge in snapshot.edges_from(nodes)
        if edge.target.node not in nodes
    )


def delete_nodes(
    snapshot: Snapshot, nodes: Collection[str], relink: Iterable[Relink] = ()
) -> Change:
    """Delete nodes.

    Args:
        snapshot: The workflow.
        nodes: Their ids.
        relink: Those of the proposals of `relinks` that are taken; other wires are taken out.
    """
    unknown = [node for node in nodes if node not in snapshot.nodes]
    if unknown or not nodes:
        raise Refused(f"there is no node {unknown[0]}" if unknown else "no node is chosen")
    wanted = {(each.target, each.old): each.new for each in relink if each.new}
    data, notices = snapshot.data, []
    by_slot: dict[Slot, list[Reference]] = {}
    for edge in snapshot.edges_from(nodes):
        if edge.target.node not in nodes:
            by_slot.setdefault(edge.target, []).append(edge.source)
    for slot, sources in by_slot.items():
        new = {source: wanted.get((slot, source)) for source in sources}
        value = _relinked(get(data, slot.path), new)
        data = set_or_drop(data, slot.path, value)
        lost = [name_of(source) for source in sources if not new[source]]
        notices += [f"{slot} lost {name}" for name in lost]
    name = f"delete {list_of_names(nodes)}"
    return Change(
        snapshot,
        name,
        without_nodes(data, nodes),
        selection=_left_selected(snapshot, nodes),
        notices=tuple(notices),
    )


def _left_selected(snapshot: Snapshot, nodes: Collection[str]) -> tuple[str, ...]:
    """Return what is selected without the nodes: in place of all of it, what is next to them.

    That is what fed them, or else what they fed, or else the node before or after in the file.
    """
    left = tuple(node for node in snapshot.selection if node not in nodes)
    if left or not snapshot.selection:
        return left
    order = list(snapshot.nodes)
    at = order.index(snapshot.selection[-1])
    near = (
        *(edge.source.node for node in reversed(snapshot.selection)
          for edge in snapshot.edges_into(node)),
        *(edge.target.node for edge in snapshot.edges_from(nodes)),
        *reversed(order[:at]),
        *order[at:],
    )  # fmt: skip
    kept = (node for node in near if node in snapshot.nodes and node not in nodes)
    return tuple(islice(kept, 1))


def unwired(data: Data, gone: Callable[[Reference], bool]) -> tuple[Data, tuple[str, ...]]:
    """Return data without references, and a sentence for each value that lost one."""
    notices = []
    slots = [
        (Slot(node, name), value)
        for node, spec in data.get("nodes", {}).items()
        for name, value in spec.get("inputs", {}).items()
    ]
    slots += [(Slot("", name), text) for name, text in data.get("outputs", {}).items()]
    for slot, value in slots:
        lost = [reference for _, reference in texts.within(value) if gone(reference)]
        if lost:
            data = set_or_drop(data, slot.path, texts.without(value, gone))
            notices += [f"{slot} lost {name_of(reference)}" for reference in dict.fromkeys(lost)]
    return data, tuple(notices)


def _relinked(value: Any, new: dict[Reference, Reference | None]) -> Any:
    value = texts.rewrite_all(value, lambda found: new.get(found) or found)
    lost = {source for source, target in new.items() if target is None}
    return texts.without(value, lambda found: found in lost) if lost else value


def _bridge(snapshot: Snapshot, edge: Edge, nodes: Collection[str]) -> Reference | None:
    """Follow a wire back through deleted nodes to a reference that does as well."""
    reference, seen = edge.source, set()
    while reference.node in nodes:
        if reference in seen:
            return None
        seen.add(reference)
        found = _passed_on(snapshot, reference)
        if found is None:
            return None
        reference = Reference(found.node, found.port, (*found.path, *reference.path))
    return reference if _suits(snapshot, reference, edge.target) else None


def _passed_on(snapshot: Snapshot, reference: Reference) -> Reference | None:
    """Return what is wired to the input that is of the same type as the output named."""
    port = snapshot.signatures.outputs(reference.node).get(reference.port)
    if port is None:
        return None
    for name, value in snapshot.nodes[reference.node].get("inputs", {}).items():
        source = texts.only(value[0] if isinstance(value, list) and len(value) == 1 else value)
        parameter = snapshot.signatures.parameter(reference.node, name)
        kind = snapshot.signatures.kind(source) if source else None
        if not (source and parameter and kind):
            continue
        if _same_kind(kind, port) and fits_port(kind, parameter.type):
            return source
    return None


def _same_kind(one: Any, other: Any) -> bool:
    return bool(item_of(one).required() == item_of(other).required())


def _suits(snapshot: Snapshot, reference: Reference, target: Slot) -> bool:
    kind = snapshot.signatures.kind(reference)
    if kind is None or not target.node:
        return kind is not None
    parameter = snapshot.signatures.parameter(target.node, target.name)
    if parameter is None:
        return True
    value = get(snapshot.data, target.path)
    whole = texts.only(value) is not None or isinstance(value, list)
    return (fits_port if whole else fits_text)(kind, parameter.type)
