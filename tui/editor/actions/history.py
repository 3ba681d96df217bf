"""Undo and redo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import needs_redo, needs_undo
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Undo"


@action("edit.undo", "Edit: Undo", "u,ctrl+z",
        "Takes the last edit back, however far you go, also those before the last save.", _GROUP,
        why_not=needs_undo, word="undo", scope="everywhere")  # fmt: skip
def undo(bench: Workbench) -> None:
    """Take the last edit back."""
    bench.desk.undo()


@action("edit.redo", "Edit: Redo", "U,ctrl+y", "Makes the edit again that was undone last.",
        _GROUP, why_not=needs_redo, word="redo", scope="everywhere")  # fmt: skip
def redo(bench: Workbench) -> None:
    """Make the edit again."""
    bench.desk.redo()


@action("edit.history", "Edit: History", "B",
        "Lists all that was done; picking a line goes back, or forth, to there.", _GROUP,
        why_not=lambda bench: needs_undo(bench) and needs_redo(bench))  # fmt: skip
def history(bench: Workbench) -> None:
    """Pick a state to go to."""
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker

    editing = bench.desk.editing
    done, undone = editing.done, editing.undone
    lines = [Choice(len(undone) - i, name, "undone", "redo") for i, name in enumerate(undone)]
    lines.append(Choice(0, "now", "where you are", sign="●"))
    lines += [Choice(-i - 1, name, hint="undo") for i, name in enumerate(reversed(done))]

    def picked(steps: int) -> None:
        for _ in range(abs(steps)):
            if steps < 0:
                editing.undo()
            else:
                editing.redo()
        bench.desk.replaced()

    bench.ask(Picker("Go back to", lines), picked)
