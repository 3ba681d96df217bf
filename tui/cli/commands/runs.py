"""`reelgraph runs`: the last runs, and what became of the tasks of one."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from engine.errors import UsageError
from engine.money import format_usd
from engine.store import RunRecord, TaskRecord
from tui.cli.commands.spend import spend_as_json, spend_in_words
from tui.cli.exits import Exit
from tui.cli.session import Session
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count, natural, seconds, when

_STYLES = {
    "done": "green",
    "partial": "yellow",
    "failed": "bold red",
    "interrupted": "yellow",
    "died": "bold red",
    "running": "blue",
}
_MOST_FAILURES = 50


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the runs, or one."""
    history = session.home.history
    if options.id is None:
        runs = history.runs(options.limit, options.workflow)
        if options.json:
            terminal.print_json({"v": 1, "runs": [asdict(run) for run in runs]})
        elif runs:
            terminal.print_lines(_list(runs, terminal.width))
        else:
            terminal.note("There are no runs yet.")
        return Exit.DONE
    run = history.get(options.id)
    if run is None:
        raise UsageError(f"there is no run {options.id}", hint="`reelgraph runs` lists them.")
    tasks = sorted(history.tasks(run.id), key=lambda task: (natural(task.node), natural(task.item)))
    if options.json:
        spent = spend_as_json(session.home.journal.spend(run=run.id))
        terminal.print_json({"v": 1, **asdict(run), "spent": spent, "tasks": _as_json(tasks)})
    else:
        spent_words = spend_in_words(session.home.journal.spend(run=run.id))
        terminal.print_lines(_explain(run, tasks, spent_words, terminal.width))
    return Exit.DONE


def _as_json(tasks: list[TaskRecord]) -> list[dict[str, Any]]:
    return [
        {**asdict(task), "cost": None if task.cost is None else str(task.cost)} for task in tasks
    ]


def _list(runs: list[RunRecord], width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column("run", right=True, style="bold"),
        Column("when"),
        Column("workflow", shrink=True),
        Column("status"),
        Column("took", right=True),
        Column("tasks", shrink=True, style="dim"),
    ]
    rows: list[list[Span]] = [
        [
            str(run.id),
            when(run.started),
            run.name or run.workflow,
            (run.status, _STYLES.get(run.status, "")),
            _length(run),
            counts_text(run.counts),
        ]
        for run in runs
    ]
    return table(columns, rows, width)


def _length(run: RunRecord) -> str:
    return "" if run.finished is None else seconds(max(0.0, run.finished - run.started))


def counts_text(counts: dict[str, int]) -> str:
    """Return the counts of a run that are not zero: `4 ran, 9 cached`."""
    order = ("ran", "shared", "cached", "failed", "skipped", "blocked")
    return ", ".join(f"{counts[name]:,} {name}" for name in order if counts.get(name))


def _explain(
    run: RunRecord, tasks: list[TaskRecord], spent: str, width: int | None
) -> Iterator[list[Span]]:
    yield [(f"run {run.id}", "bold"), "  ", (run.status, _STYLES.get(run.status, ""))]
    facts: list[list[Span]] = [
        ["workflow", run.workflow],
        ["started", when(run.started)],
        ["took", _length(run)],
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


def _node_table(tasks: list[TaskRecord], width: int | None) -> Iterator[list[Span]]:
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


def _failures(tasks: list[TaskRecord]) -> Iterator[list[Span]]:
    failed = [task for task in tasks if task.error]
    if failed:
        yield []
    for task in failed[:_MOST_FAILURES]:
        name = f"{task.node}[{task.item}]" if task.item else task.node
        yield [(name, "bold"), "  ", (task.status, "red"), f": {task.error}"]
    if len(failed) > _MOST_FAILURES:
        yield [f"and {count(len(failed) - _MOST_FAILURES, 'more failure')}"]
