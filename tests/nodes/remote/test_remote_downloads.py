"""Results that break off, come wrong, or never end."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from engine.execute import RunReport
from engine.store import JobState
from nodes.remote.settings import Settings
from tests.support.fake_provider import FakeProvider
from tests.support.loopback import Reply
from tests.support.remote import WORKFLOWS, RemoteBench

CONTENT = random.Random(1).randbytes(300_000)
TAG = {"ETag": '"job-1"'}


def result(bench: RemoteBench) -> bytes:
    report = bench.run(WORKFLOWS["image"])
    assert report.status == "done", report.failures
    return bench.home.blobs.path(report.outputs["frame"].digest).read_bytes()


def failure_of(bench: RemoteBench) -> str:
    """Return why a run failed, and see that nothing is lost by it."""
    data = {**WORKFLOWS["image"]}
    (failure,) = bench.run(data).failures
    assert bench.jobs()[0].state is JobState.FINISHED
    assert "run again to pick it up" in failure.hint
    bench.provider.scripts.clear()
    assert bench.run(data).status == "done"
    assert bench.provider.submissions == 1
    return failure.message


def test_a_broken_download_goes_on_where_it_broke(bench: RemoteBench) -> None:
    bench.provider.files["job-1"] = CONTENT
    bench.provider.script("file", Reply(body=CONTENT, cut=200_000, headers=TAG))
    assert result(bench) == CONTENT
    again = [asked for asked in bench.provider.asked if "range" in asked.headers]
    assert [asked.headers["range"] for asked in again] == ["bytes=200000-"]


def part(start: int, end: int, *, whole: str = "300000", tag: str = TAG["ETag"]) -> Reply:
    """Return a part of the content, whatever was asked for."""
    headers = {"Content-Range": f"bytes {start}-{end - 1}/{whole}", "ETag": tag}
    return Reply(206, body=CONTENT[start:end], headers=headers)


def test_a_part_is_not_taken_for_the_whole(bench: RemoteBench) -> None:
    bench.provider.files["job-1"] = CONTENT
    bench.provider.script("file", part(0, 100_000))
    assert result(bench) == CONTENT


@pytest.mark.parametrize(
    "second",
    [
        Reply(206, body=b"xxx", headers={"Content-Range": "bytes 5-7/300000", **TAG}),
        Reply(206, body=CONTENT[:10], headers=TAG),
        part(200_000, 250_000),
        part(200_000, 250_000, whole="*"),
        part(200_000, 250_000, whole="9" * 5000),
        part(200_000, 250_000, tag='"other"'),
        Reply(416),
        Reply(503, headers={"Retry-After": "1"}),
        Reply(400, {"code": "video_not_ready"}),
        Reply(silent=True),
    ],
    ids=[
        "wrong part",
        "no range",
        "short part",
        "short part of unknown length",
        "part of absurd length",
        "part of another file",
        "416",
        "503",
        "not ready yet",
        "silent",
    ],
)
def test_a_download_is_made_whole(bench: RemoteBench, second: Reply) -> None:
    bench.provider.files["job-1"] = CONTENT
    bench.provider.script("file", Reply(body=CONTENT, cut=200_000, headers=TAG), second)
    assert result(bench) == CONTENT


def test_a_download_that_gets_nowhere_has_an_end(bench: RemoteBench) -> None:
    bench.provider.files["job-1"] = CONTENT
    broken = Reply(body=CONTENT, cut=200_000, headers=TAG)
    bench.provider.script("file", *[broken, part(5, 8)] * 50)
    assert "another part of the file" in failure_of(bench)


def test_parts_of_a_file_are_put_together(bench: RemoteBench) -> None:
    bench.provider.files["job-1"] = CONTENT
    parts = [part(start, start + 100_000) for start in (0, 100_000, 200_000)]
    bench.provider.script("file", *parts)
    assert result(bench) == CONTENT
    assert bench.provider.count("file") == 3


def test_without_a_tag_it_begins_anew(bench: RemoteBench) -> None:
    bench.provider.files["job-1"] = CONTENT
    bench.provider.script("file", Reply(body=CONTENT, cut=200_000))
    assert result(bench) == CONTENT
    assert not any("range" in asked.headers for asked in bench.provider.asked)


def test_the_key_is_not_sent_with_downloads(bench: RemoteBench) -> None:
    bench.run(WORKFLOWS["image"])
    (asked,) = [asked for asked in bench.provider.asked if asked.path.startswith("/files/")]
    assert "authorization" not in asked.headers


def redirect(target: str) -> Reply:
    return Reply(302, headers={"Location": target})


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        ([redirect("http://127.0.0.1:1/x")], "not https"),
        ([redirect("https://127.0.0.1/x")], "in a private network"),
        ([redirect("https://169.254.169.254/latest/meta-data")], "in a private network"),
        ([redirect("https://[::1]/x")], "in a private network"),
        ([redirect("https://localhost/x")], "in a private network"),
        ([redirect("file:///etc/passwd")], "no host"),
        ([redirect("/files/job-1")] * 9, "in circles"),
        ([Reply(body=b"x" * 9, headers={"Content-Encoding": "gzip"})], "compressed as 'gzip'"),
        ([Reply(403)] * 9, "403 in place of the result"),
        ([Reply(400)] * 99, "400 in place of the result"),
        ([Reply(405)], "405 in place of the result"),
    ],
)
def test_a_bad_download_is_one_clear_error(
    bench: RemoteBench, replies: list[Reply], message: str
) -> None:
    bench.provider.script("file", *replies)
    assert message in failure_of(bench)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"x" * 5000, length=10**15),
        Reply(body=b"x" * 5000, endless=True),
        Reply(body=b"x" * 5000),
    ],
    ids=["announced", "endless", "whole"],
)
def test_a_download_has_a_largest_size(
    tmp_path: Path, provider: FakeProvider, reply: Reply
) -> None:
    bench = RemoteBench(tmp_path, provider, settings=Settings(max_download=4000))
    provider.script("file", reply)
    assert "larger than" in failure_of(bench)
    bench.home.close()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x",
        "https://10.0.0.1/x",
        "https://user:password@example.com/x",
        "https://127.1/x",
        "https://exa mple.com/x",
        "https://[::ffff:127.0.0.1]/x",
        "gopher://example.com/x",
    ],
)
def test_results_at_bad_addresses_are_not_fetched(bench: RemoteBench, url: str) -> None:
    document: dict[str, Any] = {
        "id": "job-1",
        "state": "completed",
        "progress": 1,
        "usd": "0.04",
        "reason": "",
        "files": [{"url": url, "kind": "image"}],
    }
    bench.provider.script("status", Reply(json=document))
    (failure,) = bench.run(WORKFLOWS["image"]).failures
    assert "gave an address that is not used" in failure.message
    assert bench.jobs()[0].state is JobState.FINISHED


@pytest.mark.skipif(os.name == "nt", reason="the limit of a file's size is Unix")
def test_a_result_that_cannot_be_written_is_one_clear_error(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    bench.provider.files["job-1"] = bytes(5_000_000)
    run = bench.run

    def run_with_little_room(data: dict[str, Any]) -> RunReport:
        monkeypatch.undo()
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, before[1]))
        try:
            return run(data)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)

    monkeypatch.setattr(bench, "run", run_with_little_room)
    assert "cannot be written: File too large" in failure_of(bench)
