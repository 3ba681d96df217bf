"""Downloading results: streamed to the disk, within a size, taken up again where they broke."""

from __future__ import annotations

import re
from pathlib import Path
from typing import BinaryIO

import anyio
import anyio.to_thread

from engine.context import Context
from engine.errors import ErrorKind, TaskError
from nodes.remote.http import Incoming, NoAnswer
from nodes.remote.poll import backoff, retry_after
from nodes.remote.reach import Patience
from nodes.remote.session import Session

_BLOCK = 1024**2
_TRIES = 6
"""Tries in a row that bring no further byte."""
_BYTES = re.compile(r"[0-9]{1,18}")
_GONE = frozenset({401, 403, 404, 410})
_NOT_NOW = frozenset({400, 416, 429})
"""Statuses that may pass: 400 is also how a store says that a result is still being written."""


class LinkExpired(TaskError):
    """The address does not lead to the result, or not any more."""


async def download(session: Session, url: str, path: Path, ctx: Context) -> None:
    """Download a result.

    Args:
        session: The provider's.
        url: Where the result is.
        path: Where it is to be written.
        ctx: Of the task; told of waits.

    Raises:
        LinkExpired: It is not there.
        TaskError: It is too large, or could not be had after several tries.
    """
    work = _Download(session, url, path, ctx)
    try:
        await work.run()
    finally:
        work.close()


class _Download:
    def __init__(self, session: Session, url: str, path: Path, ctx: Context) -> None:
        self._session = session
        self._patience = Patience(session, ctx)
        self._url = url
        self._path = path
        self._file: BinaryIO | None = None
        self._size = 0
        self._tag = ""
        """Names the version of the file that the bytes so far are of."""
        self._whole: int | None = None
        """Bytes of the whole file, where that was told."""

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    async def run(self) -> None:
        desk = self._session.desk
        most = fruitless = 0
        while True:
            try:
                await self._attempt()
                self._session.answered()
                return
            except TaskError as error:
                fruitless = 1 if self._size > most else fruitless + 1
                most = max(self._size, most)
                if not error.kind.retryable or fruitless == _TRIES:
                    raise
                wait = backoff(fruitless, error.retry_after, desk.random)
                self._patience.failed(error, wait)
            await desk.sleep(wait)

    async def _attempt(self) -> None:
        headers = {}
        if self._size and self._tag:
            headers = {"Range": f"bytes={self._size}-", "If-Range": self._tag}
        else:
            self._restart()
        async with self._session.http.download(self._url, headers) as incoming:
            self._check_status(incoming)
            length = int(incoming.headers.get("content-length", "0"))
            tag = _strong_tag(incoming)
            if incoming.status != 206:
                self._restart()
                self._whole = length or None
            elif not self._is_continued(incoming, tag):
                self._restart()
                raise NoAnswer(
                    f"{incoming.host} sent another part of the file than was asked for",
                    kind=ErrorKind.TRANSIENT,
                )
            self._tag = tag or self._tag
            self._check_size(length, incoming.host)
            await self._receive(incoming)
            if self._whole is not None and self._size < self._whole:
                raise NoAnswer(
                    f"{incoming.host} sent {self._size} bytes of {self._whole}",
                    kind=ErrorKind.TRANSIENT,
                )

    def _is_continued(self, incoming: Incoming, tag: str) -> bool:
        """Tell whether a part follows on what is there, and belongs to the same file."""
        part, _, whole = incoming.headers.get("content-range", "").partition("/")
        told = int(whole) if _BYTES.fullmatch(whole) else self._whole
        is_same = not self._size or (tag in ("", self._tag) and self._whole in (None, told))
        self._whole = told
        return is_same and part.startswith(f"bytes {self._size}-")

    def _check_status(self, incoming: Incoming) -> None:
        if incoming.status in (200, 206):
            encoding = incoming.headers.get("content-encoding", "identity")
            if encoding.lower() != "identity":
                raise TaskError(f"{incoming.host} sent a file compressed as {encoding[:40]!r}")
            return
        message = f"{incoming.host} answered {incoming.status} in place of the result"
        if incoming.status in _GONE:
            raise LinkExpired(message)
        busy = incoming.status in _NOT_NOW or incoming.status >= 500
        asked = retry_after(incoming.headers, self._session.desk.now())
        kind = ErrorKind.TRANSIENT if busy else ErrorKind.LOCAL
        self._tag = "" if incoming.status == 416 else self._tag
        raise TaskError(message, kind=kind, retry_after=asked)

    def _restart(self) -> None:
        self.close()
        self._size = 0
        self._tag = ""
        self._whole = None

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
                    await anyio.to_thread.run_sync(self._write, block)
                    block = bytearray()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._write, block)

    def _write(self, block: bytearray) -> None:
        # Opened with the first block, as most files have no more than one. What is written is not
        # held back, as the rest would be written where the file is closed: on the event loop.
        if self._file is None:
            self._file = self._path.open("wb", buffering=0)
        view = memoryview(block)
        while view:
            written = self._file.write(view)
            view = view[written:]
            self._size += written


def _strong_tag(incoming: Incoming) -> str:
    tag = incoming.headers.get("etag", "")
    return "" if tag.startswith("W/") else tag or incoming.headers.get("last-modified", "")
