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

    Args:
        find: Finds a secret by its name.
    """

    def __init__(self, find: Callable[[str], SecretStr | None]) -> None:
        self._find = find
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None

    def __call__(self, name: str) -> SecretStr | None:
        """Return a secret; from now on it is hidden wherever it turns up."""
        found = self._find(name)
        if found is not None:
            self.hide(found)
        return found

    def hide(self, secret: SecretStr) -> None:
        """Hide a secret in every text that is cleaned from now on."""
        before = len(self._known)
        self._known.update(_forms(secret.get_secret_value()))
        if len(self._known) > before:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def clean(self, text: str) -> str:
        """Return a text with every known secret, also encoded, replaced by asterisks."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def clean_value(self, value: Any) -> Any:
        """Return a port value whose texts are clean."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.clean(value)
        if isinstance(value, list | tuple):
            return type(value)(map(self.clean_value, value))
        if isinstance(value, dict):
            return {self.clean(key): self.clean_value(item) for key, item in value.items()}
        if isinstance(value, Value):
            data = encode(value)
            cleaned = self.clean_value(data)
            return value if cleaned == data else decode(cleaned)
        return value

    def clean_error(self, error: ReelgraphError) -> None:
        """Hide secrets in an error's own texts."""
        error.message, error.hint = self.clean(error.message), self.clean(error.hint)
        error.where = self.clean(error.where)
        error.args = tuple(map(self.clean_value, error.args))


def _forms(secret: str) -> Iterator[str]:
    """Yield a secret, and its parts where it is `id:secret`, as they may turn up in a text."""
    for part in {secret, *secret.split(":")}:
        if len(part) >= _SHORTEST:
            yield from _encodings(part)


def _encodings(text: str) -> Iterator[str]:
    data = text.encode()
    yield text
    yield json.dumps(text)[1:-1]
    yield repr(text)[1:-1]
    yield quote(text, safe="")
    yield quote_plus(text)
    yield data.hex()
    for encoded in (base64.b64encode(data), base64.urlsafe_b64encode(data)):
        yield encoded.decode().rstrip("=")
