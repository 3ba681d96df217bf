"""Answers that lie too deep, or hold what is no character: no node crashes over them."""

from __future__ import annotations

from typing import Any

import pytest

from engine.store import JobState
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench


@pytest.mark.parametrize("depth", [150, 480, 980, 100_000])
def test_a_deep_answer_is_one_clear_error(bench: RemoteBench, depth: int) -> None:
    bench.provider.script("status", Reply(body=b'{"a":' * depth + b"1" + b"}" * depth))
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert "crashed" not in failure.message
    assert "run again to pick it up" in failure.hint
    assert bench.jobs()[0].state is JobState.SUBMITTED
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1


def test_what_is_not_too_deep_is_read(bench: RemoteBench) -> None:
    deep: Any = 1
    for _ in range(80):
        deep = [deep]
    document = {"id": "job-1", "state": "running", "progress": 0, "usd": None, "files": []}
    bench.provider.script("status", Reply(json={**document, "reason": "", "more": deep}))
    assert bench.run(WORKFLOWS["image"]).status == "done"


def test_half_a_character_is_none(bench: RemoteBench) -> None:
    body = b'{"id": "job-\\uD800", "state": "running", "url": "x"}'
    bench.provider.script("submit", Reply(body=body))
    assert "crashed" not in str(bench.run(WORKFLOWS["image"]).failures)
