"""The screens that follow a run: the wall of a node, and its takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static

from tests.tui.editor.panes_host import Host, drive
from tests.tui.editor.running_desks import Place, run_all, until
from tui.editor.preview import Pictures, WallScreen, show_takes
from tui.editor.preview.wall import Wall

TAKES = {"nodes": {
    "parts": {"type": "words", "inputs": {"text": "fox hen"}},
    "each": {"type": "upper", "inputs": {"text": "${parts.texts}", "seed": [1, 2]}},
}}  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.close()


def title(host: Host) -> str:
    return str(host.screen.query_one("#title", Static).content)


def test_a_wall_fills_as_the_tasks_are_done(place: Place) -> None:
    runner = place.runner(TAKES)

    async def script(host: Host, pilot: Any) -> None:
        pictures = Pictures(Path)
        host.show(WallScreen(runner, "each", pictures))
        await pilot.pause()
        assert title(host) == "each · 0 results"
        await run_all(runner)
        await until(lambda: title(host) == "each · 4 results")
        wall = host.screen.query_one(Wall)
        await until(lambda: wall.decoded == 4)
        assert [tile.name for tile in wall.tiles] == ["1,1", "1,2", "2,1", "2,2"]
        assert wall.grid.columns == 2
        pictures.close()

    drive(runner, script)


def test_from_the_wall_a_take_is_picked_and_the_workflow_is_changed(place: Place) -> None:
    runner = place.runner(TAKES)

    async def script(host: Host, pilot: Any) -> None:
        pictures = Pictures(Path)
        await run_all(runner)
        host.show(WallScreen(runner, "each", pictures))
        await pilot.pause()
        await pilot.press("end", "t")
        await pilot.pause()
        assert title(host) == "each[2] · 2 takes · which one for each[2] alone?"
        await pilot.press("right", "enter")
        await pilot.pause()
        assert isinstance(host.screen, WallScreen), "that was the last item"
        pictures.close()

    drive(runner, script)
    assert runner.desk.snapshot.data["inputs"]["each_takes"]["default"] == [1, 2]
    assert runner.desk.snapshot.nodes["each"]["inputs"]["seed"] == [1, 2]


def test_takes_are_picked_item_by_item(place: Place) -> None:
    runner = place.runner(
        {**TAKES, "nodes": {**TAKES["nodes"], "all": {"type": "join", "inputs": {
            "texts": "${each.text}"}}}, "outputs": {"all": "${all.text}"}}
    )  # fmt: skip

    async def script(host: Host, pilot: Any) -> None:
        pictures = Pictures(Path)
        await run_all(runner)
        assert show_takes(host, runner, "each", pictures)
        await pilot.pause()
        await pilot.press("right", "enter")
        await pilot.pause()
        assert title(host).startswith("each[2] · 2 takes · take 1 is used now · which one for")
        await pilot.press("left_square_bracket")
        await pilot.pause()
        assert title(host).startswith("each[1] · 2 takes · take 2 is used now")
        await pilot.press("escape")
        await pilot.pause()
        await run_all(runner)
        pictures.close()

    drive(runner, script)
    found = {each.task: each.outputs["text"] for each in runner.results.of("all")}
    assert found["all"] == "FOX#2 HEN#1"


def test_a_take_is_picked_for_all_items(place: Place) -> None:
    runner = place.runner(TAKES)

    async def script(host: Host, pilot: Any) -> None:
        pictures = Pictures(Path)
        await run_all(runner)
        assert show_takes(host, runner, "each", pictures)
        await pilot.pause()
        await pilot.press("right", "a")
        await pilot.pause()
        assert [notice.text for notice in host.notices][-1] == (
            "Take 2 of all items of each is picked."
        )
        pictures.close()

    drive(runner, script)
    assert runner.desk.snapshot.nodes["each"]["inputs"]["seed"] == 2


def test_without_takes_there_is_nothing_to_pick(place: Place) -> None:
    runner = place.runner(TAKES)

    async def script(host: Host, pilot: Any) -> None:
        pictures = Pictures(Path)
        assert not show_takes(host, runner, "parts", pictures)
        await run_all(runner)
        host.show(WallScreen(runner, "parts", pictures))
        await pilot.pause()
        await pilot.press("t")
        said = [note.message for note in host._notifications]
        assert said == ["parts has no takes; a list in a parameter that takes one makes some."]
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert len(host.screen_stack) == 1
        pictures.close()

    drive(runner, script)
