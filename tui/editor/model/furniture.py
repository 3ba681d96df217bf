"""Edits of what stands on the canvas and is no part of any result: places, groups and notes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from tui.editor.model.change import Change, Refused
from tui.editor.model.data import Data, drop, prune, put
from tui.editor.model.names import free_id
from tui.editor.model.nodes import list_of_names
from tui.editor.model.snapshot import Snapshot

Point = tuple[float, float]
"""Column and row on the canvas, in cells."""


def move(snapshot: Snapshot, places: Mapping[str, Point], *, merge: str = "move") -> Change:
    """Pin nodes at places of the canvas. One drag is one entry of the undo list.

    Args:
        snapshot: The workflow.
        places: Column and row by node.
        merge: The same for all steps of one drag; empty for a move of its own.
    """
    unknown = [node for node in places if node not in snapshot.nodes]
    if unknown:
        raise Refused(f"there is no node {unknown[0]}")
    layout = {**snapshot.data.get("layout", {}), **{k: list(p) for k, p in places.items()}}
    data = put(snapshot.data, ("layout",), layout)
    key = f"{merge} {' '.join(places)}" if merge else ""
    return Change(snapshot, f"move {list_of_names(places)}", data, merge=key)


def place_of_group(data: Data, name: str) -> Point | None:
    """Return where a group stands that is drawn as one box: by its nodes that have a place."""
    layout = data.get("layout", {})
    members = data.get("groups", {}).get(name, {}).get("nodes", ())
    places = [layout[node] for node in members if node in layout]
    return (min(x for x, _ in places), min(y for _, y in places)) if places else None


def move_group(snapshot: Snapshot, name: str, to: Point, *, merge: str = "") -> Change:
    """Move a group that is drawn as one box: its nodes that have a place, or else its first one.

    Args:
        snapshot: The workflow.
        name: The group.
        to: Column and row of the box.
        merge: The same for all steps of one drag; empty for a move of its own.
    """
    spec = snapshot.data.get("groups", {}).get(name)
    if spec is None:
        raise Refused(f"there is no group {name}")
    layout: dict[str, Any] = snapshot.data.get("layout", {})
    corner = place_of_group(snapshot.data, name)
    if corner is None:
        moved = {node: list(to) for node in spec.get("nodes", ())[:1]}
    else:
        x, y = to[0] - corner[0], to[1] - corner[1]
        moved = {
            node: [layout[node][0] + x, layout[node][1] + y]
            for node in spec.get("nodes", ())
            if node in layout
        }
    data = put(snapshot.data, ("layout",), {**layout, **moved})
    key = f"{merge} {name}/" if merge else ""
    return Change(snapshot, f"move group {spec.get('title') or name}", data, merge=key)


def unpin(snapshot: Snapshot, nodes: Collection[str]) -> Change:
    """Let nodes stand where the automatic layout puts them."""
    layout = {k: v for k, v in snapshot.data.get("layout", {}).items() if k not in nodes}
    data = prune(put(snapshot.data, ("layout",), layout), "layout")
    return Change(snapshot, f"unpin {list_of_names(nodes)}", data)


def group(snapshot: Snapshot, nodes: Collection[str], *, title: str = "") -> Change:
    """Put nodes into a new group; they leave the groups that they were in."""
    members = [node for node in snapshot.nodes if node in nodes]
    if not members:
        raise Refused("a group needs nodes")
    data = _out_of_groups(snapshot.data, members)
    name = free_id("group", data.get("groups", {}))
    spec: dict[str, Any] = {"title": title} if title else {}
    data = put(data, ("groups", name), {**spec, "nodes": members})
    return Change(snapshot, f"group {list_of_names(members)}", data)


def regroup(snapshot: Snapshot, nodes: Collection[str], name: str) -> Change:
    """Move nodes into a group that there is; an empty name takes them out of theirs."""
    members = [node for node in snapshot.nodes if node in nodes]
    data = _out_of_groups(snapshot.data, members, keep=name)
    if not name:
        return Change(snapshot, f"ungroup {list_of_names(members)}", data)
    spec = data.get("groups", {}).get(name)
    if spec is None:
        raise Refused(f"there is no group {name}")
    data = put(data, ("groups", name, "nodes"), [*spec.get("nodes", ()), *members])
    return Change(snapshot, f"move {list_of_names(members)} to {spec.get('title') or name}", data)


def remove_group(snapshot: Snapshot, name: str) -> Change:
    """Remove a group; its nodes stay."""
    if name not in snapshot.data.get("groups", {}):
        raise Refused(f"there is no group {name}")
    data = prune(drop(snapshot.data, ("groups", name)), "groups")
    return Change(snapshot, f"remove group {name}", data)


def add_note(snapshot: Snapshot, text: str, at: Point) -> Change:
    """Put a note on the canvas."""
    name = free_id("note", snapshot.data.get("notes", {}))
    note = {"text": text, "at": list(at)}
    return Change(snapshot, "add note", put(snapshot.data, ("notes", name), note))


def change_note(
    snapshot: Snapshot, name: str, *, text: str | None = None, at: Point | None = None
) -> Change:
    """Change a note's text or place."""
    note = snapshot.data.get("notes", {}).get(name)
    if note is None:
        raise Refused(f"there is no note {name}")
    new = {**note, **({"text": text} if text is not None else {})}
    new |= {"at": list(at)} if at is not None else {}
    what = "write" if text is not None else "move"
    data = put(snapshot.data, ("notes", name), new)
    return Change(snapshot, f"{what} note", data, merge=f"{what} note {name}")


def remove_note(snapshot: Snapshot, name: str) -> Change:
    """Remove a note."""
    if name not in snapshot.data.get("notes", {}):
        raise Refused(f"there is no note {name}")
    data = prune(drop(snapshot.data, ("notes", name)), "notes")
    return Change(snapshot, "remove note", data)


def _out_of_groups(data: Data, nodes: Collection[str], keep: str = "") -> Data:
    groups = {}
    for name, spec in data.get("groups", {}).items():
        rest = [node for node in spec.get("nodes", ()) if node not in nodes]
        if rest or name == keep:
            unchanged = len(rest) == len(spec.get("nodes", ()))
            groups[name] = spec if unchanged else {**spec, "nodes": rest}
    return prune({**data, "groups": groups}, "groups") if "groups" in data else data
