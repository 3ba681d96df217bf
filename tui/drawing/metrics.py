"""Widths of words in a picture, without a font at hand.

Whoever looks at an SVG has other fonts than whoever made it. Words are measured as if set in Arial
and told to take exactly that room (`textLength`), so that they fit wherever they are shown.
"""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

from rich.cells import cell_len

_FIRST: Final = 32
# Advance widths of the printable ASCII characters, in thousandths of the font size.
_REGULAR: Final = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
)  # fmt: skip
_BOLD: Final = (
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
    975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
    333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611,
    611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
)  # fmt: skip
_SIGNS: Final = {"…": 1000, "→": 1000, "—": 1000, "–": 556, "·": 333, "×": 584, "’": 222}
_NARROW: Final = 620
"""Of other characters that take one cell of a terminal: a generous mean of letters."""
_WIDE: Final = 1000
"""Of those that take two: ideographs, emoji."""


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of a text at a font size, in the unit of the size."""
    table = _BOLD if bold else _REGULAR
    return sum(_advance(char, table) for char in text) * size / 1000


def _advance(char: str, table: tuple[int, ...]) -> int:
    if char in _SIGNS:
        return _SIGNS[char]
    # A letter with an accent is as wide as the letter.
    place = ord(normalize("NFD", char)[0]) - _FIRST
    if 0 <= place < len(table):
        return table[place]
    return (0, _NARROW, _WIDE)[min(cell_len(char), 2)]


def wrap(text: str, size: float, width: float, most: int) -> list[str]:
    """Break a text at its spaces into lines no wider than `width`, at most `most` of them.

    A single word may be wider; what is left over ends up in the last line.
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (len(lines) == most or text_width(longer, size) <= width):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
