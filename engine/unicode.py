"""Halves of characters: shells, file names and browsers bring them, and no file can hold them."""

from __future__ import annotations

import json
from typing import Any


def is_encodable(value: Any) -> bool:
    """Tell whether all text in a JSON value can be written and sent."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def encodable(text: str) -> str:
    """Return a text in which halves of characters are question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
