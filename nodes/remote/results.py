"""Bringing a job's results home: downloaded at once, as links expire, and put into the store.

A file that came inside an answer is in the store before anything else: there is nobody to ask for
it again.
"""

from __future__ import annotations

import shutil
import wave
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio.to_thread

from engine.context import Context
from engine.errors import ErrorKind, TaskError
from engine.store.job import Job
from engine.values import Audio, File, Image, Media, Video, decode, encode
from nodes.remote.adapter import JobPhase, JobStatus, RemoteFile, Spooled
from nodes.remote.download import LinkExpired, download
from nodes.remote.session import Session
from nodes.remote.spool import write_short
from nodes.remote.submission import Hook
from nodes.remote.watch import kept, status_of

_CLASSES: dict[str, type[Media]] = {"image": Image, "video": Video, "audio": Audio, "file": File}


async def to_rows(status: JobStatus, ctx: Context) -> list[dict[str, Any]]:
    """Return what a finished job has made, as the journal keeps it.

    Raises:
        TaskError: A file that came with the answer is not what it should be.
    """
    rows = [await _row(file, number, ctx) for number, file in enumerate(status.files)]
    return rows if status.data is None else [*rows, {"data": status.data}]


async def _row(file: RemoteFile, number: int, ctx: Context) -> dict[str, Any]:
    spooled = file.spooled
    if file.content:
        try:
            spooled = write_short(file.content, ctx.scratch(f"short-{number}"))
        except ValueError as error:
            raise TaskError(f"the answer cannot be read: {error}", kind=ErrorKind.DOWN) from None
    if spooled is None:
        return {"url": file.url, "kind": file.kind}
    path = spooled.path
    if file.pcm_rate is not None:
        path = await anyio.to_thread.run_sync(_with_header, spooled, file.pcm_rate)
    media = await ctx.publish(path, _CLASSES[file.kind])
    return {"kept": encode(media), "kind": file.kind}


def _with_header(spooled: Spooled, rate: int) -> Path:
    """Make a sound file of bare samples, without reading them all at once."""
    path = spooled.path.with_name(spooled.path.name + ".wav")
    with path.open("wb") as out, spooled.path.open("rb") as samples, wave.open(out) as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.setnframes(spooled.size // 2)
        sound.writeframesraw(b"")
        shutil.copyfileobj(samples, out)
    return path


def data_in(rows: Iterable[dict[str, Any]]) -> Any:
    """Return the result that is no file; None if there is none."""
    return next((row["data"] for row in rows if "data" in row), None)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A job's files, in the store."""

    files: list[Media]
    urls: dict[str, str]
    """Where each was found, by digest."""


async def fetch(session: Session, job: Job, ctx: Context, hook: Hook) -> Fetched:
    """Download the files of a finished job and publish them.

    Where a link has expired, the provider is asked once for a new one.

    Raises:
        TaskError: A file could not be had, or is not what it should be; the job is not lost.
    """
    ctx.progress(1.0, "downloading")
    try:
        try:
            return await _fetch(session, job, job.results, ctx, hook)
        except LinkExpired:
            if not (renewed := await _renewed(session, job, ctx)):
                raise
            return await _fetch(session, job, renewed, ctx, hook)
    except TaskError as error:
        raise kept(error, job) from error
    except OSError as error:
        message = f"the result cannot be written: {error.strerror or error}"
        full = TaskError(message, hint="Free some space, or run `reelgraph cache gc`.")
        raise kept(full, job) from error


async def _fetch(
    session: Session, job: Job, rows: list[dict[str, Any]], ctx: Context, hook: Hook
) -> Fetched:
    made: list[Media] = []
    urls: dict[str, str] = {}
    for number, row in enumerate(rows):
        if "kept" in row:
            made.append(_at_home(decode(row["kept"]), ctx))
        if "url" not in row:
            continue
        path = ctx.scratch(f"job-{job.id}-{number}")
        await download(session, row["url"], path, ctx)
        hook("downloaded")
        made.append(await ctx.publish(path, _CLASSES[row["kind"]]))
        urls[made[-1].digest] = row["url"]
    hook("published")
    return Fetched(made, urls)


def _at_home(media: Media, ctx: Context) -> Media:
    if not ctx.path(media).is_file():
        raise LinkExpired("the result came with the answer, and has been removed since")
    return media


async def _renewed(session: Session, job: Job, ctx: Context) -> list[dict[str, Any]]:
    """Ask for new links; empty where there are none."""
    if not job.remote_id:
        return []
    said = await status_of(session, job, ctx)
    if said.phase is not JobPhase.SUCCEEDED:
        return []
    rows = await to_rows(said, ctx)
    return rows if rows != job.results else []
