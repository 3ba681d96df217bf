"""How values become text for the database, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from engine.values import KIND_TAG, Media, decode, encode

_write_json = json.JSONEncoder(separators=(",", ":")).encode


def dump_value(value: Any) -> str:
    """Write a port value, or a dictionary of them, as JSON."""
    return _write_json(encode(value))


def load_value(text: str | bytes) -> Any:
    """Read what `dump_value` wrote.

    Raises:
        ValueError: The text is damaged.
    """
    tagged = KIND_TAG in text if isinstance(text, str) else KIND_TAG.encode() in text
    try:
        data = json.loads(text)
        return decode(data) if tagged else data
    except (RecursionError, TypeError) as error:
        raise ValueError(f"not a stored value: {error}") from error


def load_values(texts: Sequence[str | bytes]) -> list[Any]:
    """Read many texts that `dump_value` wrote; None for those that are damaged.

    Plain ones are read in one go, which is several times faster.
    """
    try:
        joined = ",".join(text if isinstance(text, str) else text.decode() for text in texts)
        values: list[Any] = json.loads(f"[{joined}]")
        if len(values) == len(texts):
            return values if KIND_TAG not in joined else [decode(value) for value in values]
    except (ValueError, RecursionError, TypeError):
        pass
    return [_load_or_none(text) for text in texts]


def _load_or_none(text: str | bytes) -> Any:
    try:
        return load_value(text)
    except ValueError:
        return None


def media_in(value: Any) -> Iterator[Media]:
    """Yield every media handle that a value holds, however deep."""
    if isinstance(value, Media):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from media_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from media_in(item)


def plain_text(text: str) -> str:
    """Return a text that SQLite takes: half surrogates, as in odd file names, become `\\udcxx`."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
