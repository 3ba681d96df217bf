"""What was spent and is reserved, added up from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Literal

from engine.money import Budget, Spent, midnight
from engine.store.database import Database
from engine.store.job import Job, JobState

By = Literal["day", "provider", "workflow"]


@dataclass(frozen=True, slots=True)
class SpendRow:
    """The calls of one day, provider or workflow, in US dollars."""

    name: str
    calls: int = 0
    """Those that were sent."""
    paid: Decimal = Decimal(0)
    """What is known to be billed, also at a fixed price."""
    estimated: Decimal = Decimal(0)
    """The highest price of work that was done, where nobody tells what it cost."""
    unclear: Decimal = Decimal(0)
    """The highest price of calls that failed or were called off, which may be billed even so."""
    held: Decimal = Decimal(0)
    """Set aside for what is not done yet."""
    unpriced: int = 0
    """Calls that may have cost more than all that: nobody knows their highest price."""

    @property
    def total(self) -> Decimal:
        """What counts against budgets."""
        return self.paid + self.estimated + self.unclear + self.held

    def plus(self, job: Job) -> SpendRow:
        """Return the row with one more job."""
        part = _part(job)
        amount = job.known_cost if part == "paid" and job.known_cost is not None else job.charge
        sent = job.state is not JobState.RESERVED and bool(job.request)
        unpriced = sent and job.cost is None and job.estimate_high is None
        return replace(
            self,
            calls=self.calls + sent,
            unpriced=self.unpriced + unpriced,
            **{part: getattr(self, part) + amount},
        )


def spend(jobs: Iterable[Job], by: By) -> list[SpendRow]:
    """Add up jobs; days in order, other names by what was spent, the most first."""
    rows: dict[str, SpendRow] = {}
    for job in jobs:
        name = _NAMES[by](job)
        rows[name] = rows.get(name, SpendRow(name)).plus(job)
    if by == "day":
        return [rows[name] for name in sorted(rows)]
    return sorted(rows.values(), key=lambda row: (-row.total, row.name))


def _part(job: Job) -> str:
    if job.state in (JobState.RESERVED, JobState.SUBMITTING, JobState.SUBMITTED):
        return "held"
    if job.cost is not None:
        return "paid"
    if job.state in (JobState.FAILED, JobState.CANCELED):
        return "paid" if job.billed == "billed" and job.known_cost is not None else "unclear"
    return "paid" if job.known_cost is not None else "estimated"


def _day(job: Job) -> str:
    return datetime.fromtimestamp(job.created).date().isoformat()


_NAMES: dict[str, Callable[[Job], str]] = {
    "day": _day,
    "provider": lambda job: job.provider,
    "workflow": lambda job: job.workflow,
}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is about to be sent."""

    provider: str
    amount: Decimal
    """What is to be reserved for it."""
    is_open: bool
    """Whether it may cost more than that."""


def check(
    database: Database, budget: Budget, call: Call, run: int, now: float, besides: int
) -> None:
    """Refuse a call that a budget leaves no room for.

    Args:
        database: Holds the journal; nobody else may write to it until the call is written down.
        budget: The limits.
        call: The call.
        run: The run that sends it.
        now: The time, in seconds since 1970.
        besides: The number of a job that does not count; 0 for none.

    Raises:
        OverBudgetError: A limit is in the way.
    """
    if budget.is_limited:
        spent = _spent_before(database, run, call.provider, now, besides)
        budget.check(call.provider, call.amount, spent, is_open=call.is_open)


def _spent_before(database: Database, run: int, provider: str, now: float, besides: int) -> Spent:
    """Add up what is spent and reserved. Equal amounts are counted, not read one by one."""
    day = midnight(now)
    rows = database.rows(
        """SELECT run = ?, created >= ?, provider = ?, coalesce(cost, reserved), count(*)
        FROM jobs WHERE (run = ? OR created >= ?) AND id <> ? GROUP BY 1, 2, 3, 4""",
        (run, day, provider, run, day, besides),
    )
    sums = [Decimal(0), Decimal(0), Decimal(0)]
    for in_run, in_day, at_provider, amount, count in rows:
        for place, counts in enumerate((in_run, in_day, in_day and at_provider)):
            if counts:
                sums[place] += Decimal(amount) * count
    return Spent(*sums)
