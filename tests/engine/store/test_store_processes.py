"""Several processes at one store, and processes that are killed while they use it."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.store import Home, gc, verify
from engine.store.locks import Lock, is_held
from tests.support.patience import PATIENCE

WORKER = Path(__file__).with_name("store_worker.py")
ROOT = Path(__file__).parents[3]


@contextmanager
def worker(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, str(WORKER), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


def say(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_four_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    with (
        worker("write", tmp_path, "a", 500) as first,
        worker("write", tmp_path, "b", 500) as second,
        worker("write", tmp_path, "c", 500) as third,
        worker("write", tmp_path, "d", 500) as fourth,
    ):
        for process in (first, second, third, fourth):
            _, complaints = process.communicate(timeout=PATIENCE)
            assert (process.returncode, complaints) == (0, "")
    names = [f"{name}-{number}" for name in "abcd" for number in range(500)]
    keys = {hashlib.sha256(name.encode()).hexdigest(): name for name in names}
    with Home.open(tmp_path) as home:
        found = home.cache.get_many(keys)
        assert {key: entry.outputs["text"] for key, entry in found.items()} == keys
        assert verify(home).ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_processes_may_make_the_same_new_home_at_once(tmp_path: Path) -> None:
    script = """if True:
        import os, sys
        from pathlib import Path
        from engine.store import Home
        for number in range(30):
            for _ in range(6):
                if not os.fork():
                    with Home.open(Path(sys.argv[1], str(number))) as home:
                        home.cache.pin("film.json", [str(os.getpid())])
                    os._exit(0)
            for _ in range(6):
                assert os.wait()[1] == 0
            with Home.open(Path(sys.argv[1], str(number))) as home:
                assert len(home.cache.pinned("film.json")) == 6
    """
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_gc_names_the_run_that_is_going_on_and_works_once_it_is_over(tmp_path: Path) -> None:
    with Home.open(tmp_path) as home, worker("hold", tmp_path) as other:
        run = int(hear(other))
        with pytest.raises(StoreError, match=rf"in use: run {run} \(film, process {other.pid}\)"):
            gc(home)
        assert gc(home, dry_run=True).runs == 0
        assert [active.id for active in home.history.active()] == [run]
        other.communicate("\n", timeout=PATIENCE)
        assert home.history.active() == []
        gc(home)


def test_a_killed_process_leaves_its_locks_and_its_run_is_reported_dead(tmp_path: Path) -> None:
    with Home.open(tmp_path) as home, worker("hold", tmp_path) as other:
        run = int(hear(other))
        other.kill()
        other.wait(PATIENCE)
        with home.alone():
            record = home.history.get(run)
        assert record is not None
        assert (record.status, record.pid) == ("died", other.pid)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_kills_at_any_moment_leave_no_torn_blob_and_no_torn_row(tmp_path: Path) -> None:
    chance = random.Random(7)
    with worker("nursery", tmp_path / "home") as nursery:
        for round_number in range(40):
            # Half of the kills fall between two lines of Python, half anywhere.
            lines = chance.randrange(1, 1200) if round_number % 2 else 0
            say(nursery, f"{round_number} {lines}")
            child = int(hear(nursery))
            if not lines:
                for _ in range(chance.randrange(8)):
                    assert hear(nursery).isdigit()
                os.kill(child, signal.SIGKILL)
            while (line := hear(nursery)) != "dead":
                assert line.isdigit()
            check_whole(tmp_path / "home")
    with Home.open(tmp_path / "home") as home:
        assert home.history.active() == []
        assert {run.status for run in home.history.runs(100)} == {"died"}


def check_whole(path: Path) -> None:
    with Home.open(path) as home, home.alone():
        for blob in (path / "objects").glob("*/*"):
            assert hashlib.sha256(blob.read_bytes()).hexdigest() == blob.name
        keys = [key for (key,) in home.database.rows("SELECT key FROM cache")]
        entries = home.cache.get_many(keys)
        assert set(entries) == set(keys)
        assert all(home.complete(entry) for entry in entries.values())
        assert home.database.rows("PRAGMA integrity_check") == [("ok",)]
        assert home.database.rows("PRAGMA foreign_key_check") == []


@pytest.mark.skipif(os.name == "nt", reason="the limit of open files is Unix")
def test_a_lock_that_cannot_be_looked_at_counts_as_held(tmp_path: Path) -> None:
    import resource

    path = tmp_path / "a.lock"
    lock = Lock.acquire(path, exclusive=True)
    assert lock is not None
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        held = is_held(path)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert held
    lock.release()
    assert not is_held(path)
    assert not is_held(tmp_path / "b.lock")
