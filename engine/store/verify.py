"""Checking the store: is every blob what its name says, and every row readable and complete?"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from engine.context import Tick, no_tick
from engine.store.blobs import digest_file
from engine.store.codec import load_value
from engine.store.database import Database
from engine.store.home import Home
from engine.store.journal import held_blobs


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was found; with `repaired`, it has been removed and runs again when it is needed."""

    blobs: int
    """How many blobs were read."""
    size: int
    """Their bytes."""
    corrupt: tuple[str, ...]
    """Digests of blobs whose bytes are not those that were stored, or cannot be read."""
    missing: tuple[str, ...]
    """Digests of blobs that rows need and that are not there."""
    orphaned: tuple[str, ...]
    """Digests of whole blobs that no row needs: harmless, and removed by gc."""
    rows: tuple[str, ...]
    """Keys of the rows that are unreadable, or need a corrupt or missing blob."""
    database: tuple[str, ...]
    """What SQLite's own check complains about."""
    repaired: bool

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged."""
        return not (self.corrupt or self.missing or self.rows or self.database)


def verify(home: Home, *, repair: bool = False, tick: Tick = no_tick) -> VerifyReport:
    """Read every blob and every row.

    Args:
        home: The store.
        repair: Whether to remove corrupt blobs and the rows that need them or are unreadable.
        tick: Told the share of the bytes that was read.

    Raises:
        StoreError: A repair is asked for while runs are going on.
    """
    with home.alone() if repair else home.use():
        # The rows before the blobs, as a blob is there before its row.
        complaints = _check_database(home.database)
        needs = _needs(home.database)
        held = held_blobs(home.database)
        unreadable = _unreadable(home.database)
        sound, corrupt, size = _read_blobs(home, tick)
        needed = {digest for _, digest in needs}
        missing = needed - sound - corrupt
        bad = corrupt | missing
        rows = unreadable | {key for key, digest in needs if digest in bad}
        if repair:
            home.cache.forget(sorted(rows))
            for digest in corrupt:
                home.blobs.remove(digest)
    return VerifyReport(
        blobs=len(sound) + len(corrupt),
        size=size,
        corrupt=tuple(sorted(corrupt)),
        missing=tuple(sorted(missing)),
        orphaned=tuple(sorted(sound - needed - held)),
        rows=tuple(sorted(rows)),
        database=complaints,
        repaired=repair,
    )


def _check_database(database: Database) -> tuple[str, ...]:
    complaints = [text for (text,) in database.rows("PRAGMA integrity_check") if text != "ok"]
    for table, row, parent, _ in database.rows("PRAGMA foreign_key_check"):
        complaints.append(f"row {row} of {table} refers to nothing in {parent}")
    return tuple(complaints)


def _needs(database: Database) -> list[tuple[str, str]]:
    return database.rows("SELECT key, digest FROM cache_blobs")


def _unreadable(database: Database) -> set[str]:
    found: set[str] = set()
    last = ""
    while rows := database.rows(
        "SELECT key, CAST(outputs AS BLOB) FROM cache WHERE key > ? ORDER BY key LIMIT 1000",
        (last,),
    ):
        found.update(key for key, outputs in rows if not _readable(outputs))
        last = rows[-1][0]
    return found


def _readable(outputs: bytes) -> bool:
    try:
        return isinstance(load_value(outputs), dict)
    except ValueError:
        return False


def _digest(path: Path) -> str | None:
    """Return the digest of a blob's bytes; None for what is no file or cannot be read."""
    try:
        return digest_file(path)[0] if stat.S_ISREG(path.stat().st_mode) else None
    except FileNotFoundError:
        raise
    except OSError:
        return None


def _read_blobs(home: Home, tick: Tick) -> tuple[set[str], set[str], int]:
    stored = sorted(home.blobs.scan())
    total = sum(blob.size for blob in stored)
    sound: set[str] = set()
    corrupt: set[str] = set()
    done = 0
    for blob in stored:
        try:
            digest = _digest(home.blobs.path(blob.digest))
        except FileNotFoundError:
            continue
        (sound if digest == blob.digest else corrupt).add(blob.digest)
        done += blob.size
        tick(done / total if total else 1.0)
    return sound, corrupt, done
