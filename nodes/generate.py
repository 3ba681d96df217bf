"""Nodes that ask a model for a picture or a clip.

Which model is an argument; `animatic/*` is built in, draws on this machine and costs nothing.
Several models may be named in order: the next is tried when one is down, refuses or lacks a key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field

from engine import (
    Context,
    ErrorKind,
    Image,
    NodeType,
    Price,
    StaticArguments,
    TaskError,
    Traits,
    Video,
    node,
)
from nodes.models import Kind, ModelInfo, catalogue
from nodes.providers import provider_of
from nodes.requests import (
    ImageRequest,
    ImageToImage,
    ImageToVideo,
    TextToImage,
    TextToVideo,
    VideoRequest,
)

M = TypeVar("M", Image, Video)

KINDS: tuple[Kind, ...] = ("text_to_image", "image_to_image", "image_to_video", "text_to_video")

Models = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=8,
        description="The model, or several in order of preference; `reelgraph models` lists them",
    ),
]
Prompt = Annotated[str, Field(description="What is seen")]
AspectRatio = Annotated[
    Literal["16:9", "9:16", "1:1", "4:3", "3:4", "3:2", "2:3", "21:9"],
    Field(description="Width to height"),
]
Resolution = Annotated[
    Literal["360p", "480p", "540p", "720p", "1080p"],
    Field(description="Pixels of the shorter side"),
]
Seed = Annotated[int, Field(ge=0, le=4_294_967_295, description="Another seed gives another take")]
Seconds = Annotated[float, Field(gt=0, le=3600, description="Length of the clip in seconds")]


def _traits(kind: Kind) -> Callable[[Mapping[str, Any]], Traits]:
    def traits(arguments: Mapping[str, Any]) -> Traits:
        names = arguments.get("model") or [catalogue().draft(kind).id]
        models = [m for name in names if (m := catalogue().get(name)) is not None]
        if not models:
            return Traits()
        first = models[0]
        return Traits(
            pool="media" if first.local else first.provider,
            fingerprint=",".join(f"{model.id}@{model.version}" for model in models),
            price=_price(models, arguments),
        )

    return traits


def _price(models: list[ModelInfo], arguments: Mapping[str, Any]) -> Price:
    """Price a task from the cheapest to the dearest of the models that may do it."""
    seconds = Decimal(str(arguments.get("duration", 1)))
    units = [seconds if model.price.unit == "second" else Decimal(1) for model in models]
    low = min(model.price.low * unit for model, unit in zip(models, units, strict=True))
    highs = [
        None if model.price.high is None else model.price.high * unit
        for model, unit in zip(models, units, strict=True)
    ]
    known = [high for high in highs if high is not None]
    high = max(known) if len(known) == len(highs) else None
    return Price(low, high, models[0].price.source)


def _check(kind: Kind) -> Callable[[StaticArguments], Iterator[str]]:
    def check(arguments: StaticArguments) -> Iterator[str]:
        default = [] if arguments.given("model") else [catalogue().draft(kind).id]
        names = arguments.get("model", default)
        for name in names if isinstance(names, list) else []:
            found = list(catalogue().complaints(name, kind))
            yield from found
            if not found and (model := catalogue().get(name)):
                yield from _over_limits(model, arguments)

    return check


def _over_limits(model: ModelInfo, arguments: StaticArguments) -> Iterator[str]:
    limits = model.limits
    for name, allowed in (
        ("aspect_ratio", limits.aspect_ratios),
        ("resolution", limits.resolutions),
    ):
        value = arguments.get(name)
        if allowed and value is not None and value not in allowed:
            yield f"{model.id} takes no {name} {value}; it takes {', '.join(allowed)}"
    seconds = arguments.get("duration")
    if limits.seconds and isinstance(seconds, int | float):
        shortest, longest = limits.seconds
        if not shortest <= seconds <= longest:
            yield f"{model.id} makes clips of {shortest:g} to {longest:g} s, not {seconds:g} s"
    prompt = arguments.get("prompt")
    most = limits.prompt_characters
    if most and isinstance(prompt, str) and len(prompt) > most:
        yield f"{model.id} takes prompts of up to {most} characters, not {len(prompt)}"
    if arguments.given("last_image") and not limits.last_image:
        yield f"{model.id} cannot be told the last image"


_TRY_NEXT = frozenset({ErrorKind.DOWN, ErrorKind.REFUSED, ErrorKind.AUTH})


async def _first_that_can(models: list[str], call: Callable[[str], Awaitable[M]]) -> M:
    """Ask the models in order until one answers.

    Raises:
        TaskError: What the last one said, or the first that leaves no hope for the others.
    """
    for model in models[:-1]:
        try:
            return await call(model)
        except TaskError as error:
            if error.kind not in _TRY_NEXT:
                raise
    return await call(models[-1])


async def _image(models: list[str], make: Callable[[str], ImageRequest], ctx: Context) -> Image:
    return await _first_that_can(models, lambda m: provider_of(m).make_image(make(m), ctx))


async def _video(models: list[str], make: Callable[[str], VideoRequest], ctx: Context) -> Video:
    return await _first_that_can(models, lambda m: provider_of(m).make_video(make(m), ctx))


@node(version=1, traits=_traits("text_to_image"), check=_check("text_to_image"))
async def text_to_image(
    prompt: Prompt,
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = "16:9",
    resolution: Resolution = "720p",
    seed: Seed = 0,
    ctx: Context,
) -> Image:
    """Make a picture from words.

    Give `seed` a list for several takes of the same words.
    """
    return await _image(
        model, lambda m: TextToImage(m, prompt, aspect_ratio, resolution, seed), ctx
    )


@node(version=1, traits=_traits("image_to_image"), check=_check("image_to_image"))
async def image_to_image(
    image: Annotated[Image, Field(description="The picture to start from")],
    prompt: Prompt,
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    strength: Annotated[
        float, Field(ge=0, le=1, description="0 keeps the picture, 1 keeps little of it")
    ] = 0.6,
    seed: Seed = 0,
    ctx: Context,
) -> Image:
    """Make a picture from a picture and words."""
    return await _image(model, lambda m: ImageToImage(m, image, prompt, strength, seed), ctx)


@node(version=1, traits=_traits("image_to_video"), check=_check("image_to_video"))
async def image_to_video(
    image: Annotated[Image, Field(description="The first picture of the clip")],
    *,
    prompt: Annotated[
        str, Field(description="What moves and how the camera moves: `slow push in`")
    ] = "",
    duration: Seconds = 4.0,
    last_image: Annotated[
        Image | None, Field(description="The picture that the clip ends on")
    ] = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    seed: Seed = 0,
    ctx: Context,
) -> Video:
    """Make a clip that begins with a picture."""
    return await _video(
        model, lambda m: ImageToVideo(m, image, prompt, duration, last_image, seed), ctx
    )


@node(version=1, traits=_traits("text_to_video"), check=_check("text_to_video"))
async def text_to_video(
    prompt: Prompt,
    *,
    motion: Annotated[str, Field(description="How the camera moves: `pan left`")] = "",
    duration: Seconds = 4.0,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = "16:9",
    resolution: Resolution = "720p",
    seed: Seed = 0,
    ctx: Context,
) -> Video:
    """Make a clip from words."""
    return await _video(
        model,
        lambda m: TextToVideo(m, prompt, motion, duration, aspect_ratio, resolution, seed),
        ctx,
    )


def draft_override(node_type: NodeType) -> Mapping[str, Any]:
    """Return the arguments that turn a node's work into a draft: its model's built-in stand-in."""
    for kind in KINDS:
        if node_type.name == kind and node_type.module == __name__:
            return {"model": [catalogue().draft(kind).id]}
    return {}
