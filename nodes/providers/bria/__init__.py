"""Bria: pictures, edits of pictures and of films, at its own API."""

from nodes.providers.bria.adapter import Bria
from nodes.providers.bria.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(Bria())
