"""The canvas as a Textual widget: keys, mouse and time go to a stage, its lines to the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, ClassVar, Literal, cast

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.drawing.layout import Frame
from tui.editor.canvas import messages, navigate
from tui.editor.canvas.arranging import Arranger, ThreadArranger
from tui.editor.canvas.fitting import Fit, Fitting
from tui.editor.canvas.gestures import Fits, ports_of
from tui.editor.canvas.ground import Ground, Hit
from tui.editor.canvas.mouse import Mouse
from tui.editor.canvas.painter import Patch
from tui.editor.canvas.palette import DARK, Palette, style
from tui.editor.canvas.scene import Place, PortRef, Scene, WireRef, Zoom
from tui.editor.canvas.settling import Task
from tui.editor.canvas.stage import Stage, Trace

Fitted = Literal["", "readable", "all"]
"""What is kept in view whatever the size: nothing, all as `overlook` shows it, or as `fit` does."""
_TICK_SECONDS = 1 / 6
_PAN_X, _PAN_Y = 8, 4
_MOST_REGIONS = 24
"""More changed areas than this are put together to whole rows."""


class Canvas(Widget, can_focus=True):
    """A graph to look at, move about in and point at; it changes nothing itself."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Canvas { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "go('left')", "Left", show=False, id="canvas.left"),
        Binding("right,l", "go('right')", "Right", show=False, id="canvas.right"),
        Binding("up,k", "go('up')", "Up", show=False, id="canvas.up"),
        Binding("down,j", "go('down')", "Down", show=False, id="canvas.down"),
        Binding("shift+left,H", "pan(-1, 0)", "Pan left", show=False, id="canvas.pan-left"),
        Binding("shift+right,L", "pan(1, 0)", "Pan right", show=False, id="canvas.pan-right"),
        Binding("shift+up,K", "pan(0, -1)", "Pan up", show=False, id="canvas.pan-up"),
        Binding("shift+down,J", "pan(0, 1)", "Pan down", show=False, id="canvas.pan-down"),
        Binding("pageup", "page(-1)", "Page up", show=False, id="canvas.page-up"),
        Binding("pagedown", "page(1)", "Page down", show=False, id="canvas.page-down"),
        Binding("left_square_bracket", "along('in')", "Producer", show=False, id="canvas.producer"),
        Binding("right_square_bracket", "along('out')", "Consumer", False, id="canvas.consumer"),
        Binding("tab", "next(1)", "Next node", show=False, id="canvas.next"),
        Binding("shift+tab", "next(-1)", "Previous node", show=False, id="canvas.previous"),
        Binding("plus,equals_sign", "zoom(1)", "Zoom in", show=False, id="canvas.zoom-in"),
        Binding("minus", "zoom(-1)", "Zoom out", show=False, id="canvas.zoom-out"),
        Binding("0", "fit", "Fit", show=False, id="canvas.fit"),
        Binding("period", "centre", "Centre", show=False, id="canvas.centre"),
        Binding("enter", "activate", "Open", show=False, id="canvas.activate"),
    ]  # fmt: skip

    def __init__(
        self,
        *,
        palette: Palette = DARK,
        arranger: Arranger | None = None,
        compatible: Fits | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Make an empty canvas.

        Args:
            palette: Colours.
            arranger: Where layouts are made; a thread for large ones unless given.
            compatible: Whether an outlet may be joined to an inlet; any may unless given.
            id: Of the widget.
            classes: Of the widget.
        """
        super().__init__(id=id, classes=classes)
        self.stage = Stage(palette)
        self.compatible: Fits = compatible or (lambda outlet, inlet: True)
        self.locked = False
        """Whether boxes cannot be moved nor wires drawn."""
        self.follows = True
        """Whether what is selected by key is brought into view."""
        self._arranger = arranger or ThreadArranger()
        self._observers: list[Callable[[], None]] = []
        self._mouse = Mouse(self)
        self._timer: Timer | None = None
        self._fitting = Fitting(self)
        self._said: tuple[object, ...] = ()

    # -- scenes ---------------------------------------------------------------------------------

    def show(self, scene: Scene) -> None:
        """Show a scene. Nodes that are the same objects as before cost nothing."""
        self.take(self.stage.offer(scene))

    def take(self, task: Task | None) -> bool:
        """Have a layout made; tell whether it is there already."""
        if task is None:
            self.changed()
        elif not self.is_attached or not self.stage.ground.cards or self._arranger.is_quick(task):
            # With nothing on the screen yet there is nothing that a layout could hold up.
            self._install(task, self.stage.build(task, self._arranger.at_once(task)))
        else:
            # A function: its turn may never come, and then no coroutine is left behind.
            work = cast("Any", partial(self._arrange, task))
            self.run_worker(work, group="canvas-layout", exclusive=True)
            return False
        return True

    async def _arrange(self, task: Task) -> None:
        self._install(task, await self._arranger.later(task, self.stage.build))
        # Not from within: the next layout's worker takes the place of this one.
        self.call_later(self._fitting.go_on)

    def _install(self, task: Task, ground: Ground | None) -> None:
        before = self.ground
        if ground is not None and self.stage.install(task, ground):
            self._mouse.let_go_of_gone()
            if ground.zoom is before.zoom and ground.cards.keys() == before.cards.keys():
                self._fitting.hold()
            self.changed()
            if self.is_attached:
                self.post_message(messages.LayoutReady(self))

    def tidy(self) -> None:
        """Lay the graph out afresh, as if it had not been seen before."""
        self.stage.forget()
        self.take(self.stage.offer(self.stage.scene))

    @property
    def scene(self) -> Scene:
        """The scene that was shown last, with its groups folded."""
        return self.stage.scene

    @property
    def ground(self) -> Ground:
        """Where everything is at the zoom of the moment."""
        return self.stage.ground

    # -- looks ----------------------------------------------------------------------------------

    @property
    def palette(self) -> Palette:
        """The colours."""
        return self.stage.painter.palette

    @palette.setter
    def palette(self, palette: Palette) -> None:
        self.stage.set_palette(palette)
        self.changed()

    @property
    def trace(self) -> Trace:
        """Which wires of the selection are highlighted."""
        return self.stage.trace

    @trace.setter
    def trace(self, trace: Trace) -> None:
        self.stage.trace = trace
        self.stage.select(self.selected, self.current)
        self.changed()

    def mark_matches(self, keys: Iterable[str]) -> None:
        """Let what a search has found glow."""
        self.stage.match(keys)
        self.changed()

    def label_ports(self, labels: Mapping[PortRef, str]) -> None:
        """Draw a key on each of some ports, for a jump; an empty mapping takes them away."""
        self.stage.mark_ports(labels, {})
        self.changed()

    def mark_fits(self, fits: Mapping[PortRef, bool]) -> None:
        """Mark ports that would take a wire, and ports that would not."""
        self.stage.mark_ports({}, fits)
        self.changed()

    def mark_insertion(self, wire: WireRef | None) -> None:
        """Mark the place on a wire where a node would be put in; None takes it away."""
        patches: dict[int, list[Patch]] = {}
        at = self.ground.middle_of(wire) if wire else None
        if at:
            accent = style(self.palette.ground, self.palette.match, bold=True, reverse=True)
            plain = style(self.palette.match, self.palette.ground, bold=True)
            patches[at[1]] = [(at[0], "⊕", plain if self.palette.match else accent)]
        self.stage.patch(patches)
        self.changed()

    def mark_wire(self, wire: WireRef | None) -> None:
        """Highlight a wire in place of those of the selection; None takes that back."""
        if wire is None or wire[:2] not in self.ground.nets:
            self.stage.select(self.selected, self.current)
        else:
            self.stage.light({self.ground.nets[wire[:2]]})
        self.changed()

    def visible_ports(self) -> list[PortRef]:
        """Return the ports in view, from top to bottom."""
        keys = self.ground.within(self.stage.camera.view)
        return [ref for key in keys for ref in ports_of(self.ground, key)]

    # -- camera ---------------------------------------------------------------------------------

    @property
    def zoom(self) -> Zoom:
        """How much of a node is drawn."""
        return self.stage.zoom

    @zoom.setter
    def zoom(self, zoom: Zoom) -> None:
        self._fitting.end()
        if zoom is not self.stage.zoom:
            self.stage.is_steered = True
            self.take(self.stage.offer(self.stage.scene, zoom))

    @property
    def camera(self) -> Place:
        """The cell of the drawing at the top left of the widget."""
        return self.stage.camera.x, self.stage.camera.y

    @camera.setter
    def camera(self, at: Place) -> None:
        self.stage.look_at(self.stage.camera.at(*at))
        self.changed()

    def pan(self, dx: int, dy: int) -> None:
        """Move the camera by some cells."""
        self.stage.look_at(self.stage.camera.moved(dx, dy))
        self.changed()

    def fit(self, keys: Iterable[str] | None = None) -> None:
        """Show nodes, or all there is, as large as they fit: now and at other sizes."""
        self._fitting.begin(Fit(None if keys is None else frozenset(keys)))

    def overlook(self) -> None:
        """Show all there is if that leaves words to be read, else titles.

        Of these it shows the nodes without inputs and outputs, or what there is from the beginning
        on, whichever fits.

        As after `fit`, this goes for any size of the widget until somebody looks elsewhere.
        """
        self._fitting.begin(Fit(is_readable=True))

    @property
    def fitted(self) -> Fitted:
        """How all there is is kept in view, whatever the size; empty where it is not."""
        fit = self._fitting.of_all
        return "" if fit is None else "readable" if fit.is_readable else "all"

    def begin_at(self, zoom: Zoom, *, is_roomy: bool = False) -> None:
        """Draw the first scene at a zoom; compact boxes, where asked, as wide as their types."""
        self.stage.zoom, self.stage.is_roomy = zoom, is_roomy

    def look_again(self, at: Place, size: Place) -> None:
        """Look at what was seen another time.

        Args:
            at: What `camera` was.
            size: Columns and rows that the canvas had; none where that is not known.
        """
        self.stage.look_again(at, size)
        self.changed()

    def centre(self, keys: Iterable[str] | None = None) -> None:
        """Move the middle of nodes, or of all there is, into the middle."""
        self.stage.look_at(self.stage.camera.centred(self.ground.bounds(keys)))
        self.changed()

    def reveal(self, key: str) -> None:
        """Move the camera as little as brings a node into view."""
        self.stage.reveal(key)
        self.changed()

    # -- selection ------------------------------------------------------------------------------

    @property
    def selected(self) -> frozenset[str]:
        """The nodes, notes and groups that are selected."""
        return self.stage.selected

    @property
    def current(self) -> str:
        """The one that was selected last; empty if none."""
        return self.stage.current

    def select(self, *keys: str, reveal: bool = True) -> None:
        """Select nodes, notes and groups, the last one as the current one."""
        changed = self.stage.select(keys, keys[-1] if keys else "")
        if reveal and self.follows and self.current:
            self.stage.reveal(self.current)
        self.changed()
        if changed:
            self.post_message(messages.NodeSelected(self, self.selected, self.current))

    # -- actions --------------------------------------------------------------------------------

    def action_go(self, direction: navigate.Direction) -> None:
        """Select the nearest node in a direction."""
        found = self.stage.neighbour(direction)
        if found:
            self.select(found)

    def action_along(self, side: Literal["in", "out"]) -> None:
        """Select the nearest producer or consumer of the current node."""
        ground = self.ground
        ends = navigate.along(ground.wiring, ground.frame, self.current, side)
        if ends:
            self.select(ends[0])

    def action_next(self, step: int) -> None:
        """Select the next node in reading order."""
        found = navigate.following(self.ground.reading_order(), self.current, step)
        if found:
            self.select(found)

    def action_pan(self, x: int, y: int) -> None:
        """Move the camera by some steps."""
        self.pan(x * _PAN_X, y * _PAN_Y)

    def action_page(self, step: int) -> None:
        """Move the camera by most of a view."""
        self.pan(0, step * max(1, self.stage.camera.height * 3 // 4))

    def action_zoom(self, step: int) -> None:
        """Show more or less of each node."""
        self.zoom = Zoom(min(max(self.zoom + step, Zoom.DOT), Zoom.FULL))

    def action_fit(self) -> None:
        """Show the whole graph."""
        self.fit()

    def action_centre(self) -> None:
        """Move the selection into the middle."""
        self.centre(self.selected or None)

    def action_activate(self) -> None:
        """Open the current node."""
        if self.current:
            self.post_message(messages.NodeActivated(self, self.current))

    # -- mouse ----------------------------------------------------------------------------------

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Remember what is pressed."""
        self._mouse.down(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with a gesture, or mark what the mouse is over."""
        self._mouse.move(event)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """End a gesture, or take the press for a click."""
        self._mouse.up(event)

    def on_click(self, event: events.Click) -> None:
        """Tell of clicks on empty ground and of double clicks."""
        self._mouse.click(event)

    def on_leave(self) -> None:
        """Mark nothing any more."""
        self._mouse.hover(Hit("empty"))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Pan; sideways with shift, zoom with control."""
        self._mouse.wheel(event, 0, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Pan; sideways with shift, zoom with control."""
        self._mouse.wheel(event, 0, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Pan."""
        self._mouse.wheel(event, -1, 0)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Pan."""
        self._mouse.wheel(event, 1, 0)

    def cancel(self) -> bool:
        """Give up what the mouse is dragging; tell whether it was dragging anything."""
        return self._mouse.cancel()

    # -- drawing --------------------------------------------------------------------------------

    def observe(self, observer: Callable[[], None]) -> None:
        """Call a function after each change of what is drawn or of where the camera is."""
        self._observers.append(observer)

    def on_resize(self, event: events.Resize) -> None:
        """Show as much as there is room for."""
        self._use_room()

    def _use_room(self) -> None:
        camera = self.stage.camera
        if (camera.width, camera.height) != self.size:
            self.stage.resize(*self.size)
            self.changed()
            self._fitting.again()

    def changed(self) -> None:
        """Have drawn what has changed, and tell who wants to know."""
        self._keep_time()
        touched = self.stage.painter.take_touched()
        if touched is None:
            self.refresh()
        else:
            regions = _regions(touched, self.stage.camera.view)
            if regions:
                self.refresh(*regions)
        for observer in self._observers:
            observer()
        said = (self.stage.camera, self.zoom)
        if said != self._said and self.is_attached:
            self._said = said
            self.post_message(messages.CameraMoved(self, self.camera, self.zoom))

    def _keep_time(self) -> None:
        moving = self.is_attached and self.stage.is_moving()
        if moving and self._timer is None:
            self._timer = self.set_interval(_TICK_SECONDS, self.tick)
        elif not moving and self._timer is not None:
            self._timer.stop()
            self._timer = None

    def tick(self) -> None:
        """Move what runs; called by a timer while there is anything."""
        self.stage.tick()
        regions = _regions(self.stage.painter.take_touched() or [], self.stage.camera.view)
        if regions:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part of the widget: kept strips, untouched where they can be.

        At another size it is drawn before it is told of that.
        """
        self._use_room()
        x, y, width, height = crop
        line = self.stage.line
        strips = [line(row) for row in range(y, y + height)]
        if x or width != self.stage.camera.width:
            return [strip.crop_extend(x, x + width, None) for strip in strips]
        return strips


def _regions(areas: Iterable[Frame], view: Frame) -> list[Region]:
    """Return areas of the drawing as regions of the window; many of them as whole rows."""
    window = Region(0, 0, view.width, view.height)
    regions = set()
    for area in areas:
        region = Region(area.x - view.x, area.y - view.y, area.width, area.height)
        seen = region.intersection(window)
        if seen:
            regions.add(seen)
    if len(regions) <= _MOST_REGIONS:
        return list(regions)
    rows = sorted({y for region in regions for y in range(region.y, region.bottom)})
    return [Region(0, y, view.width, 1) for y in rows]
