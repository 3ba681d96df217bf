"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
from pathlib import Path

EXTENSIONS: dict[str, str] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
    "image/tiff": ".tif",
    "image/svg+xml": ".svg",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/x-msvideo": ".avi",
    "audio/wav": ".wav",
    "audio/mpeg": ".mp3",
    "audio/flac": ".flac",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/webm": ".weba",
    "application/pdf": ".pdf",
    "application/x-subrip": ".srt",
    "text/plain": ".txt",
    "application/octet-stream": ".bin",
}
"""Media type -> the file name extension that people expect."""

_HEAD = 4096
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"fLaC", "audio/flac"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"%PDF-", "application/pdf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_MP4_FIRST_BOXES = (b"moov", b"mdat", b"free", b"skip", b"wide")
_SVG = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*<svg[\s>]",
    re.DOTALL | re.IGNORECASE,
)
_SRT = re.compile(r"\s*\d+\s*\n\s*\d+:\d\d:\d\d[,.]\d+\s*-->\s*\d+:\d\d")


def sniff(path: Path) -> str:
    """Return the media type of a file; `application/octet-stream` where it cannot be told."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    return (
        _riff(head) or _mp4(head) or _matroska(head) or _bitmap(head) or _mp3(head) or _text(head)
    )


def describe(path: Path) -> str:
    """Return what a file is, for a sentence that begins with `the file is`."""
    if path.stat().st_size == 0:
        return "empty"
    media_type = sniff(path)
    return "of a type that is not known" if media_type.endswith("octet-stream") else media_type


def _riff(head: bytes) -> str | None:
    return _RIFF.get(head[8:12]) if head[:4] == b"RIFF" else None


def _mp4(head: bytes) -> str | None:
    if head[4:8] != b"ftyp":
        return "video/quicktime" if head[4:8] in _MP4_FIRST_BOXES else None
    brand = head[8:12]
    if brand in (b"M4A ", b"M4B "):
        return "audio/mp4"
    if brand in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"):
        return "application/octet-stream"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _matroska(head: bytes) -> str | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    return "video/webm" if b"webm" in head[:64] else "video/x-matroska"


def _bitmap(head: bytes) -> str | None:
    # `BM` alone begins many a text: the reserved bytes and the header's known length settle it.
    is_bitmap = (
        head[:2] == b"BM" and head[6:10] == bytes(4) and head[14:15] in b"\x0c\x28\x38\x6c\x7c"
    )
    return "image/bmp" if is_bitmap and len(head) > 18 else None


def _mp3(head: bytes) -> str | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return "audio/mpeg" if bit_rate not in (0, 15) and sample_rate != 3 else None


def _text(head: bytes) -> str:
    if b"\x00" in head:
        return "application/octet-stream"
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A character may be cut by the end of what was read.
        if len(head) < _HEAD or error.start < _HEAD - 3:
            return "application/octet-stream"
        text = head[: error.start].decode("utf-8-sig")
    if _SVG.match(text):
        return "image/svg+xml"
    return "application/x-subrip" if _SRT.match(text) else "text/plain"
