"""Ideogram: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import anyio
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.ideogram import PROVIDER, WEBHOOK
from nodes.providers.ideogram.adapter import Ideogram
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Masks,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.lookup import arguments_of
from nodes.remote.webhooks import Delivery, receive
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_ideogram import FILE, KEY, FakeIdeogram, faults_of, read_form
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import form_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Ideogram()
MODELS = [model for model in catalogue().all() if model.provider == "ideogram"]
IMAGE = HANDLES["image"]
PICTURES = RemoteJob("g-1", {"status": "/v2/generations/g-1"})
FILM = RemoteJob("g-1", {"status": "/v2/generations/g-1", "makes": "video"})
DATA: dict[str, list[Any]] = {
    "style_codes": [["A1B2C3D4", "00000000"]],
    "color_palette": [
        {"name": "PASTEL"},
        {"members": [{"color_hex": "#B470B3", "color_weight": 0.5}, {"color_hex": "#000000"}]},
    ],
    "json_prompt": [{"high_level_description": "a fox"}],
}


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        found = ADAPTER.start_upload(IMAGE)
        assert isinstance(found, Inline)
        return found


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"ideogram/{name}")
    assert found is not None
    return found


def call_of(request: Request) -> Call:
    return ADAPTER.submit(model_of(request.model.partition("/")[2]), request, Inputs(), "k-1")


def all_requests(model: ModelInfo) -> Iterator[Request]:
    """Yield all that passes the check, also with a mask beside each option."""
    for request in requests_of(model, DATA):
        yield request
        if request.mask is None and "mask" in model.inputs:
            masked = replace(request, mask=IMAGE)
            arguments = arguments_of(masked)
            given = frozenset(arguments) - {"options"}
            if not list(model.complaints(arguments, given, request.kind)):
                yield masked


def sent(call: Call) -> dict[str, Any]:
    """Return a body as the service reads it."""
    if call.json is not None:
        assert isinstance(call.json, dict)
        return call.json
    pairs = ((p.name, p.value if isinstance(p.value, str) else None) for p in call.form)
    return read_form(call.url, pairs)


def answer(data: Any, status: int = 200, wants: str = "") -> Answer:
    return Answer(status, data, {}, wants=wants)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(all_requests(model))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, sent(call), call.json is not None) == [], (request, sent(call))
    assert requests


@pytest.mark.parametrize(
    "model", [m for m in MODELS if m.checked_against == "spec"], ids=lambda model: model.id
)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("ideogram_v1_docs.yaml")

    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        return form_faults("ideogram_v1_docs.yaml", call.url, call.form)

    spec_check.checked("ideogram", model.id, all_requests(model), wrong)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_newer_addresses_are_those_that_others_have_tried(model: ModelInfo) -> None:
    known = {
        route["path"]: route
        for route in spec_check.specification("ideogram_v2_routes.json")["routes"]
    }
    for request in all_requests(model):
        call = call_of(request)
        if not call.url.startswith("/v2/") or call.url.endswith(("remix/ideogram-4-5", "wonder-4")):
            continue
        has_files = any(not isinstance(part.value, str) for part in call.form)
        is_json = known[call.url]["body"] == "json" and not has_files
        assert (call.json is not None) == is_json


BODIES: list[tuple[str, Any, str, dict[str, Any], dict[str, Any]]] = [
    (
        "4.5",
        "storyboard_images",
        "/v2/image/generate/ideogram-4-5",
        {"prompt": "a robot", "count": 2, "seed": 2147483647, "options": {"size": "2048x2048"}},
        {
            "prompt": "a robot",
            "num_images": 2,
            "seed": 2147483647,
            "size": "2048x2048",
            "async": True,
        },
    ),
    (
        "4.5",
        "image_to_image",
        "/v2/image/generate/ideogram-4-5",
        {"prompt": "a", "image": IMAGE, "references": (IMAGE, IMAGE), "aspect_ratio": "16:9"},
        {"prompt": "a", "images": [FILE] * 3, "size": "2048x1152", "async": True},
    ),
    (
        "4.5-precise-edit",
        "image_to_image",
        "/v2/image/precise-edit/ideogram-4-5",
        {"prompt": "a", "image": IMAGE, "mask": IMAGE, "options": {"quality": "very_low"}},
        {"prompt": "a", "image": FILE, "mask": FILE, "quality": "very_low", "async": True},
    ),
    (
        "4",
        "text_to_image",
        "/v1/ideogram-v4/generate",
        {"options": {"json_prompt": {"high_level_description": "a fox"}}, "aspect_ratio": "1:2"},
        {"json_prompt": {"high_level_description": "a fox"}, "resolution": "1440x2880"},
    ),
    (
        "4",
        "image_to_image",
        "/v1/ideogram-v4/remix",
        {"prompt": "a", "image": IMAGE, "strength": 0.25},
        {"text_prompt": "a", "image": FILE, "image_weight": 75},
    ),
    (
        "3",
        "text_to_image",
        "/v1/ideogram-v3/generate",
        {
            "prompt": "a",
            "references": (IMAGE, IMAGE),
            "aspect_ratio": "16:9",
            "options": {"color_palette": {"name": "PASTEL"}, "rendering_speed": "TURBO"},
        },
        {
            "prompt": "a",
            "style_reference_images": [FILE, FILE],
            "aspect_ratio": "16x9",
            "color_palette": {"name": "PASTEL"},
            "rendering_speed": "TURBO",
        },
    ),
    (
        "3-character",
        "image_to_image",
        "/v1/ideogram-v3/inpaint",
        {"prompt": "a", "image": IMAGE, "mask": IMAGE, "references": (IMAGE,)},
        {"prompt": "a", "image": FILE, "mask": FILE, "character_reference_images": [FILE]},
    ),
    (
        "3-reframe",
        "image_to_image",
        "/v1/ideogram-v3/reframe",
        {"image": IMAGE, "aspect_ratio": "3:1", "options": {"style_codes": ["A1B2C3D4"]}},
        {"image": FILE, "resolution": "1536x512", "style_codes": ["A1B2C3D4"]},
    ),
    (
        "3-transparent",
        "text_to_image",
        "/v1/ideogram-v3/generate-transparent",
        {"prompt": "a", "options": {"upscale_factor": "X2"}},
        {"prompt": "a", "upscale_factor": "X2"},
    ),
    (
        "remove-background",
        "image_to_image",
        "/v1/remove-background",
        {"image": IMAGE},
        {"image": FILE},
    ),
    (
        "gpt-image-2.5-flare",
        "image_to_image",
        "/v2/image/generate/gpt-image-2-5-flare",
        {"prompt": "a", "image": IMAGE, "mask": IMAGE, "aspect_ratio": "16:9"},
        {"prompt": "a", "images": [FILE], "mask": FILE, "aspect_ratio": "16:9", "async": True},
    ),
    (
        "upscale",
        "upscale_image",
        "/v2/image/upscale/auto",
        {"image": IMAGE, "factor": 4},
        {"image": FILE, "upscale_factor": "x4", "async": True},
    ),
    (
        "seedance-2",
        "image_to_video",
        "/v2/video/generate/seedance-2-image-to-video",
        {"prompt": "a", "image": IMAGE, "last_image": IMAGE, "aspect_ratio": "16:9"},
        {"prompt": "a", "image": FILE, "end_image": FILE, "aspect_ratio": "16x9", "async": True},
    ),
    (
        "minimax-h3",
        "text_to_video",
        "/v2/video/generate/minimax-h3-reference-to-video",
        {"prompt": "a", "references": (IMAGE,)},
        {"prompt": "a", "reference_images": [FILE], "async": True},
    ),
    (
        "minimax-h3",
        "text_to_video",
        "/v2/video/generate/minimax-h3-text-to-video",
        {"prompt": "a"},
        {"prompt": "a", "async": True},
    ),
]


@pytest.mark.parametrize(("name", "kind", "path", "fields", "body"), BODIES)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], body: Any) -> None:
    call = call_of(Request(kind, f"ideogram/{name}", **fields))
    assert (call.method, call.url, sent(call)) == ("POST", path, body)


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("4.5", "text_to_image", {"aspect_ratio": "1:1"}, "no aspect_ratio for text_to_image"),
        ("4.5", "text_to_image", {"options": {"quality": "very_low"}}, "needs quality low"),
        (
            "4.5",
            "image_to_image",
            {"mask": IMAGE, "aspect_ratio": "1:1"},
            "does not go with aspect_ratio",
        ),
        ("4.5", "image_to_image", {"mask": IMAGE, "references": (IMAGE,) * 4}, "at most 3"),
        ("4", "text_to_image", {"prompt": ""}, "needs prompt or json_prompt"),
        ("3", "image_to_image", {"mask": IMAGE, "strength": 0.5}, "does not go with strength"),
        (
            "3",
            "text_to_image",
            {"references": (IMAGE,), "options": {"style_codes": ["A1B2C3D4"]}},
            "does not go with references",
        ),
        (
            "3",
            "text_to_image",
            {"references": (IMAGE.model_copy(update={"size": 6_000_000}),) * 2},
            "together larger than 10 MB",
        ),
        ("3-character", "text_to_image", {}, "needs references"),
        ("3-reframe", "image_to_image", {"prompt": ""}, "needs aspect_ratio"),
        ("remove-object", "image_to_image", {"prompt": ""}, "needs mask"),
        ("kling-3-standard", "text_to_video", {"references": (IMAGE,)}, "takes no references"),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    usual = {"prompt": "a"} | ({"image": IMAGE} if kind == "image_to_image" else {})
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"ideogram/{name}", **{**usual, **fields}))
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("3", "black"),
        ("4.5", "black"),
        ("4.5-precise-edit", "black"),
        ("remove-object", "white"),
        ("gpt-image-2.5-flare", "transparent"),
    ],
)
def test_masks(name: str, form: str) -> None:
    assert isinstance(ADAPTER, Masks)
    assert ADAPTER.mask_form(model_of(name)) == form


def test_other_files_are_not_sent() -> None:
    with pytest.raises(TaskError, match="takes no image/gif"):
        ADAPTER.start_upload(IMAGE.model_copy(update={"media_type": "image/gif"}))


@pytest.mark.parametrize(
    ("name", "arguments", "low", "high"),
    [
        ("4.5", {}, "0.10", "0.10"),
        ("4.5", {"image": IMAGE}, "0.06", "0.10"),
        ("4.5", {"options": {"quality": "low"}, "count": 3}, "0.09", "0.09"),
        ("4.5-precise-edit", {"options": {"quality": "high"}}, "0.22", "0.22"),
        ("3", {"options": {"rendering_speed": "QUALITY"}}, "0.09", "0.09"),
        ("3", {"options": {"rendering_speed": "FLASH"}}, "0", None),
        ("3-character", {}, "0.15", "0.15"),
        ("3-transparent", {}, "0.06", "0.06"),
        ("3-transparent", {"options": {"upscale_factor": "X1"}}, "0.06", "0.06"),
        ("3-transparent", {"options": {"upscale_factor": "X4"}}, "0.03", None),
        ("seedance-2", {}, "2.40", "2.40"),
        ("seedance-2", {"image": IMAGE}, "2.40", None),
    ],
)
def test_prices(name: str, arguments: dict[str, Any], low: str, high: str | None) -> None:
    options = arguments.get("options", {})
    price = model_of(name).estimate({**arguments, "options": options})
    assert (price.low, price.high) == (Decimal(low), Decimal(high) if high else None)


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "told", "kind", "message"),
    [
        (400, {"error": "bad size"}, ErrorKind.INVALID, "bad size"),
        (401, {"message": "Invalid API key"}, ErrorKind.AUTH, "Invalid API key"),
        (
            402,
            {"error": "no", "reject_reason": "insufficient_funds"},
            ErrorKind.BILLING,
            "no (insufficient_funds)",
        ),
        (
            402,
            {"error": "no", "reject_reason": "inflight_limit"},
            ErrorKind.THROTTLED,
            "no (inflight_limit)",
        ),
        (
            429,
            {"error": "no", "reject_reason": "daily_limit"},
            ErrorKind.BILLING,
            "no (daily_limit)",
        ),
        (402, {"error": "no"}, ErrorKind.BILLING, "no"),
        (403, {"error": "no"}, ErrorKind.AUTH, "no"),
        (404, {"detail": "no such model"}, ErrorKind.DOWN, "no such model"),
        (422, {"error": "not safe"}, ErrorKind.REFUSED, "not safe"),
        (429, None, ErrorKind.THROTTLED, "no reason given"),
        (500, {"error": "no"}, ErrorKind.TRANSIENT, "no"),
        (503, {"error": "no"}, ErrorKind.TRANSIENT, "no"),
    ],
)
def test_errors(status: int, told: Any, kind: ErrorKind, message: str) -> None:
    error = ADAPTER.error(answer(told, status))
    assert (error.kind, error.message) == (kind, f"Ideogram answered {status}: {message}")


def test_a_key_is_tried_for_nothing() -> None:
    probe = ADAPTER.probe()
    assert probe.params == {"dry_run": "true"}
    assert ADAPTER.is_accepted(answer({"any": "price"}))
    assert ADAPTER.is_accepted(answer({"reject_reason": "insufficient_funds"}, 402))
    assert not ADAPTER.is_accepted(answer({"message": "no"}, 401))


def safe(url: str | None, is_safe: bool = True) -> dict[str, Any]:
    return {"url": url, "prompt": "p", "is_image_safe": is_safe, "seed": 1}


def test_results_that_are_there_at_once() -> None:
    data = [safe("https://x/1"), safe(None, False), safe("https://x/2")]
    made = ADAPTER.submitted(answer({"created": "now", "data": data}))
    assert isinstance(made, JobStatus)
    assert [file.url for file in made.files] == ["https://x/1", "https://x/2"]
    refused = ADAPTER.submitted(answer({"created": "now", "data": [safe("", False)]}))
    assert isinstance(refused, JobStatus)
    assert (refused.phase, refused.billed) == (JobPhase.REFUSED, "unknown")
    empty = ADAPTER.submitted(answer({"created": "now", "data": []}))
    assert isinstance(empty, JobStatus)
    assert empty.phase is JobPhase.FAILED
    film = ADAPTER.submitted(answer({"data": [{"url": "https://x/v"}]}, wants="video"))
    assert isinstance(film, JobStatus)
    assert film.files == (RemoteFile("https://x/v", "video"),)


def test_a_submission_gives_a_job() -> None:
    assert ADAPTER.submitted(answer({"generation_id": "g-1", "seed": 1})) == RemoteJob("g-1")
    assert ADAPTER.submitted(answer({"generation_id": "g-1", "data": []})) == RemoteJob("g-1")
    assert ADAPTER.job_named("g-1", "/v2/image/generate/auto") == PICTURES
    assert ADAPTER.job_named("g-1", "/v2/video/generate/minimax-h3-text-to-video") == FILM
    assert ADAPTER.poll(FILM) == Call("GET", "/v2/generations/g-1")
    assert ADAPTER.cancel(FILM) is None
    others: list[Any] = [None, [], {}, {"generation_id": 1}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


@pytest.mark.parametrize(
    ("told", "phase", "billed"),
    [
        ({"status": "pending"}, JobPhase.RUNNING, "unknown"),
        ({"status": "musing"}, JobPhase.RUNNING, "unknown"),
        (
            {
                "status": "completed",
                "data": [safe("https://x")],
                "usage_cost_usd_micros": 60_000,
            },
            JobPhase.SUCCEEDED,
            "billed",
        ),
        ({"status": "completed", "data": [safe(None, False)]}, JobPhase.REFUSED, "unknown"),
        ({"status": "completed"}, JobPhase.FAILED, "billed"),
        ({"status": "failed", "failure_reason": "gave up"}, JobPhase.FAILED, "unknown"),
        ({"status": "failed", "failure_reason": "safety checks"}, JobPhase.REFUSED, "unknown"),
        ({"status": "failed"}, JobPhase.FAILED, "unknown"),
    ],
)
def test_statuses(told: dict[str, Any], phase: JobPhase, billed: str) -> None:
    status = ADAPTER.status(answer({"generation_id": "g-1", **told}), FILM)
    assert isinstance(status, JobStatus)
    assert (status.phase, status.billed) == (phase, billed)
    if "usage_cost_usd_micros" in told:
        assert status.cost == Decimal("0.06")
        assert status.files == (RemoteFile("https://x", "video"),)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.status(answer({"generation_id": "g-1"}), PICTURES)


NAMES = ["generation_id", "data", "url", "is_image_safe", "status", "failure_reason", "error"]
NAMES += ["usage_cost_usd_micros", "reject_reason", "message", "detail"]
JSON = odd_json(NAMES, ["pending", "completed", "failed", "https://x/a", "inflight_limit"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 402, 404, 422, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(
        told,
        ADAPTER.submitted,
        partial(ADAPTER.status, job=PICTURES),
        partial(ADAPTER.status, job=FILM),
        ADAPTER.is_accepted,
    )
    with contextlib.suppress(TaskError):
        WEBHOOK.read(json.dumps(data).encode(), {})


# -- messages ------------------------------------------------------------------------------------


def test_messages_are_checked_and_tell_that_there_is_something_to_ask_for() -> None:
    ed25519 = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = ed25519.Ed25519PrivateKey.generate()
    body = json.dumps({"generation_id": "g-1", "status": "completed"}).encode()

    def headers(text: bytes, stamp: str = "1000") -> dict[str, str]:
        told = "\n".join(["g-1", "u-1", stamp, hashlib.sha256(text).hexdigest()])
        return {
            "X-Ideogram-Webhook-Generation-Id": "g-1",
            "X-Ideogram-Webhook-User-Id": "u-1",
            "X-Ideogram-Webhook-Timestamp": stamp,
            "X-Ideogram-Webhook-Key-Id": "k-1",
            "X-Ideogram-Webhook-Signature": key.sign(told.encode()).hex(),
        }

    public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).rstrip(b"=").decode()
    keys = SecretStr(json.dumps({"keys": [{"kid": "k-1", "x": public}]}))
    assert receive("ideogram", body, headers(body), keys, 1010.0) == Delivery("g-1", "g-1")
    for given_headers, secret, now in (
        (headers(body + b" "), keys, 1010.0),
        (headers(body), SecretStr('{"keys": []}'), 1010.0),
        (headers(body), keys, 9999.0),
        ({**headers(body), "X-Ideogram-Webhook-Generation-Id": "g-2"}, keys, 1010.0),
        ({}, keys, 1010.0),
    ):
        with pytest.raises(TaskError, match="is not, or is too old"):
            receive("ideogram", body, given_headers, secret, now)
    call = WEBHOOK.lookup()
    assert call is not None
    assert not call.authenticated
    with pytest.raises(TaskError, match="names no job"):
        WEBHOOK.read(b"{}", {})


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeIdeogram) -> None:
        super().__init__(folder, "ideogram", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))
        mask = PIL.Image.new("L", (640, 480))
        mask.paste(255, (0, 0, 320, 480))
        mask.save(folder / "mask.png")

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"ideogram/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeIdeogram(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_IDEOGRAM_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


@pytest.mark.parametrize(("model", "cost"), [("4.5", Decimal("0.06")), ("3", None)])
def test_a_picture_by_both_forms_of_addresses(
    place: Place, model: str, cost: Decimal | None
) -> None:
    report = place.go("text_to_image", "image", model, prompt="a robot")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert (job.billed, job.cost) == ("billed", cost)
    assert (len(place.fake.jobs), place.fake.made) == ((1, 0) if cost else (0, 1))


def test_a_clip_is_a_film_after_all(place: Place) -> None:
    report = place.go("text_to_video", "video", "kling-3-standard", prompt="a robot")
    assert report.exit_code == 0, report.failures


@pytest.mark.parametrize(
    ("model", "changed"), [("3", 0), ("4.5-precise-edit", 0), ("remove-object", 255)]
)
def test_masks_are_sent_as_each_model_wants_them(place: Place, model: str, changed: int) -> None:
    words = {} if model == "remove-object" else {"prompt": "a hat"}
    report = place.go("image_to_image", "image", model, image="1.png", mask="mask.png", **words)
    assert report.exit_code == 0, report.failures
    (mask,) = place.fake.masks
    picture = PIL.Image.open(BytesIO(mask)).convert("L")
    assert picture.getpixel((10, 10)) == changed
    assert picture.getpixel((630, 10)) == 255 - changed


def test_a_picture_is_reframed_without_words(place: Place) -> None:
    report = place.go("image_to_image", "image", "3-reframe", image="1.png", aspect_ratio="16:9")
    assert report.exit_code == 0, report.failures


def test_of_a_set_what_is_safe_is_taken(place: Place) -> None:
    report = place.go("storyboard_images", "images", "3", prompt="half of them", count=4)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 2


def test_a_link_that_expired_is_asked_for_anew(place: Place) -> None:
    place.fake.expired = 1
    report = place.go("text_to_image", "image", "4.5", prompt="a robot")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 1


@pytest.mark.parametrize(
    ("model", "prompt", "kind", "billed"),
    [
        ("4.5", "forbidden", "refused", "not billed"),
        ("4.5", "unsafe", "refused", "unknown"),
        ("4.5", "broken", "down", "unknown"),
        ("3", "forbidden", "refused", "not billed"),
        ("3", "unsafe", "refused", "unknown"),
    ],
)
def test_what_comes_to_nothing(
    place: Place, model: str, prompt: str, kind: str, billed: str
) -> None:
    (failure,) = place.go("text_to_image", "image", model, prompt=prompt).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_too_many_at_once_are_waited_for(place: Place) -> None:
    busy = Reply(402, json={"error": "busy", "reject_reason": "inflight_limit"})
    place.fake.script("/v2/image/generate/ideogram-4-5", busy, busy)
    report = place.go("text_to_image", "image", "4.5", prompt="a robot")
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 1


@pytest.mark.parametrize(
    ("model", "path"),
    [("4.5", "/v2/image/generate/ideogram-4-5"), ("3", "/v1/ideogram-v3/generate")],
)
def test_an_answer_that_was_lost_is_left_to_a_person(place: Place, model: str, path: str) -> None:
    place.fake.script(path, Reply(500, after=True))
    for _ in range(2):
        (failure,) = place.go("text_to_image", "image", model, prompt="a").failures
        assert "nobody knows whether ideogram has job" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTING
    assert len(place.fake.jobs) + place.fake.made == 1


def test_a_key_is_accepted(place: Place) -> None:
    async def accepts() -> bool:
        async with place.engine.outside() as context:
            return await PROVIDER.accepts_key(context)

    assert anyio.run(accepts)
    assert not place.fake.jobs
