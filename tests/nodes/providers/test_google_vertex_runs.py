"""Workflows that ask Vertex AI, through the real engine and runner, at the fake service."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from engine.store import JobState
from nodes.keys import Keys
from nodes.providers.google_vertex import PROVIDER
from tests.support.fake_google_vertex import TOKEN, FakeGoogleVertex, account
from tests.support.loopback import Reply
from tests.support.place import Place
from tests.support.samples import samples

VEO = "google_vertex/veo-3.1"
PATH = (
    "/v1beta1/projects/demo/locations/us-central1/publishers/google/models/"
    "veo-3.1-generate-001:predictLongRunning"
)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogleVertex]:
    with FakeGoogleVertex(samples()).serve() as server:
        monkeypatch.setenv("GOOGLE_VERTEX_BASE_URL", server.url)
        monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "demo")
        monkeypatch.delenv("GOOGLE_CLOUD_LOCATION", raising=False)
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeGoogleVertex) -> Iterator[Place]:
    path = tmp_path / "account.json"
    path.write_text(account(fake.url))
    key = Keys({"GOOGLE_APPLICATION_CREDENTIALS": str(path)}).get("google_vertex")
    assert key is not None
    made = Place(tmp_path, "google_vertex", key.get_secret_value())
    yield made
    made.home.close()


def test_a_clip_with_a_token_that_was_bought(place: Place, fake: FakeGoogleVertex) -> None:
    inputs = {"image": "a.png", "last_image": "b.png", "prompt": "it drifts", "model": VEO}
    report = place.go("image_to_video", inputs, "video")
    assert not report.failures
    assert place.path(report.outputs["video"]).read_bytes() == fake.files["video"]
    assert (place.job.state, place.job.billed) == (JobState.STORED, "billed")
    assert place.job.remote_id.endswith("/operations/2-ab")
    assert fake.count("/token") == 1
    kept = json.dumps([place.job.request, place.job.results, place.job.outputs], default=str)
    assert TOKEN not in kept
    assert "PRIVATE" not in kept


def test_a_token_itself(tmp_path: Path, fake: FakeGoogleVertex) -> None:
    place = Place(tmp_path, "google_vertex", TOKEN)
    assert not place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    assert fake.count("/token") == 0
    place.home.close()


def test_no_token_is_no_job_in_doubt(place: Place, fake: FakeGoogleVertex) -> None:
    fake.script("/token", *[Reply(silent=True)] * 2)
    report = place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video")
    assert not report.failures
    assert len(fake.submissions) == 1


def test_a_refused_key(place: Place, fake: FakeGoogleVertex) -> None:
    error = {"error": "invalid_grant", "error_description": "Account disabled"}
    fake.script("/token", Reply(400, json=error))
    (failure,) = place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    assert failure.kind == "auth"
    assert "Account disabled" in failure.message
    assert (place.job.state, place.job.charge) == (JobState.FAILED, Decimal(0))


def test_a_token_that_is_no_longer_good(place: Place, fake: FakeGoogleVertex) -> None:
    fake.script(PATH, Reply(401, json={"error": {"status": "UNAUTHENTICATED", "code": 401}}))
    (failure,) = place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    assert failure.kind == "auth"
    fake.tokens = deque()
    assert not place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures


@pytest.mark.parametrize(
    ("word", "kind", "says"),
    [
        ("FILTERED", "refused", "sexual content"),
        ("CODED", "refused", "violence"),
        ("FAILED", "down", "it fell over"),
    ],
)
def test_no_clip(place: Place, fake: FakeGoogleVertex, word: str, kind: str, says: str) -> None:
    inputs = {"prompt": f"{word} a fox", "model": VEO}
    (failure,) = place.go("text_to_video", inputs, "video").failures
    assert failure.kind == kind
    assert says in failure.message
    assert (place.job.state, place.job.billed) == (JobState.FAILED, "unknown")


def test_a_lost_answer_is_not_asked_for_again(place: Place, fake: FakeGoogleVertex) -> None:
    fake.script(PATH, Reply(silent=True, after=True))
    for _ in range(2):
        assert place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    assert len(fake.submissions) == 1
    assert place.job.state is JobState.SUBMITTING


def test_pictures_text_and_speech(place: Place, fake: FakeGoogleVertex) -> None:
    inputs = {"image": "a.png", "prompt": "snow", "model": "google_vertex/gemini-3-pro-image"}
    assert not place.go("image_to_image", inputs, "image").failures
    inputs = {"prompt": "Once.", "model": "google_vertex/gemini-3.8-flash"}
    assert place.go("write", inputs, "text").outputs["text"] == '{"said": "Once."}'
    inputs = {"text": "Hello.", "model": "google_vertex/gemini-3.8-flash-tts"}
    assert place.go("speech", inputs, "audio").outputs["audio"].seconds == 0.5


def test_a_larger_picture(place: Place, fake: FakeGoogleVertex) -> None:
    inputs = {"image": "a.png", "model": "google_vertex/imagen-4.0-upscale-preview", "factor": 2}
    report = place.go("upscale", inputs, "image")
    assert not report.failures


def test_omni_is_offered_in_global(
    place: Place, fake: FakeGoogleVertex, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = {"prompt": "a fox", "model": "google_vertex/gemini-omni-1.2-flash"}
    (failure,) = place.go("text_to_video", inputs, "video").failures
    assert failure.kind == "down"
    assert "GOOGLE_CLOUD_LOCATION" in failure.hint
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "global")
    assert not place.go("text_to_video", inputs, "video").failures


def test_without_a_project(
    place: Place, fake: FakeGoogleVertex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GOOGLE_CLOUD_PROJECT")
    (failure,) = place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    assert "needs the id of a project" in failure.message


def test_a_job_cannot_be_called_off(
    place: Place, fake: FakeGoogleVertex, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.polls = 99
    monkeypatch.setattr(PROVIDER.adapter, "deadline", 0.0)
    assert place.go("text_to_video", {"prompt": "a fox", "model": VEO}, "video").failures
    job = place.job
    assert not place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert place.job.state is JobState.SUBMITTED
