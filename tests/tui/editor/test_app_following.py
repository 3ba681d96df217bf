"""The canvas shows first what is selected; the form and the results of it follow in a frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.widgets import Static

from tests.tui.editor.running_desks import perform
from tests.tui.editor.shell_driven import Shell, play
from tui.editor.forms import inspector
from tui.editor.forms.rows import Sheet
from tui.editor.forms.sheets import sheet_of
from tui.editor.model import Snapshot
from tui.editor.steady import Steady


def _select(shell: Shell, *nodes: str) -> None:
    """Select one node after the other, with no frame between them."""
    for node in nodes:
        shell.bench.canvas.select(node)
        shell.bench.take_selection()


def _note_forms(monkeypatch: pytest.MonkeyPatch, made: list[str]) -> None:
    """Have the targets of all forms listed that are made from now on."""

    def noted(snapshot: Snapshot, target: str, *more: Any) -> Sheet:
        sheet = sheet_of(snapshot, target, *more)
        made.append(sheet.target)
        return sheet

    monkeypatch.setattr(inspector, "sheet_of", noted)


def test_of_quick_selections_the_last_one_is_shown_and_no_form_is_made_for_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    async def scene(shell: Shell) -> None:
        bench = shell.bench
        bench.runner.results.put({n: {"text": f"of {n}"} for n in ("frame", "clip", "sharp")})
        await shell.go("board")
        _note_forms(monkeypatch, made)
        _select(shell, "frame", "clip", "sharp", "film", "clip")
        await shell.settle()
        assert made == ["clip"]
        assert bench.inspector.form.sheet.target == "clip"
        assert [page.value for page in bench.preview.pages] == ["of clip"]
        assert bench.preview.display
        _select(shell, "sharp", "film")
        await shell.settle()
        assert bench.inspector.form.sheet.target == "film"
        assert not bench.preview.pages and not bench.preview.display

    play(tmp_path, scene)


def test_who_goes_to_the_form_at_once_finds_that_of_the_selected_node(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        _select(shell, "sharp")
        shell.bench.set_focus(shell.bench.inspector.form)
        assert shell.bench.inspector.form.sheet.target == "sharp"
        shell.bench.inspector.form.go_to("inputs.factor")
        shell.bench.desk.select("frame")
        assert shell.bench.inspector.form.sheet.target == "frame"

    play(tmp_path, scene)


def test_a_note_that_is_selected_has_its_form_made_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene(shell: Shell) -> None:
        await shell.go("frame")
        made: list[str] = []
        _note_forms(monkeypatch, made)
        await shell.go("inputs.story")
        assert made == ["inputs.story"]

    play(tmp_path, scene)


def test_the_scrollbar_of_the_form_is_blank_where_all_rows_are_in_sight(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        form = shell.bench.inspector.form
        seen = set()
        for node in ("frame", "film", "clip", "board", "frame"):
            await shell.go(node)
            assert form.vertical_scrollbar.display
            is_longer = len(form._lines) > form.size.height
            bar = form.vertical_scrollbar.render_lines(Region(0, 0, 1, form.size.height))
            assert (
                any(part.style and part.style.reverse for each in bar for part in each) is is_longer
            )
            assert (form.max_scroll_y > 0) is is_longer
            seen.add(is_longer)
        assert seen == {True, False}

    play(tmp_path, scene, size=(120, 15))


class _Words(App[None]):
    CSS = "Screen { layout: vertical; } Steady { height: auto; max-height: 3; width: 20; }"

    def compose(self) -> ComposeResult:
        yield Steady("one line", markup=False)
        yield Static("below", id="below")


def test_words_of_the_same_height_leave_the_layout_be() -> None:
    async def main() -> None:
        app = _Words()
        async with app.run_test() as pilot:
            await pilot.pause()
            laid_out: list[object] = []
            app.screen.screen_layout_refresh_signal.subscribe(app, laid_out.append)
            words, below = app.query_one(Steady), app.query_one("#below")
            for said, height, is_laid_out in (
                ("another line", 1, False),
                ("a line and one more below it", 2, True),
                ("two lines, as there were before", 2, False),
                ("one again", 1, True),
            ):
                laid_out.clear()
                words.say(said)
                await pilot.pause()
                await pilot.pause()
                assert (below.region.y, bool(laid_out)) == (height, is_laid_out), said

    perform(main)


def test_results_are_not_looked_for_when_another_workflow_has_been_opened(tmp_path: Path) -> None:
    async def scene(shell: Shell) -> None:
        bench = shell.bench
        bench.runner.results.put({"clip": {"text": "of clip"}})
        await shell.go("board")
        shell.app.open(None)
        await shell.until(lambda: shell.bench is not bench and not bench.is_attached)
        bench.desk.select("clip")
        bench.side.show_results()
        assert not bench.preview.pages

    play(tmp_path, scene)
