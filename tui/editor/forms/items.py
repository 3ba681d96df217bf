"""Items of lists and takes: the row that has them, one more, another order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui.editor.forms.rows import Kind, Row, Sheet
from tui.editor.model import MISSING


def parent_of(sheet: Sheet, row: Row) -> Row:
    """Return the row of the list that a row is an item of; the row itself if it is none."""
    if not row.level:
        return row
    found = sheet.row(row.key.rpartition("[")[0])
    return found if found is not None else row


def kind_within(row: Row) -> Kind:
    """Return what the items of a row are."""
    return row.item if row.kind == "list" else row.kind


def values_of(row: Row) -> list[Any]:
    """Return the items of a row; a value that is no list is the only one."""
    if isinstance(row.value, list):
        return list(row.value)
    return [row.value] if row.is_set else []


def another(row: Row) -> Any:
    """Return the value of one more item: for takes another one than there is."""
    values = values_of(row) or ([row.default] if row.default not in (MISSING, None) else [])
    values = [each for value in values for each in (value if isinstance(value, list) else [value])]
    last = values[-1] if values else MISSING
    kind = kind_within(row)
    if kind in ("integer", "number"):
        return last + 1 if isinstance(last, int | float) and not isinstance(last, bool) else 1
    if kind == "boolean":
        return not last if isinstance(last, bool) else True
    if kind == "choice":
        free = [choice for choice in row.choices if choice not in values]
        return (free or list(row.choices) or [""])[0]
    return ""


def with_another(row: Row, value: Any) -> tuple[list[Any], int]:
    """Return the items with one more at the end, and its place."""
    values = values_of(row)
    if not values and row.kind != "list":
        # A first take is what counted until now; with it there are two.
        values = [row.default] if row.default not in (MISSING, None, "", []) else []
    return [*values, value], len(values)


def with_paths(row: Row, paths: Sequence[str]) -> list[Any]:
    """Return the items with files added that are not among them yet."""
    values = values_of(row)
    return values + [path for path in paths if path not in values]


def moved(parent: Row, row: Row, step: int) -> tuple[list[Any], int] | None:
    """Return the items with one of them moved, and its new place; None where it cannot go on."""
    values = values_of(parent)
    at = int(row.key.rpartition("[")[2].rstrip("]"))
    to = at + step
    if not 0 <= to < len(values):
        return None
    values[at], values[to] = values[to], values[at]
    return values, to
