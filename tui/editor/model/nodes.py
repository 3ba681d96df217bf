"""Edits of nodes: add, duplicate, rename, set parameters, disable, delete."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine.references import INPUTS, Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import (
    MISSING,
    Data,
    Path,
    drop,
    get,
    insert_after,
    prune,
    put,
    rename_keys,
)
from tui.editor.model.names import ensure_free, free_id
from tui.editor.model.snapshot import Slot, Snapshot
from tui.editor.model.wires import best_entries, connect, connect_refusal, name_of


def add_node(
    snapshot: Snapshot,
    type_name: str,
    *,
    inputs: Mapping[str, Any] | None = None,
    source: Reference | None = None,
    target: Slot | None = None,
    place: tuple[float, float] | None = None,
    node_id: str = "",
) -> Change:
    """Add a node, and wire it.

    Args:
        snapshot: The workflow.
        type_name: Its type.
        inputs: Its parameters to begin with.
        source: What to wire to the new node, into the parameter that fits best.
        target: The slot to wire the new node's first fitting output to.
        place: Where to pin it on the canvas: column and row.
        node_id: Its id; by default one made of the type.

    Raises:
        Refused: There is no such type, the id is taken, or a wire does not fit.
    """
    if type_name not in snapshot.types.registry:
        raise Refused(f"there is no node type {type_name}")
    if node_id:
        ensure_free(node_id, snapshot.nodes, "node", is_node=True)
    node = node_id or free_id(type_name, snapshot.nodes)
    spec: dict[str, Any] = {"type": type_name, "inputs": json_copy(dict(inputs or {}))}
    if source is not None:
        spec["inputs"][_entry(snapshot, type_name, source)] = str(source)
    anchor = source.node if source else next(reversed(snapshot.nodes), "")
    data = put(snapshot.data, ("nodes",), insert_after(snapshot.nodes, anchor, {node: spec}))
    if target is not None:
        data = _wired_on(snapshot, data, node, target)
    if place is not None:
        data = put(data, ("layout", node), list(place))
    return Change(snapshot, f"add {node}", data, selection=(node,))


def set_parameter(snapshot: Snapshot, node: str, name: str, value: Any) -> Change:
    """Set a parameter to a literal, a text with references, or any JSON value.

    Set again and again, as one types, it is one entry of the undo list.
    """
    _ensure_node(snapshot, node)
    return set_value(snapshot, ("nodes", node, "inputs", name), value, name=f"set {node}.{name}")


def unset_parameter(snapshot: Snapshot, node: str, name: str) -> Change:
    """Take a parameter's value away, so that its default counts again."""
    path = ("nodes", node, "inputs", name)
    if get(snapshot.data, path) is MISSING:
        raise Refused(f"{node}.{name} has no value")
    return Change(snapshot, f"unset {node}.{name}", drop(snapshot.data, path))


def set_field(snapshot: Snapshot, node: str, name: str, value: Any) -> Change:
    """Set a field of a node besides its parameters: title, note, retry, over, collect, cache, ...

    None takes the field away, so that its default counts again.
    """
    _ensure_node(snapshot, node)
    path: Path = ("nodes", node, name)
    if value is None:
        return Change(snapshot, f"unset {name} of {node}", drop(snapshot.data, path))
    return set_value(snapshot, path, value, name=f"set {name} of {node}")


def set_value(snapshot: Snapshot, path: Path, value: Any, *, name: str = "") -> Change:
    """Set what stands at any place of the file.

    Raises:
        Refused: The place cannot be, or the value is no JSON.
    """
    place = ".".join(map(str, path))
    try:
        data = put(snapshot.data, path, json_copy(value))
    except LookupError as error:
        raise Refused(f"{place} cannot be set: {error}") from error
    return Change(snapshot, name or f"set {place}", data, merge=f"set {place}")


def remove_value(snapshot: Snapshot, path: Path) -> Change:
    """Remove what stands at any place of the file."""
    return Change(snapshot, f"remove {'.'.join(map(str, path))}", drop(snapshot.data, path))


def set_disabled(snapshot: Snapshot, nodes: Collection[str], disabled: bool) -> Change:
    """Disable nodes, or enable them."""
    data = snapshot.data
    for node in nodes:
        _ensure_node(snapshot, node)
        path: Path = ("nodes", node, "disabled")
        data = put(data, path, True) if disabled else drop(data, path)
    return Change(snapshot, f"{'disable' if disabled else 'enable'} {list_of_names(nodes)}", data)


def rename_node(snapshot: Snapshot, old: str, new: str) -> Change:
    """Give a node another id; all that refers to it follows.

    Raises:
        Refused: The name is not allowed, or taken.
    """
    _ensure_node(snapshot, old)
    ensure_free(new, snapshot.nodes, "node", is_node=True)
    selection = tuple(new if node == old else node for node in snapshot.selection)
    data = renamed(snapshot.data, {old: new}, snapshot.users(old))
    return Change(snapshot, f"rename {old} to {new}", data, selection=selection)


def rename_input(snapshot: Snapshot, old: str, new: str) -> Change:
    """Give a workflow input another name; all that refers to it follows."""
    inputs = snapshot.data.get("inputs", {})
    if old not in inputs:
        raise Refused(f"there is no input {old}")
    ensure_free(new, inputs, "input")
    data = put(snapshot.data, ("inputs",), rename_keys(inputs, {old: new}))

    def change(reference: Reference) -> Reference:
        if reference.is_input and reference.port == old:
            return Reference(INPUTS, new, reference.path)
        return reference

    data = _rewritten(data, change, {f"{INPUTS}.{old}": f"{INPUTS}.{new}"}, None)
    return Change(snapshot, f"rename input {old} to {new}", data)


def renamed(data: Data, ids: Mapping[str, str], users: Collection[str] | None = None) -> Data:
    """Return data with nodes under other ids.

    Args:
        data: A workflow's data.
        ids: The new ids by the old ones.
        users: The nodes that refer to these, if they are known.
    """

    def change(reference: Reference) -> Reference:
        if reference.node in ids:
            return Reference(ids[reference.node], reference.port, reference.path)
        return reference

    data = _rewritten(data, change, ids, users)
    data = put(data, ("nodes",), rename_keys(data["nodes"], ids))
    if any(node in ids for node in data.get("layout", {})):
        data = put(data, ("layout",), rename_keys(data["layout"], ids))
    for group, spec in data.get("groups", {}).items():
        if any(node in ids for node in spec.get("nodes", ())):
            members = [ids.get(node, node) for node in spec["nodes"]]
            data = put(data, ("groups", group, "nodes"), members)
    return data


def _rewritten(
    data: Data, change: texts.Rewrite, axes: Mapping[str, str], users: Collection[str] | None
) -> Data:
    """Return data with all references, and the axes that are collected, changed."""
    nodes = {
        node: _rewritten_node(spec, change, axes)
        if users is None or node in users or "collect" in spec
        else spec
        for node, spec in data.get("nodes", {}).items()
    }
    data = put(data, ("nodes",), nodes)
    if outputs := data.get("outputs"):
        data = put(data, ("outputs",), texts.rewrite_all(outputs, change))
    return data


def _rewritten_node(spec: Data, change: texts.Rewrite, axes: Mapping[str, str]) -> Data:
    if inputs := spec.get("inputs"):
        changed = texts.rewrite_all(inputs, change)
        spec = spec if changed is inputs else {**spec, "inputs": changed}
    if collect := spec.get("collect"):
        axis = texts.rename_axis(collect, axes)
        spec = spec if axis == collect else {**spec, "collect": axis}
    return spec


def without_nodes(data: Data, nodes: Collection[str]) -> Data:
    """Return data without nodes and their places; references to them stay as they are."""
    data = put(data, ("nodes",), {k: v for k, v in data["nodes"].items() if k not in nodes})
    if any(node in nodes for node in data.get("layout", {})):
        layout = {k: v for k, v in data["layout"].items() if k not in nodes}
        data = put(data, ("layout",), layout)
    for group, spec in data.get("groups", {}).items():
        if any(node in nodes for node in spec.get("nodes", ())):
            members = [node for node in spec["nodes"] if node not in nodes]
            data = (
                put(data, ("groups", group, "nodes"), members)
                if members
                else drop(data, ("groups", group))
            )
    return prune(data, "layout", "groups")


def json_copy(value: Any) -> Any:
    """Return a copy of JSON data that nobody else can change.

    Raises:
        Refused: It is no JSON data.
    """
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError, RecursionError) as error:
        raise Refused(f"that cannot stand in a workflow file: {error}") from error


def list_of_names(names: Collection[str]) -> str:
    """Return names for a title: the first three, and how many more."""
    shown = ", ".join(list(names)[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _ensure_node(snapshot: Snapshot, node: str) -> None:
    if node not in snapshot.nodes:
        raise Refused(f"there is no node {node}")


def _entry(snapshot: Snapshot, type_name: str, source: Reference) -> str:
    kind = snapshot.signatures.kind(source)
    if kind is None:
        raise Refused(f"there is nothing called {name_of(source)}")
    entries: Sequence[str] = best_entries(snapshot, type_name, kind)
    if not entries:
        raise Refused(f"{type_name} takes no {kind}")
    return entries[0]


def _wired_on(snapshot: Snapshot, data: Data, node: str, target: Slot) -> Data:
    """Wire a new node's first output that fits to a slot."""
    after = replace(snapshot, data=data)
    reason = f"{node} has no outputs"
    for port in after.signatures.outputs(node):
        source = Reference(node, port)
        reason = connect_refusal(after, source, target)
        if not reason:
            return connect(after, source, target).data
    raise Refused(reason)
