"""Models that are asked by a provider's own id and names, whether or not the catalogue has them.

Such a model is `PROVIDER/endpoint/ID`. Which providers have them, the catalogue's files say.
"""

from __future__ import annotations

import re
from datetime import date

from nodes.models.catalogue import Endpoints, catalogue
from nodes.models.info import ModelInfo, ModelPrice

_PART = "/endpoint/"
_UNKNOWN = ModelPrice.model_validate(
    {"unit": "call", "low": "0", "source": "not published", "date": date(2026, 9, 5)}
)


def providers() -> dict[str, Endpoints]:
    """Return how the providers that can be asked so name what they have."""
    known = catalogue().providers.values()
    return {each.provider: each.endpoints for each in known if each.endpoints is not None}


def model_id(provider: str, endpoint: str) -> str:
    """Return the id under which an endpoint is asked as it is."""
    return f"{provider}{_PART}{endpoint}"


def is_endpoint(provider: str, text: str) -> bool:
    """Tell whether a text has the form of an id of the provider's own."""
    known = providers().get(provider)
    return known is not None and re.fullmatch(known.pattern, text) is not None


def listed(provider: str, endpoint: str) -> ModelInfo | None:
    """Return what the catalogue knows of an endpoint; None if it is not in it."""
    name = endpoint.partition(":")[0]
    models = catalogue().all()
    return next((m for m in models if m.provider == provider and m.endpoint == name), None)


def find_model(name: str) -> ModelInfo | None:
    """Find a model of the catalogue, or any endpoint under `PROVIDER/endpoint/ID`."""
    provider, part, endpoint = name.partition(_PART)
    if not part or not is_endpoint(provider, endpoint):
        return catalogue().get(name)
    title = catalogue().providers[provider].title
    return ModelInfo(
        id=name,
        title=endpoint,
        summary=f"A model of {title} that takes its inputs as they are.",
        kinds=("endpoint",),
        version="1",
        inputs={},
        endpoint=endpoint,
        price=_price_of(provider, endpoint),
        docs=providers()[provider].docs.format(id=endpoint.partition(":")[0]),
    )


def _price_of(provider: str, endpoint: str) -> ModelPrice:
    """Return what is known of an endpoint's price whatever its inputs are."""
    known = listed(provider, endpoint)
    if known and known.price.unit == "call" and not known.price.cases:
        return known.price
    return _UNKNOWN
