"""The floor: what a graph costs at least, with a cache that outlives the process.

A bare anyio task group, a dictionary of results and one SQLite table, as a fair engineer would
write them by hand for one graph of one node type. A node is looked up when its last parent is done,
and gets a task only if it must run. Keys are digests of the arguments and the parents' results;
rows are read and written inside transactions of many. There are no checks, lists, limits, retries,
reasons, history or events, and a crash loses what is not committed yet.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import defaultdict, deque
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Protocol

import anyio

from benchmarks.shapes import Step, Steps

_ROWS_AT_ONCE = 500


class Work(Protocol):
    """What a node does."""

    def __call__(self, values: list[int], *, offset: int) -> Awaitable[int]: ...


class Cache:
    """One table of results."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS cache (key TEXT PRIMARY KEY, value TEXT NOT NULL)"
        )
        self._connection.execute("BEGIN")
        self._uncommitted = 0

    def get(self, key: str) -> int | None:
        """Return a result, or None."""
        sql = "SELECT value FROM cache WHERE key = ?"
        row = self._connection.execute(sql, (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, value: int) -> None:
        """Store a result; it is committed with the next ones."""
        row = (key, json.dumps(value))
        self._connection.execute("INSERT OR REPLACE INTO cache VALUES (?, ?)", row)
        self._uncommitted += 1
        if self._uncommitted >= _ROWS_AT_ONCE:
            self.commit()

    def commit(self) -> None:
        """Make sure that what was stored stays."""
        self._connection.execute("COMMIT")
        self._connection.execute("BEGIN")
        self._uncommitted = 0

    def close(self) -> None:
        """Close the database."""
        self._connection.close()


async def run(steps: Steps, cache: Cache, work: Work) -> Mapping[str, int]:
    """Run a graph; return the result of each node."""
    results: dict[str, int] = {}
    missing = {name: len(step.parents) for name, step in steps.items()}
    children: dict[str, list[str]] = defaultdict(list)
    for name, step in steps.items():
        for parent in step.parents:
            children[parent].append(name)

    ready = deque(name for name, count in missing.items() if not count)

    def visit() -> None:
        while ready:
            name = ready.popleft()
            step = steps[name]
            values = [results[parent] for parent in step.parents]
            key = _key(step, values)
            value = cache.get(key)
            if value is None:
                group.start_soon(perform, name, key, values)
            else:
                complete(name, value)

    async def perform(name: str, key: str, values: list[int]) -> None:
        value = await work(values, offset=steps[name].offset)
        cache.put(key, value)
        complete(name, value)
        visit()

    def complete(name: str, value: int) -> None:
        results[name] = value
        for child in children[name]:
            missing[child] -= 1
            if not missing[child]:
                ready.append(child)

    async with anyio.create_task_group() as group:
        visit()
    cache.commit()
    return results


def _key(step: Step, values: list[int]) -> str:
    arguments = {"offset": step.offset, "values": values}
    text = json.dumps({"arguments": arguments, "node": "add", "version": 1}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
