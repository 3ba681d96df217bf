"""The canvas of the editor: that of a graph, with the keys of the editor's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.binding import BindingType

from tui.editor.canvas import Canvas
from tui.editor.screens.bindings import bindings

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench


class Drawing(Canvas, inherit_bindings=False):
    """A canvas whose keys are those of the registry."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("canvas")

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        cast("Workbench", self.screen).do(id)

    def on_paste(self, event: events.Paste) -> None:
        """Add nodes that were copied anywhere."""
        event.stop()
        cast("Workbench", self.screen).paste_text(event.text)
