"""Kling: its own API, in both of its request standards."""

from nodes.providers.kling.adapter import Kling
from nodes.providers.kling.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(Kling())
