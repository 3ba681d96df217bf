"""Jobs of one model are looked at when they are about to end, and never more often than allowed."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any

import anyio
import anyio.lowlevel
from hypothesis import given
from hypothesis import strategies as st

from nodes.remote.pace import Pace
from nodes.remote.poll import pause

_FLOOR = 1.0
_STEPS = 5
"""Turns of the event loop after which everybody waits again."""


@dataclass(eq=False)
class _Clock:
    """Time that passes when everybody waits."""

    now: float = 0.0
    _sleepers: list[tuple[float, anyio.Event]] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        sleeper = (self.now + seconds, anyio.Event())
        self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            self._sleepers.remove(sleeper)

    async def run(self) -> None:
        while True:
            for _ in range(_STEPS):
                await anyio.lowlevel.checkpoint()
            if not self._sleepers:
                return
            self.now, wake = min(self._sleepers, key=lambda sleeper: sleeper[0])
            wake.set()


def _watch(jobs: Sequence[tuple[float, float]], *, pace: Pace | None = None) -> list[list[float]]:
    """Return when each job was looked at, the last time when it had ended.

    Args:
        jobs: When each was submitted, and how long it takes.
        pace: What is shared; None: each has one of its own, so that nothing is learned.
    """
    clock = _Clock()
    desk: Any = SimpleNamespace(monotonic=clock.monotonic, sleep=clock.sleep)
    looks: list[list[float]] = [[] for _ in jobs]

    async def watch(number: int) -> None:
        submitted, lasts = jobs[number]
        own, random = pace or Pace(), Random(number)
        await clock.sleep(submitted + _FLOOR)
        while True:
            age = clock.now - submitted
            looks[number].append(clock.now)
            if age >= lasts:
                own.learn(age)
                return
            await own.rest(desk, age, pause(age, _FLOOR, random), _FLOOR)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for number in range(len(jobs)):
                group.start_soon(watch, number)
            group.start_soon(clock.run)

    anyio.run(main)
    return looks


def test_when_the_first_of_a_batch_has_ended_the_others_are_looked_at() -> None:
    batch = [(0.0, 300.0)] * 20
    alone = [looks[-1] for looks in _watch(batch)]
    assert max(alone) - min(alone) > 3
    together = [looks[-1] for looks in _watch(batch, pace=Pace())]
    assert min(together) == min(alone)
    assert max(together) <= min(together) + _FLOOR


def test_a_job_is_looked_at_when_it_has_taken_as_long_as_one_before() -> None:
    first, second = _watch([(0.0, 200.0), (500.0, 200.0)], pace=Pace())
    assert math.isclose(second[-1] - 500.0, first[-1])


def test_one_that_takes_longer_than_the_others_is_waited_for_as_if_nothing_was_known() -> None:
    quick, slow = (0.0, 100.0), (0.0, 1000.0)
    (alone,) = _watch([slow])
    *_, together = _watch([quick, slow], pace=Pace())
    assert together[-1] - 1000.0 < 1000.0 * 0.02 + _FLOOR
    assert len(together) <= len(alone) + 4


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(2, 400)), min_size=1, max_size=12))
def test_no_job_is_looked_at_more_often_than_the_floor_allows(
    jobs: list[tuple[float, float]],
) -> None:
    for looks, lonely in zip(_watch(jobs, pace=Pace()), _watch(jobs), strict=True):
        gaps = [later - earlier for earlier, later in itertools.pairwise(looks)]
        assert all(gap >= _FLOOR - 1e-9 for gap in gaps)
        # The jobs that end can come to be the quickest so far one after another.
        assert len(looks) <= len(lonely) + len(jobs) * 14
