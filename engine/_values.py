"""Reading what the wires of a task carry: items of lists, fields of values, text put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from engine.graph import (
    ITEM,
    Binding,
    Const,
    DictOf,
    Graph,
    Index,
    ListOf,
    Takes,
    Text,
    Wire,
)
from engine.values import encode

if TYPE_CHECKING:
    from engine.tasks import Task

ABSENT: Final = object()
"""There is no value: the parameter is not given, or its item was skipped."""

_EXACT_INTEGERS = 2.0**53
"""Below this every integral float is written without an exponent or a lost digit."""


class UnknownValueError(Exception):
    """A value is not known yet, as a task has not run; only a plan meets this."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.name)
        self.task = task


class ValueReader:
    """Reads the values of parameters and outputs from finished tasks.

    Args:
        graph: The bound workflow.
        tasks: Its tasks so far; the reader looks at it and never changes it.
        lengths: Length of each list by axis and index of the axis' parents, as far as known.
    """

    def __init__(
        self,
        graph: Graph,
        tasks: Mapping[tuple[str, Index], Task],
        lengths: Mapping[tuple[str, Index], int],
    ) -> None:
        self._graph = graph
        self._tasks = tasks
        self._lengths = lengths

    def value(self, binding: Binding, index: Index) -> Any:
        """Return what a binding gives the task of that index; ABSENT where there is nothing.

        Raises:
            UnknownValueError: A task that it needs has no result yet.
        """
        if isinstance(binding, Const):
            return binding.value
        if isinstance(binding, Wire):
            return self._wire(binding, index)
        if isinstance(binding, Text):
            return self._text(binding, index)
        if isinstance(binding, Takes):
            return self.value(binding.items[index[binding.position]], index)
        if isinstance(binding, ListOf):
            return list(self._spliced(binding.items, index))
        if isinstance(binding, DictOf):
            return {key: self.value(item, index) for key, item in binding.items}
        return ABSENT

    def length(self, wire: Wire, view: Sequence[int]) -> tuple[int | None, Index]:
        """Return the length of the list that a wire collects, and the index it is kept under.

        Args:
            wire: A collecting wire.
            view: The asking task's place along each axis of the wire.
        """
        parents = self._graph.axes[wire.collect].parents
        parent = tuple(view[wire.axes.index(axis)] for axis in parents)
        return self._lengths.get((wire.collect, parent)), parent

    def output(self, wire: Wire) -> Any:
        """Return the value of a workflow output: nested lists where it has axes.

        Items that were skipped, failed or never made are left out.
        """
        return self._nested(wire, (), 0)

    def _text(self, text: Text, index: Index) -> Any:
        parts = []
        for part in text.parts:
            value = part if isinstance(part, str) else self._wire(part, index)
            if value is ABSENT and isinstance(part, Wire) and part.in_list:
                return ABSENT
            parts.append(_as_text(value))
        return "".join(parts)

    def _spliced(self, items: Iterable[Binding], index: Index) -> Iterator[Any]:
        for item in items:
            value = self.value(item, index)
            if value is ABSENT:
                continue
            if isinstance(item, Wire) and (item.collect or item.single):
                yield from value
            elif isinstance(item, Const) and isinstance(item.value, list):
                yield from item.value
            else:
                yield value

    def _wire(self, wire: Wire, index: Index) -> Any:
        if not wire.collect:
            # Most wires of most workflows have no axes.
            view = [index[p] for p in wire.positions] if wire.positions else ()
            value = self._item(wire, view)
            return [value] if wire.single and value is not ABSENT else value
        place = wire.axes.index(wire.collect)
        view = [index[p] if p >= 0 else 0 for p in wire.positions]
        length, _ = self.length(wire, view)
        if length is None:
            maker = self._graph.nodes[self._graph.axes[wire.collect].maker]
            task = self._tasks[maker.id, tuple(view[: len(maker.axes)])]
            if task.is_skipped:
                return []
            raise UnknownValueError(task)
        collected = []
        for i in range(length):
            view[place] = i
            if (value := self._item(wire, view)) is not ABSENT:
                collected.append(value)
        return collected

    def _item(self, wire: Wire, view: Sequence[int]) -> Any:
        place = len(self._graph.nodes[wire.node].axes) if view else 0
        task = self._tasks[wire.node, tuple(view[:place])]
        if task.is_skipped:
            return ABSENT
        if task.outputs is None:
            raise UnknownValueError(task)
        value = task.outputs[wire.port]
        for step in wire.steps:
            if step is ITEM:
                value = value[view[place]]
                place += 1
            elif value is not None:
                value = getattr(value, step)
        return value

    def _nested(self, wire: Wire, view: Index, depth: int) -> Any:
        if depth == len(wire.axes):
            try:
                value = self._item(wire, view)
            except (UnknownValueError, KeyError):
                return None
            return None if value is ABSENT else value
        axis = self._graph.axes[wire.axes[depth]]
        parent = tuple(view[wire.axes.index(p)] for p in axis.parents)
        length = self._lengths.get((axis.name, parent), 0)
        items = (self._nested(wire, (*view, i), depth + 1) for i in range(length))
        return [item for item in items if item is not None]


def _as_text(value: Any) -> str:
    if value is None or value is ABSENT:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT_INTEGERS:
        return str(int(value))
    if isinstance(value, list):
        return ", ".join(_as_text(item) for item in value)
    if isinstance(value, dict):
        return json.dumps(encode(value), ensure_ascii=False)
    return str(value)
