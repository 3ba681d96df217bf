"""The form of one node: its parameters, the options of its model, and what else a node has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from engine.types import PortType
from tui.editor.forms.asked import (
    MODEL,
    OPTIONS,
    Asked,
    asked_of,
    file_limits,
    limits_of,
    media_of,
    row_kind,
)
from tui.editor.forms.rows import (
    VARIOUS,
    Complaint,
    Kind,
    Row,
    Sheet,
    key_of,
    with_complaints,
    writes,
)
from tui.editor.model import (
    MISSING,
    Change,
    FormField,
    Limits,
    Problems,
    Slot,
    Snapshot,
    edits,
    extra_of,
    form_of,
    texts,
)
from tui.editor.model.data import Path, drop, get, same
from tui.editor.model.signatures import FILE, SUBWORKFLOW

MEDIA: Final = frozenset({"image", "video", "audio", "file"})
MOST_ITEMS: Final = 100
"""Most items of a list with rows of their own."""
UNUSED, MORE = "#unused", "#more"
"""Sections that are closed until they are opened."""
CLOSED: Final = frozenset({UNUSED, MORE})
_LIMITED: Final = frozenset({"integer", "number", "text", "lines"})
_ROUNDED: Final = "duration"
"""A length that a model does not make is no mistake: it makes the next longer one."""
_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "choice": "choice",
    "shot": "reference",
    "character": "reference",
    **dict.fromkeys(MEDIA, "file"),
}


def node_sheet(
    snapshot: Snapshot, node: str, problems: Problems, opened: Collection[str] = ()
) -> Sheet:
    """Return the form of a node.

    Args:
        snapshot: The workflow.
        node: The node's id.
        problems: What is wrong in the workflow.
        opened: Those of the `CLOSED` sections that are open.
    """
    asked = asked_of(snapshot, node)
    used: list[Row] = []
    unused: list[Row] = []
    for each in form_of(snapshot, node):
        if asked and each.name == OPTIONS and asked.models:
            continue
        row = _parameter(snapshot, node, each, asked)
        (unused if row.reason and not row.is_set else used).append(row)
    rows = [line for row in used for line in with_items(row)]
    rows += _further(snapshot, node)
    rows += _options(snapshot, node, asked)
    rows += _section(UNUSED, "not taken by the model", unused, opened)
    rows += _section(MORE, "more", list(own_rows(snapshot, (node,))), opened)
    found = problems.by_node.get(node, ())
    placed, rest = with_complaints(rows, found, f"nodes.{node}")
    return Sheet(node, (*_heading(snapshot, node, rest), *placed))


def _heading(snapshot: Snapshot, node: str, rest: Sequence[Complaint]) -> Iterator[Row]:
    spec = snapshot.nodes[node]
    node_type = snapshot.signatures.type_of(node)
    title = spec.get("title") or node
    ids = f"{node} · {spec.get('type', '')}" if title != node else str(spec.get("type", ""))
    ids += " · disabled" if spec.get("disabled") else ""
    yield Row("#title", title, "title", value=ids)
    summary = node_type.summary if node_type else ""
    yield Row("#summary", summary, "info", complaints=tuple(rest))


def _section(key: str, label: str, rows: list[Row], opened: Collection[str]) -> list[Row]:
    if not label or not rows:
        return []
    is_open = key in opened
    is_set = sum(row.is_set and not row.is_late for row in rows)
    note = f"{len(rows)}" if key == UNUSED else (f"{is_set} set" if is_set else "")
    heading = Row(key, label, "section", value=note, is_open=is_open)
    return [heading, *(rows if is_open else ())]


# -- parameters ------------------------------------------------------------------------------------


def _parameter(snapshot: Snapshot, node: str, each: FormField, asked: Asked | None) -> Row:
    path: Path = ("nodes", node, "inputs", each.name)
    row = field_row(each, path, Slot(node, each.name))
    if snapshot.nodes[node].get("type") == SUBWORKFLOW and each.name == FILE:
        row = replace(row, kind="file", media=("workflow",), slot=None)
    type_name = str(snapshot.nodes[node].get("type", ""))
    row = replace(row, phrases=(f"{type_name} needs {each.name!r}",))
    return _as_asked(row, each.name, asked) if asked else row


def field_row(each: FormField, path: Path, slot: Slot) -> Row:
    """Return the row of a parameter."""
    write, clear = writes(path, name=str(slot))
    kind = _kind(each.type, each.kind, is_long=each.is_multi_line)
    is_list = each.is_list or each.takes > 0
    default = each.default
    return Row(
        key=key_of(path[2:]),
        label=each.name,
        kind="list" if is_list else kind,
        value=each.value,
        default=default,
        required=each.required,
        help=each.help,
        choices=tuple(each.choices),
        limits=each.limits,
        media=_media(each.type),
        item=kind,
        is_takes=each.takes > 0,
        type=str(each.type),
        wire=each.wires[0] if each.is_wired and each.wires else None,
        slot=slot,
        write=write,
        clear=clear,
    )


def _kind(type_: PortType, first: str, *, is_long: bool) -> Kind:
    kind: Kind = _KINDS.get(first, "data")
    return "lines" if kind == "text" and is_long else kind


def _media(type_: PortType) -> tuple[str, ...]:
    type_ = type_.required()
    members = type_.members if type_.kind in ("union", "list") else (type_,)
    return tuple(dict.fromkeys(member.kind for member in members if member.kind in MEDIA))


def _as_asked(row: Row, name: str, asked: Asked) -> Row:
    """Return a parameter's row with what its model says of it."""
    if name == MODEL:
        return replace(row, kind="list" if row.is_takes else "models", media=(asked.kind,))
    row = replace(row, phrases=(*row.phrases, *asked.phrases(name)), reason=asked.refusal(name))
    found = asked.accepted(name)
    if found is None:
        return row
    accepted, model = found
    if accepted.values and row.kind == "text":
        row = replace(row, kind="choice", choices=accepted.values)
    elif accepted.values and row.item == "text":
        row = replace(row, item="choice", choices=accepted.values)
    if accepted.required and not row.required:
        row = replace(row, required=True)
    if accepted.default is not None and row.default in (None, ""):
        row = replace(row, default=accepted.default, default_of=model)
    told = [f"{model} takes {', '.join(map(str, accepted.values))}"] if accepted.values else []
    told += [f"{model}: {words}"] if (words := file_limits(accepted)) else []
    told += [accepted.help] if accepted.help else []
    limits = row.limits
    if row.kind in _LIMITED and name != _ROUNDED:
        limits = merged(limits, limits_of(accepted))
    return replace(row, help=". ".join(filter(None, (row.help, *told))), limits=limits)


def merged(one: Limits, other: Limits) -> Limits:
    """Return the narrower of two limits on each side."""
    lows = [each for each in (one.minimum, other.minimum) if each is not None]
    highs = [each for each in (one.maximum, other.maximum) if each is not None]
    lengths = [each for each in (one.max_length, other.max_length) if each is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    return Limits(
        minimum=low,
        maximum=high,
        is_minimum_open=one.is_minimum_open and low == one.minimum,
        is_maximum_open=one.is_maximum_open and high == one.maximum,
        max_length=min(lengths, default=None),
    )


def with_items(row: Row, path: Path = ()) -> Iterator[Row]:
    """Yield a row, and after a list a row for each of its items."""
    yield row
    if row.kind != "list" or not isinstance(row.value, list) or row.write is None:
        return
    path = path or (("nodes", row.slot.node, "inputs", row.label) if row.slot else ())
    for at, value in enumerate(row.value[:MOST_ITEMS]):
        write, clear = writes((*path, at), name=f"{row.slot}[{at + 1}]")
        yield replace(
            row,
            key=f"{row.key}[{at}]",
            label=f"{at + 1}",
            kind=row.item,
            value=value,
            default=MISSING,
            required=True,
            wire=texts.only(value),
            level=row.level + 1,
            is_takes=False,
            complaints=(),
            phrases=(),
            write=write,
            clear=clear,
        )
    if (more := len(row.value) - MOST_ITEMS) > 0:
        yield Row(f"{row.key}#more", f"and {more:,} more; E shows them all", "info")


def _further(snapshot: Snapshot, node: str) -> Iterator[Row]:
    """Yield the row that adds a parameter whose name is the person's choice."""
    extra = extra_of(snapshot, node)
    if extra is None:
        return
    first: Any = {"integer": 0, "number": 0, "boolean": False}.get(extra.kind, "")

    def add(now: Snapshot, name: Any) -> Change:
        return edits.set_parameter(now, node, str(name).strip(), first)

    yield Row(
        "#add", "add", "text", placeholder="a name for another value", is_late=True,
        help=extra.help, write=add,
    )  # fmt: skip


# -- options ---------------------------------------------------------------------------------------


def _options(snapshot: Snapshot, node: str, asked: Asked | None) -> Iterator[Row]:
    if asked is None or not asked.models:
        return
    given = snapshot.nodes[node].get("inputs", {}).get(OPTIONS, MISSING)
    slot = Slot(node, OPTIONS)
    if given is not MISSING and not isinstance(given, dict):
        write, clear = writes(slot.path, name=str(slot))
        yield Row(
            f"inputs.{OPTIONS}", OPTIONS, "data", value=given, slot=slot, write=write, clear=clear,
            wire=texts.only(given),
        )  # fmt: skip
        return
    values: dict[str, Any] = given if isinstance(given, dict) else {}
    own = snapshot.signatures.parameters(node)
    known = {n: each for n, each in asked.options().items() if n not in own or n in values}
    unknown = [name for name in values if name not in known]
    if not known and not unknown:
        return
    of = asked.models[0].id
    yield Row("#options", f"options of {of}", "section", value="", is_open=True)
    for name, (accepted, model, reason) in known.items():
        value = values.get(name, MISSING)
        write, clear = _option_writes(node, name)
        kind = row_kind(accepted)
        is_list = kind == "list"
        item: Kind = "file" if accepted.type == "images" else "text"
        row = Row(
            key=f"inputs.{OPTIONS}.{name}",
            label=name,
            kind=kind,
            value=value,
            default=MISSING if accepted.default is None else accepted.default,
            default_of=model,
            required=accepted.required,
            help=". ".join(filter(None, (accepted.help, file_limits(accepted)))),
            choices=tuple(accepted.values),
            limits=limits_of(accepted),
            media=media_of(accepted),
            item=item if is_list else kind,
            type=accepted.type,
            wire=texts.only(value),
            slot=slot,
            reason=reason,
            phrases=tuple(asked.phrases(name, is_option=True)),
            write=write,
            clear=clear,
        )
        yield from with_items(row, (*slot.path, name))
    for name in unknown:
        write, clear = _option_writes(node, name)
        yield Row(
            f"inputs.{OPTIONS}.{name}", name, "data", value=values[name], slot=slot,
            wire=texts.only(values[name]), phrases=tuple(asked.phrases(name, is_option=True)),
            write=write, clear=clear,
        )  # fmt: skip


def _option_writes(node: str, name: str) -> tuple[Any, Any]:
    path: Path = ("nodes", node, "inputs", OPTIONS, name)
    title = f"{name} of {node}"
    write, _ = writes(path, name=title)

    def clear(snapshot: Snapshot) -> Change:
        data = drop(snapshot.data, path)
        if not get(data, path[:-1]):
            data = drop(data, path[:-1])
        return Change(snapshot, f"unset {title}", data)

    return write, clear


# -- what every node has ---------------------------------------------------------------------------

_OWN: Final[tuple[tuple[str, Kind, Any, tuple[str, ...], str], ...]] = (
    ("title", "text", "", (), "Name to show instead of the id"),
    ("note", "lines", "", (), "Remark for the people who read the workflow"),
    ("disabled", "boolean", False, (), "Leave the node out of runs, with everything that needs it"),
    ("cache", "choice", "on", ("on", "never", "pinned"),
     "Whether results are reused; pinned keeps them when space is freed"),
    ("retry", "integer", MISSING, (),
     "How often a failed task is tried again; by default as the run is set"),
    ("on_error", "choice", "stop", ("stop", "skip"),
     "What a failed task does: stop what hangs on it, or leave its item out of the list"),
    ("over", "choice", MISSING, ("zip", "product"),
     "How lists of different origin meet: item by item, or each with each"),
    ("collect", "text", MISSING, (),
     "Name of the list to gather for a parameter that takes one; by default the innermost"),
)  # fmt: skip


def own_rows(snapshot: Snapshot, nodes: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of what nodes have besides parameters; several nodes are changed at once."""
    what = nodes[0] if len(nodes) == 1 else f"{len(nodes)} nodes"
    if len(nodes) == 1:
        yield _id_row(nodes[0])
    for name, kind, default, choices, help_text in _OWN:
        if len(nodes) > 1 and name == "title":
            continue
        paths: list[Path] = [("nodes", node, name) for node in nodes]
        write, clear = writes(*paths, name=f"{name} of {what}")
        yield Row(
            key=name,
            label=name,
            kind=kind,
            value=common([get(snapshot.data, path) for path in paths]),
            default=default,
            choices=choices,
            help=help_text,
            limits=Limits(minimum=0, maximum=10) if name == "retry" else Limits(),
            write=write,
            clear=clear,
        )


def _id_row(node: str) -> Row:
    def rename(snapshot: Snapshot, name: Any) -> Change:
        return edits.rename_node(snapshot, node, str(name).strip())

    return Row(
        "#id", "id", "text", value=node, is_late=True, write=rename,
        help="Name of the node in the file; all that refers to it follows",
    )  # fmt: skip


def common(values: Sequence[Any]) -> Any:
    """Return the value that all have, or `VARIOUS`."""
    first = values[0]
    return first if all(same(first, each) for each in values[1:]) else VARIOUS
