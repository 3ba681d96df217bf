"""Jobs without their workflow: resumed, canceled, told of by a webhook."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

import anyio
import pytest

from engine import Image, TaskError
from engine._taskcontext import TaskContext
from engine.events import TaskDone, TaskProgress
from engine.money import Budget
from engine.request import Request as RunRequest
from engine.store import Job, JobState
from nodes.asking import in_turn
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request
from tests.support.fake_provider import PRICE
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench

T = TypeVar("T")


def act(bench: RemoteBench, do: Callable[[RemoteProvider, TaskContext], Awaitable[T]]) -> T:
    """Do something with the runner, as a command does that has no run."""

    async def main() -> T:
        document = bench.document(WORKFLOWS["image"])
        workshop = bench.engine._workshop(document, bench.events.append)
        context = TaskContext(workshop, "job", "job", "")
        try:
            return await do(bench.runner, context)
        finally:
            await context.close()
            await workshop.close()

    return anyio.run(main)


def left_alone(
    bench: RemoteBench,
    polls: int = 10,
    flow: Mapping[str, Any] = WORKFLOWS["image"],
    to: Sequence[str] = (),
) -> Job:
    """Return a job that a run has submitted and then given up on."""
    bench.provider.plan.polls = polls
    bench.runner.adapter.deadline = 0.0
    bench.run(flow, to=to)
    bench.runner.adapter.deadline = 600.0
    (job,) = bench.jobs()
    assert job.state is JobState.SUBMITTED
    return job


def test_a_result_is_fetched_without_its_workflow(bench: RemoteBench) -> None:
    job = left_alone(bench)
    made = act(bench, lambda runner, ctx: runner.resume_job(job, ctx))
    assert isinstance(made.files[0], Image)
    assert bench.jobs()[0].state is JobState.STORED
    again = act(bench, lambda runner, ctx: runner.resume_job(job, ctx))
    assert again == made
    report = bench.run(WORKFLOWS["image"])
    assert report.outputs["frame"] == made.files[0]
    assert bench.provider.submissions == 1


def test_there_is_nothing_to_fetch_of_a_failed_job(bench: RemoteBench) -> None:
    bench.provider.plan.failing["a hill"] = "refused"
    bench.run(WORKFLOWS["image"])
    (job,) = bench.jobs()
    with pytest.raises(TaskError, match="is failed: nothing to fetch"):
        act(bench, lambda runner, ctx: runner.resume_job(job, ctx))


def test_a_job_is_canceled_at_the_provider(bench: RemoteBench) -> None:
    job = left_alone(bench)
    assert act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))
    (job,) = bench.jobs()
    assert (job.state, job.cost) == (JobState.CANCELED, Decimal(0))
    assert bench.provider.jobs["job-1"].state == "canceled"
    assert not act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))


def test_what_ends_before_it_is_canceled_is_kept(bench: RemoteBench) -> None:
    job = left_alone(bench, polls=2)
    bench.provider.script("cancel", Reply(202))
    assert not act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))
    assert bench.jobs()[0].state is JobState.STORED


def test_a_refused_cancellation_is_told(bench: RemoteBench) -> None:
    job = left_alone(bench)
    bench.provider.script("cancel", Reply(409, {"error": "it runs already"}))
    with pytest.raises(TaskError, match="it runs already"):
        act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))
    assert bench.jobs()[0].state is JobState.SUBMITTED


def test_a_job_that_would_be_harmed_is_not_canceled(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = left_alone(bench)
    seen: list[JobStatus] = []

    def may_cancel(status: JobStatus) -> bool:
        seen.append(status)
        return len(seen) > 1

    monkeypatch.setattr(bench.runner.adapter, "may_cancel", may_cancel, raising=False)
    assert not act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))
    assert bench.provider.count("cancel") == 0
    assert seen[0].phase in (JobPhase.QUEUED, JobPhase.RUNNING)
    assert act(bench, lambda runner, ctx: runner.cancel_job(job, ctx))
    assert bench.provider.count("cancel") == 1


def test_a_webhook_ends_a_job_once(bench: RemoteBench) -> None:
    job = left_alone(bench)
    files = (RemoteFile(f"{bench.provider.url}/files/job-1?v=0", "image"),)
    end = JobStatus(JobPhase.SUCCEEDED, files=files, cost=Decimal("0.04"), billed="billed")

    def deliver(status: JobStatus) -> Any:
        return act(bench, lambda runner, ctx: runner.deliver(job, status, ctx))

    assert deliver(JobStatus(JobPhase.RUNNING)) is None
    assert deliver(end).files
    assert deliver(end) is None
    assert bench.jobs()[0].state is JobState.STORED
    assert bench.provider.count("status") == 1


def test_a_price_is_asked_for(bench: RemoteBench) -> None:
    request = Request("text_to_image", "fake/image", prompt="a")
    price = act(bench, lambda runner, ctx: runner.quote(request, ctx))
    assert price is not None
    assert (price.high, price.source) == (Decimal("0.04"), "asked")
    bench.provider.script("estimate", Reply(422))
    with pytest.raises(TaskError, match="fake answered 422"):
        act(bench, lambda runner, ctx: runner.quote(request, ctx))


def test_a_key_is_probed(bench: RemoteBench) -> None:
    assert act(bench, lambda runner, ctx: runner.accepts_key(ctx))
    bench.provider.script("/v1/me", Reply(401))
    assert not act(bench, lambda runner, ctx: runner.accepts_key(ctx))


def test_an_unknown_model_is_told(bench: RemoteBench) -> None:
    request = Request("text_to_image", "fake/other", prompt="a")
    with pytest.raises(TaskError, match="no model 'fake/other'"):
        act(bench, lambda runner, ctx: runner.make(request, ctx))


def test_what_the_provider_said_stands_before_what_the_budget_does_not_allow(
    bench: RemoteBench,
) -> None:
    left_alone(bench, polls=2)
    bench.provider.plan.failing["a hill"] = "failed"
    document = bench.document(WORKFLOWS["image"])
    graph, _ = bench.engine.bind(document)
    run = partial(bench.engine.run, budget=Budget(run=Decimal(0)))
    report = anyio.run(run, document, graph, RunRequest.parse(graph))
    (failure,) = report.failures
    assert failure.message == (
        "fake/image failed: because of a hill; no other call was made, as the budget for this run "
        "is $0.00: $0.00 is spent or reserved, and this call may cost $0.04"
    )
    assert "Raise the limit" in failure.hint
    assert (report.exit_code, bench.provider.submissions) == (4, 1)


class TestTime:
    @pytest.fixture(autouse=True)
    def known(self, bench: RemoteBench) -> None:
        """Something like it has taken a minute."""
        bench.run({"nodes": {"frame": {"type": "draw", "inputs": {"prompt": "a vale"}}}})
        bench.home.database.execute("UPDATE cache SET seconds = 60.0")
        with bench.home.journal._using() as database:
            database.execute("UPDATE jobs SET created = created - 100")

    @pytest.fixture
    def job(self, bench: RemoteBench, known: None) -> Job:
        """A job that has been with its provider for some time."""
        bench.provider.plan.polls = 10
        bench.runner.adapter.deadline = 0.0
        bench.run(WORKFLOWS["image"])
        bench.runner.adapter.deadline = 600.0
        database = bench.home.database
        database.execute("UPDATE jobs SET created = created - 50, updated = updated - 50")
        job = bench.jobs()[0]
        assert job.state is JobState.SUBMITTED
        return job

    def test_a_plan_counts_what_the_job_has_taken_already(
        self, bench: RemoteBench, job: Job
    ) -> None:
        assert bench.plan(WORKFLOWS["image"]).tasks[0].seconds == pytest.approx(10.0, abs=3.0)

    def test_what_has_ended_there_takes_no_time(self, bench: RemoteBench, job: Job) -> None:
        bench.home.journal.finished(job, [], None)
        assert bench.plan(WORKFLOWS["image"]).tasks[0].seconds == 0.0

    def test_a_run_tells_and_remembers_it(self, bench: RemoteBench, job: Job) -> None:
        assert bench.run(WORKFLOWS["image"]).status == "done"
        ages = [event.age for event in bench.events if isinstance(event, TaskProgress)]
        assert 50.0 <= max(ages) < 60.0
        (done,) = (event for event in bench.events if isinstance(event, TaskDone))
        assert 50.0 <= done.seconds < 60.0
        mean = bench.home.history.durations().of("draw", "1")
        assert mean == pytest.approx(57.5, abs=3.0)

    def test_how_long_a_job_took_that_nobody_watched_is_not_known(
        self, bench: RemoteBench, job: Job
    ) -> None:
        bench.provider.plan.polls = 1
        assert bench.run(WORKFLOWS["image"]).status == "done"
        assert bench.home.history.durations().of("draw", "1") == 60.0


class TestPlans:
    def test_what_is_under_way_costs_nothing_more(self, bench: RemoteBench) -> None:
        assert bench.plan(WORKFLOWS["image"]).cost_high == PRICE["image"]
        left_alone(bench)
        plan = bench.plan(WORKFLOWS["image"])
        (task,) = plan.tasks
        assert (task.status, task.reasons[-1].code) == ("run", "attached")
        assert plan.cost_high == 0
        assert bench.run(WORKFLOWS["image"]).exit_code == 0
        assert bench.provider.submissions == 1

    def test_the_plan_names_the_task_that_the_job_was_made_for(self, bench: RemoteBench) -> None:
        alike = {"frame": {"type": "draw", "inputs": {"prompt": "a hill", "seed": [1, 1, 1]}}}
        left_alone(bench, flow={"nodes": alike}, to=["frame[3]"])
        assert [job.task for job in bench.jobs()] == ["frame[3]"]
        first, second, third = bench.plan({"nodes": alike}).tasks
        assert (third.status, third.reasons[-1].code) == ("run", "attached")
        assert (first.status, second.status) == ("shared", "shared")
        assert str(first.reasons[0]) == str(second.reasons[0]) == "the same work as frame[3]"

    def test_a_job_that_is_gone_on_with_has_the_name_of_the_task_that_does(
        self, bench: RemoteBench
    ) -> None:
        two = {"frame": {"type": "draw", "inputs": {"prompt": "a hill", "seed": [1, 2]}}}
        left_alone(bench, flow={"nodes": two}, to=["frame[2]"])
        one = {"shot": {"type": "draw", "inputs": {"prompt": "a hill", "seed": 2}}}
        left_alone(bench, flow={"nodes": one})
        assert [job.task for job in bench.jobs()] == ["shot"]
        assert bench.provider.submissions == 1

    def test_what_is_made_anew_costs_again(self, bench: RemoteBench) -> None:
        bench.run(WORKFLOWS["image"])
        assert bench.plan(WORKFLOWS["image"]).cost_high == 0
        plan = bench.plan(WORKFLOWS["image"], redo=["frame"])
        assert plan.cost_high == PRICE["image"]

    def test_takes_are_told_apart(self, bench: RemoteBench) -> None:
        left_alone(bench)
        take = {"type": "draw", "inputs": {"prompt": "a hill", "seed": [1, 2]}}
        same = {"type": "draw", "inputs": {"prompt": "a hill"}}
        flow = {
            "nodes": {"frame": take, "same": same},
            "outputs": {"frames": "${frame.image}", "same": "${same.image}"},
        }
        plan = bench.plan(flow)
        assert [task.price.high for task in plan.tasks] == [PRICE["image"], PRICE["image"], 0]

    def test_the_model_that_has_a_job_is_asked_first(self, bench: RemoteBench) -> None:
        job = left_alone(bench)
        models = ["other/model", "fake/image"]

        async def main(key: str) -> list[str]:
            async with bench.engine.outside(key=key) as ctx:
                return in_turn(models, ctx)

        assert anyio.run(main, job.task_key) == ["fake/image", "other/model"]
        assert anyio.run(main, "0" * 64) == models
