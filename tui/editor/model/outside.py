"""What to do when another program has changed the file: take it, merge it, or ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.document import Document, load
from engine.errors import CheckError, DocumentError
from tui.editor.model.change import Refused
from tui.editor.model.data import Data, Path
from tui.editor.model.editing import Editing, Stamp, stamp_of
from tui.editor.model.merge import Conflict, Merged, Side, merge

Outcome: TypeAlias = Literal["reloaded", "merged", "conflicts", "unreadable", "gone"]
"""What came of a change from outside; the last three left the model as it was."""


@dataclass(frozen=True, eq=False)
class Outside:
    """A change of the file by another program."""

    outcome: Outcome
    conflicts: tuple[Conflict, ...] = ()
    """What is to be decided, for `settle`."""
    reason: str = ""
    """Why the file cannot be read."""
    theirs: Document | None = None
    merged: Merged | None = None
    stamp: Stamp | None = None
    mine: Data | None = None
    """The state that the conflicts are with."""


def check_outside(editing: Editing) -> Outside | None:
    """Look whether another program has changed the file, and take its changes in.

    A model without changes of its own goes on with the file; one with some is merged with it;
    either is one entry of the undo list. To call it again and again costs one look at the date.

    Returns:
        What came of it; None if nothing has changed. `conflicts` asks for `settle`.
    """
    if editing.path is None:
        return None
    stamp = stamp_of(editing.path)
    if stamp == editing.disk.stamp:
        return None
    if stamp is None:
        return Outside("gone")
    try:
        theirs = load(editing.path)
    except (CheckError, DocumentError) as error:
        return Outside("unreadable", reason=str(error), stamp=stamp)
    if theirs.text == editing.disk.text:
        editing.touch_disk(stamp)
        return None
    if not editing.is_dirty:
        editing.rebase(theirs, stamp, theirs.data, "reload the changed file")
        return Outside("reloaded", theirs=theirs, stamp=stamp)
    merged = merge(editing.disk.data, editing.snapshot.data, theirs.data)
    if not merged.conflicts:
        try:
            editing.rebase(theirs, stamp, merged.data, "merge the changed file")
        except Refused as error:
            # Each side is a workflow, but both together are too large for one.
            return Outside("unreadable", reason=str(error), stamp=stamp)
        return Outside("merged", theirs=theirs, stamp=stamp)
    mine = editing.snapshot.data
    return Outside("conflicts", merged.conflicts, "", theirs, merged, stamp, mine)


def settle(editing: Editing, outside: Outside, choices: Mapping[Path, Side]) -> None:
    """Go on with the conflicts decided, as one entry of the undo list.

    Args:
        editing: The model.
        outside: What `check_outside` gave, with conflicts.
        choices: Which side counts, by the conflict's path; mine where none is named.

    Raises:
        Refused: The result is no workflow, or the model was edited in the meantime.
    """
    if outside.theirs is None or outside.merged is None:
        raise Refused("there is nothing to settle")
    if outside.mine is not editing.snapshot.data:
        raise Refused("the workflow has changed in the meantime", hint="Look at the file again.")
    data = outside.merged.resolve(choices)
    editing.rebase(outside.theirs, outside.stamp, data, "merge the changed file")
