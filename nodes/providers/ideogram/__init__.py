"""Ideogram: its own API, in the older and the newer form of its addresses."""

from nodes.providers.ideogram.adapter import Ideogram
from nodes.providers.ideogram.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(Ideogram())
