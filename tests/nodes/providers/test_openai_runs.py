"""OpenAI: runs at the strict copy of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import anyio
import pytest
from PIL import ExifTags
from PIL import Image as Pillow
from pydantic import SecretStr

from engine import Context, TaskError, node
from engine.engine import Engine
from engine.execute import Control, RunReport
from engine.money import Budget
from engine.registry import Registry
from engine.request import Request as RunRequest
from nodes.media import inspect_media
from nodes.providers import provider_of
from nodes.providers.openai import PROVIDER
from nodes.remote.runner import RemoteProvider
from nodes.requests import Request
from nodes.storyboard.ai import answer_schema
from tests.support.fake_openai import KEY, FakeOpenAI
from tests.support.loopback import Reply
from tests.support.media import make_image
from tests.support.nodes import type_of
from tests.support.place import KeyedStudio
from tests.support.samples import samples

ASKED = {"messages": [{"role": "user", "content": "A hare runs."}], "schema": answer_schema(3)}


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeOpenAI) -> None:
        super().__init__(folder, "openai", KEY)
        self.fake = fake
        make_image(folder / "picture.png", (64, 48))
        mask = Pillow.new("L", (64, 48), "black")
        mask.paste("white", (0, 0, 32, 48))
        mask.save(folder / "mask.png")

    def go(
        self, node_type: str, *ports: str, control: Control | None = None, **inputs: Any
    ) -> RunReport:
        return self.run_at_any_price(self.workflow(node_type, inputs, *ports), control)

    def draw(self, **inputs: Any) -> RunReport:
        given = {"prompt": "a fox", "model": "openai/gpt-image-2", **inputs}
        return self.go("text_to_image", "image", **given)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    files = samples()
    with FakeOpenAI(files["image"], files["audio"]).serve() as server:
        monkeypatch.setenv("REELGRAPH_OPENAI_BASE_URL", f"{server.url}/v1")
        made = Place(tmp_path, server)
        yield made
        made.home.close()


def test_a_picture_costs_what_its_tokens_cost(place: Place) -> None:
    report = place.draw(aspect_ratio="16:9")
    assert report.exit_code == 0, report.failures
    assert place.path(report.outputs["image"]).read_bytes() == place.fake.picture
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed, job.cost) == ("stored", "billed", Decimal("0.030082"))


def test_what_is_white_in_a_mask_is_transparent_there(place: Place) -> None:
    report = place.go(
        "image_to_image",
        "image",
        prompt="a fox",
        image="picture.png",
        mask="mask.png",
        model="openai/gpt-image-2.6-sunburst",
    )
    assert report.exit_code == 0, report.failures
    picture, mask = place.fake.files
    assert (picture.name, picture.media_type) == ("image", "image/png")
    (place.folder / "sent.png").write_bytes(mask.content)
    with Pillow.open(place.folder / "sent.png") as sent:
        assert [sent.getpixel((x, 10))[3] for x in (5, 60)] == [0, 255]  # type: ignore[index]


def test_a_photo_is_sent_as_it_is_shown(place: Place) -> None:
    photo = Pillow.new("RGB", (64, 48), "red")
    exif = Pillow.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo.save(place.folder / "photo.jpg", exif=exif)
    report = place.go(
        "image_to_image", "image", prompt="a fox", image="photo.jpg", model="openai/gpt-image-2"
    )
    assert report.exit_code == 0, report.failures
    (sent,) = place.fake.files
    with Pillow.open(BytesIO(sent.content)) as picture:
        assert (picture.size, picture.getexif().get(ExifTags.Base.Orientation)) == ((48, 64), None)


def test_speech_is_there_at_once(place: Place) -> None:
    report = place.go("speech", "audio", text="Hello there", model="openai/gpt-4o-mini-tts")
    assert report.exit_code == 0, report.failures
    (job,) = place.home.journal.jobs()
    assert job.billed == "billed"


def write(place: Place, text: str = "A hare runs.") -> RunReport:
    return place.go("storyboard_split", "shots", script=text, model=["openai/gpt-6.1-terra"])


def board() -> str:
    shot = {
        "number": 1,
        "prompt": "A hare runs",
        "motion": "static",
        "camera": "wide shot",
        "seconds": 3,
        "dialogue": "",
        "characters": ["Hare"],
        "location": "a meadow",
        "time": "",
        "text": "A hare runs.",
    }
    return json.dumps({"shots": [shot]})


def test_a_text_is_waited_for(place: Place) -> None:
    place.fake.texts.append(board())
    report = write(place)
    assert report.exit_code == 0, report.failures
    assert report.outputs["shots"][0].prompt == "A hare runs"
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed, job.remote_id) == ("stored", "billed", "resp_1")


@pytest.mark.parametrize(
    ("text", "kind", "words", "billed"),
    [
        ("refuse it", "refused", "I will not.", "billed"),
        ("an endless tale", "invalid", "cut off", "billed"),
        ("a broken heart", "down", "out of ink", "unknown"),
    ],
)
def test_texts_that_come_to_nothing(
    place: Place, text: str, kind: str, words: str, billed: str
) -> None:
    (failure,) = write(place, text).failures
    assert failure.kind == kind
    assert words in failure.message
    (job,) = place.home.journal.jobs()
    assert job.billed == billed


def test_a_refused_picture_may_have_cost_something(place: Place) -> None:
    (failure,) = place.draw(prompt="forbidden").failures
    assert (failure.kind, "safety system" in failure.message) == ("refused", True)
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == ("failed", "unknown")


def test_a_wrong_key(place: Place) -> None:
    place.key = "sk-another"
    (failure,) = place.draw().failures
    assert failure.kind == "auth"
    assert not place.fake.made


def test_no_money_is_not_waited_for(place: Place) -> None:
    error = {"message": "You exceeded your quota", "code": "insufficient_quota"}
    place.fake.script("/images/generations", Reply(429, json={"error": error}))
    (failure,) = place.draw().failures
    assert failure.kind == "billing"
    assert place.fake.count("/images/generations") == 1


def test_a_full_minute_is_waited_for(place: Place) -> None:
    error = {"message": "Rate limit reached", "code": "rate_limit_exceeded"}
    busy = Reply(429, json={"error": error}, headers={"retry-after-ms": "20"})
    place.fake.script("/images/generations", busy, busy)
    assert place.draw().exit_code == 0
    assert len(place.fake.made) == 1


@pytest.mark.parametrize("lost", [Reply(silent=True, after=True), Reply(504, after=True)])
def test_a_picture_whose_answer_was_lost_is_left_to_a_person(place: Place, lost: Reply) -> None:
    place.fake.script("/images/generations", lost)
    (failure,) = place.draw().failures
    assert "nobody knows whether openai has job" in failure.message
    (again,) = place.draw().failures
    assert "nobody knows" in again.message
    assert len(place.fake.made) == 1


@pytest.mark.parametrize("step", ["submitting", "sent"])
def test_a_picture_that_was_paid_for_is_kept_where_a_run_is_stopped_meanwhile(
    place: Place, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    control = Control()
    monkeypatch.setattr(PROVIDER, "_hook", lambda done: control.stop() if done == step else None)
    assert place.draw(control=control).exit_code == 130
    (job,) = place.home.journal.jobs()
    assert (job.state, job.billed) == ("finished", "billed")
    assert place.draw().exit_code == 0
    assert len(place.fake.made) == 1


def test_a_text_can_be_called_off(place: Place) -> None:
    place.fake.steps = ("queued", "in_progress", "in_progress", "completed")
    provider = provider_of("openai/gpt-6.1-terra")
    assert isinstance(provider, RemoteProvider)
    request = Request("write_text", "openai/gpt-6.1-terra", options=ASKED)
    told: list[Any] = []

    async def begin(*, ctx: Context) -> str:
        """Begin a text, and call it off."""
        async with anyio.create_task_group() as group:

            async def wait() -> None:
                with pytest.raises(TaskError, match="canceled at openai"):
                    await provider.obtain(request, ctx)

            group.start_soon(wait)
            while not (jobs := ctx.jobs.journal.jobs()) or jobs[0].state != "submitted":
                await anyio.sleep(0.001)
            told.append(await provider.cancel_job(jobs[0], ctx))
        return "over"

    registry = Registry([type_of(node(version=1)(begin))])
    engine = Engine(
        place.home, registry, inspect_media, secrets=lambda name: SecretStr(KEY), sleep=_soon
    )
    document = place.document(place.workflow("begin", {}, "text"))
    graph, _ = engine.bind(document)
    report = anyio.run(
        partial(engine.run, budget=Budget(allow_unknown=True)),
        document,
        graph,
        RunRequest.parse(graph),
    )
    assert report.exit_code == 0, report.failures
    assert told == [True]
    (job,) = place.home.journal.jobs()
    assert job.state == "canceled"


async def _soon(seconds: float) -> None:
    await anyio.sleep(0.005)
