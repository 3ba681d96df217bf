"""Counts a run from the engine's events, in the engine's thread, and tells what changed at a beat.

However many events there are, the interface takes in one `Pulse` a beat, which holds the new states
of some of the nodes to which anything happened: as to draw hundreds of boxes anew takes longer than
a frame may, the others wait for the next beats.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice, starmap
from typing import Any

from engine.events import (
    Event,
    NodeCounted,
    ProviderAway,
    ProviderBack,
    RunFinished,
    RunStarted,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskProgress,
    TaskRetried,
    TaskStarted,
    TaskStopped,
)
from engine.money import format_usd, total
from engine.store import SpendRow
from tui.cli.commands.spend import spend_in_words
from tui.cli.progress.outlook import Outlook
from tui.cli.progress.tracker import Tracker
from tui.cli.words import count, seconds
from tui.editor.canvas import State
from tui.editor.running.log import Level, LogEntry
from tui.editor.running.states import Figures, RunState, outer_names, together
from tui.editor.running.tally import Tally
from tui.editor.wording import what_to_do

_CHANGED = 32
"""Nodes of other states in a pulse, at least; more where many wait."""
_MOVED = 16
"""Nodes in a pulse of which only the progress is another one."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What changed of late."""

    figures: Figures
    states: Mapping[str, RunState] = field(default_factory=dict)
    """Of nodes to which anything happened."""
    made: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """What tasks gave, by address."""
    entries: tuple[LogEntry, ...] = ()
    told: str = ""
    """What came of calling tasks off, once all of them have ended."""


class Board:
    """Counts one run.

    Args:
        tracker: Counts it, too, and looks ahead.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, tracker: Tracker, clock: Callable[[], float]) -> None:
        self._tracker = tracker
        self._clock = clock
        self._tallies: dict[str, Tally] = {}
        self._inner: dict[str, list[str]] = defaultdict(list)
        """The nodes inside of each subworkflow node."""
        self._touched: dict[str, None] = {}
        """The nodes whose tasks have other states, those that wait longest first."""
        self._moved: dict[str, None] = {}
        """The same for those of which only the progress is another one."""
        self._made: dict[str, Mapping[str, Any]] = {}
        self._entries: list[LogEntry] = []
        self._spent: list[SpendRow] = []
        self._calling_off: set[str] = set()
        self._called_off: dict[str, list[str]] = defaultdict(list)
        """The tasks of which the same is to be said."""
        self._told = ""
        self._away: dict[str, str] = {}
        """What was said last of the providers that are waited for."""

    @property
    def run(self) -> int:
        """The run's number in the history; 0 until it has one."""
        return self._tracker.run

    def running(self, node: str) -> list[str]:
        """Return the addresses of the tasks of a node, or inside of it, that are worked on."""
        inside = f"{node}/"
        return [
            task
            for name, track in self._tracker.nodes.items()
            if name == node or name.startswith(inside)
            for task in track.running
        ]

    def call_off(self, tasks: Iterable[str]) -> None:
        """Take note that tasks are called off, to tell what came of it."""
        self._calling_off.update(tasks)

    def know_spending(self, rows: list[SpendRow]) -> None:
        """Take note of what the ledger says of the run."""
        self._spent = rows

    # -- events --------------------------------------------------------------------------------

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        self._tracker.handle(event)
        if self._calling_off and isinstance(event, TaskStopped | TaskDone | TaskFailed):
            self._hear_of_called_off(event)
        match event:
            case TaskProgress(_, node):
                self._moved[node] = None
            case TaskDone():
                self._done(event)
            case TaskStarted(task, node):
                self._tally(node).put(task, State.RUNNING)
                self._say("detail", "starts", node, task)
            case NodeCounted(node, number, complete):
                tally = self._tally(node)
                tally.total, tally.is_whole = number, complete
            case RunStarted():
                self._begin(event)
            case RunFinished():
                self._end(event)
            case ProviderAway() | ProviderBack():
                self._hear_of_provider(event)
            case _:
                self._mishap(event)

    def _done(self, event: TaskDone) -> None:
        self._tally(event.node).done(event)
        self._made[event.task] = event.outputs
        if event.status == "ran":
            paid = f", {format_usd(Decimal(event.cost))}" if event.cost else ""
            self._say("info", f"done in {seconds(event.seconds)}{paid}", event.node, event.task)
        elif event.status == "shared":
            self._say("detail", "done: another task did the same work", event.node, event.task)

    def _mishap(self, event: Event) -> None:
        match event:
            case TaskFailed(task, node, kind, message, hint, skipped):
                self._tally(node).failed(event)
                said = f"left out: {message}" if skipped else message
                said = f"refused: {message}" if kind == "refused" and not skipped else said
                level: Level = "warning" if skipped else "error"
                self._say(level, said, node, task, what_to_do(message, hint))
            case TaskRetried(task, node, _, wait, _, message):
                self._moved[node] = None
                self._say("warning", f"{message}; again in {seconds(wait)}", node, task)
            case TaskBlocked(task, node, skipped):
                self._tally(node).put(task, State.SKIPPED if skipped else State.STOPPED)
                self._say("detail", "cannot run: what it needs was not made", node, task)
            case TaskStopped(task, node, note):
                self._tally(node).put(task, State.STOPPED)
                self._say("warning", note or "stopped", node, task)

    def _hear_of_provider(self, event: ProviderAway | ProviderBack) -> None:
        name = event.provider
        if isinstance(event, ProviderBack):
            self._away.pop(name, None)
            self._say("info", f"{name} answers again after {seconds(event.seconds)}")
            return
        # That it goes on like that is for those who want to know all.
        level: Level = "detail" if self._away.get(name) == event.message else "warning"
        self._away[name] = event.message
        self._say(level, f"{name}: {event.message}; again in {seconds(event.wait)}")

    def _hear_of_called_off(self, event: TaskStopped | TaskDone | TaskFailed) -> None:
        if event.task not in self._calling_off:
            return
        self._calling_off.discard(event.task)
        if isinstance(event, TaskStopped):
            self._called_off[event.note or "stopped"].append(event.task)
        else:
            self._called_off["it had ended before"].append(event.task)
        if not self._calling_off:
            self._told = " ".join(starmap(_told, self._called_off.items()))
            self._called_off.clear()

    def _begin(self, event: RunStarted) -> None:
        for node in event.nodes:
            self._tally(node.id)
        self._say("info", f"run {event.run} of {event.name} begins")

    def _end(self, event: RunFinished) -> None:
        for node, tally in self._tallies.items():
            tally.is_going = False
            self._touched[node] = None
            self._say_cached(tally)
        level: Level = "info" if event.exit_code == 0 else "warning"
        ended = "partly done" if event.status == "partial" else event.status
        self._say(level, f"run {self.run} {ended} after {seconds(event.seconds)}")

    def _tally(self, node: str) -> Tally:
        """Return the count of a node that something happens to."""
        self._touched[node] = None
        tally = self._tallies.get(node)
        if tally is None:
            tally = self._tallies[node] = Tally(node)
            for outer in outer_names(node):
                self._inner[outer].append(node)
        return tally

    def _say(self, level: Level, text: str, node: str = "", task: str = "", hint: str = "") -> None:
        self._entries.append(LogEntry(self._clock(), level, text, node, task, hint))

    # -- what changed --------------------------------------------------------------------------

    @property
    def has_news(self) -> bool:
        """Whether there is anything that no pulse has told yet."""
        return bool(self._touched or self._moved or self._made or self._entries or self._told)

    def pulse(self) -> Pulse:
        """Return what changed and was not told yet; where that is much, a part of it."""
        nodes = _first(self._touched, max(_CHANGED, len(self._touched) // 16))
        nodes += [node for node in _first(self._moved, _MOVED) if node not in nodes]
        made, self._made = self._made, {}
        states = {node: self._state(node) for node in nodes}
        for outer in dict.fromkeys(o for node in nodes for o in outer_names(node)):
            states[outer] = together(outer, map(self._state, self._inner[outer]))
        for node in nodes:
            self._say_cached(self._tallies[node])
        entries, self._entries = tuple(self._entries), []
        told, self._told = self._told, ""
        return Pulse(self._figures(), states, made, entries, told)

    def _state(self, node: str) -> RunState:
        return self._tallies[node].state(self._tracker.track(node))

    def _say_cached(self, tally: Tally) -> None:
        if tally.newly_cached:
            found = count(tally.newly_cached, "task")
            tally.newly_cached = 0
            self._say("info", f"{found} found in the cache", tally.node)

    def _figures(self) -> Figures:
        tracker = self._tracker
        tracks = tracker.nodes.values()
        finished = tracker.finished
        ahead = Outlook() if finished else tracker.outlook()
        figures = Figures(
            tracker.run,
            total=sum(track.total for track in tracks),
            done=sum(track.done for track in tracks),
            is_whole=all(track.complete for track in tracks),
            running=sum(len(track.running) for track in tracks),
            failed=sum(track.failed for track in tracks),
            elapsed=tracker.elapsed,
            left=ahead.left,
            over=ahead.over,
            away=", ".join(tracker.away),
            status=finished.status if finished else "running",
        )
        return with_spending(figures, self._spent)


def with_spending(figures: Figures, rows: Sequence[SpendRow]) -> Figures:
    """Return figures with what the ledger says of the run."""
    spent = total(row.total for row in rows)
    return replace(figures, spent=spent, spent_in_words=spend_in_words(rows))


def _first(nodes: dict[str, None], most: int) -> list[str]:
    """Take the first nodes out."""
    taken = list(islice(nodes, most))
    for node in taken:
        del nodes[node]
    return taken


def _told(note: str, tasks: list[str]) -> str:
    """Return a sentence on tasks of which the same is to be said."""
    return f"{tasks[0] if len(tasks) == 1 else count(len(tasks), 'task')}: {note}."
