"""Providers: who makes pictures and clips. One module each, loaded when one of its models runs."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from engine import Context, ErrorKind, Media, TaskError
from nodes.requests import Request

MODULES = {"animatic": "nodes.providers.animatic"}
"""Module by provider name, the part of a model id before the slash."""


class Provider(Protocol):
    """What a provider's module offers as `PROVIDER`."""

    async def make(self, request: Request, ctx: Context) -> list[Media]:
        """Make what a request asks for.

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
    provider: Provider = import_module(MODULES[name]).PROVIDER
    return provider
