"""The bars of the editor: keys that work where the focus is, and what a run says of itself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.widgets._toast import ToastRack

from engine.errors import StoreError
from tests.tui.editor.shell_driven import Shell, play
from tui.editor.canvas import State, Zoom
from tui.editor.model import edits
from tui.editor.running import Figures, Runner, RunState
from tui.editor.screens.hint import Hint
from tui.editor.screens.saying import status_words
from tui.editor.session import Memory, View


def test_a_pane_that_has_the_focus_names_its_keys(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("f6")
        assert shell.text()[-1].split("  ")[0] == " ⏎ go to the node"
        assert "add node" not in shell.text()[-1]
        await shell.press("escape", "!")
        assert shell.text()[-1].startswith(" ⏎ go to the node")
        await shell.press("escape")
        assert shell.text()[-1].startswith(" a add node")

    play(tmp_path, scene)


def test_a_run_can_be_stopped_by_what_the_bar_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(shell: Shell) -> None:
        monkeypatch.setattr(Runner, "is_running", property(lambda self: True))
        shell.bench.tell()
        await shell.settle()
        assert shell.text()[-1].startswith(" s stop  a add node")

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("left", "over", "said"),
    [
        (90.0, 0.0, "1 min 30 s left"),
        (0.3, 0.0, ""),
        (None, 0.0, ""),
        (None, 38.0, "38 s longer than usual"),
    ],
)
def test_the_time_left_is_told_while_there_is_any(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: float | None, over: float, said: str
) -> None:
    async def scene(shell: Shell) -> None:
        monkeypatch.setattr(Runner, "is_running", property(lambda self: True))
        shell.bench.runner.figures = Figures(
            done=1, total=2, is_whole=True, elapsed=3.0, left=left, over=over
        )
        words = " ".join(each.text for each in status_words(shell.bench)[1])
        assert said in words
        assert ("left" in words or "usual" in words) is bool(said)

    play(tmp_path, scene)


def test_a_provider_that_is_waited_for_is_named_in_place_of_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(shell: Shell) -> None:
        monkeypatch.setattr(Runner, "is_running", property(lambda self: True))
        for left, over in ((90.0, 0.0), (None, 38.0)):
            shell.bench.runner.figures = Figures(
                done=1, total=2, is_whole=True, elapsed=3.0, left=left, over=over, away="fal"
            )
            words = status_words(shell.bench)[1]
            assert ("waiting for fal", "run.log") in [(each.text, each.action) for each in words]
            assert not [each for each in words if "left" in each.text or "usual" in each.text]

    play(tmp_path, scene)


@pytest.mark.parametrize(("note", "said"), [("it waits", "it waits"), ("", "it is at work")])
def test_a_node_at_work_says_what_it_is_about_when_there_is_nothing_to_look_at(
    note: str, said: str, tmp_path: Path
) -> None:
    async def scene(shell: Shell) -> None:
        node = next(iter(shell.bench.desk.snapshot.nodes))
        await shell.go(node)
        state = RunState(node, State.RUNNING, note=note)
        shell.bench.runner.states[node] = state
        assert shell.reason("look.show") == f"{node} has made nothing yet: {said}."
        shell.bench.runner.states[node] = replace(state, state=State.IDLE, note="")
        assert shell.reason("look.show") == f"{node} has made nothing yet; r runs it."

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("status", "failed", "spent", "said"),
    [
        ("done", 0, "$0.84 paid", "✓ ran 58 s $0.84 paid"),
        ("partial", 2, "", "✗ 2 failed 58 s"),
        ("interrupted", 0, "", "◼ stopped 58 s"),
        ("partial", 0, "", "◼ partly done 58 s"),
    ],
)
def test_how_the_last_run_ended_stays_to_be_seen(
    status: str, failed: int, spent: str, said: str, tmp_path: Path
) -> None:
    async def scene(shell: Shell) -> None:
        counts = {"failed": failed, "ran": 1}
        report: Any = SimpleNamespace(status=status, counts=counts, seconds=58.0)
        figures: Any = SimpleNamespace(spent_in_words=spent)
        shell.bench.runner.report, shell.bench.runner.figures = report, figures
        words = " ".join(each.text for each in status_words(shell.bench)[1])
        assert words.endswith(f"no problems {said}")

    play(tmp_path, scene)


def test_that_runs_are_drafts_stays_to_be_seen(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        assert "draft" not in shell.text()[0]
        await shell.press("ctrl+d")
        assert "draft" in shell.text()[0]
        await shell.press("ctrl+d")
        assert "draft" not in shell.text()[0]

    play(tmp_path, scene)


def test_why_a_node_failed_is_seen_where_it_is_selected(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        state = RunState("frame", State.FAILED, failures=1, failed="frame", error="no ink",
                         hint="Buy some.")  # fmt: skip
        shell.bench.runner.states["frame"] = state
        await shell.go("frame")
        assert any("no ink" in line for line in shell.text())
        await shell.press("space")
        assert not shell.is_home
        assert any("Buy some." in line for line in shell.text())

    play(tmp_path, scene)


def test_of_dots_the_selected_one_is_named(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        assert "clip" not in shell.text()[0]
        shell.bench.canvas.zoom = Zoom.DOT
        await shell.settle()
        assert "5 nodes  clip  dots" in shell.text()[0]

    play(tmp_path, scene)


def test_the_hint_is_cut_between_its_words(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        shell.bench.show_hint(True)
        await shell.settle()
        line = shell.text()[1]
        assert shell.bench.query_one(Hint).size.height == 1
        assert line.endswith("F9  hides this") and "takes back" not in line

    play(tmp_path, scene, size=(80, 24))


def test_a_home_that_cannot_be_opened_again_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(shell: Shell) -> None:
        def fails(*_: object) -> None:
            raise StoreError("the disk is gone")

        monkeypatch.setattr(shell.bench.runner.backstage, "look", fails)
        shell.bench.caretaker.check_soon(0.01)
        await shell.until(lambda: any("The disk is gone" in each for each in shell.told))

    play(tmp_path, scene)


def test_lines_of_text_have_the_whole_screen(tmp_path: Path) -> None:
    """Panes of the last time, when boxes were drawn, would cut the lines; a map says nothing."""
    path = tmp_path / "film.json"
    memory = Memory(None)
    memory.was_greeted = True
    memory.remember(path, View(panes={"side": True, "map": True}))

    async def scene(shell: Shell) -> None:
        assert shell.bench.side.has_class("hidden")
        await shell.press("i")
        assert not shell.bench.side.has_class("hidden")
        assert shell.bench.map.has_class("hidden")

    play(tmp_path, scene, path=path, memory=memory, as_text=True)


def test_values_that_a_run_was_given_are_remembered(tmp_path: Path) -> None:
    path = tmp_path / "film.json"
    memory = Memory(tmp_path / "editor.json")
    memory.was_greeted = True

    async def gives(shell: Shell) -> None:
        shell.bench.runner.values["story"] = "A fox ran."
        shell.app.leave()

    async def finds(shell: Shell) -> None:
        assert shell.bench.runner.values == {"story": "A fox ran."}

    play(tmp_path, gives, path=path, memory=memory)
    play(tmp_path, finds, path=path, memory=Memory(tmp_path / "editor.json"))


def test_values_of_a_damaged_memory_are_left(tmp_path: Path) -> None:
    memory = Memory(None)
    memory.remember(tmp_path / "film.json", View(values={"story": ["x"]}))  # type: ignore[dict-item]
    view = memory.view(tmp_path / "film.json")
    assert view is not None and view.values == {}


async def told(shell: Shell, text: str) -> list[str]:
    """Tell something, and return the screen while it is seen; tests have no rack by themselves."""
    rack = ToastRack()
    await shell.app.screen.mount(rack)
    shell.bench.say(text)
    rack.show(shell.app._notifications)
    await shell.until(lambda: text in "\n".join(shell.text()))
    return shell.text()


def test_what_is_told_does_not_cover_how_much_a_search_has_found(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("slash")
        await shell.type("animatic")
        assert "2 found" in "\n".join(await told(shell, "Something is told meanwhile."))

    play(tmp_path, scene)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
def test_what_is_told_does_not_cover_the_form(size: tuple[int, int], tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("enter")
        region = shell.bench.side.region
        before = shell.text()
        after = await told(shell, "Saved film.json.")
        pairs = zip(before, after, strict=True)
        covered = [(was, now) for was, now in pairs if was != now]
        assert len(covered) == 1
        was, now = (line.ljust(size[0]) for line in covered[0])
        if region.x:
            assert was[region.x :] == now[region.x :]
        else:
            assert now.startswith(was.rstrip())

    play(tmp_path, scene, size=size)


def test_undo_is_where_it_is_on_the_canvas_while_no_text_is_edited(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        shell.bench.desk.edit(lambda s: edits.set_parameter(s, "frame", "seed", 3))
        await shell.press("enter")
        assert " u undo " in shell.text()[-1]
        await shell.press("u")
        assert "seed" not in shell.data["nodes"]["frame"]["inputs"]
        await shell.press("U")
        assert shell.data["nodes"]["frame"]["inputs"]["seed"] == 3

    play(tmp_path, scene, size=(160, 45))


def test_while_a_text_is_edited_the_bar_names_keys_that_are_no_letters(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("enter", "enter")
        named = "  ".join(["tab next", "^z undo", "F10 commands", "esc done", "F1 help"])
        assert shell.text()[-1] == f" {named}"
        await shell.press("u")
        assert "u" in shell.bench.inspector.area.text

    play(tmp_path, scene)
