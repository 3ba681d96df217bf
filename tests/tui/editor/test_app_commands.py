"""Every action, done by its key, with what comes of it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.actions import actions
from tui.editor.canvas import Zoom
from tui.editor.dialogs.ask import Ask
from tui.editor.dialogs.choices import Choices
from tui.editor.dialogs.picker import Picker
from tui.editor.forms.commands import COMMANDS
from tui.editor.panes import JobsScreen, PlanScreen, RunsScreen
from tui.editor.preview import ViewerScreen, WallScreen
from tui.editor.screens.help import Help

Scene = Callable[[Shell], Awaitable[None]]
SCENES: dict[str, Scene] = {}

TWO_BOARDS: Mapping[str, Any] = {
    **FILM,
    "groups": {"pair": {"title": "Pair", "nodes": ["frame", "clip"]}},
    "notes": {"todo": {"text": "try a lens", "at": [4, 20]}},
    "layout": {"film": [120, 3]},
}
WORDS: Mapping[str, Any] = {
    "reelgraph": 1,
    "nodes": {"words": {"type": "join_text", "inputs": {"texts": ["one", "two"]}}},
    "outputs": {"words": "${words.text}"},
}


def scene(*ids: str) -> Callable[[Scene], Scene]:
    """Register a scene as that of some actions."""

    def register(each: Scene) -> Scene:
        for id in ids:
            assert id not in SCENES
            SCENES[id] = each
        return each

    return register


def test_every_action_has_a_scene() -> None:
    assert set(actions()) - set(SCENES) == set()


# -- moving about --------------------------------------------------------------------------------


@scene("canvas.left", "canvas.right", "canvas.up", "canvas.down")
async def directions(shell: Shell) -> None:
    await shell.go("board")
    await shell.press("right", "right")
    assert shell.bench.current == "frame"
    await shell.press("h")
    assert shell.bench.current == "inputs.style"
    await shell.go("clip")
    first = shell.bench.current
    await shell.press("up", "k", "down", "j", "left", "l")
    assert shell.bench.current != ""
    assert first == "clip"


@scene("canvas.producer", "canvas.consumer", "canvas.next", "canvas.previous")
async def along_wires(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("right_square_bracket")
    assert shell.bench.current == "film"
    await shell.press("left_square_bracket", "left_square_bracket")
    assert shell.bench.current == "clip"
    await shell.press("tab")
    assert shell.bench.current != "clip"
    await shell.press("shift+tab")
    assert shell.bench.current == "clip"


@scene("select.extend", "canvas.back")
async def extending(shell: Shell) -> None:
    await shell.go("board")
    await shell.press("v", "right_square_bracket", "right_square_bracket")
    assert len(shell.selection()) == 3
    await shell.press("escape")
    assert not shell.bench.is_extending
    assert len(shell.selection()) == 3
    await shell.press("escape")
    assert not shell.selection()


@scene("select.all", "select.upstream", "select.downstream")
async def selecting(shell: Shell) -> None:
    await shell.press("ctrl+a")
    assert len(shell.selection()) == 5
    await shell.go("clip")
    await shell.press("less_than_sign")
    assert set(shell.selection()) == {"board", "frame", "clip"}
    await shell.go("clip")
    await shell.press("greater_than_sign")
    assert set(shell.selection()) == {"clip", "sharp", "film"}


@scene("canvas.pan-left", "canvas.pan-right", "canvas.pan-up", "canvas.pan-down",
       "canvas.page-up", "canvas.page-down")  # fmt: skip
async def panning(shell: Shell) -> None:
    canvas = shell.bench.canvas
    await shell.go("clip")
    x, y = canvas.camera
    await shell.press("shift+right", "shift+down")
    assert canvas.camera == (x + 8, y + 4)
    await shell.press("H", "K")
    assert canvas.camera == (x, y)
    await shell.press("pagedown")
    assert canvas.camera[1] > y
    await shell.press("pageup")


# -- nodes ---------------------------------------------------------------------------------------


@scene("node.add")
async def adding(shell: Shell) -> None:
    await shell.go("film")
    await shell.press("a", "t", "r", "i", "enter")
    assert shell.data["nodes"]["trim"]["inputs"] == {"video": "${film.video}"}
    assert shell.bench.desk.current == "trim"
    assert shell.bench.current == "trim"


@scene("node.add-before")
async def adding_before(shell: Shell) -> None:
    await shell.go("board")
    await shell.press("A")
    await shell.type("script")
    await shell.press("enter")
    await shell.type("read")
    await shell.press("enter")
    assert shell.data["nodes"]["board"]["inputs"]["script"] == "${read_text.text}"


@scene("node.edit")
async def editing(shell: Shell) -> None:
    await shell.go("film")
    await shell.press("i", "enter")
    assert not shell.bench.side.has_class("hidden")


@scene("node.rename")
async def renaming(shell: Shell) -> None:
    await shell.go("frame")
    await shell.press("R")
    await shell.type("film")
    await shell.press("enter")
    assert not shell.is_home, "the name is taken"
    await shell.press("s", "enter")
    assert shell.is_home
    assert shell.data["nodes"]["clip"]["inputs"]["image"] == "${films.image}"
    await shell.go("inputs.style")
    await shell.press("f2")
    await shell.type("look")
    await shell.press("enter")
    assert "look" in shell.data["inputs"]
    await shell.go("output:film")
    await shell.press("R")
    await shell.type("movie")
    await shell.press("enter")
    assert shell.data["outputs"] == {"movie": "${film.video}"}


@scene("node.duplicate")
async def duplicating(shell: Shell) -> None:
    await shell.go("clip")
    await shell.press("D")
    assert shell.data["nodes"]["clip_2"] == shell.data["nodes"]["clip"]
    assert shell.bench.desk.current == "clip_2"


@scene("node.copy", "node.cut", "node.paste")
async def copying(shell: Shell) -> None:
    assert "copied" in shell.reason("node.paste")
    await shell.go("sharp", "film")
    await shell.press("y")
    assert shell.app.clipboard == shell.bench.copied
    assert set(json.loads(shell.app.clipboard)["nodes"]) == {"sharp", "film"}
    await shell.press("p")
    assert shell.data["nodes"]["film_2"]["inputs"]["clips"] == "${sharp_2.video}"
    await shell.press("d")
    assert "film_2" not in shell.nodes
    await shell.press("ctrl+v")
    assert "film_2" in shell.nodes


@scene("node.delete")
async def deleting(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("x")
    assert isinstance(shell.app.screen, Ask)
    await shell.press("j")
    assert shell.data["nodes"]["film"]["inputs"]["clips"] == "${clip.video}"
    assert shell.bench.current == "clip"
    await shell.press("u")
    assert shell.bench.current == "sharp"
    await shell.press("delete", "d")
    assert "clips" not in shell.data["nodes"]["film"].get("inputs", {})
    await shell.go("note:todo")
    await shell.press("backspace")
    assert "notes" not in shell.data
    await shell.go("inputs.style")
    await shell.press("x")
    assert "style" not in shell.data["inputs"]
    await shell.go("output:film")
    await shell.press("x")
    assert not shell.data.get("outputs")


@scene("node.disable")
async def disabling(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("b")
    assert shell.data["nodes"]["sharp"]["disabled"] is True
    await shell.press("b")
    assert "disabled" not in shell.data["nodes"]["sharp"]


@scene("input.add", "output.add")
async def interface(shell: Shell) -> None:
    await shell.press("I")
    await shell.type("integer")
    await shell.press("enter")
    await shell.type("count")
    await shell.press("enter")
    assert shell.data["inputs"]["count"] == {"type": "integer"}
    assert shell.bench.current == "inputs.count"
    await shell.go("clip")
    await shell.press("O")
    await shell.type("clips")
    await shell.press("enter")
    assert shell.data["outputs"]["clips"] == "${clip.video}"


# -- wires ---------------------------------------------------------------------------------------


@scene("wire.connect")
async def connecting(shell: Shell) -> None:
    bench = shell.bench
    await shell.go("frame")
    await shell.press("f", "c")
    assert bench.mode is not None
    await shell.press("enter")
    assert isinstance(shell.app.screen, Picker)
    await shell.type("clip last")
    await shell.press("enter")
    assert shell.data["nodes"]["clip"]["inputs"]["last_image"] == "${frame.image}"
    await shell.go("board")
    await shell.press("c", "enter")
    await shell.type("clip.dur")
    await shell.press("enter")
    await shell.type("sec")
    await shell.press("enter")
    assert shell.data["nodes"]["clip"]["inputs"]["duration"] == "${board.shots.seconds}"


@scene("wire.connect-into")
async def connecting_into(shell: Shell) -> None:
    await shell.go("clip")
    await shell.press("C", "enter")
    await shell.type("references")
    await shell.press("enter")
    if shell.bench.mode is not None:
        await shell.press("enter")
    await shell.type("frame")
    await shell.press("enter")
    assert shell.data["nodes"]["clip"]["inputs"]["references"] == "${frame.image}"


@scene("wire.next", "wire.previous", "wire.disconnect", "wire.insert")
async def wires(shell: Shell) -> None:
    bench = shell.bench
    await shell.go("sharp")
    await shell.press("w")
    assert bench.wire is not None
    assert str(bench.wire.target) == "sharp.video"
    await shell.press("w")
    assert str(bench.wire.target) == "film.clips"
    await shell.press("W", "W")
    assert str(bench.wire.target) == "film.clips"
    await shell.press("o")
    await shell.type("trim")
    await shell.press("enter")
    assert shell.data["nodes"]["film"]["inputs"]["clips"] == "${trim.video}"
    assert bench.wire is None
    await shell.go("trim")
    await shell.press("w", "X")
    assert "video" not in shell.data["nodes"]["trim"].get("inputs", {})
    assert shell.told == ["Disconnected sharp.video from trim.video."]


# -- the canvas ----------------------------------------------------------------------------------


@scene("canvas.move", "canvas.unpin", "canvas.tidy")
async def moving(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("m", "right", "down", "J", "enter")
    at = shell.data["layout"]["sharp"]
    await shell.press("m", "left", "escape")
    assert shell.data["layout"]["sharp"] == at
    await shell.press("ctrl+u")
    assert "sharp" not in shell.data["layout"]
    await shell.press("T")
    assert "layout" not in shell.data
    await shell.press("u", "u")
    assert shell.data["layout"]["sharp"] == at


@scene("group.make", "group.add", "group.fold", "group.rename", "group.leave", "group.remove")
async def groups(shell: Shell) -> None:
    await shell.go("sharp", "film")
    await shell.press("g")
    await shell.type("the end")
    await shell.press("enter")
    assert shell.data["groups"]["group"] == {"title": "the end", "nodes": ["sharp", "film"]}
    await shell.press("z")
    assert shell.data["groups"]["group"]["collapsed"] is True
    assert shell.bench.current == "group/"
    await shell.press("Z")
    await shell.type("fin")
    await shell.press("enter", "z")
    assert shell.data["groups"]["group"] == {"title": "fin", "nodes": ["sharp", "film"]}
    await shell.go("film")
    await shell.press("ctrl+g")
    await shell.type("pair")
    await shell.press("enter")
    assert shell.data["groups"]["pair"]["nodes"] == ["frame", "clip", "film"]
    await shell.go("film")
    await shell.press("ctrl+l")
    assert shell.data["groups"]["pair"]["nodes"] == ["frame", "clip"]
    await shell.go("clip")
    await shell.press("G")
    assert "pair" not in shell.data["groups"]


@scene("note.add", "note.write")
async def notes(shell: Shell) -> None:
    await shell.go("board")
    await shell.press("number_sign")
    await shell.type("more light")
    await shell.press("enter")
    await shell.type("or none")
    await shell.press("escape")
    assert shell.data["notes"]["note"]["text"] == "more light\nor none"
    lines = [line for line in shell.text() if "more light" in line or "or none" in line]
    assert len(lines) == 2
    await shell.go("note:note")
    await shell.press("semicolon")
    await shell.type(" or less")
    await shell.press("ctrl+s")
    assert shell.data["notes"]["note"]["text"] == "more light\nor none or less"
    await shell.press("m", "right", "enter")
    await shell.go("note:todo")
    await shell.press("enter")
    await shell.type(" later")
    await shell.press("escape")
    assert shell.data["notes"]["todo"]["text"] == "try a lens later"
    before = shell.data
    await shell.press("number_sign", "escape")
    assert shell.data is before


# -- undo, find ----------------------------------------------------------------------------------


@scene("edit.undo", "edit.redo", "edit.history")
async def undoing(shell: Shell) -> None:
    before = shell.data
    await shell.go("sharp")
    await shell.press("b", "D", "b")
    after = shell.data
    await shell.press("u", "ctrl+z", "u")
    assert shell.data == before
    await shell.press("U", "ctrl+y", "U")
    assert shell.data == after
    await shell.press("B", "up", "enter")
    assert shell.data == before


@scene("find.search", "find.next", "find.previous")
async def searching(shell: Shell) -> None:
    bench = shell.bench
    await shell.press("slash")
    await shell.type("animatic")
    assert set(bench.search.matches) == {"frame", "clip"}
    await shell.press("enter")
    first = bench.current
    await shell.press("n")
    assert {first, bench.current} == {"frame", "clip"}
    await shell.press("N")
    assert bench.current == first
    await shell.press("slash")
    await shell.type("zzz")
    await shell.press("escape")
    assert bench.current == first
    assert bench.search.matches == ()


@scene("find.goto")
async def going(shell: Shell) -> None:
    await shell.press("apostrophe")
    await shell.type("shar")
    await shell.press("enter")
    assert shell.bench.current == "sharp"
    await shell.press("apostrophe")
    choices = shell.app.screen.query_one(Choices)
    assert labels(choices) == ["board", "frame", "clip", "sharp", "film", "story", "style", "film"]
    await shell.type("s")
    assert labels(choices)[:3] == ["sharp", "story", "style"], "nodes before inputs"
    await shell.type("ty")
    assert labels(choices)[0] == "style", "the best match before all"
    await shell.press("escape")


def labels(choices: Choices) -> list[str]:
    return [choice.label for choice, _ in choices._lines]


@scene("view.problems", "find.next-problem", "find.previous-problem")
async def problems(shell: Shell) -> None:
    bench = shell.bench
    assert "no problems" in shell.reason("find.next-problem")
    await shell.press("exclamation_mark")
    assert shell.text()[-2].strip() == "no problems"
    await shell.press("exclamation_mark")
    await shell.go("frame")
    await shell.press("x")
    if not shell.is_home:
        await shell.press("d")
    await shell.until(lambda: bench.desk.problems.errors)
    await shell.press("right_curly_bracket")
    assert bench.current == "clip"
    await shell.press("left_curly_bracket")
    await shell.press("exclamation_mark")
    assert shell.app.focused is bench.problems
    assert "✗" in "\n".join(shell.text())
    await shell.press("down", "enter")
    await shell.press("exclamation_mark")
    assert bench.problems.has_class("hidden")


# -- files ---------------------------------------------------------------------------------------


@scene("file.save", "file.save-as", "file.reload")
async def saving(shell: Shell) -> None:
    editing = shell.bench.desk.editing
    await shell.go("sharp")
    await shell.press("b", "ctrl+s")
    assert not editing.is_dirty
    assert json.loads(Path("film.json").read_bytes())["nodes"]["sharp"]["disabled"] is True
    assert "saved" in shell.reason("file.save")
    await shell.press("S")
    await shell.type("other")
    await shell.press("enter")
    assert Path("other.json").is_file()
    assert editing.path == Path("other.json")
    await shell.press("ctrl+e")
    assert "Nobody else" in shell.told[-1]


@scene("file.open", "file.new", "file.example")
async def opening(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("b", "ctrl+n", "s")
    assert shell.nodes == []
    await shell.press("E")
    await shell.type("story vid")
    await shell.press("enter")
    assert "board" in shell.nodes
    await shell.press("ctrl+o")
    await shell.type("film")
    await shell.press("enter", "d")
    assert shell.bench.desk.editing.path == Path("film.json").absolute()
    assert shell.data["nodes"]["sharp"]["disabled"] is True


@scene("app.quit")
async def quitting(shell: Shell) -> None:
    await shell.go("sharp")
    await shell.press("b", "q")
    assert isinstance(shell.app.screen, Ask)
    await shell.press("escape", "ctrl+q", "d")
    assert shell.app._exit


# -- view ----------------------------------------------------------------------------------------


@scene("canvas.zoom-in", "canvas.zoom-out", "view.fit", "view.fit-selection", "canvas.centre")
async def zooming(shell: Shell) -> None:
    await shell.press("minus")
    assert shell.zoom() is Zoom.COMPACT
    await shell.press("minus", "plus", "equals_sign")
    assert shell.zoom() is Zoom.FULL
    await shell.press("0")
    assert shell.zoom() is not Zoom.FULL
    await shell.go("film")
    await shell.press("f")
    assert shell.zoom() is Zoom.FULL
    await shell.press("L", "full_stop")
    await shell.go("board")
    await shell.press("full_stop")


@scene("view.follow", "view.trace", "view.map", "view.inspector", "view.lock")
async def looks(shell: Shell) -> None:
    bench = shell.bench
    await shell.press("F")
    assert not bench.canvas.follows
    await shell.go("sharp")
    await shell.press("t")
    assert shell.trace() == "up"
    await shell.press("t", "t", "t", "t")
    assert shell.trace() == "wires"
    await shell.press("M")
    assert bench.map.has_class("hidden")
    await shell.press("i")
    assert bench.side.has_class("hidden")
    await shell.press("M")
    assert not bench.map.has_class("hidden")
    assert not bench.side.has_class("hidden")
    await shell.press("ctrl+k")
    assert bench.canvas.locked


@scene("view.theme", "view.themes")
async def themes(shell: Shell) -> None:
    await shell.press("f4")
    assert (shell.app.theme, shell.bench.canvas.palette.name) == ("light", "light")
    await shell.press("f3", "down")
    tried = shell.app.theme
    assert tried != "light"
    await shell.press("escape")
    assert shell.app.theme == "light"
    await shell.press("f3")
    await shell.type("contrast")
    await shell.press("enter")
    assert shell.app.memory.theme == shell.bench.canvas.palette.name == "contrast"


# -- help ----------------------------------------------------------------------------------------


@scene("help.show", "help.hint", "app.palette", "app.menu")
async def helping(shell: Shell) -> None:
    await shell.press("question_mark")
    assert isinstance(shell.app.screen, Help)
    await shell.press("down", "pagedown", "up", "pageup", "escape")
    await shell.press("f9")
    assert not shell.bench.hint.has_class("hidden")
    await shell.press("f9")
    assert shell.app.memory.was_greeted
    await shell.press("ctrl+p")
    await shell.type("node dupl")
    chosen = shell.app.screen.query_one(Choices).current
    assert chosen is not None
    assert chosen.reason
    await shell.press("enter")
    assert shell.told[-1] == chosen.reason
    await shell.press("escape")
    await shell.go("sharp")
    await shell.press("comma")
    await shell.type("dupl")
    await shell.press("enter")
    assert "sharp_2" in shell.nodes


# -- running and looking -------------------------------------------------------------------------


@scene("run.here", "run.all", "run.again", "run.plan", "run.stop", "run.cancel")
async def running(shell: Shell) -> None:
    runner = shell.bench.runner
    assert shell.reason("run.stop") == shell.reason("run.cancel") == "Nothing runs."
    await shell.go("words")
    for key in ("r", "at", "f5"):
        runner.report = None
        await shell.press(key)
        await shell.until(lambda: runner.report)
        assert runner.report is not None
        assert runner.report.status == "done"
    assert "✓" in "\n".join(shell.text())
    await shell.press("P")
    await shell.until(lambda: isinstance(shell.app.screen, PlanScreen))
    await shell.press("escape")


@scene("run.log", "run.history", "run.jobs")
async def around_runs(shell: Shell) -> None:
    bench = shell.bench
    await shell.press("f6")
    assert not bench.log_pane.has_class("hidden")
    await shell.press("escape")
    assert shell.is_on_canvas()
    await shell.press("f6")
    assert bench.log_pane.has_class("hidden")
    await shell.press("f7")
    assert isinstance(shell.app.screen, RunsScreen)
    await shell.press("escape", "f8")
    assert isinstance(shell.app.screen, JobsScreen)
    await shell.press("escape")
    assert shell.is_home


@scene(*(command.id for command in COMMANDS))
async def fields(shell: Shell) -> None:
    """What each command of a form does is tested with the form; here, that it is reached."""
    bench = shell.bench
    await shell.go("sharp")
    await shell.press("enter")
    assert shell.app.focused is bench.inspector.form
    bench.inspector.form.go_to("inputs.factor")
    await shell.press("enter")
    await shell.type("4")
    await shell.press("enter")
    assert shell.data["nodes"]["sharp"]["inputs"]["factor"] == 4
    await shell.press("escape")
    assert shell.is_on_canvas()
    bench.do("form.reset")
    await shell.settle()
    assert "factor" not in shell.data["nodes"]["sharp"]["inputs"]
    bench.side.hide()
    assert "hidden" in shell.reason("form.edit")


@scene("look.show", "look.wall", "look.takes", "look.outside", "look.pane")
async def looking(shell: Shell) -> None:
    bench = shell.bench
    for id in ("look.show", "look.wall", "look.takes", "look.outside"):
        assert "No node is selected" in shell.reason(id)
    await shell.go("words")
    await shell.press("r")
    await shell.until(lambda: bench.runner.results.of("words") and bench.runner.report)
    assert bench.preview.display
    assert "one" in "\n".join(shell.text())
    await shell.press("space")
    assert isinstance(shell.app.screen, ViewerScreen)
    await shell.press("escape", "asterisk")
    assert isinstance(shell.app.screen, WallScreen)
    await shell.press("escape")
    assert "no takes" in shell.reason("look.takes")
    await shell.press("backslash")
    await shell.until(lambda: any("no file" in text for text in shell.told))
    await shell.press("vertical_line")
    assert not bench.preview.display
    await shell.press("vertical_line")
    assert shell.app.focused is bench.preview
    await shell.press("escape")
    assert shell.is_on_canvas()


@scene("run.draft")
async def drafts(shell: Shell) -> None:
    await shell.press("ctrl+d")
    assert shell.bench.runner.draft
    await shell.press("ctrl+d")
    assert not shell.bench.runner.draft


@pytest.mark.parametrize("each", dict.fromkeys(SCENES.values()), ids=lambda each: each.__name__)
def test_scenes(each: Scene, tmp_path: Path) -> None:
    play(tmp_path, each, WORDS if each in (running, looking) else TWO_BOARDS)
