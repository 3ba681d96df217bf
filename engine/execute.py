"""Running a graph: tasks start as soon as what they need is there, within the limits.

The loop works in batches. All tasks that became ready are looked up in the cache in one read; all
that finished are written in one transaction *before* anyone is told, so that what was reported is
there after a crash.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import anyio
import anyio.lowlevel

from engine._work import conforms, explain_crash, perform
from engine.context import Cancelled
from engine.errors import ErrorKind, TaskError
from engine.events import (
    NodeCounted,
    NodeInfo,
    RunFinished,
    RunStarted,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskRetried,
    TaskStarted,
    TaskStopped,
)
from engine.graph import Graph, item_text
from engine.keys import Prepared, prepare
from engine.request import Request
from engine.store import CacheEntry, RunStatus, TaskRecord
from engine.tasks import State, Task, TaskGraph
from engine.workshop import Control, Workshop

if TYPE_CHECKING:
    from anyio.abc import TaskGroup

__all__ = ["Control", "Executor", "RunReport"]

_BACKOFF = 1.0
"""Seconds before the second attempt; doubled for each further one."""
_MAX_BACKOFF = 60.0
_RECORDS_AT_ONCE = 500

_Done = Literal["cached", "ran", "shared"]
_COUNTED = ("cached", "ran", "shared", "failed", "skipped", "blocked")


@dataclass(frozen=True, repr=False)
class RunReport:
    """How a run ended."""

    run: int
    """Its number in the history."""
    status: str
    """`done`, `failed`, `partial` or `interrupted`."""
    exit_code: int
    counts: Mapping[str, int]
    """Tasks by what became of them: cached, ran, shared, failed, skipped, blocked."""
    seconds: float
    outputs: Mapping[str, Any]
    """Value of each workflow output; lists where it has axes, None where it was not made."""
    failures: tuple[TaskFailed, ...] = ()

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
        self._emit = workshop.emit
        self._wake = anyio.Event()
        self._waiting: dict[str, list[tuple[float, int, Prepared]]] = {}
        self._running: Counter[str] = Counter()
        self._in_flight: dict[str, list[Prepared]] = {}
        self._made: set[str] = set()
        self._broken: dict[str, TaskError] = {}
        self._finished: list[_Outcome] = []
        self._records: list[TaskRecord] = []
        self._failures: list[TaskFailed] = []
        self._counts = dict.fromkeys(_COUNTED, 0)
        self._sequence = itertools.count()
        self._random = random.Random(0)  # noqa: S311 - jitter
        self._pinned: Mapping[tuple[str, str], str] = {}
        self._pins: set[str] = set()
        self._run = 0

    async def run(self) -> RunReport:
        """Run everything that the request wants; failures are in the report, not raised.

        Raises:
            StoreError: The home cannot be read or written; what was finished before is kept.
        """
        clock = self._workshop.monotonic
        started = clock()
        path = self._graph.path or self._graph.name
        history = self._home.history
        if any(node.cache == "pinned" for node in self._graph.nodes.values()):
            self._pinned = history.task_keys(path)
            self._pins = self._home.cache.pinned(str(path))
        self._run = history.begin(
            path, name=self._graph.name, document=self._graph.text, out=self._request.out
        )
        status: RunStatus = "failed"
        exit_code = 1
        try:
            self._announce()
            self._tasks.start(self._request.targets)
            await self._work()
            status, exit_code = self._verdict()
        except BaseException as error:
            if not isinstance(error, Exception):
                status, exit_code = "interrupted", 130
            raise
        finally:
            seconds = clock() - started
            self._emit(RunFinished(status, exit_code, dict(self._counts), seconds))
            try:
                self._flush_records()
            finally:
                history.finish(self._run, status=status, exit_code=exit_code, counts=self._counts)
        outputs = {name: self._tasks.output(wire) for name, wire in self._graph.outputs.items()}
        return RunReport(
            self._run, status, exit_code, self._counts, seconds, outputs, tuple(self._failures)
        )

    # -- the loop ------------------------------------------------------------------------------

    async def _work(self) -> None:
        try:
            with _only_error():
                async with anyio.create_task_group() as group:
                    self._control.on_stop(lambda: self._stop(group))
                    await self._loop(group)
        finally:
            # What finished while the run was being stopped is kept all the same.
            self._settle()
        self._give_up_on_unmade()
        self._count_nodes()

    async def _loop(self, group: TaskGroup) -> None:
        while not self._control.stopped:
            self._settle()
            await self._prepare_ready()
            self._start(group)
            if not self._running.total() and not self._finished:
                break
            if not self._finished:
                self._flush_records(at_least=_RECORDS_AT_ONCE)
                await self._wake.wait()
            self._wake = anyio.Event()

    def _stop(self, group: TaskGroup) -> None:
        self._workshop.stopping = True
        group.cancel_scope.cancel()

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
        found = self._home.cache.get_many([key for _, key in wanted if key])
        for prepared, key in wanted:
            entry = found.get(key) if key else None
            if entry is not None and is_usable(entry, prepared) and self._home.complete(entry):
                status: _Done = "shared" if key in self._made else "cached"
                self._complete(prepared.task, entry.outputs, status, 0.0, entry.key)
            else:
                self._queue(prepared)
        self._home.cache.touch_many([key for _, key in wanted if key in found])

    def _lookup_key(self, prepared: Prepared) -> str | None:
        task = prepared.task
        if task.node.cache == "never":
            return None
        if self._request.is_redone(task):
            return prepared.key if prepared.key in self._made else None
        if task.node.cache == "pinned":
            return self._pinned.get((task.node.id, item_text(task.index)), prepared.key)
        return prepared.key

    def _queue(self, prepared: Prepared) -> None:
        key = _flight(prepared)
        if (error := self._broken.get(key)) is not None:
            self._fail(prepared.task, error, prepared.key)
            return
        if key in self._in_flight:
            self._in_flight[key].append(prepared)
            return
        self._in_flight[key] = []
        heap = self._waiting.setdefault(prepared.traits.pool, [])
        heapq.heappush(heap, (-prepared.task.priority, next(self._sequence), prepared))

    def _start(self, group: TaskGroup) -> None:
        jobs = self._request.jobs
        for pool, heap in self._waiting.items():
            limit = self._request.limit(pool)
            while heap and self._running[pool] < limit:
                if jobs is not None and self._running.total() >= jobs:
                    return
                prepared = heapq.heappop(heap)[2]
                self._running[pool] += 1
                group.start_soon(self._perform, prepared, name=prepared.task.name)

    # -- one task ------------------------------------------------------------------------------

    async def _perform(self, prepared: Prepared) -> None:
        task = prepared.task
        clock = self._workshop.monotonic
        started = clock()
        outcome = _Outcome(prepared, None, 0.0)
        self._emit(TaskStarted(task.name, task.node.id))
        try:
            outcome.outputs = await self._attempts(prepared)
        except Cancelled as error:
            if not self._workshop.stopping:
                outcome.error = explain_crash(task, error)
        except Exception as error:
            outcome.error = explain_crash(task, error)
        finally:
            outcome.seconds = clock() - started
            self._finished.append(outcome)
            self._wake.set()

    async def _attempts(self, prepared: Prepared) -> dict[str, Any]:
        task = prepared.task
        for attempt in itertools.count(1):
            try:
                return await perform(prepared, self._workshop)
            except TaskError as error:
                if not error.kind.retryable or attempt > task.node.retries:
                    raise
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
        self._home.cache.put_many([_entry(o) for o in finished if o.outputs is not None])
        for outcome in finished:
            self._running[outcome.prepared.traits.pool] -= 1
            self._settle_one(outcome)
        self._tell_blocked()

    def _settle_one(self, outcome: _Outcome) -> None:
        prepared, seconds = outcome.prepared, outcome.seconds
        task, key = prepared.task, prepared.key
        followers = self._in_flight.pop(_flight(prepared))
        if outcome.outputs is not None:
            self._made.add(key)
            self._complete(task, outcome.outputs, "ran", seconds, key)
            for follower in followers:
                self._complete(follower.task, outcome.outputs, "shared", 0.0, key)
        elif outcome.error is not None:
            self._broken[_flight(prepared)] = outcome.error
            self._fail(task, outcome.error, key, seconds)
            for follower in followers:
                self._fail(follower.task, outcome.error, key)
        else:
            self._emit(TaskStopped(task.name, task.node.id))

    def _complete(
        self, task: Task, outputs: Mapping[str, Any], status: _Done, seconds: float, key: str
    ) -> None:
        if task.node.cache == "pinned" and key not in self._pins:
            self._pins.add(key)
            self._home.cache.pin(str(self._graph.path or self._graph.name), [key])
        self._tasks.complete(task, outputs)
        self._counts[status] += 1
        self._record(task, "cached" if status == "cached" else "done", seconds, key)
        self._emit(TaskDone(task.name, task.node.id, status, seconds, outputs))

    def _fail(
        self, task: Task, error: TaskError, key: str | None = None, seconds: float = 0.0
    ) -> None:
        skipped = task.node.skip_on_error
        event = TaskFailed(
            task.name, task.node.id, error.kind.value, error.message, error.hint, skipped
        )
        if skipped:
            self._tasks.skip(task)
            self._counts["skipped"] += 1
        else:
            self._tasks.fail(task)
            self._counts["failed"] += 1
            self._failures.append(event)
        self._record(task, "skipped" if skipped else "failed", seconds, key, error.message)
        self._emit(event)

    def _tell_blocked(self) -> None:
        for task in self._tasks.blocked:
            if task.node.internal:
                continue
            skipped = task.state is State.SKIPPED
            self._counts["skipped" if skipped else "blocked"] += 1
            self._record(task, task.state.value, 0.0, None)
            self._emit(TaskBlocked(task.name, task.node.id, skipped))
        self._tasks.blocked.clear()

    def _give_up_on_unmade(self) -> None:
        self._tell_blocked()
        for name, message in self._tasks.errors.items():
            self._counts["failed"] += 1
            node = name.partition("[")[0]
            event = TaskFailed(name, node, ErrorKind.INVALID.value, message)
            self._failures.append(event)
            self._emit(event)

    def _verdict(self) -> tuple[RunStatus, int]:
        if self._control.stopped:
            return "interrupted", 130
        if not self._failures:
            return "done", 0
        worked = self._counts["ran"] + self._counts["cached"] + self._counts["shared"]
        return ("partial", 3) if worked else ("failed", 1)

    # -- telling -------------------------------------------------------------------------------

    def _announce(self) -> None:
        wanted = {node for node, _ in self._request.targets} or self._graph.needed()
        shown = self._graph.upstream_of(wanted, lazy=True)
        nodes = tuple(
            NodeInfo(node.id, node.type.name, node.title)
            for node in self._graph.nodes.values()
            if node.id in shown and not node.internal
        )
        self._emit(RunStarted(self._run, self._graph.name, nodes))

    def _count_nodes(self) -> None:
        for node_id, total in self._tasks.new_counts():
            complete = not self._tasks.may_grow(node_id)
            self._emit(NodeCounted(node_id, total, complete))

    def _record(
        self, task: Task, status: str, seconds: float, key: str | None, error: str = ""
    ) -> None:
        item = item_text(task.index)
        self._records.append(TaskRecord(task.node.id, item, status, key, seconds, error))

    def _flush_records(self, at_least: int = 1) -> None:
        if len(self._records) >= at_least:
            records, self._records = self._records, []
            self._home.history.record(self._run, records)


@contextmanager
def _only_error() -> Iterator[None]:
    """Raise what a task group's body raised as it is, and not as a group of one."""
    try:
        yield
    except BaseExceptionGroup as group:
        if len(group.exceptions) > 1:
            raise
        raise group.exceptions[0] from None


def _flight(prepared: Prepared) -> str:
    """Return under what name running work is shared; what is never cached is not shared either."""
    never = prepared.task.node.cache == "never"
    return f"{prepared.key} {prepared.task.name}" if never else prepared.key


def is_usable(entry: CacheEntry, prepared: Prepared) -> bool:
    """Tell whether a stored result has the ports that the node has now, with values that fit.

    It may not where a node changed without a new version, or a pinned one became another type.
    """
    ports = prepared.task.node.type.outputs
    if entry.outputs.keys() != ports.keys():
        return False
    bound = prepared.task.node.outputs
    return all(conforms(entry.outputs[name], bound.get(name, ports[name])) for name in ports)


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
    )
