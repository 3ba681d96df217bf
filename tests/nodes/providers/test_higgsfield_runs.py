"""Workflows that ask Higgsfield, through the real engine and runner, at the fake service."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine.nodetype import Price
from engine.plan import Plan
from engine.request import Request
from nodes.known import KnownWork
from nodes.live import LivePrices
from nodes.providers.higgsfield import PROVIDER
from nodes.requests import Request as RemoteRequest
from tests.support.fake_higgsfield import KEY, FakeHiggsfield
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video, make_wav
from tests.support.place import KeyedStudio

SOUL = "/higgsfield-ai/soul/standard"
LOST = Reply(silent=True, after=True)
"""A submission that is taken, and its answer lost."""


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeHiggsfield) -> None:
        super().__init__(folder, "higgsfield", KEY)
        self.fake = fake
        for number in (1, 2, 3):
            make_image(folder / f"{number}.png", colour=(number * 40, 10, 10))


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    samples = tmp_path / "samples"
    samples.mkdir()
    files = {
        "image": make_image(samples / "made.png").read_bytes(),
        "video": make_video(samples / "made.mp4").read_bytes(),
    }
    fake = FakeHiggsfield(files)
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_HIGGSFIELD_BASE_URL", server.url)
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def test_a_picture_with_a_style(place: Place) -> None:
    inputs = {
        "prompt": "a lighthouse at dusk",
        "model": "higgsfield/soul-2",
        "resolution": "1080p",
        "options": {"style": "Film Noir"},
    }
    flow = place.workflow("text_to_image", inputs, "image")
    plan = place.plan(flow)
    assert place.run(flow).exit_code == 0
    (job,) = place.fake.jobs.values()
    assert job.body["style_id"].endswith("4")
    assert plan.cost_low == plan.cost_high == place.fake.billed == Decimal("0.006")
    assert place.run(flow).exit_code == 0
    assert len(place.fake.submissions) == 1


def test_a_clip_to_a_last_picture_with_motions(place: Place) -> None:
    inputs = {
        "image": "1.png",
        "last_image": "2.png",
        "prompt": "she turns",
        "model": "higgsfield/dop-turbo",
        "options": {"motions": [{"name": "Dolly In", "strength": 0.7}]},
    }
    flow = place.workflow("image_to_video", inputs, "video")
    plan = place.plan(flow)
    assert place.run(flow).exit_code == 0
    (job,) = place.fake.jobs.values()
    assert job.path == "/higgsfield-ai/dop/turbo"
    assert {job.body["image_url"], job.body["end_image_url"]} == set(place.fake.uploads)
    assert job.body["motions"][0]["strength"] == 0.7
    assert plan.cost_high == place.fake.billed


def test_inputs_are_uploaded_once(place: Place) -> None:
    inputs = {"image": "1.png", "prompt": ["a", "b"], "model": "higgsfield/dop-lite"}
    assert place.run(place.workflow("image_to_video", inputs, "video")).exit_code == 0
    assert len(place.fake.jobs) == 2
    assert len(place.fake.uploads) == 1


def cast(*images: str) -> dict[str, Any]:
    return {
        "nodes": {
            "mara": {
                "type": "character",
                "inputs": {
                    "name": "Mara",
                    "images": list(images),
                    "model": "higgsfield/soul-id",
                },
            },
            "frame": {
                "type": "text_to_image",
                "inputs": {
                    "prompt": ["Mara reads", "Mara sleeps"],
                    "character": "${mara.character}",
                    "model": "higgsfield/soul-2",
                },
            },
        },
        "outputs": {"frames": "${frame.image}"},
    }


def test_a_character_is_trained_once(place: Place) -> None:
    plan = place.plan(cast("1.png", "2.png"))
    assert plan.cost_high == Decimal("2.508")
    assert place.run(cast("1.png", "2.png")).exit_code == 0
    assert place.fake.billed == Decimal("2.508")
    trained, *frames = place.fake.jobs.values()
    assert {frame.body["custom_reference_id"] for frame in frames} == {trained.id}
    # The same pictures in another order are another task, and the same person.
    assert place.run(cast("2.png", "1.png")).exit_code == 0
    assert [job.path for job in place.fake.jobs.values()].count("/v1/custom-references") == 1
    assert place.fake.billed == Decimal("2.508")


def test_a_plan_knows_who_is_trained(place: Place) -> None:
    def plan(flow: dict[str, Any]) -> Plan:
        document = place.document(flow)
        graph, _ = place.engine.bind(document)
        known = KnownWork(place.home.journal)
        return anyio.run(place.engine.plan, document, graph, Request.parse(graph), known)

    first = cast("1.png", "2.png")
    assert plan(first).cost_high == Decimal("2.508")
    assert place.run(first).exit_code == 0
    again = cast("2.png", "1.png")
    (mara, *_) = plan(again).tasks
    assert (mara.status, mara.price.high) == ("run", Decimal(0))
    assert "trained before, which costs nothing more" in map(str, mara.reasons)
    assert place.run(again).exit_code == 0
    assert plan(cast("1.png")).cost_high == Decimal("2.508")
    again["nodes"]["mara"]["inputs"]["options"] = {"model_version": "v1"}
    again["nodes"]["mara"]["inputs"]["name"] = "Maja"
    assert plan(again).tasks[0].price.high == Decimal("2.50")


def test_a_character_is_reused_by_name(place: Place, tmp_path: Path) -> None:
    assert place.run(cast("1.png")).exit_code == 0
    inputs = {"name": "Mara", "model": "higgsfield/soul-id"}
    flow = place.workflow("character", inputs, "character")
    assert place.plan(flow).cost_high == 0
    report = place.run(flow)
    assert report.exit_code == 0
    assert report.outputs["character"].identity == next(iter(place.fake.jobs))
    assert len(place.fake.jobs) == 3


def test_the_built_in_model_takes_a_character_by_words(place: Place) -> None:
    flow = cast()
    flow["nodes"]["mara"]["inputs"] = {"name": "Mara", "description": "a tall woman in red"}
    flow["nodes"]["frame"]["inputs"] |= {"model": "animatic/frame", "resolution": "360p"}
    assert place.run(flow).exit_code == 0
    assert not place.fake.asked


def test_a_training_whose_answer_was_lost_is_found_again(place: Place) -> None:
    place.fake.script("/v1/custom-references", LOST)
    flow = place.workflow("character", cast("1.png")["nodes"]["mara"]["inputs"], "character")
    place.run(flow)
    assert place.run(flow).exit_code == 0
    assert len(place.fake.jobs) == 1


def test_a_picture_whose_answer_was_lost_is_not_made_twice(place: Place) -> None:
    place.fake.script(SOUL, LOST)
    inputs = {"prompt": "a lighthouse", "model": "higgsfield/soul"}
    assert place.run(place.workflow("text_to_image", inputs, "image")).exit_code == 0
    assert len(place.fake.submissions) == 2
    assert len({key for _, key in place.fake.submissions}) == 1
    assert len(place.fake.jobs) == 1


@pytest.mark.parametrize("model", ["higgsfield/soul", "higgsfield/speak", "higgsfield/soul-id"])
def test_a_job_whose_id_a_person_found_is_taken_up(place: Place, model: str) -> None:
    make_wav(place.folder / "voice.wav")
    speak = {"image": "1.png", "audio": "voice.wav", "prompt": "calmly", "model": model}
    picture = {"prompt": "a", "model": model}
    mara = cast("1.png")["nodes"]["mara"]["inputs"]
    flow = {
        "higgsfield/soul": place.workflow("text_to_image", picture, "image"),
        "higgsfield/speak": place.workflow("lip_sync", speak, "video"),
        "higgsfield/soul-id": place.workflow("character", mara, "character"),
    }[model]
    assert place.run(flow).exit_code == 0
    (job,) = place.home.journal.jobs()
    made = place.home.journal.get(job.id)
    with closing(sqlite3.connect(place.home.path / "reelgraph.db")) as database, database:
        database.execute("DELETE FROM cache")
        database.execute("UPDATE jobs SET state = 'submitted', urls = '{}', taken = 0")
    report = place.run(flow)
    assert report.exit_code == 0, report.failures
    assert place.home.journal.get(job.id).results == made.results
    assert len(place.fake.jobs) == 1


def test_a_live_estimate_is_what_is_billed(place: Place) -> None:
    make_request = RemoteRequest("text_to_image", "higgsfield/soul", prompt="a", resolution="1080p")

    async def ask() -> Price | None:
        async with place.engine.outside() as context:
            return await PROVIDER.quote(make_request, context)

    price = anyio.run(ask)
    assert price is not None
    assert price.source == "Higgsfield's estimate"
    assert price.low == price.high == Decimal("0.1875")
    assert not place.fake.submissions


def test_what_moderation_refuses_is_not_tried_again(place: Place) -> None:
    inputs = {"prompt": "nsfw", "model": "higgsfield/soul"}
    report = place.run(place.workflow("text_to_image", inputs, "image"))
    (failure,) = report.failures
    assert failure.kind == "refused"
    assert "moderation" in str(failure)
    assert len(place.fake.submissions) == 1
    (job,) = place.home.journal.jobs()
    assert job.billed == "not billed"
    assert place.fake.billed == 0


def test_a_full_account_is_waited_for(place: Place) -> None:
    place.fake.concurrency = 1
    inputs = {"prompt": ["a", "b", "c"], "model": "higgsfield/soul"}
    report = place.run(place.workflow("text_to_image", inputs, "image"))
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 3


def test_a_download_that_breaks_goes_on_where_it_broke(place: Place) -> None:
    place.fake.cut_downloads = 2
    inputs = {"prompt": "a lighthouse", "model": "higgsfield/soul"}
    report = place.run(place.workflow("text_to_image", inputs, "image"))
    assert report.exit_code == 0, report.failures
    assert place.path(report.outputs["image"]).read_bytes() == place.fake.files["image"]


def test_a_storyboard_of_several_pictures_in_one_call(place: Place) -> None:
    inputs = {
        "prompt": "a fox crosses a river",
        "references": ["1.png"],
        "count": 3,
        "model": "higgsfield/popcorn",
    }
    flow = place.workflow("storyboard_images", inputs, "images")
    (failure,) = place.run(flow).failures
    assert "nobody knows what a call" in str(failure)
    assert not place.fake.submissions
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 3
    assert len(place.fake.submissions) == 1


def test_a_face_that_speaks(place: Place, tmp_path: Path) -> None:
    make_wav(tmp_path / "voice.wav")
    inputs = {
        "image": "1.png",
        "audio": "voice.wav",
        "prompt": "calmly",
        "model": "higgsfield/speak",
    }
    flow = place.workflow("lip_sync", inputs, "video")
    plan = place.plan(flow)
    report = place.run(flow)
    assert report.exit_code == 0, report.failures
    assert plan.cost_high == place.fake.billed == Decimal("0.6875")


@pytest.mark.parametrize(
    ("inputs", "complaint"),
    [
        ({"model": "higgsfield/soul", "resolution": "4K"}, "it takes 720p, 1080p"),
        ({"model": "higgsfield/soul", "options": {"stile": "x"}}, "did you mean style?"),
        ({"model": "higgsfield/soul", "options": {"style_strength": 2}}, "at most 1"),
        ({"model": "higgsfield/soul", "seed": 0}, "at least 1"),
        ({"model": "higgsfield/soul", "references": ["1.png"]}, "takes no references"),
        ({"model": "higgsfield/soul-character"}, "needs character"),
        ({"model": "higgsfield/wan/v2.7/reference-to-video"}, "does text_to_video"),
    ],
)
def test_limits_are_told_before_anything_is_spent(
    place: Place, inputs: dict[str, Any], complaint: str
) -> None:
    assert complaint in place.complaints("text_to_image", {"prompt": "a", **inputs}, "image")


def test_higgsfields_words_reach_the_user(place: Place) -> None:
    place.fake.script(SOUL, Reply(403, {"detail": "not_enough_credits"}))
    inputs = {"prompt": "a", "model": "higgsfield/soul"}
    (failure,) = place.run(place.workflow("text_to_image", inputs, "image")).failures
    assert failure.kind == "billing"
    assert "not_enough_credits" in str(failure)
    assert KEY not in str(failure)


class TestLivePrices:
    def priced(self, place: Place, flow: dict[str, Any]) -> tuple[Plan, list[str]]:
        document = place.document(flow)
        graph, _ = place.engine.bind(document)

        async def plan() -> tuple[Plan, list[str]]:
            async with place.engine.outside() as context:
                prices = LivePrices(context)
                return await place.engine.plan(document, graph, Request.parse(graph), prices), (
                    prices.notes
                )

        return anyio.run(plan)

    def test_a_plan_asks_for_them_and_the_run_costs_that(self, place: Place) -> None:
        model = "higgsfield/soul"
        inputs = {"prompt": ["a", "b", "a"], "model": model, "resolution": "1080p"}
        flow = place.workflow("text_to_image", inputs, "image")
        plan, notes = self.priced(place, flow)
        assert [task.price.source for task in plan.tasks] == ["live", "live", ""]
        assert (plan.cost_low, notes) == (Decimal("0.375"), [])
        assert place.run(flow).exit_code == 0
        assert place.fake.billed == plan.cost_high
        assert self.priced(place, flow)[0].cost_high == 0

    def test_media_need_not_be_uploaded(self, place: Place) -> None:
        inputs = {"image": "1.png", "prompt": "she turns", "model": "higgsfield/dop-turbo"}
        flow = place.workflow("image_to_video", inputs, "video")
        plan, notes = self.priced(place, flow)
        assert (plan.tasks[-1].price.source, notes) == ("live", [])
        assert not place.fake.uploads

    def test_what_is_not_told_keeps_the_price_of_the_catalogue(self, place: Place) -> None:
        inputs = {"prompt": ["a", "b"], "model": "fal/flux-pro/v1.1-ultra"}
        flow = place.workflow("text_to_image", inputs, "image")
        plan, notes = self.priced(place, flow)
        assert plan.cost_high == place.plan(flow).cost_high
        (note,) = notes
        assert note.startswith("no live price of fal/flux-pro/v1.1-ultra: ")
