"""Loading and asking the model catalogue."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from engine.problems import nearest
from nodes.models.info import Kind, ModelInfo, Status


class _ProviderFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    provider: str
    title: str
    local: bool = False
    jobs_at_once: int | None = Field(default=None, ge=1)
    """How many jobs it may have at a time, unless a person says otherwise."""
    models: tuple[ModelInfo, ...]


class Catalogue:
    """All known models.

    Args:
        models: The models.
        today: Tells the day, as models are offered until a certain one.
        jobs_at_once: How many jobs providers may have at a time, where that is known.
    """

    def __init__(
        self,
        models: Sequence[ModelInfo],
        today: Callable[[], date] = date.today,
        jobs_at_once: Mapping[str, int] | None = None,
    ) -> None:
        self._models = {model.id: model for model in models}
        self._today = today
        self.jobs_at_once = dict(jobs_at_once or {})

    def get(self, model_id: str) -> ModelInfo | None:
        """Return a model, or None."""
        return self._models.get(model_id)

    def all(self) -> list[ModelInfo]:
        """Return every model, in the order of the files."""
        return list(self._models.values())

    def for_kind(self, kind: Kind) -> list[ModelInfo]:
        """Return the models that do one kind of work and are not retired."""
        return [m for m in self._models.values() if kind in m.kinds and self.is_offered(m)]

    def status(self, model: ModelInfo) -> Status:
        """Return whether a model is offered today, and for long."""
        return model.lifecycle.on(self._today())

    def is_offered(self, model: ModelInfo) -> bool:
        """Return whether a model can still be asked."""
        return self.status(model) != "retired"

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
        elif not self.is_offered(model):
            yield f"{model_id} has been retired{_succession(model.lifecycle.successor)}"

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
    models: list[ModelInfo] = []
    jobs_at_once: dict[str, int] = {}
    for entry in sorted(files("nodes.models").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            data = _ProviderFile.model_validate_json(entry.read_bytes())
            models.extend(m.model_copy(update={"local": data.local}) for m in data.models)
            if data.jobs_at_once is not None:
                jobs_at_once[data.provider] = data.jobs_at_once
    return Catalogue(models, jobs_at_once=jobs_at_once)
