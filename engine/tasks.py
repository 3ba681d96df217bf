"""Tasks: a node and an item of its axes, and which of them can start now.

`TaskGraph` is a plain state machine without I/O. The planner and the executor drive it the same
way: take what is ready, then say what became of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any

from engine.graph import (
    ITEM,
    Axis,
    Binding,
    Const,
    DictOf,
    Graph,
    Index,
    ListOf,
    Node,
    Takes,
    Text,
    Wire,
    task_name,
)

MAX_TASKS = 1_000_000
"""A product of long lists ends in an error, not in a full memory."""


class State(Enum):
    """What a task is doing."""

    WAITING = "waiting"
    READY = "ready"
    DONE = "done"
    FAILED = "failed"
    BLOCKED = "blocked"
    SKIPPED = "skipped"


class Task:
    """One unit of work."""

    __slots__ = (
        "_dependents",
        "_missing",
        "chosen",
        "index",
        "name",
        "node",
        "outputs",
        "priority",
        "state",
    )

    def __init__(self, node: Node, index: Index, priority: float) -> None:
        self.node = node
        self.index = index
        self.name = task_name(node.id, index)
        self.priority = priority
        self.state = State.WAITING
        self.outputs: Mapping[str, Any] | None = None
        """Values by port; None when not done, or done with a result that is not known yet."""
        self.chosen: frozenset[str] | None = None
        """The lazy parameters that it asked for."""
        self._missing = 0
        self._dependents: list[tuple[Task, bool]] = []

    def __repr__(self) -> str:
        return f"<Task {self.name} {self.state.value}>"


class UnknownValueError(Exception):
    """A value is not known yet, as a task has not run; only a plan meets this."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.name)
        self.task = task


_ABSENT = object()


class TaskGraph:
    """All tasks of a run, made as they are wanted and as the lengths of lists become known.

    Args:
        graph: The bound workflow; it must have no errors.
        weights: Expected seconds of a task by node type, for the order of what is ready.
    """

    def __init__(self, graph: Graph, weights: Mapping[str, float] | None = None) -> None:
        self.graph = graph
        self.tasks: dict[tuple[str, Index], Task] = {}
        self.ready: deque[Task] = deque()
        """Tasks that can start; the caller takes them out."""
        self.blocked: list[Task] = []
        """Tasks that can no longer run, as one that they need failed; the caller may drain it."""
        self.errors: dict[str, str] = {}
        """Nodes whose tasks cannot be made, and why: lists that do not fit together."""
        self._lengths: dict[tuple[str, Index], int] = {}
        self._waiters: dict[tuple[str, Index], list[Callable[[], None]]] = {}
        self._made_by: dict[str, list[Axis]] = {}
        self._path_left = graph.path_left(weights or {})
        self._todo: deque[Task] = deque()
        self._pending_expansions: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._recounted: set[str] = set()
        for axis in graph.axes.values():
            if axis.length is not None:
                self._lengths[axis.name, ()] = axis.length
            else:
                self._made_by.setdefault(axis.maker, []).append(axis)

    # -- driving -------------------------------------------------------------------------------

    def start(self, targets: Iterable[tuple[str, Index | None]] = ()) -> None:
        """Make the first tasks.

        Args:
            targets: Nodes, or single tasks of them, that are wanted with all they need; everything
                by default.
        """
        targets = list(targets)
        if not targets:
            needed = self.graph.needed()
            targets = [(node_id, None) for node_id in self.graph.nodes if node_id in needed]
        else:
            whole = {node_id for node_id, index in targets if index is None}
            needed = self.graph.upstream_of(whole)
            targets += [(n, None) for n in self.graph.nodes if n in needed and n not in whole]
        for node_id, index in targets:
            self._expand(self.graph.nodes[node_id], (), index)

    def complete(self, task: Task, outputs: Mapping[str, Any] | None) -> None:
        """Say that a task is done; None when its values are not known (in a plan)."""
        task.state = State.DONE
        task.outputs = outputs
        if outputs is not None:
            for axis in self._made_by.get(task.node.id, ()):
                self._measure(axis, outputs[axis.port], axis.steps, task.index)
        self._release(task)

    def fail(self, task: Task) -> None:
        """Say that a task failed: what needs it can no longer run."""
        task.state = State.FAILED
        self._spread(task, State.BLOCKED)

    def skip(self, task: Task) -> None:
        """Say that a task failed and is left out: lists that collect it go on without it."""
        task.state = State.SKIPPED
        self._spread(task, State.SKIPPED)

    def choose(self, task: Task, names: Collection[str]) -> None:
        """Say which lazy inputs a task wants; it becomes ready again when they are there."""
        task.chosen = frozenset(names)
        task.state = State.WAITING
        task._missing += 1
        self._connect(task, [wire for name, wire in task.node.wires if name in task.chosen])
        self._satisfy(task)
        self._drain()

    # -- questions -----------------------------------------------------------------------------

    def new_counts(self) -> Iterator[tuple[str, int]]:
        """Yield the nodes whose number of tasks grew since the last call, with that number."""
        for node_id in self._recounted:
            if not self.graph.nodes[node_id].internal:
                yield node_id, self._counts[node_id]
        self._recounted.clear()

    def may_grow(self, node_id: str) -> bool:
        """Tell whether a node may still get tasks, when a list's length becomes known."""
        return bool(self._pending_expansions.get(node_id))

    def open_nodes(self) -> set[str]:
        """Return the nodes that may still get tasks, when a list's length becomes known."""
        return {node_id for node_id, count in self._pending_expansions.items() if count}

    def arguments(self, task: Task) -> dict[str, Any]:
        """Return the values of a task's parameters, as far as they are given.

        Lazy ones are left out until they are chosen.

        Raises:
            UnknownValueError: One of them is not known yet.
        """
        return {
            name: value
            for name in task.node.bindings
            if self._is_wanted(task, name) and (value := self.argument(task, name)) is not _ABSENT
        }

    def argument(self, task: Task, name: str) -> Any:
        """Return the value of one parameter.

        Raises:
            UnknownValueError: It is not known yet.
        """
        return self._value(task.node.bindings[name], task.index)

    def _is_wanted(self, task: Task, name: str) -> bool:
        return name not in task.node.lazy or (task.chosen is not None and name in task.chosen)

    # -- making tasks --------------------------------------------------------------------------

    def _expand(self, node: Node, prefix: Index, only: Index | None = None) -> None:
        """Make the tasks below a part of an index, as far as lengths are known."""
        stack = [prefix]
        while stack:
            prefix = stack.pop()
            depth = len(prefix)
            if depth == len(node.axes):
                self._task(node, prefix)
                continue
            length = self._length_at(node, prefix, only)
            if length is None:
                continue
            if only is None:
                stack.extend((*prefix, i) for i in reversed(range(length)))
            elif depth < len(only) and only[depth] < length:
                stack.append((*prefix, only[depth]))
            else:
                wanted = task_name(node.id, only)
                self.errors[node.id] = f"there is no task {wanted}: the list has {length} items"
        self._drain()

    def _length_at(self, node: Node, prefix: Index, only: Index | None) -> int | None:
        """Return the length of the next axis; None, and come back later, if it is not known."""
        axis = node.axes[len(prefix)]
        group = next((g for g in node.zip_groups if axis in g), (axis,))
        lengths: dict[str, int] = {}
        for name in group:
            parent = tuple(prefix[node.positions[p]] for p in self.graph.axes[name].parents)
            length = self._lengths.get((name, parent))
            if length is None:
                self._later(node, prefix, only, name, parent)
                return None
            lengths[name] = length
        if len(set(lengths.values())) > 1:
            told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
            self.errors[node.id] = f"zip wants lists of equal length: {told}"
            return None
        return lengths[axis]

    def _later(
        self, node: Node, prefix: Index, only: Index | None, axis: str, parent: Index
    ) -> None:
        pending = self._pending_expansions
        pending[node.id] = pending.get(node.id, 0) + 1

        def resume() -> None:
            pending[node.id] -= 1
            self._expand(node, prefix, only)

        self._await_length(axis, parent, resume)

    def _await_length(self, axis: str, parent: Index, then: Callable[[], None]) -> None:
        self._waiters.setdefault((axis, parent), []).append(then)
        maker = self.graph.nodes[self.graph.axes[axis].maker]
        self._task(maker, parent[: len(maker.axes)])

    def _task(self, node: Node, index: Index) -> Task:
        key = (node.id, index)
        task = self.tasks.get(key)
        if task is None:
            if len(self.tasks) >= MAX_TASKS:
                self.errors[node.id] = f"the workflow has more than {MAX_TASKS} tasks"
                return Task(node, index, 0.0)
            task = self.tasks[key] = Task(node, index, self._path_left[node.id])
            self._todo.append(task)
            self._counts[node.id] = self._counts.get(node.id, 0) + 1
            self._recounted.add(node.id)
        return task

    def _drain(self) -> None:
        """Connect new tasks to what they need; a worklist, as chains may be long."""
        todo = self._todo
        while todo:
            task = todo.popleft()
            task._missing += 1
            lazy = task.node.lazy
            wires = task.node.wires
            self._connect(task, [w for name, w in wires if name not in lazy] if lazy else None)
            self._satisfy(task)

    def _connect(self, task: Task, wires: Sequence[Wire] | None) -> None:
        chosen = (wire for _, wire in task.node.wires) if wires is None else wires
        for wire in chosen:
            if not wire.axes:
                self._depend(task, self._task(self.graph.nodes[wire.node], ()), soft=False)
            else:
                self._connect_mapped(task, wire)

    def _connect_mapped(self, task: Task, wire: Wire) -> None:
        source = self.graph.nodes[wire.node]
        own = len(source.axes)
        place = wire.axes.index(wire.collect) if wire.collect else own
        if place >= own:
            index = tuple(task.index[p] for p in wire.positions[:own])
            self._depend(task, self._task(source, index), soft=False)
            return
        view = [task.index[p] if p >= 0 else 0 for p in wire.positions[:own]]
        length, parent = self._collected_length(wire, view)

        def depend_on_all(length: int) -> None:
            for i in range(length):
                view[place] = i
                self._depend(task, self._task(source, tuple(view)), soft=True)

        if length is not None:
            depend_on_all(length)
            return
        task._missing += 1

        def resume() -> None:
            depend_on_all(self._lengths[wire.collect, parent])
            self._satisfy(task)
            self._drain()

        self._await_length(wire.collect, parent, resume)

    def _collected_length(self, wire: Wire, view: Sequence[int]) -> tuple[int | None, Index]:
        parents = self.graph.axes[wire.collect].parents
        parent = tuple(view[wire.axes.index(axis)] for axis in parents)
        return self._lengths.get((wire.collect, parent)), parent

    def _depend(self, task: Task, source: Task, *, soft: bool) -> None:
        if source.state is State.DONE or (soft and source.state is State.SKIPPED):
            return
        if source.state is State.SKIPPED:
            self._stop(task, State.SKIPPED)
        elif source.state in (State.FAILED, State.BLOCKED):
            self._stop(task, State.BLOCKED)
        else:
            task._missing += 1
            source._dependents.append((task, soft))

    # -- consequences --------------------------------------------------------------------------

    def _satisfy(self, task: Task) -> None:
        task._missing -= 1
        if task._missing == 0 and task.state is State.WAITING:
            task.state = State.READY
            self.ready.append(task)

    def _release(self, task: Task) -> None:
        dependents, task._dependents = task._dependents, []
        for dependent, _ in dependents:
            self._satisfy(dependent)

    def _spread(self, task: Task, state: State) -> None:
        """Pass on that a task gives nothing: blocked or skipped spreads along the wires."""
        stack = [task]
        while stack:
            source = stack.pop()
            if state is State.SKIPPED:
                for axis in self._made_by.get(source.node.id, ()):
                    self._set_length(axis.name, source.index, 0)
            dependents, source._dependents = source._dependents, []
            for dependent, soft in dependents:
                if soft and source.state is State.SKIPPED:
                    self._satisfy(dependent)
                elif dependent.state is State.WAITING:
                    self._mark(dependent, state)
                    stack.append(dependent)

    def _stop(self, task: Task, state: State) -> None:
        if task.state is State.WAITING:
            self._mark(task, state)
            self._spread(task, state)

    def _mark(self, task: Task, state: State) -> None:
        task.state = state
        self.blocked.append(task)

    def _measure(self, axis: Axis, value: Any, steps: Sequence[str | None], index: Index) -> None:
        """Note the lengths of an axis that a result has brought."""
        for i, step in enumerate(steps):
            if step is ITEM:
                for k, item in enumerate(value):
                    self._measure(axis, item, steps[i + 1 :], (*index, k))
                return
            value = getattr(value, step)
        self._set_length(axis.name, index, len(value))

    def _set_length(self, axis: str, parent: Index, length: int) -> None:
        self._lengths[axis, parent] = length
        for resume in self._waiters.pop((axis, parent), ()):
            resume()

    # -- values --------------------------------------------------------------------------------

    def _value(self, binding: Binding, index: Index) -> Any:
        if isinstance(binding, Const):
            return binding.value
        if isinstance(binding, Wire):
            return self._wire_value(binding, index)
        if isinstance(binding, Text):
            return "".join(
                part if isinstance(part, str) else _as_text(self._wire_value(part, index))
                for part in binding.parts
            )
        if isinstance(binding, Takes):
            return self._value(binding.items[index[binding.position]], index)
        if isinstance(binding, ListOf):
            return list(self._spliced(binding.items, index))
        if isinstance(binding, DictOf):
            return {key: self._value(item, index) for key, item in binding.items}
        return _ABSENT

    def _spliced(self, items: Iterable[Binding], index: Index) -> Iterator[Any]:
        for item in items:
            value = self._value(item, index)
            if isinstance(item, Wire) and (item.collect or item.single):
                yield from value
            elif isinstance(item, Const) and isinstance(item.value, list):
                yield from item.value
            elif value is not _ABSENT:
                yield value

    def _wire_value(self, wire: Wire, index: Index) -> Any:
        if not wire.collect:
            view = [index[p] for p in wire.positions]
            value = self._item(wire, view)
            return [value] if wire.single else value
        place = wire.axes.index(wire.collect)
        view = [index[p] if p >= 0 else 0 for p in wire.positions]
        length, _ = self._collected_length(wire, view)
        if length is None:
            maker = self.graph.nodes[self.graph.axes[wire.collect].maker]
            raise UnknownValueError(self.tasks[maker.id, tuple(view[: len(maker.axes)])])
        collected = []
        for i in range(length):
            view[place] = i
            if (value := self._item(wire, view)) is not _ABSENT:
                collected.append(value)
        return collected

    def _item(self, wire: Wire, view: Sequence[int]) -> Any:
        own = len(self.graph.nodes[wire.node].axes)
        task = self.tasks[wire.node, tuple(view[:own])]
        if task.state is State.SKIPPED:
            return _ABSENT
        if task.outputs is None:
            raise UnknownValueError(task)
        value = task.outputs[wire.port]
        place = own
        for step in wire.steps:
            if step is ITEM:
                value = value[view[place]]
                place += 1
            else:
                value = getattr(value, step)
        return value

    def output(self, wire: Wire) -> Any:
        """Return the value of a workflow output: nested lists where it has axes.

        Items that were skipped, failed or never made are left out.
        """
        return self._nested(wire, (), 0)

    def _nested(self, wire: Wire, view: tuple[int, ...], depth: int) -> Any:
        if depth == len(wire.axes):
            try:
                value = self._item(wire, view)
            except (UnknownValueError, KeyError):
                return None
            return None if value is _ABSENT else value
        axis = self.graph.axes[wire.axes[depth]]
        parent = tuple(view[wire.axes.index(p)] for p in axis.parents)
        length = self._lengths.get((axis.name, parent), 0)
        items = (self._nested(wire, (*view, i), depth + 1) for i in range(length))
        return [item for item in items if item is not None]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(_as_text(item) for item in value)
    return "" if value is None or value is _ABSENT else str(value)
