"""Pictures as a video stores them: full brightness, colour at half the size.

Moving layers in this form takes half the work of RGB, and the encoder gets what it needs without
another conversion. Values are BT.709 in limited range.
"""

from __future__ import annotations

from dataclasses import dataclass

import av
from av.video.reformatter import Colorspace
from PIL import Image

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
        # PyAV annotates this constructor only in part.
        frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame = frame.reformat(format="yuv420p", dst_colorspace=Colorspace.ITU709)
        return cls(*(_plane_image(plane) for plane in frame.planes))

    def to_frame(self) -> av.VideoFrame:
        """Return the picture as a frame for the encoder."""
        frame = av.VideoFrame(self.luma.width, self.luma.height, "yuv420p")
        for plane, image in zip(frame.planes, (self.luma, self.blue, self.red), strict=True):
            plane.update(_padded(image, plane.line_size))
        return frame

    def copy(self) -> Planes:
        """Return a copy to paint on."""
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())

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
    """Dissolve one picture into another; `weight` 1 is the other."""
    return Planes(
        Image.blend(one.luma, other.luma, weight),
        Image.blend(one.blue, other.blue, weight),
        Image.blend(one.red, other.red, weight),
    )


def _plane_image(plane: av.video.plane.VideoPlane) -> Image.Image:
    return Image.frombuffer(
        "L", (plane.width, plane.height), bytes(plane), "raw", "L", plane.line_size, 1
    )


def _padded(image: Image.Image, line_size: int) -> bytes:
    """Return the bytes of a plane whose rows the encoder wants `line_size` bytes apart."""
    if image.width == line_size:
        return image.tobytes()
    wide = Image.new("L", (line_size, image.height))
    wide.paste(image, (0, 0))
    return wide.tobytes()
