"""The runs that there were, the difference of two, and jobs at providers, by keys."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.money import Budget
from engine.store import JobState
from tests.support import nodes
from tests.support.fake_provider import FakeProvider
from tests.support.remote import WORKFLOWS
from tests.tui.editor.panes_host import Host, drive
from tests.tui.editor.running_desks import Place, perform, run_all, until
from tui.editor.dialogs.ask import Ask
from tui.editor.model import edits
from tui.editor.panes import JobsScreen, RunsScreen
from tui.editor.panes.jobs import SettleDialog
from tui.editor.running import Runner

FILM: dict[str, Any] = {
    "name": "film",
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "one\ntwo"}},
        "loud": {"type": "upper", "inputs": {"text": "${board.shots.prompt}"}},
    },
    "outputs": {"loud": "${loud.text}"},
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    nodes.reset()
    place = Place(tmp_path)
    yield place
    place.close()


@pytest.fixture
def paid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    provider = FakeProvider()
    provider.start()
    place = Place(tmp_path, provider)
    monkeypatch.setattr("nodes.providers.provider_of", lambda model: place.remote)
    yield place
    place.close()
    provider.stop()


def ran_twice(place: Place) -> Runner:
    runner = place.runner(FILM)
    perform(lambda: run_all(runner))
    runner.desk.edit(lambda now: edits.set_parameter(now, "board", "script", "one\nthree\nfour"))
    perform(lambda: run_all(runner))
    return runner


def test_runs_are_listed_with_what_became_of_them(place: Place) -> None:
    runner = ran_twice(place)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(runner))
        await host.until_text("3 ran, 1 cached", "#runs")
        assert "…" not in host.text("#runs")
        await host.until_text("run 2", "#lines")
        assert "loud-01.txt" in host.text("#lines")
        await pilot.press("down")
        await host.until_text("run 1", "#lines")
        await pilot.press("enter", "escape", "escape")
        assert host.answers == [None]

    drive(runner, script)


def test_two_runs_are_set_side_by_side(place: Place) -> None:
    runner = ran_twice(place)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(runner))
        await host.until_text("run 2", "#lines")
        await pilot.press("d")
        await host.until_text("1 → 2", "#lines")
        text = host.text("#lines")
        assert "~ board.script" in text
        assert "loud  2 ran → 2 ran, 1 cached" in text
        assert 'loud[2]  text: "two" -> "three"' in text
        assert "loud[3]  not there → ran" in text
        await pilot.press("space", "down", "d")
        await host.until_text("1 → 2", "#lines")
        await pilot.press("space", "d")
        await pilot.pause()

    drive(runner, script, size=(140, 40))


def test_runs_of_all_workflows_can_be_seen(place: Place) -> None:
    perform(lambda: run_all(place.runner(FILM)))
    other = place.runner({**FILM, "name": "other"}, name="other.json")
    perform(lambda: run_all(other))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(other))
        await host.until_text("done", "#runs")
        assert "workflow" not in host.text("#runs"), "the title says which one"
        await pilot.press("a")
        await host.until_text("film", "#runs")
        assert "other" in host.text("#runs")

    drive(other, script)


def reserve(place: Place, *, submitting: bool = True) -> None:
    journal = place.home.journal
    job = journal.reserve(
        key="a" * 64 + "/fake/image",
        task="frame",
        workflow="film.json",
        run=1,
        provider="fake",
        model="fake/image",
        low=Decimal("0.04"),
        high=Decimal("0.04"),
        budget=Budget(),
    )
    if submitting:
        journal.submitting(job, {"method": "POST", "url": "/x", "json": {}})


def job_states(place: Place) -> list[JobState]:
    return [job.state for job in place.home.journal.jobs()]


def left_behind(place: Place) -> Runner:
    """Return a runner whose run was stopped while its job was at the provider."""
    import asyncio

    provider = place.provider
    assert provider is not None
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def main() -> None:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: job_states(place) == [JobState.SUBMITTED])
        runner.stop()
        await work

    perform(main)
    provider.plan.seconds = {}
    return runner


def test_a_job_is_fetched(paid: Place) -> None:
    runner = left_behind(paid)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("fake/image", "#jobs")
        assert "f fetches its result" in host.text("#lines")
        await pilot.press("f")
        await until(lambda: job_states(paid) == [JobState.STORED])
        await pilot.press("a")
        await host.until_text("stored 1 file", "#lines")

    drive(runner, script)


def test_a_job_is_called_off(paid: Place) -> None:
    runner = left_behind(paid)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("fake/image", "#jobs")
        await pilot.press("c")
        await until(lambda: job_states(paid) == [JobState.CANCELED])
        await until(lambda: host.text("#jobs") == "")

    drive(runner, script)


def test_a_job_is_given_up_after_a_question(paid: Place) -> None:
    runner = left_behind(paid)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("fake/image", "#jobs")
        await pilot.press("x")
        await until(lambda: isinstance(host.screen, Ask))
        await pilot.press("k")
        assert job_states(paid) == [JobState.SUBMITTED]
        await pilot.press("x")
        await until(lambda: isinstance(host.screen, Ask))
        await pilot.press("g")
        await until(lambda: job_states(paid) == [JobState.FAILED])

    drive(runner, script)


@pytest.mark.parametrize(
    ("keys", "state"),
    [(["tab", "enter"], JobState.RESERVED), ([*"job-7", "enter"], JobState.SUBMITTED)],
)
def test_a_job_in_doubt_is_settled(paid: Place, keys: list[str], state: JobState) -> None:
    reserve(paid)
    runner = paid.runner(WORKFLOWS["image"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("submitting", "#jobs")
        assert "Nobody knows whether fake has it" in host.text("#lines")
        await pilot.press("s")
        await until(lambda: isinstance(host.screen, SettleDialog))
        await pilot.pause()
        await pilot.press(*keys)
        await until(lambda: job_states(paid) == [state])

    drive(runner, script)


def test_what_cannot_be_done_says_why(paid: Place) -> None:
    reserve(paid, submitting=False)
    runner = paid.runner(WORKFLOWS["image"])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("reserved", "#jobs")
        for key, why in (
            ("s", "Job 1 is reserved: there is no doubt about it."),
            ("F", "There is nothing to fetch."),
        ):
            await pilot.press(key)
            await pilot.pause()
            assert why in [notification.message for notification in host._notifications]
        await pilot.press("escape")
        assert host.answers == [None]

    drive(runner, script)
