"""Workflows that ask fal, through the real engine and runner, at the fake service."""

from __future__ import annotations

import importlib.util
import json
from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import anyio
import pytest

from engine import ErrorKind, Image
from engine.money import Budget
from engine.request import Request
from engine.store.job import JobState
from nodes.generate import draft_override
from nodes.live import LivePrices
from nodes.providers.fal import provider, uploads
from nodes.providers.fal.adapter import Fal
from nodes.remote.runner import RemoteProvider
from tests.support.fake_fal import DAY, KEY, FakeFal
from tests.support.loopback import Reply
from tests.support.media import make_image, make_video
from tests.support.place import KeyedStudio

IMAGE = Image(digest="0" * 64, media_type="image/png", size=1, width=64, height=48)


class Place(KeyedStudio):
    """A studio with a key, and the service that it asks."""

    def __init__(self, folder: Path, fake: FakeFal) -> None:
        super().__init__(folder, "fal", KEY)
        self.fake = fake
        for number in (1, 2, 3):
            make_image(folder / f"{number}.png", colour=(number * 40, 10, 10))
        make_video(folder / "film.mp4")

    @property
    def estimates(self) -> int:
        return sum(asked.path.endswith("/estimate") for asked in self.fake.asked)

    def failure(self, flow: dict[str, Any], *, kind: ErrorKind) -> str:
        report = self.run_at_any_price(flow)
        (failure,) = report.failures
        assert failure.kind == kind
        return f"{failure.message} {failure.hint}"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    samples = tmp_path / "samples"
    samples.mkdir()
    files = {
        "image": make_image(samples / "made.png").read_bytes(),
        "video": make_video(samples / "made.mp4").read_bytes(),
    }
    fake = FakeFal(files)
    with fake.serve() as server:
        monkeypatch.setenv("REELGRAPH_FAL_BASE_URL", server.url)
        at_fake = Fal(rest=server.url, platform=f"{server.url}/v1", site=server.url)
        monkeypatch.setattr(provider, "PROVIDER", RemoteProvider(at_fake))
        made = Place(tmp_path, fake)
        yield made
        made.home.close()


def frame(**inputs: Any) -> dict[str, Any]:
    inputs = {"prompt": "a lighthouse at dusk", "model": "fal/nano-banana-pro", **inputs}
    nodes = {"it": {"type": "text_to_image", "inputs": inputs}}
    return {"nodes": nodes, "outputs": {"image": "${it.image}"}}


def clip(**inputs: Any) -> dict[str, Any]:
    model = "fal/kling-video/v3/pro/image-to-video"
    inputs = {"image": "1.png", "prompt": "she turns", "model": model, **inputs}
    nodes = {"it": {"type": "image_to_video", "inputs": inputs}}
    return {"nodes": nodes, "outputs": {"video": "${it.video}"}}


@pytest.mark.parametrize(
    ("flow", "price"),
    [
        (frame(), "0.15"),
        (frame(resolution="4K"), "0.30"),
        (frame(seed=[1, 2, 3]), "0.45"),
        (clip(), "0.840"),
        (clip(last_image="2.png", duration=6.5), "1.176"),
        (clip(options={"generate_audio": False}), "0.560"),
        (frame(model="fal/wan-25-preview/text-to-image"), None),
    ],
)
def test_what_is_planned_is_what_is_billed(
    place: Place, flow: dict[str, Any], price: str | None
) -> None:
    plan = place.plan(flow)
    if price is None:
        assert plan.cost_high is None
        return
    assert plan.cost_low == plan.cost_high == Decimal(price)
    assert place.run(flow).exit_code == 0
    assert place.fake.billed == Decimal(price)
    assert place.run(flow).exit_code == 0
    assert len(place.fake.submissions) == len(place.fake.jobs) == plan.count("run")


def test_the_ledger_has_what_was_charged(place: Place) -> None:
    """Also where the catalogue has no price, or a range."""
    flow = frame(model="fal/flux/schnell", prompt=["a", "b"])
    assert place.run(flow).exit_code == 0
    assert [job.cost for job in place.home.journal.jobs()] == [Decimal("0.01")] * 2
    (row,) = place.home.journal.spend()
    assert (row.paid, row.total) == (place.fake.billed, place.fake.billed)
    assert place.fake.count("v1") == 1


@pytest.mark.parametrize("units", ["NaN", "-1", "0", "1e99", "many"])
def test_units_that_are_none_are_no_cost(place: Place, units: str) -> None:
    place.fake.billable_units = units
    assert place.run(frame(model="fal/flux/schnell")).exit_code == 0
    (job,) = place.home.journal.jobs()
    assert (job.state, job.cost, job.charge) == (JobState.STORED, None, Decimal("0.006"))


def test_a_price_that_is_not_told_is_not_asked_for_again(place: Place) -> None:
    place.fake.script("v1", *[Reply(403, json={"detail": "no"})] * 9)
    assert place.run(frame(model="fal/flux/schnell", prompt=["a", "b", "c"])).exit_code == 0
    assert place.fake.count("v1") <= 3
    assert [job.cost for job in place.home.journal.jobs()] == [None] * 3


def test_units_in_another_currency_are_no_cost(place: Place) -> None:
    place.fake.currency = "EUR"
    place.fake.script("v1", Reply(500), Reply(200, json={"prices": []}))
    assert place.run(frame(model="fal/flux/schnell")).exit_code == 0
    assert place.run(frame(model="fal/flux/schnell", prompt="another")).exit_code == 0
    assert [job.cost for job in place.home.journal.jobs()] == [None, None]


def test_a_clip_and_its_inputs(place: Place) -> None:
    report = place.run(clip(last_image="2.png", duration=3.5))
    assert report.exit_code == 0
    assert report.outputs["video"].media_type == "video/mp4"
    (job,) = place.fake.jobs.values()
    assert job.body["duration"] == "4"
    assert {job.body["start_image_url"], job.body["end_image_url"]} == set(place.fake.uploads)
    assert json.loads(place.fake.lifetimes[0])["expiration_duration_seconds"] == 7 * DAY


def test_inputs_are_uploaded_once(place: Place) -> None:
    assert place.run(clip(prompt=["a", "b"])).exit_code == 0
    assert len(place.fake.jobs) == 2
    assert len(place.fake.uploads) == 1


def test_large_inputs_take_another_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "_LARGEST_DIRECT", 10)
    assert place.run(clip()).exit_code == 0
    assert place.fake.count("place") == 1
    assert place.fake.lifetimes == []


@pytest.mark.parametrize(
    ("word", "kind", "words"),
    [
        ("forbidden", ErrorKind.REFUSED, "The content was flagged"),
        ("nsfw", ErrorKind.REFUSED, "safety checker"),
        ("nothing", ErrorKind.INVALID, "No media was generated"),
    ],
)
def test_a_job_that_came_to_nothing(place: Place, word: str, kind: ErrorKind, words: str) -> None:
    said = place.failure(frame(prompt=f"something {word}"), kind=kind)
    assert words in said
    assert "secret prompt" not in said
    assert len(place.fake.submissions) == 1
    (job,) = place.home.journal.jobs()
    assert job.state is JobState.FAILED


def test_what_fal_refuses_to_take_is_told(place: Place) -> None:
    reply = Reply(403, json={"detail": "User is locked. Reason: Exhausted balance."})
    place.fake.script("submit", reply)
    assert "Exhausted balance" in place.failure(frame(), kind=ErrorKind.BILLING)
    place.fake.script("submit", Reply(401, {"detail": "Invalid key"}))
    said = place.failure(frame(), kind=ErrorKind.AUTH)
    assert "Check FAL_KEY" in said
    assert KEY not in said
    assert not place.fake.jobs


def test_too_many_requests_are_tried_again(place: Place) -> None:
    reply = Reply(429, json={"detail": "Too many requests"}, headers={"Retry-After": "7"})
    place.fake.script("submit", reply)
    assert place.run(frame()).exit_code == 0
    assert any(wait >= 7 for wait in place.waits)
    assert len(place.fake.jobs) == 1


def test_a_lost_answer_is_not_sent_again(place: Place) -> None:
    place.fake.script("submit", Reply(silent=True, after=True))
    report = place.run(frame())
    (failure,) = report.failures
    assert "nobody knows whether fal has job" in str(failure)
    assert "--remote-id" in failure.hint
    assert place.run(frame()).failures
    assert len(place.fake.jobs) == 1


def test_a_lost_answer_is_found_again_when_the_job_has_ended(place: Place) -> None:
    place.fake.script("submit", Reply(silent=True, after=True))
    (failure,) = place.run(clip()).failures
    assert "not, or not yet" in failure.message
    (job,) = place.fake.jobs.values()
    job.steps = deque(["COMPLETED"])
    assert place.run(clip()).exit_code == 0
    assert len(place.fake.submissions) == 1
    (kept,) = place.home.journal.jobs()
    assert kept.remote_id == job.id


def test_a_lost_answer_is_not_taken_for_another_of_the_same_input(place: Place) -> None:
    assert place.run(clip()).exit_code == 0
    again = clip()
    again["nodes"]["it"]["title"] = "once more"
    place.fake.script("submit", Reply(silent=True, after=True))
    document = place.document(again)
    graph, _ = place.engine.bind(document)
    for _ in range(2):
        report = anyio.run(place.engine.run, document, graph, Request.parse(graph, redo=["it"]))
        assert "nobody knows whether fal has job" in str(report.failures[0])
    assert len(place.fake.submissions) == 2
    for job in place.fake.jobs.values():
        job.steps = deque(["COMPLETED"])
    report = anyio.run(place.engine.run, document, graph, Request.parse(graph, redo=["it"]))
    assert report.exit_code == 0
    assert len(place.fake.submissions) == 2
    assert {job.remote_id for job in place.home.journal.jobs()} == set(place.fake.jobs)


def test_a_job_whose_id_a_person_found_is_taken_up(place: Place) -> None:
    place.fake.script("submit", Reply(silent=True, after=True))
    place.run(clip())
    (job,) = place.home.journal.jobs()
    (found,) = place.fake.jobs
    place.home.journal.submitted(job, found, {})
    report = place.run(clip())
    assert report.exit_code == 0, report.failures
    assert len(place.fake.jobs) == 1


def test_an_id_is_no_path(place: Place) -> None:
    place.fake.script("submit", Reply(silent=True, after=True))
    place.run(frame())
    (job,) = place.home.journal.jobs()
    place.home.journal.submitted(job, "../../x?y", {})
    (failure,) = place.run(frame()).failures
    assert "404" in failure.message
    assert f"jobs resolve {job.id} --discard" in failure.hint


def test_broken_downloads_go_on_where_they_broke(place: Place) -> None:
    place.fake.cut_downloads = 2
    assert place.run(clip()).exit_code == 0
    assert place.fake.count("results") == 3
    assert len(place.fake.jobs) == 1


def test_errors_while_polling_lose_nothing(place: Place) -> None:
    place.fake.script("status", Reply(500), Reply(502), Reply(429), Reply(silent=True))
    place.fake.script("result", Reply(503, {"detail": "busy"}))
    assert place.run(frame()).exit_code == 0
    assert len(place.fake.jobs) == 1


def test_the_next_model_takes_over_what_is_refused(place: Place) -> None:
    models = ["fal/nano-banana-pro", "animatic/frame"]
    assert place.run(frame(prompt="forbidden", model=models)).exit_code == 0
    assert len(place.fake.jobs) == 1


def test_the_next_model_takes_over_where_the_account_is_empty(place: Place) -> None:
    reply = Reply(403, json={"detail": "User is locked. Reason: Exhausted balance."})
    place.fake.script("submit", reply)
    models = ["fal/nano-banana-pro", "animatic/frame"]
    assert place.run(frame(model=models)).exit_code == 0
    (job,) = place.home.journal.jobs()
    assert (job.state, job.error_kind, job.charge) == (JobState.FAILED, "billing", Decimal(0))


def test_the_next_model_takes_over_where_nobody_answers(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELGRAPH_FAL_BASE_URL", "http://127.0.0.1:9")
    flow = frame(model=["fal/nano-banana-pro", "animatic/frame"])
    flow["nodes"]["it"]["retry"] = 0
    assert place.run(flow).exit_code == 0


def test_the_budget_is_for_all_models(place: Place) -> None:
    document = place.document(frame(model=["fal/nano-banana-pro", "animatic/frame"]))
    graph, _ = place.engine.bind(document)
    run = partial(place.engine.run, budget=Budget(run=Decimal("0.1")))
    report = anyio.run(run, document, graph, Request.parse(graph))
    assert report.exit_code == 4
    assert not place.fake.jobs


def test_a_retired_model_is_passed_over_where_another_is_named(place: Place) -> None:
    flow = frame(model=["fal/imagen4/preview", "fal/nano-banana-pro"])
    (said,) = place.problems(flow)
    assert "its successor is fal/nano-banana-pro, and the next is asked" in said
    plan = place.plan(flow)
    assert plan.cost_low == plan.cost_high == Decimal("0.15")
    report = place.run(flow)
    assert report.exit_code == 0, report.failures
    assert place.fake.billed == Decimal("0.15")
    both = frame(model=["fal/imagen4/preview", "fal/imagen4/preview/fast"])
    assert len(place.problems(both)) == 2


# -- upscaling -------------------------------------------------------------------------------------


def larger(**inputs: Any) -> dict[str, Any]:
    return {"nodes": {"it": {"type": "upscale", "inputs": inputs}}}


def test_upscalers(place: Place) -> None:
    port = {"outputs": {"made": "${it.image}"}}
    flow = larger(image="1.png", model="fal/topaz/upscale/image", factor=4) | port
    assert place.plan(flow).cost_high is None
    assert place.run_at_any_price(flow).exit_code == 0
    port = {"outputs": {"made": "${it.video}"}}
    flow = larger(video="film.mp4", model="fal/seedvr/upscale/video") | port
    assert place.run_at_any_price(flow).exit_code == 0
    picture, film = place.fake.jobs.values()
    assert picture.body["upscale_factor"] == 4
    assert (film.body["upscale_factor"], film.body["upscale_mode"]) == (2, "factor")


def test_films_are_priced_by_their_length(place: Place) -> None:
    flow = larger(video="film.mp4", model="fal/topaz/upscale/video")
    flow["outputs"] = {"made": "${it.video}"}
    plan = place.plan(flow)
    assert plan.cost_high is not None
    assert 0 < plan.cost_low < plan.cost_high


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"image": "1.png", "model": "fal/topaz/upscale/video"}, "for upscale_image there is"),
        ({"image": "1.png", "model": "fal/aura-sr", "factor": 2}, "not 2; it takes 4"),
        ({"image": "1.png", "model": "fal/recraft/upscale/crisp", "factor": 2}, "takes no factor"),
        ({"image": "1.png", "options": {"model": "CGI"}}, "no model is named"),
        (
            {"image": "1.png", "model": "fal/topaz/upscale/image", "options": {"model": "C"}},
            "CGI",
        ),
    ],
)
def test_upscalers_are_checked(place: Place, inputs: dict[str, Any], words: str) -> None:
    assert words in "\n".join(place.problems(larger(**inputs)))


def test_a_draft_is_enlarged_on_this_machine(place: Place) -> None:
    node = place.engine.registry["upscale"]
    assert draft_override(node) == {"model": None, "options": None}
    flow = larger(image="1.png", model="fal/aura-sr", factor=4)
    graph, _ = place.engine.bind(place.document(flow), override=draft_override)
    report = anyio.run(place.engine.run, place.document(flow), graph, Request.parse(graph))
    assert report.exit_code == 0
    assert not place.fake.jobs


# -- any endpoint ----------------------------------------------------------------------------------


def cutout(**inputs: Any) -> dict[str, Any]:
    return {
        "inputs": {"photo": {"type": "image", "default": "1.png"}},
        "nodes": {
            "cut": {
                "type": "fal_model",
                "inputs": {
                    "endpoint": "fal-ai/birefnet/v2",
                    "inputs": {"image_url": "${inputs.photo}", **inputs},
                },
            },
            "sharp": {"type": "upscale", "inputs": {"image": "${cut.images}"}},
        },
        "outputs": {"images": "${sharp.image}", "answer": "${cut.data}"},
    }


def test_any_endpoint_by_its_id(place: Place) -> None:
    flow = cutout(output_format="png")
    assert place.plan(flow).cost_high is None
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0
    (made,) = report.outputs["images"]
    assert made.media_type == "image/png"
    assert report.outputs["answer"]["image"]["width"] == 64
    (job,) = place.fake.jobs.values()
    assert job.body == {"image_url": next(iter(place.fake.uploads)), "output_format": "png"}
    assert place.run_at_any_price(flow).exit_code == 0
    assert len(place.fake.jobs) == 1


def test_the_schema_is_looked_up_once_a_day(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    now = place.home.clock()
    monkeypatch.setattr(place.home, "clock", lambda: now)
    assert place.run_at_any_price(cutout()).exit_code == 0
    assert place.run_at_any_price(cutout(output_format="png")).exit_code == 0
    assert place.fake.count("api") == 1
    now += DAY
    assert "takes png" in place.failure(cutout(output_format="jpeg"), kind=ErrorKind.INVALID)
    assert place.fake.count("api") == 2
    now -= 2 * DAY
    assert place.failure(cutout(output_format="gif"), kind=ErrorKind.INVALID)
    assert place.fake.count("api") == 3


def test_an_unknown_price_needs_leave(place: Place) -> None:
    report = place.run(cutout())
    assert report.failures[0].kind == ErrorKind.BILLING
    assert not place.fake.submissions


def test_the_schema_is_looked_at_before_anything_is_paid(place: Place) -> None:
    said = place.failure(cutout(output_fromat="png"), kind=ErrorKind.INVALID)
    assert "output_fromat is not known (did you mean output_format?)" in said
    assert not place.fake.submissions
    assert not place.fake.uploads


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"endpoint": "flux", "inputs": {}}, "is no id of fal's"),
        ({"endpoint": "fal-ai/../x", "inputs": {}}, "is no id of fal's"),
        ({"endpoint": "fal-ai/x", "inputs": "a"}, "inputs is an object"),
        ({"endpoint": "fal-ai/x", "inputs": {"sync_mode": True}}, "sync_mode"),
        (
            {"endpoint": "fal-ai/sora-2/text-to-video", "inputs": {}},
            "has been retired; its successor is fal-ai/veo3.1",
        ),
    ],
)
def test_endpoints_are_checked(place: Place, inputs: dict[str, Any], words: str) -> None:
    flow = {"nodes": {"it": {"type": "fal_model", "inputs": inputs}}}
    assert words in "\n".join(place.problems(flow))
    inputs = {"model": f"fal/{inputs['endpoint']}", "inputs": inputs["inputs"]}
    flow = {"nodes": {"it": {"type": "any_model", "inputs": inputs}}}
    assert words in "\n".join(place.problems(flow))


def test_any_model_is_of_a_provider_that_has_any(place: Place) -> None:
    flow = {"nodes": {"it": {"type": "any_model", "inputs": {"model": "kling/x", "inputs": {}}}}}
    said = "\n".join(place.problems(flow))
    assert "'kling/x' is of no provider with any model" in said
    assert "fal/ID (as fal/fal-ai/flux/dev)" in said
    ok = {"model": "fal/fal-ai/birefnet/v2", "inputs": {"image_url": "https://x.test/a.png"}}
    assert place.problems({"nodes": {"it": {"type": "any_model", "inputs": ok}}}) == []


def test_any_model_asks_as_the_node_of_its_provider_does(place: Place) -> None:
    flow = cutout(output_format="png")
    inputs = flow["nodes"]["cut"]["inputs"]
    inputs["model"] = "fal/" + inputs.pop("endpoint")
    flow["nodes"]["cut"]["type"] = "any_model"
    report = place.run_at_any_price(flow)
    assert report.exit_code == 0, report.failures
    assert len(report.outputs["images"]) == 1


def test_a_retired_model_is_refused_with_its_successor(place: Place) -> None:
    said = "\n".join(place.problems(frame(model="fal/imagen4/preview")))
    assert "has been retired; its successor is fal/nano-banana-pro" in said


# -- prices of today -------------------------------------------------------------------------------


def test_fals_own_price_counts_where_it_is_asked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELGRAPH_LIVE_PRICES", "1")
    inputs = {"prompt": "a storm", "duration": 3, "model": "fal/wan/v2.7/text-to-video"}
    assert place.run(place.workflow("text_to_video", inputs, "video")).exit_code == 0
    assert place.estimates == 1
    (job,) = place.home.journal.jobs()
    assert (job.estimate_high, job.cost) == (Decimal("0.33"), Decimal("0.30"))


def test_a_price_that_depends_on_more_than_the_unit_is_not_asked_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELGRAPH_LIVE_PRICES", "1")
    assert place.run(frame(resolution="4K")).exit_code == 0
    assert place.estimates == 0
    (job,) = place.home.journal.jobs()
    assert job.estimate_high == Decimal("0.30")


def test_a_plan_says_for_what_no_price_is_told(place: Place) -> None:
    flow = cutout()
    split = {"script": "Rain.", "model": ["chat/writer"]}
    flow["nodes"]["board"] = {"type": "storyboard_split", "inputs": split}
    flow["outputs"]["shots"] = "${board.shots}"
    document = place.document(flow)
    graph, _ = place.engine.bind(document)

    async def plan() -> list[str]:
        async with place.engine.outside() as context:
            prices = LivePrices(context)
            await place.engine.plan(document, graph, Request.parse(graph), prices)
            return prices.notes

    assert sorted(anyio.run(plan)) == [
        "no live price of chat/writer: chat tells none",
        "no live price of fal/endpoint/fal-ai/birefnet/v2: fal tells none",
    ]


def test_fals_other_hosts_are_settings(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "https://gateway.test"
    for host in ("REST", "PLATFORM", "SITE"):
        monkeypatch.setenv(f"REELGRAPH_FAL_{host}_BASE_URL", url)
    spec = provider.__spec__
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PROVIDER.adapter.start_upload(IMAGE).url.startswith(f"{url}/storage/")
    assert module.PROVIDER.adapter.probe().url == f"{url}/models/pricing"
