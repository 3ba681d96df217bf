"""Picking a take for one item of a repeated node: shot 3 has its second take, the others theirs.

The node goes on asking for all takes. A `pick` node behind it hands on one for each item, and an
input of the workflow lists which: a number an item, that goes with the items one by one (`zip`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from engine.references import INPUTS, Reference
from tui.editor.model import texts
from tui.editor.model.change import Change, Refused
from tui.editor.model.data import Data, Path, drop, get, insert_after, put
from tui.editor.model.interface import with_section
from tui.editor.model.names import free_id
from tui.editor.model.snapshot import Slot, Snapshot
from tui.editor.model.takes import PICK, pickers_of, takes_of, takes_to_pick

_LIST: Final = "list[integer]"
_VALUE: Final = "value"
"""The output of a `pick` node."""


def picked_take(snapshot: Snapshot, node: str, item: int = 1) -> int | None:
    """Return which take of an item is handed on, from 1; None where that is not written down.

    Args:
        snapshot: The workflow.
        node: The node that has takes.
        item: Which of its items, from 1.
    """
    pickers = pickers_of(snapshot, node)
    if len(pickers) != 1:
        return None
    index = get(snapshot.data, Slot(pickers[0], "index").path, 1)
    wired = texts.only(index)
    found = get(snapshot.data, _default(wired), None) if wired and wired.is_input else index
    if isinstance(found, list):
        found = found[item - 1] if item <= len(found) else None
    return found if isinstance(found, int) else None


def pick_for_item(snapshot: Snapshot, node: str, number: int, item: int, items: int) -> Change:
    """Pick a take for one item of a node that is repeated over a list.

    Args:
        snapshot: The workflow.
        node: The node that has takes.
        number: Which take, from 1.
        item: For which of the items, from 1.
        items: How many items there are.

    Raises:
        Refused: There is no such take, or what picks among them is told by something else.
    """
    takes_to_pick(snapshot, node, number)
    pickers = pickers_of(snapshot, node)
    if len(pickers) > 1:
        raise Refused(f"more than one node picks among the takes of {node}: {', '.join(pickers)}")
    notices: tuple[str, ...] = ()
    if pickers:
        picker, data = pickers[0], snapshot.data
    else:
        picker, data = _with_picker(snapshot, node)
        notices = (f"{picker} was put behind {node}: it hands one take of each item on.",)
    data, numbers = _with_numbers(data, node, picker, items)
    chosen = [*get(data, numbers), *[1] * items][:items]
    chosen[item - 1] = number
    title = f"pick take {number} of {node}[{item}]"
    return Change(snapshot, title, put(data, numbers, chosen), notices=notices)


def _with_picker(snapshot: Snapshot, node: str) -> tuple[str, Data]:
    """Put a `pick` node between a node and all that it is wired to."""
    ports = {edge.source.port for edge in snapshot.edges_from([node])}
    ports = ports or set(list(snapshot.signatures.outputs(node))[:1])
    if len(ports) != 1:
        names = ", ".join(sorted(ports)) or "nothing"
        hint = "Put a `pick` node behind each."
        raise Refused(f"{node} gives {names}, and one thing can be picked at a time", hint=hint)
    (port,) = ports
    picker = free_id(f"{node}_pick", snapshot.nodes)
    axes = {f"{node}.{takes.slot.name}" for takes in takes_of(snapshot, node)}

    def change(reference: Reference) -> Reference:
        is_taken = (reference.node, reference.port) == (node, port)
        return replace(reference, node=picker, port=_VALUE) if is_taken else reference

    data = snapshot.data
    for user in snapshot.users(node):
        place = ("nodes", user, "inputs")
        data = put(data, place, texts.rewrite_all(get(data, place), change))
        if snapshot.nodes[user].get("collect") in axes:
            data = drop(data, ("nodes", user, "collect"))
    if "outputs" in data:
        data = put(data, ("outputs",), texts.rewrite_all(data["outputs"], change))
    spec = {"type": PICK, "inputs": {"items": str(Reference(node, port))}}
    return picker, put(data, ("nodes",), insert_after(data["nodes"], node, {picker: spec}))


def _with_numbers(data: Data, node: str, picker: str, items: int) -> tuple[Data, Path]:
    """Let a list of numbers tell what a node picks; return where in the data it stands."""
    spec = data["nodes"][picker]
    index = spec["inputs"].get("index", 1)
    wired = texts.only(index)
    name = wired.port if wired is not None and wired.is_input and not wired.path else ""
    kind = get(data, (INPUTS, name, "type"), None) if name else None
    is_told = kind in (_LIST, "integer") or (isinstance(index, int) and not isinstance(index, bool))
    if not is_told or spec.get("over", "zip") != "zip":
        raise Refused(f"what {picker} picks is told by something else", hint="Set it there.")
    first = get(data, (INPUTS, name, "default"), 1) if name else index
    numbers = first if isinstance(first, list) else [first] * items
    if kind == _LIST or (kind == "integer" and _uses(data, name) == 1):
        data = put(data, (INPUTS, name, "type"), _LIST)
        data = put(data, (INPUTS, name, "default"), numbers)
    else:
        name = free_id(f"{node}_takes", data.get(INPUTS, {}))
        about = f"Which take of each item of {node} is used, from 1"
        input_spec = {"type": _LIST, "default": numbers, "help": about}
        data = with_section(data, INPUTS, name, input_spec)
        data = put(data, Slot(picker, "index").path, str(texts.input_reference(name)))
    return put(data, ("nodes", picker, "over"), "zip"), (INPUTS, name, "default")


def _uses(data: Data, name: str) -> int:
    """Return how often a workflow input is referred to."""
    whole = {"nodes": data["nodes"], "outputs": data.get("outputs", {})}
    return sum(found.is_input and found.port == name for _, found in texts.within(whole))


def _default(reference: Reference) -> Path:
    return (INPUTS, reference.port, "default")
