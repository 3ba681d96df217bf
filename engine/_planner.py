"""Planning: which tasks a run would do, why, and what they would cost, without doing them.

Instant nodes are run while planning, as they are free and pure; so the shots of a changed story
are known, and the plan names the frames that change. What depends on a result that is not there
yet is `unknown`: it runs unless that result comes out as before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from engine._queue import Queue
from engine._values import ABSENT
from engine._work import call, explain_crash
from engine.differences import differences
from engine.errors import TaskError
from engine.execute import is_usable
from engine.foresight import Left, course_of
from engine.graph import Graph, Wire, item_text, wires_of
from engine.keys import Prepared, prepare
from engine.nodetype import Price, Traits
from engine.plan import Plan, PlannedNode, PlannedTask, Reason, Status
from engine.request import Request
from engine.tasks import State, Task, TaskGraph, UnknownValueError
from engine.workshop import Workshop

Appraise: TypeAlias = Callable[[Sequence[Prepared]], Awaitable[Sequence[Price | None]]]
"""Asks what tasks cost today; None where the price in the catalogue is to stand."""


@dataclass(slots=True)
class _Made:
    """The first task that does some work, and its result where planning knows it."""

    task: Task
    outputs: dict[str, Any] | None = None
    error: TaskError | None = None


class Planner:
    """Makes the plan of one run."""

    def __init__(
        self,
        graph: Graph,
        workshop: Workshop,
        request: Request,
        appraise: Appraise | None = None,
    ) -> None:
        self._graph = graph
        self._workshop = workshop
        self._request = request
        self._appraise = appraise
        self._home = workshop.home
        self._tasks = TaskGraph(graph)
        self._durations = self._home.history.durations()
        self._last_keys = self._home.history.task_keys(graph.path or graph.name)
        self._planned: dict[Task, tuple[Status, list[Reason], Traits]] = {}
        self._made: dict[str, _Made] = {}
        self._changed: list[tuple[Task, Prepared]] = []
        self._paid: dict[str, Prepared] = {}
        """The first task of each key that costs something."""
        self._ages: dict[Task, float] = {}
        """For how many seconds the job of a task has been with its provider."""
        self._undecided: list[Task] = []
        self._is_certain = True
        self._errors: dict[str, str] = {}

    async def plan(self) -> Plan:
        """Return what a run would do now."""
        self._tasks.start(self._request.targets)
        await self._settle()
        # Which of their lazy inputs these want will only be known in the run: it may be any.
        self._is_certain = False
        while self._undecided:
            undecided, self._undecided = self._undecided, []
            for task in undecided:
                self._tasks.choose(task, task.node.lazy)
            await self._settle()
        for task in self._tasks.tasks.values():
            if task.state is State.WAITING:
                self._wait_for_upstream(task)
        self._explain_changes()
        self._find_begun()
        await self._ask_prices()
        self._errors.update(self._tasks.errors | self._tasks.absent)
        rows, nodes = tuple(self._task_rows()), tuple(self._node_rows())
        return Plan(self._graph.name, rows, nodes, self._errors, self._elapsed(rows, nodes))

    async def _settle(self) -> None:
        """Judge tasks until none is ready."""
        ready = self._tasks.ready
        while ready:
            batch = []
            while ready:
                prepared = self._prepare(ready.popleft())
                if prepared is not None:
                    batch.append(prepared)
            await self._judge(batch)

    # -- judging -------------------------------------------------------------------------------

    def _prepare(self, task: Task) -> Prepared | None:
        needs = task.node.type.needs if task.node.lazy and task.chosen is None else None
        try:
            arguments = self._tasks.arguments(task)
            if task.node.internal:
                self._tasks.complete(task, arguments)
                return None
            if needs is not None:
                self._tasks.choose(task, needs(arguments, task.node.lazy))
                return None
            return prepare(task, arguments)
        except UnknownValueError:
            if needs is not None:
                self._undecided.append(task)
                return None
            self._wait_for_upstream(task)
            self._tasks.complete(task, None)
        except Exception as error:
            self._fail(task, explain_crash(task, error))
        return None

    def _fail(self, task: Task, error: TaskError) -> None:
        """Note what would fail for sure; what may not even run is only unknown."""
        if not self._is_certain:
            self._wait_for_upstream(task)
            self._tasks.complete(task, None)
        elif task.node.skip_on_error:
            self._tasks.skip(task)
        else:
            self._errors[task.name] = error.message
            self._tasks.fail(task)

    async def _judge(self, batch: Sequence[Prepared]) -> None:
        wanted = [(prepared, self._lookup_key(prepared)) for prepared in batch]
        found = self._home.cache.results([key for _, key in wanted if key])
        for prepared, key in wanted:
            entry = found.get(key) if key else None
            is_whole = (
                entry is not None and is_usable(entry, prepared) and self._home.complete(entry)
            )
            if not self._is_certain:
                self._wait_for_upstream(prepared.task)
                self._tasks.complete(prepared.task, entry.outputs if entry and is_whole else None)
            elif entry is not None and is_whole:
                self._planned[prepared.task] = ("cached", [], Traits())
                self._tasks.complete(prepared.task, entry.outputs)
            elif Queue.identity(prepared) in self._made:
                self._share(prepared)
            else:
                await self._will_run(prepared, damaged=entry is not None)

    def _lookup_key(self, prepared: Prepared) -> str | None:
        task = prepared.task
        if self._request.is_redone(task) or task.node.cache == "never":
            return None
        if task.node.cache == "pinned":
            return self._last_keys.get((task.node.id, item_text(task.index)), prepared.key)
        return prepared.key

    def _share(self, prepared: Prepared) -> None:
        made = self._made[Queue.identity(prepared)]
        reason = Reason("shared", new=made.task.name)
        self._planned[prepared.task] = ("shared", [reason], Traits())
        self._finish(prepared.task, made)

    async def _will_run(self, prepared: Prepared, *, damaged: bool) -> None:
        task = prepared.task
        reasons: list[Reason] = []
        if self._request.is_redone(task):
            reasons.append(Reason("redo"))
        elif task.node.cache == "never":
            reasons.append(Reason("never"))
        elif damaged:
            reasons.append(Reason("gone"))
        else:
            self._changed.append((task, prepared))
        self._planned[task] = ("run", reasons, prepared.traits)
        if prepared.traits.price.high != 0:
            self._paid.setdefault(prepared.key, prepared)
        made = _Made(task)
        if task.node.type.instant and prepared.traits.instant:
            try:
                made.outputs = await call(prepared, self._workshop)
            except Exception as error:
                made.error = explain_crash(task, error)
        self._made[Queue.identity(prepared)] = made
        self._finish(task, made)

    def _finish(self, task: Task, made: _Made) -> None:
        if made.error is not None:
            self._fail(task, made.error)
        else:
            self._tasks.complete(task, made.outputs)

    def _wait_for_upstream(self, task: Task) -> None:
        if task.node.internal or task in self._planned:
            return
        known: dict[str, Any] = {}
        reasons: list[Reason] = []
        for name, binding in task.node.bindings.items():
            try:
                value = self._tasks.argument(task, name)
            except UnknownValueError as error:
                reasons.append(Reason("upstream", name, new=self._visible(error.task)))
            except KeyError:
                # The task at the other end of the wire has not been made.
                wire = next(wires_of(binding))
                reasons.append(Reason("upstream", name, new=self._source_name(wire)))
            else:
                known |= {} if value is ABSENT else {name: value}
        if not self._is_certain and not reasons:
            reasons.append(Reason("optional"))
        self._planned[task] = ("unknown", reasons, self._traits(task, known))

    def _visible(self, task: Task) -> str:
        """Return the name of a task, or of what it passes on when it is internal."""
        if task.node.internal:
            return self._source_name(task.node.wires[0][1])
        return task.name

    def _source_name(self, wire: Wire) -> str:
        node = self._graph.nodes[wire.node]
        while node.internal and node.wires:
            node = self._graph.nodes[node.wires[0][1].node]
        return node.id

    def _traits(self, task: Task, known: Mapping[str, Any]) -> Traits:
        node_type = task.node.type
        defaults = {
            name: parameter.default
            for name, parameter in node_type.parameters.items()
            if not parameter.required
        }
        try:
            return node_type.traits({**defaults, **known})
        except Exception:
            # The hook was written for whole arguments; with what is known it can say nothing.
            return Traits(price=Price(high=None))

    # -- explaining ----------------------------------------------------------------------------

    def _explain_changes(self) -> None:
        """Find out what changed since the last run of this file, for all tasks in one read."""
        old_keys = {
            task: self._last_keys.get((task.node.id, item_text(task.index)))
            for task, _ in self._changed
        }
        entries = self._home.cache.get_many([key for key in old_keys.values() if key])
        for task, prepared in self._changed:
            old_key = old_keys[task]
            reasons = self._planned[task][1]
            if old_key is None:
                reasons.append(Reason("pinned" if task.node.cache == "pinned" else "new"))
            elif old_key == prepared.key or old_key not in entries:
                reasons.append(Reason("gone"))
            else:
                reasons.extend(differences(entries[old_key].arguments, prepared.text))

    def _find_begun(self) -> None:
        """Find the paid tasks that have a job already, which the run takes up again."""
        begun = self._home.journal.begun(self._paid) if self._paid else {}
        for key, job in begun.items():
            task = self._work_of(self._paid.pop(key).task, job.task)
            self._ages[task] = job.age
            reasons = self._planned[task][1]
            if job.is_in_doubt:
                reasons.append(Reason("doubt"))
                self._set_price(task, Price(high=job.at_most, source="a job in doubt"))
            else:
                reasons.append(Reason("attached"))
                self._set_price(task, Price(source="a job that is under way"))

    def _work_of(self, first: Task, name: str) -> Task:
        """Have work that several tasks share done by the one of that name, if it is among them.

        Where a person looks at jobs, the job has this task's name.
        """
        if first.name == name:
            return first
        shared = [Reason("shared", new=first.name)]
        sharing = [t for t, row in self._planned.items() if row[:2] == ("shared", shared)]
        chosen = next((task for task in sharing if task.name == name), first)
        if chosen is not first:
            self._planned[chosen] = self._planned[first]
            for task in (first, *sharing):
                if task is not chosen:
                    self._planned[task] = ("shared", [Reason("shared", new=name)], Traits())
        return chosen

    async def _ask_prices(self) -> None:
        """Put prices that were asked for in place of those of the catalogue."""
        if self._appraise is None or not self._paid:
            return
        asked = list(self._paid.values())
        for prepared, price in zip(asked, await self._appraise(asked), strict=True):
            if price is not None:
                self._set_price(prepared.task, price)
                if price.high == 0:
                    self._planned[prepared.task][1].append(Reason("known", new=price.source))

    def _set_price(self, task: Task, price: Price) -> None:
        status, reasons, traits = self._planned[task]
        self._planned[task] = (status, reasons, replace(traits, price=price))

    # -- rows ----------------------------------------------------------------------------------

    def _task_rows(self) -> Iterable[PlannedTask]:
        order = {node_id: i for i, node_id in enumerate(self._graph.nodes)}
        for task in sorted(self._planned, key=lambda t: (order[t.node.id], t.index)):
            status, reasons, traits = self._planned[task]
            node = task.node
            yield PlannedTask(
                task.name,
                node.id,
                node.type.name,
                status,
                tuple(reasons),
                traits.price,
                self._seconds(task, status, traits),
                traits.models,
                None if status == "unknown" else task.outputs,
            )

    def _seconds(self, task: Task, status: Status, traits: Traits) -> float | None:
        if status in ("cached", "shared"):
            return None
        is_instant = task.node.type.instant and traits.instant
        known = self._durations.of(task.node.type.name, traits.fingerprint)
        if known is None:
            return 0.0 if is_instant else None
        return max(known - self._ages.get(task, 0.0), 0.0)

    def _elapsed(self, tasks: Iterable[PlannedTask], nodes: Iterable[PlannedNode]) -> float | None:
        """Return how long the run takes, if something like each of its tasks has run before."""
        seconds: dict[str, list[float]] = {node.node: [] for node in nodes}
        for task in tasks:
            if task.status in ("run", "unknown"):
                if task.seconds is None:
                    return None
                seconds[task.node].append(task.seconds)
        left: dict[str, Left] = {}
        for node in nodes:
            work = self._work(node, seconds[node.node])
            if work is None:
                return None
            left[node.node] = work
        return course_of(self._graph, self._request, self._durations).seconds_left(left)

    def _work(self, node: PlannedNode, known: Sequence[float]) -> Left | None:
        """Return the work of a node; None where it is not even known how much that is about."""
        each = sum(known) / len(known) if known else self._durations.of(node.type)
        if node.total_known:
            return Left(len(known), each or 0.0)
        if node.predicted is None or each is None:
            return None
        return Left(max(node.predicted - node.cached, 0), each)

    def _node_rows(self) -> Iterable[PlannedNode]:
        counts = Counter((task.node.id, row[0]) for task, row in self._planned.items())
        last: Counter[str] = Counter()
        if self._tasks.open_nodes():
            last = self._home.history.task_counts(self._graph.path or self._graph.name)
        wanted = {node for node, _ in self._request.targets} or self._graph.needed()
        shown = self._graph.upstream_of(wanted)
        shown |= {task.node.id for task in self._planned}
        for node_id, node in self._graph.nodes.items():
            if node.internal or node_id not in shown:
                continue
            open_ended = self._tasks.may_grow(node_id)
            yield PlannedNode(
                node_id,
                node.type.name,
                counts[node_id, "cached"],
                counts[node_id, "run"],
                counts[node_id, "shared"],
                counts[node_id, "unknown"],
                total_known=not open_ended,
                predicted=last.get(node_id) if open_ended else None,
            )
