"""What goes on in the background of an open workflow: checks, the journal, changes from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.timer import Timer
from textual.worker import Worker

from engine.bind import bind
from engine.engine import Engine
from engine.errors import ReelgraphError
from tui.editor.forms.subject import followed, in_words
from tui.editor.model import (
    Journal,
    Outside,
    Problems,
    Snapshot,
    check_outside,
    find_problems,
)
from tui.editor.model.data import Data
from tui.editor.screens.recovering import look_back, tell_of_jobs

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_CHECK_AFTER = 0.25
"""Seconds without an edit after which the workflow is checked."""
_FLUSH_EVERY = 0.4
_LOOK_EVERY = 1.0

_TAKEN: Mapping[str, str] = {
    "reloaded": "its changes are here now",
    "merged": "your edits and its are merged",
}

Axes = dict[str, tuple[str, ...]]


class Caretaker:
    """Looks after one workbench.

    Args:
        bench: The workbench.
        journal: Where unsaved edits are kept; None where that is not possible.
    """

    def __init__(self, bench: Workbench, journal: Journal | None) -> None:
        self._bench = bench
        self._journal = journal
        self._timer: Timer | None = None
        self._following: Worker[None] | None = None
        self._checking = False
        self._has_complained = False
        self._is_asking = False
        self._ignored: object = None
        self._is_closed = False

    def start(self) -> None:
        """Begin; what was closed before it began stays closed."""
        if self._is_closed:
            return
        if self._journal is not None:
            self._bench.set_interval(_FLUSH_EVERY, self._flush)
        self._bench.set_interval(_LOOK_EVERY, self.look_outside)
        self.check_soon(0.01)
        self._following = self._bench.launch(self._bench.runner.follow, "follow")
        if self._journal is not None:
            look_back(self._bench, self._journal)
        self._bench.launch(partial(tell_of_jobs, self._bench), "jobs")

    # -- checks --------------------------------------------------------------------------------

    def check_soon(self, seconds: float = _CHECK_AFTER) -> None:
        """Check the workflow when nothing has been edited for a moment."""
        if self._timer is not None:
            self._timer.stop()
        self._timer = self._bench.set_timer(seconds, self._check)

    def _check(self) -> None:
        if self._checking:
            self.check_soon()
            return
        self._checking = True
        self._bench.launch(self._check_now, "check")

    async def _check_now(self) -> None:
        bench = self._bench
        snapshot = bench.desk.snapshot
        try:
            problems, axes = await bench.runner.backstage.look(partial(looked_through, snapshot))
        except ReelgraphError as error:
            bench.desk.say_error(error)
            return
        finally:
            self._checking = False
        if self._is_closed:
            return
        if bench.desk.snapshot.revision != snapshot.revision:
            self.check_soon()
            return
        bench.know_axes(axes)
        bench.desk.know_problems(problems)

    # -- the journal ---------------------------------------------------------------------------

    async def _flush(self) -> None:
        if self._journal is None or self._is_closed:
            return
        try:
            await asyncio.to_thread(self._journal.flush)
        except (OSError, ValueError) as error:
            if not self._has_complained and not self._is_closed:
                self._has_complained = True
                self._bench.say(f"Unsaved edits cannot be kept safe: {error}", "warning")
        else:
            self._has_complained = False

    def close(self, *, keep: bool) -> None:
        """End, and give the journal up; a second time does nothing."""
        if self._is_closed:
            return
        self._is_closed = True
        if self._following is not None:
            self._following.cancel()
        if self._timer is not None:
            self._timer.stop()
        if self._journal is not None:
            if keep:
                with suppress(OSError):
                    self._journal.flush()
            self._journal.close(keep=keep)

    # -- changes from outside ------------------------------------------------------------------

    def look_outside(self, *, asked: bool = False) -> None:
        """Take in what another program has written to the file, or ask."""
        if self._is_asking or self._is_closed:
            return
        bench = self._bench
        before, data = bench.inspector.subject, bench.desk.snapshot.data
        outside = check_outside(bench.desk.editing)
        if outside is None:
            if asked:
                bench.say("Nobody else has changed the file.")
            return
        if (outside.stamp, outside.outcome) == self._ignored and not asked:
            return
        if outside.outcome in _TAKEN:
            bench.desk.replaced()
            bench.say(f"The file was changed by another program; {_TAKEN[outside.outcome]}.")
            self._tell_of(before, data)
        else:
            self._ask(outside)

    def _tell_of(self, subject: Sequence[str], before: Data) -> None:
        """Tell what became of what the form was for."""
        bench = self._bench
        for each in subject:
            new = followed(before, bench.desk.snapshot.data, each)
            if not new:
                told = f"{in_words(each)} was removed by another program; u brings it back."
                bench.say(told, "warning")
            elif new != each:
                bench.say(f"{in_words(each)} is called {in_words(new)} now.")

    def _ask(self, outside: Outside) -> None:
        self._ignored = (outside.stamp, outside.outcome)
        if outside.outcome == "conflicts":
            self._is_asking = True
            self._bench.ask_conflicts(outside, self._answered)
        elif outside.outcome == "gone":
            self._bench.say("The file is gone; saving writes it again.", "warning")
        else:
            self._bench.say(f"The changed file cannot be read: {outside.reason}", "warning")

    def _answered(self) -> None:
        self._is_asking = False


def looked_through(snapshot: Snapshot, engine: Engine) -> tuple[Problems, Axes]:
    """Return what is wrong with a workflow, and what its nodes are repeated over."""
    problems = find_problems(snapshot, engine)
    try:
        document = snapshot.document
        graph, _ = bind(document, engine.registry, engine.files(document), partial=True)
    except ReelgraphError:
        return problems, {}
    return problems, {name: node.axes for name, node in graph.nodes.items() if node.axes}
