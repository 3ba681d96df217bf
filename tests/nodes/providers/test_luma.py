"""Luma's Agents API: what is sent, how answers are read, and runs at the strict copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, TaskError, Video
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.luma import PROVIDER, Luma
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    RemoteFile,
    RemoteJob,
)
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_luma import KEY, FakeLuma, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import plain, schema_faults
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Luma()
MODELS = [model for model in catalogue().all() if model.provider == "luma"]
IMAGE, VIDEO = HANDLES["image"], HANDLES["video"]
URLS: dict[str, Address] = {IMAGE.digest: Inline(IMAGE), VIDEO.digest: "f-1"}
JOB = RemoteJob("g-1")
DATA: dict[str, list[Any]] = {"keyframe_indexes": [[0], [48]]}


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, URLS, "k-1")


def requests(model: ModelInfo) -> Iterator[Request]:
    """Yield all kinds of requests, with a place for each picture of a film."""
    for request in requests_of(model, DATA):
        places = request.options.get("keyframe_indexes")
        if places is None or len(places) == len(request.references):
            yield request


def answer(data: Any, status: int = 200, wants: str = "") -> Answer:
    return Answer(status, data, {}, wants=wants)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    every = list(requests(model))
    assert len(every) >= 3
    for request in every:
        body = plain(call_of(request).json)
        assert faults_of(body) == [], (request, body)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_types_of_the_sdk_take_every_request(model: ModelInfo) -> None:
    def wrong(request: Request) -> list[str]:
        body = call_of(request).json
        return schema_faults("luma-agents.fields.json", "GenerationCreateParams", body)

    spec_check.checked("luma", model.id, requests(model), wrong)


def test_the_types_of_the_sdk_take_an_upload() -> None:
    call = ADAPTER.start_upload(VIDEO)
    assert isinstance(call, Call)
    found = schema_faults("luma-agents.fields.json", "FileCreateParams", call.json)
    spec_check.count("luma", not found)
    assert not found


PNG = {"data": "AAAA", "media_type": "image/png"}
FILM = {"file_id": "f-1"}
SHORT = {"duration": "5s", "resolution": "720p"}
LONG = {"duration": "10s", "resolution": "720p"}
BODIES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "uni-1",
        "text_to_image",
        {"references": (IMAGE, IMAGE), "aspect_ratio": "3:1", "options": {"style": "manga"}},
        {
            "type": "image",
            "model": "uni-1",
            "image_ref": [PNG, PNG],
            "aspect_ratio": "3:1",
            "style": "manga",
        },
    ),
    (
        "uni-1-max",
        "image_to_image",
        {"image": IMAGE},
        {"type": "image_edit", "model": "uni-1-max", "source": PNG},
    ),
    (
        "ray-3.2",
        "text_to_video",
        {"seconds": 7.0, "options": {"hdr": True}},
        {"type": "video", "model": "ray-3.2", "video": {**LONG, "hdr": True}},
    ),
    (
        "ray-3.2",
        "text_to_video",
        {"options": {"start_generation": "g-9"}},
        {
            "type": "video",
            "model": "ray-3.2",
            "video": {**SHORT, "start_frame": {"generation_id": "g-9"}},
        },
    ),
    (
        "ray-3.2",
        "image_to_video",
        {"image": IMAGE, "last_image": IMAGE},
        {
            "type": "video",
            "model": "ray-3.2",
            "video": {**SHORT, "start_frame": PNG, "end_frame": PNG},
        },
    ),
    (
        "ray-3.2",
        "image_to_video",
        {"image": IMAGE, "last_image": IMAGE, "seconds": 10.0},
        {
            "type": "video",
            "model": "ray-3.2",
            "video": {**LONG, "keyframes": [PNG, PNG], "keyframe_indexes": [0, 240]},
        },
    ),
    (
        "ray-3.2",
        "image_to_video",
        {"image": IMAGE, "seconds": 10.0},
        {
            "type": "video",
            "model": "ray-3.2",
            "video": {**LONG, "keyframes": [PNG], "keyframe_indexes": [0]},
        },
    ),
    (
        "ray-3.2",
        "image_to_video",
        {"image": IMAGE, "references": (IMAGE, IMAGE), "last_image": IMAGE},
        {
            "type": "video",
            "model": "ray-3.2",
            "video": {**SHORT, "keyframes": [PNG] * 4, "keyframe_indexes": [0, 40, 80, 120]},
        },
    ),
    (
        "ray-3.2/edit",
        "video_to_video",
        {
            "video": VIDEO,
            "references": (IMAGE,),
            "options": {
                "keyframe_indexes": [24],
                "edit_strength": "flex_2",
                "pose": True,
                "pose_strength": "precise",
            },
        },
        {
            "type": "video_edit",
            "model": "ray-3.2",
            "source": FILM,
            "video": {
                "resolution": "720p",
                "edit": {
                    "strength": "flex_2",
                    "controls": {"pose": {"enabled": True, "strength": "precise"}},
                    "keyframes": [PNG],
                    "keyframe_indexes": [24],
                },
            },
        },
    ),
    (
        "ray-3.2/reframe",
        "video_to_video",
        {"video": VIDEO, "aspect_ratio": "9:16"},
        {
            "type": "video_reframe",
            "model": "ray-3.2",
            "source": FILM,
            "aspect_ratio": "9:16",
            "video": {"resolution": "720p"},
        },
    ),
]


@pytest.mark.parametrize(("name", "kind", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: dict[str, Any]) -> None:
    for _ in range(2):
        call = call_of(Request(kind, f"luma/{name}", prompt="a", **fields))
        assert plain(call.json) == {"prompt": "a", **sent}


def film(**changes: Any) -> Video:
    return Video.model_validate({**VIDEO.model_dump(), **changes})


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("uni-1", "image_to_image", {"image": IMAGE, "references": (IMAGE,) * 9}, "at most 8"),
        ("uni-1", "text_to_image", {"seed": 1}, "takes no seed"),
        ("ray-3.2", "text_to_video", {"aspect_ratio": "3:2"}, "takes 9:16"),
        (
            "ray-3.2",
            "text_to_video",
            {"seconds": 10.0, "options": {"loop": True}},
            "needs duration 5",
        ),
        (
            "ray-3.2",
            "image_to_video",
            {"image": IMAGE, "options": {"loop": True}},
            "does not go with image",
        ),
        (
            "ray-3.2",
            "text_to_video",
            {"resolution": "360p", "options": {"hdr": True}},
            "needs resolution 540p",
        ),
        ("ray-3.2/edit", "video_to_video", {"video": film(seconds=19)}, "at most 18 seconds"),
        (
            "ray-3.2/edit",
            "video_to_video",
            {"video": VIDEO, "references": (IMAGE,)},
            "references needs keyframe_indexes",
        ),
        (
            "ray-3.2/edit",
            "video_to_video",
            {"video": VIDEO, "options": {"auto_controls": True, "pose": True}},
            "does not go with pose",
        ),
        ("ray-3.2/reframe", "video_to_video", {"video": VIDEO}, "needs aspect_ratio"),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"luma/{name}", prompt="a", **fields))
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize("places", [[0, 0], [0], [0, -1], [0, 1.5], [0, True], "0, 1", [0, 1, 2]])
def test_places_of_pictures(places: Any) -> None:
    options = {"keyframe_indexes": places}
    fields: dict[str, Any] = {"video": VIDEO, "references": (IMAGE, IMAGE), "options": options}
    with pytest.raises(TaskError, match="keyframe_indexes"):
        call_of(Request("video_to_video", "luma/ray-3.2/edit", prompt="a", **fields))


def test_prices() -> None:
    ray, uni = catalogue().get("luma/ray-3.2"), catalogue().get("luma/uni-1")
    assert ray is not None
    assert uni is not None
    assert ray.estimate({}).high == Decimal("0.30")
    assert ray.estimate({"seconds": 10, "resolution": "1080p"}).high == Decimal("3.60")
    assert ray.estimate({"options": {"hdr": True}}).high == Decimal("0.60")
    assert ray.estimate({"seconds": 10, "options": {"hdr": True}}).high is None
    assert uni.estimate({}).high == Decimal("0.0404")
    assert uni.estimate({"image": IMAGE}).high == Decimal("0.0434")
    assert uni.estimate({"references": [IMAGE]}).high == Decimal("0.0674")


# -- uploads -------------------------------------------------------------------------------------

UPLOAD = {"method": "put", "url": "https://store.test/f-1", "headers": {"x-tag": "1"}}


def test_films_and_large_pictures_are_uploaded() -> None:
    assert ADAPTER.start_upload(IMAGE) == Inline(IMAGE)
    large = IMAGE.model_copy(update={"size": 4_000_001})
    for media in (VIDEO, large):
        call = ADAPTER.start_upload(media)
        assert isinstance(call, Call)
        assert call.json["size_bytes"] == media.size
    told = {"id": "f-1", "state": "pending", "upload": UPLOAD}
    put = ADAPTER.continue_upload(VIDEO, answer(told, 201, "announced"), 0)
    assert isinstance(put, Call)
    assert (put.method, put.url, put.body) == ("PUT", "https://store.test/f-1", VIDEO)
    assert (put.headers, put.authenticated) == ({"x-tag": "1"}, False)
    done = ADAPTER.continue_upload(VIDEO, answer(None, 200, put.wants), 1)
    assert done == Call("POST", "/files/f-1/complete", wants="file")
    ready = {"id": "f-1", "state": "ready"}
    assert ADAPTER.continue_upload(VIDEO, answer(ready, wants="file"), 2) == "f-1"
    waits = {"id": "f-1", "state": "pending"}
    again = ADAPTER.continue_upload(VIDEO, answer(waits, wants="file"), 2)
    assert again == Call("GET", "/files/f-1", wants="again")
    with pytest.raises(TaskError, match="not ready") as caught:
        ADAPTER.continue_upload(VIDEO, answer(waits, wants="again"), 3)
    assert caught.value.kind is ErrorKind.TRANSIENT


@pytest.mark.parametrize(
    ("told", "status", "wants", "kind"),
    [
        ({"state": "failed", "failure_reason": "no film"}, 200, "again", ErrorKind.INVALID),
        ({"state": "deleted"}, 200, "file", ErrorKind.INVALID),
        (None, 403, "sent f-1", ErrorKind.AUTH),
        ({"id": "f", "upload": {**UPLOAD, "method": "PATCH"}}, 200, "announced", ErrorKind.DOWN),
        ({"detail": "no"}, 422, "announced", ErrorKind.INVALID),
    ],
)
def test_uploads_that_fail(told: Any, status: int, wants: str, kind: ErrorKind) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.continue_upload(VIDEO, answer(told, status, wants), 1)
    assert caught.value.kind is kind


# -- what is answered ----------------------------------------------------------------------------


def status_of(**told: Any) -> JobStatus:
    said = ADAPTER.status(answer({"id": "g-1", "type": "video", **told}), JOB)
    assert isinstance(said, JobStatus)
    return said


@pytest.mark.parametrize(
    ("state", "phase"),
    [
        ("queued", JobPhase.QUEUED),
        ("processing", JobPhase.RUNNING),
        ("musing", JobPhase.RUNNING),
        ("failed", JobPhase.FAILED),
    ],
)
def test_states(state: str, phase: JobPhase) -> None:
    assert status_of(state=state).phase is phase
    assert status_of(state=state).billed == "unknown"


def test_results() -> None:
    output = [{"type": "video", "url": "https://x/1"}, {"type": "exr", "url": "https://x/2"}]
    said = status_of(state="completed", output=output)
    assert said.files == (RemoteFile("https://x/1", "video"),)
    assert said.billed == "billed"
    picture = {"url": "https://x/3"}
    said = status_of(state="completed", type="image_edit", output=[picture])
    assert said.files == (RemoteFile("https://x/3", "image"),)
    for output in (None, [], [{"type": "video", "url": ""}]):  # type: ignore[assignment]
        assert status_of(state="completed", output=output).phase is JobPhase.FAILED


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("content_moderated", None),
        ("generation_failed", ErrorKind.DOWN),
        ("output_not_found", ErrorKind.DOWN),
        ("budget_exhausted", ErrorKind.BILLING),
        ("rate_limited", ErrorKind.THROTTLED),
        ("image_too_large", ErrorKind.INVALID),
        ("unsupported_format", ErrorKind.INVALID),
        ("corrupt_input", ErrorKind.INVALID),
        ("invalid_request", ErrorKind.INVALID),
        ("something_new", ErrorKind.DOWN),
    ],
)
def test_failures(code: str, kind: ErrorKind | None) -> None:
    said = status_of(state="failed", failure_code=code, failure_reason="so it is")
    assert said.message == "so it is"
    if kind is None:
        assert said.phase is JobPhase.REFUSED
    else:
        assert said.error is not None
        assert (said.error.kind, said.error.message) == (kind, "Luma answered: so it is")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.AUTH),
        (403, ErrorKind.AUTH),
        (404, ErrorKind.DOWN),
        (409, ErrorKind.TRANSIENT),
        (422, ErrorKind.INVALID),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    for read in (ADAPTER.submitted, partial(ADAPTER.status, job=JOB)):
        with pytest.raises(TaskError, match=f"Luma answered {status}: no") as caught:
            read(answer({"detail": "no"}, status))
        assert caught.value.kind is kind


NAMES = ["id", "state", "type", "output", "url", "failure_code", "failure_reason", "upload"]
NAMES += ["method", "headers", "detail"]
JSON = odd_json(NAMES, ["completed", "failed", "ready", "pending", "video", "https://x/a", "PUT"])


@settings(max_examples=300)
@given(
    data=JSON,
    status=st.sampled_from([200, 201, 400, 401, 404, 429, 500]),
    wants=st.sampled_from(["announced", "sent f", "file", "again"]),
)
def test_any_answer_is_read_or_refused(data: Any, status: int, wants: str) -> None:
    told = Answer(status, data, {}, wants=wants)
    upload = partial(ADAPTER.continue_upload, VIDEO, step=0)
    readers = (ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    # Of what an upload needs, something may be missing; the runner tells what came instead.
    read_or_refused(told, *readers, or_misread=[upload])


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeLuma]:
    with FakeLuma(samples()).serve() as server:
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeLuma, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("REELGRAPH_LUMA_BASE_URL", f"{fake.url}/v1")
    made = Place(tmp_path, "luma", KEY)
    yield made
    made.home.close()


def clip(place: Place, prompt: str = "a fox", **inputs: Any) -> Any:
    return place.go("text_to_video", {"prompt": prompt, "model": "luma/ray-3.2", **inputs}, "video")


def test_a_clip(place: Place, fake: FakeLuma) -> None:
    report = clip(place)
    assert report.exit_code == 0, report.failures
    assert (place.job.billed, place.job.remote_id) == ("billed", "g-1")
    assert len(fake.generations) == 1


@pytest.mark.parametrize("duration", [5, 10])
def test_a_clip_between_two_pictures(place: Place, duration: int) -> None:
    inputs = {"image": "a.png", "last_image": "b.png", "prompt": "a", "duration": duration}
    report = place.go("image_to_video", {**inputs, "model": "luma/ray-3.2"}, "video")
    assert report.exit_code == 0, report.failures


@pytest.mark.parametrize("waits", [0, 1, 3])
def test_a_film_is_uploaded(place: Place, fake: FakeLuma, waits: int) -> None:
    fake.waits = waits
    inputs = {"video": "a.mp4", "prompt": "snow", "model": "luma/ray-3.2/edit"}
    report = place.go("video_to_video", inputs, "video")
    assert report.exit_code == 0, report.failures
    (file,) = fake.uploads.values()
    assert file.content == (place.folder / "a.mp4").read_bytes()


def test_pictures_are_changed(place: Place) -> None:
    make_image(place.folder / "a.png", (640, 480))
    inputs = {"image": "a.png", "prompt": "snow", "references": ["b.png"], "model": "luma/uni-1"}
    report = place.go("image_to_image", inputs, "image")
    assert report.exit_code == 0, report.failures


def test_a_link_that_expired_is_asked_for_anew(place: Place, fake: FakeLuma) -> None:
    fake.expired = 1
    report = clip(place)
    assert report.exit_code == 0, report.failures
    assert len(fake.generations) == 1


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "invalid", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = clip(place, prompt).failures
    assert failure.kind == kind
    assert place.job.billed == billed


def test_what_nobody_knows_is_left_to_a_person(place: Place, fake: FakeLuma) -> None:
    fake.script("/v1/generations", Reply(silent=True, after=True))
    for _ in range(2):
        (failure,) = clip(place).failures
        assert "nobody knows whether luma has job" in failure.message
    assert len(fake.generations) == 1
    place.home.journal.submitted(place.job, "g-1", {})
    assert clip(place).exit_code == 0


def test_keys_and_what_cannot_be_called_off(place: Place, fake: FakeLuma) -> None:
    assert place.act(PROVIDER.accepts_key)
    fake.script("/v1/files", Reply(401, json={"detail": "no"}))
    assert not place.act(PROVIDER.accepts_key)
    fake.script("/v1/generations/g-1", Reply(401, json={"detail": "no"}))
    assert clip(place).exit_code != 0
    job = place.job
    assert not place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert place.job.state is JobState.SUBMITTED
    assert clip(place).exit_code == 0
    assert len(fake.generations) == 1
