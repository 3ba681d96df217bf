"""Lines of coloured text to go through, of any number; only those that are seen are drawn.

What is shown comes from files and providers, so control characters are made visible.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.cli.terminal import Span, visible
from tui.editor.commands import Commanded, Topic
from tui.editor.listed import LIST

_TONES: Final = {
    "": "plain",
    "bold": "bold",
    "dim": "dim",
    "red": "bad",
    "green": "good",
    "yellow": "warn",
    "blue": "accent",
    "cyan": "accent",
    "magenta": "accent",
    "bold red": "bad",
    "bold yellow": "warn",
    "bold green": "good",
    "bold cyan": "accent",
}
"""From the styles of the command line to the classes of this widget."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line."""

    spans: Sequence[Span]
    value: Any = None
    """What it stands for; None for a line that the cursor passes over."""


def rows_of(lines: Iterable[Sequence[Span]], values: Iterable[Any] = ()) -> list[Row]:
    """Return lines as rows; the last ones stand for the values, if there are any."""
    plain = [Row(line) for line in lines]
    given = list(values)
    if given:
        first = len(plain) - len(given)
        plain[first:] = [Row(r.spans, v) for r, v in zip(plain[first:], given, strict=True)]
    return plain


class Lines(Commanded, ScrollView, can_focus=True, inherit_bindings=False):
    """The lines, with a cursor on one that stands for something."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "lines--plain", "lines--bold", "lines--dim", "lines--bad", "lines--good", "lines--warn",
        "lines--accent", "lines--cursor",
    }  # fmt: skip
    DEFAULT_CSS = """
    Lines { background: $surface; overflow-x: hidden; scrollbar-size-vertical: 1; }
    Lines .lines--plain { color: $foreground; }
    Lines .lines--bold { color: $foreground; text-style: bold; }
    Lines .lines--dim { color: $soft; }
    Lines .lines--bad { color: $error; text-style: bold; }
    Lines .lines--good { color: $success; }
    Lines .lines--warn { color: $warning; }
    Lines .lines--accent { color: $primary; }
    Lines .lines--cursor { background: $primary 15%; }
    """
    TOPIC: ClassVar[Topic] = LIST

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, lines: Lines, value: Any) -> None:
            super().__init__()
            self.lines = lines
            self.value = value

        @property
        def control(self) -> Lines:
            """The widget."""
            return self.lines

    class Picked(Moved):
        """A line was chosen."""

    def __init__(
        self,
        empty: str = "",
        *,
        picks: str = "",
        tails: bool = False,
        id: str | None = None,
        classes: str = "",
    ) -> None:
        """Make the widget.

        Args:
            empty: What is said where there are no rows.
            picks: What choosing a line does, in a word or two; empty where it does nothing.
            tails: Whether the last row stays in view while rows come, until one scrolls back.
            id: Its name.
            classes: Its classes.
        """
        super().__init__(id=id, classes=classes)
        self._picks = picks
        self._tails = tails
        self._is_at_end = True
        self._rows: Sequence[Row] = ()
        self._empty = empty
        self._cursor = -1

    # -- what is shown -------------------------------------------------------------------------

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows; the cursor stays on what it was on, if that is still there."""
        before = self.current
        self._rows = rows
        self._cursor = self._last_place() if self._tails else self._place_of(before)
        self._is_at_end = True
        self._measure()

    def grow(self, rows: Sequence[Row]) -> None:
        """Show rows that begin with those that are shown; quicker than `show`."""
        self._rows = rows
        if self._cursor < 0 or (self._tails and self._is_at_end):
            self._cursor = self._last_place()
        self._measure()

    def _measure(self) -> None:
        is_at_end = self._is_at_end
        self.virtual_size = Size(self.size.width, len(self._rows))
        if self._tails and is_at_end:
            self.scroll_end(animate=False, immediate=True, force=True)
        self.refresh()

    def say_empty(self, text: str) -> None:
        """Say something else where there are no rows."""
        self._empty = text
        self.refresh()

    @property
    def current(self) -> Any:
        """What the row under the cursor stands for; None if there is none."""
        return self._rows[self._cursor].value if 0 <= self._cursor < len(self._rows) else None

    @property
    def rows(self) -> Sequence[Row]:
        """What is shown."""
        return self._rows

    def choose(self, value: Any) -> None:
        """Put the cursor on the row of a value."""
        self._move_to(self._place_of(value))

    def _place_of(self, value: Any) -> int:
        places = (i for i, row in enumerate(self._rows) if row.value is not None)
        first = next(places, -1)
        if value is None or first < 0:
            return first
        return next((i for i, row in enumerate(self._rows) if row.value == value), first)

    def _last_place(self) -> int:
        places = (i for i in reversed(range(len(self._rows))) if self._rows[i].value is not None)
        return next(places, -1)

    # -- the cursor ----------------------------------------------------------------------------

    def topics(self) -> Iterator[Topic]:
        """Yield the keys of lists, with the word for what choosing a line does here."""
        pick, *others = LIST.commands
        yield replace(LIST, commands=(replace(pick, word=self._picks), *others))

    def go(self, step: int) -> None:
        """Move the cursor by some rows."""
        places = [i for i, row in enumerate(self._rows) if row.value is not None]
        if not places:
            self.scroll_relative(y=step, animate=False, immediate=True)
            return
        at = places.index(self._cursor) if self._cursor in places else 0
        self._move_to(places[min(max(at + step, 0), len(places) - 1)])
        if self._cursor == places[0]:
            self.scroll_home(animate=False, immediate=True)

    def go_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.go(step * max(1, self.size.height - 1))

    def go_end(self, step: int) -> None:
        """Move the cursor to the first or last row."""
        self.go(step * len(self._rows))

    def pick(self) -> None:
        """Choose the row under the cursor, or none where no row stands for anything."""
        self.post_message(self.Picked(self, self.current))

    def why_no_line(self) -> str:
        """Say why there is no row to go to."""
        return "" if self._rows else self._empty or "There is nothing in this list."

    def why_no_pick(self) -> str:
        """Say why no row can be chosen."""
        return self.why_no_line() if self._picks else "These lines are only to be read."

    def _move_to(self, place: int) -> None:
        if place < 0:
            return
        self._cursor = place
        top, height = self.scroll_offset.y, max(1, self.size.height)
        if not top <= place < top + height:
            y = place if place < top else place - height + 1
            self.scroll_to(y=y, animate=False, immediate=True)
        self.refresh()
        self.post_message(self.Moved(self, self.current))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse was; choose what was clicked twice."""
        place = event.y + self.scroll_offset.y
        if 0 <= place < len(self._rows) and self._rows[place].value is not None:
            self._move_to(place)
            if event.chain == 2:
                self.pick()

    # -- drawing -------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep the size of the ground that is scrolled over."""
        self._measure()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follow the last row no longer when somebody scrolls back."""
        super().watch_scroll_y(old_value, new_value)
        self._is_at_end = round(new_value) >= self.max_scroll_y

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        place = y + self.scroll_offset.y
        width = self.size.width
        base = self.rich_style
        if place >= len(self._rows):
            is_note = not self._rows and y == 0 and self._empty
            spans: Sequence[Span] = [(f" {self._empty}", "dim")] if is_note else []
            return self._strip(spans, base).adjust_cell_length(width, base)
        if place == self._cursor and self._rows[place].value is not None:
            base = self.get_component_rich_style("lines--cursor")
            if base.bgcolor is None or base.bgcolor == self.rich_style.bgcolor:
                base += Style(reverse=True)
            if not self.has_focus:
                base += Style(dim=True)
        return self._strip(self._rows[place].spans, base).adjust_cell_length(width, base)

    def _strip(self, spans: Sequence[Span], base: Style) -> Strip:
        segments = [Segment(" ", base)]
        for span in spans:
            text, name = (span, "") if isinstance(span, str) else span
            tone = self.get_component_rich_style(f"lines--{_TONES[name]}", partial=True)
            segments.append(Segment(visible(text).replace("\n", " "), base + tone))
        return Strip(segments, sum(cell_len(segment.text) for segment in segments))
