"""Scenes for tests of the canvas, and what is read off a drawing."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from tui.drawing.layout import Layout, Link
from tui.editor.canvas import Group, Node, Palette, Port, Scene, Stage, State, Wire, Zoom
from tui.editor.canvas.palette import DARK
from tui.editor.canvas.settling import Settler

KINDS = ("text", "image", "video")
Cell = tuple[int, int]


def node(name: str, inlets: int = 1, outlets: int = 1, **more: object) -> Node:
    ports = [Port(f"i{i}", KINDS[i % 3]) for i in range(inlets)]
    ends = [Port(f"o{i}", KINDS[i % 3]) for i in range(outlets)]
    return Node(name, name, "step", "image", tuple(ports), tuple(ends), **more)  # type: ignore[arg-type]


def chain(count: int) -> Scene:
    """Return nodes in a row, each wired to the next."""
    nodes = tuple(node(f"n{i}") for i in range(count))
    wires = tuple(Wire(f"n{i}", "o0", f"n{i + 1}", "i0", "image") for i in range(count - 1))
    return Scene(nodes, wires)


def staged(
    scene: Scene, width: int = 80, height: int = 24, zoom: Zoom = Zoom.FULL, palette: Palette = DARK
) -> Stage:
    """Return a stage that shows a scene."""
    stage = Stage(palette)
    stage.resize(width, height)
    stage.zoom = zoom
    put(stage, scene)
    return stage


def put(stage: Stage, scene: Scene, zoom: Zoom | None = None) -> bool:
    """Show a scene; tell whether a layout had to be made."""
    task = stage.offer(scene, zoom)
    if task is None:
        return False
    ground = stage.build(task, Settler().settle(task))
    assert ground is not None
    assert stage.install(task, ground)
    return True


def text(stage: Stage) -> list[str]:
    """Return the lines of the window."""
    return [stage.line(row).text.rstrip() for row in range(stage.camera.height)]


def cells_of(route: tuple[Cell, ...]) -> list[Cell]:
    """Return all cells of a wire but that in which it arrives."""
    cells = []
    for (x, y), end in pairwise(route):
        while (x, y) != end:
            cells.append((x, y))
            x += (end[0] > x) - (end[0] < x)
            y += (end[1] > y) - (end[1] < y)
    return cells


def boxes_crossed(stage: Stage) -> list[Link]:
    """Return the wires that run through a box."""
    ground = stage.ground
    owner: dict[Cell, str] = {}
    for key in ground.cards:
        frame = ground.frame(key)
        for x in range(frame.x, frame.x + frame.width):
            for y in range(frame.y, frame.y + frame.height):
                assert (x, y) not in owner, f"{key} stands on {owner[x, y]}"
                owner[x, y] = key
    routes = ground.layout.routes.items()
    return [link for link, route in routes if any(cell in owner for cell in cells_of(route))]


def ambiguous_cells(layout: Layout) -> set[Cell]:
    """Return cells in which different nets meet other than by crossing straight."""
    bits: dict[Cell, dict[tuple[str, str], int]] = {}
    for link, route in layout.routes.items():
        cells = [*cells_of(route), route[-1]]
        for i, cell in enumerate(cells[:-1]):
            around = [cells[i + 1]] + ([cells[i - 1]] if i else [])
            found = 1 if i == 0 else 0
            for x, _ in around:
                found |= 1 if x != cell[0] else 2
            nets = bits.setdefault(cell, {})
            net = (link.source, link.outlet)
            nets[net] = nets.get(net, 0) | found
    return {
        cell
        for cell, nets in bits.items()
        if len(nets) > 2 or (len(nets) == 2 and sorted(nets.values()) != [1, 2])
    }


@st.composite
def scenes(
    draw: st.DrawFn, *, groups: bool = False, cycles: bool = False, places: bool = False
) -> Scene:
    """Draw a scene; without cycles, wires lead from earlier nodes to later ones."""
    count = draw(st.integers(1, 9))
    names = ("", "", "a/", "a/b/") if groups else ("",)
    nodes = tuple(
        node(
            f"n{i}",
            draw(st.integers(0, 3)),
            draw(st.integers(0, 2)),
            group=draw(st.sampled_from(names)),
            state=draw(st.sampled_from(list(State))),
            terminal=draw(st.integers(0, 5)) == 0,
        )
        for i in range(count)
    )
    wires = {}
    for _ in range(draw(st.integers(0, 2 * count))):
        a, b = draw(st.integers(0, count - 1)), draw(st.integers(0, count - 1))
        source, target = nodes[a if cycles else min(a, b)], nodes[b if cycles else max(a, b)]
        if source is target or not source.outlets or not target.inlets:
            continue
        outlet, inlet = draw(st.sampled_from(source.outlets)), draw(st.sampled_from(target.inlets))
        wire = Wire(source.id, outlet.name, target.id, inlet.name, outlet.kind)
        wires[wire.source, wire.outlet, wire.target, wire.inlet] = wire
    put_by_hand = {}
    if places:
        chosen = draw(st.lists(st.sampled_from([n.id for n in nodes]), max_size=4))
        for key in chosen:
            put_by_hand[key] = (draw(st.integers(-60, 160)), draw(st.integers(-20, 60)))
    return Scene(nodes, tuple(wires.values()), (Group("a/", "A"),), (), put_by_hand)
