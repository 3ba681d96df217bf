"""Wan: what is sent, what is made of the answers, and runs at the strict copy of Model Studio."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, TaskError, Video
from engine.errors import UsageError
from engine.execute import RunReport
from engine.store import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.wan.adapter import Wan
from nodes.remote.adapter import (
    Address,
    Answer,
    BindsUploads,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Located,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_wan import (
    FRAMES,
    I2I,
    KEY,
    MODELS,
    PICTURE,
    T2I,
    VIDEO,
    FakeWan,
    limit_faults,
    shape_faults,
)
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Wan()
ENTRIES = [model for model in catalogue().all() if model.provider == "wan"]
IMAGE, AUDIO, FILM = HANDLES["image"], HANDLES["audio"], HANDLES["video"]
JOB = RemoteJob("t-7")
B64 = base64.b64encode(b"a file").decode()
PNG, WAV = f"data:image/png;base64,{B64}", f"data:audio/wav;base64,{B64}"
STORED = "oss://dashscope/1/film.mp4"
DATA: dict[str, list[Any]] = {
    "color_palette": [[{"hex": "#C2D1E6", "ratio": "50.00%"}] * 3],
    "bbox_list": [[[[0, 0, 10, 10]]], [[], [[0, 0, 10, 10], [5, 5, 9, 9]]]],
}


def entry(name: str) -> ModelInfo:
    found = catalogue().get(f"wan/{name}")
    assert found is not None
    return found


class Inputs(dict[str, Address]):
    """How each input stands in a request."""

    def __init__(self, model: ModelInfo) -> None:
        super().__init__()
        self._model = model

    def __missing__(self, digest: str) -> Address:
        media = next(each for each in (IMAGE, AUDIO, FILM) if each.digest == digest)
        found = ADAPTER.start_upload_for(self._model, media)
        self[digest] = found if isinstance(found, Inline) else STORED
        return self[digest]


def call_of(request: Request) -> Call:
    model = entry(request.model.removeprefix("wan/"))
    urls = Inputs(model)
    for media in (request.image, request.last_image, request.audio, request.video):
        if media is not None:
            _ = urls[media.digest]
    return ADAPTER.submit(model, request, urls, "k-1")


def as_sent(value: Any) -> Any:
    """Return a body as the service reads it."""
    if isinstance(value, Inline):
        return value.prefix + B64
    if isinstance(value, Mapping):
        return {name: as_sent(item) for name, item in value.items()}
    return [as_sent(item) for item in value] if isinstance(value, list) else value


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, data, headers)


def task(word: str, **output: Any) -> Answer:
    return answer({"request_id": "q", "output": {"task_id": "t-7", "task_status": word, **output}})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ENTRIES, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    assert len(requests) >= 2
    for request in requests:
        call = call_of(request)
        sent = as_sent(call.json)
        assert [*shape_faults(call.url, sent), *limit_faults(sent)] == [], (request, sent)


def test_every_model_is_there() -> None:
    assert {model.constants["model"] for model in ENTRIES} == MODELS.keys()


NEW = {"model": "wan2.7-i2v"}
TALL = {"type": "reference_image", "url": PNG}
BODIES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "2.7-t2v",
        "text_to_video",
        VIDEO,
        {"prompt": "a", "seconds": 6.2, "resolution": "720p", "aspect_ratio": "9:16", "seed": 7},
        {
            "model": "wan2.7-t2v",
            "input": {"prompt": "a"},
            "parameters": {"resolution": "720P", "ratio": "9:16", "duration": 7, "seed": 7},
        },
    ),
    (
        "2.7-i2v",
        "image_to_video",
        VIDEO,
        {"prompt": "a", "image": IMAGE, "last_image": IMAGE, "audio": AUDIO},
        {
            "model": "wan2.7-i2v",
            "input": {
                "prompt": "a",
                "media": [
                    {"type": "first_frame", "url": PNG},
                    {"type": "last_frame", "url": PNG},
                    {"type": "driving_audio", "url": WAV},
                ],
            },
            "parameters": {},
        },
    ),
    (
        "2.7-i2v",
        "video_to_video",
        VIDEO,
        {"video": FILM, "seconds": 12.0},
        {
            "model": "wan2.7-i2v",
            "input": {"media": [{"type": "first_clip", "url": STORED}]},
            "parameters": {"duration": 12},
        },
    ),
    (
        "2.7-r2v",
        "video_to_video",
        VIDEO,
        {"prompt": "a", "video": FILM, "references": (IMAGE,), "audio": AUDIO},
        {
            "model": "wan2.7-r2v",
            "input": {
                "prompt": "a",
                "media": [
                    {**TALL, "reference_voice": WAV},
                    {"type": "reference_video", "url": STORED},
                ],
            },
            "parameters": {},
        },
    ),
    (
        "2.7-r2v",
        "image_to_video",
        VIDEO,
        {"prompt": "a", "image": IMAGE, "references": (IMAGE,), "audio": AUDIO},
        {
            "model": "wan2.7-r2v",
            "input": {
                "prompt": "a",
                "media": [{"type": "first_frame", "url": PNG}, {**TALL, "reference_voice": WAV}],
            },
            "parameters": {},
        },
    ),
    (
        "2.7-videoedit",
        "video_to_video",
        VIDEO,
        {"prompt": "a", "video": FILM, "options": {"audio_setting": "origin"}},
        {
            "model": "wan2.7-videoedit",
            "input": {"prompt": "a", "media": [{"type": "video", "url": STORED}]},
            "parameters": {"audio_setting": "origin"},
        },
    ),
    (
        "2.6-t2v",
        "text_to_video",
        VIDEO,
        {"prompt": "a", "seconds": 7.0, "options": {"shot_type": "multi", "sound": False}},
        {
            "model": "wan2.6-t2v",
            "input": {"prompt": "a"},
            "parameters": {
                "size": "1280*720",
                "duration": 10,
                "shot_type": "multi",
                "audio": False,
            },
        },
    ),
    (
        "2.6-r2v",
        "video_to_video",
        VIDEO,
        {"prompt": "a", "video": FILM, "references": (IMAGE,), "aspect_ratio": "3:4"},
        {
            "model": "wan2.6-r2v",
            "input": {"prompt": "a", "reference_urls": [PNG, STORED]},
            "parameters": {"size": "832*1088"},
        },
    ),
    (
        "2.5-i2v",
        "image_to_video",
        VIDEO,
        {"image": IMAGE, "audio": AUDIO, "resolution": "480p"},
        {
            "model": "wan2.5-i2v-preview",
            "input": {"img_url": PNG, "audio_url": WAV},
            "parameters": {"resolution": "480P"},
        },
    ),
    (
        "2.2-kf2v-flash",
        "image_to_video",
        FRAMES,
        {"image": IMAGE, "last_image": IMAGE, "seconds": 5.0},
        {
            "model": "wan2.2-kf2v-flash",
            "input": {"first_frame_url": PNG, "last_frame_url": PNG},
            "parameters": {"resolution": "720P"},
        },
    ),
    (
        "2.7-image-pro",
        "text_to_image",
        PICTURE,
        {"prompt": "a", "aspect_ratio": "16:9", "resolution": "4K"},
        {
            "model": "wan2.7-image-pro",
            "input": {"messages": [{"role": "user", "content": [{"text": "a"}]}]},
            "parameters": {"n": 1, "size": "5376*3024"},
        },
    ),
    (
        "2.7-image",
        "storyboard_images",
        PICTURE,
        {"prompt": "a", "count": 5, "references": (IMAGE,), "resolution": "1K"},
        {
            "model": "wan2.7-image",
            "input": {"messages": [{"role": "user", "content": [{"text": "a"}, {"image": PNG}]}]},
            "parameters": {"n": 5, "size": "1K", "enable_sequential": True},
        },
    ),
    (
        "2.5-t2i",
        "text_to_image",
        T2I,
        {"prompt": "a", "aspect_ratio": "1:1", "options": {"negative_prompt": "b"}},
        {
            "model": "wan2.5-t2i-preview",
            "input": {"prompt": "a", "negative_prompt": "b"},
            "parameters": {"n": 1, "size": "1024*1024"},
        },
    ),
    (
        "2.5-i2i",
        "image_to_image",
        I2I,
        {"prompt": "a", "image": IMAGE, "references": (IMAGE,)},
        {
            "model": "wan2.5-i2i-preview",
            "input": {"prompt": "a", "images": [PNG, PNG]},
            "parameters": {"n": 1},
        },
    ),
    (
        "2.1-imageedit",
        "image_to_image",
        I2I,
        {"prompt": "a", "image": IMAGE, "options": {"function": "expand", "top_scale": 1.5}},
        {
            "model": "wanx2.1-imageedit",
            "input": {"prompt": "a", "base_image_url": PNG, "function": "expand"},
            "parameters": {"n": 1, "top_scale": 1.5},
        },
    ),
    (
        "2.1-super-resolution",
        "upscale_image",
        I2I,
        {"image": IMAGE, "factor": 4},
        {
            "model": "wanx2.1-imageedit",
            "input": {
                "function": "super_resolution",
                "prompt": "Enlarge the picture.",
                "base_image_url": PNG,
            },
            "parameters": {"n": 1, "upscale_factor": 4},
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "kind", "path", "fields", "sent"), BODIES, ids=[f"{b[0]}-{b[1]}" for b in BODIES]
)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"wan/{name}", **fields))
    assert (call.method, call.url, as_sent(call.json)) == ("POST", path, sent)
    headers = {"X-DashScope-Async": "enable"}
    if "video" in fields:
        headers["X-DashScope-OssResourceResolve"] = "enable"
    assert call.headers == headers


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("2.7-t2v", "text_to_video", {"seconds": 16.0}, "at most 15"),
        ("2.7-t2v", "text_to_video", {"audio": AUDIO}, "takes no audio"),
        ("2.7-r2v", "text_to_video", {}, "needs references or video"),
        (
            "2.7-r2v",
            "video_to_video",
            {"video": FILM, "references": (IMAGE,) * 5},
            "at most 5 together, not 6",
        ),
        ("2.7-r2v", "video_to_video", {"video": FILM, "seconds": 11.0}, "needs duration 2 or 3"),
        ("2.7-i2v", "video_to_video", {"video": FILM, "last_image": IMAGE}, "takes no last_image"),
        (
            "2.7-i2v",
            "video_to_video",
            {"video": FILM.model_copy(update={"seconds": 11.0})},
            "at most 10 seconds",
        ),
        (
            "2.7-i2v",
            "image_to_video",
            {"image": IMAGE.model_copy(update={"width": 200})},
            "at least 240 pixels",
        ),
        (
            "2.7-i2v",
            "image_to_video",
            {"image": IMAGE.model_copy(update={"width": 7000})},
            "at most 8 times",
        ),
        (
            "2.5-t2v",
            "text_to_video",
            {"resolution": "480p", "aspect_ratio": "4:3"},
            "480p needs aspect_ratio 16:9",
        ),
        (
            "2.5-t2v",
            "text_to_video",
            {"audio": AUDIO.model_copy(update={"seconds": 2.0})},
            "at least 3 seconds",
        ),
        ("2.5-t2v", "text_to_video", {"prompt": "x" * 1501}, "at most 1500 characters"),
        ("2.2-t2v-plus", "text_to_video", {"resolution": "720p"}, "it takes 480p, 1080p"),
        ("2.7-image", "text_to_image", {"resolution": "4K"}, "it takes 1K, 2K"),
        (
            "2.7-image-pro",
            "image_to_image",
            {"image": IMAGE, "resolution": "4K"},
            "does not go with image",
        ),
        (
            "2.7-image-pro",
            "storyboard_images",
            {"count": 2, "resolution": "4K"},
            "needs resolution 1K or 2K",
        ),
        ("2.7-image", "storyboard_images", {}, "needs count"),
        (
            "2.7-image",
            "image_to_image",
            {"image": IMAGE, "options": {"thinking_mode": True}},
            "does not go with image",
        ),
        (
            "2.1-imageedit",
            "image_to_image",
            {"image": IMAGE, "options": {"is_sketch": True}},
            "needs function doodle",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"wan/{name}", **{"prompt": "a", **fields}))
    assert caught.value.kind is ErrorKind.INVALID


def test_a_film_is_uploaded_for_its_model() -> None:
    assert isinstance(ADAPTER, BindsUploads)
    first = ADAPTER.start_upload_for(entry("2.7-r2v"), FILM)
    assert first == Call("GET", "/uploads", params={"action": "getPolicy", "model": "wan2.7-r2v"})
    policy = {
        "upload_host": "https://store.test",
        "upload_dir": "a/b",
        "oss_access_key_id": "id",
        "signature": "s",
        "policy": "p",
        "x_oss_object_acl": "private",
        "x_oss_forbid_overwrite": True,
    }
    for place in ("data", "output"):
        call = ADAPTER.continue_upload(FILM, answer({place: policy}), 0)
        assert isinstance(call, Call)
        assert (call.url, call.authenticated) == ("https://store.test", False)
        assert call.gives == f"oss://a/b/{FILM.digest[:16]}.mp4"
        assert call.form[-1] == Part("file", FILM, f"{FILM.digest[:16]}.mp4")
        fields = {part.name: part.value for part in call.form[:-1]}
        assert fields["x-oss-forbid-overwrite"] == "true"
        assert fields["x-oss-content-type"] == "video/mp4"


def test_what_is_not_taken() -> None:
    assert isinstance(FILM, Video)
    webm = FILM.model_copy(update={"media_type": "video/webm"})
    flac = AUDIO.model_copy(update={"media_type": "audio/flac"})
    for media, hint in ((webm, "MP4 or MOV"), (flac, "WAV or MP3")):
        with pytest.raises(TaskError, match="takes no") as caught:
            ADAPTER.start_upload_for(entry("2.7-i2v"), media)
        assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("environ", "address"),
    [
        ({}, "https://dashscope-intl.aliyuncs.com/api/v1"),
        ({"DASHSCOPE_BASE_URL": "https://x.test"}, "https://x.test/api/v1"),
        ({"DASHSCOPE_HTTP_BASE_URL": "https://x.test/api/v1/"}, "https://x.test/api/v1"),
    ],
)
def test_where_it_is(environ: dict[str, str], address: str) -> None:
    assert isinstance(ADAPTER, Located)
    assert ADAPTER.address(environ) == address
    with pytest.raises(UsageError, match="not encrypted"):
        ADAPTER.address({"DASHSCOPE_BASE_URL": "http://x.test"})


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "InvalidParameter", ErrorKind.INVALID),
        (400, "InvalidParameter.Size", ErrorKind.INVALID),
        (400, "BadRequest.EmptyInput", ErrorKind.INVALID),
        (400, "InvalidURL", ErrorKind.INVALID),
        (400, "UnsupportedOperation", ErrorKind.INVALID),
        (400, "DataInspectionFailed", ErrorKind.REFUSED),
        (400, "IPInfringementSuspect", ErrorKind.REFUSED),
        (400, "Arrearage", ErrorKind.BILLING),
        (403, "Arrearage", ErrorKind.BILLING),
        (401, "InvalidApiKey", ErrorKind.AUTH),
        (403, "AccessDenied", ErrorKind.AUTH),
        (403, "Model.AccessDenied", ErrorKind.AUTH),
        (404, "ModelNotFound", ErrorKind.DOWN),
        (429, "Throttling", ErrorKind.THROTTLED),
        (429, "Throttling.RateQuota", ErrorKind.THROTTLED),
        (429, "Throttling.AllocationQuota", ErrorKind.THROTTLED),
        (500, "InternalError", ErrorKind.TRANSIENT),
        (503, "SystemError", ErrorKind.TRANSIENT),
        (504, "New", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str, kind: ErrorKind) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.submitted(answer({"code": code, "message": "so", "request_id": "q"}, status))
    error = caught.value
    assert (error.kind, error.message) == (kind, f"Model Studio answered {status}: so")
    assert ("DASHSCOPE_BASE_URL" in error.hint) is (kind is ErrorKind.AUTH)


def test_a_task() -> None:
    assert ADAPTER.submitted(task("PENDING")) == JOB
    assert ADAPTER.poll(RemoteJob("a/7")) == Call("GET", "/tasks/a%2F7")
    assert ADAPTER.cancel(JOB) == Call("POST", "/tasks/t-7/cancel")
    odds: list[Any] = [{}, {"output": {}}, {"output": {"task_id": 7}}]
    for odd in odds:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(odd))


MESSAGE = {"message": {"content": [{"text": "x"}, {"image": "u"}]}}


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        (task("PENDING"), JobPhase.QUEUED, "unknown"),
        (task("SUSPENDED"), JobPhase.QUEUED, "unknown"),
        (task("RUNNING"), JobPhase.RUNNING, "unknown"),
        (task("MUSING"), JobPhase.RUNNING, "unknown"),
        (task("CANCELED"), JobPhase.CANCELED, "not billed"),
        (task("UNKNOWN"), JobPhase.FAILED, "unknown"),
        (task("FAILED"), JobPhase.FAILED, "not billed"),
        (
            task("FAILED", code="DataInspectionFailed", message="no"),
            JobPhase.REFUSED,
            "not billed",
        ),
        (
            answer({"code": "DataInspectionFailed", "output": {"task_status": "FAILED"}}),
            JobPhase.REFUSED,
            "not billed",
        ),
        (
            task("SUCCEEDED", results=[{"code": "DataInspectionFailed", "message": "no"}]),
            JobPhase.REFUSED,
            "not billed",
        ),
        (task("SUCCEEDED", video_url="u"), JobPhase.SUCCEEDED, "billed"),
        (
            task("SUCCEEDED", results=[{"code": "InternalError"}, {"url": "u"}]),
            JobPhase.SUCCEEDED,
            "billed",
        ),
        (task("SUCCEEDED", choices=[MESSAGE]), JobPhase.SUCCEEDED, "billed"),
        (task("SUCCEEDED"), JobPhase.FAILED, "billed"),
    ],
)
def test_statuses(told: Answer, phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(told, JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    assert [file.url for file in status.files] == ["u"] * (phase is JobPhase.SUCCEEDED)


def test_results() -> None:
    status = ADAPTER.status(task("SUCCEEDED", choices=[MESSAGE, MESSAGE]), JOB)
    assert isinstance(status, JobStatus)
    assert status.files == (RemoteFile("u", "image"),) * 2
    late = ADAPTER.status(task("FAILED", code="InvalidParameter", message="size"), JOB)
    assert isinstance(late, JobStatus)
    assert late.error is not None
    assert (late.error.kind, late.error.message) == (
        ErrorKind.INVALID,
        "Model Studio failed: size",
    )


NAMES = ["output", "task_id", "task_status", "video_url", "results", "url", "choices", "message"]
NAMES += ["content", "image", "code", "data", "upload_dir", "upload_host", "signature", "policy"]
JSON = odd_json(NAMES, ["SUCCEEDED", "FAILED", "UNKNOWN", "PENDING", "Throttling", "u"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 403, 404, 429, 500]), whole=st.booleans())
def test_any_answer_is_read_or_refused(data: Any, status: int, whole: bool) -> None:
    told = Answer(status, data if whole else {"output": data}, {})
    read_or_refused(
        told,
        ADAPTER.submitted,
        ADAPTER.is_accepted,
        or_misread=(
            partial(ADAPTER.status, job=JOB),
            lambda given: ADAPTER.continue_upload(FILM, given, 0),
        ),
    )


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeWan) -> None:
        super().__init__(folder, "wan", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_wav(folder / "voice.wav", 3.0)
        make_video(folder / "film.mp4", [(200, 30, 30)] * 48)

    def go(self, node: str, port: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, port))

    def cancel(self) -> bool:
        """Call off the one job, as a command does."""
        (job,) = self.home.journal.jobs()
        return self.act(lambda context: RemoteProvider(ADAPTER).cancel_job(job, context))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeWan(samples())
    with fake.serve() as server:
        monkeypatch.setenv("DASHSCOPE_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def clip(place: Place, **inputs: Any) -> RunReport:
    given = {"prompt": "a fox", "model": "wan/2.7-t2v", **inputs}
    return place.go("text_to_video", "video", **given)


def test_a_clip_costs_what_was_planned(place: Place) -> None:
    model = {"prompt": "a fox", "model": "wan/2.7-t2v", "resolution": "720p", "duration": 6}
    plan = place.plan(place.workflow("text_to_video", model, "video"))
    assert (plan.cost_low, plan.cost_high) == (Decimal("0.6"), Decimal("0.6"))
    report = clip(place, resolution="720p", duration=6)
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed, job.remote_id) == (JobState.STORED, "billed", "t-1")


def test_films_are_uploaded_once_for_each_model(place: Place) -> None:
    for model in ("wan/2.7-videoedit", "wan/2.7-i2v", "wan/2.7-videoedit"):
        for prompt in ("a fox", "a hare"):
            report = place.go(
                "video_to_video", "video", video="film.mp4", prompt=f"{prompt} {model}", model=model
            )
            assert report.exit_code == 0, report.failures
    film = (place.folder / "film.mp4").read_bytes()
    assert list(place.fake.stored.values()) == [film, film]


def test_a_set_of_pictures(place: Place) -> None:
    model = "wan/2.7-image"
    report = place.go("storyboard_images", "images", prompt="a fox", count=4, model=model)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 4


def test_a_picture_is_enlarged(place: Place) -> None:
    report = place.go("upscale", "image", image="1.png", model="wan/2.1-super-resolution")
    assert report.exit_code == 0, report.failures
    (task,) = place.fake.tasks.values()
    assert task.body["parameters"]["upscale_factor"] == 2


def test_a_waiting_clip_is_called_off_and_no_other(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Wan, "deadline", 0.0)
    place.fake.steps = ("PENDING",)
    clip(place)
    (task,) = place.fake.tasks.values()
    task.steps[0] = "RUNNING"
    with pytest.raises(TaskError, match="Only pending tasks"):
        place.cancel()
    task.steps[0] = "PENDING"
    assert place.cancel()
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == (JobState.CANCELED, "not billed")


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(500, after=True)])
def test_what_may_have_arrived_is_left_to_a_person(place: Place, lost: Reply) -> None:
    place.fake.script(VIDEO, lost)
    (failure,) = clip(place).failures
    assert "nobody knows whether wan has job" in failure.message
    assert len(place.fake.tasks) == 1


def test_too_many_requests_are_waited_for(place: Place) -> None:
    told = {"code": "Throttling.RateQuota", "message": "slowly", "request_id": "q"}
    place.fake.script(VIDEO, Reply(429, json=told), Reply(429, json=told))
    assert clip(place).exit_code == 0
    assert len(place.fake.tasks) == 1


def test_a_task_that_is_lost_is_not_sent_again(place: Place) -> None:
    lost = {"output": {"task_id": "t-1", "task_status": "UNKNOWN"}}
    place.fake.script("/tasks/t-1", Reply(json=lost))
    (failure,) = clip(place).failures
    # It may have been made and paid for: no other model is tried by itself.
    assert failure.kind == "local"
    assert "24 hours" in failure.message
    assert "Run again" in failure.hint
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [("forbidden", "refused"), ("unsafe", "refused"), ("broken", "transient")],
)
def test_what_comes_to_nothing_is_not_billed(place: Place, prompt: str, kind: str) -> None:
    (failure,) = clip(place, prompt=prompt).failures
    assert failure.kind == kind
    assert {job.billed for job in place.home.journal.jobs()} == {"not billed"}
