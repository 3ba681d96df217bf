"""Giving a job its inputs: each blob is uploaded once, until the provider drops it.

What the provider made itself a while ago is not uploaded: the result's own address is given.
"""

from __future__ import annotations

from collections.abc import Mapping

import anyio

from engine.context import Context
from engine.errors import TaskError
from engine.store.job import Job
from engine.values import Media
from nodes.models import ModelInfo
from nodes.remote.adapter import Address, Answer, BindsUploads, Call, Inline, Lends
from nodes.remote.mapping import media_of
from nodes.remote.session import Session
from nodes.requests import Request

_MARGIN = 600.0
"""Seconds that an upload must still be good for when a job begins with it."""
_STEPS = 10


class Inputs:
    """The inputs of one request at the provider.

    Args:
        session: The provider's.
        ctx: The task's.
        model: What they are for.
    """

    def __init__(self, session: Session, ctx: Context, model: ModelInfo) -> None:
        self._session = session
        self._ctx = ctx
        self._model = model
        self._known: dict[str, str] = {}

    def look(self, request: Request) -> None:
        """Look for what the provider has already. Blocking."""
        self._known = self._kept(media_of(request))

    async def addresses(self, request: Request) -> dict[str, Address]:
        """Return the addresses of a request's media, by digest; upload what is not known.

        Where it takes files in the request itself, nothing is uploaded.

        Raises:
            TaskError: The provider does not take one.
        """
        return {
            media.digest: self._known.get(media.digest) or await self._address(media)
            for media in media_of(request)
        }

    async def are_unread(self, error: TaskError) -> bool:
        """Tell whether the provider could not read what it was believed to have.

        Then that is forgotten, so that the next job uploads it.
        """
        adapter = self._session.adapter
        if not self._known or not isinstance(adapter, Lends) or not adapter.is_unread(error):
            return False
        journal = self._session.desk.journal
        await self._session.write(journal.forget_uploads, self._owner, self._known)
        return True

    @property
    def _owner(self) -> str:
        """Who can read what was uploaded: the provider, or one model of it."""
        adapter = self._session.adapter
        return self._model.id if isinstance(adapter, BindsUploads) else adapter.name

    def _kept(self, given: list[Media]) -> dict[str, str]:
        """Return where the provider has media already, by digest. Blocking."""
        desk, owner = self._session.desk, self._owner
        until = desk.now() + _MARGIN
        found = {m.digest: desk.journal.upload_url(owner, m.digest, until) for m in given}
        return {digest: url for digest, url in found.items() if url is not None}

    async def _address(self, media: Media) -> Address:
        session, adapter = self._session, self._session.adapter
        if isinstance(adapter, BindsUploads):
            first = adapter.start_upload_for(self._model, media)
        else:
            first = adapter.start_upload(media)
        if isinstance(first, Inline):
            return first
        # Tasks of one run often share an input.
        name = f"{self._owner} {media.digest}"
        is_first = name not in session.uploading
        lock = session.uploading.setdefault(name, anyio.Lock())
        async with lock:
            if not is_first and (known := await session.write(self._kept, [media])):
                return known[media.digest]
            self._ctx.progress(0.0, "uploading")
            desk = session.desk
            began = desk.now()
            url = await _upload(session, media, first)
            expires = began + adapter.upload_seconds
            remember = desk.journal.remember_upload
            await session.write(remember, self._owner, media.digest, url, expires)
            return url


def remember_results(session: Session, job: Job, urls: Mapping[str, str]) -> None:
    """Remember where a job's results can be read, by digest: they need no upload. Blocking."""
    adapter, desk = session.adapter, session.desk
    if not isinstance(adapter, Lends):
        return
    for digest, url in urls.items():
        # Whenever the job ended, that was after it was made.
        expires = job.created + adapter.lasts(url)
        if expires > desk.now() + _MARGIN:
            desk.journal.remember_upload(adapter.name, digest, url, expires)


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
