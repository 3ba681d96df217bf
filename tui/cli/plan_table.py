"""A plan as people read it: a table of its nodes, and its totals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.plan import Plan, PlannedNode
from nodes.asking import LIVE
from tui.cli.reasons import MOST_NODES
from tui.cli.tables import Column, table
from tui.cli.terminal import Span
from tui.cli.words import dollars, seconds


def those_that_matter(nodes: Sequence[PlannedNode]) -> Sequence[PlannedNode]:
    """Return the nodes of a large workflow that are worth a line: first those with work to do."""
    if len(nodes) <= MOST_NODES:
        return nodes
    busy = [node for node in nodes if node.run or node.unknown or _open(node)]
    return busy[:MOST_NODES]


def node_table(plan: Plan, nodes: Sequence[PlannedNode], width: int | None) -> Iterator[list[Span]]:
    """Yield the lines of a table of nodes, the titles first."""
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


def totals(plan: Plan) -> list[Span]:
    """Return what a plan comes to, as one line."""
    run, cached, unknown = (plan.count(s) for s in ("run", "cached", "unknown"))
    spans: list[Span] = [
        (f"{run:,} to run", "bold green" if run else "bold"),
        f", {cached:,} cached",
    ]
    if unknown or any(_open(node) for node in plan.nodes):
        open_ended = "+" if any(_open(node) for node in plan.nodes) else ""
        spans.append(f", {unknown:,}{open_ended} after upstream")
    if run or unknown:
        if plan.elapsed:
            spans.append(f"; about {seconds(plan.elapsed)}")
        live = " (live)" if any(task.price.source == LIVE for task in plan.tasks) else ""
        spans.append(f"; {dollars(plan.cost_low, plan.cost_high)}{live}")
    return spans
