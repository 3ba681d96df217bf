"""What is seen around a run, character by character, in each theme: its plan, log, runs and jobs;
results as a wall, as takes, on the whole screen; and choosing models and files.

`SNAPSHOTS=write` renews what is there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from engine.engine import Engine
from engine.store import History, Home
from nodes.models import catalogue
from tests.tui.editor import film_studio as studio
from tests.tui.editor.screens_seen import (
    act,
    assert_as_before,
    assert_readable,
    bare,
)
from tests.tui.editor.shell_driven import Shell, play
from tui.cli.session import Session
from tui.editor.preview.picture import Picture
from tui.editor.preview.wall import Wall
from tui.editor.themes import NAMES

_MIDDLE = (120, 40)
"""The size at which all themes are gone through."""
_SIZES = [(80, 24), _MIDDLE, (160, 45)]
_HOURS = 3
"""After the first run, when all of this is looked at."""
_WIDE = 100
"""Columns from which the file picker shows the file."""


class View(NamedTuple):
    """A place, and how one goes there."""

    data: Mapping[str, Any]
    steps: tuple[str, ...]
    file: str = "film.json"


VIEWS: Mapping[str, View] = {
    "plan": View(studio.with_story("without a word", "whistling"), ("P", "wait to run")),
    "budget": View(studio.FILM, ("P", "wait to run", "to #budget", *"1.5", "wait more than")),
    "log": View(studio.FAILING, ("go poster", "r", "wait 1 failed", "f6"), "failing.json"),
    "runs": View(studio.FILM, ("f7", "wait 3 cached")),
    "difference": View(studio.FILM, ("f7", "wait 3 cached", "d", "wait 1 → 2")),
    "jobs": View(studio.FILM, ("f8", "wait clip[2]", "a", "wait clip[1]")),
    "wall": View(studio.FILM, ("go frame", "space", "wait 6 results")),
    "takes": View(studio.TAKES, ("go frame", "V", "wait which one"), "takes.json"),
    "full": View(studio.FILM, ("go frame", "space", "wait 6 results", "l", "enter", "wait 2/6")),
    "models": View(studio.FILM, ("go clip", "enter", "m", "wait no key")),
    "files": View(studio.ALBUM, ("go face", "enter", "enter", "wait hare.png"), "album.json"),
}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studio")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue(), "__dict__", vars(studio.small_catalogue()))
        studio.furnish(folder)
    studio.fill_album(folder)
    return folder


@pytest.fixture
def place(furnished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the folder, where it is always the same time of the same day, nothing takes any time,
    and files have the same path and size."""
    home = shutil.copytree(furnished / "home", tmp_path / "furnished")
    for name in ("FAL_KEY", "OPENAI_API_KEY"):
        monkeypatch.setenv(name, "a-key")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    clock = studio.Clock(_HOURS)
    own = cached_property(lambda session: Home.open(home, clock=clock))
    own.__set_name__(Session, "home")
    monkeypatch.setattr(Session, "home", own)
    found = History._run
    monkeypatch.setattr(
        History, "_run", lambda self, row: replace(found(self, row), workflow=studio.FILE)
    )
    defaults = {**(Engine.__init__.__kwdefaults__ or {}), "monotonic": lambda: 0.0}
    monkeypatch.setattr(Engine.__init__, "__kwdefaults__", defaults)
    monkeypatch.setattr(
        "tui.editor.running.performing.time", SimpleNamespace(monotonic=lambda: 0.0)
    )
    monkeypatch.setattr("tui.editor.preview.describing.in_bytes", lambda size: "280.0 kB")
    monkeypatch.setattr(catalogue(), "__dict__", vars(studio.small_catalogue()))
    yield furnished
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("size", _SIZES, ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("name", VIEWS)
def test_views(name: str, size: tuple[int, int], place: Path) -> None:
    view = VIEWS[name]

    async def scene(shell: Shell) -> None:
        await act(shell, view.steps)
        if name == "files" and size[0] >= _WIDE:
            await act(shell, ("wait 64 × 36",))
        await shell.until(lambda: all_are_drawn(shell))
        lines = shell.text()
        assert_as_before(f"{name}-{size[0]}x{size[1]}", lines)
        for theme in NAMES if size == _MIDDLE else ("light",):
            shell.app.try_theme(theme)
            await shell.settle()
            assert bare(shell.text()) == bare(lines)
            if theme != "plain":
                assert_readable(shell, name)

    play(place, scene, view.data, path=place / view.file, size=size)


def all_are_drawn(shell: Shell) -> bool:
    screen = shell.app.screen
    seen = [picture for picture in screen.query(Picture) if picture.size]
    return all(picture.has_picture for picture in seen) and all(
        wall.decoded == len(wall.tiles) for wall in screen.query(Wall)
    )
