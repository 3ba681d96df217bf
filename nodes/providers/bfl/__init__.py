"""Black Forest Labs: FLUX for pictures, their editing, and films."""

from nodes.providers.bfl.adapter import BlackForestLabs
from nodes.providers.bfl.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(BlackForestLabs())
