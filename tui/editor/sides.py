"""Two values in words, side by side: long ones are cut so that what differs is seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from tui.drawing.labels import harmless, shorten
from tui.editor.model import MISSING


def readable(value: Any) -> str:
    """Return data of a workflow in words: text as it stands, items with commas between them."""
    if value is MISSING or value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value or "an empty text"
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_inside(each)}" for key, each in value.items()) or "nothing"
    if isinstance(value, Sequence):
        return ", ".join(map(_inside, value)) or "an empty list"
    return json.dumps(value)


def _inside(value: Any) -> str:
    """Return a value as it stands among others: one can tell where it ends."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False) if "," in value or not value else value
    text = readable(value)
    if isinstance(value, Mapping):
        return f"{{{text}}}"
    return f"[{text}]" if isinstance(value, list | tuple) else text


def side_by_side(old: Any, new: Any, room: int) -> tuple[str, str]:
    """Return two values on one line each.

    Args:
        old: One of them, `MISSING` for nothing.
        new: The other.
        room: Cells that each has; of longer ones that part is shown in which they differ.
    """
    texts = readable(old), readable(new)
    shortest = min(map(len, texts))
    same = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), shortest)
    whole = [harmless(text, room + 1) for text in texts]
    if same < room // 2 or max(map(cell_len, whole)) <= room:
        return shorten(whole[0], room), shorten(whole[1], room)
    start = same - room // 3
    first, second = (f"…{harmless(text[start:], room)}" for text in texts)
    return shorten(first, room), shorten(second, room)
