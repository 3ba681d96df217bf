"""Two runs of one home that want the same work at nearly the same moment: it is paid for once."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path

import anyio
import pytest

from engine.events import Event, TaskStarted
from engine.money import Budget
from engine.request import Request
from engine.store import CacheEntry, Home
from tests.support.fake_provider import FakeProvider
from tests.support.remote import WORKFLOWS, RemoteBench


@pytest.mark.parametrize("name", ["image", "mapped"])
def test_what_another_run_finished_since_the_cache_was_looked_at(
    tmp_path: Path, provider: FakeProvider, name: str
) -> None:
    late = RemoteBench(tmp_path, provider)
    others: list[threading.Thread] = []

    def finish_first() -> None:
        other = RemoteBench(tmp_path, provider)
        try:
            assert other.run(WORKFLOWS[name]).status == "done"
        finally:
            other.home.close()

    def emit(event: Event) -> None:
        # Its tasks are not in the cache for this run, and none has been begun.
        if isinstance(event, TaskStarted) and not others:
            others.append(threading.Thread(target=finish_first))
            others[0].start()
            others[0].join()

    document = late.document(WORKFLOWS[name], "late.json")
    graph, _ = late.engine.bind(document)
    report = anyio.run(late.engine.run, document, graph, Request.parse(graph), emit)
    late.home.close()
    assert report.status == "done"
    assert others
    assert provider.submissions == (6 if name == "mapped" else 1)


def test_what_was_stored_before_and_kept_after(tmp_path: Path) -> None:
    times = iter(range(100))
    with Home.open(tmp_path / "home", clock=lambda: float(next(times))) as home:
        key = "a" * 64
        job = home.journal.reserve(
            key=f"{key}/m",
            task="t",
            workflow="w",
            run=1,
            provider="fake",
            model="m",
            low=Decimal(1),
            high=Decimal(1),
            budget=Budget(),
        )
        job = home.journal.submitted(home.journal.submitting(job, {}), "remote", {})
        job = home.journal.stored(home.journal.finished(job, [], None), [])
        began = home.clock()
        assert home.journal.done_by_another(job.key, 2, began) is None
        home.cache.put_many([CacheEntry(key, "t", 1, "{}", {}, 0.0)])
        assert home.journal.open_job(job.key) is None
        found = home.journal.done_by_another(job.key, 2, began)
        assert found is not None and found.id == job.id
        assert home.journal.done_by_another(job.key, 1, began) is None
        assert home.journal.done_by_another(job.key, 2, home.clock()) is None
