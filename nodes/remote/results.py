"""Bringing a job's results home: downloaded at once, as links expire, and put into the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.context import Context
from engine.errors import TaskError
from engine.store.job import Job
from engine.values import Audio, File, Image, Media, Video
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile
from nodes.remote.download import LinkExpired, download
from nodes.remote.session import Session
from nodes.remote.submission import Hook
from nodes.remote.watch import kept, status_of

_CLASSES: dict[str, type[Media]] = {"image": Image, "video": Video, "audio": Audio, "file": File}


def to_rows(status: JobStatus) -> list[dict[str, Any]]:
    """Return what a finished job has made, as the journal keeps it."""
    rows: list[dict[str, Any]] = [{"url": file.url, "kind": file.kind} for file in status.files]
    return rows if status.data is None else [*rows, {"data": status.data}]


def files_in(rows: Iterable[dict[str, Any]]) -> list[RemoteFile]:
    """Return the files among what the journal keeps."""
    return [RemoteFile(row["url"], row["kind"]) for row in rows if "url" in row]


def data_in(rows: Iterable[dict[str, Any]]) -> Any:
    """Return the result that is no file; None if there is none."""
    return next((row["data"] for row in rows if "data" in row), None)


async def fetch(session: Session, job: Job, ctx: Context, hook: Hook) -> list[Media]:
    """Download the files of a finished job and publish them.

    Where a link has expired, the provider is asked once for a new one.

    Raises:
        TaskError: A file could not be had, or is not what it should be; the job is not lost.
    """
    ctx.progress(1.0, "downloading")
    files = files_in(job.results)
    try:
        try:
            return await _fetch(session, job, files, ctx, hook)
        except LinkExpired:
            if not (renewed := await _renewed(session, job, files)):
                raise
            return await _fetch(session, job, renewed, ctx, hook)
    except TaskError as error:
        raise kept(error, job) from error


async def _fetch(
    session: Session, job: Job, files: list[RemoteFile], ctx: Context, hook: Hook
) -> list[Media]:
    made: list[Media] = []
    for number, file in enumerate(files):
        path = ctx.scratch(f"job-{job.id}-{number}")
        await download(session, file.url, path)
        hook("downloaded")
        made.append(await ctx.publish(path, _CLASSES[file.kind]))
    hook("published")
    return made


async def _renewed(session: Session, job: Job, old: list[RemoteFile]) -> list[RemoteFile]:
    """Ask for new links; empty where there are none."""
    if not job.remote_id:
        return []
    said = await status_of(session, job)
    files = list(said.files)
    return files if said.phase is JobPhase.SUCCEEDED and files != old else []
