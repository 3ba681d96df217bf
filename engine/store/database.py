"""The home's SQLite database: opening, schema, migrations, transactions.

Tables (times are seconds since 1970, UTC):

    cache        key (SHA-256 hex), type, version    which node made it
                 arguments, outputs                  JSON; outputs as `engine.values.encode` gives
                 seconds, cost                       of the making; cost is a decimal text or NULL
                 created, used                       `used` is coarse, an hour
    cache_blobs  key, digest, size                   the blobs that a cache row's outputs hold
    pins         key, workflow_id                    rows that gc keeps until they are unpinned
    workflows    id, path                            a workflow file that was run or pinned for
    runs         id, workflow_id, name, started, finished, status, exit_code, counts (JSON), out,
                 pid, document (the workflow's text as it was run, compressed by zlib);
                 `finished` of a run without an end is when something of it was last written down
    run_tasks    run_id, node, item ("", "3", "3,1"), key, status, seconds, error, started, cost
    run_cached   run_id, tasks                       its tasks found in the cache, many in one
    task_keys    workflow_id, node, item, key        the key with which a task last finished
    files        path, kind, stamp, handle, recorded what a file outside the store was seen to hold
    jobs         the journal of remote jobs: `engine.store.job` tells what each column means
    claims       key, owner                          which process drives the job of that key
    uploads      provider, digest, url, expires      inputs that a provider holds already
    turns        id, provider, owner, going          who has a job at a provider, or waits for one
    paces        provider, next                      when its next call may be made
    lookups      call, answer (JSON, zlib), asked    what providers tell everybody

A change of the schema is one more entry in `MIGRATIONS`; the number of entries applied is kept in
`PRAGMA user_version`. Write-ahead logging with `synchronous=NORMAL`: a committed row survives the
death of any process, and a loss of power costs at most the last commits, never the database. Where
money hangs on a row, `writing(durable=True)` brings it to the disk before the block ends.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.errors import StoreError
from engine.store.locks import Lock

BUSY_SECONDS = 30.0
"""How long a writer waits for the writers of other processes."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE cache (
            key TEXT PRIMARY KEY, type TEXT NOT NULL, version INTEGER NOT NULL,
            arguments TEXT NOT NULL, outputs TEXT NOT NULL,
            seconds REAL NOT NULL, cost TEXT, created REAL NOT NULL, used REAL NOT NULL)""",
        """CREATE TABLE cache_blobs (
            key TEXT NOT NULL REFERENCES cache ON DELETE CASCADE,
            digest TEXT NOT NULL, size INTEGER NOT NULL,
            PRIMARY KEY (key, digest)) WITHOUT ROWID""",
        "CREATE TABLE workflows (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE)",
        """CREATE TABLE pins (
            key TEXT NOT NULL, workflow_id INTEGER NOT NULL REFERENCES workflows,
            PRIMARY KEY (workflow_id, key)) WITHOUT ROWID""",
        # AUTOINCREMENT: the number of a removed run is never given to another one.
        """CREATE TABLE runs (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            workflow_id INTEGER NOT NULL REFERENCES workflows, name TEXT NOT NULL,
            started REAL NOT NULL, finished REAL, status TEXT NOT NULL, exit_code INTEGER,
            counts TEXT NOT NULL, out TEXT NOT NULL, pid INTEGER NOT NULL,
            document BLOB NOT NULL)""",
        "CREATE INDEX runs_by_workflow ON runs (workflow_id)",
        """CREATE TABLE run_tasks (
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
            node TEXT NOT NULL, item TEXT NOT NULL, key TEXT, status TEXT NOT NULL,
            seconds REAL NOT NULL, error TEXT NOT NULL, started REAL,
            PRIMARY KEY (run_id, node, item)) WITHOUT ROWID""",
        """CREATE TABLE task_keys (
            workflow_id INTEGER NOT NULL REFERENCES workflows ON DELETE CASCADE,
            node TEXT NOT NULL, item TEXT NOT NULL, key TEXT NOT NULL,
            PRIMARY KEY (workflow_id, node, item)) WITHOUT ROWID""",
        """CREATE TABLE files (
            path TEXT NOT NULL, kind TEXT NOT NULL, stamp TEXT NOT NULL, handle TEXT NOT NULL,
            recorded REAL NOT NULL, PRIMARY KEY (path, kind)) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE run_tasks ADD COLUMN cost TEXT",
        # AUTOINCREMENT: a person may hold on to the number of a job for long.
        """CREATE TABLE jobs (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, task_key TEXT NOT NULL,
            task TEXT NOT NULL, workflow TEXT NOT NULL, run INTEGER NOT NULL,
            provider TEXT NOT NULL, model TEXT NOT NULL, state TEXT NOT NULL,
            idempotency_key TEXT NOT NULL UNIQUE, request TEXT NOT NULL,
            remote_id TEXT NOT NULL, urls TEXT NOT NULL, results TEXT NOT NULL,
            outputs TEXT NOT NULL, taken INTEGER NOT NULL,
            estimate_low TEXT NOT NULL, estimate_high TEXT, reserved TEXT NOT NULL, cost TEXT,
            billed TEXT NOT NULL, error_kind TEXT NOT NULL, error TEXT NOT NULL,
            created REAL NOT NULL, updated REAL NOT NULL)""",
        """CREATE UNIQUE INDEX one_open_job ON jobs (key)
            WHERE state IN ('reserved', 'submitting', 'submitted', 'finished')""",
        """CREATE INDEX jobs_to_take ON jobs (task_key) WHERE state = 'stored' AND taken = 0""",
        "CREATE INDEX jobs_by_run ON jobs (run)",
        "CREATE INDEX jobs_by_time ON jobs (created)",
        "CREATE TABLE claims (key TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID",
        """CREATE TABLE uploads (
            provider TEXT NOT NULL, digest TEXT NOT NULL, url TEXT NOT NULL, expires REAL NOT NULL,
            PRIMARY KEY (provider, digest)) WITHOUT ROWID""",
    ),
    (
        """CREATE TABLE run_cached (
            run_id INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE, tasks BLOB NOT NULL)""",
        "CREATE INDEX cached_by_run ON run_cached (run_id)",
    ),
    (
        """CREATE TABLE turns (
            id INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT NOT NULL, owner TEXT NOT NULL,
            going INTEGER NOT NULL)""",
        "CREATE TABLE paces (provider TEXT PRIMARY KEY, next REAL NOT NULL) WITHOUT ROWID",
    ),
    ("CREATE TABLE lookups (call TEXT PRIMARY KEY, answer BLOB NOT NULL, asked REAL NOT NULL)",),
    ("CREATE INDEX jobs_by_key ON jobs (key)",),
)

_VERSION = len(MIGRATIONS)
_DAMAGE_HINT = (
    "Move reelgraph.db, reelgraph.db-wal and reelgraph.db-shm out of that folder; a new database "
    "is made on the next start, and cached results are made again."
)


class Database:
    """One connection, for the thread that opened it. All failures are `StoreError`s."""

    def __init__(self, path: Path, *, any_thread: bool = False) -> None:
        """Open the database, make it if it is not there, and bring its schema up to date.

        Args:
            path: The file.
            any_thread: Whether other threads may use it too; the caller sees to it that only
                one does at a time.

        Raises:
            StoreError: The file is damaged, unusable, or written by a newer version.
        """
        self.path = path
        self._writing = False
        self._undone: StoreError | None = None
        """Why SQLite has undone all that is being written together: of some errors, it does."""
        try:
            self._connection = sqlite3.connect(
                path,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=not any_thread,
            )
        except sqlite3.Error as error:
            raise _store_error(error, path) from error
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        """Close the connection; an open transaction is rolled back."""
        self._connection.close()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Return the first row of a query, or None."""
        try:
            return self._connection.execute(sql, values).fetchone()
        except sqlite3.Error as error:
            raise _store_error(error, self.path) from error

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        """Return all rows of a query."""
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _store_error(error, self.path) from error

    def execute(self, sql: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        """Run one statement that changes something."""
        try:
            return self._connection.execute(sql, values)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> sqlite3.Cursor:
        """Run one statement for each row of values."""
        try:
            return self._connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise self._failure(error) from error

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold one snapshot for all reads inside, which is also several times faster.

        Nothing may be written inside; never hold it across an `await`.
        """
        if self._connection.in_transaction:
            yield
            return
        self.execute("BEGIN")
        try:
            yield
        finally:
            self._connection.rollback()

    @contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[None]:
        """Write all or nothing; committed when the block ends. Inside another one, part of that.

        Args:
            durable: Whether a loss of power right after the block may not undo it.
        """
        if self._writing:
            self._check_whole()
            yield
            return
        if self._connection.in_transaction:
            raise RuntimeError("a store was written to inside reading()")
        if durable:
            self.execute("PRAGMA synchronous = FULL")
        try:
            self.execute("BEGIN IMMEDIATE")
            self._writing = True
            yield
            self._check_whole()
            self.execute("COMMIT")
        finally:
            self._writing = False
            self._undone = None
            self._connection.rollback()
            if durable:
                self.execute("PRAGMA synchronous = NORMAL")

    def _failure(self, error: sqlite3.Error) -> StoreError:
        failure = _store_error(error, self.path)
        if self._writing and not self._connection.in_transaction:
            self._undone = failure
        return failure

    def _check_whole(self) -> None:
        """See to it that nothing is written by itself after what belongs to it was undone."""
        if (undone := self._undone) is not None:
            raise StoreError(undone.message, where=undone.where, hint=undone.hint) from undone

    def _prepare(self) -> None:
        self.execute("PRAGMA synchronous = NORMAL")
        # On macOS, fsync alone leaves the bytes in the drive's own memory.
        self.execute("PRAGMA fullfsync = ON")
        self.execute("PRAGMA foreign_keys = ON")
        self.execute("PRAGMA cache_size = -32000")  # in KiB
        # SQLite does not wait for other processes when it switches the journal's mode.
        with self._setting_up():
            if self.row("PRAGMA journal_mode")[0] != "wal":
                self.row("PRAGMA journal_mode = WAL")
            if self._version() != _VERSION:
                self._migrate()

    @contextmanager
    def _setting_up(self) -> Iterator[None]:
        try:
            lock = Lock.acquire(
                self.path.with_name("setup.lock"), exclusive=True, wait=BUSY_SECONDS
            )
        except OSError as error:
            raise StoreError(str(error), where=str(self.path)) from error
        if lock is None:
            raise StoreError("another process is still opening it", where=str(self.path))
        try:
            yield
        finally:
            lock.release()

    def _version(self) -> int:
        return int(self.row("PRAGMA user_version")[0])

    def _migrate(self) -> None:
        with self.writing():
            version = self._version()
            if version > _VERSION:
                raise StoreError(
                    f"the store has format {version}, this reelgraph knows up to {_VERSION}",
                    where=str(self.path),
                    hint="Upgrade reelgraph, or choose another folder with --home.",
                )
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    self.execute(statement)
            self.execute(f"PRAGMA user_version = {_VERSION}")


def _store_error(error: sqlite3.Error, path: Path) -> StoreError:
    # The low byte is the primary code; the others say more than a person needs.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    message, hint = {
        sqlite3.SQLITE_NOTADB: ("the database is damaged: not an SQLite file", _DAMAGE_HINT),
        sqlite3.SQLITE_CORRUPT: (f"the database is damaged: {error}", _DAMAGE_HINT),
        sqlite3.SQLITE_FULL: (
            "the disk is full",
            "Free some space, or run `reelgraph cache gc`.",
        ),
        sqlite3.SQLITE_BUSY: (
            f"another process has kept the database locked for {BUSY_SECONDS:.0f} s",
            "Try again when it is done.",
        ),
        sqlite3.SQLITE_READONLY: (
            "the database cannot be written to",
            "Check the permissions of the folder, or choose another one with --home.",
        ),
        sqlite3.SQLITE_CANTOPEN: (
            "the database cannot be opened",
            "Check the permissions of the folder, or choose another one with --home.",
        ),
    }.get(
        code, (f"the database failed: {error}", "Run `reelgraph cache verify` to look for damage.")
    )
    return StoreError(message, where=str(path), hint=hint)
