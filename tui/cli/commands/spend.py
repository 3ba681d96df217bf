"""`reelgraph spend`: what was spent, by day, provider or workflow."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from decimal import Decimal

from engine.money import format_usd, midnight, total
from engine.store import SpendRow
from tui.cli.exits import Exit
from tui.cli.session import Session
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import count

_DAY = 86400.0
PARTS = ("paid", "estimated", "unclear", "held")
"""What money may be, as a row of the ledger says."""


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Print what was spent."""
    since = midnight(max(0.0, session.home.clock() - options.since * _DAY))
    rows = session.home.journal.spend(since=since, by=options.by)
    if options.json:
        sums = spend_as_json(rows)
        data = [{options.by: row.name, **spend_as_json([row])} for row in rows]
        terminal.print_json({"v": 1, "since": since, "by": options.by, "rows": data, "sums": sums})
    elif rows:
        terminal.print_lines(_table(rows, options.by, terminal.width))
    else:
        terminal.note("Nothing was spent.")
    return Exit.DONE


def _table(rows: Sequence[SpendRow], by: str, width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column(by, style="bold", shrink=True),
        Column("calls", right=True),
        *(Column(part, right=True) for part in PARTS if _sum(rows, part)),
        *(Column("unpriced", right=True, style="yellow") for _ in range(bool(_unpriced(rows)))),
        Column("in all", right=True, style="bold"),
    ]
    cells: list[list[Span]] = [_cells(rows, [row], row.name) for row in rows]
    if len(rows) > 1:
        cells.append(_cells(rows, rows, "in all"))
    return table(columns, cells, width)


def _cells(every: Sequence[SpendRow], rows: Sequence[SpendRow], name: str) -> list[Span]:
    parts = [_sum(rows, part) for part in PARTS if _sum(every, part)]
    calls = f"{sum(row.calls for row in rows):,}"
    in_all = format_usd(total(row.total for row in rows))
    cells = [name, calls, *(format_usd(part) if part else "" for part in parts)]
    if _unpriced(every):
        unpriced = _unpriced(rows)
        cells.append(count(unpriced, "call") if unpriced else "")
    return [*cells, in_all]


def _unpriced(rows: Sequence[SpendRow]) -> int:
    return sum(row.unpriced for row in rows)


def _sum(rows: Sequence[SpendRow], part: str) -> Decimal:
    return total(getattr(row, part) for row in rows)


def spend_as_json(rows: Sequence[SpendRow]) -> dict[str, object]:
    """Return the sums of rows as the documented JSON."""
    return {
        "calls": sum(row.calls for row in rows),
        **{part: str(_sum(rows, part)) for part in (*PARTS, "total")},
        "unpriced": _unpriced(rows),
    }


def spend_in_words(rows: Sequence[SpendRow]) -> str:
    """Return the sums of rows: `$1.20 paid, $0.40 held`; empty where nothing was spent."""
    unpriced = _unpriced(rows)
    # Of a call whose highest price nobody knows the lowest is in the sum.
    words = {"estimated": "estimated" if unpriced else "estimated at most"}
    parts = [
        f"{format_usd(amount)} {words.get(part, part)}"
        for part in PARTS
        if (amount := _sum(rows, part))
    ]
    if unpriced:
        parts.append(f"{count(unpriced, 'call')} of unknown price")
    return ", ".join(parts)
