"""`reelgraph plan`: which tasks would run and why, and what that would take and cost."""

from __future__ import annotations

import os
from argparse import Namespace
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import anyio

from engine.errors import UsageError
from engine.plan import Plan, PlannedNode, PlannedTask
from nodes.asking import LIVE
from tui.cli.exits import Exit
from tui.cli.needed_keys import how_to_give, without_key
from tui.cli.opening import Opened, open_workflow
from tui.cli.reasons import MOST_NODES, reason_lines
from tui.cli.report import report_problems
from tui.cli.session import Session
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count, dollars, seconds

_FEW = 10
"""Tasks of a node whose reasons are given without `--all`."""


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print the plan; return 1 when a task would fail for sure."""
    if options.live and options.offline:
        raise UsageError("--live and --offline cannot go together", hint="Take one of them.")
    opened = open_workflow(session, options)
    report_problems(opened.warnings, terminal)
    plan, notes = anyio.run(_plan_live if options.live else _plan, session, opened)
    lacking = without_key(plan, session.keys)
    if options.json:
        terminal.print_json(plan_as_json(plan) | {"keys_missing": lacking, "notes": notes})
    else:
        for note in notes:
            terminal.note(("note: ", "yellow"), note)
        _warn_of_keys(lacking, terminal)
        _print(plan, terminal, None if options.all else _FEW)
    return Exit.FAILED if plan.errors else Exit.DONE


async def _plan(session: Session, opened: Opened) -> tuple[Plan, list[str]]:
    from nodes.known import KnownWork

    known = KnownWork(session.home.journal)
    return await session.engine.plan(opened.document, opened.graph, opened.request, known), []


async def _plan_live(session: Session, opened: Opened) -> tuple[Plan, list[str]]:
    """Return the plan with prices that were asked for, and why some were not to be had."""
    from nodes.live import LivePrices

    async with session.outside() as context:
        prices = LivePrices(context)
        plan = await session.engine.plan(opened.document, opened.graph, opened.request, prices)
    return plan, [session.clean(note) for note in prices.notes]


def _warn_of_keys(lacking: Mapping[str, list[str]], terminal: Terminal) -> None:
    for provider, nodes in lacking.items():
        asking = ", ".join(nodes[:_FEW]) + (", ..." if len(nodes) > _FEW else "")
        said = f"there is no key for {provider}, which is asked by {asking}. "
        terminal.note(("warning: ", "yellow"), said + how_to_give(provider))


def _print(plan: Plan, terminal: Terminal, few: int | None) -> None:
    shown = plan.nodes if few is None else _those_that_matter(plan.nodes)
    terminal.print_lines(_node_table(plan, shown, terminal.width))
    if len(shown) < len(plan.nodes):
        more = len(plan.nodes) - len(shown)
        terminal.print((f"and {count(more, 'more node')} (--all)", "dim"))
    reasons = list(reason_lines(plan.tasks, few, terminal.width))
    if reasons:
        terminal.print()
        terminal.print_lines(reasons)
    if plan.errors:
        terminal.print()
        for where, message in plan.errors.items():
            terminal.print(("would fail: ", "bold red"), (where, "bold"), f": {message}")
    terminal.print()
    terminal.print(*_totals(plan))


# -- the table -------------------------------------------------------------------------------------


def _those_that_matter(nodes: Sequence[PlannedNode]) -> Sequence[PlannedNode]:
    """Return the nodes of a large workflow that are worth a line: first those with work to do."""
    if len(nodes) <= MOST_NODES:
        return nodes
    busy = [node for node in nodes if node.run or node.unknown or _open(node)]
    return busy[:MOST_NODES]


def _node_table(
    plan: Plan, nodes: Sequence[PlannedNode], width: int | None
) -> Iterator[list[Span]]:
    prices = _prices(plan)
    has_unknown = any(_open(node) or node.unknown for node in nodes)
    columns = [
        Column("node", shrink=True, style="bold"),
        Column("type", shrink=True, style="dim"),
        Column("cached", right=True, style="cyan"),
        Column("run", right=True, style="green"),
        Column("after upstream" if has_unknown else "", right=True, style="yellow"),
        Column("price", right=True),
    ]
    rows = [
        [
            node.node,
            node.type,
            _number(node.cached),
            _number(node.run),
            _unknown(node) if has_unknown else "",
            prices.get(node.node, ""),
        ]
        for node in nodes
    ]
    return table(columns, rows, width) if rows else iter(())


def _number(value: int) -> str:
    return f"{value:,}" if value else "·"


def _open(node: PlannedNode) -> bool:
    return not node.total_known


def _unknown(node: PlannedNode) -> str:
    """Return how many tasks hang on results that are not there yet: `3`, `about 6`, `some`."""
    if not _open(node):
        return _number(node.unknown)
    return f"about {node.predicted:,}" if node.predicted else "some"


def _prices(plan: Plan) -> dict[str, str]:
    low: dict[str, Decimal] = defaultdict(Decimal)
    high: dict[str, Decimal | None] = defaultdict(Decimal)
    for task in plan.tasks:
        if task.status == "cached":
            continue
        low[task.node] += task.price.low if task.status == "run" else 0
        before = high[task.node]
        most = task.price.high
        high[task.node] = None if before is None or most is None else before + most
    return {node: dollars(low[node], high[node]) for node in high}


# -- totals ----------------------------------------------------------------------------------------


def _totals(plan: Plan) -> list[Span]:
    run, cached, unknown = (plan.count(s) for s in ("run", "cached", "unknown"))
    spans: list[Span] = [
        (f"{run:,} to run", "bold green" if run else "bold"),
        f", {cached:,} cached",
    ]
    if unknown or any(_open(node) for node in plan.nodes):
        open_ended = "+" if any(_open(node) for node in plan.nodes) else ""
        spans.append(f", {unknown:,}{open_ended} after upstream")
    if run or unknown:
        if plan.seconds:
            spans.append(f"; about {seconds(plan.seconds / _parallel())}")
        live = " (live)" if any(task.price.source == LIVE for task in plan.tasks) else ""
        spans.append(f"; {dollars(plan.cost_low, plan.cost_high)}{live}")
    return spans


def _parallel() -> int:
    """How many tasks go side by side, roughly: most work is local and takes a core."""
    return os.cpu_count() or 1


# -- for programs ----------------------------------------------------------------------------------


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data; the form is described in docs/cli.md."""
    return {
        "v": 1,
        "name": plan.name,
        "totals": {
            "run": plan.count("run"),
            "cached": plan.count("cached"),
            "unknown": plan.count("unknown"),
            "seconds": round(plan.seconds, 3),
            "cost_low": str(plan.cost_low),
            "cost_high": None if plan.cost_high is None else str(plan.cost_high),
        },
        "nodes": [
            {
                "node": node.node,
                "type": node.type,
                "cached": node.cached,
                "run": node.run,
                "unknown": node.unknown,
                "total_known": node.total_known,
                "predicted": node.predicted,
            }
            for node in plan.nodes
        ],
        "tasks": [_task_as_json(task) for task in plan.tasks],
        "errors": dict(plan.errors),
    }


def _task_as_json(task: PlannedTask) -> dict[str, Any]:
    return {
        "task": task.task,
        "node": task.node,
        "type": task.type,
        "status": task.status,
        "reasons": [
            {"code": r.code, "field": r.field, "old": r.old, "new": r.new, "text": str(r)}
            for r in task.reasons
        ],
        "seconds": task.seconds,
        "cost_low": str(task.price.low),
        "cost_high": None if task.price.high is None else str(task.price.high),
        "price_source": task.price.source,
    }
