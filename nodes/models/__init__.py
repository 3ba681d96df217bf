"""The model catalogue: what each model does, takes and costs, as data. One JSON file a provider."""

from nodes.models.catalogue import Catalogue, ProviderInfo, catalogue
from nodes.models.info import Accepted, Kind, Lifecycle, ModelInfo, ModelPrice, PriceCase

__all__ = [
    "Accepted",
    "Catalogue",
    "Kind",
    "Lifecycle",
    "ModelInfo",
    "ModelPrice",
    "PriceCase",
    "ProviderInfo",
    "catalogue",
]
