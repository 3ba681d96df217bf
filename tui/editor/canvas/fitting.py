"""Showing boxes as large as they fit, and keeping it so when the window gets another size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tui.editor.canvas.scene import Zoom

if TYPE_CHECKING:
    from tui.editor.canvas.widget import Canvas

_MOST_IN_VIEW = 300
"""More boxes than this fit into no view but as dots."""
_FEW = 40
"""Most boxes of which it is tried whether they fit with their types."""


class _Look(NamedTuple):
    """How boxes are drawn."""

    zoom: Zoom
    is_roomy: bool = False
    """Whether compact boxes are wide enough for their types."""


_FULL, _ROOMY, _CLOSE = _Look(Zoom.FULL), _Look(Zoom.COMPACT, True), _Look(Zoom.COMPACT)
_DOTS = _Look(Zoom.DOT)


@dataclass(frozen=True, slots=True)
class Fit:
    """What is to be seen, whatever the size of the window."""

    keys: frozenset[str] | None = None
    """The boxes; None for all there are."""
    is_readable: bool = False
    """Whether no box becomes a dot: of what does not fit then the nodes alone are seen, and of
    those that do not fit either the beginning."""

    def looks(self, count: int) -> list[_Look]:
        """Return how so many boxes may fit, the largest first."""
        if count > _MOST_IN_VIEW:
            return [] if self.is_readable else [_DOTS]
        compact = [_ROOMY, _CLOSE] if count <= _FEW else [_CLOSE]
        return [_FULL, *compact] if self.is_readable else [_FULL, *compact, _DOTS]


class Fitting:
    """Fits boxes into the view of a canvas; layouts of other zooms may take a while to be made."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._fit: Fit | None = None
        self._looks: list[_Look] = []
        """Those that are still to be tried."""

    @property
    def of_all(self) -> Fit | None:
        """What is fitted now, where that is all there is."""
        is_over = self._fit is None or self._canvas.stage.is_steered
        return None if is_over or self._fit is None or self._fit.keys is not None else self._fit

    def begin(self, fit: Fit) -> None:
        """Fit boxes into the view from now on."""
        self._fit = fit
        self._looks = fit.looks(len(self._canvas.ground.cards if fit.keys is None else fit.keys))
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

    def hold(self) -> None:
        """Fit again what has grown out of the view, as when it is known what nodes repeat over."""
        stage = self._canvas.stage
        if not self._looks and self.of_all and not stage.camera.shows(stage.ground.bounds_of_nodes):
            self._canvas.call_later(self.again)

    def end(self) -> None:
        """Leave the view to who looks elsewhere."""
        self._fit, self._looks = None, []

    def go_on(self) -> None:
        """Try looks as long as their layouts are at hand; the canvas comes back with the others."""
        while self._fit is not None and self._looks:
            if not self._takes(self._looks[0]):
                return
            self._looks.pop(0)
            if not self._looks or self._holds(self._fit):
                self._looks = []
                self._look(self._fit)

    def _takes(self, look: _Look) -> bool:
        """Have boxes drawn in a way; tell whether they are already."""
        canvas, stage = self._canvas, self._canvas.stage
        is_so = stage.zoom is look.zoom
        if is_so and (stage.is_roomy is look.is_roomy or look.zoom is not Zoom.COMPACT):
            return True
        return canvas.take(stage.offer(canvas.scene, look.zoom, is_roomy=look.is_roomy))

    def _holds(self, fit: Fit) -> bool:
        """Tell whether what is to be seen fits; inputs and outputs need not, where words count."""
        stage = self._canvas.stage
        return stage.camera.holds(stage.ground.bounds(fit.keys)) or (
            self._may_miss_ends(fit) and stage.camera.holds(stage.ground.bounds_of_nodes)
        )

    def _may_miss_ends(self, fit: Fit) -> bool:
        """Tell whether to see nodes with their words counts more than all inputs and outputs."""
        return fit.keys is None and self._canvas.stage.zoom is not Zoom.DOT

    def _look(self, fit: Fit) -> None:
        stage = self._canvas.stage
        bounds = stage.ground.bounds(fit.keys)
        if self._may_miss_ends(fit) and not stage.camera.holds(bounds):
            bounds = stage.ground.bounds_of_nodes
        if not fit.is_readable or stage.camera.holds(bounds):
            stage.look_at(stage.camera.centred(bounds))
        elif not stage.is_led:
            stage.home()
        stage.is_steered = stage.is_led = False
        stage.reveal(stage.current)
        self._canvas.changed()
