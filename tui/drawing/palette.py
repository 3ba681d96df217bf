"""Colours of the kinds of data, for terminals and for pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class KindColor:
    """Colours of one kind of data."""

    light: str
    """On a light background, as `#rrggbb`."""
    dark: str
    """On a dark background."""
    ansi: str
    """SGR parameters: one of the sixteen colours, which follow the terminal's own theme."""


_SLATE: Final = KindColor("#64748b", "#94a3b8", "90")

KIND_COLORS: Final[dict[str, KindColor]] = {
    "text": KindColor("#c07a12", "#f2b84b", "33"),
    "shot": KindColor("#0f9488", "#3dd6c4", "36"),
    "character": KindColor("#d9540b", "#ff9a57", "91"),
    "image": KindColor("#c2298f", "#f47fc6", "35"),
    "video": KindColor("#4a5be0", "#8f9dff", "34"),
    "audio": KindColor("#2f9143", "#66d184", "32"),
    "file": KindColor("#8a6d4f", "#cbb08e", "37"),
    "number": _SLATE,
    "integer": _SLATE,
    "boolean": _SLATE,
    "choice": _SLATE,
}


def color_of(kind: str) -> KindColor:
    """Return the colours of a kind of data; unknown ones are grey."""
    return KIND_COLORS.get(kind, _SLATE)
