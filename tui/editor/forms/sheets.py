"""The forms of all that is no single node: the workflow, its inputs and outputs, groups, notes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.errors import ReelgraphError
from engine.problems import Problem
from engine.references import Reference
from engine.types import KINDS, PortType, parse_type
from tui.drawing.labels import value_label
from tui.editor.forms.asked import MODEL, asked_of
from tui.editor.forms.nodesheet import MEDIA, common, field_row, node_sheet, own_rows, with_items
from tui.editor.forms.rows import Kind, Row, Sheet, with_complaints, writes
from tui.editor.model import (
    MISSING,
    Change,
    FormField,
    Problems,
    Refused,
    Slot,
    Snapshot,
    edits,
    form_of,
    texts,
)
from tui.editor.model.data import Path, get

INPUT, OUTPUT, NOTE, GROUP = "inputs.", "output:", "note:", "/"
"""How targets are called that are no nodes, as on the canvas; a group's name ends with its sign."""
_VALUE_KINDS: Final[dict[str, Kind]] = {
    "text": "text", "integer": "integer", "number": "number", "boolean": "boolean",
    "choice": "choice", **dict.fromkeys(MEDIA, "file"),
}  # fmt: skip


def sheet_of(
    snapshot: Snapshot, target: str, problems: Problems, opened: Collection[str] = ()
) -> Sheet:
    """Return the form of what is selected: several nodes, one, or what the target names.

    Args:
        snapshot: The workflow.
        target: `inputs.NAME`, `output:NAME`, `note:NAME`, `GROUP/`, a node's id, or empty for the
            selected nodes, and without any for the workflow.
        problems: What is wrong in the workflow.
        opened: Sections that are open, of those that are closed at first.
    """
    data = snapshot.data
    if target in snapshot.nodes:
        return node_sheet(snapshot, target, problems, opened)
    for sign, section, make in _SHEETS:
        name = target.removesuffix(sign) if sign == GROUP else target.removeprefix(sign)
        if name != target and name in data.get(section, {}):
            return make(snapshot, name, problems)
    chosen = snapshot.selection
    if len(chosen) == 1:
        return node_sheet(snapshot, chosen[0], problems, opened)
    return nodes_sheet(snapshot, chosen) if chosen else workflow_sheet(snapshot, problems)


# -- several nodes ---------------------------------------------------------------------------------


def nodes_sheet(snapshot: Snapshot, nodes: Sequence[str]) -> Sheet:
    """Return the form of several nodes: what they have in common."""
    heading = [
        Row("#title", f"{len(nodes)} nodes", "title", value=value_label(list(nodes))),
        Row("#summary", "What they have in common; a change is one for all", "info"),
    ]
    forms = [{each.name: each for each in form_of(snapshot, node)} for node in nodes]
    asked = [asked_of(snapshot, node) for node in nodes]
    kinds = {each.kind if each else None for each in asked}
    kind = next(iter(kinds)) if len(kinds) == 1 else None
    rows = [
        _common_row(nodes, [form[name] for form in forms], kind)
        for name, each in forms[-1].items()
        if all(name in form and form[name].type == each.type for form in forms)
    ]
    section = Row("#more", "more", "section", value="", is_open=True)
    return Sheet("", (*heading, *rows, section, *own_rows(snapshot, nodes)))


def _common_row(nodes: Sequence[str], fields: Sequence[FormField], work: str | None) -> Row:
    name = fields[-1].name
    paths: list[Path] = [("nodes", node, "inputs", name) for node in nodes]
    write, clear = writes(*paths, name=f"{name} of {len(nodes)} nodes")
    value = common([each.value for each in fields])
    row = field_row(fields[-1], paths[-1], Slot(nodes[-1], name))
    kind: Kind = "data" if row.kind == "list" else row.kind
    kind = "models" if name == MODEL and work else kind
    return replace(row, kind=kind, value=value, wire=texts.only(value), write=write, clear=clear)


# -- the workflow ----------------------------------------------------------------------------------


def workflow_sheet(snapshot: Snapshot, problems: Problems) -> Sheet:
    """Return the form of the workflow itself."""
    data = snapshot.data
    file = snapshot.path.name if snapshot.path else "not saved yet"
    inputs, outputs = data.get("inputs", {}), data.get("outputs", {})
    rows = [
        Row("#title", data.get("name") or "Workflow", "title", value=file),
        _text(("name",), "name", data, "Short name of the workflow"),
        _text(("description",), "description", data, "What the workflow makes", kind="lines"),
        Row("#inputs", "inputs", "section", value=_count(inputs), is_open=True),
        *(_input_link(name, spec) for name, spec in inputs.items()),
        _adding("#add-input", "another input", lambda now, name: edits.add_input(now, name)),
        Row("#outputs", "outputs", "section", value=_count(outputs), is_open=True),
        *(_output_row(name, text) for name, text in outputs.items()),
        _adding("#add-output", "another output", _add_output),
    ]
    found = [p for p in problems.all if not p.path.startswith("nodes.") and _is_here(p, snapshot)]
    placed, rest = with_complaints(rows, found, "")
    summary = Row("#summary", "", "info", complaints=tuple(rest))
    return Sheet("", (placed[0], *((summary,) if rest else ()), *placed[1:]))


def _text(path: Path, label: str, data: Any, help_text: str, *, kind: Kind = "text") -> Row:
    write, clear = writes(path, name=label)
    value = get(data, path)
    return Row(
        path[-1] if isinstance(path[-1], str) else label, label, kind, value=value, default="",
        help=help_text, write=write, clear=clear,
    )  # fmt: skip


def _input_link(name: str, spec: Any) -> Row:
    shown = value_label(spec["default"]) if "default" in spec else "asked for at each run"
    return Row(
        f"{INPUT}{name}", name, "link", value=f"{spec.get('type', 'text')} · {shown}",
        target=f"{INPUT}{name}", help=spec.get("help", ""),
        clear=_removing(edits.remove_input, name),
    )  # fmt: skip


def _output_row(name: str, text: Any) -> Row:
    return Row(
        f"outputs.{name}", name, "link", value=_reference_words(text), target=f"{OUTPUT}{name}",
        clear=_removing(edits.remove_output, name),
    )  # fmt: skip


def _reference_words(text: Any) -> str:
    wire = texts.only(text)
    return str(wire)[2:-1] if wire else value_label(text)


def _adding(key: str, placeholder: str, add: Callable[[Snapshot, str], Change]) -> Row:
    return Row(
        key, "add", "text", placeholder=placeholder, is_late=True,
        write=lambda now, name: add(now, str(name).strip()),
    )  # fmt: skip


def _add_output(snapshot: Snapshot, name: str) -> Change:
    """Return the change that adds an output: of the last node, until another one is chosen."""
    for node in reversed(snapshot.nodes):
        for port in snapshot.signatures.outputs(node):
            return edits.set_output(snapshot, name, Reference(node, port))
    raise Refused("an output needs a node that makes something", hint="Add a node first.")


def _removing(remove: Callable[[Snapshot, str], Change], name: str) -> Callable[[Snapshot], Change]:
    return lambda snapshot: remove(snapshot, name)


def _count(members: Any) -> str:
    return str(len(members)) if members else ""


def _is_here(problem: Problem, snapshot: Snapshot) -> bool:
    return problem.file == snapshot.base.name


# -- an input, an output ---------------------------------------------------------------------------


def input_sheet(snapshot: Snapshot, name: str, problems: Problems) -> Sheet:
    """Return the form of a workflow input."""
    spec = snapshot.data["inputs"][name]
    base: Path = ("inputs", name)
    users = [str(e.target) for e in snapshot.edges() if e.source.is_input and e.source.port == name]
    kind = str(spec.get("type", "text"))
    rows = [
        Row("#title", name, "title", value="input of the workflow"),
        Row("#summary", f"used by {', '.join(users)}" if users else "used by nothing yet", "info"),
        _renaming(name, edits.rename_input),
        _choice((*base, "type"), "type", spec, _types(kind), "text", "What kind of value it is"),
        _text((*base, "help"), "help", snapshot.data, "What it is for, shown to whoever runs it"),
        *(_options_rows(base, spec) if kind == "choice" else ()),
        *_default_rows(base, spec, kind),
        _remove("remove this input", edits.remove_input, name),
    ]
    found = [p for p in problems.all if p.path.startswith(f"inputs.{name}")]
    placed, _ = with_complaints(rows, found, f"inputs.{name}")
    return Sheet(f"{INPUT}{name}", placed)


def _types(own: str) -> tuple[str, ...]:
    kinds = [*KINDS, *(f"list[{kind}]" for kind in KINDS if kind != "choice")]
    return tuple(dict.fromkeys([*kinds, own]))


def _choice(
    path: Path, label: str, spec: Any, choices: tuple[str, ...], default: str, help_text: str
) -> Row:
    write, clear = writes(path, name=label)
    return Row(
        str(path[-1]), label, "choice", value=spec.get(path[-1], MISSING), default=default,
        choices=choices, help=help_text, write=write, clear=clear,
    )  # fmt: skip


def _options_rows(base: Path, spec: Any) -> Iterator[Row]:
    path = (*base, "options")
    write, clear = writes(path, name="options")
    row = Row(
        "options", "options", "list", value=spec.get("options", MISSING), default=[],
        help="The values that may be chosen", write=write, clear=clear,
    )  # fmt: skip
    yield from with_items(row, path)


def _default_rows(base: Path, spec: Any, kind: str) -> Iterator[Row]:
    type_ = _parsed(kind)
    is_list = type_.is_list
    item = type_.item if is_list else type_
    path = (*base, "default")
    write, clear = writes(path, name=f"default of {base[1]}")
    value = spec.get("default", MISSING)
    own = _VALUE_KINDS.get(item.kind, "data")
    is_text = own == "text" and not is_list
    row = Row(
        "default", "default", "list" if is_list else "lines" if is_text else own, value=value,
        item=own, media=(item.kind,) if item.kind in MEDIA else (), type=kind,
        choices=tuple(spec.get("options", ())), placeholder="none: asked for at each run",
        help="Taken when whoever runs the workflow gives none; without one it must be given",
        write=write, clear=clear,
    )  # fmt: skip
    yield from with_items(row, path)


def _parsed(kind: str) -> PortType:
    try:
        return parse_type(kind)
    except (ReelgraphError, ValueError, TypeError):
        return PortType("data")


def output_sheet(snapshot: Snapshot, name: str, problems: Problems) -> Sheet:
    """Return the form of an output of the workflow."""
    slot = Slot("", name)
    write, clear = writes(slot.path, name=str(slot))
    value = snapshot.data["outputs"][name]
    rows = [
        Row("#title", name, "title", value="output of the workflow"),
        _renaming(name, edits.rename_output),
        Row(
            "value", "comes from", "reference", value=value, wire=texts.only(value), slot=slot,
            required=True, write=write, clear=clear, help="What the workflow gives under this name",
        ),
        _remove("remove this output", edits.remove_output, name),
    ]  # fmt: skip
    found = [replace(p, path="value") for p in problems.by_slot.get(slot, ())]
    placed, _ = with_complaints(rows, found, "")
    return Sheet(f"{OUTPUT}{name}", placed)


def _renaming(name: str, rename: Callable[[Snapshot, str, str], Change]) -> Row:
    return Row(
        "#name", "name", "text", value=name, is_late=True,
        help="All that refers to it follows",
        write=lambda now, new: rename(now, name, str(new).strip()),
    )  # fmt: skip


def _remove(label: str, remove: Callable[[Snapshot, str], Change], name: str) -> Row:
    return Row("#remove", label, "button", write=lambda now, _: remove(now, name))


# -- groups and notes ------------------------------------------------------------------------------


def group_sheet(snapshot: Snapshot, name: str, problems: Problems) -> Sheet:
    """Return the form of a group."""
    spec = snapshot.data["groups"][name]
    base: Path = ("groups", name)
    write, clear = writes((*base, "collapsed"), name="collapsed")
    rows = [
        Row("#title", spec.get("title") or name, "title", value="group"),
        _text((*base, "title"), "title", snapshot.data, "Name to show on the frame"),
        Row(
            "collapsed", "collapsed", "boolean", value=spec.get("collapsed", MISSING),
            default=False, help="Show the group as one box", write=write, clear=clear,
        ),
        Row("#nodes", "nodes", "section", value=_count(spec.get("nodes", ())), is_open=True),
        *(_member(snapshot, node) for node in spec.get("nodes", ())),
        _remove("remove the group; its nodes stay", edits.remove_group, name),
    ]  # fmt: skip
    found = [p for p in problems.all if p.path.startswith(f"groups.{name}")]
    placed, _ = with_complaints(rows, found, f"groups.{name}")
    return Sheet(f"{name}{GROUP}", placed)


def _member(snapshot: Snapshot, node: str) -> Row:
    type_name = str(snapshot.nodes.get(node, {}).get("type", ""))
    return Row(
        f"#node {node}", node, "link", value=type_name, target=node,
        clear=lambda now: edits.regroup(now, (node,), ""),
    )  # fmt: skip


def note_sheet(snapshot: Snapshot, name: str, problems: Problems) -> Sheet:
    """Return the form of a note."""

    def write(now: Snapshot, text: Any) -> Change:
        return edits.change_note(now, name, text=str(text))

    rows = (
        Row("#title", "Note", "title", value="on the canvas"),
        Row(
            "text", "text", "lines", value=snapshot.data["notes"][name].get("text", ""),
            default="", write=write,
        ),
        _remove("remove the note", edits.remove_note, name),
    )  # fmt: skip
    return Sheet(f"{NOTE}{name}", rows)


Make = Callable[[Snapshot, str, Problems], Sheet]
_SHEETS: Final[tuple[tuple[str, str, Make], ...]] = (
    (INPUT, "inputs", input_sheet),
    (OUTPUT, "outputs", output_sheet),
    (NOTE, "notes", note_sheet),
    (GROUP, "groups", group_sheet),
)
