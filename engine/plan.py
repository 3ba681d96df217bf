"""Planning: which tasks a run would do, why, and what they would cost, without doing them.

Instant nodes are run while planning, as they are free and pure; so the shots of a changed story
are known, and the plan names the frames that change. What depends on a result that is not there
yet is `unknown`: it runs unless that result comes out as before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from engine._taskcontext import TaskContext
from engine.errors import ReelgraphError, TaskError
from engine.execute import Workshop, item_text
from engine.graph import Graph, Wire, wires_of
from engine.keys import Prepared, prepare
from engine.nodetype import Price
from engine.request import Request
from engine.store import CacheEntry
from engine.tasks import State, Task, TaskGraph, UnknownValueError

Status = Literal["cached", "run", "unknown"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a task runs."""

    code: Literal[
        "new", "changed", "version", "model", "redo", "never", "gone", "upstream", "pinned"
    ]
    field: str = ""
    """The parameter that changed, or that waits for another task."""
    old: str = ""
    new: str = ""

    def __str__(self) -> str:
        match self.code:
            case "changed":
                return f"{self.field}: {self.old} -> {self.new}"
            case "version":
                return f"node version {self.old} -> {self.new}"
            case "model":
                return f"model or adapter version: {self.old} -> {self.new}"
            case "upstream":
                return f"{self.field} waits for {self.new}"
            case "redo":
                return "asked for with --redo"
            case "never":
                return 'the node says "cache": "never"'
            case "gone":
                return "its stored result was removed or is damaged"
            case "pinned":
                return "pinned, but there is no result yet"
        return "no result yet"


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """One task of a plan."""

    task: str
    node: str
    type: str
    status: Status
    reasons: tuple[Reason, ...] = ()
    price: Price = field(default_factory=Price)
    seconds: float | None = None
    """Expected length of the work; None when nothing like it has run yet."""


@dataclass(frozen=True, slots=True)
class PlannedNode:
    """The tasks of one node, in numbers."""

    node: str
    type: str
    cached: int = 0
    run: int = 0
    unknown: int = 0
    total_known: bool = True
    """Whether that is all; otherwise a list's length is still to come."""
    predicted: int | None = None
    """For such a node: how many tasks it had in its last run."""


@dataclass(frozen=True)
class Plan:
    """What a run would do."""

    name: str
    tasks: tuple[PlannedTask, ...]
    nodes: tuple[PlannedNode, ...]
    errors: Mapping[str, str] = field(default_factory=dict)
    """Nodes or tasks that would fail for sure, and why."""

    def count(self, status: Status) -> int:
        """Return how many tasks have a status."""
        return sum(1 for task in self.tasks if task.status == status)

    @property
    def cost_low(self) -> Decimal:
        """The least that the run costs, in US dollars."""
        return sum((t.price.low for t in self.tasks if t.status == "run"), Decimal(0))

    @property
    def cost_high(self) -> Decimal | None:
        """The most that it costs; None when a price is not known."""
        total = Decimal(0)
        for task in self.tasks:
            if task.status != "cached":
                if task.price.high is None:
                    return None
                total += task.price.high
        return total

    @property
    def seconds(self) -> float:
        """Work to be done, in seconds of tasks, as far as it can be foreseen."""
        return sum(t.seconds or 0.0 for t in self.tasks if t.status != "cached")


class Planner:
    """Makes the plan of one run."""

    def __init__(self, graph: Graph, workshop: Workshop, request: Request) -> None:
        self._graph = graph
        self._workshop = workshop
        self._request = request
        self._home = workshop.home
        self._tasks = TaskGraph(graph)
        self._durations = self._home.history.durations()
        self._last_keys = self._home.history.task_keys(graph.path or graph.name)
        self._planned: dict[Task, tuple[Status, list[Reason], Price]] = {}
        self._changed: list[tuple[Task, Prepared]] = []
        self._errors: dict[str, str] = {}

    async def plan(self) -> Plan:
        """Return what a run would do now."""
        self._tasks.start(self._request.targets)
        ready = self._tasks.ready
        while ready:
            batch = []
            while ready:
                prepared = self._prepare(ready.popleft())
                if prepared is not None:
                    batch.append(prepared)
            await self._judge(batch)
        for task in self._tasks.tasks.values():
            if task.state is State.WAITING:
                self._wait_for_upstream(task)
        self._explain_changes()
        self._errors.update(self._tasks.errors)
        rows = tuple(self._task_rows())
        return Plan(self._graph.name, rows, tuple(self._node_rows()), self._errors)

    # -- judging -------------------------------------------------------------------------------

    def _prepare(self, task: Task) -> Prepared | None:
        try:
            arguments = self._tasks.arguments(task)
            if task.node.internal:
                self._tasks.complete(task, arguments)
                return None
            if task.node.lazy and task.chosen is None:
                assert task.node.type.needs is not None  # noqa: S101 - lazy nodes have it
                self._tasks.choose(task, task.node.type.needs(arguments, task.node.lazy))
                return None
            return prepare(task, arguments)
        except UnknownValueError:
            if not task.node.internal:
                self._wait_for_upstream(task)
            self._tasks.complete(task, None)
        except TaskError as error:
            self._errors[task.name] = error.message
            self._tasks.fail(task)
        return None

    async def _judge(self, batch: Sequence[Prepared]) -> None:
        wanted = [(prepared, self._lookup_key(prepared)) for prepared in batch]
        found = self._home.cache.get_many([key for _, key in wanted if key])
        for prepared, key in wanted:
            entry = found.get(key) if key else None
            if entry is not None and self._home.complete(entry):
                self._planned[prepared.task] = ("cached", [], Price())
                self._tasks.complete(prepared.task, entry.outputs)
            else:
                await self._will_run(prepared, damaged=entry is not None)

    def _lookup_key(self, prepared: Prepared) -> str | None:
        task = prepared.task
        if self._request.is_redone(task) or task.node.cache == "never":
            return None
        if task.node.cache == "pinned":
            return self._last_keys.get((task.node.id, item_text(task.index)), prepared.key)
        return prepared.key

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
        self._planned[task] = ("run", reasons, prepared.traits.price)
        try:
            self._tasks.complete(task, await self._try_instantly(prepared))
        except TaskError as error:
            self._errors[task.name] = error.message
            self._tasks.fail(task)

    async def _try_instantly(self, prepared: Prepared) -> Mapping[str, Any] | None:
        node_type = prepared.task.node.type
        if not node_type.instant:
            return None
        context = TaskContext(self._workshop, prepared.task.name, prepared.task.node.id)
        try:
            extra = {"ctx": context} if node_type.takes_context else {}
            result = await node_type.function(**prepared.arguments, **extra)
        except ReelgraphError as error:
            raise TaskError(error.message, hint=error.hint) from error
        finally:
            context.close()
        return node_type.split_outputs(result)

    def _wait_for_upstream(self, task: Task) -> None:
        if task.node.internal or task in self._planned:
            return
        known: dict[str, Any] = {}
        reasons: list[Reason] = []
        for name, binding in task.node.bindings.items():
            try:
                known[name] = self._tasks.argument(task, name)
            except UnknownValueError as error:
                reasons.append(Reason("upstream", name, new=self._visible(error.task)))
            except KeyError:
                wire = next(wires_of(binding))
                reasons.append(Reason("upstream", name, new=self._source_name(wire)))
        self._planned[task] = ("unknown", reasons, self._price(task, known))

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

    def _price(self, task: Task, known: Mapping[str, Any]) -> Price:
        node_type = task.node.type
        defaults = {
            name: parameter.default
            for name, parameter in node_type.parameters.items()
            if not parameter.required
        }
        try:
            return node_type.traits({**defaults, **known}).price
        except (TaskError, KeyError, TypeError):
            return Price(high=None)

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
                reasons.extend(differences(entries[old_key], prepared))

    # -- rows ----------------------------------------------------------------------------------

    def _task_rows(self) -> Iterable[PlannedTask]:
        order = {node_id: i for i, node_id in enumerate(self._graph.nodes)}
        for task in sorted(self._planned, key=lambda t: (order[t.node.id], t.index)):
            status, reasons, price = self._planned[task]
            node = task.node
            yield PlannedTask(
                task.name,
                node.id,
                node.type.name,
                status,
                tuple(reasons),
                price,
                None if status == "cached" else self._durations.get(node.type.name),
            )

    def _node_rows(self) -> Iterable[PlannedNode]:
        counts = Counter((task.node.id, row[0]) for task, row in self._planned.items())
        last = Counter(node for node, _ in self._last_keys)
        wanted = {node for node, _ in self._request.targets}
        shown = self._graph.upstream_of(wanted) if wanted else self._graph.needed()
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
                counts[node_id, "unknown"],
                total_known=not open_ended,
                predicted=last.get(node_id) if open_ended else None,
            )


def differences(old: CacheEntry, new: Prepared) -> list[Reason]:
    """Return what differs between the last result of a task and what is asked for now."""
    before: dict[str, Any] = json.loads(old.arguments)
    after: dict[str, Any] = json.loads(new.text)
    reasons = []
    if before.get("node") != after["node"]:
        reasons.append(Reason("changed", "type", str(before.get("node")), str(after["node"])))
    if before.get("version") != after["version"]:
        reasons.append(Reason("version", "", str(before.get("version")), str(after["version"])))
    if before.get("fingerprint") != after["fingerprint"]:
        old_mark, new_mark = str(before.get("fingerprint")), str(after["fingerprint"])
        reasons.append(Reason("model", "", old_mark, new_mark))
    was, now = before.get("arguments", {}), after["arguments"]
    for name in dict.fromkeys((*was, *now)):
        if was.get(name, _UNSET) != now.get(name, _UNSET):
            old_text, new_text = shorten_change(was.get(name, _UNSET), now.get(name, _UNSET))
            reasons.append(Reason("changed", name, old_text, new_text))
    return reasons


_UNSET = object()
_SHOWN = 60


def shorten_change(old: Any, new: Any) -> tuple[str, str]:
    """Return both values as short text in which the difference can be seen."""
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _SHOWN:
        start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
        start = min(len(old), len(new)) if start is None else start
        start = max(0, start - _SHOWN // 3)
        return _excerpt(old, start), _excerpt(new, start)
    return _describe(old), _describe(new)


def _excerpt(text: str, start: int) -> str:
    head = "…" if start else ""
    tail = "…" if len(text) > start + _SHOWN else ""
    return json.dumps(head + text[start : start + _SHOWN] + tail, ensure_ascii=False)


def _describe(value: Any) -> str:
    if value is _UNSET:
        return "(default)"
    if isinstance(value, dict) and "digest" in value:
        return f"{value.get('$kind', 'blob')} {value['digest'][:8]}"
    if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
        more = ", …" if len(value) > 4 else ""
        return f"[{', '.join(_describe(item) for item in value[:4])}{more}]"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
