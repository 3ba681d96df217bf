"""`switch`, `pick` and `save`, in workflows."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import CheckError
from nodes import flow, output
from tests.support import nodes
from tests.support.engines import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    registry = nodes.registry()
    registry.add_module(flow)
    registry.add_module(output)
    return Bench(tmp_path, registry)


def switching(choose: object) -> dict[str, object]:
    return {
        "inputs": {"look": {"type": "text"}},
        "nodes": {
            "ink": {"type": "upper", "inputs": {"text": "ink"}},
            "oil": {"type": "upper", "inputs": {"text": "oil"}},
            "look": {
                "type": "switch",
                "inputs": {"choose": choose, "ink": "${ink.text}", "otherwise": "${oil.text}"},
            },
        },
        "outputs": {"look": "${look.value}"},
    }


def test_the_branch_not_taken_is_not_run(bench: Bench) -> None:
    report = bench.run(switching("${inputs.look}"), {"look": "ink"})
    assert report.outputs["look"] == "INK"
    assert set(nodes.calls) == {"ink"}


def test_otherwise_takes_what_has_no_branch(bench: Bench) -> None:
    report = bench.run(switching("${inputs.look}"), {"look": "crayon"})
    assert report.outputs["look"] == "OIL"
    assert set(nodes.calls) == {"oil"}


def test_each_item_takes_its_own_branch(bench: Bench) -> None:
    data = {
        "nodes": {
            "kinds": {"type": "words", "inputs": {"text": "a b a"}},
            "left": {"type": "upper", "inputs": {"text": "left"}},
            "right": {"type": "upper", "inputs": {"text": "right ${kinds.texts}"}},
            "way": {
                "type": "switch",
                "inputs": {"choose": "${kinds.texts}", "a": "${left.text}", "b": "${right.text}"},
            },
        },
        "outputs": {"way": "${way.value}"},
    }
    report = bench.run(data)
    assert report.outputs["way"] == ["LEFT", "RIGHT B", "LEFT"]
    assert set(nodes.calls) == {"kinds", "left", "right[2]"}


def test_true_and_false_name_branches(bench: Bench) -> None:
    data = {
        "nodes": {
            "way": {"type": "switch", "inputs": {"choose": True, "true": "yes", "false": "no"}}
        },
        "outputs": {"way": "${way.value}"},
    }
    assert bench.run(data).outputs["way"] == "yes"


def test_a_branch_that_does_not_exist_is_told_before_the_run(bench: Bench) -> None:
    data = switching("crayon")
    del data["nodes"]["look"]["inputs"]["otherwise"]  # type: ignore[index]
    assert any("no branch 'crayon'" in problem for problem in bench.problems(data))


def picking(**inputs: object) -> dict[str, object]:
    return {
        "nodes": {
            "take": {"type": "upper", "inputs": {"text": "x", "seed": [1, 2, 3]}},
            "best": {"type": "pick", "inputs": {"items": "${take.text}", **inputs}},
        },
        "outputs": {"best": "${best.value}"},
    }


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({}, "X#1"),
        ({"index": 2}, "X#2"),
        ({"index": -1}, "X#3"),
        ({"scores": [0.1, 0.9, 0.9]}, "X#2"),
        ({"scores": [3, 1, 2], "best": "lowest"}, "X#2"),
    ],
)
def test_pick_by_place_or_score(bench: Bench, inputs: dict[str, object], expected: str) -> None:
    assert bench.run(picking(**inputs)).outputs["best"] == expected


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"index": 4}, "there is no item 4: the list has 3"),
        ({"index": 0}, "there is no item 0"),
        ({"scores": [1.0]}, "there are 3 items but 1 scores"),
    ],
)
def test_pick_says_what_does_not_fit(bench: Bench, inputs: dict[str, object], message: str) -> None:
    report = bench.run(picking(**inputs))
    assert report.exit_code == 3
    assert message in report.failures[0].message


def test_pick_by_place_and_score_is_refused(bench: Bench) -> None:
    with pytest.raises(CheckError, match="not by both"):
        bench.run(picking(index=1, scores=[1, 2, 3]))


def test_save_runs_although_no_output_needs_it(bench: Bench) -> None:
    data = {
        "nodes": {
            "one": {"type": "upper", "inputs": {"text": "a"}},
            "two": {"type": "upper", "inputs": {"text": "b"}},
            "keep": {"type": "save", "inputs": {"value": "${two.text}", "name": "b"}},
        },
        "outputs": {"one": "${one.text}"},
    }
    bench.run(data)
    assert set(nodes.calls) == {"one", "two"}


def test_a_name_of_nothing_is_refused(bench: Bench) -> None:
    data = {"nodes": {"keep": {"type": "save", "inputs": {"value": "x", "name": "../.."}}}}
    assert any("leaves nothing" in problem for problem in bench.problems(data))
