"""Taking over what an editor that died had not saved."""

from __future__ import annotations

from collections.abc import Mapping

from tui.editor.model.change import Change
from tui.editor.model.data import Path
from tui.editor.model.editing import Editing
from tui.editor.model.journal import Journal, Leftover
from tui.editor.model.merge import Conflict, Side, merge


def recovery_conflicts(editing: Editing, leftover: Leftover) -> tuple[Conflict, ...]:
    """Return where recovered edits disagree with the file as it is now; they are "mine" there."""
    return merge(leftover.base.data, leftover.data, editing.snapshot.data).conflicts


def recover(
    editing: Editing,
    journal: Journal,
    leftover: Leftover,
    choices: Mapping[Path, Side] | None = None,
) -> None:
    """Make what was not saved the present state, as one entry of the undo list.

    Args:
        editing: The model of the same file.
        journal: Its journal; the edits are safe in it before the old one is removed.
        leftover: What is to be recovered.
        choices: Which side counts where the file has changed since; the recovered one by default.

    Raises:
        Refused: The result is no workflow.
        OSError: The journal cannot be written.
    """
    merged = merge(leftover.base.data, leftover.data, editing.snapshot.data)
    data = merged.resolve(choices or {})
    editing.apply(Change(editing.snapshot, "recover unsaved edits", data, steps=leftover.edits))
    journal.flush()
    journal.forget(leftover)
