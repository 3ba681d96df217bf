"""Still pictures: scaling, cropping, lettering, and grids.

What comes in is decoded by `loading`; what goes out is PNG. One picture at most is in memory whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from PIL import Image, ImageColor, ImageOps

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.media.choices import Backing, CellFit, Fit, Place
from nodes.media.enlarge import write_png
from nodes.media.lettering import letter
from nodes.media.loading import (
    MAX_DECODED_PIXELS,
    check_size,
    flattened,
    lies_turned,
    load,
    picture_size,
)

_PNG_LEVEL = 3
_JPEG_QUALITY = 95
_STRIP_PIXELS = 4_000_000
_LANCZOS_REACH = 3
"""Pixels that count on each side of a sample, of whichever picture is smaller."""


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
    with out.open("wb") as file:
        write_png(file, picture.mode, size, _resized(picture, size, box or (0, 0, *picture.size)))


def _resized(
    picture: Image.Image, size: tuple[int, int], box: tuple[float, float, float, float]
) -> Iterator[Image.Image]:
    """Yield the part of a picture within a box at a size, strip by strip."""
    scale = (box[3] - box[1]) / size[1]
    reach = _LANCZOS_REACH * max(1.0, scale) + 1
    rows = max(1, int(_STRIP_PIXELS / max(size[0], picture.width * scale)))
    for top in range(0, size[1], rows):
        bottom = min(size[1], top + rows)
        first, last = box[1] + top * scale, box[1] + bottom * scale
        above, below = max(0, int(first - reach)), min(picture.height, math.ceil(last + reach))
        part = picture.crop((0, above, picture.width, below))
        seen = (box[0], first - above, box[2], min(last, below) - above)
        yield part.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=seen)


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
    size = (box[2] - box[0], box[3] - box[1])
    with out.open("wb") as file:
        write_png(file, picture.mode, size, _cropped(picture, box))


def _cropped(picture: Image.Image, box: tuple[int, int, int, int]) -> Iterator[Image.Image]:
    rows = max(1, _STRIP_PIXELS // (box[2] - box[0]))
    for top in range(box[1], box[3], rows):
        yield picture.crop((box[0], top, box[2], min(box[3], top + rows)))


def _crop_box(
    size: tuple[int, int], ratio: float, gravity: Place
) -> tuple[float, float, float, float]:
    width, height = min(size[0], size[1] * ratio), min(size[1], size[0] / ratio)
    width, height = max(1.0, width), max(1.0, height)
    across = 0.0 if "left" in gravity else 1.0 if "right" in gravity else 0.5
    down = 0.0 if "top" in gravity else 1.0 if "bottom" in gravity else 0.5
    left, top = (size[0] - width) * across, (size[1] - height) * down
    return left, top, left + width, top + height


def redraw_mask(path: Path, form: Literal["black", "transparent"], out: Path) -> None:
    """Draw a mask anew that is white where a picture may change, and black elsewhere.

    Args:
        path: The mask.
        form: What it becomes where the picture may change; elsewhere it is white, or opaque black.
        out: Where it is written, as PNG.

    Raises:
        TaskError: The mask cannot be read.
    """
    kept = ImageOps.invert(flattened(load(path)).convert("L"))
    if form == "transparent":
        kept = Image.merge("LA", (Image.new("L", kept.size), kept)).convert("RGBA")
    save(kept, out)


def turn_upright(path: Path, out: Path) -> bool:
    """Write a photo anew as it is shown, as JPEG, if it is stored otherwise; tell whether it was.

    Raises:
        TaskError: The photo cannot be read.
    """
    if not lies_turned(path):
        return False
    picture = flattened(load(path))
    picture.info.clear()
    picture.save(out, format="JPEG", quality=_JPEG_QUALITY)
    return True


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
    check_size(*size, MAX_DECODED_PIXELS)
    sheet = Image.new("RGB", size, parse_colour(background))
    for number, path in enumerate(paths):
        picture = _into_cell(load(path, shown=cell if fit == "contain" else None), cell, fit)
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
