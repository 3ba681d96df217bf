"""The difference of two runs, in lines: how they ended, what was edited in between, what tasks were
asked and what came of them."""

from __future__ import annotations

from collections.abc import Iterator

from engine.money import format_usd
from engine.plan import PlannedTask
from tui.cli.reasons import reason_lines
from tui.cli.runs_table import counts_text, took
from tui.cli.terminal import Span
from tui.cli.words import count
from tui.editor.running.past import PastRun, RunDifference, TaskChange
from tui.editor.sides import side_by_side

_MOST_CHANGES = 200
_INDENT = 6
_ROOM = 76
"""Cells of a value where the width is not told."""


def difference_lines(found: RunDifference, width: int | None = None) -> Iterator[list[Span]]:
    """Yield what differs between two runs, in lines of at most some width."""
    old, new = found.old, found.new
    yield [("run ", "bold"), (f"{old.record.id} → {new.record.id}", "bold")]
    yield [("status ", "cyan"), f"{old.record.status} → {new.record.status}"]
    yield [("took   ", "cyan"), f"{_took(old)} → {_took(new)}"]
    yield [("cost   ", "cyan"), f"{format_usd(old.cost)} → {format_usd(new.cost)}"]
    yield []
    yield from _workflow_lines(found, width)
    yield from _count_lines(found)
    yield from _change_lines(found.changes, width)


def _workflow_lines(found: RunDifference, width: int | None) -> Iterator[list[Span]]:
    comparison = found.workflow
    yield [("The workflow", "bold")]
    if comparison.is_same:
        yield [("  is the same", "dim")]
    for node in comparison.added:
        yield [("  + ", "green"), node]
    for node in comparison.removed:
        yield [("  - ", "red"), node]
    room = _ROOM if width is None else width - _INDENT
    for differences in (*comparison.changed.values(), comparison.other):
        for each in differences:
            before, after = side_by_side(each.old, each.new, room)
            yield [("  ~ ", "yellow"), each.place]
            yield [("    - ", "red"), before]
            yield [("    + ", "green"), after]
    yield []


def _took(past: PastRun) -> str:
    return took(past.record) or "not known yet"


def _count_lines(found: RunDifference) -> Iterator[list[Span]]:
    yield [("Tasks", "bold")]
    for node, (before, after) in found.counts.items():
        was, now = counts_text(dict(before)) or "none", counts_text(dict(after)) or "none"
        same: Span = (was, "dim")
        yield [f"  {node}  ", *([same] if was == now else [f"{was} → {now}"])]
    yield []


def _change_lines(changes: tuple[TaskChange, ...], width: int | None) -> Iterator[list[Span]]:
    explained = [change for change in changes if change.reasons][:_MOST_CHANGES]
    others = [change for change in changes if not change.reasons]
    if explained:
        yield [("What tasks were asked", "bold")]
        asked = [
            PlannedTask(each.task, each.task.partition("[")[0], "", "run", each.reasons)
            for each in explained
        ]
        inner = None if width is None else width - 2
        yield from (["  ", *line] for line in reason_lines(asked, None, inner))
        yield []
    if others:
        yield [("Other tasks", "bold")]
    for change in others[:_MOST_CHANGES]:
        ended = f"{change.before or 'not there'} → {change.after or 'not there'}"
        yield ["  ", (change.task, "bold"), (f"  {ended}", "dim")]
    if len(others) > _MOST_CHANGES:
        yield [(f"  and {count(len(others) - _MOST_CHANGES, 'more task')}", "dim")]
