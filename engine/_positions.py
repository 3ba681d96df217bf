"""Where the members of a JSON text stand, found on demand.

A container's members are looked for when they are first asked for, by one pass over that container
that does not recurse and skips what is inside them. Opening one node of a large file therefore
costs two passes, and reading a file costs none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from engine._json import STRING

Path: TypeAlias = tuple[str | int, ...]
"""A place in JSON data: keys and list indices from the root."""

_ENTRY = re.compile(
    rf'[\s,]*+(?:({STRING})\s*+:\s*+)?([\[{{]|{STRING}|[^\s\[\]{{}},:"]++)', re.DOTALL
)
_BRACKET = re.compile(rf'(?:[^"\[\]{{}}]++|{STRING})*+([\[\]{{}}])', re.DOTALL)


class Member(NamedTuple):
    """One member of an object or item of a list, as offsets into the text."""

    start: int
    """Start of the key, or of the value where there is no key."""
    key_end: int
    """End of the key with its quotes; the same as `start` where there is no key."""
    value: int
    """Start of the value."""
    end: int
    """End of the value."""


class Positions:
    """The places of all keys and values of a text that `engine._json.parse` accepts."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._members: dict[Path, dict[str | int, Member]] = {}

    @cached_property
    def root(self) -> Member:
        """The outermost value."""
        entry = _ENTRY.match(self.text)
        if not entry:
            raise ValueError("there is no value")
        return self._member(entry)

    def find(self, path: Sequence[str | int]) -> Member | None:
        """Return the member at a path, or None where there is none."""
        member: Member | None = self.root
        for depth, key in enumerate(path):
            if member is None or self.text[member.value] not in "[{":
                return None
            member = self.members(tuple(path[:depth]), member).get(key)
        return member

    def members(self, path: Path, container: Member) -> dict[str | int, Member]:
        """Return the members of the object or list that stands at a path, in the text's order."""
        if path not in self._members:
            self._members[path] = self._scan(container)
        return self._members[path]

    def line(self, path: Sequence[str | int]) -> int:
        """Return the line of a path, from 1; of what is nearest above it where it is not there."""
        for length in range(len(path), 0, -1):
            if member := self.find(path[:length]):
                return bisect_right(self._line_starts, member.start)
        return bisect_right(self._line_starts, self.root.start)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def _scan(self, container: Member) -> dict[str | int, Member]:
        members: dict[str | int, Member] = {}
        position = container.value + 1
        while entry := _ENTRY.match(self.text, position):
            key = _unquote(entry[1]) if entry[1] else len(members)
            members[key] = member = self._member(entry)
            position = member.end
        return members

    def _member(self, entry: re.Match[str]) -> Member:
        value = entry.start(2)
        end = self._container_end(entry.end()) if entry[2] in "[{" else entry.end()
        if entry[1]:
            return Member(entry.start(1), entry.end(1), value, end)
        return Member(value, value, value, end)

    def _container_end(self, inside: int) -> int:
        depth = 1
        for match in _BRACKET.finditer(self.text, inside):
            depth += 1 if match[1] in "[{" else -1
            if not depth:
                return match.end()
        raise ValueError("a bracket is not closed")


def _unquote(token: str) -> str:
    return str(json.loads(token)) if "\\" in token else token[1:-1]
