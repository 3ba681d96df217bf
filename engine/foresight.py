"""How long what is left of a run takes, from how long such tasks took before.

Two things hold a run up. Limits let only so many tasks of a pool work at a time; and on a path each
task waits for the one before it. What takes longest of all that is the estimate: with a task more
in a pool than has room the other way round, a run takes a little longer, but never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import TaskError
from engine.graph import Const, Graph, Node
from engine.nodetype import Traits
from engine.request import Request
from engine.store.durations import Durations


@dataclass(frozen=True, slots=True)
class Step:
    """What matters of a node."""

    pool: str = ""
    """The limit that its tasks count against."""
    limit: int = 1
    """How many tasks of the pool work at a time."""
    needs: tuple[str, ...] = ()
    """The nodes that it takes something from."""
    axes: frozenset[str] = frozenset()
    """What it is repeated over."""
    kind: tuple[str, str] = ("", "")
    """What its tasks have in common with others that take as long: node type, model and version."""
    expected: float | None = None
    """Seconds of a task; None where nothing like it has run yet."""


@dataclass(slots=True)
class Left:
    """What is left of a node's work."""

    waiting: int = 0
    """Tasks that have not begun."""
    each: float = 0.0
    """Seconds of one of them."""
    running: list[float] = field(default_factory=list)
    """Seconds that are left of each task that works now."""

    @property
    def tasks(self) -> int:
        """How many tasks there are."""
        return self.waiting + len(self.running)

    @property
    def work(self) -> float:
        """Seconds, one task after the other."""
        return self.waiting * self.each + sum(self.running)

    def span(self, limit: int) -> float:
        """Return the seconds until the last of its tasks has ended, if nothing else worked."""
        if not self.tasks:
            return 0.0
        longest = max(self.running, default=0.0)
        return max(self.work / min(limit, self.tasks), longest, self.each if self.waiting else 0.0)

    @property
    def first(self) -> float:
        """Seconds until the first of its tasks has ended."""
        return min(self.running, default=self.each)


_NOTHING = Left()


class Course:
    """The nodes of a run, in topological order."""

    def __init__(self, steps: Mapping[str, Step]) -> None:
        self._steps = steps

    def step(self, node: str) -> Step:
        """Return what matters of a node."""
        return self._steps.get(node, _UNKNOWN)

    def seconds_left(self, left: Mapping[str, Left]) -> float:
        """Return the seconds until all that is left is done; at least so many.

        Args:
            left: By node, those that are done left out.
        """
        before, after = self._before(left), self._after(left)
        paths = (
            before.get(node, 0.0) + work.span(self.step(node).limit) + after.get(node, 0.0)
            for node, work in left.items()
        )
        return max((*paths, *self._pools(left, before, after)), default=0.0)

    def _pools(
        self, left: Mapping[str, Left], before: Mapping[str, float], after: Mapping[str, float]
    ) -> Iterable[float]:
        """Yield the seconds until each pool's work is done, and what comes after it."""
        pools: dict[str, list[str]] = {}
        for node, work in left.items():
            if work.tasks:
                pools.setdefault(self.step(node).pool, []).append(node)
        for nodes in pools.values():
            tasks = sum(left[node].tasks for node in nodes)
            limit = min(tasks, max(self.step(node).limit for node in nodes))
            yield (
                min(before.get(node, 0.0) for node in nodes)
                + sum(left[node].work for node in nodes) / limit
                + min(after.get(node, 0.0) for node in nodes)
            )

    def _before(self, left: Mapping[str, Left]) -> dict[str, float]:
        """Return for each node the seconds until its first task may begin."""
        before: dict[str, float] = {}
        for node, step in self._steps.items():
            before[node] = max(
                (
                    before.get(need, 0.0) + self._until_it_may_begin(need, step, left)
                    for need in step.needs
                ),
                default=0.0,
            )
        return before

    def _until_it_may_begin(self, need: str, step: Step, left: Mapping[str, Left]) -> float:
        work, other = left.get(need, _NOTHING), self.step(need)
        if not work.tasks:
            return 0.0
        return work.first if _goes_item_by_item(other, step) else work.span(other.limit)

    def _after(self, left: Mapping[str, Left]) -> dict[str, float]:
        """Return for each node the seconds that the run goes on when its last task has ended."""
        after = dict.fromkeys(self._steps, 0.0)
        for node in reversed(list(self._steps)):
            step, work = self._steps[node], left.get(node, _NOTHING)
            for need in step.needs:
                own = 0.0
                if work.waiting:
                    by_item = _goes_item_by_item(self.step(need), step)
                    own = work.each if by_item else work.span(step.limit)
                after[need] = max(after.get(need, 0.0), own + after[node])
        return after


_UNKNOWN = Step()


def _goes_item_by_item(need: Step, step: Step) -> bool:
    """Tell whether a node may begin with what it needs of another before that is through."""
    return bool(need.axes) and need.axes <= step.axes


def course_of(graph: Graph, request: Request, durations: Durations) -> Course:
    """Return the course of a run.

    Args:
        graph: What is run.
        request: Says how many tasks work at a time.
        durations: How long tasks took before.
    """
    steps: dict[str, Step] = {}
    for node in graph.nodes.values():
        traits = traits_of(node)
        limit = request.limit(traits.pool)
        is_instant = node.internal or (node.type.instant and traits.instant)
        steps[node.id] = Step(
            traits.pool,
            min(limit, request.jobs or limit),
            tuple({wire.node: None for _, wire in node.wires}),
            frozenset(node.axes),
            (node.type.name, traits.fingerprint),
            0.0 if is_instant else durations.of(node.type.name, traits.fingerprint),
        )
    return Course(steps)


def traits_of(node: Node) -> Traits:
    """Return what is known before a run of what a node's tasks have in common."""
    arguments = {
        name: binding.value if isinstance(binding, Const) else parameter.default
        for name, parameter in node.type.parameters.items()
        if isinstance(binding := node.bindings.get(name), Const) or not parameter.required
    }
    try:
        return node.type.traits(arguments)
    except (TaskError, KeyError, TypeError):
        return Traits(node.type.pool)
