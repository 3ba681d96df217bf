"""Settling a job by hand: what a person has found out at the provider, or does not want."""

from __future__ import annotations

from engine.errors import UsageError
from engine.store import Home, Job, JobState


def resolve(home: Home, job: Job, *, remote_id: str = "", discard: bool = False) -> str:
    """Settle a job, and return what that means.

    Args:
        home: Whose journal has it.
        job: The job.
        remote_id: The provider's name for it; empty where the provider does not have it.
        discard: Give its result up instead, so that its task asks anew.

    Raises:
        UsageError: A run that goes on drives it, or there is nothing to settle.
    """
    journal = home.journal
    with home.use(), journal.claim(job.id) as mine:
        if not mine:
            raise UsageError(f"a run that goes on now drives job {job.id}", hint="Let it end.")
        job = journal.get(job.id)
        return _discard(job, home) if discard else _settle(job, home, remote_id)


def _settle(job: Job, home: Home, remote_id: str) -> str:
    if job.state is not JobState.SUBMITTING:
        raise UsageError(f"job {job.id} is {job.state}: there is no doubt about it")
    if remote_id:
        home.journal.submitted(job, remote_id, {})
        return f"{remote_id} at {job.provider}; `reelgraph jobs resume {job.id}` fetches it"
    home.journal.back_to_reserved(job)
    return "not sent; it is sent when its workflow is run again"


def _discard(job: Job, home: Home) -> str:
    journal = home.journal
    if job.state is JobState.STORED and job.taken:
        raise UsageError(
            f"the result of job {job.id} is in the cache already",
            hint=f"`reelgraph run FILE --redo {job.task}` asks anew.",
        )
    if job.state is JobState.STORED:
        journal.discard(job)
    elif job.state is JobState.FINISHED:
        journal.failed(job, "local", "discarded by hand", billed=job.billed)
    elif job.state is JobState.SUBMITTED:
        journal.failed(job, "local", "given up by hand")
        return f"given up; {job.provider} may bill it. Its task asks anew when it is run again"
    else:
        raise UsageError(
            f"job {job.id} is {job.state}: it has no result to discard",
            hint="`reelgraph jobs cancel` calls off what is under way.",
        )
    return "discarded; its task asks anew when it is run again"
