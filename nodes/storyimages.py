"""The node that makes a whole storyboard's pictures at once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine import Context, Image, node
from nodes.asking import (
    AspectRatio,
    Models,
    Options,
    References,
    Resolution,
    Seed,
    Who,
    check_of,
    make_all,
    traits_of,
)


@node(version=1, traits=traits_of("storyboard_images"), check=check_of("storyboard_images"))
async def storyboard_images(
    prompt: Annotated[str, Field(description="One text for the whole sequence")],
    *,
    count: Annotated[int | None, Field(ge=1, le=8, description="How many pictures")] = None,
    references: References = None,
    character: Who = None,
    model: Models = ["animatic/frame"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    resolution: Resolution = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> list[Image]:
    """Make a set of pictures from one text, in one call.

    Popcorn (`higgsfield/popcorn`) tells the text as a sequence of panels, alike in look; other
    models make as many pictures of the same words.
    """
    return await make_all(
        "storyboard_images",
        Image,
        model,
        ctx,
        prompt=prompt,
        count=count,
        references=references,
        character=character,
        aspect_ratio=aspect_ratio,
        resolution=resolution,
        seed=seed,
        options=options,
    )
