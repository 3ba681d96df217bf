"""Nodes that ask a model for a picture or a clip.

Which model is an argument; `animatic/*` is built in, draws on this machine and costs nothing.
Several models may be named in order: the next is tried when one is down, refuses or lacks a key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Annotated, Any, TypeVar

from pydantic import Field

from engine import (
    Context,
    ErrorKind,
    Image,
    Media,
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
from nodes.requests import Request

M = TypeVar("M", bound=Media)

KINDS: tuple[Kind, ...] = ("text_to_image", "image_to_image", "image_to_video", "text_to_video")
"""The kinds of work that have a built-in stand-in."""

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
    str | None, Field(max_length=20, description="Width to height, as 16:9; the model's by default")
]
Resolution = Annotated[
    str | None, Field(max_length=20, description="As 720p; the model's own by default")
]
Seed = Annotated[
    int | None, Field(ge=0, le=4_294_967_295, description="Another seed gives another take")
]
Seconds = Annotated[
    float | None,
    Field(
        gt=0,
        le=3600,
        description="Length of the clip in seconds; a model of fixed lengths makes the next longer",
    ),
]
Options = Annotated[
    Any, Field(description="What only this model knows, as an object; `reelgraph models ID`")
]

_NOT_INPUTS = frozenset({"model", "options"})
_RENAMED = {"duration": "seconds"}


def _call(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return a node's arguments by the names that the catalogue uses."""
    return {_RENAMED.get(n, n): v for n, v in arguments.items() if n != "model"}


def _models(kind: Kind, arguments: Mapping[str, Any]) -> list[ModelInfo]:
    names = arguments.get("model") or [catalogue().draft(kind).id]
    return [model for name in names if (model := catalogue().get(name)) is not None]


def _traits(kind: Kind) -> Callable[[Mapping[str, Any]], Traits]:
    def traits(arguments: Mapping[str, Any]) -> Traits:
        models = _models(kind, arguments)
        if not models:
            return Traits(price=Price(high=None))
        first = models[0]
        return Traits(
            pool="media" if first.local else first.provider,
            fingerprint=",".join(f"{model.id}@{model.version}" for model in models),
            price=_price([model.estimate(_call(arguments)) for model in models]),
        )

    return traits


def _price(prices: list[Price]) -> Price:
    """Price a task from the cheapest to the dearest of the models that may do it."""
    highs = [price.high for price in prices]
    known = [high for high in highs if high is not None]
    high = max(known) if len(known) == len(highs) else None
    return Price(min(price.low for price in prices), high, prices[0].source)


def _check(kind: Kind) -> Callable[[StaticArguments], Iterator[str]]:
    def check(arguments: StaticArguments) -> Iterator[str]:
        if not isinstance(arguments.get("options") or {}, Mapping):
            yield "options is an object with names and values"
            return
        if "model" in arguments.wired and "model" not in arguments:
            return
        given = {_RENAMED.get(n, n) for n in (*arguments, *arguments.wired)} - _NOT_INPUTS
        for name in arguments.get("model") or [catalogue().draft(kind).id]:
            found = list(catalogue().complaints(name, kind))
            yield from found
            if not found and (model := catalogue().get(name)):
                yield from model.complaints(_call(arguments), frozenset(given))

    return check


_TRY_NEXT = frozenset({ErrorKind.DOWN, ErrorKind.REFUSED, ErrorKind.AUTH})


async def first_that_can(models: list[str], ask: Callable[[str], Awaitable[M]]) -> M:
    """Ask the models in order until one answers.

    Raises:
        TaskError: What the last one said, or the first that leaves no hope for the others.
    """
    for model in models[:-1]:
        try:
            return await ask(model)
        except TaskError as error:
            if error.kind not in _TRY_NEXT:
                raise
    return await ask(models[-1])


async def _make(kind: Kind, wanted: type[M], models: list[str], ctx: Context, **fields: Any) -> M:
    async def ask(model: str) -> M:
        made = await provider_of(model).make(Request(kind, model, **fields), ctx)
        if not made or not isinstance(made[0], wanted):
            raise TaskError(f"{model} gave no {wanted.kind}", kind=ErrorKind.DOWN)
        return made[0]

    return await first_that_can(models, ask)


@node(version=1, traits=_traits("text_to_image"), check=_check("text_to_image"))
async def text_to_image(
    prompt: Prompt,
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Image:
    """Make a picture from words.

    Give `seed` a list for several takes of the same words.
    """
    return await _make(
        "text_to_image",
        Image,
        model,
        ctx,
        prompt=prompt,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options or {},
    )


@node(version=1, traits=_traits("image_to_image"), check=_check("image_to_image"))
async def image_to_image(
    image: Annotated[Image, Field(description="The picture to start from")],
    prompt: Prompt,
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    strength: Annotated[
        float | None,
        Field(
            ge=0, le=1, description="0 keeps the picture, 1 keeps little; the model's by default"
        ),
    ] = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Image:
    """Make a picture from a picture and words."""
    return await _make(
        "image_to_image",
        Image,
        model,
        ctx,
        image=image,
        prompt=prompt,
        strength=strength,
        seed=seed,
        options=options or {},
    )


@node(version=1, traits=_traits("image_to_video"), check=_check("image_to_video"))
async def image_to_video(
    image: Annotated[Image, Field(description="The first picture of the clip")],
    *,
    prompt: Annotated[
        str, Field(description="What moves and how the camera moves: `slow push in`")
    ] = "",
    duration: Seconds = None,
    last_image: Annotated[
        Image | None, Field(description="The picture that the clip ends on")
    ] = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Make a clip that begins with a picture."""
    return await _make(
        "image_to_video",
        Video,
        model,
        ctx,
        image=image,
        prompt=prompt,
        seconds=duration,
        last_image=last_image,
        seed=seed,
        options=options or {},
    )


@node(version=1, traits=_traits("text_to_video"), check=_check("text_to_video"))
async def text_to_video(
    prompt: Prompt,
    *,
    motion: Annotated[str, Field(description="How the camera moves: `pan left`")] = "",
    duration: Seconds = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Make a clip from words."""
    return await _make(
        "text_to_video",
        Video,
        model,
        ctx,
        prompt=prompt,
        motion=motion,
        seconds=duration,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options or {},
    )


def draft_override(node_type: NodeType) -> Mapping[str, Any]:
    """Return the arguments that turn a node's work into a draft: its model's built-in stand-in."""
    for kind in KINDS:
        if node_type.name == kind and node_type.module == __name__:
            draft: dict[str, Any] = {"model": [catalogue().draft(kind).id]}
            # What was chosen for another model means nothing to this one.
            for name in ("resolution", "options"):
                if name in node_type.parameters:
                    draft[name] = None
            return draft
    return {}
