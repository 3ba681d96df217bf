"""The log: levels, words, one node's entries, the way to a node, the last line in view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot

from tests.support import nodes
from tests.tui.editor.panes_host import Host, drive
from tests.tui.editor.running_desks import Place
from tui.editor.panes import Lines, LogPane
from tui.editor.running import LEVELS, Level, LogEntry, Runner

FILM = {
    "nodes": {
        "frame": {"type": "picture", "inputs": {"name": "x"}},
        "tell": {"type": "describe", "inputs": {"image": "${frame.image}"}},
    }
}


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    nodes.reset()
    place = Place(tmp_path)
    yield place.runner(FILM)
    place.close()


def note(runner: Runner, text: str, level: Level = "info", node: str = "", hint: str = "") -> None:
    runner.note(LogEntry(1_000_000.0, level, text, node, node, hint))


def test_levels_are_sifted(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.query_one(Lines).focus()
        assert host.text() == ""
        for level in LEVELS:
            note(runner, f"a {level}", level)
        assert [line.split()[-1] for line in host.text().splitlines()] == [
            "info", "warning", "error"
        ]  # fmt: skip
        await pilot.press("v", "v")
        assert host.text().endswith("a error") and "warning" not in host.text()
        await pilot.press("v")
        assert "a detail" in host.text()

    drive(runner, script, LogPane(runner))


def test_it_is_told_where_a_level_shows_nothing_of_what_happened(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        lines = host.query_one(Lines)
        lines.focus()
        assert "Nothing has happened yet." in lines.render_line(0).text
        note(runner, "a detail", "detail")
        assert "Nothing of this level." in lines.render_line(0).text
        note(runner, "done")
        await pilot.press("v")
        assert "Nothing of this level." in lines.render_line(0).text

    drive(runner, script, LogPane(runner))


def test_words_are_looked_for_in_everything(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.query_one(Lines).focus()
        note(runner, "out of ink", "error", "frame", "Buy Some.")
        note(runner, "other", node="tell")
        await pilot.press("slash", *"some ink", "enter")
        assert "out of ink" in host.text() and "other" not in host.text()
        note(runner, "ink is here: some")
        note(runner, "unwanted")
        assert "ink is here" in host.text() and "unwanted" not in host.text()
        assert isinstance(host.focused, Lines)

    drive(runner, script, LogPane(runner))


def test_a_line_leads_to_its_node_and_only_its_entries_can_be_seen(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        host.query_one(Lines).focus()
        note(runner, "one", node="tell")
        note(runner, "two", node="frame")
        note(runner, "inside", node="frame/in")
        await pilot.press("up", "enter")
        assert runner.desk.current == "frame"
        await pilot.press("n")
        assert [line.split()[-1] for line in host.text().splitlines()] == ["two", "inside"]
        runner.desk.select("tell")
        assert [line.split()[-1] for line in host.text().splitlines()] == ["one"]
        await pilot.press("n", "c")
        assert host.text() == ""

    drive(runner, script, LogPane(runner))


def test_what_came_last_is_in_view_until_one_scrolls_back(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        lines = host.query_one(Lines)
        lines.focus()
        for number in range(50):
            note(runner, f"entry {number}")
        await pilot.pause()
        assert lines.scroll_offset.y == lines.max_scroll_y > 0
        await pilot.press("home")
        note(runner, "one more")
        await pilot.pause()
        assert lines.scroll_offset.y == 0
        await pilot.press("end")
        assert lines.current.text == "one more"

    drive(runner, script, LogPane(runner))


def test_texts_of_others_steer_no_terminal(runner: Runner) -> None:
    async def script(host: Host, pilot: Pilot[None]) -> None:
        note(runner, "a [red]\x1b[31mtext[/]", "error")
        await pilot.pause()
        strip = host.query_one(Lines).render_line(0)
        assert "a [red]\\x1b[31mtext[/]" in strip.text

    drive(runner, script, LogPane(runner))
