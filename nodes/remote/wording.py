"""What providers say in words, made fit to be shown."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from engine import ErrorKind, TaskError
from nodes.remote.adapter import Answer

_UNSHOWN = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
_MOST = 400
_REFUSALS = ("nsfw", "moderation", "content policy", "safety", "sensitive content")
_LONGEST_STAMP = 12
"""Digits: of longer numbers, which anybody may send, arithmetic gives up."""


def cleaned(text: str) -> str:
    """Make foreign words fit for a terminal: one line, no control characters, not too long."""
    return _UNSHOWN.sub(" ", text).strip()[:_MOST]


def complaints(detail: Any) -> str:
    """Return what a `detail` says, as many Python services send it: text, or a list of objects.

    An object names the place by `loc` and says the rest in `msg`; the input itself, which it may
    repeat, is left out.
    """
    if isinstance(detail, str):
        return cleaned(detail)
    if isinstance(detail, list):
        return cleaned("; ".join(filter(None, map(_complaint, detail[:20]))))
    return ""


def _complaint(item: Any) -> str:
    if not isinstance(item, Mapping):
        return item if isinstance(item, str) else ""
    place = item.get("loc")
    steps = [str(p) for p in place if p != "body"] if isinstance(place, list) else []
    message = item.get("msg")
    return ": ".join(filter(None, [".".join(steps), message if isinstance(message, str) else ""]))


def unexpected(provider: str, answer: Answer) -> TaskError:
    """Return the error of an answer that is none of the known shapes."""
    shown = cleaned(answer.text) or type(answer.json).__name__
    message = f"{provider} answered {answer.status} with something unexpected: {shown}"
    return TaskError(message, kind=ErrorKind.TRANSIENT)


def is_moderation(message: str) -> bool:
    """Tell whether a provider that has no code for it says in words that it refused a request."""
    return any(each in message.lower() for each in _REFUSALS)


def is_recent(stamp: str, now: float, tolerance: float) -> bool:
    """Tell whether a delivery's time, in whole seconds since 1970 as text, is about now."""
    is_number = stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_STAMP
    return is_number and abs(now - int(stamp)) <= tolerance


def read_message(provider: str, body: bytes) -> Mapping[str, Any]:
    """Read the body of a delivery from a provider.

    Raises:
        TaskError: It is not a JSON object.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise TaskError(f"a message from {provider} is not JSON", kind=ErrorKind.INVALID)
    return document
