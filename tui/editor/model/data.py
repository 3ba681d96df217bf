"""JSON data that is never changed in place: a change makes new containers along its path only.

All else is shared between the old data and the new, so that an edit of one node of thousands is
cheap, and what did not change is the same object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias, TypeVar

Data: TypeAlias = Mapping[str, Any]
"""The data of a workflow file."""
Path: TypeAlias = tuple[str | int, ...]
"""A place in it: keys and list indices from the root."""
T = TypeVar("T")


class Missing:
    """The type of `MISSING`: there is nothing at a place."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def get(data: Any, path: Iterable[str | int], default: Any = MISSING) -> Any:
    """Return what stands at a place, or the default where there is nothing."""
    for key in path:
        if isinstance(data, Mapping) and key in data:
            data = data[str(key)]
        elif isinstance(data, list) and isinstance(key, int) and 0 <= key < len(data):
            data = data[key]
        else:
            return default
    return data


def put(data: Any, path: Path, value: Any) -> Any:
    """Return the data with a value at a place; objects that are missing on the way are made.

    Raises:
        LookupError: The way leads through something that is no object or list, or past its end.
    """
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(key, int):
        if not isinstance(data, list) or not 0 <= key < len(data):
            raise LookupError(f"there is no item {key + 1}")
        return [*data[:key], put(data[key], rest, value), *data[key + 1 :]]
    if data is MISSING:
        data = {}
    if not isinstance(data, dict):
        raise LookupError(f"{key!r} has no place in something that is no object")
    return {**data, key: put(data.get(key, MISSING), rest, value)}


def drop(data: Any, path: Path) -> Any:
    """Return the data without what stands at a place; the same data where there is nothing."""
    if get(data, path) is MISSING or not path:
        return data
    key, rest = path[0], path[1:]
    if rest:
        inner = drop(data[key], rest)
        return put(data, (key,), inner)
    if isinstance(data, list):
        return [item for index, item in enumerate(data) if index != key]
    return {name: value for name, value in data.items() if name != key}


def prune(data: Data, *sections: str) -> Data:
    """Return the data without those of the named members that are empty."""
    empty = [name for name in sections if name in data and not data[name]]
    return {key: value for key, value in data.items() if key not in empty} if empty else data


def insert_after(members: dict[str, T], anchor: str, added: Mapping[str, T]) -> dict[str, T]:
    """Return members with others put in after the named one, or at the end if it is not there."""
    if anchor not in members or anchor == next(reversed(members)):
        return {**members, **added}
    result: dict[str, T] = {}
    for key, value in members.items():
        result[key] = value
        if key == anchor:
            result |= added
    return result


def insert_before(members: Mapping[str, T], anchor: str, added: Mapping[str, T]) -> dict[str, T]:
    """Return members with others put in before the named one, or at the end if it is not there."""
    if anchor not in members:
        return {**members, **added}
    result: dict[str, T] = {}
    for key, value in members.items():
        if key == anchor:
            result |= added
        result[key] = value
    return result


def rename_keys(members: Mapping[str, T], names: Mapping[str, str]) -> dict[str, T]:
    """Return members with some of them under other names, in the same places."""
    return {names.get(key, key): value for key, value in members.items()}


def map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return JSON data with every text in it changed; the same object where none was."""
    if isinstance(value, str):
        changed = change(value)
        return value if changed == value else changed
    if isinstance(value, list):
        items = [map_texts(item, change) for item in value]
        return value if all(map(_is, items, value)) else items
    if isinstance(value, dict):
        members = {key: map_texts(item, change) for key, item in value.items()}
        return value if all(map(_is, members.values(), value.values())) else members
    return value


def _is(one: Any, other: Any) -> bool:
    return one is other


def same(one: Any, other: Any) -> bool:
    """Tell whether two values are written alike: 1, 1.0 and true differ, and so does key order."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return repr(one) == repr(other) if isinstance(one, float) else bool(one == other)
