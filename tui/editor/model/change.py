"""What an edit is: a name, the data that it leads to, and what a person should be told of it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.errors import ReelgraphError
from tui.editor.model.data import Data
from tui.editor.model.snapshot import Snapshot


class Refused(ReelgraphError):
    """An edit cannot be made; the message says why, in words for the person who asked for it."""


@dataclass(frozen=True, eq=False)
class Change:
    """An edit of one snapshot, not yet made: `Editing.apply` makes it."""

    before: Snapshot
    name: str
    """What it does, for the undo list: `rename board to shots`."""
    data: Data
    """The data after it."""
    selection: tuple[str, ...] | None = None
    """The nodes selected after it; None to keep those that are there."""
    merge: str = ""
    """Edits in a row with the same key become one entry of the undo list, as typing does."""
    notices: tuple[str, ...] = ()
    """What it had to do besides, as references that were dropped."""
    steps: tuple[str, ...] = ()
    """The edits that it consists of, for the journal; empty for a single one."""
