"""Cleaning: nothing that is needed goes, and the rest does."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import StoreError
from engine.store import CacheEntry, Home, TaskRecord, gc, verify
from engine.values import File

DAY = 86400.0


def run_of(home: Home, *keys: str, workflow: str = "film.json") -> int:
    run = home.history.begin(workflow, name="film", document="{}")
    tasks = [TaskRecord("clip", str(place), "done", key) for place, key in enumerate(keys)]
    home.history.record(run, tasks)
    home.history.finish(run, status="done", exit_code=0, counts={})
    return run


def alive(home: Home, *entries: CacheEntry) -> list[bool]:
    found = [home.cache.get(entry.key) for entry in entries]
    return [entry is not None and home.complete(entry) for entry in found]


def test_old_unneeded_results_go_with_their_blobs(home: Home, store: Any, clock: Any) -> None:
    old, shared, needed = store("a", b"one", b"both"), store("b", b"both"), store("c", b"two")
    run_of(home, needed.key)
    clock.advance(days=31)
    home.cache.touch_many([shared.key])
    planned = gc(home, dry_run=True)
    assert alive(home, old, shared, needed) == [True, True, True]
    report = gc(home)
    assert alive(home, old, shared, needed) == [False, True, True]
    assert (report.rows, report.blobs, report.freed, report.kept, report.runs) == (1, 1, 3, 7, 0)
    assert planned.dry_run
    assert (planned.rows, planned.blobs, planned.freed) == (1, 1, 3)
    assert verify(home).ok


def test_old_runs_go_beyond_the_last_ones_of_each_workflow(
    home: Home, store: Any, clock: Any
) -> None:
    entries = [store(str(number), b"%d" % number) for number in range(4)]
    runs = [run_of(home, entry.key) for entry in entries[:3]]
    other = run_of(home, entries[3].key, workflow="other.json")
    clock.advance(days=40)
    report = gc(home, keep_runs=1)
    assert [run.id for run in home.history.runs()] == [other, runs[2]]
    assert alive(home, *entries) == [False, False, True, True]
    assert report.runs == 2
    assert home.history.tasks(runs[0]) == []


def test_young_runs_stay_however_many(home: Home, store: Any, clock: Any) -> None:
    runs = [run_of(home, store(str(number)).key) for number in range(5)]
    clock.advance(days=29)
    assert gc(home, keep_runs=1).runs == 0
    assert len(home.history.runs()) == len(runs)


def test_pins_hold_until_they_are_taken_back(home: Home, store: Any, clock: Any) -> None:
    entry = store("a", b"one")
    home.cache.pin("film.json", [entry.key])
    clock.advance(days=1000)
    gc(home, keep_runs=0, keep_days=0, max_bytes=0)
    assert alive(home, entry) == [True]
    home.cache.unpin("film.json")
    gc(home, keep_runs=0, keep_days=0)
    assert alive(home, entry) == [False]
    assert list(home.blobs.scan()) == []


def test_a_limit_removes_the_longest_unused_first(home: Home, store: Any, clock: Any) -> None:
    entries = []
    for number in range(5):
        entries.append(store(str(number), bytes([number]) * 10))
        clock.advance(days=1)
    plain = store("no blobs")
    home.cache.touch_many([entries[0].key])
    run_of(home, entries[1].key)
    report = gc(home, max_bytes=30)
    assert alive(home, *entries, plain) == [True, True, False, False, True, True]
    assert (report.freed, report.kept) == (20, 30)
    assert gc(home, max_bytes=0).kept == 10


def test_a_limit_spares_rows_whose_blobs_stay_anyway(home: Home, store: Any) -> None:
    needed, same = store("a", b"one"), store("b", b"one")
    run_of(home, needed.key)
    gc(home, max_bytes=0)
    assert alive(home, needed, same) == [True, True]


def test_a_blob_that_was_just_added_waits_for_its_row(home: Home, clock: Any) -> None:
    digest, size = home.blobs.add_bytes(b"new")
    gc(home, keep_days=0)
    assert home.blobs.has(digest, size)
    clock.advance(seconds=3000)
    home.blobs.add_bytes(b"new")
    clock.advance(seconds=3000)
    gc(home, keep_days=0)
    assert home.blobs.has(digest, size)
    clock.advance(seconds=3000)
    gc(home, keep_days=0)
    assert not home.blobs.has(digest, size)


def test_leftovers_of_dead_processes_go(home: Home, clock: Any) -> None:
    (home.path / "running" / "77.lock").touch()
    folder = home.blobs.tmp / "clip-1"
    folder.mkdir()
    for path in (folder / "frame.png", home.blobs.tmp / "blob-1", home.blobs.tmp / "blob-2"):
        path.touch()
        os.utime(path, (clock.now, clock.now))
    os.utime(folder, (clock.now, clock.now))
    clock.advance(seconds=4000)
    os.utime(home.blobs.tmp / "blob-2", (clock.now, clock.now))
    assert gc(home).leftovers == 2
    assert [path.name for path in home.blobs.tmp.iterdir()] == ["blob-2"]
    assert list((home.path / "running").iterdir()) == []


def test_remembered_files_and_unused_workflows_go_with_age(
    home: Home, clock: Any, tmp_path: Path
) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"a")
    clock.now = source.stat().st_mtime + 60
    handle = File(digest="a" * 64, media_type="text/plain", size=1)
    home.files.remember(home.files.fingerprint(source), handle)
    run_of(home, "k")
    clock.advance(days=31)
    gc(home, keep_runs=0)
    assert home.files.lookup(home.files.fingerprint(source), "file") is None
    assert home.history.task_keys("film.json") == {}
    assert home.database.rows("SELECT * FROM workflows") == []


def test_the_number_of_a_removed_run_is_not_given_again(home: Home, clock: Any) -> None:
    run = run_of(home, "k")
    clock.advance(days=31)
    gc(home, keep_runs=0)
    assert run_of(home, "k") > run


def test_the_database_gives_space_back(home: Home, store: Any, clock: Any) -> None:
    for number in range(20):
        store(str(number), arguments="x" * 100_000)
    gc(home)
    before = home.database.path.stat().st_size
    clock.advance(days=31)
    gc(home)
    assert home.database.path.stat().st_size < before / 4


def test_gc_refuses_while_the_home_is_in_use(home: Home) -> None:
    with home.use(), pytest.raises(StoreError, match="in use"):
        gc(home)


NAMES = [format(number, "064x") for number in range(6)]
EVENTS: st.SearchStrategy[list[tuple[str, Any, list[Any]]]] = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from(NAMES), st.lists(st.integers(0, 5), max_size=3)),
        st.tuples(st.just("run"), st.sampled_from("ab"), st.lists(st.sampled_from(NAMES))),
        st.tuples(st.just("pin"), st.sampled_from("ab"), st.lists(st.sampled_from(NAMES))),
        st.tuples(st.just("unpin"), st.sampled_from("ab"), st.lists(st.sampled_from(NAMES))),
        st.tuples(st.just("wait"), st.integers(0, 40), st.just([])),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    events=EVENTS,
    keep_days=st.integers(0, 60),
    keep_runs=st.integers(0, 3),
    max_bytes=st.none() | st.integers(0, 60),
)
def test_gc_never_removes_what_a_pinned_or_recent_run_needs(
    events: Sequence[tuple[str, Any, list[Any]]],
    keep_days: int,
    keep_runs: int,
    max_bytes: int | None,
) -> None:
    now = [1_700_000_000.0]
    runs: dict[str, list[tuple[float, list[str]]]] = {"a": [], "b": []}
    pins: set[tuple[str, str]] = set()
    stored: set[str] = set()
    with (
        tempfile.TemporaryDirectory() as folder,
        Home.open(Path(folder), clock=lambda: now[0]) as home,
    ):
        for event, subject, items in events:
            if event == "put":
                home.cache.put_many([result(home, subject, items)])
                stored.add(subject)
            elif event == "run":
                run_of(home, *items, workflow=subject)
                runs[subject].append((now[0], items))
            elif event == "pin":
                home.cache.pin(subject, items)
                pins |= {(subject, key) for key in items}
            elif event == "unpin":
                home.cache.unpin(subject, items)
                pins -= {(subject, key) for key in items}
            else:
                now[0] += subject * DAY
        gc(home, keep_days=keep_days, keep_runs=keep_runs, max_bytes=max_bytes)
        needed = {key for _, key in pins}
        for history in runs.values():
            recent = history[len(history) - keep_runs :] if keep_runs < len(history) else history
            young = [run for run in history if run[0] >= now[0] - keep_days * DAY]
            needed |= {key for _, items in [*recent, *young] for key in items}
        found = home.cache.get_many(NAMES)
        assert needed & stored <= set(found)
        assert all(home.complete(entry) for entry in found.values())
        assert verify(home).ok


def result(home: Home, key: str, contents: list[int]) -> CacheEntry:
    files = []
    for content in contents:
        digest, size = home.blobs.add_bytes(bytes([content]) * 10)
        files.append(File(digest=digest, media_type="x/y", size=size))
    return CacheEntry(key, "make", 1, "{}", {"files": files}, 1.0)
