"""How long the jobs of a model take, learned from those that have ended in the run.

Jobs that a run sends together mostly take about as long as each other. When the first has ended
the others are about to: they are looked at then, and not at the end of a pause that was chosen
while nobody knew.
"""

from __future__ import annotations

from math import inf

from anyio import CancelScope

from engine.jobs import JobDesk

_NEAR = 1.03
"""A job is about to end until it has taken so many times what the quickest took."""


class Pace:
    """What is known of the jobs of one model, and how to wait for them."""

    def __init__(self) -> None:
        self._quickest = inf
        """Seconds that the quickest job has taken."""
        self._naps: set[CancelScope] = set()

    def learn(self, seconds: float) -> None:
        """Take note of how long a job has taken, and think again about those that are waited for.

        Args:
            seconds: From when it was submitted to when it was seen to have ended, which was soon.
        """
        if seconds < self._quickest:
            self._quickest = seconds
            for nap in self._naps:
                nap.cancel()

    async def rest(self, desk: JobDesk, age: float, wanted: float, floor: float) -> None:
        """Wait until a job is worth another look.

        Args:
            desk: The run's.
            age: Seconds since it was submitted.
            wanted: The pause where nothing is known.
            floor: The least pause.
        """
        began = desk.monotonic()
        pause = self._pause(age, wanted, floor)
        with CancelScope() as nap:
            self._naps.add(nap)
            try:
                await desk.sleep(pause)
            finally:
                self._naps.discard(nap)
        if nap.cancelled_caught:
            rested = desk.monotonic() - began
            await desk.sleep(self._rest_of(pause, rested, age + rested, floor))

    def _pause(self, age: float, wanted: float, floor: float) -> float:
        if age < self._quickest:
            return max(min(wanted, self._quickest - age), floor)
        return floor if self._is_near(age) else wanted

    def _rest_of(self, pause: float, rested: float, age: float, floor: float) -> float:
        """Return how long to go on with a pause, after more has become known in it."""
        left = pause - rested
        if self._is_near(age):
            left = min(left, max(self._quickest - age, floor - rested))
        return max(left, 0.0)

    def _is_near(self, age: float) -> bool:
        return age < self._quickest * _NEAR
