"""The panes beside the canvas: the form, results, the map.

Where there is no room for both, the panes cover the canvas, and only as long as they have the keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.css.scalar import Scalar
from textual.geometry import Size
from textual.layout import DockArrangeResult
from textual.widget import Widget

from tui.editor.canvas import Minimap
from tui.editor.forms.inspector import Inspector
from tui.editor.preview import Preview, preview_of

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

ROOM_FOR_PANES = 100
"""Columns of the terminal from which panes and canvas are seen beside each other."""
_ROOM_FOR_RESULTS = 20
"""Rows of the terminal from which results are seen below a form."""
_LEAST_FORM, _EASY_FORM = 12, 17
"""Rows that a form keeps beside results, eight of them for its fields, and beside a map."""
_RESULTS = (6, 14)
_MAP = (5, 11)
"""Least and most rows of them."""


def shares(rows: int, *, results: bool) -> tuple[int, int]:
    """Return how many rows results and the map get; the form has the others.

    Args:
        rows: Of all together.
        results: Whether there are any.
    """
    least, most = _RESULTS
    for_results = max(least, min(most, rows - _LEAST_FORM)) if results else 0
    least, most = _MAP
    left = rows - for_results - _EASY_FORM
    return for_results, min(most, left) if left >= least else 0


class SidePanes(Vertical):
    """The column of panes.

    Args:
        bench: The workbench.
    """

    DEFAULT_CSS = """
    SidePanes { width: 44; border-left: solid $line; background: $surface; }
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__(id="side")
        self._bench = bench
        self.inspector = Inspector(
            bench.desk,
            preview=partial(preview_of, bench.pictures),
            roots=bench.desk.engine.allowed,
        )
        self.preview = Preview(bench.pictures, id="preview")
        self.preview.display = False
        self.map = Minimap(bench.canvas, id="map")
        self._is_wanted = self._wants_results = True
        self._had_room = self._comes_by_itself = True
        self._is_following = False

    def compose(self) -> ComposeResult:
        """Yield the panes."""
        yield self.inspector
        yield self.preview
        yield self.map

    def arrange(self, size: Size, optimal: bool = False) -> DockArrangeResult:
        """Share the rows out before the panes take them."""
        if self.has_room:
            results, rows = shares(size.height, results=self.preview.display)
            _set_height(self.preview, results)
            _set_height(self.map, rows)
        else:
            _set_height(self.preview, None)
        return super().arrange(size, optimal)

    @property
    def has_room(self) -> bool:
        """Whether there is room for the panes beside the canvas."""
        return self.app.size.width >= ROOM_FOR_PANES

    @property
    def is_seen(self) -> bool:
        """Whether the panes are shown."""
        return not self.has_class("hidden")

    def begin(self, remembered: Mapping[str, bool], *, by_itself: bool) -> None:
        """Take what is remembered.

        Args:
            remembered: Which panes are wanted where there is room.
            by_itself: Whether they are ever shown without being asked for.
        """
        self._is_wanted = remembered.get("side", True)
        self._wants_results = remembered.get("preview", True)
        self.map.set_class(not (by_itself and remembered.get("map", True)), "hidden")
        self._comes_by_itself = by_itself
        self._had_room = self.has_room
        self.set_class(not (by_itself and self._is_wanted and self.has_room), "hidden")

    @property
    def wanted(self) -> dict[str, bool]:
        """Which panes are wanted where there is room, to be remembered."""
        return {
            "side": self._is_wanted,
            "preview": self._wants_results,
            "map": not self.map.has_class("hidden"),
        }

    # -- all of them ---------------------------------------------------------------------------

    def show(self) -> None:
        """Show the panes, as a person asks for."""
        self._turn(True)
        if not self.has_room:
            self.screen.set_focus(self.inspector.form)
        elif self._bench.current:
            self.call_after_refresh(self._bench.canvas.reveal, self._bench.current)

    def hide(self) -> None:
        """Hide the panes, as a person asks for."""
        self._turn(False)
        self._bench.focus_canvas()

    def _turn(self, shown: bool) -> None:
        self.set_class(not shown, "hidden")
        if self.has_room and self._comes_by_itself:
            self._is_wanted = shown

    def give_way(self) -> None:
        """Uncover the canvas, which has the keys now."""
        if not self.has_room:
            self.set_class(True, "hidden")

    def make_room(self) -> None:
        """Fold where the terminal has become too narrow, and come back where it is wide again.

        A form that has the focus stays, for who types in it.
        """
        before, self._had_room = self._had_room, self.has_room
        if before and not self.has_room and not self.has_focus_within:
            self.give_way()
        elif self.has_room and not before and self._is_wanted and self._comes_by_itself:
            self.set_class(False, "hidden")
        self.show_results()

    # -- each of them --------------------------------------------------------------------------

    def edit(self) -> None:
        """Go to the form of what is selected."""
        self.show()
        self.screen.set_focus(self.inspector.form)

    def turn_map(self) -> None:
        """Show the map, or hide it."""
        shown = self.map.has_class("hidden") or not self.is_seen
        self.map.set_class(not shown, "hidden")
        if shown:
            self.show()

    def follow(self) -> None:
        """Show the form of the box that is selected and what it has made: after the canvas."""
        current = self._bench.current
        is_node = current in self._bench.desk.snapshot.nodes
        self.inspector.show("" if is_node else current)
        if not self._is_following:
            self._is_following = True
            self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        self._is_following = False
        self.show_results()

    def show_results(self) -> None:
        """Show what the selected node has made; without results there is no pane of them.

        In little room they are shown only to who asks for them: the form needs it.
        """
        from tui.editor.actions.looking import pages

        if not self._bench.is_open:
            return
        has_room = self.has_room and self.app.size.height >= _ROOM_FOR_RESULTS
        has_place = self.is_seen and (has_room or self.screen.focused is self.preview)
        found = pages(self._bench) if self._wants_results and has_place else []
        self.preview.show_pages(found)
        self.preview.display = bool(found)

    def turn_results(self) -> None:
        """Show results, or hide them."""
        self._wants_results = not (self.preview.display and self.is_seen)
        if self._wants_results:
            self.show()
            self.screen.set_focus(self.preview)
        self.show_results()
        if not self.preview.display:
            self._bench.focus_canvas()


def _set_height(pane: Widget, rows: int | None) -> None:
    """Set how high a pane is; styles are touched only where it is another height."""
    wanted = None if rows is None else Scalar.from_number(rows)
    if pane.styles.inline.height != wanted:
        pane.styles.height = wanted
