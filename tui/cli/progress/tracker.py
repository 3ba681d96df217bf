"""Keeps count of a run from its events: what every display of progress is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

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
from engine.foresight import Course
from tui.cli.progress.outlook import Outlook, node_left, outlook

_RARELY = 50
"""The run is looked ahead in so seldom that it takes one part in so many of a core."""


@dataclass(slots=True)
class Running:
    """A task that is being worked on."""

    started: float
    """When its work began; before the run where it goes on with a job that was there."""
    marked: float
    """When its share grew last."""
    share: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Away:
    """A provider that does not answer, or wants to be left alone."""

    message: str
    until: float
    """When it is asked again."""


@dataclass(slots=True, eq=False)
class NodeTrack:
    """How far a node is."""

    id: str
    type: str
    title: str = ""
    total: int = 0
    complete: bool = False
    """Whether `total` is all; otherwise a list's length is still to come."""
    cached: int = 0
    ran: int = 0
    failed: int = 0
    skipped: int = 0
    blocked: int = 0
    stopped: int = 0
    running: dict[str, Running] = field(default_factory=dict)
    worked: float = 0.0
    """Seconds of the tasks that ran."""
    first_start: float | None = None
    last_end: float | None = None

    @property
    def done(self) -> int:
        """Tasks that need no more attention, however they ended."""
        ended_otherwise = self.failed + self.skipped + self.blocked + self.stopped
        return self.cached + self.ran + ended_otherwise

    @property
    def finished(self) -> bool:
        """Whether all its tasks are done, as far as is known."""
        return self.complete and self.done >= self.total

    @property
    def share(self) -> float:
        """How much of the known work is done, 0 to 1."""
        if not self.total:
            return 1.0 if self.complete else 0.0
        return min(1.0, (self.done + sum(r.share for r in self.running.values())) / self.total)

    def elapsed(self, now: float) -> float:
        """Return the seconds from its first start to its last end, or until now."""
        if self.first_start is None:
            return 0.0
        end = now if self.running or self.last_end is None else self.last_end
        return end - self.first_start


class Tracker:
    """Counts what happens in a run.

    Args:
        clock: A monotonic clock, in seconds.
        course: What is known of the nodes before.
    """

    def __init__(self, clock: Callable[[], float], course: Course) -> None:
        self._clock = clock
        self._course = course
        self._measured: dict[tuple[str, str], tuple[int, float]] = {}
        """Tasks that ran, and their seconds, by kind."""
        self._outlook = Outlook()
        self._look_again = float("-inf")
        self.started = clock()
        self.run = 0
        self.name = ""
        self.nodes: dict[str, NodeTrack] = {}
        self.away: dict[str, Away] = {}
        """The providers that are waited for, by name."""
        self.finished: RunFinished | None = None

    def handle(self, event: Event) -> None:
        """Take note of an event."""
        match event:
            case RunStarted(run, name, nodes):
                self.run, self.name = run, name
                self.nodes = {node.id: NodeTrack(node.id, node.type, node.title) for node in nodes}
            case NodeCounted(node, total, complete):
                track = self.track(node)
                track.total, track.complete = total, complete
            case TaskStarted(task, node):
                self._start(self.track(node), task)
            case TaskProgress() | TaskRetried():
                self._note(event)
            case TaskDone() | TaskFailed() | TaskBlocked() | TaskStopped():
                self._end(self.track(event.node), event)
            case ProviderAway(provider, _, message, wait):
                self.away[provider] = Away(message, self._clock() + wait)
            case ProviderBack(provider):
                self.away.pop(provider, None)
            case RunFinished():
                self.finished = event
                self.away.clear()

    def _note(self, event: TaskProgress | TaskRetried) -> None:
        running = self.track(event.node).running.get(event.task)
        if running is None:
            return
        if isinstance(event, TaskProgress):
            # What an earlier run has begun is as far as if this one had.
            running.started = min(running.started, self._clock() - event.age)
            if event.share > running.share:
                running.marked = self._clock()
            running.share, running.note = event.share, event.note or running.note
        else:
            running.share, running.note = 0.0, f"{event.message}; again in {event.wait:.0f} s"

    def track(self, node: str) -> NodeTrack:
        """Return the count of a node; nodes that only turn out to be needed are added."""
        if node not in self.nodes:
            self.nodes[node] = NodeTrack(node, "")
        return self.nodes[node]

    def _start(self, track: NodeTrack, task: str) -> None:
        now = self._clock()
        track.running[task] = Running(now, now)
        if track.first_start is None:
            track.first_start = now

    def _end(
        self, track: NodeTrack, event: TaskDone | TaskFailed | TaskBlocked | TaskStopped
    ) -> None:
        if track.running.pop(event.task, None):
            track.last_end = self._clock()
        match event:
            case TaskDone(status="cached"):
                track.cached += 1
            case TaskDone():
                track.ran += 1
                track.worked += event.seconds
                kind = self._course.step(track.id).kind
                tasks, total = self._measured.get(kind, (0, 0.0))
                self._measured[kind] = tasks + 1, total + event.seconds
            case TaskFailed(skipped=True) | TaskBlocked(skipped=True):
                track.skipped += 1
            case TaskFailed():
                track.failed += 1
            case TaskBlocked():
                track.blocked += 1
            case TaskStopped():
                track.stopped += 1

    # -- looking ahead -------------------------------------------------------------------------

    @property
    def now(self) -> float:
        """The time on the clock, in seconds."""
        return self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return self.finished.seconds if self.finished else self._clock() - self.started

    def node_left(self, track: NodeTrack) -> float | None:
        """Return the seconds until a running node is through, if it can be foreseen."""
        limit = self._course.step(track.id).limit
        return node_left(track, self._usual(track), limit, self._clock())

    def outlook(self) -> Outlook:
        """Return when the run will be through, or by how much it takes longer than usual."""
        began = self._clock()
        if began >= self._look_again:
            self._outlook = outlook(self._course, self.nodes.values(), self._usual, began)
            # In a very large workflow this takes a while, and most of the time is the run's.
            self._look_again = began + _RARELY * (self._clock() - began)
        return self._outlook

    def _usual(self, track: NodeTrack) -> float | None:
        """Return the seconds of a task of a node: as in this run, else as in earlier ones."""
        if track.ran:
            return track.worked / track.ran
        step = self._course.step(track.id)
        tasks, total = self._measured.get(step.kind, (0, 0.0))
        return total / tasks if tasks else step.expected
