"""APIYI's adapter: what is sent, what is read, and workflows that ask it at a fake of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.store import JobState
from nodes.models import catalogue
from nodes.providers.apiyi import Apiyi
from nodes.remote.adapter import Answer, JobPhase, JobStatus
from nodes.remote.lookup import check_limits
from nodes.remote.mapping import media_of
from nodes.remote.session import MISREAD
from nodes.remote.standard import bare
from nodes.requests import Request
from tests.support.fake_apiyi import KEY, FakeApiyi
from tests.support.google_specs import plain
from tests.support.handles import image
from tests.support.loopback import Asked, Reply
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.sweep import complaints, requests_of

ADAPTER = Apiyi()
MODELS = [model for model in catalogue().all() if model.provider == "apiyi"]
PRO = "/v1beta/models/gemini-3-pro-image:generateContent"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeApiyi]:
    with FakeApiyi(samples()).serve() as server:
        monkeypatch.setenv("REELGRAPH_APIYI_BASE_URL", server.url)
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeApiyi) -> Iterator[Place]:
    made = Place(tmp_path, "apiyi", KEY)
    yield made
    made.home.close()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_taken(model: Any, fake: FakeApiyi) -> None:
    for request in requests_of(model):
        assert not complaints(model, request)
        urls = {media.digest: bare(media) for media in media_of(request)}
        call = ADAPTER.submit(model, request, urls, "key")
        body = json.dumps(plain(call.json)).encode()
        headers = {n.lower(): v for n, v in ADAPTER.auth(SecretStr(KEY)).items()}
        reply = fake.answer(Asked(call.method, call.url, {}, headers, body))
        assert reply.status == 200, reply.json


def test_a_picture_is_had(place: Place, fake: FakeApiyi) -> None:
    inputs = {"image": "a.png", "prompt": "a fox", "model": "apiyi/gemini-3-pro-image"}
    report = place.go("image_to_image", inputs, "image")
    assert not report.failures
    assert place.path(report.outputs["image"]).read_bytes() == fake.files["image"]
    assert (place.job.state, place.job.billed) == (JobState.STORED, "billed")


def test_pictures_are_not_too_large_together() -> None:
    model = MODELS[0]
    large = [image(n).model_copy(update={"size": 6_500_000}) for n in range(1, 13)]
    urls = {media.digest: bare(media) for media in large}
    request = Request("image_to_image", model.id, prompt="p", references=tuple(large[:11]))
    assert ADAPTER.submit(model, request, urls, "key").json
    with pytest.raises(TaskError, match="together larger than the 75 MB") as caught:
        ADAPTER.submit(model, replace(request, references=tuple(large)), urls, "key")
    assert caught.value.kind is ErrorKind.INVALID


def test_a_picture_that_is_too_large_is_told_before_the_run() -> None:
    large = image(1).model_copy(update={"size": 7_100_000})
    request = Request("image_to_image", MODELS[0].id, prompt="p", image=large)
    with pytest.raises(TaskError, match="at most 7 MB"):
        check_limits(MODELS[0], request)


@pytest.mark.parametrize("word", ["declined", "filtered", "blocked"])
def test_a_refusal_is_paid_for(place: Place, fake: FakeApiyi, word: str) -> None:
    inputs = {"prompt": word, "model": "apiyi/gemini-3-pro-image"}
    (failure,) = place.go("text_to_image", inputs, "image").failures
    assert failure.kind == "refused"
    assert (place.job.state, place.job.billed) == (JobState.FAILED, "billed")


def test_a_lost_answer_is_not_asked_for_again(place: Place, fake: FakeApiyi) -> None:
    fake.script(PRO, Reply(silent=True, after=True))
    inputs = {"prompt": "a fox", "model": "apiyi/gemini-3-pro-image"}
    for _ in range(2):
        assert place.go("text_to_image", inputs, "image").failures
    assert len(fake.submissions) == 1


def test_an_address_may_stand_where_the_bytes_are_due() -> None:
    data = {"mimeType": "image/png", "data": "https://img.test/1.png"}
    for part in ({"inlineData": data}, {"fileData": {"fileUri": "https://img.test/1.png"}}):
        answer = Answer(200, {"candidates": [{"content": {"parts": [part]}}]}, {})
        said = ADAPTER.submitted(answer)
        assert isinstance(said, JobStatus)
        assert [file.url for file in said.files] == ["https://img.test/1.png"]


def test_an_answer_without_parts_is_a_refusal() -> None:
    said = ADAPTER.submitted(Answer(200, {"candidates": [{"finishReason": "STOP"}]}, {}))
    assert isinstance(said, JobStatus)
    assert (said.phase, said.billed) == (JobPhase.REFUSED, "billed")
    assert "STOP" in said.message


def test_a_picture_that_is_too_large() -> None:
    with pytest.raises(TaskError, match="up to 7 MB") as caught:
        ADAPTER.start_upload(image(1).model_copy(update={"size": 7_100_000}))
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ErrorKind.AUTH),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
        (503, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    error = ADAPTER.error(Answer(status, {"error": {"message": "so it is"}}, {}))
    assert (error.kind, error.message) == (kind, f"APIYI answered {status}: so it is")


def test_no_free_call_tells_of_the_key() -> None:
    with pytest.raises(TaskError, match="no free call"):
        ADAPTER.probe()


@settings(max_examples=60)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["candidates", "content", "parts", "error"]), inner)
        ),
    ),
    st.sampled_from([200, 400, 500]),
)
def test_no_answer_is_a_crash(data: Any, status: int) -> None:
    try:
        ADAPTER.submitted(Answer(status, data, {}))
    except (TaskError, *MISREAD):
        pass
