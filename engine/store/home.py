"""The home: the one folder in which everything that outlives a run is kept.

reelgraph.db   results, runs, remembered files (`engine.store.database` has the schema)
objects/       the blobs
tmp/           what is being written now
running/       a lock file for each run that is going on, and for each process with remote jobs
use.lock       held shared by runs, and alone by upkeep that removes things
setup.lock     held for a moment while the database is opened
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from engine.errors import StoreError
from engine.store.blobs import BlobStore
from engine.store.cache import Cache, CachedResult, CacheEntry
from engine.store.database import BUSY_SECONDS, Database
from engine.store.files import Files
from engine.store.history import History
from engine.store.journal import Journal
from engine.store.locks import Lock


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return `REELGRAPH_HOME`, or the platform's folder for the data of this user.

    Raises:
        StoreError: `REELGRAPH_HOME` begins with the name of a user whom this machine does not know.
    """
    if named := environ.get("REELGRAPH_HOME"):
        try:
            return Path(named).expanduser().absolute()
        except RuntimeError as error:
            raise StoreError(f"REELGRAPH_HOME is {named}, and there is no such user") from error
    import platformdirs

    return platformdirs.user_data_path("reelgraph", appauthor=False)


class Home:
    """An open home. Blobs and the journal may be used from any thread, the rest from its own."""

    def __init__(self, path: Path, database: Database, clock: Callable[[], float]) -> None:
        self.path = path
        self.clock = clock
        self.database = database
        self.blobs = BlobStore(path, clock)
        self.cache = Cache(database, clock)
        self.history = History(database, path / "running", clock)
        self.files = Files(database, clock)
        self.journal = Journal(database.path, path / "running", clock)

    @classmethod
    def open(cls, path: Path, *, clock: Callable[[], float] = time.time) -> Self:
        """Open a home; make it where there is none.

        Args:
            path: The folder.
            clock: Gives the time, in seconds since 1970.

        Raises:
            StoreError: The folder cannot be made or written to, or its database is damaged or of
                a newer version.
        """
        path = path.absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            reason = "not a folder" if path.exists() else error.strerror or str(error)
            raise _unusable(path, reason) from error
        if not os.access(path, os.W_OK | os.X_OK):
            raise _unusable(path, "no permission to write there")
        database = Database(path / "reelgraph.db")
        try:
            return cls(path, database, clock)
        except OSError as error:
            database.close()
            raise _unusable(path, error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the database. Runs without an end count as died from now on."""
        self.history.close()
        self.journal.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def complete(self, entry: CacheEntry | CachedResult) -> bool:
        """Return whether every blob that an entry needs is in the store."""
        return all(self.blobs.has(media.digest, media.size) for media in entry.media())

    @contextmanager
    def use(self) -> Iterator[None]:
        """Keep upkeep from removing anything: held as long as a run goes on.

        Raises:
            StoreError: The store is being cleaned, and was still after half a minute.
        """
        lock = self._lock(exclusive=False, wait=BUSY_SECONDS)
        if lock is None:
            raise StoreError(
                "another process is cleaning the store",
                where=str(self.path),
                hint="Try again when `reelgraph cache gc` or `verify` is done.",
            )
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def alone(self, *, wait: float = 0.0) -> Iterator[None]:
        """Keep all runs away: held while things are removed.

        Args:
            wait: Seconds to wait for runs to end.

        Raises:
            StoreError: Runs are going on; the message names them.
        """
        lock = self._lock(exclusive=True, wait=wait)
        if lock is None:
            raise StoreError(
                f"the store is in use: {self._users()}",
                where=str(self.path),
                hint="Try again when that is done.",
            )
        try:
            yield
        finally:
            lock.release()

    def _lock(self, *, exclusive: bool, wait: float) -> Lock | None:
        try:
            return Lock.acquire(self.path / "use.lock", exclusive=exclusive, wait=wait)
        except OSError as error:
            raise _unusable(self.path, str(error)) from error

    def _users(self) -> str:
        runs = self.history.active()
        if not runs:
            return "another process works with it"
        names = [f"run {run.id} ({run.name}, process {run.pid})" for run in runs[:5]]
        more = f" and {len(runs) - 5} more" if len(runs) > 5 else ""
        return ", ".join(names) + more


def _unusable(path: Path, reason: str) -> StoreError:
    return StoreError(
        f"cannot keep results in this folder: {reason}",
        where=str(path),
        hint="Choose another folder with --home DIR or REELGRAPH_HOME.",
    )
