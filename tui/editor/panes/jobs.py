"""The jobs at providers: what has not ended can be fetched, called off, or settled by hand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
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
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.dialogs.base import Dialog
from tui.editor.panes.lines import Lines, rows_of
from tui.editor.panes.words import content_of, error_lines
from tui.editor.running import Runner
from tui.editor.running.performing import Keeper

_LOOK_EVERY = 2.0
"""Seconds."""
_HELP: Final = (
    ("f", "bold"), (" fetch  ", "dim"), ("c", "bold"), (" call off  ", "dim"), ("s", "bold"),
    (" settle  ", "dim"), ("x", "bold"), (" give up  ", "dim"), ("F", "bold"),
    (" fetch all  ", "dim"), ("a", "bold"), (" ended too  ", "dim"), ("esc", "bold"),
    (" back", "dim"),
)  # fmt: skip
_TO_FETCH = (JobState.SUBMITTED, JobState.FINISHED)
Act = Callable[[Engine], Awaitable[list[Outcome]]]


class JobsScreen(ModalScreen[None]):
    """The jobs of the home.

    Args:
        runner: Whose home.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back_out", "Back", show=False),
        Binding("f", "fetch", "Fetch", show=False),
        Binding("F", "fetch_all", "Fetch all", show=False),
        Binding("c", "cancel", "Call off", show=False),
        Binding("s", "settle", "Settle", show=False),
        Binding("x", "discard", "Give up", show=False),
        Binding("a", "all", "Ended ones too", show=False),
    ]
    DEFAULT_CSS = """
    JobsScreen { background: $background; layout: vertical; }
    JobsScreen #title { height: 1; background: $surface; padding: 0 1; text-style: bold; }
    JobsScreen #keys { height: 1; background: $surface; padding: 0 1; }
    JobsScreen #jobs { height: 1fr; }
    JobsScreen #lines { height: 9; border-top: solid $line; }
    """

    def __init__(self, runner: Runner) -> None:
        super().__init__()
        self._runner = runner
        self._jobs: list[Job] = []
        self._shows_all = False
        self._said: dict[int, str] = {}
        """What came of looking after a job, by its number."""

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the jobs, and the details of one."""
        yield Static(id="title", markup=False)
        yield Lines("looking ...", id="jobs")
        yield Lines(id="lines")
        yield Static(content_of(_HELP), id="keys", markup=False)

    def on_mount(self) -> None:
        """Look for jobs now and then."""
        self.query_one("#jobs", Lines).focus()
        self._reload()
        self.set_interval(_LOOK_EVERY, self._reload)

    def _reload(self) -> None:
        self.run_worker(self._look(), group="jobs", exclusive=True)

    async def _look(self) -> None:
        active_only = not self._shows_all

        def look(engine: Engine) -> list[Job]:
            return engine.home.journal.jobs(active_only=active_only, limit=500)

        try:
            jobs = await self._runner.backstage.look(look)
        except ReelgraphError as error:
            self.query_one("#lines", Lines).show(rows_of(error_lines(error)))
            return
        self._jobs = jobs
        self._show()

    # -- showing -------------------------------------------------------------------------------

    def _show(self) -> None:
        lines = self.query_one("#jobs", Lines)
        lines.say_empty("There are no jobs." if self._shows_all else "No job is under way.")
        now = self._runner.desk.engine.home.clock()
        table = list(job_table(self._jobs, now, max(40, lines.size.width - 2)))
        lines.show(rows_of(table if self._jobs else [], [job.id for job in self._jobs]))
        what = "Jobs at providers" if self._shows_all else "Jobs at providers that have not ended"
        self.query_one("#title", Static).update(content_of([what]))
        self._show_details()

    def _show_details(self) -> None:
        job = self._current
        rows = rows_of(self._details(job)) if job else []
        self.query_one("#lines", Lines).show(rows)

    def _details(self, job: Job) -> Iterator[list[Span]]:
        yield [(f"job {job.id}", "bold"), f"  {job.task} of {job.workflow}, run {job.run}"]
        yield [("begun  ", "cyan"), when(job.created), ("  at  ", "cyan"), job.provider,
               ("  as  ", "cyan"), job.remote_id or "(not known)"]  # fmt: skip
        if job.error:
            yield [("error  ", "cyan"), (job.error, "red")]
        if job.state is JobState.SUBMITTING:
            yield [("Nobody knows whether ", "yellow"), (job.provider, "yellow"),
                   (" has it. Look at your requests there; s settles it.", "yellow")]  # fmt: skip
        elif job.state in _TO_FETCH:
            yield [("Running its workflow again goes on with it; f fetches its result.", "dim")]
        if job.id in self._said:
            yield [(self._said[job.id], "bold")]

    @property
    def _current(self) -> Job | None:
        number = self.query_one("#jobs", Lines).current
        return next((job for job in self._jobs if job.id == number), None)

    @on(Lines.Moved, "#jobs")
    def _moved(self, event: Lines.Moved) -> None:
        self._show_details()

    # -- acting --------------------------------------------------------------------------------

    def action_fetch(self) -> None:
        """Wait for the job, and bring its result home."""
        job = self._current
        if job is not None:
            self._look_after([job], remote.resume, "fetching ...")

    def action_fetch_all(self) -> None:
        """Wait for all jobs that providers have, and bring their results home."""
        jobs = [job for job in self._jobs if job.state in _TO_FETCH]
        if not jobs:
            self.app.notify("There is nothing to fetch.", markup=False)
        self._look_after(jobs, remote.resume, "fetching ...")

    def action_cancel(self) -> None:
        """Call the job off, at its provider where that can be."""
        job = self._current
        if job is not None:
            self._look_after([job], remote.cancel, "calling it off ...")

    def _look_after(
        self,
        jobs: list[Job],
        act: Callable[..., Awaitable[list[Outcome]]],
        meanwhile: str,
    ) -> None:
        self._said |= dict.fromkeys((job.id for job in jobs), meanwhile)
        self._show_details()
        terms = self._runner.terms

        async def call(engine: Engine) -> list[Outcome]:
            return await act(Keeper(engine, terms), jobs, lambda outcome: None)

        self.run_worker(self._done(call, jobs), group="acting")

    async def _done(self, act: Act, jobs: list[Job]) -> None:
        try:
            outcomes = await self._runner.backstage.call(act)
        except ReelgraphError as error:
            self._said |= {job.id: error.message for job in jobs}
        else:
            self._said |= {outcome.job.id: outcome.message for outcome in outcomes}
            for outcome in outcomes:
                if not outcome.ok:
                    self._tell(f"job {outcome.job.id}: {outcome.message}")
        self._reload()

    def action_settle(self) -> None:
        """Say whether the provider has the job."""
        job = self._current
        if job is None:
            return
        if job.state is not JobState.SUBMITTING:
            self._tell(f"Job {job.id} is {job.state}: there is no doubt about it.")
            return

        def answered(remote_id: str | None) -> None:
            if remote_id is not None:
                self._resolve(job, remote_id, discard=False)

        self.app.push_screen(SettleDialog(job), answered)

    def action_discard(self) -> None:
        """Give the job's result up, so that its task asks anew."""
        job = self._current
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

        self.run_worker(self._resolved(job, settle), group="acting")

    async def _resolved(self, job: Job, settle: Callable[[Engine], str]) -> None:
        try:
            message = await self._runner.backstage.look(settle)
        except ReelgraphError as error:
            message = error.message
            self._tell(message)
        self._said[job.id] = message
        self._reload()

    def _tell(self, text: str) -> None:
        self.app.notify(text, severity="warning", markup=False)

    def action_all(self) -> None:
        """Show also the jobs that have ended, or no longer."""
        self._shows_all = not self._shows_all
        self._reload()

    def action_back_out(self) -> None:
        """Go back to where one came from."""
        self.dismiss(None)


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
