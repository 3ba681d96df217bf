"""A small application with the inspector of a workflow, for tests of the forms."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from engine import create
from engine.config import Config
from engine.engine import Engine
from engine.store import Home
from nodes import registry
from nodes.keys import Keys
from tests.support.engines import inspect
from tui.editor.desk import Desk
from tui.editor.forms.inspector import Inspector
from tui.editor.forms.rows import Row, Sheet
from tui.editor.forms.sheets import sheet_of
from tui.editor.model import MISSING, Editing, Problems, Snapshot, Types, find_problems
from tui.editor.themes import THEMES

KLING = "fal/kling-video/v2.6/pro/image-to-video"
FILM: Mapping[str, Any] = {
    "reelgraph": 1,
    "name": "film",
    "inputs": {
        "story": {"type": "text", "help": "What it is about"},
        "style": {"type": "text", "default": "ink"},
    },
    "nodes": {
        "board": {"type": "storyboard_split", "inputs": {"script": "${inputs.story}"}},
        "frame": {
            "type": "text_to_image",
            "inputs": {"prompt": "${board.shots.prompt}, ${inputs.style}", "seed": 4},
        },
        "clip": {
            "type": "image_to_video",
            "inputs": {"image": "${frame.image}", "prompt": "${board.shots.motion}"},
        },
        "say": {"type": "speech", "inputs": {"text": "Hello"}},
        "film": {"type": "concat", "inputs": {"clips": "${clip.video}"}},
    },
    "outputs": {"film": "${film.video}"},
    "groups": {"looks": {"title": "Looks", "nodes": ["frame", "clip"]}},
    "notes": {"idea": {"text": "slow", "at": [1, 2]}},
}
Script = Callable[["Host", Pilot[None]], Awaitable[None]]


class NoVault:
    """A keyring with nothing in it."""

    def get(self, provider: str) -> str | None:
        return None

    def set(self, provider: str, key: str) -> None:
        raise NotImplementedError

    def remove(self, provider: str) -> bool:
        return False


@functools.cache
def _engine(home: Path) -> Engine:
    return Engine(Home.open(home), registry(), inspect)


def desk_of(folder: Path, data: Mapping[str, Any] = FILM) -> Desk:
    """Return a desk with a workflow that is saved in a folder."""
    engine = _engine(folder.parent / "forms-home")
    document = create(dict(data)).save(folder / "film.json")
    types = Types.of(engine, document)
    keys = Keys({"FAL_KEY": "a-key"}, vault=NoVault())
    return Desk(engine, Editing(document, types), types, Config(), keys, dict)


def with_inputs(node: str, **inputs: Any) -> dict[str, Any]:
    """Return the film with parameters of a node set, or with `None` taken away."""
    spec = FILM["nodes"][node]
    merged = {k: v for k, v in {**spec["inputs"], **inputs}.items() if v is not None}
    return {**FILM, "nodes": {**FILM["nodes"], node: {**spec, "inputs": merged}}}


def sheet(desk: Desk, target: str, *opened: str) -> Sheet:
    """Return a form with its problems."""
    problems = find_problems(desk.snapshot, desk.engine)
    return sheet_of(desk.snapshot, target, problems, opened)


def row(desk: Desk, target: str, key: str) -> Row:
    """Return one row of a form."""
    found = sheet(desk, target, "#unused", "#more").row(key)
    assert found is not None, key
    return found


def give(desk: Desk, row: Row, value: Any) -> None:
    """Write the value of a row; `MISSING` takes it away."""
    write, clear = row.write, row.clear
    if value is MISSING:
        assert clear is not None and desk.edit(clear)
    else:
        assert write is not None and desk.edit(lambda now: write(now, value))


class Host(App[None]):
    """The inspector, with a check after every edit."""

    CSS = "Screen { layout: horizontal; } #canvas { width: 1fr; }"

    def __init__(self, desk: Desk, preview: Callable[[Path], Widget | None] | None = None) -> None:
        super().__init__()
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = "dark"
        self.desk = desk
        self.inspector = Inspector(desk, preview=preview)
        self.said: list[str] = []
        self.left = 0

    def compose(self) -> ComposeResult:
        yield self.inspector

    def on_mount(self) -> None:
        self.desk.noticed.subscribe(lambda notice: self.said.append(notice.text))
        self.desk.edited.subscribe(self._check)
        self._check(self.desk.snapshot)
        self.inspector.form.focus()

    def on_inspector_left(self) -> None:
        self.left += 1

    def _check(self, snapshot: Snapshot) -> None:
        self.desk.know_problems(find_problems(snapshot, self.desk.engine))

    def inputs(self, node: str) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.snapshot.nodes[node]["inputs"]
        return found

    @property
    def text(self) -> str:
        """What is on the screen."""
        lines = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    @property
    def problems(self) -> Problems:
        return self.desk.problems


def play(
    desk: Desk,
    script: Script,
    *,
    select: str = "",
    size: tuple[int, int] = (46, 40),
    preview: Callable[[Path], Widget | None] | None = None,
) -> None:
    """Let a script press keys in the inspector of a node."""

    async def main() -> None:
        desk.select(*filter(None, select.split()))
        host = Host(desk, preview)
        async with host.run_test(size=size) as pilot:
            await pilot.pause()
            await script(host, pilot)

    asyncio.run(main())


_KEYS = {" ": "space", "$": "dollar_sign", "{": "left_curly_bracket", ".": "full_stop",
         ",": "comma", "/": "slash", "*": "asterisk", "-": "minus", "[": "left_square_bracket",
         "]": "right_square_bracket"}  # fmt: skip


async def typed(pilot: Pilot[None], text: str) -> None:
    """Type a text, a key at a time."""
    await pilot.press(*(_KEYS.get(char, char) for char in text))
    await pilot.pause()
