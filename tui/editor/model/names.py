"""Names that are free, and names that are allowed."""

from __future__ import annotations

import re
from collections.abc import Container

from engine.references import INPUTS, is_name
from tui.editor.model.change import Refused

_NUMBER = re.compile(r"_(\d+)$")
_LONGEST = 64


def free_id(wanted: str, taken: Container[str]) -> str:
    """Return a name that is not taken: the wanted one, or it with a number: `frame_2`.

    Args:
        wanted: The name to start from, as a node type's; `frame_2` counts on to `frame_3`.
        taken: The names that there are.
    """
    stem = re.sub(r"[^A-Za-z0-9_-]", "_", wanted)[:_LONGEST]
    if not is_name(stem):
        stem = f"_{stem}"[:_LONGEST]
    if stem != INPUTS and stem not in taken:
        return stem
    match = _NUMBER.search(stem)
    base, number = (stem[: match.start()], int(match[1])) if match else (stem, 1)
    while True:
        number += 1
        name = f"{base[: _LONGEST - len(str(number)) - 1]}_{number}"
        if name not in taken:
            return name


def ensure_free(name: str, taken: Container[str], what: str, *, is_node: bool = False) -> None:
    """Make sure that a name may be given.

    Args:
        name: The name.
        taken: The names that there are.
        what: What is to be called so: `node`.
        is_node: Whether it is a node's id.

    Raises:
        Refused: It may not.
    """
    if not is_name(name):
        raise Refused(
            f"{name!r} cannot name a {what}",
            hint="Letters, digits, _ and -, no digit or - first, at most 64 characters.",
        )
    if is_node and name == INPUTS:
        raise Refused("the name inputs is reserved for the workflow's own inputs")
    if name in taken:
        raise Refused(f"there is a {what} {name} already")
