"""Paid work on the command line: budgets in a run, `jobs`, `spend`, what `runs` says of money."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from engine.engine import Engine
from engine.errors import ErrorKind, TaskError
from engine.money import Budget
from engine.registry import Registry
from engine.store import Home, Job, JobState
from engine.store.turns import Turns
from nodes.providers import MODULES
from nodes.remote.runner import RemoteProvider
from tests.support.fake_provider import FakeProvider
from tests.support.remote import WORKFLOWS, engine_for, runner_for
from tests.tui.cli.conftest import Cli
from tui.cli.session import Session
from tui.cli.terminal import Terminal


class Steps:
    """Does as a test wants when the runner reaches a step."""

    def __init__(self) -> None:
        self.acts: dict[str, Callable[[], None]] = {}

    def __call__(self, step: str) -> None:
        if step in self.acts:
            self.acts[step]()


@pytest.fixture
def steps() -> Steps:
    return Steps()


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture(autouse=True)
def runner(
    cli: Cli, provider: FakeProvider, steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> RemoteProvider:
    """Have the commands work with the fake provider."""
    runner = runner_for(provider.url, hook=steps)

    class RemoteSession(Session):
        @cached_property
        def registry(self) -> Registry:
            return self.engine.registry

        @cached_property
        def engine(self) -> Engine:
            return engine_for(self.home, runner)

    cli.session = RemoteSession
    monkeypatch.setattr("nodes.providers.provider_of", lambda model: runner)
    monkeypatch.setitem(MODULES, "fake", "")
    return runner


def run(cli: Cli, name: str = "image", *options: str | Path) -> Any:
    return cli("run", cli.write(WORKFLOWS[name], f"{name}.json"), *(options or ("--max-cost", "9")))


def fail() -> None:
    raise TaskError("the test wants it so", kind=ErrorKind.INVALID)


def crash() -> None:
    raise RuntimeError


@pytest.fixture
def begun(cli: Cli, steps: Steps) -> None:
    """A run that broke off after the provider had named its job."""
    steps.acts["submitted"] = fail
    assert run(cli).code == 1
    del steps.acts["submitted"]


def job_of(cli: Cli, number: int = 1) -> Job:
    with Home.open(cli.folder / "home") as home:
        return home.journal.get(number)


def reserve(cli: Cli, *, submitting: bool, high: str | None = "0.04") -> None:
    """Write a job down that was never sent, or perhaps."""
    with Home.open(cli.folder / "home") as home:
        job = home.journal.reserve(
            key="a" * 64 + "/fake/image",
            task="frame",
            workflow="film.json",
            run=1,
            provider="fake",
            model="fake/image",
            low=Decimal("0.04"),
            high=None if high is None else Decimal(high),
            budget=Budget(allow_unknown=True),
        )
        if submitting:
            home.journal.submitting(job, {"method": "POST", "url": "/x", "json": {}})


class TestBudget:
    def test_a_paid_run_says_what_it_spent(self, cli: Cli) -> None:
        result = run(cli, "mapped")
        assert result.code == 0
        assert "Spent: $0.24 paid." in result.err
        again = run(cli, "mapped", "--max-cost", "0", "--json")
        assert again.json["spent"]["total"] == "0"
        assert again.json["remote"] == []

    def test_too_much_stops_before_the_run(self, cli: Cli, provider: FakeProvider) -> None:
        assert run(cli, "mapped", "--max-cost", "0.23").code == 4
        assert run(cli, "mapped", "--yes").code == 4
        assert provider.submissions == 0

    def test_the_budget_of_a_provider_stops_the_run_in_its_course(
        self, cli: Cli, provider: FakeProvider
    ) -> None:
        cli("runs")
        (cli.folder / "home" / "config.toml").write_text("[budget.providers]\nfake = 0.1\n")
        result = run(cli, "mapped", "--yes")
        assert result.code == 4
        assert "the budget for fake today is $0.10: $0.08 is spent or reserved" in result.err
        assert provider.submissions == 2
        assert run(cli, "mapped", "--max-cost", "9", "--json").json["spent"]["calls"] == 0

    def test_the_budget_of_another_provider_is_no_leave_to_spend(
        self, cli: Cli, provider: FakeProvider
    ) -> None:
        cli("runs")
        (cli.folder / "home" / "config.toml").write_text("[budget.providers]\nfal = 5\n")
        result = run(cli, "image", "--yes")
        assert result.code == 4
        assert "--yes alone is no leave to spend" in result.err
        assert provider.submissions == 0

    def test_a_limit_for_a_provider_that_is_none_is_told(
        self, cli: Cli, provider: FakeProvider
    ) -> None:
        cli("runs")
        (cli.folder / "home" / "config.toml").write_text("[budget.providers]\nfall = 5\n")
        result = run(cli)
        assert result.code == 2
        assert "budget.providers.fall: there is no provider 'fall'" in result.err
        assert "Did you mean fal?" in result.err
        assert provider.submissions == 0

    def test_the_limit_in_the_way_is_named(self, cli: Cli) -> None:
        cli("runs")
        (cli.folder / "home" / "config.toml").write_text("[budget]\nper_run = 0.01\n")
        assert "config.toml: budget.per_run: this run costs" in run(cli, "image", "--yes").err
        assert "--max-cost: this run costs" in run(cli, "image", "--max-cost", "0.02").err

    def test_the_budget_of_a_day_counts_earlier_runs(self, cli: Cli) -> None:
        run(cli)
        (cli.folder / "home" / "config.toml").write_text("[budget]\nper_day = 0.2\n")
        result = run(cli, "mapped", "--yes")
        assert result.code == 4
        assert "of the $0.20 for today $0.04 are spent or reserved" in result.err

    def test_limits_of_the_home_count(self, cli: Cli) -> None:
        cli("runs")
        (cli.folder / "home" / "config.toml").write_text("[limits]\nfake = 0\n")
        assert "limits.fake: 0 is not a whole number from 1" in run(cli).err


class TestSpending:
    def test_by_day_provider_and_workflow(self, cli: Cli) -> None:
        assert cli("spend").err == "Nothing was spent.\n"
        run(cli, "image")
        run(cli, "video")
        by_day = cli("spend", "--json").json
        assert [row["total"] for row in by_day["rows"]] == ["0.54"]
        assert by_day["sums"]["calls"] == 2
        lines = cli("spend", "--by", "workflow").lines
        assert lines[0].split() == ["workflow", "calls", "paid", "in", "all"]
        assert lines[1].endswith("video.json      1  $0.50   $0.50")
        assert lines[-1].split() == ["in", "all", "2", "$0.54", "$0.54"]
        assert cli("spend", "--by", "provider", "--since", "1e9").lines[1].split()[0] == "fake"

    def test_calls_of_unknown_price_are_told(self, cli: Cli) -> None:
        reserve(cli, submitting=True, high=None)
        assert cli("spend", "--json").json["sums"]["unpriced"] == 1
        title, row = cli("spend").lines
        assert title.split()[-3:] == ["unpriced", "in", "all"]
        assert row.split()[-3:] == ["1", "call", "$0.04"]

    def test_runs_tell_what_they_cost(self, cli: Cli) -> None:
        run(cli, "video")
        text = cli("runs", "1").out
        assert "spent     $0.54 paid" in text
        assert "$0.50" in next(line for line in text.splitlines() if line.startswith("clip"))
        data = cli("runs", "1", "--json").json
        assert data["spent"]["paid"] == "0.54"
        assert {task["node"]: task["cost"] for task in data["tasks"]} == {
            "frame": "0.04",
            "clip": "0.50",
        }

    def test_the_cache_knows_what_was_paid(self, cli: Cli) -> None:
        run(cli)
        assert cli("cache", "stats", "--json").json["types"][0]["cost"] == "0.04"


@pytest.mark.usefixtures("begun")
class TestResume:
    def test_the_run_names_what_has_not_ended(self, cli: Cli, steps: Steps) -> None:
        steps.acts["submitted"] = fail
        result = run(cli, "mapped")
        assert "not ended at providers: frame[" in result.err
        assert "reelgraph jobs resume" in result.err

    def test_jobs_are_listed(self, cli: Cli) -> None:
        result = cli("jobs")
        assert result.lines[1].split()[:4] == ["1", "frame", "fake/image", "submitted"]
        assert result.lines[1].endswith("$0.04  image.json")
        (job,) = cli("jobs", "--json").json["jobs"]
        assert (job["state"], job["remote_id"], job["cost"]) == ("submitted", "job-1", None)

    def test_results_come_home_without_a_workflow(self, cli: Cli, provider: FakeProvider) -> None:
        result = cli("jobs", "resume", "--out", "got")
        assert result.code == 0
        assert result.err == "job 1 frame: stored 1 file\n"
        (path,) = result.lines
        assert Path(path).read_bytes().startswith(b"image of ")
        assert cli("jobs").err == "No job is under way.\n"
        assert cli("jobs", "--all").lines[1].split()[3] == "stored"
        assert run(cli, "image", "--max-cost", "9", "--json").json["spent"]["calls"] == 0
        assert provider.submissions == 1

    def test_resuming_keeps_to_the_limits_of_the_home(self, cli: Cli) -> None:
        home = cli.folder / "home"
        (home / "config.toml").write_text("[limits]\nfake = 3\n[calls_a_minute]\nfake = 6000\n")
        limits = list[int]()
        enter = Turns.enter

        def watched(turns: Turns, provider: str, limit: int, *, going: bool) -> tuple[int, bool]:
            limits.append(limit)
            return enter(turns, provider, limit, going=going)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Turns, "enter", watched)
            assert cli("jobs", "resume").code == 0
        assert limits == [3]
        with Home.open(home) as opened:
            assert opened.database.row("SELECT count(*) FROM paces WHERE provider = 'fake'") == (1,)

    def test_a_run_goes_on_with_what_was_begun(self, cli: Cli, provider: FakeProvider) -> None:
        assert run(cli).code == 0
        assert provider.submissions == 1
        assert cli("jobs", "resume").err == "There is nothing to fetch.\n"

    def test_a_result_that_is_wanted_no_more(self, cli: Cli, provider: FakeProvider) -> None:
        cli("jobs", "resume", "1")
        assert cli("jobs", "resolve", "1", "--discard").code == 0
        assert run(cli).code == 0
        assert provider.submissions == 2
        taken = cli("jobs", "resolve", "2", "--discard")
        assert taken.code == 2
        assert "--redo frame" in taken.err

    def test_a_job_that_its_provider_has_lost_can_be_given_up(
        self, cli: Cli, provider: FakeProvider
    ) -> None:
        result = cli("jobs", "resolve", "1", "--discard")
        assert result.code == 0
        assert "fake may bill it" in result.out
        assert job_of(cli).billed == "unknown"
        assert run(cli).code == 0
        assert provider.submissions == 2

    def test_what_fails_is_said(self, cli: Cli, provider: FakeProvider) -> None:
        provider.plan.failing["a hill"] = "refused"
        result = cli("jobs", "resume", "--json")
        assert result.code == 1
        (job,) = result.json["jobs"]
        assert (job["ok"], job["state"], job["billed"]) == (False, "failed", "not billed")
        assert "because of a hill" in job["message"]
        assert "not billed" in cli("jobs", "--all").lines[1]

    def test_a_job_is_called_off(self, cli: Cli, provider: FakeProvider) -> None:
        result = cli("jobs", "cancel", "1")
        assert result.code == 0
        assert result.err == "job 1 frame: canceled\n"
        assert job_of(cli).state is JobState.CANCELED
        assert provider.billed == 0
        again = cli("jobs", "cancel", "1", "--json")
        assert again.code == 1
        assert "it is canceled" in again.json["jobs"][0]["message"]


class TestDoubt:
    @pytest.fixture(autouse=True)
    def in_doubt(self, cli: Cli, steps: Steps) -> None:
        """A run that broke off between writing down that it sends a job and sending it."""
        steps.acts["submitting"] = crash
        assert run(cli).code == 1
        del steps.acts["submitting"]

    def test_a_plan_shows_a_range_and_why(self, cli: Cli) -> None:
        result = cli("plan", "image.json")
        assert "its job is in doubt: sent again only if the provider does not have it" in result.out
        assert "up to $0.04" in result.out
        (task,) = cli("plan", "image.json", "--json").json["tasks"]
        assert (task["cost_low"], task["cost_high"]) == ("0", "0.04")
        assert task["reasons"][-1]["code"] == "doubt"

    def test_a_limit_must_leave_room_for_sending_it_again(
        self, cli: Cli, provider: FakeProvider
    ) -> None:
        result = run(cli, "image", "--max-cost", "0.03")
        assert result.code == 4
        assert "this run costs up to $0.04, more than $0.03" in result.err
        assert run(cli, "image", "--max-cost", "0.04").code == 0
        assert provider.submissions == 1

    def test_it_is_booked_to_the_run_that_sends_it(self, cli: Cli) -> None:
        assert run(cli, "image", "--max-cost", "0.04").code == 0
        totals = [cli("runs", str(run), "--json").json["spent"]["total"] for run in (1, 2)]
        assert totals == ["0", "0.04"]


class TestResolve:
    def test_what_was_reserved_only_is_called_off_for_nothing(self, cli: Cli) -> None:
        reserve(cli, submitting=False)
        assert cli("jobs", "cancel", "1").code == 0
        assert job_of(cli).cost == 0

    def test_a_job_in_doubt_names_the_ways_on(self, cli: Cli) -> None:
        reserve(cli, submitting=True)
        assert "jobs resolve 1 --remote-id ID" in cli("jobs").err
        result = cli("jobs", "cancel", "1")
        assert result.code == 1
        assert "jobs resolve 1" in result.err
        assert cli("jobs", "resume", "1").code == 1

    def test_only_what_nobody_is_sending_is_in_doubt(self, cli: Cli) -> None:
        reserve(cli, submitting=True)
        with Home.open(cli.folder / "home") as home, home.journal.claim_key(job_of(cli).key):
            sent = cli("jobs")
            assert "submitting" in sent.out
            assert sent.err == ""
            assert json.loads(cli("jobs", "--json").out)["jobs"][0]["in_doubt"] is False
        assert "in doubt" in cli("jobs").out
        assert json.loads(cli("jobs", "--json").out)["jobs"][0]["in_doubt"] is True
        called_off = json.loads(cli("jobs", "cancel", "1", "--json").out)
        assert called_off["jobs"][0]["in_doubt"] is True
        settled = json.loads(cli("jobs", "resolve", "1", "--not-submitted", "--json").out)
        assert settled["job"]["in_doubt"] is False

    def test_what_was_only_to_be_taken_over_is_in_no_doubt(self, cli: Cli) -> None:
        reserve(cli, submitting=False)
        with Home.open(cli.folder / "home") as home:
            home.journal.submitting(home.journal.get(1), {})
        assert "in doubt" not in cli("jobs").out

    def test_the_provider_has_it(self, cli: Cli) -> None:
        reserve(cli, submitting=True)
        assert "`reelgraph jobs resume 1`" in cli("jobs", "resolve", "1", "--remote-id", "X").out
        job = job_of(cli)
        assert (job.state, job.remote_id) == (JobState.SUBMITTED, "X")

    def test_the_provider_does_not_have_it(self, cli: Cli) -> None:
        reserve(cli, submitting=True)
        result = cli("jobs", "resolve", "1", "--not-submitted", "--json")
        assert result.json["job"]["state"] == "reserved"
        assert cli("jobs", "resolve", "1", "--not-submitted").code == 2
        assert cli("jobs", "resolve", "1", "--discard").code == 2

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("cancel",), "cancel needs the numbers of jobs"),
            (("cancel", "7"), "there is no job 7"),
            (("resolve", "1"), "--not-submitted or --discard"),
            (("resolve", "--discard"), "resolve needs one job"),
            (("resolve", "1", "--discard", "--remote-id", "x"), "not allowed with"),
        ],
    )
    def test_mistakes(self, cli: Cli, arguments: tuple[str, ...], message: str) -> None:
        result = cli("jobs", *arguments)
        assert result.code == 2
        assert message in result.err

    def test_a_job_that_is_driven_now_is_left_alone(self, cli: Cli) -> None:
        reserve(cli, submitting=True)
        with Home.open(cli.folder / "home") as home, home.journal.claim(1):
            result = cli("jobs", "resolve", "1", "--not-submitted")
        assert result.code == 2
        assert "a run that goes on now drives job 1" in result.err


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.skipif(sys.platform == "win32", reason="the event loop of Windows knows no signals")
class TestCtrlC:
    @pytest.fixture(autouse=True)
    def _slow(self, provider: FakeProvider) -> None:
        provider.plan.polls = 10**9

    def test_once_leaves_the_jobs_at_the_provider(
        self, cli: Cli, provider: FakeProvider, steps: Steps
    ) -> None:
        steps.acts["submitted"] = interrupt
        result = run(cli)
        assert result.code == 130
        assert "Ctrl-C again calls off what runs at providers" in result.err
        assert "not ended at providers: frame (job 1, fake)" in result.err
        assert provider.jobs["job-1"].state != "canceled"
        assert job_of(cli).state is JobState.SUBMITTED

    def test_twice_calls_them_off(self, cli: Cli, provider: FakeProvider, steps: Steps) -> None:
        def twice() -> None:
            interrupt()
            interrupt()

        steps.acts["submitted"] = twice
        result = run(cli)
        assert result.code == 130
        assert "job 1 frame: canceled" in result.err
        assert "not ended at providers" not in result.err
        assert provider.jobs["job-1"].state == "canceled"
        assert job_of(cli).state is JobState.CANCELED

    def test_a_person_has_some_seconds_to_think(
        self, cli: Cli, steps: Steps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Terminal, "can_ask", True)
        monkeypatch.setattr("tui.cli.commands.run._TO_THINK", 0.05)
        steps.acts["submitted"] = interrupt
        result = run(cli)
        assert "1 job at providers. Ctrl-C within 0.05 s calls off" in result.err
        assert job_of(cli).state is JobState.SUBMITTED
