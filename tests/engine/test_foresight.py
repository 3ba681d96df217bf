"""How long what is left of a run takes: limits, paths, lists."""

from __future__ import annotations

import heapq
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.foresight import Course, Left, Step, course_of
from engine.request import Request
from engine.store.durations import Durations
from tests.support.engines import Bench


def step(*needs: str, pool: str = "media", limit: int = 2, axes: str = "") -> Step:
    return Step(pool, limit, needs, frozenset(axes))


def test_a_pool_takes_so_many_at_a_time() -> None:
    course = Course({"a": step(), "b": step()})
    assert course.seconds_left({"a": Left(6, 1.0), "b": Left(2, 4.0)}) == 7.0


def test_pools_work_side_by_side() -> None:
    course = Course({"a": step(), "b": step(pool="fal", limit=8)})
    assert course.seconds_left({"a": Left(6, 1.0), "b": Left(8, 9.0)}) == 9.0


def test_on_a_path_one_waits_for_the_other() -> None:
    course = Course({"a": step(), "b": step("a"), "c": step("b")})
    work = {"a": Left(0, 0.0, [0.5]), "b": Left(1, 2.0), "c": Left(1, 4.0)}
    assert course.seconds_left(work) == 6.5


def test_a_film_is_cut_when_its_last_shot_is_there() -> None:
    course = Course({
        "board": step(pool=""),
        "frame": step("board", pool="fal", limit=4, axes="s"),
        "clip": step("frame", pool="kling", limit=4, axes="s"),
        "film": step("clip"),
    })  # fmt: skip
    work = {"frame": Left(8, 1.0), "clip": Left(8, 10.0), "film": Left(1, 5.0)}
    assert course.seconds_left(work) == 1.0 + 20.0 + 5.0


def test_a_task_that_runs_counts_with_what_is_left_of_it() -> None:
    course = Course({"a": step(limit=1)})
    assert course.seconds_left({"a": Left(1, 3.0, [1.0])}) == 4.0


def test_nothing_left_takes_no_time() -> None:
    assert Course({"a": step()}).seconds_left({}) == 0.0
    assert Course({"a": step()}).seconds_left({"a": Left()}) == 0.0


Work = tuple[int, int, float]
"""Limit, tasks and seconds of a node."""
works = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5), st.floats(0.1, 9.0)), max_size=5)


@given(works)
def test_a_line_of_nodes_is_never_done_sooner(nodes: list[Work]) -> None:
    """Each is a list that the next goes through item by item, with a limit of its own."""
    names = [f"n{i}" for i in range(len(nodes))]
    items = min((tasks for _, tasks, _ in nodes), default=0)
    steps = {
        name: Step(name, limit, tuple(names[i - 1 : i]) if i else (), frozenset("s"))
        for i, (name, (limit, _, _)) in enumerate(zip(names, nodes, strict=True))
    }
    left = {name: Left(items, each) for name, (_, _, each) in zip(names, nodes, strict=True)}
    assert Course(steps).seconds_left(left) <= _played_out(nodes, items) + 1e-6


def _played_out(nodes: list[Work], items: int) -> float:
    """Return how long it takes when every task begins as soon as it can."""
    ready = [0.0] * items
    for limit, _, each in nodes:
        free = [0.0] * limit
        ready.sort()
        for item, at in enumerate(ready):
            ready[item] = max(at, heapq.heappop(free)) + each
            heapq.heappush(free, ready[item])
    return max(ready, default=0.0)


FILM: dict[str, Any] = {
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "one\ntwo\nthree"}},
        "frame": {"type": "picture", "inputs": {"name": "${board.shots.prompt}"}},
        "tell": {"type": "describe", "inputs": {"image": "${frame.image}"}},
    }
}


@pytest.fixture
def bench(tmp_path: Path) -> Any:
    bench = Bench(tmp_path)
    yield bench
    bench.home.close()


def test_the_course_of_a_graph(bench: Bench) -> None:
    graph, _ = bench.engine.bind(bench.document(FILM))
    durations = Durations({"picture": 2.0}, {("picture", ""): 2.0})
    course = course_of(graph, Request(jobs=3), durations)
    frame, tell = course.step("frame"), course.step("tell")
    assert (frame.expected, tell.expected, course.step("board").expected) == (2.0, None, 0.0)
    assert (tell.needs, tell.axes == frame.axes, frame.limit) == (("frame",), True, 3)


def test_a_plan_says_how_long_only_of_what_has_run_before(bench: Bench) -> None:
    assert bench.plan(FILM).elapsed is None
    bench.run(FILM)
    assert bench.plan(FILM).elapsed == 0.0
    again = bench.plan(FILM, redo=["frame"])
    assert again.elapsed is not None
    durations = bench.home.history.durations()
    picture, describe = durations.of("picture"), durations.of("describe")
    assert picture is not None
    assert describe is not None
    assert again.elapsed == pytest.approx(picture + describe, rel=0.5)
