"""From what is typed to a value of the file, and back; and the next value by one key."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from tui.editor.forms.rows import VARIOUS, Row
from tui.editor.model import MISSING

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_LISTS = frozenset({"list", "models"})
_FINE = 2
"""A number of so small a range goes in steps of a twentieth."""


class Unfinished(ValueError):
    """What is typed is no value yet; the message says why."""


def to_text(row: Row) -> str:
    """Return a value as it is typed."""
    value = row.value
    if value is MISSING or value is VARIOUS:
        return ""
    if isinstance(value, str) and row.kind != "data":
        return value
    if isinstance(value, bool | int | float) or value is None:
        return json.dumps(value)
    return json.dumps(value, ensure_ascii=False, indent=2)


def from_text(row: Row, text: str) -> Any:
    """Return the value that is typed; `MISSING` where the default is to count.

    What is no number where one is wanted stays a text, of which the check says what is wrong.

    Raises:
        Unfinished: It is no JSON where that is wanted.
    """
    if row.kind == "data" or (row.kind in _LISTS and text.lstrip().startswith("[")):
        return _data(text)
    if not text:
        is_default = row.required or row.default in ("", None) or row.default is MISSING
        return MISSING if is_default or row.kind not in ("text", "lines") else ""
    if row.kind in ("integer", "number"):
        return _number(text.strip(), whole=row.kind == "integer")
    if row.kind == "boolean":
        return {"true": True, "yes": True, "false": False, "no": False}.get(text.strip(), text)
    if row.kind == "choice":
        return next((choice for choice in row.choices if str(choice) == text.strip()), text)
    return text


def _data(text: str) -> Any:
    if not text.strip():
        return MISSING
    if text.strip().startswith("${"):
        return text.strip()
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise Unfinished(
            f"this is not JSON yet: {error.msg}, line {error.lineno}, column {error.colno}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unfinished(f"this is not JSON: {error}") from error


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str, *, whole: bool) -> Any:
    if _INTEGER.fullmatch(text):
        return int(text)
    if not whole and _NUMBER.fullmatch(text):
        number = float(text)
        return number if abs(number) < float("inf") else text
    return text


def stepped(row: Row, step: int) -> Any:
    """Return the value that is one step on, or back; `MISSING` where there is none."""
    if row.kind == "boolean":
        return not row.shown if isinstance(row.shown, bool) else step > 0
    if row.kind == "choice":
        return _next_choice(row, step)
    if row.kind in ("integer", "number"):
        return _next_number(row, step)
    return MISSING


def _next_choice(row: Row, step: int) -> Any:
    if not row.choices:
        return MISSING
    if row.shown not in row.choices:
        return row.choices[0 if step > 0 else -1]
    return row.choices[(row.choices.index(row.shown) + step) % len(row.choices)]


def _next_number(row: Row, step: int) -> Any:
    low, high = row.limits.minimum, row.limits.maximum
    value = row.shown
    if isinstance(value, bool) or not isinstance(value, int | float):
        start = low if low is not None else 0
        value = int(start) if row.kind == "integer" else start
        step = step if row.limits.is_minimum_open else 0
    size = _step_size(row)
    after = Decimal(str(value)) + size * step
    if low is not None and after <= Decimal(str(low)):
        after = Decimal(str(low)) + (size if row.limits.is_minimum_open else 0)
    if high is not None and after >= Decimal(str(high)):
        after = Decimal(str(high)) - (size if row.limits.is_maximum_open else 0)
    return int(after) if row.kind == "integer" or after == int(after) else float(after)


def _step_size(row: Row) -> Decimal:
    if row.kind == "integer":
        return Decimal(1)
    low, high = row.limits.minimum, row.limits.maximum
    is_fine = low is not None and high is not None and high - low <= _FINE
    return Decimal("0.05") if is_fine else Decimal("0.5")


def limits_in_words(row: Row) -> str:
    """Return what the values may be: `1 to 8`, `more than 0`, `at most 20 characters`."""
    limits = row.limits
    low = None if limits.minimum is None else f"{limits.minimum:,.10g}"
    high = None if limits.maximum is None else f"{limits.maximum:,.10g}"
    parts = []
    if low and high and not limits.is_minimum_open and not limits.is_maximum_open:
        parts.append(f"{low} to {high}")
    else:
        if low:
            parts.append(f"more than {low}" if limits.is_minimum_open else f"at least {low}")
        if high:
            parts.append(f"less than {high}" if limits.is_maximum_open else f"at most {high}")
    if limits.max_length is not None:
        unit = "items" if row.kind in ("list", "models") else "characters"
        parts.append(f"at most {limits.max_length:,} {unit}")
    return ", ".join(parts)
