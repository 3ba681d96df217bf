"""Who drives which job: at most one living process at a time, and one task of it.

A process has one lock file for all its claims, which the system releases when it dies. A claim is a
row that names the owner's lock, and counts as long as that lock is held. A lock for each job would
cost 100 kB and an open file each.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from engine.errors import StoreError
from engine.store.database import Database
from engine.store.locks import Lock, is_held


class Claims:
    """The claims of one open journal.

    Args:
        folder: Holds the lock files of all owners.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._owner = ""
        self._lock: Lock | None = None
        self._mine: set[str] = set()

    def take(self, database: Database, key: str) -> bool:
        """Claim a key; return False when another process or task has it."""
        if key in self._mine:
            return False
        self.sign_on()
        with database.writing():
            row = database.row("SELECT owner FROM claims WHERE key = ?", (key,))
            if row is not None and row[0] != self._owner and self.is_alive(row[0]):
                return False
            database.execute(
                "INSERT OR REPLACE INTO claims (key, owner) VALUES (?, ?)", (key, self._owner)
            )
        self._mine.add(key)
        return True

    def drop(self, database: Database, key: str) -> None:
        """Give a key back."""
        self._mine.discard(key)
        with database.writing():
            database.execute("DELETE FROM claims WHERE key = ? AND owner = ?", (key, self._owner))

    def close(self) -> None:
        """Let go of everything."""
        if self._lock is not None:
            self._lock.release()
            self._path(self._owner).unlink(missing_ok=True)
            self._lock = None

    def sign_on(self) -> str:
        """Return the name of this process as an owner; its lock is held from now on."""
        if self._lock is not None:
            return self._owner
        self._owner = uuid.uuid4().hex
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            self._lock = Lock.acquire(self._path(self._owner), exclusive=True, wait=1.0)
        except OSError as error:
            raise StoreError(str(error), where=str(self._folder)) from error
        if self._lock is None:
            raise StoreError("another process keeps a lock that is new", where=str(self._folder))
        return self._owner

    def is_alive(self, owner: str) -> bool:
        """Tell whether the process of that name lives, and has not let go of everything."""
        return owner == self._owner or is_held(self._path(owner))

    def _path(self, owner: str) -> Path:
        return self._folder / f"jobs-{owner}.lock"
