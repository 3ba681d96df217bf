"""A screen with a workflow on a canvas: what is selected, where things are, what the mouse does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from textual import on

from tui.editor.actions import actions
from tui.editor.actions.wires import ways
from tui.editor.canvas import PortRef, WireRef, Zoom
from tui.editor.canvas import messages as told
from tui.editor.canvas.cards import note_card
from tui.editor.canvas.scene import Note
from tui.editor.canvas.stage import scaled_places
from tui.editor.commands import Bound, Command, CommandedScreen, Offer, Topic
from tui.editor.desk import Desk, Severity
from tui.editor.model import Edge, Slot, edits
from tui.editor.screens.bindings import PANES, action_topics
from tui.editor.screens.drawing import Drawing
from tui.editor.sketch import (
    NOTE,
    Sketcher,
    outlet_of,
    port_of_slot,
    reference_of_port,
    slot_of_port,
)


class CanvasScreen(CommandedScreen[None]):
    """What actions need of the canvas; the panes around it are the workbench's.

    Args:
        desk: What is open.
        is_drawn: Whether there are boxes that ports can be pointed at.
    """

    def __init__(self, desk: Desk, *, is_drawn: bool = True) -> None:
        super().__init__()
        self.desk: Desk = desk
        self.canvas = Drawing(compatible=self.joins)
        self.wire: Edge | None = None
        """The wire that is selected."""
        self.is_extending = False
        """Whether what one goes to joins the selection."""
        self.sketcher = Sketcher()
        self._is_drawn = is_drawn
        self._wanted: tuple[str, ...] = ()
        self._told_of = ""
        """The box that was the current one when this was last told."""

    # -- what the workbench adds ---------------------------------------------------------------

    @abstractmethod
    def say(self, text: str, severity: Severity = "information") -> None:
        """Tell the person something in passing."""

    @abstractmethod
    def drop_wire(self, event: told.ConnectionDropped) -> None:
        """Take a wire that was drawn with the mouse."""

    @abstractmethod
    def selected_box(self) -> None:
        """Show what there is to be seen of the box that is selected."""

    # -- what can be done ---------------------------------------------------------------------

    async def perform(self, id: str) -> None:
        """Do something that was picked from the help or the palette."""
        if id in actions():
            self.do(id)
        else:
            await super().perform(id)

    def topics(self) -> Iterator[Topic]:
        """Yield what can be done with the panes; what screens have in common is an action here."""
        yield PANES

    def offers(self, bound: Bound) -> Iterator[Offer]:
        """Yield all actions, and what can be done with the panes."""
        for topic in action_topics():
            for each in topic.commands:
                yield Offer(each, self, topic, tuple(self.keys_of(each)))
        yield from super().offers(bound)

    def keys_of(self, each: Command[Any]) -> Sequence[str]:
        """Return the keys of an action, as the person's keymap has them."""
        changed = getattr(self.app, "keymap", {}).get(each.id)
        return changed.split(",") if changed is not None else each.keys

    # -- what is selected ----------------------------------------------------------------------

    @property
    def current(self) -> str:
        """The box that was selected last: a node, or a note, group, input or output; or nothing."""
        return self.canvas.current

    @property
    def current_note(self) -> str:
        """The name of the note that is selected; empty if none is."""
        return self.current.removeprefix(NOTE) if self.current.startswith(NOTE) else ""

    @property
    def current_group(self) -> str:
        """The name of the group that is selected or holds the node that is; empty if none."""
        if self.current.endswith("/"):
            return self.current.rstrip("/")
        groups: Mapping[str, Any] = self.desk.snapshot.data.get("groups", {})
        return next((k for k, spec in groups.items() if self.current in spec.get("nodes", ())), "")

    def wires_of_current(self) -> list[Edge]:
        """Return the wires of the box that is selected: those that arrive first."""
        return [edge for ref in self._wire_refs() for edge in self.sketcher.edges(ref)]

    def _wire_refs(self) -> list[WireRef]:
        wiring = self.canvas.ground.wiring
        links = [*wiring.into.get(self.current, ()), *wiring.out_of.get(self.current, ())]
        found = (wiring.links[link] for link in links)
        return list(dict.fromkeys((w.source, w.outlet, w.target, w.inlet) for w in found))

    def select_wire(self, edge: Edge | None) -> None:
        """Select a wire; None selects none."""
        self.wire = edge
        ref = (*outlet_of(edge.source), *port_of_slot(edge.target)) if edge else None
        self.canvas.mark_wire(ref)
        self.canvas.mark_insertion(ref)
        self.tell()

    def joins(self, outlet: PortRef, inlet: PortRef) -> bool:
        """Tell whether a wire may go from an outlet to an inlet."""
        source = reference_of_port(outlet.node, outlet.port)
        return bool(ways(self.desk.snapshot, source, slot_of_port(inlet.node, inlet.port)))

    @property
    def lists_ports(self) -> bool:
        """Whether ports are picked from lists, as not all are there to put letters on."""
        return not self._is_drawn or self.canvas.zoom is not Zoom.FULL

    # -- going somewhere -----------------------------------------------------------------------

    def go_to(self, *boxes: str) -> None:
        """Select boxes and bring them into view."""
        self.canvas.select(*boxes)

    def go_to_later(self, *boxes: str) -> None:
        """Select boxes as soon as they are drawn."""
        self._wanted = boxes
        self._take_wanted()

    def _take_wanted(self) -> None:
        if self._wanted and all(self.canvas.ground.has(box) for box in self._wanted):
            boxes, self._wanted = self._wanted, ()
            self.go_to(*boxes)

    def look_at(self, box: str) -> None:
        """Bring a box into view without selecting it."""
        self.canvas.reveal(box)

    def mark_slot(self, slot: Slot) -> None:
        """Mark the port that stands for a slot, and bring it into view."""
        box, port = port_of_slot(slot)
        self.canvas.reveal(box)
        self.canvas.mark_fits({PortRef(box, "in", port): True})

    def place_on_screen(self) -> tuple[int, int] | None:
        """Return the cell of the screen where the selected box begins; None if it is not seen."""
        ground, region = self.canvas.ground, self.canvas.content_region
        if not ground.has(self.current):
            return None
        frame = ground.frame(self.current)
        x, y = frame.x - self.canvas.camera[0], frame.y - self.canvas.camera[1]
        inside = 0 <= x < region.width and 0 <= y < region.height
        return (region.x + x, region.y + y) if inside else None

    def place_for_note(self, text: str) -> tuple[int, int]:
        """Return a place where a note covers nothing: below what is selected, or in view."""
        stage = self.canvas.stage
        if stage.ground.has(self.current):
            frame = stage.ground.frame(self.current)
            at = (frame.x, frame.y + frame.height + 1)
        else:
            at = (stage.camera.x + 4, stage.camera.y + 2)
        card = note_card(Note("", text), self.canvas.zoom)
        at = stage.ground.free_below(at, card.width, card.height)
        return scaled_places(self.canvas.zoom, {"": at})[""]

    # -- edits ---------------------------------------------------------------------------------

    def paste_text(self, text: str) -> None:
        """Add the nodes of a text that was copied, here or anywhere."""
        if self.desk.edit(lambda snapshot: edits.paste(snapshot, text)):
            self.tell()

    def move_selection(self, x: int, y: int, *, merge: str) -> bool:
        """Move the boxes that are selected; tell whether anything was moved."""
        ground = self.canvas.ground
        places = scaled_places(
            self.canvas.zoom,
            {
                k: (ground.frame(k).x, ground.frame(k).y)
                for k in self.canvas.selected
                if ground.has(k)
            },
        )
        return self.place({key: (at[0] + x, at[1] + y) for key, at in places.items()}, merge=merge)

    def place(self, places: Mapping[str, tuple[int, int]], *, merge: str = "") -> bool:
        """Pin boxes at places; tell whether any could be."""
        nodes = {key: at for key, at in places.items() if key in self.desk.snapshot.nodes}
        notes = {key.removeprefix(NOTE): at for key, at in places.items() if key.startswith(NOTE)}
        done = False
        if nodes:
            done = self.desk.edit(lambda snapshot: edits.move(snapshot, nodes, merge=merge))
        for name, at in notes.items():
            done |= self.desk.edit(lambda s, name=name, at=at: edits.change_note(s, name, at=at))  # type: ignore[misc]
        groups = {key.rstrip("/"): at for key, at in places.items() if key.endswith("/")}
        for name, at in groups.items():
            done |= self.desk.edit(
                lambda s, name=name, at=at: edits.move_group(s, name, at, merge=merge)  # type: ignore[misc]
            )
        if not nodes and not notes and not groups:
            self.say("Inputs and outputs stand where the layout puts them.")
        return done

    # -- what the canvas tells -----------------------------------------------------------------

    def show_selection(self, nodes: tuple[str, ...]) -> None:
        """Select on the canvas what is selected in the workflow."""
        drawn = [node for node in nodes if self.canvas.ground.has(node)]
        shown = {key for key in self.canvas.selected if key in self.desk.snapshot.nodes}
        if shown != set(drawn) or (drawn and self.canvas.current != drawn[-1]):
            self.canvas.select(*drawn)

    @on(told.LayoutReady)
    def _laid_out(self) -> None:
        if not self.canvas.selected:
            self.show_selection(self.desk.snapshot.selection)
        self._take_wanted()

    @on(told.NodeSelected)
    def take_selection(self) -> None:
        """Select in the workflow what is selected on the canvas, which may be ahead of it."""
        snapshot = self.desk.snapshot
        waiting = [node for node in snapshot.selection if not self.canvas.ground.has(node)]
        if waiting and not self.canvas.selected:
            return
        chosen = [key for key in self.canvas.selected if key in snapshot.nodes]
        chosen.sort(key=lambda key: (key == self.canvas.current, key))
        if self.is_extending:
            chosen = [node for node in snapshot.selection if node not in chosen] + chosen
        if set(chosen) != set(snapshot.selection) or chosen[-1:] != list(snapshot.selection[-1:]):
            self.desk.select(*chosen)
        if self._told_of != self.current:
            self._told_of = self.current
            self.select_wire(None)
            self.selected_box()
            self.tell()

    @on(told.NodeActivated)
    def _node_activated(self, event: told.NodeActivated) -> None:
        self.do("note.write" if event.node.startswith(NOTE) else "node.edit")

    @on(told.NodesMoved)
    def _nodes_moved(self, event: told.NodesMoved) -> None:
        self.place(event.places)

    @on(told.ConnectionDropped)
    def _connection_dropped(self, event: told.ConnectionDropped) -> None:
        self.drop_wire(event)

    @on(told.WireSelected)
    def _wire_selected(self, event: told.WireSelected) -> None:
        edges = self.sketcher.edges(event.wires[0])
        self.select_wire(edges[0] if edges else None)

    @on(told.GroupPressed)
    def _group_pressed(self, event: told.GroupPressed) -> None:
        self.do("group.fold")

    @on(told.EmptyPressed)
    def _empty_pressed(self, event: told.EmptyPressed) -> None:
        if self.wire:
            self.select_wire(None)
        if event.twice:
            self.do("node.add")

    @on(told.ContextRequested)
    def _context_requested(self, event: told.ContextRequested) -> None:
        if event.hit.what == "wire":
            edges = self.sketcher.edges(event.hit.wires[0])
            self.select_wire(edges[0] if edges else None)
        elif event.hit.id:
            self.canvas.select(event.hit.id, reveal=False)
        self.do("app.menu")

    @on(told.CameraMoved)
    def _camera_moved(self) -> None:
        self.tell()
