"""A form on the screen, drawn line by line: there is no widget for a row, so that it is quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.editor.forms.commands import COMMANDS
from tui.editor.forms.letters import letters_of
from tui.editor.forms.lines import Line, Shape, edit_place, lines_of, shape_of
from tui.editor.forms.rows import Row, Sheet


@dataclass(frozen=True, slots=True)
class _Drawn:
    row: Row
    shape: Shape
    letter: str
    hole: int
    lines: list[Line]


class Form(ScrollView, can_focus=True, inherit_bindings=False):
    """The rows of a sheet, one of them the current one."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(each.keys, f"command('{each.id}')", each.title, show=False, id=each.id)
        for each in COMMANDS
    ]
    _NAMES: ClassVar[tuple[str, ...]] = (
        "title", "section", "line", "label", "key", "value", "default", "missing", "chip", "soft",
        "unused", "bad", "warn", "set", "button", "cursor",
    )  # fmt: skip
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"form--{name}" for name in _NAMES}
    DEFAULT_CSS = """
    Form {
        height: 1fr; background: $surface; overflow: hidden scroll; scrollbar-size-vertical: 1;
        scrollbar-background: $surface; scrollbar-background-hover: $surface;
        scrollbar-background-active: $surface;
    }
    Form .form--title { color: $foreground; text-style: bold; }
    Form .form--section { color: $primary; text-style: bold; }
    Form .form--line { color: $line; }
    Form .form--label { color: $foreground; }
    Form .form--key { color: $match; text-style: bold underline; }
    Form .form--value { color: $foreground; }
    Form .form--default { color: $soft; text-style: italic; }
    Form .form--missing { color: $error; text-style: italic; }
    Form .form--chip { color: $secondary; text-style: bold; }
    Form .form--soft { color: $soft; }
    Form .form--unused { color: $soft; text-style: dim; }
    Form .form--bad { color: $error; }
    Form .form--warn { color: $warning; }
    Form .form--set { color: $primary; text-style: bold; }
    Form .form--button { color: $primary; }
    Form .form--cursor { background: $primary 18%; }
    """

    class Moved(Message):
        """Another row is the current one, or the form was scrolled."""

    class Pressed(Message):
        """A row was clicked, or its letter was typed.

        Args:
            row: The row.
            at: The column in its value that was clicked; -1 for its label or its letter.
            by_mouse: Whether it was clicked.
        """

        def __init__(self, row: Row, at: int = -1, *, by_mouse: bool = False) -> None:
            super().__init__()
            self.row = row
            self.at = at
            self.by_mouse = by_mouse

    class Commanded(Message):
        """Something is to be done with the current row.

        Args:
            command: The command's id.
        """

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet("", ())
        self.cursor = ""
        """Key of the current row."""
        self._letters: dict[str, str] = {}
        self._drawn: dict[str, _Drawn] = {}
        self._lines: list[tuple[int, Line]] = []
        self._starts: list[int] = []
        self._shape = Shape(1, 1)
        self._hole = ("", 0)
        self._styles: dict[tuple[str, bool], Style] = {}
        self._fitted = Size()
        """The size that the lines were laid out for."""

    # -- what is shown -------------------------------------------------------------------------

    def show(self, sheet: Sheet) -> None:
        """Show a sheet; the cursor stays on the row of the same key, or goes to the first."""
        is_other = sheet.target != self.sheet.target
        at = self.sheet.index(self.cursor)
        self.sheet = sheet
        self._letters = letters_of(sheet.rows)
        if sheet.index(self.cursor) < 0:
            self.cursor = self._nearest(0 if is_other else at)
            self.refresh()
        self._lay_out()
        if is_other:
            self.scroll_to(y=0, animate=False)
        self._reveal()

    @property
    def current(self) -> Row | None:
        """The row that the cursor is on."""
        return self.sheet.row(self.cursor)

    @property
    def hole(self) -> tuple[str, int]:
        """The row whose value is being typed, and the lines that are left free for it."""
        return self._hole

    @hole.setter
    def hole(self, hole: tuple[str, int]) -> None:
        if hole != self._hole:
            self._hole = hole
            self._lay_out()

    @property
    def is_laid_out(self) -> bool:
        """Whether rows have their places: a form that has just come to be seen has none yet."""
        return bool(self._starts)

    def place_of_value(self, key: str) -> Region | None:
        """Return where a row's value is typed, in cells of this widget; None if out of sight."""
        at = self.sheet.index(key)
        if at < 0 or at >= len(self._starts):
            return None
        x, below, width = edit_place(self.sheet.rows[at], self._shape)
        y = self._starts[at] + below - self.scroll_offset.y
        return Region(x, y, max(4, width), 1) if -1 <= y < self.size.height else None

    def go_to(self, key: str) -> None:
        """Make a row the current one."""
        if self.sheet.index(key) >= 0 and key != self.cursor:
            self.cursor = key
            self._reveal()
            self.refresh()
            self.post_message(self.Moved())

    # -- keys and mouse ------------------------------------------------------------------------

    def go(self, step: int) -> None:
        """Move the cursor over rows; it stays at the ends."""
        able = [row.key for row in self.sheet.rows if not row.is_silent]
        if not able:
            return
        at = able.index(self.cursor) if self.cursor in able else 0
        to = min(max(at + step, 0), len(able) - 1)
        self.go_to(able[to])
        if to == 0:
            self.scroll_to(y=0, animate=False)

    def action_command(self, command: str) -> None:
        """Move the cursor, or have something done with the current row."""
        if not self.move(command):
            self.post_message(self.Commanded(command))

    def move(self, command: str) -> bool:
        """Move the cursor by a command; tell whether it is one that does."""
        match command:
            case "form.down":
                self.go(1)
            case "form.up":
                self.go(-1)
            case "form.page-down":
                self.go_page(1)
            case "form.page-up":
                self.go_page(-1)
            case "form.first":
                self.go_end(-1)
            case "form.last":
                self.go_end(1)
            case _:
                return False
        return True

    def go_page(self, step: int) -> None:
        """Move the cursor by what fits on the screen."""
        self.go(step * max(1, self.size.height // 2))

    def go_end(self, step: int) -> None:
        """Move the cursor to the first or last row."""
        self.go(step * len(self.sheet.rows))

    def on_key(self, event: events.Key) -> None:
        """Go to the row whose letter is typed."""
        for key, letter in self._letters.items():
            if event.character == letter and (row := self.sheet.row(key)):
                event.stop()
                event.prevent_default()
                self.go_to(key)
                self.post_message(self.Pressed(row))
                return

    def on_click(self, event: events.Click) -> None:
        """Go to the row that was clicked."""
        y = event.y + self.scroll_offset.y
        if 0 <= y < len(self._lines):
            row = self.sheet.rows[self._lines[y][0]]
            if not row.is_silent:
                self.go_to(row.key)
                at = event.x - self._shape.value_at
                self.post_message(self.Pressed(row, max(at, -1), by_mouse=True))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell that what is typed over this widget must follow."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    # -- layout --------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep to the room that there is."""
        self._fit()

    def _fit(self) -> None:
        """Lay the rows out for another width, and keep the current one in sight."""
        before, self._fitted = self._fitted, self.size
        if self.size.width != before.width:
            self._lay_out()
        elif self.size != before:
            self._tell_height()
        if self.size != before:
            self._reveal()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width or self.size.width
        if width < 1:
            # It is out of sight, and will be laid out when it is seen again.
            self._lines, self._starts, self._fitted = [], [], Size()
            return
        rows = self.sheet.rows
        self._shape = shape_of(rows, width)
        before, self._lines, self._starts = self._lines, [], []
        drawn: dict[str, _Drawn] = {}
        for at, row in enumerate(rows):
            each = drawn[row.key] = self._draw(row)
            self._starts.append(len(self._lines))
            self._lines += [(at, line) for line in each.lines]
        self._drawn = drawn
        self._tell_height()
        self._refresh_from(before)

    def _tell_height(self) -> None:
        """Have the scrollbar follow; it is blank where all rows are in sight.

        It keeps its column then: if it came and went, the screen would be laid out anew with many
        a step from node to node.
        """
        width = self.scrollable_content_region.width or self.size.width
        size = Size(width, max(len(self._lines), self.size.height))
        if size != self.virtual_size:
            self.set_reactive(Form.virtual_size, size)
            self._scroll_update(size)

    def _refresh_from(self, before: list[tuple[int, Line]]) -> None:
        """Draw those lines again that are other ones than before."""
        if len(before) != len(self._lines):
            self.refresh()
            return
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        changed = [
            Region(0, y - top, self.size.width, 1)
            for y in range(top, min(bottom, len(before)))
            if before[y][1] is not self._lines[y][1]
        ]
        if changed:
            self.refresh(*changed)

    def _draw(self, row: Row) -> _Drawn:
        letter = self._letters.get(row.key, "")
        hole = self._hole[1] if self._hole[0] == row.key else 0
        old = self._drawn.get(row.key)
        if old and (old.row, old.shape, old.letter, old.hole) == (row, self._shape, letter, hole):
            return old
        return _Drawn(row, self._shape, letter, hole, lines_of(row, self._shape, letter, hole))

    def _nearest(self, at: int) -> str:
        able = [i for i, row in enumerate(self.sheet.rows) if not row.is_silent]
        best = min(able, key=lambda i: abs(i - at), default=-1)
        return self.sheet.rows[best].key if best >= 0 else ""

    def _reveal(self) -> None:
        at = self.sheet.index(self.cursor)
        if at < 0 or at >= len(self._starts) or not self.size.height:
            return
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._lines)
        top, height = self.scroll_offset.y, self.size.height
        if end - top > height:
            top = end - height
        top = min(top, self._starts[at])
        if top != self.scroll_offset.y:
            self.scroll_to(y=top, animate=False, immediate=True)

    # -- drawing -------------------------------------------------------------------------------

    def notify_style_update(self) -> None:
        """Forget the styles of another theme."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, name: str, *, lit: bool) -> Style:
        if (name, lit) not in self._styles:
            style = self.rich_style + self.get_component_rich_style(f"form--{name}", partial=True)
            if lit:
                style += Style(bgcolor=self.get_component_rich_style("form--cursor").bgcolor)
            self._styles[name, lit] = style
        return self._styles[name, lit]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return lines of the form: at another size it is drawn before it is told of that."""
        self._fit()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Return a line of the form."""
        width = self.size.width
        y += self.scroll_offset.y
        if y >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        at, line = self._lines[y]
        row = self.sheet.rows[at]
        lit = row.key == self.cursor and self.has_focus_within_pane
        mark = "▌" if row.key == self.cursor and not row.is_silent else " "
        segments = [Segment(words, self._style(name, lit=lit)) for words, name in line if words]
        if segments and mark != " ":
            first = segments[0]
            segments[0] = Segment(first.text[1:], first.style)
            segments.insert(0, Segment(mark, self._style("set", lit=lit)))
        return Strip(segments).adjust_cell_length(width, self._style("value", lit=lit))

    @property
    def has_focus_within_pane(self) -> bool:
        """Whether keys go to this form, or to what is typed over it."""
        return self.has_focus or bool(self._hole[0])

    def on_focus(self) -> None:
        """Show the cursor."""
        self.refresh()

    def on_blur(self) -> None:
        """Show that keys go elsewhere."""
        self.refresh()
