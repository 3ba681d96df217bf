"""Waiting for a job: asking how it stands until it has ended, or for as long as it is worth it."""

from __future__ import annotations

from dataclasses import replace

from engine.context import Context
from engine.errors import ErrorKind, TaskError
from engine.store.job import Job, JobState
from nodes.remote.adapter import Adapter, Answer, Call, Finds, JobPhase, JobStatus, RemoteJob
from nodes.remote.addresses import RefusedAddress
from nodes.remote.poll import pause
from nodes.remote.session import Session

_HOPS = 5
ENDS = frozenset({JobPhase.SUCCEEDED, JobPhase.FAILED, JobPhase.REFUSED, JobPhase.CANCELED})
"""The phases after which a job changes no more."""
_STAYS = frozenset({ErrorKind.DOWN, ErrorKind.REFUSED, ErrorKind.AUTH, ErrorKind.BILLING})
"""Kinds of failure that have another model tried; never while a job of this one is on its way."""


def remote_of(adapter: Adapter, job: Job) -> RemoteJob:
    """Return a job as its adapter knows it."""
    if not job.urls and isinstance(adapter, Finds):
        return adapter.job_named(job.remote_id, str(job.request.get("url", "")))
    return RemoteJob(job.remote_id, job.urls)


def kept(error: TaskError, job: Job) -> TaskError:
    """Return an error that struck while a job is with its provider: the job is not lost."""
    return TaskError(
        error.message,
        kind=ErrorKind.LOCAL if error.kind in _STAYS else error.kind,
        hint=f"{error.hint} {_ways_on(error, job)}".strip(),
        retry_after=error.retry_after,
    )


def _ways_on(error: TaskError, job: Job) -> str:
    """Return what to do about a job that is with its provider."""
    if job.state is JobState.SUBMITTING:
        return (
            f"Whether {job.provider} has job {job.id} is in doubt: run again to find out, or "
            "settle it by hand as `reelgraph jobs` says."
        )
    again = f"Job {job.id} is with {job.provider}; run again to pick it up, without a new call."
    give_up = f"`reelgraph jobs resolve {job.id} --discard` gives it up"
    if isinstance(error, RefusedAddress):
        end = "it counts as spent, and the next run asks anew."
        return f"{again} If the same is said then, {give_up}: {end}"
    if error.kind in (ErrorKind.DOWN, ErrorKind.INVALID):
        return f"{again} If it is lost there, {give_up}."
    return again


async def status_of(session: Session, job: Job, ctx: Context) -> JobStatus:
    """Ask once how a job stands.

    Raises:
        TaskError: The provider does not tell; the job is not lost.
    """
    adapter = session.adapter
    remote = remote_of(adapter, job)

    def read(answer: Answer) -> JobStatus | Call:
        return adapter.status(replace(answer, asked=call.url), remote)

    try:
        call = adapter.poll(remote)
        for _ in range(_HOPS):
            said = await session.ask(call, read, ctx=ctx)
            if isinstance(said, JobStatus):
                return said
            call = said
    except TaskError as error:
        raise kept(error, job) from error
    raise kept(TaskError(f"{adapter.name} sends from one address to the next"), job)


async def wait_for(session: Session, job: Job, ctx: Context) -> JobStatus:
    """Wait until a job has ended.

    Raises:
        TaskError: It takes too long, or the provider does not tell; the job is not lost.
    """
    session.watched += 1
    try:
        return await _watch(session, job, ctx)
    finally:
        session.watched -= 1


async def _watch(session: Session, job: Job, ctx: Context) -> JobStatus:
    desk, floor = session.desk, session.adapter.poll_floor
    began = desk.monotonic()
    age = max(desk.now() - job.updated, 0.0)
    waited = 0.0
    # What was submitted long ago may well have ended.
    if age < floor:
        await desk.sleep(floor)
    while True:
        said = await status_of(session, job, ctx)
        if said.phase in ENDS:
            return said
        gone_on = max(desk.now() - job.updated, 0.0)
        ctx.progress(said.progress or 0.0, said.note or said.phase.value, gone_on)
        if waited >= session.adapter.deadline:
            message = f"job {job.id} at {job.provider} has not ended after {waited / 60:.0f} min"
            raise kept(TaskError(message), job)
        await desk.sleep(pause(age + waited, floor, desk.random, session.watched))
        waited = desk.monotonic() - began
