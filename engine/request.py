"""What is asked of a run or a plan, besides the workflow itself."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.errors import UsageError
from engine.graph import Graph, Index, parse_task, task_name
from engine.problems import nearest
from engine.tasks import Task

DEFAULT_LIMIT = 8
"""Tasks at a time in a pool that has no limit of its own."""
UNPOOLED_LIMIT = 256
"""Tasks at a time that count against no pool."""

Target = tuple[str, Index | None]
"""A node, or one of its tasks."""


@dataclass(frozen=True)
class Request:
    """Which tasks are wanted, which are made anew, and how many run at a time."""

    targets: tuple[Target, ...] = ()
    """With all they need; everything by default."""
    redo: tuple[Target, ...] = ()
    """Run even if the cache has a result."""
    jobs: int | None = None
    """Tasks at a time, over all pools."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Tasks at a time by pool; for a provider, also jobs at a time over all runs of the home."""
    paces: Mapping[str, int] = field(default_factory=dict)
    """Calls a minute by provider, over all runs of the home."""
    out: str = ""
    """The output folder, for the history."""

    @classmethod
    def parse(
        cls,
        graph: Graph,
        *,
        to: Iterable[str] = (),
        redo: Iterable[str] = (),
        jobs: int | None = None,
        limits: Mapping[str, int] | None = None,
        paces: Mapping[str, int] | None = None,
        out: str = "",
    ) -> Request:
        """Read a request from task addresses as people write them.

        Raises:
            UsageError: There is no such node, an address is not well-formed, or a limit lets
                nothing run.
        """
        for name, limit in {"--jobs": jobs, **(limits or {})}.items():
            if limit is not None and limit < 1:
                raise UsageError(f"the limit of {name} must be at least 1, not {limit}")
        return cls(
            targets=tuple(_target(graph, text) for text in to),
            redo=tuple(_target(graph, text) for text in redo),
            jobs=jobs,
            limits=dict(limits or {}),
            paces=dict(paces or {}),
            out=out,
        )

    def is_redone(self, task: Task) -> bool:
        """Tell whether a task is to be made anew."""
        return any(
            node == task.node.id and index in (None, task.index) for node, index in self.redo
        )

    def limit(self, pool: str) -> int:
        """Return how many tasks of a pool may run at a time."""
        if pool in self.limits:
            return self.limits[pool]
        if pool == "media":
            return os.cpu_count() or 1
        return DEFAULT_LIMIT if pool else UNPOOLED_LIMIT


def _target(graph: Graph, text: str) -> Target:
    try:
        name, index = parse_task(text)
    except ValueError as error:
        raise UsageError(str(error)) from error
    node = graph.nodes.get(name)
    if node is None or node.internal:
        names = [node.id for node in graph.nodes.values() if not node.internal]
        near = nearest(name, names)
        hint = f"Did you mean {near}?" if near else f"The nodes are {', '.join(names[:20])}."
        raise UsageError(f"the workflow has no node {name!r}", hint=hint)
    if index is not None and len(index) != len(node.axes):
        example = task_name(name, (2,) * len(node.axes))
        raise UsageError(
            f"{text} has {len(index)} numbers, but {name} has {len(node.axes)} axes",
            hint=f"Write it like {example}.",
        )
    for axis, place in zip(node.axes, index or (), strict=False):
        length = graph.axes[axis].length
        if length is not None and place >= length:
            raise UsageError(f"there is no task {text}: the list {axis} has {length} items")
    return name, index
