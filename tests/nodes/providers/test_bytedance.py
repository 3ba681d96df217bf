"""ModelArk: what is sent, what is made of the answers, and runs at the strict copy of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from engine.store import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.bytedance.adapter import ByteDance
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    RemoteFile,
    RemoteJob,
    SparesTheRunning,
)
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_bytedance import (
    DRAWING,
    FILMING,
    IMAGES,
    KEY,
    ROOT,
    TASKS,
    FakeByteDance,
    drawing_faults,
    filming_faults,
)
from tests.support.loopback import Reply
from tests.support.media import make_image, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = ByteDance()
MODELS = [model for model in catalogue().all() if model.provider == "bytedance"]
IMAGE, AUDIO, VIDEO = HANDLES["image"], HANDLES["audio"], HANDLES["video"]
FILM = "https://example.com/film.mp4"
JOB = RemoteJob("cgt-7")
PNG = "data:image/png;base64," + base64.b64encode(b"a file").decode()
WAV = "data:audio/wav;base64," + base64.b64encode(b"a file").decode()


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        media = next(each for each in (IMAGE, AUDIO) if each.digest == digest)
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


def body(name: str, kind: Any, **fields: Any) -> Any:
    return as_sent(call_of(Request(kind, f"bytedance/{name}", **fields)).json)


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, data, headers)


def wrong(code: str, status: int = 400) -> Answer:
    return answer({"error": {"code": code, "message": "so", "param": "", "type": "x"}}, status)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, {}))
    assert len(requests) >= 2
    for request in requests:
        call = call_of(request)
        sent = as_sent(call.json)
        # A person may name an endpoint of the account, which says nothing of the model.
        sent["model"] = model.constants["model"]
        faults = drawing_faults if call.url == IMAGES else filming_faults
        assert faults(sent) == [], (request, sent)


def test_every_model_is_there() -> None:
    known = {model.constants["model"] for model in MODELS}
    assert known == DRAWING.keys() | FILMING.keys()


PICTURE = {"response_format": "url", "watermark": False}
FIRST = {"type": "image_url", "image_url": {"url": PNG}, "role": "first_frame"}
LAST = {"type": "image_url", "image_url": {"url": PNG}, "role": "last_frame"}
TEXT = {"type": "text", "text": "a"}
BODIES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "seedream-4.0",
        "text_to_image",
        {"prompt": "a", "aspect_ratio": "16:9"},
        {"model": "seedream-4-0-250828", "prompt": "a", "size": "2688x1512", **PICTURE},
    ),
    (
        "seedream-4.0",
        "image_to_image",
        {"prompt": "a", "image": IMAGE, "references": (IMAGE,), "resolution": "4K"},
        {
            "model": "seedream-4-0-250828",
            "prompt": "a",
            "image": [PNG, PNG],
            "size": "4K",
            **PICTURE,
        },
    ),
    (
        "seedream-4.5",
        "storyboard_images",
        {"prompt": "a", "count": 3, "references": (IMAGE,)},
        {
            "model": "seedream-4-5-251128",
            "prompt": "Exactly 3 pictures. a",
            "image": [PNG],
            "sequential_image_generation": "auto",
            "sequential_image_generation_options": {"max_images": 3},
            **PICTURE,
        },
    ),
    (
        "seedream-5.0-lite",
        "text_to_image",
        {"prompt": "a", "options": {"web_search": True, "thinking": "auto", "watermark": True}},
        {
            "model": "seedream-5-0-260128",
            "prompt": "a",
            "tools": [{"type": "web_search"}],
            "optimize_prompt_options": {"thinking": "auto"},
            "response_format": "url",
            "watermark": True,
        },
    ),
    (
        "seedream-5.0-pro",
        "text_to_image",
        {"prompt": "a", "aspect_ratio": "1:1", "options": {"model_id": "ep-1"}},
        {"model": "ep-1", "prompt": "a", "size": "1024x1024", **PICTURE},
    ),
    (
        "seededit-3.0",
        "image_to_image",
        {"prompt": "a", "image": IMAGE},
        {
            "model": "seededit-3-0-i2i-250628",
            "prompt": "a",
            "image": PNG,
            "size": "adaptive",
            **PICTURE,
        },
    ),
    (
        "seedance-2.0",
        "image_to_video",
        {
            "prompt": "a",
            "image": IMAGE,
            "last_image": IMAGE,
            "seconds": 5.2,
            "resolution": "4K",
            "aspect_ratio": "auto",
        },
        {
            "model": "dreamina-seedance-2-0-260128",
            "content": [TEXT, FIRST, LAST],
            "duration": 6,
            "resolution": "4k",
            "ratio": "adaptive",
        },
    ),
    (
        "seedance-2.0",
        "text_to_video",
        {
            "prompt": "a",
            "references": (IMAGE,),
            "audio": AUDIO,
            "options": {
                "reference_image_urls": ["asset://a-1"],
                "reference_video_urls": [FILM],
                "reference_audio_urls": ["https://example.com/a.mp3"],
            },
        },
        {
            "model": "dreamina-seedance-2-0-260128",
            "content": [
                TEXT,
                {"type": "image_url", "image_url": {"url": PNG}, "role": "reference_image"},
                {
                    "type": "image_url",
                    "image_url": {"url": "asset://a-1"},
                    "role": "reference_image",
                },
                {"type": "video_url", "video_url": {"url": FILM}, "role": "reference_video"},
                {"type": "audio_url", "audio_url": {"url": WAV}, "role": "reference_audio"},
                {
                    "type": "audio_url",
                    "audio_url": {"url": "https://example.com/a.mp3"},
                    "role": "reference_audio",
                },
            ],
        },
    ),
    (
        "seedance-1.5-pro",
        "image_to_video",
        {"image": IMAGE, "seed": 7, "options": {"service_tier": "flex", "generate_audio": False}},
        {
            "model": "seedance-1-5-pro-251215",
            "content": [FIRST],
            "seed": 7,
            "service_tier": "flex",
            "generate_audio": False,
        },
    ),
    (
        "seedance-2.0-mini",
        "text_to_video",
        {"prompt": "a", "options": {"web_search": True}},
        {
            "model": "dreamina-seedance-2-0-mini-260615",
            "content": [TEXT],
            "tools": [{"type": "web_search"}],
        },
    ),
]


@pytest.mark.parametrize(
    ("name", "kind", "fields", "sent"), BODIES, ids=[f"{b[0]}-{b[1]}" for b in BODIES]
)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: Any) -> None:
    assert body(name, kind, **fields) == sent


def test_where_it_is_sent_and_how_long_an_answer_is_waited_for() -> None:
    picture = call_of(Request("text_to_image", "bytedance/seedream-4.0", prompt="a"))
    assert (picture.method, picture.url, picture.patience) == ("POST", IMAGES, 600)
    assert picture.headers == {"X-Client-Request-Id": "k-1"}
    story = Request("storyboard_images", "bytedance/seedream-4.0", prompt="a", count=4)
    assert call_of(story).patience == 840
    clip = call_of(Request("text_to_video", "bytedance/seedance-2.0", prompt="a"))
    assert (clip.url, clip.patience) == (TASKS, 60)


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("seedream-4.0", "storyboard_images", {}, "needs count"),
        (
            "seedream-4.0",
            "storyboard_images",
            {"count": 8, "references": (IMAGE,) * 8},
            "at most 15 together, not 16",
        ),
        (
            "seedream-5.0-pro",
            "image_to_image",
            {"image": IMAGE, "references": (IMAGE,) * 10},
            "at most 10 together, not 11",
        ),
        ("seedream-5.0-pro", "storyboard_images", {"count": 2, "seed": 1}, "takes no seed"),
        (
            "seedream-5.0-pro",
            "image_to_image",
            {"image": IMAGE, "options": {"background": "transparent"}},
            "needs output_format png",
        ),
        (
            "seedream-4.0",
            "image_to_image",
            {"image": IMAGE.model_copy(update={"size": 11_000_000})},
            "at most 10 MB",
        ),
        (
            "seedream-4.0",
            "image_to_image",
            {"image": IMAGE.model_copy(update={"width": 7000, "height": 6000})},
            "at most 36 million pixels, not 42.0",
        ),
        (
            "seedream-4.0",
            "image_to_image",
            {"image": IMAGE.model_copy(update={"width": 1700, "height": 100})},
            "at most 16 times as long as wide",
        ),
        ("seedance-2.0", "image_to_video", {"image": IMAGE, "seed": 1}, "takes no seed"),
        (
            "seedance-2.0",
            "image_to_video",
            {"image": IMAGE, "references": (IMAGE,)},
            "takes no references",
        ),
        (
            "seedance-2.0",
            "image_to_video",
            {"image": IMAGE, "options": {"reference_video_urls": [FILM]}},
            "does not go with reference_video_urls",
        ),
        ("seedance-2.0", "text_to_video", {"audio": AUDIO}, "audio .* needs references"),
        (
            "seedance-2.0",
            "text_to_video",
            {"options": {"reference_video_urls": [FILM] * 4}},
            "at most 3 addresses",
        ),
        ("seedance-2.5", "image_to_video", {"image": IMAGE, "aspect_ratio": "1:1"}, "aspect_ratio"),
        ("seedance-2.5", "text_to_video", {"options": {"task": "edit"}}, "reference_video_urls"),
        (
            "seedance-2.0",
            "image_to_video",
            {"image": IMAGE.model_copy(update={"width": 2000, "height": 700})},
            "at most 2.5 times",
        ),
        ("seedance-2.0", "text_to_video", {"seconds": 16.0}, "at most 15"),
        ("seedance-1.5-pro", "text_to_video", {"options": {"draft": True}}, "resolution 480p"),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        body(name, kind, **{"prompt": "a", **fields})
    assert caught.value.kind is ErrorKind.INVALID


def test_how_inputs_stand_in_a_request() -> None:
    found = ADAPTER.start_upload(AUDIO.model_copy(update={"media_type": "audio/mpeg"}))
    assert isinstance(found, Inline)
    assert found.prefix == "data:audio/mp3;base64,"
    for media in (VIDEO, AUDIO.model_copy(update={"media_type": "audio/flac"})):
        with pytest.raises(TaskError, match="takes no"):
            ADAPTER.start_upload(media)


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "MissingParameter", ErrorKind.INVALID),
        (400, "InvalidParameter", ErrorKind.INVALID),
        (400, "InvalidParameter.TaskTypeConstraint", ErrorKind.INVALID),
        (400, "InvalidEndpoint.ClosedEndpoint", ErrorKind.DOWN),
        (400, "InputTextSensitiveContentDetected", ErrorKind.REFUSED),
        (400, "InputImageSensitiveContentDetected.PrivacyInformation", ErrorKind.REFUSED),
        (400, "InputVideoSensitiveContentDetected", ErrorKind.REFUSED),
        (400, "InputAudioSensitiveContentDetected", ErrorKind.REFUSED),
        (400, "OutputImageSensitiveContentDetected", ErrorKind.REFUSED),
        (400, "OutputVideoSensitiveContentDetected.PolicyViolation", ErrorKind.REFUSED),
        (400, "OutputAudioSensitiveContentDetected.PolicyViolation", ErrorKind.REFUSED),
        (400, "SensitiveContentDetected.SevereViolation", ErrorKind.REFUSED),
        (400, "InputTextRiskDetection", ErrorKind.REFUSED),
        (400, "OutputImageRiskDetection", ErrorKind.REFUSED),
        (401, "AuthenticationError", ErrorKind.AUTH),
        (403, "AccessDenied", ErrorKind.AUTH),
        (403, "AccountOverdueError", ErrorKind.BILLING),
        (404, "InvalidEndpoint.NotFound", ErrorKind.DOWN),
        (404, "ModelNotOpen", ErrorKind.AUTH),
        (404, "UnsupportedModel", ErrorKind.DOWN),
        (429, "RateLimitExceeded.EndpointRPMExceeded", ErrorKind.THROTTLED),
        (429, "RateLimitExceeded.EndpointTPMExceeded", ErrorKind.THROTTLED),
        (429, "ModelAccountRpmRateLimitExceeded", ErrorKind.THROTTLED),
        (429, "ModelAccountTpmRateLimitExceeded", ErrorKind.THROTTLED),
        (429, "QuotaExceeded", ErrorKind.BILLING),
        (429, "ModelLoadingError", ErrorKind.THROTTLED),
        (429, "ServerOverloaded", ErrorKind.THROTTLED),
        (429, "SomethingNew", ErrorKind.THROTTLED),
        (500, "InternalServiceError", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str, kind: ErrorKind) -> None:
    with pytest.raises(TaskError) as caught:
        ADAPTER.submitted(wrong(code, status))
    assert (caught.value.kind, caught.value.message) == (kind, f"ModelArk answered {status}: so")


def test_errors_say_what_to_do() -> None:
    def hint(code: str) -> str:
        return ADAPTER.error(wrong(code)).hint

    assert "console" in hint("ModelNotOpen")
    assert "real person" in hint("InputImageSensitiveContentDetected.PrivacyInformation")
    assert "ark.cn-beijing.volces.com" in hint("AuthenticationError")
    assert "credit" in hint("AccountOverdueError")


def made(told: Any) -> JobStatus:
    status = ADAPTER.submitted(answer(told))
    assert isinstance(status, JobStatus)
    return status


def test_pictures() -> None:
    unsafe = {"error": {"code": "OutputImageSensitiveContentDetected", "message": "no"}}
    broken = {"error": {"code": "InternalServiceError", "message": "oh"}}
    some = made({"model": "m", "created_at": 1, "data": [unsafe, {"url": "u"}, {"url": "v"}]})
    assert (some.phase, some.billed) == (JobPhase.SUCCEEDED, "billed")
    assert some.files == (RemoteFile("u", "image"), RemoteFile("v", "image"))
    assert made({"data": [{"b64_json": "aGk="}]}).files[0].content == "aGk="
    none = made({"data": [unsafe, broken]})
    assert (none.phase, none.message, none.billed) == (JobPhase.REFUSED, "no", "not billed")
    fault = made({"data": [broken]})
    assert (fault.phase, fault.error, fault.billed) == (JobPhase.FAILED, None, "not billed")
    asked = made({"data": [], "error": {"code": "InvalidParameter.Size", "message": "size"}})
    assert asked.error is not None
    assert (asked.error.kind, asked.billed) == (ErrorKind.INVALID, "not billed")
    odds: list[Any] = [{}, {"data": []}, {"data": [{}]}, []]
    for odd in odds:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(odd))


def test_a_task() -> None:
    assert ADAPTER.submitted(answer({"id": "cgt-7", "safety_identifier": "x"})) == JOB
    assert ADAPTER.poll(RemoteJob("a/7")) == Call("GET", f"{TASKS}/a%2F7")
    assert ADAPTER.cancel(JOB) == Call("DELETE", f"{TASKS}/cgt-7")
    assert isinstance(ADAPTER, SparesTheRunning)
    phases = [phase for phase in JobPhase if ADAPTER.may_cancel(JobStatus(phase))]
    assert phases == [JobPhase.QUEUED]


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "queued"}, JobPhase.QUEUED, "unknown"),
        ({"status": "running"}, JobPhase.RUNNING, "unknown"),
        ({"status": "musing"}, JobPhase.RUNNING, "unknown"),
        ({"status": "cancelled"}, JobPhase.CANCELED, "not billed"),
        ({"status": "expired"}, JobPhase.FAILED, "unknown"),
        ({"status": "failed"}, JobPhase.FAILED, "not billed"),
        (
            {"status": "failed", "error": {"code": "InputTextRiskDetection", "message": "no"}},
            JobPhase.REFUSED,
            "not billed",
        ),
        ({"status": "succeeded", "content": {"video_url": "u"}}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "succeeded", "content": {"file_url": "u"}}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "succeeded"}, JobPhase.FAILED, "billed"),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(answer({"id": "cgt-7", **told}), JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    assert not status.files or status.files == (RemoteFile("u", "video"),)


NAMES = ["id", "status", "content", "video_url", "file_url", "data", "url", "b64_json", "error"]
NAMES += ["code", "message", "param", "type", "items", "usage"]
JSON = odd_json(NAMES, ["succeeded", "failed", "expired", "InvalidParameter", "u", "aGk="])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 403, 404, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(
        told, or_misread=(ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    )


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeByteDance) -> None:
        super().__init__(folder, "bytedance", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_wav(folder / "voice.wav", 3.0)

    def go(self, node: str, port: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, port))

    def cancel(self) -> bool:
        """Call off the one job, as a command does."""
        (job,) = self.home.journal.jobs()
        return self.act(lambda context: RemoteProvider(ADAPTER).cancel_job(job, context))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeByteDance(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_BYTEDANCE_BASE_URL", server.url + ROOT)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def clip(place: Place, **inputs: Any) -> RunReport:
    given = {"prompt": "a fox", "model": "bytedance/seedance-2.0", **inputs}
    return place.go("text_to_video", "video", **given)


def picture(place: Place, **inputs: Any) -> RunReport:
    given = {"prompt": "a fox", "model": "bytedance/seedream-4.5", **inputs}
    return place.go("text_to_image", "image", **given)


def test_a_clip(place: Place) -> None:
    report = clip(place, references=["1.png"], audio="voice.wav")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed, job.remote_id) == (JobState.STORED, "billed", "cgt-1")


def test_a_picture(place: Place) -> None:
    assert picture(place, references=["1.png"]).exit_code == 0
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == (JobState.STORED, "billed")
    assert place.fake.drawn == 1


@pytest.mark.parametrize(("prompt", "number"), [("a fox", 4), ("partly", 3)])
def test_a_set_of_pictures(place: Place, prompt: str, number: int) -> None:
    model = "bytedance/seedream-4.0"
    report = place.go("storyboard_images", "images", prompt=prompt, count=4, model=model)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == place.fake.drawn == number


def test_a_queued_clip_is_called_off_and_no_other(place: Place) -> None:
    adapter_deadline = ByteDance.deadline
    place.fake.steps = ("queued",)
    try:
        ByteDance.deadline = 0.0
        clip(place)
    finally:
        ByteDance.deadline = adapter_deadline
    (task,) = place.fake.tasks.values()
    task.steps.append("running")
    task.steps.popleft()
    assert not place.cancel()
    task.steps[0] = "succeeded"
    assert not place.cancel()
    assert task.id in place.fake.tasks
    task.steps[0] = "queued"
    assert place.cancel()
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == (JobState.CANCELED, "not billed")


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(500, after=True)])
def test_what_may_have_arrived_is_left_to_a_person(place: Place, lost: Reply) -> None:
    place.fake.script(IMAGES, lost)
    (failure,) = picture(place).failures
    assert "nobody knows whether bytedance has job" in failure.message
    assert place.fake.drawn == 1


def test_too_many_requests_are_waited_for(place: Place) -> None:
    told = {"error": {"code": "RateLimitExceeded.EndpointRPMExceeded", "message": "slowly"}}
    place.fake.script(TASKS, Reply(429, json=told), Reply(429, json=told))
    assert clip(place).exit_code == 0
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize(
    ("make", "prompt", "kind"),
    [
        (clip, "forbidden", "refused"),
        (clip, "unsafe", "refused"),
        (clip, "broken", "transient"),
        (picture, "forbidden", "refused"),
        (picture, "unsafe", "refused"),
    ],
)
def test_what_comes_to_nothing_is_not_billed(
    place: Place, make: Any, prompt: str, kind: str
) -> None:
    (failure,) = make(place, prompt=prompt).failures
    assert failure.kind == kind
    assert {job.billed for job in place.home.journal.jobs()} == {"not billed"}
    assert place.fake.drawn == 0
