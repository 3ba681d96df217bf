"""The cache: what each task gave, found again by the task's key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from engine.store.codec import dump_value, load_value, load_values, media_in
from engine.store.database import Database
from engine.store.workflows import workflow_id
from engine.values import Media

_TOUCH_AFTER = 3600.0
"""Seconds by which the last use of a row may be behind: most reads then need no write."""
_CHUNK = 900
"""Keys a query; below SQLite's oldest limit of 999 variables."""
_COLUMNS = "key, type, version, arguments, outputs, seconds, cost, created, used"
# As bytes, since SQLite raises where a damaged text is not UTF-8, and a damaged row is only a miss.
_READ = """SELECT key, type, version, CAST(arguments AS BLOB), CAST(outputs AS BLOB),
    seconds, cost, created, used FROM cache WHERE key"""
_GET = f"{_READ} = ?"
_PUT = f"""INSERT INTO cache ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET type = excluded.type, version = excluded.version,
    arguments = excluded.arguments, outputs = excluded.outputs, seconds = excluded.seconds,
    cost = excluded.cost, created = excluded.created, used = excluded.used"""  # noqa: S608
_TAKE = "UPDATE jobs SET taken = 1 WHERE state = 'stored' AND taken = 0 AND task_key"


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """What a task gave, and how it was asked."""

    key: str
    """SHA-256, in hexadecimal, of all that the outputs depend on."""
    type: str
    """The node type."""
    version: int
    """The version of the node type."""
    arguments: str
    """The normalised arguments as JSON text; kept so that a plan can say what changed."""
    outputs: dict[str, Any]
    """The value of each port."""
    seconds: float
    """How long the work took."""
    cost: Decimal | None = None
    """What was paid, in US dollars; None for work that has no price."""
    created: float = 0.0
    """When it was stored; set by the store."""
    used: float = 0.0
    """When it was used last, to the hour; set by the store."""

    def media(self) -> Iterator[Media]:
        """Yield the handles of all blobs that the outputs hold."""
        return media_in(self.outputs)


@dataclass(frozen=True, slots=True)
class CachedResult:
    """What a task gave, without how it was asked: all that a run needs of a row."""

    outputs: dict[str, Any]
    used: float

    def media(self) -> Iterator[Media]:
        """Yield the handles of all blobs that the outputs hold."""
        return media_in(self.outputs)


class Cache:
    """The cache rows of a home.

    Args:
        database: Where they are.
        clock: Gives the time, in seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float]) -> None:
        self._database = database
        self._clock = clock

    def reading(self) -> AbstractContextManager[None]:
        """Make many `get`s inside several times faster, all on one state of the cache.

        Nothing may be written inside; never hold it across an `await`.
        """
        return self._database.reading()

    def get(self, key: str) -> CacheEntry | None:
        """Return the entry, or None. A damaged row is none."""
        row = self._database.row(_GET, (key,))
        return None if row is None else _entry(row)

    def get_many(self, keys: Iterable[str]) -> dict[str, CacheEntry]:
        """Return the entries that exist, by key."""
        found: dict[str, CacheEntry] = {}
        with self._database.reading():
            for chunk in _chunks(keys):
                for row in self._database.rows(f"{_READ} IN ({_marks(chunk)})", chunk):
                    if (entry := _entry(row)) is not None:
                        found[entry.key] = entry
        return found

    def results(self, keys: Iterable[str]) -> dict[str, CachedResult]:
        """Return the results that exist, by key; quicker than `get_many`. Damaged ones are none."""
        found: dict[str, CachedResult] = {}
        with self._database.reading():
            for chunk in _chunks(keys):
                sql = f"SELECT key, outputs, used FROM cache WHERE key IN ({_marks(chunk)})"  # noqa: S608
                rows = self._database.rows(sql, chunk)
                values = load_values([outputs for _, outputs, _ in rows])
                for (key, _, used), outputs in zip(rows, values, strict=True):
                    if isinstance(outputs, dict):
                        found[key] = CachedResult(outputs, used)
        return found

    def put_many(self, entries: Collection[CacheEntry]) -> None:
        """Store entries, all or none; they outlive this process from here on.

        An entry with a key that is there already takes its place. The blobs must be stored before.
        """
        if not entries:
            return
        now = self._clock()
        # The index is written in order, which spares it some paging; of equal keys the last wins.
        latest = {entry.key: entry for entry in entries}
        ordered = [latest[key] for key in sorted(latest)]
        rows = [_row(entry, now) for entry in ordered]
        blobs = [(e.key, media.digest, media.size) for e in ordered for media in e.media()]
        with self._database.writing():
            self._database.executemany(_PUT, rows)
            for chunk in _chunks(latest):
                sql = f"DELETE FROM cache_blobs WHERE key IN ({_marks(chunk)})"  # noqa: S608
                self._database.execute(sql, chunk)
                # The result of a remote job is in the cache from here on, and is owed to nobody.
                self._database.execute(f"{_TAKE} IN ({_marks(chunk)})", chunk)
            self._database.executemany("INSERT OR IGNORE INTO cache_blobs VALUES (?, ?, ?)", blobs)

    def touch_many(self, keys: Iterable[str]) -> None:
        """Say that entries were used. Writes only where the last use is more than an hour ago."""
        now = self._clock()
        stale: list[str] = []
        with self._database.reading():
            for chunk in _chunks(keys):
                sql = f"SELECT key FROM cache WHERE key IN ({_marks(chunk)}) AND used < ?"  # noqa: S608
                rows = self._database.rows(sql, (*chunk, now - _TOUCH_AFTER))
                stale.extend(key for (key,) in rows)
        if stale:
            with self._database.writing():
                self._database.executemany(
                    "UPDATE cache SET used = max(used, ?) WHERE key = ?",
                    [(now, key) for key in stale],
                )

    def forget(self, keys: Iterable[str]) -> int:
        """Remove entries, pinned or not; return how many there were. Their blobs stay until gc."""
        with self._database.writing():
            removed = self._database.executemany(
                "DELETE FROM cache WHERE key = ?", [(key,) for key in keys]
            )
        return max(removed.rowcount, 0)

    def pin(self, workflow: str, keys: Iterable[str]) -> None:
        """Keep entries for a workflow file, whatever gc is asked, until they are unpinned."""
        with self._database.writing():
            number = workflow_id(self._database, workflow, create=True)
            self._database.executemany(
                "INSERT OR IGNORE INTO pins (workflow_id, key) VALUES (?, ?)",
                [(number, key) for key in keys],
            )

    def unpin(self, workflow: str, keys: Iterable[str] | None = None) -> None:
        """Take back `pin`: for some keys, or for all of the workflow."""
        with self._database.writing():
            number = workflow_id(self._database, workflow)
            if keys is None:
                self._database.execute("DELETE FROM pins WHERE workflow_id = ?", (number,))
            else:
                self._database.executemany(
                    "DELETE FROM pins WHERE workflow_id = ? AND key = ?",
                    [(number, key) for key in keys],
                )

    def pinned(self, workflow: str) -> set[str]:
        """Return the keys that are pinned for a workflow file."""
        number = workflow_id(self._database, workflow)
        rows = self._database.rows("SELECT key FROM pins WHERE workflow_id = ?", (number,))
        return {key for (key,) in rows}


def _row(entry: CacheEntry, now: float) -> tuple[Any, ...]:
    return (
        entry.key,
        entry.type,
        entry.version,
        entry.arguments,
        dump_value(entry.outputs),
        entry.seconds,
        None if entry.cost is None else str(entry.cost),
        now,
        now,
    )


def _entry(row: Any) -> CacheEntry | None:
    key, kind, version, arguments, outputs, seconds, cost, created, used = row
    try:
        text = arguments.decode()
        values = load_value(outputs)
        paid = None if cost is None else Decimal(cost)
    except (ValueError, TypeError, InvalidOperation):
        return None
    if not isinstance(values, dict):
        return None
    return CacheEntry(key, kind, version, text, values, seconds, paid, created, used)


def _marks(values: Collection[str]) -> str:
    return ",".join("?" * len(values))


def _chunks(keys: Iterable[str]) -> Iterator[tuple[str, ...]]:
    remaining = iter(keys)
    while chunk := tuple(islice(remaining, _CHUNK)):
        yield chunk
