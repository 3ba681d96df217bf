"""What the content of files outside the store was, so that a film is not hashed on every plan.

An entry is trusted as long as the file's size, times and inode are the same. A file that changed in
the last two seconds is not remembered at all: a second change could fall on the same timestamp and
stay unseen (Git calls such entries "racily clean").
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.store.codec import dump_value, load_value, plain_text
from engine.store.database import Database
from engine.values import Media

_SETTLED_AFTER = 2.0
"""Seconds; the coarsest file times in use, those of FAT."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """How a file looked from outside at a moment."""

    path: str
    """The real path."""
    stamp: str
    """Size, times and inode."""
    settled: bool
    """Whether any later change is sure to change the stamp."""


class Files:
    """The remembered files of a home.

    Args:
        database: Where they are kept.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def fingerprint(self, path: Path) -> Fingerprint:
        """Look at a file from outside; to be called before it is read.

        Raises:
            OSError: The file cannot be looked at.
        """
        real = os.path.realpath(path)
        now = self._clock()
        found = os.stat(real)  # noqa: PTH116 - `real` is a text
        changed = (found.st_mtime_ns, found.st_ctime_ns)
        return Fingerprint(
            path=plain_text(real),
            stamp=f"{found.st_size}:{found.st_mtime_ns}:{found.st_ctime_ns}:{found.st_ino}",
            settled=all(abs(now - moment / 1e9) >= _SETTLED_AFTER for moment in changed),
        )

    def lookup(self, seen: Fingerprint, kind: str) -> Media | None:
        """Return the handle that the file had as this kind, or None when it must be read.

        The blob it names may have been removed from the store since.
        """
        row = self._database.row(
            "SELECT handle FROM files WHERE path = ? AND kind = ? AND stamp = ?",
            (seen.path, kind, seen.stamp),
        )
        if row is None:
            return None
        try:
            handle = load_value(row[0])
        except ValueError:
            return None
        return handle if isinstance(handle, Media) and handle.kind == kind else None

    def remember(self, seen: Fingerprint, handle: Media) -> None:
        """Remember what the file held when it was read right after `seen` was taken."""
        if not seen.settled:
            return
        with self._database.writing():
            self._database.execute(
                """INSERT OR REPLACE INTO files (path, kind, stamp, handle, recorded)
                VALUES (?, ?, ?, ?, ?)""",
                (seen.path, handle.kind, seen.stamp, dump_value(handle), self._clock()),
            )
