"""Enlarging still pictures in strips, so that only the small picture is in memory whole."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image, ImageChops, ImageFilter

from engine.context import Tick, no_tick
from nodes.media.loading import check_size, load, picture_size

_STRIP_PIXELS = 4_000_000
_LANCZOS_REACH = 3
"""Pixels of the small picture that count on each side of a sample."""
_SHARPEN = ImageFilter.UnsharpMask(radius=1, percent=60, threshold=2)
_SHARPEN_REACH = 8
"""Pixels of the large picture that sharpening looks at on each side, and some to spare."""

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COLOUR_TYPES = {"RGB": 2, "RGBA": 6}
_UP = b"\x02"
_LEVEL = 3


def upscale_image(path: Path, out: Path, factor: int, tick: Tick = no_tick) -> None:
    """Enlarge a picture `factor` times, with Lanczos resampling and a little sharpening.

    Raises:
        TaskError: The picture cannot be read, or the result would be larger than
            `loading.MAX_PIXELS`.
    """
    width, height = picture_size(path)
    check_size(width * factor, height * factor)
    picture = load(path)
    with out.open("wb") as file:
        write_png(
            file,
            picture.mode,
            (picture.width * factor, picture.height * factor),
            _strips(picture, factor, tick),
        )


def _strips(picture: Image.Image, factor: int, tick: Tick) -> Iterator[Image.Image]:
    width, height = picture.width * factor, picture.height * factor
    rows = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        yield _enlarge_rows(picture, factor, top, bottom)
        tick(bottom / height)


def _enlarge_rows(picture: Image.Image, factor: int, top: int, bottom: int) -> Image.Image:
    """Return rows `top` to `bottom` of the enlarged picture, just as if it had been made whole."""
    width, height = picture.size
    first = max(0, (top - _SHARPEN_REACH) // factor)
    last = min(height, -(-(bottom + _SHARPEN_REACH) // factor))
    above, below = max(0, first - _LANCZOS_REACH), min(height, last + _LANCZOS_REACH)
    source = picture.crop((0, above, width, below))
    strip = source.resize(
        (width * factor, (last - first) * factor),
        Image.Resampling.LANCZOS,
        box=(0, first - above, width, last - above),
    )
    strip = _sharpen(strip)
    return strip.crop((0, top - first * factor, strip.width, bottom - first * factor))


def _sharpen(strip: Image.Image) -> Image.Image:
    if strip.mode != "RGBA":
        return strip.filter(_SHARPEN)
    sharp = strip.convert("RGB").filter(_SHARPEN)
    sharp.putalpha(strip.getchannel("A"))
    return sharp


def write_png(
    file: BinaryIO, mode: str, size: tuple[int, int], strips: Iterator[Image.Image]
) -> None:
    """Write a PNG from strips of full width, top to bottom; Pillow needs the picture whole.

    Args:
        file: Where it is written.
        mode: `RGB` or `RGBA`.
        size: Width and height of the whole picture.
        strips: Pictures of that mode and width whose heights add up to the whole.
    """
    file.write(PNG_SIGNATURE)
    header = struct.pack(">IIBBBBB", *size, 8, _COLOUR_TYPES[mode], 0, 0, 0)
    file.write(chunk(b"IHDR", header))
    compressor = zlib.compressobj(_LEVEL)
    above = Image.new(mode, (size[0], 1), 0)
    for strip in strips:
        file.write(_data(compressor.compress(_filtered(strip, above))))
        above = strip.crop((0, strip.height - 1, strip.width, strip.height))
    file.write(_data(compressor.flush()))
    file.write(chunk(b"IEND", b""))


def _filtered(strip: Image.Image, above: Image.Image) -> bytes:
    """Return the rows as differences to the row above, each after the number of that filter."""
    shifted = Image.new(strip.mode, strip.size)
    shifted.paste(above, (0, 0))
    shifted.paste(strip, (0, 1))
    data = ImageChops.subtract_modulo(strip, shifted).tobytes()
    pitch = len(data) // strip.height
    return b"".join(_UP + data[start : start + pitch] for start in range(0, len(data), pitch))


def _data(data: bytes) -> bytes:
    return chunk(b"IDAT", data) if data else b""


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk: length, kind, data and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
