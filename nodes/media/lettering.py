"""Text laid out for a picture: where it goes, and the masks that paint it."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from nodes.media.choices import Place
from nodes.typography import load_font, wrap_text

MARGIN = 0.05
"""Share of the width and height that stays free at the edges: the title-safe area."""
_LEADING = 1.25
_MAX_CHARACTERS = 5000


@dataclass(frozen=True)
class Lettering:
    """Two grey masks of one size and where their top left corner goes; all numbers are even."""

    fill: Image.Image
    """The letters."""
    outline: Image.Image
    """The letters, grown by the outline's width."""
    corner: tuple[int, int]
    padding: int

    @property
    def padded_corner(self) -> tuple[int, int]:
        """The top left corner of a box around the text."""
        return self.corner[0] - self.padding, self.corner[1] - self.padding

    @property
    def padded_size(self) -> tuple[int, int]:
        """The size of a box around the text."""
        return self.fill.width + 2 * self.padding, self.fill.height + 2 * self.padding


def letter(
    text: str,
    size: tuple[int, int],
    place: Place = "bottom",
    line_share: float = 0.06,
    *,
    outlined: bool = True,
    bottom: float = MARGIN,
) -> Lettering | None:
    """Lay text out on a picture of `size`; return nothing where there is nothing to write.

    Lines wrap at the safe margins, and what does not fit in height ends in an ellipsis.

    Args:
        text: What is written.
        size: Width and height of the picture.
        place: Which of the nine places of the picture.
        line_share: Height of a line as a share of the picture's height.
        outlined: Whether the letters get an outline.
        bottom: Share of the height that stays free below, such as for a caption.
    """
    if not text.strip():
        return None
    width, height = size
    pixels = max(6, round(height * line_share))
    font = load_font(pixels)
    stroke = max(1, round(pixels / 12)) if outlined else 0
    left, top, below = round(width * MARGIN), round(height * MARGIN), round(height * bottom)
    pitch = round(pixels * _LEADING)
    room = max(1, (height - top - below) // pitch)
    wrap_width = max(pixels, width - 2 * left - 2 * stroke)
    lines = wrap_text(text[:_MAX_CHARACTERS], font, wrap_width, max_lines=room)
    across = max(font.getlength(line) for line in lines)
    block = (
        _even(min(width, across + 2 * stroke + 2)),
        _even(min(height, pitch * len(lines) + 2 * stroke)),
    )
    fill, outline = Image.new("L", block), Image.new("L", block)
    for number, line in enumerate(lines):
        spare = block[0] - 2 * stroke - font.getlength(line)
        x = stroke + spare * _share(place, "left", "right")
        y = stroke + number * pitch
        ImageDraw.Draw(fill).text((x, y), line, fill=255, font=font)
        ImageDraw.Draw(outline).text((x, y), line, fill=255, font=font, stroke_width=stroke)
    corner = (
        _place(width - block[0], (left, left), _share(place, "left", "right")),
        _place(height - block[1], (top, below), _share(place, "top", "bottom")),
    )
    return Lettering(fill, outline, corner, padding=2 * (pixels // 6))


def _share(place: str, first: str, last: str) -> float:
    return 0.0 if first in place else 1.0 if last in place else 0.5


def _place(spare: int, margins: tuple[int, int], share: float) -> int:
    return max(0, int(margins[0] + (spare - sum(margins)) * share)) // 2 * 2


def _even(length: float) -> int:
    return max(2, int(length) // 2 * 2)
