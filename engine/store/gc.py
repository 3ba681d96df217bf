"""Cleaning the store: old runs, results that nothing needs any more, and leftovers.

What stays, whatever the options say: the results of every task of a recent run, pinned results, the
results of remote jobs that no task has taken yet, blobs that were added within the last hour and
that nothing refers to yet, and the journal, which is the record of what was paid.
"""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from engine.store.blobs import StoredBlob
from engine.store.database import Database
from engine.store.history import unpack_tasks
from engine.store.home import Home
from engine.store.journal import held_blobs
from engine.store.locks import is_held

GRACE = 3600.0
"""Seconds for which unreferenced blobs and temporary files are taken to be in someone's hands."""
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class GcReport:
    """What was removed; in a dry run, what would be."""

    runs: int
    rows: int
    blobs: int
    freed: int
    """Bytes of the blobs."""
    leftovers: int
    """Temporary files and folders of processes that died."""
    kept: int
    """Bytes of the blobs that stay."""
    dry_run: bool


@dataclass(frozen=True, slots=True)
class _Row:
    key: str
    used: float
    blobs: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Waste:
    runs: list[int]
    rows: list[str]
    blobs: list[StoredBlob]
    leftovers: list[Path]
    kept: int


def gc(
    home: Home,
    *,
    keep_days: float = 30,
    keep_runs: int = 10,
    max_bytes: int | None = None,
    dry_run: bool = False,
    wait: float = 0.0,
) -> GcReport:
    """Remove what nothing needs.

    Args:
        home: The store.
        keep_days: Runs and results younger than that stay; results by their last use.
        keep_runs: So many last runs of each workflow file stay, however old.
        max_bytes: Remove further results, the longest unused first, until the blobs of the others
            take no more than that; results of recent runs and pinned ones stay even so.
        dry_run: Only say what would be removed.
        wait: Seconds to wait for runs to end.

    Raises:
        StoreError: Runs are going on; or the store cannot be written to.
    """
    cutoff = home.clock() - keep_days * _DAY
    with home.use() if dry_run else home.alone(wait=wait):
        waste = _find_waste(home, cutoff, keep_runs, max_bytes)
        if not dry_run:
            _remove(home, waste, cutoff)
    return GcReport(
        runs=len(waste.runs),
        rows=len(waste.rows),
        blobs=len(waste.blobs),
        freed=sum(blob.size for blob in waste.blobs),
        leftovers=len(waste.leftovers),
        kept=waste.kept,
        dry_run=dry_run,
    )


def _find_waste(home: Home, cutoff: float, keep_runs: int, max_bytes: int | None) -> _Waste:
    with home.database.reading():
        runs = _old_runs(home.database, cutoff, keep_runs)
        needed = _needed_keys(home.database, set(runs))
        rows = _all_rows(home.database)
        held = held_blobs(home.database)
    doomed = {row.key for row in rows if row.key not in needed and row.used < cutoff}
    if max_bytes is not None:
        doomed |= _least_used([row for row in rows if row.key not in doomed], needed, max_bytes)
    known = {digest for row in rows for digest, _ in row.blobs}
    live = held | {digest for row in rows if row.key not in doomed for digest, _ in row.blobs}
    young = home.clock() - GRACE
    stored = list(home.blobs.scan())
    blobs = [
        blob
        for blob in stored
        if blob.digest not in live and (blob.digest in known or blob.modified < young)
    ]
    return _Waste(
        runs=runs,
        rows=sorted(doomed),
        blobs=blobs,
        leftovers=home.blobs.leftovers(young),
        kept=sum(blob.size for blob in stored) - sum(blob.size for blob in blobs),
    )


def _old_runs(database: Database, cutoff: float, keep_runs: int) -> list[int]:
    rows = database.rows(
        """SELECT id FROM (
            SELECT id, coalesce(finished, started) AS ended,
                row_number() OVER (PARTITION BY workflow_id ORDER BY id DESC) AS place
            FROM runs)
        WHERE place > ? AND ended < ? ORDER BY id""",
        (keep_runs, cutoff),
    )
    return [run_id for (run_id,) in rows]


def _needed_keys(database: Database, old_runs: set[int]) -> set[str]:
    needed = {key for (key,) in database.rows("SELECT key FROM pins")}
    for (run_id,) in database.rows("SELECT id FROM runs"):
        if run_id not in old_runs:
            sql = "SELECT key FROM run_tasks WHERE run_id = ? AND key IS NOT NULL"
            needed.update(key for (key,) in database.rows(sql, (run_id,)))
            packed = database.rows("SELECT tasks FROM run_cached WHERE run_id = ?", (run_id,))
            needed.update(key for (blob,) in packed for _, _, key in unpack_tasks(blob))
    return needed


def _all_rows(database: Database) -> list[_Row]:
    blobs: dict[str, list[tuple[str, int]]] = {}
    for key, digest, size in database.rows("SELECT key, digest, size FROM cache_blobs"):
        blobs.setdefault(key, []).append((digest, size))
    rows = database.rows("SELECT key, used FROM cache")
    return [_Row(key, used, tuple(blobs.get(key, ()))) for key, used in rows]


def _least_used(rows: list[_Row], needed: set[str], max_bytes: int) -> set[str]:
    """Choose the rows to remove, the longest unused first, until the blobs fit."""
    holders = Counter(digest for row in rows for digest, _ in row.blobs)
    total = sum({digest: size for row in rows for digest, size in row.blobs}.values())
    needed_blobs = {digest for row in rows if row.key in needed for digest, _ in row.blobs}
    chosen: set[str] = set()
    for row in sorted(rows, key=lambda row: (row.used, row.key)):
        if total <= max_bytes:
            break
        # A row that holds nothing of its own would be lost for no gain.
        if row.key in needed or all(digest in needed_blobs for digest, _ in row.blobs):
            continue
        chosen.add(row.key)
        for digest, size in row.blobs:
            holders[digest] -= 1
            total -= size if not holders[digest] else 0
    return chosen


def _remove(home: Home, waste: _Waste, cutoff: float) -> None:
    database = home.database
    # Rows first: a process killed in between leaves blobs without rows, never rows without blobs.
    with database.writing():
        database.executemany("DELETE FROM runs WHERE id = ?", [(run,) for run in waste.runs])
        database.executemany("DELETE FROM cache WHERE key = ?", [(key,) for key in waste.rows])
        database.execute("DELETE FROM files WHERE recorded < ?", (cutoff,))
        database.execute("DELETE FROM uploads WHERE expires < ?", (home.clock(),))
        database.execute(
            """DELETE FROM workflows WHERE NOT EXISTS
                (SELECT 1 FROM runs WHERE workflow_id = workflows.id) AND NOT EXISTS
                (SELECT 1 FROM pins WHERE workflow_id = workflows.id)"""
        )
    for blob in waste.blobs:
        home.blobs.remove(blob.digest)
    for leftover in waste.leftovers:
        if leftover.is_dir() and not leftover.is_symlink():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
    for lock in (home.path / "running").glob("*.lock"):
        if not is_held(lock):
            lock.unlink(missing_ok=True)
    _shrink(database)


def _shrink(database: Database) -> None:
    """Give the database's free pages back once they are a quarter of it."""
    (free,) = database.row("PRAGMA freelist_count")
    (pages,) = database.row("PRAGMA page_count")
    if free * 4 > pages:
        database.execute("VACUUM")
    database.row("PRAGMA wal_checkpoint(TRUNCATE)")
