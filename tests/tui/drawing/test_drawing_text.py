"""Workflows drawn as text; `UPDATE_GOLDENS=1` writes the expected drawings anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.tui.drawing.conftest import Bind
from tests.tui.drawing.drawn_workflows import DIAMOND, LOOK, REUSE, STORY, Workflow, chain, woven
from tui.drawing import draw_text

GOLDENS = Path(__file__).parent / "goldens"
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize(
    ("name", "workflow", "width"),
    [
        ("story-wide", STORY, 160),
        ("story-narrow", STORY, 80),
        ("diamond", DIAMOND, 100),
        ("diamond-listing", DIAMOND, 40),
        ("reuse", REUSE, 160),
        ("reuse-listing", REUSE, 80),
    ],
)
def test_drawing_is_as_expected(name: str, workflow: Workflow, width: int, graph_of: Bind) -> None:
    drawing = draw_text(graph_of(workflow, look=LOOK), width=width)
    golden = GOLDENS / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.write_text(drawing, encoding="utf-8")
    assert drawing == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [1, 2, 7, 20, 40, 60, 80, 100, 120, 200])
@pytest.mark.parametrize("workflow", [STORY, DIAMOND, REUSE, chain(90), woven(40)])
def test_no_line_is_wider_than_allowed(width: int, workflow: Workflow, graph_of: Bind) -> None:
    graph = graph_of(workflow, look=LOOK)
    for color in (False, True):
        drawing = draw_text(graph, width=width, color=color)
        assert max(cell_len(SGR.sub("", line)) for line in drawing.splitlines()) <= width
        assert all(line == line.rstrip() for line in drawing.splitlines())


@pytest.mark.parametrize("width", [40, 80, 200])
def test_colours_change_no_character(width: int, graph_of: Bind) -> None:
    graph = graph_of(STORY)
    colored = draw_text(graph, width=width, color=True)
    assert "\x1b[35m" in colored
    assert SGR.sub("", colored) == draw_text(graph, width=width)
    for line in colored.splitlines():
        assert "\x1b[" not in line or line.endswith("\x1b[0m") or line.rfind("\x1b[0m") > 0


def test_every_node_and_wire_of_a_large_workflow_is_listed(graph_of: Bind) -> None:
    drawing = draw_text(graph_of(woven(400)), width=100)
    for i in range(400):
        assert re.search(rf"\bn{i} +(join|upper)", drawing)
    assert "texts ← n199.text, n133.text, n79.text" in drawing


def test_wide_characters_keep_the_borders_straight(graph_of: Bind) -> None:
    workflow = {"nodes": {"a": {"type": "upper", "title": "東京の夜 🎬", "inputs": {"text": "夜"}}}}
    lines = draw_text(graph_of(workflow), width=60).splitlines()
    assert "東京の夜 🎬" in lines[2]
    assert len({cell_len(line) for line in lines[2:]}) == 1


HOSTILE = "\x1b[31mred\x1b]0;own\x07 \u202eevil\u2066 a\r\nb \x9b2J\u200bz" + 4 * "\u0301"
INVISIBLE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufffe]"
)


@pytest.mark.parametrize("width", [30, 100])
def test_hostile_words_are_made_harmless(width: int, graph_of: Bind) -> None:
    node = {"type": "upper", "title": HOSTILE, "inputs": {"text": HOSTILE}}
    workflow = {"name": HOSTILE, "description": HOSTILE, "nodes": {"a": node}}
    drawing = draw_text(graph_of(workflow), width=width)
    assert not INVISIBLE.search(drawing)
    assert "\u0301" * 3 not in drawing
    assert "red" in drawing


def test_endless_words_are_cut(graph_of: Bind) -> None:
    node = {"type": "upper", "title": "t" * 10_000, "inputs": {"text": "x" * 10_000}}
    drawing = draw_text(graph_of({"description": "d" * 10_000, "nodes": {"a": node}}), width=80)
    assert len(drawing) < 1000
    assert "…" in drawing


def test_a_workflow_without_nodes_is_drawn(graph_of: Bind) -> None:
    assert draw_text(graph_of({"name": "empty"})).strip() == "empty"
