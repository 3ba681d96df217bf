"""References as they stand in texts: found, renamed and taken out without touching the rest.

`engine.references` reads a text into parts, after which its exact characters are gone; an editor
must keep them. What cannot be read as a reference is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.references import INPUTS, Reference, is_name
from tui.editor.model.data import Path, map_texts

_OPENING = re.compile(r"(\$+)\{")
_MAKER = re.compile(r"inputs\.[\w-]+|[\w-]+")

Rewrite = Callable[[Reference], Reference | None]
"""Returns what a reference becomes; None to take it out."""


@dataclass(frozen=True, slots=True)
class Found:
    """A reference in a text, and where it stands there: from the dollar sign to the brace."""

    reference: Reference
    start: int
    end: int


def find(text: str) -> Iterator[Found]:
    """Yield the references in a text."""
    if "${" not in text:
        return
    position = 0
    for opening in _OPENING.finditer(text):
        if opening.start() < position or len(opening[1]) % 2 == 0:
            continue
        end = text.find("}", opening.end())
        if end < 0:
            return
        names = text[opening.end() : end].split(".")
        if len(names) > 1 and all(map(is_name, names)):
            reference = Reference(names[0], names[1], tuple(names[2:]))
            yield Found(reference, opening.end() - 2, end + 1)
            position = end + 1


def only(text: Any) -> Reference | None:
    """Return the reference that a text consists of; None if it is anything else."""
    if isinstance(text, str) and text.startswith("${"):
        for found in find(text):
            return found.reference if found.end == len(text) else None
    return None


def rewrite(text: str, change: Rewrite) -> str:
    """Return a text with its references changed or taken out."""
    pieces, position = [], 0
    for found in find(text):
        changed = change(found.reference)
        if changed == found.reference:
            continue
        pieces += [text[position : found.start], str(changed) if changed else ""]
        position = found.end
    return "".join([*pieces, text[position:]]) if pieces else text


def rewrite_all(value: Any, change: Rewrite) -> Any:
    """Return JSON data with the references in all its texts changed or taken out."""
    return map_texts(value, lambda text: rewrite(text, change))


def within(value: Any, path: Path = ()) -> Iterator[tuple[Path, Reference]]:
    """Yield every reference in JSON data, with the place of the text that it stands in."""
    if isinstance(value, str):
        if "${" in value:
            for found in find(value):
                yield path, found.reference
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from within(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from within(item, (*path, key))


def without(value: Any, gone: Callable[[Reference], bool]) -> Any:
    """Return an input's value without some of its references; None where nothing is left of it.

    A text that was only a reference goes; so does an item of a list. In a longer text the rest
    stays.
    """
    if isinstance(value, str):
        whole = only(value)
        if whole is not None:
            return None if gone(whole) else value
        return rewrite(value, lambda reference: None if gone(reference) else reference)
    if isinstance(value, list):
        items = [without(item, gone) for item in value]
        kept = [
            new for new, old in zip(items, value, strict=True) if new is not None or old is None
        ]
        return kept if kept or not value else None
    if isinstance(value, dict):
        members = {key: without(item, gone) for key, item in value.items()}
        kept_members = {k: v for k, v in members.items() if v is not None or value[k] is None}
        return kept_members if kept_members or not value else None
    return value


def rename_axis(axis: str, names: Mapping[str, str]) -> str:
    """Return the name of an axis after nodes, or workflow inputs as `inputs.NAME`, were renamed.

    Axes are named after the node that makes the list: `board`, `take.seed`, `shot/frame`.
    """
    maker = _MAKER.match(axis)
    return names.get(maker[0], maker[0]) + axis[maker.end() :] if maker else axis


def input_reference(name: str) -> Reference:
    """Return the reference to a workflow input."""
    return Reference(INPUTS, name)
