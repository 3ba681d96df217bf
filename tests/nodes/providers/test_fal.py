"""fal's adapter as a table: what is sent, and what is read out of each answer."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from engine import Audio, ErrorKind, Image, TaskError, Video
from nodes.models import ModelInfo
from nodes.models.endpoints import find_model, model_id
from nodes.providers.fal.adapter import Fal, body_of
from nodes.providers.fal.answers import error_of
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, RemoteJob
from nodes.requests import Request
from tests.support import fal_models

ADAPTER = Fal()
JOB = RemoteJob("r1", {"status": "https://q/s", "result": "https://q/r", "cancel": "https://q/c"})


def image(number: int) -> Image:
    return Image(digest=f"{number:064x}", media_type="image/png", size=1, width=64, height=48)


AUDIO = Audio(
    digest="a" * 64, media_type="audio/wav", size=1, seconds=2, sample_rate=48000, channels=1
)
VIDEO = Video(digest="b" * 64, media_type="video/mp4", size=1, width=1, height=1, seconds=4, fps=24)


class Urls(dict[str, str]):
    def __missing__(self, digest: str) -> str:
        return f"https://cdn.test/{digest.lstrip('0')}"


def model_of(name: str) -> ModelInfo:
    found = find_model(f"fal/{name}")
    assert found is not None
    return found


def body(name: str, /, **fields: Any) -> Any:
    model = model_of(name)
    return body_of(model, Request(model.kinds[0], model.id, **fields), Urls())


def answer(data: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, data, {name.replace("_", "-"): text for name, text in headers.items()})


def status(data: Any, code: int = 200, **headers: str) -> JobStatus:
    said = ADAPTER.status(answer(data, code, **headers), JOB)
    assert isinstance(said, JobStatus)
    return said


ONE, TWO, THREE = "https://cdn.test/1", "https://cdn.test/2", "https://cdn.test/3"


@pytest.mark.parametrize(
    ("name", "fields", "sent"),
    [
        pytest.param(
            "flux/schnell",
            {"aspect_ratio": "16:9", "seed": 5, "options": {"num_inference_steps": 3}},
            {"image_size": "landscape_16_9", "seed": 5, "num_inference_steps": 3},
            id="a ratio is one of fal's presets",
        ),
        pytest.param(
            "bytedance/seedream/v4/text-to-image",
            {"options": {"image_size": {"width": 2048, "height": 1024}}},
            {"image_size": {"width": 2048, "height": 1024}},
            id="a size in pixels",
        ),
        pytest.param(
            "flux-pro/kontext",
            {"image": image(1), "aspect_ratio": "21:9"},
            {"image_url": ONE, "aspect_ratio": "21:9"},
            id="one picture by its address",
        ),
        pytest.param(
            "nano-banana-pro/edit",
            {"image": image(1), "references": (image(2), image(3)), "resolution": "4K"},
            {"image_urls": [ONE, TWO, THREE], "resolution": "4K"},
            id="several pictures in one list",
        ),
        pytest.param(
            "luma-photon/modify",
            {"image": image(1), "strength": 0.4},
            {"image_url": ONE, "strength": 0.4, "aspect_ratio": "16:9"},
            id="what fal requires is sent unasked",
        ),
        pytest.param(
            "kling-video/v2.5-turbo/pro/image-to-video",
            {"image": image(1), "last_image": image(2), "seconds": 6},
            {"image_url": ONE, "tail_image_url": TWO, "duration": "10"},
            id="kling 2.5: text, and the tail",
        ),
        pytest.param(
            "kling-video/v3/pro/image-to-video",
            {"image": image(1), "last_image": image(2), "seconds": 3.5},
            {
                "start_image_url": ONE,
                "end_image_url": TWO,
                "duration": "4",
                "generate_audio": True,
            },
            id="kling 3: start and end",
        ),
        pytest.param(
            "kling-video/v3/turbo/pro/image-to-video",
            {"image": image(1)},
            {"image_url": ONE, "duration": "5"},
            id="kling 3 turbo: another name for the start",
        ),
        pytest.param(
            "veo3.1/first-last-frame-to-video",
            {"image": image(1), "last_image": image(2), "seconds": 5, "resolution": "1080p"},
            {
                "first_frame_url": ONE,
                "last_frame_url": TWO,
                "duration": "6s",
                "resolution": "1080p",
                "generate_audio": True,
            },
            id="veo: seconds with their unit",
        ),
        pytest.param(
            "wan/v2.7/text-to-video",
            {"seconds": 7.2, "audio": AUDIO},
            {"duration": 8, "resolution": "1080p", "audio_url": f"https://cdn.test/{'a' * 64}"},
            id="wan 2.7: a number",
        ),
        pytest.param(
            "minimax/hailuo-02/standard/image-to-video",
            {"image": image(1), "seconds": 9, "resolution": "512p"},
            {"image_url": ONE, "duration": "10", "resolution": "512P"},
            id="hailuo: a capital P",
        ),
        pytest.param(
            "minimax/hailuo-2.3/pro/text-to-video", {}, {}, id="hailuo pro: no length at all"
        ),
        pytest.param(
            "bytedance/seedance-2.0/image-to-video",
            {"image": image(1), "seconds": 15, "options": {"generate_audio": False}},
            {
                "image_url": ONE,
                "duration": "15",
                "resolution": "720p",
                "generate_audio": False,
            },
            id="seedance: silent",
        ),
        pytest.param(
            "luma-dream-machine/ray-2",
            {"seconds": 6, "options": {"loop": True}},
            {"duration": "9s", "resolution": "540p", "loop": True},
            id="luma: 5s or 9s",
        ),
        pytest.param(
            "pika/v2.2/text-to-video",
            {"seconds": 4},
            {"duration": 5, "resolution": "720p"},
            id="pika: a number",
        ),
        pytest.param(
            "ideogram/v3/remix",
            {"image": image(1), "references": (image(2),), "strength": 0.5},
            {
                "image_url": ONE,
                "image_urls": [TWO],
                "strength": 0.5,
                "rendering_speed": "BALANCED",
            },
            id="ideogram: a picture, and others for the style",
        ),
        pytest.param(
            "recraft/v3/text-to-image",
            {"options": {"style": "realistic_image/hdr", "colors": [{"r": 1, "g": 2, "b": 3}]}},
            {"style": "realistic_image/hdr", "colors": [{"r": 1, "g": 2, "b": 3}]},
            id="recraft: a style",
        ),
        pytest.param(
            "topaz/upscale/image",
            {"image": image(1), "factor": 4},
            {"image_url": ONE, "upscale_factor": 4},
            id="topaz",
        ),
        pytest.param(
            "seedvr/upscale/video",
            {"video": VIDEO, "factor": 2},
            {
                "video_url": f"https://cdn.test/{'b' * 64}",
                "upscale_mode": "factor",
                "upscale_factor": 2,
            },
            id="seedvr",
        ),
        pytest.param("esrgan", {"image": image(1)}, {"image_url": ONE, "scale": 2}, id="esrgan"),
    ],
)
def test_what_is_sent(name: str, fields: dict[str, Any], sent: dict[str, Any]) -> None:
    takes_prompt = "prompt" in model_of(name).inputs
    prompt = {"prompt": "a fox"} if takes_prompt else {}
    made = body(name, **prompt, **fields)
    assert made == {**prompt, **sent}
    if fal_models.schema_of(model_of(name).endpoint):
        assert fal_models.complaints(model_of(name).endpoint, made) == []


def test_a_size_is_not_given_twice() -> None:
    with pytest.raises(TaskError, match="leave one out"):
        body(
            "bytedance/seedream/v4/text-to-image",
            aspect_ratio="1:1",
            options={"image_size": "auto_4K"},
        )


def test_any_endpoint_takes_its_inputs_as_they_are() -> None:
    inputs = {"image_url": image(1), "more": [{"frontal_image_url": image(2)}], "scale": 2}
    model = model_of("endpoint/fal-ai/birefnet/v2")
    call = ADAPTER.submit(model, Request("endpoint", model.id, options=inputs), Urls(), "key")
    assert (call.method, call.url) == ("POST", "/fal-ai/birefnet/v2")
    assert call.json == {"image_url": ONE, "more": [{"frontal_image_url": TWO}], "scale": 2}
    assert call.headers == {}


@pytest.mark.parametrize("name", ["fal-ai/../v1", "fal-ai", "a//b", "https://x/y", "a/b?c", ""])
def test_what_is_no_endpoint(name: str) -> None:
    assert find_model(model_id("fal", name)) is None


def test_the_key_goes_into_one_header() -> None:
    assert ADAPTER.auth(SecretStr("id:secret")) == {"Authorization": "Key id:secret"}
    assert set(ADAPTER.trusted_hosts) == {"queue.fal.run", "rest.fal.ai", "api.fal.ai"}


# -- jobs ------------------------------------------------------------------------------------------


def test_addresses_are_kept_as_they_are_given() -> None:
    base = "https://queue.fal.run/fal-ai/nano-banana-pro/requests/r1"
    given = {
        "request_id": "r1",
        "response_url": base,
        "status_url": f"{base}/status",
        "cancel_url": f"{base}/cancel",
        "queue_position": 0,
    }
    job = ADAPTER.submitted(answer(given))
    assert isinstance(job, RemoteJob)
    assert ADAPTER.poll(job) == Call("GET", f"{base}/status")
    assert ADAPTER.cancel(job) == Call("PUT", f"{base}/cancel")
    asked = ADAPTER.status(answer({"status": "COMPLETED", **given}), job)
    assert asked == Call("GET", base)


@pytest.mark.parametrize("data", [None, [], {}, {"request_id": "r1"}, {"request_id": 7}])
def test_a_job_without_addresses_is_not_understood(data: Any) -> None:
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.submitted(answer(data))


@pytest.mark.parametrize(
    ("data", "phase", "note"),
    [
        ({"status": "IN_QUEUE", "queue_position": 2}, JobPhase.QUEUED, "2 before it"),
        ({"status": "IN_QUEUE", "queue_position": 0}, JobPhase.QUEUED, "next in the queue"),
        ({"status": "IN_PROGRESS", "logs": []}, JobPhase.RUNNING, ""),
        ({"status": "PAUSED"}, JobPhase.RUNNING, ""),
        ({"status": "FAILED"}, JobPhase.FAILED, ""),
        ({"status": "CANCELLED"}, JobPhase.CANCELED, ""),
    ],
)
def test_states(data: dict[str, Any], phase: JobPhase, note: str) -> None:
    said = status(data)
    assert said.phase is phase
    assert note in said.note


@pytest.mark.parametrize("code", [401, 404, 405, 429, 500, 502])
def test_an_error_of_the_question_is_not_one_of_the_job(code: int) -> None:
    with pytest.raises(TaskError):
        status({"detail": "no"}, code)


@pytest.mark.parametrize(
    ("kind", "code", "phase", "billed", "error"),
    [
        ("content_policy_violation", 422, JobPhase.REFUSED, "unknown", ErrorKind.REFUSED),
        ("no_media_generated", 422, JobPhase.FAILED, "unknown", ErrorKind.INVALID),
        ("image_too_small", 422, JobPhase.FAILED, "unknown", ErrorKind.INVALID),
        ("value_error", 422, JobPhase.FAILED, "unknown", ErrorKind.INVALID),
        ("generation_timeout", 504, JobPhase.FAILED, "not billed", ErrorKind.TRANSIENT),
        ("downstream_service_error", 400, JobPhase.FAILED, "unknown", ErrorKind.TRANSIENT),
        ("internal_server_error", 500, JobPhase.FAILED, "not billed", ErrorKind.TRANSIENT),
        ("runner_scheduling_failure", 503, JobPhase.FAILED, "not billed", ErrorKind.TRANSIENT),
        ("client_cancelled", 499, JobPhase.CANCELED, "not billed", ErrorKind.TRANSIENT),
    ],
)
def test_a_completed_job_may_have_failed(
    kind: str, code: int, phase: JobPhase, billed: str, error: ErrorKind
) -> None:
    detail = [{"loc": ["body", "prompt"], "msg": "It is so", "type": kind, "input": "secret"}]
    for said in (
        status({"detail": detail}, code),
        status({"detail": "It is so", "error_type": kind}, code),
        status({"detail": "It is so"}, code, x_fal_error_type=kind),
    ):
        assert (said.phase, said.billed) == (phase, billed)
        assert said.error is not None
        assert said.error.kind is error
        assert "It is so" in said.message
        assert kind in said.message
        assert "secret" not in said.message


@pytest.mark.parametrize(
    ("code", "detail", "kind"),
    [
        (400, "no", ErrorKind.INVALID),
        (401, "no", ErrorKind.AUTH),
        (403, "You have no access to this model", ErrorKind.AUTH),
        (403, "User is locked. Reason: Exhausted balance", ErrorKind.BILLING),
        (404, "Application not found", ErrorKind.DOWN),
        (410, "gone", ErrorKind.DOWN),
        (405, "no", ErrorKind.INVALID),
        (422, "no", ErrorKind.INVALID),
        (429, "slow down", ErrorKind.THROTTLED),
        (503, "busy", ErrorKind.TRANSIENT),
    ],
)
def test_errors_by_status(code: int, detail: str, kind: ErrorKind) -> None:
    error = error_of(answer({"detail": detail}, code))
    assert error.kind is kind
    assert f"fal answered {code}: {detail}" in error.message


def test_words_of_the_platform_and_of_nobody() -> None:
    said = {"error": {"type": "not_found", "message": "No such\x1b[31m model"}}
    assert "No such [31m model" in error_of(answer(said, 404)).message
    assert "no reason given" in error_of(Answer(500, None, {})).message
    assert "<html>" in error_of(Answer(502, None, {}, "<html>")).message


# -- results ---------------------------------------------------------------------------------------

PICTURE = {"url": "https://v3.fal.media/a.png", "content_type": "image/png"}
CLIP = {"url": "https://v3.fal.media/a.mp4", "content_type": "video/mp4"}


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"images": [PICTURE, {"url": "https://x/b"}], "seed": 1}, ["image", "image"]),
        ({"image": PICTURE}, ["image"]),
        ({"image": {"url": "https://x/b.svg", "content_type": "image/svg+xml"}}, ["file"]),
        ({"image": {"url": "https://x/b.svg?v=1"}}, ["file"]),
        ({"thumbnail": PICTURE, "video": CLIP}, ["video", "image"]),
        ({"video": {"url": "https://x/b", "content_type": "application/octet-stream"}}, ["video"]),
        ({"audio": {"url": "https://x/b.mp3"}}, ["audio"]),
        ({"model_mesh": {"url": "https://x/b.glb", "content_type": "model/gltf"}}, ["file"]),
        ({"video_url": "https://x/b.mp4", "thumbnail_url": "https://x/b.jpg"}, ["video", "image"]),
        ({"status": "ready", "output": "words"}, []),
    ],
)
def test_shapes_of_results(data: dict[str, Any], kinds: list[str]) -> None:
    said = status(data, x_fal_billable_units="3")
    assert said.phase is JobPhase.SUCCEEDED
    assert [file.kind for file in said.files] == kinds
    assert (said.data, said.billed) == (data, "billed")
    assert said.units == 3


def test_blocked_pictures_are_left_out() -> None:
    two = {"images": [PICTURE, {**PICTURE, "url": "https://x/b.png"}]}
    said = status({**two, "has_nsfw_concepts": [True, False]})
    assert [file.url for file in said.files] == ["https://x/b.png"]
    said = status({**two, "has_nsfw_concepts": [True, True]})
    assert said.phase is JobPhase.REFUSED
    assert "safety checker" in said.message


# -- prices ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fields", "units"),
    [
        ("nano-banana", {}, 1),
        ("wan/v2.7/text-to-video", {"seconds": 5.5}, 6.0),
        ("kling-video/v3/4k/text-to-video", {}, 5.0),
        ("kling-video/v3/4k/text-to-video", {"options": {"multi_prompt": [{}]}}, None),
        ("veo3.1", {"seconds": 5}, None),
        ("nano-banana-pro", {}, None),
        ("sync-lipsync/v2", {"video": VIDEO, "audio": AUDIO}, None),
        ("flux/dev", {}, None),
        ("topaz/upscale/image", {}, None),
        ("sync-lipsync/v2", {}, None),
    ],
)
def test_prices_are_asked_for_where_the_unit_is_known(
    name: str, fields: dict[str, Any], units: float | None
) -> None:
    model = model_of(name)
    call = ADAPTER.estimate(model, Request(model.kinds[0], model.id, **fields), {})
    if units is None:
        assert call is None
    else:
        assert call is not None
        assert call.json["endpoints"] == {model.endpoint: {"unit_quantity": units}}


def test_a_price_is_read() -> None:
    price = ADAPTER.estimated(answer({"total_cost": 1.88, "currency": "USD"}))
    assert price.low == price.high == Decimal("1.88")
    for wrong in ({"total_cost": 1, "currency": "EUR"}, {"total_cost": "1"}, {"total_cost": -1}):
        with pytest.raises(TaskError):
            ADAPTER.estimated(answer(wrong))


# -- uploads ---------------------------------------------------------------------------------------


def test_small_files_go_to_the_cdn_with_a_token() -> None:
    call = ADAPTER.start_upload(image(1))
    assert call.url == "https://rest.fal.ai/storage/auth/token"
    assert call.authenticated
    token = {"token": "t", "token_type": "Bearer", "base_url": "https://v3.fal.media"}
    send = ADAPTER.continue_upload(image(1), answer(token), 0)
    assert isinstance(send, Call)
    assert (send.method, send.url) == ("POST", "https://v3.fal.media/files/upload")
    assert send.headers["Authorization"] == "Bearer t"
    assert send.headers["X-Fal-File-Name"] == f"{'0' * 16}.png"
    assert json.loads(send.headers["X-Fal-Object-Lifecycle"]) == {
        "expiration_duration_seconds": 604_800
    }
    assert not send.authenticated
    assert ADAPTER.continue_upload(image(1), answer({"access_url": ONE}), 1) == ONE


def test_large_files_go_to_a_place_of_their_own() -> None:
    large = VIDEO.model_copy(update={"size": 200_000_000})
    call = ADAPTER.start_upload(large)
    assert call.url == "https://rest.fal.ai/storage/upload/initiate"
    assert call.json == {"file_name": f"{'b' * 16}.mp4", "content_type": "video/mp4"}
    places = {"upload_url": "https://storage.test/x?sig=1", "file_url": ONE}
    send = ADAPTER.continue_upload(large, answer(places), 0)
    assert send == Call(
        "PUT",
        places["upload_url"],
        headers={"Content-Type": "video/mp4"},
        authenticated=False,
        body=large,
        gives=ONE,
    )


def test_the_key_is_tried_for_nothing() -> None:
    assert ADAPTER.probe().method == "GET"
    assert ADAPTER.is_accepted(answer({"prices": []}))
    assert not ADAPTER.is_accepted(answer({}, 401))
    for outage in (429, 500, 503):
        with pytest.raises(TaskError):
            ADAPTER.is_accepted(answer({}, outage))


def test_a_lost_job_is_never_looked_for() -> None:
    assert not ADAPTER.is_idempotent
    assert ADAPTER.find("key", 0.0) is None
