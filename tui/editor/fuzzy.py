"""Finding things by a few of their letters, in their order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")

_START, _WORD, _NEXT, _WHOLE, _LATE = 12, 8, 5, 1, 0.1


@dataclass(frozen=True, slots=True)
class Match(Generic[Item]):
    """Something that was found."""

    item: Item
    score: float
    places: tuple[int, ...]
    """Where in its name the letters are."""


def match(query: str, name: str) -> tuple[float, tuple[int, ...]] | None:
    """Return how well a name fits, and by which of its letters; None if it does not.

    Letters count more at the name's beginning, at a word's, and right after the one before; a name
    that is just what was typed counts more than one that goes on.
    """
    words = query.lower().split()
    places: list[int] = []
    total = 0.0
    for word in words:
        found = _best(word, name.lower(), name)
        if found is None:
            return None
        total += found[0]
        places += found[1]
    total += _WHOLE if query.strip().lower() == name.lower() else 0
    return total, tuple(sorted(set(places)))


def _best(word: str, low: str, name: str) -> tuple[float, list[int]] | None:
    best: tuple[float, list[int]] | None = None
    start = low.find(word[0])
    while start >= 0:
        found = _from(word, low, name, start)
        if found is None:
            break
        if best is None or found[0] > best[0]:
            best = found
        start = low.find(word[0], start + 1)
    return best


def _from(word: str, low: str, name: str, start: int) -> tuple[float, list[int]] | None:
    places: list[int] = []
    score, at = 0.0, start
    for letter in word:
        at = low.find(letter, at)
        if at < 0:
            return None
        score += _worth(name, at, places)
        places.append(at)
        at += 1
    return score - start * _LATE, places


def _worth(name: str, at: int, places: Sequence[int]) -> float:
    if places and places[-1] == at - 1:
        return _NEXT + 1
    if at == 0:
        return _START
    return _WORD if not name[at - 1].isalnum() else 1


def find(
    query: str,
    items: Iterable[Item],
    name_of: Callable[[Item], str],
    rank_of: Callable[[Item], int] = lambda item: 0,
) -> list[Match[Item]]:
    """Return what fits, the best first.

    Args:
        query: What was typed; with nothing all fits, in the given order.
        items: What there is.
        name_of: Gives the name that the letters are looked for in.
        rank_of: Of those that fit as well, the lower rank comes first, then the shorter name.
    """
    if not query.strip():
        return [Match(item, 0, ()) for item in items]
    found = []
    for item in items:
        result = match(query, name_of(item))
        if result:
            found.append(Match(item, *result))
    return sorted(found, key=lambda m: (-m.score, rank_of(m.item), len(name_of(m.item))))
