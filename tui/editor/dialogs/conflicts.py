"""Deciding, place by place, between two sides that have changed the same thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Static

from tui.drawing.labels import harmless, value_label
from tui.editor.dialogs.base import Dialog
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.model import MISSING, Conflict, Side
from tui.editor.model.data import Path


class Conflicts(Dialog[Mapping[Path, Side]]):
    """A line for each place; space turns it from one side to the other, enter takes all.

    Args:
        title: What has happened.
        conflicts: The places.
        mine: What one side is called.
        theirs: What the other is called.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "go(1)", "Down", show=False),
        Binding("up,k", "go(-1)", "Up", show=False),
        Binding("space", "turn", "Turn", show=False),
        Binding("m", "all('mine')", "All mine", show=False),
        Binding("t", "all('theirs')", "All theirs", show=False),
        Binding("enter", "done", "Done", show=False),
    ]

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
            box.border_subtitle = (
                "space turns · m all mine · t all of the file · ⏎ take · esc later"
            )
            yield Choices()
            yield Static(classes="help", markup=False)

    def on_mount(self) -> None:
        """Show all places."""
        self._show(0)

    def _show(self, cursor: int) -> None:
        lines = self.query_one(Choices)
        lines.show([(self._line(conflict), ()) for conflict in self._conflicts])
        lines.go(cursor)
        self._tell()

    def _line(self, conflict: Conflict) -> Choice:
        side = self._sides[conflict.path]
        kept = conflict.mine if side == "mine" else conflict.theirs
        return Choice(conflict, conflict.place, _shown(kept), self._names[side])

    def _tell(self) -> None:
        current = self.query_one(Choices).current
        if current:
            conflict: Conflict = current.value
            self.query_one(".help", Static).update(
                f"{self._names['mine']}: {_shown(conflict.mine)}\n"
                f"{self._names['theirs']}: {_shown(conflict.theirs)}"
            )

    def action_go(self, step: int) -> None:
        """Move the cursor."""
        self.query_one(Choices).go(step)
        self._tell()

    @on(Choices.Picked)
    def action_turn(self, event: events.Event | None = None) -> None:
        """Take the other side at the current place."""
        lines = self.query_one(Choices)
        if lines.current:
            path = lines.current.value.path
            self._sides[path] = "theirs" if self._sides[path] == "mine" else "mine"
            self._show(lines.cursor)

    def action_all(self, side: Side) -> None:
        """Take one side everywhere."""
        self._sides = dict.fromkeys(self._sides, side)
        self._show(self.query_one(Choices).cursor)

    def action_done(self) -> None:
        """Go on with what was decided."""
        self.dismiss(self._sides)


def _shown(value: object) -> str:
    return "nothing" if value is MISSING else value_label(value)
