"""Masks as a provider wants them: where a picture may change is not white everywhere."""

from __future__ import annotations

from dataclasses import replace

from engine.context import Context
from engine.values import Image
from nodes import media
from nodes.models import ModelInfo
from nodes.remote.adapter import Adapter, Masks
from nodes.requests import Request


async def with_fitting_mask(
    adapter: Adapter, model: ModelInfo, request: Request, ctx: Context
) -> Request:
    """Return a request whose mask, if it has one, is as the provider wants it.

    Raises:
        TaskError: The mask cannot be read.
    """
    if request.mask is None or not isinstance(adapter, Masks):
        return request
    form = adapter.mask_form(model)
    if form == "white":
        return request
    out = ctx.scratch("mask.png")
    await ctx.run(media.redraw_mask, ctx.path(request.mask), form, out)
    return replace(request, mask=await ctx.publish(out, Image))
