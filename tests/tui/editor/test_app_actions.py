"""The registry of actions: all are reachable by key, palette and help; each says why not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor import docs
from tui.editor.actions import GROUPS, Action, actions
from tui.editor.actions.registry import Scope
from tui.editor.canvas import State
from tui.editor.canvas.palette import KIND_LETTERS, STATE_SIGNS
from tui.editor.dialogs.choices import Choices
from tui.editor.keynames import key_name
from tui.editor.lessons import LESSONS, STATE_WORDS
from tui.editor.model import edits
from tui.editor.preview import ViewerScreen
from tui.editor.screens.help import Help
from tui.editor.screens.saying import CONTEXTS
from tui.editor.screens.workbench import Workbench
from tui.editor.sketch import Known, NodeRun, Sketcher

ALL = list(actions().values())
_UNSENDABLE = ("ctrl+enter", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+shift")


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.id)
def test_action_is_declared_in_full(each: Action) -> None:
    assert each.keys, "it has no key"
    assert ": " in each.title
    assert each.help.endswith(".")
    assert each.group in GROUPS
    assert not any(key.startswith(_UNSENDABLE) for key in each.keys)


@pytest.mark.parametrize("scope", ["canvas", "form", "everywhere"])
def test_no_key_does_two_things(scope: Scope) -> None:
    keys = Counter(key for each in ALL for key in each.keys_in(scope))
    assert [key for key, times in keys.items() if times > 1] == []


def test_no_key_of_a_form_hides_one_that_works_everywhere() -> None:
    form = {key for each in ALL for key in each.keys_in("form")}
    assert form & {key for each in ALL for key in each.keys_in("everywhere")} == set()


def test_no_two_actions_are_called_the_same() -> None:
    titles = Counter(each.title for each in ALL)
    assert [title for title, times in titles.items() if times > 1] == []


def test_bars_name_actions_that_there_are() -> None:
    named = {id for context in CONTEXTS for id in context}
    assert named <= set(actions())
    assert [id for id in named if not actions()[id].word] == []


def test_keys_are_written_as_people_do() -> None:
    assert [key_name(key) for key in ("ctrl+s", "question_mark", "f5", "left", "shift+tab")] == [
        "^s", "?", "F5", "←", "⇧tab",
    ]  # fmt: skip


def test_each_key_leads_to_its_action(tmp_path: Path) -> None:
    """The keys of all actions are bound where they work, under the action's id."""

    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        for scope, focus in (("canvas", "period"), ("everywhere", "period"), ("form", "enter")):
            await shell.press(focus)
            bound = shell.app.screen.active_bindings
            for each in ALL:
                for key in each.keys if each.scope == scope else ():
                    assert key in bound, f"{each.id}: {key} is not bound"
                    verb = "command" if scope == "form" else "do"
                    assert bound[key].binding.action == f"{verb}('{each.id}')"
                    assert bound[key].binding.id == each.id

    play(tmp_path, scene)


@pytest.mark.parametrize("data", [FILM, None], ids=["film", "empty"])
def test_palette_has_every_action_and_reasons(tmp_path: Path, data: object) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("colon")
        lines = shell.app.screen.query_one(Choices)._lines
        shown = {choice.value.command.id: choice for choice, _ in lines}
        assert set(shown) == set(actions()) - {"app.palette"}
        for id, choice in shown.items():
            assert choice.reason == shell.reason(id)

    play(tmp_path, scene, FILM if data else None)


def test_help_has_every_action(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("question_mark")
        assert isinstance(shell.app.screen, Help)
        assert shell.app.screen.shown == list(actions())
        await shell.type("theme")
        assert shell.app.screen.shown == ["view.theme", "view.themes"]
        await shell.press("escape")
        assert shell.is_home

    play(tmp_path, scene)


@pytest.mark.parametrize("data", [FILM, None], ids=["film", "empty"])
def test_what_cannot_be_done_says_why(tmp_path: Path, data: object) -> None:
    """Whatever has a reason not to be done says it, and does nothing."""

    async def scene(shell: Shell) -> None:
        before = shell.data
        for each in ALL:
            reason = shell.reason(each.id)
            if reason:
                assert reason.endswith(".")
                shell.app.clear_notifications()
                shell.bench.do(each.id)
                await shell.settle()
                assert shell.told == [reason]
                assert shell.is_home
        assert shell.data is before

    play(tmp_path, scene, FILM if data else None)


def test_a_keymap_changes_keys(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("a")
        assert shell.is_home
        await shell.press("f12")
        assert not shell.is_home

    play(tmp_path, scene, keymap={"node.add": "f12"})


def test_the_lessons_explain_every_sign_of_the_canvas() -> None:
    taught = " ".join(words for _, words in LESSONS)
    for kind, letter in KIND_LETTERS.items():
        assert f"{letter} {kind}" in taught
    for state in State:
        assert f"{STATE_SIGNS[state]} {STATE_WORDS[state]}" in taught


def test_the_page_of_the_docs_is_current() -> None:
    """`python -m tui.editor.docs` writes it anew."""
    written = (docs.DOCS / "tui.md").read_text("utf-8")
    assert docs.page(written) == written


def test_an_output_stands_for_the_node_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[tuple[str, ...]] = []
    monkeypatch.setattr(Workbench, "run", lambda self, to=(), redo=(), **more: runs.append(to))

    async def scene(shell: Shell) -> None:
        await shell.go("output:film")
        assert shell.reason("look.show") == "film has made nothing yet; r runs it."
        await shell.press("r")
        assert runs == [("film",)]
        shell.bench.runner.results.put({"film": {"text": "a film"}})
        await shell.press("space")
        assert isinstance(shell.app.screen, ViewerScreen)
        await shell.press("escape")
        await shell.go("inputs.style")
        for id in ("run.here", "look.show"):
            assert shell.reason(id) == "style is an input of the workflow: nothing makes it."

    play(tmp_path, scene)


def test_what_is_wrong_comes_before_what_was_done(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        desk = shell.bench.desk
        desk.edit(lambda s: edits.unset_parameter(s, "sharp", "video"))
        await shell.until(lambda: desk.problems.by_node.get("sharp"))
        states = {}
        for state in (State.DONE, State.RUNNING):
            known = Known(desk.problems, {}, {"sharp": NodeRun(state)})
            nodes = Sketcher().scene(desk.snapshot, known).nodes
            states[state] = next(each.state for each in nodes if each.id == "sharp")
        assert states == {State.DONE: State.MISSING, State.RUNNING: State.RUNNING}

    play(tmp_path, scene)
