"""Runs as people read them: a table of some, and all that is known of one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.money import format_usd
from engine.store import RunRecord, TaskRecord
from tui.cli.tables import Column, table
from tui.cli.terminal import Span
from tui.cli.words import count, natural, seconds, when

RUN_STYLES = {
    "done": "green",
    "partial": "yellow",
    "failed": "bold red",
    "interrupted": "yellow",
    "died": "bold red",
    "running": "blue",
}
_MOST_FAILURES = 50
_SHORTEST = 0.05
"""Seconds from which on a length of time is not written as none."""


def in_order(tasks: Sequence[TaskRecord]) -> list[TaskRecord]:
    """Return tasks as people count: `frame[2]` before `frame[10]`."""
    return sorted(tasks, key=lambda task: (natural(task.node), natural(task.item)))


def run_table(
    runs: Sequence[RunRecord], width: int | None, *, named: bool = True
) -> Iterator[list[Span]]:
    """Yield the lines of a table of runs, the titles first.

    Args:
        runs: The runs.
        width: Columns of the terminal; None for as many as it takes.
        named: Whether it is told which workflow each run was of.
    """
    columns = [
        Column("run", right=True, style="bold"),
        Column("when"),
        *([Column("workflow", shrink=True)] if named else []),
        Column("status"),
        Column("took", right=True),
        Column("tasks", shrink=True, style="dim"),
    ]
    rows: list[list[Span]] = [
        [
            str(run.id),
            when(run.started),
            *([run.name or run.workflow] if named else []),
            (run.status, RUN_STYLES.get(run.status, "")),
            took(run),
            counts_text(run.counts),
        ]
        for run in runs
    ]
    return table(columns, rows, width)


def took(run: RunRecord) -> str:
    """Return how long a run took, as far as that is known; empty where it is not yet."""
    length = 0.0 if run.last_heard is None else max(0.0, run.last_heard - run.started)
    if run.finished is not None:
        return seconds(length)
    if length < _SHORTEST:
        return "not known" if run.status == "died" else ""
    return f"at least {seconds(length)}"


def counts_text(counts: dict[str, int]) -> str:
    """Return the counts of a run that are not zero: `4 ran, 9 cached`."""
    order = ("ran", "shared", "cached", "failed", "skipped", "blocked", "stopped")
    return ", ".join(f"{counts[name]:,} {name}" for name in order if counts.get(name))


def run_lines(
    run: RunRecord, tasks: Sequence[TaskRecord], spent: str, width: int | None
) -> Iterator[list[Span]]:
    """Yield what is known of one run.

    Args:
        run: The run.
        tasks: What became of its tasks, in the order in which they are shown.
        spent: What it spent, in words.
        width: Columns of the terminal; None for as many as it takes.
    """
    yield [(f"run {run.id}", "bold"), "  ", (run.status, RUN_STYLES.get(run.status, ""))]
    facts: list[list[Span]] = [
        ["workflow", run.workflow],
        ["started", when(run.started)],
        ["took", took(run)],
        ["ended", "without finishing: its process is gone" if run.status == "died" else ""],
        ["output", run.out],
        ["tasks", counts_text(run.counts)],
        ["spent", spent],
    ]
    columns = [Column("", style="cyan"), Column("", shrink=True)]
    yield from table(columns, [fact for fact in facts if fact[1]], width)
    if tasks:
        yield []
        yield from _node_table(tasks, width)
    yield from _failures(tasks)


def _node_table(tasks: Sequence[TaskRecord], width: int | None) -> Iterator[list[Span]]:
    statuses: dict[str, Counter[str]] = defaultdict(Counter)
    worked: dict[str, float] = defaultdict(float)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for task in tasks:
        paid[task.node] += task.cost or 0
        statuses[task.node]["ran" if task.status == "done" else task.status] += 1
        worked[task.node] += task.seconds
    columns = [
        Column("node", style="bold", shrink=True),
        Column("tasks", shrink=True),
        Column("work", right=True, style="dim"),
        Column("paid" if any(paid.values()) else "", right=True),
    ]
    rows = [
        [
            node,
            counts_text(dict(counts)),
            seconds(worked[node]) if worked[node] else "",
            format_usd(paid[node]) if paid[node] else "",
        ]
        for node, counts in statuses.items()
    ]
    return table(columns, rows, width)


def _failures(tasks: Sequence[TaskRecord]) -> Iterator[list[Span]]:
    failed = [task for task in tasks if task.error]
    if failed:
        yield []
    for task in failed[:_MOST_FAILURES]:
        name = f"{task.node}[{task.item}]" if task.item else task.node
        yield [(name, "bold"), "  ", (task.status, "red"), f": {task.error}"]
    if len(failed) > _MOST_FAILURES:
        yield [f"and {count(len(failed) - _MOST_FAILURES, 'more failure')}"]
