"""A decoded picture, small enough for the screen, and the size at which it fits a place on it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_STEP = bytes((value & 0xF8) | value >> 5 for value in range(256))


@dataclass(frozen=True)
class Bitmap:
    """Pixels in rows from the top, four bytes each: red, green, blue and one that says nothing."""

    width: int
    height: int
    data: bytes

    @classmethod
    def of(cls, picture: Picture) -> Bitmap:
        """Return a Pillow picture as a bitmap."""
        # The fourth byte is always 255, so that equal colours are equal numbers.
        data = picture.convert("RGB").convert("RGBA").tobytes()
        return cls(picture.width, picture.height, data)

    @cached_property
    def pixels(self) -> memoryview:
        """The pixels as numbers, one each; `channels` takes them apart."""
        return memoryview(self.data).cast("I")

    @property
    def picture(self) -> Picture:
        """The same as a Pillow picture, in RGB."""
        from PIL import Image as Pillow

        form = (self.width, self.height)
        return Pillow.frombuffer("RGBA", form, self.data, "raw", "RGBA", 0, 1).convert("RGB")

    def coarse(self) -> Bitmap:
        """Return the same in 32 steps of each colour: fewer colours are quicker to write."""
        return Bitmap(self.width, self.height, self.data.translate(_STEP))


def channels(pixel: int) -> tuple[int, int, int]:
    """Return the red, green and blue of a pixel."""
    if sys.byteorder == "big":
        return pixel >> 24, pixel >> 16 & 255, pixel >> 8 & 255
    return pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255


def fitted(width: float, height: float, box: tuple[int, int]) -> tuple[int, int]:
    """Return the largest size of these proportions that fits into a box, at least one pixel."""
    scale = min(box[0] / width, box[1] / height)
    return (
        min(box[0], max(1, round(width * scale))),
        min(box[1], max(1, round(height * scale))),
    )
