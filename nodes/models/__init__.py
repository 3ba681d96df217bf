"""The model catalogue: what each model does, takes and costs, as data. One JSON file a provider."""

from nodes.models.catalogue import (
    Catalogue,
    Kind,
    Lifecycle,
    Limits,
    ModelInfo,
    ModelPrice,
    catalogue,
)

__all__ = ["Catalogue", "Kind", "Lifecycle", "Limits", "ModelInfo", "ModelPrice", "catalogue"]
