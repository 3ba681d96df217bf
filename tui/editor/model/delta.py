"""The difference between two states of JSON data, as something that can be applied and undone.

A delta is small where the change is: undo without limit keeps deltas, and so does the journal. The
order of keys is part of the data, as a saved file shows it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tui.editor.model.data import same


@dataclass(frozen=True, slots=True)
class Swapped:
    """One value in place of another."""

    old: Any
    new: Any

    def inverse(self) -> Swapped:
        """Return the way back."""
        return Swapped(self.new, self.old)

    def apply(self, data: Any) -> Any:
        """Return the new value."""
        return self.new

    def to_json(self) -> dict[str, Any]:
        """Return the delta as JSON data."""
        return {"old": self.old, "new": self.new}


Member: TypeAlias = tuple[int, str, Any]
"""A key and its value, and where among the members they stand."""


@dataclass(frozen=True, slots=True)
class Members:
    """Members of an object that were changed, removed and added."""

    changed: dict[str, Delta]
    removed: tuple[Member, ...] = ()
    """Places are those before the change."""
    added: tuple[Member, ...] = ()
    """Places are those after the change."""

    def inverse(self) -> Members:
        """Return the way back."""
        changed = {key: delta.inverse() for key, delta in self.changed.items()}
        return Members(changed, self.added, self.removed)

    def apply(self, data: Any) -> dict[str, Any]:
        """Return the object changed."""
        result = {**data}
        for _, key, _ in self.removed:
            del result[key]
        for key, delta in self.changed.items():
            result[key] = delta.apply(result[key])
        return _inserted(result, self.added) if self.added else result

    def to_json(self) -> dict[str, Any]:
        """Return the delta as JSON data."""
        return {
            "changed": {key: delta.to_json() for key, delta in self.changed.items()},
            "removed": list(self.removed),
            "added": list(self.added),
        }


Delta: TypeAlias = Swapped | Members


def difference(old: Any, new: Any) -> Delta | None:
    """Return what leads from one state to another, or None where they are written alike."""
    if old is new:
        return None
    if not isinstance(old, dict) or not isinstance(new, dict):
        return None if same(old, new) else Swapped(old, new)
    removed = tuple((i, key, value) for i, (key, value) in enumerate(old.items()) if key not in new)
    added = tuple((i, key, value) for i, (key, value) in enumerate(new.items()) if key not in old)
    if not _same_order(old, new, bool(removed or added)):
        return Swapped(old, new)
    changed = {
        key: delta
        for key, value in new.items()
        if key in old and old[key] is not value and (delta := difference(old[key], value))
    }
    return Members(changed, removed, added) if changed or removed or added else None


def from_json(data: Any) -> Delta:
    """Read what `to_json` wrote.

    Raises:
        LookupError, TypeError, ValueError: It did not write that.
    """
    if "changed" not in data:
        return Swapped(data["old"], data["new"])
    changed = {key: from_json(delta) for key, delta in data["changed"].items()}
    return Members(changed, _members(data["removed"]), _members(data["added"]))


def _same_order(old: dict[str, Any], new: dict[str, Any], differ: bool) -> bool:
    if not differ:
        return list(old) == list(new)
    return [key for key in old if key in new] == [key for key in new if key in old]


def _inserted(members: dict[str, Any], added: Iterable[Member]) -> dict[str, Any]:
    items = list(members.items())
    at_end = True
    for place, key, value in added:
        at_end = at_end and place == len(items)
        items.insert(place, (key, value))
        if at_end:
            members[key] = value
    return members if at_end else dict(items)


def _members(data: Any) -> tuple[Member, ...]:
    return tuple((int(place), str(key), value) for place, key, value in data)
