"""A list to choose from, drawn line by line: what cannot be chosen is dim and says why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.labels import harmless, shorten


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of the list."""

    value: Any
    label: str
    """What is looked for."""
    detail: str = ""
    hint: str = ""
    """At the right end: a key, a kind."""
    help: str = ""
    """Shown below the list while the line is the current one."""
    reason: str = ""
    """Why it cannot be chosen now; empty if it can."""
    sign: str = " "
    color: str = ""
    """Of the sign, as `#rrggbb`."""
    rank: int = 0
    """Where it stands among those that fit as well; the lowest comes first."""


class Choices(Widget):
    """The list; the host moves its cursor and asks for the current line."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "choices--line", "choices--cursor", "choices--match", "choices--soft", "choices--dim",
    }  # fmt: skip
    DEFAULT_CSS = """
    Choices { height: auto; background: $surface; }
    Choices .choices--line { color: $foreground; }
    Choices .choices--cursor { background: $primary 15%; color: $foreground; text-style: bold; }
    Choices .choices--match { color: $match; text-style: bold; }
    Choices .choices--soft { color: $soft; }
    Choices .choices--dim { color: $soft; text-style: italic; }
    """

    class Picked(Message):
        """A line was clicked."""

    def __init__(self, most: int = 12, *, empty: str = "nothing fits") -> None:
        super().__init__()
        self._most = most
        self._empty = empty
        self._lines: Sequence[tuple[Choice, tuple[int, ...]]] = ()
        self._first = 0
        self.cursor = 0

    def show(self, lines: Sequence[tuple[Choice, tuple[int, ...]]]) -> None:
        """Show lines, each with the places of the letters that were looked for."""
        self._lines = lines
        self.cursor = self._first = 0
        self.styles.height = max(1, min(self._most, len(lines)))
        self.refresh()

    @property
    def current(self) -> Choice | None:
        """The line under the cursor."""
        return self._lines[self.cursor][0] if self._lines else None

    def __len__(self) -> int:
        return len(self._lines)

    def go(self, step: int) -> None:
        """Move the cursor; by one step around the ends."""
        if not self._lines:
            return
        last = len(self._lines) - 1
        at = self.cursor + step
        if abs(step) == 1:
            at %= last + 1
        self.cursor = min(max(at, 0), last)
        height = self.size.height or self._most
        self._first = min(max(self._first, self.cursor - height + 1), self.cursor)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return a line of the list."""
        width = self.size.width
        at = self._first + y
        base = self.rich_style
        if at >= len(self._lines):
            words = f"  {self._empty}" if not self._lines and y == 0 else ""
            soft = self.get_component_rich_style("choices--soft")
            return Strip([Segment(words, soft)]).adjust_cell_length(width, base)
        choice, places = self._lines[at]
        is_current = at == self.cursor
        line = self.get_component_rich_style(f"choices--{'cursor' if is_current else 'line'}")
        if is_current and not line.bgcolor:
            line += Style(reverse=True)
        if choice.reason:
            line += self.get_component_rich_style("choices--dim", partial=True)
        return self._strip(choice, places, line, width)

    def _strip(self, choice: Choice, places: Sequence[int], line: Style, width: int) -> Strip:
        soft = line + self.get_component_rich_style("choices--soft", partial=True)
        lit = line + self.get_component_rich_style("choices--match", partial=True)
        sign = line + Style(color=choice.color or None)
        hint = harmless(choice.hint)
        room = max(8, width - cell_len(hint) - 5)
        label = shorten(harmless(choice.label), room)
        marks = set(places) if label == choice.label else set()
        segments = [Segment(f" {choice.sign} ", sign)]
        segments += [Segment(c, lit if i in marks else line) for i, c in enumerate(label)]
        left = room - cell_len(label)
        detail = choice.reason or choice.detail
        column = max(2, min(22, room // 2) - cell_len(label))
        words = shorten(harmless(detail), max(0, left - column)) if left > column + 4 else ""
        pad = " " * (left - cell_len(words) - (column if words else 0))
        segments.append(Segment((" " * column if words else "") + words + pad, soft))
        segments.append(Segment(f" {hint} ", soft))
        return Strip(segments).adjust_cell_length(width, line)

    def on_click(self, event: events.Click) -> None:
        """Choose the line that was clicked."""
        at = self._first + event.y
        if at < len(self._lines):
            self.cursor = at
            self.refresh()
            self.post_message(self.Picked())

    def on_mouse_scroll_down(self) -> None:
        """Go on in the list."""
        self.go(3)

    def on_mouse_scroll_up(self) -> None:
        """Go back in the list."""
        self.go(-3)
