"""Tasks: a node and an item of its axes, and which of them can start now.

`TaskGraph` is a plain state machine without I/O. The planner and the executor drive it the same
way: take what is ready, then say what became of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from engine._values import ABSENT, UnknownValueError, ValueReader
from engine.errors import ErrorKind, TaskError
from engine.graph import ITEM, Axis, Graph, Index, Node, Wire, parse_task, task_name

__all__ = ["MAX_TASKS", "State", "Task", "TaskGraph", "UnknownValueError"]

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
        "state",
    )

    def __init__(self, node: Node, index: Index) -> None:
        self.node = node
        self.index = index
        self.name = task_name(node.id, index)
        self.state = State.WAITING
        self.outputs: Mapping[str, Any] | None = None
        """Values by port; None when not done, or done with a result that is not known yet."""
        self.chosen: frozenset[str] | None = None
        """The lazy parameters that it asked for."""
        self._missing = 0
        self._dependents: list[tuple[Task, bool]] = []

    @property
    def is_skipped(self) -> bool:
        """Whether lists that collect it go on without it."""
        return self.state is State.SKIPPED

    def __repr__(self) -> str:
        return f"<Task {self.name} {self.state.value}>"


class _Waiter(NamedTuple):
    """What waits for the length of a list."""

    resume: Callable[[], None]
    give_up: Callable[[State], None]
    """Called when the list will never be there, with what became of its maker."""


_GIVES_NOTHING = frozenset({State.FAILED, State.BLOCKED, State.SKIPPED})


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
        """What cannot be made, and why: lists that do not fit together, by node or `node[2]`."""
        self.absent: dict[str, str] = {}
        """Targets that are not there, and why."""
        self._refused: set[tuple[str, Index]] = set()
        self._lengths: dict[tuple[str, Index], int] = {}
        self._values = ValueReader(graph, self.tasks, self._lengths)
        self._waiters: dict[tuple[str, Index], list[_Waiter]] = {}
        self._made_by: dict[str, list[Axis]] = {}
        self._weights = weights or {}
        self._path_left: Mapping[str, float] = {}
        self._todo: deque[Task] = deque()
        self._pending_expansions: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._recounted: dict[str, None] = {}
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
            needed: Collection[str] = self.graph.needed()
            targets = [(node_id, None) for node_id in self.graph.nodes if node_id in needed]
        else:
            whole = {node_id for node_id, index in targets if index is None}
            needed = self.graph.upstream_of(whole)
            targets += [(n, None) for n in self.graph.nodes if n in needed and n not in whole]
        for node_id, index in targets:
            self._expand(self.graph.nodes[node_id], (), index)
        self._drain()

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

    def priority(self, task: Task) -> float:
        """Return the expected seconds of the longest path from a task to an end of the workflow."""
        # Reckoned when it is first asked for: a run that finds everything in the cache never does.
        self._path_left = self._path_left or self.graph.path_left(self._weights)
        return self._path_left[task.node.id]

    def new_counts(self) -> Iterator[tuple[str, int]]:
        """Yield the nodes whose number of tasks grew since the last call, with that number."""
        for node_id in self._recounted:
            if not self.graph.nodes[node_id].internal:
                yield node_id, self._counts.get(node_id, 0)
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
            TaskError: Lists that are gone through together differ in length.
        """
        if task.node.zip_groups:
            self._refuse_unequal(task)
        return {
            name: value
            for name in task.node.bindings
            if self._is_wanted(task, name) and (value := self.argument(task, name)) is not ABSENT
        }

    def find(self, name: str) -> Task | None:
        """Return the task of an address, or None where there is none, or none yet."""
        node, index = parse_task(name)
        return self.tasks.get((node, index or ()))

    def argument(self, task: Task, name: str) -> Any:
        """Return the value of one parameter.

        Raises:
            UnknownValueError: It is not known yet.
        """
        return self._values.value(task.node.bindings[name], task.index)

    def output(self, wire: Wire) -> Any:
        """Return the value of a workflow output: nested lists where it has axes.

        Items that were skipped, failed or never made are left out.
        """
        return self._values.output(wire)

    def _is_wanted(self, task: Task, name: str) -> bool:
        return name not in task.node.lazy or (task.chosen is not None and name in task.chosen)

    # -- making tasks --------------------------------------------------------------------------

    def _expand(self, node: Node, prefix: Index, only: Index | None = None) -> None:
        """Make the tasks below a part of an index, as far as lengths are known."""
        self._recounted[node.id] = None
        if not node.axes:
            self._task(node, ())
            return
        stack = [prefix]
        while stack and (node.id, ()) not in self._refused:
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
                name = task_name(node.id, only)
                self.absent[name] = f"there is no task {name}: the list has {length} items"
        self._drain()

    def _length_at(self, node: Node, prefix: Index, only: Index | None) -> int | None:
        """Return the length of the next axis; None, and come back later, if it is not known."""
        axis = node.axes[len(prefix)]
        lengths: dict[str, int] = {}
        for name in next((g for g in node.zip_groups if axis in g), (axis,)):
            parent = tuple(prefix[node.positions[p]] for p in self.graph.axes[name].parents)
            length = self._lengths.get((name, parent))
            if length is None:
                self._later(node, prefix, only, name, parent)
                return None
            lengths[name] = length
        if len(set(lengths.values())) > 1:
            self._refuse(node, prefix, _unequal(lengths, self.graph.axes))
            return None
        return lengths[axis]

    def _refuse(self, node: Node, prefix: Index, message: str) -> None:
        """Note that tasks cannot be made, and block those that a collecting node asked for."""
        self.errors[task_name(node.id, prefix)] = message
        self._refused.add((node.id, prefix))
        for task in list(self.tasks.values()):
            if task.node is node and task.index[: len(prefix)] == prefix:
                self._stop(task, State.BLOCKED)

    def _is_refused(self, node: Node, index: Index) -> bool:
        return any((node.id, index[:depth]) in self._refused for depth in range(len(index) + 1))

    def _refuse_unequal(self, task: Task) -> None:
        """Raise TaskError if the lists that a task's node zips differ in length.

        Tasks that are made one by one, for a lazy input or `--to`, are seen here only.
        """
        for group in task.node.zip_groups:
            lengths: dict[str, int] = {}
            for name in group:
                parents = self.graph.axes[name].parents
                parent = tuple(task.index[task.node.positions[p]] for p in parents)
                if (length := self._lengths.get((name, parent))) is not None:
                    lengths[name] = length
            if len(set(lengths.values())) > 1:
                message = _unequal(lengths, self.graph.axes)
                raise TaskError(message, kind=ErrorKind.INVALID, where=task.name)

    def _later(
        self, node: Node, prefix: Index, only: Index | None, axis: str, parent: Index
    ) -> None:
        pending = self._pending_expansions
        pending[node.id] = pending.get(node.id, 0) + 1

        def resume() -> None:
            pending[node.id] -= 1
            self._expand(node, prefix, only)

        def give_up(state: State) -> None:
            pending[node.id] -= 1
            self._recounted[node.id] = None

        self._await_length(axis, parent, _Waiter(resume, give_up))

    def _await_length(self, axis: str, parent: Index, waiter: _Waiter) -> None:
        maker = self.graph.nodes[self.graph.axes[axis].maker]
        task = self._task(maker, parent[: len(maker.axes)])
        if task.state in _GIVES_NOTHING:
            waiter.give_up(task.state)
        else:
            self._waiters.setdefault((axis, parent), []).append(waiter)

    def _task(self, node: Node, index: Index) -> Task:
        key = (node.id, index)
        task = self.tasks.get(key)
        if task is None:
            task = Task(node, index)
            if len(self.tasks) >= MAX_TASKS and (node.id, ()) not in self._refused:
                self._refuse(node, (), f"the workflow has more than {MAX_TASKS:,} tasks")
            if self._refused and self._is_refused(node, index):
                task.state = State.BLOCKED
                return task
            self.tasks[key] = task
            self._todo.append(task)
            self._counts[node.id] = self._counts.get(node.id, 0) + 1
            self._recounted[node.id] = None
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
                self._depend(task, self._task(self.graph.nodes[wire.node], ()), soft=wire.in_list)
            else:
                self._connect_mapped(task, wire)

    def _connect_mapped(self, task: Task, wire: Wire) -> None:
        source = self.graph.nodes[wire.node]
        own = len(source.axes)
        place = wire.axes.index(wire.collect) if wire.collect else own
        if place >= own:
            index = tuple(task.index[p] for p in wire.positions[:own])
            self._depend(task, self._task(source, index), soft=wire.in_list)
            return
        view = [task.index[p] if p >= 0 else 0 for p in wire.positions[:own]]
        length, parent = self._values.length(wire, view)

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

        def give_up(state: State) -> None:
            if state is State.SKIPPED and wire.in_list:
                self._satisfy(task)
            else:
                self._stop(task, State.SKIPPED if state is State.SKIPPED else State.BLOCKED)

        self._await_length(wire.collect, parent, _Waiter(resume, give_up))

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
            for axis in self._made_by.get(source.node.id, ()):
                for waiter in self._waiters.pop((axis.name, source.index), ()):
                    waiter.give_up(state)
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
        """Note the lengths of an axis that a result has brought; nothing is an empty list."""
        for i, step in enumerate(steps):
            if value is None:
                break
            if step is ITEM:
                for k, item in enumerate(value):
                    self._measure(axis, item, steps[i + 1 :], (*index, k))
                return
            value = getattr(value, step)
        self._lengths[axis.name, index] = 0 if value is None else len(value)
        for waiter in self._waiters.pop((axis.name, index), ()):
            waiter.resume()


def _unequal(lengths: Mapping[str, int], axes: Mapping[str, Axis]) -> str:
    """Say that zipped lists differ in length, and what to do where one of them is a person's."""
    told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
    message = f"zip wants lists of equal length: {told}"
    made = {name: length for name, length in lengths.items() if axes[name].length is None}
    if len(set(made.values())) != 1:
        return message
    maker, wanted = next(iter(made.items()))
    short = [name for name, length in lengths.items() if name not in made and length != wanted]
    items = "1 item" if wanted == 1 else f"{wanted} items"
    return f"{message}. Give {' and '.join(short)} {items}, one for each of {maker}."
