"""Pictures that are painted over the cells, as sixels are."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from textual.drivers._writer_thread import WriterThread

from tests.tui.editor.preview_support import drive, film, still
from tests.tui.editor.running_desks import until
from tui.editor.dialogs.ask import Answer, Ask
from tui.editor.preview import Graphics, Preview, Protocol, ViewerScreen, pages_of
from tui.editor.preview.blocks import Depth
from tui.editor.preview.picture import Picture
from tui.editor.preview.printing import Printer


class Canvas(Picture, can_focus=True):
    """A picture that can have the keys, for the tests."""


def test_what_is_painted_is_painted_again_when_its_cells_are_written() -> None:
    painted: list[tuple[int, int]] = []

    async def script(cinema: Any, pilot: Any) -> None:
        picture = cinema.shown
        picture.paint(20, 10, lambda x, y: painted.append((x, y)))
        await until(lambda: painted)
        assert painted[-1] == (30, 7)
        painted.clear()
        cinema.push_screen(Ask("In front?", [], [Answer("y", "yes", "Yes")]))
        await pilot.pause()
        painted.clear()
        cinema.screen.refresh()
        await pilot.pause()
        assert not painted
        await pilot.press("escape")
        await until(lambda: painted)
        await pilot.resize_terminal(100, 30)
        await until(lambda: painted[-1] == (40, 10))
        picture.say("no more")
        await pilot.pause()
        painted.clear()
        picture.refresh()
        await pilot.pause()
        assert not painted
        assert "no more" in cinema.text

    drive(lambda pictures: Canvas(), script)


def test_sixels_are_painted_on_the_full_screen_and_nowhere_else(
    tmp_path: Path, monkeypatch: Any
) -> None:
    written: list[str] = []
    monkeypatch.setattr(Printer, "protocol", Protocol.SIXEL)
    monkeypatch.setattr(Printer, "write", lambda printer, code: written.append(code))
    red, moving = still(tmp_path / "r.png"), film(tmp_path / "a.mp4")

    async def script(cinema: Any, pilot: Any) -> None:
        media = [await cinema.pictures.adopt(path) for path in (red, moving)]
        cinema.shown.show(media)
        await cinema.until_picture()
        await pilot.pause()
        assert not written
        cinema.push_screen(ViewerScreen(cinema.pictures, pages_of(media)))
        await until(lambda: written)
        assert written[-1].startswith("\x1b7\x1b[") and "\x1bPq" in written[-1]
        written.clear()
        await pilot.press("right")
        await until(lambda: written)
        await pilot.press("space")
        await until(lambda: "▀" in cinema.text or "  " in cinema.text)

    drive(Preview, script, graphics=Graphics(Protocol.SIXEL))


def test_by_kitty_s_protocol_a_wall_and_a_pane_are_placed_by_text(
    tmp_path: Path, monkeypatch: Any
) -> None:
    written: list[str] = []
    monkeypatch.setattr(Printer, "protocol", Protocol.KITTY)
    monkeypatch.setattr(Printer, "write", lambda printer, code: written.append(code))
    red = still(tmp_path / "r.png")

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show(red)
        await cinema.until_picture()
        await pilot.pause()
        assert written and "\U0010eeee" in cinema.text
        rows = [line for line in cinema.text.splitlines() if "\U0010eeee" in line]
        assert rows[0].count("\U0010eeee") == 80
        cinema.push_screen(Ask("In front?", [], [Answer("y", "yes", "Yes")]))
        await pilot.pause()
        assert "\U0010eeee" in cinema.text and "In front?" in cinema.text

    drive(Preview, script, graphics=Graphics(Protocol.KITTY))
    assert "a=d" in written[-1]


def test_a_picture_in_sixels_stays_within_what_the_terminal_paints(
    tmp_path: Path, monkeypatch: Any
) -> None:
    written: list[str] = []
    monkeypatch.setattr(Printer, "protocol", Protocol.SIXEL)
    monkeypatch.setattr(Printer, "write", lambda printer, code: written.append(code))
    red = still(tmp_path / "r.png")

    async def script(cinema: Any, pilot: Any) -> None:
        media = [await cinema.pictures.adopt(red)]
        cinema.push_screen(ViewerScreen(cinema.pictures, pages_of(media)))
        await until(lambda: written)
        assert '"1;1;320;180' in written[-1]
        assert written[-1].startswith("\x1b7\x1b[7;25H")

    drive(Preview, script, graphics=Graphics(Protocol.SIXEL, most=(320, 400)))


def test_tmux_keeps_its_last_column_free_of_pictures(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(Printer, "protocol", Protocol.KITTY)
    monkeypatch.setattr(Printer, "write", lambda printer, code: None)
    red = still(tmp_path / "r.png")

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show(red)
        await cinema.until_picture()
        rows = [line for line in cinema.text.splitlines() if "\U0010eeee" in line]
        assert all("\U0010eeee" not in row[-1:] for row in rows)
        assert rows[0].count("\U0010eeee") == 79

    drive(Preview, script, graphics=Graphics(Protocol.KITTY, through_tmux=True))


def test_where_no_pictures_are_wanted_it_says_what_they_are(tmp_path: Path) -> None:
    red = still(tmp_path / "r.png")

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show(red)
        await cinema.until_text("Image, not shown on this terminal")
        assert "64 × 36" in cinema.text

    drive(Preview, script, graphics=Graphics(Protocol.NONE))


@pytest.mark.parametrize(
    ("colors", "depth", "protocol"),
    [
        ("truecolor", Depth.TRUE, Protocol.SIXEL),
        ("256", Depth.CUBE, Protocol.SIXEL),
        ("standard", Depth.SIXTEEN, Protocol.SIXEL),
        (None, Depth.NONE, Protocol.BLOCKS),
    ],
)
def test_pictures_have_the_colours_of_the_terminal(
    colors: str | None, depth: Depth, protocol: Protocol
) -> None:
    app: Any = SimpleNamespace(
        no_color=False, is_headless=False, is_web=False,
        current_theme=SimpleNamespace(ansi=False), console=SimpleNamespace(color_system=colors),
    )  # fmt: skip
    printer = Printer(app, Graphics(Protocol.SIXEL))
    assert (printer.depth, printer.protocol) == (depth, protocol)


def test_half_blocks_are_as_wide_as_the_terminal_s_cells() -> None:
    app: Any = SimpleNamespace(is_headless=True, no_color=False, is_web=False,
                               current_theme=SimpleNamespace(ansi=False))  # fmt: skip
    assert Printer(app, Graphics()).box(80, 20) == (80, 40, 1.0)
    assert Printer(app, Graphics(cell=(8, 20))).box(80, 20) == (80, 40, 0.8)


def test_a_terminal_is_behind_while_it_has_not_taken_what_was_written() -> None:
    thread = WriterThread(io.StringIO())
    app: Any = SimpleNamespace(_driver=SimpleNamespace(_writer_thread=thread))
    printer = Printer(app, Graphics())
    assert not printer.is_behind
    thread.write("frame")
    assert printer.is_behind
    app._driver = None
    assert not printer.is_behind
