"""A remote job as the journal keeps it: its states, and the row that it is read from.

    reserved     money is set aside; nothing was sent
    submitting   the request is on its way: from here on it may cost money
    submitted    the provider has named the job
    finished     the provider is done; its results are still there only
    stored       the results are in the home
    failed, canceled

What the provider would take twice is never sent while a job of the same key is between `reserved`
and `stored`.
"""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from engine.store.codec import load_value
from engine.store.database import Database

_KEY_LENGTH = 64
"""Characters of a cache key."""


class JobState(StrEnum):
    """How far a job is."""

    RESERVED = "reserved"
    SUBMITTING = "submitting"
    SUBMITTED = "submitted"
    FINISHED = "finished"
    STORED = "stored"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done for it."""
        return self in OPEN


OPEN = (JobState.RESERVED, JobState.SUBMITTING, JobState.SUBMITTED, JobState.FINISHED)
_ENDS = frozenset({JobState.FAILED, JobState.CANCELED})
NEXT: dict[JobState, frozenset[JobState]] = {
    JobState.RESERVED: _ENDS | {JobState.SUBMITTING},
    JobState.SUBMITTING: _ENDS | {JobState.RESERVED, JobState.SUBMITTED, JobState.FINISHED},
    JobState.SUBMITTED: _ENDS | {JobState.FINISHED},
    JobState.FINISHED: _ENDS | {JobState.STORED},
    JobState.STORED: frozenset(),
    JobState.FAILED: frozenset(),
    JobState.CANCELED: frozenset(),
}
"""What may follow each state. Some providers answer a submission with the finished job."""


@dataclass(frozen=True, slots=True)
class Job:
    """One paid call and its result."""

    id: int
    key: str
    """The cache key of the task, `/`, and the model: the same work has the same key."""
    task: str
    """The address of the task that it was made for, or that went on with it, as `frame[3]`."""
    workflow: str
    """The workflow file of that task."""
    run: int
    """The run that reserved its money."""
    provider: str
    model: str
    state: JobState
    idempotency_key: str
    """Never changes, however often the job is submitted."""
    request: dict[str, Any]
    """`method`, `url` and `json` of the submission, never a header; empty before it."""
    remote_id: str
    """The provider's name for it; empty until it is known."""
    urls: dict[str, str]
    """Addresses that the provider gave: `status`, `result`, `cancel`."""
    results: list[dict[str, Any]]
    """What the provider said that it has made."""
    outputs: Any
    """The handles of what was stored; None before."""
    taken: bool
    """Whether a task has its result in the cache, so that no other one is owed it."""
    estimate_low: Decimal
    estimate_high: Decimal | None
    reserved: Decimal
    """What was set aside for it."""
    cost: Decimal | None
    """US dollars, where they are known; 0 for what was not billed."""
    billed: str
    """Empty while it is open, else `billed`, `not billed` or `unknown`."""
    error_kind: str
    error: str
    created: float
    """When its money was reserved; the day that it counts to."""
    updated: float

    @property
    def task_key(self) -> str:
        """The cache key of the task."""
        return self.key[:_KEY_LENGTH]

    @property
    def charge(self) -> Decimal:
        """What counts against budgets: the cost where it is known, else what was reserved."""
        return self.reserved if self.cost is None else self.cost

    @property
    def known_cost(self) -> Decimal | None:
        """What it cost: as billed, or by a fixed price; None where there is only an estimate."""
        return known_cost(self.cost, self.estimate_low, self.estimate_high)


@dataclass(frozen=True, slots=True)
class Begun:
    """What there is of some work already: one job, or several."""

    task: str = ""
    """The address of their task."""
    is_in_doubt: bool = False
    """Whether one was sent and nobody knows whether its provider has it."""
    at_most: Decimal | None = Decimal(0)
    """What sending such jobs again may cost, in US dollars; None: nobody knows."""
    age: float = math.inf
    """For how many seconds the newest has been with its provider; infinite where it has ended."""

    def with_job(self, task: str, state: str, high: Decimal | None, age: float) -> Begun:
        """Return the same with one more job, which is in a state for so many seconds."""
        if state == JobState.SUBMITTED:
            return replace(self, task=task, age=max(age, 0.0))
        if state != JobState.SUBMITTING:
            return replace(self, task=task, age=math.inf)
        at_most = None if self.at_most is None or high is None else self.at_most + high
        return Begun(task, is_in_doubt=True, at_most=at_most, age=0.0)


def known_cost(cost: Decimal | None, low: Decimal | None, high: Decimal | None) -> Decimal | None:
    """Return what a job cost, from what was billed and the estimate, as `Job.known_cost`."""
    return low if cost is None and low == high else cost


COLUMNS = (
    "id, key, task, workflow, run, provider, model, state, idempotency_key, request, remote_id, "
    "urls, results, outputs, taken, estimate_low, estimate_high, reserved, cost, billed, "
    "error_kind, error, created, updated"
)


_NAMES = tuple(COLUMNS.split(", "))


def money(text: str | None) -> Decimal | None:
    """Read an amount, as the columns hold it."""
    return None if text is None else Decimal(text)


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("request", "urls", "results"), json.loads),
    "outputs": load_value,
    **dict.fromkeys(("estimate_low", "estimate_high", "reserved", "cost"), money),
    "state": JobState,
    "taken": bool,
}
"""How the columns are read that are not kept as they are."""


def job_from(row: Any) -> Job:
    """Read a row of the columns `COLUMNS`.

    Raises:
        ValueError: The row is damaged.
    """
    values = dict(zip(_NAMES, row, strict=True))
    return Job(**{**values, **{name: read(values[name]) for name, read in _READ.items()}})


def with_columns(job: Job, columns: Mapping[str, Any]) -> Job:
    """Return a job as it is read when some of its columns have been written."""
    return replace(
        job, **{name: _READ.get(name, _as_it_is)(value) for name, value in columns.items()}
    )


def _as_it_is(value: Any) -> Any:
    return value


def insert_job(
    database: Database, key: str, provider: str, model: str, values: Mapping[str, Any]
) -> int:
    """Write a new job, `reserved`; return its number. `values` gives the columns not set here."""
    row = {
        "key": key,
        "task_key": key[:_KEY_LENGTH],
        "provider": provider,
        "model": model,
        "state": JobState.RESERVED,
        "idempotency_key": str(uuid.uuid4()),
        "request": "{}",
        "remote_id": "",
        "urls": "{}",
        "results": "[]",
        "outputs": "null",
        "taken": 0,
        "billed": "",
        "error_kind": "",
        "error": "",
        **values,
    }
    sql = f"INSERT INTO jobs ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    return database.execute(sql, _plain(row)).lastrowid or 0


def update_job(database: Database, job_id: int, state: JobState, values: Mapping[str, Any]) -> bool:
    """Change columns of a job, if it is in that state; tell whether it was."""
    columns = ", ".join(f"{name} = ?" for name in values)
    # The names are the module's own.
    sql = f"UPDATE jobs SET {columns} WHERE id = ? AND state = ?"  # noqa: S608
    return database.execute(sql, (*_plain(values), job_id, str(state))).rowcount == 1


def _plain(values: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(str(v) if isinstance(v, JobState) else v for v in values.values())
