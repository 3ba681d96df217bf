"""Pictures as they are shown: many services read a photo without the note on how it is turned."""

from __future__ import annotations

import itertools
from dataclasses import replace

from engine.context import Context
from engine.values import Image
from nodes import media
from nodes.requests import Request

_NOTED = "image/jpeg"
"""What cameras write, with a note on how they were held."""


async def with_upright_pictures(request: Request, ctx: Context) -> Request:
    """Return a request whose photos need no turning.

    Raises:
        TaskError: One of them cannot be read.
    """
    numbers = itertools.count()

    async def upright(picture: Image) -> Image:
        if picture.media_type != _NOTED:
            return picture
        out = ctx.scratch(f"upright-{next(numbers)}.jpg")
        if not await ctx.run(media.turn_upright, ctx.path(picture), out):
            return picture
        return await ctx.publish(out, Image)

    return replace(
        request,
        image=request.image and await upright(request.image),
        last_image=request.last_image and await upright(request.last_image),
        mask=request.mask and await upright(request.mask),
        references=tuple([await upright(each) for each in request.references]),
    )
