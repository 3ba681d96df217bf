"""Between sending and learning the id: nothing is sent twice on a guess."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from engine.money import Budget
from engine.request import Request as RunRequest
from engine.store import Job, JobState
from nodes.models import ModelInfo
from nodes.remote.adapter import Answer, Call, NotTaken, RemoteJob
from nodes.remote.breaker import FAILURES, REST, Breaker
from nodes.remote.session import Session
from nodes.requests import Request
from tests.support.fake_provider import PRICE, FakeProvider
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench, engine_for

LOST = [
    Reply(silent=True, after=True),
    Reply(500, after=True),
    Reply(json=["no", "object"], after=True),
    Reply(body=b"<html>", after=True),
    Reply(json={"id": "job"}, length=500, after=True),
    Reply(json={"id": "", "status_url": "", "cancel_url": ""}, after=True),
    Reply(302, headers={"Location": "http://127.0.0.1:1/"}, after=True),
    Reply(body=b"x", headers={"Content-Encoding": "br"}, after=True),
]
"""Answers to a submission that was accepted, which do not tell so."""


def bench_of(folder: Path, *, keyed: bool, findable: bool) -> RemoteBench:
    provider = FakeProvider(keyed=keyed, findable=findable)
    provider.start()
    return RemoteBench(folder, provider)


def close(bench: RemoteBench) -> None:
    bench.home.close()
    bench.provider.stop()


@pytest.mark.parametrize("lost", LOST, ids=lambda reply: str(reply.status))
@pytest.mark.parametrize(("keyed", "findable"), [(True, False), (False, True)])
def test_a_lost_answer_is_made_up_for(
    tmp_path: Path, keyed: bool, findable: bool, lost: Reply
) -> None:
    bench = bench_of(tmp_path, keyed=keyed, findable=findable)
    bench.provider.script("submit", lost)
    report = bench.run(WORKFLOWS["image"])
    if report.status != "done":
        # What another try would not better is left for the next run.
        assert bench.jobs()[0].state is JobState.SUBMITTING
        report = bench.run(WORKFLOWS["image"])
    assert report.status == "done"
    assert bench.provider.submissions == 1
    close(bench)


@pytest.mark.parametrize("lost", LOST, ids=lambda reply: str(reply.status))
def test_without_key_and_look_up_a_person_decides(tmp_path: Path, lost: Reply) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=False)
    bench.provider.script("submit", lost)
    for _ in range(2):
        (failure,) = bench.run(WORKFLOWS["image"]).failures
        assert failure.kind == "local"
        assert "nobody knows whether fake has job 1" in failure.message
        assert "jobs resolve 1 --remote-id ID" in failure.hint
        assert "jobs resolve 1 --not-submitted" in failure.hint
    assert bench.provider.count("submit") == 1
    (job,) = bench.jobs()
    bench.home.journal.submitted(job, "job-1", {})
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.count("submit") == 1
    close(bench)


def test_what_never_left_is_sent_again(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=False)
    bench.provider.stop()
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert failure.kind == "down"
    assert "did not answer 5 times in a row" in failure.message
    assert {job.state for job in bench.jobs()} == {JobState.FAILED}
    assert sum(job.charge for job in bench.jobs()) == 0
    bench.home.close()


def test_a_busy_provider_is_waited_for(bench: RemoteBench) -> None:
    bench.provider.script("submit", Reply(429, headers={"Retry-After": "7"}), Reply(429))
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert any(7.0 <= wait < 8.0 for wait in bench.waits)
    assert bench.provider.submissions == 1


@pytest.mark.parametrize("status", [400, 402, 403, 422])
def test_a_rejection_is_told_at_once(bench: RemoteBench, status: int) -> None:
    bench.provider.script("submit", Reply(status, {"error": "so not"}))
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert f"fake answered {status}: so not" in failure.message
    assert bench.provider.count("submit") == 1
    assert bench.jobs()[0].state is JobState.FAILED


@pytest.mark.parametrize("seconds", [100_000, -100_000], ids=["old", "of a clock set back since"])
def test_a_key_of_unknown_age_is_not_relied_upon(bench: RemoteBench, seconds: int) -> None:
    bench.provider.script("submit", *[Reply(silent=True, after=True)] * 12)
    data = {**WORKFLOWS["image"]}
    bench.run(data)
    (job,) = bench.jobs()
    assert job.state is JobState.SUBMITTING
    bench.provider.scripts.clear()
    bench.home.database.execute("UPDATE jobs SET updated = updated - ?", (seconds,))
    (failure,) = bench.run(data).failures
    assert "nobody knows" in failure.message
    assert bench.provider.submissions == 1


def writable(bench: RemoteBench, whether: bool) -> None:
    """Let the journal be written to, or not."""
    with bench.home.journal._using() as database:
        database.execute(f"PRAGMA query_only = {not whether}")


@pytest.mark.parametrize("keyed", [True, False])
def test_an_id_that_cannot_be_written_down_is_told(tmp_path: Path, keyed: bool) -> None:
    bench = bench_of(tmp_path, keyed=keyed, findable=False)
    bench.runner._hook = lambda step: writable(bench, step != "sent")
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert "fake has taken job 1 as job-1" in failure.message
    assert "the database cannot be written to" in failure.message
    assert ("jobs resolve 1 --remote-id job-1" in failure.hint) is not keyed
    writable(bench, True)
    bench.runner._hook = lambda step: None
    if not keyed:
        assert "nobody knows" in bench.run(WORKFLOWS["image"]).failures[0].message
        bench.home.journal.submitted(bench.jobs()[0], "job-1", {})
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1
    close(bench)


def test_an_id_is_written_down_as_soon_as_that_is_possible(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=False)
    bench.runner._hook = lambda step: writable(bench, step != "sent")

    async def sleep(seconds: float) -> None:
        writable(bench, True)

    bench.engine = engine_for(bench.home, bench.runner, sleep=sleep)
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1
    close(bench)


def test_a_breaker_lets_one_through_after_a_rest() -> None:
    breaker = Breaker("fake")
    for _ in range(FAILURES):
        breaker.check(10.0)
        breaker.failed(10.0)
    with pytest.raises(TaskError) as caught:
        breaker.check(11.0)
    assert caught.value.kind is ErrorKind.DOWN
    breaker.check(10.0 + REST)
    with pytest.raises(TaskError):
        breaker.check(10.5 + REST)
    breaker.answered()
    breaker.check(11.0)


def test_a_good_answer_that_says_no_is_no_doubt(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def submitted(answer: Answer) -> RemoteJob:
        if "busy" in answer.json:
            raise NotTaken("not now", kind=ErrorKind(answer.json["busy"]))
        return RemoteJob(answer.json["id"])

    monkeypatch.setattr(bench.runner.adapter, "submitted", submitted)
    bench.provider.script("submit", Reply(json={"busy": "throttled"}))
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1
    bench.provider.script("submit", Reply(json={"busy": "billing"}))
    flow = {
        "nodes": {"frame": {"type": "draw", "inputs": {"prompt": "a vale"}}},
        "outputs": {"frame": "${frame.image}"},
    }
    (failure,) = bench.run(flow).failures
    assert failure.kind == "billing"
    assert bench.jobs()[0].state is JobState.FAILED


def test_what_is_refused_the_second_time_may_be_sent_under_its_key_again(
    bench: RemoteBench,
) -> None:
    bench.provider.script("submit", Reply(silent=True), Reply(402, {"error": "no credit"}))
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert "nobody knows whether fake has job 1" in failure.message
    assert "no credit" in failure.message
    assert "it is sent under the same key" in failure.hint
    assert "jobs resolve 1 --not-submitted" in failure.hint
    assert "not sent a second time" not in failure.hint
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1


def in_the_gap(bench: RemoteBench) -> Job:
    """Return a job that a run has written down as on its way, and then never sent."""

    def end(step: str) -> None:
        if step == "submitting":
            raise RuntimeError

    bench.runner._hook = end
    bench.run(WORKFLOWS["image"])
    bench.runner._hook = lambda step: None
    (job,) = bench.jobs()
    assert job.state is JobState.SUBMITTING
    return job


def run_for(bench: RemoteBench, most: str) -> RunReport:
    """Run for so many dollars at most."""
    document = bench.document(WORKFLOWS["image"])
    graph, _ = bench.engine.bind(document)
    run = partial(bench.engine.run, budget=Budget(run=Decimal(most)))
    return anyio.run(run, document, graph, RunRequest.parse(graph))


def test_a_job_that_is_sent_anew_is_held_against_the_budget_of_its_run(tmp_path: Path) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=True)
    in_the_gap(bench)
    report = run_for(bench, "0.03")
    assert (report.exit_code, bench.provider.submissions) == (4, 0)
    report = run_for(bench, "0.04")
    assert (report.status, bench.provider.submissions) == ("done", 1)
    assert bench.jobs()[0].run == report.run
    close(bench)


def test_while_a_job_is_in_doubt_a_missing_key_has_no_other_model_tried(bench: RemoteBench) -> None:
    job = in_the_gap(bench)
    bench.engine = engine_for(bench.home, bench.runner, key="")
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert (failure.kind, failure.message) == ("local", "there is no key for fake")
    assert failure.hint == (
        "`reelgraph keys` says where it is looked for. Whether fake has job 1 is in doubt: run "
        "again to find out, or settle it by hand as `reelgraph jobs` says."
    )
    assert bench.jobs() == [job]


class TestWhatIsSentAgainUnderItsKey:
    def test_it_is_booked_to_the_run_that_sends_it(self, bench: RemoteBench) -> None:
        first = in_the_gap(bench)
        report = run_for(bench, "0.04")
        assert (report.status, bench.provider.submissions) == ("done", 1)
        (job,) = bench.jobs()
        assert (first.run, job.run) == (1, report.run)
        assert job.idempotency_key == first.idempotency_key
        assert bench.home.journal.spend(run=first.run) == []
        (row,) = bench.home.journal.spend(run=report.run)
        assert row.total == Decimal("0.04")

    def test_it_is_held_against_the_budget_of_that_run_and_stays_in_doubt(
        self, bench: RemoteBench
    ) -> None:
        first = in_the_gap(bench)
        report = run_for(bench, "0.03")
        (failure,) = report.failures
        assert "nobody knows whether fake has job 1" in failure.message
        assert "the budget for this run is $0.03" in failure.message
        assert "it is sent under the same key" in failure.hint
        assert report.exit_code == 4
        assert bench.jobs() == [first]
        assert bench.provider.count("submit") == 0

    def test_a_run_that_ends_before_it_sends_it_is_not_the_one_it_is_booked_to(
        self, bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = in_the_gap(bench)

        async def end(session: Session) -> None:
            raise RuntimeError

        monkeypatch.setattr("nodes.remote.submission.leave_to_call", end)
        assert run_for(bench, "0.04").status == "failed"
        assert bench.jobs() == [first]

    def test_its_key_gets_no_younger(self, bench: RemoteBench) -> None:
        first = in_the_gap(bench)
        bench.provider.script("submit", *[Reply(silent=True)] * 12)
        report = run_for(bench, "0.04")
        (job,) = bench.jobs()
        assert job.state is JobState.SUBMITTING
        assert (job.run, job.updated) == (report.run, first.updated)

    def test_the_run_that_sent_it_holds_it_once(self, bench: RemoteBench) -> None:
        in_the_gap(bench)
        bench.provider.script("submit", Reply(silent=True, after=True), Reply(silent=True))
        assert run_for(bench, "0.04").status == "done"
        assert bench.provider.submissions == 1


class TestPlansOfWhatIsInDoubt:
    def test_it_costs_nothing_or_its_price(self, bench: RemoteBench) -> None:
        in_the_gap(bench)
        plan = bench.plan(WORKFLOWS["image"])
        (task,) = plan.tasks
        assert (task.status, task.reasons[-1].code) == ("run", "doubt")
        assert str(task.reasons[-1]) == (
            "its job is in doubt: sent again only if the provider does not have it"
        )
        assert (plan.cost_low, plan.cost_high) == (Decimal(0), PRICE["image"])

    def test_what_was_to_take_over_a_job_is_priced_as_new(self, bench: RemoteBench) -> None:
        in_the_gap(bench)
        bench.home.database.execute("UPDATE jobs SET request = '{}'")
        plan = bench.plan(WORKFLOWS["image"])
        assert plan.tasks[0].reasons[-1].code == "new"
        assert plan.cost_low == plan.cost_high == PRICE["image"]

    def test_nobody_knows_more_than_when_it_was_sent(self, bench: RemoteBench) -> None:
        in_the_gap(bench)
        bench.home.database.execute("UPDATE jobs SET estimate_high = NULL")
        assert bench.plan(WORKFLOWS["image"]).cost_high is None


def test_a_submission_may_say_itself_how_its_job_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=True)
    adapter = bench.runner.adapter
    submit, find = adapter.submit, adapter.find

    def with_finder(*arguments: Any) -> Call:
        return replace(submit(*arguments), finder=find(arguments[-1], 0.0))

    monkeypatch.setattr(adapter, "submit", with_finder)
    monkeypatch.setattr(adapter, "find", lambda key, since: None)
    bench.provider.script("submit", Reply(silent=True, after=True))
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1
    close(bench)


def test_a_job_that_is_not_found_at_once_is_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of(tmp_path, keyed=False, findable=True)
    adapter = bench.runner.adapter
    found, looks = adapter.found, []

    def found_late(answer: Answer, key: str) -> RemoteJob | None:
        looks.append(key)
        return None if len(looks) == 1 else found(answer, key)

    monkeypatch.setattr(adapter, "found", found_late)
    bench.provider.script("submit", Reply(silent=True, after=True))
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert len(looks) == 2
    assert bench.provider.submissions == 1
    close(bench)


def test_what_costs_is_looked_up_once_and_after_the_budget_was_asked(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare(
        model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        return request if answers else Call("GET", "/v1/me", is_paid=True)

    monkeypatch.setattr(bench.runner.adapter, "prepare", prepare, raising=False)
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.count("/v1/me") == 1
    assert bench.steps.index("reserved") < bench.steps.index("submitting")
    routes = [bench.provider.route(asked) for asked in bench.provider.asked]
    assert routes.index("/v1/me") < routes.index("submit")
    bench.provider.script("/v1/me", Reply(503))
    flow = {
        "nodes": {"frame": {"type": "draw", "inputs": {"prompt": "a vale"}}},
        "outputs": {"frame": "${frame.image}"},
    }
    (failure,) = bench.run(flow).failures
    assert "503" in failure.message
    assert bench.jobs()[0].state is JobState.FAILED
    assert bench.provider.submissions == 1
