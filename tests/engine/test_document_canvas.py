"""Groups and notes: what a workflow file holds for the canvas, and what may stand there."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine import CheckError, create, loads
from engine.schema import workflow_schema
from tests.support import nodes

CANVAS: dict[str, Any] = {
    "reelgraph": 1,
    "nodes": {"a": {"type": "upper", "inputs": {"text": "x"}}},
    "groups": {"shots": {"title": "The shots", "nodes": ["a"], "color": "red", "x-kept": 1}},
    "notes": {"todo": {"text": "Try a wider lens", "at": [40, 12.5]}},
}


def test_groups_and_notes_are_read() -> None:
    workflow = create(CANVAS).workflow
    assert workflow.groups["shots"].nodes == ["a"]
    assert not workflow.groups["shots"].collapsed
    assert workflow.notes["todo"].at == (40, 12.5)


def test_the_schema_has_them() -> None:
    validator = Draft202012Validator(workflow_schema(nodes.registry()))
    assert list(validator.iter_errors(CANVAS)) == []
    assert list(validator.iter_errors(CANVAS | {"groups": {"g": {"node": []}}}))
    assert list(validator.iter_errors(CANVAS | {"notes": {"n": {"at": [1]}}}))


@pytest.mark.parametrize(
    ("members", "problem"),
    [
        ({"groups": {"g": {"node": []}}}, "groups.g.node: a group has no such field"),
        ({"groups": {"g": {"nodes": [1]}}}, "groups.g.nodes[0]: wrong type: expected text"),
        ({"groups": {"1": {}}}, 'groups."1": the name is not allowed'),
        ({"notes": {"n": {"txt": ""}}}, "notes.n.txt: a note has no such field"),
        ({"notes": {"n": {"at": [1]}}}, "notes.n.at: wrong type: expected a list of two numbers"),
    ],
)
def test_what_is_wrong_is_named(members: dict[str, Any], problem: str) -> None:
    with pytest.raises(CheckError, match="n") as caught:
        create({"reelgraph": 1, **members})
    assert problem in str(caught.value)


def test_a_file_with_them_is_saved_as_it_was() -> None:
    text = create(CANVAS).text
    assert loads(text).text == text
