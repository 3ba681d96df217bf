"""A home in a temporary folder, with a clock that the test moves."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.store import CacheEntry, Home
from engine.values import File


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def advance(self, *, seconds: float = 0, days: float = 0) -> None:
        self.now += seconds + days * 86400


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def home(tmp_path: Path, clock: Clock) -> Iterator[Home]:
    with Home.open(tmp_path / "home", clock=clock) as opened:
        yield opened


Store = Callable[..., CacheEntry]


@pytest.fixture
def store(home: Home) -> Store:
    """Return a function that stores a result, with a blob for each of the given bytes."""

    def put(name: str, *blobs: bytes, **fields: Any) -> CacheEntry:
        files = []
        for data in blobs:
            digest, size = home.blobs.add_bytes(data)
            files.append(File(digest=digest, media_type="text/plain", size=size))
        values = {"type": "make", "version": 1, "arguments": "{}", "seconds": 1.0, **fields}
        values.setdefault("outputs", {"files": files, "text": name})
        entry = CacheEntry(key=hashlib.sha256(name.encode()).hexdigest(), **values)
        home.cache.put_many([entry])
        return entry

    return put
