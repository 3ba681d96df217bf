"""Image nodes: load, scale, crop, write on, and lay out in a grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from engine import Context, Image, StaticArguments, node
from nodes import media
from nodes.media.choices import Backing, CellFit, Fit, Place

Picture = Annotated[Image, Field(description="The picture")]
Side = Annotated[int | None, Field(ge=1, le=16_384, description="In pixels; the other follows")]
Colour = Annotated[
    str,
    Field(pattern=r"^(#[0-9a-fA-F]{3,8}|[a-zA-Z]+)$", description="A CSS colour: `white`, `#fc0`"),
]


@node(version=1, instant=True)
async def load_image(
    image: Annotated[Image, Field(description="A PNG, JPEG, WebP, GIF, BMP or TIFF file")],
) -> Image:
    """Take a picture from a file.

    The file's path is written relative to the workflow's folder. Of an animation, the first
    picture counts. The file is read by what it holds, not by its name.
    """
    return image


def _check_resize(arguments: StaticArguments) -> Iterator[str]:
    if not arguments.given("width") and not arguments.given("height"):
        yield "resize needs a width, a height, or both"


@node(version=1, pool="media", check=_check_resize)
async def resize(
    image: Picture,
    *,
    width: Side = None,
    height: Side = None,
    fit: Annotated[
        Fit,
        Field(description="With both sides: fit inside, fill and crop, or change proportions"),
    ] = "contain",
    ctx: Context,
) -> Image:
    """Scale a picture.

    With only a width or only a height, the proportions stay. The result is a PNG, with transparency
    where the picture has some. Pictures of up to 64 megapixels are taken, and may become as large
    as 268.
    """
    out = ctx.scratch("resized.png")
    await ctx.run(media.resize, ctx.path(image), out, width, height, fit)
    return await ctx.publish(out, Image)


@node(version=1, pool="media")
async def crop(
    image: Picture,
    *,
    aspect_ratio: Annotated[
        str,
        Field(
            pattern=r"^\d+(\.\d+)?([:/]\d+(\.\d+)?)?$",
            description="Width to height: `16:9`, `1:1`, `2.39:1`",
        ),
    ],
    gravity: Annotated[Place, Field(description="The part of the picture that stays")] = "center",
    ctx: Context,
) -> Image:
    """Cut a picture to an aspect ratio.

    As much as possible of the picture stays.
    """
    out = ctx.scratch("cropped.png")
    await ctx.run(media.crop_to_aspect, ctx.path(image), out, aspect_ratio, gravity)
    return await ctx.publish(out, Image)


@node(version=1, pool="media")
async def overlay_text(
    image: Picture,
    text: Annotated[str, Field(max_length=5000, description="What is written; long lines wrap")],
    *,
    position: Annotated[Place, Field(description="Where on the picture")] = "bottom",
    size: Annotated[
        float, Field(ge=0.01, le=0.5, description="Height of a line as a share of the picture's")
    ] = 0.06,
    colour: Colour = "white",
    backing: Annotated[
        Backing, Field(description="What keeps the letters legible on any ground")
    ] = "outline",
    ctx: Context,
) -> Image:
    """Write on a picture.

    The built-in font covers Latin, Greek, Cyrillic, Armenian, Georgian, Arabic and Hebrew. Text
    that does not fit ends in an ellipsis.
    """
    out = ctx.scratch("lettered.png")
    source = ctx.path(image)
    await ctx.run(media.overlay_text, source, out, text, position, size, colour, backing)
    return await ctx.publish(out, Image)


@node(version=1, pool="media")
async def grid(
    images: Annotated[list[Image], Field(description="The pictures, row by row")],
    *,
    columns: Annotated[
        int | None, Field(ge=1, le=100, description="Pictures side by side; as square as possible")
    ] = None,
    cell_width: Annotated[int, Field(ge=8, le=4096, description="Pixels of a picture")] = 480,
    gap: Annotated[int, Field(ge=0, le=512, description="Pixels between pictures")] = 12,
    background: Colour = "black",
    fit: Annotated[
        CellFit, Field(description="Pictures whole in their cells, or filling them")
    ] = "contain",
    ctx: Context,
) -> Image:
    """Lay pictures out in one picture.

    Cells have the proportions of the first picture.
    """
    out = ctx.scratch("grid.png")
    paths = [ctx.path(image) for image in images]
    await ctx.run(media.grid, paths, out, columns, cell_width, gap, background, fit, ctx.tick)
    return await ctx.publish(out, Image)
