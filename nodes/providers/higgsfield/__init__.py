"""Higgsfield: its own models (Soul, DoP, Popcorn, Speak) and a hub of many others."""

from nodes.providers.higgsfield.adapter import Higgsfield
from nodes.providers.higgsfield.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(Higgsfield())
