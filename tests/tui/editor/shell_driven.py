"""Drives the editor in tests: a real application on a real home, without a terminal."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
from textual.pilot import Pilot

from engine.document import create
from tests.support.patience import PATIENCE
from tui.cli.session import Session
from tui.editor.actions import actions
from tui.editor.app import EditorApp
from tui.editor.canvas import Trace, Zoom
from tui.editor.screens.workbench import Workbench
from tui.editor.session import Memory

_MAP_LOOKS = 100
"""How often it is looked whether the map is drawn, which is a moment late."""

FILM: Mapping[str, Any] = {
    "reelgraph": 1,
    "name": "film",
    "inputs": {"story": {"type": "text"}, "style": {"type": "text", "default": "ink"}},
    "nodes": {
        "board": {"type": "storyboard_split", "inputs": {"script": "${inputs.story}"}},
        "frame": {
            "type": "text_to_image",
            "inputs": {
                "prompt": "${board.shots.prompt}, ${inputs.style}",
                "model": "animatic/frame",
            },
        },
        "clip": {
            "type": "image_to_video",
            "inputs": {"image": "${frame.image}", "model": "animatic/camera"},
        },
        "sharp": {"type": "upscale", "inputs": {"video": "${clip.video}", "factor": 2}},
        "film": {"type": "concat", "inputs": {"clips": "${sharp.video}"}},
    },
    "outputs": {"film": "${film.video}"},
}
Play = Callable[["Shell"], Any]


class Shell:
    """The editor while it runs, and what a person does with it."""

    def __init__(self, app: EditorApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def bench(self) -> Workbench:
        bench = self.app.workbench
        assert bench is not None
        return bench

    @property
    def is_home(self) -> bool:
        """Whether no dialog is open."""
        return self.app.screen == self.bench

    @property
    def data(self) -> Any:
        return self.bench.desk.snapshot.data

    @property
    def nodes(self) -> list[str]:
        return list(self.bench.desk.snapshot.nodes)

    def selection(self) -> tuple[str, ...]:
        return self.bench.desk.snapshot.selection

    def is_on_canvas(self) -> bool:
        """Whether keys go to the canvas."""
        return self.app.focused is self.bench.canvas

    def zoom(self) -> Zoom:
        return self.bench.canvas.zoom

    def trace(self) -> Trace:
        return self.bench.canvas.trace

    @property
    def told(self) -> list[str]:
        return [note.message for note in self.app._notifications]

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until all is done that they lead to."""
        for key in keys:
            await self.pilot.press(key)
        await self.settle()

    async def type(self, text: str) -> None:
        names = {" ": "space", "_": "underscore", ".": "full_stop", "/": "slash", "-": "minus"}
        await self.press(*(names.get(char, char) for char in text))

    async def go(self, *boxes: str) -> None:
        """Select boxes as a click does."""
        self.bench.canvas.select(*boxes)
        await self.settle()

    async def settle(self) -> None:
        for _ in range(3):
            await self.pilot.pause()
        for _ in range(_MAP_LOOKS):
            if not (self.app.is_running and self.bench.map.is_late):
                break
            await asyncio.sleep(0.01)
            await self.pilot.pause()

    async def until(self, is_so: Callable[[], object]) -> None:
        """Wait until something is so that goes on beside the interface."""
        with anyio.fail_after(PATIENCE):
            while not is_so():
                await asyncio.sleep(0.01)
        await self.settle()

    def text(self) -> list[str]:
        """Return the screen as lines of text."""
        strips = self.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]

    def reason(self, id: str) -> str:
        return actions()[id].why_not(self.bench)


@asynccontextmanager
async def opened(
    folder: Path,
    path: Path | None,
    *,
    size: tuple[int, int] = (120, 40),
    memory: Memory | None = None,
    zoom: Zoom | None = Zoom.FULL,
    allow: Sequence[Path] = (),
    **more: Any,
) -> AsyncIterator[Shell]:
    """Run the editor on a file until the workflow is there and checked.

    Args:
        folder: Where its home is.
        path: The file.
        size: Columns and rows of the terminal.
        memory: What is remembered from the last time.
        zoom: At which a scene begins; None for that of the first look.
        allow: Folders that it may read from, besides the file's.
        more: Given to the application.
    """
    options = Namespace(home=folder / "home", env_file=None, node_files=[], allow=allow)
    if memory is None:
        memory = Memory(None)
        memory.was_greeted = True
    with Session(options) as session:
        app = EditorApp(session, path, memory, environ={}, **more)
        async with app.run_test(size=size) as pilot:
            shell = Shell(app, pilot)
            await shell.until(lambda: app.workbench is not None and app.workbench.is_mounted)
            await shell.until(lambda: shell.bench.desk.problems.revision >= 0)
            if zoom is not None and shell.bench.has_first_look:
                shell.bench.canvas.zoom = zoom
                await shell.settle()
            yield shell


def play(
    folder: Path,
    scene: Play,
    data: Mapping[str, Any] | None = FILM,
    *,
    path: Path | None = None,
    **more: Any,
) -> None:
    """Have a workflow opened, and a scene played with it."""
    if data is not None:
        path = path or folder / "film.json"
        create(data).save(path)

    async def main() -> None:
        async with opened(folder, path, **more) as shell:
            await scene(shell)

    anyio.run(main)
