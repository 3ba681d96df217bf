"""The runs that there were: what came of each, its files and what it cost, and what differs
between two."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import ClassVar, Final, TypeAlias, TypeVar

from engine.engine import Engine
from engine.errors import ReelgraphError
from engine.store import RunRecord
from tui.cli.commands.spend import spend_in_words
from tui.cli.runs_table import run_lines, run_table
from tui.cli.terminal import Span
from tui.cli.words import count
from tui.editor.commands import Topic, command
from tui.editor.panes.difference import difference_lines
from tui.editor.panes.lines import Row
from tui.editor.panes.listing import ListScreen
from tui.editor.panes.words import error_lines
from tui.editor.running import Runner
from tui.editor.running.past import PastRun, difference_of, list_runs, look_at

_MOST_FILES = 200
_ROOM_FOR_TWO = 110
"""Columns from which list and details stand side by side."""
T = TypeVar("T")
LinesOfText: TypeAlias = Iterable[list[Span]]


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
    ),
)  # fmt: skip


class RunsScreen(ListScreen):
    """The history.

    Args:
        runner: Whose workflow's runs are shown first.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    RunsScreen #middle { layout: horizontal; }
    RunsScreen #list { width: 1fr; }
    RunsScreen #details { width: 1fr; border-left: solid $line; background: $surface; }
    RunsScreen Lines:focus { border-left: none; }
    RunsScreen.-narrow #middle { layout: vertical; }
    RunsScreen.-narrow #list { width: 100%; height: 2fr; }
    RunsScreen.-narrow #details { width: 100%; height: 3fr; border-left: none;
                                  border-top: solid $line; }
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner, shows_all=runner.desk.snapshot.path is None)
        self._runs: list[RunRecord] = []
        self._marked = 0
        self._lines_at: Callable[[int], LinesOfText] = _no_lines
        """The details, laid out for a width."""

    def on_mount(self) -> None:
        """Look again when a run ends."""
        self._end = self._runner.ended.subscribe(lambda report: self.reload())

    def on_unmount(self) -> None:
        """Follow no longer what ends."""
        self._end()

    def on_resize(self) -> None:
        """Lay the list out anew: beside the details, or above them."""
        self.set_class(self.app.size.width < _ROOM_FOR_TWO, "-narrow")
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        self.show_list()
        self._tell_details()

    # -- the list ------------------------------------------------------------------------------

    @property
    def title_in_words(self) -> str:
        """Whose runs are listed."""
        path = self._runner.desk.snapshot.path
        return f"Runs of {'all workflows' if self._shows_all or path is None else path.name}"

    async def look(self) -> None:
        """Look for runs."""
        path = "" if self._shows_all else str(self._runner.desk.snapshot.path or "")
        self._runs = await self._runner.backstage.look(lambda e: list_runs(e, path))

    def show_list(self) -> None:
        """List the runs."""
        lines = self.listing
        lines.say_empty("There are no runs yet.")
        room = max(20, lines.size.width - 4)
        table = list(run_table(self._runs, room, named=self._shows_all)) if self._runs else []
        rows = [Row(["  ", *line]) for line in table[:1]]
        for run, line in zip(self._runs, table[1:], strict=True):
            mark: Span = ("◆ ", "yellow") if run.id == self._marked else "  "
            rows.append(Row([mark, *line], run.id))
        lines.show(rows)

    @property
    def current(self) -> int:
        """The number of the run that the cursor is on; 0 if there is none."""
        return int(self.listing.current or 0)

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

    def show_details(self) -> None:
        """Show what became of the run that the cursor is on."""
        if self.current:
            self._find_out(partial(look_at, run=self.current), _run_lines)
        else:
            self._lines_at = _no_lines
            self._tell_details()

    def _find_out(self, look: Callable[[Engine], T], tell: Callable[[T, int], LinesOfText]) -> None:
        """Look for something, and tell of it as the details."""
        self.launch(partial(self._found_out, look, tell), "details", instead=True)

    async def _found_out(
        self, look: Callable[[Engine], T], tell: Callable[[T, int], LinesOfText]
    ) -> None:
        try:
            found = await self._runner.backstage.look(look)
        except ReelgraphError as error:
            self._lines_at = partial(error_lines, error)
        else:
            self._lines_at = partial(tell, found)
        self._tell_details()

    def _tell_details(self) -> None:
        self.say_details(self._lines_at(self._width))

    @property
    def _width(self) -> int:
        return max(30, *(lines.size.width - 3 for lines in self.query("#lines")))

    # -- acting --------------------------------------------------------------------------------

    def mark(self) -> None:
        """Mark the run, so that another one can be compared with it; or no longer."""
        self._marked = 0 if self._marked == self.current else self.current
        self.show_list()

    def compare(self) -> None:
        """Show what differs between the run and the marked one, or the one before it."""
        old, new = sorted((self.other, self.current))
        self._find_out(partial(difference_of, old=old, new=new), difference_lines)


def _no_lines(width: int) -> LinesOfText:
    return ()


def _run_lines(past: PastRun, width: int) -> Iterator[list[Span]]:
    yield from run_lines(past.record, past.tasks, spend_in_words(past.spent), width)
    files = past.files
    if files:
        yield []
        yield [(count(len(files), "file"), "bold"), f" in {past.record.out}"]
    for path in files[:_MOST_FILES]:
        yield [f"  {path.name}"]
