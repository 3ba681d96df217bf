"""Stopping a paid run, or one task of it: what is asked, called off, and told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.store import JobState
from tests.support.fake_provider import PRICE, FakeProvider
from tests.support.remote import WORKFLOWS
from tests.tui.editor.panes_host import Host, drive
from tests.tui.editor.running_desks import Place, until
from tui.editor.canvas import State
from tui.editor.dialogs.ask import Ask
from tui.editor.panes import start
from tui.editor.running import Runner

MIXED: dict[str, Any] = {
    "nodes": {
        "slow": {"type": "draw", "inputs": {"prompt": "a hill"}},
        "other": {"type": "draw", "inputs": {"prompt": "a lake"}},
    }
}


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    provider.plan.seconds = {"image": 3600.0}
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def place(
    tmp_path: Path, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    place = Place(tmp_path, provider)
    monkeypatch.setattr("nodes.providers.provider_of", lambda model: place.remote)
    yield place
    place.close()


def states(place: Place) -> list[JobState]:
    return [job.state for job in place.home.journal.jobs()]


async def _begin(host: Host, pilot: Pilot[None], place: Place, jobs: int) -> None:
    async def run() -> None:
        host.told.append(await start(host, host.runner))

    host.run_worker(run())
    await until(lambda: "PlanScreen" in repr(host.screen))
    await pilot.pause()
    await pilot.press("enter")
    await until(lambda: states(place).count(JobState.SUBMITTED) == jobs)


async def _stop(host: Host, pilot: Pilot[None]) -> None:
    host.runner.stop()
    await until(lambda: isinstance(host.screen, Ask) and host.screen.is_mounted)
    await pilot.pause()


def stop_and_answer(place: Place, key: str) -> tuple[Any, list[str]]:
    """Stop a run with six jobs, and answer what is asked with a key; return what is told."""
    runner = place.runner(WORKFLOWS["mapped"])

    async def script(host: Host, pilot: Pilot[None]) -> tuple[Any, list[str]]:
        await _begin(host, pilot, place, 6)
        await _stop(host, pilot)
        await pilot.press(key)
        await until(lambda: host.told)
        return host.told[0], [notice.text for notice in host.notices]

    report, told = drive(runner, script)
    return report, told


def test_a_stopped_run_asks_and_its_jobs_are_called_off_with_one_key(
    place: Place, provider: FakeProvider
) -> None:
    report, told = stop_and_answer(place, "s")
    assert {job.state for job in provider.jobs.values()} == {"canceled"}
    assert set(states(place)) == {JobState.CANCELED}
    assert report.remote == ()
    assert "6 jobs called off." in told
    assert "not ended" not in told[-1]
    assert "Spent" not in told[-1]


def test_what_is_held_is_shown_anew_when_jobs_were_called_off(place: Place) -> None:
    runner = place.runner(WORKFLOWS["image"])
    shown: list[str] = []

    def show(nodes: frozenset[str]) -> None:
        assert runner.figures is not None
        shown.append(runner.figures.spent_in_words)

    runner.progressed.subscribe(show)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await _begin(host, pilot, place, 1)
        await _stop(host, pilot)
        assert shown[-1] == "$0.04 held"
        await pilot.press("s")
        await until(lambda: host.told)

    drive(runner, script)
    assert shown[-1] == ""


@pytest.mark.parametrize("key", ["enter", "l", "escape"])
def test_a_stopped_run_asks_and_its_jobs_are_left(
    place: Place, provider: FakeProvider, key: str
) -> None:
    report, told = stop_and_answer(place, key)
    assert {job.state for job in provider.jobs.values()} <= {"queued", "running"}
    assert len(report.remote) == 6
    assert "6 jobs not ended at providers" in told[-1]


def test_a_second_stop_at_once_calls_off_and_asks_nothing(
    place: Place, provider: FakeProvider
) -> None:
    runner = place.runner(WORKFLOWS["image"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        await _begin(host, pilot, place, 1)
        host.runner.stop()
        host.runner.stop()
        await until(lambda: host.told)
        assert not isinstance(host.screen, Ask)

    drive(runner, script)
    assert states(place) == [JobState.CANCELED]


def test_one_task_is_called_off_while_the_run_goes_on(place: Place, provider: FakeProvider) -> None:
    runner = place.runner(MIXED)

    async def script(host: Host, pilot: Pilot[None]) -> list[str]:
        await _begin(host, pilot, place, 2)
        await until(lambda: is_running(host.runner, "slow"))
        host.runner.cancel("slow")
        await until(lambda: host.notices)
        assert host.runner.is_running
        assert sorted(job.state for job in provider.jobs.values()) == ["canceled", "running"]
        assert sorted(states(place)) == [JobState.CANCELED, JobState.SUBMITTED]
        provider.plan.seconds = {}
        await until(lambda: host.told)
        return [notice.text for notice in host.notices]

    told = drive(runner, script)
    assert told[0] == "slow: called off at fake, not billed."
    assert ": 1 ran, 1 stopped. Spent: $0.04 paid." in told[1]
    assert runner.figures is not None
    assert (runner.figures.done, runner.figures.spent) == (2, PRICE["image"])
    (entry,) = [entry for entry in runner.log.sifted("warning") if entry.task == "slow"]
    assert entry.text == "called off at fake, not billed"


def is_running(runner: Runner, node: str) -> bool:
    return node in runner.states and runner.states[node].state is State.RUNNING


def test_of_many_tasks_it_is_told_once_what_came_of_calling_them_off(
    place: Place, provider: FakeProvider
) -> None:
    runner = place.runner(WORKFLOWS["mapped"])

    async def script(host: Host, pilot: Pilot[None]) -> list[str]:
        await _begin(host, pilot, place, 6)
        host.runner.cancel("frame")
        await until(lambda: host.told)
        return [notice.text for notice in host.notices]

    assert drive(runner, script)[0] == "6 tasks: called off at fake, not billed."


def test_what_was_left_is_gone_on_with_by_the_next_run(
    place: Place, provider: FakeProvider
) -> None:
    stop_and_answer(place, "enter")
    provider.plan.seconds = {}

    async def again() -> Any:
        runner = place.runner(WORKFLOWS["mapped"])
        prepared = await runner.prepare(runner.order())
        return await runner.run(prepared, runner.leave(prepared))

    report = asyncio.run(again())
    assert (report.status, provider.submissions) == ("done", 6)
