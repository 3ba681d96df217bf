from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.tui.editor.preview_support import BLUE, GREEN, RED, Cinema, drive, film, still
from tests.tui.editor.running_desks import Place, perform, run_all, until
from tui.editor.canvas import State
from tui.editor.preview import Page, TakesScreen, Tile, Wall, groups_of_takes, tiles_of
from tui.editor.preview.grid import grid_for
from tui.editor.preview.takes import Picking
from tui.editor.preview.tiles import columns_for
from tui.editor.running import RunState


def near(color: Any, wanted: tuple[int, int, int]) -> bool:
    return color is not None and all(abs(a - b) < 40 for a, b in zip(color, wanted, strict=True))


def tile(number: int, media: Any = None, **more: Any) -> Tile:
    pages = (Page(media, f"frame[{number}]"),) if media is not None else ()
    state = State.DONE if pages else State.QUEUED
    return Tile(f"{number}", more.pop("state", state), pages, task=f"frame[{number}]", **more)


async def frames(cinema: Cinema, folder: Path, *colors: Any) -> list[Tile]:
    """Return tiles with a picture of each colour."""
    folder.mkdir(exist_ok=True)
    return [
        tile(n, await cinema.pictures.adopt(still(folder / f"{n}.png", color)))
        for n, color in enumerate(colors, 1)
    ]


def test_frames_are_side_by_side_with_number_and_state(tmp_path: Path) -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        wall = cinema.shown
        tiles = await frames(cinema, tmp_path, RED, GREEN, BLUE)
        wall.show([*tiles, tile(4, state=State.RUNNING), tile(5, note="no money left")])
        await until(lambda: wall.decoded == 5)
        await pilot.pause()
        assert wall.grid.columns == 3
        assert near(cinema.colors_at(10, 3)[0], RED)
        assert near(cinema.colors_at(40, 3)[0], GREEN)
        assert near(cinema.colors_at(66, 3)[0], BLUE)
        for words in (" 1  ✓ 64 × 36", " 4  ◐", " 5  ◷", "no money left"):
            assert words in cinema.text

    drive(Wall, script)


def test_only_what_is_in_view_is_decoded(tmp_path: Path) -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        wall = cinema.shown
        image = await cinema.pictures.adopt(still(tmp_path / "a.png"))
        wall.show([tile(n, image) for n in range(1, 201)])
        await until(lambda: wall.decoded >= 9)
        assert wall.decoded < 20
        await pilot.press("end")
        await until(lambda: near(cinema.colors_at(10, 18)[0], RED))
        assert wall.tile.name == "200"
        assert wall.decoded < 40
        assert " 200 " in cinema.text

    drive(Wall, script)


def test_keys_and_the_mouse_go_from_tile_to_tile() -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        wall = cinema.shown
        wall.show([tile(n) for n in range(1, 9)])
        await pilot.pause()
        columns = wall.grid.columns
        await pilot.press("right", "down")
        assert wall.current == 1 + columns
        await pilot.press("k", "h")
        assert wall.current == 0
        await pilot.press("left", "up")
        assert wall.current == 0
        await pilot.press("end")
        assert wall.current == 7
        await pilot.click(offset=(wall.grid.pitch[0] + 2, 1))
        assert wall.current == 1
        before = wall.grid.columns
        await pilot.press("plus")
        assert wall.grid.columns == before - 1
        await pilot.press("minus")
        assert wall.grid.columns == before

    drive(Wall, script)


def test_a_broken_picture_is_a_sentence_in_its_tile(tmp_path: Path) -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        good = await cinema.pictures.adopt(still(tmp_path / "a.png"))
        gone = good.model_copy(update={"digest": "0" * 64})
        cinema.shown.show([tile(1, gone), tile(2, good)])
        await until(lambda: cinema.shown.decoded == 2)
        await pilot.pause()
        assert "It cannot be read: No such file" in cinema.text

    drive(Wall, script)


def test_the_same_tiles_are_not_decoded_again(tmp_path: Path) -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        wall = cinema.shown
        tiles = await frames(cinema, tmp_path, RED, GREEN)
        wall.show([tiles[0], tile(2)])
        await until(lambda: wall.decoded == 2)
        wall.show(tiles)
        assert wall.decoded == 1
        await until(lambda: wall.decoded == 2)
        await pilot.pause()
        assert near(cinema.colors_at(50, 3)[0], GREEN)

    drive(Wall, script)


def test_films_show_a_frame_of_theirs(tmp_path: Path) -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show([tile(1, await cinema.pictures.adopt(film(tmp_path / "a.mp4")))])
        await until(lambda: cinema.shown.decoded == 1)
        await pilot.pause()
        assert near(cinema.colors_at(40, 5)[0], RED)

    drive(Wall, script)


def test_takes_are_compared_and_one_is_picked(tmp_path: Path) -> None:
    picked: list[int] = []

    class Noted(Picking):
        def __init__(self) -> None:
            self.has_items = self.is_alone = False

        def picked(self, title: str) -> int | None:
            return None

        def pick(self, number: int) -> bool:
            picked.append(number)
            return True

    async def script(cinema: Any, pilot: Any) -> None:
        takes = await frames(cinema, tmp_path, RED, GREEN, BLUE)
        screen = TakesScreen(cinema.pictures, {"frame": takes}, Noted())
        cinema.push_screen(screen)
        await until(lambda: screen.wall.decoded == 3)
        await pilot.pause()
        assert "frame · 3 takes · which one?" in cinema.text
        assert screen.wall.grid.columns == 3
        await pilot.press("right", "f")
        await cinema.until_picture()
        await pilot.press("right", "escape")
        await pilot.pause()
        assert screen.wall.current == 2
        await pilot.press("left", "enter")

    drive(Wall, script)
    assert picked == [2]


@pytest.mark.parametrize("count", [1, 2, 5, 6, 12, 40, 300])
@pytest.mark.parametrize("size", [(80, 22), (120, 38), (200, 58), (10, 4)])
def test_a_grid_is_whole_in_view_if_that_can_be(count: int, size: tuple[int, int]) -> None:
    grid = grid_for(count, *size, 16 / 9)
    assert grid.columns * grid.pitch[0] <= max(size[0], 3)
    assert grid.height + grid.words <= max(size[1], 4)
    if count <= 6 and size[0] >= 80:
        assert grid.rows(count) * grid.pitch[1] <= size[1]


def test_tiles_are_the_tasks_of_a_node_with_what_they_gave(tmp_path: Path) -> None:
    data = {"nodes": {
        "parts": {"type": "words", "inputs": {"text": "a b c"}},
        "each": {"type": "upper", "inputs": {"text": "${parts.texts}"}},
    }}  # fmt: skip
    place = Place(tmp_path)

    async def main() -> Any:
        runner = place.runner(data)
        await run_all(runner)
        return tiles_of(runner, "parts"), tiles_of(runner, "each"), tiles_of(runner, "none")

    try:
        whole, each, none = perform(main)
    finally:
        place.close()
    assert [(t.name, t.value) for t in whole] == [("1", "a"), ("2", "b"), ("3", "c")]
    assert [(t.name, t.value, t.state, t.task) for t in each] == [
        ("1", "A", State.DONE, "each[1]"),
        ("2", "B", State.DONE, "each[2]"),
        ("3", "C", State.DONE, "each[3]"),
    ]
    assert none == []


def test_a_tile_at_work_says_what_it_is_about_where_that_is_known(tmp_path: Path) -> None:
    place = Place(tmp_path)

    async def main() -> list[str]:
        runner = place.runner({"nodes": {"one": {"type": "upper", "inputs": {"text": "a"}}}})
        notes = []
        for total in (1, 2):
            tasks = (State.RUNNING,) * total if total > 1 else ()
            state = RunState("one", State.RUNNING, tasks, total=total, note="it waits")
            runner.states["one"] = state
            notes += [tile.note for tile in tiles_of(runner, "one")]
        return notes

    try:
        assert perform(main) == ["it waits", "", ""]
    finally:
        place.close()


def test_takes_are_grouped_by_task(tmp_path: Path) -> None:
    data = {"nodes": {
        "parts": {"type": "words", "inputs": {"text": "a b"}},
        "each": {"type": "upper", "inputs": {"text": "${parts.texts}", "seed": [1, 2]}},
    }}  # fmt: skip
    place = Place(tmp_path)

    async def main() -> Any:
        runner = place.runner(data)
        await run_all(runner)
        return groups_of_takes(runner, "each"), groups_of_takes(runner, "parts")

    try:
        groups, none = perform(main)
    finally:
        place.close()
    assert list(groups) == ["each[1]", "each[2]"]
    assert [(t.name, t.note) for t in groups["each[2]"]] == [("1", "seed 1"), ("2", "seed 2")]
    assert none == {}


def test_takes_of_one_task_are_a_row() -> None:
    assert columns_for([Tile(f"{shot},{take}") for shot in (1, 2) for take in (1, 2, 3)]) == 3
    assert columns_for([Tile("1"), Tile("2")]) == columns_for([]) == 0
