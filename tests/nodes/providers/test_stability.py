"""Stability AI: what is sent, how answers are read, and runs at the strict copy of it."""

from __future__ import annotations

import base64
import random
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from engine import ErrorKind, Image, TaskError
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.stability import PROVIDER, StabilityAI
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    NotTaken,
    RemoteJob,
    Spooled,
)
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_stability import FORMS, KEY, FakeStability, error, faults_of, read_form
from tests.support.forms import Field
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.odd_answers import odd_json
from tests.support.openapi import schema_faults
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = StabilityAI()
MODELS = [
    model
    for model in catalogue().all()
    if model.provider == "stability" and catalogue().is_offered(model)
]
IMAGE = HANDLES["image"]
JOB = RemoteJob("a" * 64)
SPOOLED = Spooled(Path("x"), 1)
SCHEMAS = {
    "text-to-image": "TextToImageRequestBody",
    "image-to-image": "ImageToImageUsingImageStrengthRequestBody",
    "image-to-image/masking": "MaskingUsingMaskImageRequestBody",
}


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, request, {IMAGE.digest: Inline(IMAGE)}, "k-1")


def sent(call: Call) -> Any:
    """Return what a call sends as the service reads it."""
    if call.json is not None:
        return call.json
    fields = [
        Field(part.name, part.value.encode())
        if isinstance(part.value, str)
        else Field(part.name, b"", "input.png", "image/png")
        for part in call.form
    ]
    return read_form(call.url, fields)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, {}))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, sent(call)) == [], (request, call)
    assert len(requests) >= 3


def test_the_specification_takes_every_request_of_the_first_generation() -> None:
    model = catalogue().get("stability/sdxl")
    assert model is not None

    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        name = SCHEMAS[call.url.removeprefix(f"/{model.endpoint}/")]
        return schema_faults("stability_v1.json", name, sent(call))

    spec_check.checked("stability", model.id, requests_of(model, {}), wrong)


FORM_TESTS: list[tuple[str, str, dict[str, Any], str, list[tuple[str, Any]]]] = [
    (
        "ultra",
        "text_to_image",
        {"prompt": "a", "seed": 4294967294},
        "image/*",
        [("prompt", "a"), ("seed", "4294967294")],
    ),
    (
        "sd3.5-large",
        "image_to_image",
        {"prompt": "a", "image": IMAGE, "strength": 0.25},
        "image/*",
        [
            ("model", "sd3.5-large"),
            ("prompt", "a"),
            ("image", IMAGE),
            ("strength", "0.25"),
            ("mode", "image-to-image"),
        ],
    ),
    (
        "ultra",
        "image_to_image",
        {"prompt": "a", "image": IMAGE},
        "image/*",
        [("prompt", "a"), ("image", IMAGE), ("strength", "0.5")],
    ),
    ("upscale-fast", "upscale_image", {"image": IMAGE, "factor": 4}, "image/*", [("image", IMAGE)]),
    (
        "upscale-creative",
        "upscale_image",
        {"image": IMAGE, "prompt": "a"},
        "application/json",
        [("image", IMAGE), ("prompt", "a")],
    ),
    ("remove-background", "image_to_image", {"image": IMAGE}, "image/*", [("image", IMAGE)]),
    (
        "replace-background-and-relight",
        "image_to_image",
        {
            "image": IMAGE,
            "references": (IMAGE,),
            "options": {"keep_original_background": True},
        },
        "application/json",
        [
            ("subject_image", IMAGE),
            ("background_reference", IMAGE),
            ("keep_original_background", "true"),
        ],
    ),
    (
        "sdxl",
        "image_to_image",
        {
            "prompt": "a",
            "image": IMAGE,
            "strength": 0.2,
            "options": {"negative_prompt": "b"},
        },
        "application/json",
        [
            ("init_image", IMAGE),
            ("text_prompts[0][text]", "a"),
            ("text_prompts[0][weight]", "1"),
            ("text_prompts[1][text]", "b"),
            ("text_prompts[1][weight]", "-1"),
            ("init_image_mode", "IMAGE_STRENGTH"),
            ("image_strength", "0.8"),
        ],
    ),
    (
        "sdxl",
        "image_to_image",
        {"prompt": "a", "image": IMAGE, "mask": IMAGE},
        "application/json",
        [
            ("init_image", IMAGE),
            ("mask_image", IMAGE),
            ("text_prompts[0][text]", "a"),
            ("text_prompts[0][weight]", "1"),
            ("mask_source", "MASK_IMAGE_WHITE"),
        ],
    ),
]


@pytest.mark.parametrize(("name", "kind", "fields", "accept", "parts"), FORM_TESTS)
def test_forms(
    name: str, kind: Any, fields: dict[str, Any], accept: str, parts: list[tuple[str, Any]]
) -> None:
    call = call_of(Request(kind, f"stability/{name}", **fields))
    assert [(part.name, part.value) for part in call.form] == parts
    assert call.headers["Accept"] == accept
    assert call.holds_media


def test_the_first_generation_takes_json() -> None:
    fields: dict[str, Any] = {"prompt": "a", "aspect_ratio": "16:9", "count": 3}
    call = call_of(Request("storyboard_images", "stability/sdxl", **fields))
    prompts = [{"text": "a", "weight": 1}]
    assert call.json == {"width": 1344, "height": 768, "samples": 3, "text_prompts": prompts}
    assert call.url.endswith("/stable-diffusion-xl-1024-v1-0/text-to-image")


def picture(**changes: Any) -> Image:
    return Image.model_validate({**IMAGE.model_dump(), **changes})


@pytest.mark.parametrize(
    ("name", "kind", "fields", "complaint"),
    [
        ("core", "text_to_image", {"aspect_ratio": "4:3"}, "takes 21:9"),
        ("core", "text_to_image", {"references": (IMAGE,)}, "takes no references"),
        ("upscale-fast", "upscale_image", {"image": IMAGE, "factor": 2}, "it takes 4"),
        ("upscale-fast", "upscale_image", {"image": picture(width=1537, height=600)}, "1536"),
        ("inpaint", "image_to_image", {"image": picture(width=3000)}, "2.5 times"),
        ("outpaint", "image_to_image", {"image": IMAGE, "options": {"left": 0}}, "at least 1"),
        ("outpaint", "image_to_image", {"image": IMAGE}, "needs down"),
        ("search-and-replace", "image_to_image", {"image": IMAGE}, "search_prompt"),
        ("replace-background-and-relight", "image_to_image", {"image": IMAGE}, "needs prompt or"),
        (
            "style-transfer",
            "image_to_image",
            {
                "image": picture(size=6_000_000),
                "references": (picture(size=6_000_000, digest="a" * 64),),
            },
            "10 MB",
        ),
    ],
)
def test_what_does_not_go_is_not_sent(
    name: str, kind: Any, fields: dict[str, Any], complaint: str
) -> None:
    needs = name not in ("upscale-fast", "replace-background-and-relight")
    prompt = "a" if needs else ""
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(kind, f"stability/{name}", prompt=prompt, **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_types_of_pictures() -> None:
    assert ADAPTER.start_upload(IMAGE) == Inline(IMAGE)
    with pytest.raises(TaskError, match="not image/gif"):
        ADAPTER.start_upload(picture(media_type="image/gif"))


@pytest.mark.parametrize("name", ["stable-video-diffusion", "stable-diffusion-v1-6"])
def test_what_is_gone_has_a_successor(name: str) -> None:
    model = catalogue().get(f"stability/{name}")
    assert model is not None
    (complaint,) = catalogue().complaints(model.id, model.kinds[0])
    assert "has been retired (its last day was 2025-07-24); its successor is" in complaint
    successor = catalogue().get(model.lifecycle.successor)
    assert successor is not None
    assert set(model.kinds) <= set(successor.kinds)


# -- what is answered ----------------------------------------------------------------------------


def answer(data: Any, status: int = 200, file: Spooled | None = None, **headers: str) -> Answer:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, data, names, file=file)


READERS = (ADAPTER.submitted, partial(ADAPTER.status, job=JOB))


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("told", "phase"),
    [
        (answer(None, file=SPOOLED, finish_reason="SUCCESS"), JobPhase.SUCCEEDED),
        (answer(None, file=SPOOLED), JobPhase.SUCCEEDED),
        (answer(None, file=SPOOLED, finish_reason="CONTENT_FILTERED"), JobPhase.REFUSED),
        (answer({"image": SPOOLED, "finish_reason": "SUCCESS"}), JobPhase.SUCCEEDED),
        (answer({"image": "AAAA", "finish_reason": "CONTENT_FILTERED"}), JobPhase.REFUSED),
        (answer({"result": "AAAA"}), JobPhase.SUCCEEDED),
        (answer({"artifacts": []}), JobPhase.FAILED),
        (answer({"artifacts": [{"base64": "AAAA", "finishReason": "ERROR"}]}), JobPhase.FAILED),
    ],
)
def test_pictures(read: Any, told: Answer, phase: JobPhase) -> None:
    said = read(told)
    assert isinstance(said, JobStatus)
    assert said.phase is phase
    assert bool(said.files) is (phase is JobPhase.SUCCEEDED)
    assert said.billed == ("billed" if phase is JobPhase.SUCCEEDED else "unknown")


def test_of_several_pictures_the_blurred_are_left_out() -> None:
    good = {"base64": "AAAA", "finishReason": "SUCCESS"}
    blurred = {"base64": "BBBB", "finishReason": "CONTENT_FILTERED"}
    said = ADAPTER.submitted(answer({"artifacts": [good, blurred, good]}))
    assert isinstance(said, JobStatus)
    assert [file.content for file in said.files] == ["AAAA", "AAAA"]
    said = ADAPTER.submitted(answer({"artifacts": [blurred]}))
    assert isinstance(said, JobStatus)
    assert said.phase is JobPhase.REFUSED


def test_tasks() -> None:
    assert ADAPTER.submitted(answer({"id": "a" * 64})) == JOB
    assert ADAPTER.poll(JOB).url == f"/v2beta/results/{JOB.remote_id}"
    said = ADAPTER.status(answer({"id": "a", "status": "in-progress"}, 202), JOB)
    assert isinstance(said, JobStatus)
    assert said.phase is JobPhase.RUNNING
    refused = ADAPTER.status(answer(error(403, "image: flagged").json, 403), JOB)
    assert isinstance(refused, JobStatus)
    assert (refused.phase, refused.billed) == (JobPhase.REFUSED, "not billed")
    assert "image: flagged" in refused.message
    others: list[Any] = [None, [], {}, {"id": 7}]
    for data in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(data))


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [
        (400, "bad_request", ErrorKind.INVALID),
        (401, "unauthorized", ErrorKind.AUTH),
        (402, "payment_required", ErrorKind.BILLING),
        (403, "content_moderation", ErrorKind.REFUSED),
        (404, "not_found", ErrorKind.DOWN),
        (413, "payload_too_large", ErrorKind.INVALID),
        (422, "invalid_language", ErrorKind.INVALID),
        (422, "public_figure", ErrorKind.REFUSED),
        (422, "something_else", ErrorKind.REFUSED),
        (429, "rate_limit_exceeded", ErrorKind.THROTTLED),
        (500, "internal_error", ErrorKind.TRANSIENT),
        (502, None, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, name: str | None, kind: ErrorKind) -> None:
    told = {"id": "e-1", "name": name, "errors": ["prompt: no", "seed: no"]} if name else None
    with pytest.raises(TaskError) as caught:
        ADAPTER.submitted(answer(told, status))
    assert caught.value.kind is kind
    words = "prompt: no; seed: no" if name else "no reason given"
    assert caught.value.message == f"Stability AI answered {status}: {words}"
    assert caught.value.retry_after == (60 if status == 429 else None)
    # What failed is not charged, and may be sent again.
    assert isinstance(caught.value, NotTaken) is (name == "internal_error")


def test_a_pause_that_is_asked_for_is_kept() -> None:
    told = error(429, "slow down").json
    assert ADAPTER.error(answer(told, 429, retry_after="5")).retry_after is None


NAMES = ["id", "name", "errors", "image", "result", "artifacts", "base64", "finishReason"]
NAMES += ["finish_reason", "message", "status", "credits"]
JSON = odd_json(NAMES, ["SUCCESS", "CONTENT_FILTERED", "content_moderation", "AAAA"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 202, 400, 403, 404, 422, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    for read in (*READERS, ADAPTER.is_accepted):
        try:
            read(Answer(status, data, {}))
        except TaskError as caught:
            assert len(caught.message) < 1000
        except (LookupError, TypeError, AttributeError):
            # An artifact without a picture; the runner tells what came instead.
            assert "artifacts" in data or "image" in data or "result" in data


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeStability]:
    with FakeStability(samples()).serve() as server:
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeStability, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("REELGRAPH_STABILITY_BASE_URL", fake.url)
    made = Place(tmp_path, "stability", KEY)
    make_image(tmp_path / "a.png", (640, 480))
    make_image(tmp_path / "b.png", (640, 480), colour=(9, 9, 9))
    yield made
    made.home.close()


def draw(place: Place, prompt: str = "a fox", model: str = "core", **inputs: Any) -> Any:
    model = f"stability/{model}"
    return place.go("text_to_image", {"prompt": prompt, "model": model, **inputs}, "image")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_picture_is_there_at_once(place: Place, fake: FakeStability, as_json: bool) -> None:
    fake.as_json = as_json
    report = draw(place)
    assert report.exit_code == 0, report.failures
    assert (place.job.billed, fake.made) == ("billed", 1)
    content = place.home.blobs.path(report.outputs["image"].digest).read_bytes()
    assert content == fake.files["image"]


def test_a_large_picture_in_json(place: Place, fake: FakeStability, tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(3 * 160 * 160)
    Pillow.frombytes("RGB", (160, 160), noise).save(tmp_path / "large.png")
    fake.files = {"image": (tmp_path / "large.png").read_bytes()}
    assert len(base64.b64encode(fake.files["image"])) > 16 * 1024
    report = draw(place, model="sdxl")
    assert report.exit_code == 0, report.failures


@pytest.mark.parametrize(
    ("model", "more"),
    [
        ("inpaint", {"prompt": "a", "mask": "b.png"}),
        ("erase", {"mask": "b.png"}),
        ("style-transfer", {"references": ["b.png"]}),
        ("sdxl", {"prompt": "a", "mask": "b.png"}),
        ("replace-background-and-relight", {"prompt": "a beach"}),
    ],
)
def test_edits(place: Place, fake: FakeStability, model: str, more: dict[str, Any]) -> None:
    inputs = {"image": "a.png", "model": f"stability/{model}", **more}
    report = place.go("image_to_image", inputs, "image")
    assert report.exit_code == 0, report.failures
    assert fake.made == 1


def test_several_pictures(place: Place) -> None:
    inputs = {"prompt": "a", "count": 3, "model": "stability/sdxl"}
    report = place.go("storyboard_images", inputs, "images")
    assert len(report.outputs["images"]) == 3


def enlarge(place: Place, prompt: str = "a fox") -> Any:
    inputs = {"image": "a.png", "prompt": prompt, "model": "stability/upscale-creative"}
    return place.go("upscale", inputs, "image")


@pytest.mark.parametrize("as_json", [False, True])
def test_a_task_is_waited_for(place: Place, fake: FakeStability, as_json: bool) -> None:
    fake.as_json = as_json
    report = enlarge(place)
    assert report.exit_code == 0, report.failures
    assert (place.job.billed, fake.made) == ("billed", 1)
    assert fake.count(f"/v2beta/results/{place.job.remote_id}") == 3


def test_what_is_planned(place: Place) -> None:
    inputs = {"prompt": "a", "model": "stability/sd3.5-large"}
    plan = place.plan(place.workflow("text_to_image", inputs, "image"))
    assert plan.cost_low == plan.cost_high == Decimal("0.065")


def test_a_task_is_gone_on_with(place: Place, fake: FakeStability) -> None:
    fake.script(f"/v2beta/results/{1:064x}", error(401, "no"))
    assert enlarge(place).exit_code != 0
    job = place.job
    assert not place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert job.state is JobState.SUBMITTED
    assert enlarge(place).exit_code == 0
    assert fake.made == 1


def test_a_task_that_is_refused(place: Place) -> None:
    (failure,) = enlarge(place, "unsafe").failures
    assert failure.kind == "refused"
    assert place.job.billed == "not billed"


@pytest.mark.parametrize("model", ["core", "sdxl"])
@pytest.mark.parametrize(("prompt", "billed"), [("forbidden", "not billed"), ("unsafe", "unknown")])
def test_what_is_refused(place: Place, model: str, prompt: str, billed: str) -> None:
    (failure,) = draw(place, prompt, model).failures
    assert failure.kind == "refused"
    assert place.job.billed == billed


def test_what_failed_or_came_too_soon_is_sent_again(place: Place, fake: FakeStability) -> None:
    path = "/v2beta/stable-image/generate/core"
    fake.script(path, error(500, "try again"), error(429, "too many"))
    report = draw(place)
    assert report.exit_code == 0, report.failures
    assert fake.made == 1


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(502, after=True)])
def test_what_nobody_knows_is_left_to_a_person(
    place: Place, fake: FakeStability, lost: Reply
) -> None:
    fake.script("/v2beta/stable-image/generate/core", lost)
    for _ in range(2):
        (failure,) = draw(place).failures
        assert "nobody knows whether stability has job" in failure.message
    assert fake.made == 1


def test_keys(place: Place, fake: FakeStability) -> None:
    assert place.act(PROVIDER.accepts_key)
    fake.script("/v1/user/balance", error(401, "no"))
    assert not place.act(PROVIDER.accepts_key)
    assert set(FORMS) >= {f"/{m.endpoint}" for m in MODELS if m.endpoint.startswith("v2")}
