"""Why tasks run, as lines: tasks that run for the same reason are put together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rich.cells import cell_len

from engine.plan import PlannedTask, Reason
from tui.cli.tables import shorten
from tui.cli.terminal import Span
from tui.cli.words import count

MOST_NODES = 40
"""So many nodes are shown without `--all`."""
_NARROWEST = 24


def reason_lines(
    tasks: Iterable[PlannedTask],
    few: int | None = None,
    width: int | None = None,
    way: str = " (--all)",
) -> Iterator[list[Span]]:
    """Yield the reasons of all tasks that are not cached.

    Args:
        tasks: The tasks of a plan, in its order.
        few: So many groups of tasks a node; None for all.
        width: Columns of the terminal; None for as many as it takes.
        way: How to see all, behind what counts those that are left out.
    """
    by_node: dict[str, list[PlannedTask]] = defaultdict(list)
    for task in tasks:
        if task.status != "cached":
            by_node[task.node].append(task)
    grouped = {node: _groups(own) for node, own in by_node.items()}
    shown = {node: groups[:few] for node, groups in _first(grouped, few)}
    pad = max((cell_len(_label(g)) for groups in shown.values() for g in groups), default=0) + 2
    for node, groups in shown.items():
        for group in groups:
            yield from _group_lines(group, pad, width)
        more = sum(map(len, grouped[node][len(groups) :]))
        if more:
            yield [" " * pad, (f"and {count(more, 'more task')}{way}", "dim")]
    if len(shown) < len(grouped):
        yield [(f"and {count(len(grouped) - len(shown), 'more node')}{way}", "dim")]


def _first(
    grouped: dict[str, list[list[PlannedTask]]], few: int | None
) -> Iterable[tuple[str, list[list[PlannedTask]]]]:
    return islice(grouped.items(), None if few is None else MOST_NODES)


def _groups(tasks: Sequence[PlannedTask]) -> list[list[PlannedTask]]:
    """Put neighbours together that run for the same reason."""
    groups: list[list[PlannedTask]] = []
    for task in tasks:
        if groups and _sense(groups[-1][-1]) == _sense(task):
            groups[-1].append(task)
        else:
            groups.append([task])
    return groups


def _sense(task: PlannedTask) -> list[Reason]:
    """Return the reasons without item numbers: `frame[2]` and `frame[3]` wait for the like."""
    return [
        Reason(r.code, r.field, r.old, r.new.partition("[")[0]) if r.code == "upstream" else r
        for r in task.reasons
    ]


def _label(group: Sequence[PlannedTask]) -> str:
    first, last = group[0].task, group[-1].task
    if len(group) == 1:
        return first
    return f"{first} to {last[len(group[0].node) :]}"


def _group_lines(group: Sequence[PlannedTask], pad: int, width: int | None) -> Iterator[list[Span]]:
    label = _label(group)
    reasons = group[0].reasons if _is_item_of_item(group) else _sense(group[0])
    for i, reason in enumerate(reasons or [Reason("new")]):
        head = label if i == 0 else ""
        room = None if width is None else max(_NARROWEST, width - pad)
        for text in _reason_texts(reason, room):
            yield [(head, "bold"), " " * (pad - cell_len(head)), *text]
            head = ""


def _is_item_of_item(group: Sequence[PlannedTask]) -> bool:
    """Tell whether a lone task waits for its own counterpart, whose number then says something.

    A task that collects a list waits for all of it, though a plan names only one.
    """
    _, _, index = group[0].task.partition("[")
    waits = [reason for reason in group[0].reasons if reason.code == "upstream"]
    return len(group) == 1 and all(reason.new.endswith(f"[{index}") for reason in waits)


def _reason_texts(reason: Reason, room: int | None) -> Iterator[list[Span]]:
    """Yield a reason as one line, or as two where old and new do not fit side by side."""
    text = str(reason)
    if room is None or cell_len(text) <= room:
        yield [text]
    elif reason.code != "changed":
        yield [shorten(text, room)]
    else:
        field = f"{reason.field}: "
        room = max(_NARROWEST, room - cell_len(field) - 2)
        yield [field, (f"- {shorten(reason.old, room)}", "red")]
        yield [" " * cell_len(field), (f"+ {shorten(reason.new, room)}", "green")]
