"""Paid runs in the editor: what is spent, budgets, calling jobs off, and going on after a crash."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.money import Budget
from engine.store import JobState
from tests.support.fake_provider import PRICE, FakeProvider
from tests.support.patience import PATIENCE
from tests.support.remote import WORKFLOWS
from tests.tui.editor.running_desks import Place, perform, run_all, until
from tui.cli.budget import BudgetError
from tui.editor.canvas import State
from tui.editor.running import Runner

_CRASH = """
import asyncio, os, signal, sys
from pathlib import Path
from tests.support import remote
from tests.tui.editor import running_desks as desks

class Url:
    url = sys.argv[2]

def hook(step):
    if step == "submitted":
        os.kill(os.getpid(), signal.SIGKILL)

desks.runner_for = lambda url: remote.runner_for(url, hook=hook)
place = desks.Place(Path(sys.argv[1]), Url)
runner = place.runner(remote.WORKFLOWS["image"])
asyncio.run(desks.run_all(runner))
"""


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
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


def test_what_a_run_spends_is_told_by_node_and_in_all(place: Place) -> None:
    runner = place.runner(WORKFLOWS["video"])
    perform(lambda: run_all(runner))
    assert {name: state.cost for name, state in runner.states.items()} == {
        "frame": PRICE["image"], "clip": PRICE["video"]
    }  # fmt: skip
    assert runner.figures is not None
    assert runner.figures.spent == PRICE["image"] + PRICE["video"]
    assert runner.figures.spent_in_words == "$0.54 paid"
    assert runner.drawn["clip"].badges[0].text == "$0.50"


def test_what_would_cost_something_says_so_before(place: Place) -> None:
    runner = place.runner(WORKFLOWS["video"])
    perform(runner.survey)
    assert {name: state.price for name, state in runner.states.items()} == {
        "frame": "$0.04", "clip": "up to $0.50"
    }  # fmt: skip


def test_a_run_needs_leave_and_never_spends_more_than_it_has(
    place: Place, provider: FakeProvider
) -> None:
    runner = place.runner(WORKFLOWS["mapped"])

    async def main() -> Any:
        prepared = await runner.prepare(runner.order())
        assert prepared.needs_leave
        with pytest.raises(BudgetError, match=r"costs \$0.24, more than \$0.20"):
            runner.leave(prepared, Decimal("0.2"))
        return await runner.run(prepared, Budget(run=Decimal("0.2")))

    report = perform(main)
    assert (report.exit_code, provider.submissions) == (4, 5)
    frame = runner.states["frame"]
    assert frame.tasks.count(State.FAILED) == 1
    assert "the budget for this run is $0.20" in frame.error
    assert "Raise the budget in the plan" in frame.hint


def test_a_refusal_is_told_as_one(place: Place, provider: FakeProvider) -> None:
    provider.plan.failing["a hill"] = "refused"
    runner = place.runner(WORKFLOWS["image"])
    perform(lambda: run_all(runner))
    assert runner.states["frame"].state is State.REFUSED
    assert runner.log.sifted("error")[0].text.startswith("refused: ")


def started(runner: Runner) -> bool:
    return "frame" in runner.states and runner.states["frame"].state is State.RUNNING


def test_one_task_is_called_off_at_its_provider(place: Place, provider: FakeProvider) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def main() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: started(runner) and states(place) == [JobState.SUBMITTED])
        runner.cancel("frame")
        return await work

    report = perform(main)
    assert (report.status, report.remote) == ("interrupted", ())
    assert states(place) == [JobState.CANCELED]
    assert [job.state for job in provider.jobs.values()] == ["canceled"]


def test_a_node_is_called_off_with_all_its_tasks(place: Place, provider: FakeProvider) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["mapped"])

    async def main() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: states(place).count(JobState.SUBMITTED) == 6)
        runner.cancel("frame")
        return await work

    assert perform(main).remote == ()
    assert {job.state for job in provider.jobs.values()} == {"canceled"}


def test_a_stop_leaves_jobs_to_go_on_with(place: Place, provider: FakeProvider) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def stopped() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: started(runner) and states(place) == [JobState.SUBMITTED])
        runner.stop()
        return await work

    report = perform(stopped)
    assert [job.task for job in report.remote] == ["frame"]
    assert [job.task for job in perform(runner.begun_before)] == ["frame"]
    provider.plan.seconds = {}

    async def again() -> None:
        prepared = await runner.prepare(runner.order())
        assert prepared.plan is not None and not prepared.needs_leave
        assert [str(r) for r in prepared.plan.tasks[0].reasons][-1].startswith("a job for it is")
        await runner.run(prepared, runner.leave(prepared))

    perform(again)
    assert (runner.states["frame"].state, provider.submissions) == (State.DONE, 1)


def test_what_was_to_cost_nothing_pays_for_no_second_job(
    place: Place, provider: FakeProvider
) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def stopped() -> None:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: started(runner) and states(place) == [JobState.SUBMITTED])
        runner.stop()
        await work

    perform(stopped)
    provider.plan.seconds = {}
    provider.plan.failing["a hill"] = "failed"
    perform(lambda: run_all(runner))
    assert provider.submissions == 1
    error = runner.states["frame"].error
    assert error.startswith("fake/image failed: because of a hill; no other call was made, as ")
    assert "the budget for this run is $0.00" in error


def test_a_second_stop_calls_jobs_off(place: Place, provider: FakeProvider) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def main() -> Any:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: started(runner) and states(place) == [JobState.SUBMITTED])
        runner.stop()
        runner.stop()
        return await work

    report = perform(main)
    assert (report.status, report.remote) == ("interrupted", ())
    assert [job.state for job in provider.jobs.values()] == ["canceled"]


def test_closing_the_editor_ends_its_run_and_keeps_its_jobs(
    place: Place, provider: FakeProvider
) -> None:
    provider.plan.seconds = {"image": 3600.0}
    runner = place.runner(WORKFLOWS["image"])

    async def main() -> None:
        work = asyncio.ensure_future(run_all(runner))
        await until(lambda: started(runner) and states(place) == [JobState.SUBMITTED])
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    perform(main)
    runner.close()
    assert states(place) == [JobState.SUBMITTED]
    assert not runner.is_running
    (run,) = place.home.history.runs()
    assert run.status == "interrupted"


def test_after_a_crash_the_next_start_goes_on_with_what_is_paid(
    place: Place, provider: FakeProvider
) -> None:
    command = [sys.executable, "-c", _CRASH, str(place.folder), provider.url]
    root = Path(__file__).parents[3]
    crashed = subprocess.run(command, cwd=root, timeout=PATIENCE, check=False)
    assert crashed.returncode == -signal.SIGKILL
    assert (states(place), provider.submissions) == ([JobState.SUBMITTED], 1)
    runner = place.runner(WORKFLOWS["image"])
    assert [job.task for job in perform(runner.begun_before)] == ["frame"]
    perform(runner.survey)
    assert runner.states["frame"].price == ""
    perform(lambda: run_all(runner))
    assert (runner.states["frame"].state, provider.submissions) == (State.DONE, 1)
    assert [run.status for run in place.home.history.runs()] == ["done", "died"]
