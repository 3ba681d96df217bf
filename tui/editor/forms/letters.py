"""A letter for each row of a form, by which one key goes there."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase
from typing import Final

from tui.editor.forms.rows import Row

RESERVED: Final = frozenset("hjklu")
"""Letters that move the cursor, go through values, or undo."""

_WITHOUT: Final = frozenset({"section", "button"})


def letters_of(rows: Iterable[Row]) -> dict[str, str]:
    """Return the letter of each row, by its key: one of its label where that is free.

    Items of lists have none, nor have buttons, which a letter must not press by mistake, nor rows
    for which no letter is left.
    """
    free = set(ascii_lowercase) - RESERVED
    found: dict[str, str] = {}
    wanting = [r for r in rows if not r.is_silent and r.kind not in _WITHOUT and r.level == 0]
    for row in wanting:
        letter = next((c for c in _likely(row.label) if c in free), "")
        if letter:
            found[row.key] = letter
            free.discard(letter)
    return found


def _likely(label: str) -> Iterable[str]:
    """Yield letters of a label: the first ones of its words before the others."""
    low = label.lower()
    words = low.replace("-", "_").replace(" ", "_").split("_")
    yield from (word[0] for word in words if word)
    yield from low
