"""`reelgraph jobs`: the jobs at providers, and what to do with those that have not ended."""

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import anyio

from engine.errors import UsageError
from engine.store import Job, JobState
from engine.values import Media
from nodes.naming import safe_name
from tui.cli import remote
from tui.cli.exits import Exit
from tui.cli.jobs_table import job_table
from tui.cli.remote import Outcome
from tui.cli.resolving import resolve
from tui.cli.session import Session
from tui.cli.terminal import Terminal

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
    in_doubt = session.home.journal.in_doubt()
    if options.json:
        terminal.print_json({"v": 1, "jobs": [as_json(job, in_doubt) for job in jobs]})
    elif jobs:
        now = session.home.clock()
        terminal.print_lines(job_table(jobs, in_doubt, now, terminal.width))
        _advise([job for job in jobs if job.id in in_doubt], terminal)
    else:
        terminal.note("There are no jobs." if options.all else "No job is under way.")
    return Exit.DONE


def _advise(jobs: list[Job], terminal: Terminal) -> None:
    for job in jobs:
        terminal.note(
            f"Job {job.id} was being sent when its process ended. If it is among your requests "
            f"at {job.provider}: `reelgraph jobs resolve {job.id} --remote-id ID`; if not: "
            f"`reelgraph jobs resolve {job.id} --not-submitted`."
        )


def as_json(job: Job, in_doubt: Collection[int]) -> dict[str, Any]:
    """Return a job as the documented JSON.

    Args:
        job: The job.
        in_doubt: The numbers of those of which nobody knows whether they were sent.
    """
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
        "in_doubt": job.id in in_doubt,
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
        _print_outcomes(outcomes, saved, session, terminal)
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
        _print_outcomes(outcomes, {}, session, terminal)
    return _exit_for(outcomes)


def _named(options: Namespace, session: Session) -> list[Job]:
    known = {number: session.home.journal.find(number) for number in options.ids}
    for number, job in known.items():
        if job is None:
            hint = "`reelgraph jobs --all` lists them."
            raise UsageError(f"there is no job {number}", hint=hint)
    return [job for job in known.values() if job is not None]


def _print_outcomes(
    outcomes: Sequence[Outcome],
    saved: Mapping[int, Sequence[Path]],
    session: Session,
    terminal: Terminal,
) -> None:
    in_doubt = session.home.journal.in_doubt()
    jobs = [
        {
            **as_json(outcome.job, in_doubt),
            "ok": outcome.ok,
            "message": outcome.message,
            "digests": [media.digest for media in outcome.files],
            "saved": [str(path) for path in saved.get(outcome.job.id, ())],
        }
        for outcome in outcomes
    ]
    terminal.print_json({"v": 1, "jobs": jobs})


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
    remote_id = options.remote_id or ""
    message = resolve(session.home, job, remote_id=remote_id, discard=options.discard)
    if options.json:
        job = session.home.journal.get(job.id)
        terminal.print_json({"v": 1, "job": as_json(job, session.home.journal.in_doubt())})
    else:
        terminal.print(f"job {job.id}: {message}")
    return Exit.DONE


_ACTIONS = {"list": _list, "resume": _resume, "cancel": _cancel, "resolve": _resolve}
