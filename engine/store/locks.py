"""Locks between processes that vanish with their process, on every platform.

A lock is a transaction on an empty SQLite file of its own. SQLite knows how Linux, macOS and
Windows lock files, and the operating system lets go of the lock when a process dies, however it
dies. A process number would not do: it is given out again, and means nothing in another container.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class Lock:
    """A lock that is held until `release`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def acquire(
        cls, path: Path, *, exclusive: bool = False, wait: float = 0.0, create: bool = True
    ) -> Lock | None:
        """Take the lock, shared or exclusive.

        Args:
            path: The lock's file.
            exclusive: Whether nobody else may hold it.
            wait: Seconds to wait for those who hold it.
            create: Whether to make the file where there is none.

        Returns:
            The lock, or None when it is not free.

        Raises:
            OSError: The file cannot be opened.
        """
        uri = f"{path.resolve().as_uri()}?mode={'rwc' if create else 'rw'}"
        try:
            connection = sqlite3.connect(
                uri, uri=True, timeout=wait, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise OSError(f"cannot open {path}: {error}") from error
        try:
            # Nothing is ever written, so there is nothing to keep a journal of.
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("BEGIN EXCLUSIVE" if exclusive else "BEGIN")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                return None
            raise OSError(f"cannot lock {path}: {error}") from error
        return cls(connection)

    def release(self) -> None:
        """Let go."""
        self._connection.close()


def is_held(path: Path) -> bool:
    """Return whether a process holds the lock exclusively. Those who ask do not see each other.

    One that is there and cannot be looked at, as when too many files are open, counts as held.
    """
    if not path.exists():
        return False
    try:
        lock = Lock.acquire(path, create=False)
    except OSError:
        return path.exists()
    if lock is None:
        return True
    lock.release()
    return False
