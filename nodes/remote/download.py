"""Downloading results: streamed to the disk, within a size, taken up again where they broke."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import anyio
import anyio.to_thread

from engine.errors import ErrorKind, TaskError
from nodes.remote.http import Incoming, NoAnswer
from nodes.remote.poll import backoff, retry_after
from nodes.remote.session import Session

_BLOCK = 1024**2
_TRIES = 6
"""Tries in a row that bring no further byte."""
_GONE = frozenset({401, 403, 404, 410})


class LinkExpired(TaskError):
    """The address does not lead to the result, or not any more."""


async def download(session: Session, url: str, path: Path) -> None:
    """Download a result.

    Args:
        session: The provider's.
        url: Where the result is.
        path: Where it is to be written.

    Raises:
        LinkExpired: It is not there.
        TaskError: It is too large, or could not be had after several tries.
    """
    with await anyio.to_thread.run_sync(path.open, "wb") as file:
        await _Download(session, url, file).run()


class _Download:
    def __init__(self, session: Session, url: str, file: BinaryIO) -> None:
        self._session = session
        self._url = url
        self._file = file
        self._size = 0
        self._tag = ""
        """Names the version of the file that the bytes so far are of."""

    async def run(self) -> None:
        desk = self._session.desk
        fruitless = 0
        while True:
            before = self._size
            try:
                await self._attempt()
                return
            except TaskError as error:
                fruitless = 1 if self._size > before else fruitless + 1
                if not error.kind.retryable or fruitless == _TRIES:
                    raise
                wait = backoff(fruitless, error.retry_after, desk.random)
            await desk.sleep(wait)

    async def _attempt(self) -> None:
        headers = {}
        if self._size and self._tag:
            headers = {"Range": f"bytes={self._size}-", "If-Range": self._tag}
        async with self._session.http.download(self._url, headers) as incoming:
            self._check_status(incoming)
            if incoming.status != 206:
                await self._restart()
            elif not incoming.headers.get("content-range", "").startswith(f"bytes {self._size}-"):
                await self._restart()
                raise NoAnswer(
                    f"{incoming.host} sent another part of the file than was asked for",
                    kind=ErrorKind.TRANSIENT,
                )
            self._tag = _strong_tag(incoming)
            self._check_size(int(incoming.headers.get("content-length", "0")), incoming.host)
            await self._receive(incoming)

    def _check_status(self, incoming: Incoming) -> None:
        if incoming.status in (200, 206):
            encoding = incoming.headers.get("content-encoding", "identity")
            if encoding.lower() != "identity":
                raise TaskError(f"{incoming.host} sent a file compressed as {encoding[:40]!r}")
            return
        message = f"{incoming.host} answered {incoming.status} in place of the result"
        if incoming.status in _GONE:
            raise LinkExpired(message)
        busy = incoming.status == 429 or incoming.status >= 500
        asked = retry_after(incoming.headers, self._session.desk.now())
        kind = ErrorKind.TRANSIENT if busy or incoming.status == 416 else ErrorKind.LOCAL
        self._tag = "" if incoming.status == 416 else self._tag
        raise TaskError(message, kind=kind, retry_after=asked)

    async def _restart(self) -> None:
        self._size = 0
        self._file.seek(0)
        self._file.truncate()

    def _check_size(self, more: int, host: str) -> None:
        limit = self._session.settings.max_download
        if self._size + more > limit:
            raise TaskError(
                f"the result at {host} is larger than {limit / 1024**3:.3g} GB",
                hint="REELGRAPH_MAX_DOWNLOAD_GB sets the limit.",
            )

    async def _receive(self, incoming: Incoming) -> None:
        block = bytearray()
        try:
            async for chunk in incoming.chunks():
                self._check_size(len(block) + len(chunk), incoming.host)
                block += chunk
                if len(block) >= _BLOCK:
                    await self._write(block)
                    block = bytearray()
        finally:
            with anyio.CancelScope(shield=True):
                await self._write(block)

    async def _write(self, block: bytearray) -> None:
        if block:
            self._size += await anyio.to_thread.run_sync(self._file.write, block)


def _strong_tag(incoming: Incoming) -> str:
    tag = incoming.headers.get("etag", "")
    return "" if tag.startswith("W/") else tag or incoming.headers.get("last-modified", "")
