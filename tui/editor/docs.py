"""Writes the tables of docs/tui.md from the commands, and its pictures from the editor itself.

python -m tui.editor.docs           writes the tables
python -m tui.editor.docs --images  takes the pictures, too; with names behind it only those
"""

from __future__ import annotations

import asyncio
import re
import sys
from argparse import Namespace
from collections.abc import Iterable, Sequence
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from textual.pilot import Pilot

from tui.editor.commands import Topic
from tui.editor.keynames import key_name
from tui.editor.lessons import LESSONS
from tui.editor.places import places
from tui.editor.screens.bindings import action_topics

if TYPE_CHECKING:
    from tui.editor.app import EditorApp

DOCS = Path(__file__).parents[2] / "docs"
_OPENS = 4.0
"""Seconds after which a workflow is surely open and checked."""
_SETTLES = 1.0
"""Seconds after which all is seen that a key leads to."""
_BETWEEN = "<!-- {} -->"


class _Picture(NamedTuple):
    name: str
    theme: str
    size: tuple[int, int]
    """Columns and rows."""
    keys: Sequence[str] = ()
    """What is pressed; without any the workflow is empty, and the person is new."""
    is_run: bool = False
    """Whether the workflow has run before."""


_FRAME = ("apostrophe", *"frame", "enter")
_PAID_CLIPS = (
    *("apostrophe", *"clip", "enter", "enter", "m"),
    *(*"seedance-1.5-pro", "enter", "escape"),
)  # fmt: skip
_KEY = "ARK_API_KEY=none-that-counts"
"""With it the plan shows a run that may begin."""
_PICTURES = (
    _Picture("editor", "dark", (200, 40), ("plus", *_FRAME)),
    _Picture("editor-light", "light", (150, 32), ("apostrophe", *"clip", "enter")),
    _Picture("editor-add", "dark", (110, 32), (*_FRAME, "a")),
    _Picture(
        "editor-connect", "dark", (130, 32), ("i", "plus", "apostrophe", *"boar", "enter", "c")
    ),
    _Picture("editor-empty", "dark", (90, 26)),
    _Picture("editor-run", "dark", (160, 54), (*_FRAME, "f6", "escape"), is_run=True),
    _Picture("editor-wall", "dark", (132, 32), (*_FRAME, "space"), is_run=True),
    _Picture("editor-plan", "light", (120, 27), (*_PAID_CLIPS, "P"), is_run=True),
)
_STORY = "stories/hare-and-tortoise.txt"
_BEGINS_RUN = ("f5", "at", *"story", "full_stop", *"txt")


def page(text: str) -> str:
    """Return the page with its written parts made anew."""
    lessons = "\n\n".join(f"**{title}.** {words}" for title, words in LESSONS)
    text = _put(text, "lessons", lessons)
    text = _put(text, "keys", "\n".join(_tables(action_topics())))
    return _put(text, "places", "\n".join(_tables(places())))


def _put(text: str, name: str, made: str) -> str:
    start, end = _BETWEEN.format(name), _BETWEEN.format(f"end of {name}")
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    return pattern.sub(lambda _: f"{start}\n{made}\n{end}", text)


def _tables(topics: Iterable[Topic]) -> list[str]:
    lines = []
    for topic in topics:
        lines += [f"### {topic.title}", ""]
        lines += [topic.lesson, ""] if topic.lesson else []
        lines += ["| keys | action | id |", "|---|---|---|"] if topic.commands else []
        for each in topic.commands:
            names = dict.fromkeys(key_name(key) for key in each.keys)
            keys = " ".join(f"`{_escaped(name)}`" for name in names)
            lines.append(f"| {keys} | **{each.title}.** {each.help} | `{each.id}` |")
        lines.append("")
    return lines


def _escaped(key: str) -> str:
    return key.replace("|", "\\|")


async def take_pictures(folder: Path, names: Sequence[str] = ()) -> None:
    """Take pictures from the editor with the storyboard workflow: those of some names, or all."""
    from tui.cli.session import Session
    from tui.editor.app import EditorApp
    from tui.editor.session import Memory

    for picture in _PICTURES:
        if names and picture.name not in names:
            continue
        with TemporaryDirectory() as place:
            path = Path(place) / "storyboard-to-video.json"
            if picture.keys:
                path.write_bytes(files("workflows").joinpath(path.name).read_bytes())
            path.with_name("story.txt").write_bytes(
                files("workflows").joinpath(_STORY).read_bytes()
            )
            memory = Memory(None)
            memory.was_greeted = bool(picture.keys)
            keys = Path(place) / "keys.env"
            keys.write_text(_KEY, "utf-8")
            options = Namespace(home=Path(place) / "home", env_file=keys, node_files=[], allow=())
            with Session(options) as session:
                app = EditorApp(session, path, memory, theme=picture.theme, environ={})
                async with app.run_test(size=picture.size) as pilot:
                    await pilot.pause(_OPENS)
                    if picture.is_run:
                        await _run(app, pilot)
                    await pilot.press(*picture.keys)
                    await pilot.pause(_SETTLES)
                    drawn = app.export_screenshot(title="reelgraph edit")
            (folder / f"{picture.name}.svg").write_text(drawn, "utf-8")


async def _run(app: EditorApp, pilot: Pilot[None]) -> None:
    """Run the workflow that is open, and wait until the run has ended and its news is gone."""
    await pilot.press(*_BEGINS_RUN)
    await pilot.pause(_SETTLES)
    await pilot.press("enter")
    while app.workbench is None or app.workbench.runner.report is None:
        await pilot.pause(_SETTLES)
    await pilot.pause(_OPENS)
    app.clear_notifications()


def main() -> None:
    """Write the page, and take the pictures where they are asked for."""
    path = DOCS / "tui.md"
    path.write_text(page(path.read_text("utf-8")), "utf-8")
    if "--images" in sys.argv:
        names = sys.argv[sys.argv.index("--images") + 1 :]
        asyncio.run(take_pictures(DOCS / "images", names))


if __name__ == "__main__":
    main()
