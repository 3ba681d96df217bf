"""Time grows in step with the size of a workflow, however it is shaped."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine.request import Request
from tests.support.engines import Bench

Data = dict[str, Any]

SMALL, LARGE = 200, 1600
"""Numbers of nodes that are compared."""
TOLERANCE = 4.0
"""How much longer a node of the large workflow may take; quadratic growth would make it 8."""


def add(a: int | str, b: int | str = 0, c: int = 0) -> Data:
    return {"type": "sum", "inputs": {"a": a, "b": b, "c": c}}


def layered(size: int) -> Data:
    chance = random.Random(1)
    width = max(4, int(size**0.5))
    nodes: Data = {}
    for i in range(size):
        below = (
            [f"${{n{chance.randrange(i - width, i)}.integer}}" for _ in range(2)]
            if i >= width
            else [0, 0]
        )
        nodes[f"n{i}"] = add(below[0], below[1] if chance.random() < 0.6 else 0, i)
    return nodes


def chain(size: int) -> Data:
    return {f"n{i}": add(f"${{n{i - 1}.integer}}" if i else 0, 0, i) for i in range(size)}


def fan(size: int) -> Data:
    items = {"type": "sum", "inputs": {"a": list(range(size)), "b": 1}}
    return {"items": items, "all": {"type": "sum_up", "inputs": {"numbers": "${items.integer}"}}}


def seconds(call: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    call()
    return time.process_time() - began


def measure(folder: Path, nodes: Data) -> dict[str, float]:
    """Return the seconds that each step takes."""
    folder.mkdir()
    bench = Bench(folder)
    document = bench.document({"nodes": nodes})
    times = {"bind": seconds(lambda: bench.engine.bind(document))}
    graph, _ = bench.engine.bind(document)
    for name, step in (
        ("cold", bench.engine.run),
        ("cached", bench.engine.run),
        ("plan", bench.engine.plan),
    ):
        times[name] = seconds(lambda step=step: anyio.run(step, document, graph, Request()))  # type: ignore[misc]
    bench.home.close()
    return times


@pytest.mark.parametrize("shape", [layered, chain, fan])
def test_growth_is_linear(tmp_path: Path, shape: Callable[[int], Data]) -> None:
    few = measure(tmp_path / "few", shape(SMALL))
    many = measure(tmp_path / "many", shape(LARGE))
    for step, time_of_many in many.items():
        # Below a millisecond in all nothing can be said.
        expected = max(few[step], 0.001) * LARGE / SMALL
        assert time_of_many < TOLERANCE * expected, step
