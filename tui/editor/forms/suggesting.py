"""What is offered as one types: references after `${`, and the values that may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tui.editor import fuzzy
from tui.editor.canvas.palette import kind_letter
from tui.editor.dialogs.choices import Choice
from tui.editor.forms.rows import Row
from tui.editor.model import Slot, Snapshot, candidates, complete, typed_at
from tui.editor.model.signatures import item_of

MOST = 60


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something that is offered, and what the text becomes by it."""

    choice: Choice
    text: str
    cursor: int
    places: tuple[int, ...] = ()
    is_value: bool = False
    """It is the whole value, and typing is done with it."""
    is_present: bool = False
    """It is the value that is there already."""


def suggest(snapshot: Snapshot, row: Row, text: str, cursor: int) -> list[Suggestion]:
    """Return what is offered at a place of a text that is typed into a row."""
    if row.slot is not None and typed_at(text, cursor):
        return _references(snapshot, row.slot, text, cursor)
    return _values(row, text) if row.kind == "choice" else []


def is_open_reference(text: str, cursor: int) -> bool:
    """Tell whether a reference is being typed that is not closed yet."""
    typed = typed_at(text, cursor)
    return typed is not None and not typed.is_closed


def _references(snapshot: Snapshot, slot: Slot, text: str, cursor: int) -> list[Suggestion]:
    typed = typed_at(text, cursor)
    if typed is None:
        return []
    found = []
    for each in candidates(snapshot, slot, typed.prefix, whole=typed.is_whole, limit=MOST):
        after, at = complete(text, typed, each)
        kind = item_of(each.kind)
        reason = "" if each.fits else f"gives {each.kind}"
        choice = Choice(each, each.text, hint=str(each.kind), sign=kind_letter(kind.kind),
                        reason=reason)  # fmt: skip
        found.append(Suggestion(choice, after, at, _lit(each.text, typed.prefix), typed.is_whole))
    return found


def _lit(text: str, prefix: str) -> tuple[int, ...]:
    at = text.casefold().find(prefix.casefold()) if prefix else -1
    return tuple(range(at, at + len(prefix))) if at >= 0 else ()


def _values(row: Row, text: str) -> list[Suggestion]:
    found: Sequence[fuzzy.Match[Any]] = fuzzy.find(text, row.choices, str)
    return [
        Suggestion(
            Choice(each.item, str(each.item), sign="•" if each.item == row.shown else " ",
                   hint="default" if each.item == row.default else ""),
            str(each.item), len(str(each.item)), each.places, is_value=True,
            is_present=each.item == row.shown,
        )
        for each in found
    ]  # fmt: skip
