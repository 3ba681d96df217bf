"""Older workflow files, brought to the current format.

Each format version has one function that turns its data into that of the next. `migrate` applies
them in order, so a file of any age is read. A file that is changed is saved in the current format.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from engine.errors import DocumentError
from engine.problems import describe

VERSION_KEY = "reelgraph"
"""The member of a workflow file that holds its format version."""

CURRENT_VERSION = 1

Migration: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""Turns the data of one format version into that of the next; may change its argument."""

MIGRATIONS: Mapping[int, Migration] = {}
"""From a version to the function that leads to the next one."""


def migrate(
    data: dict[str, Any],
    name: str,
    *,
    current: int = CURRENT_VERSION,
    migrations: Mapping[int, Migration] = MIGRATIONS,
) -> tuple[dict[str, Any], list[str]]:
    """Return a file's data in the current format, and a sentence for each step taken.

    Args:
        data: The file's data, which is left as it is.
        name: What to call the file in messages.
        current: The format version to reach.
        migrations: The steps there are.

    Raises:
        DocumentError: The version is missing, not a version, or newer than `current`.
    """
    version = _version(data, name, current)
    if version == current:
        return data, []
    data = copy.deepcopy(data)
    notes = []
    for step in range(version, current):
        data = {**migrations[step](data), VERSION_KEY: step + 1}
        notes.append(f"{name}: read from format {step} as format {step + 1}")
    return data, notes


def _version(data: dict[str, Any], name: str, current: int) -> int:
    hint = f'Put "{VERSION_KEY}": {current} first in the file.'
    if VERSION_KEY not in data:
        raise DocumentError("the file does not say its format version", where=name, hint=hint)
    version = data[VERSION_KEY]
    if type(version) is not int or version < 1:
        raise DocumentError(
            f'"{VERSION_KEY}" must be the number of a format version, found {describe(version)}',
            where=name,
            hint=hint,
        )
    if version > current:
        raise DocumentError(
            f"the file has format {version}; this version of reelgraph reads up to {current}",
            where=name,
            hint="Upgrade reelgraph: pip install --upgrade reelgraph",
        )
    return version
