"""Segmind: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.store import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers import segmind
from nodes.providers.segmind import Segmind
from nodes.remote.adapter import Answer, Call, Inline, JobPhase, JobStatus, RemoteFile, RemoteJob
from nodes.remote.runner import RemoteProvider
from nodes.remote.session import MISREAD
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_segmind import KEY, SCHEMAS, FakeSegmind, faults_of
from tests.support.loopback import Reply
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Segmind()
MODELS = [model for model in catalogue().all() if model.provider == "segmind"]
IMAGE, AUDIO = HANDLES["image"], HANDLES["audio"]
STORED = "https://assets.segmind.test/1"
ALONE = {"sequential_image_generation": "disabled"}
"""One picture, whatever the service does by default: the price is that of one."""
JOB = ADAPTER.job_named("r/1", "/v2/higgsfield-image2video")
UUID = "0b89a3f4-5f1d-4b9e-9d3c-2f3f0d9f1a11"


class Inputs(dict[str, Any]):
    """Where each input lies."""

    def __missing__(self, digest: str) -> str:
        return STORED


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Inputs(), "k-1")


def answer(data: Any, status: int = 200, asked: str = JOB.urls["status"]) -> Answer:
    return Answer(status, data, {}, asked=asked)


# -- what is sent --------------------------------------------------------------------------------


def known_ids(request: Request) -> Request:
    """Put real ids into options that take any text."""
    for name in {"style_id", "motion_id"} & request.options.keys():
        request.options[name] = UUID  # type: ignore[index]
    return request


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(map(known_ids, requests_of(model, {})))
    assert len(requests) > 4
    for request in requests:
        call = call_of(request)
        assert call.method == "POST"
        assert faults_of(call.url.removeprefix("/v2/"), call.json) == [], (request, call.json)


def test_every_model_is_there() -> None:
    assert {model.endpoint for model in MODELS} == SCHEMAS.keys()


@pytest.mark.parametrize(
    ("name", "kind", "fields", "sent"),
    [
        (
            "higgsfield-text2image-soul",
            "text_to_image",
            {"prompt": "a", "aspect_ratio": "16:9", "resolution": "1080p"},
            {
                "prompt": "a",
                "width_and_height": "2048x1152",
                "quality": "1080p",
                "enhance_prompt": False,
            },
        ),
        (
            "higgsfield-text2image-soul",
            "image_to_image",
            {"prompt": "a", "image": IMAGE, "options": {"width_and_height": "960x1696"}},
            {
                "prompt": "a",
                "width_and_height": "960x1696",
                "image_url": STORED,
                "enhance_prompt": False,
            },
        ),
        (
            "higgsfield-image2video",
            "image_to_video",
            {"prompt": "a", "image": IMAGE, "options": {"model": "dop-turbo", "motion_id": UUID}},
            {
                "prompt": "a",
                "image_urls": [STORED],
                "enhance_prompt": False,
                "model": "dop-turbo",
                "motion_id": UUID,
            },
        ),
        (
            "higgsfield-speech2video",
            "lip_sync",
            {"prompt": "a", "image": IMAGE, "audio": AUDIO, "seconds": 7.5},
            {"prompt": "a", "input_image": STORED, "input_audio": STORED, "duration": 10},
        ),
        (
            "seedream-4",
            "image_to_image",
            {"prompt": "a", "image": IMAGE, "references": (IMAGE,), "resolution": "4K"},
            {"prompt": "a", "image_input": [STORED, STORED], "size": "4K", **ALONE},
        ),
        (
            "seedream-4",
            "text_to_image",
            {"prompt": "a", "options": {"width": 1200, "height": 1400}},
            {"prompt": "a", "size": "custom", "width": 1200, "height": 1400, **ALONE},
        ),
        (
            "seedream-4",
            "storyboard_images",
            {"prompt": "a", "count": 3},
            {
                "prompt": "Exactly 3 pictures. a",
                "max_images": 3,
                "sequential_image_generation": "auto",
            },
        ),
    ],
)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: dict[str, Any]) -> None:
    call = call_of(Request(kind, f"segmind/{name}", **fields))
    assert call == Call("POST", f"/v2/{name}", json=sent)


def test_what_does_not_go_together_is_not_sent() -> None:
    fields: list[dict[str, Any]] = [
        {"options": {"width": 1200}},
        {"aspect_ratio": "1:1", "options": {"width": 1200, "height": 1200}},
        {"references": (IMAGE,) * 11},
    ]
    for each in fields:
        with pytest.raises(TaskError):
            call_of(Request("text_to_image", "segmind/seedream-4", prompt="a", **each))


def test_a_file_goes_to_the_asset_store() -> None:
    call = ADAPTER.start_upload(AUDIO)
    assert call == Call(
        "POST",
        "https://workflows-api.segmind.com/upload-asset",
        json={"data_urls": [Inline(AUDIO, "data:audio/wav;base64,")]},
    )
    assert ADAPTER.continue_upload(AUDIO, answer({"file_urls": [STORED]}), 0) == STORED
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.continue_upload(AUDIO, answer({"file_urls": []}), 0)
    with pytest.raises(TaskError, match="takes WAV") as caught:
        ADAPTER.start_upload(AUDIO.model_copy(update={"media_type": "audio/mpeg"}))
    assert caught.value.kind is ErrorKind.INVALID


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.AUTH),
        (404, ErrorKind.DOWN),
        (405, ErrorKind.INVALID),
        (406, ErrorKind.BILLING),
        (422, ErrorKind.INVALID),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    error = ADAPTER.error(answer({"error": "so it is"}, status))
    assert (error.kind, error.message) == (kind, f"Segmind answered {status}: so it is")


def test_a_submission_gives_a_job() -> None:
    assert ADAPTER.submitted(answer({"request_id": "r/1", "status": "QUEUED"})) == RemoteJob("r/1")
    assert ADAPTER.poll(JOB) == Call("GET", "/v2/requests/r%2F1/status")
    assert ADAPTER.cancel(JOB) is None
    others: list[Any] = [{}, {"request_id": 1}, []]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))
    assert ADAPTER.probe() == Call("GET", "/v1/get-user-credits")
    assert not ADAPTER.is_accepted(answer({"error": "no"}, 401))


@pytest.mark.parametrize(
    ("told", "status", "phase", "billed"),
    [
        ({"status": "QUEUED"}, 200, JobPhase.QUEUED, "unknown"),
        ({"status": "PROCESSING"}, 200, JobPhase.RUNNING, "unknown"),
        ({"status": "ELSE"}, 200, JobPhase.RUNNING, "unknown"),
        ({"status": "FAILED", "error": "no"}, 422, JobPhase.FAILED, "not billed"),
        ({"status": "FAILED", "error": "NSFW found"}, 422, JobPhase.REFUSED, "not billed"),
        ({"status": "FAILED"}, 422, JobPhase.FAILED, "not billed"),
        ({"status": "COMPLETED", "output": None}, 200, JobPhase.FAILED, "billed"),
    ],
)
def test_statuses(told: dict[str, Any], status: int, phase: JobPhase, billed: str) -> None:
    said = ADAPTER.status(answer(told, status), JOB)
    assert isinstance(said, JobStatus)
    assert (said.phase, said.billed) == (phase, billed)


def test_what_was_made_is_asked_for_in_one_more_call() -> None:
    done = {"status": "COMPLETED"}
    assert ADAPTER.status(answer(done), JOB) == Call("GET", "/v2/requests/r%2F1")
    outputs: list[Any] = ["https://x/v", ["https://x/v"], {"a": [{"url": "https://x/v"}], "n": 1}]
    for output in outputs:
        said = ADAPTER.status(answer({**done, "output": output}, asked=JOB.urls["result"]), JOB)
        assert isinstance(said, JobStatus)
        assert said.files == (RemoteFile("https://x/v", "video"),)


def test_an_error_that_is_no_status() -> None:
    for data, status in (({"error": "no"}, 422), ({"status": 422, "error": "no"}, 422), ({}, 500)):
        with pytest.raises(TaskError, match=f"answered {status}"):
            ADAPTER.status(answer(data, status), JOB)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(answer({}), JOB)


NAMES = ["status", "request_id", "output", "error", "file_urls", "url"]
JSON = odd_json(NAMES, ["COMPLETED", "FAILED", "QUEUED", "https://x/a"])


@settings(max_examples=200)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 406, 422, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = answer(data, status)
    read_or_refused(told, ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    with contextlib.suppress(TaskError, *MISREAD):
        ADAPTER.continue_upload(IMAGE, told, 0)


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeSegmind]:
    with FakeSegmind(samples()).serve() as server:
        monkeypatch.setenv("REELGRAPH_SEGMIND_BASE_URL", server.url)
        with patch.object(segmind, "PROVIDER", RemoteProvider(Segmind(server.url))):
            yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeSegmind) -> Iterator[Place]:
    made = Place(tmp_path, "segmind", KEY)
    yield made
    made.home.close()


SOUL = {"prompt": "a fox", "model": "segmind/higgsfield-text2image-soul"}
DOP = {"prompt": "it runs", "image": "a.png", "model": "segmind/higgsfield-image2video"}


def test_a_clip_of_a_picture(place: Place, fake: FakeSegmind) -> None:
    report = place.go("image_to_video", DOP, "video")
    assert not report.failures
    assert place.path(report.outputs["video"]).read_bytes() == fake.files["video"]
    assert list(fake.assets.values()) == [(place.folder / "a.png").read_bytes()]
    assert (place.job.state, place.job.billed) == (JobState.STORED, "billed")


@pytest.mark.parametrize("shape", ["text", "list", "object"])
def test_a_picture_in_any_shape_of_result(place: Place, fake: FakeSegmind, shape: str) -> None:
    fake.shape = shape
    assert not place.go("text_to_image", SOUL, "image").failures


@pytest.mark.parametrize(
    ("why", "kind"), [("the model broke", "transient"), ("prompt fails moderation", "refused")]
)
def test_what_fails_is_not_paid_for(place: Place, fake: FakeSegmind, why: str, kind: str) -> None:
    fake.steps, fake.error = ("QUEUED", "FAILED"), why
    (failure,) = place.go("text_to_image", SOUL, "image").failures
    assert failure.kind == kind
    assert why in failure.message
    assert (place.job.state, place.job.billed) == (JobState.FAILED, "not billed")


def test_a_lost_answer_is_not_asked_for_again(place: Place, fake: FakeSegmind) -> None:
    fake.script("/v2/higgsfield-text2image-soul", Reply(500, after=True))
    for _ in range(2):
        (failure,) = place.go("text_to_image", SOUL, "image").failures
        assert "nobody knows whether segmind has job" in failure.message
    (name,) = fake.jobs
    place.home.journal.submitted(place.job, name, {})
    assert not place.go("text_to_image", SOUL, "image").failures
    assert len(fake.submissions) == 1


def test_no_credits_is_told_before_anything_is_made(place: Place, fake: FakeSegmind) -> None:
    fake.script("/v2/higgsfield-text2image-soul", Reply(406, json={"error": "no credits"}))
    (failure,) = place.go("text_to_image", SOUL, "image").failures
    assert failure.kind == "billing"
    assert not fake.submissions


def test_the_key_goes_in_a_header_of_its_own() -> None:
    assert ADAPTER.auth(SecretStr(KEY)) == {"x-api-key": KEY}
