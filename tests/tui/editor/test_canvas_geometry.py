"""Wherever boxes come to stand: none overlap, and every wire can be followed to its ends."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from benchmarks.canvas_scenes import storyboard, studio, woven
from tests.tui.editor.canvas_drawn import (
    ambiguous_cells,
    boxes_crossed,
    chain,
    node,
    put,
    scenes,
    staged,
    text,
)
from tui.drawing.layout import Frame
from tui.editor.canvas import Note, PortRef, Scene, Stage, State, Wire, Zoom
from tui.editor.canvas.cards import node_card, note_card
from tui.editor.canvas.faces import Face, Look, PortLooks
from tui.editor.canvas.palette import DARK
from tui.editor.canvas.settling import from_full, to_full
from tui.editor.canvas.wiring import port_of

ZOOMS = st.sampled_from(list(Zoom))


def assert_all_there(stage: Stage, scene: Scene) -> None:
    ground = stage.ground
    assert set(ground.cards) == {n.id for n in scene.nodes} | {n.id for n in scene.notes}
    assert len(ground.layout.routes) == len(scene.wires)
    for link, route in ground.layout.routes.items():
        x, y = ground.port_at(PortRef(link.source, "out", link.outlet)) or (None, None)
        assert x is not None
        assert route[0] == (x + 1, y)
        at = ground.frame(link.target)
        row = ground.cards[link.target].box.inlets[link.inlet]
        assert route[-1] == (at.x, at.y + row)
        for (ax, ay), (bx, by) in pairwise(route):
            assert (ax == bx) != (ay == by)


@settings(max_examples=60, deadline=None)
@given(scenes(groups=True), ZOOMS)
def test_automatic_layout(scene: Scene, zoom: Zoom) -> None:
    stage = staged(scene, zoom=zoom)
    assert_all_there(stage, scene)
    assert boxes_crossed(stage) == []
    assert ambiguous_cells(stage.ground.layout) == set()


@settings(max_examples=60, deadline=None)
@given(scenes(groups=True, cycles=True, places=True), ZOOMS)
def test_boxes_placed_by_hand_and_cycles(scene: Scene, zoom: Zoom) -> None:
    stage = staged(scene, zoom=zoom)
    assert_all_there(stage, scene)
    boxes_crossed(stage)


@pytest.mark.parametrize("zoom", list(Zoom))
@pytest.mark.parametrize(
    "scene", [storyboard(), studio(100), woven(100)], ids=["story", "studio", "woven"]
)
def test_wires_of_pipelines_are_clear(scene: Scene, zoom: Zoom) -> None:
    stage = staged(scene, zoom=zoom)
    assert boxes_crossed(stage) == []
    assert ambiguous_cells(stage.ground.layout) == set()


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.dictionaries(
        st.sampled_from([n.id for n in storyboard().nodes]),
        st.tuples(st.integers(0, 240), st.integers(0, 60)),
        max_size=4,
    )
)
@example(
    {"clip": (120, 7), "output:film": (135, 48), "inputs.style": (120, 7), "voice": (40, 10)}
)  # The wire out of `style` is shut in by those that are shorter.
def test_wires_of_a_pipeline_avoid_boxes_placed_by_hand(places: dict[str, tuple[int, int]]) -> None:
    scene = storyboard()
    stage = staged(Scene(scene.nodes, scene.wires, places=places))
    assert boxes_crossed(stage) == []
    assert ambiguous_cells(stage.ground.layout) == set()


def test_a_placed_box_stands_where_it_was_put_and_moves_no_other() -> None:
    scene = chain(5)
    before = staged(scene).ground.layout.places
    after = staged(Scene(scene.nodes, scene.wires, places={"n2": (70, 30)})).ground.layout.places
    assert after == {**before, "n2": (70, 30)}


def test_a_box_in_the_way_of_a_placed_one_moves_down() -> None:
    scene = chain(3)
    at = staged(scene).ground.layout.places["n1"]
    ground = staged(Scene(scene.nodes, scene.wires, places={"n0": at})).ground
    assert ground.layout.places["n0"] == at
    assert ground.layout.places["n1"][1] > at[1] + ground.cards["n0"].height - 1


@pytest.mark.parametrize("zoom", list(Zoom))
def test_places_follow_the_zoom(zoom: Zoom) -> None:
    scene = Scene((node("a"), node("b")), places={"a": (0, 0), "b": (120, 40)})
    assert staged(scene, zoom=zoom).ground.layout.places["b"] == from_full(zoom, (120, 40))


def test_several_wires_into_one_port_arrive_one_below_the_other() -> None:
    nodes = (*(node(f"n{i}") for i in range(8)), node("film"))
    wires = tuple(Wire(f"n{i}", "o0", "film", "i0") for i in range(8))
    ground = staged(Scene(nodes, wires)).ground
    arrivals = sorted(route[-1] for route in ground.layout.routes.values())
    assert len(set(arrivals)) == 6
    assert {port_of(link.inlet) for link in ground.layout.routes} == {"i0"}


def test_an_edit_keeps_the_order_of_what_was_there() -> None:
    scene = woven(60)
    stage = staged(scene)
    before = stage.ground.layout.places
    put(stage, Scene((*scene.nodes, node("new")), scene.wires))
    after = stage.ground.layout.places
    pairs = [
        (a, b)
        for a, b in pairwise(sorted(before, key=lambda k: before[k]))
        if before[a][0] == before[b][0]
    ]
    swapped = [pair for pair in pairs if after[pair[0]][1] > after[pair[1]][1]]
    assert len(swapped) < len(pairs) / 10


def test_what_is_looked_at_stays_where_it_is_on_the_screen() -> None:
    scene = chain(6)
    stage = staged(scene)
    stage.select(["n5"])
    stage.reveal("n5")
    frame, camera = stage.ground.frame("n5"), stage.camera
    before = (frame.x - camera.x, frame.y - camera.y)
    added = Scene((node("z"), *scene.nodes), (Wire("z", "o0", "n0", "i0"), *scene.wires))
    put(stage, added)
    frame, camera = stage.ground.frame("n5"), stage.camera
    assert (frame.x - camera.x, frame.y - camera.y) == before


@settings(max_examples=60, deadline=None)
@given(
    scenes(groups=True, places=True),
    st.lists(st.tuples(st.integers(-60, 160), st.integers(-20, 60)), min_size=1, max_size=3),
    ZOOMS,
)
def test_notes_move_no_boxes(scene: Scene, at: list[tuple[int, int]], zoom: Zoom) -> None:
    notes = tuple(Note(f"note{i}", "keep the fog in every picture") for i in range(len(at)))
    places = {**scene.places, **{note.id: at[i] for i, note in enumerate(notes)}}
    before = staged(scene, zoom=zoom).ground
    after = staged(replace(scene, notes=notes, places=places), zoom=zoom).ground
    assert {key: after.frame(key) for key in before.cards} == {
        key: before.frame(key) for key in before.cards
    }


def test_notes_and_names_of_strangers_find_a_place() -> None:
    nodes = (node("a", axes=("x\x1b[31m",)), node("日本語" * 12))
    scene = Scene(nodes, notes=(Note("n", "word " * 40), Note("w", "猫" * 90), Note("e", "")))
    for zoom in Zoom:
        stage = staged(scene, 120, 40, zoom)
        assert_all_there(stage, scene)
        for row in range(40):
            line = stage.line(row)
            assert line.cell_length == 120
            assert sum(segment.cell_length for segment in line) == 120
            assert "\x1b" not in line.text


def test_a_long_axis_leaves_a_node_its_name() -> None:
    scene = Scene((node("image_to_image", axes=("storyboard_split",)),))
    drawn = "\n".join(text(staged(scene)))
    assert " image_to_image " in drawn
    assert "×story" in drawn


@given(
    name=st.sampled_from(["a", "take", "image_to_image"]),
    zoom=ZOOMS,
    tasks=st.integers(0, 1200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
    progress=st.none() | st.floats(0, 1),
    state=st.sampled_from([State.IDLE, State.RUNNING, State.DONE]),
)
@example("take", Zoom.COMPACT, (18, 0), None, State.IDLE)
@example("take", Zoom.COMPACT, (1000, 1000), None, State.DONE)
@example("take", Zoom.COMPACT, (0, 0), 1.0, State.RUNNING)
@settings(deadline=None)
def test_a_box_is_as_wide_with_many_tasks_as_with_none(
    name: str, zoom: Zoom, tasks: tuple[int, int], progress: float | None, state: State
) -> None:
    count, done = tasks
    states = (State.DONE,) * done + (State.QUEUED,) * (count - done)
    card = node_card(node(name, state=state, tasks=states, progress=progress), zoom, {}, ())
    face = Face(card, Look(), PortLooks(), DARK)
    for row in range(card.height):
        assert sum(cell_len(words) for words, _ in face.row(row)) == card.width


def test_a_narrow_box_counts_its_tasks_as_far_as_there_is_room() -> None:
    def foot(count: int, done: int) -> str:
        states = (State.DONE,) * done + (State.QUEUED,) * (count - done)
        card = node_card(node("take", tasks=states), Zoom.COMPACT, {}, ())
        runs = Face(card, Look(), PortLooks(), DARK).row(card.height - 1)
        return "".join(words for words, _ in runs)

    assert " 2/3 " in foot(3, 2)
    assert " 2/18 " in foot(18, 2)
    assert " 18/18 " in foot(18, 18)
    assert " 99% " in foot(1000, 999)
    assert " 100% " in foot(1000, 1000)


@pytest.mark.parametrize("zoom", list(Zoom))
def test_what_is_put_onto_the_canvas_covers_nothing(zoom: Zoom) -> None:
    scene = replace(storyboard(), notes=())
    ground = staged(scene, zoom=zoom).ground
    note = Note("fog", "keep the fog in every picture")
    card = note_card(note, zoom)
    size = (card.width, card.height)
    for frame in [ground.frame(key) for key in ground.cards]:
        start = (frame.x, frame.y + 1)
        x, y = ground.free_below(start, *size)
        assert x == start[0]
        assert y >= start[1]
        assert not ground.within(Frame(x, y, *size))
        cells = [(x + i, y + j) for i in range(size[0]) for j in range(size[1])]
        assert {ground.at(*cell).what for cell in cells} == {"empty"}
        places = {**scene.places, "fog": to_full(zoom, (x, y))}
        after = replace(scene, notes=(note,), places=places)
        layout = staged(after, zoom=zoom).ground.layout
        assert layout.places == {**ground.layout.places, "fog": (x, y)}
        assert layout.routes == ground.layout.routes


def test_a_place_that_is_free_is_taken() -> None:
    ground = staged(chain(3)).ground
    assert ground.free_below((500, 500), 20, 4) == (500, 500)
    assert staged(Scene()).ground.free_below((3, 4), 20, 4) == (3, 4)
