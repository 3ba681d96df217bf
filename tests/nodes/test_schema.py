"""The JSON Schema of the format, with the built-in nodes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from nodes import schema

FOLDER = schema.TARGET.parent
FILES = sorted(FOLDER.glob("*.json")) + sorted(FOLDER.glob("parts/*.json"))
WORKFLOWS = [path for path in FILES if path != schema.TARGET]


def complaints(workflow: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(json.loads(schema.TARGET.read_text()))
    return [error.message for error in validator.iter_errors(workflow)]


def test_the_schema_is_current() -> None:
    """`python -m nodes.schema` writes it."""
    assert schema.TARGET.read_text(encoding="utf-8") == schema.render()


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_the_ready_workflows_fit(path: Path) -> None:
    assert complaints(json.loads(path.read_text())) == []


@pytest.mark.parametrize(
    "inputs",
    [
        {"video": "${clip.video}", "factor": 3},
        {"video": "${clip.video}", "faktor": 2},
        {"video": 5},
    ],
)
def test_what_a_node_does_not_take_does_not_fit(inputs: dict[str, Any]) -> None:
    node = {"type": "upscale", "inputs": inputs}
    assert complaints({"reelgraph": 1, "nodes": {"large": node}}) != []


def test_a_list_of_takes_fits() -> None:
    node = {"type": "text_to_image", "inputs": {"prompt": "a fox", "seed": [1, 2, 3]}}
    assert complaints({"reelgraph": 1, "nodes": {"frame": node}}) == []
