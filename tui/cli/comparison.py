"""`reelgraph models --for KIND --compare`: limits, price and lifecycle side by side."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nodes.comparing import Sample, compared
from nodes.models import Accepted, Kind, ModelInfo, catalogue
from tui.cli.tables import Column, table
from tui.cli.terminal import Span
from tui.cli.words import dollars

_TAKES = {
    "last_image": "last image",
    "references": "references",
    "character": "character",
    "mask": "mask",
    "audio": "audio",
    "video": "video",
    "voice": "voices",
    "seed": "seed",
}
"""Inputs that are named among what a model takes; the others have a column or go without saying."""


def lines(models: list[ModelInfo], kind: Kind, width: int | None) -> Iterator[list[Span]]:
    """Yield the table, the cheapest first."""
    columns = [
        Column("model", style="bold"),
        Column("price", right=True),
        Column("for", style="dim"),
        Column("seconds", right=True),
        Column("resolutions", shrink=True),
        Column("takes", shrink=True),
        Column("status", style="yellow"),
    ]
    rows: list[list[Span]] = [
        [
            sample.model.id,
            dollars(sample.price.low, sample.price.high),
            sample.work,
            _range(sample.model.accepted(kind).get("seconds")),
            ", ".join(map(str, _values(sample.model, kind, "resolution"))),
            ", ".join(_takes(sample.model, kind)),
            _life(sample.model),
        ]
        for sample in compared(models, kind)
    ]
    return table(columns, rows, width)


def as_json(models: list[ModelInfo], kind: Kind) -> list[dict[str, Any]]:
    """Return the same as data."""
    return [_row(sample, kind) for sample in compared(models, kind)]


def _row(sample: Sample, kind: Kind) -> dict[str, Any]:
    model, price = sample.model, sample.price
    return {
        "model": model.id,
        "provider": model.provider,
        "cost_low": str(price.low),
        "cost_high": None if price.high is None else str(price.high),
        "work": sample.work,
        "price_date": model.price.date.isoformat(),
        "seconds": _range(model.accepted(kind).get("seconds")),
        "resolutions": list(_values(model, kind, "resolution")),
        "aspect_ratios": list(_values(model, kind, "aspect_ratio")),
        "takes": list(_takes(model, kind)),
        "status": catalogue().status(model),
        "until": model.lifecycle.until.isoformat() if model.lifecycle.until else None,
        "successor": model.lifecycle.successor,
    }


def _values(model: ModelInfo, kind: Kind, name: str) -> tuple[Any, ...]:
    accepted = model.accepted(kind).get(name)
    return accepted.values if accepted else ()


def _takes(model: ModelInfo, kind: Kind) -> Iterator[str]:
    for name, accepted in model.accepted(kind).items():
        if name in _TAKES:
            many = f" ({accepted.longest})" if name == "references" and accepted.longest else ""
            yield _TAKES[name] + many


def _range(accepted: Accepted | None) -> str:
    """Return lengths as people write them: `5, 10`, `4 to 15`."""
    if accepted is None:
        return ""
    if accepted.values:
        lengths = sorted(float(value) for value in accepted.values)
        if len(lengths) > 3 and lengths[-1] - lengths[0] == len(lengths) - 1:
            return f"{lengths[0]:g} to {lengths[-1]:g}"
        return ", ".join(f"{length:g}" for length in lengths)
    low, high = accepted.low, accepted.high
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"up to {high:g}" if high is not None else "any"


def _life(model: ModelInfo) -> str:
    status, until = catalogue().status(model), model.lifecycle.until
    if status == "active":
        return ""
    return f"{status}, until {until}" if until and status == "deprecated" else status
