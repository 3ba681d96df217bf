"""Deciding, place by place, between two sides that have changed the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Static

from tui.drawing.labels import harmless
from tui.editor.commands import Topic, command
from tui.editor.dialogs.base import Dialog
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.listed import LIST
from tui.editor.model import Conflict, Side
from tui.editor.model.data import Path
from tui.editor.sides import readable, side_by_side

_PICK, *_OTHERS = LIST.commands
_ROOM = 30
"""Cells that each side has at least."""
_TOPIC: Final = Topic(
    "Differences",
    "Both sides have changed the same places. Each line is a place and what is kept there; below "
    "the list stands what each side has.",
    (
        replace(_PICK, word="take", title="Differences: Take",
                help="Goes on with what was decided."),
        command("conflicts.turn", "Place: Turn", "space", "Takes the other side at this place.",
                lambda it: it.turn(), word="turn"),
        command("conflicts.mine", "Differences: All mine", "m", "Takes your side everywhere.",
                lambda it: it.take_all("mine"), word="all mine"),
        command("conflicts.theirs", "Differences: All of the file", "t",
                "Takes the other side everywhere.", lambda it: it.take_all("theirs"),
                word="all of the file"),
        *_OTHERS,
    ),
)  # fmt: skip


class Conflicts(Dialog[Mapping[Path, Side]]):
    """A line for each place; space turns it from one side to the other, enter takes all.

    Args:
        title: What has happened.
        conflicts: The places.
        mine: What one side is called.
        theirs: What the other is called.
    """

    TOPIC: ClassVar[Topic] = _TOPIC

    def __init__(
        self, title: str, conflicts: Sequence[Conflict], mine: str = "mine", theirs: str = "file's"
    ) -> None:
        super().__init__()
        self._title = title
        self._conflicts = conflicts
        self._names: Mapping[Side, str] = {"mine": mine, "theirs": theirs}
        self._sides: dict[Path, Side] = {conflict.path: "mine" for conflict in conflicts}

    def compose(self) -> ComposeResult:
        """Yield the places and what each side has there."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            yield Choices()
            yield Static(classes="help", markup=False)

    def on_mount(self) -> None:
        """Show all places."""
        self._show(0)
        self.call_after_refresh(self._tell)

    def on_resize(self) -> None:
        """Say of each side what there is room for."""
        self.call_after_refresh(self._tell)

    def _show(self, cursor: int) -> None:
        lines = self.query_one(Choices)
        lines.show([(self._line(conflict), ()) for conflict in self._conflicts])
        lines.go(cursor)
        self._tell()

    def _line(self, conflict: Conflict) -> Choice:
        side = self._sides[conflict.path]
        kept = conflict.mine if side == "mine" else conflict.theirs
        return Choice(conflict, conflict.place, readable(kept), self._names[side])

    def _tell(self) -> None:
        current = self.query_one(Choices).current
        if current:
            conflict: Conflict = current.value
            line = self.query_one(".help", Static)
            names = [f"{self._names[side]}: " for side in ("mine", "theirs")]
            pad = max(map(len, names))
            sides = side_by_side(conflict.mine, conflict.theirs, max(_ROOM, line.size.width - pad))
            line.update("\n".join(f"{n:{pad}}{s}" for n, s in zip(names, sides, strict=True)))

    def go(self, step: int) -> None:
        """Move the cursor."""
        self.query_one(Choices).go(step)
        self._tell()

    def go_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.go(step * max(1, self.query_one(Choices).size.height))

    def go_end(self, step: int) -> None:
        """Move the cursor to the first or last place."""
        self.go_page(step * len(self._conflicts))

    def why_no_line(self) -> str:
        """Say why there is no place to go to."""
        return "" if self._conflicts else "The two sides do not differ."

    def why_no_pick(self) -> str:
        """Say why it cannot go on: nothing is against it."""
        return ""

    @on(Choices.Picked)
    def turn(self, event: events.Event | None = None) -> None:
        """Take the other side at the current place."""
        lines = self.query_one(Choices)
        if lines.current:
            path = lines.current.value.path
            self._sides[path] = "theirs" if self._sides[path] == "mine" else "mine"
            self._show(lines.cursor)

    def take_all(self, side: Side) -> None:
        """Take one side everywhere."""
        self._sides = dict.fromkeys(self._sides, side)
        self._show(self.query_one(Choices).cursor)

    def pick(self) -> None:
        """Go on with what was decided."""
        self.dismiss(self._sides)
