"""What the engine costs for each node of a graph whose nodes cost nothing, against the floor."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import anyio

from benchmarks import floor
from benchmarks.child import in_child, peak_mb
from benchmarks.nodes import add, open_engine
from benchmarks.report import Bar, Row, Table
from benchmarks.shapes import SHAPES, Steps, chain, changed, workflow
from engine.document import create, load
from engine.engine import Engine
from engine.request import Request

STEPS = {
    "load": "load",
    "check": "check",
    "bind": "bind",
    "plan": "plan, all cached",
    "cold": "run, nothing cached",
    "cached": "run, all cached",
    "changed": "run, one parameter changed",
}
"""What is done with each graph, and its name in the table."""
FLOORS = {"plan": "cached", "cold": "cold", "cached": "cached", "changed": "changed"}
"""The step of the floor that a step is held against; reading a file and checking it have none."""
LIMIT_RATIO = 3.0
PLAN_SECONDS = 1.0
LIMIT_GROWTH = 12.0
"""Times the work for ten times the nodes; 10 is linear, the rest is for caches and memory."""
_LARGE = 10_000

Figures = Mapping[str, float]
T = TypeVar("T")


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Measure every graph; engine and floor take turns, so that a noise meets both."""
    sizes = [("chain", 1000), ("fan", 1000), ("layered", 1000), ("layered", _LARGE)]
    rounds = 3
    if quick:
        sizes, rounds = [(shape, 300) for shape in SHAPES], 1
    engines: dict[tuple[str, int], Figures] = {}
    floors: dict[tuple[str, int], Figures] = {}
    for shape, size in sizes:
        tell(f"{shape} of {size:,}")
        ours, bare = [], []
        for _ in range(rounds):
            ours.append(in_child(f"{__name__}:measure_engine", shape=shape, size=size))
            bare.append(in_child(f"{__name__}:measure_floor", shape=shape, size=size))
        engines[shape, size], floors[shape, size] = _medians(ours), _medians(bare)
    tables = [_time_table(engines, floors), _memory_table(engines, floors)]
    if not quick:
        tables.append(_growth_table(engines["layered", 1000], engines["layered", _LARGE]))
    return tables


def measure_engine(shape: str, size: int) -> dict[str, float]:
    """Return seconds of each step, and the memory that they took, in MB."""
    steps = SHAPES[shape](size)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _pass(folder / "warm", chain(3))
        before = peak_mb()
        figures = _pass(folder / "measured", steps)
        return {**figures, "memory": peak_mb() - before}


def _pass(folder: Path, steps: Steps) -> dict[str, float]:
    folder.mkdir()
    path = folder / "graph.json"
    create(workflow(steps)).save(path)
    engine = open_engine(folder)
    clock = _Clock()
    document = clock.time("load", lambda: load(path))
    problems = clock.time("check", lambda: engine.check(document))
    assert not problems, problems[0]
    graph, _ = clock.time("bind", lambda: engine.bind(document))
    request = Request()
    run = partial(anyio.run, engine.run, document, graph, request)
    cold = clock.time("cold", run)
    plan = clock.time("plan", partial(anyio.run, engine.plan, document, graph, request))
    cached = clock.time("cached", run)
    assert cold.counts["ran"] == plan.count("cached") == cached.counts["cached"] == len(steps)
    clock.time("changed", _changed_run(engine, folder, steps))
    engine.home.close()
    return clock.seconds


def _changed_run(engine: Engine, folder: Path, steps: Steps) -> Callable[[], object]:
    path = folder / "graph.json"
    path.write_text(json.dumps(workflow(changed(steps))), encoding="utf-8")
    document = load(path)
    graph, _ = engine.bind(document)
    return partial(anyio.run, engine.run, document, graph, Request())


def measure_floor(shape: str, size: int) -> dict[str, float]:
    """Return the same of the floor, as far as it has the steps."""
    steps = SHAPES[shape](size)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _floor_pass(folder / "warm.db", chain(3))
        before = peak_mb()
        figures = _floor_pass(folder / "measured.db", steps)
        return {**figures, "memory": peak_mb() - before}


def _floor_pass(path: Path, steps: Steps) -> dict[str, float]:
    cache = floor.Cache(path)
    clock = _Clock()
    cold = clock.time("cold", partial(anyio.run, floor.run, steps, cache, add))
    cached = clock.time("cached", partial(anyio.run, floor.run, steps, cache, add))
    assert cold == cached
    clock.time("changed", partial(anyio.run, floor.run, changed(steps), cache, add))
    cache.close()
    return clock.seconds


class _Clock:
    """Seconds of each step by name."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, call: Callable[[], T]) -> T:
        # What an earlier step left behind is not this one's to clean up.
        gc.collect()
        start = time.perf_counter()
        result = call()
        self.seconds[name] = time.perf_counter() - start
        return result


def _medians(rounds: list[dict[str, float]]) -> Figures:
    return {name: statistics.median(r[name] for r in rounds) for name in rounds[0]}


# -- tables ------------------------------------------------------------------------------------


def _time_table(
    engines: Mapping[tuple[str, int], Figures], floors: Mapping[tuple[str, int], Figures]
) -> Table:
    rows = []
    for (shape, size), figures in engines.items():
        for step, title in STEPS.items():
            bare = FLOORS.get(step) and floors[shape, size][FLOORS[step]]
            values = {
                "us/node": figures[step] / size * 1e6,
                "floor": bare / size * 1e6 if bare else None,
                "ratio": figures[step] / bare if bare else None,
                "seconds": figures[step],
            }
            bar = _bar(step) if size == _LARGE else None
            rows.append(Row(f"{shape} {size:,}: {title}", values, bar))
    return Table("graphs", "Engine: microseconds a node, and ratio to the floor", tuple(rows))


def _bar(step: str) -> Bar | None:
    if step in ("cold", "cached"):
        return Bar("ratio", LIMIT_RATIO)
    return Bar("seconds", PLAN_SECONDS) if step == "plan" else None


def _memory_table(
    engines: Mapping[tuple[str, int], Figures], floors: Mapping[tuple[str, int], Figures]
) -> Table:
    rows = [
        Row(
            f"{shape} {size:,}",
            {
                "MB": figures["memory"],
                "KB/node": figures["memory"] * 1000 / size,
                "floor MB": floors[shape, size]["memory"],
            },
        )
        for (shape, size), figures in engines.items()
    ]
    return Table("memory", "Engine: peak memory of all steps, above the imports'", tuple(rows))


def _growth_table(small: Figures, large: Figures) -> Table:
    # What one change makes run anew is not the same share of both sizes.
    rows = [
        Row(title, {"times": large[step] / small[step]}, Bar("times", LIMIT_GROWTH))
        for step, title in STEPS.items()
        if step != "changed"
    ]
    title = "Engine: growth of time from 1,000 to 10,000 layered nodes (10 is linear)"
    return Table("growth", title, tuple(rows))
