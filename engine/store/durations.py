"""How long tasks took, by what they have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.store.database import Database

_RECENT_RESULTS = 3000
"""Enough for a mean, and few enough to read at the start of each run and each plan."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Mean seconds of a task."""

    by_type: Mapping[str, float] = field(default_factory=dict)
    """By node type."""
    by_kind: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """By node type and fingerprint, which tells models and their versions apart."""

    def of(self, node_type: str, fingerprint: str = "") -> float | None:
        """Return how long a task takes; None where nothing like it has run yet.

        A model that nobody has asked yet may take a hundred times as long as another one.

        Args:
            node_type: Its node type.
            fingerprint: Of its model; empty where it has none, or which is not known yet.
        """
        if fingerprint:
            return self.by_kind.get((node_type, fingerprint))
        return self.by_type.get(node_type)


def durations_in(database: Database) -> Durations:
    """Return what the latest results in the cache tell.

    Results that were only fetched, as their jobs had ended before anybody looked, tell nothing.
    """
    rows = database.rows(
        """SELECT type, fingerprint, count(*), sum(seconds) FROM
            (SELECT type, seconds,
                CASE WHEN json_valid(arguments)
                THEN coalesce(json_extract(arguments, '$.fingerprint'), '') ELSE '' END
                AS fingerprint
            FROM cache WHERE seconds * 2 >= coalesce(
                (SELECT updated - created FROM jobs
                WHERE jobs.key > cache.key || '/' AND jobs.key < cache.key || '0'
                AND state = 'stored' ORDER BY id DESC LIMIT 1), 0)
            ORDER BY rowid DESC LIMIT ?)
        GROUP BY type, fingerprint""",
        (_RECENT_RESULTS,),
    )
    totals: dict[str, tuple[int, float]] = {}
    by_kind: dict[tuple[str, str], float] = {}
    for node_type, fingerprint, count, seconds in rows:
        by_kind[node_type, str(fingerprint)] = seconds / count
        before = totals.get(node_type, (0, 0.0))
        totals[node_type] = before[0] + count, before[1] + seconds
    return Durations({name: total / count for name, (count, total) in totals.items()}, by_kind)
