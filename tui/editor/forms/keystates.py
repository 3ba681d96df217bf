"""Which providers there is a key for: asked once, off the interface's thread, and remembered.

The system's keyring may take its time, or ask a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.errors import ReelgraphError
from nodes.keys import NAMES, Keys


class KeyStates:
    """What is known of keys; never what they are.

    Args:
        keys: Where they come from.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[str, bool] = {}
        self._asked: set[str] = set()

    def has(self, provider: str) -> bool | None:
        """Tell whether a provider can be asked; None as long as that is not known."""
        if provider not in NAMES:
            return True
        return self._known.get(provider)

    def unasked(self, providers: Iterable[str]) -> list[str]:
        """Return those of which nobody has begun to find out; from now on somebody has."""
        found = [p for p in providers if p in NAMES and p not in self._asked]
        self._asked.update(found)
        return found

    def look(self, providers: Iterable[str]) -> None:
        """Find out; to be called in a thread."""
        for provider in providers:
            if provider not in self._known:
                self._known[provider] = self._is_there(provider)

    def words(self, provider: str, *, local: bool = False) -> str:
        """Return what is known in a word: `built in`, `key`, `no key`."""
        if local:
            return "built in"
        known = self.has(provider)
        return "" if known is None else "key" if known else "no key"

    def _is_there(self, provider: str) -> bool:
        try:
            return self._keys.where(provider) is not None
        except ReelgraphError:
            # There is something, and it is no key.
            return False
