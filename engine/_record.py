"""What became of the tasks of a run: told to the listener, counted, and written to the history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Literal

from engine.errors import ErrorKind, TaskError
from engine.events import TaskBlocked, TaskDone, TaskFailed, TaskStopped
from engine.graph import Graph, item_text
from engine.money import OverBudgetError
from engine.store import RunStatus, TaskRecord
from engine.tasks import State, Task
from engine.workshop import Workshop

_COUNTED = ("cached", "ran", "shared", "failed", "skipped", "blocked", "stopped")
_RECORDS_AT_ONCE = 500
RECORDS_AFTER = 5.0
"""Seconds. Of a run that is killed, the history lacks at most what was in its last moments."""

Done = Literal["cached", "ran", "shared"]


class Record:
    """The record of one run.

    Args:
        workshop: Its listener and its home's history are told.
    """

    def __init__(self, workshop: Workshop) -> None:
        self._emit = workshop.emit
        self._history = workshop.home.history
        self.run = 0
        """The run's number in the history, once it has begun."""
        self._clock = workshop.monotonic
        self._rows: list[TaskRecord] = []
        self._written = self._clock()
        self.counts = dict.fromkeys(_COUNTED, 0)
        self.failures: list[TaskFailed] = []
        self._is_over_budget = False
        self._is_in_vain = False
        self._is_incomplete = False

    def begin(self, graph: Graph, out: str) -> None:
        """Write down that a run of a graph begins, with its output folder."""
        path = graph.path or graph.name
        self.run = self._history.begin(path, name=graph.name, document=graph.text, out=out)

    def end(self, status: RunStatus, exit_code: int) -> None:
        """Write down how the run ended."""
        try:
            self.flush()
        finally:
            self._history.finish(self.run, status=status, exit_code=exit_code, counts=self.counts)

    def done(
        self,
        task: Task,
        outputs: Mapping[str, Any],
        status: Done,
        seconds: float,
        key: str,
        cost: Decimal | None = None,
    ) -> None:
        """Note that a task has its result."""
        self.counts[status] += 1
        self._add(task, "cached" if status == "cached" else "done", seconds, key, cost=cost)
        paid = None if cost is None else str(cost)
        self._emit(TaskDone(task.name, task.node.id, status, seconds, outputs, paid))

    def failed(self, task: Task, error: TaskError, key: str | None, seconds: float) -> None:
        """Note that a task failed."""
        skipped = task.node.skip_on_error
        event = TaskFailed(
            task.name, task.node.id, error.kind.value, error.message, error.hint, skipped
        )
        self.counts["skipped" if skipped else "failed"] += 1
        if not skipped:
            self.failures.append(event)
            self._is_over_budget |= isinstance(error, OverBudgetError)
        self._add(task, "skipped" if skipped else "failed", seconds, key, error.message)
        self._emit(event)

    def canceled(self, task: Task, seconds: float = 0.0, note: str = "") -> None:
        """Note that a task was called off by itself, and what became of its job."""
        self._is_incomplete = True
        self._add(task, "stopped", seconds, None)
        self.stopped(task, note)

    def stopped(self, task: Task, note: str = "") -> None:
        """Note that a task was cut off."""
        self.counts["stopped"] += 1
        self._emit(TaskStopped(task.name, task.node.id, note))

    def blocked(self, tasks: Iterable[Task]) -> None:
        """Note that tasks cannot run, as one that they need failed or was skipped."""
        for task in tasks:
            if task.node.internal:
                continue
            skipped = task.state is State.SKIPPED
            self.counts["skipped" if skipped else "blocked"] += 1
            self._add(task, task.state.value, 0.0, None)
            self._emit(TaskBlocked(task.name, task.node.id, skipped))

    def unmade(self, errors: Mapping[str, str]) -> None:
        """Note what could not even be made into tasks, by node or address, and why."""
        for name, message in errors.items():
            event = TaskFailed(name, name.partition("[")[0], ErrorKind.INVALID.value, message)
            self.counts["failed"] += 1
            self.failures.append(event)
            self._emit(event)

    def absent(self, targets: Mapping[str, str]) -> None:
        """Note what was asked for and is not there, by address, and why.

        No task and no event stands for it: the run is a failure, whatever else was done.
        """
        for name, message in targets.items():
            self._is_in_vain = True
            node = name.partition("[")[0]
            self.failures.append(TaskFailed(name, node, ErrorKind.INVALID.value, message))

    def verdict(self) -> tuple[RunStatus, int]:
        """Return how the run ended, and its exit code."""
        worked = self.counts["ran"] + self.counts["cached"] + self.counts["shared"]
        if not self.failures and self._is_incomplete:
            return ("partial", 3) if worked else ("interrupted", 130)
        if not self.failures:
            return "done", 0
        if self._is_in_vain:
            worked = 0
        status: RunStatus = "partial" if worked else "failed"
        if self._is_over_budget:
            return status, 4
        return status, 3 if worked else 1

    def flush(self) -> None:
        """Write to the history what is not there yet."""
        if self._rows:
            self._write()

    def flush_if_due(self) -> None:
        """Write to the history when there is much to write, or the last time is long ago.

        That the run goes on is written down even where there is nothing else to write.
        """
        is_late = self._clock() - self._written >= RECORDS_AFTER
        if is_late or len(self._rows) >= _RECORDS_AT_ONCE:
            self._write()

    def _write(self) -> None:
        rows, self._rows = self._rows, []
        self._history.record(self.run, rows)
        self._written = self._clock()

    def _add(
        self,
        task: Task,
        status: str,
        seconds: float,
        key: str | None,
        error: str = "",
        cost: Decimal | None = None,
    ) -> None:
        item = item_text(task.index)
        self._rows.append(TaskRecord(task.node.id, item, status, key, seconds, error, cost=cost))
