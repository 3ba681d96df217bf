"""The keys that are named at the foot of a screen, a pane or a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tui.editor.commands import Offer
from tui.editor.keynames import key_name


@dataclass(frozen=True, slots=True)
class Key:
    """Keys in a footer, with their word."""

    key: str
    word: str
    action: str = ""
    """What a click on it does; empty for none."""
    possible: bool = True
    stays: bool = False
    """Whether others give way to it."""


_STAY: Final = ("escape", "question_mark", "f1")
_ARROWS: Final = frozenset({"left", "down", "up", "right"})


def footer(found: Sequence[Offer]) -> list[Key]:
    """Return the keys of what has a word; keys of the same word stand together."""
    named = [each for each in found if each.command.word and each.keys]
    keys = [_key(word, list(group)) for word, group in groupby(named, lambda it: it.command.word)]
    return sorted(keys, key=lambda key: key.stays)


def _key(word: str, found: Sequence[Offer]) -> Key:
    first = found[0]
    possible = any(not each.reason for each in found)
    if len(found) > 1:
        return Key(_together([each.keys[0] for each in found]), word, possible=possible)
    stays = first.keys[0] in _STAY
    return Key(key_name(first.keys[0]), word, first.command.id, possible, stays)


def _together(keys: Sequence[str]) -> str:
    for held in ("", "shift+"):
        if {key.removeprefix(held) for key in keys} == _ARROWS:
            return key_name(f"{held}arrows")
    names = [key_name(key) for key in keys]
    return ("" if all(len(name) == 1 for name in names[1:]) else "/").join(names)


def fitted(keys: Sequence[Key], width: int, around: int = 3) -> list[Key]:
    """Return as many keys as there is room for; those that stay are left out last.

    Args:
        keys: The keys.
        width: Cells that there are.
        around: Cells that stand around key and word.
    """
    staying = [key for key in keys if key.stays]
    room = width - sum(_size(key, around) for key in staying)
    chosen = []
    for key in keys:
        if not key.stays:
            room -= _size(key, around)
            if room < 0:
                break
            chosen.append(key)
    return chosen + staying


def _size(key: Key, around: int) -> int:
    return len(key.key) + len(key.word) + around
