"""Text on pictures: the bundled font, line breaking, and scripts that run from right to left.

The font is DejaVu Sans Condensed (Latin, Greek, Cyrillic, Armenian, Georgian, Arabic, Hebrew); it
is part of the package, so that the same words give the same pixels on every machine. For the same
reason letters are joined and lines are reordered here: what Pillow can do of it depends on a
library of the system. `wrap_text` gives lines that are ready to draw from left to right.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]

# The package's faster function does not mirror brackets, as a line from right to left needs.
from bidi.algorithm import get_base_level, get_display  # type: ignore[import-untyped]
from PIL import ImageFont

FONTS = Path(__file__).parent / "fonts"
MISSING = "□"
"""What stands for a character that the font does not have."""
_MOST_MARKS = 3
"""How many of them stand for a whole run of such characters: a sign, not a page of boxes."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff]")
_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]")
_MARKS = re.compile("[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]+")
"""Vowel points, left out as in most print: the plain layout of letters would misplace them."""
_VARIANTS = re.compile("[\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]")
"""Signs that choose the look of the character before them, as the colour of an emoji."""
_JOINERS = "\u200c\u200d"
_DIRECTIONS = "\u200e\u200f\u061c"
_MANY_MISSING = re.compile(f"(?:{MISSING}){{{_MOST_MARKS},}}")
# The font has no single letter for the divine name.
_RESHAPER = ArabicReshaper({"ARABIC LIGATURE ALLAH": False})


@functools.lru_cache(maxsize=64)
def load_font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the bundled font at a size in pixels."""
    name = "DejaVuSansCondensed-Bold.ttf" if bold else "DejaVuSansCondensed.ttf"
    # Basic layout, as the complex one depends on libraries that a machine may or may not have.
    return ImageFont.truetype(FONTS / name, size, layout_engine=ImageFont.Layout.BASIC)


def reads_right_to_left(text: str) -> bool:
    """Whether the first letter of a text is of a script that runs from right to left."""
    return bool(_RIGHT_TO_LEFT.search(text)) and get_base_level(text) == 1


def wrap_text(
    text: str, font: ImageFont.FreeTypeFont, width: float, *, max_lines: int | None = None
) -> list[str]:
    """Break text into lines no wider than `width` pixels, ready to draw from left to right.

    Line breaks in the text are kept. A word wider than a line is broken inside. Where `max_lines`
    cuts the text, the last line ends in an ellipsis. Letters of Arabic are joined, and lines that
    run from right to left are in the order in which they are seen. Characters that the font does
    not have, as of Chinese, are shown as `MISSING`.
    """
    lines: list[tuple[str, _Setter]] = []
    for paragraph in _coverable(text).splitlines() or [""]:
        setter = _setter(paragraph)
        lines.extend((line, setter) for line in _wrap_paragraph(paragraph, font, width, setter))
    if max_lines is not None and len(lines) > max_lines:
        lines = lines[:max_lines]
        last, setter = lines[-1]
        last = last.rstrip()
        while last and font.getlength(setter(last + "…")) > width:
            last = last[:-1].rstrip()
        lines[-1] = (last + "…", setter)
    return [setter(line) for line, setter in lines]


_Setter = Callable[[str], str]
"""Turns a line as it is read into one as it is drawn."""


def _setter(paragraph: str) -> _Setter:
    if not _RIGHT_TO_LEFT.search(paragraph):
        return str
    # A line goes the way of its paragraph, even one that holds only a foreign word.
    return functools.partial(_set_line, direction="R" if get_base_level(paragraph) else "L")


def _set_line(line: str, direction: str) -> str:
    if _ARABIC.search(line):
        line = "".join(map(_drawable, _RESHAPER.reshape(line)))
    seen = get_display(line, base_dir=direction)
    return "".join(char for char in seen if unicodedata.category(char) != "Cf")


def _drawable(char: str) -> str:
    """Return a joined letter, or the plain one where the font has only that."""
    return char if _covered(char) else unicodedata.normalize("NFKC", char)


def _coverable(text: str) -> str:
    """Return the text without what has no shape, and with a mark for what the font lacks."""
    if text.isascii():
        return text
    text = _VARIANTS.sub("", _MARKS.sub("", unicodedata.normalize("NFC", text)))
    text = "".join(map(_shown, text))
    return _MANY_MISSING.sub(MISSING * _MOST_MARKS, text)


@functools.lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    kind = unicodedata.category(char)
    if char.isspace() or char in _JOINERS:
        return char
    if kind in ("Cc", "Cf", "Cs") or (kind in ("Mn", "Me") and not _covered(char)):
        # A mark of direction has no shape, but a say in the order of a line.
        return char if char in _DIRECTIONS else ""
    return char if _covered(char) else MISSING


@functools.lru_cache(maxsize=4096)
def _covered(char: str) -> bool:
    font = load_font(16)
    return _glyph(font, char) != _glyph(font, "\uffff")


def _glyph(font: ImageFont.FreeTypeFont, char: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(char)
    return mask.size, bytes(mask)


def _wrap_paragraph(
    text: str, font: ImageFont.FreeTypeFont, width: float, setter: _Setter
) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if font.getlength(setter(candidate)) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        line = word
        while len(line) > 1 and font.getlength(setter(line)) > width:
            cut = _longest_prefix(line, font, width, setter)
            lines.append(line[:cut])
            line = line[cut:]
    return [*lines, line] if line or not lines else lines


def _longest_prefix(word: str, font: ImageFont.FreeTypeFont, width: float, setter: _Setter) -> int:
    low, high = 1, len(word)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(setter(word[:middle])) <= width:
            low = middle
        else:
            high = middle - 1
    return low
