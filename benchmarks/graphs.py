"""What the engine costs for each node of a graph whose nodes cost nothing, against the floor."""

from __future__ import annotations

import gc
import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
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
_CPU = " cpu"

T = TypeVar("T")
Figures = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, and what was measured with it, round by round."""

    shape: str
    size: int
    engine: list[Figures] = field(default_factory=list)
    floor: list[Figures] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.shape} {self.size:,}"

    def measure(self) -> None:
        """Add a round."""
        given = {"shape": self.shape, "size": self.size}
        self.engine.append(in_child(f"{__name__}:measure_engine", **given))
        self.floor.append(in_child(f"{__name__}:measure_floor", **given))


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Measure every graph; all take turns, so that a noisy minute is one round of each."""
    rounds = 1 if quick else 5
    if quick:
        cases = [Case(shape, 300) for shape in SHAPES]
    else:
        cases = [*(Case(shape, 1000) for shape in SHAPES), Case("layered", _LARGE)]
    for number in range(1, rounds + 1):
        for case in cases:
            tell(f"{case}, round {number} of {rounds}")
            case.measure()
    tables = [_time_table(cases), _memory_table(cases)]
    return tables if quick else [*tables, _growth_table(*cases[-2:])]


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
    """Seconds of each step by name, and of work by this process by name and `_CPU`."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, name: str, call: Callable[[], T]) -> T:
        # What an earlier step left behind is not this one's to clean up.
        gc.collect()
        start, start_work = time.perf_counter(), time.process_time()
        result = call()
        self.seconds[name] = time.perf_counter() - start
        self.seconds[name + _CPU] = time.process_time() - start_work
        return result


# -- tables ------------------------------------------------------------------------------------


def _median(rounds: list[Figures], name: str) -> float:
    return statistics.median(figures[name] for figures in rounds)


def _ratio(over: list[Figures], name: str, under: list[Figures], under_name: str) -> float:
    """Return the median of the ratios of the rounds; what is slow in one is slow in both."""
    pairs = zip(over, under, strict=True)
    return statistics.median(a[name] / b[under_name] for a, b in pairs)


def _cpu_ratio(case: Case, step: str, bare: str) -> float:
    """Return the ratio of the work alone, which neighbours on the machine disturb least."""
    return _ratio(case.engine, step + _CPU, case.floor, bare + _CPU)


def _time_table(cases: list[Case]) -> Table:
    rows = []
    for case in cases:
        for step, title in STEPS.items():
            bare = FLOORS.get(step)
            seconds = _median(case.engine, step)
            values = {
                "us/node": seconds / case.size * 1e6,
                "floor": _median(case.floor, bare) / case.size * 1e6 if bare else None,
                "ratio": _ratio(case.engine, step, case.floor, bare) if bare else None,
                "CPU ratio": _cpu_ratio(case, step, bare) if bare else None,
                "seconds": seconds,
            }
            bar = _bar(step) if case.size == _LARGE else None
            rows.append(Row(f"{case}: {title}", values, bar))
    return Table("graphs", "Engine: microseconds a node, and ratio to the floor", tuple(rows))


def _bar(step: str) -> Bar | None:
    if step in ("cold", "cached"):
        return Bar("ratio", LIMIT_RATIO)
    return Bar("seconds", PLAN_SECONDS) if step == "plan" else None


def _memory_table(cases: list[Case]) -> Table:
    rows = []
    for case in cases:
        ours, bare = (_median(rounds, "memory") for rounds in (case.engine, case.floor))
        values = {"MB": ours, "KB/node": ours * 1000 / case.size, "floor MB": bare}
        rows.append(Row(str(case), values))
    return Table("memory", "Engine: peak memory of all steps, above the imports'", tuple(rows))


def _growth_table(small: Case, large: Case) -> Table:
    rows = []
    for step, title in STEPS.items():
        # What one change makes run anew is not the same share of both sizes.
        if step == "changed":
            continue
        bare = FLOORS.get(step)
        values = {
            "times": _growth(small.engine, large.engine, step),
            "floor": _growth(small.floor, large.floor, bare) if bare else None,
        }
        rows.append(Row(title, values, Bar("times", LIMIT_GROWTH)))
    title = "Engine: growth of CPU time from 1,000 to 10,000 layered nodes (10 is linear)"
    return Table("growth", title, tuple(rows))


def _growth(small: list[Figures], large: list[Figures], step: str) -> float:
    return _ratio(large, step + _CPU, small, step + _CPU)
