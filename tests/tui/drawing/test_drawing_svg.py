"""Workflows drawn as pictures."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest

from tests.tui.drawing.conftest import Bind
from tests.tui.drawing.drawn_workflows import DIAMOND, LOOK, REUSE, STORY, Workflow, woven
from tests.tui.drawing.test_drawing_text import HOSTILE, INVISIBLE
from tui.drawing import draw_svg, make_scene
from tui.drawing.metrics import text_width, wrap

SVG = "{http://www.w3.org/2000/svg}"


def _texts(root: ElementTree.Element) -> Iterator[str]:
    for element in root.iter(f"{SVG}text"):
        yield element.text or ""


@pytest.mark.parametrize("workflow", [STORY, DIAMOND, REUSE, woven(30)])
def test_picture_is_well_formed_and_names_everything(workflow: Workflow, graph_of: Bind) -> None:
    graph = graph_of(workflow, look=LOOK)
    picture = draw_svg(graph)
    root = ElementTree.fromstring(picture)
    words = set(_texts(root))
    for card in make_scene(graph).cards:
        labels = {card.title, *(port.label for port in (*card.inlets, *card.outlets))}
        if card.role == "node":
            labels.add(card.type)
        assert labels - {""} <= words
    assert workflow["name"] in words


def test_the_same_workflow_gives_the_same_bytes(graph_of: Bind) -> None:
    graph = graph_of(STORY)
    assert draw_svg(graph) == draw_svg(graph)


def test_nothing_in_the_picture_acts_or_comes_from_elsewhere(graph_of: Bind) -> None:
    picture = draw_svg(graph_of(STORY))
    root = ElementTree.fromstring(picture)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "desc", "style", "g", "rect", "path", "circle", "text"}
    assert picture.count("http") == 1
    assert "url(" not in picture
    assert "@import" not in picture


def test_themes(graph_of: Bind) -> None:
    graph = graph_of(DIAMOND)
    light, dark, auto = (draw_svg(graph, theme=theme) for theme in ("light", "dark", "auto"))
    assert "prefers-color-scheme" in auto
    assert "prefers-color-scheme" not in light + dark
    assert light != dark


def test_wires_have_the_colour_of_their_data(graph_of: Bind) -> None:
    root = ElementTree.fromstring(draw_svg(graph_of(STORY)))
    styles = [group.get("class", "") for group in root.iter(f"{SVG}g")]
    wires = sorted(style for style in styles if style.startswith("wire"))
    assert wires == [
        "wire k-image many",
        "wire k-shot many",
        "wire k-text",
        "wire k-text",
        "wire k-text",
        "wire k-text many",
    ]


def test_no_word_leaves_its_card(graph_of: Bind) -> None:
    nodes = {
        "a": {"type": "upper", "title": "W" * 200, "inputs": {"text": "M" * 200, "seed": [1, 2]}},
        "b": {"type": "choose", "inputs": {"choose": "p" + "w" * 63, "p" + "w" * 63: "${a.text}"}},
    }
    root = ElementTree.fromstring(draw_svg(graph_of({"nodes": nodes})))
    for name in nodes:
        _assert_words_within(next(g for g in root.iter() if g.get("id") == f"node-{name}"))


def _assert_words_within(card: ElementTree.Element) -> None:
    sides = card.findall(f"{SVG}rect")[-1]
    left = float(sides.get("x", ""))
    right = left + float(sides.get("width", ""))
    spans = []
    for text in card.iter(f"{SVG}text"):
        x, length = float(text.get("x", "")), float(text.get("textLength", ""))
        spans.append((x - length, x) if text.get("text-anchor") == "end" else (x, x + length))
    assert len(spans) > 5
    assert all(left < start < end < right for start, end in spans)


def test_hostile_words_are_made_harmless(graph_of: Bind) -> None:
    bad = HOSTILE + "\ufffe</text><script>alert(1)</script>&\"'"
    node = {"type": "upper", "title": bad, "inputs": {"text": bad}}
    workflow = {"name": bad, "description": bad, "nodes": {"a": node}}
    picture = draw_svg(graph_of(workflow))
    ElementTree.fromstring(picture)
    assert "<script" not in picture
    assert not INVISIBLE.search(picture)


def test_picture_of_a_workflow_without_nodes(graph_of: Bind) -> None:
    root = ElementTree.fromstring(draw_svg(graph_of({"name": "empty"})))
    assert list(_texts(root)) == ["empty"]


def test_widths_of_words() -> None:
    assert text_width("ab", 10) == pytest.approx(11.12)
    assert text_width("é", 10) == text_width("e", 10)
    assert text_width("夜", 10) == 10
    assert text_width("ab", 10, bold=True) > text_width("ab", 10)


def test_text_is_wrapped_at_spaces() -> None:
    assert wrap("one two three", 10, text_width("one two", 10), 5) == ["one two", "three"]
    assert wrap("one two three", 10, 1, 2) == ["one", "two three"]
    assert wrap("", 10, 100, 3) == []
