"""What is asked when a workflow is opened: about edits of an editor that died, and a second one."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import ReelgraphError
from tui.cli.words import count, when
from tui.editor.actions import actions
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.dialogs.conflicts import Conflicts
from tui.editor.keynames import key_names
from tui.editor.model import Journal, Leftover, Side, recover, recovery_conflicts
from tui.editor.running.log import LogEntry

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


async def tell_of_jobs(bench: Workbench) -> None:
    """Tell of what an earlier run has left at providers, for which a second job is not needed."""
    try:
        jobs = await bench.runner.begun_before()
    except ReelgraphError as error:
        bench.desk.say_error(error)
        return
    if not jobs:
        return
    where = " and ".join(dict.fromkeys(job.provider for job in jobs))
    are = "is" if len(jobs) == 1 else "are"
    text = f"{count(len(jobs), 'job')} of an earlier run {are} still at {where}."
    key = key_names(bench.keys_of(actions()["run.jobs"])[:1])
    hint = f"A run goes on with {'it' if len(jobs) == 1 else 'them'}; {key} shows the jobs."
    bench.runner.note(LogEntry(time.time(), "info", text, hint=hint))
    bench.say(f"{text} {hint}")


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
