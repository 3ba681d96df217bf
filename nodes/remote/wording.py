"""What providers say in words, made fit to be shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_UNSHOWN = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
_MOST = 400


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
