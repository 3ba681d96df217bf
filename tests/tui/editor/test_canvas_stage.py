"""What a canvas shows stays right, however little of it is drawn again."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.canvas_scenes import storyboard, studio
from tests.tui.editor.canvas_drawn import chain, node, put, scenes, staged, text
from tui.editor.canvas import (
    DARK,
    LIGHT,
    Flow,
    Group,
    PortRef,
    Scene,
    Stage,
    State,
    Wire,
    Zoom,
    wire_ref,
)
from tui.editor.canvas.painter import Painter


def lines_of(stage: Stage) -> list[list[tuple[str, object]]]:
    return [[(s.text, s.style) for s in stage.line(row)] for row in range(stage.camera.height)]


def drawn_afresh(stage: Stage) -> list[list[tuple[str, object]]]:
    """Return the lines as somebody draws them who has kept nothing."""
    painter = Painter(stage.ground, stage.painter.palette)
    painter.looks = stage.painter.looks
    camera = stage.camera
    return [
        [(s.text, s.style) for s in painter.line(camera.x, camera.y + row, camera.width)]
        for row in range(camera.height)
    ]


def with_state(scene: Scene, key: str, state: State) -> Scene:
    nodes = tuple(replace(n, state=state) if n.id == key else n for n in scene.nodes)
    return replace(scene, nodes=nodes)


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["select", "hover", "match", "pan", "state", "tick", "ports", "trace"]),
        st.integers(0, 8),
        st.integers(-20, 20),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(scenes(groups=True), st.sampled_from(list(Zoom)), ACTIONS)
def test_what_is_kept_is_what_would_be_drawn(
    scene: Scene, zoom: Zoom, actions: list[tuple[str, int, int]]
) -> None:
    stage = staged(scene, 60, 20, zoom)
    for action, which, by in actions:
        key = scene.nodes[which % len(scene.nodes)].id
        lines_of(stage)
        if action == "select":
            stage.select([key, *stage.selected])
        elif action == "hover":
            stage.hover(key)
        elif action == "match":
            stage.match([key])
        elif action == "pan":
            stage.look_at(stage.camera.moved(by, which))
        elif action == "state":
            scene = with_state(scene, key, list(State)[which])
            assert not put(stage, scene)
        elif action == "tick":
            stage.tick()
        elif action == "ports":
            stage.mark_ports({PortRef(key, "in", "i0"): "x"}, {PortRef(key, "out", "o0"): by > 0})
        else:
            stage.trace = "both" if by > 0 else "wires"
            stage.select([key])
        assert lines_of(stage) == drawn_afresh(stage)


def test_a_state_draws_only_the_rows_of_its_box_again() -> None:
    scene = chain(4)
    stage = staged(scene, 120, 30)
    lines_of(stage)
    stage.painter.take_touched()
    assert not put(stage, with_state(scene, "n1", State.DONE))
    touched = stage.painter.take_touched()
    assert touched == [stage.ground.frame("n1")]
    assert "✓ n1" in "\n".join(text(stage))


def test_a_running_box_draws_one_cell_again() -> None:
    scene = with_state(chain(3), "n1", State.RUNNING)
    stage = staged(scene, 120, 30)
    before = text(stage)
    stage.painter.take_touched()
    stage.tick()
    touched = stage.painter.take_touched()
    assert touched is not None
    assert [(area.width, area.height) for area in touched] == [(1, 1)]
    assert text(stage) != before
    assert stage.is_moving()
    stage.look_at(stage.camera.moved(0, 500))
    assert stage.is_moving() == any(key == "n1" for key in stage.ground.within(stage.camera.view))


def test_a_wire_that_flows_needs_no_layout() -> None:
    scene = chain(3)
    stage = staged(scene, 120, 30)
    assert "━" not in "\n".join(text(stage))
    wires = (replace(scene.wires[0], flow=Flow.ACTIVE), scene.wires[1])
    assert not put(stage, replace(scene, wires=wires))
    assert "━" in "\n".join(text(stage))
    broken = (replace(scene.wires[0], flow=Flow.BROKEN), scene.wires[1])
    assert not put(stage, replace(scene, wires=broken))
    assert "×" in "\n".join(text(stage))


def test_another_title_of_the_same_width_needs_no_layout_and_a_new_port_does() -> None:
    scene = chain(2)
    stage = staged(scene)
    titled = replace(scene.nodes[0], title="mm")
    assert not put(stage, replace(scene, nodes=(titled, scene.nodes[1])))
    assert put(stage, replace(scene, nodes=(node("n0", 3), scene.nodes[1])))


def test_other_zooms_take_over_what_has_changed_meanwhile() -> None:
    scene = chain(3)
    stage = staged(scene)
    assert put(stage, scene, Zoom.DOT)
    assert not put(stage, with_state(scene, "n1", State.FAILED), Zoom.FULL)
    assert "✗ n1" in "\n".join(text(stage))
    assert not put(stage, with_state(scene, "n1", State.FAILED), Zoom.DOT)
    assert "✗" in "\n".join(text(stage))


def test_a_late_layout_of_an_old_scene_is_dropped() -> None:
    stage = staged(chain(2))
    late = stage.offer(chain(5))
    assert late is not None
    stage.offer(chain(2))
    assert stage.build(late, stage.ground.layout) is None
    assert not stage.install(late, stage.ground)


def test_selection_lights_its_wires_and_traces_further() -> None:
    stage = staged(chain(4))
    nets = stage.ground.nets
    stage.select(["n1"])
    assert stage.painter.looks.lit == {nets["n0", "o0"], nets["n1", "o0"]}
    stage.trace = "down"
    stage.select(["n1"])
    assert stage.painter.looks.lit == {nets["n1", "o0"], nets["n2", "o0"]}
    stage.trace = "none"
    stage.select(["n1"])
    assert not stage.painter.looks.lit


def test_hits_are_what_is_drawn() -> None:
    scene = storyboard()
    stage = staged(scene, 200, 40)
    ground = stage.ground
    for each in scene.nodes:
        frame = ground.frame(each.id)
        assert ground.at(frame.x + 3, frame.y).id == each.id
        for port in each.outlets:
            ref = PortRef(each.id, "out", port.name)
            at = ground.port_at(ref)
            if at:
                assert ground.at(*at).port == ref
    for wire in scene.wires:
        for x, y in ground.route(wire_ref(wire))[:1]:
            assert wire_ref(wire) in ground.at(x, y).wires
    outside = ground.bounds()
    assert ground.at(outside.x - 5, outside.y - 5).what == "empty"


def test_groups_have_frames_and_fold_to_one_box() -> None:
    nodes = (node("a"), node("b", group="g/"), node("c", group="g/"), node("d"))
    wires = tuple(Wire(x, "o0", y, "i0", "image") for x, y in (("a", "b"), ("b", "c"), ("c", "d")))
    scene = Scene(nodes, wires, (Group("g/", "Shots"),))
    stage = staged(scene, 160, 24)
    frame = stage.ground.frame("g/")
    assert "▾ Shots" in "\n".join(text(stage))
    assert stage.ground.at(frame.x + 4, frame.y).what == "group"
    stage.select(["g/"])
    assert put(stage, replace(scene, groups=(Group("g/", "Shots", folded=True),)))
    assert set(stage.ground.cards) == {"a", "d", "g/"}
    assert "2 nodes" in "\n".join(text(stage))
    assert stage.selected == {"g/"}


def test_an_empty_scene_and_palettes() -> None:
    stage = staged(Scene(), 40, 10)
    assert not "".join(text(stage)).replace("·", "").strip()
    assert stage.neighbour("left") is None
    put(stage, chain(2))
    dark = lines_of(stage)
    stage.set_palette(LIGHT)
    assert [[t for t, _ in line] for line in lines_of(stage)] != []
    assert lines_of(stage) != dark
    stage.set_palette(DARK)
    assert lines_of(stage) == dark


def test_a_line_is_as_wide_as_the_window_wherever_it_begins() -> None:
    stage = staged(studio(40), 37, 11)
    for x in range(-40, 300, 7):
        stage.camera = stage.camera.at(x, 3)
        for row in range(11):
            line = stage.line(row)
            assert sum(segment.cell_length for segment in line) == line.cell_length == 37
