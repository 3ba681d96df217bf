"""The editor as a process on a pseudo-terminal: a kill loses nothing, and what it leaves behind."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.document import create
from tests.tui.editor.shell_driven import FILM
from tui.editor.model import Editing, Journal, Types, recover
from tui.editor.model.journal import default_folder

_ROOT = Path(__file__).parents[3]
_PATIENCE = 60.0
_SEQUENCE = re.compile(rb"\x1b\[[0-9;?<>=]*[a-zA-Z]")


class Process:
    """The editor on a terminal of 100 by 30 cells."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        environment = {
            **os.environ,
            "PYTHONPATH": str(_ROOT),
            "TERM": "xterm-256color",
            "REELGRAPH_GRAPHICS": "blocks",
        }
        environment.pop("NO_COLOR", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tui.cli", "edit", "--home", "home", *arguments],
            stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.output = b""

    def read(self, seconds: float) -> None:
        """Take in what is written within some time."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self._master], [], [], min(left, 0.05))[0]:
                continue
            try:
                self.output += os.read(self._master, 1 << 16)
            except OSError:
                return

    def wait_for(self, words: str) -> None:
        end = time.monotonic() + _PATIENCE
        while words not in _SEQUENCE.sub(b"", self.output).decode(errors="replace"):
            assert time.monotonic() < end, self.output[-2000:]
            self.read(0.05)

    def press(self, keys: str) -> None:
        self.output = b""
        os.write(self._master, keys.encode())

    def wait(self) -> int:
        """Wait for the end, and return the exit code."""
        end = time.monotonic() + _PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end
            self.read(0.05)
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._master)


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Process]:
    create(FILM).save(tmp_path / "film.json")
    process = Process(tmp_path, "film.json")
    try:
        process.wait_for("no problems")
        yield process
    finally:
        process.close()


def test_a_kill_loses_no_edit_older_than_a_second(editor: Process, tmp_path: Path) -> None:
    editor.press("a")
    editor.wait_for("Add a node")
    editor.press("trim\r")
    editor.wait_for("not saved")
    editor.read(1.0)
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
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(_ROOT)},
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
