"""The catalogue, and the nodes that ask its models."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import ErrorKind, Image, TaskError, Video
from engine.graph import Const
from engine.money import OverBudgetError
from engine.registry import Registry
from nodes import asking, generate
from nodes.models import Accepted, Catalogue, Lifecycle, ModelInfo, ModelPrice, catalogue
from nodes.providers.animatic import frame_size
from nodes.remote.mapping import build_body
from nodes.requests import Request
from tests.support.engines import Bench

PRICE = ModelPrice.model_validate(
    {"unit": "image", "low": "0.04", "high": "0.08", "source": "test", "date": "2026-11-01"}
)


def model(**fields: Any) -> ModelInfo:
    data = {
        "id": "paint/one",
        "title": "One",
        "summary": "Paints.",
        "kinds": ("text_to_image",),
        "version": "1",
        "inputs": {"prompt": {"required": True}},
        "price": PRICE,
    }
    return ModelInfo.model_validate(data | fields)


def test_every_kind_has_a_draft_model_that_is_local_and_free() -> None:
    for kind in generate.DRAFTED.values():
        draft = catalogue().draft(kind)
        assert draft.local
        assert draft.price.high == Decimal(0)


def test_an_unknown_model_gets_the_nearest_name() -> None:
    (complaint,) = catalogue().complaints("animatic/fram", "text_to_image")
    assert "did you mean animatic/frame?" in complaint


def test_a_model_of_another_kind_is_refused_with_those_that_fit() -> None:
    (complaint,) = catalogue().complaints("animatic/camera", "text_to_image")
    assert "does image_to_video, text_to_video" in complaint
    assert "animatic/frame" in complaint


def test_a_retired_model_names_its_successor() -> None:
    gone = Lifecycle(status="retired", successor="paint/two")
    known = Catalogue([model(lifecycle=gone), model(id="paint/two")])
    (complaint,) = known.complaints("paint/one", "text_to_image")
    assert complaint == "paint/one has been retired; its successor is paint/two"
    assert [m.id for m in known.for_kind("text_to_image")] == ["paint/two"]


def test_a_model_that_ends_is_named_before_and_refused_after() -> None:
    ends = Lifecycle(status="deprecated", until=date(2026, 6, 30), successor="paint/two")
    models = [model(lifecycle=ends), model(id="paint/two")]
    before = Catalogue(models, today=lambda: date(2026, 6, 30))
    assert list(before.complaints("paint/one", "text_to_image")) == []
    (advice,) = before.advice("paint/one")
    assert advice == "paint/one is offered until 2026-06-30 only; its successor is paint/two"
    assert list(before.advice("paint/two")) == []
    after = Catalogue(models, today=lambda: date(2026, 7, 1))
    (complaint,) = after.complaints("paint/one", "text_to_image")
    last = "paint/one has been retired (its last day was 2026-06-30)"
    assert complaint == f"{last}; its successor is paint/two"
    assert list(after.advice("paint/one")) == []


def test_an_active_model_with_a_last_day_retires_after_it() -> None:
    known = Catalogue(
        [model(lifecycle=Lifecycle(until=date(2026, 6, 30)))], today=lambda: date(2027, 1, 1)
    )
    assert known.for_kind("text_to_image") == []


@pytest.mark.parametrize(
    ("ratio", "resolution", "size"),
    [
        ("16:9", "720p", (1280, 720)),
        ("9:16", "720p", (720, 1280)),
        ("16:9", "480p", (852, 480)),
        ("1:1", "360p", (360, 360)),
        ("21:9", "1080p", (2520, 1080)),
    ],
)
def test_sizes_are_even(ratio: str, resolution: str, size: tuple[int, int]) -> None:
    assert frame_size(ratio, resolution) == size


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    registry = Registry()
    registry.add_module(generate)
    return Bench(tmp_path, registry)


def frame(**inputs: Any) -> dict[str, Any]:
    return {"nodes": {"frame": {"type": "text_to_image", "inputs": {"prompt": "a fox", **inputs}}}}


def test_limits_are_checked_before_the_run(bench: Bench) -> None:
    def clip(duration: float) -> dict[str, Any]:
        inputs = {"prompt": "a fox", "duration": duration}
        return {"nodes": {"clip": {"type": "text_to_video", "inputs": inputs}}}

    assert bench.codes(clip(4)) == []
    (problem,) = bench.problems(clip(900))
    assert "animatic/camera, duration: not 900; at most 600" in problem


def test_a_model_that_is_not_there_is_told_before_the_run(bench: Bench) -> None:
    (problem,) = bench.problems(frame(model="veo/frame"))
    assert "there is no model 'veo/frame'" in problem


def test_several_models_are_checked_each(bench: Bench) -> None:
    (problem,) = bench.problems(frame(model=["animatic/frame", "animatic/camera"]))
    assert "animatic/camera does" in problem


def test_the_next_model_is_tried_when_one_is_down() -> None:
    asked: list[str] = []

    async def call(name: str) -> Image:
        asked.append(name)
        if name == "a/one":
            raise TaskError("down", kind=ErrorKind.DOWN)
        return Image(digest="0" * 64, media_type="image/png", size=1, width=1, height=1)

    coroutine = asking.first_that_can(["a/one", "b/two", "c/three"], call)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert asked == ["a/one", "b/two"]


def test_another_model_is_no_help_against_a_wrong_request() -> None:
    async def call(name: str) -> Image:
        raise TaskError("bad", kind=ErrorKind.INVALID)

    coroutine = asking.first_that_can(["a/one", "b/two"], call)
    with pytest.raises(TaskError, match="bad"):
        coroutine.send(None)


def test_why_another_model_was_wanted_stands_before_what_the_budget_does_not_allow() -> None:
    async def call(name: str) -> Image:
        if name == "a/one":
            raise TaskError("one failed", kind=ErrorKind.REFUSED, hint="Use other words.")
        raise OverBudgetError("the budget is $1", hint="Raise it.")

    with pytest.raises(OverBudgetError) as caught:
        asking.first_that_can(["a/one", "b/two", "c/three"], call).send(None)
    assert caught.value.message == "one failed; no other call was made, as the budget is $1"
    assert caught.value.hint == "Use other words. Raise it."


def test_a_clip_is_priced_by_the_second() -> None:
    price = PRICE.model_copy(update={"unit": "second", "high": None})
    seconds = {"type": "integer", "low": 2, "high": 10, "default": 5}
    film = model(kinds=("text_to_video",), inputs={"seconds": seconds}, price=price)
    assert film.estimate({"seconds": 3.2}).low == Decimal("0.16")
    assert film.estimate({}).low == Decimal("0.20")
    assert film.estimate({}).high is None


def test_prices_follow_arguments() -> None:
    dear = {"when": {"resolution": "1080p"}, "low": "0.2", "high": "0.2"}
    price = PRICE.model_validate({**PRICE.model_dump(), "cases": [dear]})
    paint = model(inputs={"resolution": {"default": "720p"}}, price=price)
    assert paint.estimate({}).high == Decimal("0.08")
    assert paint.estimate({"resolution": "1080p"}).high == Decimal("0.2")


def test_several_models_are_priced_from_the_cheapest_to_the_dearest() -> None:
    one = model().estimate({})
    two = model(price=PRICE.model_copy(update={"low": Decimal("0.01"), "high": Decimal("0.5")}))
    price = asking.price_of([one, two.estimate({})])
    assert (price.low, price.high) == (Decimal("0.01"), Decimal("0.5"))


@pytest.mark.parametrize(
    ("accepted", "asked", "given"),
    [
        ({"type": "integer", "values": [5, 10]}, 3.5, 5),
        ({"type": "integer", "values": [5, 10]}, 5.5, 10),
        ({"type": "integer", "values": [5, 10]}, 12, 10),
        ({"type": "integer", "low": 4, "high": 15}, 2, 4),
        ({"type": "integer", "low": 4, "high": 15}, 6.1, 7),
        ({"type": "number", "low": 0.1}, 6.1, 6.1),
    ],
)
def test_the_next_longer_clip_is_asked_for(
    accepted: dict[str, Any], asked: float, given: float
) -> None:
    assert Accepted.model_validate(accepted).length_for(asked) == given


def test_options_are_checked_by_name_and_value() -> None:
    styled = model(options={"style": {"values": ["noir", "pastel"]}})
    complaints = styled.complaints({"options": {"stile": "noir"}}, frozenset({"prompt"}))
    assert list(complaints) == ["paint/one has no option 'stile' (did you mean style?)"]
    (complaint,) = styled.complaints({"options": {"style": "noirr"}}, frozenset({"prompt"}))
    assert complaint.startswith("paint/one, option style: not noirr; it takes noir, pastel")


def test_what_a_model_needs_and_does_not_take_is_told() -> None:
    complaints = list(model().complaints({"strength": 0.5}, frozenset({"strength"})))
    assert complaints == ["paint/one takes no strength", "paint/one needs prompt"]


def test_the_plan_of_a_free_run_costs_nothing(bench: Bench) -> None:
    plan = bench.plan(frame(seed=[1, 2]))
    assert plan.count("run") == 2
    assert (plan.cost_low, plan.cost_high) == (Decimal(0), Decimal(0))


def test_draft_takes_the_built_in_model_and_only_for_generating_nodes(bench: Bench) -> None:
    registry = bench.engine.registry
    override = generate.draft_override(registry["image_to_video"])
    assert override["model"] == ["animatic/camera"]
    assert "prompt" not in override
    assert {override[name] for name in ("options", "references", "resolution")} == {None}
    document = bench.document(frame(resolution="4K", options={"style": "noir"}))
    graph, _ = bench.engine.bind(document, override=generate.draft_override)
    assert graph.nodes["frame"].bindings["model"] == Const(["animatic/frame"])


@pytest.mark.parametrize(
    ("accepted", "value", "complaint"),
    [
        ({"type": "boolean"}, "yes", "not 'yes'; it takes boolean"),
        ({"type": "boolean"}, True, ""),
        ({"type": "integer", "low": 1}, True, "not True; it takes integer"),
        ({"type": "integer"}, 2.5, "not 2.5; it takes integer"),
        ({"type": "integer"}, 2.0, ""),
        ({"type": "number"}, 2.5, ""),
        ({"type": "text"}, 2, "not 2; it takes text"),
        ({"type": "data", "longest": 2}, [1, 2, 3], "at most 2 items, not 3"),
        ({"type": "images", "longest": 1}, [1, 2], "at most 1 pictures, not 2"),
    ],
)
def test_types_are_checked(accepted: dict[str, Any], value: Any, complaint: str) -> None:
    assert Accepted.model_validate(accepted).complaint(value) == complaint


def test_an_input_may_be_for_some_kinds_of_work_only() -> None:
    camera = catalogue().get("animatic/camera")
    assert camera is not None
    given = frozenset({"image", "resolution"})
    assert list(camera.complaints({}, given, "image_to_video")) == [
        "animatic/camera takes no resolution for image_to_video"
    ]
    assert list(camera.complaints({}, frozenset({"resolution"}), "text_to_video")) == []


def test_one_of_several_inputs_may_be_needed() -> None:
    inputs = {"references": {"type": "images"}, "video": {"type": "video"}}
    film = model(inputs=inputs, one_of=("references", "video"))
    assert list(film.complaints({}, frozenset())) == ["paint/one needs references or video"]
    assert list(film.complaints({}, frozenset({"video"}))) == []
    either = model(inputs=inputs, options={"style": {}}, one_of=("references", "style"))
    assert list(either.complaints({"options": {"style": "a"}}, frozenset())) == []
    assert list(either.complaints({"options": {}}, frozenset()))


def test_an_option_that_many_models_have_may_be_given_as_a_parameter() -> None:
    paint = model(options={"resolution": {"values": ["1k", "2k"]}})
    given = frozenset({"prompt", "resolution"})
    assert list(paint.complaints({"resolution": "2k"}, given)) == []
    (complaint,) = paint.complaints({"resolution": "4k"}, given)
    assert complaint == "paint/one, resolution: not 4k; it takes 1k, 2k"
    body = build_body(paint, Request("text_to_image", paint.id, resolution="2k"), {})
    assert body == {"resolution": "2k"}


def test_what_is_paid_by_the_second_follows_the_film_that_is_given() -> None:
    price = PRICE.model_copy(update={"unit": "second"})
    edit = model(kinds=("video_to_video",), inputs={"video": {"type": "video"}}, price=price)
    film = Video(
        digest="0" * 64, media_type="video/mp4", size=1, width=2, height=2, seconds=5, fps=24
    )
    assert edit.estimate({"video": film}).high == Decimal("0.40")
    assert edit.estimate({}).high is None


def test_of_many_values_some_are_told() -> None:
    voices = Accepted(values=tuple(f"voice {number}" for number in range(25)))
    complaint = voices.complaint("voice 7x")
    assert "voice 19 and 5 more" in complaint
    assert complaint.endswith("(did you mean voice 7?)")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("ai302/soul", "302.AI is not asked: its documentation does not say"),
        ("midjourney/v7", "Midjourney is not asked: it has no API"),
        ("nobody/soul", "there is no model 'nobody/soul'"),
    ],
)
def test_a_provider_that_is_not_asked_says_why(name: str, why: str) -> None:
    (complaint,) = catalogue().complaints(name, "text_to_image")
    assert complaint.startswith(why)
