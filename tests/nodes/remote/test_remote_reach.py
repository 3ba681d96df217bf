"""A provider that does not answer: said while it lasts, once for all, and that it is back."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from itertools import pairwise
from pathlib import Path
from random import Random

import anyio
import anyio.lowlevel
import pytest

from engine import ErrorKind, TaskError
from engine.events import ProviderAway, ProviderBack, TaskProgress
from engine.execute import RunReport
from nodes.remote.poll import backoff
from nodes.remote.reach import Reach
from tests.support.fake_provider import FakeProvider
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench, engine_for

LOST = TaskError("the line is cut", kind=ErrorKind.TRANSIENT)
BROKEN = Reply(500, {"error": "out of order"})
JOB = {"id": "job-1", "progress": 0, "usd": None, "files": [], "reason": ""}


class Timed(RemoteBench):
    """A bench on a clock that only waiting moves."""

    def __init__(self, folder: Path, provider: FakeProvider) -> None:
        super().__init__(folder, provider)
        self.now = 0.0
        self.engine = engine_for(
            self.home, self.runner, sleep=self._pass, monotonic=lambda: self.now
        )

    async def _pass(self, seconds: float) -> None:
        until = self.now + seconds
        await anyio.lowlevel.checkpoint()
        self.now = max(self.now, until)

    def go(self, name: str) -> RunReport:
        report = self.run(WORKFLOWS[name])
        self.home.close()
        return report

    @property
    def news(self) -> list[ProviderAway | ProviderBack]:
        return [e for e in self.events if isinstance(e, ProviderAway | ProviderBack)]

    @property
    def notes(self) -> list[str]:
        return [event.note for event in self.events if isinstance(event, TaskProgress)]


@pytest.fixture
def timed(tmp_path: Path, provider: FakeProvider) -> Timed:
    return Timed(tmp_path, provider)


def test_each_wait_is_told_as_it_begins_and_the_end_of_it(timed: Timed) -> None:
    timed.provider.script("status", *[BROKEN] * 4)
    assert timed.go("image").status == "done"
    *waits, back = timed.news
    assert [type(event) for event in timed.news] == [ProviderAway] * 3 + [ProviderBack]
    assert isinstance(back, ProviderBack)
    for event in waits:
        assert isinstance(event, ProviderAway)
        assert (event.provider, event.kind) == ("fake", "transient")
        assert event.message == "fake answered 500: out of order"
    lengths = [event.wait for event in waits if isinstance(event, ProviderAway)]
    assert lengths == sorted(lengths)
    assert lengths[-1] > 2
    assert back.seconds == pytest.approx(sum(lengths))


def test_it_is_told_beside_the_task_too(timed: Timed) -> None:
    timed.provider.script("status", *[BROKEN] * 3)
    timed.go("image")
    waits = [note for note in timed.notes if "; again in " in note]
    assert len(waits) == 2
    assert waits[0].startswith("fake answered 500: out of order; again in ")
    assert timed.notes[timed.notes.index(waits[-1]) + 1] == "fake answers again"


@pytest.mark.parametrize("route", ["submit", "status"])
def test_a_single_hiccup_is_nothing_to_speak_of(timed: Timed, route: str) -> None:
    timed.provider.script(route, BROKEN)
    assert timed.go("image").status == "done"
    assert not timed.news
    assert not [note for note in timed.notes if "again" in note]


def test_many_jobs_at_one_provider_tell_each_wait_once() -> None:
    reach, random = Reach("fal"), Random(1)
    tries = [(random.uniform(0, 2), 1) for _ in range(200)]
    told: list[ProviderAway] = []
    heapify(tries)
    while tries:
        now, attempt = heappop(tries)
        wait = backoff(attempt, None, random)
        if attempt >= 2 and (news := reach.failed(LOST, wait, now)):
            told.append(news)
        if attempt < 11:
            heappush(tries, (now + wait, attempt + 1))
    assert 8 <= len(told) <= 14
    assert {event.kind for event in told} == {"transient"}


def test_hiccups_with_answers_between_are_nothing_to_speak_of(timed: Timed) -> None:
    for _ in range(3):
        timed.provider.script("status", BROKEN, Reply(json={**JOB, "state": "running"}))
    assert timed.go("image").status == "done"
    assert not timed.news


@pytest.mark.parametrize("route", ["submit", "file"])
def test_other_waits_are_told_as_well(timed: Timed, route: str) -> None:
    timed.provider.script(route, *[BROKEN] * 3)
    assert timed.go("video").status == "done"
    assert len(timed.news) == 3
    assert isinstance(timed.news[-1], ProviderBack)


def test_a_wait_that_it_asks_for_is_told(timed: Timed) -> None:
    timed.provider.script("status", *[Reply(429, headers={"Retry-After": "60"})] * 2)
    timed.go("image")
    away, back = timed.news
    assert isinstance(away, ProviderAway)
    assert away.kind == "throttled"
    assert away.wait >= 60
    assert isinstance(back, ProviderBack)


def test_it_is_told_for_as_long_as_tasks_are_tried_anew(timed: Timed) -> None:
    timed.provider.script("status", *[BROKEN] * 99)
    assert timed.go("image").status == "failed"
    assert len(timed.news) > 20
    assert not any(isinstance(event, ProviderBack) for event in timed.news)
    gaps = [event.seconds for event in timed.news if isinstance(event, ProviderAway)]
    assert gaps == sorted(gaps)
    assert max(late - early for early, late in pairwise(gaps)) < 45


def test_a_wait_is_told_again_when_the_last_one_is_over() -> None:
    reach = Reach("fal")
    assert reach.failed(LOST, 4.0, 100.0) == ProviderAway(
        "fal", "transient", "the line is cut", 4.0, 0.0
    )
    assert reach.failed(LOST, 9.0, 103.0) is None
    later = reach.failed(LOST, 8.0, 104.5)
    assert later is not None
    assert (later.wait, later.seconds) == (8.0, 4.5)
    assert reach.answered(110.0) == ProviderBack("fal", 10.0)
    assert reach.answered(111.0) is None
