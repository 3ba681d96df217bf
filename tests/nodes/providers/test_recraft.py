"""Recraft: what is sent, how answers are read, and runs at the strict copy of the service."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, TaskError
from engine.execute import RunReport
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.recraft import PROVIDER, Recraft
from nodes.remote.adapter import (
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Listed,
    Lists,
    RemoteFile,
)
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_recraft import ID, KEY, FakeRecraft, faults_of
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import request_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = Recraft()
MODELS = [model for model in catalogue().all() if model.provider == "recraft"]
IMAGE = HANDLES["image"]
PICTURE = "data:image/png;base64," + base64.b64encode(b"a file").decode()
COLOUR = {"rgb": [220, 80, 40]}
DATA: dict[str, list[Any]] = {
    "colors": [[COLOUR, {**COLOUR, "weight": 0.5}]],
    "background_color": [COLOUR],
    "text_layout": [[{"text": "OPEN", "bbox": [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]}]],
    "strict_color_palette": [[[220, 80, 40], [0, 0, 0]]],
}
NEWER = json.dumps({"model": {"enum": ["recraftv4_1_flash"]}})
"""The list of models of the specification is older than one."""


class Inputs(dict[str, Inline]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Inline:
        found = ADAPTER.start_upload(IMAGE)
        assert isinstance(found, Inline)
        return found


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"recraft/{name}")
    assert found is not None
    return found


def call_of(request: Request) -> Call:
    return ADAPTER.submit(model_of(request.model.partition("/")[2]), request, Inputs(), "k-1")


def styled(model: ModelInfo) -> Iterator[Request]:
    """Yield all that passes the check; with a style where a model cannot do without one."""
    yield from requests_of(model, DATA)
    if "style_id" in model.options:
        prompt = {"prompt": "a fox"} if "prompt" in model.inputs else {}
        image = {"image": IMAGE} if "image" in model.inputs else {}
        mask = {"mask": IMAGE} if "mask" in model.inputs else {}
        sizes = {"aspect_ratio": "1:1"} if model.id.endswith("outpaint") else {}
        expand = {f"expand_{side}": 8 for side in ("left", "right", "top", "bottom")}
        options = {"style_id": ID, **(expand if model.id.endswith("expand") else {})}
        if "generations" not in model.endpoint or "image" not in model.inputs:
            fields: dict[str, Any] = {**prompt, **image, **mask, **sizes}
            yield Request(model.kinds[0], model.id, **fields, options=options)


def as_sent(value: Any) -> Any:
    """Return a body as the service reads it."""
    if isinstance(value, Inline):
        return value.prefix + base64.b64encode(b"a file").decode()
    if isinstance(value, Mapping):
        return {name: as_sent(item) for name, item in value.items()}
    return [as_sent(item) for item in value] if isinstance(value, list) else value


def answer(data: Any, status: int = 200, wants: str = "", **headers: str) -> Answer:
    return Answer(status, data, headers, wants=wants)


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(styled(model))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, as_sent(call.json)) == [], (request, as_sent(call.json))
    assert requests


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("recraft.json")
    newer = NEWER if model.id == "recraft/v4.1-flash" else "{}"

    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        return request_faults("recraft.json", f"/v1{call.url}", call.json, newer)

    spec_check.checked("recraft", model.id, styled(model), wrong)


BODIES: list[tuple[str, Any, str, dict[str, Any], dict[str, Any]]] = [
    (
        "v4.1",
        "text_to_image",
        "/images/generations/raster",
        {
            "prompt": "a fox",
            "aspect_ratio": "4:3",
            "seed": 5,
            "options": {"colors": [COLOUR], "image_format": "webp"},
        },
        {
            "model": "recraftv4_1",
            "prompt": "a fox",
            "size": "1216x896",
            "random_seed": 5,
            "controls": {"colors": [COLOUR]},
            "image_format": "webp",
        },
    ),
    (
        "v4.1-pro",
        "storyboard_images",
        "/images/generations/raster",
        {"prompt": "a fox", "count": 3, "aspect_ratio": "9:16"},
        {"model": "recraftv4_1_pro", "prompt": "a fox", "n": 3, "size": "1536x2688"},
    ),
    (
        "v4-styles",
        "text_to_image",
        "/images/generations/raster",
        {"prompt": "a fox", "references": (IMAGE,)},
        {"model": "recraftv4_styles", "prompt": "a fox", "style_reference_urls": [PICTURE]},
    ),
    (
        "v3",
        "image_to_image",
        "/images/imageToImage",
        {
            "prompt": "a fox",
            "image": IMAGE,
            "strength": 0.3,
            "options": {"style": "icon", "no_text": True},
        },
        {
            "model": "recraftv3",
            "prompt": "a fox",
            "image_url": PICTURE,
            "strength": 0.3,
            "style": "icon",
            "controls": {"no_text": True},
        },
    ),
    (
        "v4.1-vector",
        "text_to_vector",
        "/images/generations/vector",
        {"prompt": "a fox", "aspect_ratio": "16:9"},
        {"model": "recraftv4_1_vector", "prompt": "a fox", "size": "16:9"},
    ),
    (
        "v3-inpaint",
        "image_to_image",
        "/images/inpaint",
        {"prompt": "a hat", "image": IMAGE, "mask": IMAGE},
        {"model": "recraftv3", "prompt": "a hat", "image_url": PICTURE, "mask_url": PICTURE},
    ),
    (
        "v3-outpaint",
        "image_to_image",
        "/images/outpaint",
        {"prompt": "a hill", "image": IMAGE, "aspect_ratio": "5:3"},
        {"model": "recraftv3", "prompt": "a hill", "image_url": PICTURE, "size": "1707x1024"},
    ),
    (
        "variate",
        "image_to_image",
        "/images/variateImage",
        {"image": IMAGE, "aspect_ratio": "1:1"},
        {"image_url": PICTURE, "size": "1:1"},
    ),
    (
        "remove-background",
        "image_to_image",
        "/images/removeBackground",
        {"image": IMAGE},
        {"image_url": PICTURE},
    ),
    (
        "vectorize",
        "image_to_vector",
        "/images/vectorize",
        {"image": IMAGE, "options": {"limit_num_shapes": "on", "max_num_shapes": 40}},
        {"image_url": PICTURE, "limit_num_shapes": "on", "max_num_shapes": 40},
    ),
    (
        "crisp-upscale",
        "upscale_image",
        "/images/crispUpscale",
        {"image": IMAGE},
        {"image_url": PICTURE},
    ),
]


@pytest.mark.parametrize(("name", "kind", "path", "fields", "sent"), BODIES)
def test_bodies(name: str, kind: Any, path: str, fields: dict[str, Any], sent: Any) -> None:
    call = call_of(Request(kind, f"recraft/{name}", **fields))
    assert (call.method, call.url) == ("POST", path)
    assert as_sent(call.json) == {**sent, "response_format": "url"}


@pytest.mark.parametrize(
    ("name", "fields", "complaint"),
    [
        ("v4.1", {"prompt": "a", "options": {"style": "icon"}}, "no option 'style'"),
        ("v3", {"prompt": "a", "options": {"style": "icon", "style_id": ID}}, "style_id"),
        ("v3", {"prompt": "a" * 1001}, "at most 1000 characters"),
        ("v4-styles", {"prompt": "a"}, "needs references or style_id"),
        ("v3-inpaint", {"prompt": "a", "image": IMAGE}, "needs mask"),
        ("remove-background", {"image": IMAGE, "prompt": "a"}, "takes no prompt"),
        ("vectorize", {"image": IMAGE, "options": {"max_num_shapes": 9}}, "limit_num_shapes"),
        (
            "crisp-upscale",
            {"image": IMAGE.model_copy(update={"width": 5000})},
            "at most 4096 pixels a side",
        ),
    ],
)
def test_what_does_not_go_together_is_not_sent(
    name: str, fields: dict[str, Any], complaint: str
) -> None:
    with pytest.raises(TaskError, match=complaint) as caught:
        call_of(Request(model_of(name).kinds[0], f"recraft/{name}", **fields))
    assert caught.value.kind is ErrorKind.INVALID


def test_other_files_are_not_sent() -> None:
    with pytest.raises(TaskError, match="takes no image/gif"):
        ADAPTER.start_upload(IMAGE.model_copy(update={"media_type": "image/gif"}))


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ErrorKind.INVALID),
        (401, ErrorKind.AUTH),
        (402, ErrorKind.BILLING),
        (429, ErrorKind.THROTTLED),
        (500, ErrorKind.TRANSIENT),
    ],
)
def test_errors_name_the_request(status: int, kind: ErrorKind) -> None:
    headers = {"x-recraft-requestid": f"\x1b[2J{ID}"}
    error = ADAPTER.error(Answer(status, {"code": "x", "message": "no"}, headers))
    assert (error.kind, error.message) == (kind, f"Recraft answered {status}: no")
    assert ID in error.hint
    assert "\x1b" not in error.hint
    assert ADAPTER.error(answer({"message": "no"}, 400)).hint == ""


def test_what_was_made_and_what_it_cost() -> None:
    item = {"image_id": ID, "url": "https://x/1"}
    drawn = ADAPTER.submitted(
        answer({"created": 1, "credits": 80, "data": [item, {**item, "url": "https://x/2"}]})
    )
    assert isinstance(drawn, JobStatus)
    assert [file.url for file in drawn.files] == ["https://x/1", "https://x/2"]
    assert (drawn.phase, drawn.cost) == (JobPhase.SUCCEEDED, Decimal("0.08"))
    shapes = ADAPTER.submitted(answer({"credits": 10, "image": item}, wants="vector"))
    assert isinstance(shapes, JobStatus)
    assert shapes.files == (RemoteFile("https://x/1", "file"),)
    others: list[Any] = [None, [], {}, {"data": []}, {"image": {"image_id": ID}}]
    for other in others:
        with pytest.raises(TaskError, match="unexpected"):
            ADAPTER.submitted(answer(other))


def test_styles_are_listed() -> None:
    assert isinstance(ADAPTER, Lists)
    assert ADAPTER.listings(model_of("crisp-upscale")) == {}
    assert set(ADAPTER.listings(model_of("v3"))) == {"style", "style_id"}
    own = {"id": ID, "style": "icon"}
    named = {"style_id": ID, "style": "Photorealism", "model": "recraftv3"}
    listed = ADAPTER.listed(answer({"styles": [own, named]}))
    assert listed == [Listed(ID, "icon"), Listed("Photorealism", "Photorealism", "recraftv3")]


NAMES = ["data", "image", "url", "credits", "styles", "style_id", "style", "id", "message", "code"]
JSON = odd_json(NAMES)


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    read_or_refused(told, ADAPTER.submitted, ADAPTER.is_accepted, or_misread=[ADAPTER.listed])


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeRecraft) -> None:
        super().__init__(folder, "recraft", KEY)
        self.fake = fake
        make_image(folder / "1.png", (640, 480))

    def go(self, node: str, port: str, model: str, **inputs: Any) -> RunReport:
        asked = {"model": f"recraft/{model}", **inputs}
        return self.run_at_any_price(self.workflow(node, asked, port))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    fake = FakeRecraft(samples())
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_RECRAFT_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_pictures_edits_and_vectors(place: Place) -> None:
    for node, port, model, inputs in (
        ("text_to_image", "image", "v4.1", {"prompt": "a fox"}),
        ("storyboard_images", "images", "v4.1", {"prompt": "a fox", "count": 3}),
        ("image_to_image", "image", "remove-background", {"image": "1.png"}),
        ("text_to_vector", "file", "v4.1-vector", {"prompt": "a fox"}),
        ("image_to_vector", "file", "vectorize", {"image": "1.png"}),
        ("upscale", "image", "crisp-upscale", {"image": "1.png"}),
    ):
        report = place.go(node, port, model, **inputs)
        assert report.exit_code == 0, report.failures
    jobs = place.home.journal.jobs()
    assert {job.billed for job in jobs} == {"billed"}
    assert sorted(str(job.cost) for job in jobs) == ["0.04"] * 5 + ["0.12"]
    assert place.fake.made == 6


def test_no_words_and_empty_words_are_the_same_work(place: Place) -> None:
    # The words of image_to_image were required once: what was made then must be found again.
    def asked(**inputs: Any) -> RunReport:
        return place.go("image_to_image", "image", "remove-background", image="1.png", **inputs)

    assert asked().exit_code == asked(prompt="").exit_code == 0
    assert place.fake.made == 1
    inputs = {"image": "1.png", "model": "recraft/remove-background", "prompt": "a fox"}
    assert "takes no prompt" in place.complaints("image_to_image", inputs, "image")
    for model in ("recraft/v3-replace-background", "animatic/frame"):
        inputs = {"image": "1.png", "model": model}
        assert "needs prompt" in place.complaints("image_to_image", inputs, "image")


def test_what_is_planned(place: Place) -> None:
    inputs = {"prompt": "a", "model": "recraft/v4.1", "count": 4}
    plan = place.plan(place.workflow("storyboard_images", inputs, "images"))
    assert plan.cost_low == plan.cost_high == Decimal("0.14")


def test_what_is_refused_is_not_paid_for(place: Place) -> None:
    (failure,) = place.go("text_to_image", "image", "v4.1", prompt="forbidden").failures
    assert failure.kind == "invalid"
    assert "does not comply" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.billed == "not billed"


def test_an_answer_that_was_lost_is_left_to_a_person(place: Place) -> None:
    place.fake.script("/images/generations/raster", Reply(silent=True, after=True))
    for _ in range(2):
        (failure,) = place.go("text_to_image", "image", "v4.1", prompt="a").failures
        assert "nobody knows whether recraft has job" in failure.message
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.SUBMITTING
    assert place.fake.made == 1


def test_the_names_of_styles_at_the_service(place: Place) -> None:
    async def listings() -> Any:
        async with place.engine.outside() as context:
            return await PROVIDER.listings("recraft/v3", context)

    found = anyio.run(listings)
    assert [each.id for each in found["style_id"]] == [ID]
    assert [each.id for each in found["style"]] == ["Photorealism"]
