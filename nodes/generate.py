"""Nodes that ask a model for a picture or a clip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from engine import Context, Image, NodeType, Video, node
from nodes.asking import (
    AspectRatio,
    Models,
    Options,
    Prompt,
    References,
    Resolution,
    Seconds,
    Seed,
    Sound,
    Who,
    check_of,
    make,
    traits_of,
)
from nodes.models import Kind, catalogue
from nodes.models.parameters import catalogue_name

DRAFTED: Mapping[str, Kind] = {
    "text_to_image": "text_to_image",
    "image_to_image": "image_to_image",
    "image_to_video": "image_to_video",
    "text_to_video": "text_to_video",
    "video_to_video": "video_to_video",
    "storyboard_images": "storyboard_images",
    "lip_sync": "lip_sync",
    "speech": "speech",
    "text_to_audio": "text_to_audio",
    "text_to_vector": "text_to_vector",
    "image_to_vector": "image_to_vector",
    "character": "train_character",
}
"""Built-in nodes whose every model has a built-in stand-in, with the kind of work they ask for."""


@node(version=1, traits=traits_of("text_to_image"), check=check_of("text_to_image"))
async def text_to_image(
    prompt: Prompt,
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    character: Who = None,
    references: References = None,
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Image:
    """Make a picture from words.

    Give `seed` a list for several takes of the same words. A character that a model was trained to
    draw looks the same in every picture; the built-in model takes their name and description.
    """
    return await make(
        "text_to_image",
        Image,
        model,
        ctx,
        prompt=prompt,
        character=character,
        references=references,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )


@node(version=1, traits=traits_of("image_to_image"), check=check_of("image_to_image"))
async def image_to_image(
    image: Annotated[Image, Field(description="The picture to start from")],
    prompt: Annotated[str, Field(description="What is seen; some models take no words")] = "",
    *,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    strength: Annotated[
        float | None,
        Field(
            ge=0, le=1, description="0 keeps the picture, 1 keeps little; the model's by default"
        ),
    ] = None,
    mask: Annotated[
        Image | None,
        Field(description="White where the picture may change, black where it stays; as large"),
    ] = None,
    character: Who = None,
    references: References = None,
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Image:
    """Make a picture from a picture and words.

    Some models change only what a mask shows them; the built-in one takes none.
    """
    return await make(
        "image_to_image",
        Image,
        model,
        ctx,
        image=image,
        prompt=prompt,
        strength=strength,
        mask=mask,
        character=character,
        references=references,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )


@node(version=1, traits=traits_of("image_to_video"), check=check_of("image_to_video"))
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
    references: References = None,
    audio: Sound = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Make a clip that begins with a picture."""
    return await make(
        "image_to_video",
        Video,
        model,
        ctx,
        image=image,
        prompt=prompt,
        seconds=duration,
        last_image=last_image,
        references=references,
        audio=audio,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )


@node(version=1, traits=traits_of("text_to_video"), check=check_of("text_to_video"))
async def text_to_video(
    prompt: Prompt,
    *,
    motion: Annotated[str, Field(description="How the camera moves: `pan left`")] = "",
    duration: Seconds = None,
    references: References = None,
    audio: Sound = None,
    model: Models = ["animatic/camera"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Make a clip from words."""
    return await make(
        "text_to_video",
        Video,
        model,
        ctx,
        prompt=prompt,
        motion=motion,
        seconds=duration,
        references=references,
        audio=audio,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )


@node(version=1, traits=traits_of("video_to_video"), check=check_of("video_to_video"))
async def video_to_video(
    video: Annotated[Video, Field(description="The film to change, go on from or go by")],
    *,
    prompt: Annotated[str, Field(description="What is to become of it")] = "",
    image: Annotated[Image | None, Field(description="Whose figure takes over the motion")] = None,
    references: References = None,
    audio: Sound = None,
    duration: Seconds = None,
    model: Models = ["animatic/film"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> Video:
    """Make a clip from a film: edit it, extend it, restyle it, or give its motion to a picture.

    Which of these follows from the model; the built-in one leaves the film as it is.
    """
    return await make(
        "video_to_video",
        Video,
        model,
        ctx,
        video=video,
        prompt=prompt,
        image=image,
        references=references,
        audio=audio,
        seconds=duration,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )


def draft_override(node_type: NodeType) -> Mapping[str, Any]:
    """Return the arguments that turn a node's work into a draft: its model's built-in stand-in."""
    if not node_type.module.startswith("nodes."):
        return {}
    kind = DRAFTED.get(node_type.name)
    if kind is None:
        return _without_model(node_type)
    model = catalogue().draft(kind)
    # What was chosen for another model means nothing to this one.
    takes = {"model", *model.accepted(kind)} - {"resolution"}
    draft: dict[str, Any] = {"model": [model.id]}
    for name, parameter in node_type.parameters.items():
        if not parameter.required and catalogue_name(name) not in takes:
            draft[name] = parameter.default
    return draft


def _without_model(node_type: NodeType) -> Mapping[str, Any]:
    """Return what makes a node work without a model, or without a person, where it can."""
    if "by_hand" in node_type.parameters:
        return {"by_hand": False}
    model = node_type.parameters.get("model")
    if model is None or model.required or model.default is not None:
        return {}
    return {name: None for name in ("model", "options") if name in node_type.parameters}
