"""Requests of all kinds that pass the check of a model: each value alone, and with all others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nodes.models import Accepted, Kind, ModelInfo
from nodes.requests import Request
from tests.support.every_model import HANDLES, complaints, least, most, value_of


def requests_of(model: ModelInfo, data: Mapping[str, list[Any]]) -> Iterator[Request]:
    """Yield requests for each kind of work that a model does, each once.

    Args:
        model: The model.
        data: Values for options of type `data`, by option.
    """
    seen: set[str] = set()
    for kind in model.kinds:
        for arguments in _arguments(model, kind, data):
            if repr(arguments) not in seen and not complaints(model, kind, arguments):
                seen.add(repr(arguments))
                yield request_of(model, kind, arguments)


def request_of(model: ModelInfo, kind: Kind, arguments: Mapping[str, Any]) -> Request:
    """Return a request with arguments by the catalogue's names."""
    fields = dict(arguments)
    if "references" in fields:
        fields["references"] = tuple(fields["references"])
    return Request(kind, model.id, **fields)


def _arguments(
    model: ModelInfo, kind: Kind, data: Mapping[str, list[Any]]
) -> Iterator[dict[str, Any]]:
    bare, full = least(model, kind, HANDLES), most(model, kind, HANDLES)
    options = {n: value_of(n, o, HANDLES) for n, o in model.options.items() if o.type != "data"}
    everything = {**full, "options": {n: v for n, v in options.items() if v is not None}}
    starts = (bare, full, everything)
    yield from starts
    for name, accepted in model.accepted(kind).items():
        for value in _values(name, accepted, data):
            yield from ({**start, name: value} for start in starts)
    for name, accepted in model.options.items():
        for value in _values(name, accepted, data):
            for start in starts:
                yield {**start, "options": {**start.get("options", {}), name: value}}


def _values(name: str, accepted: Accepted, data: Mapping[str, list[Any]]) -> Iterator[Any]:
    if accepted.type == "data":
        yield from data[name]
    elif accepted.values:
        yield from accepted.values
    elif accepted.type == "boolean":
        yield from (False, True)
    elif accepted.type == "images":
        yield from ([HANDLES["image"]] * n for n in (1, accepted.longest or 3))
    elif accepted.type in ("integer", "number"):
        bounds = [accepted.low, accepted.high, accepted.default]
        found = [bound for bound in bounds if isinstance(bound, int | float)]
        is_whole = accepted.type == "integer" and name != "seconds"
        yield from (int(each) if is_whole else each for each in found)
    else:
        yield value_of(name, accepted, HANDLES)
        if accepted.type == "text" and accepted.longest:
            yield "x" * accepted.longest
