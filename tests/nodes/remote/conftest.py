"""A fake provider, and an engine on it, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fake_provider import FakeProvider
from tests.support.remote import RemoteBench


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def bench(tmp_path: Path, provider: FakeProvider) -> Iterator[RemoteBench]:
    bench = RemoteBench(tmp_path, provider)
    yield bench
    bench.home.close()
