"""MiniMax: Hailuo and H3 for films, pictures with a person, and speech."""

from nodes.providers.minimax.adapter import MiniMax
from nodes.providers.minimax.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(MiniMax())
