"""Runs whose blocking work is done in processes of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from pydantic import SecretStr

from engine.engine import Engine
from engine.events import Event, TaskDone, TaskProgress
from engine.execute import Control, RunReport
from engine.request import Request
from engine.workers import Workers
from tests.support import work
from tests.support.engines import Bench, inspect

pytestmark = pytest.mark.skipif(os.name == "nt", reason="ends processes as POSIX does")


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    workers = Workers()
    yield workers
    workers.close()


@pytest.fixture
def bench(tmp_path: Path, workers: Workers) -> Iterator[Bench]:
    bench = Bench(tmp_path, work.registry())
    bench.engine = Engine(
        bench.home,
        bench.engine.registry,
        inspect,
        secrets=lambda name: SecretStr("hush-hush"),
        workers=workers,
    )
    yield bench
    bench.home.close()


def flow(**types: str) -> dict[str, Any]:
    nodes = {name: {"type": kind, "inputs": {"name": name}} for name, kind in types.items()}
    return {"nodes": nodes}


def output(bench: Bench, node: str) -> Any:
    (made,) = [e for e in bench.events if isinstance(e, TaskDone) and e.node == node]
    return next(iter(made.outputs.values()))


def listening(bench: Bench, hear: Callable[[TaskProgress, Control], None], data: Any) -> RunReport:
    """Run a workflow and have a function called with each progress."""
    document = bench.document(data)
    graph, _ = bench.engine.bind(document)
    bench.events.clear()
    control = Control()

    def emit(event: Event) -> None:
        bench.events.append(event)
        if isinstance(event, TaskProgress):
            hear(event, control)

    return anyio.run(bench.engine.run, document, graph, Request.parse(graph), emit, control)


def test_functions_of_modules_work_there_and_others_here(bench: Bench) -> None:
    report = bench.run(flow(there="where", here="inside"))
    assert report.status == "done"
    assert output(bench, "there") != os.getpid()
    assert output(bench, "here") == os.getpid()


def test_a_crash_fails_its_task_and_no_other(bench: Bench) -> None:
    report = bench.run(flow(bad="crash", good="where", more="where"))
    assert bench.statuses() == {"bad": "failed", "good": "ran", "more": "ran"}
    (failure,) = report.failures
    assert failure.kind == "local"
    assert "ended by SIGSEGV" in failure.message
    assert "codec" in failure.hint


def test_what_crashed_is_done_by_the_next_run(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "crashed"
    data = {"nodes": {"it": {"type": "crash_once", "inputs": {"path": str(path)}}}}
    assert bench.run(data).status == "failed"
    assert bench.run(data).status == "done"


def test_a_fault_is_told_as_one_of_the_node(bench: Bench) -> None:
    (failure,) = bench.run(flow(it="wrong")).failures
    assert failure.message == "the node crashed: ValueError: shallow"
    assert "fault of the node wrong" in failure.hint


def test_a_secret_among_the_arguments_is_a_fault(bench: Bench) -> None:
    (failure,) = bench.run(flow(it="leak")).failures
    assert "a secret is not sent to another process" in failure.message


def test_a_task_is_called_off_by_itself(bench: Bench) -> None:
    def hear(event: TaskProgress, control: Control) -> None:
        control.cancel(event.task)

    report = listening(bench, hear, flow(it="grind", other="where"))
    assert bench.statuses() == {"it": "stopped", "other": "ran"}
    assert report.status == "partial"


def test_a_stopped_run_ends_its_work(bench: Bench) -> None:
    report = listening(bench, lambda event, control: control.stop(), flow(it="grind"))
    assert bench.statuses() == {"it": "stopped"}
    assert report.status == "interrupted"


def test_work_ends_with_the_scope_that_it_was_begun_in(bench: Bench) -> None:
    def hear(event: TaskProgress, control: Control) -> None:
        work.scopes[event.task].cancel()

    report = listening(bench, hear, flow(it="cut_off"))
    assert report.status == "done"
    assert output(bench, "it") == "given up"
