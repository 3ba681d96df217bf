"""What a provider made itself is given to it by its own address, and uploaded if that fails."""

from __future__ import annotations

from typing import Any

import pytest

from engine import ErrorKind, TaskError
from engine.store import JobState
from nodes.providers.fal.adapter import Fal
from nodes.providers.higgsfield.adapter import Higgsfield
from nodes.remote.adapter import Lends
from tests.support.fake_provider import FakeProvider, Plan
from tests.support.remote import WORKFLOWS, RemoteBench

TWO_CLIPS: dict[str, Any] = {
    "nodes": {
        "frame": {"type": "draw", "inputs": {"prompt": "a hill"}},
        "clip": {
            "type": "film",
            "inputs": {"image": "${frame.image}", "prompt": ["slowly", "fast"]},
            "retry": 0,
        },
    },
    "outputs": {"clips": "${clip.video}"},
}


def expire_links(provider: FakeProvider) -> None:
    for job in provider.jobs.values():
        job.links += 1


def make_frame_and_lose_link(bench: RemoteBench) -> None:
    assert bench.run(WORKFLOWS["image"]).status == "done"
    expire_links(bench.provider)


def test_a_result_needs_no_upload(bench: RemoteBench) -> None:
    assert bench.run(WORKFLOWS["video"]).status == "done"
    assert not bench.provider.uploads
    clip = bench.provider.jobs["job-2"]
    assert clip.body["image_url"] == f"{bench.provider.url}/files/job-1?v=0"


def test_a_result_of_a_run_before_needs_no_upload(bench: RemoteBench) -> None:
    assert bench.run(WORKFLOWS["image"]).status == "done"
    assert bench.run(WORKFLOWS["video"]).status == "done"
    assert not bench.provider.uploads


def test_a_result_that_is_not_kept_is_uploaded(
    bench: RemoteBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.runner.adapter, "result_seconds", 0.0)
    assert bench.run(WORKFLOWS["video"]).status == "done"
    assert len(bench.provider.uploads) == 1


@pytest.mark.parametrize("late", [False, True])
def test_what_cannot_be_read_any_more_is_uploaded_once(bench: RemoteBench, late: bool) -> None:
    bench.provider.plan = Plan(reads_late=late)
    make_frame_and_lose_link(bench)
    report = bench.run(WORKFLOWS["video"])
    assert report.status == "done", report.failures
    assert len(bench.provider.uploads) == 1
    # The one that could not be read was never taken, or is not billed.
    assert bench.provider.billed == sum(job.charge for job in bench.jobs())
    assert [job.state for job in bench.jobs()] == [
        JobState.STORED,
        JobState.FAILED,
        JobState.STORED,
    ]
    assert bench.run(WORKFLOWS["video"]).counts["cached"] == 2


def test_all_who_share_an_input_get_over_it(bench: RemoteBench) -> None:
    make_frame_and_lose_link(bench)
    report = bench.run(TWO_CLIPS)
    assert report.status == "done", report.failures
    assert len(bench.provider.uploads) == 1
    assert bench.provider.submissions == 3


def test_what_cannot_be_read_though_just_uploaded_fails(bench: RemoteBench) -> None:
    make_frame_and_lose_link(bench)
    bench.provider._is_readable = lambda url: False  # type: ignore[method-assign]
    report = bench.run(TWO_CLIPS)
    assert {failure.kind for failure in report.failures} == {"invalid"}
    assert bench.provider.submissions == 1
    assert bench.provider.count("submit") == 1 + 2 * 2


@pytest.mark.parametrize(
    ("adapter", "url", "seconds"),
    [
        (Fal(), "https://v3.fal.media/files/a/b.png", 3600),
        (Fal(), "https://v3.fal.media/files/a/b.png?Expires=1", 0),
        (Fal(), "https://elsewhere.example/b.png", 0),
        (Fal(), "http://v3.fal.media/files/a/b.png", 0),
        (Higgsfield(), "https://cdn.example/a.mp4", 3600),
        (Higgsfield(), "https://cdn.example/a.mp4?X-Amz-Expires=60", 0),
        (Higgsfield(), "http://cdn.example/a.mp4", 0),
    ],
)
def test_how_long_results_are_relied_upon(adapter: Lends, url: str, seconds: float) -> None:
    assert isinstance(adapter, Lends)
    assert adapter.lasts(url) == seconds


@pytest.mark.parametrize(
    ("adapter", "words", "unread"),
    [
        (Fal(), "fal answered 422: gone (file_download_error)", True),
        (Fal(), "fal answered 422: bad picture (image_load_error)", True),
        (Fal(), "fal answered 422: too small (image_too_small)", False),
        (Higgsfield(), "Higgsfield answered 422: image_url: could not download image", True),
        (Higgsfield(), "higgsfield/dop failed: Failed to fetch input url", True),
        (Higgsfield(), "Higgsfield answered 422: prompt: too long", False),
    ],
)
def test_which_words_say_that_an_input_was_not_read(
    adapter: Lends, words: str, unread: bool
) -> None:
    assert adapter.is_unread(TaskError(words, kind=ErrorKind.INVALID)) is unread
