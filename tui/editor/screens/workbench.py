"""The main screen: a workflow on the canvas, with bars above and below and panes beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widget import Widget

from engine.errors import ReelgraphError
from engine.problems import Problem
from tui.editor.actions import actions
from tui.editor.actions.reasons import meant
from tui.editor.canvas import PALETTES, Zoom
from tui.editor.canvas import messages as told
from tui.editor.commands import HELP, PALETTE, Bound, Offer, Topic
from tui.editor.desk import Desk, Notice, Severity
from tui.editor.dialogs.base import Dialog
from tui.editor.forms.form import Form
from tui.editor.forms.inspector import Inspector
from tui.editor.lessons import LESSONS
from tui.editor.model import (
    Change,
    Journal,
    Outside,
    Problems,
    Side,
    Snapshot,
    slot_of,
    words,
)
from tui.editor.panes import Lines, LogPane
from tui.editor.preview import Graphics, Pictures
from tui.editor.running import Runner
from tui.editor.screens.bars import KeyBar, StatusBar
from tui.editor.screens.bindings import PANES, bindings
from tui.editor.screens.canvas_screen import CanvasScreen
from tui.editor.screens.caretaker import Axes, Caretaker
from tui.editor.screens.hint import Hint
from tui.editor.screens.modes import Mode
from tui.editor.screens.outline import Outline
from tui.editor.screens.problems import ProblemsPane
from tui.editor.screens.saying import bar_keys, status_words
from tui.editor.screens.searching import Search, SearchLine
from tui.editor.screens.side import ROOM_FOR_PANES, SidePanes
from tui.editor.screens.welcome import Welcome
from tui.editor.session import View
from tui.editor.sketch import (
    INPUT,
    Known,
    port_of_slot,
)

if TYPE_CHECKING:
    from engine.execute import RunReport
    from tui.editor.app import EditorApp
    from tui.editor.model.data import Path


class Workbench(CanvasScreen):
    """Where a workflow is edited."""

    AUTO_FOCUS = ""
    TOPIC: ClassVar[Topic] = PANES
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")
    LESSONS = LESSONS
    DEFAULT_CSS = """
    Workbench { layout: vertical; background: $background; }
    Workbench #middle { height: 1fr; }
    Workbench.-narrow #middle { layers: canvas panes; }
    Workbench.-narrow #side { layer: panes; width: 100%; border-left: none; }
    Workbench.-wide #side { width: 54; }
    Workbench #map { width: 100%; }
    Workbench #preview { border-top: solid $line; }
    Workbench #preview:focus { border-top: solid $primary; }
    Workbench.-narrow #preview { height: 1fr; }
    Workbench.-narrow #map { display: none; }
    Workbench .hidden { display: none; }
    """

    def __init__(
        self,
        desk: Desk,
        journal: Journal | None = None,
        view: View | None = None,
        *,
        as_text: bool = False,
        graphics: Graphics | None = None,
    ) -> None:
        super().__init__(desk, is_drawn=not as_text)
        self.HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (ROOM_FOR_PANES, "-normal"), (180, "-wide")]
        self.outline = Outline() if as_text else None
        """The workflow as lines of text, where it is not drawn."""
        self.welcome = Welcome()
        self.search = Search(self)
        self.search_line = SearchLine(classes="hidden")
        self.status = StatusBar()
        self.keys = KeyBar()
        self.problems = ProblemsPane(classes="hidden")
        self.hint = Hint(classes="hidden")
        self.caretaker = Caretaker(self, journal)
        self.runner = Runner(desk)
        self.pictures = Pictures(desk.engine.whereabouts, graphics)
        self.side = SidePanes(self)
        self.inspector, self.preview = self.side.inspector, self.side.preview
        self.map = self.side.map
        self.log_pane = LogPane(self.runner, classes="hidden")
        self.mode: Mode | None = None
        self.copied = ""
        """What was copied last, as text."""
        self.last_problem: Problem | None = None
        self._is_telling = False
        self._view = view
        self._known = Known()

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the bars, the canvas and the panes."""
        yield self.status
        yield self.hint
        with Horizontal(id="middle"):
            yield self.paper
            yield self.welcome
            yield self.side
        yield self.problems
        yield self.log_pane
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
        if self._view is not None:
            self.canvas.begin_at(Zoom(self._view.zoom), is_roomy=self._view.is_roomy)
        self.sketch()
        self._restore()
        self.focus_canvas()
        self.runner.progressed.subscribe(self._progressed)
        self.runner.ended.subscribe(self._run_ended)
        self.tell()
        # To check it at once would keep the graph from being seen.
        self.call_after_refresh(self.caretaker.start)
        self.call_after_refresh(self.app.call_later, self.editor.take_early)

    def _show_panes(self) -> None:
        shown = self._view.panes if self._view else {}
        self.side.begin(shown, by_itself=self.outline is None)
        self.problems.set_class(not shown.get("problems", False), "hidden")
        self.log_pane.set_class(not shown.get("log", False), "hidden")

    def _restore(self) -> None:
        view = self._view
        if view is None:
            self.call_after_refresh(self.canvas.overlook)
            return
        self.runner.values = dict(view.values)
        self.desk.select(*view.selection)
        if view.fit == "readable":
            self.call_after_refresh(self.canvas.overlook)
        elif view.fit == "all":
            self.call_after_refresh(self.canvas.fit)
        else:
            self.call_after_refresh(self.canvas.look_again, view.camera, view.size)

    @property
    def view(self) -> View:
        """How one looks at the workflow, to be remembered."""
        below = {"problems": self.problems, "log": self.log_pane}
        shown = {name: not pane.has_class("hidden") for name, pane in below.items()}
        camera = self.canvas.stage.camera
        return View(
            (camera.x, camera.y),
            int(self.canvas.zoom),
            self.desk.snapshot.selection,
            shown | self.side.wanted,
            self.runner.values,
            (camera.width, camera.height),
            self.canvas.stage.is_roomy,
            self.canvas.fitted,
        )

    @property
    def paper(self) -> Widget:
        """What shows the workflow: the canvas, or lines of text."""
        return self.outline or self.canvas

    def close(self, *, keep: bool) -> None:
        """Stop what goes on for this workflow; a second time does nothing.

        Args:
            keep: Whether edits that are not saved stay in the journal.
        """
        self.caretaker.close(keep=keep)
        self.runner.close()
        self.pictures.close()

    # -- doing ---------------------------------------------------------------------------------

    def do(self, id: str) -> None:
        """Do an action, or what a pane can do, or say why it cannot be done now."""
        if id not in actions():
            super().do(id)
            return
        if id not in (HELP.id, PALETTE.id):
            self.leave_mode()
        self.take_selection()
        each = actions()[id]
        reason = each.why_not(self)
        if reason:
            self.say_in_passing(reason, "warning")
            return
        each.perform(self)
        self.tell()

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        self.do(id)

    def run(
        self, to: tuple[str, ...] = (), redo: tuple[str, ...] = (), *, ask: bool = False
    ) -> None:
        """Run the workflow or a part of it; the plan is shown first where it may cost money."""
        from tui.editor.panes.starting import start

        self.launch(partial(start, self.app, self.runner, to, redo, ask=ask), "run")

    def ask(self, dialog: Dialog[Any], then: Callable[[Any], object]) -> None:
        """Ask something, and go on with the answer unless the person backs out."""

        def answered(answer: Any) -> None:
            if answer is not None:
                then(answer)
            self.tell()

        self.app.push_screen(dialog, answered)

    def offers(self, bound: Bound) -> Iterator[Offer]:
        """Yield what the mode can do, whose keys come first, and all else."""
        mode = self.mode
        if mode is not None:
            yield from mode.offers(bound)
        for each in super().offers(bound):
            keys = tuple(key for key in each.keys if mode is None or not mode.takes(key))
            if keys or each.command.id in actions():
                yield replace(each, keys=keys)

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

    @property
    def has_first_look(self) -> bool:
        """Whether nothing is remembered of how one looked at the workflow."""
        return self._view is None

    @property
    def canvas_has_keys(self) -> bool:
        """Whether keys mean what they do on the canvas."""
        return self.focused in (None, self.paper, self.welcome)

    @on(Form.Moved)
    def _field_moved(self) -> None:
        self.tell()

    def focus_canvas(self) -> None:
        """Let the keys go to the canvas."""
        self.side.give_way()
        target: Widget = self.paper if self.paper.display else self.welcome
        self.set_focus(target)

    # -- showing -------------------------------------------------------------------------------

    def sketch(self) -> None:
        """Draw the workflow as it is now."""
        snapshot = self.desk.snapshot
        scene = self.sketcher.scene(snapshot, self._known)
        is_empty = not scene.nodes and not scene.notes
        if self.welcome.display != is_empty or self.paper.display == is_empty:
            had_focus = self.focused in (self.paper, self.welcome)
            self.welcome.display = is_empty
            self.paper.display = not is_empty
            if had_focus:
                self.focus_canvas()
        self.canvas.show(scene)
        if self.outline is not None:
            self.outline.show(scene)

    def tell(self) -> None:
        """Bring the bars up to date, once for all that happens now."""
        if not self._is_telling:
            self._is_telling = True
            self.call_next(self._tell)

    def _tell(self) -> None:
        self._is_telling = False
        if self.outline is not None:
            self.outline.retell()
        mode, keys = bar_keys(self)
        self.keys.show(keys, mode)
        self.status.show(*status_words(self))

    def say(self, text: str, severity: Severity = "information") -> None:
        """Tell the person something in passing."""
        self.app.notify(
            text, severity=severity, markup=False, timeout=4 if severity == "information" else 8
        )

    def know_axes(self, axes: Axes) -> None:
        """Take note of what the nodes are repeated over."""
        self._known = replace(self._known, axes=axes)

    def say_in_passing(self, text: str, severity: Severity = "information") -> None:
        """Tell something that is of no use a moment later."""
        self.app.clear_notifications()
        self.app.notify(
            text, severity=severity, markup=False, timeout=2 if severity == "information" else 4
        )

    def go_to_problem(self, problem: Problem) -> None:
        """Go to the node of a problem, and say what is wrong."""
        self.last_problem = problem
        slot = slot_of(problem)
        if slot is not None:
            self.go_to(slot.node or port_of_slot(slot)[0])
        elif problem.path.startswith(INPUT):
            self.go_to(".".join(problem.path.split(".")[:2]))
        self.say_in_passing(words(problem))

    def show_log(self) -> None:
        """Show the log, or hide it."""
        shown = self.log_pane.has_class("hidden")
        self.log_pane.set_class(not shown, "hidden")
        if shown:
            self.set_focus(self.log_pane.query_one(Lines))
        else:
            self.focus_canvas()

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

    # -- news ----------------------------------------------------------------------------------

    @on(Inspector.Left)
    @on(LogPane.Left)
    def leave_pane(self) -> None:
        """Go back to the canvas."""
        self.focus_canvas()

    def on_descendant_focus(self) -> None:
        """Name the keys of what has them now, and uncover it."""
        super().on_descendant_focus()
        if self.canvas_has_keys:
            self.side.give_way()
        else:
            self.leave_mode()

    def on_resize(self) -> None:
        """Fold the panes where there is no room for them."""
        self.side.make_room()

    @on(LogPane.NodeWanted)
    def _node_wanted(self, event: LogPane.NodeWanted) -> None:
        self.go_to(event.node)

    def selected_box(self) -> None:
        """Show the form of the box that is selected and what it has made."""
        self.side.follow()

    def drop_wire(self, event: told.ConnectionDropped) -> None:
        """Take a wire that was drawn with the mouse."""
        from tui.editor.actions import wires

        wires.dropped(self, event.start, event.end, event.at)

    def _edited(self, snapshot: Snapshot) -> None:
        if self.wire and self.wire not in set(snapshot.edges_into(self.wire.target.node)):
            self.wire = None
            self.canvas.mark_insertion(None)
        self.sketch()
        self.caretaker.check_soon()
        self.tell()

    def _selected(self, nodes: tuple[str, ...]) -> None:
        self.show_selection(nodes)
        self.tell()

    def _checked(self, problems: Problems) -> None:
        self._known = replace(self._known, problems=problems)
        self.sketch()
        self.problems.show(problems)
        self.tell()

    def _progressed(self, nodes: frozenset[str]) -> None:
        self._known = replace(self._known, runs=self.runner.drawn)
        self.sketch()
        if nodes.intersection(meant(self)):
            self.side.show_results()
        self.tell()

    def _run_ended(self, report: RunReport) -> None:
        self._progressed(frozenset())

    def _noticed(self, notice: Notice) -> None:
        if notice.is_passing:
            self.say_in_passing(notice.text)
        else:
            self.say(notice.text, notice.severity)
