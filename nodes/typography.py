"""Text on pictures: the bundled font and line breaking.

The font is DejaVu Sans Condensed (Latin, Greek, Cyrillic, Armenian, Georgian, Arabic, Hebrew); it is
part of the package, so that the same words give the same pixels on every machine.
"""

from __future__ import annotations

import functools
from pathlib import Path

from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"


@functools.lru_cache(maxsize=64)
def load_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the bundled font at a size in pixels."""
    name = "DejaVuSansCondensed-Bold.ttf" if bold else "DejaVuSansCondensed.ttf"
    # Basic layout, as the complex one depends on libraries that a machine may or may not have.
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def wrap_text(
    text: str, font: ImageFont.FreeTypeFont, width: float, *, max_lines: int | None = None
) -> list[str]:
    """Break text into lines no wider than `width` pixels.

    Line breaks in the text are kept. A word wider than a line is broken inside. Where `max_lines`
    cuts the text, the last line ends in an ellipsis.
    """
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        lines.extend(_wrap_paragraph(paragraph, font, width))
    if max_lines is not None and len(lines) > max_lines:
        lines = lines[:max_lines]
        last = lines[-1].rstrip()
        while last and font.getlength(last + "…") > width:
            last = last[:-1].rstrip()
        lines[-1] = last + "…"
    return lines


def _wrap_paragraph(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if font.getlength(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and font.getlength(line) > width:
            cut = _longest_prefix(line, font, width)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line or not lines else lines


def _longest_prefix(word: str, font: ImageFont.FreeTypeFont, width: float) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(word[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low
