"""Answers that come when the screen that asked is closed already are for nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from textual.screen import Screen

from engine.errors import UsageError
from tests.tui.editor.shell_driven import Shell, play
from tui.editor.panes import JobsScreen, RunsScreen
from tui.editor.running import Runner

SCREENS: dict[str, Callable[[Runner], Screen[Any]]] = {"jobs": JobsScreen, "runs": RunsScreen}


@pytest.mark.parametrize("name", SCREENS)
def test_an_answer_that_comes_too_late_is_for_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async def scene(shell: Shell) -> None:
        runner = shell.bench.runner
        screen = SCREENS[name](runner)
        asked = asyncio.Event()

        async def late(look: object) -> NoReturn:
            asked.set()
            while screen.query("#lines"):
                await asyncio.sleep(0)
            raise UsageError("too late")

        monkeypatch.setattr(runner.backstage, "look", late)
        await shell.app.push_screen(screen)
        await asked.wait()
        screen.dismiss(None)
        await shell.settle()
        assert shell.is_home

    play(tmp_path, scene)
