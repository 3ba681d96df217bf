"""The storyboard nodes in a workflow."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Picture

from engine import Registry
from nodes import story
from tests.support.engines import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    registry = Registry()
    registry.add_module(story)
    return Bench(tmp_path, registry)


def test_a_story_becomes_shots_and_a_sheet(bench: Bench) -> None:
    for name in ("a.png", "b.png"):
        Picture.new("RGB", (32, 18), (200, 30, 30)).save(bench.folder / name)
    script = "The fox ran over the hill.\n\nThe crow sat in the tree and laughed."
    report = bench.run(
        {
            "nodes": {
                "board": {"type": "storyboard_split", "inputs": {"script": script}},
                "sheet": {
                    "type": "storyboard_sheet",
                    "inputs": {"shots": "${board.shots}", "images": ["a.png", "b.png"]},
                },
            },
            "outputs": {
                "prompts": "${board.shots.prompt}",
                "sheet": "${sheet.image}",
                "pdf": "${sheet.pdf}",
            },
        }
    )
    assert report.outputs["prompts"] == [
        "Wide shot: The fox ran over the hill",
        "Wide shot: The crow sat in the tree and laughed",
    ]
    assert report.outputs["sheet"].kind == "image"
    assert report.outputs["pdf"].kind == "file"


def test_limits_are_checked_before_a_run(bench: Bench) -> None:
    inputs = {"script": "The fox ran.", "max_shots": 0, "language": "xx"}
    problems = bench.problems({"nodes": {"b": {"type": "storyboard_split", "inputs": inputs}}})
    assert any("max_shots" in problem for problem in problems)
    assert any("language" in problem for problem in problems)
