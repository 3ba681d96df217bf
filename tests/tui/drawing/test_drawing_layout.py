"""Whatever the graph: nothing overlaps, and every wire can be followed to its end."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.drawing import Box, Frame, Layout, Link, Spacing, lay_out, lay_out_groups

Graph = tuple[list[Box], list[Link]]
Cell = tuple[int, int]
SPACING = Spacing(rows=1, lanes=0, tracks=2, before=1, after=3)
GROUPS = ("", "", "a/", "b/", "a/in/")


@st.composite
def graphs(draw: st.DrawFn, groups: tuple[str, ...] = ("",)) -> Graph:
    boxes = []
    for i in range(draw(st.integers(1, 14))):
        ports = draw(st.integers(1, 4))
        height = ports + draw(st.integers(1, 3))
        inlets = {f"i{n}": 1 + n for n in range(ports)}
        outlets = {f"o{n}": n for n in range(draw(st.integers(1, 2)))}
        width = draw(st.integers(1, 9))
        right = draw(st.booleans())
        group = draw(st.sampled_from(groups))
        boxes.append(Box(f"n{i}", width, height, inlets, outlets, group=group, to_right=right))
    links = set()
    for _ in range(draw(st.integers(0, 2 * len(boxes)))):
        source, target = sorted(draw(st.integers(0, len(boxes) - 1)) for _ in range(2))
        if source != target:
            outlet = draw(st.sampled_from(sorted(boxes[source].outlets)))
            inlet = draw(st.sampled_from(sorted(boxes[target].inlets)))
            links.add(Link(f"n{source}", outlet, f"n{target}", inlet))
    return boxes, sorted(links)


def cells_of(route: tuple[Cell, ...]) -> Iterator[Cell]:
    """Yield all cells of a wire but that in which it arrives."""
    for (x, y), (end_x, end_y) in pairwise(route):
        while (x, y) != (end_x, end_y):
            yield x, y
            x += (end_x > x) - (end_x < x)
            y += (end_y > y) - (end_y < y)


def assert_boxes_apart(boxes: list[Box], layout: Layout) -> None:
    owner: dict[Cell, str] = {}
    for box in boxes:
        x, y = layout.places[box.id]
        assert x >= 0
        assert y >= 0
        assert x + box.width <= layout.width
        assert y + box.height <= layout.height
        for cell in ((x + dx, y + dy) for dx in range(box.width) for dy in range(box.height)):
            assert owner.setdefault(cell, box.id) == box.id
    for link, route in layout.routes.items():
        through = {owner[cell] for cell in cells_of(route) if cell in owner}
        assert not through, (link, through)


def assert_wires_arrive(boxes: list[Box], links: list[Link], layout: Layout) -> None:
    by_id = {box.id: box for box in boxes}
    assert set(layout.routes) == set(links)
    for link, route in layout.routes.items():
        source, target = by_id[link.source], by_id[link.target]
        x, y = layout.places[source.id]
        assert route[0] == (x + source.width, y + source.outlets[link.outlet])
        x, y = layout.places[target.id]
        assert route[-1] == (x, y + target.inlets[link.inlet])
        for (x, y), (end_x, end_y) in pairwise(route):
            assert (x == end_x) != (y == end_y)
            assert x <= end_x
            assert 0 <= y < layout.height


def assert_unambiguous(layout: Layout) -> None:
    """Different nets meet only to cross at a right angle, or on the way into one port."""
    ways: dict[Cell, dict[tuple[str, str], tuple[set[Cell], set[tuple[str, str]]]]]
    ways = defaultdict(dict)
    for link, route in layout.routes.items():
        net = (link.source, link.outlet)
        path = [(route[0][0] - 1, route[0][1]), *cells_of(route), route[-1]]
        for before, cell, after in zip(path, path[1:], path[2:], strict=False):
            directions, ends = ways[cell].setdefault(net, (set(), set()))
            directions |= {
                (before[0] - cell[0], before[1] - cell[1]),
                (after[0] - cell[0], after[1] - cell[1]),
            }
            ends.add((link.target, link.inlet))
    for cell, nets in ways.items():
        for (one, ends), (other, other_ends) in combinations(nets.values(), 2):
            crossing = {len({x for x, _ in way}) for way in (one, other)} == {1, 2}
            straight = len(one) == len(other) == 2 and len(one | other) == 4 and crossing
            assert straight or ends & other_ends, (cell, nets)


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_every_wire_can_be_followed(graph: Graph) -> None:
    boxes, links = graph
    layout = lay_out(boxes, links, SPACING)
    assert_boxes_apart(boxes, layout)
    assert_wires_arrive(boxes, links, layout)
    assert_unambiguous(layout)


@settings(max_examples=50, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_order_of_links_does_not_matter(graph: Graph, random_: random.Random) -> None:
    boxes, links = graph
    shuffled = list(links)
    random_.shuffle(shuffled)
    assert lay_out(boxes, links, SPACING) == lay_out(boxes, shuffled, SPACING)


@settings(max_examples=100, deadline=None)
@given(graphs(GROUPS))
def test_groups_stand_in_frames_of_their_own(graph: Graph) -> None:
    boxes, links = graph
    layout = lay_out_groups(boxes, links, SPACING)
    assert_boxes_apart(boxes, layout)
    assert_wires_arrive(boxes, links, layout)
    assert_unambiguous(layout)
    for name, frame in layout.frames.items():
        for box in boxes:
            within = box.group.startswith(name)
            assert _touches(frame, layout.places[box.id], box) == within, (name, box.id)
        for link, route in layout.routes.items():
            ends = [box for box in boxes if box.id in (link.source, link.target)]
            if not any(box.group.startswith(name) for box in ends):
                assert not any(_holds(frame, cell) for cell in cells_of(route)), (name, link)


def _holds(frame: Frame, cell: Cell) -> bool:
    x, y = cell
    return 0 <= x - frame.x < frame.width and 0 <= y - frame.y < frame.height


def _touches(frame: Frame, place: Cell, box: Box) -> bool:
    x, y = place
    across = x < frame.x + frame.width and frame.x < x + box.width
    return across and y < frame.y + frame.height and frame.y < y + box.height


def _box(name: str, group: str = "") -> Box:
    return Box(name, 4, 3, {"in": 1}, {"out": 1}, group=group)


def _chain(*names: str) -> list[Link]:
    return [Link(a, "out", b, "in") for a, b in pairwise(names)]


def test_a_chain_is_a_straight_line() -> None:
    layout = lay_out([_box(name) for name in "abc"], _chain("a", "b", "c"))
    assert {y for _, y in layout.places.values()} == {0}
    assert all(len(route) == 2 for route in layout.routes.values())


def test_wires_that_change_places_do_not_run_over_each_other() -> None:
    left = Box("left", 4, 4, {}, {"a": 1, "b": 2})
    right = Box("right", 4, 4, {"a": 1, "b": 2}, {})
    layout = lay_out(
        [left, right], [Link("left", "a", "right", "b"), Link("left", "b", "right", "a")]
    )
    assert_unambiguous(layout)


def test_wires_of_one_port_share_their_way() -> None:
    boxes = [_box(name) for name in "abcde"]
    links = [
        *_chain("a", "b", "c", "d", "e"),
        Link("a", "out", "d", "in"),
        Link("a", "out", "e", "in"),
    ]
    layout = lay_out(boxes, links)
    near, far = (list(cells_of(layout.routes[link])) for link in links[-2:])
    assert near[: len(near) // 2] == far[: len(near) // 2]


def test_a_group_that_wires_leave_and_enter_again_is_dissolved() -> None:
    boxes = [_box("first", "g/"), _box("between"), _box("last", "g/")]
    layout = lay_out_groups(boxes, _chain("first", "between", "last"))
    assert not layout.frames
    assert [x for x, _ in layout.places.values()] == sorted(x for x, _ in layout.places.values())


def test_nested_groups_have_nested_frames() -> None:
    boxes = [_box("a"), _box("b", "out/"), _box("c", "out/in/"), _box("d")]
    layout = lay_out_groups(boxes, _chain("a", "b", "c", "d"))
    outer, inner = layout.frames["out/"], layout.frames["out/in/"]
    assert _holds(outer, (inner.x, inner.y))
    assert _holds(outer, (inner.x + inner.width - 1, inner.y + inner.height - 1))
    assert list(layout.frames) == ["out/", "out/in/"]


def test_a_cycle_is_refused() -> None:
    with pytest.raises(ValueError, match="cycle"):
        lay_out([_box("a"), _box("b")], _chain("a", "b", "a"))


def test_an_empty_graph_has_no_size() -> None:
    assert lay_out([], []) == Layout(0, 0, {}, {})


def test_a_long_chain_needs_no_recursion() -> None:
    names = [f"n{i}" for i in range(3000)]
    layout = lay_out([_box(name) for name in names], _chain(*names))
    assert layout.height == 3
