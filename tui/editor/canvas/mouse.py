"""The mouse on a canvas: presses become clicks or gestures, and those become messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events

from tui.drawing.layout import Point
from tui.editor.canvas import messages
from tui.editor.canvas.gestures import Band, Banded, Draw, Dropped, Gesture, Move, Moved, Pan
from tui.editor.canvas.ground import Hit

if TYPE_CHECKING:
    from tui.editor.canvas.widget import Canvas

_WHEEL_X, _WHEEL_Y = 6, 3
_BOXES = ("node", "note", "port")
"""What a hit with the name of a box may be on."""


class Mouse:
    """What is pressed, what goes on, and what the mouse is over."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._pressed: tuple[Hit, Point, events.MouseDown] | None = None
        self._gesture: Gesture | None = None
        self._hit = Hit("empty")
        self._was_dragged = False

    def down(self, event: events.MouseDown) -> None:
        """Remember what was pressed; what it means is known when the mouse moves or lets go."""
        self._canvas.focus()
        hit = self._canvas.stage.at(event.x, event.y)
        if event.button == 3:
            at = self._canvas.stage.place_at(event.x, event.y)
            screen = (event.screen_x, event.screen_y)
            self._canvas.post_message(messages.ContextRequested(self._canvas, hit, at, screen))
            return
        self._pressed = (hit, (event.x, event.y), event)
        self._canvas.capture_mouse()
        event.stop()

    def move(self, event: events.MouseMove) -> None:
        """Go on with a gesture, or mark what the mouse is over."""
        if self._gesture is None and self._pressed is not None:
            hit, at, down = self._pressed
            if (event.x, event.y) != at:
                self._gesture = self._begin(hit, at, down)
        if self._gesture is not None:
            self._gesture.move(event.x, event.y)
            self._canvas.changed()
        elif self._pressed is None:
            self.hover(self._canvas.stage.at(event.x, event.y))

    def _begin(self, hit: Hit, at: Point, down: events.MouseDown) -> Gesture:
        stage = self._canvas.stage
        if down.button == 2:
            return Pan(stage, at)
        if hit.port is not None and not self._canvas.locked:
            return Draw(stage, hit.port, self._canvas.compatible)
        if hit.what in _BOXES and not self._canvas.locked:
            if hit.id not in self._canvas.selected:
                self._canvas.select(hit.id, reveal=False)
            return Move(stage, self._canvas.selected, at)
        if down.shift:
            return Band(stage, (stage.camera.x + at[0], stage.camera.y + at[1]))
        return Pan(stage, at)

    def up(self, event: events.MouseUp) -> None:
        """End a gesture, or take the press for a click."""
        self._canvas.release_mouse()
        gesture, self._gesture = self._gesture, None
        pressed, self._pressed = self._pressed, None
        self._was_dragged = gesture is not None
        if gesture is not None:
            self._canvas.stage.patch({})
            self._tell(gesture, event)
        elif pressed is not None:
            self._click(pressed[0], event)
        self._canvas.changed()

    def let_go_of_gone(self) -> None:
        """Give up what was begun on a box that is no longer there."""
        if self._pressed is None:
            return
        hit = self._pressed[0]
        if hit.what in _BOXES and hit.id not in self._canvas.ground.cards and not self.cancel():
            self._pressed = None
            self._canvas.release_mouse()

    def cancel(self) -> bool:
        """Give a gesture up; tell whether there was one."""
        if self._gesture is None:
            return False
        self._gesture = self._pressed = None
        self._was_dragged = True
        self._canvas.release_mouse()
        self._canvas.stage.patch({})
        self._canvas.stage.mark_ports({}, {})
        self._canvas.changed()
        return True

    def _tell(self, gesture: Gesture, event: events.MouseUp) -> None:
        outcome = gesture.end()
        if isinstance(outcome, Banded):
            self._canvas.select(*self._canvas.selected, *sorted(outcome.keys), reveal=False)
        elif isinstance(outcome, Moved):
            self._canvas.post_message(messages.NodesMoved(self._canvas, outcome.places))
        elif isinstance(outcome, Dropped):
            at = self._canvas.stage.place_at(event.x, event.y)
            self._canvas.post_message(
                messages.ConnectionDropped(
                    self._canvas, outcome.start, outcome.end, outcome.fits, at
                )
            )

    def _click(self, hit: Hit, event: events.MouseUp) -> None:
        if hit.what in ("node", "note", "group"):
            self._click_box(hit.id, event)
        elif hit.port is not None:
            self._canvas.select(hit.id, reveal=False)
            self._canvas.post_message(messages.PortPressed(self._canvas, hit.port))
        elif hit.what == "wire":
            self._canvas.mark_wire(hit.wires[0])
            self._canvas.post_message(messages.WireSelected(self._canvas, hit.wires))
        else:
            self._canvas.select(reveal=False)

    def _click_box(self, key: str, event: events.MouseUp) -> None:
        if not (event.shift or event.ctrl):
            self._canvas.select(key, reveal=False)
        elif key in self._canvas.selected:
            self._canvas.select(*sorted(self._canvas.selected - {key}), reveal=False)
        else:
            self._canvas.select(*sorted(self._canvas.selected), key, reveal=False)

    def click(self, event: events.Click) -> None:
        """Tell of clicks on empty ground and of double clicks, which Textual counts."""
        if event.button != 1 or self._was_dragged:
            return
        hit, twice = self._canvas.stage.at(event.x, event.y), event.chain == 2
        if hit.what == "empty":
            at = self._canvas.stage.place_at(event.x, event.y)
            self._canvas.post_message(messages.EmptyPressed(self._canvas, at, twice=twice))
        elif twice and hit.what == "node":
            self._canvas.post_message(messages.NodeActivated(self._canvas, hit.id))
        elif twice and hit.what == "group":
            self._canvas.post_message(messages.GroupPressed(self._canvas, hit.id))

    def hover(self, hit: Hit) -> None:
        """Mark the box that the mouse is over."""
        if hit != self._hit:
            self._hit = hit
            self._canvas.stage.hover(hit.id if hit.what in _BOXES else "")
            self._canvas.changed()
            self._canvas.post_message(messages.HoverChanged(self._canvas, hit))

    def wheel(self, event: events.MouseEvent, x: int, y: int) -> None:
        """Pan; sideways with shift, zoom with control."""
        event.stop()
        if event.ctrl:
            self._canvas.action_zoom(-y)
        elif event.shift:
            self._canvas.pan((x or y) * _WHEEL_X, 0)
        else:
            self._canvas.pan(x * _WHEEL_X, y * _WHEEL_Y)
