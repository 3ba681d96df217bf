"""What a terminal that becomes narrower or wider does to what is seen."""

from __future__ import annotations

from pathlib import Path

from tests.tui.editor.shell_driven import Shell, play
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
