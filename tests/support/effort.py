"""Bars on how much work something is that hold on every machine, however slow or busy.

A machine which needs long for what a test does needs long for a known piece of work as well: the
bar is moved by as much.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

_USUAL = 0.02
"""Seconds of processor time that the known piece of work takes on a machine of usual speed."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail if what is done inside is more than a machine of usual speed does in some time.

    Args:
        seconds: Of processor time.
    """
    start = time.process_time()
    yield
    taken = time.process_time() - start
    if taken >= seconds:
        slowness = max(1.0, max(_known_work() for _ in range(3)) / _USUAL)
        assert taken < seconds * slowness, f"took {taken:.2f} s, {slowness:.1f} times slowed down"


def _known_work() -> float:
    start = time.process_time()
    found: dict[int, str] = {}
    for number in range(240_000):
        found[number & 1023] = str(number)
    return time.process_time() - start
