"""Takes: a list written where one value is wanted asks for several, and one of them is picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from engine.references import INPUTS, Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import get, put
from tui.editor.model.nodes import json_copy
from tui.editor.model.snapshot import Slot, Snapshot

PICK: Final = "pick"
"""The node type that takes one item of a list."""


@dataclass(frozen=True, slots=True)
class Takes:
    """The takes that a node asks for."""

    slot: Slot
    """The parameter that has a list of values."""
    values: tuple[Any, ...]


def takes_of(snapshot: Snapshot, node: str) -> tuple[Takes, ...]:
    """Return the parameters of a node that ask for takes, outermost first."""
    return tuple(
        Takes(Slot(node, name), tuple(value))
        for name, value in snapshot.nodes.get(node, {}).get("inputs", {}).items()
        if isinstance(value, list) and _asks_for_takes(snapshot, node, name)
    )


def set_takes(snapshot: Snapshot, slot: Slot, values: list[Any]) -> Change:
    """Ask for takes: one for each of the values of a parameter."""
    if not values:
        raise Refused("a node needs at least one take")
    value = json_copy(values if len(values) > 1 else values[0])
    data = put(snapshot.data, slot.path, value)
    return Change(snapshot, f"ask for {len(values)} takes of {slot.node}", data)


def pick_take(snapshot: Snapshot, node: str, number: int, name: str = "") -> Change:
    """Pick a take of a node, counted from 1.

    Where a `pick` node chooses among the takes, its `index` is set, or the default of the workflow
    input that is wired to it. Otherwise the value of that take becomes the node's only one.

    Args:
        snapshot: The workflow.
        node: The node that has takes.
        number: Which take.
        name: The parameter, where several ask for takes.

    Raises:
        Refused: There is no such take, or it is not clear which parameter is meant.
    """
    takes = takes_to_pick(snapshot, node, number, name)
    title = f"pick take {number} of {node}"
    pickers = pickers_of(snapshot, node)
    if len(pickers) == 1:
        index = Slot(pickers[0], "index")
        wired = texts.only(get(snapshot.data, index.path, None))
        path = index.path if wired is None else _default_of(wired)
        if path:
            before = get(snapshot.data, path, None)
            chosen = [number] * len(before) if isinstance(before, list) else number
            return Change(snapshot, title, put(snapshot.data, path, chosen))
    data = put(snapshot.data, takes.slot.path, takes.values[number - 1])
    return Change(snapshot, title, data)


def takes_to_pick(snapshot: Snapshot, node: str, number: int, name: str = "") -> Takes:
    """Return the takes of a node that one of a number is to be picked of.

    Raises:
        Refused: There is no such take, or it is not clear which parameter is meant.
    """
    found = [t for t in takes_of(snapshot, node) if name in ("", t.slot.name)]
    if len(found) != 1:
        names = ", ".join(takes.slot.name for takes in found)
        reason = f"more than one parameter asks for takes: {names}" if found else "it has no takes"
        raise Refused(f"no take of {node} can be picked: {reason}")
    takes = found[0]
    if not 1 <= number <= len(takes.values):
        raise Refused(f"{node} has no take {number}; there are {len(takes.values)}")
    return takes


def pickers_of(snapshot: Snapshot, node: str) -> list[str]:
    """Return the `pick` nodes that choose among what a node gives."""
    return sorted(user for user in snapshot.users(node) if _picks(snapshot, user, node))


def _asks_for_takes(snapshot: Snapshot, node: str, name: str) -> bool:
    parameter = snapshot.signatures.parameter(node, name)
    if parameter is None:
        return False
    members = parameter.type.members if parameter.type.kind == "union" else (parameter.type,)
    return not any(m.required().is_list or m.kind == "data" for m in members)


def _picks(snapshot: Snapshot, user: str, node: str) -> bool:
    spec = snapshot.nodes[user]
    source = texts.only(spec.get("inputs", {}).get("items"))
    return spec.get("type") == PICK and source is not None and source.node == node


def _default_of(reference: Reference) -> tuple[str, ...] | None:
    return (INPUTS, reference.port, "default") if reference.is_input else None
