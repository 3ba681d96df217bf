"""Higgsfield: its own models (Soul, DoP, Popcorn, Speak) and a hub of many others."""

from nodes.providers.higgsfield.adapter import Higgsfield
from nodes.remote.runner import RemoteProvider

PROVIDER = RemoteProvider(Higgsfield())
