"""Names typed with types, defaults typed with names, the form of the workflow, keys of a form."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from engine.document import loads
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.actions.naming import given_input, wrong_input
from tui.editor.canvas import Zoom
from tui.editor.dialogs.choices import Choices
from tui.editor.model import MISSING

WORKFLOWS = Path(__file__).parents[3] / "workflows"
NAMES = {
    "$": "dollar_sign", "{": "left_curly_bracket", ".": "full_stop", ":": "colon", " ": "space",
    "_": "underscore", "=": "equals_sign", "'": "apostrophe",
}  # fmt: skip


async def typed(shell: Shell, text: str) -> None:
    """Type a text that has more than letters in it."""
    await shell.press(*(NAMES.get(char, char) for char in text))


def test_a_node_is_named_as_it_is_added(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("film")
        await shell.press("a")
        await typed(shell, "short: trim")
        await shell.press("enter")
        assert shell.data["nodes"]["short"] == {
            "type": "trim",
            "inputs": {"video": "${film.video}"},
        }

    play(tmp_path, scene)


def test_a_name_that_is_taken_is_refused_and_the_list_stays(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        before = shell.data
        await shell.press("a")
        await typed(shell, "film: trim")
        await shell.press("enter")
        assert not shell.is_home
        assert shell.data is before
        assert "film" in " ".join(shell.text())
        await shell.press("escape")
        assert shell.is_home

    play(tmp_path, scene)


def test_a_node_is_named_as_it_is_put_into_a_wire(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("film")
        await shell.press("w", "o")
        await typed(shell, "short: trim")
        await shell.press("enter")
        assert shell.data["nodes"]["short"]["type"] == "trim"
        assert shell.data["nodes"]["film"]["inputs"]["clips"] == "${short.video}"

    play(tmp_path, scene)


def test_an_input_is_given_its_default_with_its_name(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("I")
        await typed(shell, "integer")
        await shell.press("enter")
        await typed(shell, "shots = six")
        await shell.press("enter")
        assert not shell.is_home
        await shell.press(*["backspace"] * 3)
        await typed(shell, "6")
        await shell.press("enter")
        assert shell.data["inputs"]["shots"] == {"type": "integer", "default": 6}

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("text", "kind", "given"),
    [
        ("style", "text", ("style", MISSING)),
        ("style = ink = water", "text", ("style", "ink = water")),
        ("shots=6", "integer", ("shots", 6)),
        ("speed = 1.5", "number", ("speed", 1.5)),
        ("loud = true", "boolean", ("loud", True)),
        ("start = art/a.png", "image", ("start", "art/a.png")),
    ],
)
def test_names_with_defaults(text: str, kind: str, given: tuple[str, object]) -> None:
    assert given_input(text, kind) == given
    assert wrong_input(text, kind, ()) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("shots = true", "integer"),
        ("shots = 1.5", "integer"),
        ("shots =", "integer"),
        ("shots = [1", "number"),
        ("loud = 1", "boolean"),
        ("styles = a, b", "list[text]"),
        ("two words", "text"),
        ("taken", "text"),
    ],
)
def test_names_and_defaults_that_cannot_be(text: str, kind: str) -> None:
    assert wrong_input(text, kind, {"taken"})


def test_the_form_of_the_workflow_is_reached_by_key(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        for key in ("e", "enter"):
            await shell.press("escape", key)
            assert shell.bench.inspector.has_focus_within
            await shell.press("escape")
            assert shell.is_on_canvas()
        await shell.press("e", "d")
        await typed(shell, "how it is")
        await shell.press("escape", "escape")
        assert shell.data["description"] == "how it is"
        assert shell.is_on_canvas()

    play(tmp_path, scene)


def test_the_form_of_an_empty_workflow_is_reached_by_key(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("e", "n")
        await typed(shell, "film")
        await shell.press("enter", "escape")
        assert shell.data["name"] == "film"

    play(tmp_path, scene, None)


def test_the_bar_names_the_keys_of_what_has_them(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("sharp")
        assert shell.text()[-1].startswith(" a add node  c connect")
        await shell.press("enter")
        assert "add node" not in shell.text()[-1]
        assert shell.text()[-1].startswith(" ⏎ edit  esc back")
        assert " u undo" in shell.text()[-1]
        await shell.press("escape")
        assert shell.text()[-1].startswith(" a add node  c connect")

    play(tmp_path, scene, size=(160, 45))


def keys_of(*parts: str) -> list[events.Key]:
    """Return the keys of texts, and keys that are named `<so>`."""
    return [
        key
        for part in parts
        for key in (
            [events.Key(part[1:-1], None)]
            if part[0] == "<"
            else [events.Key(NAMES.get(char, char), char) for char in part]
        )
    ]


def test_what_is_typed_quickly_goes_where_it_is_meant_to(tmp_path: Path) -> None:
    """All keys are there before the first one is answered, those of forms as well."""
    wanted = {"max_shots": "${inputs.shots}", "target_seconds": 40}

    async def scene(shell: Shell) -> None:
        await shell.go("board")
        for key in keys_of(
            "I", "integer", "<enter>", "shots = 6", "<enter>", "'", "board", "<enter>", "<enter>",
            "m", "${inputs.sho", "<enter>", "<down>", "<enter>", "40", "<enter>",
            "<escape>", "a", "sheet: storyboard_sheet", "<enter>",
        ):  # fmt: skip
            shell.app.post_message(key)
        await shell.until(lambda: "sheet" in shell.nodes)
        assert shell.data["inputs"]["shots"] == {"type": "integer", "default": 6}
        given = shell.data["nodes"]["board"]["inputs"]
        assert {name: given[name] for name in wanted} == wanted
        assert shell.data["nodes"]["sheet"]["inputs"] == {"shots": "${board.shots}"}

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("columns", "zoom", "hidden"), [(240, Zoom.FULL, 0), (160, Zoom.COMPACT, 0), (100, None, 2)]
)
def test_the_first_look_is_at_the_whole_graph(
    columns: int, zoom: Zoom | None, hidden: int, tmp_path: Path
) -> None:
    """Where not even titles fit, it begins at the beginning, and tells how many are out of view."""

    async def scene(shell: Shell) -> None:
        canvas = shell.bench.canvas
        await shell.until(lambda: zoom is None or canvas.zoom is zoom)
        bounds, view = canvas.ground.bounds(), canvas.stage.camera.view
        if zoom is None:
            assert view.x < bounds.x
            # The output that is out of view, too, is no node.
            assert f"{hidden} out of view" in shell.text()[0]
        else:
            assert view.x <= bounds.x
            assert bounds.x + bounds.width <= view.x + view.width
            assert "out of view" not in shell.text()[0]

    play(tmp_path, scene, size=(columns, 45), zoom=None)


@pytest.mark.parametrize("name", ["storyboard-to-video", "takes-and-pick", "talking-shots"])
def test_the_first_look_is_at_all_nodes_where_inputs_and_outputs_do_not_fit(
    name: str, tmp_path: Path
) -> None:
    async def scene(shell: Shell) -> None:
        canvas, nodes = shell.bench.canvas, shell.nodes
        await shell.until(lambda: canvas.zoom is Zoom.COMPACT)
        assert canvas.stage.camera.shows(canvas.ground.bounds(nodes))
        assert not canvas.stage.camera.shows(canvas.ground.bounds())
        before = canvas.camera
        for node in nodes:
            await shell.go(node)
        assert canvas.camera == before
        await shell.press("0")
        assert canvas.zoom is Zoom.COMPACT
        assert canvas.camera == before
        await shell.pilot.resize_terminal(160, 40)
        await shell.settle()
        assert canvas.stage.camera.shows(canvas.ground.bounds())

    data = loads((WORKFLOWS / f"{name}.json").read_bytes(), name).data
    play(tmp_path, scene, data, size=(120, 40), zoom=None)


def test_the_first_look_stays_right_when_it_is_known_what_nodes_repeat_over(
    tmp_path: Path,
) -> None:
    """Boxes that tell it are wider, and full ones fit no longer."""

    async def scene(shell: Shell) -> None:
        canvas = shell.bench.canvas
        await shell.until(lambda: canvas.zoom is Zoom.COMPACT)
        assert canvas.stage.camera.shows(canvas.ground.bounds())

    data = loads((WORKFLOWS / "takes-and-pick.json").read_bytes(), "takes-and-pick").data
    play(tmp_path, scene, data, size=(200, 60), zoom=None)


def test_ports_that_are_not_drawn_are_offered_too(tmp_path: Path) -> None:
    """Boxes that show titles show no ports without wires."""

    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("c")
        await shell.type("last")
        await shell.press("enter")
        assert shell.data["nodes"]["clip"]["inputs"]["last_image"] == "${frame.image}"

    play(tmp_path, scene, zoom=Zoom.COMPACT)


def test_a_wired_value_is_replaced_by_the_reference_that_is_typed(tmp_path: Path) -> None:
    """Its field opens with `${`; whoever types that, too, means it once."""

    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        await shell.press("enter", "i")
        assert shell.bench.inspector.area.text == "${"
        await shell.press("dollar_sign", "left_curly_bracket")
        await shell.type("frame")
        await shell.press("enter")
        assert shell.data["nodes"]["clip"]["inputs"]["image"] == "${frame.image}"

    play(tmp_path, scene)


def test_what_can_work_with_what_is_there_is_offered_first(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("a")
        await shell.type("story")
        current = shell.app.screen.query_one(Choices).current
        assert current is not None and current.label == "storyboard_split"

    play(tmp_path, scene, None)


def test_ports_that_people_wire_are_listed_first(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("inputs.story")
        await shell.press("minus", "c")
        labels = [choice.label for choice, _ in shell.app.screen.query_one(Choices)._lines]
        options = [label for label in labels if label.endswith(".options")]
        assert labels[0].partition(".")[2] in ("prompt", "script", "text")
        assert options and labels.index(options[0]) > len(labels) // 2

    play(tmp_path, scene)


def test_a_folded_group_is_moved_as_a_box_is(tmp_path: Path) -> None:
    group = {"title": "Pair", "nodes": ["frame", "clip"], "collapsed": True}

    async def scene(shell: Shell) -> None:
        await shell.go("pair/")
        before = shell.bench.canvas.ground.frame("pair/")
        await shell.press("m", "down", "down", "right", "enter")
        after = shell.bench.canvas.ground.frame("pair/")
        assert (after.x, after.y) == (before.x + 2, before.y + 2)
        assert list(shell.data["layout"]) == ["frame"]
        await shell.press("u")
        assert "layout" not in shell.data
        await shell.press("U", "ctrl+u")
        assert "layout" not in shell.data
        await shell.go("inputs.story")
        await shell.press("m")
        assert shell.bench.mode is None
        assert shell.told[-1].startswith("Inputs and outputs stand where the layout puts them")

    play(tmp_path, scene, {**FILM, "groups": {"pair": group}})
