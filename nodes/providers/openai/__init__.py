"""OpenAI: pictures by the GPT Image models, text by the Responses API, speech while it lasts."""

from nodes.providers.openai.adapter import OpenAI
from nodes.providers.openai.webhook import WEBHOOK
from nodes.remote.runner import RemoteProvider

__all__ = ["PROVIDER", "WEBHOOK"]

PROVIDER = RemoteProvider(OpenAI())
