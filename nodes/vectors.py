"""Nodes that ask a model for a vector picture: shapes that stay sharp at any size."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine import Context, File, Image, node
from nodes import media
from nodes.asking import (
    AspectRatio,
    Models,
    Options,
    Prompt,
    References,
    Seed,
    check_of,
    make,
    traits_of,
)


@node(version=1, traits=traits_of("text_to_vector"), check=check_of("text_to_vector"))
async def text_to_vector(
    prompt: Prompt,
    *,
    references: References = None,
    model: Models = ["animatic/vector"],  # noqa: B006 - validated and never changed
    aspect_ratio: AspectRatio = None,
    seed: Seed = None,
    options: Options = None,
    ctx: Context,
) -> File:
    """Make a vector picture (SVG) from words.

    What a model sends is read before it is taken: scripts, addresses of other files and entities
    are refused. The file is never drawn here.
    """
    made = await make(
        "text_to_vector",
        File,
        model,
        ctx,
        prompt=prompt,
        references=references,
        aspect_ratio=aspect_ratio,
        seed=seed,
        options=options,
    )
    return await _checked(made, ctx)


@node(version=1, traits=traits_of("image_to_vector"), check=check_of("image_to_vector"))
async def image_to_vector(
    image: Annotated[Image, Field(description="The picture")],
    *,
    prompt: Annotated[str, Field(description="What it shows, for models that take words")] = "",
    model: Models = ["animatic/vector"],  # noqa: B006 - validated and never changed
    options: Options = None,
    ctx: Context,
) -> File:
    """Make a vector picture (SVG) of a picture; it is checked as that of `text_to_vector`.

    The built-in model gives it a few flat colours.
    """
    made = await make(
        "image_to_vector", File, model, ctx, image=image, prompt=prompt, options=options
    )
    return await _checked(made, ctx)


async def _checked(made: File, ctx: Context) -> File:
    await ctx.run(media.check_svg, ctx.path(made))
    return made
