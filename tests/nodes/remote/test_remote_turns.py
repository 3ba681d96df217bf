"""Limits of a provider that all processes of a home share: jobs at a time, calls a minute."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import anyio
import pytest

from engine.errors import StoreError
from engine.execute import RunReport
from engine.request import Request
from engine.store import Home
from engine.store.turns import Turns
from nodes.remote.hold import Hold
from tests.support.fake_provider import FakeProvider
from tests.support.loopback import Asked, Reply
from tests.support.patience import PATIENCE
from tests.support.remote import WORKFLOWS, RemoteBench

ROOT = Path(__file__).parents[3]


class Crowded(FakeProvider):
    """Remembers how many jobs it had at a time."""

    peak = 0

    def _submit(self, asked: Asked) -> Reply:
        reply = super()._submit(asked)
        going = [job for job in self.jobs.values() if job.state in ("queued", "running")]
        self.peak = max(self.peak, len(going))
        return reply


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    with Home.open(tmp_path / "home") as home:
        yield home


@pytest.fixture
def turns(home: Home) -> Turns:
    return home.journal.turns


def test_three_processes_share_the_limit(tmp_path: Path) -> None:
    provider = Crowded()
    provider.plan.seconds = {"image": 0.05}
    provider.start()
    try:
        worker = [sys.executable, "-m", "tests.support.turns_worker", str(tmp_path), provider.url]
        running = [
            subprocess.Popen([*worker, name, "2"], cwd=ROOT) for name in ("red", "green", "blue")
        ]
        assert [process.wait(60) for process in running] == [0, 0, 0]
    finally:
        provider.stop()
    assert provider.submissions == 15
    assert provider.peak == 2


def test_what_was_given_back_in_a_step_that_failed_is_given_back_again(home: Home) -> None:
    session: Any = SimpleNamespace(desk=SimpleNamespace(journal=home.journal))
    hold = Hold(session, "key", lambda hold: None)
    hold.take()
    with pytest.raises(StoreError), home.journal.together():
        hold.give_back()
        raise StoreError("the disk is full")
    with Home.open(home.path) as other:
        with other.journal.claim_key("key") as is_free:
            assert not is_free
        hold.give_back()
        with other.journal.claim_key("key") as is_free:
            assert is_free
            hold.give_back()
        with home.journal.claim_key("key") as is_free:
            assert is_free
            hold.give_back()
            with other.journal.claim_key("key") as is_free:
                assert not is_free


def test_what_was_claimed_in_a_step_that_failed_is_not_kept(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = bench.home.journal.together

    @contextmanager
    def failing() -> Iterator[None]:
        with together():
            yield
            raise StoreError("the disk is full")

    document = bench.document(WORKFLOWS["mapped"])
    graph, _ = bench.engine.bind(document)

    async def run() -> RunReport:
        with anyio.fail_after(PATIENCE):
            return await bench.engine.run(document, graph, Request.parse(graph))

    with monkeypatch.context() as patch:
        patch.setattr(bench.home.journal, "together", failing)
        report = anyio.run(run)
    assert {failure.message for failure in report.failures} == {"the disk is full"}
    assert anyio.run(run).status == "done"
    assert bench.provider.submissions == 6


def test_who_asked_first_goes_first(turns: Turns) -> None:
    first, second, third = (turns.ask("fal") for _ in range(3))
    assert not turns.take(third, 2)
    assert turns.take(second, 2)
    assert turns.take(first, 2)
    assert not turns.take(third, 2)
    turns.end(second)
    late = turns.ask("fal")
    assert not turns.take(late, 2)
    assert turns.take(third, 2)
    assert turns.take(third, 2)


def test_providers_do_not_wait_for_each_other(turns: Turns) -> None:
    assert turns.take(turns.ask("fal"), 1)
    assert turns.take(turns.ask("higgsfield"), 1)


def test_what_is_there_already_takes_its_place(turns: Turns) -> None:
    there = turns.ask("fal", going=True)
    assert turns.take(there, 1)
    waiting = turns.ask("fal")
    assert not turns.take(waiting, 1)
    turns.end(there)
    assert turns.take(waiting, 1)


def test_the_dead_hold_nothing(tmp_path: Path, turns: Turns) -> None:
    other = Home.open(tmp_path / "home")
    assert other.journal.turns.take(other.journal.turns.ask("fal"), 1)
    ticket = turns.ask("fal")
    assert not turns.take(ticket, 1)
    # Its lock goes with its process; the ticket stays behind.
    other.close()
    assert turns.take(ticket, 1)


def test_calls_are_spaced_out_after_a_burst(turns: Turns, home: Home) -> None:
    now = 1_000_000.0
    waits = [turns.wait("fal", 60, now) for _ in range(10)]
    assert waits[:7] == [0.0] * 7
    assert waits[7:] == [1.0, 2.0, 3.0]
    assert turns.wait("fal", 60, now + 60) == 0.0


@pytest.mark.parametrize("calls", [1, 7, 60, 1000])
def test_no_minute_has_many_more_calls_than_allowed(turns: Turns, calls: int) -> None:
    now, made = 1_000_000.0, list[float]()
    while now < 1_000_120.0 and len(made) < 4000:
        wait = turns.wait("fal", calls, now)
        now += wait
        made.append(now)
    for start in made[:50]:
        assert sum(start <= moment < start + 60 for moment in made) <= calls * 1.1 + 1


def test_a_clock_that_was_set_back_keeps_nobody_waiting(turns: Turns) -> None:
    turns.wait("fal", 1, 2_000_000_000.0)
    assert turns.wait("fal", 1, 1_000_000_000.0) == 0.0


def test_a_run_waits_for_its_calls(bench: RemoteBench) -> None:
    document = bench.document(WORKFLOWS["image"])
    graph, _ = bench.engine.bind(document)
    request = Request.parse(graph, paces={"fake": 1})
    assert anyio.run(bench.engine.run, document, graph, request).exit_code == 0
    assert max(bench.waits) > 50
