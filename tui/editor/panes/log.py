"""What happened in the runs, sifted by level, node and words; a line leads to its node."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Label

from tui.cli.terminal import Span
from tui.editor.commands import Commanded, Topic, command
from tui.editor.panes.lines import Lines, Row
from tui.editor.panes.words import content_of
from tui.editor.running import LEVELS, Level, LogEntry, Runner
from tui.editor.running.log import passes

_SIGNS: Final[dict[Level, Span]] = {
    "detail": ("·", "dim"),
    "info": ("·", "cyan"),
    "warning": ("!", "yellow"),
    "error": ("✗", "red"),
}
_MOST = 5_000
"""Lines that are kept in the pane."""


def _needs_node(pane: LogPane) -> str:
    return pane.why_no_node()


def _needs_entries(pane: LogPane) -> str:
    return pane.why_no_entries()


_TOPIC: Final = Topic(
    "Log",
    "Each line is something that happened in a run. Few lines are shown at first: those that one "
    "should know of; other levels show more or less.",
    (
        command("log.find", "Log: Find", "slash", "Shows only lines with the words that you type.",
                lambda pane: pane.find(), why_not=_needs_entries, word="find"),
        command("log.level", "Log: Next level", "v",
                "Shows details too, or only warnings, or only errors.",
                lambda pane: pane.next_level(), word="level"),
        command("log.node", "Log: Of the node", "n",
                "Shows only what happened to the selected node, or everything again.",
                lambda pane: pane.turn_node(), why_not=_needs_node, word="of the node"),
        command("log.clear", "Log: Clear", "c", "Forgets what happened so far.",
                lambda pane: pane.clear(), why_not=_needs_entries, word="clear"),
        command("log.leave", "Log: Leave", "escape",
                "Goes back: from the words to the lines, from there to the canvas.",
                lambda pane: pane.leave(), word="back"),
    ),
)  # fmt: skip


class LogPane(Commanded, Widget):
    """The log of a runner.

    Args:
        runner: Whose.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    LogPane { height: 12; background: $surface; border-top: solid $line; }
    LogPane:focus-within { border-top: solid $primary; }
    LogPane .bar { height: 1; }
    LogPane .bar Label { width: auto; padding: 0 1; color: $soft; }
    LogPane .bar Input {
        width: 1fr; border: none; height: 1; padding: 0 1; background: $panel;
    }
    LogPane .bar Input:focus { border: none; }
    LogPane .bar Input>.input--placeholder { color: $soft; }
    LogPane Lines { height: 1fr; }
    """

    class NodeWanted(Message):
        """A person wants to go to the node of a line."""

        def __init__(self, node: str, task: str) -> None:
            super().__init__()
            self.node = node
            """The node on the canvas: for those in a subworkflow, the one that holds them."""
            self.task = task

    class Left(Message):
        """A person wants to go back to where they came from."""

    def __init__(self, runner: Runner, *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._runner = runner
        self._level: Level = "info"
        self._node = ""
        self._words = ""
        self._rows: list[Row] = []

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the filters, and the lines."""
        with Horizontal(classes="bar"):
            yield Label(id="level", markup=False)
            yield Label(id="node", markup=False)
            yield Input(placeholder="/ words to look for", id="words")
        yield Lines("Nothing has happened yet.", picks="go to the node", tails=True)

    def on_mount(self) -> None:
        """Follow the log."""
        self._ends = [
            self._runner.logged.subscribe(self._logged),
            self._runner.desk.selected.subscribe(lambda nodes: self._selected()),
        ]
        self._sift()

    def on_unmount(self) -> None:
        """Follow it no longer."""
        for end in self._ends:
            end()

    # -- showing -------------------------------------------------------------------------------

    def _sift(self) -> None:
        found = self._runner.log.sifted(self._level, self._node, self._words)
        self._rows = [row for entry in found[-_MOST:] for row in _rows(entry)]
        lines = self.query_one(Lines)
        lines.say_empty(self._why_empty())
        lines.show(self._rows)
        worse = "" if self._level == "error" else " and worse"
        self.query_one("#level", Label).update(
            content_of([("v", "bold"), f" {self._level}{worse}"])
        )
        which = f" only {self._node}" if self._node else " all nodes"
        self.query_one("#node", Label).update(content_of([("n", "bold"), which]))

    def _why_empty(self) -> str:
        if not len(self._runner.log):
            return "Nothing has happened yet."
        return "Nothing fits." if self._node or self._words else "Nothing of this level."

    def _logged(self, entries: tuple[LogEntry, ...]) -> None:
        level, node, words = self._level, self._node, self._words
        new = [r for e in entries if passes(e, level, node, words) for r in _rows(e)]
        lines = self.query_one(Lines)
        if not new:
            lines.say_empty(self._why_empty())
            return
        if len(self._rows) > 2 * _MOST:
            self._sift()
            return
        self._rows += new
        lines.grow(self._rows)

    def _selected(self) -> None:
        if self._node and self._runner.desk.current not in ("", self._node):
            self._node = self._runner.desk.current
            self._sift()

    # -- acting --------------------------------------------------------------------------------

    def show_level(self, level: Level) -> None:
        """Show entries of a level and worse."""
        self._level = level
        self._sift()

    def next_level(self) -> None:
        """Show the next level and worse."""
        self.show_level(LEVELS[(LEVELS.index(self._level) + 1) % len(LEVELS)])

    def why_no_node(self) -> str:
        """Say why it cannot be told of one node."""
        return "" if self._node or self._runner.desk.current else "No node is selected."

    def why_no_entries(self) -> str:
        """Say why there is nothing to look for."""
        return "" if len(self._runner.log) else "Nothing has happened yet."

    def turn_node(self) -> None:
        """Show only what happened to the selected node, or everything again."""
        self._node = "" if self._node else self._runner.desk.current
        self._sift()

    def find(self) -> None:
        """Type words to look for."""
        self.query_one(Input).focus()

    def clear(self) -> None:
        """Forget what happened so far."""
        self._runner.log.clear()
        self._sift()

    def leave(self) -> None:
        """Go back: from the words to the lines, from there to where one came from."""
        if self.query_one(Input).has_focus:
            self.query_one(Lines).focus()
        else:
            self.post_message(self.Left())

    @on(events.Click, "#level")
    def _level_clicked(self) -> None:
        self.next_level()

    @on(events.Click, "#node")
    async def _node_clicked(self) -> None:
        await self.perform("log.node")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._words = event.value
        self._sift()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.query_one(Lines).focus()

    @on(Lines.Picked)
    def _picked(self, event: Lines.Picked) -> None:
        event.stop()
        entry = event.value
        node = entry.node.partition("/")[0] if entry else ""
        if node in self._runner.desk.snapshot.nodes:
            self._runner.desk.select(node)
            self.post_message(self.NodeWanted(node, entry.task))


def _rows(entry: LogEntry) -> list[Row]:
    clock = datetime.fromtimestamp(entry.time).strftime("%H:%M:%S")
    place = entry.task or entry.node
    name: list[Span] = [(place, "bold"), "  "] if place else []
    tone = {"error": "red", "warning": "yellow", "detail": "dim"}.get(entry.level, "")
    row = Row([(clock, "dim"), " ", _SIGNS[entry.level], " ", *name, (entry.text, tone)], entry)
    if not entry.hint:
        return [row]
    return [row, Row([(f"           {entry.hint}", "dim")])]
