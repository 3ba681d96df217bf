"""The measurements of the canvas run, and the terminal that they use tells frames apart."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import editor
from benchmarks.terminal import Terminal

_ECHO = """
import sys, tty
tty.setraw(0)
print("ready", end="", flush=True)
while (key := sys.stdin.read(1)) != "Q":
    print(f"[{key}]\\x1b[?2026l", end="", flush=True)
"""


def test_layouts_are_measured_against_their_bars() -> None:
    table = editor._layouts(quick=True, tell=lambda _: None)
    assert [row.name for row in table.rows] == ["studio-100", "woven-100"]
    assert all(row.bar for row in table.rows)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_a_terminal_times_frames(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _ECHO]
    with Terminal(command, width=80, height=24, folder=tmp_path) as terminal:
        assert terminal.wait_for("ready", 10)
        taken = terminal.press("a")
        assert taken is not None
        assert 0 < taken < 2
        assert terminal.cpu_seconds() >= 0
        assert terminal.megabytes() > 1
        terminal.finish("Q")


def test_figures_have_tails() -> None:
    figures = editor._figures([1.0] * 19 + [9.0], [2.0] * 20, 20)
    assert figures["CPU p50"] == 1.0
    assert figures["CPU p95"] == figures["CPU worst"] == 9.0
    assert editor._figures([], [], 0)["CPU p95"] is None
