"""A workflow inside the picture or film that it made, and back out of it."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from engine.errors import ErrorKind, TaskError
from nodes.media.enlarge import PNG_SIGNATURE, chunk
from nodes.media.signatures import sniff

KEY = "reelgraph"
"""The name of the PNG text and of the MP4 tag."""
MAX_BYTES = 16 * 1024 * 1024
"""The longest workflow text that is read or written."""

_FILMS = ("video/mp4", "video/quicktime")
_BLOCK = 1024 * 1024
_MAX_CHUNK = 2**31 - 1


def embed_workflow(path: Path, media_type: str, out: Path, text: str) -> bool:
    """Copy a media file and put a workflow into it, replacing one that is there.

    Pictures and sound stay as they are. Files of a type that can hold no workflow are copied.

    Args:
        path: The file.
        media_type: Its type.
        out: Where the copy goes.
        text: The workflow.

    Returns:
        Whether the copy holds the workflow.

    Raises:
        TaskError: The file is broken, or the text is too long.
    """
    if len(text.encode()) > MAX_BYTES:
        raise TaskError("The workflow is too long to be embedded.", kind=ErrorKind.INVALID)
    if media_type == "image/png":
        with path.open("rb") as source, out.open("wb") as target:
            _embed_in_png(source, target, text)
    elif media_type in _FILMS:
        _embed_in_film(path, out, text)
    else:
        shutil.copyfile(path, out)
        return False
    return True


def read_workflow(path: Path) -> str | None:
    """Return the workflow that a PNG, MP4 or MOV holds; nothing where there is none.

    Raises:
        TaskError: The file is broken.
    """
    media_type = sniff(path)
    if media_type == "image/png":
        with path.open("rb") as source:
            return _read_from_png(source)
    if media_type in _FILMS:
        return _read_from_film(path)
    return None


def _embed_in_png(source: BinaryIO, target: BinaryIO, text: str) -> None:
    source.read(len(PNG_SIGNATURE))
    target.write(PNG_SIGNATURE)
    for kind, length in _chunks(source):
        if kind == b"iTXt" and _is_ours(source, length):
            source.seek(length + 4, 1)
            continue
        target.write(length.to_bytes(4, "big") + kind)
        _copy(source, target, length + 4)
        if kind == b"IHDR":
            target.write(chunk(b"iTXt", _pack(text)))


def _chunks(source: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield the kind and length of each chunk; the data and the checksum are the caller's to read.

    Raises:
        TaskError: The file ends early.
    """
    kind = b""
    while kind != b"IEND":
        head = source.read(8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if len(head) < 8 or length > _MAX_CHUNK:
            raise _broken()
        yield kind, length


def _broken() -> TaskError:
    return TaskError("The PNG is broken: it ends early, or a length in it makes no sense.")


def _is_ours(source: BinaryIO, length: int) -> bool:
    key = source.read(min(length, len(KEY) + 1))
    source.seek(-len(key), 1)
    return key == KEY.encode() + b"\x00"


def _copy(source: BinaryIO, target: BinaryIO, length: int) -> None:
    while length:
        block = source.read(min(length, _BLOCK))
        if not block:
            raise _broken()
        target.write(block)
        length -= len(block)


def _pack(text: str) -> bytes:
    # Keyword, compressed, by deflate, no language, no translated keyword.
    return KEY.encode() + b"\x00\x01\x00\x00\x00" + zlib.compress(text.encode(), 6)


def _read_from_png(source: BinaryIO) -> str | None:
    source.read(len(PNG_SIGNATURE))
    for kind, length in _chunks(source):
        if kind == b"iTXt" and length <= MAX_BYTES and _is_ours(source, length):
            return _unpack(source.read(length))
        source.seek(length + 4, 1)
    return None


def _unpack(data: bytes) -> str:
    fields = data.split(b"\x00", 1)[1]
    is_packed, rest = fields[:1] == b"\x01", fields[2:].split(b"\x00", 2)
    try:
        body = rest[2]
        if is_packed:
            unpacker = zlib.decompressobj()
            body = unpacker.decompress(body, MAX_BYTES)
            if unpacker.unconsumed_tail:
                raise TaskError("The workflow in the PNG is too long.", kind=ErrorKind.INVALID)
        return body.decode()
    except (zlib.error, UnicodeDecodeError, IndexError) as error:
        raise TaskError("The workflow in the PNG is broken.") from error


def _embed_in_film(path: Path, out: Path, text: str) -> None:
    from nodes.media.encode import remux

    remux(path, out, {KEY: text})


def _read_from_film(path: Path) -> str | None:
    from nodes.media.reading import open_media

    with open_media(path, "video") as container:
        text = container.metadata.get(KEY)
    if text is not None and len(text) > MAX_BYTES:
        raise TaskError("The workflow in the film is too long.", kind=ErrorKind.INVALID)
    return text
