"""`reelgraph jobs`: the jobs at providers, and what to do with those that have not ended."""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio

from engine.errors import UsageError
from engine.money import format_usd
from engine.store import Job, JobState
from engine.values import Media
from nodes.naming import safe_name
from tui.cli import remote
from tui.cli.exits import Exit
from tui.cli.remote import Outcome
from tui.cli.session import Session
from tui.cli.tables import Column, table
from tui.cli.terminal import Span, Terminal
from tui.cli.words import dollars, seconds

_STYLES = {
    JobState.RESERVED: "dim",
    JobState.SUBMITTING: "bold yellow",
    JobState.SUBMITTED: "blue",
    JobState.FINISHED: "cyan",
    JobState.STORED: "green",
    JobState.FAILED: "red",
    JobState.CANCELED: "dim",
}
_TO_FETCH = (JobState.SUBMITTED, JobState.FINISHED)


def execute(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Do what the action says."""
    return int(_ACTIONS[options.action](options, session, terminal))


# -- list ------------------------------------------------------------------------------------------


def _list(options: Namespace, session: Session, terminal: Terminal) -> int:
    if options.ids:
        jobs = _named(options, session)
    else:
        jobs = session.home.journal.jobs(active_only=not options.all, limit=options.limit)
    if options.json:
        terminal.print_json({"v": 1, "jobs": [as_json(job) for job in jobs]})
    elif jobs:
        now = session.home.clock()
        terminal.print_lines(_table(jobs, now, terminal.width))
        _advise(jobs, terminal)
    else:
        terminal.note("There are no jobs." if options.all else "No job is under way.")
    return Exit.DONE


def _table(jobs: list[Job], now: float, width: int | None) -> Iterator[list[Span]]:
    columns = [
        Column("job", right=True, style="bold"),
        Column("task", shrink=True),
        Column("model", shrink=True),
        Column("state"),
        Column("age", right=True),
        Column("price", right=True),
        Column("", shrink=True, style="dim"),
    ]
    rows: list[list[Span]] = [
        [
            str(job.id),
            job.task,
            job.model,
            (job.state.value, _STYLES[job.state]),
            seconds(max(0.0, now - job.created)),
            price_of(job),
            job.error or Path(job.workflow).name,
        ]
        for job in jobs
    ]
    return table(columns, rows, width)


def price_of(job: Job) -> str:
    """Return what a job costs, as far as it is known: `$0.40`, `$0.10 to $0.40`, `not billed`."""
    if job.billed == "not billed" and not job.cost:
        return "not billed"
    if job.cost is not None:
        return format_usd(job.cost)
    return dollars(job.estimate_low, job.estimate_high)


def _advise(jobs: list[Job], terminal: Terminal) -> None:
    for job in jobs:
        if job.state is JobState.SUBMITTING:
            terminal.note(
                f"Job {job.id} was being sent when its process ended. If it is among your requests "
                f"at {job.provider}: `reelgraph jobs resolve {job.id} --remote-id ID`; if not: "
                f"`reelgraph jobs resolve {job.id} --not-submitted`."
            )


def as_json(job: Job) -> dict[str, Any]:
    """Return a job as the documented JSON."""
    high, cost = job.estimate_high, job.cost
    return {
        "id": job.id,
        "task": job.task,
        "workflow": job.workflow,
        "run": job.run,
        "provider": job.provider,
        "model": job.model,
        "state": job.state.value,
        "remote_id": job.remote_id,
        "estimate_low": str(job.estimate_low),
        "estimate_high": None if high is None else str(high),
        "cost": None if cost is None else str(cost),
        "billed": job.billed,
        "error_kind": job.error_kind,
        "error": job.error,
        "created": job.created,
        "updated": job.updated,
    }


# -- resume and cancel -----------------------------------------------------------------------------


def _resume(options: Namespace, session: Session, terminal: Terminal) -> int:
    if options.ids:
        jobs = _named(options, session)
    else:
        jobs = [j for j in session.home.journal.jobs(active_only=True) if j.state in _TO_FETCH]
    if not jobs and not options.json:
        terminal.note("There is nothing to fetch.")
        return Exit.DONE
    outcomes = anyio.run(remote.resume, session, jobs, remote.teller(terminal))
    saved = {
        outcome.job.id: _save(outcome, session, options.out) for outcome in outcomes if options.out
    }
    if options.json:
        terminal.print_json({"v": 1, "jobs": [_outcome_as_json(o, saved) for o in outcomes]})
    else:
        for path in (path for paths in saved.values() for path in paths):
            terminal.print_path(path)
    return _exit_for(outcomes)


def _save(outcome: Outcome, session: Session, folder: Path) -> list[Path]:
    """Copy the results of a job into a folder, under names that are not taken yet by others."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = safe_name(f"{outcome.job.task}-job{outcome.job.id}") or f"job{outcome.job.id}"
    paths: list[Path] = []
    for number, media in enumerate(outcome.files, 1):
        part = f"-{number}" if len(outcome.files) > 1 else ""
        path = folder / f"{stem}{part}{_extension(media)}"
        shutil.copyfile(session.home.blobs.path(media.digest), path)
        paths.append(path)
    return paths


def _extension(media: Media) -> str:
    from nodes.media import EXTENSIONS

    return EXTENSIONS.get(media.media_type, ".bin")


def _cancel(options: Namespace, session: Session, terminal: Terminal) -> int:
    if not options.ids:
        raise UsageError(
            "cancel needs the numbers of jobs", hint="`reelgraph jobs` lists what is under way."
        )
    outcomes = anyio.run(remote.cancel, session, _named(options, session), remote.teller(terminal))
    if options.json:
        terminal.print_json({"v": 1, "jobs": [_outcome_as_json(o, {}) for o in outcomes]})
    return _exit_for(outcomes)


def _named(options: Namespace, session: Session) -> list[Job]:
    known = {number: session.home.journal.find(number) for number in options.ids}
    for number, job in known.items():
        if job is None:
            hint = "`reelgraph jobs --all` lists them."
            raise UsageError(f"there is no job {number}", hint=hint)
    return [job for job in known.values() if job is not None]


def _outcome_as_json(outcome: Outcome, saved: dict[int, list[Path]]) -> dict[str, Any]:
    return {
        **as_json(outcome.job),
        "ok": outcome.ok,
        "message": outcome.message,
        "digests": [media.digest for media in outcome.files],
        "saved": [str(path) for path in saved.get(outcome.job.id, ())],
    }


def _exit_for(outcomes: list[Outcome]) -> Exit:
    good = sum(outcome.ok for outcome in outcomes)
    if good == len(outcomes):
        return Exit.DONE
    return Exit.PARTIAL if good else Exit.FAILED


# -- resolve ---------------------------------------------------------------------------------------


def _resolve(options: Namespace, session: Session, terminal: Terminal) -> int:
    """Settle a job by what a person has found out at the provider."""
    ways = (options.remote_id, options.not_submitted, options.discard)
    if len(options.ids) != 1 or not any(ways):
        raise UsageError(
            "resolve needs one job, and --remote-id X, --not-submitted or --discard",
            hint="reelgraph jobs resolve 12 --not-submitted",
        )
    (job,) = _named(options, session)
    journal = session.home.journal
    with session.home.use(), journal.claim(job.id) as mine:
        if not mine:
            raise UsageError(f"a run that goes on now drives job {job.id}", hint="Let it end.")
        job = journal.get(job.id)
        message = _discard(job, session) if options.discard else _settle(job, session, options)
    if options.json:
        terminal.print_json({"v": 1, "job": as_json(journal.get(job.id))})
    else:
        terminal.print(f"job {job.id}: {message}")
    return Exit.DONE


def _settle(job: Job, session: Session, options: Namespace) -> str:
    if job.state is not JobState.SUBMITTING:
        raise UsageError(f"job {job.id} is {job.state}: there is no doubt about it")
    if options.remote_id:
        session.home.journal.submitted(job, options.remote_id, {})
        return f"{options.remote_id} at {job.provider}; `reelgraph jobs resume {job.id}` fetches it"
    session.home.journal.back_to_reserved(job)
    return "not sent; it is sent when its workflow is run again"


def _discard(job: Job, session: Session) -> str:
    journal = session.home.journal
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


_ACTIONS = {"list": _list, "resume": _resume, "cancel": _cancel, "resolve": _resolve}
