"""When jobs are asked about, and when things are tried again."""

from __future__ import annotations

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from nodes.remote.poll import backoff, pause, retry_after

SECONDS = st.floats(0, 1e6)


@given(waited=SECONDS, floor=st.floats(0.01, 60), seed=st.integers(0, 99))
def test_a_pause_is_below_a_tenth_of_the_wait_and_above_the_floor(
    waited: float, floor: float, seed: int
) -> None:
    wait = pause(waited, floor, Random(seed))
    assert floor <= wait <= max(floor, waited / 10)


def test_pauses_grow_and_differ() -> None:
    waits = [pause(waited, 0.1, Random(1)) for waited in (0, 10, 100, 10_000)]
    assert waits == sorted(waits)
    assert waits[0] == 0.1
    assert len({pause(100, 0.1, Random(seed)) for seed in range(9)}) == 9


@given(attempt=st.integers(1, 99), asked=st.none() | SECONDS, seed=st.integers(0, 99))
def test_a_retry_waits_as_long_as_it_is_asked_to(
    attempt: int, asked: float | None, seed: int
) -> None:
    wait = backoff(attempt, asked, Random(seed))
    assert max(min(asked or 0, 300), 0.3) <= wait <= 400


def test_retry_after_is_seconds_or_a_date() -> None:
    assert retry_after({"retry-after": "7"}, 0) == 7
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:01:40 GMT"}, 40.0) == 60
    assert retry_after({"retry-after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 40.0) == 0
    for text in ("", "soon", "1e999", "-4", "9" * 400, "²"):
        assert retry_after({"retry-after": text}, 0) is None
    assert retry_after({}, 0) is None
