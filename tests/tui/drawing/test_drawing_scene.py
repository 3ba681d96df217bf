"""What a drawing shows of a workflow, and in which words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.drawing.conftest import Bind
from tests.tui.drawing.drawn_workflows import DIAMOND, LOOK, REUSE, STORY
from tui.drawing import Card, Link, Scene, make_scene
from tui.drawing.labels import harmless, shorten, value_label


def _cards(scene: Scene) -> dict[str, Card]:
    return {card.id: card for card in scene.cards}


def test_only_inputs_that_are_used_are_shown(graph_of: Bind) -> None:
    scene = make_scene(graph_of(STORY))
    assert [card.title for card in scene.cards if card.role == "input"] == ["script", "style"]


def test_cards_stand_after_what_they_need(graph_of: Bind) -> None:
    scene = make_scene(graph_of(STORY))
    place = {card.id: i for i, card in enumerate(scene.cards)}
    assert all(place[line.link.source] < place[line.link.target] for line in scene.lines)


def test_a_text_with_two_references_has_two_places_at_its_port(graph_of: Bind) -> None:
    scene = make_scene(graph_of(STORY))
    ports = _cards(scene)["frame"].inlets
    assert [(port.key, port.label, port.kind) for port in ports] == [
        ("name", "name", "shot"),
        ("name#1", "", "text"),
    ]
    labels = [line.label for line in scene.lines if line.link.target == "frame"]
    assert labels == ["board.shots.prompt", "style"]


def test_repeated_nodes_say_over_what(graph_of: Bind) -> None:
    assert _cards(make_scene(graph_of(STORY)))["frame"].axes == ("board",)
    right = _cards(make_scene(graph_of(DIAMOND)))["right"]
    assert right.axes == ("seed",)
    assert right.details == (("seed", "1 · 2 · 3"),)


def test_wires_are_followed_into_subworkflows(graph_of: Bind) -> None:
    scene = make_scene(graph_of(REUSE, look=LOOK))
    cards = _cards(scene)
    assert (cards["look/loud"].group, cards["look/loud"].title) == ("look/", "loud")
    links = [line.link for line in scene.lines]
    assert Link("board", "shots", "look/loud", "text") in links
    assert not any("inputs.words" in card for card in cards)


def test_wires_are_followed_through_disabled_nodes(graph_of: Bind) -> None:
    nodes = {
        "a": {"type": "upper", "inputs": {"text": "x"}},
        "b": {"type": "upper", "disabled": True, "inputs": {"text": "${a.text}"}},
        "c": {"type": "upper", "inputs": {"text": "${b.text}"}},
    }
    scene = make_scene(graph_of({"nodes": nodes}))
    assert [card.id for card in scene.cards] == ["a", "c"]
    assert [line.link for line in scene.lines] == [Link("a", "text", "c", "text")]


def test_many_wires_into_one_port_share_its_last_place(graph_of: Bind) -> None:
    nodes = {f"n{i}": {"type": "upper", "inputs": {"text": str(i)}} for i in range(9)}
    texts = [f"${{n{i}.text}}" for i in range(9)]
    scene = make_scene(
        graph_of({"nodes": {**nodes, "all": {"type": "join", "inputs": {"texts": texts}}}})
    )
    assert len(_cards(scene)["all"].inlets) == 6
    assert len(scene.lines) == 9


def test_an_input_may_be_an_output(graph_of: Bind) -> None:
    workflow = {"inputs": {"a": {"type": "text"}}, "outputs": {"b": "${inputs.a}"}}
    scene = make_scene(graph_of(workflow))
    assert [(card.role, card.title) for card in scene.cards] == [("input", "a"), ("output", "b")]


@pytest.mark.parametrize(
    ("value", "label"),
    [
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (0.5, "0.5"),
        (10**4000, "…"),
        ("a\nb", "a b"),
        ([1, 2], "1 · 2"),
        (list(range(9)), "9 items"),
        ({"a": 1}, "{…}"),
    ],
)
def test_values_in_a_few_words(value: object, label: str) -> None:
    assert value_label(value) == label


@given(st.text())
def test_harmless_words_stay_so(text: str) -> None:
    once = harmless(text)
    assert harmless(once) == once
    assert once.isprintable()


@given(st.text(max_size=30), st.integers(0, 20))
def test_shortened_words_fit(text: str, room: int) -> None:
    words = harmless(text)
    short = shorten(words, room)
    assert cell_len(short) <= room
    assert short == words or short.endswith("…") or not short
