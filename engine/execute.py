"""Running a graph: tasks start as soon as what they need is there, within the limits.

The loop works in batches. All tasks that became ready are looked up in the cache in one read; all
that finished are written in one transaction *before* anyone is told, so that what was reported is
there after a crash.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel

from engine._queue import Queue
from engine._record import RECORDS_AFTER, Done, Record
from engine._work import conforms, explain_crash, perform
from engine.context import Cancelled
from engine.errors import TaskError
from engine.events import (
    NodeCounted,
    NodeInfo,
    RunFinished,
    RunStarted,
    TaskFailed,
    TaskRetried,
    TaskStarted,
)
from engine.graph import Graph, item_text
from engine.keys import Prepared, prepare
from engine.money import OverBudgetError
from engine.request import Request
from engine.store import CachedResult, CacheEntry, RunStatus
from engine.store.job import Job
from engine.tasks import State, Task, TaskGraph
from engine.workshop import Control, Workshop

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

__all__ = ["Control", "Executor", "RunReport"]

_BACKOFF = 1.0
"""Seconds before the second attempt; doubled for each further one."""
_MAX_BACKOFF = 60.0
_TOUCH_AFTER = 600.0
"""Seconds after which the use of a cached result is noted again; gc goes by that."""


@dataclass(frozen=True, repr=False)
class RunReport:
    """How a run ended."""

    run: int
    """Its number in the history."""
    status: str
    """`done`, `failed`, `partial` or `interrupted`."""
    exit_code: int
    counts: Mapping[str, int]
    """Tasks by what became of them: cached, ran, shared, failed, skipped, blocked, stopped."""
    seconds: float
    outputs: Mapping[str, Any]
    """Value of each workflow output; lists where it has axes, None where it was not made."""
    failures: tuple[TaskFailed, ...] = ()
    remote: tuple[Job, ...] = ()
    """Jobs of its unfinished tasks that are still to be fetched, or may still run, elsewhere."""

    def __repr__(self) -> str:
        # The event loop asks for this of whatever it returns; long outputs would take long.
        return f"<RunReport {self.run}: {self.status}, {dict(self.counts)}>"


@dataclass(slots=True)
class _Outcome:
    prepared: Prepared
    outputs: dict[str, Any] | None
    seconds: float
    error: TaskError | None = None
    """Why there are no outputs; None with none of both when the work was cut off."""
    cost: Decimal | None = None


class Executor:
    """Runs one graph once.

    Args:
        graph: A graph without errors.
        workshop: What the tasks share.
        request: Which tasks, which anew, how many at a time.
        control: Stops the run from outside.
        weights: Expected seconds by node type, for the order of starts.
    """

    def __init__(
        self,
        graph: Graph,
        workshop: Workshop,
        request: Request,
        control: Control,
        weights: Mapping[str, float],
    ) -> None:
        self._graph = graph
        self._workshop = workshop
        self._home = workshop.home
        self._request = request
        self._control = control
        self._tasks = TaskGraph(graph, weights)
        self._queue = Queue(request)
        self._record = Record(workshop)
        self._emit = workshop.emit
        self._wake = anyio.Event()
        self._finished: list[_Outcome] = []
        self._unfinished: set[str] = set()
        self._running: dict[str, tuple[Prepared, anyio.CancelScope]] = {}
        """By address."""
        self._random = random.Random(0)  # noqa: S311 - jitter
        self._path = graph.path or graph.name
        self._pinned: Mapping[tuple[str, str], str] = {}
        self._pins: set[str] = set()
        self._fresh = self._home.clock() - _TOUCH_AFTER

    async def run(self) -> RunReport:
        """Run everything that the request wants; failures are in the report, not raised.

        Raises:
            StoreError: The home cannot be read or written; what was finished before is kept.
        """
        clock = self._workshop.monotonic
        started = clock()
        record = self._record
        if any(node.cache == "pinned" for node in self._graph.nodes.values()):
            self._pinned = self._home.history.task_keys(self._path)
            self._pins = self._home.cache.pinned(str(self._path))
        record.begin(self._graph, self._request.out)
        self._workshop.jobs.run = record.run
        status: RunStatus = "failed"
        exit_code = 1
        try:
            self._announce()
            self._tasks.start(self._request.targets)
            await self._work()
            status, exit_code = record.verdict()
            if self._control.stopped:
                status, exit_code = "interrupted", 130
        except BaseException as error:
            if not isinstance(error, Exception):
                status, exit_code = "interrupted", 130
            raise
        finally:
            seconds = clock() - started
            self._emit(RunFinished(status, exit_code, dict(record.counts), seconds))
            record.end(status, exit_code)
        self._unpin()
        outputs = {name: self._tasks.output(wire) for name, wire in self._graph.outputs.items()}
        return RunReport(
            record.run,
            status,
            exit_code,
            record.counts,
            seconds,
            outputs,
            tuple(record.failures),
            self._remote_jobs(),
        )

    def _unpin(self) -> None:
        """Let go of pinned results whose nodes are gone, say so no more, or have another one."""
        pinned = self._home.cache.pinned(str(self._path))
        if pinned:
            last = self._home.history.task_keys(self._path)
            kept = {key for (node, _), key in last.items() if node in self._graph.pinned}
            self._home.cache.unpin(str(self._path), pinned - kept)

    def _remote_jobs(self) -> tuple[Job, ...]:
        journal = self._home.journal
        if not self._unfinished or not journal.is_in_use:
            return ()
        return tuple(journal.jobs(active_only=True, task_keys=self._unfinished))

    # -- the loop ------------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            with _only_error():
                async with anyio.create_task_group() as group:
                    self._control.on_stop(lambda: self._stop(group))
                    self._control.on_cancel(self._cancel)
                    try:
                        await self._loop(group)
                    except BaseException:
                        self._unwind()
                        raise
        finally:
            # What finished while the run was being stopped is kept all the same.
            self._settle()
        self._tell_blocked()
        self._record.unmade(self._tasks.errors)
        self._record.absent(self._tasks.absent)
        self._count_nodes()

    async def _loop(self, group: TaskGroup) -> None:
        while not self._control.stopped:
            self._settle()
            await self._prepare_ready()
            for prepared in self._queue.take():
                self._running[prepared.task.name] = prepared, anyio.CancelScope()
                group.start_soon(self._perform, prepared, name=prepared.task.name)
            if self._queue.is_idle and not self._finished:
                break
            if not self._finished:
                self._record.flush_if_due()
                with anyio.move_on_after(RECORDS_AFTER):
                    await self._wake.wait()
            self._wake = anyio.Event()

    def _stop(self, group: TaskGroup) -> None:
        self._unwind()
        group.cancel_scope.cancel()

    def _cancel(self, name: str) -> bool:
        """Call off one task, whether it runs or waits."""
        if name in self._running:
            prepared, scope = self._running[name]
            self._workshop.canceled.add(name)
            if not self._queue.followers(prepared):
                self._workshop.jobs.called_off[name] = ""
            scope.cancel()
            return True
        task = self._tasks.find(name)
        if task is None or task.node.internal or not self._withdraw(task):
            return False
        self._give_up(task)
        self._tell_blocked()
        self._wake.set()
        return True

    def _withdraw(self, task: Task) -> bool:
        """Take a task out of where it waits; tell whether it did."""
        if task.state is not State.READY or self._queue.remove(task):
            return task.state in (State.WAITING, State.READY)
        if task not in self._tasks.ready:
            return False
        self._tasks.ready.remove(task)
        return True

    def _give_up(self, task: Task, seconds: float = 0.0, note: str = "") -> None:
        self._tasks.fail(task)
        self._record.canceled(task, seconds, note)

    def _unwind(self) -> None:
        """Have blocking work end at its next tick: no cancellation reaches a thread."""
        self._workshop.stopping = True
        self._workshop.jobs.stopping = True

    async def _prepare_ready(self) -> None:
        """Take ready tasks until none is left: those in the cache are done at once."""
        ready = self._tasks.ready
        while ready and not self._control.stopped:
            batch: list[Prepared] = []
            while ready:
                prepared = self._prepare(ready.popleft())
                if prepared is not None:
                    batch.append(prepared)
            self._look_up(batch)
            self._tell_blocked()
            await anyio.lowlevel.checkpoint()
        self._count_nodes()

    def _prepare(self, task: Task) -> Prepared | None:
        try:
            arguments = self._tasks.arguments(task)
            if task.node.internal:
                self._tasks.complete(task, arguments)
                return None
            if task.node.lazy and task.chosen is None:
                self._choose(task, arguments)
                return None
            return prepare(task, arguments)
        except Exception as error:
            self._fail(task, explain_crash(task, error))
        return None

    def _choose(self, task: Task, arguments: Mapping[str, Any]) -> None:
        needs = task.node.type.needs
        assert needs is not None  # noqa: S101 - only such nodes have lazy inputs
        self._tasks.choose(task, needs(arguments, task.node.lazy))

    def _look_up(self, batch: list[Prepared]) -> None:
        """Complete what the cache has; queue the rest."""
        wanted = [(prepared, self._lookup_key(prepared)) for prepared in batch]
        found = self._home.cache.results([key for _, key in wanted if key])
        for prepared, key in wanted:
            entry = found.get(key) if key else None
            if entry is not None and is_usable(entry, prepared) and self._home.complete(entry):
                status: Done = "shared" if key in self._queue.made else "cached"
                self._complete(prepared.task, entry.outputs, status, 0.0, str(key))
            elif (error := self._queue.broken.get(Queue.identity(prepared))) is not None:
                self._fail(prepared.task, error, prepared.key)
            else:
                self._queue.add(prepared, self._tasks.priority(prepared.task))
        self._home.cache.touch_many([key for key, e in found.items() if e.used < self._fresh])

    def _lookup_key(self, prepared: Prepared) -> str | None:
        task = prepared.task
        if task.node.cache == "never":
            return None
        if self._request.is_redone(task):
            return prepared.key if prepared.key in self._queue.made else None
        if task.node.cache == "pinned":
            return self._pinned.get((task.node.id, item_text(task.index)), prepared.key)
        return prepared.key

    # -- one task ------------------------------------------------------------------------------

    async def _perform(self, prepared: Prepared) -> None:
        task = prepared.task
        clock = self._workshop.monotonic
        started = clock()
        outcome = _Outcome(prepared, None, 0.0)
        self._emit(TaskStarted(task.name, task.node.id))
        try:
            with self._running[task.name][1]:
                outcome.outputs = await self._attempts(prepared)
        except Cancelled as error:
            if not self._workshop.stopping and task.name not in self._workshop.canceled:
                outcome.error = explain_crash(task, error)
        except Exception as error:
            outcome.error = explain_crash(task, error)
        finally:
            del self._running[task.name]
            began = self._workshop.began.pop(task.name, started)
            outcome.seconds = clock() - min(started, began)
            self._finished.append(outcome)
            self._wake.set()

    async def _attempts(self, prepared: Prepared) -> dict[str, Any]:
        task = prepared.task
        failure: TaskError | None = None
        for attempt in itertools.count(1):
            try:
                return await perform(prepared, self._workshop)
            except OverBudgetError as error:
                raise error.after(failure) from failure
            except TaskError as error:
                if not error.kind.retryable or attempt > task.node.retries:
                    raise
                failure = error
                self._workshop.began.pop(task.name, None)
                wait = self._pause(attempt, error.retry_after)
                kind, message = error.kind.value, error.message
                self._emit(TaskRetried(task.name, task.node.id, attempt, wait, kind, message))
            await self._workshop.sleep(wait)
        raise AssertionError("unreachable")

    def _pause(self, attempt: int, asked: float | None) -> float:
        backoff = min(_BACKOFF * 2 ** (attempt - 1), _MAX_BACKOFF)
        jittered = backoff * self._random.uniform(0.75, 1.25)
        return float(jittered if asked is None else max(asked, 0.0))

    # -- results -------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Store what finished, then tell."""
        finished, self._finished = self._finished, []
        if not finished:
            return
        self._note_costs(finished)
        self._home.cache.put_many([_entry(o) for o in finished if o.outputs is not None])
        for outcome in finished:
            self._settle_one(outcome)
        self._tell_blocked()

    def _note_costs(self, finished: list[_Outcome]) -> None:
        journal = self._home.journal
        if journal.is_in_use:
            costs = journal.costs([o.prepared.key for o in finished if o.outputs is not None])
            for outcome in finished:
                outcome.cost = costs.get(outcome.prepared.key)

    def _settle_one(self, outcome: _Outcome) -> None:
        prepared, seconds = outcome.prepared, outcome.seconds
        task, key = prepared.task, prepared.key
        followers = self._queue.finish(prepared)
        if outcome.outputs is None:
            self._unfinished.add(key)
        if outcome.outputs is not None:
            self._queue.made.add(key)
            self._complete(task, outcome.outputs, "ran", seconds, key, outcome.cost)
            for follower in followers:
                self._complete(follower.task, outcome.outputs, "shared", 0.0, key)
        elif outcome.error is not None:
            self._queue.broken[Queue.identity(prepared)] = outcome.error
            self._fail(task, outcome.error, key, seconds)
            for follower in followers:
                self._fail(follower.task, outcome.error, key)
        elif self._workshop.stopping:
            self._record.stopped(task, self._workshop.jobs.called_off.get(task.name, ""))
        else:
            goes_on = f"its work goes on for {followers[0].task.name}" if followers else ""
            self._give_up(task, seconds, self._workshop.jobs.called_off.get(task.name) or goes_on)
            for follower in followers:
                self._queue.add(follower, self._tasks.priority(follower.task))

    def _complete(
        self,
        task: Task,
        outputs: Mapping[str, Any],
        status: Done,
        seconds: float,
        key: str,
        cost: Decimal | None = None,
    ) -> None:
        if task.node.cache == "pinned" and key not in self._pins:
            self._pins.add(key)
            self._home.cache.pin(str(self._path), [key])
        self._tasks.complete(task, outputs)
        self._record.done(task, outputs, status, seconds, key, cost)

    def _fail(
        self, task: Task, error: TaskError, key: str | None = None, seconds: float = 0.0
    ) -> None:
        if task.node.skip_on_error:
            self._tasks.skip(task)
        else:
            self._tasks.fail(task)
        self._record.failed(task, error, key, seconds)

    def _tell_blocked(self) -> None:
        self._record.blocked(self._tasks.blocked)
        self._tasks.blocked.clear()

    # -- telling -------------------------------------------------------------------------------

    def _announce(self) -> None:
        wanted = {node for node, _ in self._request.targets} or self._graph.needed()
        shown = self._graph.upstream_of(wanted, lazy=True)
        nodes = tuple(
            NodeInfo(node.id, node.type.name, node.title)
            for node in self._graph.nodes.values()
            if node.id in shown and not node.internal
        )
        self._emit(RunStarted(self._record.run, self._graph.name, nodes))

    def _count_nodes(self) -> None:
        for node_id, total in self._tasks.new_counts():
            complete = not self._tasks.may_grow(node_id)
            self._emit(NodeCounted(node_id, total, complete))


@contextmanager
def _only_error() -> Iterator[None]:
    """Raise what a task group's body raised as it is, and not as a group of one."""
    try:
        yield
    except BaseExceptionGroup as group:
        if len(group.exceptions) > 1:
            raise
        raise group.exceptions[0] from None


def is_usable(entry: CachedResult, prepared: Prepared) -> bool:
    """Tell whether a stored result has the ports that the node has now, with values that fit.

    It may not where a node changed without a new version, or a pinned one became another type.
    """
    node = prepared.task.node
    ports = node.type.outputs
    if entry.outputs.keys() != ports.keys():
        return False
    for name, value in entry.outputs.items():
        if not conforms(value, node.outputs.get(name, ports[name])):
            return False
    return True


def _entry(outcome: _Outcome) -> CacheEntry:
    prepared = outcome.prepared
    node_type = prepared.task.node.type
    return CacheEntry(
        key=prepared.key,
        type=node_type.name,
        version=node_type.version,
        arguments=prepared.text,
        outputs=outcome.outputs or {},
        seconds=outcome.seconds,
        cost=outcome.cost,
    )
