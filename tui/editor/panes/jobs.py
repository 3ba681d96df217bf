"""The jobs at providers: what has not ended can be fetched, called off, or settled by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Input, Static

from engine.engine import Engine
from engine.errors import ReelgraphError
from engine.store import Job, JobState
from tui.cli import remote
from tui.cli.jobs_table import job_table
from tui.cli.remote import Outcome
from tui.cli.resolving import resolve
from tui.cli.terminal import Span
from tui.cli.words import when
from tui.editor.commands import Topic, command
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.dialogs.base import Dialog
from tui.editor.panes.lines import rows_of
from tui.editor.panes.listing import ListScreen
from tui.editor.panes.words import content_of
from tui.editor.running import Runner
from tui.editor.running.performing import Keeper

_LOOK_EVERY = 2.0
"""Seconds."""
_TO_FETCH = (JobState.SUBMITTED, JobState.FINISHED)
Act = Callable[[Engine], Awaitable[list[Outcome]]]


def _needs_job(screen: JobsScreen) -> str:
    return "" if screen.current else "There is no job here."


def _needs_open(screen: JobsScreen) -> str:
    job = screen.current
    if job is None:
        return _needs_job(screen)
    return "" if job.state.is_open else f"Job {job.id} has ended: it is {job.state}."


def _needs_to_fetch(screen: JobsScreen) -> str:
    job = screen.current
    if job is None or job.state in _TO_FETCH:
        return _needs_job(screen)
    return _needs_open(screen) or f"Job {job.id} is {job.state}: there is nothing to fetch yet."


def _needs_any_to_fetch(screen: JobsScreen) -> str:
    return "" if screen.to_fetch else "There is nothing to fetch."


def _needs_doubt(screen: JobsScreen) -> str:
    job = screen.current
    if job is None or job.id in screen.in_doubt:
        return _needs_job(screen)
    return f"Job {job.id} is {job.state}: there is no doubt about it."


_TOPIC: Final = Topic(
    "Jobs",
    "What providers were asked for and have not given yet, of all workflows. A run goes on with "
    "those of its workflow by itself; here they are fetched without a run, or called off.",
    (
        command("jobs.fetch", "Job: Fetch", "f",
                "Waits for the job, and brings its result home; the next run finds it there.",
                lambda screen: screen.fetch(), why_not=_needs_to_fetch, word="fetch"),
        command("jobs.fetch-all", "Job: Fetch all", "F",
                "Waits for all jobs that providers have, and brings their results home.",
                lambda screen: screen.fetch_all(), why_not=_needs_any_to_fetch,
                word="fetch all"),
        command("jobs.cancel", "Job: Call off", "c",
                "Calls the job off, at its provider where that can be.",
                lambda screen: screen.cancel(), why_not=_needs_open, word="call off"),
        command("jobs.settle", "Job: Settle", "s",
                "Of a job of which nobody knows whether the provider has it, you say so.",
                lambda screen: screen.settle(), why_not=_needs_doubt, word="settle"),
        command("jobs.discard", "Job: Give up", "x",
                "Gives the job's result up, so that its task asks anew; asks first.",
                lambda screen: screen.discard(), why_not=_needs_open, word="give up"),
        command("jobs.all", "Jobs: Ended too", "a",
                "Shows also the jobs that have ended, or no longer.",
                lambda screen: screen.turn_all(), word="ended too"),
    ),
)  # fmt: skip


class JobsScreen(ListScreen):
    """The jobs of the home.

    Args:
        runner: Whose home.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    JobsScreen #list { height: 1fr; }
    JobsScreen #details { height: 9; border-top: solid $line; }
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._jobs: list[Job] = []
        self.in_doubt: frozenset[int] = frozenset()
        """Numbers of the jobs of which nobody knows whether they were sent."""
        self._said: dict[int, str] = {}
        """What came of looking after a job, by its number."""

    def on_mount(self) -> None:
        """Look again now and then."""
        self.set_interval(_LOOK_EVERY, self.reload)

    # -- showing -------------------------------------------------------------------------------

    @property
    def title_in_words(self) -> str:
        """Which jobs are listed."""
        return "Jobs at providers" + ("" if self._shows_all else " that have not ended")

    async def look(self) -> None:
        """Look for jobs."""
        active_only = not self._shows_all

        def look(engine: Engine) -> tuple[list[Job], frozenset[int]]:
            journal = engine.home.journal
            return journal.jobs(active_only=active_only, limit=500), journal.in_doubt()

        self._jobs, self.in_doubt = await self._runner.backstage.look(look)

    def show_list(self) -> None:
        """List the jobs."""
        lines = self.listing
        lines.say_empty("There are no jobs." if self._shows_all else "No job is under way.")
        now = self._runner.desk.engine.home.clock()
        width = max(40, lines.size.width - 2)
        table = list(job_table(self._jobs, self.in_doubt, now, width))
        lines.show(rows_of(table if self._jobs else [], [job.id for job in self._jobs]))

    def show_details(self) -> None:
        """Show what is known of the job that the cursor is on."""
        job = self.current
        self.say_details(self._details(job) if job else [])

    def _details(self, job: Job) -> Iterator[list[Span]]:
        yield [(f"job {job.id}", "bold"), f"  {job.task} of {job.workflow}, run {job.run}"]
        yield [("begun  ", "cyan"), when(job.created), ("  at  ", "cyan"), job.provider,
               ("  as  ", "cyan"), job.remote_id or "(not known)"]  # fmt: skip
        if job.error:
            yield [("error  ", "cyan"), (job.error, "red")]
        if job.id in self.in_doubt:
            yield [("Nobody knows whether ", "yellow"), (job.provider, "yellow"),
                   (" has it. Look at your requests there; s settles it.", "yellow")]  # fmt: skip
        elif job.state in _TO_FETCH:
            yield [("Running its workflow again goes on with it; f fetches its result.", "dim")]
        if job.id in self._said:
            yield [(self._said[job.id], "bold")]

    @property
    def current(self) -> Job | None:
        """The job that the cursor is on."""
        number = self.listing.current
        return next((job for job in self._jobs if job.id == number), None)

    @property
    def to_fetch(self) -> list[Job]:
        """All jobs that providers have."""
        return [job for job in self._jobs if job.state in _TO_FETCH]

    # -- acting --------------------------------------------------------------------------------

    def fetch(self) -> None:
        """Wait for the job, and bring its result home."""
        self._look_after(self._chosen, remote.resume, "fetching ...")

    def fetch_all(self) -> None:
        """Wait for all jobs that providers have, and bring their results home."""
        self._look_after(self.to_fetch, remote.resume, "fetching ...")

    def cancel(self) -> None:
        """Call the job off, at its provider where that can be."""
        self._look_after(self._chosen, remote.cancel, "calling it off ...")

    @property
    def _chosen(self) -> list[Job]:
        job = self.current
        return [job] if job else []

    def _look_after(
        self,
        jobs: list[Job],
        act: Callable[..., Awaitable[list[Outcome]]],
        meanwhile: str,
    ) -> None:
        self._said |= dict.fromkeys((job.id for job in jobs), meanwhile)
        self.show_details()
        terms = self._runner.terms

        async def call(engine: Engine) -> list[Outcome]:
            return await act(Keeper(engine, terms), jobs, lambda outcome: None)

        self.launch(partial(self._done, call, jobs), "acting")

    async def _done(self, act: Act, jobs: list[Job]) -> None:
        try:
            outcomes = await self._runner.backstage.call(act)
        except ReelgraphError as error:
            self._said |= {job.id: error.message for job in jobs}
        else:
            self._said |= {outcome.job.id: outcome.message for outcome in outcomes}
            for outcome in outcomes:
                if not outcome.ok:
                    self._warn(f"job {outcome.job.id}: {outcome.message}")
        self.reload()

    def settle(self) -> None:
        """Say whether the provider has the job."""
        job = self.current
        if job is None:
            return

        def answered(remote_id: str | None) -> None:
            if remote_id is not None:
                self._resolve(job, remote_id, discard=False)

        self.app.push_screen(SettleDialog(job), answered)

    def discard(self) -> None:
        """Give the job's result up, so that its task asks anew."""
        job = self.current
        if job is None:
            return

        def answered(answer: str | None) -> None:
            if answer:
                self._resolve(job, "", discard=True)

        lines = [f"{job.provider} may bill it all the same. Its task asks anew in the next run."]
        answers = [Answer("k", "", "Keep it"), Answer("g", "give up", "Give it up")]
        self.app.push_screen(Ask(f"Give up job {job.id}, {job.task}?", lines, answers), answered)

    def _resolve(self, job: Job, remote_id: str, *, discard: bool) -> None:
        def settle(engine: Engine) -> str:
            return resolve(engine.home, job, remote_id=remote_id, discard=discard)

        self.launch(partial(self._resolved, job, settle), "acting")

    async def _resolved(self, job: Job, settle: Callable[[Engine], str]) -> None:
        try:
            message = await self._runner.backstage.look(settle)
        except ReelgraphError as error:
            message = error.message
            self._warn(message)
        self._said[job.id] = message
        self.reload()

    def _warn(self, text: str) -> None:
        self.app.notify(text, severity="warning", markup=False)


class SettleDialog(Dialog[str]):
    """Asks whether a provider has a job; gives its name there, or nothing if it was never sent."""

    def __init__(self, job: Job) -> None:
        super().__init__()
        self._job = job

    def compose(self) -> ComposeResult:
        """Yield the question, and the two answers."""
        with Vertical(classes="box") as box:
            box.border_title = f"Job {self._job.id}"
            yield Static(
                content_of([f"Is it among your requests at {self._job.provider}? Then type its id "
                            "there; it will not be sent again."]), markup=False)  # fmt: skip
            yield Input(placeholder="its id at the provider")
            yield Button("It is not there: send it when the workflow runs again", compact=True)

    @on(Input.Submitted)
    def _named(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())

    @on(Button.Pressed)
    def _absent(self) -> None:
        self.dismiss("")
