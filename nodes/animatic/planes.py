"""Pictures as a video stores them: full brightness, colour at half the size.

Moving layers in this form takes half the work of RGB, and the encoder gets what it needs without
another conversion. Values are BT.709 in limited range.
"""

from __future__ import annotations

from dataclasses import dataclass

from av.video.frame import VideoFrame
from PIL import Image

from nodes.media.planes import from_picture, to_frame, to_planes

_SMOOTH = Image.Resampling.BICUBIC
Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Planes:
    """One picture of even size as brightness and two colour differences of half its size."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @classmethod
    def from_image(cls, image: Image.Image) -> Planes:
        """Convert an RGB picture; an odd last row or column is left out."""
        width, height = image.width // 2 * 2, image.height // 2 * 2
        if image.size != (width, height):
            image = image.crop((0, 0, width, height))
        return cls(*to_planes(from_picture(image)))

    def to_frame(self) -> VideoFrame:
        """Return the picture as a frame for the encoder."""
        return to_frame(self.luma.size, (self.luma, self.blue, self.red))

    def copy(self) -> Planes:
        """Return a copy to paint on."""
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())

    def enlarged(self, size: tuple[int, int]) -> Planes:
        """Return the picture at a size, which is itself where it has that already."""
        return self if self.luma.size == size else self.resize(size, (0, 0, *self.luma.size))

    def resize(self, size: tuple[int, int], box: Box) -> Planes:
        """Return the part of the picture within `box` at an even size."""
        half = (size[0] // 2, size[1] // 2)
        half_box = (box[0] / 2, box[1] / 2, box[2] / 2, box[3] / 2)
        return Planes(
            self.luma.resize(size, _SMOOTH, box=box),
            self.blue.resize(half, Image.Resampling.BILINEAR, box=half_box),
            self.red.resize(half, Image.Resampling.BILINEAR, box=half_box),
        )

    def paste(self, other: Planes, at: tuple[int, int], mask: Image.Image | None = None) -> None:
        """Lay another picture onto this one at an even place, where a mask lets it."""
        half = (at[0] // 2, at[1] // 2)
        half_mask = mask.reduce(2) if mask is not None else None
        self.luma.paste(other.luma, at, mask)
        self.blue.paste(other.blue, half, half_mask)
        self.red.paste(other.red, half, half_mask)


def blend(one: Planes, other: Planes, weight: float) -> Planes:
    """Dissolve one picture into another, at the larger one's size; `weight` 1 is the other."""
    size = max(one.luma.size, other.luma.size)
    one, other = one.enlarged(size), other.enlarged(size)
    return Planes(
        Image.blend(one.luma, other.luma, weight),
        Image.blend(one.blue, other.blue, weight),
        Image.blend(one.red, other.red, weight),
    )
