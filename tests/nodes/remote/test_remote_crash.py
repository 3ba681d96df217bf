"""Some dozens of kills; `python -m benchmarks --only crash` does hundreds."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.support.crash_matrix import ANYWHERE, KINDS, Scenario, Tally, processes
from tests.support.remote import FAIL_POINTS, WORKFLOWS

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
