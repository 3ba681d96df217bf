"""Processes that are killed, and processes that share one home."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from engine.store import verify
from tests.support import crash
from tests.support.engines import Bench

KILLS = 12
"""Enough of them that they hit all kinds of moments."""
TASKS = 200

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.support.crash"])
    return context


def start(processes: ForkServerContext, folder: Path, generation: int, tasks: int) -> BaseProcess:
    process = processes.Process(target=crash.run, args=(folder, generation, tasks))
    process.start()
    return process


def lines(folder: Path) -> list[tuple[str, str]]:
    path = folder / "log"
    text = path.read_text("utf-8") if path.exists() else ""
    return [(line.split()[0], line.split()[1]) for line in text.splitlines()]


def wait_for_work(folder: Path, process: BaseProcess) -> None:
    """Wait until the process has begun with its first task, or is done."""
    while process.is_alive() and not lines(folder):
        time.sleep(0.001)


def test_a_kill_at_any_moment_costs_at_most_what_was_running(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    chance = random.Random(20)
    generation, done, kills = 0, set[str](), 0
    while kills < KILLS:
        process = start(processes, tmp_path, generation, TASKS)
        wait_for_work(tmp_path, process)
        process.join(chance.uniform(0.0, 0.08))
        assert process.pid is not None
        if process.is_alive():
            kills += 1
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        happened = lines(tmp_path)
        started = Counter(task for what, task in happened if what == "start")
        assert set(started.values()) <= {1}
        assert not started.keys() & done, "what was told to be done was done again"
        done |= {task for what, task in happened if what == "done"}
        # Only what ran at the moment of the kill, or ended then, has nothing to show for it.
        assert len(started.keys() - done) <= 2 * crash.JOBS
        (tmp_path / "log").unlink(missing_ok=True)
        if process.exitcode == 0:
            assert len(done) == TASKS
            generation, done = generation + 1, set()
    bench = Bench(tmp_path, crash.registry())
    plan = bench.plan(crash.workflow(tmp_path, generation, TASKS))
    assert done <= {task.task for task in plan.tasks if task.status == "cached"}
    statuses = {run.status for run in bench.home.history.runs(limit=10 * KILLS)}
    assert statuses <= {"done", "died"}
    assert verify(bench.home).ok
    bench.home.close()


def test_two_processes_run_the_same_workflow_at_once(
    tmp_path: Path, processes: ForkServerContext
) -> None:
    both = [start(processes, tmp_path, 0, 100) for _ in range(2)]
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    bench = Bench(tmp_path, crash.registry())
    assert bench.plan(crash.workflow(tmp_path, 0, 100)).count("cached") == 100
    bench.home.close()
