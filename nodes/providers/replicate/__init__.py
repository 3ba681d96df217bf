"""Replicate: official models by the catalogue, and any other by its id and its own schema."""

from nodes.providers.replicate.adapter import Replicate
from nodes.providers.replicate.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(Replicate())
