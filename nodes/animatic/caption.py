"""The strip below the picture, with what happens in words, and the arrows of a camera move."""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from nodes.animatic.palette import Color
from nodes.animatic.scene import Scene
from nodes.typography import load_font, reads_right_to_left, wrap_text

PAPER: Color = (243, 238, 226)
INK: Color = (46, 42, 44)
_SMALLEST_FONT = 8
_SMALLEST_SIDE = 150
_MAX_CAPTION = 400


def strip_height(width: int, height: int) -> int:
    """Return the height of the caption strip in pixels; 0 where text would be too small."""
    side = min(width, height)
    if side < _SMALLEST_SIDE:
        return 0
    strip = round(side * (0.118 if width >= height else 0.2))
    strip = max(strip, round(_font_size(width, height) * 2.9))
    return strip + (height - strip) % 2


def _font_size(width: int, height: int) -> int:
    return max(_SMALLEST_FONT, round(min(width, height) * 0.036))


def draw_strip(scene: Scene, width: int, height: int) -> Image.Image:
    """Return the strip for a frame of a size: shot label at the left, the action beside it."""
    strip = Image.new("RGB", (width, strip_height(width, height)), PAPER)
    draw = ImageDraw.Draw(strip)
    size = _font_size(width, height)
    line = max(1, round(size * 0.09))
    draw.rectangle((0, 0, width, line - 1), fill=INK)
    pad = round(size * 0.9)
    label = load_font(max(_SMALLEST_FONT, round(size * 0.8)), bold=True)
    wide = label.getlength(scene.label) + size * 0.9
    middle = (strip.height + line) / 2
    tall = size * 0.75
    draw.rounded_rectangle(
        (pad, middle - tall, pad + wide, middle + tall), radius=size * 0.3, outline=INK, width=line
    )
    draw.text((pad + wide / 2, middle), scene.label, fill=INK, font=label, anchor="mm")
    left = pad + wide + size * 0.9
    _write(
        draw,
        scene.caption[:_MAX_CAPTION],
        (left, middle),
        width - left - pad,
        size,
        strip.height - line,
    )
    return strip


def _write(
    draw: ImageDraw.ImageDraw,
    text: str,
    at: tuple[float, float],
    width: float,
    size: int,
    height: int,
) -> None:
    """Write text in as large a type as fits the strip, in two lines, or three where it is high."""
    most = 3 if height > size * 3.9 else 2
    font = load_font(size)
    lines = wrap_text(text, font, width, max_lines=most)
    smaller = load_font(max(_SMALLEST_FONT, round(size * 0.86)))
    if any("…" in line for line in lines[-1:]):
        font = smaller
        lines = wrap_text(text, font, width, max_lines=most)
    leading = font.size * 1.28
    top = at[1] - leading * len(lines) / 2
    x, anchor = (at[0] + width, "rm") if reads_right_to_left(text) else (at[0], "lm")
    for number, line in enumerate(lines):
        draw.text((x, top + leading * (number + 0.5)), line, fill=INK, font=font, anchor=anchor)


_ARROWS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "pan_left": ((0.12, 0.5, 180),),
    "pan_right": ((0.88, 0.5, 0),),
    "truck_left": ((0.12, 0.5, 180),),
    "truck_right": ((0.88, 0.5, 0),),
    "orbit": ((0.88, 0.5, 0), (0.12, 0.5, 180)),
    "orbit_left": ((0.88, 0.5, 0), (0.12, 0.5, 180)),
    "tilt_up": ((0.93, 0.14, 90),),
    "crane_up": ((0.93, 0.14, 90),),
    "tilt_down": ((0.93, 0.86, 270),),
    "crane_down": ((0.93, 0.86, 270),),
    "push_in": ((0.07, 0.09, 325), (0.93, 0.09, 215), (0.07, 0.91, 35), (0.93, 0.91, 145)),
    "zoom_in": ((0.07, 0.09, 325), (0.93, 0.09, 215), (0.07, 0.91, 35), (0.93, 0.91, 145)),
    "pull_out": ((0.06, 0.08, 145), (0.94, 0.08, 35), (0.06, 0.92, 215), (0.94, 0.92, 325)),
    "zoom_out": ((0.06, 0.08, 145), (0.94, 0.08, 35), (0.06, 0.92, 215), (0.94, 0.92, 325)),
}
"""For each move its arrows: place as shares of width and height, direction in degrees."""


def draw_arrows(picture: Image.Image, moves: tuple[str, ...]) -> None:
    """Draw the arrows of the named camera moves at the picture's edge."""
    side = min(picture.size)
    length = side * 0.075
    for move in moves:
        for x, y, turn in _ARROWS.get(move, ()):
            _arrow(picture, (x * picture.width, y * picture.height), math.radians(turn), length)


def _arrow(picture: Image.Image, at: tuple[float, float], turn: float, length: float) -> None:
    """Draw a hollow arrow, four times too large and then reduced."""
    box = max(4, round(length * 1.5))
    tile = Image.new("L", (box * 4, box * 4), 0)
    rim = Image.new("L", tile.size, 0)
    shape = [
        (-0.5, -0.13),
        (0.08, -0.13),
        (0.08, -0.34),
        (0.5, 0.0),
        (0.08, 0.34),
        (0.08, 0.13),
        (-0.5, 0.13),
    ]
    cos, sin = math.cos(turn), -math.sin(turn)
    points = [
        (box * 2 + (x * cos - y * sin) * length * 4, box * 2 + (x * sin + y * cos) * length * 4)
        for x, y in shape
    ]
    ImageDraw.Draw(tile).polygon(points, fill=225)
    ImageDraw.Draw(rim).line(
        [*points, points[0], points[1]], fill=235, width=max(2, round(length * 0.22)), joint="curve"
    )
    corner = (round(at[0] - box / 2), round(at[1] - box / 2))
    for color, mask in ((PAPER, tile), (INK, rim)):
        picture.paste(color, corner, mask.reduce(4))
