"""Jobs at providers, driven with no workflow at hand: fetched, or called off."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import anyio

from engine.errors import ReelgraphError
from engine.store import Home, Job, JobState
from engine.values import Media
from tui.cli.terminal import Terminal
from tui.cli.words import count

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from engine.context import Context
    from nodes.remote.runner import RemoteProvider

_AT_ONCE = 16
"""Jobs that are waited for at the same time."""


class Keeper(Protocol):
    """What jobs are looked after with: the session of a command, or what the editor has."""

    @property
    def home(self) -> Home:
        """Whose journal has the jobs."""

    def clean(self, text: str) -> str:
        """Return a text without any key that was handed out."""

    def outside(self, task: str = "", key: str = "") -> AbstractAsyncContextManager[Context]:
        """Give what remote work needs that is done outside of a run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of looking after one job."""

    job: Job
    """As it is now."""
    ok: bool
    message: str
    files: tuple[Media, ...] = ()


def teller(terminal: Terminal) -> Callable[[Outcome], None]:
    """Return what tells a person of outcomes; of bad ones even when the terminal is to be quiet."""

    def tell(outcome: Outcome) -> None:
        job = outcome.job
        style = "green" if outcome.ok else "yellow"
        say = terminal.note if outcome.ok else terminal.complain
        say(f"job {job.id} ", (job.task, "bold"), ": ", (outcome.message, style))

    return tell


async def resume(
    keeper: Keeper, jobs: Sequence[Job], tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """Wait for jobs, and bring their results home; `tell` is called as each is done."""
    return await _each(keeper, jobs, _resume, tell)


async def cancel(
    keeper: Keeper, jobs: Sequence[Job], tell: Callable[[Outcome], None]
) -> list[Outcome]:
    """Call jobs off, at the provider where it can; `tell` is called as each is done."""
    return await _each(keeper, jobs, _cancel, tell)


async def _each(
    keeper: Keeper,
    jobs: Sequence[Job],
    act: Callable[[Keeper, Job], Awaitable[Outcome]],
    tell: Callable[[Outcome], None],
) -> list[Outcome]:
    outcomes: dict[int, Outcome] = {}
    limiter = anyio.CapacityLimiter(_AT_ONCE)

    async def one(job: Job) -> None:
        async with limiter:
            try:
                outcome = await act(keeper, job)
            except ReelgraphError as error:
                now = keeper.home.journal.get(job.id)
                hint = f". {error.hint}" if error.hint else ""
                outcome = Outcome(now, False, keeper.clean(error.message + hint))
        outcomes[job.id] = outcome
        tell(outcome)

    async with anyio.create_task_group() as group:
        for job in jobs:
            group.start_soon(one, job)
    return [outcomes[job.id] for job in jobs]


async def _resume(keeper: Keeper, job: Job) -> Outcome:
    provider = _runner(job)
    async with keeper.outside(job.task, job.task_key) as context:
        made = await provider.resume_job(job, context)
    files = tuple(made.files)
    message = f"stored {count(len(files), 'file')}" if files else "stored its result"
    return Outcome(keeper.home.journal.get(job.id), True, message, files)


async def _cancel(keeper: Keeper, job: Job) -> Outcome:
    journal = keeper.home.journal
    if job.state is JobState.SUBMITTING:
        message = f"nobody knows whether {job.provider} has it: `reelgraph jobs resolve {job.id}`"
        return Outcome(job, False, message)
    if job.state is JobState.FINISHED or not job.state.is_open:
        return Outcome(job, False, f"it is {job.state}: there is nothing to call off")
    provider = _runner(job)
    async with keeper.outside(job.task, job.task_key) as context:
        done = await provider.cancel_job(job, context)
    now = journal.get(job.id)
    if done:
        return Outcome(now, True, "canceled")
    if not now.state.is_open:
        return Outcome(now, False, f"too late: it is {now.state}")
    return Outcome(now, False, f"{job.provider} cannot call it off: it goes on and may be billed")


def _runner(job: Job) -> RemoteProvider:
    from nodes.providers import provider_of
    from nodes.remote.runner import RemoteProvider

    provider = provider_of(job.model)
    if not isinstance(provider, RemoteProvider):
        raise ReelgraphError(f"{job.provider} has no jobs")
    return provider
