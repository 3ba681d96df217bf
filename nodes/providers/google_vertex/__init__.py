"""Google's Vertex AI: the one place where Veo runs, and Google's other models for its accounts."""

from nodes.providers.google_vertex.adapter import GoogleVertex
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER"]

PROVIDER = RemoteProvider(GoogleVertex())
