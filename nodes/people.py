"""Nodes for people: a character that looks the same in every picture, and a face that speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from engine import (
    Audio,
    Character,
    Context,
    ErrorKind,
    Image,
    Price,
    TaskError,
    Traits,
    Video,
    node,
)
from nodes.asking import (
    Models,
    Options,
    Resolution,
    Seconds,
    Seed,
    check_of,
    first_that_can,
    in_turn,
    make,
    traits_of,
)
from nodes.providers import Trainer, provider_of
from nodes.requests import Request


def _character_traits(arguments: Mapping[str, Any]) -> Traits:
    traits = traits_of("train_character")(arguments)
    if arguments.get("images"):
        return traits
    # Somebody who is trained already costs nothing to look up.
    return replace(traits, price=Price())


@node(version=1, traits=_character_traits, check=check_of("train_character"))
async def character(
    name: Annotated[str, Field(min_length=1, max_length=91, description="What they are called")],
    images: Annotated[
        list[Image] | None,
        Field(
            max_length=100, description="Clear pictures of one person; none for one known by name"
        ),
    ] = None,
    *,
    description: Annotated[
        str, Field(max_length=2000, description="Looks in words, for models that are not trained")
    ] = "",
    model: Models = ["animatic/cast"],  # noqa: B006 - validated and never changed
    options: Options = None,
    ctx: Context,
) -> Character:
    """Make a character that looks the same in every picture.

    With `higgsfield/soul-id` a likeness is trained from the pictures, once: the same pictures under
    the same name are found again, from any workflow and any computer. Without pictures, one that
    the account has is taken by its name.
    """
    references = tuple(images or ())

    async def train(model_id: str) -> Character:
        provider = provider_of(model_id)
        if not isinstance(provider, Trainer):
            return Character(name=name, description=description)
        request = Request(
            "train_character", model_id, name=name, references=references, options=options or {}
        )
        identity = (await provider.obtain(request, ctx)).data
        if not isinstance(identity, Mapping) or not identity.get("identity"):
            raise TaskError(f"{model_id} gave no character", kind=ErrorKind.DOWN)
        trained = str(identity["identity"])
        return Character(name=name, description=description, model=model_id, identity=trained)

    return await first_that_can(in_turn(model, ctx), train)


@node(version=1, traits=traits_of("lip_sync"), check=check_of("lip_sync"))
async def lip_sync(
    audio: Annotated[Audio, Field(description="The voice")],
    *,
    image: Annotated[Image | None, Field(description="The face that is to speak")] = None,
    video: Annotated[Video | None, Field(description="Or a film whose lips are to follow")] = None,
    prompt: Annotated[str, Field(description="How they speak and move")] = "",
    duration: Seconds = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Let a face speak.

    Some models take a picture, some a film; `reelgraph models ID` says which. The built-in one
    shows the picture, or plays the film, with the voice under it.
    """
    return await make(
        "lip_sync",
        Video,
        model,
        ctx,
        audio=audio,
        image=image,
        video=video,
        prompt=prompt,
        seconds=duration,
        resolution=resolution,
        seed=seed,
        options=options,
    )
