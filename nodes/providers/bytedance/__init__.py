"""ByteDance ModelArk: Seedream draws pictures, Seedance makes clips."""

from nodes.providers.bytedance.adapter import ByteDance
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(ByteDance())
