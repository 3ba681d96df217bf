"""Any keys in any order: nothing crashes, and the workflow stays one that can be saved.

`STORM_KEYS=10000` presses as many; the default is what a run of all tests has time for.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from engine.document import create
from tests.tui.editor.shell_driven import FILM, Shell, play
from tui.editor.actions import actions

_KEYS = int(os.environ.get("STORM_KEYS", "600"))
_SEEDS = (1, 2, 3)
_AVOIDED = frozenset(
    {"app.quit", "run.here", "run.all", "run.again", "look.outside", "form.outside"}
)
"""What ends the editor, costs minutes, or starts another program."""
_TYPED = [
    *"abcdefghijklmnop_1",
    "enter",
    "enter",
    "escape",
    "tab",
    "up",
    "down",
    "space",
    "backspace",
]


def keys() -> list[str]:
    avoided = {"q", "Q"} | {
        key for each in actions().values() if each.id in _AVOIDED for key in each.keys
    }
    known = {key for each in actions().values() for key in each.keys}
    return sorted((known | set(_TYPED)) - avoided | {"enter", "escape"}) + _TYPED


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_storm_of_keys_crashes_nothing(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    pressed: list[str] = []
    sizes = [(80, 24), (120, 40), (200, 60), (40, 12)]

    async def scene(shell: Shell) -> None:
        known = keys()
        for number in range(_KEYS // len(_SEEDS)):
            key = chance.choice(known)
            if key in ("r", "at", "f5") and shell.is_home:
                continue
            pressed.append(key)
            await shell.pilot.press(key)
            if number % 40 == 39:
                await shell.pilot.resize_terminal(*chance.choice(sizes))
            if number % 20 == 19:
                await shell.press("escape", "escape")
        await shell.press("escape", "escape", "escape", "escape")
        create(shell.data)
        for _ in range(len(shell.bench.desk.editing.done)):
            shell.bench.desk.editing.undo()

    try:
        play(tmp_path, scene, FILM if seed > 1 else None)
    except BaseException:
        print("keys:", " ".join(pressed[-30:]))
        raise
