"""Budgets: what they leave room for, alone and with several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import ErrorKind, TaskError
from engine.money import Budget, Spent, format_usd, midnight, total
from engine.store import Home
from tests.support.patience import PATIENCE

WORKER = Path(__file__).with_name("money_worker.py")
ROOT = Path(__file__).parents[2]
AMOUNTS = st.decimals(0, 100, places=4)


@given(limit=AMOUNTS, amounts=st.lists(AMOUNTS, max_size=20))
def test_what_is_accepted_never_exceeds_the_limit(limit: Decimal, amounts: list[Decimal]) -> None:
    budget = Budget(run=limit)
    accepted = Decimal(0)
    for amount in amounts:
        fits = accepted + amount <= limit
        try:
            budget.check("fal", amount, Spent(run=accepted))
        except TaskError as error:
            assert error.kind is ErrorKind.BILLING
            assert not fits
        else:
            assert fits or not amount
            accepted += amount
    assert accepted <= limit


@pytest.mark.parametrize(
    ("budget", "named"),
    [
        (Budget(run=Decimal(1)), "for this run is \\$1.00: \\$0.50"),
        (Budget(day=Decimal(2)), "for today is \\$2.00: \\$1.60"),
        (Budget(providers={"fal": Decimal("0.9")}), "for fal today is \\$0.90: \\$0.70"),
    ],
)
def test_the_limit_in_the_way_is_named(budget: Budget, named: str) -> None:
    spent = Spent(run=Decimal("0.5"), day=Decimal("1.6"), provider=Decimal("0.7"))
    with pytest.raises(TaskError, match=named):
        budget.check("fal", Decimal("0.75"), spent)
    budget.check("fal", Decimal(0), Spent(*[Decimal(9)] * 3))


def test_a_call_of_unknown_price_needs_something_to_be_left() -> None:
    budget = Budget(run=Decimal(1), allow_unknown=True)
    budget.check("fal", Decimal(0), Spent(run=Decimal("0.99")), is_open=True)
    for so_far in ("1", "1.5"):
        with pytest.raises(TaskError, match="this call may cost more than anybody knows"):
            budget.check("fal", Decimal(0), Spent(run=Decimal(so_far)), is_open=True)


def test_other_providers_are_not_limited() -> None:
    budget = Budget(providers={"fal": Decimal(0)})
    assert budget.is_limited
    budget.check("higgsfield", Decimal(5), Spent())
    assert not Budget(allow_unknown=True).is_limited


def test_the_highest_price_is_held() -> None:
    budget = Budget()
    assert budget.hold("fal/m", Decimal(1), Decimal(3)) == 3
    with pytest.raises(TaskError, match="nobody knows what a call of fal/m costs"):
        budget.hold("fal/m", Decimal(1), None)
    assert Budget(allow_unknown=True).hold("fal/m", Decimal(1), None) == 1


def test_amounts_are_written_to_the_cent_or_exactly() -> None:
    texts = [format_usd(Decimal(text)) for text in ("12", "0.4", "0.0035", "1E+2", "0")]
    assert texts == ["$12.00", "$0.40", "$0.0035", "$100.00", "$0.00"]
    assert format_usd(Decimal("1e40")) == "$1e+40"
    assert total([]) == 0
    assert total([Decimal("0.1")] * 10) == 1


def test_a_day_begins_at_the_local_midnight() -> None:
    noon = datetime(2025, 3, 30, 12).timestamp()
    assert datetime.fromtimestamp(midnight(noon)) == datetime(2025, 3, 30)
    assert midnight(midnight(noon)) == midnight(noon)


@pytest.mark.parametrize("seed", [1, 2])
def test_three_processes_together_hold_no_more_than_the_limit(tmp_path: Path, seed: int) -> None:
    limit = Decimal(4)
    workers = [
        subprocess.Popen(
            [sys.executable, str(WORKER), str(tmp_path), str(seed * 10 + number), str(limit), "60"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        for number in range(3)
    ]
    refused = 0
    for worker in workers:
        out, _ = worker.communicate(timeout=PATIENCE)
        assert worker.returncode == 0
        refused += int(out)
    with Home.open(tmp_path) as home:
        held = total(job.charge for job in home.journal.jobs())
    assert refused
    # Almost all of the limit was to be had: no call costs more than 0.4.
    assert limit - Decimal("0.4") <= held <= limit
