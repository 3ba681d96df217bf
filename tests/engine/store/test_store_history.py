"""The history of runs."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.money import Budget
from engine.store import Home, RunStatus, TaskRecord, gc
from engine.store.durations import Durations


def begin(home: Home, workflow: str | Path = "film.json") -> int:
    return home.history.begin(workflow, name="film", document="{}", out="out")


def finish(home: Home, run: int) -> None:
    home.history.finish(run, status="done", exit_code=0, counts={"done": 1})


def test_a_run_is_written_down_from_begin_to_end(home: Home, clock: Any) -> None:
    text = '{"name": "half \ud800 surrogate"}'
    run = home.history.begin(Path("a/../film.json"), name="film", document=text, out="out")
    started = clock.now
    record = home.history.get(run)
    assert record is not None
    assert (record.status, record.finished, record.exit_code) == ("running", None, None)
    clock.advance(seconds=5)
    home.history.finish(run, status="partial", exit_code=3, counts={"done": 2, "failed": 1})
    record = home.history.get(run)
    assert record is not None
    assert (record.status, record.exit_code) == ("partial", 3)
    assert (record.started, record.finished) == (started, started + 5)
    assert record.counts == {"done": 2, "failed": 1}
    assert (record.name, record.out, record.pid) == ("film", "out", os.getpid())
    assert record.workflow == os.path.realpath("film.json")
    assert home.history.document(run) == text


def test_what_is_not_there_is_none(home: Home) -> None:
    assert home.history.get(1) is None
    assert home.history.document(1) is None
    assert home.history.tasks(1) == []
    assert home.history.last_run("film.json") is None
    assert home.history.task_keys("film.json") == {}
    assert home.history.runs() == home.history.runs(workflow="film.json") == []
    assert home.history.durations() == Durations()


def test_runs_are_listed_newest_first(home: Home) -> None:
    first, other, last = begin(home), begin(home, "other.json"), begin(home)
    for run in (first, other, last):
        finish(home, run)
    assert [run.id for run in home.history.runs()] == [last, other, first]
    assert [run.id for run in home.history.runs(limit=1)] == [last]
    assert [run.id for run in home.history.runs(workflow="film.json")] == [last, first]


def test_a_run_whose_home_was_closed_has_died(tmp_path: Path) -> None:
    with Home.open(tmp_path) as first, Home.open(tmp_path) as second:
        run = begin(first)
        assert [active.id for active in second.history.active()] == [run]
        first.close()
        assert [each.status for each in second.history.runs()] == ["died"]
        assert second.history.active() == []


def test_of_a_run_that_has_died_it_is_known_when_it_was_last_heard_of(
    tmp_path: Path, clock: Any
) -> None:
    with Home.open(tmp_path, clock=clock) as first, Home.open(tmp_path) as second:
        run, silent = begin(first), begin(first)
        started = clock.now
        clock.advance(seconds=12)
        first.history.record(run, [TaskRecord("board", "", "done", "b")])
        clock.advance(seconds=60)
        for status in ("running", "died"):
            record = second.history.get(run)
            assert record is not None
            assert (record.status, record.finished) == (status, None)
            assert record.last_heard == started + 12
            other = second.history.get(silent)
            assert other is not None
            assert (other.status, other.last_heard) == (status, None)
            first.close()


def test_a_job_tells_that_its_run_was_alive(tmp_path: Path, clock: Any) -> None:
    with Home.open(tmp_path, clock=clock) as first, Home.open(tmp_path) as second:
        run = begin(first)
        started = clock.now
        clock.advance(seconds=3)
        first.journal.reserve(
            key="a" * 64 + "/fal/model",
            task="frame",
            workflow="film.json",
            run=run,
            provider="fal",
            model="fal/model",
            low=Decimal(1),
            high=Decimal(1),
            budget=Budget(),
        )
        first.close()
        record = second.history.get(run)
        assert record is not None
        assert (record.status, record.finished) == ("died", None)
        assert record.last_heard == started + 3


def test_a_run_that_has_ended_was_heard_of_last_at_its_end(home: Home, clock: Any) -> None:
    run = begin(home)
    home.history.record(run, [TaskRecord("board", "", "done", "b")])
    clock.advance(seconds=7)
    finish(home, run)
    record = home.history.get(run)
    assert record is not None
    assert record.last_heard == record.finished == record.started + 7


def test_a_later_record_of_a_task_takes_the_place_of_the_first(home: Home) -> None:
    run = begin(home)
    failed = TaskRecord("clip", "3,1", "failed", "k", 2.0, "odd name \udcff", 5.0)
    home.history.record(run, [failed, TaskRecord("board", "", "done", "b")])
    assert [task.error for task in home.history.tasks(run)] == ["", "odd name \\udcff"]
    done = TaskRecord("clip", "3,1", "done", "k", 2.0)
    home.history.record(run, [done])
    home.history.record(run, [])
    assert home.history.tasks(run) == [TaskRecord("board", "", "done", "b"), done]


def test_the_last_run_is_the_last_with_tasks(home: Home) -> None:
    first, _ = begin(home), begin(home)
    assert home.history.last_run("film.json") is None
    home.history.record(first, [TaskRecord("clip", "", "failed")])
    begin(home)
    assert home.history.last_run("film.json") == first


def test_task_keys_are_of_the_last_run_in_which_each_finished(home: Home) -> None:
    first, second = begin(home), begin(home)
    home.history.record(
        first,
        [
            TaskRecord("clip", "0", "done", "a0"),
            TaskRecord("clip", "1", "done", "a1"),
            TaskRecord("clip", "2", "cached", "a2"),
            TaskRecord("film", "", "blocked"),
        ],
    )
    home.history.record(
        second,
        [
            TaskRecord("clip", "0", "cached", "b0"),
            TaskRecord("clip", "1", "failed", "b1"),
            TaskRecord("film", "", "done", "f"),
        ],
    )
    home.history.record(begin(home, "other.json"), [TaskRecord("clip", "0", "done", "c0")])
    assert home.history.task_keys("film.json") == {
        ("clip", "0"): "b0",
        ("clip", "1"): "a1",
        ("clip", "2"): "a2",
        ("film", ""): "f",
    }


def test_durations_are_means_by_type(home: Home, store: Any) -> None:
    store("a", seconds=1.0)
    store("b", seconds=3.0)
    store("c", type="other", seconds=0.5)
    durations = home.history.durations()
    assert durations.by_type == {"make": 2.0, "other": 0.5}
    assert (durations.of("make"), durations.of("never")) == (2.0, None)


def test_durations_tell_models_apart(home: Home, store: Any) -> None:
    store("a", seconds=1.0, arguments='{"fingerprint":"fal/quick@1"}')
    store("b", seconds=99.0, arguments='{"fingerprint":"fal/slow@1"}')
    store("c", seconds=2.0, arguments="damaged")
    durations = home.history.durations()
    assert durations.of("make", "fal/quick@1") == 1.0
    assert durations.of("make", "fal/slow@1") == 99.0
    assert durations.of("make", "fal/new@1") is None
    assert durations.of("make") == 34.0


def test_a_damaged_document_is_said_to_be(home: Home) -> None:
    run = begin(home)
    home.database.execute("UPDATE runs SET document = ?, counts = '{'", (b"zzz",))
    with pytest.raises(StoreError, match=f"run {run} is damaged"):
        home.history.document(run)
    assert [each.counts for each in home.history.runs()] == [{}]


def test_the_end_of_a_run_leaves_no_lock_file(home: Home) -> None:
    run = begin(home)
    assert len(list((home.path / "running").iterdir())) == 1
    finish(home, run)
    assert list((home.path / "running").iterdir()) == []


@pytest.mark.parametrize("blob", [b"\xff", b"n\t1", b"n\t1\tkey\nodd", b"a\tb\tc\td", b"", 3])
def test_damaged_records_of_cached_tasks_count_as_nothing(home: Home, blob: object) -> None:
    run = begin(home)
    home.history.record(run, [TaskRecord("n", "1", "cached", "key")])
    home.history.record(run, [TaskRecord("m", "", "done", "other")])
    home.database.execute("UPDATE run_cached SET tasks = ?", (blob,))
    assert [task.node for task in home.history.tasks(run)] == ["m"]
    gc(home)


def test_tasks_are_counted_in_the_last_run_that_was_done(home: Home) -> None:
    assert not home.history.task_counts("film.json")
    ends: list[tuple[str, RunStatus]] = [("123", "done"), ("12", "done"), ("1", "failed")]
    for items, status in ends:
        run = begin(home)
        home.history.record(run, [TaskRecord("n", item, "cached", "key") for item in items])
        home.history.finish(run, status=status, exit_code=0, counts={})
    assert home.history.task_counts("film.json") == {"n": 2}
