"""The outline of a sound: how loud it is over its length, as bars around a middle line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

_PARTS: Final = " ▁▂▃▄▅▆▇█"
_MOST_ROWS = 16
"""Higher bars would only look louder."""


def lines(peaks: Sequence[float], rows: int, style: Style) -> list[Strip]:
    """Return the lines of an outline.

    Args:
        peaks: How loud each column is, from 0 to 1.
        rows: Lines that there are; the upper half of the bars is in the upper half of them.
        style: The colours. What is below the middle is drawn in the ground's colour on the ink's.
    """
    half = max(1, min(rows, _MOST_ROWS) // 2)
    upper = [_row(peaks, half, row) for row in reversed(range(half))]
    if rows < 2:
        return [Strip([Segment(text, style)], len(peaks)) for text in upper]
    reverse = style + Style(reverse=True)
    drawn = [Strip([Segment(text, style)], len(peaks)) for text in upper]
    return drawn + [_hanging(peaks, half, row, style, reverse) for row in range(half)]


def _row(peaks: Sequence[float], half: int, row: int) -> str:
    """Return the row that is so many rows above the middle."""
    return "".join(_PARTS[_eighths(peak, half, row)] for peak in peaks)


def _eighths(peak: float, half: int, row: int) -> int:
    # A silent part is still a line, so that one sees where the sound is.
    total = max(1, round(peak * half * 8))
    return min(8, max(0, total - row * 8))


def _hanging(peaks: Sequence[float], half: int, row: int, style: Style, reverse: Style) -> Strip:
    """Return the row that is so many rows below the middle: bars that hang from its top."""
    segments: list[Segment] = []
    for peak in peaks:
        eighths = _eighths(peak, half, row)
        whole = eighths in (0, 8)
        segments.append(
            Segment(_PARTS[eighths], style) if whole else Segment(_PARTS[8 - eighths], reverse)
        )
    return Strip(Segment.simplify(segments), len(peaks))
