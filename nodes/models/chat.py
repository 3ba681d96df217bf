"""Language models behind the chat endpoint: no catalogue lists them, as each server has its own."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from nodes.models.info import Accepted, ModelInfo, ModelPrice

CHAT = "chat"
"""The provider, as the part of a model's id before the slash."""
ADAPTER_VERSION = "1"
"""Part of the cache keys of what the chat adapter made."""

_ID = re.compile(r"chat/[A-Za-z0-9][A-Za-z0-9._/:@+-]*")


def chat_model(model_id: str) -> ModelInfo | None:
    """Describe the model NAME of `chat/NAME`; None if the id is not of that form."""
    if not _ID.fullmatch(model_id):
        return None
    name = model_id.partition("/")[2]
    return ModelInfo(
        id=model_id,
        title=name,
        summary="A language model behind the chat endpoint.",
        kinds=("write_text",),
        version=ADAPTER_VERSION,
        inputs={"prompt": Accepted()},
        endpoint=name,
        price=ModelPrice(
            unit="call",
            low=Decimal(0),
            source="nobody knows: it depends on the server and the length of the text",
            date=date(2026, 11, 22),
        ),
    )
