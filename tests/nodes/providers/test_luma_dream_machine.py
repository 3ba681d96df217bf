"""Luma's older API: what is sent, how answers are read, and runs at the strict copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, TaskError
from engine.store.job import JobState
from nodes.models import ModelInfo, catalogue
from nodes.providers.luma_dream_machine import PROVIDER, DreamMachine
from nodes.remote.adapter import (
    Answer,
    Call,
    JobPhase,
    JobStatus,
    Listed,
    RemoteFile,
    RemoteJob,
    Sent,
)
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_luma_dream_machine import KEY, SCHEMAS, FakeDreamMachine, faults_of
from tests.support.loopback import Reply
from tests.support.odd_answers import odd_json, read_or_refused
from tests.support.openapi import request_faults
from tests.support.place import Place
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = DreamMachine()
MODELS = [
    model
    for model in catalogue().all()
    if model.provider == "luma_dream_machine" and catalogue().is_offered(model)
]
JOB = RemoteJob("00000000-0000-0000-0000-000000000001")
DATA: dict[str, list[Any]] = {"concepts": [["dolly_zoom"], ["pan_left", "static"]]}
URL = "https://example.com/a.png"
PATH = "/dream-machine/v1/generations/video"


def with_ids(request: Request) -> Request:
    """Return a request whose clips are named as the service names them."""
    names = {name for name in ("start_generation", "end_generation") if name in request.options}
    options = {**request.options, **dict.fromkeys(names, JOB.remote_id)}
    return Request(**{**_fields(request), "options": options})


def _fields(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.__dataclass_fields__}


def call_of(request: Request) -> Call:
    model = catalogue().get(request.model)
    assert model is not None
    return ADAPTER.submit(model, with_ids(request), {}, "k-1")


def answer(data: Any, status: int = 200) -> Answer:
    return Answer(status, data, {})


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    requests = list(requests_of(model, DATA))
    for request in requests:
        call = call_of(request)
        assert faults_of(call.url, call.json) == [], (request, call.json)
    assert len(requests) >= 3


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_the_specification_takes_every_request(model: ModelInfo) -> None:
    def wrong(request: Request) -> list[str]:
        call = call_of(request)
        return request_faults("luma.yaml", call.url, call.json)

    spec_check.checked("luma_dream_machine", model.id, requests_of(model, DATA), wrong)


BODIES: list[tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]] = [
    (
        "ray-2",
        "/generations/video",
        {"seconds": 6.0, "resolution": "4K"},
        {"start_image": URL, "end_generation": JOB.remote_id, "concepts": ["pan_left"]},
        {
            "model": "ray-2",
            "duration": "9s",
            "resolution": "4k",
            "keyframes": {
                "frame0": {"type": "image", "url": URL},
                "frame1": {"type": "generation", "id": JOB.remote_id},
            },
            "concepts": [{"key": "pan_left"}],
        },
    ),
    (
        "ray-flash-2/modify",
        "/generations/video/modify",
        {},
        {"film": URL, "mode": "adhere_1", "first_image": URL},
        {
            "model": "ray-flash-2",
            "generation_type": "modify_video",
            "media": {"url": URL},
            "mode": "adhere_1",
            "first_frame": {"url": URL},
        },
    ),
    (
        "photon-1",
        "/generations/image",
        {"aspect_ratio": "9:21"},
        {
            "image_refs": [URL, URL],
            "image_ref_weight": 0.5,
            "style_refs": [URL],
            "character_refs": [URL],
            "modify_image": URL,
            "modify_image_weight": 1,
        },
        {
            "model": "photon-1",
            "aspect_ratio": "9:21",
            "image_ref": [{"url": URL, "weight": 0.5}] * 2,
            "style_ref": [{"url": URL}],
            "character_ref": {"identity0": {"images": [URL]}},
            "modify_image_ref": {"url": URL, "weight": 1},
        },
    ),
    (
        "photon-flash-1/reframe",
        "/generations/image/reframe",
        {"aspect_ratio": "1:1"},
        {"picture": URL, "x_start": 0, "x_end": 64},
        {
            "model": "photon-flash-1",
            "generation_type": "reframe_image",
            "media": {"url": URL},
            "aspect_ratio": "1:1",
            "x_start": 0,
            "x_end": 64,
        },
    ),
]


@pytest.mark.parametrize(("name", "path", "fields", "options", "sent"), BODIES)
def test_bodies(
    name: str, path: str, fields: dict[str, Any], options: dict[str, Any], sent: dict[str, Any]
) -> None:
    kind: Any = "text_to_image" if "photon" in name else "text_to_video"
    model = f"luma_dream_machine/{name}"
    call = call_of(Request(kind, model, prompt="a", options=options, **fields))
    assert (call.url, call.json) == (path, {"prompt": "a", **sent})


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"start_image": URL, "start_generation": "g"}, "does not go with start_generation"),
        ({"concepts": "pan_left"}, "concepts: a list"),
        ({"concepts": [1]}, "concepts: a list"),
        ({"start_image": "a.png"}, "takes address"),
    ],
)
def test_what_does_not_go_is_not_sent(options: dict[str, Any], complaint: str) -> None:
    request = Request("text_to_video", "luma_dream_machine/ray-2", prompt="a", options=options)
    with pytest.raises(TaskError, match=complaint):
        call_of(request)


def test_files_are_not_taken() -> None:
    with pytest.raises(TaskError, match="takes no files") as caught:
        ADAPTER.start_upload(HANDLES["image"])
    assert "the models of `luma`" in caught.value.hint


def test_what_is_gone_has_a_successor() -> None:
    (complaint,) = catalogue().complaints("luma_dream_machine/ray-1-6", "text_to_video")
    assert complaint.endswith("has been retired; its successor is luma_dream_machine/ray-2")


# -- what is answered ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "phase", "message"),
    [
        ({"state": "queued"}, JobPhase.QUEUED, ""),
        ({"state": "dreaming"}, JobPhase.RUNNING, ""),
        ({"state": "musing"}, JobPhase.RUNNING, ""),
        ({"state": "failed", "failure_reason": "so"}, JobPhase.FAILED, "so"),
        ({"state": "failed", "failure_reason": None}, JobPhase.FAILED, ""),
        ({"state": "failed", "failure_reason": "Moderated"}, JobPhase.REFUSED, "Moderated"),
        ({"state": "completed", "assets": None}, JobPhase.FAILED, None),
        ({"state": "completed", "assets": {"video": ""}}, JobPhase.FAILED, None),
    ],
)
def test_states(told: Any, phase: JobPhase, message: str | None) -> None:
    said = ADAPTER.status(answer({"id": "1", **told}), JOB)
    assert isinstance(said, JobStatus)
    assert said.phase is phase
    assert message in (None, said.message)
    assert not said.files


@pytest.mark.parametrize("kind", ["video", "image"])
def test_results(kind: Any) -> None:
    assets = {kind: "https://x/1", "progress_video": "https://x/2"}
    said = ADAPTER.status(answer({"state": "completed", "assets": assets}), JOB)
    assert isinstance(said, JobStatus)
    assert (said.files, said.billed) == ((RemoteFile("https://x/1", kind),), "billed")


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        (400, "no", ErrorKind.INVALID),
        (400, "Prompt was moderated", ErrorKind.REFUSED),
        (401, "Invalid API key is provided", ErrorKind.AUTH),
        (402, "no", ErrorKind.BILLING),
        (403, "no", ErrorKind.AUTH),
        (404, "no", ErrorKind.DOWN),
        (429, "no", ErrorKind.THROTTLED),
        (500, "moderation is down", ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, words: str, kind: ErrorKind) -> None:
    for read in (ADAPTER.submitted, partial(ADAPTER.status, job=JOB)):
        with pytest.raises(TaskError, match=words) as caught:
            read(answer({"detail": words}, status))
        assert caught.value.kind is kind


def test_moves_of_the_camera_are_listed() -> None:
    ray, photon = (catalogue().get(f"luma_dream_machine/{n}") for n in ("ray-2", "photon-1"))
    assert ray is not None
    assert photon is not None
    assert list(ADAPTER.listings(ray)) == ["concepts"]
    assert ADAPTER.listings(photon) == {}
    assert ADAPTER.listed(answer(["pan_left", 7])) == [Listed("pan_left", "pan_left")]
    for told in (answer({}), answer([], 500)):
        with pytest.raises(TaskError):
            ADAPTER.listed(told)


BODY = {"model": "ray-2", "prompt": "a"}
SENT = Sent("/generations/video", BODY, 1_800_000_000.0, frozenset({"old"}))


def listed(*rows: tuple[str, Any, str]) -> Answer:
    shown = [{"id": name, "request": body, "created_at": made} for name, body, made in rows]
    return answer({"generations": shown})


def test_a_submission_is_recognised() -> None:
    late, early = "2027-01-15T08:00:10Z", "2027-01-15T07:00:00+00:00"
    mine = ("mine", {**BODY, "loop": False}, late)
    others = [
        ("old", BODY, late),
        ("early", BODY, early),
        ("other", {**BODY, "prompt": "b"}, late),
        ("none", None, late),
    ]
    assert ADAPTER.recognised(listed(mine, *others), SENT) == RemoteJob("mine")
    with pytest.raises(TaskError, match="not among"):
        ADAPTER.recognised(listed(*others), SENT)
    with pytest.raises(TaskError, match="2 generations"):
        ADAPTER.recognised(listed(mine, ("twin", BODY, late)), SENT)


NAMES = ["id", "state", "assets", "video", "image", "failure_reason", "detail", "generations"]
NAMES += ["request", "created_at"]
JSON = odd_json(NAMES, ["completed", "failed", "moderated", "https://x/a"])


@settings(max_examples=300)
@given(data=JSON, status=st.sampled_from([200, 201, 400, 401, 404, 429, 500]))
def test_any_answer_is_read_or_refused(data: Any, status: int) -> None:
    told = Answer(status, data, {})
    readers = (ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted)
    read_or_refused(told, *readers, ADAPTER.listed)


# -- runs ----------------------------------------------------------------------------------------


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeDreamMachine]:
    with FakeDreamMachine(samples()).serve() as server:
        yield server


@pytest.fixture
def place(
    tmp_path: Path, fake: FakeDreamMachine, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    url = f"{fake.url}/dream-machine/v1"
    monkeypatch.setenv("REELGRAPH_LUMA_DREAM_MACHINE_BASE_URL", url)
    made = Place(tmp_path, "luma_dream_machine", KEY)
    yield made
    made.home.close()


def clip(place: Place, prompt: str = "a fox", **options: Any) -> Any:
    inputs = {"prompt": prompt, "model": "luma_dream_machine/ray-2", "options": options}
    return place.go("text_to_video", inputs, "video")


def test_a_clip_and_one_that_goes_on_from_it(place: Place, fake: FakeDreamMachine) -> None:
    report = clip(place, loop=True)
    assert report.exit_code == 0, report.failures
    assert (place.job.billed, place.job.remote_id) == ("billed", JOB.remote_id)
    assert clip(place, start_generation=JOB.remote_id).exit_code == 0
    assert len(fake.generations) == 2


def test_a_picture(place: Place) -> None:
    inputs = {"prompt": "a", "model": "luma_dream_machine/photon-1"}
    report = place.go("text_to_image", inputs, "image")
    assert report.exit_code == 0, report.failures


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(500, after=True)])
def test_a_lost_answer_is_made_good(place: Place, fake: FakeDreamMachine, lost: Reply) -> None:
    fake.script(PATH, lost)
    report = clip(place)
    assert report.exit_code == 0, report.failures
    assert len(fake.generations) == 1


def test_what_is_not_among_them_is_left_to_a_person(place: Place, fake: FakeDreamMachine) -> None:
    fake.script(PATH, Reply(silent=True))
    (failure,) = clip(place).failures
    assert "nobody knows whether luma_dream_machine has job" in failure.message
    assert "not among the last generations" in failure.message
    assert place.job.state is JobState.SUBMITTING


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "refused", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = clip(place, prompt).failures
    assert failure.kind == kind
    assert place.job.billed == billed


def test_keys_names_and_what_cannot_be_called_off(place: Place, fake: FakeDreamMachine) -> None:
    assert place.act(PROVIDER.accepts_key)
    found = place.act(lambda ctx: PROVIDER.listings("luma_dream_machine/ray-2", ctx))
    assert [each.name for each in found["concepts"]] == ["dolly_zoom", "pan_left"]
    fake.script(f"/dream-machine/v1/generations/{JOB.remote_id}", Reply(401, json={"detail": "no"}))
    assert clip(place).exit_code != 0
    job = place.job
    assert not place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert clip(place).exit_code == 0
    assert len(fake.generations) == 1
    assert {f"/{model.endpoint}" for model in MODELS} == set(SCHEMAS)
