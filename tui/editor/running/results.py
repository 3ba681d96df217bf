"""The values that tasks gave, by task: from runs, and from the cache before any run."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.graph import Index, parse_task, task_name

Outputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What one task gave."""

    task: str
    """Its address, as `frame[3]`."""
    outputs: Outputs
    """Its values by port."""
    is_fresh: bool = True
    """Whether it is of the workflow as it stands; otherwise the task would run anew."""


class Results:
    """What all tasks gave."""

    def __init__(self) -> None:
        self._nodes: dict[str, dict[Index, Result]] = {}

    def of(self, node: str) -> list[Result]:
        """Return the results of a node, in the order of its tasks."""
        found = self._nodes.get(node, {})
        return [found[index] for index in sorted(found)]

    def get(self, task: str) -> Result | None:
        """Return the result of a task, by its address."""
        node, index = parse_task(task)
        return self._nodes.get(node, {}).get(index or ())

    def nodes(self) -> Collection[str]:
        """Return the nodes that have results."""
        return self._nodes.keys()

    def put(self, made: Mapping[str, Outputs]) -> None:
        """Take in what tasks gave, by address; what a node gave in another shape goes.

        That is of a workflow in which the node was repeated over more lists, or fewer.
        """
        for task, outputs in made.items():
            node, place = parse_task(task)
            index = place or ()
            found = self._nodes.setdefault(node, {})
            if found and len(next(iter(found))) != len(index):
                found.clear()
            found[index] = Result(task, outputs)

    def replace(
        self, node: str, known: Mapping[Index, Outputs], wanted: Iterable[Index] | None
    ) -> bool:
        """Take in what a plan knows of a node; tell whether anything is different now.

        Args:
            node: The node.
            known: The values of its tasks that are there.
            wanted: All tasks that it has; the results of others are dropped. None where not all
                of them are known.
        """
        before = self._nodes.get(node, {})
        shapes = {len(index) for index in known}
        kept = {i for i in before if not shapes or len(i) in shapes}
        kept &= before.keys() if wanted is None else set(wanted)
        after = {
            index: Result(before[index].task, before[index].outputs, is_fresh=False)
            for index in kept
            if index not in known
        }
        for index, outputs in known.items():
            old = before.get(index)
            is_same = old is not None and old.is_fresh and old.outputs == outputs
            after[index] = old if old and is_same else Result(task_name(node, index), outputs)
        if after == before:
            return False
        self._nodes[node] = after
        if not after:
            del self._nodes[node]
        return True

    def drop(self, nodes: Iterable[str]) -> None:
        """Forget what nodes gave that are no more."""
        for node in nodes:
            self._nodes.pop(node, None)

    def __iter__(self) -> Iterator[Result]:
        return (result for node in list(self._nodes) for result in self.of(node))
