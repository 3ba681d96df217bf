"""The whole graph in a few cells, with the part that is in view; to be put beside a canvas."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from math import ceil, floor

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.drawing.layout import Frame, Point
from tui.editor.canvas.ground import Ground
from tui.editor.canvas.line import Line
from tui.editor.canvas.palette import Palette, mix, style
from tui.editor.canvas.scene import Node, Note, Scene, State
from tui.editor.canvas.widget import Canvas

_QUIET = (State.IDLE, State.QUEUED, State.DISABLED, State.SKIPPED)
_LATE_SECONDS = 0.15
_LOUD = (State.FAILED, State.REFUSED, State.RUNNING, State.MISSING, State.STOPPED)


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """What a map is drawn of; it is kept, so that nothing else can come to stand at its address."""

    ground: Ground
    scene: Scene
    palette: Palette
    size: Size

    def stands_as(self, other: _Source | None) -> bool:
        """Whether boxes stand where they do in another one; their states may differ."""
        return (
            other is not None
            and self.ground is other.ground
            and self.palette == other.palette
            and self.size == other.size
        )

    def looks_as(self, other: _Source | None) -> bool:
        """Whether the same is drawn of another one."""
        return self.stands_as(other) and other is not None and self.scene is other.scene


class Minimap(Widget):
    """A map of a canvas: two dots a cell, one above the other. A click or a drag moves the view."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Minimap { width: 30; height: 12; }"

    def __init__(self, canvas: Canvas, *, id: str | None = None) -> None:
        """Make the map of a canvas, which may be anywhere else on the screen."""
        super().__init__(id=id)
        self._canvas = canvas
        self._dots: list[list[str]] = []
        self._colored: dict[str, Node | Note] = {}
        self._drawn: _Source | None = None
        """What the dots were made of."""
        self._window = Region()
        """The cells that are in view."""
        self._marks: dict[Point, str] = {}
        """Dots that are selected or found, with their colour."""
        self._marked: tuple[object, ...] = ()
        self._strips: dict[int, Strip] = {}
        self._scaled: tuple[Ground, Size, tuple[Frame, float, float]] | None = None
        self._timer: Timer | None = None
        self._is_dragged = False
        canvas.observe(self._follow)

    @property
    def is_late(self) -> bool:
        """Whether it is to be drawn again in a moment."""
        return self._timer is not None

    def _follow(self) -> None:
        """Draw again what the canvas has changed of the map."""
        if not self.is_attached or not self.size:
            return
        if self._timer is None and not self._source().looks_as(self._drawn):
            # States may change many times a second; a map may be a moment late.
            self._timer = self.set_timer(_LATE_SECONDS, self._draw_again)
        window, marks = self._in_view(), self._marks
        self._mark()
        changed = {y // 2 for (_, y) in marks.keys() ^ self._marks.keys()}
        if window != self._window:
            changed |= {*range(window.y, window.bottom)}
            changed |= {*range(self._window.y, self._window.bottom)}
            self._window = window
        rows = changed & set(range(self.size.height))
        for row in rows:
            self._strips.pop(row, None)
        if rows:
            self.refresh(*(Region(0, row, self.size.width, 1) for row in sorted(rows)))

    def _draw_again(self) -> None:
        self._timer = None
        source = self._source()
        if source.stands_as(self._drawn):
            self._color_changed()
            self._drawn = source
        else:
            self._dots, self._drawn = [], None
        self._strips.clear()
        self.refresh()

    def _color_changed(self) -> None:
        """Set the dots of boxes whose node is another than before."""
        cards, nodes = self._canvas.ground.cards, self._colored
        changed = [key for key, card in cards.items() if card.node is not nodes.get(key)]
        self._color(self._dots, changed)
        self._colored.update((key, cards[key].node) for key in changed)

    def _source(self) -> _Source:
        """Return what the dots depend on."""
        stage = self._canvas.stage
        return _Source(stage.ground, stage.scene, stage.painter.palette, self.size)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part of the map."""
        if not self._dots or not self._suits(self._drawn):
            self._drawn = self._source()
            self._strips.clear()
            self._window = self._in_view()
            self._marked = ()
            self._mark()
            self._dots = self._draw(self._canvas.ground)
        for row in range(crop.y, crop.bottom):
            if row not in self._strips:
                self._strips[row] = self._line(row)
        strips = [self._strips[row] for row in range(crop.y, crop.bottom)]
        if crop.x or crop.width != self.size.width:
            return [strip.crop(crop.x, crop.right) for strip in strips]
        return strips

    def _suits(self, source: _Source | None) -> bool:
        """Whether the dots of a source can be seen now, be they a moment late."""
        return (
            source is not None
            and self.size == source.size
            and self._canvas.palette is source.palette
        )

    def _in_view(self) -> Region:
        """Return the cells of the map that the canvas shows."""
        bounds, scale_x, scale_y = self._scale()
        view = self._canvas.stage.camera.view
        left, top = floor((view.x - bounds.x) * scale_x), floor((view.y - bounds.y) * scale_y / 2)
        right = ceil((view.x + view.width - bounds.x) * scale_x)
        bottom = ceil((view.y + view.height - bounds.y) * scale_y / 2)
        return Region(left, top, right - left, bottom - top)

    def _mark(self) -> None:
        """Set the dots of what is selected or found."""
        stage = self._canvas.stage
        matches, palette = stage.painter.looks.matches, stage.painter.palette
        state = (stage.ground, stage.selected, matches, self.size, palette)
        if state == self._marked:
            return
        self._marked = state
        ground = stage.ground
        self._marks = {}
        for keys, color in ((matches, palette.match), (stage.selected, palette.accent)):
            known = [key for key in keys if key in ground.cards]
            for _, left, top, right, bottom in self._areas(known):
                dots = product(range(left, right), range(top, bottom))
                self._marks.update((dot, color or "#") for dot in dots)

    def _areas(self, keys: Iterable[str]) -> Iterator[tuple[str, int, int, int, int]]:
        """Yield boxes with their first and last dots, which are on the map."""
        ground = self._canvas.ground
        bounds, scale_x, scale_y = self._scale()
        width, height = self.size.width, self.size.height * 2
        for key in keys:
            frame = ground.frame(key)
            left, top = int((frame.x - bounds.x) * scale_x), int((frame.y - bounds.y) * scale_y)
            right = max(left + 1, int((frame.x + frame.width - bounds.x) * scale_x))
            bottom = max(top + 1, int((frame.y + frame.height - bounds.y) * scale_y))
            yield key, max(left, 0), max(top, 0), min(right, width), min(bottom, height)

    def _draw(self, ground: Ground) -> list[list[str]]:
        """Return the colour of each dot; where boxes share one, what needs to be seen is."""
        dots = [[""] * self.size.width for _ in range(self.size.height * 2)]
        self._colored = nodes = {key: card.node for key, card in ground.cards.items()}
        loud = [key for key, n in nodes.items() if isinstance(n, Node) and n.state in _LOUD]
        for keys in (nodes, loud):
            self._color(dots, keys)
        return dots

    def _color(self, dots: list[list[str]], keys: Iterable[str]) -> None:
        palette, cards = self._canvas.palette, self._canvas.ground.cards
        for key, left, top, right, bottom in self._areas(keys):
            color = _color(cards[key].node, palette) or "#"
            for y in range(top, bottom):
                dots[y][left:right] = [color] * (right - left)

    def _scale(self) -> tuple[Frame, float, float]:
        """Return what is mapped, and dots per cell of the drawing."""
        ground, size = self._canvas.ground, self.size
        known = self._scaled
        if known is None or known[0] is not ground or known[1] != size:
            known = self._scaled = (ground, size, _scaled(ground.bounds(), size))
        return known[2]

    def _line(self, row: int) -> Strip:
        palette, window, marks = self._canvas.palette, self._window, self._marks
        upper, lower = self._dots[row * 2], self._dots[row * 2 + 1]
        shown = mix(palette.ground, palette.accent, 0.22)
        segments = []
        for x, (above, below) in enumerate(zip(upper, lower, strict=True)):
            inside = window.contains(x, row)
            ground = shown if inside else palette.ground
            above = marks.get((x, row * 2), above)
            below = marks.get((x, row * 2 + 1), below)
            segments.append(_cell(above, below, ground, inside))
        return Line(Strip(segments).simplify(), len(segments))

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


def _scaled(bounds: Frame, size: Size) -> tuple[Frame, float, float]:
    width, height = max(size.width, 1), max(size.height * 2, 1)
    # A dot is about as high as wide, a cell is twice as high.
    scale = min(width / max(bounds.width, 1), height / max(bounds.height * 2, 1), 0.5)
    more_x = max(0, round(width / scale) - bounds.width)
    more_y = max(0, round(height / (scale * 2)) - bounds.height)
    around = Frame(
        bounds.x - more_x // 2,
        bounds.y - more_y // 2,
        bounds.width + more_x,
        bounds.height + more_y,
    )
    return around, scale, scale * 2


def _color(node: object, palette: Palette) -> str:
    if not isinstance(node, Node):
        return palette.line
    if node.state in _QUIET:
        return mix(palette.kind(node.kind), palette.ground, 0.35)
    return palette.state(node.state)


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
