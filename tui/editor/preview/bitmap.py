"""A decoded picture, small enough for the screen, and the size at which it fits a place on it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

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


class Box(NamedTuple):
    """A place for a picture."""

    width: int
    """Pixels across."""
    height: int
    """Pixels down."""
    aspect: float = 1.0
    """Width of each of its pixels by its height."""


def fitted(width: float, height: float, box: Box) -> tuple[int, int]:
    """Return the pixels of the largest picture of these proportions in a box, at least one."""
    across = width / box.aspect
    scale = min(box.width / across, box.height / height)
    return (
        min(box.width, max(1, round(across * scale))),
        min(box.height, max(1, round(height * scale))),
    )
