"""Hundreds of runs killed at every step of a remote job: what was paid for twice, what was lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.report import Bar, Row, Table
from tests.support.crash_matrix import KINDS, Tally, processes, run_cell
from tests.support.remote import WORKFLOWS

_ROUNDS = 5
"""Scenarios that begin with each step, in each cell; with further kills, some 600 in all."""


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Kill runs of each workflow with each kind of provider."""
    context = processes()
    total = Tally()
    rows: list[Row] = []
    with TemporaryDirectory() as folder:
        for workflow in WORKFLOWS:
            for kind in KINDS:
                tell(f"kills of {workflow}, provider {kind}")
                place = Path(folder) / f"{len(rows)}"
                rounds = 1 if quick else _ROUNDS
                tally = run_cell(context, place, workflow, kind, rounds)
                total.add(tally)
                rows.append(_row(f"{workflow}, {kind}", tally))
    rows.append(_row("all", total))
    title = "Kills at every step of the journal, and at random moments"
    return [Table("crash", title, tuple(rows))]


def _row(name: str, tally: Tally) -> Row:
    values: dict[str, float | None] = {
        "kills": tally.kills,
        "asked a person": tally.asked,
        "duplicates": tally.duplicates,
        "lost": tally.lost,
        "wrong": tally.duplicates + tally.lost,
    }
    return Row(name, values, Bar("wrong", 0))
