"""WaveSpeed, a hub: Higgsfield's models as jobs; also at gateways that have the same API."""

from nodes.providers.wavespeed.adapter import WaveSpeed
from nodes.providers.wavespeed.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(WaveSpeed())
