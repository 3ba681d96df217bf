"""The numbers under which the database knows workflow files."""

from __future__ import annotations

import os
from pathlib import Path

from engine.store.codec import plain_text
from engine.store.database import Database


def workflow_id(database: Database, path: str | Path, *, create: bool = False) -> int | None:
    """Return the number of a workflow file, by its real path.

    Args:
        database: The home's database; inside `writing()` when `create` is set.
        path: The file; it need not exist.
        create: Whether to give it a number if it has none; else None is returned.
    """
    real = plain_text(os.path.realpath(path))
    if create:
        database.execute("INSERT OR IGNORE INTO workflows (path) VALUES (?)", (real,))
    row = database.row("SELECT id FROM workflows WHERE path = ?", (real,))
    return None if row is None else int(row[0])
