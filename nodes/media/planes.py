"""Pictures of a film as three grey planes (Y, Cb, Cr), which Pillow can paste, blend and turn.

One form is used throughout: 8-bit 4:2:0, BT.709, limited range. A film is brought into it once and
never goes through RGB, which would cost time and colour.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation
from PIL import Image

FORMAT = "yuv420p"
BT709 = 1
"""The number of the BT.709 matrix in H.264 and in FFmpeg."""
BLACK = (16, 128, 128)
SQUARE = Fraction(1)
"""The shape of a pixel: its width by its height."""

_MATRICES = {
    1: Colorspace.ITU709,
    4: Colorspace.FCC,
    5: Colorspace.ITU601,
    6: Colorspace.ITU601,
    7: Colorspace.SMPTE240M,
    9: Colorspace.BT2020,
}
_SCALER = Interpolation.LANCZOS | Interpolation.ACCURATE_RND | Interpolation.BITEXACT
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def seen_size(frame: VideoFrame, pixel_aspect: Fraction) -> tuple[float, float]:
    """Return the width and height at which a picture is seen: upright, with square pixels."""
    width, height = float(frame.width * pixel_aspect), float(frame.height)
    return (height, width) if frame.rotation % 180 else (width, height)


def even(length: float) -> int:
    """Return the nearest length in pixels that 4:2:0 colour allows."""
    return max(2, 2 * round(length / 2))


def matrix_of(frame: VideoFrame) -> Colorspace:
    """Return the colour matrix; where it is not written down, what players take it for."""
    usual = Colorspace.ITU709 if frame.height >= 720 else Colorspace.ITU601
    return _MATRICES.get(frame.colorspace, usual)


def normalise(
    frame: VideoFrame, size: tuple[int, int], pixel_aspect: Fraction = SQUARE
) -> VideoFrame:
    """Return the picture upright in the common form, fitted into `size` between black bars."""
    width, height = seen_size(frame, pixel_aspect)
    scale = min(size[0] / width, size[1] / height)
    inner = (min(size[0], even(width * scale)), min(size[1], even(height * scale)))
    result = _convert(frame, inner[::-1] if frame.rotation % 180 else inner)
    turn = _TURNS.get(frame.rotation % 360)
    if turn is None and inner == size:
        return result
    planes = to_planes(result)
    if turn is not None:
        planes = [plane.transpose(turn) for plane in planes]
    return to_frame(size, _centre(planes, size))


def _convert(frame: VideoFrame, size: tuple[int, int]) -> VideoFrame:
    is_full = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    matrix = matrix_of(frame)
    in_form = frame.format.name == FORMAT and matrix == Colorspace.ITU709 and not is_full
    if in_form and (frame.width, frame.height) == size:
        return frame
    converted = frame.reformat(
        *size,
        format=FORMAT,
        src_colorspace=matrix,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if is_full else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
        interpolation=_SCALER,
    )
    return _tag(converted)


def _tag(frame: VideoFrame) -> VideoFrame:
    frame.colorspace = BT709
    frame.color_range = ColorRange.MPEG
    frame.color_primaries = ColorPrimaries.BT709
    frame.color_trc = ColorTrc.BT709
    return frame


def to_planes(frame: VideoFrame) -> list[Image.Image]:
    """Return the planes as grey pictures that share the frame's memory: do not change them."""
    return [_to_grey(plane) for plane in frame.planes]


def _to_grey(plane: VideoPlane) -> Image.Image:
    # Pillow's annotations leave out that any buffer will do.
    data = cast("bytes", plane)
    return Image.frombuffer("L", (plane.width, plane.height), data, "raw", "L", plane.line_size, 1)


def to_frame(size: tuple[int, int], planes: Iterable[Image.Image]) -> VideoFrame:
    """Return a new frame made of three planes, which may be made one by one."""
    frame = VideoFrame(*size, FORMAT)
    for canvas, plane in zip(canvases(frame), planes, strict=True):
        canvas.paste(plane)
    return _tag(frame)


def canvases(frame: VideoFrame) -> list[Image.Image]:
    """Return the planes as grey pictures to paint on, which changes the frame.

    The frame must be one of our own making: decoders still look at those that they give out.
    """
    planes = to_planes(frame)
    for plane in planes:
        # Pillow would copy the plane before the first stroke; at 4K each copy is 8 MB.
        plane.readonly = 0
    return planes


def from_picture(picture: Image.Image) -> VideoFrame:
    """Return an RGB picture as a frame of the common form, its size made even."""
    frame = VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
    converted: VideoFrame = frame.reformat(
        even(picture.width),
        even(picture.height),
        format=FORMAT,
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=_SCALER,
    )
    return _tag(converted)


def to_picture(frame: VideoFrame) -> Image.Image:
    """Return a frame of the common form as an RGB picture."""
    picture: Image.Image = frame.to_image(  # type: ignore[no-untyped-call]
        src_colorspace=Colorspace.ITU709, src_color_range=ColorRange.MPEG, interpolation=_SCALER
    )
    return picture


def blend_into(target: VideoFrame, other: VideoFrame, share: float) -> VideoFrame:
    """Mix a frame into one of our own making, which is changed and returned.

    Both are of the common form and of one size; `share` is the part of the other.
    """
    for canvas, plane in zip(canvases(target), to_planes(other), strict=True):
        canvas.paste(plane, mask=Image.new("L", plane.size, round(share * 255)))
    return target


def _centre(planes: list[Image.Image], size: tuple[int, int]) -> Iterator[Image.Image]:
    for plane, value, shrink in zip(planes, BLACK, (1, 2, 2), strict=True):
        canvas = Image.new("L", (size[0] // shrink, size[1] // shrink), value)
        left = (size[0] - planes[0].width) // 4 * 2 // shrink
        top = (size[1] - planes[0].height) // 4 * 2 // shrink
        canvas.paste(plane, (left, top))
        yield canvas


def put_by(
    frames: Iterable[VideoFrame], size: tuple[int, int], folder: Path
) -> Iterator[VideoFrame]:
    """Go through frames of the common form now, and yield them later from a temporary file."""
    file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by the generator that reads it
    pitches = [plane.line_size for plane in VideoFrame(*size, FORMAT).planes]
    count = 0
    for frame in frames:
        for plane, pitch in zip(to_planes(frame), pitches, strict=True):
            file.write(plane.tobytes("raw", "L", pitch, 1))
        count += 1
    file.seek(0)
    return _taken_back(file, size, count)


def _taken_back(file: BinaryIO, size: tuple[int, int], count: int) -> Iterator[VideoFrame]:
    with file:
        for _ in range(count):
            frame = VideoFrame(*size, FORMAT)
            for plane in frame.planes:
                cast("io.BufferedIOBase", file).readinto(cast("memoryview", plane))
            yield _tag(frame)
