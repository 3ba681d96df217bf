"""Connecting ports by key and by mouse, disconnecting them, putting nodes into wires."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from engine.references import INPUTS, Reference
from tui.editor.actions.reasons import needs_selected, needs_selection, needs_wires
from tui.editor.actions.registry import action
from tui.editor.model import Edge, Slot, connect_refusal, edits, sources
from tui.editor.sketch import (
    INPUT,
    OUTPUT,
    kind_of,
    outlet_of,
    reference_of_port,
    slot_of_port,
)

if TYPE_CHECKING:
    from tui.editor.canvas import PortRef
    from tui.editor.dialogs.choices import Choice
    from tui.editor.model import Offer, Snapshot
    from tui.editor.screens.workbench import Workbench

_GROUP = "Wires"


# -- connecting by key -------------------------------------------------------------------------


@action("wire.connect", "Wire: Connect", "c",
        "Draws a wire from the selected node: inputs that it fits are marked with letters, type "
        "one. Enter lists them all, also those out of view.", _GROUP, why_not=needs_selected,
        word="connect")  # fmt: skip
def connect(bench: Workbench) -> None:
    """Pick an outlet of what is selected, then an inlet anywhere."""
    pick_outlet(bench, "from", lambda source: connect_from(bench, source))


@action("wire.connect-into", "Wire: Connect into", "C",
        "Draws a wire to the selected node: pick its input, then the output that goes there.",
        _GROUP, why_not=needs_selection)  # fmt: skip
def connect_into(bench: Workbench) -> None:
    """Pick an inlet of what is selected, then an outlet anywhere."""
    pick_inlet(bench, "into", lambda slot: connect_to(bench, slot))


def pick_outlet(bench: Workbench, name: str, then: Callable[[Reference], object]) -> None:
    """Have an outlet of what is selected picked; the only one is picked at once."""
    node = bench.current
    if node.startswith(INPUT):
        then(Reference(INPUTS, node.removeprefix(INPUT)))
        return
    outputs = bench.desk.snapshot.signatures.outputs(bench.desk.current)
    found = [Reference(bench.desk.current, port) for port in outputs]
    if not found:
        bench.say(f"{node} gives nothing to wire.", "warning")
    elif len(found) == 1:
        then(found[0])
    else:
        pick_source(bench, f"{name}: which output of {node}", found, then)


def pick_inlet(bench: Workbench, name: str, then: Callable[[Slot], object]) -> None:
    """Have an inlet of the selected node picked."""
    from tui.editor.screens.modes import Jump

    node = bench.desk.current
    signatures = bench.desk.snapshot.signatures
    slots = [Slot(node, parameter) for parameter in signatures.parameters(node)]
    ports = [p for p in bench.canvas.visible_ports() if p.node == node and p.side == "in"]

    def by_list() -> None:
        pick_slot(bench, f"Which input of {node}", slots, then)

    if not slots:
        bench.say(f"{node} takes nothing.", "warning")
    elif bench.lists_ports or len(ports) < 2:
        by_list()
    else:
        bench.enter_mode(
            Jump(bench, name, ports, lambda p: then(slot_of_port(p.node, p.port)), by_list)
        )


def ways(snapshot: Snapshot, source: Reference, slot: Slot) -> list[Reference]:
    """Return what may be wired to a slot of what a reference names: itself, or fields of it.

    A field that is called as the parameter comes first.
    """
    from tui.editor.actions.adding import fields_within

    if not connect_refusal(snapshot, source, slot):
        return [source]
    kind = snapshot.signatures.kind(source)
    found = [
        Reference(source.node, source.port, (*source.path, name)) for name in fields_within(kind)
    ]
    found = [each for each in found if not connect_refusal(snapshot, each, slot)]
    return sorted(found, key=lambda each: each.path[-1] != slot.name)


def join(bench: Workbench, source: Reference, slot: Slot) -> None:
    """Wire a reference, or a field of it, to a slot; ask which field where that is not clear."""
    found = ways(bench.desk.snapshot, source, slot)

    def done(chosen: Reference) -> None:
        bench.desk.edit(lambda s: edits.connect(s, chosen, slot))

    if len(found) > 1 and found[0].path[-1] != slot.name:
        pick_source(bench, f"Which field goes to {slot}", found, done)
    else:
        done(found[0] if found else source)


def connect_from(bench: Workbench, source: Reference) -> None:
    """Mark the inlets that a reference fits with letters, and wire it to the one that is typed."""
    from tui.editor.actions.adding import meant
    from tui.editor.screens.modes import Jump

    snapshot = bench.desk.snapshot

    def fits(slot: Slot) -> bool:
        return bool(ways(snapshot, source, slot))

    def by_list() -> None:
        slots = [
            slot
            for node in snapshot.nodes
            for slot in (Slot(node, name) for name in snapshot.signatures.parameters(node))
            if node != source.node and fits(slot)
        ]
        slots.sort(key=lambda slot: meant(snapshot, source, slot))
        if slots:
            pick_slot(bench, f"Wire {name_of(source)} to", slots, lambda s: join(bench, source, s))
        else:
            bench.say(f"Nothing here takes {name_of(source)}; a adds what does.", "warning")

    ports = [
        port
        for port in bench.canvas.visible_ports()
        if port.side == "in" and fits(slot_of_port(port.node, port.port))
    ]
    if bench.lists_ports or not ports:
        by_list()
    else:
        mode = Jump(
            bench,
            f"{name_of(source)} →",
            ports,
            lambda port: join(bench, source, slot_of_port(port.node, port.port)),
            by_list,
        )
        bench.enter_mode(mode)


def connect_to(bench: Workbench, slot: Slot) -> None:
    """Mark the outlets that fit an inlet with letters, and wire the one that is typed."""
    from tui.editor.screens.modes import Jump

    snapshot = bench.desk.snapshot
    found = sources(snapshot, slot)
    boxes = {outlet_of(source) for source in found}
    ports = [
        port
        for port in bench.canvas.visible_ports()
        if port.side == "out" and (port.node, port.port) in boxes
    ]

    def by_list() -> None:
        pick_source(bench, f"Wire to {slot}", found, done)

    def done(source: Reference) -> None:
        bench.desk.edit(lambda s: edits.connect(s, source, slot))

    if not found:
        bench.say(f"Nothing here gives what {slot} takes; A adds a node that does.", "warning")
    elif bench.lists_ports or not ports:
        by_list()
    else:
        bench.enter_mode(Jump(bench, f"→ {slot}", ports,
                              lambda p: done(reference_of_port(p.node, p.port)), by_list),
        )  # fmt: skip


def pick_slot(
    bench: Workbench, title: str, slots: Collection[Slot], then: Callable[[Slot], object]
) -> None:
    """Have one of some parameters picked from a list."""
    from tui.editor.dialogs.picker import Picker

    bench.ask(
        Picker(title, [_slot_choice(bench, slot) for slot in slots], follow=bench.mark_slot), then
    )


def pick_source(
    bench: Workbench, title: str, found: Collection[Reference], then: Callable[[Reference], object]
) -> None:
    """Have one of some outputs picked from a list."""
    from tui.editor.dialogs.picker import Picker

    bench.ask(Picker(title, [_source_choice(bench, source) for source in found]), then)


def _slot_choice(bench: Workbench, slot: Slot) -> Choice:
    from tui.drawing.labels import value_label
    from tui.editor.canvas.palette import kind_letter
    from tui.editor.dialogs.choices import Choice

    snapshot = bench.desk.snapshot
    parameter = snapshot.signatures.parameter(slot.node, slot.name)
    kind = kind_of(parameter.type if parameter else None)
    value = snapshot.nodes.get(slot.node, {}).get("inputs", {}).get(slot.name)
    words = "" if value is None else f"is {value_label(value)}"
    needed = "needed" if parameter and parameter.required and value is None else ""
    return Choice(slot, str(slot), words, needed, parameter.description if parameter else "",
                  sign=kind_letter(kind), color=bench.canvas.palette.kind(kind))  # fmt: skip


def _source_choice(bench: Workbench, source: Reference) -> Choice:
    from tui.editor.canvas.palette import kind_letter
    from tui.editor.dialogs.choices import Choice

    port_type = bench.desk.snapshot.signatures.kind(source)
    kind = kind_of(port_type)
    return Choice(source, name_of(source), str(port_type or ""), sign=kind_letter(kind),
                  color=bench.canvas.palette.kind(kind))  # fmt: skip


def name_of(source: Reference) -> str:
    """Return a reference as people read it."""
    return str(source)[2:-1]


# -- connecting by mouse -----------------------------------------------------------------------


def dropped(bench: Workbench, start: PortRef, end: PortRef | None, at: tuple[int, int]) -> None:
    """Take a wire that was drawn with the mouse: to a port, or to where a node is to be added."""
    from tui.editor.actions.nodes import add_after, add_feeding

    if end is not None:
        outlet, inlet = (start, end) if start.side == "out" else (end, start)
        if outlet.side == inlet.side:
            bench.say("A wire goes from an output to an input.", "warning")
            return
        source = reference_of_port(outlet.node, outlet.port)
        join(bench, source, slot_of_port(inlet.node, inlet.port))
    elif start.side == "out":
        add_after(bench, [reference_of_port(start.node, start.port)], at)
    elif not start.node.startswith(OUTPUT):
        add_feeding(bench, slot_of_port(start.node, start.port), at)


# -- wires that are there ----------------------------------------------------------------------


@action("wire.next", "Wire: Next of the node", "w",
        "Selects a wire of the selected node, and then the next one: to cut it or to put a node "
        "into it.", _GROUP, why_not=needs_wires, word="wires")  # fmt: skip
def next_wire(bench: Workbench) -> None:
    """Select the next wire of the node."""
    _turn(bench, 1)


@action("wire.previous", "Wire: Previous of the node", "W",
        "Selects the wire before.", _GROUP, why_not=needs_wires)  # fmt: skip
def previous_wire(bench: Workbench) -> None:
    """Select the wire before."""
    _turn(bench, -1)


def _turn(bench: Workbench, step: int) -> None:
    wires = bench.wires_of_current()
    if not wires:
        return
    start = 0 if step > 0 else -1
    at = (wires.index(bench.wire) + step) % len(wires) if bench.wire in wires else start
    bench.select_wire(wires[at])
    bench.say_in_passing(f"Wire {name_of(wires[at].source)} → {wires[at].target}")


@action("wire.disconnect", "Wire: Disconnect", "X",
        "Takes the selected wire out; where none is selected, asks which of the node's.", _GROUP,
        why_not=needs_wires, word="disconnect")  # fmt: skip
def disconnect(bench: Workbench) -> None:
    """Take a wire out."""
    _with_wire(bench, "Disconnect", lambda edge: _cut(bench, edge))


def _cut(bench: Workbench, edge: Edge) -> None:
    bench.select_wire(None)
    if bench.desk.edit(lambda s: edits.disconnect(s, edge.target, edge.source)):
        bench.say_in_passing(f"Disconnected {name_of(edge.source)} from {edge.target}.")


@action("wire.insert", "Wire: Insert a node", "o",
        "Puts a node into the selected wire, or into the one that you pick: between what it comes "
        "from and what it goes to.", _GROUP, why_not=needs_wires, word="insert node")  # fmt: skip
def insert(bench: Workbench) -> None:
    """Pick a type, and put a node of it into a wire."""
    _with_wire(bench, "Insert into", lambda edge: _insert(bench, edge))


def _insert(bench: Workbench, edge: Edge) -> None:
    from tui.editor.actions.adding import type_choices
    from tui.editor.actions.naming import wrong_name
    from tui.editor.dialogs.picker import Named, Picker
    from tui.editor.model import can_insert, consumers

    snapshot = bench.desk.snapshot
    offers = [
        offer
        for offer in consumers(snapshot, edge.source)
        if can_insert(snapshot, offer.name, edge.source, edge.target)
    ]

    def picked(answer: Named) -> None:
        offer: Offer = answer.value
        bench.select_wire(None)
        bench.desk.edit(
            lambda s: edits.insert_node(
                s, offer.name, edge.source, edge.target, node_id=answer.name
            )
        )

    if not offers:
        bench.say("No node type fits into this wire.", "warning")
        return
    title = f"Insert between {name_of(edge.source)} and {edge.target}"
    naming = wrong_name(snapshot.nodes, "node")
    bench.ask(Picker(title, type_choices(bench, offers), naming=naming), picked)


def _with_wire(bench: Workbench, verb: str, then: Callable[[Edge], object]) -> None:
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker

    wires = [bench.wire] if bench.wire else bench.wires_of_current()
    if len(wires) == 1:
        then(wires[0])
        return
    choices = [Choice(edge, f"{name_of(edge.source)} → {edge.target}") for edge in wires]
    bench.ask(Picker(f"{verb} which wire", choices, follow=bench.select_wire), then)
