"""Runway: its own films, edits and performances, and the models of others that it hosts."""

from nodes.providers.runway.adapter import Runway
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(Runway())
