"""Jobs at providers as people read them, and what is to be done with them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from engine.money import format_usd
from engine.store import Job, JobState
from tui.cli.tables import Column, table
from tui.cli.terminal import Span
from tui.cli.words import dollars, seconds

_STYLES = {
    JobState.RESERVED: "dim",
    JobState.SUBMITTING: "bold yellow",
    JobState.SUBMITTED: "blue",
    JobState.FINISHED: "cyan",
    JobState.STORED: "green",
    JobState.FAILED: "red",
    JobState.CANCELED: "dim",
}


def job_table(
    jobs: Sequence[Job], in_doubt: Collection[int], now: float, width: int | None
) -> Iterator[list[Span]]:
    """Yield the lines of a table of jobs, the titles first.

    Args:
        jobs: The jobs.
        in_doubt: The numbers of those of which nobody knows whether they were sent.
        now: The time, in seconds since 1970.
        width: Columns of the terminal; None for as many as it takes.
    """
    columns = [
        Column("job", right=True, style="bold"),
        Column("task", shrink=True),
        Column("model", shrink=True),
        Column("state"),
        Column("age", right=True),
        Column("price", right=True),
        Column("", shrink=True, style="dim"),
    ]
    rows: list[list[Span]] = [
        [
            str(job.id),
            job.task,
            job.model,
            ("in doubt" if job.id in in_doubt else job.state.value, _STYLES[job.state]),
            seconds(max(0.0, now - job.created)),
            price_of(job),
            job.error or Path(job.workflow).name,
        ]
        for job in jobs
    ]
    return table(columns, rows, width)


def price_of(job: Job) -> str:
    """Return what a job costs, as far as it is known: `$0.40`, `$0.10 to $0.40`, `not billed`."""
    if job.billed == "not billed" and not job.cost:
        return "not billed"
    if job.cost is not None:
        return format_usd(job.cost)
    return dollars(job.estimate_low, job.estimate_high)
