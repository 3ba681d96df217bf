"""The main screen: a workflow on the canvas, with bars above and below and panes beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.screen import Screen
from textual.widget import Widget

from engine.errors import ReelgraphError
from engine.problems import Problem
from tui.editor.actions import Action, actions
from tui.editor.canvas import PALETTES, Minimap, PortRef, WireRef, Zoom
from tui.editor.canvas import messages as told
from tui.editor.canvas.stage import scaled_places
from tui.editor.desk import Desk, Notice, Severity
from tui.editor.dialogs.base import Dialog
from tui.editor.model import (
    Change,
    Edge,
    Journal,
    Outside,
    Problems,
    Side,
    Slot,
    Snapshot,
    connect_refusal,
    edits,
    slot_of,
    words,
)
from tui.editor.screens.bars import KeyBar, StatusBar
from tui.editor.screens.bindings import bindings
from tui.editor.screens.caretaker import Axes, Caretaker
from tui.editor.screens.drawing import Drawing
from tui.editor.screens.hint import Hint
from tui.editor.screens.modes import Mode
from tui.editor.screens.problems import ProblemsPane
from tui.editor.screens.saying import bar_keys, status_words
from tui.editor.screens.searching import Search, SearchLine
from tui.editor.screens.welcome import Welcome
from tui.editor.session import View
from tui.editor.sketch import (
    NOTE,
    Known,
    Sketcher,
    outlet_of,
    port_of_slot,
    reference_of_port,
    slot_of_port,
)

if TYPE_CHECKING:
    from tui.editor.app import EditorApp
    from tui.editor.model.data import Path

ROOM_FOR_PANES = 100
"""Columns from which the panes beside the canvas are shown without being asked for."""


class Workbench(Screen[None]):
    """Where a workflow is edited."""

    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")
    DEFAULT_CSS = """
    Workbench { layout: vertical; background: $background; }
    Workbench #middle { height: 1fr; }
    Workbench #side { width: 42; border-left: solid $line; background: $surface; }
    Workbench #map { height: 11; width: 100%; }
    Workbench .hidden { display: none; }
    """

    def __init__(
        self, desk: Desk, journal: Journal | None = None, view: View | None = None
    ) -> None:
        super().__init__()
        self.desk: Desk = desk
        self.canvas = Drawing(compatible=self.joins)
        self.welcome = Welcome()
        self.search = Search(self)
        self.search_line = SearchLine(classes="hidden")
        self.status = StatusBar()
        self.keys = KeyBar()
        self.problems = ProblemsPane(classes="hidden")
        self.hint = Hint(classes="hidden")
        self.side = Vertical(id="side")
        self.map = Minimap(self.canvas, id="map")
        self.caretaker = Caretaker(self, journal)
        self.mode: Mode | None = None
        self.wire: Edge | None = None
        """The wire that is selected."""
        self.copied = ""
        """What was copied last, as text."""
        self.is_extending = False
        """Whether what one goes to joins the selection."""
        self.last_problem: Problem | None = None
        self._wanted: tuple[str, ...] = ()
        self._view = view
        self._known = Known()
        self._sketcher = Sketcher()

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the bars, the canvas and the panes."""
        yield self.status
        yield self.hint
        with Horizontal(id="middle"):
            yield self.canvas
            yield self.welcome
            with self.side:
                yield self.map
        yield self.problems
        yield self.search_line
        yield self.keys

    def on_mount(self) -> None:
        """Show the workflow, and follow what happens to it."""
        desk = self.desk
        desk.edited.subscribe(self._edited)
        desk.selected.subscribe(self._selected)
        desk.checked.subscribe(self._checked)
        desk.noticed.subscribe(self._noticed)
        self.canvas.palette = PALETTES[self.app.theme]
        self._show_panes()
        self.hint.set_class(self.editor.memory.was_greeted, "hidden")
        self.sketch()
        self._restore()
        self.focus_canvas()
        self.caretaker.start()
        self.tell()

    def _show_panes(self) -> None:
        shown = self._view.panes if self._view else {}
        wide = self.app.size.width >= ROOM_FOR_PANES
        self.side.set_class(not shown.get("side", wide), "hidden")
        self.map.set_class(not shown.get("map", True), "hidden")
        self.problems.set_class(not shown.get("problems", False), "hidden")

    def _restore(self) -> None:
        view = self._view
        if view is None:
            return
        self.canvas.zoom = Zoom(view.zoom)
        self.desk.select(*view.selection)
        self.call_after_refresh(setattr, self.canvas, "camera", view.camera)

    @property
    def view(self) -> View:
        """How one looks at the workflow, to be remembered."""
        panes = {"side": self.side, "map": self.map, "problems": self.problems}
        shown = {name: not pane.has_class("hidden") for name, pane in panes.items()}
        return View(self.canvas.camera, int(self.canvas.zoom), self.desk.snapshot.selection, shown)

    # -- what is there -------------------------------------------------------------------------

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
        return [edge for ref in self._wire_refs() for edge in self._sketcher.edges(ref)]

    def _wire_refs(self) -> list[WireRef]:
        wiring = self.canvas.ground.wiring
        links = [*wiring.into.get(self.current, ()), *wiring.out_of.get(self.current, ())]
        found = (wiring.links[link] for link in links)
        return list(dict.fromkeys((w.source, w.outlet, w.target, w.inlet) for w in found))

    def joins(self, outlet: PortRef, inlet: PortRef) -> bool:
        """Tell whether a wire may go from an outlet to an inlet."""
        source = reference_of_port(outlet.node, outlet.port)
        return not connect_refusal(self.desk.snapshot, source, slot_of_port(inlet.node, inlet.port))

    def keys_of(self, each: Action) -> Sequence[str]:
        """Return the keys of an action, as the person's keymap has them."""
        changed = getattr(self.app, "keymap", {}).get(each.id)
        return changed.split(",") if changed is not None else each.keys

    # -- doing ---------------------------------------------------------------------------------

    def do(self, id: str) -> None:
        """Do an action, or say why it cannot be done now."""
        each = actions()[id]
        reason = each.why_not(self)
        if reason:
            self.say(reason, "warning")
            return
        each.perform(self)
        self.tell()

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        self.do(id)

    def ask(self, dialog: Dialog[Any], then: Callable[[Any], object]) -> None:
        """Ask something, and go on with the answer unless the person backs out."""

        def answered(answer: Any) -> None:
            if answer is not None:
                then(answer)
            self.tell()

        self.app.push_screen(dialog, answered)

    def enter_mode(self, mode: Mode) -> None:
        """Let keys mean something else for a while."""
        self.leave_mode()
        self.mode = mode
        self.focus_canvas()
        self.tell()

    def leave_mode(self) -> None:
        """Let keys mean again what they always do."""
        mode, self.mode = self.mode, None
        if mode is not None:
            mode.end()
            self.tell()

    def focus_canvas(self) -> None:
        """Let the keys go to the canvas."""
        target: Widget = self.canvas if self.canvas.display else self.welcome
        self.set_focus(target)

    # -- showing -------------------------------------------------------------------------------

    def sketch(self) -> None:
        """Draw the workflow as it is now."""
        snapshot = self.desk.snapshot
        scene = self._sketcher.scene(snapshot, self._known)
        is_empty = not scene.nodes and not scene.notes
        if self.welcome.display != is_empty:
            had_focus = self.focused in (self.canvas, self.welcome)
            self.welcome.display = is_empty
            self.canvas.display = not is_empty
            if had_focus:
                self.focus_canvas()
        self.canvas.show(scene)

    def tell(self) -> None:
        """Bring the bars up to date."""
        mode, keys = bar_keys(self)
        self.keys.show(keys, mode)
        self.status.show(*status_words(self))

    def say(self, text: str, severity: Severity = "information") -> None:
        """Tell the person something in passing."""
        self.app.notify(
            text, severity=severity, markup=False, timeout=4 if severity == "information" else 8
        )

    def go_to(self, *boxes: str) -> None:
        """Select boxes and bring them into view."""
        self.canvas.select(*boxes)

    def select_wire(self, edge: Edge | None) -> None:
        """Select a wire; None selects none."""
        self.wire = edge
        ref = (*outlet_of(edge.source), *port_of_slot(edge.target)) if edge else None
        self.canvas.mark_wire(ref)
        self.canvas.mark_insertion(ref)
        self.tell()

    def know_axes(self, axes: Axes) -> None:
        """Take note of what the nodes are repeated over."""
        self._known = replace(self._known, axes=axes)

    def say_in_passing(self, text: str) -> None:
        """Tell something that is of no use a moment later."""
        self.app.clear_notifications()
        self.app.notify(text, markup=False, timeout=2)

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

    def free_place(self) -> tuple[int, int]:
        """Return a place on the canvas for something new: below what is selected, or in view."""
        stage = self.canvas.stage
        if stage.ground.has(self.current):
            frame = stage.ground.frame(self.current)
            at = (frame.x, frame.y + frame.height + 1)
        else:
            at = (stage.camera.x + 4, stage.camera.y + 2)
        return scaled_places(self.canvas.zoom, {"": at})[""]

    def go_to_problem(self, problem: Problem) -> None:
        """Go to the node of a problem, and say what is wrong."""
        self.last_problem = problem
        slot = slot_of(problem)
        if slot is not None:
            self.go_to(slot.node if slot.node else port_of_slot(slot)[0])
        self.say_in_passing(words(problem))

    def edit_current(self) -> None:
        """Go to the form of the selected node."""
        self.show_side(True)

    def show_side(self, shown: bool | None = None) -> None:
        """Show the panes beside the canvas, or hide them; None turns it around."""
        shown = self.side.has_class("hidden") if shown is None else shown
        self.side.set_class(not shown, "hidden")
        if not shown:
            self.focus_canvas()

    def show_map(self) -> None:
        """Show the map, or hide it."""
        shown = self.map.has_class("hidden") or self.side.has_class("hidden")
        self.map.set_class(not shown, "hidden")
        if shown:
            self.show_side(True)

    def show_hint(self, shown: bool) -> None:
        """Show the hint for the first time, or hide it for good."""
        self.hint.set_class(not shown, "hidden")
        self.editor.memory.was_greeted = not shown

    def ask_conflicts(self, outside: Outside, then: Callable[[], object]) -> None:
        """Ask which side counts where the file and the workflow disagree."""
        from tui.editor.dialogs.conflicts import Conflicts
        from tui.editor.model import settle

        def answered(choices: Mapping[Path, Side] | None) -> None:
            then()
            if choices is None:
                return
            try:
                settle(self.desk.editing, outside, choices)
            except ReelgraphError as error:
                self.desk.say_error(error)
            else:
                self.desk.replaced()

        title = "The file was changed by another program too"
        self.app.push_screen(Conflicts(title, outside.conflicts), answered)

    def begin_with(self, text: str) -> None:
        """Fill an empty workflow with that of a file's text."""
        from engine.document import loads

        data = {k: v for k, v in loads(text, "example").data.items() if k != "$schema"}
        self.desk.edit(lambda s: Change(s, f"begin with {data.get('name', 'an example')}", data))

    @property
    def editor(self) -> EditorApp:
        """The program."""
        return cast("EditorApp", self.app)

    @property
    def lists_ports(self) -> bool:
        """Whether ports are picked from lists, as there are no boxes to put letters on."""
        return not self.canvas.display or self.canvas.zoom is Zoom.DOT

    # -- edits that several ask for -------------------------------------------------------------

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
        if not nodes and not notes:
            self.say("Inputs, outputs and folded groups stand where the layout puts them.")
        return done

    # -- news ----------------------------------------------------------------------------------

    def _edited(self, snapshot: Snapshot) -> None:
        if self.wire and self.wire not in set(snapshot.edges_into(self.wire.target.node)):
            self.wire = None
            self.canvas.mark_insertion(None)
        self.sketch()
        self.caretaker.check_soon()
        self.tell()

    def _selected(self, nodes: tuple[str, ...]) -> None:
        shown = {key for key in self.canvas.selected if key in self.desk.snapshot.nodes}
        if shown != set(nodes) or (nodes and self.canvas.current != nodes[-1]):
            self.canvas.select(*nodes)
        self.tell()

    def _checked(self, problems: Problems) -> None:
        self._known = replace(self._known, problems=problems)
        self.sketch()
        self.problems.show(problems)
        self.tell()

    def _noticed(self, notice: Notice) -> None:
        self.say(notice.text, notice.severity)

    @on(told.LayoutReady)
    def _laid_out(self) -> None:
        self._selected(self.desk.snapshot.selection)
        self._take_wanted()

    @on(told.NodeSelected)
    def _node_selected(self) -> None:
        snapshot = self.desk.snapshot
        waiting = [n for n in snapshot.selection if not self.canvas.ground.has(n)]
        if waiting and not self.canvas.selected:
            return
        chosen = [key for key in self.canvas.selected if key in snapshot.nodes]
        chosen.sort(key=lambda key: key == self.canvas.current)
        if self.is_extending:
            chosen = [n for n in snapshot.selection if n not in chosen] + chosen
        if self.wire:
            self.select_wire(None)
        self.desk.select(*chosen)
        self.tell()

    @on(told.NodeActivated)
    def _node_activated(self, event: told.NodeActivated) -> None:
        self.do("note.write" if event.node.startswith(NOTE) else "node.edit")

    @on(told.NodesMoved)
    def _nodes_moved(self, event: told.NodesMoved) -> None:
        self.place(event.places)

    @on(told.ConnectionDropped)
    def _connection_dropped(self, event: told.ConnectionDropped) -> None:
        from tui.editor.actions import wires

        wires.dropped(self, event.start, event.end, event.at)

    @on(told.WireSelected)
    def _wire_selected(self, event: told.WireSelected) -> None:
        edges = self._sketcher.edges(event.wires[0])
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
            edges = self._sketcher.edges(event.hit.wires[0])
            self.select_wire(edges[0] if edges else None)
        elif event.hit.id:
            self.canvas.select(event.hit.id, reveal=False)
        self.do("app.menu")

    @on(told.CameraMoved)
    def _camera_moved(self) -> None:
        self.tell()
