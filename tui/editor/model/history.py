"""Undo and redo without limit: entries with a name, small as the change is.

Each state of the workflow has a number. An entry leads from one state to another, so that the state
that was saved is known again when undo or redo comes back to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.document import Document
from tui.editor.model.delta import Delta

Selection = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bases:
    """The file's text before and after it was changed by another program."""

    before: Document
    after: Document


@dataclass(frozen=True, slots=True)
class Entry:
    """One step of undo and redo."""

    name: str
    """What was done: `rename board to shots`."""
    delta: Delta | None
    state_before: int
    state_after: int
    selection_before: Selection
    selection_after: Selection
    merge: str = ""
    bases: Bases | None = None


class History:
    """What was done, and what was undone."""

    def __init__(self) -> None:
        self._done: list[Entry] = []
        self._undone: list[Entry] = []

    @property
    def done(self) -> tuple[Entry, ...]:
        """The entries that undo takes back, the last one at the end."""
        return tuple(self._done)

    @property
    def undone(self) -> tuple[Entry, ...]:
        """The entries that redo does again, the next one at the end."""
        return tuple(self._undone)

    @property
    def next_undo(self) -> Entry | None:
        """The entry that undo takes back next."""
        return self._done[-1] if self._done else None

    def push(self, entry: Entry) -> None:
        """Add an entry; what was undone before is gone."""
        self._undone.clear()
        self._done.append(entry)

    def take_last(self) -> Entry:
        """Remove the last entry, for another to take its place."""
        return self._done.pop()

    def seal(self) -> None:
        """Let no further edit become part of the last entry."""
        if self._done and self._done[-1].merge:
            self._done[-1] = replace(self._done[-1], merge="")

    def undo(self) -> Entry | None:
        """Move on to the state before the last entry, and return that entry."""
        if not self._done:
            return None
        self.seal()
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> Entry | None:
        """Move on to the state after the entry that was undone last, and return that entry."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]
