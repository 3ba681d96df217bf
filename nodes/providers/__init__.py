"""Providers: who makes pictures and clips. One module each, loaded when one of its models runs."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from engine import Context, ErrorKind, Image, TaskError, Video
from nodes.requests import ImageRequest, VideoRequest

MODULES = {"animatic": "nodes.providers.animatic"}
"""Module by provider name, the part of a model id before the slash."""


class Provider(Protocol):
    """What a provider's module offers."""

    async def make_image(self, request: ImageRequest, ctx: Context) -> Image:
        """Make a picture.

        Raises:
            TaskError: It could not; `kind` says whether another try or another model may help.
        """
        ...

    async def make_video(self, request: VideoRequest, ctx: Context) -> Video:
        """Make a clip.

        Raises:
            TaskError: It could not; `kind` says whether another try or another model may help.
        """
        ...


def provider_of(model_id: str) -> Provider:
    """Return the provider of a model.

    Raises:
        TaskError: There is none of that name.
    """
    name = model_id.partition("/")[0]
    if name not in MODULES:
        raise TaskError(f"there is no provider {name!r}", kind=ErrorKind.INVALID)
    module = import_module(MODULES[name])
    provider: Provider = module.PROVIDER
    return provider
