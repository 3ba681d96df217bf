"""Vertex AI's adapter as a table: what is sent, what is read, and what keys buy."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.errors import UsageError
from nodes.models import ModelInfo, catalogue
from nodes.providers.google_vertex.account import address_of, read_token, token_call
from nodes.providers.google_vertex.adapter import GoogleVertex
from nodes.remote.adapter import (
    Answer,
    Call,
    Exchanges,
    JobPhase,
    JobStatus,
    Located,
    RemoteJob,
    Spooled,
)
from nodes.remote.mapping import media_of
from nodes.remote.session import MISREAD
from nodes.remote.standard import bare
from nodes.requests import Request
from tests.support.fake_google import interaction_faults as omni_faults
from tests.support.fake_google_vertex import (
    TOKEN,
    FakeGoogleVertex,
    account,
    veo_faults,
)
from tests.support.google_specs import interaction_faults, plain, vertex_faults
from tests.support.handles import VIDEO, image
from tests.support.loopback import Asked
from tests.support.spec_check import checked
from tests.support.sweep import complaints, requests_of

ADAPTER = GoogleVertex()
MODELS = [m for m in catalogue().all() if m.provider == "google_vertex"]
OFFERED = [m for m in MODELS if catalogue().is_offered(m)]
NAME = (
    "projects/demo/locations/us-central1/publishers/google/models/veo-3.1-generate-001"
    "/operations/7-ab"
)
JOB = RemoteJob(NAME)
TALK = {
    "messages": [{"role": "user", "content": "Once."}],
    "schema": {"type": "object", "properties": {"said": {"type": "string"}}},
}


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"google_vertex/{name}")
    assert found is not None
    return found


def every_request(model: ModelInfo) -> list[Request]:
    found = list(requests_of(model))
    if model.kinds == ("write_text",):
        return [replace(r, options={**r.options, **TALK}) for r in found]
    # The sweep knows no rules.
    return [r for r in found if r.image is not None or "resize_mode" not in r.options]


def call_of(model: ModelInfo, request: Request) -> Call:
    return ADAPTER.submit(model, request, {m.digest: bare(m) for m in media_of(request)}, "key")


def body_of(name: str, /, **fields: Any) -> Any:
    model = model_of(name)
    kind = fields.pop("kind", model.kinds[0])
    return plain(call_of(model, Request(kind, model.id, **fields)).json)


def answer(data: Any, status: int = 200, wants: str = "", **more: Any) -> Answer:
    return Answer(status, data, {}, wants=wants, **more)


def operation(**said: Any) -> JobStatus | Call:
    return ADAPTER.status(answer({"name": NAME, **said}), JOB)


# -- what is sent --------------------------------------------------------------------------------

_REQUESTS = {
    "generateContent": "GenerateContentRequest",
    "predict": "PredictRequest",
    "predictLongRunning": "PredictLongRunningRequest",
}


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_every_request_is_as_the_specification_says(model: ModelInfo) -> None:
    def faults(call: Call) -> list[str]:
        if call.url == "/interactions":
            return interaction_faults(call.json)
        return vertex_faults(_REQUESTS[call.url.rpartition(":")[2]], call.json)

    checked("google_vertex", model.id, (call_of(model, r) for r in every_request(model)), faults)


def test_a_poll_is_as_the_specification_says() -> None:
    call = ADAPTER.poll(JOB)
    model = "/publishers/google/models/veo-3.1-generate-001"
    assert (call.method, call.url) == ("POST", f"{model}:fetchPredictOperation")
    checked(
        "google_vertex",
        "a poll",
        [call.json],
        lambda body: vertex_faults("FetchPredictOperationRequest", body),
    )


@pytest.fixture
def fake() -> Any:
    with FakeGoogleVertex({"image": b"i", "video": b"v"}, anywhere=True).serve() as server:
        yield server


@pytest.mark.parametrize("model", OFFERED, ids=lambda model: model.id)
def test_every_request_is_taken(model: ModelInfo, fake: FakeGoogleVertex) -> None:
    for request in every_request(model):
        call = call_of(model, request)
        if request.kind not in ("write_text", "speech"):
            assert not complaints(model, request)
        path = f"/v1beta1/projects/demo/locations/us-central1{call.url}"
        headers = {"authorization": f"Bearer {TOKEN}"}
        body = json.dumps(plain(call.json)).encode()
        reply = fake.answer(Asked(call.method, path, {}, headers, body))
        assert reply.status == 200, reply.json


def test_a_clip_between_two_pictures() -> None:
    body = body_of(
        "veo-3.1",
        kind="image_to_video",
        prompt="it drifts off",
        image=image(1),
        last_image=image(2, "image/jpeg"),
        seconds=5.0,
        resolution="1080p",
        seed=4_294_967_295,
        options={"generate_audio": False, "resize_mode": "crop"},
    )
    assert body == {
        "instances": [
            {
                "prompt": "it drifts off",
                "image": {"bytesBase64Encoded": "AAAA", "mimeType": "image/png"},
                "lastFrame": {"bytesBase64Encoded": "AAAA", "mimeType": "image/jpeg"},
            }
        ],
        "parameters": {
            "sampleCount": 1,
            "generateAudio": False,
            "durationSeconds": 6,
            "resolution": "1080p",
            "seed": 4_294_967_295,
            "resizeMode": "CROP",
        },
    }
    assert not veo_faults("veo-3.1-generate-001", body)


def test_a_clip_by_references() -> None:
    body = body_of("veo-3.1/reference", prompt="p", references=(image(1), image(2)), seconds=8.0)
    media = {"bytesBase64Encoded": "AAAA", "mimeType": "image/png"}
    assert body["instances"][0]["referenceImages"] == [
        {"image": media, "referenceType": "ASSET"},
        {"image": media, "referenceType": "ASSET"},
    ]
    assert body["parameters"]["generateAudio"] is True


def test_a_clip_goes_on() -> None:
    body = body_of("veo-3.1-fast/extend", video=VIDEO)
    assert list(body["instances"][0]) == ["video"]
    assert "durationSeconds" not in body["parameters"]


def test_a_picture_is_made_larger() -> None:
    body = body_of("imagen-4.0-upscale-preview", image=image(1), factor=4)
    assert body == {
        "instances": [{"image": {"bytesBase64Encoded": "AAAA", "mimeType": "image/png"}}],
        "parameters": {
            "mode": "upscale",
            "sampleCount": 1,
            "upscaleConfig": {"upscaleFactor": "x4"},
        },
    }


def test_omni_names_a_bucket_or_takes_the_clip_in_the_answer() -> None:
    plainly = body_of("gemini-omni-1.2-flash", prompt="p")
    assert plainly["response_format"] == {"type": "video", "delivery": "inline"}
    stored = body_of("gemini-omni-1.2-flash", prompt="p", options={"storage_uri": "gs://b/o/"})
    shape = {"type": "video", "delivery": "uri", "gcs_uri": "gs://b/o/"}
    assert stored["response_format"] == shape
    assert not omni_faults(stored)


# -- what is read --------------------------------------------------------------------------------


def test_a_started_clip_is_a_job() -> None:
    assert ADAPTER.submitted(answer({"name": NAME}, wants="predictLongRunning")) == JOB
    said = ADAPTER.submitted(answer({"id": "i1", "status": "in_progress"}, wants="interactions"))
    assert isinstance(said, RemoteJob)
    poll = ADAPTER.poll(said)
    assert (poll.method, poll.url) == ("GET", "/interactions/i1")
    for name in ("x", "projects/a/locations/b/c", NAME + "/../..", 5):
        with pytest.raises((TypeError, ValueError)):
            ADAPTER.submitted(answer({"name": name}, wants="predictLongRunning"))


def test_a_clip_runs_until_it_is_done() -> None:
    for data in ({}, {"done": False}):
        said = operation(**data)
        assert isinstance(said, JobStatus)
        assert said.phase is JobPhase.RUNNING
    video = {"bytesBase64Encoded": "AAAA", "mimeType": "video/mp4"}
    said = operation(done=True, response={"videos": [video]})
    assert isinstance(said, JobStatus)
    assert [(f.kind, f.content) for f in said.files] == [("video", "AAAA")]
    assert said.billed == "billed"


def test_a_clip_in_a_bucket_is_fetched_with_the_token() -> None:
    uri = "gs://my-bucket/out/1/sample 0.mp4"
    call = operation(done=True, response={"videos": [{"gcsUri": uri}]})
    assert isinstance(call, Call)
    assert unquote(call.url) == (
        "https://storage.googleapis.com/storage/v1/b/my-bucket/o/out/1/sample 0.mp4"
    )
    assert call.url.endswith("/o/out%2F1%2Fsample%200.mp4")
    assert (call.params, call.authenticated) == ({"alt": "media"}, True)
    spooled = Spooled(Path("x"), 3)
    said = ADAPTER.status(answer(None, wants="file", file=spooled), JOB)
    assert isinstance(said, JobStatus)
    assert said.files[0].spooled is spooled
    for bad in (answer({}, wants="file"), answer({}, 403, "file")):
        with pytest.raises(TaskError):
            ADAPTER.status(bad, JOB)
    for elsewhere in ("https://evil.test/x", "gs://B/../x", "gs://b"):
        with pytest.raises(TaskError):
            operation(done=True, response={"videos": [{"gcsUri": elsewhere}]})


CODES = {
    "58061214": "children",
    "15236754": "celebrities",
    "62263041": "danger",
    "22137204": "hate",
    "39322892": "persons or faces",
    "92201652": "personal data",
    "72817394": "prohibited content",
    "90789179": "sexual content",
    "78610348": "toxic words",
    "56562880": "violence",
    "74803281": "other reasons",
}


@pytest.mark.parametrize(("code", "meaning"), CODES.items())
def test_filters_are_explained(code: str, meaning: str) -> None:
    reasons = {"raiMediaFilteredCount": 1, "raiMediaFilteredReasons": [f"No. Codes: {code}"]}
    for said in (
        operation(done=True, response=reasons),
        operation(done=True, error={"code": 3, "message": f"No. Codes: {code}"}),
    ):
        assert isinstance(said, JobStatus)
        assert (said.phase, said.message) == (JobPhase.REFUSED, f"No. Codes: {code} ({meaning})")
        assert said.billed == "unknown"


def test_no_video_is_a_refusal_even_without_reasons() -> None:
    said = operation(done=True, response={})
    assert isinstance(said, JobStatus)
    assert (said.phase, said.message) == (JobPhase.REFUSED, "its filters took it out")


@pytest.mark.parametrize(
    ("code", "kind"),
    [(3, ErrorKind.INVALID), (7, ErrorKind.AUTH), (13, None), (8, None), ("x", None)],
)
def test_a_failed_clip(code: Any, kind: ErrorKind | None) -> None:
    said = operation(done=True, error={"code": code, "message": "it fell over 12345678"})
    assert isinstance(said, JobStatus)
    assert (said.phase, said.message) == (JobPhase.FAILED, "it fell over 12345678")
    assert (said.error.kind if said.error else None) is kind


def test_a_larger_picture_is_read_or_why_there_is_none() -> None:
    made = {"predictions": [{"bytesBase64Encoded": "AAAA", "mimeType": "image/png"}]}
    said = ADAPTER.submitted(answer(made, wants="predict"))
    assert isinstance(said, JobStatus)
    assert said.files[0].content == "AAAA"
    none = {"predictions": [{"raiFilteredReason": "No. Codes: 39322892"}]}
    said = ADAPTER.submitted(answer(none, wants="predict"))
    assert isinstance(said, JobStatus)
    assert (said.phase, said.message) == (
        JobPhase.REFUSED,
        "No. Codes: 39322892 (persons or faces)",
    )


@pytest.mark.parametrize(
    ("status", "word", "kind"),
    [
        (400, "INVALID_ARGUMENT", ErrorKind.INVALID),
        (400, "FAILED_PRECONDITION", ErrorKind.INVALID),
        (401, "UNAUTHENTICATED", ErrorKind.AUTH),
        (403, "PERMISSION_DENIED", ErrorKind.AUTH),
        (404, "NOT_FOUND", ErrorKind.DOWN),
        (429, "RESOURCE_EXHAUSTED", ErrorKind.THROTTLED),
        (500, "INTERNAL", ErrorKind.TRANSIENT),
        (503, "UNAVAILABLE", ErrorKind.TRANSIENT),
        (504, "DEADLINE_EXCEEDED", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, word: str, kind: ErrorKind) -> None:
    error = {"error": {"code": status, "message": "so it is", "status": word}}
    found = ADAPTER.error(answer(error, status))
    assert (found.kind, found.message) == (kind, f"Vertex AI answered {status}: so it is")
    assert ("GOOGLE_CLOUD_LOCATION" in found.hint) == (status == 404)


# -- the account ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        (
            {},
            "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/demo/locations/us-central1",
        ),
        (
            {"GOOGLE_CLOUD_LOCATION": "global"},
            "https://aiplatform.googleapis.com/v1beta1/projects/demo/locations/global",
        ),
        (
            {"GOOGLE_VERTEX_BASE_URL": "https://proxy.test/"},
            "https://proxy.test/v1beta1/projects/demo/locations/us-central1",
        ),
    ],
)
def test_the_address_of_a_project(environ: dict[str, str], address: str) -> None:
    assert isinstance(ADAPTER, Located)
    assert ADAPTER.address({"GOOGLE_CLOUD_PROJECT": "demo", **environ}) == address


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"GOOGLE_CLOUD_PROJECT": "../x"},
        {"GOOGLE_CLOUD_PROJECT": "demo", "GOOGLE_CLOUD_LOCATION": "evil.test/"},
        {"GOOGLE_CLOUD_PROJECT": "demo", "GOOGLE_VERTEX_BASE_URL": "http://evil.test"},
    ],
)
def test_an_address_that_cannot_be(environ: dict[str, str]) -> None:
    with pytest.raises(UsageError):
        address_of(environ)


def test_a_token_is_sent_as_it_is() -> None:
    assert isinstance(ADAPTER, Exchanges)
    key = SecretStr("ya29.x")
    assert ADAPTER.exchange(key, 0.0) is key
    assert ADAPTER.auth(key) == {"Authorization": "Bearer ya29.x"}


def test_the_key_of_an_account_buys_a_token() -> None:
    call = token_call(SecretStr(account("https://oauth2.test")), 1000.5)
    assert isinstance(call, Call)
    assert (call.url, call.authenticated) == ("https://oauth2.test/token", False)
    assert "PRIVATE" not in str(call)
    token, seconds = read_token(answer({"access_token": "t", "expires_in": 3599}))
    assert (token.get_secret_value(), seconds) == ("t", 3599.0)


@pytest.mark.parametrize(
    "key",
    [
        "{",
        "{}",
        '{"client_email": "a", "token_uri": "https://x.test", "private_key": "canary"}',
        '{"client_email": "a", "token_uri": "https://x.test", "private_key": 5}',
        account("ftp://x.test"),
    ],
)
def test_a_key_of_no_use_is_told_and_not_shown(key: str) -> None:
    with pytest.raises(TaskError, match="no key of a service account") as caught:
        token_call(SecretStr(key), 0.0)
    assert caught.value.kind is ErrorKind.AUTH
    assert "canary" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_without_the_package_that_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(TaskError, match="cryptography is not installed") as caught:
        token_call(SecretStr(account("https://x.test")), 0.0)
    assert "reelgraph[vertex]" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "data", "kind", "says"),
    [
        (400, {"error": "invalid_grant", "error_description": "Bad"}, ErrorKind.AUTH, "Bad"),
        (200, {"access_token": "t"}, ErrorKind.AUTH, "no reason given"),
        (503, None, ErrorKind.TRANSIENT, "503"),
        (429, {"error": {"message": "slow"}}, ErrorKind.TRANSIENT, "slow"),
    ],
)
def test_no_token(status: int, data: Any, kind: ErrorKind, says: str) -> None:
    with pytest.raises(TaskError, match=says) as caught:
        read_token(answer(data, status))
    assert caught.value.kind is kind


NAMES = ["name", "done", "response", "videos", "gcsUri", "bytesBase64Encoded", "error", "code"]
NAMES += ["message", "raiMediaFilteredReasons", "predictions", "id", "status", "candidates"]
NAMES += ["access_token", "expires_in", "error_description"]
WORDS = [NAME, "gs://a/b", "completed", "AAAA", "58061214"]


@settings(max_examples=200)
@given(
    data=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.sampled_from(WORDS)
        | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner),
        max_leaves=20,
    ),
    status=st.sampled_from([200, 400, 404, 500]),
    wants=st.sampled_from(["", "image", "predict", "predictLongRunning", "interactions", "file"]),
)
def test_no_answer_is_a_crash(data: Any, status: int, wants: str) -> None:
    readers: tuple[Callable[[Answer], Any], ...] = (
        ADAPTER.submitted,
        ADAPTER.error,
        ADAPTER.exchanged,
        lambda a: ADAPTER.status(a, JOB),
    )
    for read in readers:
        try:
            read(answer(data, status, wants))
        except (TaskError, *MISREAD):
            pass


def test_what_is_not_offered_has_a_successor() -> None:
    for model in MODELS:
        if catalogue().status(model) != "active":
            assert catalogue().get(model.lifecycle.successor) is not None, model.id
