"""Rows of a form as lines of words with the names of their styles; no widget, no colours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from rich.cells import cell_len

from tui.drawing.labels import harmless, shorten, value_label
from tui.editor.forms.rows import VARIOUS, Row
from tui.editor.model import MISSING

Span: TypeAlias = tuple[str, str]
"""Words, and the name of their style."""
Line: TypeAlias = tuple[Span, ...]

_REFERENCE: Final = re.compile(r"\$\{[^}]*\}")
_MOST_TEXT_LINES: Final = 5
_NARROWEST, _WIDEST = 8, 18
_MARGIN: Final = 3
"""Cells before the label: the cursor, the state, a space."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How wide a form is."""

    width: int
    label: int
    """Cells of the labels."""

    @property
    def value_at(self) -> int:
        """The column in which values begin."""
        return _MARGIN + self.label + 1


def shape_of(rows: Sequence[Row], width: int) -> Shape:
    """Return how wide labels are: as the longest, but no more than they may take."""
    longest = max((cell_len(row.label) for row in rows if not row.is_silent), default=0)
    most = max(_NARROWEST, min(_WIDEST, int(width * 0.4)))
    return Shape(width, min(max(longest, _NARROWEST), most))


def lines_of(row: Row, shape: Shape, letter: str = "", hole: int = 0) -> list[Line]:
    """Return the lines of a row.

    Args:
        row: The row.
        shape: How wide the form is.
        letter: The key that goes to it; it is lit in the label.
        hole: Lines to leave free where the value stands, as it is being typed.
    """
    if row.kind == "title":
        lines = [_title(row, shape)]
    elif row.kind == "info":
        lines = [((f" {line}", "soft"),) for line in wrapped(row.label, shape.width - 2)]
    elif row.kind == "section":
        lines = [_section(row, shape)]
    else:
        lines = list(_field(row, shape, letter, hole))
    return lines + list(_below(row, shape))


def edit_place(row: Row, shape: Shape) -> tuple[int, int, int]:
    """Return where a value is typed: its column, its line below the row's first, its width."""
    if row.kind in ("lines", "data"):
        return _MARGIN, 1, shape.width - _MARGIN - 1
    return shape.value_at, 0, shape.width - shape.value_at - 1


def _title(row: Row, shape: Shape) -> Line:
    title = shorten(harmless(row.label), shape.width - 2)
    room = shape.width - cell_len(title) - 4
    detail = shorten(harmless(str(row.value or "")), room) if room > 6 and row.is_set else ""
    return ((f" {title}", "title"), (f"  {detail}" if detail else "", "soft"))


def _section(row: Row, shape: Shape) -> Line:
    sign = "▾" if row.is_open else "▸"
    words = shorten(f"{sign} {harmless(row.label)}", shape.width - 6)
    note = f" {row.value}" if row.value else ""
    rule = "─" * max(0, shape.width - cell_len(words) - cell_len(note) - 4)
    return ((f" {words}", "section"), (note, "soft"), (f" {rule}", "line"))


def _field(row: Row, shape: Shape, letter: str, hole: int) -> Iterator[Line]:
    label = _label(row, shape, letter)
    if row.kind == "button":
        yield ((" " * _MARGIN, "value"), (f"[ {harmless(row.label)} ]", "button"))
        return
    is_below = row.kind in ("lines", "data") and not row.wire
    if hole:
        yield label
        yield from [((" ", "value"),)] * (hole if row.kind in ("lines", "data") else hole - 1)
        return
    width = shape.width - shape.value_at - 1
    if row.kind == "models" and any(cell_len(n) > width - 4 for n in names_of(row.shown)):
        yield label
        for spans in _models(row, shape.width - _MARGIN - 1):
            yield ((" " * _MARGIN, "value"), *spans)
        return
    if is_below and isinstance(row.value, str | dict | list):
        text = text_of(row.value)
        if "\n" in text or cell_len(text) > width:
            yield label
            yield from _prose(text, shape)
            return
    for at, spans in enumerate(_value(row, width)):
        yield (*label, *spans) if at == 0 else ((" " * shape.value_at, "value"), *spans)


def _label(row: Row, shape: Shape, letter: str) -> Line:
    sign, style = _state(row)
    indent = " " * (2 * row.level)
    name = shorten(harmless(row.label), shape.label - len(indent))
    pad = " " * (shape.label - cell_len(name) - len(indent) + 1)
    label_style = "unused" if row.reason else "label"
    at = name.lower().find(letter) if letter else -1
    lit: tuple[Span, ...] = ((name, label_style),)
    if at >= 0:
        rest = (name[:at], label_style), (name[at], "key"), (name[at + 1 :], label_style)
        lit = tuple(span for span in rest if span[0])
    return ((" ", "value"), (sign, style), (f" {indent}", "value"), *lit, (pad, "value"))


def _state(row: Row) -> Span:
    if row.complaints:
        is_error = any(each.is_error for each in row.complaints)
        return ("✗", "bad") if is_error else ("!", "warn")
    if row.is_missing:
        return "*", "bad"
    is_own = row.is_set and row.level == 0 and not row.is_late and row.kind != "link"
    return ("•", "set") if is_own else (" ", "value")


def _prose(text: str, shape: Shape) -> Iterator[Line]:
    room = shape.width - _MARGIN - 1
    shown = wrapped(text, room, _MOST_TEXT_LINES + 1)
    for at, line in enumerate(shown[:_MOST_TEXT_LINES]):
        is_cut = at == _MOST_TEXT_LINES - 1 and len(shown) > _MOST_TEXT_LINES
        words = shorten(f"{line}…", room) if is_cut else line
        yield ((" " * _MARGIN, "value"), *_with_references(words))


def _with_references(text: str) -> Iterator[Span]:
    at = 0
    for match in _REFERENCE.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], "value"
        yield match[0], "chip"
        at = match.end()
    if at < len(text):
        yield text[at:], "value"


# -- values ----------------------------------------------------------------------------------------


def _value(row: Row, width: int) -> Iterator[tuple[Span, ...]]:
    """Yield the lines of a value: words of at most `width` cells."""
    if row.wire is not None:
        yield ((shorten(f"◂ {str(row.wire)[2:-1]}", width), "chip"),)
    elif row.value is VARIOUS:
        yield (("various", "soft"),)
    elif row.kind == "models":
        yield from _models(row, width)
    elif row.kind == "list":
        yield _list(row, width)
    elif not row.is_set:
        yield (_default(row, width),)
    else:
        yield _one(row, width)
    if row.kind != "models":
        yield from (((shorten(note, width), "soft"),) for note in row.notes)


def _one(row: Row, width: int) -> tuple[Span, ...]:
    if row.kind == "link":
        words = shorten(harmless(str(row.value)), width - 2)
        return ((words, "soft"), (" ›", "chip"))
    words = words_of(row, row.value)
    if row.kind in ("text", "lines") and "${" in words:
        return tuple(_with_references(shorten(words, width)))
    return ((shorten(words, width - 2), "value"), (_handle(row), "soft"))


def _handle(row: Row) -> str:
    return " ▾" if row.kind in ("choice", "file", "reference") else ""


def _default(row: Row, width: int) -> Span:
    if row.is_late or row.placeholder:
        return shorten(row.placeholder, width), "default"
    if row.required and row.default is MISSING:
        return "must be given", "missing"
    if row.default in (MISSING, None, "", []):
        return "–" + _handle(row), "default"
    return shorten(words_of(row, row.default), width - 2) + _handle(row), "default"


def _list(row: Row, width: int) -> tuple[Span, ...]:
    if not isinstance(row.value, list):
        if row.is_set:
            return ((shorten(words_of(row, row.value), width), "value"),)
        return (_default(row, width),)
    number = len(row.value)
    noun = "take" if row.is_takes else "item"
    words = f"{number} {noun}{'' if number == 1 else 's'}"
    return ((words, "value"), ("  + another", "soft"))


def _models(row: Row, width: int) -> Iterator[tuple[Span, ...]]:
    named = names_of(row.shown)
    style = "value" if row.is_set else "default"
    if not named:
        yield (_default(row, width),)
    for at, name in enumerate(named):
        order = f"{at + 1} " if len(named) > 1 else ""
        yield ((order, "soft"), (shorten(harmless(name), width - len(order) - 2), style),
               (" ▾" if at == 0 else "", "soft"))  # fmt: skip
        if at < len(row.notes) and row.notes[at]:
            yield ((shorten(f"{' ' * len(order)}{row.notes[at]}", width), "soft"),)


def names_of(value: Any) -> list[str]:
    """Return the models that a value names."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def words_of(row: Row, value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, bool):
        return "◉ yes" if value else "○ no"
    if isinstance(value, dict | list):
        return harmless(text_of(value))
    return harmless(str(value)) if isinstance(value, str) else value_label(value)


def text_of(value: Any) -> str:
    """Return a value as it is read: texts as they are, all else as JSON."""
    from json import dumps

    return value if isinstance(value, str) else dumps(value, ensure_ascii=False)


# -- below the value -------------------------------------------------------------------------------


def _below(row: Row, shape: Shape) -> Iterator[Line]:
    at = 1 if row.kind in ("title", "info") else _MARGIN
    for complaint in row.complaints:
        sign, style = ("✗ ", "bad") if complaint.is_error else ("! ", "warn")
        for number, line in enumerate(wrapped(complaint.text, shape.width - at - 3, 6)):
            yield ((" " * at, "value"), (sign if number == 0 else "  ", style), (line, style))


def wrapped(text: str, width: int, most: int = 100) -> list[str]:
    """Return a text as harmless lines of at most `width` cells; at most so many of them."""
    width = max(width, 4)
    lines: list[str] = []
    for paragraph in text.splitlines():
        line = ""
        for word in harmless(paragraph, width * most).split(" "):
            joined = f"{line} {word}" if line else word
            if cell_len(joined) <= width:
                line = joined
                continue
            if line:
                lines.append(line)
            line = word
            while cell_len(line) > width and len(lines) < most:
                cut = _cut(line, width)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
        if len(lines) >= most:
            break
    return lines[:most]


def _cut(text: str, width: int) -> int:
    """Return how many characters take at most `width` cells; at least one."""
    taken = 0
    for at, char in enumerate(text):
        taken += cell_len(char)
        if taken > width:
            return max(1, at)
    return len(text)
