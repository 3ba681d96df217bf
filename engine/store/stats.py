"""Numbers about the store."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.store.home import Home


@dataclass(frozen=True, slots=True)
class TypeStats:
    """What is cached of one node type."""

    type: str
    rows: int
    size: int
    """Bytes of the different blobs that the rows hold."""
    seconds: float
    """The work that made them, and so what the cache saves."""
    cost: Decimal
    """What was paid for them, in US dollars."""
    oldest: float
    """When the first was stored."""
    newest: float
    """When the last was stored."""


@dataclass(frozen=True, slots=True)
class StoreStats:
    """What a home holds."""

    types: tuple[TypeStats, ...]
    """By name."""
    rows: int
    pinned: int
    """Keys that are pinned, for whatever workflow."""
    runs: int
    blobs: int
    size: int
    """Bytes of all blobs, each counted once."""
    database: int
    """Bytes of the database file."""


def stats(home: Home) -> StoreStats:
    """Count what the store holds."""
    database = home.database
    with database.reading():
        rows = database.rows(
            """SELECT type, count(*), sum(seconds), min(created), max(created)
            FROM cache GROUP BY type ORDER BY type"""
        )
        sizes = dict(
            database.rows(
                """SELECT type, sum(size) FROM
                    (SELECT DISTINCT type, digest, size FROM cache JOIN cache_blobs USING (key))
                GROUP BY type"""
            )
        )
        costs: dict[str, Decimal] = {}
        for name, cost in database.rows("SELECT type, cost FROM cache WHERE cost IS NOT NULL"):
            costs[name] = costs.get(name, Decimal()) + Decimal(cost)
        (pinned,) = database.row("SELECT count(DISTINCT key) FROM pins")
        (runs,) = database.row("SELECT count(*) FROM runs")
    stored = list(home.blobs.scan())
    types = tuple(
        TypeStats(name, count, sizes.get(name, 0), seconds, costs.get(name, Decimal()), old, new)
        for name, count, seconds, old, new in rows
    )
    return StoreStats(
        types=types,
        rows=sum(each.rows for each in types),
        pinned=pinned,
        runs=runs,
        blobs=len(stored),
        size=sum(blob.size for blob in stored),
        database=database.path.stat().st_size,
    )
