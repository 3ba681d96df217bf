"""`models --compare` and `models doctor`: one kind of work, and the models of one file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.workflow import Workflow
from nodes.checkup import Finding, look_over
from nodes.comparing import compared, sample
from nodes.models import Catalogue, ModelInfo, catalogue
from nodes.models.info import ModelPrice
from tests.tui.cli.conftest import Cli

PRICE = {"unit": "second", "low": "0.1", "high": "0.1", "source": "test", "date": "2026-11-01"}
MODEL: Mapping[str, Any] = {
    "title": "Clip 1",
    "summary": "Moves.",
    "kinds": ["image_to_video"],
    "version": "1",
    "inputs": {
        "image": {"type": "image", "required": True},
        "prompt": {},
        "seconds": {"type": "integer", "low": 2, "high": 10, "default": 5},
        "resolution": {"values": ["480p", "1080p"], "default": "1080p"},
    },
    "price": PRICE,
}


def model(name: str, low: str = "0.1", **fields: Any) -> ModelInfo:
    price = {**PRICE, "low": low, "high": low}
    return ModelInfo.model_validate({**MODEL, "id": name, "price": price, **fields})


def findings(keys: tuple[str, ...] = ("a", "b"), **inputs: Any) -> list[Finding]:
    given = {"image": "${photo.image}", "prompt": "it moves", **inputs}
    node = {"type": "image_to_video", "inputs": given}
    data = {"reelgraph": 1, "nodes": {"clip": node}, "outputs": {}}
    return look_over(Workflow.model_validate(data), lambda name: name in (*keys, "animatic"))


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of its own: what others cost changes with theirs."""
    ends = {"status": "deprecated", "until": "2026-12-31", "successor": "b/clip"}
    models = [
        model("a/clip", "0.2"),
        model("b/clip", "0.1"),
        model("b/other", "0.05", title="Other"),
        model("b/short", "0.01", inputs={"image": {"type": "image"}}),
        model("a/old", lifecycle=ends),
        model("a/gone", lifecycle={"status": "retired", "successor": "b/clip"}),
    ]
    small = Catalogue(
        [*(m for m in catalogue().all() if m.local), *models], today=lambda: date(2026, 11, 25)
    )
    for module in ("nodes.checkup", "nodes.asking"):
        monkeypatch.setattr(f"{module}.catalogue", lambda: small)


def test_the_same_work_is_compared() -> None:
    cheap, dear = model("a/cheap"), model("a/dear", "0.4")
    rows = compared([dear, cheap], "image_to_video")
    assert [row.model.id for row in rows] == ["a/cheap", "a/dear"]
    assert rows[0].work == "5 s at 480p"
    assert rows[0].price.high == Decimal("0.5")


@pytest.mark.parametrize(
    ("values", "chosen"),
    [
        (["480p", "720p"], "720p"),
        (["512P", "768P"], "768P"),
        (["1K", "2K"], "1K"),
        (["1280x720", "720x1280"], "1280x720"),
        (["native"], None),
    ],
)
def test_the_nearest_resolution_is_taken(values: list[str], chosen: str | None) -> None:
    inputs = {**MODEL["inputs"], "resolution": {"values": values}}
    assert sample(model("a/b", inputs=inputs), "image_to_video").work == (
        f"5 s at {chosen}" if chosen else "5 s"
    )


def test_unknown_prices_come_last() -> None:
    unknown = ModelPrice.model_validate({**PRICE, "low": "0", "high": None})
    rows = compared(
        [model("a/b").model_copy(update={"price": unknown}), model("c/d")], "image_to_video"
    )
    assert [row.model.id for row in rows] == ["c/d", "a/b"]


def test_every_model_can_be_compared() -> None:
    for each in catalogue().all():
        for kind in each.kinds:
            assert sample(each, kind).work


def test_compare_on_the_command_line(cli: Cli) -> None:
    told = cli("models", "--for", "image_to_video", "--compare", "--json").json
    costs = [m["cost_high"] for m in told["models"] if m["cost_high"] is not None]
    assert costs == sorted(costs, key=Decimal)
    assert told["models"][0]["model"] == "animatic/camera"
    assert "retired" not in {m["status"] for m in told["models"]}
    assert "animatic/camera" in cli("models", "--for", "image_to_video", "--compare").out
    assert "needs a kind" in cli("models", "--compare").err
    assert cli("models", "animatic/camera", "x.json").code == 2


# -- doctor ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("shop")
def test_a_retired_model_has_replacements_that_fit() -> None:
    (found,) = findings(model="a/gone")
    assert (found.code, found.is_serious) == ("retired", True)
    assert "its successor is b/clip" in found.message
    assert found.replacements == ("b/clip", "b/other", "a/clip")


@pytest.mark.usefixtures("shop")
def test_a_retired_model_is_a_remark_where_another_is_named() -> None:
    (found,) = findings(model=["a/gone", "b/clip"])
    assert not found.is_serious


@pytest.mark.usefixtures("shop")
def test_a_model_that_ends_is_told_with_its_day() -> None:
    found = findings(model="a/old")[0]
    assert (found.code, found.is_serious) == ("deprecated", False)
    assert "2026-12-31" in found.message


@pytest.mark.usefixtures("shop")
def test_less_for_the_same_is_told_apart_from_less_for_another() -> None:
    same, others = findings(model="a/clip", duration=4)
    assert same.code == "same-cheaper"
    assert "a/clip costs $0.80 here, and a model of the same name $0.40 at b" in same.message
    assert same.replacements == ("b/clip",)
    assert others.code == "cheaper"
    assert "cannot say" in others.message
    assert others.replacements == ("b/other",)


@pytest.mark.usefixtures("shop")
def test_a_key_that_is_missing_is_told() -> None:
    found = [f for f in findings(model="a/clip", keys=("b",)) if f.code == "no-key"]
    assert found[0].is_serious
    assert found[0].replacements == ("b/other", "b/clip")
    found = [f for f in findings(model=["a/clip", "b/clip"], keys=("b",)) if f.code == "no-key"]
    assert [f.is_serious for f in found] == [False]


@pytest.mark.usefixtures("shop")
def test_a_model_of_an_input_is_looked_at_too() -> None:
    node = {"type": "image_to_video", "inputs": {"image": "a.png", "model": "${inputs.model}"}}
    data = {
        "reelgraph": 1,
        "inputs": {"model": {"default": "a/gone"}},
        "nodes": {"clip": node},
        "outputs": {},
    }
    (found,) = look_over(Workflow.model_validate(data), lambda name: True)
    assert found.code == "retired"


def test_the_doctor_on_the_command_line(cli: Cli) -> None:
    inputs = {"prompt": "a fox", "model": "nobody/frame"}
    flow = {"nodes": {"frame": {"type": "text_to_image", "inputs": inputs}}, "outputs": {}}
    file = cli.write(flow)
    result = cli("models", "doctor", str(file), "--json")
    assert result.code == 2
    (found,) = [f for f in result.json["findings"] if f["code"] == "unknown"]
    assert found["severity"] == "error"
    assert cli("models", "doctor", str(file)).code == 2
    inputs["model"] = "animatic/frame"
    assert cli("models", "doctor", str(cli.write(flow))).code == 0
    assert "needs a workflow" in cli("models", "doctor").err
