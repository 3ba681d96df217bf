"""Loading and asking the model catalogue."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json

from engine.problems import nearest
from nodes.models.info import CheckedAgainst, Kind, ModelInfo, Status


class LeftOut(BaseModel):
    """An operation of a provider's that no node asks for."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    operation: str
    reason: str


class Endpoints(BaseModel):
    """How a provider names what can be asked without being in the catalogue."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    pattern: str
    """What a name looks like, as a regular expression."""
    example: str
    docs: str
    """Where it is described, with `{id}` for the name."""
    unfit: dict[str, str] = {}
    """Inputs that must not be given, and why."""


class ProviderInfo(BaseModel):
    """What a provider's file says of the provider."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    provider: str
    title: str
    local: bool = False
    jobs_at_once: int | None = Field(default=None, ge=1)
    """How many jobs it may have at a time, unless a person says otherwise."""
    checked_against: CheckedAgainst = "documentation"
    """What its models' requests were checked against, where a model does not say otherwise."""
    left_out: tuple[LeftOut, ...] = ()
    """What the provider can do besides."""
    terms: str = ""
    """What its terms ask of those who put its work into a product of theirs."""
    not_asked: str = ""
    """Of one that people know, and that has no models here: why not, and what to do instead."""
    endpoints: Endpoints | None = None
    """Of a provider whose models can all be asked by its own names; see `any_model`."""


class Shelf(Mapping[str, ModelInfo]):
    """Models by id, each read when it is first asked for: there are hundreds."""

    def __init__(self, rows: Mapping[str, Mapping[str, Any]]) -> None:
        self._rows = rows
        self._read: dict[str, ModelInfo] = {}

    def __getitem__(self, model_id: str) -> ModelInfo:
        if model_id not in self._read:
            self._read[model_id] = ModelInfo.model_validate(self._rows[model_id])
        return self._read[model_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


class Catalogue:
    """All known models.

    Args:
        models: The models.
        today: Tells the day, as models are offered until a certain one.
        providers: What is known of providers.
    """

    def __init__(
        self,
        models: Iterable[ModelInfo] | Shelf,
        today: Callable[[], date] = date.today,
        providers: Iterable[ProviderInfo] = (),
    ) -> None:
        self._models: Mapping[str, ModelInfo] = (
            models if isinstance(models, Shelf) else {model.id: model for model in models}
        )
        self._today = today
        self.providers = {each.provider: each for each in providers}
        self.jobs_at_once = {
            name: each.jobs_at_once
            for name, each in self.providers.items()
            if each.jobs_at_once is not None
        }

    def get(self, model_id: str) -> ModelInfo | None:
        """Return a model, or None."""
        return self._models.get(model_id)

    def terms(self, model: ModelInfo) -> str:
        """Return what a model's provider asks of those who use its work; empty if nothing."""
        provider = self.providers.get(model.provider)
        return provider.terms if provider else ""

    def all(self) -> list[ModelInfo]:
        """Return every model, in the order of the files."""
        return list(self._models.values())

    def for_kind(self, kind: Kind) -> list[ModelInfo]:
        """Return the models that do one kind of work and are not retired."""
        return list(self._for_kind(kind))

    def _for_kind(self, kind: Kind) -> Iterator[ModelInfo]:
        return (m for m in self._models.values() if kind in m.kinds and self.is_offered(m))

    def status(self, model: ModelInfo) -> Status:
        """Return whether a model is offered today, and for long."""
        return model.lifecycle.on(self._today())

    def is_offered(self, model: ModelInfo) -> bool:
        """Return whether a model can still be asked."""
        return self.status(model) != "retired"

    def draft(self, kind: Kind) -> ModelInfo:
        """Return the built-in model that stands in for any other of its kind."""
        return next(model for model in self._for_kind(kind) if model.local)

    def complaints(self, model_id: str, kind: Kind) -> Iterator[str]:
        """Yield why a model cannot do a kind of work; nothing if it can."""
        model = self._models.get(model_id)
        if model is None:
            yield self._unknown(model_id, kind)
        elif kind not in model.kinds:
            fitting = ", ".join(m.id for m in self.for_kind(kind)[:5])
            yield f"{model_id} does {', '.join(model.kinds)}; for {kind} there is {fitting}"
        elif not self.is_offered(model):
            last = f" (its last day was {until})" if (until := model.lifecycle.until) else ""
            yield f"{model_id} has been retired{last}{_succession(model.lifecycle.successor)}"

    def _unknown(self, model_id: str, kind: Kind) -> str:
        provider = self.providers.get(model_id.partition("/")[0])
        if provider is not None and provider.not_asked:
            return f"{provider.title} is not asked: {provider.not_asked}"
        near = nearest(model_id, [m.id for m in self.for_kind(kind)])
        hint = f" (did you mean {near}?)" if near else ""
        return f"there is no model {model_id!r}{hint}"

    def advice(self, model_id: str) -> Iterator[str]:
        """Yield that a model will soon not be offered any more, if that is so."""
        model = self._models.get(model_id)
        if model is None or self.status(model) != "deprecated":
            return
        until = model.lifecycle.until
        end = f"is offered until {until} only" if until else "is deprecated and may end any day"
        yield f"{model_id} {end}{_succession(model.lifecycle.successor)}"


def _succession(successor: str) -> str:
    return f"; its successor is {successor}" if successor else ""


@functools.cache
def catalogue() -> Catalogue:
    """Return the catalogue that ships with the package."""
    rows: dict[str, dict[str, Any]] = {}
    providers: list[ProviderInfo] = []
    for path in sorted(Path(__file__).parent.glob("*.json")):
        data = from_json(path.read_bytes())
        models = data.pop("models")
        info = ProviderInfo.model_validate(data)
        common = {"local": info.local, "checked_against": info.checked_against}
        rows.update((row["id"], {**common, **row}) for row in models)
        providers.append(info)
    return Catalogue(Shelf(rows), providers=providers)
