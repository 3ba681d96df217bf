"""Pika: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
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
from nodes.models import ModelInfo, catalogue, endpoints
from nodes.providers.pika import Pika
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, RemoteFile, RemoteJob
from nodes.remote.session import MISREAD
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_pika import KEY, SCHEMAS, FakePika, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Pika()
MODELS = [model for model in catalogue().all() if model.provider == "pika"]
IMAGE, VIDEO = HANDLES["image"], HANDLES["video"]
TEXT, FRAMES = "pika-2.5/text-to-video", "pikaframes/image-to-video"
PATHS = {"status": "/v1/media/jobs/m", "result": "/v1/media/jobs/m/content"}
JOB = RemoteJob("m", {**PATHS, "makes": "video"})


class Urls(dict[str, str]):
    """Where each input is."""

    def __missing__(self, digest: str) -> str:
        return f"https://cdn.pika.test/{digest[:4]}"


def model_of(name: str) -> ModelInfo:
    found = endpoints.find_model(f"pika/{name}")
    assert found is not None
    return found


def call_of(request: Request) -> Call:
    model = endpoints.find_model(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Urls(), "k-1")


def answer(data: Any, status: int = 200, asked: str = "") -> Answer:
    return Answer(status, data, {}, asked=asked)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, {}))
    for request in requests:
        body = call_of(request).json
        assert faults_of(model.endpoint, body) == [], (request, body)
        told = answer({"input_schema": SCHEMAS[model.endpoint]})
        assert ADAPTER.prepare(model, request, [told]) == request
    assert requests


PICTURE = "https://cdn.pika.test/1111"
FILM = "https://cdn.pika.test/2222"
BODIES: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    (
        TEXT,
        "text_to_video",
        {"prompt": "a", "seconds": 3.0, "resolution": "720p", "seed": 4},
        {"prompt": "a", "duration_s": 5, "resolution": "720p", "seed": 4},
    ),
    (
        "pika-2.5/image-to-video",
        "image_to_video",
        {"image": IMAGE, "seconds": 6.0, "options": {"negative_prompt": "fog"}},
        {"image": PICTURE, "duration_s": 10, "negative_prompt": "fog"},
    ),
    (
        FRAMES,
        "image_to_video",
        {"image": IMAGE, "references": (IMAGE,), "last_image": IMAGE, "prompt": "a"},
        {"images": [PICTURE] * 3, "prompt": "a"},
    ),
    (
        "pikadditions/video-to-video",
        "video_to_video",
        {"video": VIDEO, "image": IMAGE, "prompt": "a cat"},
        {"video": FILM, "image": PICTURE, "prompt": "a cat"},
    ),
    (
        "pikaswaps/video-to-video",
        "video_to_video",
        {"video": VIDEO, "prompt": "a cat", "options": {"modify_region_mask": IMAGE}},
        {"video": FILM, "prompt": "a cat", "modify_region_mask": PICTURE},
    ),
    (
        "pikaffects/image-to-video",
        "image_to_video",
        {"image": IMAGE, "prompt": "slowly", "options": {"pikaffect": "Melt"}},
        {"image": PICTURE, "prompt_override": "slowly", "pikaffect": "Melt"},
    ),
]


@pytest.mark.parametrize(("name", "kind", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"pika/{name}", **fields))
    assert (call.method, call.url, call.json) == ("POST", f"/v1/media/pika/{name}", sent)
    assert call.headers == {"Idempotency-Key": "k-1"}


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        (FRAMES, "image_to_video", {"image": IMAGE}, "needs last_image"),
        (
            FRAMES,
            "image_to_video",
            {
                "image": IMAGE,
                "last_image": IMAGE,
                "references": (IMAGE,),
                "options": {"transition_duration_s": 6},
            },
            "needs transition_duration_s 1 or 2",
        ),
        (
            FRAMES,
            "image_to_video",
            {"image": IMAGE, "last_image": IMAGE, "references": (IMAGE,) * 4},
            "at most 5 together",
        ),
        (TEXT, "text_to_video", {"prompt": "a", "aspect_ratio": "1:1"}, "takes no aspect_ratio"),
        ("pikaffects/image-to-video", "image_to_video", {"image": IMAGE}, "needs the option"),
        (
            "pikaswaps/video-to-video",
            "video_to_video",
            {
                "video": VIDEO,
                "prompt": "a",
                "options": {"modify_region_mask": IMAGE, "modify_region_roi": "the hat"},
            },
            "does not go with modify_region_mask",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"pika/{name}", **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_requests_are_held_against_the_schema_of_today() -> None:
    model = model_of(TEXT)
    request = Request("text_to_video", model.id, prompt="a", seconds=5)
    assert ADAPTER.prepare(model, request, []) == Call(
        "GET",
        "/catalog/apis/pika/pika-2.5/text-to-video",
        params={"expand": "inputs"},
        authenticated=False,
        keep_seconds=86_400.0,
    )
    newer = {**SCHEMAS[model.endpoint], "required": ["prompt", "style"]}
    with pytest.raises(TaskError, match="style is missing") as caught:
        ADAPTER.prepare(model, request, [answer({"input_schema": newer})])
    assert caught.value.kind is ErrorKind.INVALID
    for nothing in ({}, {"input_schema": None}, {"input_schema": {"type": "object"}}):
        assert ADAPTER.prepare(model, request, [answer(nothing)]) == request


@pytest.mark.parametrize("name", ["pika", "a//b", "https://x/y", "../a/b", "A/b"])
def test_what_is_no_id(name: str) -> None:
    assert endpoints.find_model(f"pika/endpoint/{name}") is None


def test_files_are_uploaded_in_two_steps() -> None:
    told = {"content_type": "video/mp4", "size_bytes": VIDEO.size}
    assert ADAPTER.start_upload(VIDEO) == Call("POST", "/v1/media/uploads", json=told)
    place = {"upload_url": "https://b.test/u", "url": "https://c.test/u", "headers": {"X-A": "b"}}
    second = ADAPTER.continue_upload(VIDEO, answer(place), 0)
    assert second == Call(
        "PUT",
        "https://b.test/u",
        headers={"X-A": "b"},
        authenticated=False,
        body=VIDEO,
        gives="https://c.test/u",
    )
    place.pop("headers")
    bare = ADAPTER.continue_upload(VIDEO, answer(place), 0)
    assert isinstance(bare, Call)
    assert bare.headers == {}
    for media, size in ((VIDEO, 51), (IMAGE, 21)):
        large = media.model_copy(update={"size": size * 1_000_000})
        with pytest.raises(TaskError, match=f"at most {size // 10}0 MB, not {size} MB"):
            ADAPTER.start_upload(large)


def test_the_key_goes_into_one_header() -> None:
    assert ADAPTER.auth(SecretStr("k")) == {"X-API-Key": "k"}
    with pytest.raises(TaskError, match="no free call that would tell"):
        ADAPTER.probe()


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told", "kind"),
    [
        (401, {"code": "missing_credentials", "message": "so"}, ErrorKind.AUTH),
        (403, {"message": "so"}, ErrorKind.AUTH),
        (404, {"message": "so"}, ErrorKind.DOWN),
        (409, {"message": "so"}, ErrorKind.INVALID),
        (413, {"message": "so"}, ErrorKind.INVALID),
        (415, {"message": "so"}, ErrorKind.INVALID),
        (422, {"code": "invalid_input", "message": "so"}, ErrorKind.INVALID),
        (422, {"code": "content_moderation", "message": "so"}, ErrorKind.REFUSED),
        (403, {"code": "insufficient_balance", "message": "so"}, ErrorKind.BILLING),
        (429, {"code": "rate_limited", "message": "so"}, ErrorKind.THROTTLED),
        (503, {"code": "provider_unavailable", "message": "so"}, ErrorKind.TRANSIENT),
        (500, {"message": "so"}, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, told: dict[str, str], kind: ErrorKind) -> None:
    error = ADAPTER.error(answer(told, status))
    assert (error.kind, error.message) == (kind, f"Pika answered {status}: so")


def test_a_submission_gives_a_job() -> None:
    for told in ({"id": "m", "status": "queued"}, {"request_id": "m"}):
        assert ADAPTER.submitted(answer(told, 202)) == RemoteJob("m")
    assert ADAPTER.job_named("m", "/v1/media/pika/pika-2.5/text-to-video") == JOB
    assert ADAPTER.job_named("m", "/v1/media/a/text-to-image").urls["makes"] == "image"
    assert ADAPTER.poll(JOB) == Call("GET", "/v1/media/jobs/m")
    assert ADAPTER.cancel(JOB) is None
    others: list[Any] = [None, [], {}, {"id": 1}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


def read(told: dict[str, Any], status: int = 200, asked: str = PATHS["status"]) -> JobStatus | Call:
    return ADAPTER.status(answer(told, status, asked), JOB)


@pytest.mark.parametrize(
    ("told", "phase", "kind"),
    [
        ({"status": "queued"}, JobPhase.QUEUED, None),
        ({"status": "running"}, JobPhase.RUNNING, None),
        ({"status": "dreaming"}, JobPhase.RUNNING, None),
        *(
            ({"status": "failed", "error": {"code": code, "message": "so"}}, JobPhase.FAILED, kind)
            for code, kind in (
                ("invalid_input", ErrorKind.INVALID),
                ("insufficient_balance", ErrorKind.BILLING),
                ("membership_required", ErrorKind.BILLING),
                ("cycle_limit_exceeded", ErrorKind.BILLING),
                ("usage_limit_exceeded", ErrorKind.BILLING),
                ("admission_suspended", ErrorKind.BILLING),
                ("provider_error", None),
                ("provider_timeout", None),
                ("provider_unavailable", None),
                ("rate_limited", None),
                ("timed_out", None),
                ("internal", None),
            )
        ),
        (
            {"status": "failed", "error": {"code": "content_moderation", "message": "so"}},
            JobPhase.REFUSED,
            None,
        ),
        ({"status": "failed"}, JobPhase.FAILED, None),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, kind: ErrorKind | None) -> None:
    status = read(told)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, "unknown")
    assert (status.error.kind if status.error else None) is kind
    if phase in (JobPhase.FAILED, JobPhase.REFUSED):
        assert status.message == ("so" if "error" in told else "Pika gives no reason")


@pytest.mark.parametrize(
    ("output", "files"),
    [
        ({"media_type": "video", "video": {"url": "https://x/a"}}, [("https://x/a", "video")]),
        ({"media_type": "image", "images": [{"url": "https://x/a"}]}, [("https://x/a", "image")]),
        ({"videos": ["https://x/a.mp4", "https://x/b.mp4"]}, None),
        (
            {"video": {"url": "https://x/a"}, "stems": [{"url": "https://x/b.wav"}]},
            [("https://x/a", "video"), ("https://x/b.wav", "audio")],
        ),
    ],
)
def test_what_was_made(output: dict[str, Any], files: Any) -> None:
    status = read({"status": "completed", "output": output})
    assert isinstance(status, JobStatus)
    expected = files or [(url, "video") for url in output["videos"]]
    assert status.files == tuple(RemoteFile(url, kind) for url, kind in expected)
    assert (status.phase, status.billed) == (JobPhase.SUCCEEDED, "billed")


def test_a_result_may_be_elsewhere_and_late() -> None:
    content = read({"status": "completed"})
    assert content == Call("GET", PATHS["result"])
    late = read({"message": "not ready"}, 409, PATHS["result"])
    assert isinstance(late, JobStatus)
    assert late.phase is JobPhase.RUNNING
    made = read({"url": "https://x/a"}, 200, PATHS["result"])
    assert isinstance(made, JobStatus)
    assert made.files == (RemoteFile("https://x/a", "video"),)
    with pytest.raises(TaskError, match="unexpected"):
        read({"id": "m"})


NAMES = ["status", "id", "request_id", "output", "url", "video", "images", "error", "code"]
NAMES += ["message", "upload_url", "headers", "input_schema", "properties", "required"]
JSON = odd_json(NAMES, ["completed", "failed", "https://x/a", "content_moderation", "\x1b["])


@settings(max_examples=300)
@given(
    data=JSON,
    status=st.sampled_from([200, 202, 400, 401, 404, 409, 422, 429, 500]),
    asked=st.sampled_from(list(PATHS.values())),
)
def test_any_answer_is_read_or_refused(data: Any, status: int, asked: str) -> None:
    told = Answer(status, data, {}, asked=asked)
    model = model_of(TEXT)
    request = Request("text_to_video", model.id, prompt="a")
    read_or_refused(
        told,
        ADAPTER.submitted,
        partial(ADAPTER.status, job=JOB),
        lambda answer: ADAPTER.prepare(model, request, [answer]),
    )
    with contextlib.suppress(TaskError, *MISREAD):
        ADAPTER.continue_upload(VIDEO, told, 0)


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakePika) -> None:
        super().__init__(folder, "pika", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_video(folder / "film.mp4", rate=4)

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"pika/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakePika(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_PIKA_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_a_clip_from_words(place: Place) -> None:
    report = place.go("text_to_video", "video", TEXT, prompt="a boat")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.estimate_high) == ("billed", Decimal("0.45"))


@pytest.mark.parametrize("late", [0, 2])
def test_a_result_that_the_job_does_not_tell(place: Place, late: int) -> None:
    place.fake.is_output_told, place.fake.late = False, late
    report = place.go("text_to_video", "video", TEXT, prompt="a boat")
    assert report.exit_code == 0, report.failures


def test_files_go_in(place: Place) -> None:
    model = "pikadditions/video-to-video"
    report = place.go(
        "video_to_video", "video", model, video="film.mp4", image="1.png", prompt="a cat"
    )
    assert report.exit_code == 0, report.failures
    sent = {(place.folder / name).read_bytes() for name in ("film.mp4", "1.png")}
    assert set(place.fake.uploads.values()) == sent


def test_any_operation_by_its_id(place: Place) -> None:
    inputs = {"prompt": "a boat", "size": "2k"}
    model = "pika/bytedance/seedream-5.0-pro/text-to-image"
    it = {"type": "any_model", "inputs": {"model": model, "inputs": inputs}}
    flow = {"nodes": {"it": it}, "outputs": {"images": "${it.images}"}}
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 1
    inputs["size"] = "4k"
    (failure,) = place.run_at_any_price(flow).failures
    assert "size takes 1k, 2k, not '4k'" in failure.message
    assert len(place.fake.jobs) == 1


def test_a_job_whose_answer_was_lost_is_sent_under_the_same_key(place: Place) -> None:
    route = "/v1/media/pika/pika-2.5/text-to-video"
    place.fake.script(route, Reply(502, after=True))
    report = place.go("text_to_video", "video", TEXT, prompt="a boat")
    assert report.exit_code == 0, report.failures
    assert (len(place.fake.jobs), place.fake.count(route)) == (1, 2)


def test_a_key_is_not_relied_upon_for_long(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    route = "/v1/media/pika/pika-2.5/text-to-video"
    place.fake.script(route, *(Reply(502, after=True) for _ in range(40)))
    hour_ago = time.time() - 3600
    with monkeypatch.context() as patched:
        patched.setattr(place.home, "clock", lambda: hour_ago)
        patched.setattr(place.home.journal, "_clock", lambda: hour_ago)
        assert place.go("text_to_video", "video", TEXT, prompt="a boat").exit_code != 0
    sent = place.fake.count(route)
    (failure,) = place.go("text_to_video", "video", TEXT, prompt="a boat").failures
    assert "nobody knows whether pika has job" in failure.message
    assert place.fake.count(route) == sent


def test_a_link_that_expired_is_asked_for_anew(place: Place) -> None:
    place.fake.expired = 1
    report = place.go("text_to_video", "video", TEXT, prompt="a boat")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 1


@pytest.mark.parametrize(
    ("prompt", "kind"), [("unsafe", "refused"), ("poor", "billing"), ("broken", "down")]
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str) -> None:
    (failure,) = place.go("text_to_video", "video", TEXT, prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == "unknown"
