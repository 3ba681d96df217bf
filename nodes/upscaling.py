"""The node that enlarges pictures and films."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine import (
    Advice,
    Context,
    ErrorKind,
    Image,
    Outputs,
    StaticArguments,
    TaskError,
    Traits,
    Video,
    node,
)
from engine.context import M
from engine.types import PortType, from_annotation
from nodes import media
from nodes.asking import Models, Options, check_of, make, traits_of
from nodes.models import Kind

_KINDS = {"image": Image, "video": Video}
_of_picture, _of_film = traits_of("upscale_image"), traits_of("upscale_video")
_check_picture, _check_film = check_of("upscale_image"), check_of("upscale_video")
_ONE = "upscale takes an image or a video: one of them, and only one"


class Upscaled(Outputs):
    """The enlarged picture or film; the other one is nothing."""

    image: Image | None = None
    video: Video | None = None


def _check(arguments: StaticArguments) -> Iterator[str | Advice]:
    if sum(arguments.given(name) for name in _KINDS) != 1:
        yield _ONE
    elif "model" in arguments.wired or arguments.get("model"):
        yield from (_check_picture if arguments.given("image") else _check_film)(arguments)
    else:
        for name in ("options", "prompt"):
            if arguments.get(name) or name in arguments.wired:
                yield f"{name}: for a model, and no model is named"


def _traits(arguments: Mapping[str, Any]) -> Traits:
    if not arguments.get("model"):
        return Traits(pool="media")
    return (_of_picture if arguments.get("video") is None else _of_film)(arguments)


def _outputs(arguments: StaticArguments) -> Mapping[str, PortType]:
    """Return the port of what is given, which then is never nothing."""
    given = {name: from_annotation(kind) for name, kind in _KINDS.items() if arguments.given(name)}
    return given or {name: from_annotation(kind) for name, kind in _KINDS.items()}


@node(version=1, check=_check, traits=_traits, outputs=_outputs)
async def upscale(
    image: Annotated[Image | None, Field(description="A picture")] = None,
    video: Annotated[Video | None, Field(description="A film")] = None,
    *,
    factor: Annotated[
        Literal[2, 4] | None,
        Field(description="How many times wider and higher; 2, or what the model does by itself"),
    ] = None,
    prompt: Annotated[str, Field(description="What is seen, for models that take words")] = "",
    model: Models | None = None,
    options: Options = None,
    ctx: Context,
) -> Upscaled:
    """Enlarge a picture or a film.

    Without a model on this machine and for nothing: Lanczos resampling, and for pictures a little
    sharpening. Pictures may become as large as 268 megapixels, films as large as 4K (4096 x 2304
    pixels). The sound of a film stays as it is. A model paints new detail, and costs money.
    """

    async def enlarged(source: M, kind: Kind, name: str) -> M:
        wanted = type(source)
        if model:
            given = {source.kind: source, "factor": factor, "options": options or {}}
            given |= {"prompt": prompt} if prompt else {}
            return await make(kind, wanted, model, ctx, **given)
        out = ctx.scratch(name)
        await ctx.run(getattr(media, kind), ctx.path(source), out, factor or 2, ctx.tick)
        return await ctx.publish(out, wanted)

    if image is not None and video is None:
        return Upscaled(image=await enlarged(image, "upscale_image", "upscaled.png"))
    if video is not None and image is None:
        return Upscaled(video=await enlarged(video, "upscale_video", "upscaled.mp4"))
    raise TaskError(_ONE, kind=ErrorKind.INVALID)
