"""Progress as plain lines, for pipes, logs and continuous integration.

A line for each task that ran or failed, and one for each node that is through. Nodes whose results
were all there are told at the end. Where very much happens at once, only some of it gets a line;
failures always do.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.events import (
    Event,
    NodeCounted,
    ProviderAway,
    ProviderBack,
    RunFinished,
    TaskDone,
    TaskFailed,
    TaskRetried,
)
from tui.cli.progress.tracker import NodeTrack, Tracker
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count, seconds

_FEW = 30
"""A node with so many tasks gets a line for each; so many quiet nodes get one at the end."""
_PAUSE = 0.1
"""Seconds between two lines that may be left out."""


class PlainProgress:
    """Writes the lines.

    Args:
        tracker: Counts the events; it is told of each before this is.
        terminal: Where the lines go.
        clock: A monotonic clock, in seconds.
    """

    def __init__(self, tracker: Tracker, terminal: Terminal, clock: Callable[[], float]) -> None:
        self._tracker = tracker
        self._terminal = terminal
        self._clock = clock
        self._told: set[str] = set()
        self._last = -_PAUSE

    def handle(self, event: Event) -> None:
        """Write what there is to say of an event."""
        match event:
            case TaskDone(task, node, status, length) if status != "cached":
                if self._deserves_line(node):
                    self._say((task, "bold"), f"  {seconds(length)}")
            case TaskFailed(task):
                what = "skipped" if event.skipped else "failed"
                self._say((task, "bold"), "  ", (what, "red"), f": {event.message}")
            case TaskRetried(task):
                again = f"  {event.message}; again in {seconds(event.wait)}"
                self._say((task, "bold"), (again, "yellow"))
            case ProviderAway(provider, _, message, wait):
                self._say((provider, "bold"), (f"  {message}; again in {seconds(wait)}", "yellow"))
            case ProviderBack(provider, length):
                self._say((provider, "bold"), f"  answers again after {seconds(length)}")
            case RunFinished():
                self._tell_the_rest()
        if isinstance(event, TaskDone | TaskFailed | NodeCounted):
            track = self._tracker.track(event.node)
            if track.finished and track.done > track.cached and self._is_due(track):
                self._tell(track)

    def _deserves_line(self, node: str) -> bool:
        """Tell whether a task gets a line besides that of its node."""
        track = self._tracker.track(node)
        return (track.total > 1 or not track.complete) and self._is_due(track)

    def _is_due(self, track: NodeTrack) -> bool:
        now = self._clock()
        many = track.total > _FEW or len(self._tracker.nodes) > _FEW
        if many and now - self._last < _PAUSE:
            return False
        self._last = now
        return True

    def _tell_the_rest(self) -> None:
        rest = [t for t in self._tracker.nodes.values() if t.done and t.id not in self._told]
        if len(rest) <= _FEW:
            for track in rest:
                self._tell(track)
        else:
            self._say(f"{count(len(rest), 'more node')}  ", *describe_counts(merged(rest)))

    def _tell(self, track: NodeTrack) -> None:
        if track.id in self._told:
            return
        self._told.add(track.id)
        share = f"  {track.done}/{track.total}" if track.total != 1 else ""
        work: Span = (f"  {seconds(track.worked)}" if track.ran else "", "dim")
        self._say((track.id, "bold"), share, "  ", *describe_counts(track), work)

    def _say(self, *spans: Span) -> None:
        self._terminal.note(*spans)


def merged(tracks: list[NodeTrack]) -> NodeTrack:
    """Return the counts of several nodes together."""
    total = NodeTrack("", "")
    for track in tracks:
        total.total += track.total
        total.cached += track.cached
        total.ran += track.ran
        total.failed += track.failed
        total.skipped += track.skipped
        total.blocked += track.blocked
        total.stopped += track.stopped
    return total


def describe_counts(track: NodeTrack) -> list[Span]:
    """Return what became of a node's tasks: `2 cached, 4 ran`, or `ran` for the only one."""
    spans: list[Span] = []
    for number, word, style in (
        (track.cached, "cached", "cyan"),
        (track.ran, "ran", "green"),
        (track.failed, "failed", "bold red"),
        (track.skipped, "skipped", "yellow"),
        (track.blocked, "blocked", "yellow"),
        (track.stopped, "stopped", "yellow"),
    ):
        if number:
            spans += [", "] if spans else []
            spans.append((word if track.total == 1 else f"{number:,} {word}", style))
    return spans
