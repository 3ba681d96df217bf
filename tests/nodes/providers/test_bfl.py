"""Black Forest Labs: what is sent, how answers are read, and runs at the strict copy of it."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError, Video
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.bfl import PROVIDER
from nodes.providers.bfl.adapter import BlackForestLabs
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.webhooks import Delivery, receive
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_bfl import KEY, FakeBfl, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import plain, schema_faults
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = BlackForestLabs()
MODELS = [model for model in catalogue().all() if model.provider == "bfl"]
SPECIFIED = [model for model in MODELS if model.checked_against == "spec"]
IMAGE, VIDEO = HANDLES["image"], HANDLES["video"]
NEWER = json.dumps({"disable_pup": {"type": "boolean"}})
"""What came to FLUX.2 after the specification was taken."""
POLL = "https://api.eu1.bfl.ai/v1/get_result?id=t-1"
JOB = RemoteJob("t-1", {"status": POLL, "makes": "image", "credits": "4.5"})


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        media = next(each for each in (IMAGE, VIDEO) if each.digest == digest)
        found = ADAPTER.start_upload(media)
        assert isinstance(found, Inline)
        return found


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Inputs(), "k-1")


def answer(data: Any, status: int = 200, wants: str = "") -> Answer:
    return Answer(status, data, {}, wants=wants)


def status_of(data: Any, status: int = 200, job: RemoteJob = JOB) -> JobStatus:
    said = ADAPTER.status(answer(data, status), job)
    assert isinstance(said, JobStatus)
    return said


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, {}))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, plain(call.json)) == [], (request, plain(call.json))
    assert len(requests) >= 3


@pytest.mark.parametrize("model", SPECIFIED, ids=lambda model: model.id)
def test_the_specification_takes_every_request(model: ModelInfo) -> None:
    paths = spec_check.specification("bfl.json")["paths"]
    content = paths[f"/{model.endpoint}"]["post"]["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    newer = NEWER if "disable_pup" in model.options else "{}"

    def wrong(request: Request) -> list[str]:
        return schema_faults("bfl.json", name, call_of(request).json, newer)

    spec_check.checked("bfl", model.id, requests_of(model, {}), wrong)


FILE = "AAAA"
BODIES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "flux-3-image",
        "image_to_image",
        {"image": IMAGE, "references": (IMAGE,), "resolution": "2K", "aspect_ratio": "7:5"},
        {"images": [FILE, FILE], "resolution": "2k", "aspect_ratio": "7:5"},
    ),
    ("flux-3-video", "text_to_video", {"seconds": 5.2}, {"mode": "t2v", "duration": 6}),
    (
        "flux-3-video",
        "image_to_video",
        {"image": IMAGE, "references": (IMAGE,), "last_image": IMAGE, "resolution": "4K"},
        {"mode": "i2v", "duration": 5, "keyframes": [FILE, FILE, FILE], "resolution": "uhd"},
    ),
    (
        "flux-3-video/extend",
        "video_to_video",
        {"video": VIDEO, "options": {"generate_audio": False}},
        {"mode": "v2v", "duration": 5, "start_video": FILE, "generate_audio": False},
    ),
    ("flux-2-pro", "text_to_image", {}, {}),
    (
        "flux-2-pro",
        "text_to_image",
        {"references": (IMAGE, IMAGE), "aspect_ratio": "16:9"},
        {"input_image": FILE, "input_image_2": FILE, "width": 1360, "height": 768},
    ),
    (
        "flux-2-pro",
        "image_to_image",
        {"image": IMAGE, "resolution": "2K"},
        {"input_image": FILE, "width": 2304, "height": 1728},
    ),
    ("flux-2-max", "text_to_image", {"resolution": "1K"}, {"width": 1024, "height": 1024}),
    (
        "flux-pro-1.1",
        "text_to_image",
        {"aspect_ratio": "16:9", "references": (IMAGE,), "seed": 7},
        {"width": 1344, "height": 768, "image_prompt": FILE, "seed": 7},
    ),
    (
        "flux-pro-1.0-expand",
        "image_to_image",
        {"image": IMAGE, "options": {"left": 100}},
        {"image": FILE, "left": 100},
    ),
    (
        "outpainting-v1",
        "image_to_image",
        {"image": IMAGE, "aspect_ratio": "21:9"},
        {"input_image": FILE, "width": 1792, "height": 768},
    ),
    (
        "outpainting-v1",
        "image_to_image",
        {"image": IMAGE, "options": {"width": 2000, "height": 900}},
        {"input_image": FILE, "width": 2000, "height": 900},
    ),
    (
        "vto-v2",
        "image_to_image",
        {"image": IMAGE, "references": (IMAGE,)},
        {"person": FILE, "garment": FILE},
    ),
    (
        "video-upscale-v1",
        "upscale_video",
        {"video": VIDEO, "factor": 2},
        {"input_video": FILE, "upscale_factor": 2},
    ),
]


@pytest.mark.parametrize(
    ("name", "kind", "fields", "sent"), BODIES, ids=[f"{b[0]}-{b[1]}" for b in BODIES]
)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: dict[str, Any]) -> None:
    call = call_of(Request(kind, f"bfl/{name}", prompt="a", **fields))
    assert plain(call.json) == {"prompt": "a", **sent}


def other_film(**changes: Any) -> Video:
    return Video.model_validate({**VIDEO.model_dump(), **changes})


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("flux-3-image", "text_to_image", {"references": (IMAGE,) * 11}, "at most 10 pictures"),
        ("flux-3-video", "text_to_video", {"seconds": 21.0}, "at most 20"),
        (
            "flux-3-video",
            "text_to_video",
            {"resolution": "1080p", "options": {"draft": True}},
            "needs resolution 720p",
        ),
        ("flux-3-video", "text_to_video", {"seed": 1}, "takes no seed"),
        ("video-edit-v1", "video_to_video", {"video": other_film(width=100)}, "at least 160"),
        (
            "video-edit-v1",
            "video_to_video",
            {"video": other_film(media_type="video/webm")},
            "films are MP4",
        ),
        ("video-upscale-v1", "upscale_video", {"video": other_film(width=3840)}, "2560 x 1440"),
        ("video-upscale-v1", "upscale_video", {"video": VIDEO, "factor": 4}, "at most 3"),
        ("erase-v1", "image_to_image", {"image": IMAGE, "mask": IMAGE}, "takes no prompt"),
    ],
)
def test_what_does_not_go_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"bfl/{name}", prompt="a", **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_prices_know_given_pictures() -> None:
    model = catalogue().get("bfl/flux-2-pro")
    assert model is not None
    assert model.estimate({"resolution": "2K"}).high == Decimal("0.075")
    assert model.estimate({"resolution": "2K", "image": IMAGE}).high == Decimal("0.150")
    assert model.estimate({}).low == Decimal("0.03")


# -- what is answered ----------------------------------------------------------------------------


def test_a_submission_gives_a_task_and_where_it_is() -> None:
    told = {"id": "t-1", "polling_url": POLL, "cost": 4.5, "input_mp": None, "output_mp": 1.0}
    assert ADAPTER.submitted(answer(told, wants="/v1/flux-2-pro")) == JOB
    told = {"id": "t-1", "status": "Pending", "webhook_url": "https://x/y", "cost": None}
    said = ADAPTER.submitted(answer(told, wants="/v1/flux-3-video"))
    urls = {"status": "/v1/get_result?id=t-1", "makes": "video"}
    assert said == RemoteJob("t-1", urls)
    others: list[Any] = [None, [], {}, {"id": 7, "polling_url": POLL}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


@pytest.mark.parametrize(
    ("word", "phase", "message"),
    [
        ("Pending", JobPhase.QUEUED, ""),
        ("Reasoning", JobPhase.RUNNING, ""),
        ("Generating", JobPhase.RUNNING, ""),
        ("Musing", JobPhase.RUNNING, ""),
        ("Request Moderated", JobPhase.REFUSED, "Request Moderated: Violence"),
        ("Content Moderated", JobPhase.REFUSED, "Content Moderated: Violence"),
        ("Error", JobPhase.FAILED, "Error: Violence"),
        ("Failed", JobPhase.FAILED, "Failed: Violence"),
    ],
)
def test_statuses(word: str, phase: JobPhase, message: str) -> None:
    told = {"id": "t-1", "status": word, "details": {"Moderation Reasons": ["Violence"]}}
    said = status_of(told)
    assert (said.phase, said.message, said.billed) == (phase, message, "unknown")
    if message:
        # A failed task may come with the status of an error.
        assert status_of(told, 503) == said


def test_results() -> None:
    told = {"id": "t-1", "status": "Ready", "result": {"sample": "https://x/1"}, "progress": 1}
    said = status_of(told)
    assert said.files == (RemoteFile("https://x/1", "image"),)
    assert (said.cost, said.billed) == (Decimal("0.045"), "billed")
    film = ADAPTER.job_named("t-1", "/v1/flux-tools/video-edit-v1")
    settled = status_of({**told, "cost": 85.5}, job=film)
    assert settled.files == (RemoteFile("https://x/1", "video"),)
    assert settled.cost == Decimal("0.855")
    for result in (None, {}, {"sample": None}):
        assert status_of({**told, "result": result}).phase is JobPhase.FAILED


@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("told", [{"status": "Task not found"}, {"detail": "Task not found"}])
def test_a_task_that_is_not_known_is_asked_about_again(status: int, told: Any) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.status(answer(told, status), JOB)
    assert caught.value.kind is ErrorKind.TRANSIENT
    if status == 404:
        assert "--discard" in caught.value.hint


@pytest.mark.parametrize(
    ("status", "told", "kind", "words"),
    [
        (400, {"detail": "no"}, ErrorKind.INVALID, "no"),
        (401, {"detail": "no"}, ErrorKind.AUTH, "no"),
        (402, {"detail": "Insufficient credits"}, ErrorKind.BILLING, "Insufficient credits"),
        (403, {"detail": "Not authenticated"}, ErrorKind.AUTH, "Not authenticated"),
        (
            422,
            {"detail": [{"loc": ["body", "seed"], "msg": "Extra inputs", "type": "extra"}]},
            ErrorKind.INVALID,
            "seed: Extra inputs",
        ),
        (429, {"error": "x", "message": "slow", "retry_after": 9}, ErrorKind.THROTTLED, "slow"),
        (500, None, ErrorKind.TRANSIENT, "no reason"),
        (503, {"detail": "busy"}, ErrorKind.TRANSIENT, "busy"),
        (503, {"detail": "We are over capacity"}, ErrorKind.THROTTLED, "over capacity"),
    ],
)
def test_errors(status: int, told: Any, kind: ErrorKind, words: str) -> None:
    for read in (ADAPTER.submitted, partial(ADAPTER.status, job=JOB)):
        with pytest.raises(TaskError, match=words) as caught:
            read(answer(told, status))
        assert caught.value.kind is kind
        assert caught.value.retry_after == (9 if status == 429 else None)


NAMES = ["id", "polling_url", "status", "result", "sample", "details", "progress", "cost", "detail"]
JSON = odd_json(NAMES, ["Ready", "Error", "Task not found", "https://x/a", "over capacity"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 402, 403, 404, 422, 429, 500, 503]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(told, ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    with contextlib.suppress(TaskError):
        receive("bfl", json.dumps(data).encode(), {"X-BFL-Signature": "s"}, SecretStr("s"), 0)


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_from_who_knows_the_secret() -> None:
    body = json.dumps({"id": "t-1", "status": "SUCCESS", "result": {"sample": "x"}}).encode()
    digest = "sha256=" + hmac.new(b"secret", body, hashlib.sha256).hexdigest()
    for signature in (digest, "secret"):
        headers = {"X-BFL-Signature": signature}
        assert receive("bfl", body, headers, SecretStr("secret"), 0) == Delivery("t-1", "t-1")
    for signature in ("", "other", digest[:-1], "sha256="):
        for secret in ("secret", ""):
            with pytest.raises(TaskError, match="is not, or is too old"):
                receive("bfl", body, {"X-BFL-Signature": signature}, SecretStr(secret), 0)
    with pytest.raises(TaskError, match="names no task"):
        receive("bfl", b'{"id": 7}', {"X-BFL-Signature": "s"}, SecretStr("s"), 0)


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeBfl]:
    with FakeBfl(samples()).serve() as server:
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeBfl, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("REELGRAPH_BFL_BASE_URL", fake.url)
    made = Place(tmp_path, "bfl", KEY)
    yield made
    made.home.close()


def draw(place: Place, prompt: str = "a fox", model: str = "flux-2-pro", **inputs: Any) -> Any:
    return place.go("text_to_image", {"prompt": prompt, "model": f"bfl/{model}", **inputs}, "image")


def test_a_picture_and_what_it_cost(place: Place, fake: FakeBfl) -> None:
    report = draw(place, resolution="1K")
    assert report.exit_code == 0, report.failures
    assert (place.job.billed, place.job.cost, place.job.remote_id) == (
        "billed",
        Decimal("0.045"),
        "t-1",
    )
    assert len(fake.tasks) == 1


def test_a_film_is_settled_at_its_end(place: Place) -> None:
    make_image(place.folder / "a.png", (640, 480))
    inputs = {"image": "a.png", "last_image": "b.png", "prompt": "rain"}
    make_image(place.folder / "b.png", (640, 480), colour=(9, 9, 9))
    report = place.go("image_to_video", {**inputs, "model": "bfl/flux-3-video"}, "video")
    assert report.exit_code == 0, report.failures
    assert place.job.cost == Decimal("0.855")


def test_a_film_is_changed(place: Place) -> None:
    inputs = {"video": "a.mp4", "prompt": "snow", "model": "bfl/flux-3-video/extend"}
    report = place.go("video_to_video", inputs, "video")
    assert report.exit_code == 0, report.failures


@pytest.mark.parametrize("trouble", ["late", "expired"])
def test_what_passes_is_waited_for(place: Place, fake: FakeBfl, trouble: str) -> None:
    setattr(fake, trouble, 1 if trouble == "expired" else 3)
    report = draw(place)
    assert report.exit_code == 0, report.failures
    assert len(fake.tasks) == 1


def test_over_capacity_is_sent_again(place: Place, fake: FakeBfl) -> None:
    full = Reply(503, json={"detail": "Model is over capacity"})
    fake.script("/v1/flux-2-pro", full, Reply(429, json={"retry_after": 3}))
    report = draw(place)
    assert report.exit_code == 0, report.failures
    assert len(fake.tasks) == 1


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(500, after=True)])
def test_what_nobody_knows_is_left_to_a_person(place: Place, fake: FakeBfl, lost: Reply) -> None:
    fake.script("/v1/flux-2-pro", lost)
    for _ in range(2):
        (failure,) = draw(place).failures
        assert "nobody knows whether bfl has job" in failure.message
    assert place.job.state is JobState.SUBMITTING
    assert len(fake.tasks) == 1


@pytest.mark.parametrize(
    ("prompt", "kind"), [("forbidden", "refused"), ("unsafe", "refused"), ("broken", "down")]
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str) -> None:
    (failure,) = draw(place, prompt).failures
    assert failure.kind == kind
    assert place.job.billed == "unknown"


def test_credit_and_keys(place: Place, fake: FakeBfl) -> None:
    assert place.act(PROVIDER.accepts_key)
    fake.script("/v1/credits", Reply(403, json={"detail": "Not authenticated"}))
    assert not place.act(PROVIDER.accepts_key)
    fake.script("/v1/flux-2-pro", Reply(402, json={"detail": "Insufficient credits"}))
    (failure,) = draw(place).failures
    assert failure.kind == "billing"
    assert place.job.billed == "not billed"


def test_a_task_cannot_be_called_off(place: Place, fake: FakeBfl) -> None:
    fake.script("/eu1/v1/get_result", Reply(403))
    assert draw(place).exit_code != 0
    job = place.job
    assert not place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert place.job.state is JobState.SUBMITTED
    assert draw(place).exit_code == 0
    assert len(fake.tasks) == 1
