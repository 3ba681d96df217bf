"""Showing boxes as large as they fit, and keeping it so when the window gets another size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.editor.canvas.scene import Zoom

if TYPE_CHECKING:
    from tui.editor.canvas.widget import Canvas

_MOST_IN_VIEW = 300
"""More boxes than this fit into no view but as dots."""


@dataclass(frozen=True, slots=True)
class Fit:
    """What is to be seen, whatever the size of the window."""

    keys: frozenset[str] | None = None
    """The boxes; None for all there are."""
    is_readable: bool = False
    """Whether no box becomes a dot: of what does not fit then the nodes alone are seen, and of
    those that do not fit either the beginning."""

    def zooms(self, count: int) -> list[Zoom]:
        """Return the zooms at which so many boxes may fit, the largest first."""
        if count > _MOST_IN_VIEW:
            return [] if self.is_readable else [Zoom.DOT]
        return [Zoom.FULL, Zoom.COMPACT] if self.is_readable else [*reversed(Zoom)]


class Fitting:
    """Fits boxes into the view of a canvas; layouts of other zooms may take a while to be made."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._fit: Fit | None = None
        self._zooms: list[Zoom] = []
        """Those that are still to be tried."""

    def begin(self, fit: Fit) -> None:
        """Fit boxes into the view from now on."""
        self._fit = fit
        self._zooms = fit.zooms(len(self._canvas.ground.cards if fit.keys is None else fit.keys))
        self.go_on()

    def again(self) -> None:
        """Fit into a window of another size what nobody has looked away from.

        Who goes from box to box looks away from some boxes, but not from the whole.
        """
        stage = self._canvas.stage
        if self._fit is None or stage.is_steered or (self._fit.keys is not None and stage.is_led):
            self.end()
        else:
            self.begin(self._fit)

    def end(self) -> None:
        """Leave the view to who looks elsewhere."""
        self._fit, self._zooms = None, []

    def go_on(self) -> None:
        """Try zooms as long as their layouts are at hand; the canvas comes back with the others."""
        canvas = self._canvas
        while self._fit is not None and self._zooms:
            zoom = self._zooms[0]
            if canvas.zoom is not zoom and not canvas.take(canvas.stage.offer(canvas.scene, zoom)):
                return
            self._zooms.pop(0)
            bounds = canvas.ground.bounds(self._fit.keys)
            if not self._zooms or canvas.stage.camera.holds(bounds):
                self._zooms = []
                self._look(self._fit)

    def _look(self, fit: Fit) -> None:
        stage = self._canvas.stage
        bounds = stage.ground.bounds(fit.keys)
        if fit.is_readable and not stage.camera.holds(bounds):
            bounds = stage.ground.bounds_of_nodes
        if not fit.is_readable or stage.camera.holds(bounds):
            stage.look_at(stage.camera.centred(bounds))
        elif not stage.is_led:
            stage.home()
        stage.is_steered = stage.is_led = False
        stage.reveal(stage.current)
        self._canvas.changed()
