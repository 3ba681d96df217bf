"""The mouse, the clipboard of the terminal, quick fingers, the text view, and how few keys do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from textual import events

from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.canvas import PortRef, Zoom
from tui.editor.dialogs.choices import Choices
from tui.editor.dialogs.picker import Picker
from tui.editor.model import edits


def cell(shell: Shell, port: PortRef) -> tuple[int, int]:
    """Return the cell of the canvas in which a port is."""
    at = shell.bench.canvas.ground.port_at(port)
    assert at is not None
    camera = shell.bench.canvas.camera
    return at[0] - camera[0], at[1] - camera[1]


async def drag(shell: Shell, start: tuple[int, int], end: tuple[int, int]) -> None:
    canvas = shell.bench.canvas
    await shell.pilot.mouse_down(canvas, offset=start)
    await shell.pilot.hover(canvas, offset=(start[0] + 2, start[1]))
    await shell.pilot.hover(canvas, offset=end)
    await shell.pilot.mouse_up(canvas, offset=end)
    await shell.settle()


BIG = (240, 40)


def test_a_wire_is_drawn_with_the_mouse(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        start = cell(shell, PortRef("frame", "out", "image"))
        await drag(shell, start, cell(shell, PortRef("clip", "in", "last_image")))
        assert shell.data["nodes"]["clip"]["inputs"]["last_image"] == "${frame.image}"

    play(tmp_path, scene, size=BIG)


def test_a_field_is_taken_where_the_whole_does_not_fit(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        start = cell(shell, PortRef("board", "out", "shots"))
        await drag(shell, start, cell(shell, PortRef("frame", "in", "prompt")))
        assert shell.data["nodes"]["frame"]["inputs"]["prompt"] == "${board.shots.prompt}"

    play(tmp_path, scene, size=BIG)


def test_a_wire_that_does_not_fit_says_why(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        before = shell.data
        start = cell(shell, PortRef("frame", "out", "image"))
        await drag(shell, start, cell(shell, PortRef("sharp", "in", "video")))
        assert shell.data is before
        assert "takes video" in shell.told[-1]

    play(tmp_path, scene, size=BIG)


def test_a_wire_let_go_on_empty_ground_adds_a_node_there(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        x, y = cell(shell, PortRef("film", "out", "video"))
        await drag(shell, (x, y), (x + 3, y + 12))
        assert isinstance(shell.app.screen, Picker)
        await shell.type("trim")
        await shell.press("enter")
        assert shell.data["nodes"]["trim"]["inputs"]["video"] == "${film.video}"
        assert "trim" in shell.data["layout"]

    play(tmp_path, scene, size=BIG)


def test_a_box_is_dragged(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        x, y = cell(shell, PortRef("film", "in", "clips"))
        await drag(shell, (x + 6, y - 2), (x + 12, y + 4))
        assert list(shell.data["layout"]) == ["film"]
        await shell.press("u")
        assert "layout" not in shell.data

    play(tmp_path, scene, size=BIG)


def test_bars_and_menus_take_clicks(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.pilot.click(shell.bench.keys, offset=(2, 0))
        await shell.settle()
        assert isinstance(shell.app.screen, Picker)
        await shell.press("escape")
        x, y = cell(shell, PortRef("film", "in", "clips"))
        await shell.pilot.click(shell.bench.canvas, offset=(x + 5, y), button=3)
        await shell.settle()
        assert isinstance(shell.app.screen, Picker)
        assert shell.bench.current == "film"

    play(tmp_path, scene, size=BIG)


def test_the_second_of_two_quick_clicks_closes_nothing_more(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("I")
        dialog = shell.app.screen
        assert isinstance(dialog, Picker)
        lines = dialog.query_one(Choices)
        for _ in range(2):
            lines.post_message(Choices.Picked())
        await shell.settle()
        assert not dialog.is_attached
        assert shell.bench in shell.app.screen_stack
        await shell.press("escape", "escape")
        assert shell.is_home

    play(tmp_path, scene, size=BIG)


def test_nodes_are_pasted_from_the_terminal(tmp_path: Path) -> None:
    part: dict[str, Any] = {
        "reelgraph": 1,
        "nodes": {"cut": {"type": "trim", "inputs": {"start": 1}}},
    }

    async def scene(shell: Shell) -> None:
        shell.bench.canvas.post_message(events.Paste(f"look at this: {json.dumps(part)} nice"))
        await shell.settle()
        assert shell.data["nodes"]["cut"] == part["nodes"]["cut"]
        shell.bench.canvas.post_message(events.Paste("good morning"))
        await shell.settle()
        assert "no workflow nodes" in shell.told[-1]

    play(tmp_path, scene)


def test_nodes_are_pasted_into_an_empty_workflow(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        shell.bench.welcome.post_message(events.Paste(json.dumps(FILM)))
        await shell.settle()
        assert "film" in shell.nodes

    play(tmp_path, scene, None)


def test_what_is_pasted_waits_for_the_keys_before_it(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        for event in (events.Key("a", "a"), events.Paste("trim"), events.Key("enter", "\r")):
            shell.app.post_message(event)
        await shell.until(lambda: "trim" in shell.nodes)

    play(tmp_path, scene)


def test_half_a_character_that_is_pasted_becomes_a_question_mark(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("P")
        shell.app.post_message(events.Paste("a fox \ud83d runs"))
        await shell.settle()
        await shell.press("escape")
        assert shell.bench.runner.values == {"story": "a fox ? runs"}

    play(tmp_path, scene)


def test_half_a_character_that_was_pasted_can_be_cut(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("enter", "p")
        shell.app.post_message(events.Paste("a\ud83db"))
        await shell.settle()
        await shell.press("ctrl+x")
        assert "a?b" in shell.app.clipboard

    play(tmp_path, scene)


def test_keys_typed_ahead_reach_the_dialog(tmp_path: Path) -> None:
    """All keys are there before the first one is answered."""

    async def scene(shell: Shell) -> None:
        await shell.go("film")
        for key in ("a", "t", "r", "i", "m", "enter"):
            shell.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await shell.until(lambda: "trim" in shell.nodes)

    play(tmp_path, scene)


COUNTED: list[tuple[str, list[str], int, Any]] = [
    (
        "add and wire",
        ["a", "t", "r", "i", "enter"],
        6,
        lambda data: data["nodes"]["trim"]["inputs"],
    ),
    ("undo", ["u"], 1, lambda data: "seed" not in data["nodes"]["frame"]["inputs"]),
    ("run to here", ["r"], 1, None),
]


@pytest.mark.parametrize(("name", "keys", "most", "is_done"), COUNTED, ids=lambda v: str(v)[:12])
def test_few_keys_do(name: str, keys: list[str], most: int, is_done: Any, tmp_path: Path) -> None:
    assert len(keys) <= most

    async def scene(shell: Shell) -> None:
        shell.bench.desk.edit(lambda s: edits.set_parameter(s, "frame", "seed", 3))
        await shell.go("film")
        await shell.press(*keys)
        if is_done is None:
            await shell.until(lambda: not shell.is_home or shell.bench.runner.is_running)
        else:
            assert is_done(shell.data)

    play(tmp_path, scene)


# -- as text -------------------------------------------------------------------------------------


def test_the_text_view_says_all_in_words(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press(*["down"] * 5)
        text = shell.text()
        assert "> 5 of 8: clip, image to video; for each of board" in text
        assert "    takes image from frame, image" in text
        assert "    gives video, video to sharp" in text
        assert not any(char in "".join(text[1:-1]) for char in "╭│╮╰━┓")
        await shell.press("a")
        await shell.type("extract")
        await shell.press("enter")
        assert shell.data["nodes"]["extract_frame"]["inputs"]["video"] == "${clip.video}"
        await shell.press("c")
        assert isinstance(shell.app.screen, Picker)

    play(tmp_path, scene, as_text=True)


def test_the_text_view_goes_along_the_wires(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("right")
        assert shell.bench.current == "inputs.story"
        for key, box in (("right", "board"), ("l", "frame"), ("l", "clip"), ("left", "frame"),
                         ("h", "inputs.style")):  # fmt: skip
            await shell.press(key)
            assert shell.bench.current == box
        await shell.press("h")
        assert shell.bench.current == "inputs.style"
        assert shell.told == ["No wire leads to it; up and down go to the other lines."]
        await shell.go("output:film")
        await shell.press("l")
        assert shell.told == ["No wire leads on from it; up and down go to the other lines."]

    play(tmp_path, scene, as_text=True)


def test_the_bar_says_of_the_text_view_only_what_is_true_there(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        for zoom in Zoom:
            shell.bench.canvas.zoom = zoom
            await shell.settle()
            assert shell.text()[0].split("film  ")[-1].strip() == "5 nodes  as text  ✓ no problems"

    play(tmp_path, scene, as_text=True)


def test_the_text_view_of_an_empty_workflow_draws_nothing(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        text = "".join(shell.text()[1:-1])
        assert "This workflow is empty." in text
        assert not any(char in text for char in "╭│╮╰─")

    play(tmp_path, scene, None, as_text=True)
