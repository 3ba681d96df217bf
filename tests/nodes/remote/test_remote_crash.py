"""Some dozens of kills; `python -m benchmarks --only crash` does hundreds."""

from __future__ import annotations

import os
import random
import signal
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.store import Home, JobState
from tests.support.crash_matrix import ANYWHERE, KINDS, Scenario, Tally, processes
from tests.support.fake_provider import FakeProvider
from tests.support.remote import FAIL_POINTS, WORKFLOWS, run_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills processes as POSIX does")


def test_kills_at_each_step_lose_nothing_and_pay_nothing_twice(tmp_path: Path) -> None:
    context = processes()
    cells = [(workflow, kind) for workflow in WORKFLOWS for kind in KINDS]
    points = [*FAIL_POINTS, ANYWHERE, "submitting", "sent"]
    tally = Tally()
    for number in range(30):
        workflow, kind = cells[number % len(cells)]
        chance = random.Random(number)
        scenario = Scenario(context, tmp_path / str(number), workflow, kind, chance)
        scenario.run(points[number % len(points)], tally)
    assert tally.kills >= 30
    assert (tally.duplicates, tally.lost) == (0, 0)


@pytest.mark.parametrize("point", ["submitting", "sent"])
def test_what_is_in_doubt_waits_for_a_key_and_a_budget_and_is_paid_for_once(
    tmp_path: Path, point: str
) -> None:
    context, provider = processes(), FakeProvider()
    provider.start()

    def run(fail_point: str = "", **limits: Any) -> int | None:
        arguments = (tmp_path, provider.url, "image", True, False, fail_point)
        process = context.Process(target=run_until, args=arguments, kwargs=limits)
        process.start()
        process.join()
        return process.exitcode

    try:
        assert run(f"{point}:1") == -signal.SIGKILL
        asked = provider.count("submit")
        assert [run(key=""), run(most="0.03")] == [1, 4]
        assert provider.count("submit") == asked
        # The answer comes, and its process dies before it is written down.
        assert run("sent:1", most="0.04") == -signal.SIGKILL
        assert run(most="0.04") == 0
    finally:
        provider.stop()
    assert (provider.submissions, provider.billed) == (1, Decimal("0.04"))
    with Home.open(tmp_path / "home") as home:
        (job,) = home.journal.jobs()
        assert (job.state, job.run) == (JobState.STORED, 5)
        assert [home.journal.spend(run=number) for number in range(1, 5)] == [[]] * 4
        (row,) = home.journal.spend(run=5)
        assert row.total == Decimal("0.04")
