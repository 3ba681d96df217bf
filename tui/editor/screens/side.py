"""The panes beside the canvas: folded where there is no room, unless they are asked for."""

from __future__ import annotations

from textual.containers import Vertical

ROOM_FOR_PANES = 100
"""Columns of the terminal from which the panes are shown without being asked for."""


class SidePanes(Vertical):
    """The column of panes."""

    DEFAULT_CSS = """
    SidePanes { width: 44; border-left: solid $line; background: $surface; }
    """

    def __init__(self) -> None:
        super().__init__(id="side")
        self.is_wanted = True
        """Whether a person wants the panes where there is room; remembered for the next time."""
        self._had_room = self._comes_by_itself = True

    @property
    def has_room(self) -> bool:
        """Whether there is room for the panes beside the canvas."""
        return self.app.size.width >= ROOM_FOR_PANES

    @property
    def is_seen(self) -> bool:
        """Whether the panes are shown."""
        return not self.has_class("hidden")

    def begin(self, *, wanted: bool, by_itself: bool) -> None:
        """Take what is remembered.

        Args:
            wanted: Whether the panes are wanted where there is room.
            by_itself: Whether they are ever shown without being asked for.
        """
        self.is_wanted, self._comes_by_itself = wanted, by_itself
        self._had_room = self.has_room
        self.set_class(not (by_itself and wanted and self.has_room), "hidden")

    def show(self, shown: bool) -> None:
        """Show the panes or hide them, as a person asks for."""
        self.set_class(not shown, "hidden")
        if self.has_room and self._comes_by_itself:
            self.is_wanted = shown

    def fold(self) -> None:
        """Hide the panes until there is more room."""
        self.set_class(True, "hidden")

    def make_room(self) -> None:
        """Fold where the terminal has become too narrow, and come back where it is wide again.

        A form that has the focus stays, for who types in it.
        """
        before, self._had_room = self._had_room, self.has_room
        if before and not self.has_room and not self.has_focus_within:
            self.fold()
        elif self.has_room and not before and self.is_wanted and self._comes_by_itself:
            self.set_class(False, "hidden")
