"""Uploading a job's inputs: each blob once, streamed from the disk, until the provider drops it."""

from __future__ import annotations

import anyio

from engine.context import Context
from engine.errors import TaskError
from engine.values import Media
from nodes.remote.adapter import Address, Answer, Call, Inline
from nodes.remote.mapping import media_of
from nodes.remote.session import Session
from nodes.requests import Request

_MARGIN = 600.0
"""Seconds that an upload must still be good for when a job begins with it."""
_STEPS = 10


async def upload_inputs(session: Session, request: Request, ctx: Context) -> dict[str, Address]:
    """Return the addresses of a request's media at the provider, by digest.

    Where it takes files in the request itself, nothing is uploaded.

    Raises:
        TaskError: The provider does not take one.
    """
    given = media_of(request)
    known = await session.write(_known, session, given) if given else {}
    return {m.digest: known.get(m.digest) or await _address(session, m, ctx) for m in given}


def _known(session: Session, given: list[Media]) -> dict[str, str]:
    """Return where the provider has media already, by digest. Blocking."""
    desk, name = session.desk, session.adapter.name
    until = desk.now() + _MARGIN
    found = {m.digest: desk.journal.upload_url(name, m.digest, until) for m in given}
    return {digest: url for digest, url in found.items() if url is not None}


async def _address(session: Session, media: Media, ctx: Context) -> Address:
    first = session.adapter.start_upload(media)
    if isinstance(first, Inline):
        return first
    # Tasks of one run often share an input.
    lock = session.uploading.setdefault(media.digest, anyio.Lock())
    is_first = not lock.locked()
    async with lock:
        if not is_first and (known := await session.write(_known, session, [media])):
            return known[media.digest]
        ctx.progress(0.0, "uploading")
        desk = session.desk
        began = desk.now()
        url = await _upload(session, media, first)
        expires = began + session.adapter.upload_seconds
        name = session.adapter.name
        await session.write(desk.journal.remember_upload, name, media.digest, url, expires)
        return url


async def _upload(session: Session, media: Media, call: Call) -> str:
    adapter = session.adapter

    def accepted(answer: Answer) -> None:
        if answer.status >= 400:
            raise adapter.error(answer)

    for step in range(_STEPS):

        def read(answer: Answer, step: int = step) -> Call | str:
            return adapter.continue_upload(media, answer, step)

        if call.gives:
            await session.ask(call, accepted)
            return call.gives
        found = await session.ask(call, read)
        if isinstance(found, str):
            return found
        call = found
    raise TaskError(f"the upload to {adapter.name} has no end")
