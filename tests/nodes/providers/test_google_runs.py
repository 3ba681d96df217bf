"""Workflows that ask Google, through the real engine and runner, at the fake service."""

from __future__ import annotations

import base64
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.store import JobState
from nodes.providers.google import PROVIDER
from tests.support.fake_google import KEY, FakeGoogle
from tests.support.loopback import Reply
from tests.support.place import Place
from tests.support.samples import samples

IMAGE = "/v1beta/models/gemini-3-pro-image:generateContent"
OMNI = "google/gemini-omni-1.2-flash"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    with FakeGoogle(samples()).serve() as server:
        monkeypatch.setenv("REELGRAPH_GOOGLE_BASE_URL", server.url)
        yield server


@pytest.fixture
def place(tmp_path: Path, fake: FakeGoogle) -> Iterator[Place]:
    made = Place(tmp_path, "google", KEY)
    yield made
    made.home.close()


@pytest.mark.parametrize("size", [(8, 8), (700, 700)])
def test_a_picture_comes_with_the_answer(
    place: Place, fake: FakeGoogle, size: tuple[int, int]
) -> None:
    path = place.folder / "noise.png"
    Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)).save(path)
    fake.files["image"] = content = path.read_bytes()
    inputs = {"prompt": "a fox", "model": "google/gemini-3-pro-image", "resolution": "2K"}
    report = place.go("text_to_image", inputs, "image")
    assert report.status == "done"
    assert place.path(report.outputs["image"]).read_bytes() == content
    assert (place.job.state, place.job.billed) == (JobState.STORED, "billed")
    place.go("text_to_image", inputs, "image")
    assert len(fake.submissions) == 1


def test_a_picture_is_edited(place: Place, fake: FakeGoogle) -> None:
    inputs = {"image": "a.png", "prompt": "snow", "references": ["b.png"]}
    inputs["model"] = "google/gemini-nano-banana-2.1"
    assert place.go("image_to_image", inputs, "image").status == "done"
    ((_, body),) = fake.submissions
    first, second, text = body["contents"][0]["parts"]
    for part, name in ((first, "a.png"), (second, "b.png")):
        sent = base64.b64decode(part["inlineData"]["data"])
        assert sent == (place.folder / name).read_bytes()
    assert text == {"text": "snow"}


@pytest.mark.parametrize(
    ("word", "kind", "says", "billed"),
    [
        ("blocked", "refused", "PROHIBITED_CONTENT", "unknown"),
        ("filtered", "refused", "IMAGE_SAFETY", "unknown"),
        ("declined", "refused", "I would rather not.", "unknown"),
        ("unlucky", "invalid", "made no picture", "unknown"),
        ("endless", "invalid", "cut off", "billed"),
    ],
)
def test_no_picture(
    place: Place, fake: FakeGoogle, word: str, kind: str, says: str, billed: str
) -> None:
    inputs = {"prompt": word, "model": "google/gemini-3-pro-image"}
    (failure,) = place.go("text_to_image", inputs, "image").failures
    assert failure.kind == kind
    assert says in failure.message
    assert (place.job.state, place.job.billed) == (JobState.FAILED, billed)
    assert len(fake.submissions) == 1


def test_a_lost_answer_is_not_asked_for_again(place: Place, fake: FakeGoogle) -> None:
    fake.script(IMAGE, Reply(silent=True, after=True))
    inputs = {"prompt": "a fox", "model": "google/gemini-3-pro-image"}
    for _ in range(2):
        (failure,) = place.go("text_to_image", inputs, "image").failures
        assert "nobody knows" in failure.message
    assert len(fake.submissions) == 1
    assert place.job.state is JobState.SUBMITTING


def test_a_full_quota_is_waited_for(place: Place, fake: FakeGoogle) -> None:
    details = [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "37s"}]
    error = {"code": 429, "status": "RESOURCE_EXHAUSTED", "message": "m", "details": details}
    fake.script(IMAGE, Reply(429, json={"error": error}))
    inputs = {"prompt": "a fox", "model": "google/gemini-3-pro-image"}
    assert place.go("text_to_image", inputs, "image").status == "done"
    assert max(place.waits) >= 37


def test_speech_is_given_a_header(place: Place, fake: FakeGoogle) -> None:
    inputs = {"text": "Hello.", "voice": "Kore", "model": "google/gemini-3.8-flash-tts"}
    report = place.go("speech", inputs, "audio")
    assert not report.failures
    sound = report.outputs["audio"]
    assert (sound.seconds, sound.sample_rate, sound.channels) == (0.5, 24_000, 1)


def test_a_text_is_written(place: Place, fake: FakeGoogle) -> None:
    report = place.go("write", {"prompt": "Once.", "model": "google/gemini-3.8-flash"}, "text")
    assert report.outputs["text"] == '{"said": "Once."}'
    assert place.job.billed == "billed"


@pytest.mark.parametrize("prompt", ["it drifts", "INLINE it drifts"])
def test_a_clip_is_a_job(place: Place, fake: FakeGoogle, prompt: str) -> None:
    inputs = {"image": "a.png", "last_image": "b.png", "prompt": prompt, "duration": 5}
    report = place.go("image_to_video", {**inputs, "model": OMNI}, "video")
    assert not report.failures
    assert place.path(report.outputs["video"]).read_bytes() == fake.files["video"]
    assert (place.job.state, place.job.remote_id) == (JobState.STORED, "v1_clip-1")
    assert fake.count("/v1beta/interactions/v1_clip-1") == 2


def test_a_clip_that_is_not_stored_is_waited_for(place: Place, fake: FakeGoogle) -> None:
    inputs = {"prompt": "a fox", "model": OMNI, "options": {"store": False}}
    report = place.go("text_to_video", inputs, "video")
    assert not report.failures
    assert not any(asked.method == "GET" for asked in fake.asked)


def test_a_film_is_uploaded_once_and_looked_through(place: Place, fake: FakeGoogle) -> None:
    inputs = {"video": "a.mp4", "prompt": ["rain", "snow"], "model": f"{OMNI}/edit"}
    report = place.go("video_to_video", inputs, "video")
    assert not report.failures
    assert list(fake.uploads.values()) == [(place.folder / "a.mp4").read_bytes()]
    assert len(fake.submissions) == 2
    assert max(place.waits) >= 5


def test_a_film_that_cannot_be_read(place: Place, fake: FakeGoogle) -> None:
    fake.states["up-2"] = deque(["FAILED"])
    inputs = {"video": "a.mp4", "prompt": "rain", "model": f"{OMNI}/edit"}
    (failure,) = place.go("video_to_video", inputs, "video").failures
    assert "cannot read the file" in failure.message
    assert not fake.submissions


@pytest.mark.parametrize(
    ("word", "kind", "says"),
    [
        ("REFUSED", "refused", "No people, please."),
        ("FAILED", "down", "fell over"),
        ("BUDGET", "billing", "budget"),
    ],
)
def test_no_clip(place: Place, fake: FakeGoogle, word: str, kind: str, says: str) -> None:
    inputs = {"prompt": f"{word} a fox", "model": OMNI}
    (failure,) = place.go("text_to_video", inputs, "video").failures
    assert failure.kind == kind
    assert says in failure.message
    assert (place.job.state, place.job.billed) == (JobState.FAILED, "unknown")


def test_the_first_poll_may_not_know_the_clip(place: Place, fake: FakeGoogle) -> None:
    error = {"error": {"code": "invalid_request", "message": "Invalid interaction name"}}
    fake.script("/v1beta/interactions/v1_clip-1", Reply(400, json=error))
    report = place.go("text_to_video", {"prompt": "a fox", "model": OMNI}, "video")
    assert report.status == "done"


def test_a_clip_is_called_off(
    place: Place, fake: FakeGoogle, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.steps = ("queued",) * 9
    monkeypatch.setattr(PROVIDER.adapter, "deadline", 0.0)
    inputs = {"prompt": "a fox", "model": OMNI}
    assert place.go("text_to_video", inputs, "video").failures
    job = place.job
    assert job.state is JobState.SUBMITTED
    assert place.act(lambda ctx: PROVIDER.cancel_job(job, ctx))
    assert place.job.state is JobState.CANCELED


def test_a_key_and_the_voices_are_asked_for(place: Place) -> None:
    assert place.act(PROVIDER.accepts_key)
    listed = place.act(lambda ctx: PROVIDER.listings("google/gemini-3.8-flash-tts", ctx))
    assert [each.id for each in listed["voice"]] == ["Kore"]


def test_a_wrong_key(place: Place, fake: FakeGoogle) -> None:
    error = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "no"}}
    fake.script(IMAGE, Reply(403, json=error))
    inputs = {"prompt": "a fox", "model": "google/gemini-3-pro-image"}
    (failure,) = place.go("text_to_image", inputs, "image").failures
    assert failure.kind == "auth"
    assert KEY not in str(failure)
