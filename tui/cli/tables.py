"""Tables without borders: aligned columns that fit the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from tui.cli.terminal import Span, visible

_GAP = "  "
_NARROWEST = 8
_NARROWEST_TEXT = 24
_WIDEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    right: bool = False
    """Align to the right, as numbers are."""
    shrink: bool = False
    """Cut its cells when the table is too wide."""
    wrap: bool = False
    """Break its cells into lines when the table is too wide; only for the last column."""
    style: str = ""


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[Span]], width: int | None = None
) -> Iterator[list[Span]]:
    """Yield the lines of a table; the titles first, unless all are empty.

    A column without title and content is left out.

    Args:
        columns: How the columns are called and look.
        rows: The cells; a cell is one span.
        width: Columns of the terminal; None for as many as it takes.
    """
    kept = [
        i for i, column in enumerate(columns) if column.title or any(_text(row[i]) for row in rows)
    ]
    columns = [columns[i] for i in kept]
    rows = [[row[i] for i in kept] for row in rows]
    plain = [[_text(cell) for cell in row] for row in rows]
    widths = [
        max([cell_len(column.title), *(cell_len(row[i]) for row in plain)])
        for i, column in enumerate(columns)
    ]
    if width is not None:
        _shrink(columns, widths, width)
    if any(column.title for column in columns):
        titles: list[Span] = [(column.title, "dim") for column in columns]
        yield _line(columns, widths, titles)
    for row in rows:
        for line in _wrapped(columns, widths, row):
            yield _line(columns, widths, line)


def _wrapped(
    columns: Sequence[Column], widths: Sequence[int], row: Sequence[Span]
) -> Iterator[Sequence[Span]]:
    """Yield the row as it is, or as several where its last cell must be broken."""
    if not columns or not columns[-1].wrap or cell_len(_text(row[-1])) <= widths[-1]:
        yield row
        return
    before: Sequence[Span] = row[:-1]
    for part in textwrap.wrap(_text(row[-1]), widths[-1], break_on_hyphens=False):
        yield [*before, part if isinstance(row[-1], str) else (part, row[-1][1])]
        before = [""] * len(before)


def _text(cell: Span) -> str:
    return visible(cell if isinstance(cell, str) else cell[0]).replace("\n", " ")


def _shrink(columns: Sequence[Column], widths: list[int], width: int) -> None:
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - width
    for i in reversed(range(len(columns))):
        if excess > 0 and (columns[i].shrink or columns[i].wrap):
            narrowest = _NARROWEST_TEXT if columns[i].wrap else _NARROWEST
            cut = min(excess, max(0, widths[i] - narrowest))
            widths[i] -= cut
            excess -= cut


def _line(columns: Sequence[Column], widths: Sequence[int], row: Sequence[Span]) -> list[Span]:
    last = max((i for i, cell in enumerate(row) if _text(cell)), default=-1)
    line: list[Span] = []
    for i, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if i > last:
            break
        text = shorten(_text(cell), widths[i])
        padding = " " * (widths[i] - cell_len(text))
        style = column.style if isinstance(cell, str) else cell[1]
        if column.right:
            line.append(padding)
        line.append((text, style))
        if not column.right and i < last:
            line.append(padding)
        if i < last:
            line.append(_GAP)
    return line


def shorten(text: str, width: int) -> str:
    """Return text that takes at most `width` cells of a terminal."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, max(0, width - 1)).rstrip() + "…"


def paragraphs(text: str, width: int | None = None) -> Iterator[list[Span]]:
    """Yield text in lines that fit; paragraphs are broken anew, indented lines stay.

    Args:
        text: Paragraphs with empty lines between.
        width: Columns of the terminal; None leaves the lines as they are.
    """
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield []
        lines = paragraph.splitlines()
        if width is not None and not any(line.startswith((" ", "- ")) for line in lines):
            lines = textwrap.wrap(" ".join(lines), min(width, _WIDEST_TEXT))
        for line in lines:
            yield [line]
