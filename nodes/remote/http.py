"""HTTP with a provider: small answers are read whole, within limits; nobody's word is trusted.

The pool of httpx gets dearer with every connection in it; on aiohttp's, an exchange costs half.
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
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import anyio
import httpx
from httpx_aiohttp import AiohttpTransport

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
_TIMEOUT = {"connect": 15.0, "write": 60.0, "pool": 60.0}
_SILENCE = 60.0
_WHOLE = 60.0
"""Seconds for a whole exchange, besides the wait, so that an answer that drips has an end."""
_HOPS = 5
"""Redirects of a download, and the download itself."""
_SLOWEST = 50_000
"""Bytes a second that an upload may go down to."""
_HEADERS = {"User-Agent": "reelgraph", "Accept-Encoding": "identity"}
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_FAULTS = (httpx.HTTPError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
_NEVER_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class NotSent(TaskError):
    """No connection was made, so that not one byte of the request was sent."""


class NoAnswer(TaskError):
    """The request was sent, or a part of it, and no answer came back that can be read."""


class Incoming:
    """A download that has begun."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self.status = response.status_code
        self.headers = {name.lower(): value for name, value in response.headers.items()}
        self.host = response.request.url.host

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield the bytes as they come.

        Raises:
            NoAnswer: The connection broke, or there were fewer bytes than were announced.
        """
        with _explained(self.host):
            async for chunk in self._response.aiter_raw():
                yield chunk


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
        self._transports: dict[bool, AiohttpTransport] = {}
        """By whether each request has a connection of its own."""

    async def close(self) -> None:
        """Close all connections."""
        for transport in self._transports.values():
            await transport.aclose()
        self._transports.clear()

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
        content = None if body.is_empty else await body.content()
        params = dict(call.params) or None
        request = _request(call.method, url, headers, call.patience, params=params, content=content)
        seconds = call.patience + _WHOLE + body.size / _SLOWEST
        reader = _Reader(self._largest, fresh if call.holds_media else None)
        try:
            with anyio.fail_after(seconds):
                answer = await self._exchange(request, reader, alone)
                return replace(self._cleaned(answer), wants=call.wants)
        except TimeoutError:
            raise NoAnswer(
                f"{request.url.host} gave no whole answer in time", kind=ErrorKind.TRANSIENT
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

    async def _exchange(self, request: httpx.Request, reader: _Reader, alone: bool) -> Answer:
        for _ in range(_HOPS):
            response = await self._send(request, alone=alone)
            try:
                if not (reader.follows(request) and response.has_redirect_location):
                    with _explained(request.url.host):
                        return await reader.read(response)
                target = self._addresses.redirected(str(request.url), response.headers["location"])
            finally:
                await response.aclose()
            # The file lies elsewhere, and the key stays here.
            request = _request("GET", target, _HEADERS, _SILENCE)
        raise _unusable(f"{request.url.host} redirects in circles")

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
        for _ in range(_HOPS):
            request = _request("GET", url, {**_HEADERS, **headers}, _SILENCE)
            response = await self._send(request, alone=False)
            try:
                if not response.has_redirect_location:
                    yield Incoming(response)
                    return
                url = self._addresses.redirected(url, response.headers["location"])
            finally:
                await response.aclose()
        raise TaskError(f"the download from {urlsplit(url).hostname} is redirected in circles")

    async def _send(self, request: httpx.Request, *, alone: bool) -> httpx.Response:
        # A client on top would follow redirects, keep cookies, read .netrc: nothing that is wanted.
        if alone not in self._transports:
            self._transports[alone] = _transport(self._addresses, alone)
        with _explained(request.url.host):
            return await self._transports[alone].handle_async_request(request)


def _request(
    method: str, url: str, headers: Mapping[str, str], silence: float, **content: Any
) -> httpx.Request:
    """Return a request.

    Args:
        method: The method.
        url: The address.
        headers: The headers.
        silence: Seconds without a byte after which none is expected any more.
        content: The body and the query, as httpx takes them.

    Raises:
        TaskError: The address or a header is broken.
    """
    timeout = {**_TIMEOUT, "read": silence}
    try:
        return httpx.Request(
            method, _parsed(url), headers=headers, extensions={"timeout": timeout}, **content
        )
    except (httpx.InvalidURL, ValueError):
        raise refused(url, "it is broken") from None


@functools.lru_cache(maxsize=1024)
def _parsed(url: str) -> httpx.URL:
    """Parse an address; those of jobs are asked again and again."""
    return httpx.URL(url)


def _transport(addresses: Addresses, alone: bool) -> AiohttpTransport:
    proxy = _proxy(addresses.base_url)
    free = [(proxy.url.host, proxy.url.port or 80)] if proxy else []

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=PublicResolver(addresses, free),
            ssl=_certificates(),
            limit=0,
            force_close=alone,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return AiohttpTransport(verify=_certificates(), client=session, proxy=proxy)


def _proxy(base_url: str) -> httpx.Proxy | None:
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if is_loopback(host) or proxy_bypass(host):
        return None
    url = getproxies().get(parts.scheme)
    return httpx.Proxy(url) if url else None


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
        cause = error.__cause__ or error
        if isinstance(cause, _NEVER_SENT):
            why = str(getattr(cause, "os_error", None) or cause)
            raise NotSent(f"{host} cannot be reached: {why}", kind=ErrorKind.TRANSIENT) from None
        why = _hung_up(cause) or _too_long(error) or str(error)[:200] or type(error).__name__
        raise NoAnswer(f"{host} gave no whole answer: {why}", kind=ErrorKind.TRANSIENT) from None


def _hung_up(cause: BaseException) -> str:
    # The transport tells of this as of a connection that took too long.
    hung_up = isinstance(cause, aiohttp.ServerDisconnectedError)
    return "it closed the connection" if hung_up else ""


def _too_long(error: Exception) -> str:
    return "it took too long" if isinstance(error, TimeoutError | httpx.TimeoutException) else ""


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

    def follows(self, request: httpx.Request) -> bool:
        """Tell whether a redirect may lead to a file that is asked for."""
        return self._fresh is not None and request.method == "GET"

    async def read(self, response: httpx.Response) -> Answer:
        host = response.request.url.host
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.has_redirect_location:
            target = headers["location"].partition("?")[0][:200]
            raise _unusable(f"{host} redirects to {target}, which is not followed")
        packed = headers.get("content-encoding", "").strip().lower() not in ("", "identity")
        if self._fresh is None or packed or response.status_code >= 400:
            return await _small(response, headers)
        if _is_file(headers.get("content-type", "")):
            file = await self._file(response, self._fresh())
            return Answer(response.status_code, None, headers, file=file)
        return Answer(response.status_code, await self._json(response, self._fresh), headers)

    async def _file(self, response: httpx.Response, path: Path) -> Spooled:
        size = 0
        async with await anyio.open_file(path, "wb") as file:
            async for chunk in response.aiter_raw():
                size += await file.write(chunk)
                if size > self._largest:
                    raise _unusable(f"{response.request.url.host} sent a file that is too large")
        return Spooled(path, size)

    async def _json(self, response: httpx.Response, fresh: Fresh) -> Any:
        spool = Spool(fresh, MAX_ANSWER, self._largest)
        try:
            async for chunk in response.aiter_raw():
                spool.feed(chunk)
            return spool.finish()
        except (ValueError, RecursionError) as error:
            host = response.request.url.host
            raise _unusable(f"{host} sent an answer that cannot be read: {error}") from None
        finally:
            spool.close()


def _is_file(content_type: str) -> bool:
    main = content_type.partition("/")[0].strip().lower()
    return main in ("image", "video", "audio") or "octet-stream" in content_type


async def _small(response: httpx.Response, headers: Mapping[str, str]) -> Answer:
    host = response.request.url.host
    parts: list[bytes] = []
    size = 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > MAX_ANSWER:
            raise _unusable(f"{host} sent an answer of more than {MAX_ANSWER >> 20} MB")
        parts.append(chunk)
    body = _unpacked(b"".join(parts), headers.get("content-encoding", ""), host)
    data = _json(body)
    text = "" if data is not None else body[: 4 * _TEXT].decode("utf-8", "replace")[:_TEXT]
    return Answer(response.status_code, data, headers, text)


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
