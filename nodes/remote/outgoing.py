"""Bodies of requests, made of text and of files that are read from the disk while they are sent."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import anyio
import anyio.to_thread

from engine.values import Media, decode, encode
from nodes.remote.adapter import Call, Inline, Part

Piece = bytes | Inline | Media
"""A part of a body: bytes, a file as base64 text, a file as it is."""

_CHUNK = 3 * 64 * 1024
"""Bytes read at a time: a multiple of three, as base64 turns three into four characters."""
_SMALL = 256 * 1024
_INLINE, _PREFIX = "$inline", "$prefix"


class Body:
    """The body of a call.

    Args:
        call: The call.
        path_of: Tells where a file lies.
    """

    def __init__(self, call: Call, path_of: Callable[[Media], Path]) -> None:
        self._path_of = path_of
        self.content_type = ""
        """Its media type; empty where the call says itself what it sends."""
        self._pieces: list[Piece] = []
        if call.form:
            self._pieces, boundary = _form(call.form)
            self.content_type = f"multipart/form-data; boundary={boundary}"
        elif call.fields:
            self._pieces = [urlencode(call.fields).encode()]
            self.content_type = "application/x-www-form-urlencoded"
        elif call.body is not None:
            self._pieces = [call.body]
        elif call.json is not None:
            self._pieces = list(_json(call.json))
            self.content_type = "application/json"

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is sent."""
        return not self._pieces

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return sum(map(_size, self._pieces))

    async def content(self) -> bytes | AsyncGenerator[bytes, None]:
        """Return the body: whole if it is small, else as it is to be read."""
        if self.size > _SMALL:
            return self._chunks()
        return b"".join([chunk async for chunk in self._chunks()])

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        for piece in self._pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            media = piece.media if isinstance(piece, Inline) else piece
            if isinstance(piece, Inline):
                yield piece.prefix.encode()
            # Closed at once also where the sending is broken off, which no await would be.
            with await anyio.to_thread.run_sync(self._path_of(media).open, "rb") as file:
                while chunk := await anyio.to_thread.run_sync(file.read, _CHUNK):
                    yield base64.b64encode(chunk) if isinstance(piece, Inline) else chunk


def _size(piece: Piece) -> int:
    if isinstance(piece, bytes):
        return len(piece)
    if isinstance(piece, Inline):
        return len(piece.prefix.encode()) + 4 * ((piece.media.size + 2) // 3)
    return piece.size


def _json(data: Any) -> Iterator[Piece]:
    """Yield JSON text, in pieces between which files stand."""
    found: list[Inline] = []
    mark = _free_mark(data)

    def stand_in(value: Any) -> str:
        if not isinstance(value, Inline):
            raise TypeError(f"{type(value).__name__} cannot be sent")
        found.append(value)
        return mark

    text = json.dumps(data, default=stand_in, ensure_ascii=False, separators=(",", ":"))
    first, *others = text.split(mark)
    yield first.encode()
    for inline, rest in zip(found, others, strict=True):
        yield inline
        yield rest.encode()


def _free_mark(data: Any) -> str:
    """Return a text that is nowhere in the data."""
    text = json.dumps(data, default=lambda value: "", ensure_ascii=False)
    return next(mark for n in range(len(text) + 1) if (mark := f"@inline{n}@") not in text)


def _form(parts: tuple[Part, ...]) -> tuple[list[Piece], str]:
    """Return the pieces of a form, and its boundary."""
    told = repr([(p.name, p.value if isinstance(p.value, str) else p.value.digest) for p in parts])
    # A digest of what is sent is in none of it.
    boundary = hashlib.sha256(told.encode()).hexdigest()
    pieces: list[Piece] = []
    for part in parts:
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{_quoted(part.name)}"'
        if isinstance(part.value, Media):
            name = part.filename or f"input{_suffix(part.value)}"
            head += f'; filename="{_quoted(name)}"\r\nContent-Type: {part.value.media_type}'
        value = part.value.encode() if isinstance(part.value, str) else part.value
        pieces += [f"{head}\r\n\r\n".encode(), value, b"\r\n"]
    return [*pieces, f"--{boundary}--\r\n".encode()], boundary


def _quoted(text: str) -> str:
    # As browsers do: RFC 7578 leaves it to them.
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _suffix(media: Media) -> str:
    return mimetypes.guess_extension(media.media_type) or ""


def recorded(call: Call) -> dict[str, Any]:
    """Return a call as the journal keeps it: never a header, files by their handles."""
    record = {"method": call.method, "url": call.url, "json": _handles(call.json)}
    if call.form:
        record["form"] = [[p.name, encode(p.value), p.filename] for p in call.form]
    return record


def as_recorded(call: Call, record: Mapping[str, Any]) -> Call:
    """Return a call with what was sent the first time, as the same key must have the same body."""
    form = tuple(Part(name, decode(v), file) for name, v, file in record.get("form", ()))
    sent = _inlines(record["json"])
    return replace(call, method=record["method"], url=record["url"], json=sent, form=form)


def _handles(data: Any) -> Any:
    if isinstance(data, Inline):
        return {_INLINE: encode(data.media), _PREFIX: data.prefix}
    if isinstance(data, Mapping):
        return {name: _handles(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_handles(item) for item in data]
    return data


def _inlines(data: Any) -> Any:
    if isinstance(data, dict):
        if data.keys() == {_INLINE, _PREFIX}:
            return Inline(decode(data[_INLINE]), data[_PREFIX])
        return {name: _inlines(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_inlines(item) for item in data]
    return data
