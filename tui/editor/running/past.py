"""The runs of a home as the editor looks at them: one with its files, and the difference of two."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.differences import differences
from engine.engine import Engine
from engine.errors import UsageError
from engine.money import total
from engine.plan import Reason
from engine.store import RunRecord, SpendRow, TaskRecord
from engine.store.history import FINISHED
from tui.cli.runs_table import in_order
from tui.editor.model import Comparison, compare

_MOST_CHANGES = 500
"""Tasks of which it is said what changed."""


@dataclass(frozen=True)
class PastRun:
    """One run."""

    record: RunRecord
    tasks: tuple[TaskRecord, ...]
    spent: tuple[SpendRow, ...]
    outputs: Mapping[str, Mapping[str, Any]]
    """What its tasks gave, by address, as far as the cache still has it."""

    @property
    def cost(self) -> Decimal:
        """US dollars that it spent, or has reserved."""
        return total(row.total for row in self.spent)

    @property
    def files(self) -> list[Path]:
        """The files in its output folder, which later runs may have written anew."""
        folder = Path(self.record.out)
        if not self.record.out or not folder.is_dir():
            return []
        return sorted(p for p in folder.iterdir() if p.is_file() and p.name[:1] != ".")


@dataclass(frozen=True, slots=True)
class TaskChange:
    """A task that is not the same in two runs."""

    task: str
    before: str
    """How it ended; empty where it was not there."""
    after: str
    reasons: tuple[Reason, ...] = ()
    """What changed in what it was asked, as far as the cache still has it."""


@dataclass(frozen=True)
class RunDifference:
    """What differs between two runs."""

    old: PastRun
    new: PastRun
    workflow: Comparison
    """Of the workflow as it was run."""
    counts: Mapping[str, tuple[Counter[str], Counter[str]]]
    """By node, how its tasks ended in each."""
    changes: tuple[TaskChange, ...]
    """The tasks whose work was another one, or that ended otherwise than done."""


def list_runs(engine: Engine, workflow: str = "", limit: int = 200) -> list[RunRecord]:
    """Return the latest runs, the newest first; of one workflow file, or of all."""
    return engine.home.history.runs(limit, workflow or None)


def look_at(engine: Engine, run: int) -> PastRun:
    """Return all that is known of a run.

    Raises:
        UsageError: There is none of that number.
    """
    home = engine.home
    record = home.history.get(run)
    if record is None:
        raise UsageError(f"there is no run {run}")
    tasks = in_order(home.history.tasks(run))
    keys = {task.key: _address(task) for task in tasks if task.key and task.status in FINISHED}
    found = home.cache.results(keys)
    by_task = {_address(t): found[t.key].outputs for t in tasks if t.key in found and t.key in keys}
    spent = tuple(home.journal.spend(run=run, by="provider"))
    return PastRun(record, tuple(tasks), spent, by_task)


def difference_of(engine: Engine, old: int, new: int) -> RunDifference:
    """Return what differs between two runs.

    Raises:
        UsageError: One of them is not there.
        StoreError: What was run cannot be read any more.
    """
    before, after = look_at(engine, old), look_at(engine, new)
    counts: dict[str, tuple[Counter[str], Counter[str]]] = defaultdict(
        lambda: (Counter(), Counter())
    )
    for place, past in enumerate((before, after)):
        for task in past.tasks:
            counts[task.node][place][_word(task)] += 1
    workflow = compare(_document(engine, old), _document(engine, new))
    changes = tuple(_changes(engine, before.tasks, after.tasks))
    return RunDifference(before, after, workflow, dict(counts), changes)


def _document(engine: Engine, run: int) -> dict[str, Any]:
    try:
        data = json.loads(engine.home.history.document(run) or "{}")
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


def _changes(
    engine: Engine, old: Sequence[TaskRecord], new: Sequence[TaskRecord]
) -> Iterator[TaskChange]:
    before = {_address(task): task for task in old}
    after = {_address(task): task for task in new}
    names = [name for name in {**before, **after} if _differs(before.get(name), after.get(name))]
    pairs = [(before.get(name), after.get(name)) for name in names]
    keys = {task.key for pair in pairs[:_MOST_CHANGES] for task in pair if task and task.key}
    entries = engine.home.cache.get_many(keys)
    for name, (was, now) in zip(names, pairs, strict=True):
        reasons: list[Reason] = []
        if was and now and was.key in entries and now.key in entries:
            reasons = differences(entries[was.key].arguments, entries[now.key].arguments)
        yield TaskChange(name, _word(was), _word(now), tuple(reasons))


def _differs(was: TaskRecord | None, now: TaskRecord | None) -> bool:
    if was is None or now is None:
        return True
    is_done = was.status in FINISHED and now.status in FINISHED
    return was.key != now.key or (not is_done and was.status != now.status)


def _word(task: TaskRecord | None) -> str:
    if task is None:
        return ""
    return "ran" if task.status == "done" else task.status


def _address(task: TaskRecord) -> str:
    return f"{task.node}[{task.item}]" if task.item else task.node
