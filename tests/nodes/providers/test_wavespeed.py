"""WaveSpeed: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.store import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.wavespeed import WEBHOOK
from nodes.providers.wavespeed.adapter import WaveSpeed
from nodes.remote.adapter import (
    Answer,
    Call,
    JobPhase,
    JobStatus,
    NotTaken,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.session import MISREAD
from nodes.remote.webhooks import Delivery, receive
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_wavespeed import KEY, SCHEMAS, SECRET, FakeWaveSpeed, signed
from tests.support.json_schema import faults
from tests.support.loopback import Reply
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = WaveSpeed()
MODELS = [model for model in catalogue().all() if model.provider == "wavespeed"]
IMAGE = HANDLES["image"]
STORED = "https://files.wavespeed.test/1"
DOP = "higgsfield/dop/image-to-video"
JOB = ADAPTER.job_named("p/1", f"/api/v3/{DOP}")
DATA: dict[str, list[Any]] = {
    "motions": ["Zoom Out", ["Zoom Out", {"name": "Dolly In", "strength": 0.5}]]
}


class Inputs(dict[str, Any]):
    """Where each input lies."""

    def __missing__(self, digest: str) -> str:
        return STORED


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Inputs(), "k-1")


def answer(data: Any, status: int = 200) -> Answer:
    return Answer(status, data, {})


def told(code: int = 200, message: str = "success", **data: Any) -> Answer:
    return answer({"code": code, "message": message, "data": data or None})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    assert len(requests) > 4
    for request in requests:
        call = call_of(request)
        name = call.url.removeprefix("/api/v3/")
        assert faults(call.json, SCHEMAS[name]) == [], (request, call.json)


def test_every_model_is_there() -> None:
    assert {model.endpoint for model in MODELS} == SCHEMAS.keys()


def test_motions_are_sent_by_their_names() -> None:
    options = {"model": "dop-turbo", "motions": ["Zoom Out", {"name": "Pan", "strength": 0.5}]}
    asked = {"prompt": "a", "image": IMAGE, "options": options}
    call = call_of(Request("image_to_video", f"wavespeed/{DOP}", **asked))
    motions = [{"motion": "Zoom Out", "strength": 1}, {"motion": "Pan", "strength": 0.5}]
    sent = {"prompt": "a", "image": STORED, "options": "dop-turbo", "motions": motions}
    assert call == Call("POST", f"/api/v3/{DOP}", json=sent)
    for wrong in ([3], {"motion": "Pan"}, {"name": "Pan", "strength": 2}, {"name": "P", "x": 1}):
        asked["options"] = {"motions": wrong}
        with pytest.raises(TaskError, match="motion") as caught:
            call_of(Request("image_to_video", f"wavespeed/{DOP}", **asked))
        assert caught.value.kind is ErrorKind.INVALID


def test_a_file_is_uploaded_in_two_steps() -> None:
    first = ADAPTER.start_upload(IMAGE)
    body = {"filename": "input.png", "size": IMAGE.size, "content_type": "image/png"}
    assert first == Call("POST", "/api/v3/media/uploads", json=body)
    upload = {"method": "PUT", "url": "https://bucket.test/1", "headers": {"x-tag": "t"}}
    second = ADAPTER.continue_upload(IMAGE, told(upload=upload, download_url=STORED), 0)
    assert second == Call(
        "PUT",
        "https://bucket.test/1",
        headers={"x-tag": "t"},
        authenticated=False,
        body=IMAGE,
        gives=STORED,
    )
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.continue_upload(IMAGE, told(upload={**upload, "method": "POST"}), 0)
    with pytest.raises(TaskError, match="up to 200 MB") as caught:
        ADAPTER.start_upload(IMAGE.model_copy(update={"size": 200_000_001}))
    assert caught.value.kind is ErrorKind.INVALID


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.AUTH),
        (404, ErrorKind.DOWN),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
        (502, ErrorKind.TRANSIENT),
        (503, ErrorKind.TRANSIENT),
        (504, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    data = {"code": status, "message": "so it is", "data": None}
    error = ADAPTER.error(answer(data, status))
    assert (error.kind, error.message) == (kind, f"WaveSpeed answered {status}: so it is")
    # The same may be said in an answer that looks good.
    with pytest.raises(TaskError, match=f"answered {status}: so it is") as caught:
        ADAPTER.submitted(answer(data))
    assert caught.value.kind is kind
    assert isinstance(caught.value, NotTaken) is (status < 500)


def test_a_code_of_its_own_leaves_it_open() -> None:
    with pytest.raises(TaskError, match="answered 5004") as caught:
        ADAPTER.submitted(told(5004, "sync mode timed out"))
    assert caught.value.kind is ErrorKind.TRANSIENT
    assert not isinstance(caught.value, NotTaken)


def test_a_submission_gives_a_job() -> None:
    assert ADAPTER.submitted(told(id="p/1", status="created")) == RemoteJob("p/1")
    assert ADAPTER.poll(JOB) == Call("GET", "/api/v3/predictions/p%2F1/result")
    assert ADAPTER.cancel(JOB) is None
    for other in (told(), told(id=1), answer([]), answer({})):
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(other)


def test_a_key_that_is_not_accepted() -> None:
    assert ADAPTER.probe().method == "GET"
    assert ADAPTER.is_accepted(told(secret_key=SECRET))
    assert not ADAPTER.is_accepted(told(401, "unauthorized"))
    assert not ADAPTER.is_accepted(answer({"code": 401}, 401))


@pytest.mark.parametrize(
    ("data", "phase", "billed"),
    [
        ({"status": "created"}, JobPhase.QUEUED, "unknown"),
        ({"status": "processing"}, JobPhase.RUNNING, "unknown"),
        ({"status": "else"}, JobPhase.RUNNING, "unknown"),
        ({"status": "completed", "outputs": ["https://x/v"]}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "completed", "outputs": ["iVBORw0KGgo="]}, JobPhase.FAILED, "billed"),
        ({"status": "completed", "has_nsfw_contents": [True]}, JobPhase.REFUSED, "unknown"),
        ({"status": "failed", "error": "no"}, JobPhase.FAILED, "unknown"),
        ({"status": "failed", "error": "by our content policy"}, JobPhase.REFUSED, "unknown"),
        ({"status": "failed", "has_nsfw_contents": [True]}, JobPhase.REFUSED, "unknown"),
        ({"status": "timeout"}, JobPhase.FAILED, "unknown"),
        ({"status": "deleted"}, JobPhase.FAILED, "unknown"),
        ({"status": "cancelled"}, JobPhase.CANCELED, "unknown"),
    ],
)
def test_statuses(data: dict[str, Any], phase: JobPhase, billed: str) -> None:
    said = ADAPTER.status(told(id="p/1", **data), JOB)
    assert isinstance(said, JobStatus)
    assert (said.phase, said.billed) == (phase, billed)
    if said.files:
        assert said.files == (RemoteFile("https://x/v", "video"),)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(told(id="p/1"), JOB)


NAMES = ["code", "message", "data", "id", "status", "outputs", "error", "has_nsfw_contents"]
NAMES += ["upload", "download_url", "url", "headers", "method", "model"]
JSON = odd_json(NAMES, ["completed", "failed", "created", "https://x/a", "PUT"])


@settings(max_examples=200)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    for told_so in (answer(data, status), answer({"code": 200, "data": data}, status)):
        read_or_refused(
            told_so, ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted
        )
        with contextlib.suppress(TaskError, *MISREAD):
            ADAPTER.continue_upload(IMAGE, told_so, 0)
    with contextlib.suppress(TaskError):
        WEBHOOK.read(json.dumps(data).encode(), {})


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_checked_and_read() -> None:
    fake = FakeWaveSpeed({})
    fake.uploads[STORED] = b""
    with fake.serve():
        body = json.dumps({"prompt": "a", "image": STORED})
        fake._submit(DOP, json.loads(body))
        (name,) = fake.jobs
        fake.jobs[name].words = ["completed"]
        headers, body_sent = fake.delivery(name, 1000)
    # The secret as it is told, and in the answer of the call that tells it.
    envelope = json.dumps({"code": 200, "data": {"secret_key": SECRET}})
    for secret in (SECRET, envelope):
        found = receive("wavespeed", body_sent, headers, SecretStr(secret), 1010.0)
        assert isinstance(found, Delivery)
        assert (found.event_id, found.remote_id) == ("msg-1", name)
        assert found.status is not None
        assert [file.kind for file in found.status.files] == ["video"]
    for wrong, secret, now in (
        ({**headers, "webhook-signature": "v3,00"}, SECRET, 1010.0),
        ({**headers, "webhook-signature": headers["webhook-signature"][3:]}, SECRET, 1010.0),
        ({**headers, "webhook-id": "msg-2"}, SECRET, 1010.0),
        (headers, "whsec_another", 1010.0),
        (headers, "{}", 1010.0),
        (headers, SECRET, 1301.0),
    ):
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("wavespeed", body_sent, wrong, SecretStr(secret), now)
    with pytest.raises(TaskError, match="names no job"):
        receive("wavespeed", b"{}", signed(b"{}", "1000"), SecretStr(SECRET), 1010.0)
    assert WEBHOOK.lookup() == Call("GET", "/api/v3/webhook/secret")


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeWaveSpeed]:
    with FakeWaveSpeed(samples()).serve() as server:
        monkeypatch.setenv("REELGRAPH_WAVESPEED_BASE_URL", server.url)
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeWaveSpeed) -> Iterator[Place]:
    made = Place(tmp_path, "wavespeed", KEY)
    yield made
    made.home.close()


CLIP = {"prompt": "it runs", "image": "a.png", "model": f"wavespeed/{DOP}"}


def test_a_clip_of_a_picture(place: Place, fake: FakeWaveSpeed) -> None:
    report = place.go("image_to_video", CLIP, "video")
    assert not report.failures
    assert place.path(report.outputs["video"]).read_bytes() == fake.files["video"]
    assert list(fake.uploads.values()) == [(place.folder / "a.png").read_bytes()]
    assert (place.job.state, place.job.billed) == (JobState.STORED, "billed")


def test_a_gateway_with_the_same_api_below_a_path(
    place: Place, fake: FakeWaveSpeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELGRAPH_WAVESPEED_BASE_URL", f"{fake.url}/ws")
    assert place.go("image_to_video", CLIP, "video").failures
    assert {asked.path for asked in fake.asked} == {"/ws/api/v3/media/uploads"}


@pytest.mark.parametrize(
    ("step", "why", "is_flagged", "kind", "state"),
    [
        ("failed", "the model broke", False, "down", JobState.FAILED),
        ("failed", "", True, "refused", JobState.FAILED),
        ("completed", "", True, "refused", JobState.FAILED),
        ("timeout", "too long", False, "down", JobState.FAILED),
        ("cancelled", "", False, "invalid", JobState.CANCELED),
    ],
)
def test_what_comes_to_nothing(
    place: Place,
    fake: FakeWaveSpeed,
    step: str,
    why: str,
    is_flagged: bool,
    kind: str,
    state: JobState,
) -> None:
    fake.steps, fake.error, fake.is_flagged = (step,), why, is_flagged
    (failure,) = place.go("image_to_video", CLIP, "video").failures
    assert failure.kind == kind
    assert (place.job.state, place.job.billed) == (state, "unknown")


def test_a_lost_answer_is_not_asked_for_again(place: Place, fake: FakeWaveSpeed) -> None:
    fake.script(f"/api/v3/{DOP}", Reply(silent=True, after=True))
    for _ in range(2):
        (failure,) = place.go("image_to_video", CLIP, "video").failures
        assert "nobody knows whether wavespeed has job" in failure.message
    (name,) = fake.jobs
    place.home.journal.submitted(place.job, name, {})
    assert not place.go("image_to_video", CLIP, "video").failures
    assert len(fake.submissions) == 1


def test_what_the_envelope_refuses_is_not_in_doubt(place: Place, fake: FakeWaveSpeed) -> None:
    body = {"code": 400, "message": "no such option", "data": None}
    fake.script(f"/api/v3/{DOP}", Reply(json=body))
    (failure,) = place.go("image_to_video", CLIP, "video").failures
    assert (failure.kind, place.job.state) == ("invalid", JobState.FAILED)
    assert not fake.submissions
