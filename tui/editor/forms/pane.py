"""A form in which one types: the line that lies over a value, and when what is typed is written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.css.scalar import Scalar
from textual.geometry import Region
from textual.widget import Widget

from tui.editor.desk import Desk
from tui.editor.forms.foot import Foot
from tui.editor.forms.form import Form
from tui.editor.forms.rows import Row
from tui.editor.forms.suggesting import Suggestion, is_open_reference, suggest
from tui.editor.forms.typing import Suggestions, ValueArea
from tui.editor.forms.values import Unfinished, from_text, to_text
from tui.editor.model import MISSING

_TALLEST = 10
"""Most lines of a text that is typed in the form."""
_LEAST_PROSE = 3
"""Least lines of a text that may have several."""
_MOST_OFFERS = 8
_PROSE = frozenset({"lines", "data"})
_GOES_ON = frozenset({"text", "lines", "integer", "number"})
"""Kinds of rows in which tab goes on typing."""


class FormPane(Widget):
    """A form, what is said of the current row, and what one types with.

    What is typed is written at each key, as one entry of the undo list; of a name, a choice or an
    unfinished reference only when it is done.

    Args:
        desk: What is open.
    """

    DEFAULT_CSS = """
    FormPane { layout: vertical; layers: base over; background: $surface; height: 1fr; }
    FormPane ValueArea { layer: over; position: absolute; display: none; }
    FormPane Suggestions { layer: over; position: absolute; }
    """

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.form = Form()
        self.foot = Foot()
        self.popup = Suggestions(most=_MOST_OFFERS)
        self.area = ValueArea(self.popup)
        self._row = ""
        """The row whose value is being typed."""
        self._unfinished = ""
        """Why what is typed is no value yet."""
        self._drafts: dict[tuple[str, str], tuple[Any, str]] = {}
        """What was typed that is no value yet, by form and row, with the value that stays."""

    def compose(self) -> ComposeResult:
        """Yield the form, what is below it, and what one types with."""
        yield self.form
        yield self.foot
        yield self.area
        yield self.popup

    @property
    def typed_row(self) -> Row | None:
        """The row whose value is being typed; None if none is."""
        return self.form.sheet.row(self._row) if self._row else None

    @property
    def is_typing(self) -> bool:
        """Whether a value is being typed."""
        return bool(self._row)

    def tell(self) -> None:
        """Say below the form what there is to say of the current row."""
        self.foot.tell(self.form.current, is_typing=self.is_typing, problem=self._unfinished)

    # -- from the first key to the last --------------------------------------------------------

    def begin(self, row: Row, text: str | None = None) -> None:
        """Begin to type the value of a row.

        Args:
            row: The row.
            text: What stands there at first; the value by default, which typing replaces.
        """
        self.finish()
        self.desk.editing.seal()
        self._row, self._unfinished = row.key, ""
        one_line = row.kind not in _PROSE
        given = self.given(row) if text is None else text
        if row.kind == "choice" and text is None:
            given = ""
        self.form.hole = (row.key, 1 if one_line else _LEAST_PROSE)
        self.area.display = True
        select = one_line and text is None
        self.area.open(given, self._suggest, one_line=one_line, select=select)
        # At once: were it ended before it has the focus, keys would go to what is out of sight.
        self.screen.set_focus(self.area)
        self._place()
        self.call_after_refresh(self._place)
        self.tell()

    def given(self, row: Row) -> str:
        """Return what stands there at first: the value, or what was to become one."""
        value, draft = self._drafts.get((self.form.sheet.target, row.key), (MISSING, ""))
        return draft if draft and value == row.value else to_text(row)

    def finish(self) -> None:
        """End the typing, if there is any, and keep what was typed."""
        row = self.typed_row
        had_focus = self.area.has_focus
        self._end(row, is_kept=row is not None and not row.is_late)
        if had_focus:
            self.screen.set_focus(self.form)

    def _end(self, row: Row | None, *, is_kept: bool) -> None:
        if not self._row:
            return
        text, self._row = self.area.text, ""
        self.area.display = self.popup.display = False
        self.form.hole = ("", 0)
        if row is not None and is_kept and not _is_nothing(row, text):
            self.keep(row, text)
        self._unfinished = ""
        self.desk.editing.seal()

    def keep(self, row: Row, text: str) -> None:
        """Write what was typed; where it is no value, say so, and begin with it the next time."""
        self._commit(row, text)
        if self._unfinished:
            self.desk.say(
                f"{row.label} stays as it was, since {self._unfinished}. "
                "What you typed is there when you edit it again.",
                "warning",
            )
            self._unfinished = ""

    def give_up(self) -> None:
        """End the typing, as what it was for is gone; say what was typed and is written nowhere."""
        row, text = self.typed_row, self.area.text
        is_written = row is None or not (
            row.is_late or row.kind == "choice" or self._unfinished or self._holds_back()
        )
        if row is not None and not is_written and not _is_nothing(row, text):
            self._drafts[self.form.sheet.target, row.key] = row.value, text
            self.desk.say(f"What you typed for {row.label} is not taken: {text!r}.", "warning")
        self._end(None, is_kept=False)

    @on(ValueArea.Typed)
    def _typed(self, event: ValueArea.Typed) -> None:
        event.stop()
        row = self.typed_row
        if row is None:
            return
        if not row.is_late and row.kind != "choice" and not self._holds_back():
            self._commit(row, self.area.text)
        self._place()
        self.call_after_refresh(self._place)
        self.tell()

    def _holds_back(self) -> bool:
        return is_open_reference(self.area.text, self.area.cursor_at)

    def _commit(self, row: Row, text: str) -> None:
        place = self.form.sheet.target, row.key
        try:
            value = from_text(row, text)
        except Unfinished as error:
            self._unfinished = str(error)
            self._drafts[place] = row.value, text
            return
        self._unfinished = ""
        self._drafts.pop(place, None)
        self.write(row, value)

    def write(self, row: Row, value: Any) -> bool:
        """Write the value of a row; `MISSING` takes it away. Tell whether that was possible."""
        if value is MISSING:
            clear = row.clear
            return bool(clear and row.is_set and self.desk.edit(clear))
        write = row.write
        if write is None or (value == row.value and type(value) is type(row.value)):
            return False
        return self.desk.edit(lambda now: write(now, value))

    @on(ValueArea.Finished)
    def _finished(self, event: ValueArea.Finished) -> None:
        event.stop()
        row = self.typed_row
        if row is None:
            self.screen.set_focus(self.form)
            return
        self._end(row, is_kept=event.way != "escape" or not row.is_late)
        self.screen.set_focus(self.form)
        if event.way in ("next", "previous"):
            self.form.go(1 if event.way == "next" else -1)
            current = self.form.current
            if current and current.key != row.key and current.kind in _GOES_ON and not current.wire:
                self.begin(current)
        self.tell()

    @on(ValueArea.Undone)
    def _undone(self, event: ValueArea.Undone) -> None:
        event.stop()
        (self.desk.redo if event.again else self.desk.undo)()

    def follow_text(self) -> None:
        """Show in the line what an undo, or somebody else, has made of the value."""
        row = self.typed_row
        if row is None:
            self.finish()
            return
        if row.is_late or row.kind == "choice" or self._holds_back():
            return
        try:
            is_same = from_text(row, self.area.text) == row.value
        except Unfinished:
            is_same = True
        if not is_same:
            self.area.replace_text(to_text(row))

    # -- what is offered -----------------------------------------------------------------------

    def _suggest(self, text: str, cursor: int) -> Sequence[Suggestion]:
        row = self.typed_row
        return suggest(self.desk.snapshot, row, text, cursor) if row else ()

    @on(ValueArea.Offered)
    def _offered(self, event: ValueArea.Offered) -> None:
        event.stop()
        self._place()

    @on(Suggestions.Picked)
    def _picked(self, event: Suggestions.Picked) -> None:
        event.stop()
        self.area.take()

    # -- places --------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Keep what is typed in its place."""
        self.tell()
        self.call_after_refresh(self._place)

    @on(Form.Moved)
    def _moved(self, event: Form.Moved) -> None:
        event.stop()
        self._place()
        self.tell()

    def _place(self) -> None:
        """Lay what is typed over the place of the value, and the list below or above it."""
        row = self.typed_row
        if row is None or not self.form.is_laid_out:
            return
        least = 1 if self.area.is_one_line else _LEAST_PROSE
        lines = min(max(self.area.wrapped_document.height, least), _TALLEST)
        self.form.hole = (row.key, lines)
        at = self.form.place_of_value(row.key)
        if at is None:
            self.finish()
            return
        lines = min(lines, max(1, self.form.size.height - at.y))
        _lay(self.area, Region(at.x, at.y, at.width, lines))
        height = min(_MOST_OFFERS, max(1, len(self.popup)))
        is_above = at.y + lines + height > self.size.height and at.y >= height
        top = at.y - height if is_above else at.y + lines
        _lay(self.popup, Region(1, top, max(10, self.size.width - 2), height))


def _lay(widget: Widget, region: Region) -> None:
    """Put a widget in a place; styles are touched only where it is another one."""
    styles = widget.styles
    if styles.width != Scalar.from_number(region.width):
        styles.width = region.width
    if styles.height != Scalar.from_number(region.height):
        styles.height = region.height
    styles.offset = region.offset


def _is_nothing(row: Row, text: str) -> bool:
    """Tell whether what was typed is not meant: no name, no choice, the beginning of a wire."""
    if row.kind == "choice" and not text:
        return True
    if row.is_late and not text.strip():
        return True
    return text.startswith("${") and is_open_reference(text, len(text))
