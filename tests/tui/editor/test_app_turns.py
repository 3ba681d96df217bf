"""Keys that are typed ahead reach what they were meant for, however slow that is to appear."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import anyio
import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Input

from engine.document import create
from tests.support.patience import PATIENCE
from tests.tui.editor.shell_driven import FILM, Shell, play
from tests.tui.editor.terminal_driven import Process
from tui.cli.session import Session
from tui.editor.app import EditorApp
from tui.editor.session import Memory
from tui.editor.turns import Turns

_SLOWLY = 0.05


class _Asks(Screen[str]):
    """Is slow to come, and slower to hand the focus to its field."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f2", "clear", priority=True)]

    def compose(self) -> ComposeResult:
        yield Input()

    async def on_mount(self) -> None:
        await asyncio.sleep(_SLOWLY)
        self.call_later(self._focus)

    async def _focus(self) -> None:
        await asyncio.sleep(_SLOWLY)
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_clear(self) -> None:
        self.query_one(Input).value = ""


class _Asked(App[None]):
    """Asks when `a` is pressed, and takes note of the answers and of keys that went astray."""

    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[str | None] = []
        self.astray: list[str] = []
        self.turns = Turns(self, super().on_event)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            await self.turns.take(event)
        else:
            await super().on_event(event)

    async def _answered(self, answer: str | None) -> None:
        await asyncio.sleep(_SLOWLY)
        self.answers.append(answer)
        if answer == "more":
            self.push_screen(_Asks(), self._answered)

    async def on_key(self, event: events.Key) -> None:
        if event.key == "a":
            await asyncio.sleep(_SLOWLY)
            self.push_screen(_Asks(), self._answered)
        elif event.is_printable:
            self.astray.append(event.key)


@pytest.mark.parametrize("look", [0.001, 0.1])
def test_keys_wait_for_the_question_they_answer(
    monkeypatch: pytest.MonkeyPatch, look: float
) -> None:
    monkeypatch.setattr("tui.editor.turns._LOOK", look)
    monkeypatch.setattr("tui.editor.turns._PATIENCE", 1_000_000)

    async def scene() -> None:
        app = _Asked()
        async with app.run_test() as pilot:
            await pilot.press(*"amore", "enter", *"yes", "enter", *"ano", "enter")
            with anyio.fail_after(10):
                while len(app.answers) + len(app.astray) < 3:
                    await asyncio.sleep(0.01)
        assert (app.answers, app.astray) == (["more", "yes", "no"], [])

    anyio.run(scene)


def test_a_key_that_comes_at_the_end_is_for_nobody() -> None:
    async def scene() -> None:
        app = _Asked()
        async with app.run_test():
            pass
        await app.on_event(events.Key("b", "b"))
        assert app.astray == []

    anyio.run(scene)


def test_a_key_waits_for_a_screen_that_is_still_empty() -> None:
    async def scene() -> None:
        app = _Asked()
        async with app.run_test() as pilot:
            app.push_screen(_Asks(), app.answers.append)
            await app.on_event(events.Key("f2", None))
            await pilot.press(*"yes", "enter")
            with anyio.fail_after(10):
                while len(app.answers) + len(app.astray) < 1:
                    await asyncio.sleep(0.01)
        assert (app.answers, app.astray) == (["yes"], [])

    anyio.run(scene)


def test_what_a_key_changes_is_drawn_without_waiting_for_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Screen[Any]] = []

    def note(app: EditorApp, screen: Screen[Any], frame: Any) -> None:
        drawn.append(screen)

    async def scene(shell: Shell) -> None:
        await shell.press("j")
        # The screen's own clock stands still from now on.
        monkeypatch.setattr(shell.bench._update_timer, "resume", lambda: None)
        monkeypatch.setattr(EditorApp, "_display", note)
        for key in ("l", "h"):
            await shell.pilot.press(key)
            with anyio.fail_after(PATIENCE):
                while not drawn:
                    await asyncio.sleep(0.01)
            drawn.clear()

    play(tmp_path, scene)


def test_a_field_is_typed_into_that_is_opened_before_its_form_is_laid_out(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("clip")
        shell.bench.side.edit()
        assert not shell.bench.inspector.form.size
        assert shell.bench.inspector.edit("prompt")
        await shell.settle()
        await shell.press(*"slow", "escape")
        assert shell.data["nodes"]["clip"]["inputs"]["prompt"] == "slow"
        await shell.press("escape")
        assert shell.is_on_canvas()

    play(tmp_path, scene, size=(80, 24))


@pytest.fixture
def early(tmp_path: Path) -> Iterator[Process]:
    create(FILM).save(tmp_path / "film.json")
    process = Process(tmp_path, "film.json")
    try:
        yield process
    finally:
        process.close()


def test_keys_that_are_typed_before_the_workflow_is_seen_reach_it(early: Process) -> None:
    early.wait_for("▞ reelgraph")
    os.write(early._master, b"atrim\r\x13")
    early.wait_for("Saved film.json")


def test_a_question_at_the_start_takes_no_key_that_was_typed_before(
    early: Process, tmp_path: Path
) -> None:
    early.wait_for("no problems")
    early.press("atrim\r")
    early.wait_for("not saved")
    early.hang_up()
    early.process.wait(PATIENCE)
    again = Process(tmp_path, "film.json")
    try:
        again.wait_for("▞ reelgraph")
        os.write(again._master, b"d")
        again.wait_for("Recover them")
        again.press("r")
        again.wait_for("not saved")
    finally:
        again.close()


def test_a_key_on_the_first_screen_waits_for_nothing_that_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread imports what the main screen needs, and holds the locks of modules meanwhile."""
    imported = threading.Event()
    monkeypatch.setattr("tui.editor.app._import_all", lambda session: imported.wait(PATIENCE))
    create(FILM).save(tmp_path / "film.json")
    memory = Memory(None)

    async def main() -> None:
        options = Namespace(home=tmp_path / "home", env_file=None, node_files=[], allow=())
        with Session(options) as session:
            app = EditorApp(session, tmp_path / "film.json", memory, environ={})
            async with app.run_test() as pilot:
                try:
                    with monkeypatch.context() as locked:
                        locked.setitem(sys.modules, "tui.editor.screens.workbench", None)
                        await pilot.press("P")
                        assert app.workbench is None
                finally:
                    imported.set()
                with anyio.fail_after(PATIENCE):
                    while app.workbench is None or not app.workbench.is_mounted:
                        await asyncio.sleep(0.01)
                await pilot.pause()

    anyio.run(main)


def test_a_key_that_only_changes_others_is_none(tmp_path: Path) -> None:
    # Terminals with kitty's keyboard protocol tell of shift before they tell of shift and an arrow.
    async def scene(shell: Shell) -> None:
        await shell.go("film")
        before = shell.bench.canvas.ground.frame("film")
        await shell.press("m", "down", "left_shift", "shift+down", "caps_lock", "enter")
        after = shell.bench.canvas.ground.frame("film")
        assert after.y == before.y + 6
        await shell.go("frame")
        await shell.press("c", "right_control")
        assert shell.bench.mode is not None

    play(tmp_path, scene)


def test_signs_of_the_keypad_are_signs(tmp_path: Path) -> None:
    # Kitty's keyboard protocol names them after what they do, and says nothing of their signs.
    async def scene(shell: Shell) -> None:
        before = shell.bench.canvas.stage.zoom
        await shell.press("subtract")
        smaller = shell.bench.canvas.stage.zoom
        assert smaller != before
        await shell.press("add")
        assert shell.bench.canvas.stage.zoom == before
        await shell.press("divide", "f", "i", "multiply")
        assert shell.app.focused is not None
        assert getattr(shell.app.focused, "value", "") == "fi*"

    play(tmp_path, scene)
