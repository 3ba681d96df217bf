"""The runs that there were: what came of each, its files and what it cost, and what differs
between two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.errors import ReelgraphError
from engine.money import format_usd
from engine.plan import PlannedTask
from engine.store import RunRecord
from tui.cli.commands.spend import spend_in_words
from tui.cli.reasons import reason_lines
from tui.cli.runs_table import counts_text, run_lines, run_table
from tui.cli.terminal import Span
from tui.cli.words import count, seconds
from tui.editor.commands import Topic, command
from tui.editor.model import MISSING, Difference
from tui.editor.panes.lines import Lines, Row, rows_of
from tui.editor.panes.words import content_of, error_lines
from tui.editor.running import Runner
from tui.editor.running.past import (
    PastRun,
    RunDifference,
    TaskChange,
    difference_of,
    list_runs,
    look_at,
)
from tui.editor.screens.bars import KeyBar, KeyedScreen

_MOST_FILES = 200
_MOST_CHANGES = 200
_SHOWN: Final = 60
_ROOM_FOR_TWO = 110
"""Columns from which list and details stand side by side."""


def _needs_run(screen: RunsScreen) -> str:
    return "" if screen.current else "There is no run here."


def _needs_other(screen: RunsScreen) -> str:
    if reason := _needs_run(screen):
        return reason
    return "" if screen.other else "There is no run to compare it with; space marks one."


def _needs_file(screen: RunsScreen) -> str:
    return "" if screen.has_file else "The workflow has no file yet: all runs are shown."


_TOPIC: Final = Topic(
    "Runs",
    "The runs that there were, the latest first; beside them what became of the tasks of one, its "
    "files, and what it cost. d tells how two runs differ: what was edited in between, what tasks "
    "were asked, what came of them.",
    (
        command("runs.difference", "Run: Difference", "d",
                "Shows how the run differs from the marked one, or from the one before it.",
                lambda screen: screen.compare(), why_not=_needs_other, word="difference"),
        command("runs.mark", "Run: Mark", "space",
                "Marks the run, to compare others with it; or takes the mark away.",
                lambda screen: screen.mark(), why_not=_needs_run, word="mark"),
        command("runs.all", "Runs: Of all workflows", "a",
                "Shows the runs of all workflows, or of this one only.",
                lambda screen: screen.turn_all(), why_not=_needs_file, word="all workflows"),
        command("runs.reload", "Runs: Look again", "r", "Looks for runs again.",
                lambda screen: screen.reload(), word="look again"),
        command("runs.back", "Runs: Leave", "escape,q",
                "Goes back: from the details to the list, from there to the canvas.",
                lambda screen: screen.back_out(), word="back"),
    ),
)  # fmt: skip


class RunsScreen(ModalScreen[None], KeyedScreen[None]):
    """The history.

    Args:
        runner: Whose workflow's runs are shown first.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    RunsScreen { background: $background; layout: vertical; }
    RunsScreen #title { height: 1; background: $surface; padding: 0 1; text-style: bold; }
    RunsScreen #middle { height: 1fr; }
    RunsScreen #runs { width: 1fr; }
    RunsScreen #details { width: 1fr; border-left: solid $line; background: $surface; }
    RunsScreen Lines:focus { border-left: none; }
    RunsScreen.-narrow #middle { layout: vertical; }
    RunsScreen.-narrow #runs { width: 100%; height: 2fr; }
    RunsScreen.-narrow #details { width: 100%; height: 3fr; border-left: none;
                                  border-top: solid $line; }
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner
        self._runs: list[RunRecord] = []
        self._marked = 0
        self._shows_all = runner.desk.snapshot.path is None

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the runs, and the details of one."""
        yield Static(id="title", markup=False)
        with Horizontal(id="middle"):
            yield Lines("looking ...", picks="details", id="runs")
            with Vertical(id="details"):
                yield Lines(id="lines")
        yield KeyBar()

    def on_mount(self) -> None:
        """Look for runs."""
        self.query_one("#runs", Lines).focus()
        self.reload()
        self._end = self._runner.ended.subscribe(lambda report: self.reload())

    def on_unmount(self) -> None:
        """Follow no longer what ends."""
        self._end()

    def on_resize(self) -> None:
        """Lay the list out anew: beside the details, or above them."""
        self.set_class(self.app.size.width < _ROOM_FOR_TWO, "-narrow")
        self.call_after_refresh(self._show_runs)

    # -- the list ------------------------------------------------------------------------------

    def reload(self) -> None:
        """Look for runs again."""
        self.run_worker(self._look_for_runs(), group="runs", exclusive=True)

    async def _look_for_runs(self) -> None:
        path = "" if self._shows_all else str(self._runner.desk.snapshot.path or "")
        try:
            self._runs = await self._runner.backstage.look(lambda e: list_runs(e, path))
        except ReelgraphError as error:
            self._say(rows_of(error_lines(error)))
        if self.is_open:
            self._show_runs()
            self._show_details()
            self.tell()

    def _show_runs(self) -> None:
        lines = self.query_one("#runs", Lines)
        lines.say_empty("There are no runs yet.")
        room = max(20, lines.size.width - 4)
        table = list(run_table(self._runs, room, named=self._shows_all)) if self._runs else []
        rows = [Row(["  ", *line]) for line in table[:1]]
        for run, line in zip(self._runs, table[1:], strict=True):
            mark: Span = ("◆ ", "yellow") if run.id == self._marked else "  "
            rows.append(Row([mark, *line], run.id))
        lines.show(rows)
        path = self._runner.desk.snapshot.path
        of = "all workflows" if self._shows_all or path is None else path.name
        self.query_one("#title", Static).update(content_of([f"Runs of {of}"]))

    @property
    def current(self) -> int:
        """The number of the run that the cursor is on; 0 if there is none."""
        return int(self.query_one("#runs", Lines).current or 0)

    @property
    def other(self) -> int:
        """The number of the run that it is compared with: the marked one, or the one before it."""
        numbers = [run.id for run in self._runs]
        at = numbers.index(self.current) if self.current in numbers else len(numbers)
        before = numbers[at + 1] if at + 1 < len(numbers) else 0
        other = self._marked or before
        return other if other != self.current else 0

    @property
    def has_file(self) -> bool:
        """Whether the workflow has a file, by which its runs are known."""
        return self._runner.desk.snapshot.path is not None

    # -- the details ---------------------------------------------------------------------------

    @on(Lines.Moved, "#runs")
    def _moved(self, event: Lines.Moved) -> None:
        self._show_details()
        self.tell()

    @on(Lines.Picked, "#runs")
    def _picked(self, event: Lines.Picked) -> None:
        self.query_one("#lines", Lines).focus()

    def _show_details(self) -> None:
        run = self.current
        if run:
            self.run_worker(self._look_at(run), group="details", exclusive=True)
        else:
            self._say([])

    async def _look_at(self, run: int) -> None:
        try:
            past = await self._runner.backstage.look(lambda engine: look_at(engine, run))
        except ReelgraphError as error:
            self._say(rows_of(error_lines(error)))
        else:
            self._say(rows_of(_run_lines(past, self._width)))

    async def _compare(self, old: int, new: int) -> None:
        try:
            found = await self._runner.backstage.look(lambda e: difference_of(e, old, new))
        except ReelgraphError as error:
            self._say(rows_of(error_lines(error)))
        else:
            self._say(rows_of(difference_lines(found, self._width)))

    @property
    def _width(self) -> int:
        return max(30, *(lines.size.width - 3 for lines in self.query("#lines")))

    def _say(self, rows: list[Row]) -> None:
        if self.is_open:
            self.query_one("#lines", Lines).show(rows)

    # -- acting --------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark the run, so that another one can be compared with it; or no longer."""
        self._marked = 0 if self._marked == self.current else self.current
        self._show_runs()

    def compare(self) -> None:
        """Show what differs between the run and the marked one, or the one before it."""
        old, new = sorted((self.other, self.current))
        self.run_worker(self._compare(old, new), group="details", exclusive=True)

    def turn_all(self) -> None:
        """Show the runs of all workflows, or of this one only."""
        self._shows_all = not self._shows_all
        self.reload()

    def back_out(self) -> None:
        """Go back to the list, or from there to where one came from."""
        runs = self.query_one("#runs", Lines)
        if runs.has_focus:
            self.dismiss(None)
        else:
            runs.focus()


def _run_lines(past: PastRun, width: int) -> Iterator[list[Span]]:
    yield from run_lines(past.record, past.tasks, spend_in_words(past.spent), width)
    files = past.files
    if files:
        yield []
        yield [(count(len(files), "file"), "bold"), f" in {past.record.out}"]
    for path in files[:_MOST_FILES]:
        yield [f"  {path.name}"]


# -- the difference of two runs ----------------------------------------------------------------


def difference_lines(found: RunDifference, width: int | None = None) -> Iterator[list[Span]]:
    """Yield what differs between two runs, in lines of at most some width."""
    old, new = found.old, found.new
    yield [("run ", "bold"), (f"{old.record.id} → {new.record.id}", "bold")]
    yield [("status ", "cyan"), f"{old.record.status} → {new.record.status}"]
    yield [("took   ", "cyan"), f"{seconds(old.seconds)} → {seconds(new.seconds)}"]
    yield [("cost   ", "cyan"), f"{format_usd(old.cost)} → {format_usd(new.cost)}"]
    yield []
    yield from _workflow_lines(found)
    yield from _count_lines(found)
    yield from _change_lines(found.changes, width)


def _workflow_lines(found: RunDifference) -> Iterator[list[Span]]:
    comparison = found.workflow
    yield [("The workflow", "bold")]
    if comparison.is_same:
        yield [("  is the same", "dim")]
    for node in comparison.added:
        yield [("  + ", "green"), node]
    for node in comparison.removed:
        yield [("  - ", "red"), node]
    for differences in (*comparison.changed.values(), comparison.other):
        for each in differences:
            yield [("  ~ ", "yellow"), _place(each)]
            yield [("    - ", "red"), _text(each.old)]
            yield [("    + ", "green"), _text(each.new)]
    yield []


def _place(each: Difference) -> str:
    return each.place.removeprefix("nodes.").replace(".inputs.", ".")


def _text(value: object) -> str:
    if value is MISSING:
        return "(nothing)"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _count_lines(found: RunDifference) -> Iterator[list[Span]]:
    yield [("Tasks", "bold")]
    for node, (before, after) in found.counts.items():
        was, now = counts_text(dict(before)) or "none", counts_text(dict(after)) or "none"
        same: Span = (was, "dim")
        yield [f"  {node}  ", *([same] if was == now else [f"{was} → {now}"])]
    yield []


def _change_lines(changes: tuple[TaskChange, ...], width: int | None) -> Iterator[list[Span]]:
    explained = [change for change in changes if change.reasons][:_MOST_CHANGES]
    others = [change for change in changes if not change.reasons]
    if explained:
        yield [("What tasks were asked", "bold")]
        asked = [
            PlannedTask(each.task, each.task.partition("[")[0], "", "run", each.reasons)
            for each in explained
        ]
        inner = None if width is None else width - 2
        yield from (["  ", *line] for line in reason_lines(asked, None, inner))
        yield []
    if others:
        yield [("Other tasks", "bold")]
    for change in others[:_MOST_CHANGES]:
        ended = f"{change.before or 'not there'} → {change.after or 'not there'}"
        yield ["  ", (change.task, "bold"), (f"  {ended}", "dim")]
    if len(others) > _MOST_CHANGES:
        yield [(f"  and {count(len(others) - _MOST_CHANGES, 'more task')}", "dim")]
