"""Running a graph: tasks start as soon as what they need is there, within the limits.

The loop works in batches. All tasks that became ready are looked up in the cache in one read; all
that finished are written in one transaction *before* anyone is told, so that what was reported is
there after a crash.
"""

from __future__ import annotations

import heapq
import itertools
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import anyio
import anyio.lowlevel

from engine._taskcontext import TaskContext
from engine.context import Cancelled
from engine.errors import ErrorKind, ReelgraphError, TaskError
from engine.events import (
    Event,
    Listener,
    NodeCounted,
    NodeInfo,
    RunFinished,
    RunStarted,
    TaskBlocked,
    TaskDone,
    TaskFailed,
    TaskRetried,
    TaskStarted,
)
from engine.files import FileAccess, Inspect
from engine.graph import Graph, Index
from engine.keys import Prepared, prepare
from engine.request import Request
from engine.store import CacheEntry, Home, RunStatus, TaskRecord
from engine.tasks import State, Task, TaskGraph
from engine.types import PortType
from engine.values import VALUE_CLASSES, Media, Value

if TYPE_CHECKING:
    import httpx
    from anyio.abc import TaskGroup
    from pydantic import SecretStr

Sleep = Callable[[float], Awaitable[None]]

_BACKOFF = 1.0
"""Seconds before the second attempt; doubled for each further one."""
_MAX_BACKOFF = 60.0
_RECORDS_AT_ONCE = 500


@dataclass
class Workshop:
    """What the tasks of one run share."""

    home: Home
    files: FileAccess
    inspect: Inspect
    secrets: Callable[[str], SecretStr | None]
    emit: Listener
    monotonic: Callable[[], float]
    sleep: Sleep
    workers: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(os.cpu_count() or 1)
    )
    stopping: bool = False
    _http: httpx.AsyncClient | None = None

    def http(self) -> httpx.AsyncClient:
        """Return the HTTP client of the run, made when it is first wanted."""
        if self._http is None:
            import httpx

            self._http = httpx.AsyncClient(follow_redirects=False, timeout=30)
        return self._http

    async def close(self) -> None:
        """Close what was opened."""
        if self._http is not None:
            await self._http.aclose()


class Control:
    """Stops a run from outside: from a signal handler or a key."""

    def __init__(self) -> None:
        self.stopped = False
        self._on_stop: list[Callable[[], None]] = []

    def stop(self) -> None:
        """Start nothing more, unwind what is running, keep what is done."""
        self.stopped = True
        for call in self._on_stop:
            call()

    def on_stop(self, call: Callable[[], None]) -> None:
        """Have `call` called when the run is to be stopped."""
        self._on_stop.append(call)


@dataclass(frozen=True)
class RunReport:
    """How a run ended."""

    run: int
    status: str
    exit_code: int
    counts: Mapping[str, int]
    seconds: float
    outputs: Mapping[str, Any]
    """Value of each workflow output; lists where it has axes, None where it was not made."""
    failures: tuple[TaskFailed, ...] = ()


@dataclass(slots=True)
class _Outcome:
    prepared: Prepared
    outputs: dict[str, Any] | None
    seconds: float
    error: TaskError | None = None


def item_text(index: Index) -> str:
    """Return an index as the history writes it: `3`, `3,1`, or nothing."""
    return ",".join(str(i + 1) for i in index)


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
        self._wake = anyio.Event()
        self._waiting: dict[str, list[tuple[float, int, Prepared]]] = {}
        self._running: dict[str, int] = {}
        self._in_flight: dict[str, list[Task]] = {}
        self._finished: list[_Outcome] = []
        self._records: list[TaskRecord] = []
        self._failures: list[TaskFailed] = []
        self._counts = dict.fromkeys(("cached", "ran", "shared", "failed", "skipped", "blocked"), 0)
        self._node_totals: dict[str, int] = {}
        self._sequence = itertools.count()
        self._random = random.Random(0)  # noqa: S311 - jitter
        self._pinned: Mapping[tuple[str, str], str] = {}
        self._run = 0

    async def run(self) -> RunReport:
        """Run everything that the request wants; failures are in the report, not raised."""
        started = self._workshop.monotonic()
        path = self._graph.path or self._graph.name
        history = self._home.history
        self._run = history.begin(
            path, name=self._graph.name, document=self._graph.text, out=self._request.out
        )
        if any(node.cache == "pinned" for node in self._graph.nodes.values()):
            self._pinned = history.task_keys(path)
        status: RunStatus = "failed"
        exit_code = 1
        try:
            self._announce()
            self._tasks.start(self._request.targets)
            await self._work()
            status, exit_code = self._verdict()
        except BaseException:
            status, exit_code = "interrupted", 130
            raise
        finally:
            self._flush_records()
            history.finish(self._run, status=status, exit_code=exit_code, counts=self._counts)
        seconds = self._workshop.monotonic() - started
        self._emit(RunFinished(status, exit_code, dict(self._counts), seconds))
        outputs = {name: self._tasks.output(wire) for name, wire in self._graph.outputs.items()}
        return RunReport(
            self._run, status, exit_code, self._counts, seconds, outputs, tuple(self._failures)
        )

    # -- the loop ------------------------------------------------------------------------------

    async def _work(self) -> None:
        async with anyio.create_task_group() as group:
            self._control.on_stop(lambda: self._stop(group))
            while not self._control.stopped:
                self._settle()
                await self._prepare_ready()
                self._start(group)
                if not any(self._running.values()) and not self._finished:
                    break
                if not self._finished:
                    self._flush_records(at_least=_RECORDS_AT_ONCE)
                    await self._wake.wait()
                self._wake = anyio.Event()
        # What finished while the run was being stopped is kept all the same.
        self._settle()
        self._give_up_on_unmade()

    def _stop(self, group: TaskGroup) -> None:
        self._workshop.stopping = True
        group.cancel_scope.cancel()

    async def _prepare_ready(self) -> None:
        """Take ready tasks until none is left: those in the cache are done at once."""
        ready = self._tasks.ready
        while ready and not self._control.stopped:
            batch: list[Prepared] = []
            while ready:
                prepared = await self._prepare(ready.popleft())
                if prepared is not None:
                    batch.append(prepared)
            self._look_up(batch)
            self._tell_blocked()
            await anyio.lowlevel.checkpoint()
        self._count_nodes()

    async def _prepare(self, task: Task) -> Prepared | None:
        try:
            if task.node.internal:
                self._tasks.complete(task, self._tasks.arguments(task))
                return None
            arguments = self._tasks.arguments(task)
            if task.node.lazy and task.chosen is None:
                self._choose(task, arguments)
                return None
            return prepare(task, arguments)
        except TaskError as error:
            self._fail(task, error)
        except Exception as error:
            self._fail(task, _crash(task, error))
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
            if entry is not None and self._home.complete(entry):
                self._complete(prepared.task, entry.outputs, "cached", 0.0, entry.key)
            else:
                self._queue(prepared)
        self._home.cache.touch_many([key for _, key in wanted if key in found])

    def _lookup_key(self, prepared: Prepared) -> str | None:
        task = prepared.task
        if self._request.is_redone(task) or task.node.cache == "never":
            return None
        if task.node.cache == "pinned":
            return self._pinned.get((task.node.id, item_text(task.index)), prepared.key)
        return prepared.key

    def _queue(self, prepared: Prepared) -> None:
        followers = self._in_flight.get(prepared.key)
        if followers is not None:
            followers.append(prepared.task)
            return
        self._in_flight[prepared.key] = []
        heap = self._waiting.setdefault(prepared.traits.pool, [])
        heapq.heappush(heap, (-prepared.task.priority, next(self._sequence), prepared))

    def _start(self, group: TaskGroup) -> None:
        jobs = self._request.jobs
        for pool, heap in self._waiting.items():
            limit = self._request.limit(pool)
            while heap and self._running.get(pool, 0) < limit:
                if jobs is not None and sum(self._running.values()) >= jobs:
                    return
                prepared = heapq.heappop(heap)[2]
                self._running[pool] = self._running.get(pool, 0) + 1
                group.start_soon(self._perform, prepared, name=prepared.task.name)

    # -- one task ------------------------------------------------------------------------------

    async def _perform(self, prepared: Prepared) -> None:
        task = prepared.task
        clock = self._workshop.monotonic
        started = clock()
        self._emit(TaskStarted(task.name, task.node.id))
        outputs: dict[str, Any] | None = None
        error: TaskError | None = None
        try:
            outputs = await self._attempts(prepared)
        except TaskError as failure:
            error = failure
        except Cancelled:
            return
        except Exception as failure:
            error = _crash(task, failure)
        self._finished.append(_Outcome(prepared, outputs, clock() - started, error))
        self._wake.set()

    async def _attempts(self, prepared: Prepared) -> dict[str, Any]:
        task = prepared.task
        for attempt in itertools.count(1):
            try:
                return await self._call(prepared)
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

    async def _call(self, prepared: Prepared) -> dict[str, Any]:
        task = prepared.task
        node_type = task.node.type
        for media in media_in(prepared.arguments):
            if not self._workshop.files.is_stored(media):
                await anyio.to_thread.run_sync(self._workshop.files.store, media)
        context = TaskContext(self._workshop, task.name, task.node.id)
        try:
            extra = {"ctx": context} if node_type.takes_context else {}
            result = await node_type.function(**prepared.arguments, **extra)
        finally:
            context.close()
        outputs = node_type.split_outputs(result)
        for name, value in outputs.items():
            if not conforms(value, node_type.outputs[name]):
                message = f"it gave {type(value).__name__} for its output {name!r}"
                hint = f"{node_type.module} promises {node_type.outputs[name]}."
                raise TaskError(message, where=task.name, hint=hint)
        return outputs

    # -- results -------------------------------------------------------------------------------

    def _settle(self) -> None:
        """Store what finished, then tell."""
        finished, self._finished = self._finished, []
        if not finished:
            return
        entries = [_entry(outcome) for outcome in finished if outcome.outputs is not None]
        self._home.cache.put_many(entries)
        for outcome in finished:
            self._running[outcome.prepared.traits.pool] -= 1
            self._settle_one(outcome)
        self._tell_blocked()

    def _settle_one(self, outcome: _Outcome) -> None:
        prepared = outcome.prepared
        followers = self._in_flight.pop(prepared.key)
        if outcome.outputs is None:
            assert outcome.error is not None  # noqa: S101 - one of the two is set
            for task in (prepared.task, *followers):
                self._fail(task, outcome.error, prepared.key, outcome.seconds)
            return
        if prepared.task.node.cache == "pinned":
            self._home.cache.pin(str(self._graph.path or self._graph.name), [prepared.key])
        seconds = outcome.seconds
        self._complete(prepared.task, outcome.outputs, "ran", seconds, prepared.key)
        for task in followers:
            self._complete(task, outcome.outputs, "shared", 0.0, prepared.key)

    def _complete(
        self, task: Task, outputs: Mapping[str, Any], status: Any, seconds: float, key: str
    ) -> None:
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
        blocked = self._tasks.blocked
        while blocked:
            task = blocked.pop()
            skipped = task.state is State.SKIPPED
            if not task.node.internal:
                self._counts["skipped" if skipped else "blocked"] += 1
                self._record(task, task.state.value, 0.0, None)
                self._emit(TaskBlocked(task.name, task.node.id, skipped))

    def _give_up_on_unmade(self) -> None:
        for node_id, message in self._tasks.errors.items():
            self._counts["failed"] += 1
            event = TaskFailed(node_id, node_id, ErrorKind.INVALID.value, message)
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

    def _emit(self, event: Event) -> None:
        self._workshop.emit(event)

    def _announce(self) -> None:
        wanted = {node for node, _ in self._request.targets}
        shown = self._graph.upstream_of(wanted) if wanted else self._graph.needed()
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


def _crash(task: Task, error: Exception) -> TaskError:
    if isinstance(error, OSError):
        return TaskError(f"the system said: {error}", where=task.name)
    if isinstance(error, ReelgraphError):
        return TaskError(error.message, where=error.where or task.name, hint=error.hint)
    kind = type(error).__name__
    hint = f"This is a fault of the node {task.node.type.name} ({task.node.type.module})."
    crash = TaskError(f"the node crashed: {kind}: {error}", where=task.name, hint=hint)
    crash.__cause__ = error
    return crash


def media_in(value: Any) -> list[Media]:
    """Return all media handles in a value, however deep."""
    if isinstance(value, Media):
        return [value]
    if isinstance(value, list | tuple):
        return [media for item in value for media in media_in(item)]
    if isinstance(value, Mapping):
        return [media for item in value.values() for media in media_in(item)]
    return []


_PLAIN: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "choice": (str, int),
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def conforms(value: Any, port_type: PortType) -> bool:
    """Tell whether a node's result is of the type that it promised."""
    if value is None:
        return port_type.optional or port_type.kind in ("data", "variable")
    if port_type.is_list:
        return isinstance(value, list) and all(conforms(item, port_type.item) for item in value)
    if port_type.kind == "union":
        return any(conforms(value, member) for member in port_type.members)
    if port_type.kind in ("data", "variable"):
        return isinstance(value, Value | str | int | float | list | dict)
    expected = VALUE_CLASSES.get(port_type.kind) or _PLAIN[port_type.kind]
    return isinstance(value, expected)
