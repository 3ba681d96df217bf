"""The whole graph in a few cells, with the part that is in view; to be put beside a canvas."""

from __future__ import annotations

from math import ceil, floor

from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.layout import Frame
from tui.editor.canvas.ground import Ground
from tui.editor.canvas.palette import Palette, mix, style
from tui.editor.canvas.scene import Node, State
from tui.editor.canvas.widget import Canvas

_QUIET = (State.IDLE, State.QUEUED, State.DISABLED, State.SKIPPED)
_LOUD = (State.FAILED, State.REFUSED, State.RUNNING, State.MISSING, State.STOPPED)


class Minimap(Widget):
    """A map of a canvas: two dots a cell, one above the other. A click or a drag moves the view."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Minimap { width: 30; height: 12; }"

    def __init__(self, canvas: Canvas, *, id: str | None = None) -> None:
        """Make the map of a canvas, which may be anywhere else on the screen."""
        super().__init__(id=id)
        self._canvas = canvas
        self._dots: list[list[str]] = []
        self._drawn: tuple[object, ...] = ()
        """What the dots were made of."""
        self._window = Region()
        """The cells that are in view."""
        self._strips: dict[int, Strip] = {}
        self._is_dragged = False
        canvas.observe(self._follow)

    def _follow(self) -> None:
        """Draw again what the canvas has changed of the map."""
        if not self.is_attached or not self.size:
            return
        window = self._in_view()
        if self._state() != self._drawn:
            self._strips.clear()
            self.refresh()
        elif window != self._window:
            changed = {*range(window.y, window.bottom), *range(self._window.y, self._window.bottom)}
            rows = sorted(changed & set(range(self.size.height)))
            for row in rows:
                self._strips.pop(row, None)
            self.refresh(*(Region(0, row, self.size.width, 1) for row in rows))
        self._window = window

    def _state(self) -> tuple[object, ...]:
        """Return what the dots depend on."""
        stage = self._canvas.stage
        looks = stage.painter.looks
        return (id(stage.ground), id(stage.scene), stage.selected, looks.matches, self.size,
                stage.painter.palette)  # fmt: skip

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part of the map."""
        state = self._state()
        if state != self._drawn:
            self._drawn = state
            self._strips.clear()
            self._window = self._in_view()
            self._dots = self._draw(self._canvas.ground)
        for row in range(crop.y, crop.bottom):
            if row not in self._strips:
                self._strips[row] = self._line(row)
        strips = [self._strips[row] for row in range(crop.y, crop.bottom)]
        if crop.x or crop.width != self.size.width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _in_view(self) -> Region:
        """Return the cells of the map that the canvas shows."""
        bounds, scale_x, scale_y = self._scale()
        view = self._canvas.stage.camera.view
        left, top = floor((view.x - bounds.x) * scale_x), floor((view.y - bounds.y) * scale_y / 2)
        right = ceil((view.x + view.width - bounds.x) * scale_x)
        bottom = ceil((view.y + view.height - bounds.y) * scale_y / 2)
        return Region(left, top, right - left, bottom - top)

    def _draw(self, ground: Ground) -> list[list[str]]:
        """Return the colour of each dot; the later of two boxes in one dot is seen."""
        stage = self._canvas.stage
        palette, matches = stage.painter.palette, stage.painter.looks.matches
        width, height = self.size.width, self.size.height * 2
        dots = [[""] * width for _ in range(height)]
        bounds, scale_x, scale_y = self._scale()
        ranked: dict[int, list[tuple[Frame, str]]] = {0: [], 1: [], 2: []}
        for key, card in ground.cards.items():
            rank, color = _dot(card.node, palette)
            if key in stage.selected or key in matches:
                rank, color = 2, palette.accent if key in stage.selected else palette.match
            ranked[rank].append((ground.frame(key), color or "#"))
        for frame, color in (*ranked[0], *ranked[1], *ranked[2]):
            left = int((frame.x - bounds.x) * scale_x)
            right = max(left + 1, int((frame.x + frame.width - bounds.x) * scale_x))
            top = int((frame.y - bounds.y) * scale_y)
            bottom = max(top + 1, int((frame.y + frame.height - bounds.y) * scale_y))
            for y in range(top, min(bottom, height)):
                for x in range(left, min(right, width)):
                    dots[y][x] = color
        return dots

    def _scale(self) -> tuple[Frame, float, float]:
        """Return what is mapped, and dots per cell of the drawing."""
        bounds = self._canvas.ground.bounds()
        width, height = max(self.size.width, 1), max(self.size.height * 2, 1)
        # A dot is about as high as wide, a cell is twice as high.
        scale = min(width / max(bounds.width, 1), height / max(bounds.height * 2, 1), 0.5)
        scale_x, scale_y = scale, scale * 2
        more_x = max(0, round(width / scale_x) - bounds.width)
        more_y = max(0, round(height / scale_y) - bounds.height)
        around = Frame(
            bounds.x - more_x // 2,
            bounds.y - more_y // 2,
            bounds.width + more_x,
            bounds.height + more_y,
        )
        return around, scale_x, scale_y

    def _line(self, row: int) -> Strip:
        palette = self._canvas.palette
        window = self._window
        upper, lower = self._dots[row * 2], self._dots[row * 2 + 1]
        shown = mix(palette.ground, palette.accent, 0.22)
        segments = []
        for x, (above, below) in enumerate(zip(upper, lower, strict=True)):
            inside = window.contains(x, row)
            segments.append(_cell(above, below, shown if inside else palette.ground, inside))
        return Strip(segments, len(segments)).simplify()

    # -- mouse ----------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Look there."""
        self._is_dragged = True
        self.capture_mouse()
        self._look(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Look there, with the button down."""
        if self._is_dragged:
            self._look(event)

    def on_mouse_up(self) -> None:
        """Let go."""
        self._is_dragged = False
        self.release_mouse()

    def _look(self, event: events.MouseEvent) -> None:
        event.stop()
        bounds, scale_x, scale_y = self._scale()
        camera = self._canvas.stage.camera
        x = bounds.x + round(event.x / scale_x) - camera.width // 2
        y = bounds.y + round(event.y * 2 / scale_y) - camera.height // 2
        self._canvas.camera = (x, y)


def _dot(node: object, palette: Palette) -> tuple[int, str]:
    """Return how important a box is, and its colour."""
    if not isinstance(node, Node):
        return 0, palette.line
    if node.state in _QUIET:
        return 0, mix(palette.kind(node.kind), palette.ground, 0.35)
    return int(node.state in _LOUD), palette.state(node.state)


def _cell(above: str, below: str, ground: str, inside: bool) -> Segment:
    if not ground:
        # Without colours the part in view is shaded.
        blank = "░" if inside else " "
        return Segment(
            {(1, 1): "█", (1, 0): "▀", (0, 1): "▄"}.get((bool(above), bool(below)), blank)
        )
    if above and below:
        return Segment("▀", style(above, below))
    if above:
        return Segment("▀", style(above, ground))
    return Segment("▄", style(below, ground)) if below else Segment(" ", style("", ground))
