"""Runway: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import contextlib
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

from engine import ErrorKind, TaskError
from engine.execute import Control, RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.runway import PROVIDER
from nodes.providers.runway.adapter import Runway
from nodes.remote.adapter import (
    Answer,
    Call,
    Gone,
    Inline,
    JobPhase,
    JobStatus,
    Part,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.session import MISREAD
from nodes.requests import Request
from tests.support import runway_specs, spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_runway import KEY, FakeRunway, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Runway()
ALL = [model for model in catalogue().all() if model.provider == "runway"]
MODELS = [model for model in ALL if catalogue().is_offered(model)]
IMAGE, AUDIO, VIDEO = HANDLES["image"], HANDLES["audio"], HANDLES["video"]
TALL = IMAGE.model_copy(update={"digest": "7" * 64, "width": 720, "height": 1280})
JOB = RemoteJob("t-1", {"status": "/v1/tasks/t-1", "makes": "video"})
DATA: dict[str, list[Any]] = {
    "keyframes": [[{"uri": IMAGE, "seconds": 1}], [{"uri": IMAGE, "at": 0.5}]],
    "multi_prompt": [[{"prompt": "a fox wakes", "duration": 3}]],
    "tags": [["ada"]],
    "subjects": [["human"]],
    "reference_audio": [[AUDIO]],
    "reference_videos": [[VIDEO]],
    "colors": [["#ff0000"]],
}


class Inputs(dict[str, Any]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Any:
        media = next(each for each in (IMAGE, TALL, AUDIO, VIDEO) if each.digest == digest)
        found = ADAPTER.start_upload(media)
        return found if isinstance(found, Inline) else f"runway://{media.kind}"


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


def answer(data: Any, status: int = 200, wants: str = "") -> Answer:
    return Answer(status, data, {}, wants=wants)


# -- what is sent --------------------------------------------------------------------------------


def operation(call: Call) -> str:
    return call.url.removeprefix("/v1/")


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    for request in requests:
        call = call_of(request)
        assert faults_of(operation(call), as_sent(call.json)) == [], (request, call.json)
    assert requests


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("runway.fields.json")

    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        return runway_specs.faults(operation(call), call.json)

    spec_check.checked("runway", model.id, requests_of(model, DATA), wrong)


def test_what_requests_are_checked_against_is_told() -> None:
    spec_check.specification("runway.json")
    for model in MODELS:
        calls = [call_of(request) for request in requests_of(model, DATA)]
        named = {(operation(call), call.json["model"]) for call in calls}
        is_specified = all(runway_specs.in_specification(*each) for each in named)
        assert model.checked_against == ("spec" if is_specified else "sdk"), model.id


PNG = "data:image/png;base64," + base64.b64encode(b"a file").decode()
FIRST = {"uri": PNG, "position": "first"}
BODIES: list[tuple[str, Any, str, dict[str, Any], dict[str, Any]]] = [
    (
        "gen4.5",
        "text_to_video",
        "text_to_video",
        {"prompt": "a boat", "seconds": 3.2, "aspect_ratio": "9:16", "seed": 4},
        {
            "model": "gen4.5",
            "promptText": "a boat",
            "ratio": "720:1280",
            "duration": 4,
            "seed": 4,
        },
    ),
    (
        "gen4.5",
        "image_to_video",
        "image_to_video",
        {"prompt": "a boat", "image": TALL, "options": {"public_figure_threshold": "low"}},
        {
            "model": "gen4.5",
            "promptText": "a boat",
            "promptImage": PNG,
            "ratio": "720:1280",
            "duration": 5,
            "contentModeration": {"publicFigureThreshold": "low"},
        },
    ),
    (
        "veo3.1",
        "image_to_video",
        "image_to_video",
        {"image": IMAGE, "last_image": IMAGE, "resolution": "1080p"},
        {
            "model": "veo3.1",
            "promptImage": [FIRST, {"uri": PNG, "position": "last"}],
            "ratio": "1920:1080",
        },
    ),
    (
        "wan3",
        "image_to_video",
        "image_to_video",
        {"prompt": "a", "image": IMAGE, "resolution": "1080p"},
        {"model": "wan3", "promptText": "a", "promptImage": PNG, "ratio": "auto_1080p"},
    ),
    (
        "seedance2",
        "image_to_video",
        "image_to_video",
        {"image": TALL, "resolution": "4K", "audio": AUDIO},
        {
            "model": "seedance2",
            "promptImage": PNG,
            "ratio": "2160:3840",
            "referenceAudio": [{"type": "audio", "uri": "runway://audio"}],
        },
    ),
    (
        "seedance2",
        "image_to_video",
        "image_to_video",
        {"image": TALL},
        {"model": "seedance2", "promptImage": PNG},
    ),
    (
        "seedance2",
        "text_to_video",
        "text_to_video",
        {
            "prompt": "a",
            "references": (IMAGE,),
            "aspect_ratio": "21:9",
            "options": {"reference_videos": [VIDEO]},
        },
        {
            "model": "seedance2",
            "promptText": "a",
            "ratio": "1470:630",
            "references": [{"uri": PNG}],
            "referenceVideos": [{"type": "video", "uri": "runway://video"}],
        },
    ),
    (
        "happyhorse_1_0",
        "image_to_video",
        "image_to_video",
        {"image": IMAGE, "resolution": "1080p"},
        {"model": "happyhorse_1_0", "promptImage": PNG, "resolution": "1080P"},
    ),
    (
        "hailuo3",
        "text_to_video",
        "text_to_video",
        {"prompt": "a", "resolution": "768p"},
        {"model": "hailuo3", "promptText": "a", "ratio": "16:9", "resolution": "768P"},
    ),
    (
        "gemini_omni_flash_1.1",
        "text_to_video",
        "text_to_video",
        {"prompt": "a", "options": {"reference_videos": [VIDEO]}},
        {
            "model": "gemini_omni_flash_1.1",
            "promptText": "a",
            "referenceVideos": [{"uri": "runway://video"}],
        },
    ),
    (
        "aleph2",
        "video_to_video",
        "video_to_video",
        {
            "video": VIDEO,
            "prompt": "in snow",
            "aspect_ratio": "1:1",
            "options": {"keyframes": [{"uri": IMAGE, "seconds": 2}], "output_format": "prores"},
        },
        {
            "model": "aleph2",
            "videoUri": "runway://video",
            "promptText": "in snow",
            "targetAspectRatio": "1:1",
            "keyframes": [{"uri": PNG, "seconds": 2}],
            "outputFormat": "prores",
        },
    ),
    (
        "act_two",
        "video_to_video",
        "character_performance",
        {"video": VIDEO, "image": IMAGE, "options": {"body_control": True}},
        {
            "model": "act_two",
            "character": {"type": "image", "uri": PNG},
            "reference": {"type": "video", "uri": "runway://video"},
            "bodyControl": True,
        },
    ),
    (
        "act_two",
        "video_to_video",
        "character_performance",
        {"video": VIDEO, "aspect_ratio": "1:1", "options": {"character_video": VIDEO}},
        {
            "model": "act_two",
            "character": {"type": "video", "uri": "runway://video"},
            "reference": {"type": "video", "uri": "runway://video"},
            "ratio": "960:960",
        },
    ),
    (
        "gen4_image",
        "image_to_image",
        "text_to_image",
        {
            "prompt": "@ada at sea",
            "image": IMAGE,
            "references": (TALL,),
            "resolution": "1080p",
            "options": {"tags": ["ada"]},
        },
        {
            "model": "gen4_image",
            "promptText": "@ada at sea",
            "ratio": "1440:1080",
            "referenceImages": [{"uri": PNG, "tag": "ada"}, {"uri": PNG}],
        },
    ),
    (
        "gen4_image",
        "text_to_image",
        "text_to_image",
        {"prompt": "a", "options": {"size": "2112:912"}},
        {"model": "gen4_image", "promptText": "a", "ratio": "2112:912"},
    ),
    (
        "gpt_image_2",
        "storyboard_images",
        "text_to_image",
        {"prompt": "a", "count": 4, "resolution": "2K", "aspect_ratio": "16:9"},
        {"model": "gpt_image_2", "promptText": "a", "ratio": "2560:1440", "outputCount": 4},
    ),
    (
        "magnific_precision_upscaler_v2",
        "upscale_image",
        "image_upscale",
        {"image": IMAGE, "options": {"scale_factor": 16}},
        {"model": "magnific_precision_upscaler_v2", "imageUri": PNG, "scaleFactor": 16},
    ),
    (
        "magnific_video_upscaler_creative",
        "upscale_video",
        "video_upscale",
        {"video": VIDEO, "options": {"resolution": "4K"}},
        {
            "model": "magnific_video_upscaler_creative",
            "videoUri": "runway://video",
            "resolution": "4k",
        },
    ),
    (
        "eleven_v3",
        "speech",
        "text_to_speech",
        {"prompt": "hello", "voice": "Maya", "speed": 1.1, "language": "en"},
        {
            "model": "eleven_v3",
            "promptText": "hello",
            "voice": {"type": "runway-preset", "presetId": "Maya"},
            "speed": 1.1,
            "languageCode": "en",
        },
    ),
    (
        "seed_audio",
        "speech",
        "text_to_speech",
        {"prompt": "hello", "options": {"reference_voice": AUDIO}},
        {
            "model": "seed_audio",
            "promptText": "hello",
            "voice": {"type": "reference-audio", "audioUri": "runway://audio"},
        },
    ),
]


@pytest.mark.parametrize(("name", "kind", "path", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"runway/{name}", **fields))
    assert (call.method, call.url, as_sent(call.json)) == ("POST", f"/v1/{path}", sent)


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("gen4.5", "text_to_video", {"prompt": "a", "aspect_ratio": "1:1"}, "needs aspect_ratio"),
        ("gen4.5", "text_to_video", {"prompt": "\N{FOX FACE}" * 501}, "an emoji is two, not 1002"),
        ("gen4_turbo", "image_to_video", {"prompt": "a"}, "needs image"),
        ("act_two", "video_to_video", {"video": VIDEO}, "needs character_video"),
        (
            "act_two",
            "video_to_video",
            {"video": VIDEO, "image": IMAGE, "options": {"character_video": VIDEO}},
            "does not go with character_video",
        ),
        (
            "act_two",
            "video_to_video",
            {"video": VIDEO, "options": {"character_video": "film.mp4"}},
            "it takes what a node has made",
        ),
        (
            "aleph2",
            "video_to_video",
            {"video": VIDEO.model_copy(update={"seconds": 31})},
            "at most 30 seconds",
        ),
        ("gen4_image_turbo", "text_to_image", {"prompt": "a"}, "needs image or references"),
        (
            "gen4_image",
            "image_to_image",
            {"prompt": "a", "image": IMAGE, "references": (IMAGE,) * 3},
            "at most 3 together, not 4",
        ),
        (
            "kling_4",
            "image_to_video",
            {"image": IMAGE, "aspect_ratio": "16:9"},
            "needs aspect_ratio auto",
        ),
        (
            "gen4.5",
            "text_to_video",
            {"prompt": "a", "options": {"prores_profile": "4444"}},
            "needs output_format prores or hdr_prores",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"runway/{name}", **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_files_are_uploaded_in_two_steps() -> None:
    first = ADAPTER.start_upload(VIDEO)
    filename = f"{'2' * 16}.mp4"
    assert first == Call("POST", "/v1/uploads", json={"filename": filename, "type": "ephemeral"})
    told = {
        "uploadUrl": "https://bucket.test/",
        "fields": {"key": "k", "policy": "p"},
        "runwayUri": "runway://u",
    }
    second = ADAPTER.continue_upload(VIDEO, answer(told), 0)
    assert isinstance(second, Call)
    assert (second.authenticated, second.gives) == (False, "runway://u")
    assert second.form == (Part("key", "k"), Part("policy", "p"), Part("file", VIDEO))
    large = IMAGE.model_copy(update={"size": 3_700_001})
    assert isinstance(ADAPTER.start_upload(large), Call)
    assert isinstance(ADAPTER.start_upload(IMAGE), Inline)
    with pytest.raises(TaskError, match="takes no image/gif"):
        ADAPTER.start_upload(IMAGE.model_copy(update={"media_type": "image/gif"}))


def test_the_version_goes_with_the_key() -> None:
    assert ADAPTER.auth(SecretStr("k")) == {
        "Authorization": "Bearer k",
        "X-Runway-Version": "2024-11-06",
    }


def test_what_is_gone_names_what_there_is() -> None:
    gone = {model.id: model.lifecycle.successor for model in ALL if model not in MODELS}
    assert gone["runway/gen4_aleph"] == "runway/aleph2"
    assert {"runway/gen2", "runway/gen3a", "runway/gen3a_turbo", "runway/veo3"} <= gone.keys()
    offered = {model.id for model in MODELS}
    assert set(gone.values()) <= offered


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.AUTH),
        (404, ErrorKind.DOWN),
        (429, ErrorKind.THROTTLED),
        (502, ErrorKind.TRANSIENT),
        (503, ErrorKind.TRANSIENT),
        (504, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    error = ADAPTER.error(answer({"error": "so", "issues": []}, status))
    assert (error.kind, error.message) == (kind, f"Runway answered {status}: so")


def test_a_submission_gives_a_task() -> None:
    told = {"id": "t-1", "estimatedCost": {"credits": 60}}
    assert ADAPTER.submitted(answer(told)) == RemoteJob("t-1")
    made = RemoteJob("t-1", {"status": "/v1/tasks/t-1", "makes": "file"})
    assert ADAPTER.submitted(answer(told, wants="file")) == made
    for path, kind in (("text_to_image", "image"), ("text_to_speech", "audio"), ("x", "video")):
        assert ADAPTER.job_named("t-1", f"/v1/{path}").urls["makes"] == kind
    assert ADAPTER.poll(JOB) == Call("GET", "/v1/tasks/t-1")
    assert ADAPTER.cancel(JOB) == Call("DELETE", "/v1/tasks/t-1")
    others: list[Any] = [None, [], {}, {"id": 1}, {"id": ""}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


def read(told: dict[str, Any], status: int = 200, job: RemoteJob = JOB) -> JobStatus:
    found = ADAPTER.status(answer(told, status), job)
    assert isinstance(found, JobStatus)
    return found


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "PENDING"}, JobPhase.QUEUED, "unknown"),
        ({"status": "THROTTLED"}, JobPhase.QUEUED, "unknown"),
        ({"status": "RUNNING", "progress": 0.5}, JobPhase.RUNNING, "unknown"),
        ({"status": "DREAMING"}, JobPhase.RUNNING, "unknown"),
        ({"status": "SUCCEEDED", "output": ["https://x/a.mp4"]}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "SUCCEEDED", "output": []}, JobPhase.FAILED, "billed"),
        ({"status": "CANCELLED", "cost": {"credits": 0}}, JobPhase.CANCELED, "not billed"),
        ({"status": "FAILED", "cost": {"credits": 9}}, JobPhase.FAILED, "billed"),
        ({"status": "FAILED", "cost": {"credits": 0}}, JobPhase.FAILED, "not billed"),
        ({"status": "FAILED", "failureCode": "INTERNAL"}, JobPhase.FAILED, "unknown"),
        ({"status": "FAILED", "failureCode": None}, JobPhase.FAILED, "unknown"),
        ({"status": "FAILED", "failureCode": "INTERNAL.BAD_OUTPUT.X"}, JobPhase.FAILED, "unknown"),
        (
            {"status": "FAILED", "failureCode": "THIRD_PARTY.UNAVAILABLE"},
            JobPhase.FAILED,
            "unknown",
        ),
        ({"status": "FAILED", "failureCode": "SAFETY.INPUT.TEXT"}, JobPhase.REFUSED, "billed"),
        ({"status": "FAILED", "failureCode": "SAFETY.OUTPUT.VIDEO"}, JobPhase.REFUSED, "billed"),
        (
            {"status": "FAILED", "failureCode": "INPUT_PREPROCESSING.SAFETY.TEXT"},
            JobPhase.REFUSED,
            "billed",
        ),
        (
            {"status": "FAILED", "failureCode": "INPUT_PREPROCESSING.INTERNAL"},
            JobPhase.FAILED,
            "unknown",
        ),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str) -> None:
    status = read({"id": "t-1", **told})
    assert (status.phase, status.billed) == (phase, billed)
    assert ADAPTER.may_cancel(status) is (phase in (JobPhase.QUEUED, JobPhase.RUNNING))


def test_what_a_task_says() -> None:
    assert read({"status": "RUNNING", "progress": 0.5}).progress == 0.5
    assert "other tasks" in read({"status": "THROTTLED"}).note
    failed = read({"status": "FAILED", "failure": "no face", "failureCode": "ASSET.INVALID"})
    assert failed.error is not None
    assert (failed.error.kind, failed.message) == (ErrorKind.INVALID, "no face (ASSET.INVALID)")
    with pytest.raises(Gone, match="deleted"):
        read({"error": "not found"}, 404)
    done = read({"status": "SUCCEEDED", "output": ["https://x/a"], "cost": {"credits": 60}})
    assert done.cost == Decimal("0.6")
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(answer({"id": "t-1"}), JOB)


@pytest.mark.parametrize(
    ("makes", "url", "kind"),
    [
        ("video", "https://x/a.mp4?_jwt=b", "video"),
        ("video", "https://x/a.mov", "video"),
        ("image", "https://x/a", "image"),
        ("image", "https://x/a.webp", "image"),
        ("image", "https://x/a.svg?b=c", "file"),
        ("file", "https://x/a", "file"),
        ("audio", "https://x/a.mp3", "audio"),
    ],
)
def test_what_a_task_has_made(makes: str, url: str, kind: Any) -> None:
    job = RemoteJob("t-1", {"status": "/v1/tasks/t-1", "makes": makes})
    status = read({"status": "SUCCEEDED", "output": [url]}, job=job)
    assert status.files == (RemoteFile(url, kind),)


NAMES = ["status", "id", "output", "cost", "credits", "failure", "failureCode", "progress"]
NAMES += ["error", "issues", "message", "uploadUrl", "fields", "runwayUri"]
JSON = odd_json(NAMES, ["SUCCEEDED", "FAILED", "CANCELLED", "https://x/a", "SAFETY.X", "\x1b["])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 204, 400, 401, 404, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(told, ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    with contextlib.suppress(TaskError, *MISREAD):
        ADAPTER.continue_upload(VIDEO, told, 0)


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeRunway) -> None:
        super().__init__(folder, "runway", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_video(folder / "film.mp4", rate=3)
        make_wav(folder / "voice.wav", 1.0)

    def run_at_any_price(self, flow: dict[str, Any], control: Control | None = None) -> RunReport:
        _, problems = self.engine.bind(self.document(flow))
        assert not [each for each in problems if each.severity == "error"], problems
        return super().run_at_any_price(flow, control)

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"runway/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeRunway(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_RUNWAY_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_a_clip_of_a_picture(place: Place) -> None:
    report = place.go("image_to_video", "video", "gen4_turbo", image="1.png", duration=4)
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.cost, job.estimate_high) == ("billed", Decimal("0.25"), Decimal("0.2"))
    assert not place.fake.uploads


@pytest.mark.parametrize(
    ("node", "port", "model", "inputs"),
    [
        ("text_to_image", "image", "gen4_image", {"prompt": "a"}),
        ("text_to_vector", "file", "recraft_v4_1_vector", {"prompt": "a"}),
        ("speech", "audio", "eleven_v3", {"text": "a", "voice": "Maya"}),
        ("text_to_audio", "audio", "eleven_text_to_sound_v2", {"prompt": "a"}),
        ("upscale", "image", "magnific_precision_upscaler_v2", {"image": "1.png"}),
    ],
)
def test_other_things(place: Place, node: str, port: str, model: str, inputs: Any) -> None:
    report = place.go(node, port, model, **inputs)
    assert report.exit_code == 0, report.failures


def test_a_character_may_come_in_a_film(place: Place) -> None:
    flow = place.workflow(
        "video_to_video",
        {
            "video": "film.mp4",
            "model": "runway/act_two",
            "options": {"character_video": "${hero.video}"},
        },
        "video",
    )
    flow["nodes"]["hero"] = {"type": "load_video", "inputs": {"video": "film.mp4"}}
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    # The same film is sent once, whoever it shows.
    assert list(place.fake.uploads.values()) == [(place.folder / "film.mp4").read_bytes()]


def test_pictures_at_points_of_a_film(place: Place) -> None:
    flow = place.workflow(
        "video_to_video",
        {
            "video": "film.mp4",
            "model": "runway/aleph2",
            "options": {"keyframes": [{"uri": "${snow.image}", "seconds": 1}]},
        },
        "video",
    )
    flow["nodes"]["snow"] = {"type": "load_image", "inputs": {"image": "1.png"}}
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures


def test_a_link_that_expired_is_asked_for_anew(place: Place) -> None:
    place.fake.expired = 1
    report = place.go("text_to_video", "video", "gen4.5", prompt="a boat")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.tasks) == 1


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("unsafe", "refused", "billed"),
        ("unfit", "invalid", "not billed"),
        ("broken", "transient", "not billed"),
        ("lost", "down", "billed"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = place.go("text_to_video", "video", "gen4.5", prompt=prompt).failures
    assert failure.kind == kind
    assert {job.billed for job in place.home.journal.jobs()} == {billed}


def test_a_submission_whose_answer_was_lost_is_left_to_a_person(place: Place) -> None:
    place.fake.script("/v1/text_to_video", Reply(502, after=True))
    for _ in range(2):
        (failure,) = place.go("text_to_video", "video", "gen4.5", prompt="a").failures
        assert "nobody knows whether runway has job" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTING
    place.home.journal.submitted(job, next(iter(place.fake.tasks)), {})
    assert place.go("text_to_video", "video", "gen4.5", prompt="a").exit_code == 0
    assert len(place.fake.tasks) == 1


def stuck(place: Place, *steps: str) -> str:
    """Leave a task at the provider, as a run that lost its key does, and return its id."""
    place.fake.script("/v1/text_to_video", Reply(502, after=True))
    assert place.go("text_to_video", "video", "gen4.5", prompt="a").exit_code != 0
    (job,) = place.home.journal.jobs()
    (name,) = place.fake.tasks
    place.home.journal.submitted(job, name, {})
    place.fake.tasks[name].steps = deque(steps)
    return name


def called_off(place: Place) -> bool:
    (job,) = place.home.journal.jobs()

    async def cancel() -> bool:
        async with place.engine.outside() as context:
            return await PROVIDER.cancel_job(job, context)

    return anyio.run(cancel)


@pytest.mark.parametrize("steps", [("PENDING",), ("THROTTLED",), ("RUNNING",)])
def test_a_task_can_be_called_off(place: Place, steps: tuple[str, ...]) -> None:
    name = stuck(place, *steps)
    assert called_off(place)
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == (JobState.CANCELED, "not billed")
    assert place.fake.tasks[name].steps[0] == "CANCELLED"


def test_a_task_that_is_gone_after_it_was_called_off(place: Place) -> None:
    name = stuck(place, "RUNNING")
    gone = Reply(404, json={"error": "not found"})
    running = {"id": name, "status": "RUNNING", "progress": 0.1}
    # Whether it may be called off, the call itself, and what became of it.
    place.fake.script(f"/v1/tasks/{name}", Reply(json=running), Reply(204), gone)
    assert called_off(place)
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.CANCELED


def test_a_task_that_is_not_known_is_neither_given_up_nor_begun_anew(place: Place) -> None:
    name = stuck(place, "RUNNING")
    # As it is for the key of another account.
    place.fake.script(f"/v1/tasks/{name}", Reply(404, json={"error": "not found"}))
    (failure,) = place.go("text_to_video", "video", "gen4.5", prompt="a").failures
    assert "or the key is of another account" in failure.message
    place.fake.tasks[name].steps = deque(["SUCCEEDED"])
    assert place.go("text_to_video", "video", "gen4.5", prompt="a").exit_code == 0
    assert len(place.fake.tasks) == 1


def test_a_film_that_is_made_is_not_deleted_by_calling_it_off(place: Place) -> None:
    stuck(place, "SUCCEEDED")
    assert not called_off(place)
    assert place.go("text_to_video", "video", "gen4.5", prompt="a").exit_code == 0
    assert len(place.fake.tasks) == 1


def test_prices(place: Place) -> None:
    inputs = {"prompt": "a", "model": "runway/gen4.5", "duration": 5}
    plan = place.plan(place.workflow("text_to_video", inputs, "video"))
    assert plan.cost_low == plan.cost_high == Decimal("0.6")
    inputs["options"] = {"output_format": "prores"}
    plan = place.plan(place.workflow("text_to_video", inputs, "video"))
    assert plan.cost_high == Decimal("0.85")
