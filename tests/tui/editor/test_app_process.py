"""The editor as a process on a pseudo-terminal: a kill loses nothing, and what it leaves behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.document import create
from tests.support.patience import PATIENCE
from tests.tui.editor.shell_driven import FILM
from tests.tui.editor.terminal_driven import ROOT, Process
from tui.editor.model import Editing, Journal, Types, recover
from tui.editor.model.journal import default_folder
from tui.editor.screens import caretaker


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Process]:
    create(FILM).save(tmp_path / "film.json")
    process = Process(tmp_path, "film.json")
    try:
        process.wait_for("no problems")
        yield process
    finally:
        process.close()


def kept() -> int:
    """Return how many bytes the journals are long."""
    return sum(path.stat().st_size for path in default_folder().iterdir())


def test_a_kill_loses_no_edit_older_than_a_second(editor: Process, tmp_path: Path) -> None:
    assert caretaker._FLUSH_EVERY < 1
    before = kept()
    editor.press("a")
    editor.wait_for("Add a node")
    editor.press("trim\r")
    editor.wait_for("not saved")
    editor.wait_until(lambda: kept() > before)
    os.kill(editor.process.pid, signal.SIGKILL)
    assert editor.wait() == -signal.SIGKILL
    path = tmp_path / "film.json"
    journal = Journal(default_folder(), path)
    try:
        (leftover,) = journal.leftovers()
        from nodes import registry

        editing = Editing.open(path, Types(registry()))
        recover(editing, journal, leftover)
        assert "trim" in editing.snapshot.nodes
    finally:
        journal.close()


_FAULT = """
from engine import node
from tui.editor.app import EditorApp
@node(version=1)
async def twice(text: str) -> str:
    \"\"\"Say it twice.\"\"\"
    return text + text
def fail(app, event):
    key = "a-key-that-nobody-may-see"
    if event.key == "ctrl+f12":
        raise IndexError("made to fail")
EditorApp._was_typed_ahead = fail
"""


@pytest.mark.parametrize("debug", [False, True])
def test_a_fault_ends_in_one_message_that_tells_that_edits_are_kept(
    tmp_path: Path, debug: bool
) -> None:
    create(FILM).save(tmp_path / "film.json")
    (tmp_path / "faulty.py").write_text(_FAULT, "utf-8")
    editor = Process(tmp_path, "film.json", "--nodes", "faulty.py", *["--debug"] * debug)
    try:
        editor.wait_for("no problems")
        editor.press("atrim\r")
        editor.wait_for("not saved")
        editor.press("\x1b[24;5~")
        assert editor.wait() == 1
        said = editor.text
        assert "the editor failed: IndexError: made to fail" in said
        assert "What was edited is kept" in said
        assert "a-key-that-nobody-may-see" not in said
        assert ("Traceback" in said) is debug
    finally:
        editor.close()
    again = Process(tmp_path, "film.json")
    try:
        again.wait_for("Recover them")
    finally:
        again.close()


def test_a_file_of_nodes_that_is_none_is_an_error_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "none.py").write_text("x = 1", "utf-8")
    editor = Process(tmp_path, "--nodes", "none.py")
    try:
        assert editor.wait() == 2
        assert "error: none.py: the file defines no node" in editor.text
    finally:
        editor.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals")
@pytest.mark.parametrize("names", ["TERM", "TERM CONT", "STOP TERM CONT", "TSTP TERM CONT"])
def test_a_signal_to_end_keeps_edits_and_gives_the_terminal_back(
    editor: Process, tmp_path: Path, names: str
) -> None:
    editor.press("atrim\r")
    editor.wait_for("not saved")
    for name in names.split():
        os.kill(editor.process.pid, getattr(signal, f"SIG{name}"))
        if name in ("STOP", "TSTP"):
            os.waitid(os.P_PID, editor.process.pid, os.WSTOPPED | os.WNOWAIT)
    assert editor.wait() == 130
    assert editor.output.count(b"\x1b[?1049l") >= 1
    assert editor.echoes()
    assert b"error" not in editor.output.rpartition(b"\x1b[?1049l")[2]
    journal = Journal(default_folder(), tmp_path / "film.json")
    try:
        (leftover,) = journal.leftovers()
        assert "trim" in leftover.data["nodes"]
    finally:
        journal.close()


def test_a_terminal_that_is_gone_ends_it_and_keeps_edits(editor: Process, tmp_path: Path) -> None:
    editor.press("a")
    editor.wait_for("Add a node")
    editor.press("trim\r")
    editor.wait_for("not saved")
    editor.hang_up()
    assert editor.process.wait(60) == 130
    assert "trim" in _journal_texts(tmp_path)


def _journal_texts(folder: Path) -> str:
    journals = (folder / "state" / "reelgraph" / "journals").iterdir()
    return "".join(path.read_text("utf-8") for path in journals if path.is_file())


def test_it_saves_and_leaves_the_terminal_as_it_was(editor: Process, tmp_path: Path) -> None:
    editor.press("atrim\r")
    editor.wait_for("not saved")
    editor.press("\x13")
    editor.wait_for("Saved film.json")
    editor.press("q")
    assert editor.wait() == 0
    assert b"\x1b[?1049l" in editor.output
    assert "trim" in (tmp_path / "film.json").read_text("utf-8")
    assert list((tmp_path / "state" / "reelgraph" / "journals").iterdir()) == []


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", "edit", "film.json"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, check=False,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert "reelgraph show FILE" in done.stderr


def test_a_file_that_is_no_workflow_is_told(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{}")
    process = Process(tmp_path, "bad.json")
    try:
        assert process.wait() == 2
        assert b"bad.json" in process.output
    finally:
        process.close()


@pytest.fixture
def film(tmp_path: Path) -> Path:
    create(FILM).save(tmp_path / "film.json")
    return tmp_path


@contextmanager
def seen(folder: Path, *arguments: str, **environ: str) -> Iterator[Process]:
    process = Process(folder, "film.json", *arguments, environ=environ)
    try:
        process.wait_for("no problems")
        yield process
    finally:
        process.close()


def test_without_colours_the_terminal_has_its_own(film: Path) -> None:
    with seen(film, NO_COLOR="1") as editor:
        assert not re.search(rb"[\[;][34]8;", editor.output)


def test_a_theme_that_is_asked_for_has_colours_all_the_same(film: Path) -> None:
    with seen(film, "--theme", "contrast", NO_COLOR="1", COLORTERM="truecolor") as editor:
        inks = re.findall(rb"[\[;]38;2;(\d+);(\d+);(\d+)", editor.output)
        assert any(not red == green == blue for red, green, blue in inks)


def test_a_terminal_that_has_no_unicode_gets_what_it_has(film: Path) -> None:
    with seen(film, PYTHONIOENCODING="latin-1") as editor:
        assert b"\\u" not in editor.output
        assert b"-+" in editor.output
    with seen(film, "--ascii") as editor:
        editor.output.decode("ascii")


def test_a_terminal_that_cannot_draw_is_told_of(film: Path) -> None:
    process = Process(film, "film.json", environ={"TERM": "dumb"})
    try:
        assert process.wait() == 2
        assert b"TERM=dumb" in process.output
    finally:
        process.close()


def test_it_needs_the_stream_that_it_draws_on(film: Path) -> None:
    with (film / "errors").open("wb") as errors:
        process = Process(film, "film.json", errors=errors)
        try:
            assert process.wait() == 2
        finally:
            process.close()
    assert "needs a terminal" in (film / "errors").read_text()
