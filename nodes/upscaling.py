"""The node that enlarges pictures and films."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from engine import Context, ErrorKind, Image, Outputs, StaticArguments, TaskError, Video, node
from engine.types import PortType, from_annotation
from nodes import media

_KINDS = {"image": Image, "video": Video}
_ONE = "upscale takes an image or a video: one of them, and only one"


class Upscaled(Outputs):
    """The enlarged picture or film; the other one is nothing."""

    image: Image | None = None
    video: Video | None = None


def _check(arguments: StaticArguments) -> Iterator[str]:
    if sum(arguments.given(name) for name in _KINDS) != 1:
        yield _ONE


def _outputs(arguments: StaticArguments) -> Mapping[str, PortType]:
    """Return the port of what is given, which then is never nothing."""
    given = {name: from_annotation(kind) for name, kind in _KINDS.items() if arguments.given(name)}
    return given or {name: from_annotation(kind) for name, kind in _KINDS.items()}


@node(version=1, pool="media", check=_check, outputs=_outputs)
async def upscale(
    image: Annotated[Image | None, Field(description="A picture")] = None,
    video: Annotated[Video | None, Field(description="A film")] = None,
    *,
    factor: Annotated[Literal[2, 4], Field(description="How many times wider and higher")] = 2,
    ctx: Context,
) -> Upscaled:
    """Enlarge a picture or a film.

    Lanczos resampling, and for pictures a little sharpening. Pictures may become as large as 268
    megapixels, films as large as 4K (4096 x 2304 pixels). The sound of a film stays as it is.
    """
    if image is not None and video is None:
        out = ctx.scratch("upscaled.png")
        await ctx.run(media.upscale_image, ctx.path(image), out, factor, ctx.tick)
        return Upscaled(image=await ctx.publish(out, Image))
    if video is not None and image is None:
        out = ctx.scratch("upscaled.mp4")
        await ctx.run(media.upscale_video, ctx.path(video), out, factor, ctx.tick)
        return Upscaled(video=await ctx.publish(out, Video))
    raise TaskError(_ONE, kind=ErrorKind.INVALID)
