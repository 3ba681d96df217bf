"""Strict JSON: valid files are read at full speed, and every refusal names its line and column.

The standard library's C scanner reads the text, and its hooks notice what this project refuses.
Where that stands in the text is looked for only after a refusal, so a valid file does not pay for
it. Size, nesting and number of values are bounded, so no file can exhaust or hang the reader.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Callable
from typing import Any, NoReturn

from engine.errors import DocumentError
from engine.unicode import is_encodable

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is read."""
MAX_DEPTH = 100
"""Deepest nesting of objects and lists."""
MAX_VALUES = 1_000_000
"""Most commas and opening brackets in a file: a bound on the values it can hold."""

STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
"""Pattern of a string in valid JSON; possessive, so that its memory does not grow with the text."""

_STRUCTURE = re.compile(rf"({STRING})([ \t\r\n]*+:)?|[\[\]{{}}]", re.DOTALL)
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_MAX_NUMBER_LENGTH = 400

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)

_SYNTAX_HINTS = (
    ("Unterminated string", "text has no closing quote", 'Close it with ".'),
    ("Invalid control character", "text holds a raw line break or control character", "Write \\n."),
    ("Invalid \\", "text holds a wrong escape", "Write a backslash itself as \\\\."),
    ("Extra data", "there is more after the end of the data", "A file holds one JSON object."),
    ("Illegal trailing comma", "there is a comma after the last item", "Remove the comma."),
)


class _Refused(Exception):
    """A hook saw something forbidden; `explain` finds it in the text."""

    def __init__(self, explain: Callable[[str], tuple[int, str, str]]) -> None:
        self.explain = explain


def read(data: bytes, *, name: str) -> Any:
    """Return the value of a JSON file's bytes.

    Args:
        data: The whole file.
        name: What to call the file in errors.

    Raises:
        DocumentError: The data is too large, not UTF-8, not JSON, nested too deeply, or has
            duplicate keys, numbers out of range or broken text.
    """
    return parse(decode(data, name=name), name=name)


def decode(data: bytes, *, name: str) -> str:
    """Return a file's bytes as text, without the byte order mark.

    Raises:
        DocumentError: The data is too large or not UTF-8.
    """
    check_size(len(data), name=name)
    for mark, encoding in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise _wrong_encoding(f"the file is in {encoding}", name)
    if 0 in data[:4]:
        raise _wrong_encoding("the file is in UTF-16, UTF-32 or not text at all", name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8-sig", "replace")
        byte = data[error.start : error.start + 1]
        raise _wrong_encoding(
            f"the file is not UTF-8: byte 0x{byte.hex().upper()}, "
            f'which would be "{byte.decode("cp1252", "replace")}" in Windows-1252',
            locate(before, len(before), name),
        ) from None


def check_size(size: int, *, name: str) -> None:
    """Refuse a file by its length in bytes, before it is read.

    Raises:
        DocumentError: It is larger than `MAX_BYTES`.
    """
    if size > MAX_BYTES:
        raise DocumentError(
            f"the file has {size:,} bytes; the limit is {MAX_BYTES:,}",
            where=name,
            hint="Keep media in files of their own and name them by path.",
        )


def parse(text: str, *, name: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        DocumentError: As for `read`.
    """
    if not text or text.isspace():
        raise DocumentError(
            "the file is empty", where=name, hint='A workflow begins with {"reelgraph": 1, ...}.'
        )
    if text.count(",") + text.count("[") + text.count("{") > MAX_VALUES:
        raise DocumentError(
            f"the file has more than {MAX_VALUES:,} values",
            where=name,
            hint="Split the workflow into several files.",
        )
    try:
        value = _DECODER.decode(text)
    except _Refused as refusal:
        position, message, hint = refusal.explain(text)
    except json.JSONDecodeError as error:
        position, message, hint = _explain_syntax(text, error)
    except RecursionError:
        position, message, hint = _explain_depth(text)
    else:
        if _is_deep(value):
            position, message, hint = _explain_depth(text)
        elif _SURROGATE_ESCAPE.search(text) and not is_encodable(value):
            position, message, hint = _explain_surrogate(text)
        else:
            return value
    raise DocumentError(message, where=locate(text, position, name), hint=hint)


def locate(text: str, position: int, name: str) -> str:
    """Return a position as `FILE:LINE:COLUMN`, both counted from 1."""
    line = text.count("\n", 0, position) + 1
    return f"{name}:{line}:{position - text.rfind(chr(10), 0, position)}"


def quote(text: str) -> str:
    """Return text in double quotes for a message: short, and safe to print on a terminal."""
    short = text if len(text) <= 60 else text[:59] + "…"
    return json.dumps(short, ensure_ascii=not short.isprintable())


def _wrong_encoding(message: str, where: str) -> DocumentError:
    return DocumentError(message, where=where, hint="Save the file as UTF-8.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused(_explain_duplicate)
    return members


def _integer(token: str) -> int:
    # The length goes first, as converting thousands of digits is slow and then an error.
    if len(token) <= 20 and -(2**63) <= (number := int(token)) < 2**64:
        return number
    raise _forbidden(token, "an integer that does not fit into 64 bits", "Use a smaller number.")


def _float(token: str) -> float:
    if len(token) <= _MAX_NUMBER_LENGTH and math.isfinite(number := float(token)):
        return number
    raise _forbidden(token, "a number out of range", "Use a number below 1.7e308 in size.")


def _constant(token: str) -> NoReturn:
    raise _forbidden(token, f"{token}, which is not JSON", "Use a number or null.")


def _forbidden(token: str, what: str, hint: str) -> _Refused:
    def explain(text: str) -> tuple[int, str, str]:
        start = re.escape(token[:_MAX_NUMBER_LENGTH])
        end = "" if len(token) > _MAX_NUMBER_LENGTH else r"(?![\w.+-])"
        pattern = re.compile(rf"{STRING}|(?<![\w.+-])({start}){end}", re.DOTALL)
        position = next((m.start() for m in pattern.finditer(text) if m[1]), 0)
        return position, f"there is {what}", hint

    return _Refused(explain)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
)


def _explain_duplicate(text: str) -> tuple[int, str, str]:
    open_containers: list[dict[str, int]] = []
    for match in _STRUCTURE.finditer(text):
        if match[0] in "[{":
            open_containers.append({})
        elif match[0] in "]}":
            open_containers.pop()
        elif match[2]:
            key, keys = json.loads(match[1]), open_containers[-1]
            if key in keys:
                first = text.count("\n", 0, keys[key]) + 1
                message = f"the key {quote(key)} is there twice, first in line {first}"
                return match.start(), message, "Remove or rename one of the two."
            keys[key] = match.start()
    return 0, "a key is there twice", "Remove or rename one of the two."


def _explain_depth(text: str) -> tuple[int, str, str]:
    depth = position = 0
    for match in _STRUCTURE.finditer(text):
        depth += (match[0] in "[{") - (match[0] in "]}")
        if depth > MAX_DEPTH:
            position = match.start()
            break
    return position, f"objects and lists are nested deeper than {MAX_DEPTH}", "Flatten them."


def _explain_surrogate(text: str) -> tuple[int, str, str]:
    strings = (match for match in _STRUCTURE.finditer(text) if match[1])
    broken = (match.start() for match in strings if not is_encodable(json.loads(match[1])))
    hint = "A character beyond \\uffff is written as a pair, as \\ud83d\\ude00."
    return next(broken, 0), "text holds half of a surrogate pair", hint


def _explain_syntax(text: str, error: json.JSONDecodeError) -> tuple[int, str, str]:
    position = error.pos
    for start, message, hint in _SYNTAX_HINTS:
        if error.msg.startswith(start):
            return position, message, hint
    here = text[position : position + 1]
    before = text[max(0, position - 1000) : position].rstrip()[-1:]
    if not here:
        return position, "the file ends too early", "Was it cut off? A closing bracket is missing."
    if here in "]}" and before == ",":
        # Python 3.13 and later point at the comma themselves.
        comma = text.rfind(",", 0, position)
        return comma, "there is a comma after the last item", "Remove the comma."
    if here in "/#":
        return position, "JSON has no comments", 'Use "note" on a node, or a key such as "x-note".'
    if here == "'":
        return position, "text is in single quotes", 'Use double quotes: "text".'
    message = f"{error.msg[0].lower()}{error.msg[1:]}, found {quote(here)}"
    return position, message, "Check the brackets, commas and quotes around here."


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        level = [item for item in level if isinstance(item, dict | list)]
        if not level:
            return False
        level = [
            item
            for container in level
            for item in (container.values() if isinstance(container, dict) else container)
        ]
    return True
