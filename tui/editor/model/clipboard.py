"""Copy and paste as JSON text that says what it is: it goes into another file, or into a chat.

The text is a small workflow file of its own, so any program of this project can read it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Any

from engine.document import create, loads
from engine.errors import CheckError, DocumentError
from engine.migrations import CURRENT_VERSION, VERSION_KEY
from engine.references import Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import Data, insert_after, put
from tui.editor.model.furniture import Point
from tui.editor.model.interface import with_section
from tui.editor.model.names import free_id
from tui.editor.model.nodes import list_of_names, renamed
from tui.editor.model.snapshot import Slot, Snapshot
from tui.editor.model.wires import name_of, set_or_drop

_MARK = re.compile(r'"nodes"\s*:')
_MOST_STARTS = 16
"""Braces before the mark that are tried as the beginning; each may cost a look at all the text."""
_APART: Point = (2, 2)
"""How far copies of pinned nodes stand from the originals."""


def copy_nodes(snapshot: Snapshot, nodes: Collection[str]) -> str:
    """Return nodes as text: a workflow file with these nodes only, and what belongs to them.

    That is their places, their groups, and the workflow inputs that they take.
    """
    chosen = {node: spec for node, spec in snapshot.nodes.items() if node in nodes}
    if not chosen:
        raise Refused("no node is chosen")
    taken = {reference.port for _, reference in texts.within(chosen) if reference.is_input}
    inputs = {k: v for k, v in snapshot.data.get("inputs", {}).items() if k in taken}
    part: dict[str, Any] = {"reelgraph": snapshot.data[VERSION_KEY]}
    part |= {"inputs": inputs} if inputs else {}
    part["nodes"] = chosen
    layout = {k: v for k, v in snapshot.data.get("layout", {}).items() if k in chosen}
    groups = {
        name: spec
        for name, spec in snapshot.data.get("groups", {}).items()
        if spec.get("nodes") and all(node in chosen for node in spec["nodes"])
    }
    part |= {"layout": layout} if layout else {}
    part |= {"groups": groups} if groups else {}
    return create(part).text


def paste(snapshot: Snapshot, text: str, *, at: Point | None = None) -> Change:
    """Add the nodes of a copied text.

    Their ids are made unique, and references among them follow. The text's outputs and notes come
    along, and those of its inputs that this workflow has not. References to anything else stay
    where this workflow has what they name; others are dropped, and the notices say so.

    Args:
        snapshot: The workflow.
        text: What `copy_nodes` gave, a whole workflow file, or an object with `nodes` alone; text
            around it is no matter.
        at: Where to pin the upper left node; by default only pinned nodes are pinned again.

    Raises:
        Refused: The text holds no nodes.
    """
    part = read_clipboard(text)
    return _add(snapshot, part, "paste", _offset(part, at), at)


def duplicate(snapshot: Snapshot, nodes: Collection[str]) -> Change:
    """Copy nodes beside themselves; the copies are wired to what the originals are wired to."""
    part = read_clipboard(copy_nodes(snapshot, nodes))
    return _add(snapshot, part, "duplicate", _APART, None)


def read_clipboard(text: str) -> Data:
    """Return the workflow data of a copied text.

    Raises:
        Refused: There is none in it.
    """
    refusal = Refused("the clipboard holds no workflow nodes", hint="Copy nodes first.")
    for start in _starts(text):
        part = _object_at(text, start)
        if not part:
            continue
        try:
            data = loads(part, "<clipboard>").data
        except (CheckError, DocumentError) as error:
            raise Refused(f"what was copied is no workflow: {error}") from error
        if data.get("nodes"):
            return data
    raise refusal


def _starts(text: str) -> list[int]:
    """Return where a workflow may begin: at the brace nearest to its nodes, or further before."""
    mark = _MARK.search(text)
    if mark is None:
        return []
    braces = (found.start() for found in re.finditer("{", text[: mark.start()]))
    nearest = text.rfind("{", 0, mark.start())
    return [start for start in (nearest, *islice(braces, _MOST_STARTS)) if start >= 0]


def _object_at(text: str, start: int) -> str:
    """Return the JSON text of the workflow that begins at a place; empty if none does.

    One that does not say its version, as people and chats write it, is taken as of this one.
    """
    try:
        value, end = json.JSONDecoder().raw_decode(text, start)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), dict):
        return ""
    if VERSION_KEY in value:
        return text[start:end]
    return json.dumps({VERSION_KEY: CURRENT_VERSION, **value})


def _offset(part: Data, at: Point | None) -> Point:
    places = part.get("layout", {}).values()
    if at is None or not places:
        return (0, 0) if at is None else at
    return at[0] - min(x for x, _ in places), at[1] - min(y for _, y in places)


def _add(snapshot: Snapshot, part: Data, verb: str, offset: Point, at: Point | None) -> Change:
    part, ids = _unique(part, snapshot.nodes)
    part, notices = _without_dangling(snapshot, part)
    last = next((n for n in reversed(snapshot.nodes) if n in ids), "")
    data = put(snapshot.data, ("nodes",), insert_after(snapshot.nodes, last, part["nodes"]))
    layout = {k: [x + offset[0], y + offset[1]] for k, (x, y) in part.get("layout", {}).items()}
    if at is not None and not layout:
        layout = {next(iter(part["nodes"])): list(at)}
    if layout:
        data = put(data, ("layout",), {**data.get("layout", {}), **layout})
    for name, spec in part.get("groups", {}).items():
        data = put(data, ("groups", free_id(name, data.get("groups", {}))), spec)
    data = _with_interface(data, part, offset)
    new = tuple(ids.values())
    return Change(
        snapshot, f"{verb} {list_of_names(list(ids))}", data, selection=new, notices=notices
    )


def _with_interface(data: Data, part: Data, offset: Point) -> Data:
    """Return a workflow with the inputs that it has not, and the outputs and notes, of another."""
    for name, spec in part.get("inputs", {}).items():
        if name not in data.get("inputs", {}):
            data = with_section(data, "inputs", name, spec)
    for name, value in part.get("outputs", {}).items():
        data = put(data, ("outputs", free_id(name, data.get("outputs", {}))), value)
    for name, note in part.get("notes", {}).items():
        x, y = note.get("at", (0, 0))
        moved = {**note, "at": [x + offset[0], y + offset[1]]}
        data = put(data, ("notes", free_id(name, data.get("notes", {}))), moved)
    return data


def _unique(part: Data, taken: Mapping[str, Any]) -> tuple[Data, dict[str, str]]:
    """Return nodes under ids that are free, and their new ids by the old ones."""
    used = {*taken, *part["nodes"]}
    ids = {}
    for old in part["nodes"]:
        ids[old] = free_id(old, used) if old in taken else old
        used.add(ids[old])
    return renamed(part, ids), ids


def _without_dangling(snapshot: Snapshot, part: Data) -> tuple[Data, tuple[str, ...]]:
    """Return nodes without the references that name nothing, in them or in the workflow."""

    def is_gone(reference: Reference) -> bool:
        is_there = reference.node in part["nodes"] or (
            reference.is_input and reference.port in part.get("inputs", {})
        )
        return not is_there and snapshot.signatures.kind(reference) is None

    notices = []
    for node, spec in part["nodes"].items():
        for name, value in spec.get("inputs", {}).items():
            lost = {r: None for _, r in texts.within(value) if is_gone(r)}
            if lost:
                slot = Slot(node, name)
                part = set_or_drop(part, slot.path, texts.without(value, is_gone))
                notices += [f"{slot} lost {name_of(reference)}" for reference in lost]
    return part, tuple(notices)
