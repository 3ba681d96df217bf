"""HTTP with a provider: small answers are read whole, within limits; nobody's word is trusted.

What is sent twice costs twice, so a failure tells whether the request may have arrived: `NotSent`
if it provably did not, `NoAnswer` if nobody knows.
"""

from __future__ import annotations

import functools
import json
import ssl
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import anyio
import httpx
from aiohttp import ClientResponse, ClientSession, ClientTimeout
from yarl import URL

from engine.errors import ErrorKind, TaskError
from engine.values import Media
from nodes.remote.adapter import Answer, Call, Spooled
from nodes.remote.addresses import Addresses, PublicResolver, refused
from nodes.remote.outgoing import Body
from nodes.remote.settings import GIB, is_loopback
from nodes.remote.spool import Spool

T = TypeVar("T")
Fresh = Callable[[], Path]
"""Gives a path for a file that comes with an answer."""

MAX_ANSWER = 8 * 1024**2
"""Bytes of an answer that is not a download."""
_DEEPEST = 100
"""Levels of lists and objects within each other in an answer."""
_HALF = b"\\ud"
_TEXT = 500
_CONNECT = 15.0
_SILENCE = 60.0
_WHOLE = 60.0
"""Seconds for a whole exchange, besides the wait, so that an answer that drips has an end."""
_HOPS = 5
"""Redirects of a download, and the download itself."""
_SLOWEST = 50_000
"""Bytes a second that an upload may go down to."""
_HEADERS = {"User-Agent": "reelgraph", "Accept-Encoding": "identity"}
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FAULTS = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class NotSent(TaskError):
    """No connection was made, so that not one byte of the request was sent."""


class NoAnswer(TaskError):
    """The request was sent, or a part of it, and no answer came back that can be read."""


class Incoming:
    """A download that has begun."""

    def __init__(self, response: ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers = _headers(response)
        self.host = _host(response.url)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes as they come.

        Raises:
            NoAnswer: The connection broke, or there were fewer bytes than were announced.
        """
        with _explained(self.host):
            async for chunk in self._response.content.iter_any():
                yield chunk


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    url: URL
    headers: Mapping[str, str]
    silence: float
    """Seconds without a byte after which none is expected any more."""
    content: bytes | AsyncGenerator[bytes, None] | None = None


class Cleaner(Protocol):
    """Hides secrets, as `Context.clean` does."""

    def __call__(self, data: T, *, message: bool = False) -> T:
        """Return data without secrets."""
        ...


class Http:
    """The HTTP client of one provider.

    Args:
        addresses: Where requests may go.
        key_headers: Gives what carries the key, which goes to the provider's own hosts only; it may
            make a call of its own.
        clean: Hides the key in answers that echo it, before anybody reads or keeps them.
        path_of: Tells where the files lie that requests send.
        largest: Bytes of an answer with files in it.
    """

    def __init__(
        self,
        addresses: Addresses,
        key_headers: Callable[[Callable[[Call], Awaitable[Answer]]], Awaitable[Mapping[str, str]]],
        clean: Cleaner,
        path_of: Callable[[Media], Path],
        largest: int = 4 * GIB,
    ) -> None:
        self._addresses = addresses
        self._key_headers = key_headers
        self._clean = clean
        self._path_of = path_of
        self._largest = largest
        self._proxy = _proxy(addresses.base_url)
        self._sessions: dict[bool, ClientSession] = {}
        """By whether each request has a connection of its own."""

    async def close(self) -> None:
        """Close all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    async def call(self, call: Call, *, alone: bool = False, fresh: Fresh | None = None) -> Answer:
        """Make a call and read its answer.

        Args:
            call: The call.
            alone: On a connection of its own. One out of the pool may have been closed by the
                other side just now, which leaves it open whether the request arrived.
            fresh: Gives paths for the files of an answer that holds media; none may come without.

        Raises:
            NotSent: There is no connection.
            NoAnswer: It may have arrived or not.
            TaskError: No request may be sent there, or the answer is not acceptable.
        """
        url = self._addresses.absolute(call.url, authenticated=call.authenticated)
        body = Body(call, self._path_of)
        headers = dict(_HEADERS)
        if not body.is_empty:
            headers["Content-Length"] = str(body.size)
        if body.content_type:
            headers["Content-Type"] = body.content_type
        headers |= call.headers
        if call.authenticated:
            headers |= await self._credentials()
        address = _checked(url, headers, call.params)
        content = None if body.is_empty else await body.content()
        request = _Request(call.method, address, headers, call.patience, content)
        seconds = call.patience + _WHOLE + body.size / _SLOWEST
        reader = _Reader(self._largest, fresh if call.holds_media else None)
        try:
            with anyio.fail_after(seconds):
                answer = await self._exchange(request, reader, alone)
                return replace(self._cleaned(answer), wants=call.wants)
        except TimeoutError:
            raise NoAnswer(
                f"{_host(address)} gave no whole answer in time", kind=ErrorKind.TRANSIENT
            ) from None
        except TaskError as error:
            error.message = self._clean(error.message, message=True)
            raise
        finally:
            if isinstance(content, AsyncGenerator):
                # The answer may have come before the end of a file was read.
                await content.aclose()

    async def _credentials(self) -> Mapping[str, str]:
        try:
            return await self._key_headers(self.call)
        except NoAnswer as error:
            # Whatever became of the call for a token, the one that needs it was not sent.
            raise NotSent(error.message, kind=error.kind, hint=error.hint) from error

    async def _exchange(self, request: _Request, reader: _Reader, alone: bool) -> Answer:
        for _ in range(_HOPS):
            async with self._sent(request, alone=alone) as response:
                if not (reader.follows(request) and _is_redirect(response)):
                    with _explained(_host(request.url)):
                        return await reader.read(response)
                # The file lies elsewhere, and the key stays here.
                request = self._redirected(response, _HEADERS)
        raise _unusable(f"{_host(request.url)} redirects in circles")

    def _redirected(self, response: ClientResponse, headers: Mapping[str, str]) -> _Request:
        location = _headers(response)["location"]
        target = self._addresses.redirected(str(response.url), location)
        return _Request("GET", _checked(target, headers), headers, _SILENCE)

    def _cleaned(self, answer: Answer) -> Answer:
        said = (answer.json, answer.text, dict(answer.headers))
        data, text, headers = self._clean(said, message=answer.status >= 400)
        return replace(answer, json=data, text=text, headers=headers)

    @asynccontextmanager
    async def download(self, url: str, headers: Mapping[str, str]) -> AsyncIterator[Incoming]:
        """Open a download, without the key; its redirects are followed.

        Raises:
            NotSent, NoAnswer: There is no connection, or no answer.
            TaskError: It leads where no request may be sent.
        """
        url = self._addresses.absolute(url, authenticated=False)
        headers = {**_HEADERS, **headers}
        request = _Request("GET", _checked(url, headers), headers, _SILENCE)
        for _ in range(_HOPS):
            async with self._sent(request, alone=False) as response:
                if not _is_redirect(response):
                    yield Incoming(response)
                    return
                request = self._redirected(response, headers)
        raise TaskError(f"the download from {_host(request.url)} is redirected in circles")

    @asynccontextmanager
    async def _sent(self, request: _Request, *, alone: bool) -> AsyncIterator[ClientResponse]:
        if alone not in self._sessions:
            self._sessions[alone] = self._session(alone)
        with _explained(_host(request.url)):
            response = await self._sessions[alone].request(
                request.method,
                request.url,
                headers=request.headers,
                data=request.content,
                allow_redirects=False,
                proxy=self._proxy,
                timeout=ClientTimeout(sock_connect=_CONNECT, sock_read=request.silence),
            )
        async with response:
            yield response

    def _session(self, alone: bool) -> ClientSession:
        free = [(self._proxy.host or "", self._proxy.port or 80)] if self._proxy else []
        connector = aiohttp.TCPConnector(
            resolver=PublicResolver(self._addresses, free),
            ssl=_certificates(),
            limit=0,
            force_close=alone,
        )
        cookies = aiohttp.DummyCookieJar()
        return ClientSession(connector=connector, cookie_jar=cookies, auto_decompress=False)


def _checked(url: str, headers: Mapping[str, str], params: Mapping[str, str] | None = None) -> URL:
    """Return the address of a request, as nothing may be wrong with it once it is sent.

    Raises:
        TaskError: The address or a header is broken.
    """
    try:
        for name, value in headers.items():
            (name + value).encode("ascii")
        return _parsed(url).update_query(params) if params else _parsed(url)
    except ValueError:
        raise refused(url, "it is broken") from None


@functools.lru_cache(maxsize=1024)
def _parsed(url: str) -> URL:
    """Parse an address; those of jobs are asked again and again."""
    return URL(url)


def _host(url: URL) -> str:
    return url.host or ""


def _headers(response: ClientResponse) -> dict[str, str]:
    """Return headers by their names in lower case; those that come several times in one."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("utf-8", "replace")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _is_redirect(response: ClientResponse) -> bool:
    return response.status in _REDIRECTS and "location" in response.headers


def _proxy(base_url: str) -> URL | None:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    url = getproxies().get(parts.scheme)
    return URL(url if "://" in url else f"http://{url}") if url else None


@functools.cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@contextmanager
def _explained(host: str) -> Iterator[None]:
    """Turn what goes wrong inside into errors that say whether the request was sent."""
    try:
        yield
    except _FAULTS as error:
        # Not chained: what the library raised holds the request, and with it the key.
        if isinstance(error, _NEVER_SENT):
            why = str(getattr(error, "os_error", None) or error)
            raise NotSent(f"{host} cannot be reached: {why}", kind=ErrorKind.TRANSIENT) from None
        why = _reason(error)
        raise NoAnswer(f"{host} gave no whole answer: {why}", kind=ErrorKind.TRANSIENT) from None


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it closed the connection"
    if isinstance(error, TimeoutError):
        return "it took too long"
    return str(error)[:200] or type(error).__name__


def _unusable(message: str) -> NoAnswer:
    """Return the error of an answer that another try would not better."""
    return NoAnswer(message, kind=ErrorKind.LOCAL)


class _Reader:
    """Reads an answer: small ones whole, files in them to the disk.

    Args:
        largest: Bytes of an answer with files in it.
        fresh: Gives paths for files; None where there should be none.
    """

    def __init__(self, largest: int, fresh: Fresh | None) -> None:
        self._largest = largest
        self._fresh = fresh

    def follows(self, request: _Request) -> bool:
        """Tell whether a redirect may lead to a file that is asked for."""
        return self._fresh is not None and request.method == "GET"

    async def read(self, response: ClientResponse) -> Answer:
        host = _host(response.url)
        headers = _headers(response)
        if _is_redirect(response):
            target = headers["location"].partition("?")[0][:200]
            raise _unusable(f"{host} redirects to {target}, which is not followed")
        packed = headers.get("content-encoding", "").strip().lower() not in ("", "identity")
        if self._fresh is None or packed or response.status >= 400:
            return await _small(response, headers)
        if _is_file(headers.get("content-type", "")):
            file = await self._file(response, self._fresh())
            return Answer(response.status, None, headers, file=file)
        return Answer(response.status, await self._json(response, self._fresh), headers)

    async def _file(self, response: ClientResponse, path: Path) -> Spooled:
        size = 0
        async with await anyio.open_file(path, "wb") as file:
            async for chunk in response.content.iter_any():
                size += await file.write(chunk)
                if size > self._largest:
                    raise _unusable(f"{_host(response.url)} sent a file that is too large")
        return Spooled(path, size)

    async def _json(self, response: ClientResponse, fresh: Fresh) -> Any:
        spool = Spool(fresh, MAX_ANSWER, self._largest)
        try:
            async for chunk in response.content.iter_any():
                spool.feed(chunk)
            return spool.finish()
        except (ValueError, RecursionError) as error:
            host = _host(response.url)
            raise _unusable(f"{host} sent an answer that cannot be read: {error}") from None
        finally:
            spool.close()


def _is_file(content_type: str) -> bool:
    main = content_type.partition("/")[0].strip().lower()
    return main in ("image", "video", "audio") or "octet-stream" in content_type


async def _small(response: ClientResponse, headers: Mapping[str, str]) -> Answer:
    host = _host(response.url)
    parts: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > MAX_ANSWER:
            raise _unusable(f"{host} sent an answer of more than {MAX_ANSWER >> 20} MB")
        parts.append(chunk)
    body = _unpacked(b"".join(parts), headers.get("content-encoding", ""), host)
    data = _json(body)
    text = "" if data is not None else body[: 4 * _TEXT].decode("utf-8", "replace")[:_TEXT]
    return Answer(response.status, data, headers, text)


def _unpacked(body: bytes, encoding: str, host: str) -> bytes:
    """Undo a compression that nobody asked for, and not more of it than an answer may have."""
    if encoding.strip().lower() in ("", "identity"):
        return body
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate"):
        raise _unusable(f"{host} sent an answer compressed as {encoding[:40]!r}")
    machine = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        plain = machine.decompress(body, MAX_ANSWER)
    except zlib.error as error:
        raise _unusable(f"{host} sent an answer whose compression is broken: {error}") from None
    if not machine.eof and not machine.unconsumed_tail:
        raise _unusable(f"{host} sent an answer whose compression is cut short")
    if machine.unconsumed_tail:
        raise _unusable(f"{host} sent an answer of more than {MAX_ANSWER >> 20} MB, compressed")
    return plain


def _is_flat_enough(data: Any) -> bool:
    """Tell whether data can be walked through by functions that call themselves."""
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(_DEEPEST):
        groups = [each.values() if isinstance(each, dict) else each for each in level]
        level = [item for group in groups for item in group if isinstance(item, dict | list)]
        if not level:
            return True
    return False


def _json(body: bytes) -> Any:
    try:
        data = json.loads(body) if body else None
        if _HALF in body.lower():
            # Halves of characters by themselves can be written nowhere.
            text = json.dumps(data, ensure_ascii=False)
            data = json.loads(text.encode(errors="replace"))
        return data if _is_flat_enough(data) else None
    except (ValueError, RecursionError):
        return None
