"""What the editor has open: the workflow, the engine that runs it, and what is known of both.

Every pane and screen is given the desk, reads from it, and changes the workflow through `edit`
only. The desk knows no widget; who wants to follow it subscribes to a signal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from engine.config import Config
from engine.engine import Engine
from engine.errors import ReelgraphError
from tui.editor.model import Change, Editing, Refused, Snapshot, Types
from tui.editor.model.problems import Problems
from tui.editor.signal import Signal

if TYPE_CHECKING:
    from nodes.keys import Keys

_OPENINGS = frozenset({
    "a", "all", "an", "another", "each", "every", "in", "it", "its", "more", "no", "nobody",
    "none", "nothing", "of", "one", "only", "some", "that", "the", "there", "these", "this", "what",
})  # fmt: skip
"""Words that a message may begin with, and that are hardly the name of a node."""

Severity = Literal["information", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person should be told in passing."""

    text: str
    severity: Severity = "information"
    is_passing: bool = False
    """Whether it takes the place of what was told before."""


def sentences(error: ReelgraphError) -> str:
    """Return what went wrong and what to do."""
    words = f"{error.message.rstrip('.')}. {error.hint}" if error.hint else error.message
    # A name keeps its letters: `sharp takes one value`.
    return words[:1].upper() + words[1:] if words.partition(" ")[0] in _OPENINGS else words


class Desk:
    """What is open.

    Args:
        engine: Checks, plans and runs the workflow.
        editing: The workflow.
        types: The node types that it may use.
        config: What is set for the home.
        keys: Where the providers' keys come from.
        limits: Finds how many jobs there may be at a time, by provider or pool.
    """

    def __init__(
        self,
        engine: Engine,
        editing: Editing,
        types: Types,
        config: Config,
        keys: Keys,
        limits: Callable[[], Mapping[str, int]],
    ) -> None:
        self.engine = engine
        self.editing = editing
        self.types = types
        self.config = config
        self.keys = keys
        self._find_limits = limits
        self.problems = Problems()
        self.edited: Signal[Snapshot] = Signal()
        """The workflow is another than before; the news is its state."""
        self.selected: Signal[tuple[str, ...]] = Signal()
        """Other nodes are selected, the last one at the end."""
        self.checked: Signal[Problems] = Signal()
        """The problems of the workflow are known anew."""
        self.noticed: Signal[Notice] = Signal()
        """A person should be told something."""

    @property
    def snapshot(self) -> Snapshot:
        """The present state of the workflow."""
        return self.editing.snapshot

    @property
    def current(self) -> str:
        """The node that was selected last; empty if none is."""
        selection = self.snapshot.selection
        return selection[-1] if selection else ""

    @property
    def out(self) -> Path:
        """The folder that a run writes its files to."""
        from tui.cli.opening import default_out

        return default_out(self.snapshot.document)

    @cached_property
    def limits(self) -> Mapping[str, int]:
        """Jobs at a time by provider or pool."""
        return self._find_limits()

    # -- edits ---------------------------------------------------------------------------------

    def edit(self, make: Callable[[Snapshot], Change]) -> bool:
        """Make an edit; where it cannot be made, the person is told why. Tell whether it was."""
        try:
            change = make(self.snapshot)
            self.editing.apply(change)
        except ReelgraphError as error:
            self.say_error(error)
            return False
        for notice in change.notices:
            self.say(notice, "warning")
        self._tell()
        return True

    def select(self, *nodes: str) -> None:
        """Select nodes, the last one as the current one."""
        if nodes != self.snapshot.selection:
            self.editing.select(nodes)
            self.selected.send(self.snapshot.selection)

    def undo(self) -> None:
        """Take the last edit back, and say which."""
        name = self.editing.undo()
        self._after(name, f"Undid: {name}", "There is nothing to undo.")

    def redo(self) -> None:
        """Make the edit again that was undone last, and say which."""
        name = self.editing.redo()
        self._after(name, f"Redid: {name}", "There is nothing to redo.")

    def replaced(self) -> None:
        """Tell everybody that the editing model changed in another way than by `edit`."""
        self._tell()

    def know_problems(self, problems: Problems) -> None:
        """Take note of what a check found."""
        self.problems = problems
        self.checked.send(problems)

    # -- notices -------------------------------------------------------------------------------

    def say(self, text: str, severity: Severity = "information") -> None:
        """Tell the person something."""
        self.noticed.send(Notice(text, severity))

    def say_error(self, error: ReelgraphError) -> None:
        """Tell the person what went wrong, and what to do."""
        severity: Severity = "warning" if isinstance(error, Refused) else "error"
        self.say(sentences(error), severity)

    # -- inside --------------------------------------------------------------------------------

    def _after(self, name: str | None, done: str, nothing: str) -> None:
        self.noticed.send(Notice(done if name else nothing, is_passing=True))
        if name:
            self._tell()

    def _tell(self) -> None:
        self.edited.send(self.snapshot)
        self.selected.send(self.snapshot.selection)
