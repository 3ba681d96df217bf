"""Words in a drawing: made harmless, and cut to the room that there is.

Names and values come from files of strangers; a drawing goes to terminals and web pages. Nothing
that a terminal obeys, that turns the direction of writing around or that is invisible gets through.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

MAX_LENGTH = 400
"""Most characters of a text that are looked at; no label has room for more."""
_MAX_MARKS = 2
"""Most combining marks on one character."""
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset({"Zs", "Zl", "Zp"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)
"""Terminals disagree on how wide a character with one of these is."""


def harmless(text: str, limit: int = MAX_LENGTH) -> str:
    """Return a text on one line, without control, format and other invisible characters."""
    cut = len(text) > limit
    kept: list[str] = []
    marks = 0
    for char in text[:limit]:
        category = unicodedata.category(char)
        if char in "\t\n\r\v\f" or category in _SPACES:
            char = " "
        elif category in _DROPPED or ord(char) in _VARIATION_SELECTORS:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MAX_MARKS and (char != " " or (kept and kept[-1] != " ")):
            kept.append(char)
    return "".join(kept).strip() + ("…" if cut else "")


def shorten(text: str, room: float, measure: Callable[[str], float] = cell_len) -> str:
    """Return the text, or as much of its beginning as fits with an ellipsis after it.

    Args:
        text: A harmless text.
        room: Width that there is.
        measure: Gives the width of a text, in the unit of `room`.
    """
    if measure(text) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle].rstrip() + "…") <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if measure("…") <= room else ""


def value_label(value: Any) -> str:
    """Return a literal value in a few words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else _number(value)
    if isinstance(value, Sequence):
        return list_label([value_label(item) for item in value[:5]], len(value))
    if isinstance(value, Mapping):
        return "{…}"
    return harmless(str(getattr(value, "kind", "…")))


def list_label(items: Sequence[str], count: int) -> str:
    """Return a list in a few words; `items` are those shown."""
    if count > len(items):
        return f"{count} items"
    return " · ".join(items)


def _number(value: int) -> str:
    # Turning a huge integer into digits is slow, and Python refuses to.
    return str(value) if abs(value) < 10**15 else "…"
