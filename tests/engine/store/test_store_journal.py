"""The journal: which steps are allowed, what survives, who drives a job, what gc leaves alone."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import StoreError
from engine.money import Budget, OverBudgetError
from engine.store import CacheEntry, Home, Job, JobState, gc, verify
from engine.store.job import NEXT
from engine.store.locks import Lock
from engine.values import File, encode

KEY = "a" * 64
ROOT = Path(__file__).parents[3]
Reserve = Callable[..., Job]


@pytest.fixture
def reserve(home: Home) -> Reserve:
    def make(key: str = KEY, **fields: Any) -> Job:
        values: dict[str, Any] = {
            "key": f"{key}/fal/model",
            "task": "frame[3]",
            "workflow": "film.json",
            "run": 1,
            "provider": "fal",
            "model": "fal/model",
            "low": Decimal("0.10"),
            "high": Decimal("0.25"),
            "budget": Budget(),
        }
        return home.journal.reserve(**values | fields)

    return make


def walk(home: Home, job: Job, *states: JobState) -> Job:
    journal = home.journal
    for state in states:
        match state:
            case JobState.SUBMITTING:
                job = journal.submitting(job, {"method": "POST", "url": "/x", "json": {"a": 1}})
            case JobState.SUBMITTED:
                job = journal.submitted(job, "remote-1", {"status": "https://x/1"})
            case JobState.FINISHED:
                job = journal.finished(job, [{"url": "https://x/1.png"}], Decimal("0.20"))
            case JobState.STORED:
                job = journal.stored(job, [])
            case JobState.FAILED:
                job = journal.failed(job, "down", "gone")
            case JobState.CANCELED:
                job = journal.canceled(job)
            case JobState.RESERVED:
                job = journal.back_to_reserved(job)
    return job


TO_FINISHED = (JobState.SUBMITTING, JobState.SUBMITTED, JobState.FINISHED)


def finish(home: Home, job: Job, data: bytes) -> File:
    """Take a job to its end, with a blob as its result."""
    digest, size = home.blobs.add_bytes(data)
    handle = File(digest=digest, media_type="text/plain", size=size)
    home.journal.stored(walk(home, job, *TO_FINISHED), [handle])
    return handle


def test_a_job_keeps_what_each_step_says(home: Home, reserve: Reserve) -> None:
    job = reserve()
    assert (job.state, job.reserved, job.request) == (JobState.RESERVED, Decimal("0.25"), {})
    digest, size = home.blobs.add_bytes(b"picture")
    handle = File(digest=digest, media_type="text/plain", size=size)
    done = home.journal.stored(walk(home, job, *TO_FINISHED), [handle])
    assert done == home.journal.get(job.id)
    assert done.idempotency_key == job.idempotency_key
    assert done.request == {"method": "POST", "url": "/x", "json": {"a": 1}}
    assert (done.remote_id, done.urls) == ("remote-1", {"status": "https://x/1"})
    assert done.results == [{"url": "https://x/1.png"}]
    assert (done.cost, done.billed, done.outputs) == (Decimal("0.20"), "billed", [handle])


def test_outputs_may_come_encoded(home: Home, reserve: Reserve) -> None:
    handle = File(digest="b" * 64, media_type="text/plain", size=1)
    job = walk(home, reserve(), *TO_FINISHED)
    assert home.journal.stored(job, encode([handle])).outputs == [handle]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from(list(JobState)), max_size=6))
def test_only_what_may_follow_follows(home: Home, reserve: Reserve, steps: list[JobState]) -> None:
    job = reserve(key=os.urandom(32).hex())
    for step in steps:
        if step in NEXT[job.state]:
            job = walk(home, job, step)
            assert job.state is step
        else:
            with pytest.raises(StoreError, match="cannot become"):
                walk(home, job, step)
        assert home.journal.get(job.id) == job


def test_who_knows_an_older_state_changes_nothing(home: Home, reserve: Reserve) -> None:
    job = reserve()
    walk(home, job, JobState.SUBMITTING)
    with pytest.raises(StoreError, match="by now"):
        walk(home, job, JobState.SUBMITTING)


def test_there_is_one_open_job_of_a_key(home: Home, reserve: Reserve) -> None:
    job = walk(home, reserve(), JobState.SUBMITTING)
    with pytest.raises(StoreError, match="submitting already"):
        reserve()
    walk(home, job, JobState.FAILED)
    again = reserve()
    assert again.id != job.id
    assert again.idempotency_key != job.idempotency_key


def test_a_reservation_left_behind_is_taken_over(home: Home, reserve: Reserve) -> None:
    first = reserve(run=1)
    second = reserve(run=2, high=Decimal("0.30"), budget=Budget(run=Decimal("0.30")))
    assert (second.id, second.idempotency_key) == (first.id, first.idempotency_key)
    assert (second.run, second.reserved) == (2, Decimal("0.30"))


def test_what_a_dead_process_set_aside_is_free_again(home: Home, reserve: Reserve) -> None:
    day = {"budget": Budget(day=Decimal("0.30"))}
    with Home.open(home.path) as other, other.journal.claim_key(f"{KEY}/fal/model") as mine:
        assert mine
        left = reserve()
        with pytest.raises(OverBudgetError):
            reserve("b" * 64, **day)
        other.journal.close()
        reserve("b" * 64, **day)
    assert home.journal.get(left.id).state is JobState.RESERVED
    with home.journal.claim_key(f"{'b' * 64}/fal/model"), pytest.raises(OverBudgetError):
        reserve(**day)
    assert reserve(**day).id == left.id


def test_what_a_dead_process_sent_stays_set_aside(home: Home, reserve: Reserve) -> None:
    walk(home, reserve(), JobState.SUBMITTING)
    with pytest.raises(OverBudgetError):
        reserve("b" * 64, budget=Budget(day=Decimal("0.30")))


def test_a_task_goes_on_with_what_was_begun(home: Home, reserve: Reserve) -> None:
    key = f"{KEY}/fal/model"
    assert home.journal.open_job(key) is None
    job = walk(home, reserve(), JobState.SUBMITTING, JobState.SUBMITTED)
    assert home.journal.open_job(key) == job
    job = walk(home, job, JobState.FINISHED, JobState.STORED)
    assert home.journal.open_job(key) == job
    home.journal.discard(job)
    assert home.journal.open_job(key) is None


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELED])
def test_what_was_never_sent_costs_nothing(home: Home, reserve: Reserve, end: JobState) -> None:
    job = walk(home, reserve(), end)
    assert (job.cost, job.billed, job.charge) == (Decimal(0), "not billed", Decimal(0))


@pytest.mark.parametrize("end", [JobState.FAILED, JobState.CANCELED])
def test_what_was_sent_may_cost_what_was_reserved(
    home: Home, reserve: Reserve, end: JobState
) -> None:
    job = walk(home, reserve(), JobState.SUBMITTING, end)
    assert (job.cost, job.billed, job.charge) == (None, "unknown", Decimal("0.25"))


def test_a_known_cost_outlives_a_later_failure(home: Home, reserve: Reserve) -> None:
    job = walk(home, reserve(), *TO_FINISHED)
    job = home.journal.failed(job, "down", "the link is dead", billed="billed")
    assert (job.cost, job.billed) == (Decimal("0.20"), "billed")


def test_a_task_that_has_its_result_is_owed_none(home: Home, reserve: Reserve) -> None:
    handle = finish(home, reserve(), b"result")
    home.cache.put_many([CacheEntry(KEY, "make", 1, "{}", {"file": handle}, 1.0)])
    assert home.journal.open_job(f"{KEY}/fal/model") is None
    assert home.journal.jobs()[0].taken
    assert reserve().state is JobState.RESERVED


def test_gc_keeps_the_results_that_no_task_has_taken(
    home: Home, reserve: Reserve, clock: Any
) -> None:
    handle = finish(home, reserve(), b"result")
    clock.advance(days=400)
    assert verify(home).orphaned == ()
    assert gc(home, keep_days=0, max_bytes=0).blobs == 0
    assert home.blobs.has(handle.digest, handle.size)
    home.cache.put_many([CacheEntry(KEY, "make", 1, "{}", {"file": handle}, 1.0)])
    clock.advance(days=400)
    assert gc(home).blobs == 1
    assert len(home.journal.jobs()) == 1


def test_the_journal_lists_what_is_active_and_what_is_of_a_run(
    home: Home, reserve: Reserve
) -> None:
    done = walk(home, reserve("b" * 64, run=1), JobState.FAILED)
    going = walk(home, reserve(run=2), JobState.SUBMITTING)
    journal = home.journal
    assert [job.id for job in journal.jobs()] == [going.id, done.id]
    assert journal.jobs(limit=1) == journal.jobs(active_only=True) == journal.jobs(run=2)
    assert journal.jobs(task_keys=["b" * 64]) == [done]


def test_a_job_that_is_not_there(home: Home) -> None:
    with pytest.raises(StoreError, match="no job 7"):
        home.journal.get(7)


def test_a_damaged_entry_is_named(home: Home, reserve: Reserve) -> None:
    job = reserve()
    home.database.execute("UPDATE jobs SET request = '{' WHERE id = ?", (job.id,))
    with pytest.raises(StoreError, match=f"job {job.id} is damaged"):
        home.journal.get(job.id)


def test_uploads_are_known_until_they_expire(home: Home, clock: Any) -> None:
    journal = home.journal
    journal.remember_upload("fal", "d1", "https://x/1", clock() + 60)
    journal.remember_upload("fal", "d1", "https://x/2", clock() + 120)
    assert journal.upload_url("fal", "d1", clock()) == "https://x/2"
    assert journal.upload_url("fal", "d2", clock()) is None
    assert journal.upload_url("higgsfield", "d1", clock()) is None
    assert journal.upload_url("fal", "d1", clock() + 120) is None
    clock.advance(seconds=600)
    journal.remember_upload("fal", "d2", "https://x/3", clock() + 60)
    assert home.database.row("SELECT count(*) FROM uploads") == (1,)


def test_an_upload_is_forgotten_unless_there_is_a_newer_one(home: Home, clock: Any) -> None:
    journal = home.journal
    journal.remember_upload("fal", "d1", "https://x/1", clock() + 60)
    journal.remember_upload("fal", "d2", "https://x/2", clock() + 60)
    journal.forget_uploads("fal", {"d1": "https://x/1", "d2": "https://x/older"})
    assert journal.upload_url("fal", "d1", clock()) is None
    assert journal.upload_url("fal", "d2", clock()) == "https://x/2"


def test_spending_is_added_up(home: Home, reserve: Reserve, clock: Any) -> None:
    walk(home, reserve("b" * 64), JobState.SUBMITTING, JobState.FAILED)
    walk(home, reserve("c" * 64), JobState.FAILED)
    clock.advance(days=1)
    walk(home, reserve("d" * 64, provider="higgsfield"), *TO_FINISHED)
    job = walk(home, reserve("e" * 64), *TO_FINISHED[:2])
    home.journal.finished(job, [], None)
    reserve("f" * 64, high=Decimal("0.10"), workflow="other.json")
    first, second = home.journal.spend(by="day")
    assert (first.calls, first.unclear, first.total) == (1, Decimal("0.25"), Decimal("0.25"))
    assert (second.calls, second.paid, second.estimated, second.held) == (
        2,
        Decimal("0.20"),
        Decimal("0.25"),
        Decimal("0.10"),
    )
    by_provider = {row.name: row.total for row in home.journal.spend(by="provider")}
    assert by_provider == {"fal": Decimal("0.60"), "higgsfield": Decimal("0.20")}
    names = [row.name for row in home.journal.spend(by="workflow")]
    assert names == ["film.json", "other.json"]
    assert home.journal.spend(since=clock() + 1, by="provider") == []


def test_a_fixed_price_counts_as_paid(home: Home, reserve: Reserve) -> None:
    job = walk(home, reserve(low=Decimal("0.25")), *TO_FINISHED[:2])
    job = home.journal.finished(job, [], None)
    assert job.known_cost == Decimal("0.25")
    assert replace(job, estimate_low=Decimal(0)).known_cost is None
    assert home.journal.spend()[0].paid == Decimal("0.25")


def test_one_task_at_a_time_drives_a_job(home: Home, reserve: Reserve) -> None:
    job = reserve()
    with home.journal.claim(job.id) as mine:
        assert mine
        with home.journal.claim_key(job.key) as other, Home.open(home.path) as second:
            assert not other
            with second.journal.claim(job.id) as third:
                assert not third
    with home.journal.claim(job.id) as mine:
        assert mine


def test_a_claim_ends_with_its_process(home: Home, reserve: Reserve) -> None:
    job = reserve()
    script = (
        "import sys, pathlib; from engine.store import Home\n"
        "home = Home.open(pathlib.Path(sys.argv[1]))\n"
        "with home.journal.claim(int(sys.argv[2])) as mine:\n"
        "    print(mine, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(home.path), str(job.id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        with home.journal.claim(job.id) as mine:
            assert not mine
        process.kill()
        process.wait()
        with home.journal.claim(job.id) as mine:
            assert mine


def test_nothing_is_claimed_without_a_lock(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not home.journal.jobs()
    with monkeypatch.context() as patch:
        patch.setattr(Lock, "acquire", lambda *_, **__: None)
        with pytest.raises(StoreError), home.journal.claim_key("k"):
            pass
    with home.journal.claim_key("k") as mine:
        assert mine


def test_steps_that_are_undone_together_are_all_told_so(home: Home, reserve: Reserve) -> None:
    jobs = [walk(home, reserve(letter * 64), JobState.SUBMITTING) for letter in "abc"]
    with home.journal._using() as database:
        (pages,) = database.row("PRAGMA page_count")
        database.row(f"PRAGMA max_page_count = {pages}")
    told: list[str] = []
    with pytest.raises(StoreError, match="disk is full"), home.journal.together():
        for job, remote_id in zip(jobs, ("1", "2" * 400_000, "3"), strict=True):
            try:
                home.journal.submitted(job, remote_id, {})
            except StoreError as error:
                told.append(error.message)
    assert told == ["the disk is full"] * 2
    assert {job.state for job in home.journal.jobs()} == {JobState.SUBMITTING}
    with home.journal._using() as database:
        database.row("PRAGMA max_page_count = 1000000")
    with home.journal.together():
        home.journal.submitted(jobs[0], "1", {})
    assert home.journal.get(jobs[0].id).remote_id == "1"


def test_threads_share_the_journal(home: Home, reserve: Reserve) -> None:
    keys = [f"{number:064d}" for number in range(24)]

    def drive(key: str) -> None:
        walk(home, reserve(key), *TO_FINISHED, JobState.STORED)

    threads = [threading.Thread(target=drive, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {job.state for job in home.journal.jobs()} == {JobState.STORED}
    assert len(home.journal.jobs()) == len(keys)
