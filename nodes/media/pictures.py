"""Still pictures: reading them safely, scaling, cropping, lettering, and grids.

Whatever comes in (any mode, EXIF turn, colour profile, animation) is brought into upright sRGB,
with alpha where it has some. What goes out is PNG.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, ImageColor, ImageOps

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.choices import Backing, CellFit, Fit, Place
from nodes.media.lettering import letter

MAX_PIXELS = 268_000_000
"""The largest picture that is read or made: 16384 x 16384, near enough."""
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
_PNG_LEVEL = 3

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
        raise TaskError(f"The image is larger than {MAX_PIXELS:,} pixels.") from error
    except _PILLOW_ERRORS as error:
        raise TaskError(
            f"The image cannot be read: {error}.",
            hint="The file may be damaged or cut short; open it in a viewer, or export it again.",
        ) from error


def check_size(width: int, height: int) -> None:
    """Refuse a size that no picture may have.

    Raises:
        TaskError: It has too many pixels, or a side that is too long.
    """
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise TaskError(
            f"An image of {width} x {height} pixels is too large: at most {MAX_PIXELS:,} pixels and"
            f" {MAX_SIDE:,} a side are possible.",
            kind=ErrorKind.INVALID,
        )


def picture_size(path: Path) -> tuple[int, int]:
    """Return the width and height as seen, from the header alone.

    Raises:
        TaskError: It is no picture, it is broken, or it is too large.
    """
    with opened(path) as picture:
        turned = picture.getexif().get(ExifTags.Base.Orientation) in _TURNED
        return (picture.height, picture.width) if turned else picture.size


def load(path: Path) -> Image.Image:
    """Decode a picture into upright sRGB: mode RGB, or RGBA where it has transparency.

    Raises:
        TaskError: It is no picture, it is broken, or it is too large.
    """
    with opened(path) as picture:
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        return _to_srgb(upright)


def _to_srgb(picture: Image.Image) -> Image.Image:
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith(("I", "F")):
        # Pillow would clip deeper samples to 255 instead of scaling them.
        scale = 1 / 256 if picture.mode.startswith("I") else 255
        picture = picture.convert("F").point(lambda value: value * scale + 0).convert("L")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        picture = _through_profile(picture, profile)
    return picture.convert(mode)


def _through_profile(picture: Image.Image, profile: bytes) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, source, target, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        # A broken profile is no reason to refuse the picture: viewers ignore it as well.
        return picture
    return converted or picture


def save(picture: Image.Image, out: Path) -> None:
    """Write a picture as PNG, without any metadata."""
    picture.info.clear()
    picture.save(out, format="PNG", compress_level=_PNG_LEVEL)


def resize(
    path: Path,
    out: Path,
    width: int | None = None,
    height: int | None = None,
    fit: Fit = "contain",
) -> None:
    """Scale a picture.

    With one of width and height, the other follows. With both, `contain` fits the picture into
    them, `cover` fills them and crops what stands over, and `stretch` ignores the proportions.

    Raises:
        TaskError: The picture cannot be read, or no size is given.
    """
    picture = load(path)
    if width is None and height is None:
        raise TaskError("Neither width nor height is given.", kind=ErrorKind.INVALID)
    if width is None or height is None:
        scale = width / picture.width if width else (height or 0) / picture.height
        size = (width or _length(picture.width * scale), height or _length(picture.height * scale))
    elif fit == "contain":
        scale = min(width / picture.width, height / picture.height)
        size = (_length(picture.width * scale), _length(picture.height * scale))
    else:
        size = (width, height)
    check_size(*size)
    box = _crop_box(picture.size, size[0] / size[1], "center") if fit == "cover" else None
    save(picture.resize(size, Image.Resampling.LANCZOS, box=box), out)


def _length(pixels: float) -> int:
    return max(1, round(pixels))


def parse_ratio(text: str) -> float:
    """Return the aspect ratio (width by height) that `16:9`, `16/9` or `1.85` says.

    Raises:
        TaskError: It says none.
    """
    width, _, height = text.replace("/", ":").partition(":")
    try:
        ratio = float(width) / float(height or 1)
    except (ValueError, ZeroDivisionError):
        ratio = 0
    if not 0.01 <= ratio <= 100:
        raise TaskError(
            f"`{text}` is not an aspect ratio.",
            kind=ErrorKind.INVALID,
            hint="Write it as `16:9`, `4:3`, `1:1` or `2.39:1`.",
        )
    return ratio


def crop_to_aspect(path: Path, out: Path, aspect: str, gravity: Place = "center") -> None:
    """Cut a picture to an aspect ratio, keeping as much as possible on the side of `gravity`.

    Raises:
        TaskError: The picture cannot be read, or the ratio makes no sense.
    """
    picture = load(path)
    left, top, right, bottom = _crop_box(picture.size, parse_ratio(aspect), gravity)
    box = (round(left), round(top), round(right), round(bottom))
    save(picture.crop(box), out)


def _crop_box(
    size: tuple[int, int], ratio: float, gravity: Place
) -> tuple[float, float, float, float]:
    width, height = min(size[0], size[1] * ratio), min(size[1], size[0] / ratio)
    width, height = max(1.0, width), max(1.0, height)
    across = 0.0 if "left" in gravity else 1.0 if "right" in gravity else 0.5
    down = 0.0 if "top" in gravity else 1.0 if "bottom" in gravity else 0.5
    left, top = (size[0] - width) * across, (size[1] - height) * down
    return left, top, left + width, top + height


def overlay_text(
    path: Path,
    out: Path,
    text: str,
    place: Place = "bottom",
    size: float = 0.06,
    colour: str = "white",
    backing: Backing = "outline",
) -> None:
    """Write text on a picture; long lines wrap.

    Args:
        path: The picture.
        out: Where the result goes.
        text: What is written; nothing leaves the picture as it is.
        place: Which of the nine places of the picture.
        size: Height of a line as a share of the picture's height.
        colour: A CSS colour: `white`, `#ffcc00`.
        backing: What keeps the text legible on any ground.

    Raises:
        TaskError: The picture cannot be read, or the colour is not known.
    """
    picture = load(path)
    ink = parse_colour(colour)
    ground = (0, 0, 0) if sum(ink[:3]) > 380 else (255, 255, 255)
    lettering = letter(text, picture.size, place, size, outlined=backing == "outline")
    if lettering is not None:
        if backing == "box":
            shade = Image.new("L", lettering.padded_size, 150)
            picture.paste(ground, lettering.padded_corner, shade)
        elif backing == "outline":
            picture.paste(ground, lettering.corner, lettering.outline)
        picture.paste(ink, lettering.corner, lettering.fill)
    save(picture, out)


def parse_colour(text: str) -> tuple[int, int, int]:
    """Return the red, green and blue of a CSS colour.

    Raises:
        TaskError: It is not a colour.
    """
    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError as error:
        raise TaskError(
            f"`{text}` is not a colour.",
            kind=ErrorKind.INVALID,
            hint="Write a name such as `white`, or `#ffcc00`.",
        ) from error
    return red, green, blue


def grid(
    paths: Sequence[Path],
    out: Path,
    columns: int | None = None,
    cell_width: int = 480,
    gap: int = 12,
    background: str = "black",
    fit: CellFit = "contain",
    tick: Tick = no_tick,
) -> None:
    """Lay pictures out in rows, in their order; cells have the proportions of the first picture.

    Raises:
        TaskError: There are none, one cannot be read, or the result would be too large.
    """
    if not paths:
        raise TaskError("There are no images to lay out.", kind=ErrorKind.INVALID)
    columns = min(columns or math.ceil(math.sqrt(len(paths))), len(paths))
    rows = math.ceil(len(paths) / columns)
    first = picture_size(paths[0])
    cell = (cell_width, _length(cell_width * first[1] / first[0]))
    size = (columns * (cell[0] + gap) + gap, rows * (cell[1] + gap) + gap)
    check_size(*size)
    sheet = Image.new("RGB", size, parse_colour(background))
    for number, path in enumerate(paths):
        picture = _into_cell(load(path), cell, fit)
        left = gap + number % columns * (cell[0] + gap) + (cell[0] - picture.width) // 2
        top = gap + number // columns * (cell[1] + gap) + (cell[1] - picture.height) // 2
        sheet.paste(picture, (left, top), picture if picture.mode == "RGBA" else None)
        tick((number + 1) / len(paths))
    save(sheet, out)


def _into_cell(picture: Image.Image, cell: tuple[int, int], fit: CellFit) -> Image.Image:
    method = Image.Resampling.LANCZOS
    if fit == "cover":
        return ImageOps.fit(picture, cell, method)
    return ImageOps.contain(picture, cell, method)
