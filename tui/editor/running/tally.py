"""The tasks of one node in a run, counted as they go."""

from __future__ import annotations

from bisect import insort
from collections import Counter
from decimal import Decimal

from engine.events import TaskDone, TaskFailed
from engine.graph import Index, parse_task
from tui.cli.progress.tracker import NodeTrack
from tui.editor.canvas import State
from tui.editor.running.states import ENDED, RunState, most_telling
from tui.editor.wording import what_to_do


class Tally:
    """Counts the tasks of a node.

    Args:
        node: The node's id.
    """

    def __init__(self, node: str) -> None:
        self.node = node
        self.total = 0
        self.is_whole = False
        self.is_going = True
        """Whether the run may still bring tasks to their ends."""
        self.newly_cached = 0
        """Tasks found in the cache since somebody asked last."""
        self._states: dict[Index, State] = {}
        self._order: list[Index] = []
        self._counts: Counter[State] = Counter()
        self._cost: Decimal | None = None
        self._failure: TaskFailed | None = None

    def put(self, task: str, state: State) -> None:
        """Note the state of a task, given by its address."""
        index = parse_task(task)[1] or ()
        before = self._states.get(index)
        if before is None:
            insort(self._order, index)
        else:
            self._counts[before] -= 1
        self._states[index] = state
        self._counts[state] += 1

    def done(self, event: TaskDone) -> None:
        """Note a task that has its result."""
        is_cached = event.status == "cached"
        self.put(event.task, State.CACHED if is_cached else State.DONE)
        self.newly_cached += is_cached
        if event.cost is not None:
            self._cost = (self._cost or Decimal(0)) + Decimal(event.cost)

    def failed(self, event: TaskFailed) -> None:
        """Note a task that has none."""
        self.put(event.task, _failure_state(event))
        if self._failure is None and not event.skipped:
            self._failure = event

    def state(self, track: NodeTrack) -> RunState:
        """Return all that, with what a tracker knows of the same node."""
        tasks = self._tasks()
        is_mapped = self.total > 1 or any(self._order)
        failure = self._failure
        state = most_telling({*tasks} or {State.QUEUED if self.is_going else State.IDLE})
        is_running = state is State.RUNNING
        notes = (running.note for running in track.running.values() if running.note)
        return RunState(
            self.node,
            state,
            tasks if is_mapped else (),
            total=len(tasks),
            is_whole=self.is_whole,
            done=sum(self._counts[each] for each in ENDED),
            progress=round(track.share, 2) if is_running else None,
            note=next(notes, "") if is_running else "",
            cost=self._cost,
            seconds=track.worked,
            failures=self._counts[State.FAILED] + self._counts[State.REFUSED],
            failed=failure.task if failure else "",
            error=failure.message if failure else "",
            hint=what_to_do(failure.message, failure.hint) if failure else "",
        )

    def _tasks(self) -> tuple[State, ...]:
        """Return the state of each task; those that nothing is known of wait, or never ran."""
        rest = State.QUEUED if self.is_going else State.IDLE
        states, missing = self._states, self.total - len(self._order)
        if missing <= 0:
            return tuple([states[index] for index in self._order])
        if all(len(index) == 1 and index[0] < self.total for index in self._order):
            return tuple([states.get((place,), rest) for place in range(self.total)])
        return (*(states[index] for index in self._order), *[rest] * missing)


def _failure_state(event: TaskFailed) -> State:
    if event.skipped:
        return State.SKIPPED
    return State.REFUSED if event.kind == "refused" else State.FAILED
