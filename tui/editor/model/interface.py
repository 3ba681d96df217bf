"""Edits of what a workflow is to others: its inputs and outputs, its name and description."""

from __future__ import annotations

from typing import Any

from engine.references import Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import MISSING, Data, drop, put, rename_keys
from tui.editor.model.deleting import unwired
from tui.editor.model.names import ensure_free
from tui.editor.model.nodes import json_copy
from tui.editor.model.snapshot import Slot, Snapshot
from tui.editor.model.wires import connect, name_of


def add_input(
    snapshot: Snapshot,
    name: str,
    type_name: str = "text",
    *,
    help: str = "",
    default: Any = MISSING,
) -> Change:
    """Add a workflow input."""
    inputs = snapshot.data.get("inputs", {})
    ensure_free(name, inputs, "input")
    spec: dict[str, Any] = {"type": type_name}
    spec |= {"default": json_copy(default)} if default is not MISSING else {}
    spec |= {"help": help} if help else {}
    return Change(snapshot, f"add input {name}", with_section(snapshot.data, "inputs", name, spec))


def expose(snapshot: Snapshot, target: Slot, name: str = "") -> Change:
    """Make a parameter's value a workflow input with that default, wired to the parameter."""
    parameter = snapshot.signatures.parameter(target.node, target.name)
    if parameter is None:
        raise Refused(f"{target.node} has no parameter {target.name}")
    name = name or target.name
    inputs = snapshot.data.get("inputs", {})
    ensure_free(name, inputs, "input")
    value = snapshot.nodes[target.node].get("inputs", {}).get(target.name, MISSING)
    if value is not MISSING and any(texts.within(value)):
        raise Refused(f"{target} is wired already")
    kind = parameter.type.required()
    spec: dict[str, Any] = {"type": "choice" if kind.kind == "choice" else str(kind)}
    if kind.kind == "choice":
        spec["options"] = [str(option) for option in kind.options]
    if value is MISSING and not parameter.required:
        value = parameter.default
    spec |= {"default": value} if value is not MISSING and value is not None else {}
    spec |= {"help": parameter.description} if parameter.description else {}
    data = with_section(snapshot.data, "inputs", name, json_copy(spec))
    data = put(data, target.path, str(texts.input_reference(name)))
    return Change(snapshot, f"make {target} the input {name}", data)


def remove_input(snapshot: Snapshot, name: str) -> Change:
    """Remove a workflow input; parameters that it was wired to lose that wire."""
    if name not in snapshot.data.get("inputs", {}):
        raise Refused(f"there is no input {name}")
    data, notices = unwired(
        drop(snapshot.data, ("inputs", name)), lambda r: r.is_input and r.port == name
    )
    return Change(snapshot, f"remove input {name}", data, notices=notices)


def set_output(snapshot: Snapshot, name: str, source: Reference) -> Change:
    """Make what a reference names an output of the workflow."""
    if name not in snapshot.data.get("outputs", {}):
        ensure_free(name, (), "output")
    change = connect(snapshot, source, Slot("", name))
    return Change(snapshot, f"make {name_of(source)} the output {name}", change.data)


def remove_output(snapshot: Snapshot, name: str) -> Change:
    """Remove an output of the workflow."""
    if name not in snapshot.data.get("outputs", {}):
        raise Refused(f"there is no output {name}")
    return Change(snapshot, f"remove output {name}", drop(snapshot.data, ("outputs", name)))


def rename_output(snapshot: Snapshot, old: str, new: str) -> Change:
    """Give an output of the workflow another name."""
    outputs = snapshot.data.get("outputs", {})
    if old not in outputs:
        raise Refused(f"there is no output {old}")
    ensure_free(new, outputs, "output")
    data = put(snapshot.data, ("outputs",), rename_keys(outputs, {old: new}))
    return Change(snapshot, f"rename output {old} to {new}", data)


def set_title(snapshot: Snapshot, name: str) -> Change:
    """Name the workflow."""
    return Change(snapshot, "name the workflow", put(snapshot.data, ("name",), name), merge="name")


def set_description(snapshot: Snapshot, text: str) -> Change:
    """Say what the workflow makes."""
    data = put(snapshot.data, ("description",), text)
    return Change(snapshot, "describe the workflow", data, merge="description")


def with_section(data: Data, section: str, name: str, value: Any) -> Data:
    """Add a member to a section; a section that is not there yet goes before the nodes."""
    if section in data:
        changed: Data = put(data, (section, name), value)
        return changed
    result: dict[str, Any] = {}
    for key, old in data.items():
        if key == "nodes":
            result[section] = {name: value}
        result[key] = old
    return result if section in result else {**data, section: {name: value}}
