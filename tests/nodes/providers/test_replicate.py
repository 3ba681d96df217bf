"""Replicate: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
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
from engine.execute import RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue, endpoints
from nodes.providers.replicate import PROVIDER, WEBHOOK
from nodes.providers.replicate.adapter import Replicate
from nodes.remote.adapter import (
    Answer,
    Call,
    JobPhase,
    JobStatus,
    Part,
    RemoteFile,
    RemoteJob,
    Sent,
)
from nodes.remote.webhooks import Delivery, receive
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_replicate import (
    COMMUNITY,
    KEY,
    SECRET,
    VERSION,
    FakeReplicate,
    faults_of,
    models,
)
from tests.support.json_schema import faults
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video, make_wav
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import schema_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Replicate()
ALL = [model for model in catalogue().all() if model.provider == "replicate"]
MODELS = [model for model in ALL if "write_text" not in model.kinds]
IMAGE, AUDIO, VIDEO = HANDLES["image"], HANDLES["audio"], HANDLES["video"]
PATHS = {"status": "/predictions/p1", "cancel": "/predictions/p1/cancel"}
JOB = RemoteJob("p1", {**PATHS, "makes": "anything"})
DATA: dict[str, list[Any]] = {"reference_audios": [[AUDIO]], "reference_videos": [[VIDEO]]}
TALK = {
    "messages": [
        {"role": "system", "content": "You are a storyboard artist."},
        {"role": "user", "content": "A fox."},
    ],
    "schema": {"type": "object", "properties": {"shots": {"type": "array"}}},
}


class Urls(dict[str, str]):
    """Where each input is."""

    def __missing__(self, digest: str) -> str:
        return f"https://api.replicate.com/v1/files/{digest[:4]}"


def call_of(request: Request, model: ModelInfo | None = None) -> Call:
    model = model or endpoints.find_model(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, Urls(), "k-1")


def answer(data: Any, status: int = 200, wants: str = "", **headers: str) -> Answer:
    return Answer(status, data, headers, wants=wants)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    for request in requests:
        body = call_of(request).json
        assert faults_of(model.endpoint, body["input"]) == [], (request, body)
    assert requests


@pytest.mark.parametrize("model", ALL, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    known = spec_check.specification("replicate.models.json")["models"].get(model.endpoint)
    assert (known is not None) is (model.checked_against == "spec")

    def wrong(request: Request) -> list[str]:
        body = call_of(request).json
        found = schema_faults("replicate.json", "schemas_prediction_request", body)
        return found + (faults(body["input"], known["input"], "input") if known else [])

    talk = [Request("write_text", model.id, options=TALK)]
    requests = talk if "write_text" in model.kinds else requests_of(model, DATA)
    spec_check.checked("replicate", model.id, requests, wrong)


def test_a_version_is_asked_for_as_the_specification_says() -> None:
    model = endpoints.find_model(f"replicate/endpoint/{COMMUNITY}:{VERSION}")
    assert model is not None
    call = call_of(Request("endpoint", model.id, options={"image": IMAGE, "scale": None}), model)
    url = f"https://api.replicate.com/v1/files/{IMAGE.digest[:4]}"
    version = f"{COMMUNITY}:{VERSION}"
    assert (call.url, call.json) == (
        "/predictions",
        {"version": version, "input": {"image": url}},
    )
    spec_check.specification("replicate.json")
    name = "schemas_version_prediction_request"
    found = schema_faults("replicate.json", name, call.json)
    assert found == []
    spec_check.count("replicate")


FILE = f"https://api.replicate.com/v1/files/{IMAGE.digest[:4]}"
FILM = f"https://api.replicate.com/v1/files/{VIDEO.digest[:4]}"
BODIES: list[tuple[str, Any, dict[str, Any], dict[str, Any]]] = [
    (
        "google/veo-3.1",
        "image_to_video",
        {"prompt": "a", "image": IMAGE, "last_image": IMAGE, "seconds": 5.0},
        {"prompt": "a", "image": FILE, "last_frame": FILE, "duration": 6},
    ),
    (
        "google/nano-banana-pro",
        "image_to_image",
        {"prompt": "a", "image": IMAGE, "references": (IMAGE,), "aspect_ratio": "auto"},
        {"prompt": "a", "image_input": [FILE, FILE], "aspect_ratio": "match_input_image"},
    ),
    (
        "prunaai/z-image-turbo",
        "text_to_image",
        {"prompt": "a", "aspect_ratio": "16:9"},
        {"prompt": "a", "width": 1408, "height": 792},
    ),
    (
        "black-forest-labs/flux-dev",
        "image_to_image",
        {"prompt": "a", "image": IMAGE, "strength": 0.5},
        {"prompt": "a", "image": FILE, "prompt_strength": 0.5},
    ),
    (
        "black-forest-labs/flux-schnell",
        "storyboard_images",
        {"prompt": "a", "count": 3},
        {"prompt": "a", "num_outputs": 3},
    ),
    (
        "black-forest-labs/flux-1.1-pro",
        "text_to_image",
        {"prompt": "a", "options": {"image_prompt": IMAGE}},
        {"prompt": "a", "image_prompt": FILE},
    ),
    (
        "bytedance/seedance-2.0",
        "text_to_video",
        {"prompt": "a", "references": (IMAGE,), "options": {"reference_videos": [VIDEO]}},
        {"prompt": "a", "reference_images": [FILE], "reference_videos": [FILM]},
    ),
    (
        "sync/lipsync-2",
        "lip_sync",
        {"video": VIDEO, "audio": AUDIO, "options": {"sync_mode": "remap"}},
        {"video": FILM, "audio": FILM.replace("2222", "3333"), "sync_mode": "remap"},
    ),
    (
        "luma/reframe-video",
        "video_to_video",
        {"video": VIDEO, "aspect_ratio": "9:16"},
        {"video": FILM, "aspect_ratio": "9:16"},
    ),
]


@pytest.mark.parametrize(("name", "kind", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"replicate/{name}", **fields))
    assert (call.method, call.url) == ("POST", f"/models/{name}/predictions")
    assert call.json == {"input": sent}


def test_a_conversation_becomes_a_prompt() -> None:
    model = "replicate/meta/meta-llama-3.1-405b-instruct"
    sent = call_of(Request("write_text", model, options=TALK)).json["input"]
    assert sent["prompt"] == "A fox."
    assert sent["system_prompt"].startswith("You are a storyboard artist.\n\nAnswer with JSON")
    assert json.dumps(TALK["schema"]) in sent["system_prompt"]
    said = {"role": "assistant", "content": "{}"}, {"role": "user", "content": "Again."}
    again = {**TALK, "messages": [*TALK["messages"], *said]}
    prompt = call_of(Request("write_text", model, options=again)).json["input"]["prompt"]
    assert prompt == "A fox.\n\nYour answer was:\n{}\n\nAgain."


def test_what_does_not_go_together_is_not_sent() -> None:
    request = Request("text_to_video", "replicate/google/veo-3.1", prompt="a", aspect_ratio="1:1")
    with pytest.raises(TaskError, match="aspect_ratio: not 1:1") as caught:
        call_of(request)
    assert caught.value.kind is ErrorKind.INVALID


def test_files_are_uploaded() -> None:
    name = f"{'1' * 16}.png"
    form = (Part("content", IMAGE, name), Part("filename", name), Part("type", "image/png"))
    assert ADAPTER.start_upload(IMAGE) == Call("POST", "/files", form=form)
    told = {"id": "f", "urls": {"get": "https://api.replicate.com/v1/files/f"}}
    assert ADAPTER.continue_upload(IMAGE, answer(told, 201), 0) == told["urls"]["get"]  # type: ignore[index]
    with pytest.raises(TaskError, match="at most 100 MB, not 101 MB"):
        ADAPTER.start_upload(VIDEO.model_copy(update={"size": 101_000_000}))
    for other in ({}, {"urls": None}, {"urls": {"get": ""}}):
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.continue_upload(IMAGE, answer(other), 0)


# -- any model -----------------------------------------------------------------------------------


def asked(name: str, **inputs: Any) -> tuple[ModelInfo, Request]:
    model = endpoints.find_model(f"replicate/endpoint/{name}")
    assert model is not None
    return model, Request("endpoint", model.id, options=inputs)


@pytest.mark.parametrize("name", ["flux", "a/b/c", "a/../b", "a/b:123", "", "a/b:" + "g" * 64])
def test_what_is_no_id(name: str) -> None:
    assert endpoints.find_model(f"replicate/endpoint/{name}") is None


def test_the_schema_of_today_is_asked_for() -> None:
    model, request = asked("google/veo-3.1", prompt="a")
    call = ADAPTER.prepare(model, request, [])
    assert call == Call("GET", "/models/google/veo-3.1", keep_seconds=86_400.0)
    model, request = asked(f"{COMMUNITY}:{VERSION}")
    call = ADAPTER.prepare(model, request, [])
    assert isinstance(call, Call)
    assert call.url == f"/models/{COMMUNITY}/versions/{VERSION}"


def told_of(name: str, is_official: bool) -> Answer:
    schemas = {"components": {"schemas": {"Input": models()[name]["input"]}}}
    latest = {"id": VERSION, "openapi_schema": schemas}
    return answer({"is_official": is_official, "latest_version": latest})


def test_models_that_are_not_official_are_asked_in_their_latest_version() -> None:
    model, request = asked("google/veo-3.1", prompt="a")
    assert ADAPTER.prepare(model, request, [told_of("google/veo-3.1", True)]) == request
    model, request = asked(COMMUNITY, image=IMAGE)
    prepared = ADAPTER.prepare(model, request, [told_of(COMMUNITY, False)])
    assert isinstance(prepared, Request)
    call = call_of(prepared, model)
    assert (call.url, call.json["version"]) == ("/predictions", f"{COMMUNITY}:{VERSION}")


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "prompt is missing"),
        ({"prompt": "a", "durration": 4}, "did you mean duration?"),
        ({"prompt": "a", "duration": 5}, "duration takes 4, 6, 8, not 5"),
        ({"prompt": "a", "seed": "x"}, "seed takes an integer"),
        ({"prompt": "a", "reference_images": IMAGE}, "reference_images takes an array"),
    ],
)
def test_inputs_are_held_against_the_schema(inputs: dict[str, Any], words: str) -> None:
    model, request = asked("google/veo-3.1", **inputs)
    with pytest.raises(TaskError) as caught:
        ADAPTER.prepare(model, request, [told_of("google/veo-3.1", True)])
    assert words in caught.value.message
    assert caught.value.kind is ErrorKind.INVALID
    assert caught.value.hint == "See https://replicate.com/google/veo-3.1"


def test_a_schema_that_says_nothing_lets_everything_pass() -> None:
    model, request = asked("google/veo-3.1", anything=1)
    for told in ({}, {"latest_version": None}, {"latest_version": {"openapi_schema": 1}}):
        assert ADAPTER.prepare(model, request, [answer(told)]) == request


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, ErrorKind.AUTH),
        (402, ErrorKind.BILLING),
        (404, ErrorKind.DOWN),
        (413, ErrorKind.INVALID),
        (422, ErrorKind.INVALID),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
        (503, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, kind: ErrorKind) -> None:
    error = ADAPTER.error(answer({"title": "t", "detail": "so", "status": status}, status))
    assert (error.kind, error.message) == (kind, f"Replicate answered {status}: so")


def test_how_long_to_wait_may_stand_in_words() -> None:
    told = {"detail": "Request was throttled. Your rate limit resets in ~30s."}
    assert ADAPTER.error(answer(told, 429)).retry_after == 30
    headers = {"retry-after": "2"}
    assert ADAPTER.error(Answer(429, told, headers)).retry_after is None


def test_a_submission_gives_a_prediction() -> None:
    told = {"id": "p1", "status": "starting"}
    assert ADAPTER.submitted(answer(told, 201)) == JOB
    assert ADAPTER.submitted(answer(told, 202, wants="video")) == RemoteJob(
        "p1", {**PATHS, "makes": "video"}
    )
    assert ADAPTER.job_named("p1", "/predictions") == JOB
    assert ADAPTER.poll(JOB) == Call("GET", "/predictions/p1")
    assert ADAPTER.cancel(JOB) == Call("POST", "/predictions/p1/cancel")
    others: list[Any] = [None, [], {}, {"id": 1}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


def read(told: dict[str, Any], makes: str = "image") -> JobStatus:
    job = RemoteJob("p1", {**PATHS, "makes": makes})
    found = ADAPTER.status(answer(told), job)
    assert isinstance(found, JobStatus)
    return found


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "starting"}, JobPhase.QUEUED, "unknown"),
        ({"status": "processing"}, JobPhase.RUNNING, "unknown"),
        ({"status": "dreaming"}, JobPhase.RUNNING, "unknown"),
        ({"status": "canceled"}, JobPhase.CANCELED, "unknown"),
        ({"status": "aborted"}, JobPhase.CANCELED, "not billed"),
        ({"status": "failed", "error": "no (E003)"}, JobPhase.FAILED, "unknown"),
        ({"status": "failed", "error": "Prediction interrupted (code: PA)"}, JobPhase.FAILED, None),
        ({"status": "failed", "error": None}, JobPhase.FAILED, "unknown"),
        ({"status": "failed", "error": "flagged as sensitive. (E005)"}, JobPhase.REFUSED, None),
        ({"status": "failed", "error": "NSFW content detected"}, JobPhase.REFUSED, "unknown"),
        ({"status": "succeeded", "output": "https://x/a.png"}, JobPhase.SUCCEEDED, "billed"),
        ({"status": "succeeded", "output": None, "data_removed": True}, JobPhase.FAILED, "billed"),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str | None) -> None:
    status = read({"id": "p1", **told})
    assert (status.phase, status.billed) == (phase, billed or "unknown")
    if "error" in told:
        assert status.message == (told["error"] or "Replicate gives no reason")
    if told.get("data_removed"):
        assert "deleted after an hour" in status.message


@pytest.mark.parametrize(
    ("output", "makes", "files"),
    [
        ("https://x/a.webp", "image", [("https://x/a.webp", "image")]),
        ("https://x/a", "video", [("https://x/a", "video")]),
        ("https://x/a.svg", "anything", [("https://x/a.svg", "file")]),
        (["https://x/a.png", "https://x/b.png"], "image", None),
        ({"film": "https://x/a.mp4", "n": 2}, "anything", [("https://x/a.mp4", "video")]),
    ],
)
def test_outputs(output: Any, makes: str, files: Any) -> None:
    found = read({"status": "succeeded", "output": output}, makes).files
    expected = files or [(url, "image") for url in output]
    assert found == tuple(RemoteFile(url, kind) for url, kind in expected)


@pytest.mark.parametrize(
    ("output", "text"),
    [
        (['{"a', '": 1}'], '{"a": 1}'),
        ("hello", "hello"),
        (["```json\n", "{}\n", "```\n"], "{}"),
    ],
)
def test_words(output: Any, text: str) -> None:
    assert read({"status": "succeeded", "output": output}, "text").data == {"text": text}
    found = read({"status": "succeeded", "output": output}, "anything").data
    assert (found["text"], found["output"]) == (text, output)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(answer({"id": "p1"}), JOB)


def test_a_lost_prediction_is_recognised_by_its_input() -> None:
    body = {"input": {"prompt": "a"}}
    sent = Sent("/models/google/veo-3.1/predictions", body, 1_000_005.0, frozenset({"p9"}))
    listing = Call("GET", "/predictions", params={"created_after": "1970-01-12T13:46:40Z"})
    assert ADAPTER.listing_of(sent) == listing

    def entry(name: str, **more: Any) -> dict[str, Any]:
        usual = {"model": "google/veo-3.1", "input": {"prompt": "a", "seed": 1}}
        return {"id": name, **usual, **more}

    others = [entry("p9"), entry("p2", input={"prompt": "b"}), entry("p3", model="a/b"), 1, {}]
    found = ADAPTER.recognised(answer({"results": [*others, entry("p1")]}), sent)
    assert found == JOB
    with pytest.raises(TaskError, match="2 predictions there"):
        ADAPTER.recognised(answer({"results": [entry("p1"), entry("p4")]}), sent)
    with pytest.raises(TaskError, match="it is not"):
        ADAPTER.recognised(answer({"results": others}), sent)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.recognised(answer({}), sent)
    version = {**body, "version": f"a/b:{VERSION}"}
    sent = Sent("/predictions", version, 1_000_005.0, frozenset())
    assert ADAPTER.recognised(answer({"results": others}), sent).remote_id == "p3"


NAMES = ["status", "id", "output", "error", "urls", "get", "detail", "title", "results", "model"]
NAMES += ["input", "latest_version", "openapi_schema", "data_removed", "components", "schemas"]
JSON = odd_json(NAMES, ["succeeded", "failed", "aborted", "https://x/a", "(E005)", "\x1b["])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 201, 400, 401, 404, 422, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    sent = Sent("/predictions", {"version": "a/b:c", "input": {"a": 1}}, 1e6, frozenset())
    model, request = asked(COMMUNITY, image=IMAGE)
    read_or_refused(
        told,
        ADAPTER.submitted,
        partial(ADAPTER.status, job=JOB),
        ADAPTER.is_accepted,
        lambda answer: ADAPTER.recognised(answer, sent),
        lambda answer: ADAPTER.continue_upload(IMAGE, answer, 0),
        lambda answer: ADAPTER.prepare(model, request, [answer]),
        lambda answer: WEBHOOK.read(json.dumps(answer.json).encode(), {}),
    )


# -- messages ------------------------------------------------------------------------------------


def signed(body: bytes, stamp: str = "1000") -> dict[str, str]:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    told = b"m-1." + stamp.encode() + b"." + body
    signature = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    return {
        "Webhook-Id": "m-1",
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": f"v1,b2xk v1,{signature}",
    }


@pytest.mark.parametrize("secret", [SECRET, json.dumps({"key": SECRET})])
def test_messages_are_checked_and_read(secret: str) -> None:
    told = {"id": "p1", "status": "failed", "error": "flagged as sensitive (E005)"}
    body = json.dumps(told).encode()
    found = receive("replicate", body, signed(body), SecretStr(secret), 1010.0)
    assert isinstance(found, Delivery)
    assert (found.event_id, found.remote_id) == ("m-1", "p1")
    assert found.status is not None
    assert found.status.phase is JobPhase.REFUSED
    for headers, key, now in (
        (signed(body + b" "), secret, 1010.0),
        (signed(body), "whsec_YW5vdGhlcg==", 1010.0),
        (signed(body), '{"key": 5}', 1010.0),
        (signed(body), secret, 9999.0),
        ({}, secret, 1010.0),
    ):
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("replicate", body, headers, SecretStr(key), now)


def test_of_a_result_a_message_tells_only_that_there_is_one() -> None:
    body = json.dumps({"id": "p1", "status": "succeeded", "output": "https://x/a"}).encode()
    found = receive("replicate", body, signed(body), SecretStr(SECRET), 1000.0)
    assert found == Delivery("m-1", "p1")
    lookup = WEBHOOK.lookup()
    assert lookup is not None
    assert lookup.url == "/webhooks/default/secret"
    empty = b"{}"
    with pytest.raises(TaskError, match="names no prediction"):
        receive("replicate", empty, signed(empty), SecretStr(SECRET), 1000.0)


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeReplicate) -> None:
        super().__init__(folder, "replicate", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        make_video(folder / "film.mp4", rate=4)
        make_wav(folder / "voice.wav", 1.0)

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"replicate/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeReplicate(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_REPLICATE_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


FRAME = "black-forest-labs/flux-schnell"


def test_a_clip_of_a_picture(place: Place) -> None:
    report = place.go("image_to_video", "video", "google/veo-3.1", image="1.png", prompt="a")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.cost, job.estimate_high) == ("billed", None, Decimal("3.2"))
    assert list(place.fake.uploads.values()) == [(place.folder / "1.png").read_bytes()]


def test_several_pictures(place: Place) -> None:
    report = place.go("storyboard_images", "images", FRAME, prompt="a", count=3)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 3


def test_lips(place: Place) -> None:
    report = place.go("lip_sync", "video", "sync/lipsync-2", video="film.mp4", audio="voice.wav")
    assert report.exit_code == 0, report.failures


def enlarge(model: str, **inputs: Any) -> dict[str, Any]:
    given = {"image": "${photo.image}", **inputs}
    return {
        "nodes": {
            "photo": {"type": "load_image", "inputs": {"image": "1.png"}},
            "it": {"type": "any_model", "inputs": {"model": model, "inputs": given}},
        },
        "outputs": {"images": "${it.images}", "told": "${it.data}"},
    }


@pytest.mark.parametrize("suffix", ["", f":{VERSION}"])
def test_any_model_by_its_id(place: Place, suffix: str) -> None:
    flow = enlarge(f"replicate/{COMMUNITY}{suffix}", scale=2)
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 1
    assert report.outputs["told"]["version"] == VERSION
    (made,) = place.fake.predictions.values()
    assert made.input["scale"] == 2
    assert place.run_at_any_price(flow).exit_code == 0
    assert len(place.fake.predictions) == 1


def test_inputs_are_checked_before_anything_is_paid(place: Place) -> None:
    (failure,) = place.run_at_any_price(enlarge(f"replicate/{COMMUNITY}", scale=11)).failures
    assert "scale is at most 10, not 11" in failure.message
    assert not place.fake.predictions
    assert not place.fake.uploads


def test_a_link_that_expired_is_asked_for_anew(place: Place) -> None:
    place.fake.expired = 1
    report = place.go("text_to_image", "image", FRAME, prompt="a")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.predictions) == 1


def test_an_output_that_was_deleted(place: Place) -> None:
    place.fake.is_removed = True
    (failure,) = place.go("text_to_image", "image", FRAME, prompt="a").failures
    assert "deleted after an hour" in failure.message


@pytest.mark.parametrize(("prompt", "kind"), [("unsafe", "refused"), ("broken", "down")])
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str) -> None:
    (failure,) = place.go("text_to_image", "image", FRAME, prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == "unknown"


def test_a_prediction_whose_answer_was_lost_is_found_again(place: Place) -> None:
    place.fake.script(f"/models/{FRAME}/predictions", Reply(500, after=True))
    report = place.go("text_to_image", "image", FRAME, prompt="a")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.predictions) == 1
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == (JobState.STORED, "billed")


def test_a_prediction_that_is_not_there_is_left_to_a_person(place: Place) -> None:
    place.fake.script(f"/models/{FRAME}/predictions", Reply(500))
    (failure,) = place.go("text_to_image", "image", FRAME, prompt="a").failures
    assert "nobody knows whether replicate has job" in failure.message
    assert not place.fake.predictions


def test_a_prediction_can_be_called_off(place: Place) -> None:
    place.fake.script("/predictions/p1", Reply(401))
    assert place.go("text_to_image", "image", FRAME, prompt="a").exit_code != 0
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTED

    async def cancel() -> bool:
        async with place.engine.outside() as context:
            return await PROVIDER.cancel_job(job, context)

    assert anyio.run(cancel)
    assert place.home.journal.get(job.id).state is JobState.CANCELED
    assert place.fake.predictions["p1"].steps[0] == "canceled"


def test_a_storyboard_whose_answer_was_lost_is_found_again(place: Place) -> None:
    flow = place.workflow(
        "storyboard_split",
        {"script": "A fox.", "model": ["replicate/meta/meta-llama-3.1-405b-instruct"]},
        "shots",
    )
    shot = {"number": 1, "prompt": "A fox", "motion": "static", "camera": "wide shot"}
    shot |= {"seconds": 3.0, "dialogue": "", "characters": [], "location": "wood"}
    told = json.dumps({"shots": [{**shot, "time": "", "text": "A fox."}]})
    place.fake.words = [told[:9], told[9:]]
    name = "meta/meta-llama-3.1-405b-instruct"
    place.fake.script(f"/models/{name}/predictions", Reply(500, after=True))
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    assert [shot.prompt for shot in report.outputs["shots"]] == ["A fox"]
