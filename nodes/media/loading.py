"""Still pictures from strangers: opened safely, and decoded into upright sRGB.

Whatever comes in (any mode, EXIF turn, colour profile, animation) becomes RGB, or RGBA where some
of it is transparent. A picture of any size is opened; what is decoded is in memory whole.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import SEEK_CUR
from pathlib import Path
from struct import Struct
from typing import IO

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngImageFile

from engine.errors import ErrorKind, TaskError
from nodes.media.signatures import describe

MAX_PIXELS = 268_000_000
"""The largest picture that is opened or made: 16384 x 16384, near enough."""
MAX_DECODED_PIXELS = 64_000_000
"""The largest picture that is decoded: it takes 256 MB."""
MAX_SIDE = 65_535

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_PILLOW_ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    TypeError,
    LookupError,
    ArithmeticError,
    # Where warnings are errors: Pillow warns of broken metadata.
    UserWarning,
)
_TURNED = (5, 6, 7, 8)
"""Values of the EXIF orientation at which width and height change places."""
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK = Struct(">I4s")
"""Length and kind of a chunk of a PNG, before what it holds; a checksum comes behind that."""
_CHECKSUM = 4
_PIXELS = (b"IDAT", b"fcTL", b"fdAT")
_ROWS = 256
"""How many rows are converted at a time, as a second whole picture would take too much memory."""

# Pillow warns from this size on and refuses twice this size, before it decodes anything.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """Open a picture, its header only.

    Raises:
        TaskError: It is no picture, it is broken, or it is too large. This holds in the body too,
            where the picture is decoded.
    """
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            check_size(picture.width, picture.height)
            yield picture
    except TaskError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TaskError(
            f"The image is too large: it has more than {MAX_PIXELS:,} pixels.",
            kind=ErrorKind.INVALID,
        ) from error
    except UnidentifiedImageError as error:
        found = describe(path)
        reason = "damaged or cut short" if found.startswith("image/") else found
        raise TaskError(
            f"The image cannot be read: the file is {reason}.",
            hint="PNG, JPEG, WebP, GIF, BMP and TIFF pictures are read.",
        ) from error
    except _PILLOW_ERRORS as error:
        raise TaskError(
            f"The image cannot be read: {error}.",
            hint="The file may be damaged or cut short; open it in a viewer, or export it again.",
        ) from error


def check_size(width: int, height: int, most: int = MAX_PIXELS) -> None:
    """Refuse a size that no picture may have.

    Raises:
        TaskError: It has more than `most` pixels, or a side that is too long.
    """
    if width * height > most or max(width, height) > MAX_SIDE:
        raise TaskError(
            f"An image of {width} x {height} pixels is too large: at most {most:,} pixels and"
            f" {MAX_SIDE:,} a side are possible.",
            kind=ErrorKind.INVALID,
        )


def picture_size(path: Path) -> tuple[int, int]:
    """Return the width and height as seen, from the header alone.

    Raises:
        TaskError: It is no picture, it is broken, or it is too large.
    """
    with opened(path) as picture:
        return picture.size[::-1] if _is_turned(picture) else picture.size


def lies_turned(path: Path) -> bool:
    """Tell whether a picture is stored otherwise than it is shown: turned, or mirrored.

    Raises:
        TaskError: It is no picture, it is broken, or it is too large.
    """
    with opened(path) as picture:
        return _orientation(picture) in range(2, 9)


def _is_turned(picture: Image.Image) -> bool:
    return _orientation(picture) in _TURNED


def _orientation(picture: Image.Image) -> object:
    """Return how a picture lies, as EXIF has it.

    Pillow decodes all of a PNG to see what stands behind its pixels: here only if need be.
    """
    exif = picture.getexif
    if isinstance(picture, PngImageFile) and picture.fp and _ends_with_pixels(picture.fp):
        exif = partial(Image.Image.getexif, picture)
    return exif().get(ExifTags.Base.Orientation)


def _ends_with_pixels(file: IO[bytes]) -> bool:
    """Tell whether a PNG is whole, with nothing behind its pixels."""
    before = file.tell()
    file.seek(len(_PNG_SIGNATURE))
    try:
        has_pixels = False
        while len(head := file.read(8)) == _CHUNK.size:
            length, kind = _CHUNK.unpack(head)
            if kind == b"IEND" or (has_pixels and kind not in _PIXELS):
                return bool(kind == b"IEND")
            has_pixels |= kind in _PIXELS
            file.seek(length + _CHECKSUM, SEEK_CUR)
        return False
    finally:
        file.seek(before)


def load(path: Path, shown: tuple[int, int] | None = None) -> Image.Image:
    """Decode a picture into upright sRGB: mode RGB, or RGBA where it has transparency.

    Args:
        path: The picture.
        shown: The size at which it will be seen at most: a JPEG is then decoded at a part of its
            own size, though at twice that one at least.

    Raises:
        TaskError: It is no picture, it is broken, or it has more than `MAX_DECODED_PIXELS`.
    """
    with opened(path) as picture:
        if shown is not None:
            width, height = shown[::-1] if _is_turned(picture) else shown
            picture.draft(None, (2 * width, 2 * height))
        check_size(*picture.size, MAX_DECODED_PIXELS)
        picture.load()
        ImageOps.exif_transpose(picture, in_place=True)
        return _to_srgb(picture)


def flattened(picture: Image.Image) -> Image.Image:
    """Return a loaded picture in RGB, on white where it was transparent."""
    if picture.mode == "RGB":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, (0, 0), picture)
    return ground


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith(("I", "F")):
        # Pillow would clip deeper samples to 255 instead of scaling them.
        scale = 1 / 256 if picture.mode.startswith("I") else 255
        picture = _by_rows(picture, "L", lambda rows: _scaled(rows, scale))
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        picture = _through_profile(picture, profile)
    return picture if picture.mode == mode else picture.convert(mode)


def _scaled(rows: Image.Image, scale: float) -> Image.Image:
    return rows.convert("F").point(lambda value: value * scale + 0).convert("L")


def _through_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, target, picture.mode, mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken profile is no reason to refuse the picture: viewers ignore it as well.
        return picture
    return _by_rows(picture, mode, lambda rows: transform.apply(rows))


def _by_rows(
    picture: Image.Image, mode: str, convert: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """Return a picture of a mode, converted some rows at a time, in place where that will do."""
    result = picture if picture.mode == mode else Image.new(mode, picture.size)
    for top in range(0, picture.height, _ROWS):
        rows = picture.crop((0, top, picture.width, min(top + _ROWS, picture.height)))
        result.paste(convert(rows), (0, top))
    return result
