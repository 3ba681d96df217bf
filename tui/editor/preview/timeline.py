"""The line below a film: whether it plays, and where one is in it; to be dragged with the mouse."""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.editor.preview.describing import clock


class Timeline(Widget):
    """Where one is in a film."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"timeline--done", "timeline--rest", "timeline--words"}
    DEFAULT_CSS = """
    Timeline { height: 1; background: $surface; }
    Timeline .timeline--done { color: $primary; text-style: bold; }
    Timeline .timeline--rest { color: $line; }
    Timeline .timeline--words { color: $foreground; }
    """

    class Scrubbed(Message):
        """The mouse asks for another time."""

        def __init__(self, seconds: float) -> None:
            super().__init__()
            self.seconds = seconds

    class Toggled(Message):
        """The mouse asks to play, or to pause."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._at = self._length = 0.0
        self._plays = self._is_held = False
        self._drawn: tuple[str, str, int, int] | None = None

    def show(self, at: float, length: float, *, plays: bool) -> None:
        """Show a time; nothing is drawn if that looks the same."""
        self._at, self._length, self._plays = at, length, plays
        if self._layout() != self._drawn:
            self.refresh()

    def _layout(self) -> tuple[str, str, int, int]:
        """Return the words on the left and right, and the cells before and after the knob."""
        left = f" {'‖' if self._plays else '▶'} {clock(self._at)} "
        right = f" {clock(self._length)} "
        room = max(1, self.size.width - len(left) - len(right))
        share = min(1.0, self._at / self._length) if self._length else 0.0
        before = round(share * (room - 1))
        return left, right, before, room - 1 - before

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        self._drawn = left, right, before, after = self._layout()
        words, done, rest = (
            self.get_component_rich_style(f"timeline--{name}") for name in ("words", "done", "rest")
        )
        strip = Strip([
            Segment(left, words), Segment("━" * before + "●", done), Segment("─" * after, rest),
            Segment(right, words),
        ])  # fmt: skip
        return strip.adjust_cell_length(self.size.width, self.rich_style)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to scrub, or play."""
        event.stop()
        if event.x < 3:
            self.post_message(self.Toggled())
            return
        self._is_held = True
        self.capture_mouse()
        self._scrub(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Scrub on."""
        if self._is_held:
            self._scrub(event.x)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go."""
        if self._is_held:
            self._is_held = False
            self.release_mouse()

    def _scrub(self, x: int) -> None:
        left, _, before, after = self._layout()
        share = (x - len(left)) / max(1, before + after)
        self.post_message(self.Scrubbed(min(max(share, 0.0), 1.0) * self._length))
