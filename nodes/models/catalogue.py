"""Loading and asking the model catalogue."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.problems import nearest

Kind = Literal["text_to_image", "image_to_image", "image_to_video", "text_to_video"]
"""What a model is asked for; also the name of the node that asks."""


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Data):
    """What a model accepts; None and empty mean that nothing is known to be refused."""

    aspect_ratios: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    seconds: tuple[float, float] | None = None
    """Shortest and longest clip."""
    prompt_characters: int | None = None
    last_image: bool = False
    """Whether a clip can be told which picture to end on."""


class ModelPrice(_Data):
    """What a call costs, in US dollars per unit."""

    unit: Literal["call", "image", "second"]
    low: Decimal
    high: Decimal | None = None
    """None: the most it may cost is not known."""
    source: str
    date: date


class Lifecycle(_Data):
    """Whether a model is still offered."""

    status: Literal["active", "deprecated", "retired"] = "active"
    until: date | None = None
    successor: str = ""


class ModelInfo(_Data):
    """One model, as `provider/name`."""

    id: str = Field(pattern=r"^[a-z0-9_]+/[A-Za-z0-9._/-]+$")
    title: str
    summary: str
    kinds: tuple[Kind, ...]
    version: str
    """Version of the model and of its adapter: part of the cache key."""
    limits: Limits = Limits()
    price: ModelPrice
    lifecycle: Lifecycle = Lifecycle()
    docs: str = ""
    """Link to the provider's documentation."""
    local: bool = False
    """Runs on this machine: no key, no network."""

    @property
    def provider(self) -> str:
        """The part of the id before the slash."""
        return self.id.partition("/")[0]


class _ProviderFile(_Data):
    provider: str
    title: str
    local: bool = False
    models: tuple[ModelInfo, ...]


class Catalogue:
    """All known models."""

    def __init__(self, models: Sequence[ModelInfo]) -> None:
        self._models = {model.id: model for model in models}

    def get(self, model_id: str) -> ModelInfo | None:
        """Return a model, or None."""
        return self._models.get(model_id)

    def all(self) -> list[ModelInfo]:
        """Return every model, in the order of the files."""
        return list(self._models.values())

    def for_kind(self, kind: Kind) -> list[ModelInfo]:
        """Return the models that do one kind of work and are not retired."""
        return [m for m in self._models.values() if kind in m.kinds and self._is_usable(m)]

    def draft(self, kind: Kind) -> ModelInfo:
        """Return the built-in model that stands in for any other of its kind."""
        return next(model for model in self.for_kind(kind) if model.local)

    def complaints(self, model_id: str, kind: Kind) -> Iterator[str]:
        """Yield why a model cannot do a kind of work; nothing if it can."""
        model = self._models.get(model_id)
        if model is None:
            near = nearest(model_id, [m.id for m in self.for_kind(kind)])
            hint = f" (did you mean {near}?)" if near else ""
            yield f"there is no model {model_id!r}{hint}"
        elif kind not in model.kinds:
            fitting = ", ".join(m.id for m in self.for_kind(kind)[:5])
            yield f"{model_id} does {', '.join(model.kinds)}; for {kind} there is {fitting}"
        elif not self._is_usable(model):
            successor = model.lifecycle.successor
            hint = f"; its successor is {successor}" if successor else ""
            yield f"{model_id} has been retired{hint}"

    @staticmethod
    def _is_usable(model: ModelInfo) -> bool:
        return model.lifecycle.status != "retired"


@functools.cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships with the package."""
    models: list[ModelInfo] = []
    for entry in sorted(files("nodes.models").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            data = _ProviderFile.model_validate_json(entry.read_bytes())
            models.extend(m.model_copy(update={"local": data.local}) for m in data.models)
    return Catalogue(models)
