"""The history: which runs there were, and what became of each of their tasks."""

from __future__ import annotations

import json
import os
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from engine.errors import StoreError
from engine.store.codec import plain_text
from engine.store.database import Database
from engine.store.durations import Durations, durations_in
from engine.store.locks import Lock, is_held
from engine.store.workflows import workflow_id

RunStatus = Literal["running", "done", "failed", "partial", "interrupted", "died"]
"""`died`: the process ended without saying how; it is never stored, but found out by looking."""

CACHED = "cached"
FINISHED = ("done", CACHED)
"""The task statuses that mean that the task's outputs are there."""

_PACKED_FIELDS = 3
_RUN = """SELECT runs.id, path, name, started, finished, status, exit_code, counts, out, pid
    FROM runs JOIN workflows ON workflows.id = workflow_id"""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a workflow file."""

    id: int
    workflow: str
    """The real path of the file."""
    name: str
    started: float
    finished: float | None
    """When it ended; None of one that goes on, or has died."""
    status: RunStatus
    exit_code: int | None
    counts: dict[str, int]
    """How many tasks ended how."""
    out: str
    """The output folder."""
    pid: int
    """The process that ran it, for a person to look at."""
    last_heard: float | None = None
    """When something of it was last written down, as that it ended."""


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What became of one task in one run."""

    node: str
    item: str
    """The place along the node's axes, from 1: empty, `3` or `3,1`."""
    status: str
    """`done`, `cached`, or how else it ended."""
    key: str | None = None
    """The cache key, where it came to be known."""
    seconds: float = 0.0
    error: str = ""
    started: float | None = None
    cost: Decimal | None = None
    """What was paid for its result, in US dollars, where that is known."""


def _row(run_id: int, task: TaskRecord) -> tuple[Any, ...]:
    cost = None if task.cost is None else str(task.cost)
    error = plain_text(task.error)
    fields = (task.node, task.item, task.key, task.status, task.seconds, error, task.started, cost)
    return run_id, *fields


def pack_tasks(tasks: Iterable[TaskRecord]) -> bytes:
    """Pack the node, item and key of tasks; a row for each would take five times as long."""
    text = "\n".join([f"{task.node}\t{task.item}\t{task.key}" for task in tasks])
    return text.encode("utf-8", "backslashreplace")


def unpack_tasks(blob: bytes) -> Iterator[tuple[str, str, str]]:
    """Yield node, item and key of what `pack_tasks` packed; nothing if it is damaged."""
    try:
        lines = blob.decode().split("\n")
    except (AttributeError, ValueError):
        return
    tasks = [line.split("\t") for line in lines]
    if all(len(task) == _PACKED_FIELDS for task in tasks):
        yield from ((node, item, key) for node, item, key in tasks)


class History:
    """The runs of a home.

    Args:
        database: Where they are kept.
        folder: Holds a lock file for each run that is going on.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, database: Database, folder: Path, clock: Callable[[], float]) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._running: dict[int, Lock] = {}
        self._keys: dict[int, tuple[int, dict[tuple[str, str], str]]] = {}
        """For each run that is going on: its workflow's number, and `task_keys` of it."""
        folder.mkdir(mode=0o700, exist_ok=True)

    def close(self) -> None:
        """Let go of the runs begun here; those without an end count as died from now on."""
        for lock in self._running.values():
            lock.release()
        self._running.clear()

    def begin(self, workflow: str | Path, *, name: str, document: str, out: str = "") -> int:
        """Write down that a run begins, and return its number.

        Args:
            workflow: The workflow file.
            name: The workflow's name.
            document: The workflow's text as it is run.
            out: The output folder.
        """
        with self._database.writing():
            row = self._database.execute(
                """INSERT INTO runs
                (workflow_id, name, started, status, counts, out, pid, document)
                VALUES (?, ?, ?, 'running', '{}', ?, ?, ?)""",
                (
                    workflow_id(self._database, workflow, create=True),
                    plain_text(name),
                    self._clock(),
                    plain_text(out),
                    os.getpid(),
                    zlib.compress(document.encode("utf-8", "surrogatepass")),
                ),
            )
            run_id = row.lastrowid or 0
            # Before others can see the row, so that they never take the run for dead.
            self._running[run_id] = self._lock(run_id)
        return run_id

    def record(self, run_id: int, tasks: Collection[TaskRecord]) -> None:
        """Write down what became of tasks; a later record of the same task takes its place."""
        # Found in the cache is what becomes of most tasks, and there is little to say of it.
        cached = [t for t in tasks if t.status == CACHED and t.key]
        rows = [_row(run_id, task) for task in tasks if task.status != CACHED or not task.key]
        with self._database.writing():
            self._database.executemany(
                """INSERT OR REPLACE INTO run_tasks
                (run_id, node, item, key, status, seconds, error, started, cost)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                rows,
            )
            if cached:
                self._database.execute(
                    "INSERT INTO run_cached VALUES (?, ?)", (run_id, pack_tasks(cached))
                )
            self._remember_keys(run_id, tasks)
            self._database.execute(
                "UPDATE runs SET finished = ? WHERE id = ? AND status = 'running'",
                (self._clock(), run_id),
            )

    def _remember_keys(self, run_id: int, tasks: Collection[TaskRecord]) -> None:
        """Write down the keys of tasks that finished, where they are others than before."""
        if run_id not in self._keys:
            (number,) = self._database.row("SELECT workflow_id FROM runs WHERE id = ?", (run_id,))
            self._keys[run_id] = number, self._keys_of(number)
        number, known = self._keys[run_id]
        finished = {(t.node, t.item): t.key for t in tasks if t.key and t.status in FINISHED}
        changed = {task: key for task, key in finished.items() if known.get(task) != key}
        known.update(changed)
        self._database.executemany(
            "INSERT OR REPLACE INTO task_keys (workflow_id, node, item, key) VALUES (?, ?, ?, ?)",
            [(number, node, item, key) for (node, item), key in changed.items()],
        )

    def finish(
        self, run_id: int, *, status: RunStatus, exit_code: int, counts: Mapping[str, int]
    ) -> None:
        """Write down how a run ended."""
        with self._database.writing():
            self._database.execute(
                "UPDATE runs SET finished = ?, status = ?, exit_code = ?, counts = ? WHERE id = ?",
                (self._clock(), status, exit_code, json.dumps(dict(counts)), run_id),
            )
        self._keys.pop(run_id, None)
        if lock := self._running.pop(run_id, None):
            lock.release()
            self._lock_path(run_id).unlink(missing_ok=True)

    def runs(self, limit: int = 20, workflow: str | Path | None = None) -> list[RunRecord]:
        """Return the latest runs, the newest first; of one workflow file, or of all."""
        if workflow is None:
            rows = self._database.rows(f"{_RUN} ORDER BY runs.id DESC LIMIT ?", (limit,))
        else:
            rows = self._database.rows(
                f"{_RUN} WHERE workflow_id = ? ORDER BY runs.id DESC LIMIT ?",
                (workflow_id(self._database, workflow), limit),
            )
        return [self._run(row) for row in rows]

    def active(self) -> list[RunRecord]:
        """Return the runs that are going on now, in any process."""
        rows = self._database.rows(f"{_RUN} WHERE status = 'running' ORDER BY runs.id")
        return [run for run in map(self._run, rows) if run.status == "running"]

    def get(self, run_id: int) -> RunRecord | None:
        """Return a run, or None."""
        row = self._database.row(f"{_RUN} WHERE runs.id = ?", (run_id,))
        return None if row is None else self._run(row)

    def document(self, run_id: int) -> str | None:
        """Return the workflow's text as it was run, or None when there is no such run.

        Raises:
            StoreError: The text is damaged.
        """
        row = self._database.row("SELECT document FROM runs WHERE id = ?", (run_id,))
        if row is None:
            return None
        try:
            return zlib.decompress(row[0]).decode("utf-8", "surrogatepass")
        except (zlib.error, TypeError, ValueError) as error:
            raise StoreError(f"the workflow text of run {run_id} is damaged: {error}") from error

    def tasks(self, run_id: int) -> list[TaskRecord]:
        """Return what became of the tasks of a run, by node and then by item as text."""
        rows = self._database.rows(
            """SELECT node, item, status, key, seconds, error, started, cost
            FROM run_tasks WHERE run_id = ?""",
            (run_id,),
        )
        packed = self._database.rows("SELECT tasks FROM run_cached WHERE run_id = ?", (run_id,))
        found = {
            (node, item): TaskRecord(node, item, CACHED, key)
            for (blob,) in packed
            for node, item, key in unpack_tasks(blob)
        }
        for node, item, status, key, seconds, error, started, cost in rows:
            paid = None if cost is None else Decimal(cost)
            task = TaskRecord(node, item, status, key, seconds, error, started, paid)
            found[node, item] = task
        return [found[task] for task in sorted(found)]

    def last_run(self, workflow: str | Path) -> int | None:
        """Return the last run of a file that recorded tasks, however it ended."""
        row = self._database.row(
            """SELECT max(id) FROM runs WHERE workflow_id = ?
            AND (EXISTS (SELECT 1 FROM run_tasks WHERE run_id = runs.id)
                OR EXISTS (SELECT 1 FROM run_cached WHERE run_id = runs.id))""",
            (workflow_id(self._database, workflow),),
        )
        return None if row[0] is None else int(row[0])

    def task_keys(self, workflow: str | Path) -> dict[tuple[str, str], str]:
        """Return the key with which each task (node, item) of a file last finished."""
        return self._keys_of(workflow_id(self._database, workflow))

    def _keys_of(self, number: int | None) -> dict[tuple[str, str], str]:
        rows = self._database.rows(
            "SELECT node, item, key FROM task_keys WHERE workflow_id = ?", (number,)
        )
        return {(node, item): key for node, item, key in rows}

    def task_counts(self, workflow: str | Path) -> Counter[str]:
        """Return how many tasks each node of a file had in its last run that was done."""
        (last,) = self._database.row(
            "SELECT max(id) FROM runs WHERE workflow_id = ? AND status = 'done'",
            (workflow_id(self._database, workflow),),
        )
        return Counter(task.node for task in self.tasks(last)) if last else Counter()

    def durations(self) -> Durations:
        """Return how long tasks took of late."""
        return durations_in(self._database)

    def _last_heard(self, run_id: int, written: float | None) -> float | None:
        """Return when a run that died is known to have lived: its jobs tell, too."""
        (sent,) = self._database.row("SELECT max(created) FROM jobs WHERE run = ?", (run_id,))
        return max((at for at in (written, sent) if at is not None), default=None)

    def _lock_path(self, run_id: int) -> Path:
        return self._folder / f"{run_id}.lock"

    def _lock(self, run_id: int) -> Lock:
        try:
            lock = Lock.acquire(self._lock_path(run_id), exclusive=True, wait=1.0)
        except OSError as error:
            raise StoreError(str(error), where=str(self._folder)) from error
        if lock is None:
            raise StoreError(f"run {run_id} is locked by another process", where=str(self._folder))
        return lock

    def _run(self, row: Any) -> RunRecord:
        run_id, path, name, started, last_heard, status, exit_code, counts, out, pid = row
        finished = None if status == "running" else last_heard
        if status == "running" and not is_held(self._lock_path(run_id)):
            status, last_heard = "died", self._last_heard(run_id, last_heard)
        try:
            numbers = json.loads(counts)
        except ValueError:
            numbers = {}
        return RunRecord(
            run_id, path, name, started, finished, status, exit_code, numbers, out, pid, last_heard
        )
