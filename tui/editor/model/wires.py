"""Edits of wires: connect, disconnect, and put a node into a wire.

Wires are references in the inputs of nodes, so that each of these edits changes one value.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from engine.references import Reference
from engine.types import PortType
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import MISSING, Data, drop, get, insert_before, put
from tui.editor.model.names import ensure_free, free_id
from tui.editor.model.signatures import FILE, SUBWORKFLOW, fits_port, item_of
from tui.editor.model.snapshot import Slot, Snapshot

Way: TypeAlias = Literal["auto", "item", "replace"]
"""How a wire goes into a slot that has a value: as another item, in its place, or as fits."""


def connect(
    snapshot: Snapshot, source: Reference, target: Slot, *, way: Way = "auto", merge: str = ""
) -> Change:
    """Wire what a reference names to a parameter, or to an output of the workflow.

    A free slot takes the wire. One that has a value takes it as another item if it takes a list,
    otherwise in place of the value.

    Raises:
        Refused: The kinds do not fit, a cycle would arise, or there is no such port.
    """
    if reason := connect_refusal(snapshot, source, target):
        raise Refused(reason)
    value = _with_wire(snapshot, source, target, way)
    data = put(snapshot.data, target.path, value)
    return Change(snapshot, f"connect {name_of(source)} to {target}", data, merge=merge)


def connect_refusal(snapshot: Snapshot, source: Reference, target: Slot) -> str:
    """Return why a wire cannot be; an empty text if it can."""
    kind = snapshot.signatures.kind(source)
    if kind is None:
        return f"there is nothing called {name_of(source)}"
    if not target.node:
        return ""
    if target.node not in snapshot.nodes:
        return f"there is no node {target.node}"
    wanted = snapshot.signatures.parameter(target.node, target.name)
    if wanted is None:
        return f"{target.node} has no parameter {target.name}"
    if is_written_out(snapshot, target):
        return "the file of a subworkflow has to be written out"
    if not fits_port(kind, wanted.type):
        return f"{name_of(source)} gives {kind}, but {target} takes {wanted.type}"
    if source.node == target.node:
        return f"{target.node} cannot need itself"
    if not source.is_input and target.node in snapshot.upstream((source.node,)):
        return f"{source.node} needs {target.node}: the wire would close a circle"
    return ""


def is_written_out(snapshot: Snapshot, target: Slot) -> bool:
    """Tell whether a parameter takes no wires: the file of a subworkflow."""
    return target.name == FILE and snapshot.nodes[target.node].get("type") == SUBWORKFLOW


def disconnect(snapshot: Snapshot, target: Slot, source: Reference | None = None) -> Change:
    """Take a wire out of a slot; all of its wires where none is named.

    A value that was only the wire is unset. Of a longer text the rest stays.
    """
    value = get(snapshot.data, target.path)
    what = name_of(source) if source else "all"
    if value is MISSING or not any(texts.within(value)):
        raise Refused(f"nothing is wired to {target}")
    rest = texts.without(value, lambda found: source is None or found == source)
    data = set_or_drop(snapshot.data, target.path, rest)
    return Change(snapshot, f"disconnect {what} from {target}", data)


def insert_node(
    snapshot: Snapshot,
    type_name: str,
    source: Reference,
    target: Slot,
    *,
    place: tuple[float, float] | None = None,
    node_id: str = "",
) -> Change:
    """Put a new node into the wire between a reference and a slot.

    Raises:
        Refused: The type has no port that fits on one side or the other, there is no such wire, or
            the id is taken.
    """
    value = get(snapshot.data, target.path)
    if not any(reference == source for _, reference in texts.within(value)):
        raise Refused(f"there is no wire from {name_of(source)} to {target}")
    if node_id:
        ensure_free(node_id, snapshot.nodes, "node", is_node=True)
    node = node_id or free_id(type_name, snapshot.nodes)
    entry, port = _ports_between(snapshot, type_name, node, source, target)
    spec = {"type": type_name, "inputs": {entry: str(source)}}
    after = Reference(node, port)
    value = texts.rewrite_all(value, lambda found: after if found == source else found)
    data = put(snapshot.data, target.path, value)
    data = put(data, ("nodes",), insert_before(data["nodes"], target.node, {node: spec}))
    if place is not None:
        data = put(data, ("layout", node), list(place))
    name = f"insert {node} between {name_of(source)} and {target}"
    return Change(snapshot, name, data, selection=(node,))


def can_insert(snapshot: Snapshot, type_name: str, source: Reference, target: Slot) -> bool:
    """Tell whether a node of a type may be put into a wire."""
    try:
        _ports_between(snapshot, type_name, free_id(type_name, snapshot.nodes), source, target)
    except Refused:
        return False
    return True


def name_of(reference: Reference) -> str:
    """Return a reference as people read it: `board.shots.prompt`."""
    return str(reference)[2:-1]


def set_or_drop(data: Data, path: tuple[str | int, ...], value: Any) -> Any:
    """Return the data with a value at a place, or without anything there for None."""
    return drop(data, path) if value is None else put(data, path, value)


def _with_wire(snapshot: Snapshot, source: Reference, target: Slot, way: Way) -> Any:
    old = get(snapshot.data, target.path)
    takes_list = target.node and _takes_list(snapshot, target)
    if old is MISSING or way == "replace" or not target.node:
        return str(source)
    if way == "item" and not takes_list:
        raise Refused(f"{target} takes one value, not several")
    if not takes_list:
        return str(source)
    items = old if isinstance(old, list) else [old]
    if str(source) in items:
        raise Refused(f"{name_of(source)} is wired to {target} already")
    return [*items, str(source)]


def _takes_list(snapshot: Snapshot, target: Slot) -> bool:
    parameter = snapshot.signatures.parameter(target.node, target.name)
    return parameter is not None and parameter.type.required().is_list


def _ports_between(
    snapshot: Snapshot, type_name: str, node: str, source: Reference, target: Slot
) -> tuple[str, str]:
    """Return the parameter and the output by which a node of a type fits into a wire."""
    kind = snapshot.signatures.kind(source)
    if kind is None:
        raise Refused(f"there is nothing called {name_of(source)}")
    node_type = snapshot.types.registry.get(type_name)
    if node_type is None:
        raise Refused(f"there is no node type {type_name}")
    entries = best_entries(snapshot, type_name, kind)
    wanted = _wanted(snapshot, target)
    for entry in entries:
        for port, given in outputs_with(snapshot, type_name, node, entry, source).items():
            if wanted is None or fits_port(given, wanted):
                return entry, port
    if not entries:
        raise Refused(f"{type_name} takes no {item_of(kind)}")
    raise Refused(f"{type_name} gives nothing that {target} takes: {wanted}")


def _wanted(snapshot: Snapshot, target: Slot) -> PortType | None:
    parameter = snapshot.signatures.parameter(target.node, target.name) if target.node else None
    return parameter.type if parameter else None


def best_entries(snapshot: Snapshot, type_name: str, kind: PortType) -> list[str]:
    """Return the parameters of a node type that take a kind, the most likely one first."""
    node_type = snapshot.types.registry.get(type_name)
    parameters = node_type.parameters.values() if node_type else ()
    fitting = [p for p in parameters if fits_port(kind, p.type)]
    fitting.sort(key=lambda p: (distance(kind, p.type), not p.required))
    return [p.name for p in fitting]


def distance(source: PortType, target: PortType) -> int:
    """Return how far a wire's type is from a port's, among those that fit; 0 is the same."""
    one, other = item_of(source).required(), item_of(target).required()
    if one.kind == other.kind:
        return 0
    return 2 if other.is_open or other.kind in ("data", "file") else 1


def outputs_with(
    snapshot: Snapshot, type_name: str, node: str, entry: str, source: Reference
) -> dict[str, PortType]:
    """Return the outputs of a new node of a type whose one input is wired to a reference."""
    spec = {"type": type_name, "inputs": {entry: str(source)}}
    return dict(snapshot.signatures.with_node(node, spec).outputs(node))
