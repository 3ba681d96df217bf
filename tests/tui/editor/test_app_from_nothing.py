"""A workflow is built from an empty canvas on a real pseudo-terminal, with few keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from nodes import registry
from tests.tui.editor.from_nothing import SAVE, STEPS, Text, key_presses
from tests.tui.editor.terminal_driven import ROOT, Process

SHIPPED = ROOT / "workflows" / "storyboard-to-video.json"
BYTES = {"Enter": "\r", "Escape": "\x1b[27u", "Tab": "\t", "C-s": "\x13"}
"""What a terminal sends; escape as newer ones do, as alone it may be the beginning of a key."""
BAR = 60


def meaning(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a workflow does: without help, and with the defaults of all parameters."""
    types = registry()
    nodes = {
        name: {
            **spec,
            "inputs": {
                **{key: each.default for key, each in types[spec["type"]].parameters.items()},
                **spec["inputs"],
            },
        }
        for name, spec in data["nodes"].items()
    }
    inputs = {
        name: {key: value for key, value in spec.items() if key != "help"}
        for name, spec in data["inputs"].items()
    }
    return {
        "name": data["name"],
        "description": data["description"],
        "inputs": inputs,
        "nodes": nodes,
        "outputs": data["outputs"],
    }


def test_few_keys_are_pressed() -> None:
    assert key_presses() < BAR


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
def test_the_storyboard_workflow_is_built_from_nothing(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    process = Process(tmp_path, "new.json", size=size)
    try:
        process.wait_for("This workflow is empty.")
        process.settle()
        for step in STEPS:
            process.press(step.text if isinstance(step, Text) else BYTES.get(step, step))
            if step != SAVE:
                process.settle()
        process.wait_for("Saved new.json")
    finally:
        process.close()
    built = json.loads((tmp_path / "new.json").read_text("utf-8"))
    assert meaning(built) == meaning(json.loads(SHIPPED.read_text("utf-8")))
