"""The catalogue, and the nodes that ask its models."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine import ErrorKind, Image, TaskError
from engine.graph import Const
from engine.registry import Registry
from nodes import generate
from nodes.models import Catalogue, catalogue
from nodes.models.catalogue import Lifecycle, ModelInfo, ModelPrice
from nodes.requests import frame_size
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
        "price": PRICE,
    }
    return ModelInfo.model_validate(data | fields)


def test_every_kind_has_a_draft_model_that_is_local_and_free() -> None:
    for kind in generate.KINDS:
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
    assert "makes clips of 0.1 to 600 s, not 900 s" in problem


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

    coroutine = generate._first_that_can(["a/one", "b/two", "c/three"], call)
    with pytest.raises(StopIteration):
        coroutine.send(None)
    assert asked == ["a/one", "b/two"]


def test_another_model_is_no_help_against_a_wrong_request() -> None:
    async def call(name: str) -> Image:
        raise TaskError("bad", kind=ErrorKind.INVALID)

    coroutine = generate._first_that_can(["a/one", "b/two"], call)
    with pytest.raises(TaskError, match="bad"):
        coroutine.send(None)


def test_a_clip_is_priced_by_the_second() -> None:
    dear = model(price=PRICE.model_copy(update={"unit": "second", "high": None}))
    cheap = model(id="paint/two", price=PRICE.model_copy(update={"unit": "call"}))
    price = generate._price([dear, cheap], {"duration": 3.0})
    assert (price.low, price.high) == (Decimal("0.04"), None)
    price = generate._price([cheap], {"duration": 3.0})
    assert (price.low, price.high) == (Decimal("0.04"), Decimal("0.08"))


def test_the_plan_of_a_free_run_costs_nothing(bench: Bench) -> None:
    plan = bench.plan(frame(seed=[1, 2]))
    assert plan.count("run") == 2
    assert (plan.cost_low, plan.cost_high) == (Decimal(0), Decimal(0))


def test_draft_takes_the_built_in_model_and_only_for_generating_nodes(bench: Bench) -> None:
    registry = bench.engine.registry
    assert generate.draft_override(registry["image_to_video"]) == {"model": ["animatic/camera"]}
    document = bench.document(frame())
    graph, _ = bench.engine.bind(document, override=generate.draft_override)
    assert graph.nodes["frame"].bindings["model"] == Const(["animatic/frame"])
