"""Any keys, clicks, pastes and sizes in any order: nothing crashes, and it can be saved.

`STORM_KEYS=10000` presses as many; the default is what a run of all tests has time for.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import pytest
from textual import events

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

_SIZES = [(80, 24), (120, 40), (200, 60), (40, 12), (1, 1), (3, 2), (250, 70)]
_PASTED = [
    "trim",
    "${board.shots.prompt}",
    "1e400",
    "a\nb\r\n\t",
    # The framework takes the first one of all out of what terminals send.
    "".join(map(chr, range(1, 32))) + "\x7f\x9b",
    "\x1b[201~\x1b]52;c;aaaa\x07",
    "a\ud83d \udc00b",
    "e\u0301\u202e日本\u200d" * 9,
    "[bold]x[/]",
    "word " * 20_000,
    "[" * 5_000,
    json.dumps({"reelgraph": 1, "nodes": {"cut": {"type": "trim", "inputs": {"start": 1}}}}),
    json.dumps({"nodes": {f"n{n}": {"type": "what", "inputs": {"a": "${n}"}} for n in range(9)}}),
    '{"nodes":',
]


def point(shell: Shell, chance: random.Random) -> None:
    """Do something with the mouse: click once or more, drag, or turn the wheel."""
    driver, size = shell.app._driver, shell.app.size
    assert driver is not None

    def send(kind: type[events.MouseEvent], button: int = 0) -> None:
        x, y = chance.randrange(max(size.width, 1)), chance.randrange(max(size.height, 1))
        for each in [events.MouseMove, kind] if kind is events.MouseDown else [kind]:
            driver.process_message(
                each(None, x, y, 0, 0, button, chance.random() < 0.1, False, False, x, y)
            )

    what = chance.choice(["click", "twice", "drag", "wheel", "menu"])
    if what == "wheel":
        send(chance.choice([events.MouseScrollUp, events.MouseScrollDown]))
        return
    button = 3 if what == "menu" else 1
    at = chance.getstate()
    for _ in range(2 if what == "twice" else 1):
        chance.setstate(at)
        send(events.MouseDown, button)
        if what == "drag":
            send(events.MouseMove, button)
        else:
            chance.setstate(at)
        send(events.MouseUp, button)


async def besides(shell: Shell, chance: random.Random) -> str:
    """Now and then do what is done besides pressing keys; return what it was."""
    share = chance.random()
    if share < 0.1:
        point(shell, chance)
        return "(mouse)"
    if share < 0.15:
        text = chance.choice(_PASTED)
        shell.app.post_message(events.Paste(text))
        return f"(paste {text[:20]!r})"
    if share < 0.18:
        size = chance.choice(_SIZES)
        await shell.pilot.resize_terminal(*size)
        return f"(size {size})"
    return ""


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

    async def scene(shell: Shell) -> None:
        known = keys()
        for number in range(_KEYS // len(_SEEDS)):
            key = chance.choice(known)
            if key in ("r", "at", "f5") and shell.is_home:
                continue
            pressed.append(key)
            await shell.pilot.press(key)
            pressed.append(await besides(shell, chance))
            if number % 20 == 19:
                await shell.press("escape", "escape")
            if shell.app._exit:
                return
            assert shell.bench in shell.app.screen_stack
        await shell.press("escape", "escape", "escape", "escape")
        create(shell.data)
        for _ in range(len(shell.bench.desk.editing.done)):
            shell.bench.desk.editing.undo()

    try:
        play(tmp_path, scene, FILM if seed > 1 else None)
    except BaseException:
        print("keys:", " ".join(pressed[-30:]))
        raise
