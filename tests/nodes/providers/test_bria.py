"""Bria: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.bria import WEBHOOK
from nodes.providers.bria.adapter import Bria
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.session import MISREAD
from nodes.remote.webhooks import Delivery, receive
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_bria import KEY, FakeBria, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import request_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Bria()
MODELS = [model for model in catalogue().all() if model.provider == "bria"]
IMAGE, VIDEO = HANDLES["image"], HANDLES["video"]
JOB = RemoteJob("j-1", {"status": "/status/j-1"})
FREE_STYLE = json.dumps({"style": {"type": "string"}})
"""The words of the specification take any style, its schema only those that have a name."""


class Inputs(dict[str, Any]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Any:
        if digest == VIDEO.digest:
            return "https://files.bria.test/film-1"
        return ADAPTER.start_upload(IMAGE)


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Inputs(), "k-1")


def as_sent(value: Any) -> Any:
    """Return a body as the service reads it."""
    if isinstance(value, Inline):
        return value.prefix + base64.b64encode(b"a file").decode()
    if isinstance(value, Mapping):
        return {name: as_sent(item) for name, item in value.items()}
    return [as_sent(item) for item in value] if isinstance(value, list) else value


def answer(data: Any, status: int = 200) -> Answer:
    return Answer(status, data, {})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, {}))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, as_sent(call.json)) == [], (request, as_sent(call.json))
    assert requests


def operation(url: str) -> tuple[str, str]:
    """Return in which file an address is specified, and how it is called there."""
    if "tailored" in url:
        return "bria_tailored_generation.yaml", url
    if url.startswith("/video/"):
        return "bria_video_editing.yaml", "/" + url.rpartition("/")[2]
    if url.startswith("/image/generate"):
        return "bria_image_generation.yaml", url
    return "bria_image_editing.yaml", url.replace("/image/edit/", "/")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("bria_image_editing.yaml")

    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        newer = FREE_STYLE if call.url.endswith("/restyle") else "{}"
        return request_faults(*operation(call.url), call.json, newer)

    spec_check.checked("bria", model.id, requests_of(model, {}), wrong)


PICTURE = base64.b64encode(b"a file").decode()
FILM = "https://files.bria.test/film-1"
BODIES: list[tuple[str, Any, str, dict[str, Any], dict[str, Any]]] = [
    (
        "fibo",
        "text_to_image",
        "/image/generate",
        {
            "prompt": "a boat",
            "references": (IMAGE,),
            "aspect_ratio": "16:9",
            "resolution": "2K",
            "seed": 11,
            "options": {"output_type": "jpeg"},
        },
        {
            "prompt": "a boat",
            "images": [PICTURE],
            "aspect_ratio": "16:9",
            "resolution": "4MP",
            "seed": 11,
            "output_type": "jpeg",
        },
    ),
    (
        "fibo-edit",
        "image_to_image",
        "/image/edit",
        {"prompt": "at night", "image": IMAGE, "mask": IMAGE},
        {"instruction": "at night", "images": [PICTURE], "mask": PICTURE},
    ),
    (
        "fibo-edit",
        "image_to_image",
        "/image/edit",
        {"image": IMAGE, "options": {"structured_instruction": "{}"}},
        {"structured_instruction": "{}", "images": [PICTURE]},
    ),
    (
        "replace-background",
        "image_to_image",
        "/image/edit/replace_background",
        {"image": IMAGE, "references": (IMAGE,)},
        {"image": PICTURE, "ref_images": PICTURE},
    ),
    (
        "expand-canvas",
        "image_to_image",
        "/image/edit/expand",
        {
            "image": IMAGE,
            "options": {
                "canvas_width": 1600,
                "canvas_height": 900,
                "width": 800,
                "height": 600,
                "left": -20,
                "top": 150,
            },
        },
        {
            "image": PICTURE,
            "canvas_size": [1600, 900],
            "original_image_size": [800, 600],
            "original_image_location": [-20, 150],
        },
    ),
    (
        "remove-background",
        "image_to_image",
        "/image/edit/remove_background",
        {"image": IMAGE},
        {"image": PICTURE},
    ),
    (
        "increase-resolution",
        "upscale_image",
        "/image/edit/increase_resolution",
        {"image": IMAGE, "factor": 4},
        {"image": PICTURE, "desired_increase": 4},
    ),
    (
        "video-increase-resolution",
        "upscale_video",
        "/video/edit/increase_resolution",
        {"video": VIDEO, "factor": 4},
        {"video": FILM, "desired_increase": 4},
    ),
]


@pytest.mark.parametrize(("name", "kind", "path", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"bria/{name}", **fields))
    assert (call.method, call.url, as_sent(call.json)) == ("POST", path, sent)


@pytest.mark.parametrize(
    ("name", "fields", "complaint"),
    [
        ("fibo", {"prompt": ""}, "needs prompt or references or structured_prompt"),
        (
            "fibo",
            {"references": (IMAGE,), "options": {"structured_prompt": "{}"}},
            "does not go with references",
        ),
        ("remove-background", {"image": IMAGE, "prompt": "a"}, "takes no prompt"),
        ("erase", {"image": IMAGE}, "needs mask"),
        ("expand", {"image": IMAGE}, "needs aspect_ratio"),
        ("replace-background", {"image": IMAGE}, "needs prompt or references"),
        (
            "video-remove-background",
            {"video": VIDEO, "options": {"background_color": "Transparent"}},
            "Transparent needs output_container_and_codec webm_vp9 or mov_proresks",
        ),
        (
            "fibo-edit",
            {
                "prompt": "a",
                "image": IMAGE.model_copy(update={"size": 5_000_000}),
                "mask": IMAGE.model_copy(update={"size": 5_000_000, "digest": "9" * 64}),
            },
            "larger than the 9 MB",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, fields: dict[str, Any], complaint: str
) -> None:
    model = catalogue().get(f"bria/{name}")
    assert model is not None
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(model.kinds[0], model.id, **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_a_film_is_uploaded_in_two_steps() -> None:
    first = ADAPTER.start_upload(VIDEO)
    assert first == Call("POST", "/video/upload", json={"media_type": "video/mp4"})
    told = {
        "upload_url": "https://bucket.test/",
        "upload_fields": {"key": "k", "policy": "p"},
        "file_url": "https://bucket.test/k",
    }
    second = ADAPTER.continue_upload(VIDEO, answer({"result": told}), 0)
    assert isinstance(second, Call)
    assert not second.authenticated
    assert second.gives == "https://bucket.test/k"
    assert second.form == (
        Part("key", "k"),
        Part("policy", "p"),
        Part("Content-Type", "video/mp4"),
        Part("file", VIDEO),
    )
    gif = IMAGE.model_copy(update={"media_type": "image/gif"})
    with pytest.raises(TaskError, match="takes no image/gif"):
        ADAPTER.start_upload(gif)


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "bad input", ErrorKind.INVALID),
        (401, "no", ErrorKind.AUTH),
        (403, "plan", ErrorKind.AUTH),
        (404, "the image was not found", ErrorKind.INVALID),
        (405, "no", ErrorKind.INVALID),
        (413, "too large", ErrorKind.INVALID),
        (415, "colour mode", ErrorKind.INVALID),
        (422, "steps_num", ErrorKind.INVALID),
        (422, "prompt_content_moderation failed", ErrorKind.REFUSED),
        (429, "slowly", ErrorKind.THROTTLED),
        (460, "the image could not be loaded", ErrorKind.INVALID),
        (500, "no", ErrorKind.TRANSIENT),
        (506, "no", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, message: str, kind: ErrorKind) -> None:
    told = {"error": {"code": status, "message": message, "details": ""}, "request_id": "r"}
    error = ADAPTER.error(answer(told, status))
    assert (error.kind, error.message) == (kind, f"Bria answered {status}: {message}")


def test_a_job_that_is_not_known_any_more() -> None:
    error = ADAPTER.error(answer({"status": "NOT_FOUND"}, 404))
    assert error.kind is ErrorKind.DOWN
    assert ADAPTER.is_accepted(answer({"status": "NOT_FOUND"}, 404))
    assert not ADAPTER.is_accepted(answer({}, 401))


def test_a_submission_gives_a_job() -> None:
    told = {"request_id": "j-1", "status_url": "https://x/status/j-1"}
    assert ADAPTER.submitted(answer(told, 202)) == RemoteJob("j-1")
    assert ADAPTER.job_named("j-1", "/image/edit") == JOB
    assert ADAPTER.poll(JOB) == Call("GET", "/status/j-1")
    assert ADAPTER.cancel(JOB) is None
    done = ADAPTER.submitted(answer({"request_id": "j", "result": {"image_url": "https://x/a"}}))
    assert isinstance(done, JobStatus)
    assert done.files == (RemoteFile("https://x/a", "image"),)
    others: list[Any] = [None, [], {}, {"request_id": 1}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "IN_PROGRESS"}, JobPhase.RUNNING, "unknown"),
        ({"status": "UNKNOWN"}, JobPhase.RUNNING, "unknown"),
        (
            {"status": "COMPLETED", "result": {"image_url": "https://x", "seed": "7"}},
            JobPhase.SUCCEEDED,
            "billed",
        ),
        (
            {"status": "COMPLETED", "result": {"mask_url": "https://x"}},
            JobPhase.SUCCEEDED,
            "billed",
        ),
        ({"status": "COMPLETED", "result": {}}, JobPhase.FAILED, "billed"),
        (
            {"status": "ERROR", "error": {"code": 422, "message": "m", "details": "d"}},
            JobPhase.REFUSED,
            "unknown",
        ),
        (
            {"status": "ERROR", "error": {"code": 500, "message": "m", "details": "d"}},
            JobPhase.FAILED,
            "unknown",
        ),
        ({"status": "ERROR"}, JobPhase.FAILED, "unknown"),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(answer({"request_id": "j-1", **told}), JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    if "error" in told:
        assert status.message == "m: d"
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(answer({"request_id": "j-1"}), JOB)


NAMES = ["status", "request_id", "status_url", "result", "image_url", "video_url", "error"]
NAMES += ["code", "message", "details", "upload_url", "upload_fields", "file_url"]
JSON = odd_json(NAMES, ["COMPLETED", "ERROR", "IN_PROGRESS", "https://x/a", "422"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 202, 400, 401, 404, 422, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(told, ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    with contextlib.suppress(TaskError, *MISREAD):
        ADAPTER.continue_upload(VIDEO, told, 0)
    with contextlib.suppress(TaskError):
        WEBHOOK.read(json.dumps(data).encode(), {})


# -- messages ------------------------------------------------------------------------------------


def signed(body: bytes, stamp: str = "1000") -> dict[str, str]:
    key = hmac.new(KEY.encode(), b"bria-webhook-signing-v1", hashlib.sha256).digest()
    told = b"j-1." + stamp.encode() + b"." + body
    signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {
        "Bria-Webhook-Id": "j-1",
        "Bria-Webhook-Timestamp": stamp,
        "Bria-Webhook-Signature": f"v1=b2xk, v1={signature}",
    }


def test_messages_are_checked_and_read() -> None:
    told = {"request_id": "j-1", "status": "COMPLETED", "result": {"video_url": "https://x/v"}}
    body = json.dumps(told).encode()
    found = receive("bria", body, signed(body), SecretStr(KEY), 1010.0)
    assert isinstance(found, Delivery)
    assert (found.event_id, found.remote_id) == ("j-1", "j-1")
    assert found.status is not None
    assert found.status.files == (RemoteFile("https://x/v", "video"),)
    for headers, secret, now in (
        (signed(body + b" "), KEY, 1010.0),
        (signed(body), "another", 1010.0),
        (signed(body), "", 1010.0),
        (signed(body), KEY, 9999.0),
        ({}, KEY, 1010.0),
    ):
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("bria", body, headers, SecretStr(secret), now)
    empty = b"{}"
    with pytest.raises(TaskError, match="names no job"):
        receive("bria", empty, signed(empty), SecretStr(KEY), 1010.0)
    assert WEBHOOK.lookup() is None


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeBria) -> None:
        super().__init__(folder, "bria", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_video(folder / "film.mp4", rate=4)

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"bria/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeBria(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_BRIA_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_a_picture(place: Place) -> None:
    report = place.go("text_to_image", "image", "fibo", prompt="a boat")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.remote_id) == ("billed", "job-1")


def test_a_background_is_removed_without_words(place: Place) -> None:
    report = place.go("image_to_image", "image", "remove-background", image="1.png")
    assert report.exit_code == 0, report.failures


def test_a_film_is_uploaded_once(place: Place) -> None:
    for factor in (2, 4):
        model = "video-increase-resolution"
        report = place.go("upscale", "video", model, video="film.mp4", factor=factor)
        assert report.exit_code == 0, report.failures
    (sent,) = place.fake.uploads.values()
    assert sent == (place.folder / "film.mp4").read_bytes()
    assert len(place.fake.jobs) == 2


def test_a_link_that_expired_is_asked_for_anew(place: Place) -> None:
    place.fake.expired = 1
    report = place.go("text_to_image", "image", "fibo", prompt="a boat")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 1


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "refused", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = place.go("text_to_image", "image", "fibo", prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_a_submission_whose_answer_was_lost_is_left_to_a_person(place: Place) -> None:
    place.fake.script("/image/generate", Reply(500, after=True))
    for _ in range(2):
        (failure,) = place.go("text_to_image", "image", "fibo", prompt="a").failures
        assert "nobody knows whether bria has job" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTING
    place.home.journal.submitted(job, "job-1", {})
    assert place.go("text_to_image", "image", "fibo", prompt="a").exit_code == 0
    assert len(place.fake.jobs) == 1


def test_prices(place: Place) -> None:
    plan = place.plan(
        place.workflow("text_to_image", {"prompt": "a", "model": "bria/fibo"}, "image")
    )
    assert plan.cost_low == plan.cost_high == Decimal("0.03")
