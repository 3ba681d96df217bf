"""What a file's name says that it holds; only a look at the bytes tells what it does."""

from __future__ import annotations

import mimetypes
from pathlib import PurePath
from typing import Final

_ALSO: Final = {
    ".webp": "image", ".avif": "image", ".heic": "image", ".jxl": "image", ".mkv": "video",
    ".webm": "video", ".m4v": "video", ".flac": "audio", ".opus": "audio", ".m4a": "audio",
}  # fmt: skip
"""Endings that not every system knows."""


def kind_by_name(path: PurePath) -> str:
    """Return the kind of media that a file's ending stands for; empty where it is none."""
    known = _ALSO.get(path.suffix.lower())
    kind = known or (mimetypes.guess_type(path.name)[0] or "").partition("/")[0]
    return kind if kind in ("image", "video", "audio") else ""
