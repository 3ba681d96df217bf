"""Secrets as they are handed out, and texts cleaned of them.

A provider's answer, or the exception of a library, may hold the key that was sent. Whatever leaves
a node (its errors, its progress, its results) is cleaned here of every secret that was handed out,
before it can reach an event, the database or a terminal.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from engine.errors import ReelgraphError
from engine.values import Value, decode, encode

if TYPE_CHECKING:
    from pydantic import SecretStr

MASK = "***"
_SHORTEST = 6
"""Characters; anything shorter guards nothing, and hiding it would garble ordinary words."""


class Secrets:
    """Hands out secrets by name and remembers what to hide.

    Of a key `id:secret` the id by itself is hidden in messages only: it opens nothing, and an
    address with it in must still lead somewhere.

    Args:
        find: Finds a secret by its name.
    """

    def __init__(self, find: Callable[[str], SecretStr | None]) -> None:
        self._find = find
        self._keys: set[str] = set()
        self._in_messages: re.Pattern[str] | None = None
        self._in_values: re.Pattern[str] | None = None

    def __call__(self, name: str) -> SecretStr | None:
        """Return a secret; from now on it is hidden wherever it turns up."""
        found = self._find(name)
        if found is not None:
            self.hide(found)
        return found

    def hide(self, secret: SecretStr) -> None:
        """Hide a secret from now on wherever it turns up."""
        if secret.get_secret_value() in self._keys:
            return
        self._keys.add(secret.get_secret_value())
        parts = {part for key in self._keys for part in key.split(":")}
        secrets = {key.rpartition(":")[2] for key in self._keys}
        self._in_messages = _pattern(self._keys | parts)
        self._in_values = _pattern(self._keys | secrets)

    def clean(self, text: str) -> str:
        """Return a message with every known secret, also encoded, replaced by asterisks."""
        return self._in_messages.sub(MASK, text) if self._in_messages else text

    def clean_value(self, value: Any) -> Any:
        """Return a port value, or other data, whose texts have no secret in them."""
        if self._in_values is None:
            return value
        return _replaced(value, partial(self._in_values.sub, MASK))

    def clean_message(self, value: Any) -> Any:
        """Return data that is a message, as an answer that says what is wrong; without ids too."""
        return _replaced(value, self.clean)

    def clean_error(self, error: ReelgraphError) -> None:
        """Hide secrets in an error's own texts."""
        error.message, error.hint = self.clean(error.message), self.clean(error.hint)
        error.where = self.clean(error.where)
        error.args = self.clean_message(error.args)


def _replaced(value: Any, clean: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list | tuple):
        return type(value)(_replaced(item, clean) for item in value)
    if isinstance(value, dict):
        return {_replaced(key, clean): _replaced(item, clean) for key, item in value.items()}
    if isinstance(value, Value):
        data = encode(value)
        cleaned = _replaced(data, clean)
        return value if cleaned == data else decode(cleaned)
    return value


def _pattern(secrets: set[str]) -> re.Pattern[str] | None:
    forms = {form for each in secrets if len(each) >= _SHORTEST for form in _encodings(each)}
    longest_first = sorted(forms, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first))) if forms else None


def _encodings(text: str) -> Iterator[str]:
    data = text.encode()
    yield text
    yield json.dumps(text)[1:-1]
    yield repr(text)[1:-1]
    yield quote(text)
    yield quote(text, safe="")
    yield quote_plus(text)
    yield data.hex()
    for start in range(3):
        # In the middle of other data, the same bytes have one of three looks.
        padded = base64.b64encode(bytes(start) + data).decode().rstrip("=")
        cut = padded[(start * 8 + 5) // 6 : (start + len(data)) * 8 // 6]
        yield cut
        yield cut.replace("+", "-").replace("/", "_")
