"""The runs that there were, the difference of two, and jobs at providers, by keys."""

from __future__ import annotations

import gc
import json
import warnings
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from engine.money import Budget
from engine.store import Home, JobState, TaskRecord
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
        await host.until_text("3 ran, 1 cached", "#list")
        assert "…" not in host.text("#list")
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


def test_lists_that_were_edited_are_told_by_what_differs(place: Place) -> None:
    seeds = [*range(100, 130)]
    runner = place.runner({"nodes": {"loud": {"type": "upper", "inputs": {"text": "x"}}}})
    for changed in (seeds, [*seeds[:20], 7, *seeds[21:]]):
        runner.desk.edit(lambda now, new=changed: edits.set_parameter(now, "loud", "seed", new))  # type: ignore[misc]
        perform(lambda: run_all(runner))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(runner))
        await host.until_text("run 2", "#lines")
        await pilot.press("d")
        await host.until_text("~ loud.seed", "#lines")
        before, after = host.text("#lines").split("~ loud.seed\n")[1].splitlines()[:2]
        assert "119, 120, 121" in before
        assert "119, 7, 121" in after
        assert len(after) < 70

    drive(runner, script, size=(140, 40))


def test_of_a_run_that_died_is_told_what_is_known(place: Place) -> None:
    runner = place.runner(FILM)
    path = str(runner.desk.snapshot.path)
    start = place.home.clock()
    clock = iter([start, start + 12.0, start + 60.0])
    with Home.open(place.home.path, clock=lambda: next(clock)) as other:
        run = other.history.begin(path, name="film", document=json.dumps(FILM))
        other.history.record(run, [TaskRecord("board", "", "done", "b", 11.0)])
        silent = other.history.begin(path, name="film", document=json.dumps(FILM))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(runner))
        await host.until_text("at least 12 s", "#list")
        await host.until_text(f"run {silent}", "#lines")
        await host.until_text("ended     without finishing: its process is gone", "#lines")
        assert "took      not known" in host.text("#lines")
        await pilot.press("d")
        await host.until_text("took   at least 12 s → not known", "#lines")
        await pilot.press("down")
        await host.until_text("took      at least 12 s", "#lines")

    drive(runner, script)


@pytest.mark.parametrize("screen", [RunsScreen, JobsScreen])
def test_what_is_given_up_before_it_begins_is_not_missed(
    place: Place, screen: type[RunsScreen | JobsScreen]
) -> None:
    runner = ran_twice(place)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        shown = screen(runner)
        host.show(shown)
        await pilot.pause()
        for _ in range(3):
            shown.reload()
            shown.show_details()
        shown.reload()
        await pilot.press("escape")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            gc.collect()

    drive(runner, script)


def test_runs_of_all_workflows_can_be_seen(place: Place) -> None:
    perform(lambda: run_all(place.runner(FILM)))
    other = place.runner({**FILM, "name": "other"}, name="other.json")
    perform(lambda: run_all(other))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(RunsScreen(other))
        await host.until_text("done", "#list")
        assert "workflow" not in host.text("#list"), "the title says which one"
        await pilot.press("a")
        await host.until_text("film", "#list")
        assert "other" in host.text("#list")

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
        await host.until_text("fake/image", "#list")
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
        await host.until_text("fake/image", "#list")
        await pilot.press("c")
        await until(lambda: job_states(paid) == [JobState.CANCELED])
        await until(lambda: host.text("#list") == "")

    drive(runner, script)


def test_a_job_is_given_up_after_a_question(paid: Place) -> None:
    runner = left_behind(paid)

    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.show(JobsScreen(runner))
        await host.until_text("fake/image", "#list")
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
        await host.until_text("in doubt", "#list")
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
        await host.until_text("reserved", "#list")
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
