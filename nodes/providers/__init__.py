"""Providers: who makes pictures and clips. One module each, loaded when one of its models runs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from engine import Context, ErrorKind, Media, TaskError
from nodes.requests import Request

if TYPE_CHECKING:
    from nodes.remote.runner import Made

MODULES = {
    "animatic": "nodes.providers.animatic",
    "apiyi": "nodes.providers.apiyi",
    "azure_openai": "nodes.providers.azure_openai",
    "bfl": "nodes.providers.bfl",
    "bria": "nodes.providers.bria",
    "bytedance": "nodes.providers.bytedance",
    "chat": "nodes.providers.chat",
    "elevenlabs": "nodes.providers.elevenlabs",
    "fal": "nodes.providers.fal.provider",
    "google": "nodes.providers.google",
    "google_vertex": "nodes.providers.google_vertex",
    "higgsfield": "nodes.providers.higgsfield",
    "ideogram": "nodes.providers.ideogram",
    "kling": "nodes.providers.kling",
    "luma": "nodes.providers.luma",
    "luma_dream_machine": "nodes.providers.luma_dream_machine",
    "minimax": "nodes.providers.minimax",
    "openai": "nodes.providers.openai",
    "openai_videos": "nodes.providers.openai_videos",
    "pika": "nodes.providers.pika",
    "recraft": "nodes.providers.recraft",
    "replicate": "nodes.providers.replicate",
    "runway": "nodes.providers.runway",
    "segmind": "nodes.providers.segmind",
    "stability": "nodes.providers.stability",
    "wan": "nodes.providers.wan",
    "wavespeed": "nodes.providers.wavespeed",
}
"""Module by provider name, the part of a model id before the slash."""


class Provider(Protocol):
    """What a provider's module offers as `PROVIDER`."""

    async def make(self, request: Request, ctx: Context) -> list[Media]:
        """Make what a request asks for.

        Raises:
            TaskError: It could not; `kind` says whether another try or another model may help.
        """
        ...


@runtime_checkable
class Trainer(Protocol):
    """What a provider offers besides, if some of its results are no files."""

    async def obtain(self, request: Request, ctx: Context) -> Made:
        """Make what a request asks for, and return also what is no file; raises as `make`."""
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
