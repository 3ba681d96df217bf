"""Groups folded into one node each."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.editor.canvas_drawn import node
from tui.editor.canvas import Badge, Flow, Group, Scene, State, Wire
from tui.editor.canvas.folding import fold, strongest

NODES = (
    node("a"),
    node("b", group="g/", state=State.DONE),
    node("c", group="g/in/", state=State.FAILED, badges=(Badge("no key", "bad"), Badge("$1"))),
    node("d"),
)
WIRES = tuple(Wire(x, "o0", y, "i0", "image") for x, y in (("a", "b"), ("b", "c"), ("c", "d")))
SCENE = Scene(NODES, WIRES)


def folded(*groups: str) -> Scene:
    return fold(replace(SCENE, groups=tuple(Group(key, folded=True) for key in groups)))


def test_nothing_folded_is_the_same_scene() -> None:
    assert fold(SCENE) is SCENE


def test_a_folded_group_is_a_node_with_the_ports_that_wires_pass() -> None:
    scene = folded("g/")
    assert [n.id for n in scene.nodes] == ["a", "d", "g/"]
    group = scene.nodes[-1]
    assert [port.name for port in group.inlets] == ["b.i0"]
    assert [(port.name, port.kind) for port in group.outlets] == [("c.o0", "text")]
    assert [(w.source, w.target) for w in scene.wires] == [("a", "g/"), ("g/", "d")]
    assert group.tasks == (State.DONE, State.FAILED)
    assert group.state is State.FAILED
    assert group.badges == (Badge("no key", "bad"),)
    assert group.group == ""
    assert group.type == "2 nodes"


def test_an_inner_group_stands_in_the_outer_one_and_the_outer_one_swallows_it() -> None:
    inner = folded("g/in/")
    assert inner.nodes[-1].group == "g/"
    assert inner.nodes[-1].title == "in"
    assert inner.nodes[-1].type == "1 node"
    assert [n.id for n in folded("g/", "g/in/").nodes] == ["a", "d", "g/"]


def test_wires_that_run_together_show_the_strongest_flow() -> None:
    assert strongest([Flow.IDLE, Flow.BROKEN, Flow.ACTIVE]) is Flow.ACTIVE
    assert strongest([Flow.BROKEN, Flow.IDLE]) is Flow.IDLE
    assert strongest([]) is Flow.IDLE
