"""From node to node: by direction, along wires, in reading order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.editor.canvas_drawn import chain, staged
from tui.drawing.layout import Frame
from tui.editor.canvas import Scene, Wire
from tui.editor.canvas.camera import Camera
from tui.editor.canvas.navigate import (
    Direction,
    along,
    following,
    neighbour,
    outermost,
    reading_order,
    trace,
)
from tui.editor.canvas.wiring import make_wiring, without_cycles

START = Frame(40, 20, 20, 6)
PLACES, SIZES = st.integers(-200, 200), st.integers(1, 30)
FRAMES = st.builds(Frame, PLACES, PLACES, SIZES, st.integers(1, 9))


@pytest.mark.parametrize(
    ("direction", "expected"),
    [("left", "west"), ("right", "east"), ("up", "north"), ("down", "south")],
)
def test_the_nearest_in_a_direction(direction: Direction, expected: str) -> None:
    frames = {
        "west": Frame(10, 21, 20, 6),
        "farther west": Frame(-30, 20, 20, 6),
        "east": Frame(70, 19, 20, 6),
        "north": Frame(42, 10, 20, 6),
        "south": Frame(38, 30, 20, 6),
        "far off": Frame(200, 90, 20, 6),
    }
    assert neighbour(frames, START, direction) == expected


@given(st.dictionaries(st.text(max_size=3), FRAMES, max_size=8))
def test_nothing_behind_is_taken(frames: dict[str, Frame]) -> None:
    found = neighbour(frames, START, "right")
    middle = START.x + START.width / 2
    ahead = [key for key, f in frames.items() if f.x >= middle]
    assert (found in ahead) if ahead else (found is None)


def test_along_wires_the_nearest_comes_first() -> None:
    scene = chain(4)
    stage = staged(scene)
    ground = stage.ground
    assert along(ground.wiring, ground.frame, "n1", "in") == ["n0"]
    assert along(ground.wiring, ground.frame, "n1", "out") == ["n2"]
    assert along(ground.wiring, ground.frame, "n3", "out") == []


def test_reading_order_goes_round() -> None:
    frames = {"b": Frame(0, 9, 2, 2), "a": Frame(0, 2, 2, 2), "c": Frame(30, 0, 2, 2)}
    order = reading_order(frames)
    assert order == ["a", "b", "c"]
    assert [following(order, "c", 1), following(order, "a", -1)] == ["a", "c"]
    assert [following(order, "", 1), following(order, "", -1)] == ["a", "c"]
    assert following([], "", 1) is None
    assert outermost(frames, "left") == "a"
    assert outermost({}, "left") is None


def test_trace_finds_what_is_needed_and_what_needs_it() -> None:
    wiring = make_wiring(chain(5))
    assert trace(wiring, ["n2"], down=False)[0] == {"n0", "n1", "n2"}
    nodes, links = trace(wiring, ["n2"], up=False)
    assert nodes == {"n2", "n3", "n4"}
    assert {link.source for link in links} == {"n2", "n3"}


def test_wires_that_close_a_cycle_stand_apart() -> None:
    scene = chain(3)
    circle = Scene(scene.nodes, (*scene.wires, Wire("n2", "o0", "n0", "i0")))
    wiring = make_wiring(circle)
    straight, closing = without_cycles([n.id for n in circle.nodes], wiring.links)
    assert [(link.source, link.target) for link in closing] == [("n2", "n0")]
    assert len(straight) == 2


@given(FRAMES, st.integers(-300, 300), st.integers(-300, 300))
def test_showing_moves_as_little_as_it_can(frame: Frame, x: int, y: int) -> None:
    camera = Camera(x, y, 80, 24)
    moved = camera.showing(frame)
    assert moved.x <= frame.x
    assert frame.x + frame.width <= moved.x + 80
    assert moved.y <= frame.y
    assert frame.y + frame.height <= moved.y + 24
    assert moved.showing(frame) == moved


@given(FRAMES, st.integers(-900, 900), st.integers(-900, 900))
def test_some_of_the_drawing_stays_in_view(bounds: Frame, x: int, y: int) -> None:
    view = Camera(x, y, 80, 24).clamped(bounds).view
    assert view.x < bounds.x + bounds.width
    assert bounds.x < view.x + view.width
    snug = Camera(x, y, 80, 24).snug(bounds)
    assert snug.snug(bounds) == snug
