"""The keys that are named at the foot of a screen, a pane or a dialog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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


def footer(found: Sequence[Offer]) -> list[Key]:
    """Return the keys of what has a word; keys of the same word stand together."""
    keys: list[Key] = []
    for each in found:
        word = each.command.word
        if not word or not each.keys:
            continue
        name, possible = key_name(each.keys[0]), not each.reason
        if keys and keys[-1].word == word:
            last = keys[-1]
            between = "" if len(name) == 1 else "/"
            keys[-1] = replace(
                last,
                key=f"{last.key}{between}{name}",
                possible=last.possible or possible,
                action="",
            )
        else:
            stays = each.keys[0] in _STAY
            keys.append(Key(name, word, each.command.id, possible, stays))
    return sorted(keys, key=lambda key: key.stays)


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
