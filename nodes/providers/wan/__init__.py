"""Wan at Alibaba Model Studio: clips, pictures, edits."""

from nodes.providers.wan.adapter import Wan
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(Wan())
