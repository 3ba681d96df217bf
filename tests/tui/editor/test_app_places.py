"""What screens, panes and dialogs can do: by key, in the help and in the palette, with reasons."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widgets import Button, Checkbox, Input, TextArea

import tui.editor
from tests.tui.editor.shell_driven import Shell, play
from tui.editor.actions import actions
from tui.editor.canvas import Canvas
from tui.editor.commands import Command, Commanded, Topic, offers
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.dialogs.conflicts import Conflicts
from tui.editor.dialogs.picker import Picker
from tui.editor.dialogs.prompt import Prompt
from tui.editor.footers import Key, fitted, footer
from tui.editor.forms.filepicker import FilePicker
from tui.editor.forms.longtext import LongText
from tui.editor.forms.modelpicker import ModelPicker
from tui.editor.forms.rows import Row
from tui.editor.panes import JobsScreen, PlanScreen, RunsScreen
from tui.editor.places import places
from tui.editor.preview import Page, ViewerScreen, WallScreen
from tui.editor.preview.takes import Picking, TakesScreen
from tui.editor.preview.tiles import Tile
from tui.editor.screens.commanding import show_palette
from tui.editor.screens.help import Help, show_help
from tui.editor.screens.modes import Jump, Mode, Move

PLACES = list(places())
COMMANDS: dict[str, Command[Any]] = {each.id: each for t in PLACES for each in t.commands}
_UNSENDABLE = ("ctrl+enter", "ctrl+h", "ctrl+i", "ctrl+j", "ctrl+m", "ctrl+shift")
_TYPED = (Input, TextArea, Button, Checkbox)
"""What letters are typed into has the keys that it has everywhere."""


def _all_classes() -> Iterator[type]:
    for module in pkgutil.walk_packages(tui.editor.__path__, "tui.editor."):
        for each in vars(importlib.import_module(module.name)).values():
            if isinstance(each, type) and each.__module__ == module.name:
                yield each


def test_commands_of_places_are_declared_in_full() -> None:
    for each in COMMANDS.values():
        assert all(each.keys), each.id
        assert re.fullmatch(r"\S.*: \S.*", each.title), each.id
        assert each.help.endswith("."), each.id
        assert not any(key.startswith(_UNSENDABLE) for key in each.keys), each.id
    for topic in PLACES:
        assert topic.title and topic.lesson.endswith("."), topic
        keys = Counter(key for each in topic.commands for key in each.keys)
        assert [key for key, times in keys.items() if times > 1] == [], topic.title


def test_no_two_commands_are_called_the_same() -> None:
    titles = Counter(each.title for each in {**COMMANDS, **actions()}.values())
    assert [title for title, times in titles.items() if times > 1] == []


def test_no_key_escapes_the_commands() -> None:
    """All that is bound in any class of the editor is a command of a place, or an action."""
    known = {*COMMANDS, *actions()}
    for each in _all_classes():
        if not issubclass(each, DOMNode) or each is Canvas:
            continue
        for binding in each.__dict__.get("BINDINGS", ()):
            found = re.fullmatch(r"(command|do)\('(.+)'\)", binding.action)
            assert found and found[2] in known, f"{each.__name__}: {binding.key}"
            assert binding.id in (found[2], f"{found[2]}.everywhere"), f"{each}: {binding.id}"


def test_every_place_is_in_the_docs() -> None:
    told = {each.id for topic in PLACES for each in topic.commands}
    for each in _all_classes():
        topic = each.__dict__.get("TOPIC")
        if isinstance(topic, Topic):
            assert {command.id for command in topic.commands} <= told, each.__name__


# -- as a person finds them ------------------------------------------------------------------------


def _row(shell: Shell, name: str) -> Row:
    return next(row for row in shell.bench.inspector.sheet.rows if row.key == name)


async def _open_panes(shell: Shell, at: str) -> None:
    if at == "search":
        await shell.press("slash")
        return
    if at == "typing":
        await shell.press("enter")
        shell.bench.inspector.begin(_row(shell, "inputs.prompt"))
        await shell.settle()
        return
    if at == "results":
        shell.bench.preview.show_pages([Page("some words", "words")])
        shell.bench.preview.display = True
        shell.bench.preview.focus()
    else:
        await shell.press({"log": "f6", "problems": "exclamation_mark", "form": "enter"}[at])
    await shell.settle()


def _plan(shell: Shell) -> PlanScreen:
    return PlanScreen(shell.bench.runner, shell.bench.runner.order())


def _files(shell: Shell) -> FilePicker:
    return FilePicker(shell.bench.desk, _row(shell, "inputs.model"), several=False)


def _long_text(shell: Shell) -> LongText:
    return LongText(shell.bench.desk, _row(shell, "inputs.prompt"), "words")


def _takes(shell: Shell) -> TakesScreen:
    groups: dict[str, list[Tile]] = {"frame": []}
    picking = Picking(shell.bench.runner, "frame", groups)
    return TakesScreen(shell.bench.pictures, groups, picking)


CHOICES = [Choice(1, "one"), Choice(2, "two", reason="It is taken.")]
SCREENS: dict[str, Callable[[Shell], Screen[Any]]] = {
    "runs": lambda shell: RunsScreen(shell.bench.runner),
    "jobs": lambda shell: JobsScreen(shell.bench.runner),
    "plan": _plan,
    "viewer": lambda shell: ViewerScreen(shell.bench.pictures, [Page("words", "a")]),
    "wall": lambda shell: WallScreen(shell.bench.runner, "frame", shell.bench.pictures),
    "takes": _takes,
    "picker": lambda shell: Picker("Pick", CHOICES),
    "prompt": lambda shell: Prompt("Type", "x", wrong=lambda text: ""),
    "ask": lambda shell: Ask("Sure?", ["It is gone then."], [Answer("y", "yes", "Yes")]),
    "conflicts": lambda shell: Conflicts("Both", []),
    "models": lambda shell: ModelPicker(shell.bench.desk, _row(shell, "inputs.model")),
    "files": _files,
    "long text": _long_text,
    "help": lambda shell: Help([], []),
}


async def _look(shell: Shell, place: str) -> None:
    """See that all that can be done in what is shown is in its help and its palette."""
    screen = shell.app.screen
    for key, active in screen.active_bindings.items():
        if not isinstance(active.node, _TYPED) or isinstance(active.node, Commanded):
            own = active.binding.id is not None
            assert own or isinstance(active.node, _TYPED), f"{place}: {key}"
    found = offers(screen)
    ids = [each.command.id for each in found]
    reasons = {each.command.id: each.reason for each in found}
    assert len(set(ids)) == len(ids) > 1
    common = {"help.show", "app.palette"} - ({"help.show"} if place == "help" else set())
    assert common <= set(ids), place
    assert all(not reason or reason.endswith(".") for reason in reasons.values()), reasons

    show_help(screen)
    await shell.settle()
    assert isinstance(shell.app.screen, Help)
    assert sorted(shell.app.screen.shown) == sorted(ids), place
    shell.app.pop_screen()
    await shell.settle()
    show_palette(screen)
    await shell.settle()
    lines = shell.app.screen.query_one(Choices)._lines
    shown = {choice.value.command.id: choice.reason for choice, _ in lines}
    assert shown == {id: reason for id, reason in reasons.items() if id != "app.palette"}, place
    shell.app.pop_screen()
    await shell.settle()

    for each in found:
        if each.owner is not shell.bench and (reason := each.reason):
            shell.app.clear_notifications()
            await each.perform()
            await shell.settle()
            assert shell.told == [reason], f"{place}: {each.command.id}"
            assert shell.app.screen is screen, f"{place}: {each.command.id}"


@pytest.mark.parametrize("place", ["log", "problems", "form", "search", "typing", "results"])
def test_all_that_a_pane_can_do_can_be_found(tmp_path: Path, place: str) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await _open_panes(shell, place)
        assert not shell.is_on_canvas()
        await _look(shell, place)

    play(tmp_path, scene)


@pytest.mark.parametrize(("key", "mode"), [("m", Move), ("c", Jump)])
def test_all_that_a_mode_can_do_can_be_found(tmp_path: Path, key: str, mode: type[Mode]) -> None:
    async def scene(shell: Shell) -> None:
        bench = shell.bench
        await shell.go("frame")
        await shell.press(key)
        found = {each.command.id: each for each in offers(bench)}
        own = [each for each in found.values() if each.owner is bench.mode]
        assert [each.command for each in own] == list(mode.TOPIC.commands)
        taken = {key for each in own for key in each.keys}
        assert not any(taken & {*each.keys} for each in found.values() if each not in own)
        words = shell.text()[-1]
        assert all(each.word in words for each in mode.TOPIC.commands)
        await _look(shell, mode.__name__)
        await shell.press("question_mark")
        assert any(mode.TOPIC.title in line for line in shell.text())
        await shell.press("escape")
        assert isinstance(bench.mode, mode)
        bench.do("node.rename")
        await shell.settle()
        assert bench.mode is None and not shell.is_home

    play(tmp_path, scene)


def test_a_step_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("m")
        await shell.go("inputs.story")
        before = shell.data
        await shell.press("left")
        assert any("where the layout puts them" in told for told in shell.told)
        assert shell.data is before

    play(tmp_path, scene)


def test_a_mode_ends_where_the_keys_go_elsewhere(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("c")
        shell.bench.inspector.form.focus()
        await shell.settle()
        assert shell.bench.mode is None

    play(tmp_path, scene)


def test_a_keymap_changes_keys_of_modes(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        await shell.press("m", "right")
        moved = shell.data
        await shell.press("f12")
        assert shell.bench.mode is None and shell.data is moved

    play(tmp_path, scene, keymap={"move.done": "f12"})


@pytest.mark.parametrize("place", SCREENS)
def test_all_that_a_screen_can_do_can_be_found(tmp_path: Path, place: str) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        shell.app.push_screen(SCREENS[place](shell))
        await shell.settle()
        await _look(shell, place)

    play(tmp_path, scene)


def test_keys_explain_and_find_what_a_screen_does(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("f8", "question_mark")
        assert any("Job: Call off" in line for line in shell.text())
        await shell.press("escape", "colon")
        await shell.type("ended")
        await shell.press("enter")
        assert isinstance(shell.app.screen, JobsScreen)
        assert "that have not ended" not in shell.text()[0]

    play(tmp_path, scene)


def test_a_keymap_changes_keys_of_screens_and_what_is_said_of_them(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.press("f8")
        assert "a ended too" not in shell.text()[-1]
        assert "F12 ended too" in shell.text()[-1]
        await shell.press("a")
        assert "that have not ended" in shell.text()[0]
        await shell.press("f12")
        assert "that have not ended" not in shell.text()[0]

    play(tmp_path, scene, keymap={"jobs.all": "f12"})


def test_keys_of_one_word_stand_together_and_those_that_stay_stay(tmp_path: Path) -> None:
    keys = [Key("a", "one"), Key("b", "two"), Key("esc", "back", stays=True)]
    assert [key.key for key in fitted(keys, 17)] == ["a", "esc"]

    async def scene(shell: Shell) -> None:
        shell.app.push_screen(ViewerScreen(shell.bench.pictures, [Page("words", "a")]))
        await shell.settle()
        found = {key.word: key for key in footer(offers(shell.app.screen))}
        assert found["go"].key == "←→" and not found["go"].possible
        assert found["back"].stays and found["help"].stays

    play(tmp_path, scene)
