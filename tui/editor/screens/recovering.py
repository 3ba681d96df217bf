"""What is asked when a workflow is opened: about edits of an editor that died, and a second one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import ReelgraphError
from tui.cli.words import when
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.dialogs.conflicts import Conflicts
from tui.editor.model import Journal, Leftover, Side, recover, recovery_conflicts

if TYPE_CHECKING:
    from tui.editor.model.data import Path
    from tui.editor.screens.workbench import Workbench

_MOST_EDITS = 6


def look_back(bench: Workbench, journal: Journal) -> None:
    """Offer what was not saved, and tell of another editor on the same file."""
    leftovers = journal.leftovers()
    if leftovers:
        _offer(bench, journal, leftovers[0])
    others = journal.others() if bench.desk.editing.path else []
    if others:
        other = others[0]
        bench.ask(
            Ask(
                "The file is open in another editor",
                [f"Process {other.pid} has had it open since {when(other.since)}.",
                 "What either one saves is merged into the other; where both change the same, "
                 "you are asked."],
                [Answer("g", "go", "Go on"), Answer("q", "quit", "Leave it to the other")],
            ),
            lambda answer: bench.editor.leave() if answer == "quit" else None,
        )  # fmt: skip


def _offer(bench: Workbench, journal: Journal, leftover: Leftover) -> None:
    edits = leftover.edits
    lines = [f"The editor ended on {when(leftover.at)} without saving:", ""]
    lines += [f"  … and {len(edits) - _MOST_EDITS} before"] if len(edits) > _MOST_EDITS else []
    lines += [f"  {name}" for name in edits[-_MOST_EDITS:]]
    lines += ["", "They can be taken back with u, like any edit."]

    def answered(answer: str) -> None:
        if answer == "drop":
            journal.forget(leftover)
        else:
            _recover(bench, journal, leftover)

    bench.ask(
        Ask("Recover unsaved edits?", lines,
            [Answer("r", "recover", "Recover them"),
             Answer("d", "drop", "Drop them", "for good")]),
        answered,
    )  # fmt: skip


def _recover(bench: Workbench, journal: Journal, leftover: Leftover) -> None:
    conflicts = recovery_conflicts(bench.desk.editing, leftover)
    if not conflicts:
        _take(bench, journal, leftover, {})
        return
    bench.ask(
        Conflicts("The file has changed since", conflicts, "recovered", "file's"),
        lambda choices: _take(bench, journal, leftover, choices),
    )


def _take(
    bench: Workbench, journal: Journal, leftover: Leftover, choices: Mapping[Path, Side]
) -> None:
    try:
        recover(bench.desk.editing, journal, leftover, choices)
    except ReelgraphError as error:
        bench.desk.say_error(error)
    except OSError as error:
        bench.say(f"The journal cannot be written: {error}", "error")
    bench.desk.replaced()
