"""File names that every file system takes and that never lead out of a folder."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_REFUSED = re.compile(r'[<>:"|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_MAX_BYTES = 120


def safe_name(text: str) -> str:
    """Return a file name for any text; empty when nothing is left of it."""
    name = unicodedata.normalize("NFC", text)
    name = "".join("_" if unicodedata.category(c) == "Cs" else c for c in name)
    name = _REFUSED.sub("_", name).replace("/", "_").replace("\\", "_")
    name = name.strip(" .")
    if _RESERVED.match(name):
        name = f"_{name}"
    while len(name.encode()) > _MAX_BYTES:
        name = name[:-1].rstrip(" .")
    return name


def safe_path(text: str) -> PurePosixPath:
    """Return a relative path of safe names; `..` and empty parts are dropped."""
    parts = (safe_name(part) for part in re.split(r"[/\\]", text))
    return PurePosixPath(*(part for part in parts if part))
