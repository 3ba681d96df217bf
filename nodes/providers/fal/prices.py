"""What a call costs at fal: how many of an endpoint's units it takes, and amounts in answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine import TaskError
from nodes.models import ModelInfo
from nodes.providers.fal.answers import not_understood
from nodes.remote.adapter import Answer
from nodes.requests import Request

_MOST = 1e6
"""Dollars that no call costs."""


def quantity(model: ModelInfo, request: Request) -> float | None:
    """Return how many of its price's units a request takes; None where that is not known."""
    if model.price.unit != "second":
        return 1
    accepted = model.inputs.get("seconds")
    if accepted is None:
        return request.video.seconds if request.video else None
    default = float(accepted.default) if isinstance(accepted.default, int | float) else 0.0
    return accepted.length_for(request.seconds or default) or None


def dollars(amount: Any, currency: Any, answer: Answer) -> Decimal:
    """Return an amount of an answer.

    Raises:
        TaskError: It is none, or not in US dollars.
    """
    if isinstance(amount, bool) or not isinstance(amount, int | float) or not 0 <= amount < _MOST:
        raise not_understood(answer)
    if currency != "USD":
        raise TaskError(f"fal gives its price in {currency!s:.20}, not in US dollars")
    return Decimal(str(amount))
