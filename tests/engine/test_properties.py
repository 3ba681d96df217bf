"""Any graph: tasks wait for what they need, limits hold, results are those of a plain evaluator."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.events import Event, TaskDone, TaskStarted
from engine.graph import parse_task
from tests.support import nodes as support
from tests.support.engines import Bench

Data = dict[str, Any]
Index = tuple[int, ...]
Axes = tuple[str, ...]

quick = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Model:
    """Evaluates small workflows of `add`, `range` and `total` nodes item by item, the plain way.

    A node's value is a mapping from places along its axes to numbers; axes are named, and their
    lengths are known from the start.
    """

    def __init__(self) -> None:
        self.nodes: Data = {}
        self.axes: dict[str, Axes] = {}
        self.values: dict[str, dict[Index, int]] = {}
        self.lengths: dict[str, int] = {}

    def places(self, axes: Axes) -> Iterator[Index]:
        return itertools.product(*(range(self.lengths[axis]) for axis in axes))

    def add_list(self, name: str, numbers: list[int]) -> None:
        """Add a node that is mapped over literal takes."""
        axis = f"{name}.a"
        self.nodes[name] = {"type": "add", "inputs": {"a": numbers}}
        self.lengths[axis] = len(numbers)
        self.axes[name] = (axis,)
        self.values[name] = {(i,): number for i, number in enumerate(numbers)}

    def add_sum(self, name: str, left: str, right: str, over: str, takes: list[int]) -> bool:
        """Add a node that adds two others; False if their axes cannot meet."""
        spec: Data = {
            "type": "sum",
            "inputs": {"a": f"${{{left}.integer}}", "b": f"${{{right}.integer}}"},
        }
        if over:
            spec["over"] = over
        joined = self.join(self.axes[left], self.axes[right], over)
        if joined is None:
            return False
        axes, same = joined
        if takes:
            spec["inputs"]["c"] = takes
            self.lengths[f"{name}.c"] = len(takes)
            axes = (*axes, f"{name}.c")
        values: dict[Index, int] = {}
        for place in self.places(axes):
            at = dict(zip(axes, place, strict=True))
            at |= {other: at[first] for other, first in same.items()}
            a = self.values[left][tuple(at[axis] for axis in self.axes[left])]
            b = self.values[right][tuple(at[axis] for axis in self.axes[right])]
            values[place] = a + b + (takes[place[-1]] if takes else 0)
        self.nodes[name], self.axes[name], self.values[name] = spec, axes, values
        return True

    def join(self, left: Axes, right: Axes, over: str) -> tuple[Axes, dict[str, str]] | None:
        if set(left) <= set(right) or set(right) <= set(left):
            return max(left, right, key=len), {}
        if over == "product":
            return tuple(dict.fromkeys(left + right)), {}
        rest_left = [axis for axis in left if axis not in right]
        rest_right = [axis for axis in right if axis not in left]
        if over != "zip" or len(rest_left) != len(rest_right):
            return None
        pairs = list(zip(rest_left, rest_right, strict=True))
        if any(self.lengths[a] != self.lengths[b] for a, b in pairs):
            return None
        return left, {b: a for a, b in pairs}

    def add_total(self, name: str, source: str) -> None:
        """Add a node that adds up the last axis of another."""
        self.nodes[name] = {"type": "total", "inputs": {"numbers": f"${{{source}.integer}}"}}
        axes = self.axes[source][:-1]
        values = dict.fromkeys(self.places(axes), 0)
        for place, number in self.values[source].items():
            values[place[:-1] if self.axes[source] else ()] += number
        self.axes[name], self.values[name] = axes, values

    def nested(self, name: str) -> Any:
        return self._nested(name, (), self.axes[name])

    def _nested(self, name: str, place: Index, axes: Axes) -> Any:
        if not axes:
            return self.values[name][place]
        return [self._nested(name, (*place, i), axes[1:]) for i in range(self.lengths[axes[0]])]


@st.composite
def models(draw: st.DrawFn) -> Model:
    model = Model()
    for i in range(draw(st.integers(1, 3))):
        model.add_list(f"l{i}", draw(st.lists(st.integers(0, 9), max_size=3)))
    for i in range(draw(st.integers(1, 8))):
        names = list(model.nodes)
        left, right = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        if draw(st.integers(0, 2)) == 0:
            model.add_total(f"t{i}", left)
            continue
        over = draw(st.sampled_from(["product", "zip", ""]))
        takes = draw(st.lists(st.integers(10, 12), max_size=2))
        if (
            not model.add_sum(f"s{i}", left, right, over, takes)
            or len(model.values.get(f"s{i}", ())) > 200
        ):
            for kept in (model.nodes, model.axes, model.values):
                kept.pop(f"s{i}", None)
    return model


@given(model=models(), jobs=st.integers(1, 5))
@quick
def test_results_are_those_of_a_plain_evaluator(
    tmp_path_factory: pytest.TempPathFactory, model: Model, jobs: int
) -> None:
    support.reset()
    bench = Bench(tmp_path_factory.mktemp("model"))
    data = {"nodes": model.nodes, "outputs": {name: f"${{{name}.integer}}" for name in model.nodes}}
    report = bench.run(data, jobs=jobs)
    assert report.exit_code == 0
    assert report.outputs == {name: model.nested(name) for name in model.nodes}
    assert len(bench.statuses()) == sum(len(values) for values in model.values.values())
    _follows_the_wires(bench.events, model)
    _stays_within(bench.events, jobs)
    again = bench.run(data)
    assert (again.counts["ran"], again.outputs) == (0, report.outputs)
    bench.home.close()


def _follows_the_wires(events: list[Event], model: Model) -> None:
    """No task starts before every task of the nodes it needs that it could need has ended."""
    done: set[tuple[str, Index]] = set()
    for event in events:
        if isinstance(event, TaskDone):
            done.add((event.node, parse_task(event.task)[1] or ()))
        elif isinstance(event, TaskStarted):
            index = parse_task(event.task)[1] or ()
            here = dict(zip(model.axes[event.node], index, strict=True))
            for source in _sources(model.nodes[event.node]):
                for place in model.values[source]:
                    there = dict(zip(model.axes[source], place, strict=True))
                    shared = here.keys() & there.keys()
                    is_zip = model.nodes[event.node].get("over") == "zip"
                    if not is_zip and all(here[axis] == there[axis] for axis in shared):
                        needed = shared == there.keys() or event.node.startswith("t")
                        assert (source, place) in done or not needed


def _sources(spec: Data) -> set[str]:
    texts = [value for value in spec["inputs"].values() if isinstance(value, str)]
    return {text[2:].partition(".")[0] for text in texts}


def _stays_within(events: list[Event], jobs: int) -> None:
    at_work = 0
    for event in events:
        if isinstance(event, TaskStarted):
            at_work += 1
            # What ended is told in batches, when the loop has stored it: a whole one may be open.
            assert at_work <= 2 * jobs
        elif isinstance(event, TaskDone) and event.status == "ran":
            at_work -= 1


@given(
    edges=st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=40),
)
@quick
def test_any_graph_ends_in_a_result_or_in_named_cycles(
    tmp_path_factory: pytest.TempPathFactory, edges: list[tuple[int, int]]
) -> None:
    needs: dict[int, list[int]] = {i: [] for i in range(15)}
    for source, target in edges:
        needs[target].append(source)
    nodes = {
        f"n{i}": {
            "type": "join",
            "inputs": {"texts": [f"{i}", *(f"${{n{source}.text}}" for source in sources)]},
        }
        for i, sources in needs.items()
    }
    support.reset()
    bench = Bench(tmp_path_factory.mktemp("dag"))
    problems = bench.check({"nodes": nodes})
    if any(_reaches(needs, i, i) for i in needs):
        assert {p.code for p in problems} == {"cycle"}
    else:
        assert not problems
        assert bench.run({"nodes": nodes}).exit_code == 0
    bench.home.close()


def _reaches(needs: dict[int, list[int]], start: int, goal: int) -> bool:
    seen: set[int] = set()
    stack = list(needs[start])
    while stack:
        node = stack.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            stack.extend(needs[node])
    return False
