"""The JSON Schema of workflow files: valid itself, and of one mind with the checker."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from engine._attribute_docs import attribute_docs
from engine.schema import workflow_schema
from engine.workflow import NodeSpec
from tests.engine.test_fuzz import GOOD
from tests.engine.test_plan import workflows
from tests.support import nodes as support
from tests.support.engines import Bench

SCHEMA = workflow_schema(support.registry())
VALIDATOR = Draft202012Validator(SCHEMA)


def faults(**node: Any) -> list[str]:
    data = {"reelgraph": 1, "nodes": {"n": node}}
    return [error.json_path for error in VALIDATOR.iter_errors(data)]


def rule(type_name: str) -> Any:
    rules = SCHEMA["$defs"]["NodeSpec"]["allOf"]
    return next(r for r in rules if r["if"]["properties"]["type"]["const"] == type_name)["then"]


def test_it_is_a_schema_of_the_newest_draft() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_it_is_the_same_every_time() -> None:
    assert json.dumps(workflow_schema(support.registry())) == json.dumps(SCHEMA)


def test_a_rich_workflow_is_valid() -> None:
    assert list(VALIDATOR.iter_errors(GOOD)) == []


def test_every_node_type_has_a_rule_with_its_help() -> None:
    for node_type in support.registry():
        found = rule(node_type.name)
        assert found["description"] == node_type.summary
        assert set(found["properties"]["inputs"]["properties"]) == set(node_type.parameters)


def test_parameters_have_limits_defaults_and_choices() -> None:
    fields = rule("add")["properties"]["inputs"]["properties"]
    assert {"type": "integer", "minimum": 0, "maximum": 1000} in fields["a"]["anyOf"]
    assert fields["b"]["default"] == 0
    assert {"enum": ["plus", "times"], "type": "string"} in fields["mode"]["anyOf"]
    assert rule("add")["properties"]["inputs"]["required"] == ["a"]


@pytest.mark.parametrize(
    "node",
    [
        {"type": "add", "inputs": {"a": 1, "b": "${x.integer}", "mode": "plus"}},
        {"type": "add", "inputs": {"a": [1, "${x.integer}", 3]}},
        {"type": "upper", "inputs": {"text": "see ${x.text}", "seed": [1, 2]}},
        {"type": "join", "inputs": {"texts": ["a", "${x.text}", "b ${y.text}"]}},
        {"type": "join", "inputs": {"texts": "a"}},
        {"type": "describe", "inputs": {"image": "shots/*.png"}},
        {"type": "gather", "inputs": {"images": ["a.png", "${x.image}"]}},
        {"type": "choose", "inputs": {"choose": "x", "x": 5, "y": "${z.image}"}},
        {"type": "optional", "inputs": {"seconds": 2}},
        {"type": "portrait", "inputs": {"character": {"name": "${x.text}"}}},
        {"type": "echo", "inputs": {"value": {"any": ["thing", None]}}},
        {"type": "first", "inputs": {"items": [1, 2]}},
        {"type": "subworkflow", "inputs": {"file": "a.json", "anything": 1}},
        {"type": "upper", "inputs": {"text": "x"}, "x-color": "red", "on_error": "skip"},
    ],
)
def test_accepts(node: dict[str, Any]) -> None:
    assert faults(**node) == []


@pytest.mark.parametrize(
    "node",
    [
        {"type": "uper", "inputs": {"text": "x"}},
        {"type": "add"},
        {"type": "add", "inputs": {}},
        {"type": "add", "inputs": {"a": "one"}},
        {"type": "add", "inputs": {"a": 5000}},
        {"type": "add", "inputs": {"a": 1, "mode": "minus"}},
        {"type": "add", "inputs": {"a": 1, "c": 1}},
        {"type": "upper", "inputs": {"text": 5}},
        {"type": "join", "inputs": {"texts": [5]}},
        {"type": "describe", "inputs": {"image": {"digest": "x"}}},
        {"type": "portrait", "inputs": {"character": {"nam": "x"}}},
        {"type": "subworkflow", "inputs": {}},
        {"type": "upper", "inputs": {"text": "x"}, "colour": "red"},
        {"type": "upper", "inputs": {"text": "x"}, "over": "both"},
    ],
)
def test_refuses(node: dict[str, Any]) -> None:
    assert faults(**node)


def test_inputs_and_outputs_of_the_workflow() -> None:
    good = {"reelgraph": 1, "inputs": {"x": {"type": "list[image]"}}, "outputs": {"o": "${a.b}"}}
    assert list(VALIDATOR.iter_errors(good)) == []
    wrong: list[dict[str, Any]] = [
        {"reelgraph": 1, "inputs": {"x": {"type": "pix"}}},
        {"reelgraph": 1, "outputs": {"o": "plain"}},
        {"reelgraph": 2},
        {"nodes": {}},
    ]
    for bad in wrong:
        assert list(VALIDATOR.iter_errors(bad))


def test_without_source_there_are_no_descriptions(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: type) -> str:
        raise OSError("source code not available")

    assert attribute_docs(NodeSpec)
    monkeypatch.setattr(inspect, "getsource", gone)
    assert attribute_docs(NodeSpec) == {}


@given(data=workflows())
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_the_checker_accepts_is_valid(tmp_path: Path, data: dict[str, Any]) -> None:
    bench = Bench(tmp_path)
    if not any(problem.severity == "error" for problem in bench.check(data)):
        assert list(VALIDATOR.iter_errors({"reelgraph": 1, **data})) == []
    bench.home.close()
