"""What a terminal that becomes narrower or wider does to what is seen."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.editor.shell_driven import Shell, play
from tui.drawing.layout import Frame
from tui.editor.canvas import State, Zoom
from tui.editor.running import RunState
from tui.editor.screens.side import shares
from tui.editor.session import Memory, View

WIDE, NARROW = (160, 45), (80, 24)


async def resize(shell: Shell, size: tuple[int, int]) -> None:
    await shell.pilot.resize_terminal(*size)
    await shell.settle()


def is_side_seen(shell: Shell) -> bool:
    return not shell.bench.side.has_class("hidden")


def test_panes_fold_where_there_is_no_room_and_come_back(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        assert is_side_seen(shell)
        await resize(shell, NARROW)
        assert not is_side_seen(shell)
        assert shell.bench.canvas.size.width == NARROW[0]
        await resize(shell, WIDE)
        assert is_side_seen(shell)

    play(tmp_path, scene, size=WIDE)


def test_panes_that_a_person_has_hidden_stay_hidden(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("i")
        await resize(shell, NARROW)
        await resize(shell, WIDE)
        assert not is_side_seen(shell)

    play(tmp_path, scene, size=WIDE)


def test_a_form_that_has_the_keys_stays_until_it_is_left(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        await shell.press("enter")
        await resize(shell, NARROW)
        assert is_side_seen(shell)
        await shell.press("escape")
        assert not is_side_seen(shell)
        await resize(shell, WIDE)
        assert is_side_seen(shell)

    play(tmp_path, scene, size=WIDE)


def test_panes_that_are_asked_for_are_shown_also_in_little_room(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        assert not is_side_seen(shell)
        await shell.press("i")
        assert is_side_seen(shell)
        await resize(shell, (70, 24))
        assert is_side_seen(shell)

    play(tmp_path, scene, size=NARROW)


def test_a_form_that_comes_back_is_that_of_what_is_selected_now(tmp_path: Path) -> None:
    """It has no size while it is out of sight, so that its lines are made when it is drawn."""

    async def scene(shell: Shell) -> None:
        for node, field in (("clip", "last_image"), ("film", "transition"), ("clip", "last_image")):
            await shell.go(node)
            await shell.press("enter")
            assert any(field in line for line in shell.text())
            await shell.press("escape")

    play(tmp_path, scene, size=NARROW)


def test_a_form_is_seen_at_once_as_it_stays(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        frames: list[list[str]] = []
        shell.app.post_display_hook = lambda: frames.append(shell.text())  # type: ignore[method-assign]
        await shell.press("enter")
        forms = [frame[1:-1] for frame in frames if "image_to_video" in frame[1]]
        assert any("first picture of the clip" in line for line in forms[0])
        assert all(frame == forms[0] for frame in forms)

    play(tmp_path, scene, size=NARROW)


def test_the_field_one_is_in_stays_in_sight_of_a_lower_terminal(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        await shell.press("enter", "end")
        form = shell.bench.inspector.form
        await resize(shell, (80, 14))
        assert form.place_of_value(form.cursor) is not None

    play(tmp_path, scene, size=NARROW)


def test_in_little_room_the_form_has_all_of_it_until_it_is_left(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        before = shell.bench.canvas.size
        await shell.press("enter")
        assert shell.bench.inspector.form.size.width == NARROW[0]
        assert not any("╭" in line for line in shell.text())
        assert shell.bench.canvas.size == before
        await shell.press("escape")
        assert not is_side_seen(shell)
        assert any("┏" in line for line in shell.text())

    play(tmp_path, scene, size=NARROW)


@pytest.mark.parametrize("key", ["i", "vertical_line"])
def test_in_little_room_panes_have_the_keys_as_long_as_they_are_seen(
    tmp_path: Path, key: str
) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        shell.bench.runner.states["clip"] = RunState(
            "clip", State.FAILED, failed="clip", failures=1
        )
        await shell.press(key)
        assert is_side_seen(shell)
        assert not shell.is_on_canvas()
        await shell.press("escape")
        assert shell.is_on_canvas() and not is_side_seen(shell)
        await shell.press(key)
        shell.bench.canvas.focus()
        await shell.settle()
        assert not is_side_seen(shell)

    play(tmp_path, scene, size=NARROW)


def test_a_map_needs_room(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        assert "from 100 columns on" in shell.reason("view.map")
        await resize(shell, WIDE)
        assert not shell.reason("view.map")
        assert shell.bench.map.size

    play(tmp_path, scene, size=NARROW)


def test_little_room_is_not_remembered(tmp_path: Path) -> None:
    """What was seen in a narrow terminal is no wish for the next one, nor the other way round."""
    path = tmp_path / "film.json"
    memory = Memory(None)
    memory.was_greeted = True
    memory.remember(path, View(panes={"side": True, "map": True}))

    async def narrow(shell: Shell) -> None:
        assert not is_side_seen(shell)
        assert shell.bench.view.panes["side"]

    play(tmp_path, narrow, path=path, memory=memory, size=NARROW)
    memory.remember(path, View(panes={"side": False}))

    async def wide(shell: Shell) -> None:
        assert not is_side_seen(shell)
        assert not shell.bench.view.panes["side"]

    play(tmp_path, wide, path=path, memory=memory, size=WIDE)


def test_beside_lines_of_text_no_panes_come_by_themselves(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await resize(shell, WIDE)
        assert not is_side_seen(shell)
        await shell.press("i", "i")
        assert shell.bench.view.panes["side"]

    play(tmp_path, scene, size=NARROW, as_text=True)


@pytest.mark.parametrize("size", [(120, 30), (100, 30), (120, 22), (120, 40), (200, 60)])
def test_a_form_keeps_eight_rows_beside_results_and_the_map(
    size: tuple[int, int], tmp_path: Path
) -> None:
    async def scene(shell: Shell) -> None:
        bench = shell.bench
        bench.runner.results.put({"frame": {"text": "\n".join(map(str, range(40)))}})
        await shell.go("frame")
        assert bench.inspector.form.size.height >= 8
        assert bench.preview.size.height >= 6
        assert not bench.map.size.height or bench.map.size.height >= 5
        assert bool(bench.map.size.height) == (size[1] >= 40)
        await shell.go("board")
        assert bench.inspector.form.size.height >= 8
        assert bench.map.size.height >= (11 if size[1] >= 30 else 0)

    play(tmp_path, scene, size=size)


def test_where_a_form_needs_all_rows_results_are_shown_to_who_asks_for_them(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        bench = shell.bench
        bench.runner.results.put({"frame": {"text": "a"}})
        await shell.go("frame")
        assert bench.preview.size.height
        await resize(shell, (120, 18))
        assert not bench.preview.size.height
        await shell.press("vertical_line")
        assert bench.preview.size.height

    play(tmp_path, scene, size=(120, 24))


@given(rows=st.integers(0, 200), results=st.booleans())
def test_rows_are_given_once(rows: int, results: bool) -> None:
    for_results, for_map = shares(rows, results=results)
    assert bool(for_results) == results
    assert rows < 18 or rows - for_results - for_map >= 12
    assert for_map == 0 or rows - for_results - for_map >= 17


@pytest.mark.parametrize(
    ("name", "size", "zoom", "reads_types"),
    [
        ("storyboard-to-video", (200, 60), Zoom.COMPACT, True),
        ("storyboard-to-video", (160, 45), Zoom.COMPACT, True),
        ("storyboard-to-video", (120, 40), Zoom.COMPACT, False),
        ("talking-shots", (200, 60), Zoom.FULL, True),
        ("storyboard-sheet", (160, 45), Zoom.FULL, True),
        ("storyboard-sheet", (120, 40), Zoom.COMPACT, True),
    ],
)
def test_boxes_tell_their_types_where_there_is_room(
    name: str, size: tuple[int, int], zoom: Zoom, reads_types: bool, tmp_path: Path
) -> None:
    async def scene(shell: Shell) -> None:
        assert shell.zoom() is zoom
        canvas = shell.bench.canvas
        assert canvas.stage.camera.shows(canvas.ground.bounds_of_nodes)
        seen = "\n".join(line[: canvas.size.width] for line in shell.text())
        types = {node["type"] for node in shell.data["nodes"].values()}
        assert all(each in seen for each in types) is reads_types

    data = json.loads(files("workflows").joinpath(f"{name}.json").read_bytes())
    play(tmp_path, scene, data, size=size, zoom=None)


def looked_at_again(
    tmp_path: Path, keys: list[str], before: tuple[int, int], after: tuple[int, int]
) -> tuple[Frame, Frame, Frame, Zoom]:
    """Open a film, press keys, leave, and open it in a terminal of another size.

    Returns:
        The view before and after, the bounds of all there is, and the zoom afterwards.
    """
    path, memory = tmp_path / "film.json", Memory(tmp_path / "editor.json")
    memory.was_greeted = True
    found: list[Frame] = []

    async def first(shell: Shell) -> None:
        await shell.press(*keys)
        found.append(shell.bench.canvas.stage.camera.view)
        shell.app.leave()

    async def then(shell: Shell) -> None:
        canvas = shell.bench.canvas
        found.extend((canvas.stage.camera.view, canvas.ground.bounds()))
        zooms.append(canvas.zoom)

    zooms: list[Zoom] = []
    play(tmp_path, first, path=path, memory=memory, size=before, zoom=None)
    play(tmp_path, then, path=path, memory=Memory(tmp_path / "editor.json"), size=after)
    return found[0], found[1], found[2], zooms[0]


@pytest.mark.parametrize("keys", [[], ["0"]], ids=["first look", "fitted"])
@pytest.mark.parametrize("after", [(80, 24), (240, 60)])
def test_what_was_fitted_is_so_in_another_terminal(
    tmp_path: Path, keys: list[str], after: tuple[int, int]
) -> None:
    _, view, bounds, zoom = looked_at_again(tmp_path, keys, WIDE, after)
    assert (zoom is Zoom.FULL) is (after == (240, 60))
    assert view.x <= bounds.x or view.width < bounds.width
    assert abs((bounds.y - view.y) - (view.y + view.height - bounds.y - bounds.height)) <= 1


@pytest.mark.parametrize("before", [(80, 24), (200, 60)])
def test_where_one_was_is_in_the_middle_of_another_terminal(
    tmp_path: Path, before: tuple[int, int]
) -> None:
    keys = ["plus", "plus", *["L"] * 5, *["J"] * 4]
    was, view, bounds, zoom = looked_at_again(tmp_path, keys, before, WIDE)
    assert zoom is Zoom.FULL
    assert bounds.height <= view.height
    assert abs((bounds.y - view.y) - (view.y + view.height - bounds.y - bounds.height)) <= 1
    assert abs((was.x + was.width // 2) - (view.x + view.width // 2)) <= 1


def test_in_the_same_terminal_one_is_where_one_was(tmp_path: Path) -> None:
    was, view, _, _ = looked_at_again(tmp_path, ["plus", "plus", "L", *["J"] * 4], WIDE, WIDE)
    assert was == view


def test_compact_boxes_are_as_wide_as_they_were(tmp_path: Path) -> None:
    was, view, bounds, zoom = looked_at_again(tmp_path, ["J"], WIDE, WIDE)
    assert zoom is Zoom.COMPACT and was == view
    _, _, again, _ = looked_at_again(tmp_path, [], WIDE, WIDE)
    assert bounds.width == again.width


def test_a_view_of_which_the_size_is_unknown_is_centred(tmp_path: Path) -> None:
    path, memory = tmp_path / "film.json", Memory(None)
    memory.was_greeted = True
    memory.remember(path, View((-500, 300), int(Zoom.FULL)))

    async def scene(shell: Shell) -> None:
        camera, bounds = shell.bench.canvas.stage.camera, shell.bench.canvas.ground.bounds()
        assert camera.y + camera.height // 2 == bounds.y + bounds.height // 2
        assert camera.x + camera.width > bounds.x + 60

    play(tmp_path, scene, path=path, memory=memory, size=WIDE)
