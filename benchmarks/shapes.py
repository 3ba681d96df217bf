"""The graphs that are measured: chain, fan and layered, each of any size, the same every time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

_LAYER = 100
"""Nodes of a layer; the same for every size, so that sizes differ in length alone."""
_PARENTS = (1, 1, 1, 1, 1, 2, 2, 2, 2, 3)
"""Drawn from for the number of a node's parents: 1.6 on average."""


@dataclass(frozen=True, slots=True)
class Step:
    """A node: it adds the results of its parents and an offset."""

    parents: tuple[str, ...]
    offset: int


Steps = Mapping[str, Step]
"""A graph by the names of its nodes, parents first."""


def chain(size: int) -> Steps:
    """Return nodes of which each needs the one before."""
    return {_name(i): Step((_name(i - 1),) if i else (), i) for i in range(size)}


def fan(size: int) -> Steps:
    """Return one node, many that need it, and one that needs them all."""
    middle = {_name(i): Step((_name(0),), i) for i in range(1, size - 1)}
    last = _name(size - 1)
    return {_name(0): Step((), 0), **middle, last: Step(tuple(middle), size - 1)}


def layered(size: int) -> Steps:
    """Return layers of nodes, each with some random parents in the layer before."""
    draw = random.Random(size)
    steps = {_name(i): Step((), i) for i in range(min(_LAYER, size))}
    for i in range(_LAYER, size):
        top = i // _LAYER * _LAYER
        parents = sorted(draw.sample(range(top - _LAYER, top), draw.choice(_PARENTS)))
        steps[_name(i)] = Step(tuple(map(_name, parents)), i)
    return steps


SHAPES: Mapping[str, Callable[[int], Steps]] = {"chain": chain, "fan": fan, "layered": layered}


def changed(steps: Steps) -> Steps:
    """Return the graph with another offset in a node of its middle that the end depends on."""
    names = list(steps)
    end = set(names[-_LAYER:])
    middle = next(n for n in names[len(names) // 2 :] if n in end or _needing(steps, n) & end)
    return {**steps, middle: replace(steps[middle], offset=-1)}


def _needing(steps: Steps, start: str) -> set[str]:
    """Return the nodes that need a node, directly or not."""
    found = {start}
    for name, step in steps.items():
        if not found.isdisjoint(step.parents):
            found.add(name)
    return found


def workflow(steps: Steps) -> dict[str, Any]:
    """Return the graph as the data of a workflow file; what nothing needs is an output."""
    needed = {parent for step in steps.values() for parent in step.parents}
    return {
        "reelgraph": 1,
        "nodes": {
            name: {
                "type": "add",
                "inputs": {"values": [_port(p) for p in step.parents], "offset": step.offset},
            }
            for name, step in steps.items()
        },
        "outputs": {name: _port(name) for name in steps if name not in needed},
    }


def _name(number: int) -> str:
    return f"n{number}"


def _port(name: str) -> str:
    return f"${{{name}.integer}}"
