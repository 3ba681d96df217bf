"""Calling off one task of a run: where it waits, runs, or shares its work with others."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import pytest

from engine import Context, Registry, node
from engine.events import Event, TaskProgress, TaskStarted
from engine.execute import Control, RunReport
from engine.request import Request
from tests.support import nodes as support
from tests.support.engines import Bench

Data = dict[str, Any]

gates: dict[str, anyio.Event] = {}


@node(version=1, pool="few")
async def hold(name: str, *, ctx: Context) -> str:
    """Wait until the test opens a gate."""
    support.calls[ctx.task] += 1
    await gates[name].wait()
    return name


@node(version=1)
async def grind(name: str, *, ctx: Context) -> str:
    """Block a thread until it is called off."""

    def work() -> str:
        pause = threading.Event()
        while True:
            ctx.tick(0.5)
            pause.wait(0.001)

    return await ctx.run(work)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    module = ModuleType(__name__)
    module.__dict__.update(hold=hold, grind=grind)
    registry = Registry()
    registry.add_module(module)
    support.reset()
    gates.clear()
    bench = Bench(tmp_path, Registry([*registry, *support.registry()]))
    yield bench
    bench.home.close()


class Canceler:
    """Runs a workflow and calls tasks off as they start; then opens gates."""

    def __init__(self, bench: Bench, calls: Mapping[str, list[str]], **request: Any) -> None:
        self.bench = bench
        self.calls = dict(calls)
        self.control = Control()
        self.told: list[bool] = []
        self.request = request

    def run(self, data: Data) -> RunReport:
        document = self.bench.document(data)
        graph, _ = self.bench.engine.bind(document)
        self.bench.events.clear()

        async def main() -> RunReport:
            gates.update(a=anyio.Event(), b=anyio.Event())
            request = Request.parse(graph, **self.request)
            return await self.bench.engine.run(document, graph, request, self.emit, self.control)

        return anyio.run(main)

    def emit(self, event: Event) -> None:
        self.bench.events.append(event)
        if isinstance(event, TaskStarted | TaskProgress):
            for name in self.calls.pop(event.task, ()):
                if name in gates:
                    gates[name].set()
                else:
                    self.told.append(self.control.cancel(name))


TWO: Data = {
    "nodes": {
        "one": {"type": "hold", "inputs": {"name": "a"}},
        "two": {"type": "hold", "inputs": {"name": "b"}},
        "loud": {"type": "upper", "inputs": {"text": "${one.text}"}},
    }
}


def test_a_running_task_is_cut_off_and_what_needs_it_does_not_run(bench: Bench) -> None:
    canceler = Canceler(bench, {"one": ["one"], "two": ["b"]})
    report = canceler.run(TWO)
    assert bench.statuses() == {"one": "stopped", "two": "ran", "loud": "blocked"}
    assert (report.status, report.exit_code, report.failures) == ("partial", 3, ())
    recorded = {t.node: t.status for t in bench.home.history.tasks(report.run)}
    assert recorded == {"one": "stopped", "two": "done", "loud": "blocked"}


def test_a_run_of_which_nothing_is_left_counts_as_interrupted(bench: Bench) -> None:
    report = Canceler(bench, {"one": ["one", "two"]}).run(TWO)
    assert bench.statuses() == {"one": "stopped", "two": "stopped", "loud": "blocked"}
    assert (report.status, report.exit_code) == ("interrupted", 130)


def test_a_task_that_waits_for_its_turn_never_starts(bench: Bench) -> None:
    report = Canceler(bench, {"one": ["two", "a"]}, limits={"few": 1}).run(TWO)
    assert bench.statuses() == {"one": "ran", "two": "stopped", "loud": "ran"}
    assert support.calls["two"] == 0
    assert report.status == "partial"


def test_a_task_that_waits_for_others_never_starts(bench: Bench) -> None:
    Canceler(bench, {"one": ["loud", "a"], "two": ["b"]}).run(TWO)
    assert bench.statuses() == {"one": "ran", "two": "ran", "loud": "stopped"}


def test_what_is_not_there_or_done_cannot_be_called_off(bench: Bench) -> None:
    canceler = Canceler(bench, {"one": ["nobody", "a"], "two": ["b"], "loud": ["one"]})
    report = canceler.run(TWO)
    assert (report.status, canceler.told) == ("done", [False, False])


def test_work_in_a_thread_unwinds(bench: Bench) -> None:
    data = {"nodes": {"it": {"type": "grind", "inputs": {"name": "x"}}}}
    Canceler(bench, {"it": ["it"]}).run(data)
    assert bench.statuses() == {"it": "stopped"}


SAME: Data = {
    "nodes": {name: {"type": "hold", "inputs": {"name": "a"}} for name in ("one", "two", "three")}
}


def test_others_with_the_same_work_go_on_without_a_running_one(bench: Bench) -> None:
    report = Canceler(bench, {"one": ["one"], "two": ["a"]}).run(SAME)
    assert bench.statuses() == {"one": "stopped", "two": "ran", "three": "shared"}
    assert report.status == "partial"


def test_others_with_the_same_work_go_on_without_a_waiting_one(bench: Bench) -> None:
    nodes = {"first": {"type": "hold", "inputs": {"name": "b"}}, **SAME["nodes"]}
    canceler = Canceler(bench, {"first": ["one", "three", "b"], "two": ["a"]}, limits={"few": 1})
    canceler.run({"nodes": nodes})
    assert bench.statuses() == {
        "first": "ran", "one": "stopped", "two": "ran", "three": "stopped"
    }  # fmt: skip


def test_a_skipped_node_does_not_skip_what_was_called_off(bench: Bench) -> None:
    nodes = {name: dict(spec) for name, spec in TWO["nodes"].items()}
    nodes["one"]["on_error"] = "skip"
    Canceler(bench, {"one": ["one"], "two": ["b"]}).run({"nodes": nodes})
    assert bench.statuses() == {"one": "stopped", "two": "ran", "loud": "blocked"}
