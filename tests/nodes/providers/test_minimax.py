"""MiniMax: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import contextlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, Image, TaskError
from engine.execute import RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.minimax import PROVIDER
from nodes.providers.minimax.adapter import MiniMax
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    NotTaken,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.webhooks import Challenge, Delivery, receive
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_minimax import KEY, FakeMiniMax, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = MiniMax()
MODELS = [model for model in catalogue().all() if model.provider == "minimax"]
IMAGE: Image = HANDLES["image"]
AUDIO, VIDEO = HANDLES["audio"], HANDLES["video"]
FIRST = RemoteJob("7", {"status": "/v1/query/video_generation?task_id=7"})
SECOND = RemoteJob(
    "7", {"status": "/v2/query/video_generation/7", "cancel": "/v2/video_generation/7"}
)
DATA: dict[str, list[Any]] = {
    "timbre_weights": [[{"voice_id": "a", "weight": 50}, {"voice_id": "b", "weight": 50}]],
    "pronunciation": [["omg/oh my god"]],
}


def sized(width: int, height: int) -> Image:
    return IMAGE.model_copy(update={"width": width, "height": height})


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        media = next(each for each in (IMAGE, AUDIO, VIDEO) if each.digest == digest)
        found = ADAPTER.start_upload(media)
        assert isinstance(found, Inline)
        return found


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


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, data, headers)


def coded(code: int, **more: Any) -> Answer:
    return answer({**more, "base_resp": {"status_code": code, "status_msg": "so"}})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, as_sent(call.json)) == [], (request, as_sent(call.json))
    assert len(requests) >= 3


PNG = "data:image/png;base64," + base64.b64encode(b"a file").decode()
MP4 = PNG.replace("image/png", "video/mp4")
WAV = PNG.replace("image/png", "audio/wav")


def picture(role: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": PNG}, "role": role}


H3 = {"model": "MiniMax-H3", "resolution": "768P", "duration": 5}
BODIES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "h3",
        "text_to_video",
        "/v2/video_generation",
        {"prompt": "a", "seconds": 6.2, "resolution": "2K"},
        {
            **H3,
            "resolution": "2K",
            "duration": 7,
            "ratio": "16:9",
            "content": [{"type": "text", "text": "a"}],
        },
    ),
    (
        "h3",
        "image_to_video",
        "/v2/video_generation",
        {"prompt": "a", "image": IMAGE, "last_image": IMAGE},
        {
            **H3,
            "content": [
                {"type": "text", "text": "a"},
                picture("first_frame"),
                picture("last_frame"),
            ],
        },
    ),
    (
        "h3",
        "video_to_video",
        "/v2/video_generation",
        {"prompt": "a", "video": VIDEO, "audio": AUDIO, "references": (IMAGE,)},
        {
            **H3,
            "content": [
                {"type": "text", "text": "a"},
                picture("reference_image"),
                {"type": "video_url", "video_url": {"url": MP4}, "role": "reference_video"},
                {"type": "audio_url", "audio_url": {"url": WAV}, "role": "reference_audio"},
            ],
        },
    ),
    (
        "h3-regeneration",
        "video_to_video",
        "/v2/video_regeneration",
        {"prompt": "a", "video": VIDEO},
        {
            "model": "MiniMax-H3",
            "resolution": "2K",
            "content": [
                {"type": "text", "text": "a"},
                {"type": "video_url", "video_url": {"url": MP4}, "role": "base_video"},
            ],
        },
    ),
    (
        "hailuo-02",
        "image_to_video",
        "/v1/video_generation",
        {"image": IMAGE, "last_image": IMAGE, "seconds": 8.0},
        {
            "model": "MiniMax-Hailuo-02",
            "resolution": "768P",
            "duration": 10,
            "first_frame_image": PNG,
            "last_frame_image": PNG,
        },
    ),
    (
        "s2v-01",
        "text_to_video",
        "/v1/video_generation",
        {"prompt": "a", "references": (IMAGE,)},
        {
            "model": "S2V-01",
            "prompt": "a",
            "subject_reference": [{"type": "character", "image": [PNG]}],
        },
    ),
    (
        "image-01",
        "storyboard_images",
        "/v1/image_generation",
        {"prompt": "a", "references": (IMAGE,), "count": 3, "aspect_ratio": "21:9", "seed": 4},
        {
            "model": "image-01",
            "response_format": "url",
            "prompt": "a",
            "n": 3,
            "aspect_ratio": "21:9",
            "seed": 4,
            "subject_reference": [{"type": "character", "image_file": PNG}],
        },
    ),
    (
        "speech-2.8-hd",
        "speech",
        "/v1/t2a_v2",
        {"prompt": "hello", "voice": "v", "speed": 1.5, "options": {"emotion": "calm"}},
        {
            "model": "speech-2.8-hd",
            "output_format": "url",
            "text": "hello",
            "voice_setting": {"voice_id": "v", "speed": 1.5, "emotion": "calm"},
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "kind", "path", "fields", "sent"), BODIES, ids=[f"{b[0]}-{b[1]}" for b in BODIES]
)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"minimax/{name}", **fields))
    assert (call.method, call.url, as_sent(call.json)) == ("POST", path, sent)


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("hailuo-2.3", "image_to_video", {"last_image": IMAGE}, "takes no last_image"),
        (
            "hailuo-2.3",
            "text_to_video",
            {"resolution": "1080p", "seconds": 10.0},
            "1080p needs duration 6",
        ),
        ("hailuo-02", "text_to_video", {"resolution": "512p"}, "needs resolution 768p or 1080p"),
        ("h3", "text_to_video", {"audio": AUDIO}, "audio needs references"),
        ("h3", "image_to_video", {"references": (IMAGE,)}, "takes no references"),
        ("h3", "image_to_video", {"image": sized(800, 300)}, "2.5 times as long"),
        ("hailuo-02", "image_to_video", {"last_image": sized(800, 310)}, "2.5 times as long"),
        ("hailuo-02", "image_to_video", {"image": sized(400, 300)}, "at least 301 pixels"),
        ("h3-max", "text_to_video", {"references": (IMAGE,)}, "takes no references"),
        ("speech-02-hd", "speech", {"speed": 1.5}, "speed needs voice"),
        ("image-01", "text_to_image", {"options": {"width": 512}}, "width needs height"),
        (
            "h3",
            "text_to_video",
            {"references": (IMAGE.model_copy(update={"size": 29_000_000}),) * 9},
            None,
        ),
        (
            "h3",
            "text_to_video",
            {
                "references": tuple(
                    IMAGE.model_copy(update={"size": 29_000_000, "digest": f"{n:064x}"})
                    for n in range(2)
                )
            },
            "larger than the 48 MB",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str | None
) -> None:
    usual = {"prompt": "a"} | ({"image": IMAGE} if kind == "image_to_video" else {})
    request = Request(kind, f"minimax/{name}", **{**usual, **fields})
    if complaint is None:
        call_of(request)
        return
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(request)
    assert caught.value.kind is ErrorKind.INVALID


def test_where_a_task_is_asked_about_and_taken_back() -> None:
    assert ADAPTER.job_named("7", "/v1/video_generation") == FIRST
    assert ADAPTER.job_named("7", "/v2/video_regeneration") == SECOND
    assert ADAPTER.cancel(FIRST) is None
    assert ADAPTER.cancel(SECOND) == Call("DELETE", "/v2/video_generation/7")
    phases = [phase for phase in JobPhase if ADAPTER.may_cancel(JobStatus(phase))]
    assert phases == [JobPhase.QUEUED]


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        *((code, ErrorKind.TRANSIENT) for code in (1000, 1001, 1024, 1033)),
        *((code, ErrorKind.THROTTLED) for code in (1002, 1039)),
        *((code, ErrorKind.AUTH) for code in (1004, 2049, 2061)),
        *((code, ErrorKind.BILLING) for code in (1008, 1028, 1030, 2056)),
        *((code, ErrorKind.REFUSED) for code in (1026, 1027)),
        *((code, ErrorKind.INVALID) for code in (1042, 2013, 9999)),
    ],
)
def test_errors_of_the_first_generation(code: int, kind: ErrorKind) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.submitted(coded(code))
    assert caught.value.kind is kind
    assert caught.value.message.startswith("MiniMax answered: so")
    # Of what may have come too late, nobody knows whether a task was begun.
    assert isinstance(caught.value, NotTaken) is (kind is not ErrorKind.TRANSIENT)
    assert (caught.value.retry_after is not None) is (kind is ErrorKind.THROTTLED)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, 2013, ErrorKind.INVALID),
        (401, 1004, ErrorKind.AUTH),
        (402, 1008, ErrorKind.BILLING),
        (422, 1026, ErrorKind.REFUSED),
        (429, 1002, ErrorKind.THROTTLED),
        (500, 1000, ErrorKind.TRANSIENT),
        (529, None, ErrorKind.THROTTLED),
    ],
)
@pytest.mark.parametrize("has_code", [True, False])
def test_errors_of_the_second_generation(
    status: int, code: int | None, kind: ErrorKind, has_code: bool
) -> None:
    message = f"no ({code})" if code and has_code else "no"
    told = {"type": "error", "error": {"type": "x", "message": message, "http_code": str(status)}}
    error = ADAPTER.error(answer(told, status))
    assert (error.kind, error.message) == (kind, f"MiniMax answered: {message}")


def test_errors_of_keys_name_the_other_region() -> None:
    assert "api.minimaxi.com" in ADAPTER.error(coded(1004)).hint
    assert not ADAPTER.is_accepted(coded(2049))
    assert not ADAPTER.is_accepted(answer({"error": {"message": "no (1004)"}}, 401))
    assert ADAPTER.is_accepted(answer({"items": []}))
    with pytest.raises(TaskError):
        ADAPTER.is_accepted(answer(None, 500))


def test_a_submission_gives_a_task() -> None:
    assert ADAPTER.submitted(coded(0, task_id="7")) == RemoteJob("7")
    assert ADAPTER.submitted(answer({"task_id": 7})) == RemoteJob("7")
    others: list[Any] = [None, [], {}, {"task_id": None}, {"task_id": True}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


@pytest.mark.parametrize(
    ("word", "phase"),
    [
        ("Preparing", JobPhase.QUEUED),
        ("Queueing", JobPhase.QUEUED),
        ("Processing", JobPhase.RUNNING),
        ("processing", JobPhase.RUNNING),
        ("Musing", JobPhase.RUNNING),
        ("Fail", JobPhase.FAILED),
        ("Failed", JobPhase.FAILED),
        ("Unknown", JobPhase.FAILED),
        ("queued", JobPhase.QUEUED),
        ("running", JobPhase.RUNNING),
        ("failed", JobPhase.FAILED),
        ("expired", JobPhase.FAILED),
        ("cancelled", JobPhase.CANCELED),
    ],
)
def test_statuses(word: str, phase: JobPhase) -> None:
    for told in ({"status": word, "task_id": "7"}, {"task": {"status": word, "id": "7"}}):
        status = ADAPTER.status(coded(0, **told), SECOND)
        assert isinstance(status, JobStatus)
        assert (status.phase, status.billed) == (phase, "unknown")


def test_late_refusals() -> None:
    first = ADAPTER.status(coded(1027, status="Fail", task_id="7"), FIRST)
    error = {"code": "1026", "message": "sensitive"}
    second = ADAPTER.status(answer({"task": {"status": "failed", "error": error}}), SECOND)
    for status in (first, second):
        assert isinstance(status, JobStatus)
        assert status.phase is JobPhase.REFUSED
    assert isinstance(second, JobStatus)
    assert second.message == "sensitive"
    with pytest.raises(TaskError) as caught:
        ADAPTER.status(coded(1002, status=""), FIRST)
    assert caught.value.kind is ErrorKind.THROTTLED


@pytest.mark.parametrize("file", [12, "12"])
def test_a_film_of_the_first_generation_takes_one_more_call(file: Any) -> None:
    call = ADAPTER.status(coded(0, status="Success", file_id=file), FIRST)
    assert call == Call("GET", "/v1/files/retrieve", params={"file_id": "12"})
    status = ADAPTER.status(coded(0, file={"download_url": "https://x/v"}), FIRST)
    assert isinstance(status, JobStatus)
    assert status.files == (RemoteFile("https://x/v", "video"),)
    assert status.billed == "billed"


def test_a_film_of_the_second_generation() -> None:
    told = {"task": {"status": "succeeded", "content": {"url": "https://x/v"}}}
    status = ADAPTER.status(answer(told), SECOND)
    assert isinstance(status, JobStatus)
    assert status.files == (RemoteFile("https://x/v", "video"),)
    told["task"].pop("content")
    empty = ADAPTER.status(answer(told), SECOND)
    assert isinstance(empty, JobStatus)
    assert empty.phase is JobPhase.FAILED


def test_what_is_made_at_once() -> None:
    urls = ["https://x/1", "https://x/2"]
    pictures = ADAPTER.submitted(coded(0, data={"image_urls": urls}))
    assert isinstance(pictures, JobStatus)
    assert [file.url for file in pictures.files] == urls
    blocked = ADAPTER.submitted(coded(0, data={"image_urls": []}, metadata={"success_count": "0"}))
    assert isinstance(blocked, JobStatus)
    assert (blocked.phase, blocked.billed) == (JobPhase.REFUSED, "unknown")
    speech = ADAPTER.submitted(coded(0, data={"audio": "https://x/a"}))
    assert isinstance(speech, JobStatus)
    assert speech.files == (RemoteFile("https://x/a", "audio"),)
    digits = ADAPTER.submitted(coded(0, data={"audio": b"RIFF".hex()}))
    assert isinstance(digits, JobStatus)
    (file,) = digits.files
    assert base64.b64decode(file.content) == b"RIFF"
    for other in ("", "no digits", None):
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(coded(0, data={"audio": other}))


NAMES = ["base_resp", "status_code", "status_msg", "task_id", "id", "status", "file_id", "file"]
NAMES += ["task", "content", "url", "error", "code", "message", "data", "audio", "image_urls"]
NAMES += ["metadata", "download_url", "challenge"]
JSON = odd_json(NAMES, ["Success", "succeeded", "failed", "Fail", "x (1026)", "https://x/a", "ff"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 422, 429, 500, 529]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(
        told, ADAPTER.submitted, partial(ADAPTER.status, job=FIRST), ADAPTER.is_accepted
    )
    with contextlib.suppress(TaskError):
        receive("minimax", json.dumps(data).encode(), {}, SecretStr(""), 0)


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_believed_only_that_there_is_something_to_ask_for() -> None:
    def read(told: Any) -> Any:
        return receive("minimax", json.dumps(told).encode(), {}, SecretStr(""), 0)

    assert read({"challenge": "c-1"}) == Challenge(b'{"challenge": "c-1"}')
    first = {"task_id": 7, "status": "success", "file_id": "12", "base_resp": {"status_code": 0}}
    second = {"task": {"id": "7", "status": "succeeded", "content": {"url": "https://evil"}}}
    for told in (first, second, {"id": "7", "status": "failed"}):
        assert read(told) == Delivery("7", "7", None)
    with pytest.raises(TaskError, match="names no task"):
        read({"status": "success"})


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeMiniMax) -> None:
        super().__init__(folder, "minimax", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_video(folder / "film.mp4", rate=4)
        make_wav(folder / "voice.wav", 3.0)

    def go(self, node: str, port: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeMiniMax(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_MINIMAX_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def clip(place: Place, model: str, **inputs: Any) -> RunReport:
    model = f"minimax/{model}"
    return place.go("text_to_video", "video", **{"prompt": "a fox", "model": model, **inputs})


@pytest.mark.parametrize("model", ["hailuo-2.3", "h3"])
def test_a_clip_of_each_generation(place: Place, model: str) -> None:
    report = clip(place, model)
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.remote_id) == ("billed", "900001")
    assert len(place.fake.tasks) == 1


def test_a_film_and_a_sound_to_go_by(place: Place) -> None:
    inputs = {"video": "film.mp4", "audio": "voice.wav", "references": ["1.png"]}
    report = place.go("video_to_video", "video", prompt="a", model="minimax/h3", **inputs)
    assert report.exit_code == 0, report.failures


def test_what_is_planned_for_hailuo(place: Place) -> None:
    inputs = {"prompt": "a", "model": "minimax/hailuo-2.3", "duration": 7}
    plan = place.plan(place.workflow("text_to_video", inputs, "video"))
    assert plan.cost_low == plan.cost_high == Decimal("0.56")


@pytest.mark.parametrize("model", ["hailuo-2.3", "h3"])
def test_a_link_that_expired_is_asked_for_anew(place: Place, model: str) -> None:
    place.fake.expired = 1
    report = clip(place, model)
    assert report.exit_code == 0, report.failures
    assert len(place.fake.tasks) == 1


def test_pictures_and_speech_are_there_at_once(place: Place) -> None:
    model = "minimax/image-01"
    report = place.go("storyboard_images", "images", prompt="a fox", count=3, model=model)
    assert len(report.outputs["images"]) == 3
    for hexadecimal in (False, True):
        place.fake.hex_instead = hexadecimal
        report = place.go("speech", "audio", text=f"{hexadecimal}", model="minimax/speech-2.8-hd")
        assert report.exit_code == 0, report.failures
    assert place.fake.made == 3
    assert {job.billed for job in place.home.journal.jobs()} == {"billed"}


def test_too_many_requests_are_waited_for(place: Place) -> None:
    busy = Reply(json={"base_resp": {"status_code": 1002, "status_msg": "rate limit"}})
    place.fake.script("/v1/video_generation", busy, busy, busy)
    report = clip(place, "hailuo-2.3")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize(
    "lost",
    [
        Reply(silent=True, after=True),
        Reply(json={"base_resp": {"status_code": 1001, "status_msg": "timeout"}}, after=True),
        Reply(500, after=True),
    ],
)
def test_what_nobody_knows_is_left_to_a_person(place: Place, lost: Reply) -> None:
    place.fake.script("/v1/video_generation", lost)
    for _ in range(2):
        (failure,) = clip(place, "hailuo-2.3").failures
        assert "nobody knows whether minimax has job" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTING
    place.home.journal.submitted(job, "900001", {})
    assert clip(place, "hailuo-2.3").exit_code == 0
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize("model", ["hailuo-2.3", "h3"])
@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "refused", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(
    place: Place, model: str, prompt: str, kind: str, billed: str
) -> None:
    (failure,) = clip(place, model, prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_blocked_pictures_are_refused(place: Place) -> None:
    report = place.go("text_to_image", "image", prompt="unsafe", model="minimax/image-01")
    assert report.failures[0].kind == "refused"


def called_off(place: Place) -> bool:
    (job,) = place.home.journal.jobs()

    async def cancel() -> bool:
        async with place.engine.outside() as context:
            return await PROVIDER.cancel_job(job, context)

    return anyio.run(cancel)


@pytest.mark.parametrize(("model", "is_canceled"), [("h3", True), ("hailuo-2.3", False)])
def test_a_queued_task_can_be_taken_back(place: Place, model: str, is_canceled: bool) -> None:
    busy = "/v2/query/video_generation/900001" if is_canceled else "/v1/query/video_generation"
    place.fake.script(busy, Reply(401))
    assert clip(place, model).exit_code != 0
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTED
    place.fake.tasks["900001"].steps.appendleft("queued")
    assert called_off(place) is is_canceled
    expected = JobState.CANCELED if is_canceled else JobState.SUBMITTED
    assert place.home.journal.get(job.id).state is expected


def test_a_film_that_is_made_is_not_deleted_by_calling_it_off(place: Place) -> None:
    place.fake.script("/v2/query/video_generation/900001", Reply(401))
    assert clip(place, "h3").exit_code != 0
    place.fake.tasks["900001"].steps = deque(["succeeded"])
    assert not called_off(place)
    assert clip(place, "h3").exit_code == 0
    assert list(place.fake.tasks) == ["900001"]
