"""`reelgraph plan`: which tasks would run and why, and what that would take and cost."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from typing import Any

import anyio

from engine.errors import UsageError
from engine.plan import Plan, PlannedTask
from tui.cli.exits import Exit
from tui.cli.needed_keys import how_to_give, without_key
from tui.cli.opening import Opened, open_workflow
from tui.cli.plan_table import node_table, those_that_matter, totals
from tui.cli.reasons import reason_lines
from tui.cli.report import report_problems
from tui.cli.session import Session
from tui.cli.terminal import Terminal
from tui.cli.words import count

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
    shown = plan.nodes if few is None else those_that_matter(plan.nodes)
    terminal.print_lines(node_table(plan, shown, terminal.width))
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
    terminal.print(*totals(plan))


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
