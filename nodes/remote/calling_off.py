"""Calling jobs off: at their provider where that can be, and in the journal as it turns out.

What counts is what the provider says of a job afterwards, not that it took the call: one that it
has begun may go on to its end. Then it is paid for, and its result is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from engine.context import Cancelled
from engine.errors import TaskError
from engine.money import format_usd
from engine.store.job import Job, JobState
from nodes.remote.adapter import Answer, Gone, JobPhase, JobStatus, SparesTheRunning
from nodes.remote.drive import Drive
from nodes.remote.watch import ENDS, remote_of, status_of

PATIENCE = 30.0
"""Seconds for a provider to call off a job of a run that goes on."""
_LOOKS = (0.0, 0.2, 0.5, 1.0, 2.0, 3.0)
"""Seconds before each look at a job that was to be called off."""
_KEPT = "it is paid for, and kept for the next run"


async def ask_to_call_off(drive: Drive, job: Job) -> bool:
    """Ask a provider to call a submitted job off; tell whether it can be asked to.

    Raises:
        TaskError: The provider refuses, as when the job is running already, or does not answer.
    """
    session = drive.session
    adapter = session.adapter

    def accepted(answer: Answer) -> None:
        if answer.status >= 400:
            raise adapter.error(answer)

    call = adapter.cancel(remote_of(adapter, job))
    if call is None:
        return False
    is_spared = isinstance(adapter, SparesTheRunning) and not adapter.may_cancel(
        await status_of(session, job, drive.ctx)
    )
    if not is_spared:
        await session.ask(call, accepted)
    return not is_spared


async def settle(drive: Drive, job: Job) -> bool:
    """Write down what came of a job that was to be called off; tell whether it is canceled now.

    A job that ended before its provider heard of it is kept: its result is brought home. One that
    goes on nevertheless stays as it is.

    Raises:
        TaskError: The provider does not tell.
    """
    session = drive.session
    said = await _said_in_the_end(drive, job)
    if said.phase not in ENDS:
        return False
    if said.phase is JobPhase.SUCCEEDED:
        await drive.end(job, said)
        return False
    await session.write(session.desk.journal.canceled, job, billed=said.billed)
    return True


async def _said_in_the_end(drive: Drive, job: Job) -> JobStatus:
    said = JobStatus(JobPhase.RUNNING)
    for pause in _LOOKS:
        if pause:
            await drive.session.desk.sleep(pause)
        try:
            said = await status_of(drive.session, job, drive.ctx)
        except TaskError as error:
            if not isinstance(error.__cause__, Gone):
                raise
            return JobStatus(JobPhase.CANCELED)
        if said.phase in ENDS:
            break
    return said


@asynccontextmanager
async def with_its_task(drive: Drive, key: str) -> AsyncIterator[None]:
    """Call off the job of a key where its task is called off inside the block by itself.

    What came of it is in the desk's `called_off`. A run that is stopped as a whole leaves its jobs.
    """
    try:
        yield
    except (Cancelled, anyio.get_cancelled_exc_class()):
        called_off = drive.session.desk.called_off
        if drive.ctx.task in called_off:
            with anyio.CancelScope(shield=True):
                called_off[drive.ctx.task] = await _let_go(drive, key)
        raise


async def _let_go(drive: Drive, key: str) -> str:
    """Call off the open job of a key, if there is one; return what came of it, in words."""
    session = drive.session
    journal = session.desk.journal
    job = await session.write(journal.open_job, key)
    if job is None:
        return ""
    if job.state is JobState.RESERVED:
        await session.write(journal.canceled, job)
        return ""
    trouble = f"{job.provider} did not answer in time"
    with anyio.move_on_after(PATIENCE):
        try:
            trouble = await _called_off(drive, job)
        except TaskError as error:
            trouble = f"{job.provider} could not call it off ({error.message})"
    return _in_words(await session.write(journal.get, job.id), trouble)


async def _called_off(drive: Drive, job: Job) -> str:
    """Call a job off; return what it is that it may not be canceled for."""
    if job.state is not JobState.SUBMITTED or not await ask_to_call_off(drive, job):
        return f"{job.provider} cannot call it off"
    await settle(drive, job)
    return f"{job.provider} was asked to call it off, but it goes on"


def _in_words(job: Job, trouble: str) -> str:
    match job.state:
        case JobState.CANCELED:
            return f"called off at {job.provider}{_billed(job)}"
        case JobState.STORED | JobState.FINISHED:
            return f"it had ended at {job.provider} before: it is paid for, and its result is kept"
        case JobState.FAILED:
            return f"it had failed at {job.provider} before{_billed(job)}"
        case JobState.SUBMITTING:
            return f"nobody knows whether {job.provider} has it: the jobs say what to do"
    return f"{trouble}: {_KEPT}"


def _billed(job: Job) -> str:
    if job.billed == "not billed":
        return ", not billed"
    if job.billed == "billed":
        return f", and billed {format_usd(job.charge)}"
    return f"; whether it is billed is not known, and {format_usd(job.charge)} counts as spent"
