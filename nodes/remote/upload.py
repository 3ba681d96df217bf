"""Uploading a job's inputs: each blob once, streamed from the disk, until the provider drops it."""

from __future__ import annotations

import anyio

from engine.context import Context
from engine.errors import TaskError
from engine.values import Media
from nodes.remote.adapter import Answer, Call
from nodes.remote.mapping import media_of
from nodes.remote.session import Session
from nodes.requests import Request

_MARGIN = 600.0
"""Seconds that an upload must still be good for when a job begins with it."""
_STEPS = 10


async def upload_inputs(session: Session, request: Request, ctx: Context) -> dict[str, str]:
    """Return the addresses of a request's media at the provider, by digest.

    Raises:
        TaskError: The provider does not take one.
    """
    return {media.digest: await _address(session, media, ctx) for media in media_of(request)}


async def _address(session: Session, media: Media, ctx: Context) -> str:
    # Tasks of one run often share an input.
    async with session.uploading.setdefault(media.digest, anyio.Lock()):
        desk, provider = session.desk, session.adapter.name
        known = await session.write(
            desk.journal.upload_url, provider, media.digest, desk.now() + _MARGIN
        )
        if known is not None:
            return known
        ctx.progress(0.0, "uploading")
        began = desk.now()
        url = await _upload(session, media, ctx)
        expires = began + session.adapter.upload_seconds
        await session.write(desk.journal.remember_upload, provider, media.digest, url, expires)
        return url


async def _upload(session: Session, media: Media, ctx: Context) -> str:
    adapter = session.adapter
    path = ctx.path(media)
    call = adapter.start_upload(media)

    def accepted(answer: Answer) -> None:
        if answer.status >= 400:
            raise adapter.error(answer)

    for step in range(_STEPS):

        def read(answer: Answer, step: int = step) -> Call | str:
            return adapter.continue_upload(media, answer, step)

        body = path if call.body else None
        if call.gives:
            await session.ask(call, accepted, body=body)
            return call.gives
        found = await session.ask(call, read, body=body)
        if isinstance(found, str):
            return found
        call = found
    raise TaskError(f"the upload to {adapter.name} has no end", where=ctx.task)
