"""Google's Gemini API: pictures, text and speech by one call, clips as jobs."""

from nodes.providers.google.adapter import Google
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(Google())
