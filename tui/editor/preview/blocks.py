"""Pictures as characters: half-blocks, two pixels in a cell, or shades where there is no colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.editor.preview.bitmap import Bitmap, channels
from tui.editor.preview.strips import ReadyStrip

HALF: Final = "▀"
SHADES: Final = " ░▒▓█"
_RESET = "\x1b[0m"
_LIGHT = Style(color="bright_white", bgcolor="black")
_MOST_COLORS = 16_384
"""Colours whose escape codes are kept."""


class Depth(Enum):
    """How many colours the terminal has."""

    TRUE = "24 bits"
    CUBE = "256"
    SIXTEEN = "16"
    """No picture is drawn in them, but in shades, light on dark."""
    NONE = "none"
    """In shades of what the terminal writes with, on its own ground."""


def printed(bitmap: Bitmap, depth: Depth, *, coarse: bool = False) -> list[Strip]:
    """Return a picture as lines, each of two rows of pixels.

    Args:
        bitmap: The picture; a last row without a pair stays as it is below.
        depth: The colours.
        coarse: Whether finer differences of colour may be lost, as in a film.
    """
    if depth in (Depth.NONE, Depth.SIXTEEN):
        return _shaded(bitmap, None if depth is Depth.NONE else _LIGHT)
    pixels = (bitmap.coarse() if coarse else bitmap).pixels
    width = bitmap.width
    codes = _CODES[depth]
    lines: list[Strip] = []
    for start in range(0, width * bitmap.height, 2 * width):
        top = pixels[start : start + width]
        bottom = pixels[start + width : start + 2 * width] or top
        lines.append(_line(top, bottom, codes, depth))
    return lines


class _Codes(dict[int, str]):
    """The escape codes that set a colour, by pixel; each is made when it is first asked for."""

    def __init__(self, layer: int, depth: Depth) -> None:
        super().__init__()
        self._layer = layer
        self._depth = depth

    def __missing__(self, pixel: int) -> str:
        if len(self) >= _MOST_COLORS:
            self.clear()
        red, green, blue = channels(pixel)
        color = f"2;{red};{green};{blue}" if self._depth is Depth.TRUE else f"5;{cube(pixel)}"
        code = self[pixel] = f"\x1b[{self._layer};{color}m"
        return code


_CODES = {depth: (_Codes(38, depth), _Codes(48, depth)) for depth in (Depth.TRUE, Depth.CUBE)}


@lru_cache(maxsize=_MOST_COLORS)
def cube(pixel: int) -> int:
    """Return the nearest of the 240 colours that terminals of 256 colours have in common."""
    color = channels(pixel)
    steps = [0 if c < 48 else 1 if c < 115 else (c - 35) // 40 for c in color]
    near = [(0, 95, 135, 175, 215, 255)[step] for step in steps]
    level = min(23, max(0, (sum(color) // 3 - 3) // 10))
    grey = 8 + 10 * level
    if _distance(color, (grey, grey, grey)) < _distance(color, near):
        return 232 + level
    return 16 + 36 * steps[0] + 6 * steps[1] + steps[2]


def _distance(one: Sequence[int], other: Sequence[int]) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _line(
    top: memoryview, bottom: memoryview, codes: tuple[_Codes, _Codes], depth: Depth
) -> ReadyStrip:
    inks, grounds = codes
    parts: list[str] = []
    add = parts.append
    ink = ground = -1
    for upper, lower in zip(top, bottom, strict=True):
        if lower != ground:
            ground = lower
            add(grounds[lower])
        if upper == lower:
            add(" ")
            continue
        if upper != ink:
            ink = upper
            add(inks[upper])
        add(HALF)
    add(_RESET)
    return ReadyStrip("".join(parts), len(top), lambda: _cells(top, bottom, depth))


def _cells(top: memoryview, bottom: memoryview, depth: Depth) -> Iterator[Segment]:
    for upper, lower in zip(top, bottom, strict=True):
        yield Segment(HALF, _style(upper, lower, depth))


@lru_cache(maxsize=4096)
def _style(upper: int, lower: int, depth: Depth) -> Style:
    return Style(color=_color(upper, depth), bgcolor=_color(lower, depth))


def _color(pixel: int, depth: Depth) -> Color:
    if depth is Depth.CUBE:
        return Color.from_ansi(cube(pixel))
    return Color.from_rgb(*channels(pixel))


def _shaded(bitmap: Bitmap, style: Style | None) -> list[Strip]:
    """Return a picture in shades of one ink, scattered where none fits."""
    from PIL import Image as Pillow
    from PIL import ImageOps

    rows = (bitmap.height + 1) // 2
    grey = bitmap.picture.convert("L").resize((bitmap.width, rows), Pillow.Resampling.BOX)
    grey = ImageOps.autocontrast(grey, cutoff=1)
    levels = Pillow.new("P", (1, 1))
    last = len(SHADES) - 1
    levels.putpalette([255 * step // last for step in range(last + 1) for _ in range(3)])
    drawn = grey.convert("RGB").quantize(palette=levels, dither=Pillow.Dither.FLOYDSTEINBERG)
    data = drawn.tobytes()
    width = bitmap.width
    texts = ("".join(SHADES[min(i, last)] for i in data[y * width : (y + 1) * width])
             for y in range(rows))  # fmt: skip
    return [Strip([Segment(text, style)], width) for text in texts]
