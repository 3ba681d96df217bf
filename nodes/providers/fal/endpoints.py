"""Models of fal by their ids: those of the catalogue, and any other endpoint as it is."""

from __future__ import annotations

import re
from datetime import date

from nodes.models import ModelInfo, ModelPrice, catalogue

PREFIX = "fal/endpoint/"
"""What the ids of models begin with that are endpoints taken as they are."""

_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)+")
_UNKNOWN = ModelPrice.model_validate(
    {"unit": "call", "low": "0", "source": "not published", "date": date(2026, 9, 5)}
)


def is_endpoint(text: str) -> bool:
    """Tell whether a text has the form of an endpoint's id, as `fal-ai/flux/dev`."""
    return _PATH.fullmatch(text) is not None


def listed(endpoint: str) -> ModelInfo | None:
    """Return what the catalogue knows of an endpoint; None if it is not in it."""
    models = catalogue().all()
    return next((m for m in models if m.provider == "fal" and m.endpoint == endpoint), None)


def find_model(model_id: str) -> ModelInfo | None:
    """Find a model of the catalogue, or any endpoint of fal under `fal/endpoint/ID`."""
    endpoint = model_id.removeprefix(PREFIX)
    if endpoint == model_id or not is_endpoint(endpoint):
        return catalogue().get(model_id)
    return ModelInfo(
        id=model_id,
        title=endpoint,
        summary="An endpoint of fal that takes its inputs as they are.",
        kinds=("endpoint",),
        version="1",
        inputs={},
        endpoint=endpoint,
        price=_price_of(endpoint),
        docs=f"https://fal.ai/models/{endpoint}",
    )


def _price_of(endpoint: str) -> ModelPrice:
    """Return what is known of an endpoint's price whatever its inputs are."""
    known = listed(endpoint)
    if known and known.price.unit == "call" and not known.price.cases:
        return known.price
    return _UNKNOWN
