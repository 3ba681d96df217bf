"""Keys and the mouse on a canvas in an application."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.screen import Screen

from tests.tui.editor.canvas_drawn import chain, node
from tui.editor.canvas import (
    DARK,
    PLAIN,
    Canvas,
    CanvasMessage,
    ConnectionDropped,
    ContextRequested,
    EmptyPressed,
    Group,
    GroupPressed,
    LayoutReady,
    Minimap,
    NodeActivated,
    NodeSelected,
    NodesMoved,
    Palette,
    PortPressed,
    PortRef,
    Scene,
    State,
    ThreadArranger,
    WireSelected,
    Zoom,
)

Script = Callable[["Host", Pilot[None]], Awaitable[None]]


class Host(App[None]):
    def __init__(self, scene: Scene, canvas: Canvas | None = None) -> None:
        super().__init__()
        self.shown = scene
        self.canvas = canvas or Canvas(compatible=lambda a, b: a.node != b.node)
        self.minimap = Minimap(self.canvas)
        self.heard: list[Message] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield self.canvas
            yield self.minimap

    def on_mount(self) -> None:
        self.canvas.show(self.shown)
        self.canvas.focus()

    def last(self, kind: type[Message]) -> Message:
        return [message for message in self.heard if isinstance(message, kind)][-1]

    def cell(self, key: str, dx: int = 3, dy: int = 1) -> tuple[int, int]:
        """Return a cell of a box, as an offset of the window."""
        frame, (x, y) = self.canvas.ground.frame(key), self.canvas.camera
        return frame.x - x + dx, frame.y - y + dy

    def port(self, ref: PortRef) -> tuple[int, int]:
        at, (x, y) = self.canvas.ground.port_at(ref), self.canvas.camera
        assert at is not None
        return at[0] - x, at[1] - y


def play(scene: Scene, script: Script, canvas: Callable[[], Canvas] | None = None) -> None:
    async def main() -> None:
        host = Host(scene, canvas() if canvas else None)

        def hear(message: Message) -> None:
            if isinstance(message, CanvasMessage):
                host.heard.append(message)

        async with host.run_test(size=(150, 30), message_hook=hear) as pilot:
            await pilot.pause()
            await script(host, pilot)

    asyncio.run(main())


def test_keys_select_pan_and_zoom() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.press("l")
        assert canvas.current == "n0"
        await pilot.press("right", "l")
        assert canvas.current == "n2"
        await pilot.press("h")
        assert canvas.current == "n1"
        await pilot.press("right_square_bracket")
        assert canvas.current == "n2"
        await pilot.press("left_square_bracket", "tab", "tab")
        assert canvas.current == "n3"
        await pilot.press("shift+tab")
        assert canvas.selected == {"n2"}
        assert isinstance(host.last(NodeSelected), NodeSelected)
        await pilot.press("enter")
        activated = host.last(NodeActivated)
        assert isinstance(activated, NodeActivated)
        assert activated.node == "n2"
        before = canvas.camera
        await pilot.press("L", "J")
        assert canvas.camera == (before[0] + 8, before[1] + 4)
        await pilot.press("minus")
        zooms = [canvas.zoom]
        for key in ("minus", "minus", "plus", "0"):
            await pilot.press(key)
            zooms.append(canvas.zoom)
        assert zooms == [Zoom.COMPACT, Zoom.DOT, Zoom.DOT, Zoom.COMPACT, Zoom.FULL]
        await pilot.press("period", "pagedown", "pageup")

    play(chain(4), script)


def test_selecting_brings_into_view_by_the_least() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.select("n9")
        await pilot.pause()
        frame = canvas.ground.frame("n9")
        assert canvas.camera[0] + canvas.size.width - (frame.x + frame.width) in range(1, 6)
        at = canvas.camera
        canvas.select("n8")
        assert canvas.camera == at

    play(chain(10), script)


def test_clicks_select_and_toggle() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.click(canvas, offset=host.cell("n1"))
        assert canvas.selected == {"n1"}
        await pilot.click(canvas, offset=host.cell("n2"), control=True)
        assert canvas.selected == {"n1", "n2"}
        await pilot.click(canvas, offset=host.cell("n1"), shift=True)
        assert canvas.selected == {"n2"}
        await pilot.click(canvas, offset=(1, 28))
        assert canvas.selected == frozenset()
        assert isinstance(host.last(EmptyPressed), EmptyPressed)
        await pilot.click(canvas, offset=host.cell("n2"), times=2)
        assert isinstance(host.last(NodeActivated), NodeActivated)
        await pilot.click(canvas, offset=host.cell("n1"), button=3)
        asked = host.last(ContextRequested)
        assert isinstance(asked, ContextRequested)
        assert asked.hit.id == "n1"

    play(chain(3), script)


def test_a_drag_moves_a_box_and_tells_its_place() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        x, y = host.cell("n1")
        at = canvas.ground.frame("n1")
        await pilot.mouse_down(canvas, offset=(x, y))
        await pilot.hover(canvas, offset=(x + 5, y + 7))
        assert canvas.stage.patches
        await pilot.mouse_up(canvas, offset=(x + 5, y + 7))
        assert not canvas.stage.patches
        moved = host.last(NodesMoved)
        assert isinstance(moved, NodesMoved)
        assert moved.places == {"n1": (at.x + 5, at.y + 7)}
        canvas.show(replace(host.shown, places=moved.places))
        assert canvas.ground.layout.places["n1"] == (at.x + 5, at.y + 7)
        assert not [m for m in host.heard if isinstance(m, EmptyPressed)]

    play(chain(3), script)


def test_a_locked_canvas_pans_instead() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.locked = True
        x, y = host.cell("n1")
        before = canvas.camera
        await pilot.mouse_down(canvas, offset=(x, y))
        await pilot.hover(canvas, offset=(x - 4, y + 2))
        await pilot.mouse_up(canvas, offset=(x - 4, y + 2))
        assert canvas.camera == (before[0] + 4, before[1] - 2)
        assert not [m for m in host.heard if isinstance(m, NodesMoved)]

    play(chain(3), script)


def test_a_wire_is_drawn_from_port_to_port() -> None:
    start, end = PortRef("n2", "out", "o0"), PortRef("n0", "in", "i0")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.mouse_down(canvas, offset=host.port(start))
        await pilot.hover(canvas, offset=host.cell("n1", 12, 4))
        assert canvas.stage.painter.looks.ports.fits == {
            PortRef("n0", "in", "i0"): True,
            PortRef("n1", "in", "i0"): True,
        }
        await pilot.hover(canvas, offset=host.port(end))
        await pilot.mouse_up(canvas, offset=host.port(end))
        dropped = host.last(ConnectionDropped)
        assert isinstance(dropped, ConnectionDropped)
        assert (dropped.start, dropped.end, dropped.fits) == (start, end, True)
        assert not canvas.stage.painter.looks.ports.fits
        await pilot.click(canvas, offset=host.port(end))
        pressed = host.last(PortPressed)
        assert isinstance(pressed, PortPressed)
        assert pressed.port == end

    play(chain(3), script)


def test_a_wire_let_go_on_nothing_or_given_up() -> None:
    start = PortRef("n0", "out", "o0")

    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.mouse_down(canvas, offset=host.port(start))
        await pilot.hover(canvas, offset=(3, 2))
        await pilot.mouse_up(canvas, offset=(3, 2))
        dropped = host.last(ConnectionDropped)
        assert isinstance(dropped, ConnectionDropped)
        assert (dropped.end, dropped.fits) == (None, False)
        count = len(host.heard)
        await pilot.mouse_down(canvas, offset=host.port(start))
        await pilot.hover(canvas, offset=(3, 2))
        assert canvas.cancel()
        assert not canvas.stage.patches
        await pilot.mouse_up(canvas, offset=(3, 2))
        assert not [m for m in host.heard[count:] if isinstance(m, ConnectionDropped)]
        assert not canvas.cancel()

    play(chain(2), script)


def test_what_goes_while_the_mouse_holds_it_is_let_go() -> None:
    whole = chain(4)
    fewer = replace(whole, nodes=whole.nodes[:2], wires=whole.wires[:1])

    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        for start in (host.cell("n3"), host.port(PortRef("n3", "in", "i0"))):
            canvas.show(whole)
            await pilot.mouse_down(canvas, offset=start)
            await pilot.hover(canvas, offset=(start[0] - 9, start[1] + 9))
            assert canvas.stage.patches
            canvas.show(fewer)
            assert not canvas.stage.patches
            await pilot.hover(canvas, offset=(start[0] - 8, start[1] + 9))
            await pilot.mouse_up(canvas, offset=(start[0] - 8, start[1] + 9))
        assert not [m for m in host.heard if isinstance(m, NodesMoved | ConnectionDropped)]
        canvas.show(whole)
        canvas.select("n1", "n3")
        x, y = host.cell("n1")
        at = canvas.ground.frame("n1")
        await pilot.mouse_down(canvas, offset=(x, y))
        await pilot.hover(canvas, offset=(x + 1, y + 9))
        canvas.show(fewer)
        await pilot.mouse_up(canvas, offset=(x + 1, y + 9))
        moved = host.last(NodesMoved)
        assert isinstance(moved, NodesMoved)
        assert moved.places == {"n1": (at.x + 1, at.y + 9)}

    play(whole, script)


def test_a_band_selects_and_the_ground_pans() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        x, y = host.cell("n1", 30, 9)
        left, top = host.cell("n0", -2, -2)
        await pilot.mouse_down(canvas, offset=(left, top), shift=True)
        await pilot.hover(canvas, offset=(x, y))
        await pilot.mouse_up(canvas, offset=(x, y))
        assert {"n0", "n1"} <= canvas.selected
        before = canvas.camera
        await pilot.mouse_down(canvas, offset=(2, 2))
        await pilot.hover(canvas, offset=(12, 5))
        await pilot.mouse_up(canvas, offset=(12, 5))
        assert canvas.camera == (before[0] - 10, before[1] - 3)

    play(chain(3), script)


def test_a_wire_is_pressed_and_an_insertion_marked() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        x, y = host.port(PortRef("n0", "out", "o0"))
        await pilot.click(canvas, offset=(x + 2, y))
        selected = host.last(WireSelected)
        assert isinstance(selected, WireSelected)
        assert selected.wires == (("n0", "o0", "n1", "i0"),)
        canvas.mark_insertion(selected.wires[0])
        assert any("⊕" in patch[1] for row in canvas.stage.patches.values() for patch in row)
        canvas.mark_insertion(None)
        assert not canvas.stage.patches

    play(chain(2), script)


def test_labels_matches_and_a_double_click_on_a_group() -> None:
    scene = Scene((node("a", group="g/"), node("b")), groups=(Group("g/", "Shots"),))

    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        ref = PortRef("a", "in", "i0")
        assert ref in canvas.visible_ports()
        canvas.label_ports({ref: "q"})
        canvas.mark_matches(["b"])
        await pilot.pause()
        lines = "\n".join(canvas.stage.line(row).text for row in range(28))
        assert "q" in lines
        assert "┏" in lines
        frame, (x, y) = canvas.ground.frame("g/"), canvas.camera
        await pilot.click(canvas, offset=(frame.x - x + 4, frame.y - y), times=2)
        pressed = host.last(GroupPressed)
        assert isinstance(pressed, GroupPressed)
        assert pressed.group == "g/"

    play(scene, script)


def test_a_large_layout_is_made_aside() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.canvas.show(chain(4))
        assert len(host.canvas.ground.cards) == 3
        await host.canvas.workers.wait_for_complete()
        await pilot.pause()
        assert len(host.canvas.ground.cards) == 4
        assert isinstance(host.last(LayoutReady), LayoutReady)
        host.canvas.tidy()
        await host.canvas.workers.wait_for_complete()

    play(chain(3), script, lambda: Canvas(arranger=ThreadArranger(quick_boxes=0)))


def test_of_layouts_that_are_wanted_at_once_the_last_is_made() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        for count in (4, 5, 6):
            host.canvas.show(chain(count))
        # What is given up before its turn must not be a coroutine that nobody awaits.
        gc.collect()
        await host.canvas.workers.wait_for_complete(
            [each for each in host.canvas.workers if not each.is_cancelled]
        )
        await pilot.pause()
        assert len(host.canvas.ground.cards) == 6

    play(chain(3), script, lambda: Canvas(arranger=ThreadArranger(quick_boxes=0)))


def test_fitting_waits_for_layouts_that_are_made_aside() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.fit()
        for _ in range(4):
            await canvas.workers.wait_for_complete()
            await pilot.pause()
        assert canvas.zoom is Zoom.DOT
        bounds, x = canvas.ground.bounds(), canvas.camera[0]
        assert x <= bounds.x
        assert bounds.x + bounds.width <= x + canvas.size.width

    play(chain(12), script, lambda: Canvas(arranger=ThreadArranger(quick_boxes=0)))


def test_what_is_fitted_is_so_in_the_first_frame_of_another_size() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.fit()
        await pilot.pause()
        frames: list[list[str]] = []
        host.post_display_hook = lambda: frames.append(lines_of(host))  # type: ignore[method-assign]
        host.minimap.display = False
        await pilot.pause()
        await pilot.pause()
        assert canvas.size.width == 150
        assert frames[0] == frames[-1]

    play(chain(4), script)


def lines_of(host: Host) -> list[str]:
    return [strip.text for strip in host.screen._compositor.render_strips()]


def test_only_what_runs_keeps_the_clock_going() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        running = replace(host.shown.nodes[0], state=State.RUNNING)
        canvas.show(replace(host.shown, nodes=(running, *host.shown.nodes[1:])))
        assert canvas.stage.is_moving()
        before = canvas.stage.painter.looks.tick
        canvas.tick()
        assert canvas.stage.painter.looks.tick == before + 1
        canvas.show(host.shown)
        assert not canvas.stage.is_moving()

    play(chain(2), script)


def test_the_map_moves_the_view() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        before = host.canvas.camera
        await pilot.click(host.minimap, offset=(28, 6))
        assert host.canvas.camera[0] > before[0]
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert host.canvas.size.width == 50

    play(chain(12), script)


@pytest.mark.parametrize("before", [PLAIN, DARK])
def test_the_map_takes_other_colours_at_once(before: Palette) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.palette = before
        await drawn(host, pilot)
        canvas.palette = DARK if before is PLAIN else PLAIN
        canvas.select("n1", "n2")
        host.minimap.render_lines(Region(0, 0, *host.minimap.size))
        await drawn(host, pilot)

    play(chain(4), script)


def test_the_map_may_change_there_and_back_while_nobody_sees_it() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await drawn(host, pilot)
        await host.push_screen(Screen())
        for palette in (PLAIN, DARK):
            canvas.palette = palette
            await drawn(host, pilot)
        scene = chain(4)
        canvas.show(replace(scene, nodes=(*scene.nodes[:3], node("n3", state=State.FAILED))))
        await drawn(host, pilot)
        await host.pop_screen()
        await drawn(host, pilot)

    play(chain(4), script)


async def drawn(host: Host, pilot: Pilot[None]) -> None:
    """Wait for the map, which may be a moment late."""
    await pilot.pause()
    while host.minimap.is_late:
        await pilot.pause()


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (200, 3)])
def test_any_size_will_do(size: tuple[int, int]) -> None:
    async def main() -> None:
        host = Host(chain(3))
        async with host.run_test(size=size) as pilot:
            await pilot.press("l", "minus", "0", "j")
            await pilot.resize_terminal(90, 30)

    asyncio.run(main())


def is_in_view(canvas: Canvas, *keys: str) -> bool:
    """Whether boxes, or all there is, can be seen whole."""
    frame, (x, y) = canvas.ground.bounds(keys or None), canvas.camera
    return (
        x <= frame.x
        and y <= frame.y
        and frame.x + frame.width <= x + canvas.size.width
        and frame.y + frame.height <= y + canvas.size.height
    )


def test_what_is_fitted_stays_fitted_at_other_sizes() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.resize_terminal(200, 30)
        canvas.fit()
        assert canvas.zoom is Zoom.FULL
        canvas.select("n3")
        await pilot.resize_terminal(90, 24)
        await pilot.pause()
        assert canvas.zoom is not Zoom.FULL
        assert is_in_view(canvas)
        await pilot.resize_terminal(200, 30)
        await pilot.pause()
        assert canvas.zoom is Zoom.FULL
        assert is_in_view(canvas)

    play(chain(4), script)


@pytest.mark.parametrize("key", ["shift+left", "minus"])
def test_who_pans_or_zooms_is_left_alone(key: str) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.resize_terminal(200, 30)
        canvas.fit()
        await pilot.press(key)
        zoom = canvas.zoom
        await pilot.resize_terminal(90, 24)
        await pilot.resize_terminal(200, 40)
        await pilot.pause()
        assert canvas.zoom is zoom

    play(chain(4), script)


def test_where_not_all_fits_what_is_selected_is_seen() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.resize_terminal(200, 30)
        canvas.overlook()
        canvas.select("n3")
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert canvas.zoom.name == "COMPACT"
        assert is_in_view(canvas, "n3")
        await pilot.resize_terminal(200, 30)
        await pilot.pause()
        assert canvas.zoom is Zoom.FULL
        assert is_in_view(canvas)

    play(chain(4), script)


def test_going_from_box_to_box_is_no_looking_away_from_the_whole() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        await pilot.resize_terminal(70, 24)
        canvas.overlook()
        canvas.select("n3")
        assert is_in_view(canvas, "n3") and not is_in_view(canvas)
        await pilot.resize_terminal(75, 24)
        await pilot.pause()
        assert is_in_view(canvas, "n3") and not is_in_view(canvas)
        await pilot.resize_terminal(200, 30)
        await pilot.pause()
        assert canvas.zoom is Zoom.FULL
        assert is_in_view(canvas)

    play(chain(4), script)


def test_going_from_box_to_box_looks_away_from_some_that_were_fitted() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.fit(["n0"])
        canvas.select("n3")
        await pilot.resize_terminal(100, 24)
        await pilot.pause()
        assert is_in_view(canvas, "n3")

    play(chain(4), script)


def test_what_was_fitted_may_be_gone_at_another_size() -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        canvas = host.canvas
        canvas.fit(["n3"])
        canvas.show(chain(3))
        await pilot.resize_terminal(100, 24)
        await pilot.pause()
        assert canvas.ground.within(canvas.stage.camera.view)

    play(chain(4), script)
