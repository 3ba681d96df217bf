"""Calling off one task of a run: its job is called off at once, and its money is settled."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import anyio
import pytest

from engine.events import Event, TaskProgress, TaskStopped
from engine.execute import Control, RunReport
from engine.money import total
from engine.request import Request
from engine.store import Job, JobState
from tests.support.fake_provider import PRICE
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench

TWICE: dict[str, Any] = {
    "nodes": {
        name: {"type": "draw", "inputs": {"prompt": "a hill"}} for name in ("first", "second")
    }
}


class Canceler:
    """Runs a workflow, calls a task off when its job is under way, and keeps what was then."""

    def __init__(self, bench: RemoteBench, task: str) -> None:
        self.bench = bench
        self.task = task
        self.control = Control()
        self.note = ""
        self.jobs: list[Job] = []
        """Those of the task as it was told that it is stopped."""
        self.act: Callable[[], object] = lambda: self.control.cancel(task)
        self.then: Callable[[], object] = bool

    def run(self, name_or_data: Any = "mapped") -> RunReport:
        data = WORKFLOWS[name_or_data] if isinstance(name_or_data, str) else name_or_data
        document = self.bench.document(data)
        graph, _ = self.bench.engine.bind(document)
        self.bench.provider.plan.polls = 10**9
        request = Request.parse(graph)
        return anyio.run(self.bench.engine.run, document, graph, request, self.emit, self.control)

    def emit(self, event: Event) -> None:
        self.bench.events.append(event)
        match event:
            case TaskProgress(task=self.task) if self.task not in self.bench.statuses():
                self.act()
            case TaskStopped(task=self.task):
                self.note = event.note
                self.jobs = [job for job in self.bench.jobs() if job.task == self.task]
                self.then()
                self.bench.provider.plan.polls = 0


def test_its_job_is_called_off_while_the_run_goes_on(bench: RemoteBench) -> None:
    canceler = Canceler(bench, "frame[2]")
    at_provider: list[str] = []
    canceler.then = lambda: at_provider.extend(j.state for j in bench.provider.jobs.values())
    report = canceler.run()
    assert at_provider.count("canceled") == 1
    (job,) = canceler.jobs
    assert (job.state, job.cost, job.billed) == (JobState.CANCELED, Decimal(0), "not billed")
    assert canceler.note == "called off at fake, not billed"
    assert (report.status, report.remote) == ("partial", ())
    assert report.counts == {
        "cached": 0, "ran": 5, "shared": 0, "failed": 0, "skipped": 0, "blocked": 0, "stopped": 1
    }  # fmt: skip
    spent = total(row.total for row in bench.home.journal.spend(run=report.run))
    assert spent == bench.provider.billed == 5 * PRICE["image"]


def test_what_cannot_be_called_off_is_kept_for_the_next_run(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.runner.adapter, "cancel", lambda job: None)
    canceler = Canceler(bench, "frame")
    report = canceler.run("image")
    assert canceler.note == "fake cannot call it off: it is paid for, and kept for the next run"
    assert [job.state for job in report.remote] == [JobState.SUBMITTED]
    bench.run(WORKFLOWS["image"])
    assert bench.statuses() == {"frame": "ran"}
    assert bench.provider.submissions == 1


def test_what_goes_on_though_it_was_to_be_called_off_is_kept(bench: RemoteBench) -> None:
    bench.provider.script("cancel", Reply(202))
    canceler = Canceler(bench, "frame")
    report = canceler.run("image")
    assert canceler.note == (
        "fake was asked to call it off, but it goes on: it is paid for, and kept for the next run"
    )
    assert [job.state for job in report.remote] == [JobState.SUBMITTED]
    bench.run(WORKFLOWS["image"])
    assert (bench.statuses(), bench.provider.submissions) == ({"frame": "ran"}, 1)


def test_what_a_provider_refuses_to_call_off_is_kept_and_says_why(bench: RemoteBench) -> None:
    bench.provider.script("cancel", Reply(409, {"error": "it runs already"}))
    canceler = Canceler(bench, "frame")
    canceler.run("image")
    assert canceler.note == (
        "fake could not call it off (fake answered 409: it runs already): "
        "it is paid for, and kept for the next run"
    )
    assert canceler.jobs[0].state is JobState.SUBMITTED


def test_what_had_ended_before_is_brought_home(bench: RemoteBench) -> None:
    bench.provider.script("cancel", Reply(202))
    canceler = Canceler(bench, "frame")

    def cancel_late() -> None:
        bench.provider.plan.polls = 0
        canceler.control.cancel("frame")

    canceler.act = cancel_late
    report = canceler.run("image")
    assert canceler.note == "it had ended at fake before: it is paid for, and its result is kept"
    assert (canceler.jobs[0].state, report.remote) == (JobState.STORED, ())


def test_a_provider_that_does_not_answer_is_not_waited_for_without_end(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nodes.remote.calling_off.PATIENCE", 0.0)
    canceler = Canceler(bench, "frame")
    canceler.run("image")
    assert canceler.note.startswith("fake did not answer in time: ")
    assert canceler.jobs[0].state is JobState.SUBMITTED


def test_a_job_that_another_task_needs_as_well_goes_on(bench: RemoteBench) -> None:
    canceler = Canceler(bench, "first")
    report = canceler.run(TWICE)
    assert canceler.note == "its work goes on for second"
    assert bench.statuses() == {"first": "stopped", "second": "ran"}
    assert (bench.provider.submissions, report.remote) == (1, ())


def test_a_run_that_is_stopped_calls_nothing_off(bench: RemoteBench) -> None:
    canceler = Canceler(bench, "frame")
    canceler.act = canceler.control.stop
    report = canceler.run("image")
    assert (canceler.note, report.status) == ("", "interrupted")
    assert [job.state for job in report.remote] == [JobState.SUBMITTED]
    assert report.counts["stopped"] == 1
    assert bench.provider.count("cancel") == 0
