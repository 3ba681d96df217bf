"""A small HTTP server on this machine that does as a test wants, also what no honest one does."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from tests.support.patience import PATIENCE

_REASONS = {200: "OK", 206: "Partial Content"}


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """An answer, honest by default."""

    status: int = 200
    json: Any = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """The length that is announced, where it is not that of the body; negative for none."""
    cut: int | None = None
    """Bytes of the body after which the connection breaks."""
    repeat: int = 1
    """How often the body is sent."""
    endless: bool = False
    """The body is sent again and again."""
    silent: bool = False
    """The connection breaks without an answer."""
    after: bool = False
    """The request is worked on all the same, before this is answered in place of what came out."""

    @property
    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        return b"" if self.json is None else json.dumps(self.json).encode()

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Other')}"]
        length = len(self.content) * self.repeat if self.length is None else self.length
        if length >= 0 and not self.endless:
            lines.append(f"Content-Length: {length}")
        kind = "application/json" if self.body is None else "application/octet-stream"
        headers = {"Content-Type": kind, **self.headers}
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode()


class Loopback:
    """Serves in a thread of its own, from `start` to `stop`.

    Subclasses answer in `answer`; `script` puts other answers before those, by route.
    """

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.scripts: dict[str, deque[Reply]] = defaultdict(deque)
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._writers: set[asyncio.StreamWriter] = set()
        self._stop: Callable[[], object] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(PATIENCE)

    @contextmanager
    def serve(self) -> Iterator[Self]:
        """Serve until the block is left."""
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def script(self, route: str, *replies: Reply) -> None:
        """Give these answers to the next requests of a route."""
        self.scripts[route].extend(replies)

    def route(self, asked: Asked) -> str:
        """Return the name by which a request is scripted and counted."""
        return asked.path

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def count(self, route: str) -> int:
        return sum(1 for asked in self.asked if self.route(asked) == route)

    # -- inside --------------------------------------------------------------------------------

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._main())
        self._loop.close()

    async def _main(self) -> None:
        stopped = asyncio.Event()
        self._stop = stopped.set
        server = await asyncio.start_server(self._talk, "127.0.0.1", self.port, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await stopped.wait()
        server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while (asked := await _read(reader)) is not None:
                if not await self._respond(asked, writer):
                    break
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _respond(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Answer; tell whether the connection goes on."""
        self.asked.append(asked)
        scripted = self.scripts[self.route(asked)]
        reply = scripted.popleft() if scripted else None
        if reply is None:
            reply = self.answer(asked)
        elif reply.after:
            self.answer(asked)
        if reply.silent:
            return False
        writer.write(reply.head())
        content = reply.content if asked.method != "HEAD" else b""
        writer.write(content if reply.cut is None else content[: reply.cut])
        await writer.drain()
        again = reply.repeat - 1
        while reply.endless or again > 0:
            writer.write(content)
            await writer.drain()
            again -= 1
        honest = reply.cut is None and reply.length is None
        return honest and asked.headers.get("connection", "").lower() != "close"


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.decode("latin-1").splitlines()
    method, target, _ = first.split(" ")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(method, parts.path, dict(parse_qsl(parts.query)), headers, body)
