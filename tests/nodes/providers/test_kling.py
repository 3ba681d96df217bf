"""Kling: what is sent, what is made of the answers, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError, Video
from engine.execute import RunReport
from nodes.models import ModelInfo, catalogue
from nodes.providers.kling.adapter import Kling
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    LooksUp,
    NotTaken,
    RemoteFile,
    RemoteJob,
    Signs,
)
from nodes.remote.session import MISREAD
from nodes.remote.webhooks import Delivery, receive, webhook_of
from nodes.requests import Request
from tests.support.every_model import HANDLES
from tests.support.fake_kling import (
    ACCESS,
    KEY,
    LEGACY,
    SECRET,
    WEBHOOK_SECRET,
    FakeKling,
    faults_of,
)
from tests.support.loopback import Reply
from tests.support.media import make_image, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Kling()
MODELS = [model for model in catalogue().all() if model.provider == "kling"]
IMAGE, AUDIO = HANDLES["image"], HANDLES["audio"]
FILM = "https://example.com/film.mp4"
JOB = RemoteJob("7", {"status": "/tasks?task_ids=7"})
DATA: dict[str, list[Any]] = {
    "elements": [["el-1"], ["el-1", "el-2"]],
    "voices": [["vo-1", "vo-2"]],
    "camera_control": ["down_back", {"type": "simple", "config": {"zoom": 5}}],
    "dynamic_masks": [[{"mask": "aGk=", "trajectories": [{"x": 0, "y": 0}, {"x": 9, "y": 9}]}]],
    "multi_prompt": [[{"index": 1, "prompt": "a fox", "duration": "5"}]],
}


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        media = next(each for each in (IMAGE, AUDIO) if each.digest == digest)
        found = ADAPTER.start_upload(media)
        assert isinstance(found, Inline)
        return found


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"kling/{name}")
    assert found is not None
    return found


def call_of(request: Request, key: str = "k-1") -> Call:
    return ADAPTER.submit(model_of(request.model[6:]), request, Inputs(), key)


def as_sent(value: Any) -> Any:
    """Return a body as the service reads it."""
    if isinstance(value, Inline):
        return value.prefix + base64.b64encode(b"a file").decode()
    if isinstance(value, Mapping):
        return {name: as_sent(item) for name, item in value.items()}
    return [as_sent(item) for item in value] if isinstance(value, list) else value


def body(name: str, kind: Any = None, **fields: Any) -> Any:
    request = Request(kind or model_of(name).kinds[0], f"kling/{name}", **fields)
    return as_sent(call_of(request).json)


def answer(data: Any, status: int = 200, code: int = 0, **headers: str) -> Answer:
    return Answer(status, {"code": code, "message": "so", "data": data}, headers)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    number = 0
    for number, request in enumerate(requests_of(model, DATA), start=1):
        if model.id == "kling/lip-sync":
            prepared = ADAPTER.prepare(model, request, [faces()])
            assert isinstance(prepared, Request)
            request = prepared
        call = call_of(request, f"k-{number}")
        found = faults_of(call.url, as_sent(call.json))
        assert found == [], (request, as_sent(call.json))
    assert number >= 2


def faces(*starts: int) -> Answer:
    seen = [{"face_id": f"f-{n}", "start_time": s} for n, s in enumerate(starts or (0,))]
    return answer({"session_id": "s-1", "face_data": seen})


B64 = base64.b64encode(b"a file").decode()
NEW = {"options": {"external_task_id": "k-1"}}
OLD = {"external_task_id": "k-1"}
BODIES: list[tuple[str, str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "3.0",
        "text_to_video",
        "/text-to-video/kling-3.0",
        {"prompt": "a", "seconds": 6.2, "resolution": "4K", "options": {"sound": "native"}},
        {
            "prompt": "a",
            "settings": {"resolution": "4k", "duration": 7, "audio": "native", "multi_shot": False},
            **NEW,
        },
    ),
    (
        "3.0",
        "image_to_video",
        "/image-to-video/kling-3.0",
        {"prompt": "a", "image": IMAGE, "last_image": IMAGE, "options": {"elements": ["e"]}},
        {
            "contents": [
                {"type": "prompt", "text": "a"},
                {"type": "first_frame", "url": B64},
                {"type": "last_frame", "url": B64},
                {"type": "element", "element_id": "e", "id": "element_1"},
            ],
            "settings": {"resolution": "720p", "duration": 5, "audio": "off", "multi_shot": False},
            **NEW,
        },
    ),
    (
        "3.0-omni",
        "text_to_video",
        "/omni-video/kling-3.0-omni",
        {"prompt": "a", "references": (IMAGE, IMAGE)},
        {
            "contents": [
                {"type": "prompt", "text": "a"},
                {"type": "refer_image", "url": B64},
                {"type": "refer_image", "url": B64},
            ],
            "settings": {
                "resolution": "720p",
                "duration": 5,
                "audio": "off",
                "multi_shot": False,
                "aspect_ratio": "16:9",
            },
            **NEW,
        },
    ),
    (
        "v1-6",
        "image_to_video",
        "/v1/videos/image2video",
        {
            "prompt": "a",
            "image": IMAGE,
            "seconds": 6.0,
            "options": {"camera_control": "down_back", "watermark": True},
        },
        {
            "model_name": "kling-v1-6",
            "mode": "std",
            "prompt": "a",
            "image": B64,
            "duration": "10",
            "camera_control": {"type": "down_back"},
            "watermark_info": {"enabled": True},
            **OLD,
        },
    ),
    (
        "video-o1-edit",
        "text_to_video",
        "/v1/videos/omni-video",
        {
            "prompt": "a",
            "resolution": "720p",
            "options": {"base_video": FILM, "keep_original_sound": "yes"},
        },
        {
            "model_name": "kling-video-o1",
            "mode": "std",
            "prompt": "a",
            "video_list": [{"video_url": FILM, "refer_type": "base", "keep_original_sound": "yes"}],
            **OLD,
        },
    ),
    (
        "image-v3-omni-series",
        "storyboard_images",
        "/v1/images/omni-image",
        {"prompt": "a", "count": 3, "references": (IMAGE,), "resolution": "4K"},
        {
            "model_name": "kling-v3-omni",
            "result_type": "series",
            "series_amount": 3,
            "prompt": "a",
            "image_list": [{"image": B64}],
            "resolution": "4k",
        },
    ),
    (
        "effects",
        "image_to_video",
        "/v1/videos/effects",
        {"image": IMAGE, "references": (IMAGE,), "options": {"effect_scene": "hug"}},
        {"effect_scene": "hug", "input": {"images": [B64, B64]}, **OLD},
    ),
    (
        "effects",
        "image_to_video",
        "/v1/videos/effects",
        {"image": IMAGE, "options": {"effect_scene": "bloom"}},
        {"effect_scene": "bloom", "input": {"image": B64}, **OLD},
    ),
    (
        "v1-6-multi-image",
        "text_to_video",
        "/v1/videos/multi-image2video",
        {"prompt": "a", "references": (IMAGE, IMAGE)},
        {
            "model_name": "kling-v1-6",
            "prompt": "a",
            "image_list": [{"image": B64}, {"image": B64}],
            **OLD,
        },
    ),
    (
        "extend",
        "text_to_video",
        "/v1/videos/video-extend",
        {"prompt": "a", "options": {"video_id": "v-1"}},
        {"prompt": "a", "video_id": "v-1", **OLD},
    ),
    (
        "avatar",
        "lip_sync",
        "/v1/videos/avatar/image2video",
        {"image": IMAGE, "audio": AUDIO, "options": {"mode": "pro"}},
        {"image": B64, "sound_file": B64, "mode": "pro", **OLD},
    ),
    (
        "tts",
        "speech",
        "/v1/audio/tts",
        {"prompt": "hello", "voice": "v", "language": "en", "speed": 1.2},
        {"text": "hello", "voice_id": "v", "voice_language": "en", "voice_speed": 1.2},
    ),
]


@pytest.mark.parametrize(
    ("name", "kind", "path", "fields", "sent"), BODIES, ids=[f"{b[0]}-{b[1]}" for b in BODIES]
)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"kling/{name}", **fields))
    assert (call.method, call.url, as_sent(call.json)) == ("POST", path, sent)


def test_a_face_is_looked_for_before_it_speaks_and_that_is_paid_for() -> None:
    assert isinstance(ADAPTER, LooksUp)
    model = model_of("lip-sync")
    options = {"film": "v-1", "face": 2, "sound_volume": 1.5}
    request = Request("lip_sync", model.id, audio=AUDIO, options=options)
    look = ADAPTER.prepare(model, request, [])
    assert isinstance(look, Call)
    assert (look.url, look.json, look.is_paid) == (
        "/v1/videos/identify-face",
        {"video_id": "v-1"},
        True,
    )
    prepared = ADAPTER.prepare(model, request, [faces(0, 900)])
    assert isinstance(prepared, Request)
    (choice,) = as_sent(call_of(prepared).json)["face_choose"]
    assert choice == {
        "face_id": "f-1",
        "sound_file": B64,
        "sound_start_time": 0,
        "sound_end_time": 4000,
        "sound_insert_time": 900,
        "sound_volume": 1.5,
    }
    with pytest.raises(TaskError, match="no face 2"):
        ADAPTER.prepare(model, request, [faces(0)])
    # After a crash the body is taken from the journal; what stands in for it must not fail.
    assert call_of(request).url == "/v1/videos/advanced-lip-sync"


def moved(**how: Any) -> dict[str, Any]:
    return {"type": "simple", "config": how}


@pytest.mark.parametrize("camera", ["down_back", moved(zoom=-10), moved(zoom=0.5, pan=0)])
def test_the_camera_moves_in_one_way(camera: Any) -> None:
    sent = body("v3", "text_to_video", prompt="a", options={"camera_control": camera})
    told = {"type": camera} if isinstance(camera, str) else camera
    assert sent["camera_control"] == told


@pytest.mark.parametrize(("name", "most"), [("3.0", 3072), ("3.0-omni", 3072), ("2.6", 2500)])
def test_words_are_as_many_as_the_model_takes(name: str, most: int) -> None:
    assert body(name, "text_to_video", prompt="a" * most)
    with pytest.raises(TaskError, match=f"at most {most} characters"):
        body(name, "text_to_video", prompt="a" * (most + 1))


@pytest.mark.parametrize(
    ("voices", "a_second"), [({}, Decimal("0.14")), ({"voices": ["v-1"]}, Decimal("0.168"))]
)
def test_a_voice_that_is_chosen_costs_more(voices: dict[str, Any], a_second: Decimal) -> None:
    options = {"sound": "native", **voices}
    price = model_of("2.6").estimate({"resolution": "1080p", "seconds": 5, "options": options})
    assert (price.low, price.high) == (5 * a_second, 5 * a_second)


@pytest.mark.parametrize(
    ("name", "fields", "complaint"),
    [
        ("2.6", {"last_image": IMAGE}, "last_image needs resolution 1080p"),
        ("2.6", {"options": {"sound": "native"}}, "sound native needs resolution 1080p"),
        ("3.0-turbo", {"last_image": IMAGE}, "takes no last_image"),
        ("v2-6", {"last_image": IMAGE}, "last_image needs mode pro"),
        (
            "v1",
            {"last_image": IMAGE, "options": {"camera_control": "down_back"}},
            "does not go with camera_control",
        ),
        ("v2-6", {"options": {"sound": "on"}}, "sound on needs mode pro"),
        ("v3", {"options": {"camera_control": "sideways"}}, "camera_control is"),
        ("v3", {"options": {"camera_control": {"type": "simple"}}}, "camera_control is"),
        ("v3", {"options": {"camera_control": moved(zoom=5, pan=1)}}, "camera_control is"),
        ("v3", {"options": {"camera_control": moved(zoom=11)}}, "camera_control is"),
        ("v3", {"options": {"camera_control": moved(zoom="far")}}, "camera_control is"),
        ("v3", {"options": {"camera_control": moved(sideways=1)}}, "camera_control is"),
        ("o1", {"seconds": 7.0}, "needs duration 5 or 10"),
        ("o1", {"last_image": IMAGE, "references": (IMAGE,)}, "does not go with references"),
        ("3.0-omni", {"references": (IMAGE,) * 7}, "at most 7"),
        ("3.0-omni", {"options": {"elements": ["a"] * 4}}, "at most 3"),
        ("3.0", {"image": IMAGE.model_copy(update={"width": 2000})}, "2.5 times as long"),
        ("3.0", {"image": IMAGE.model_copy(update={"width": 200})}, "at least 300 pixels"),
        ("v3", {"image": IMAGE.model_copy(update={"size": 11_000_000})}, "at most 10 MB"),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, fields: dict[str, Any], complaint: str
) -> None:
    request = {"prompt": "a", "image": IMAGE, **fields}
    with pytest.raises(TaskError, match=complaint) as caught:
        body(name, "image_to_video", **request)
    assert caught.value.kind is ErrorKind.INVALID


def test_what_kling_does_not_take_in_a_request() -> None:
    video = HANDLES["video"]
    assert isinstance(video, Video)
    for media in (video, IMAGE.model_copy(update={"media_type": "image/webp"})):
        with pytest.raises(TaskError, match="takes no"):
            ADAPTER.start_upload(media)


def test_a_key_goes_as_it_is_and_a_pair_signs() -> None:
    assert isinstance(ADAPTER, Signs)
    assert ADAPTER.signed(SecretStr(KEY), 5.0) == {"Authorization": f"Bearer {KEY}"}
    header = ADAPTER.signed(SecretStr(f"{ACCESS}:{SECRET}"), 1_700_000_000.9)["Authorization"]
    assert re.fullmatch(r"Bearer [\w-]+\.[\w-]+\.[\w-]+", header)
    claims = header.split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert told == {"iss": ACCESS, "exp": 1_700_001_800, "nbf": 1_699_999_995}
    assert SECRET not in header


def test_where_a_task_is_asked_about() -> None:
    assert ADAPTER.job_named("7", "/omni-video/kling-o1") == JOB
    old = ADAPTER.job_named("a/7", "/v1/images/omni-image")
    assert ADAPTER.poll(old).url == "/v1/images/omni-image/a%2F7"
    assert ADAPTER.cancel(JOB) is None


def test_a_task_takes_our_own_id_where_it_can() -> None:
    new = call_of(Request("text_to_video", "kling/3.0", prompt="a"))
    assert new.finder is not None
    assert new.finder.url == "/tasks?external_task_ids=k-1"
    old = call_of(Request("text_to_video", "kling/v3", prompt="a"))
    assert old.finder is not None
    assert old.finder.url == "/v1/videos/text2video/k-1"
    assert call_of(Request("text_to_image", "kling/image-v3", prompt="a")).finder is None
    assert ADAPTER.found(answer([{"id": "7"}]), "k-1") == RemoteJob("7")
    assert ADAPTER.found(answer({"task_id": 7}), "k-1") == RemoteJob("7")
    assert ADAPTER.found(answer([]), "k-1") is None
    assert ADAPTER.found(answer(None, 404, 1203), "k-1") is None
    with pytest.raises(TaskError):
        ADAPTER.found(answer(None, 500, 5000), "k-1")
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.found(answer(None), "k-1")


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        *((401, code, ErrorKind.AUTH) for code in (1000, 1001, 1002, 1003, 1004)),
        *((429, code, ErrorKind.BILLING) for code in (1100, 1101, 1102)),
        (429, 1302, ErrorKind.THROTTLED),
        (429, 1303, ErrorKind.THROTTLED),
        (429, 1304, ErrorKind.AUTH),
        (403, 1103, ErrorKind.AUTH),
        (400, 1200, ErrorKind.INVALID),
        (400, 1201, ErrorKind.INVALID),
        (400, 1300, ErrorKind.REFUSED),
        (400, 1301, ErrorKind.REFUSED),
        (404, 1202, ErrorKind.INVALID),
        (404, 1203, ErrorKind.DOWN),
        (500, 5000, ErrorKind.TRANSIENT),
        (503, 5001, ErrorKind.TRANSIENT),
        (504, 5002, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: int, kind: ErrorKind) -> None:
    error = ADAPTER.error(answer(None, status, code))
    assert (error.kind, error.message) == (kind, f"Kling answered {status}: so")
    # The same in an answer that looks good is no doubt, but for what may have come too late.
    with pytest.raises(TaskError) as caught:
        ADAPTER.submitted(answer(None, 200, code))
    assert caught.value.kind is kind
    assert isinstance(caught.value, NotTaken) is (kind is not ErrorKind.TRANSIENT)


def test_errors_of_keys_say_what_to_do() -> None:
    assert "KLING_API_KEY" in ADAPTER.error(answer(None, 401, 1002)).hint
    assert "clock" in ADAPTER.error(answer(None, 401, 1003)).hint
    assert not ADAPTER.is_accepted(answer(None, 401, 1002))
    assert ADAPTER.is_accepted(answer([]))
    with pytest.raises(TaskError):
        ADAPTER.is_accepted(answer(None, 503, 5001))


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "submitted"}, JobPhase.QUEUED, "unknown"),
        ({"task_status": "processing"}, JobPhase.RUNNING, "unknown"),
        ({"status": "musing"}, JobPhase.RUNNING, "unknown"),
        ({"status": "failed", "message": "no paint"}, JobPhase.FAILED, "unknown"),
        (
            {"task_status": "failed", "task_status_msg": "content safety"},
            JobPhase.REFUSED,
            "unknown",
        ),
        ({"status": "succeeded"}, JobPhase.FAILED, "billed"),
        (
            {"status": "succeeded", "outputs": [{"type": "video", "url": "u"}]},
            JobPhase.SUCCEEDED,
            "billed",
        ),
        (
            {"task_status": "succeed", "task_result": {"images": [{"url": "u"}]}},
            JobPhase.SUCCEEDED,
            "billed",
        ),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(answer([{"id": "6"}, {"id": "7", **told}]), JOB)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    assert ADAPTER.status(answer({"task_id": "7", **told}), JOB) == status


def test_results() -> None:
    def files(told: Any) -> Any:
        status = ADAPTER.status(answer({"task_status": "succeed", **told}), JOB)
        assert isinstance(status, JobStatus)
        return status.files

    series = [{"index": 1, "url": "b"}, {"index": 0, "url": "a"}]
    images = (RemoteFile("a", "image"), RemoteFile("b", "image"))
    assert files({"task_result": {"images": [], "series_images": series}}) == images
    assert files({"task_result": {"images": series}}) == images
    assert files({"outputs": [{"type": "audio", "mp3_url": "m", "wav_url": "w"}]}) == (
        RemoteFile("w", "audio"),
    )
    marked = {"videos": [{"id": "v", "url": "u", "watermark_url": "w"}]}
    assert files({"task_result": marked}) == (RemoteFile("w", "video"),)


@pytest.mark.parametrize(
    ("billing", "cost"),
    [
        ([{"charge_type": "cash", "amount": "0.42", "currency": "USD"}], Decimal("0.42")),
        ([{"charge_type": "cash", "amount": 1, "currency": "USD"}] * 2, Decimal(2)),
        ([{"charge_type": "unit", "amount": "3"}], None),
        ([{"charge_type": "cash", "amount": "3", "currency": "CNY"}], None),
        ([{"charge_type": "cash", "amount": "NaN", "currency": "USD"}], None),
        ([], None),
    ],
)
def test_costs(billing: Any, cost: Decimal | None) -> None:
    done = {"status": "succeeded", "outputs": [{"type": "video", "url": "u", "id": "v-1"}]}
    status = ADAPTER.status(answer([{"id": "7", **done, "billing": billing}]), JOB)
    assert isinstance(status, JobStatus)
    assert status.cost == cost
    assert status.data == {"ids": ["v-1"]}


NAMES = ["code", "message", "data", "id", "task_id", "status", "task_status", "task_result"]
NAMES += ["outputs", "videos", "images", "series_images", "audios", "url", "index", "type"]
NAMES += ["billing", "amount", "face_data", "session_id", "face_id", "start_time", "currency"]
JSON = odd_json(NAMES, ["succeed", "succeeded", "failed", "video", "cash", "USD", "0", "1302"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500]), whole=st.booleans())
def test_any_answer_is_read_or_refused(data: Any, status: int, whole: bool) -> None:
    told = Answer(status, data if whole else {"code": 0, "data": data}, {})
    read_or_refused(
        told,
        ADAPTER.submitted,
        partial(ADAPTER.status, job=JOB),
        partial(ADAPTER.found, idempotency_key="k"),
        ADAPTER.is_accepted,
    )
    request = Request("lip_sync", "kling/lip-sync", audio=AUDIO, options={"film": "v"})
    try:
        ADAPTER.prepare(model_of("lip-sync"), request, [told])
    except (TaskError, *MISREAD):
        pass


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_read_if_they_are_signed() -> None:
    now = 1_700_000_000.0
    with FakeKling({}).serve() as fake:
        fake.now = now
        fake.steps = ("succeeded",)
        task = fake.begin("/v1/videos/text2video", {"prompt": "a"})
        headers, said = fake.delivery(task.id)
    secret = SecretStr(WEBHOOK_SECRET)
    delivery = receive("kling", said, headers, secret, now)
    assert isinstance(delivery, Delivery)
    assert (delivery.event_id, delivery.remote_id) == (f"msg_{task.id}", task.id)
    assert delivery.status is not None
    assert delivery.status.phase is JobPhase.SUCCEEDED
    for wrong in ({"body": said + b" "}, {"now": now + 301}, {"secret": SecretStr("whsec_")}):
        arguments: dict[str, Any] = {"body": said, "secret": secret, "now": now, **wrong}
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("kling", headers=headers, **arguments)
    webhook = webhook_of("kling")
    assert webhook is not None
    for broken in (b"[]", b"{}", b'{"id": "7"}', b"\xff"):
        with pytest.raises(TaskError, match="message from Kling"):
            webhook.read(broken, {})
    assert webhook.lookup() is None


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeKling, key: str = KEY) -> None:
        super().__init__(folder, "kling", key)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_wav(folder / "voice.wav", 3.0)

    def go(self, node: str, port: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeKling(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_KLING_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def clip(place: Place, model: str = "kling/3.0", **inputs: Any) -> RunReport:
    return place.go("text_to_video", "video", **{"prompt": "a fox", "model": model, **inputs})


@pytest.mark.parametrize("model", ["kling/3.0", "kling/v3"])
def test_a_clip_of_each_standard(place: Place, model: str) -> None:
    report = clip(place, model)
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.remote_id) == ("billed", "700001")
    assert job.cost == (Decimal("0.42") if model == "kling/3.0" else None)
    assert len(place.fake.tasks) == 1


def test_a_pair_of_keys_is_for_the_legacy_standard(place: Place) -> None:
    place.key = f"{ACCESS}:{SECRET}"
    assert clip(place, "kling/v3").exit_code == 0
    (failure,) = clip(place).failures
    assert failure.kind == "auth"
    assert "KLING_API_KEY" in failure.hint


def test_a_series_is_a_storyboard(place: Place) -> None:
    model = "kling/image-v3-omni-series"
    report = place.go("storyboard_images", "images", prompt="a fox", count=3, model=model)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 3


def test_lips_follow_a_voice(place: Place) -> None:
    options = {"film": FILM}
    arguments = {"audio": "voice.wav", "model": "kling/lip-sync", "options": options}
    plan = place.plan(place.workflow("lip_sync", arguments, "video"))
    assert (plan.cost_low, plan.cost_high) == (Decimal("0.077"), Decimal("0.847"))
    assert place.fake.looks == 0
    report = place.go("lip_sync", "video", **arguments)
    assert report.exit_code == 0, report.failures
    assert place.fake.looks == 1


def test_speech_is_there_at_once(place: Place) -> None:
    report = place.go("speech", "audio", text="hello", voice="v-1", model="kling/tts")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert job.billed == "billed"


@pytest.mark.parametrize("model", ["kling/3.0", "kling/v3"])
@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(504, after=True)])
def test_a_clip_whose_answer_was_lost_is_found(place: Place, model: str, lost: Reply) -> None:
    path = "/text-to-video/kling-3.0" if model == "kling/3.0" else "/v1/videos/text2video"
    place.fake.script(path, lost)
    report = clip(place, model)
    assert report.exit_code == 0, report.failures
    assert place.fake.count(path) == len(place.fake.tasks) == 1


@pytest.mark.parametrize("model", ["kling/3.0", "kling/v3"])
def test_a_clip_that_never_arrived_is_sent_again(place: Place, model: str) -> None:
    path = "/text-to-video/kling-3.0" if model == "kling/3.0" else "/v1/videos/text2video"
    place.fake.script(path, Reply(503))
    report = clip(place, model)
    assert report.exit_code == 0, report.failures
    assert place.fake.count(path) == 2
    assert len(place.fake.tasks) == 1


def test_a_picture_whose_answer_was_lost_is_left_to_a_person(place: Place) -> None:
    place.fake.script("/v1/images/generations", Reply(silent=True, after=True))
    report = place.go("text_to_image", "image", prompt="a fox", model="kling/image-v3")
    assert "nobody knows whether kling has job" in report.failures[0].message
    assert len(place.fake.tasks) == 1


def test_a_full_account_is_waited_for(place: Place) -> None:
    busy = Reply(429, json={"code": 1303, "message": "parallel task over resource pack limit"})
    place.fake.script("/text-to-video/kling-3.0", busy, busy)
    assert clip(place).exit_code == 0
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "refused", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = clip(place, prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_every_legacy_route_is_used() -> None:
    used = {model.endpoint for model in MODELS}
    paths = {f"/{e}".format(source=s) for e in used for s in ("text", "image")}
    assert set(LEGACY) <= paths
