"""Answers that no service should give: each is read, or is an error that the runner can tell."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import Image, TaskError
from engine.nodetype import Price
from nodes.models import ModelInfo, catalogue
from nodes.providers.chat import Chat
from nodes.providers.fal.adapter import Fal
from nodes.providers.higgsfield.adapter import Higgsfield
from nodes.remote.adapter import Adapter, Answer, Call, JobPhase, JobStatus, RemoteJob
from nodes.remote.session import MISREAD
from nodes.requests import Request

NAMES = [
    "status", "request_id", "status_url", "cancel_url", "response_url", "id", "jobs", "results",
    "raw", "url", "type", "images", "video", "audio", "audios", "image", "error", "error_type",
    "detail", "details", "message", "loc", "msg", "code", "has_nsfw_concepts", "content_type",
    "queue_position", "total_cost", "currency", "usd", "discount", "items", "name", "choices",
    "content", "refusal", "finish_reason", "upload_url", "public_url", "upload_headers", "file_url",
    "token", "token_type", "base_url", "access_url", "fail_reason", "total_pages",
]  # fmt: skip
WORDS = [
    "queued", "completed", "failed", "nsfw", "canceled", "IN_QUEUE", "COMPLETED", "FAILED", "OK",
    "content_policy_violation", "https://x.test/a.png", "image/png", "USD", "stop", "length",
    "9" * 400, "1e999", "NaN", "\x1b[2J", "\u202e", "\ud800", "", "0",
]  # fmt: skip
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=5)
)
DATA = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=7)
    ),
    max_leaves=25,
)
HEADERS = st.dictionaries(
    st.sampled_from(["retry-after", "retry-after-ms", "x-fal-error-type", "x-fal-billable-units"]),
    st.sampled_from(WORDS),
)
ANSWERS = st.builds(
    Answer,
    st.sampled_from([200, 202, 400, 401, 403, 404, 409, 422, 423, 429, 499, 500, 503, 504]),
    DATA,
    HEADERS,
    st.sampled_from(["", "<html>", "\x1b[31m"]),
    asked=st.sampled_from(["", "https://q/s", "https://q/r"]),
)
URLS = {"status": "https://q/s", "result": "https://q/r", "cancel": "https://q/c"}
IMAGE = Image(digest="0" * 64, media_type="image/png", size=1, width=64, height=48)
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What may do something to a terminal, or cannot be written at all."""
ADAPTERS: tuple[Adapter, ...] = (Fal(), Higgsfield(), Chat())


def readers(adapter: Adapter) -> list[Callable[[Answer], Any]]:
    paths = ("/requests/1/status", "/v1/job-sets/1", "/v1/custom-references/1")
    jobs = [RemoteJob("1", URLS), *(RemoteJob("1", {"status": path}) for path in paths)]
    return [
        adapter.submitted,
        adapter.estimated,
        adapter.is_accepted,
        *(lambda answer, job=job: adapter.status(answer, job) for job in jobs),
        lambda answer: adapter.continue_upload(IMAGE, answer, 0),
        lambda answer: adapter.continue_upload(IMAGE, answer, 1),
    ]


def check(said: Any) -> None:
    match said:
        case JobStatus(phase=JobPhase.SUCCEEDED):
            assert all(file.url for file in said.files)
        case JobStatus():
            assert len(said.message) < 1000
            assert not UNSHOWN.search(said.message + said.note)
        case RemoteJob():
            assert said.remote_id
            assert all(isinstance(url, str) for url in said.urls.values())
        case Call():
            assert isinstance(said.url, str)
            assert all(isinstance(text, str) for text in said.headers.values())
        case Price():
            assert said.low.is_finite()
            assert said.low >= 0
            assert said.high is None or said.low <= said.high < 10**9
        case _:
            assert isinstance(said, str | bool)


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
@settings(max_examples=300)
@given(answer=ANSWERS)
def test_every_answer_is_read_or_refused(adapter: Adapter, answer: Answer) -> None:
    for read in readers(adapter):
        try:
            check(read(answer))
        except TaskError as error:
            assert not UNSHOWN.search(error.message)
            assert len(error.message) < 1000
            assert error.retry_after is None or 0 <= error.retry_after < float("inf")
        except MISREAD:
            pass


def soul() -> ModelInfo:
    found = catalogue().get("higgsfield/soul")
    assert found is not None
    return found


@settings(max_examples=200)
@given(answer=ANSWERS)
def test_every_listing_is_read_or_refused(answer: Answer) -> None:
    request = Request("text_to_image", "higgsfield/soul", prompt="a", options={"style": "Noir"})
    training = Request("train_character", "higgsfield/soul-id", name="Mara", references=(IMAGE,))
    for asked in (request, training):
        try:
            said = Higgsfield().prepare(soul(), asked, [answer])
        except (TaskError, *MISREAD):
            continue
        assert isinstance(said, Request | Call | RemoteJob)
