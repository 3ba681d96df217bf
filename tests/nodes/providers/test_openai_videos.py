"""Gateways that make films by `/v1/videos`: what is sent, what is answered, and runs at one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import ErrorKind, Media, TaskError
from engine.errors import UsageError
from engine.execute import RunReport
from nodes.models import ModelInfo, catalogue
from nodes.providers.openai_videos import OpenAIVideos
from nodes.remote.adapter import Answer, Call, JobPhase, JobStatus, Located, RemoteJob, Spooled
from nodes.remote.session import MISREAD
from nodes.requests import Request
from tests.support import spec_check
from tests.support.every_model import HANDLES
from tests.support.fake_openai_videos import KEY, ROUTES, FakeOpenAIVideos, faults_of
from tests.support.forms import Field
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video
from tests.support.openapi import FILE, schema_faults
from tests.support.place import KeyedStudio
from tests.support.samples import samples
from tests.support.variations import requests_of

ADAPTER = OpenAIVideos()
MODELS = [model for model in catalogue().all() if model.provider == "openai_videos"]
IMAGE, VIDEO = HANDLES["image"], HANDLES["video"]
JOB = RemoteJob("video_7")
ANY = {"model": "openai_videos/any", "options": {"model": "sora-2"}}
SCHEMAS = {
    "/videos": ("CreateVideoJsonBody", "CreateVideoMultipartBody"),
    "/videos/edits": ("", "CreateVideoEditMultipartBody"),
    "/videos/extensions": ("", "CreateVideoExtendMultipartBody"),
}
GUIDE = {
    "/videos": {
        "seconds": {"enum": ["4", "8", "12", "16", "20"]},
        "size": {
            "enum": [
                *("720x1280", "1280x720", "1024x1792", "1792x1024", "1080x1920", "1920x1080"),
            ]
        },
    },
    "/videos/edits": {},
    "/videos/extensions": {"seconds": {"enum": ["4", "8", "12", "16", "20"]}},
}
"""What OpenAI's guide had besides its specification."""


class Inputs(dict[str, Any]):
    """How each input stands in a request."""

    def __missing__(self, digest: str) -> Any:
        return ADAPTER.start_upload(IMAGE if digest == IMAGE.digest else VIDEO)


def model_of(name: str) -> ModelInfo:
    found = catalogue().get(f"openai_videos/{name}")
    assert found is not None
    return found


def call_of(name: str, kind: Any, **fields: Any) -> Call:
    model = model_of(name)
    return ADAPTER.submit(model, Request(kind, model.id, **fields), Inputs(), "k-1")


def calls_of(model: ModelInfo) -> Iterator[Call]:
    for request in requests_of(model, {}):
        yield ADAPTER.submit(model, request, Inputs(), "k-1")


def as_body(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = call.json or {
        part.name: FILE if isinstance(part.value, Media) else part.value for part in call.form
    }
    return found


# -- what is sent --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_all_that_passes_the_check_is_taken(model: ModelInfo) -> None:
    for call in calls_of(model):
        body = {name: value for name, value in as_body(call).items() if value != FILE}
        files = [
            Field(part.name, b"", part.filename, part.value.media_type)
            for part in call.form
            if isinstance(part.value, Media)
        ]
        assert faults_of(call.url, body, files) == [], body


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_request_is_one_of_the_specification(model: ModelInfo) -> None:
    spec_check.specification("openai.yaml")

    def wrong(call: Call) -> list[str]:
        name = SCHEMAS[call.url][bool(call.form)]
        return schema_faults("openai.yaml", name, as_body(call), json.dumps(GUIDE[call.url]))

    spec_check.checked("openai_videos", model.id, calls_of(model), wrong)


def test_a_film_from_words_is_asked_for_in_json() -> None:
    call = call_of(
        "any",
        "text_to_video",
        prompt="a fox",
        aspect_ratio="16:9",
        resolution="1080p",
        seconds=6.0,
        options={"model": "m-1"},
    )
    assert (call.method, call.url) == ("POST", "/videos")
    assert call.json == {"prompt": "a fox", "model": "m-1", "size": "1920x1080", "seconds": "8"}


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ({}, None),
        ({"aspect_ratio": "16:9"}, "1280x720"),
        ({"resolution": "1080p"}, "1080x1920"),
        ({"options": {"model": "m", "size": "1792x1024"}}, "1792x1024"),
    ],
)
def test_sizes(fields: dict[str, Any], size: str | None) -> None:
    call = call_of("any", "text_to_video", **{"prompt": "a", "options": {"model": "m"}, **fields})
    assert call.json.get("size") == size


def test_files_go_along_in_a_form() -> None:
    call = call_of("any", "image_to_video", prompt="a", image=IMAGE, options={"model": "m"})
    assert [(p.name, p.value, p.filename) for p in call.form] == [
        ("prompt", "a", ""),
        ("model", "m", ""),
        ("input_reference", IMAGE, "input.png"),
    ]
    edit = call_of("edit", "video_to_video", prompt="a", video=VIDEO)
    assert edit.url == "/videos/edits"
    assert [(p.name, p.filename) for p in edit.form] == [("prompt", ""), ("video", "input.mp4")]
    extend = call_of("extend", "video_to_video", prompt="a", video=VIDEO, seconds=4.0)
    assert [(p.name, p.value) for p in extend.form][1] == ("seconds", "4")
    with pytest.raises(TaskError, match="takes no image/gif"):
        ADAPTER.start_upload(IMAGE.model_copy(update={"media_type": "image/gif"}))


def test_without_an_address_nothing_is_asked() -> None:
    assert isinstance(ADAPTER, Located)
    with pytest.raises(UsageError, match="which gateway") as caught:
        ADAPTER.address({"OPENAI_BASE_URL": "https://api.openai.com/v1"})
    assert caught.value.where == "REELGRAPH_OPENAI_VIDEOS_BASE_URL"
    assert ADAPTER.poll(RemoteJob("a/7")).url == "/videos/a%2F7"
    assert ADAPTER.cancel(JOB) is None


# -- what is answered ----------------------------------------------------------------------------


def read(document: Any, status: int = 200, **more: Any) -> JobStatus | Call:
    return ADAPTER.status(Answer(status, document, {}, **more), JOB)


def test_statuses() -> None:
    assert read({"status": "queued", "progress": 0}) == JobStatus(JobPhase.QUEUED, 0.0)
    assert read({"status": "in_progress", "progress": 40}) == JobStatus(JobPhase.RUNNING, 0.4)
    assert read({"status": "in_progress"}) == JobStatus(JobPhase.RUNNING)
    assert read({"status": "in_progress", "progress": 4000}) == JobStatus(JobPhase.RUNNING)
    error = {"code": "internal_error", "message": "out of ink"}
    failed = JobStatus(JobPhase.FAILED, message="out of ink")
    assert read({"status": "failed", "error": error}) == failed
    refused = JobStatus(JobPhase.REFUSED, message="moderation_blocked")
    assert read({"status": "failed", "error": {"code": "moderation_blocked"}}) == refused
    assert read({"status": "failed"}) == JobStatus(JobPhase.FAILED, message="no reason given")
    fetch = read({"status": "completed"})
    assert isinstance(fetch, Call)
    assert (fetch.url, fetch.holds_media, fetch.authenticated) == (
        "/videos/video_7/content",
        True,
        True,
    )
    spooled = Spooled(Path("x"), 3)
    done = read(None, file=spooled, wants=fetch.wants)
    assert isinstance(done, JobStatus)
    assert (done.files[0].spooled, done.billed) == (spooled, "billed")
    with pytest.raises(TaskError, match="unexpected"):
        read({}, wants=fetch.wants)
    with pytest.raises(TaskError):
        read({}, 404, wants=fetch.wants)
    with pytest.raises(TaskError, match="unexpected"):
        ADAPTER.submitted(Answer(200, {"id": 7}, {}))


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, ErrorKind.INVALID),
        (400, "moderation_blocked", ErrorKind.REFUSED),
        (401, "invalid_api_key", ErrorKind.AUTH),
        (404, None, ErrorKind.DOWN),
        (429, None, ErrorKind.THROTTLED),
        (429, "insufficient_quota", ErrorKind.BILLING),
        (500, None, ErrorKind.TRANSIENT),
    ],
)
def test_errors(status: int, code: str | None, kind: ErrorKind) -> None:
    told = Answer(status, {"error": {"message": "so", "code": code}}, {})
    with pytest.raises(TaskError, match=f"the video gateway answered {status}: so") as caught:
        ADAPTER.submitted(told)
    assert caught.value.kind is kind


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda each: (
        st.lists(each, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "status", "progress", "error", "code", "message"]),
            each | st.sampled_from(["queued", "completed", "failed"]),
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200)
@given(data=JSON, status=st.sampled_from([200, 400, 401, 404, 429, 500]), wants=st.booleans())
def test_any_answer_is_read_or_refused(data: Any, status: int, wants: bool) -> None:
    told = Answer(status, data, {}, wants="film" if wants else "")
    for reader in (ADAPTER.submitted, partial(ADAPTER.status, job=JOB), ADAPTER.is_accepted):
        try:
            reader(told)
        except TaskError as error:
            assert len(error.message) < 1000
        except MISREAD:
            pass


# -- runs ----------------------------------------------------------------------------------------


class Place(KeyedStudio):
    """A studio with a key, and the gateway that it asks."""

    def __init__(self, folder: Path, fake: FakeOpenAIVideos) -> None:
        super().__init__(folder, "openai_videos", KEY)
        self.fake = fake
        make_image(folder / "picture.png", (64, 48))
        make_video(folder / "film.mp4")

    def go(self, node: str, **inputs: Any) -> RunReport:
        return self.run_at_any_price(self.workflow(node, inputs, "video"))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with FakeOpenAIVideos(samples()["video"]).serve() as server:
        monkeypatch.setenv("REELGRAPH_OPENAI_VIDEOS_BASE_URL", f"{server.url}/v1")
        made = Place(tmp_path, server)
        yield made
        made.home.close()


@pytest.mark.parametrize(
    ("node", "inputs"),
    [
        ("text_to_video", {"prompt": "a fox", **ANY}),
        ("image_to_video", {"prompt": "a fox", "image": "picture.png", **ANY}),
        ("video_to_video", {"prompt": "b", "video": "film.mp4", "model": "openai_videos/edit"}),
        (
            "video_to_video",
            {"prompt": "b", "video": "film.mp4", "duration": 4, "model": "openai_videos/extend"},
        ),
    ],
)
def test_films(place: Place, node: str, inputs: dict[str, Any]) -> None:
    report = place.go(node, **inputs)
    assert report.exit_code == 0, report.failures
    assert place.path(report.outputs["video"]).read_bytes() == place.fake.film
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed, job.remote_id) == ("stored", "billed", "video_1")


@pytest.mark.parametrize(
    ("prompt", "kind", "billed"),
    [
        ("forbidden", "refused", "not billed"),
        ("unsafe", "refused", "unknown"),
        ("broken", "down", "unknown"),
    ],
)
def test_what_comes_to_nothing(place: Place, prompt: str, kind: str, billed: str) -> None:
    (failure,) = place.go("text_to_video", prompt=prompt, **ANY).failures
    assert failure.kind == kind
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_a_film_whose_answer_was_lost_is_left_to_a_person(place: Place) -> None:
    place.fake.script("/videos", Reply(silent=True, after=True))
    (failure,) = place.go("text_to_video", prompt="a fox", **ANY).failures
    assert "nobody knows whether openai_videos has job" in failure.message
    assert len(place.fake.films) == 1


def test_without_an_address_the_run_says_so(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REELGRAPH_OPENAI_VIDEOS_BASE_URL")
    (failure,) = place.go("text_to_video", prompt="a fox", **ANY).failures
    assert "which gateway makes films" in failure.message
    assert "REELGRAPH_OPENAI_VIDEOS_BASE_URL" in str(failure)
    assert not place.fake.asked


def test_every_route_is_used() -> None:
    assert set(ROUTES) == {f"/{model.endpoint}" for model in MODELS}
