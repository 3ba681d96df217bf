"""Answers with files in them: read as they come, so that no file is ever in memory whole.

Long base64 texts in JSON are decoded to files; what is left is small, and read as any JSON is.
"""

from __future__ import annotations

import binascii
import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Literal

from nodes.remote.adapter import RemoteFile, Spooled

LONG = 16 * 1024
"""Characters from which on a text is taken for a file."""
_END = re.compile(rb'["\\]')
_BASE64 = re.compile(rb"[A-Za-z0-9+/_=\s-]*")
_DATA_URL = re.compile(rb"data:[^,]{0,200};base64,")
_URLSAFE = bytes.maketrans(b"-_", b"+/")
_SPACE = b" \t\r\n"
_ESCAPES = {b"/": b"/", b"n": b"", b"r": b"", b"t": b""}
"""What may stand behind a backslash in a file's text, and what it means there."""


def file_in(
    value: Any, kind: Literal["image", "video", "audio", "file"], pcm_rate: int | None = None
) -> RemoteFile:
    """Return a file that came inside an answer: on the disk already, or as text if it is short.

    Args:
        value: What stands in the answer where the file is.
        kind: What it is.
        pcm_rate: Of bare samples: how many there are a second.

    Raises:
        TypeError: There is no file.
    """
    if isinstance(value, Spooled):
        return RemoteFile("", kind, spooled=value, pcm_rate=pcm_rate)
    if isinstance(value, str) and value:
        return RemoteFile("", kind, content=value, pcm_rate=pcm_rate)
    raise TypeError("there is no file in the answer")


def write_short(content: str, path: Path) -> Spooled:
    """Write the file of a short base64 text, or data URL, to the disk.

    Raises:
        ValueError: It is broken.
    """
    decoder = _Decoder(path)
    try:
        text = content.encode()
        head = _DATA_URL.match(text)
        decoder.feed(text[head.end() :] if head else text)
        return decoder.finish()
    finally:
        decoder.close()


class _Decoder:
    """Writes base64 text, as it comes, to a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb")
        self._rest = b""
        self._size = 0

    def feed(self, text: bytes) -> None:
        text = self._rest + text.translate(_URLSAFE, _SPACE)
        whole = len(text) & ~3
        self._rest = text[whole:]
        self._write(text[:whole])

    def finish(self) -> Spooled:
        self._write(self._rest + b"=" * (-len(self._rest) % 4))
        self._file.close()
        return Spooled(self._path, self._size)

    def close(self) -> None:
        self._file.close()

    def _write(self, text: bytes) -> None:
        try:
            data = binascii.a2b_base64(text, strict_mode=True) if text else b""
        except binascii.Error as error:
            raise ValueError(f"a file in it is broken: {error}") from None
        self._size += self._file.write(data)


class Spool:
    """Takes JSON text in pieces.

    Args:
        fresh: Gives paths for files.
        most: Characters of JSON that may be left.
        largest: Bytes of files that may come.

    `feed` and `finish` raise ValueError, with the reason, where that is exceeded or broken.
    """

    def __init__(self, fresh: Callable[[], Path], most: int, largest: int) -> None:
        self._fresh = fresh
        self._most = most
        self._largest = largest
        self._parts: list[bytes | Spooled] = []
        self._kept = self._came = 0
        self._in_text = False
        self._text = bytearray()
        """What has come of the text at the end."""
        self._is_plain = False
        """It is long, but no file."""
        self._decoder: _Decoder | None = None
        self._backslash = False
        """The last byte began an escape."""

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._came += len(chunk)
        if self._came > self._largest:
            raise ValueError("it is too large")
        place = 0
        while place < len(chunk):
            place = self._inside(chunk, place) if self._in_text else self._outside(chunk, place)

    def finish(self) -> Any:
        """Return the JSON value, with a `Spooled` in the place of each file."""
        if self._in_text:
            raise ValueError("it ends in the middle of a text")
        joined = b"".join(part for part in self._parts if isinstance(part, bytes))
        mark = next(m for n in itertools.count() if (m := f"spooled-{n}-").encode() not in joined)
        files = [part for part in self._parts if isinstance(part, Spooled)]
        numbers = itertools.count()
        text = b"".join(
            part if isinstance(part, bytes) else f"{mark}{next(numbers)}".encode()
            for part in self._parts
        )
        return _put_back(json.loads(text), {f"{mark}{n}": file for n, file in enumerate(files)})

    def close(self) -> None:
        """Let go of a file that is half written."""
        if self._decoder is not None:
            self._decoder.close()

    def _keep(self, data: bytes) -> None:
        self._kept += len(data)
        if self._kept > self._most:
            raise ValueError("it has too much text")
        self._parts.append(data)

    def _outside(self, chunk: bytes, place: int) -> int:
        quote = chunk.find(b'"', place)
        end = len(chunk) if quote < 0 else quote + 1
        self._keep(chunk[place:end])
        self._in_text = quote >= 0
        return end

    def _inside(self, chunk: bytes, place: int) -> int:
        if self._backslash:
            self._backslash = False
            self._escaped(chunk[place : place + 1])
            return place + 1
        found = _END.search(chunk, place)
        end = found.start() if found else len(chunk)
        self._plain(chunk[place:end])
        if found is None:
            return end
        if found.group() == b'"':
            self._end_of_text()
        else:
            self._backslash = True
        return end + 1

    def _plain(self, data: bytes) -> None:
        if self._decoder is not None:
            self._decoder.feed(data)
            return
        self._text += data
        if len(self._text) > LONG and not self._is_plain:
            self._begin_file()
        if self._is_plain:
            self._keep(bytes(self._text))
            self._text.clear()

    def _escaped(self, letter: bytes) -> None:
        if self._decoder is None:
            self._text += b"\\" + letter
        elif letter in _ESCAPES:
            self._decoder.feed(_ESCAPES[letter])
        else:
            raise ValueError("a file in it is broken")

    def _begin_file(self) -> None:
        text = re.sub(rb"\\([/nrt])", lambda m: _ESCAPES[m[1]], bytes(self._text))
        head = _DATA_URL.match(text)
        body = text[head.end() :] if head else text
        if not _BASE64.fullmatch(body):
            self._is_plain = True
            return
        self._decoder = _Decoder(self._fresh())
        self._decoder.feed(body)
        self._text.clear()

    def _end_of_text(self) -> None:
        if self._decoder is not None:
            self._parts.append(self._decoder.finish())
            self._decoder = None
        self._keep(bytes(self._text) + b'"')
        self._text.clear()
        self._in_text = self._is_plain = False


def _put_back(data: Any, files: dict[str, Spooled]) -> Any:
    if isinstance(data, str):
        return files.get(data, data)
    if isinstance(data, dict):
        return {name: _put_back(value, files) for name, value in data.items()}
    if isinstance(data, list):
        return [_put_back(item, files) for item in data]
    return data
