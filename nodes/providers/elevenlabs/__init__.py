"""ElevenLabs: speech that tells when each word is heard, sound effects, music."""

from nodes.providers.elevenlabs.adapter import ElevenLabs
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(ElevenLabs())
