"""Answers to polls and uploads that are wrong or hostile: one clear error, nothing lost."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from engine.store import JobState
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench

MEGABYTE = b"x" * 1024**2


def job(**fields: Any) -> Reply:
    document = {"id": "job-1", "state": "running", "progress": 0, "usd": None, "files": []}
    return Reply(json={**document, "reason": "", **fields})


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(json=["a"]), "no object"),
        (Reply(body=b"<html>"), "no object"),
        (Reply(body=b"[" * 100_000), "no object"),
        (job(state="?"), "not understood"),
        (job(files=3), "not understood"),
        (job(usd="much"), "not understood"),
        (job(files=[{"url": "x"}]), "not understood"),
        (Reply(body=MEGABYTE, endless=True), "more than 8 MB"),
        (
            Reply(body=gzip.compress(MEGABYTE * 20), headers={"Content-Encoding": "gzip"}),
            "more than 8 MB, compressed",
        ),
        (Reply(body=b"x", headers={"Content-Encoding": "gzip"}), "cut short"),
        (Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}), "compression is broken"),
        (Reply(body=b"x", headers={"Content-Encoding": "br"}), "compressed as 'br'"),
        (Reply(302, headers={"Location": "http://10.0.0.1/"}), "redirects to http://10.0.0.1/"),
        (Reply(404), "fake answered 404"),
        (Reply(401), "fake answered 401"),
    ],
)
def test_a_bad_answer_is_one_clear_error(bench: RemoteBench, reply: Reply, message: str) -> None:
    bench.provider.script("status", reply)
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert message in failure.message
    # No other model is tried while the job is on its way.
    assert failure.kind in ("local", "invalid")
    assert "run again to pick it up" in failure.hint
    assert bench.jobs()[0].state is JobState.SUBMITTED
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(429, headers={"Retry-After": "3"}),
        Reply(silent=True),
        Reply(json={"id": "job"}, length=500),
    ],
    ids=["500", "429", "silent", "short"],
)
def test_what_may_pass_is_asked_again(bench: RemoteBench, reply: Reply) -> None:
    bench.provider.script("status", *[reply] * 3)
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.provider.submissions == 1


def test_a_compressed_answer_is_read_all_the_same(bench: RemoteBench) -> None:
    text = json.dumps(job().json).encode()
    reply = Reply(body=gzip.compress(text), headers={"Content-Encoding": "gzip"})
    bench.provider.script("status", reply)
    assert bench.run(WORKFLOWS["image"]).status == "done"


def test_job_addresses_elsewhere_get_no_key(bench: RemoteBench) -> None:
    urls = {"status_url": "https://example.com/job", "cancel_url": "https://example.com/job"}
    bench.provider.script("submit", Reply(json={"id": "job-1", **urls}, after=True))
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert "not one of the provider's own hosts" in failure.message
    assert bench.jobs()[0].state is JobState.SUBMITTED
    assert "`reelgraph jobs resolve 1 --discard` gives it up" in failure.hint
