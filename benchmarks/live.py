"""How the editor feels while a run goes on: keys pressed in it during hundreds of tasks."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.report import Bar, Row, Table
from benchmarks.terminal import Terminal

_ROOT = Path(__file__).parent.parent
TASKS = 200
P50_MS = 12.0
P95_MS = 25.0
_RUN, _LEAVE, _STOP = "\x12", "\x11", "s"
"""The last one answers what is asked before a run is stopped by leaving."""
_PAUSE = 0.04
"""Seconds between two keys."""
_BEGUN = "1/"
"""What stands on a node of which one task is done."""

Workflow = Mapping[str, object]


def measure_keys(folder: Path, *, quick: bool, tell: Callable[[str], None]) -> Table:
    """Press keys while pictures are drawn on this machine."""
    tasks, keys = (4, 4) if quick else (TASKS, 100)
    tell(f"keys while {tasks} pictures are drawn")
    rows = _rows(_press_keys(folder, _pictures(tasks), keys), quick=quick)
    title = f"`reelgraph edit`: from a key to its frame while {tasks} pictures are drawn"
    return Table("editor-live", title, tuple(rows))


def _pictures(tasks: int) -> Workflow:
    """Return a workflow of that many frames, and nodes behind them to go to."""
    sizes = {
        f"size{number}": {
            "type": "resize",
            "inputs": {"image": "${wall.image}", "width": 64 * number},
        }
        for number in range(1, 7)
    }
    frames = {"prompt": "Wide shot: a lighthouse at dusk", "seed": list(range(1, tasks + 1))}
    return {
        "reelgraph": 1,
        "name": "live",
        "nodes": {
            "frame": {"type": "text_to_image", "inputs": frames},
            "wall": {"type": "grid", "inputs": {"images": "${frame.image}"}},
            **sizes,
        },
        "outputs": {name: f"${{{name}.image}}" for name in sizes},
    }


def _press_keys(folder: Path, workflow: Workflow, count: int) -> dict[str, list[list[float]]]:
    """Return milliseconds and processor milliseconds of each key, by what the keys do."""
    path, report = folder / "live.json", folder / "frames.json"
    path.write_text(json.dumps(workflow), "utf-8")
    command = [
        "env", f"XDG_STATE_HOME={folder}", f"XDG_CONFIG_HOME={folder}", sys.executable,
        "-m", "benchmarks.live_probe", str(report), "--home", str(folder / "live-home"),
        "edit", str(path),
    ]  # fmt: skip
    # There and back, as a key that changes nothing has no frame.
    scripts = {"select": ["l", "h"] * (count // 2), "pan": ["L", "H", "J", "K"] * (count // 4)}
    with Terminal(command, width=200, height=60, folder=_ROOT) as terminal:
        terminal.wait_for("size6", 60)
        terminal.drain(1.0)
        terminal.press(_RUN)
        terminal.wait_for(_BEGUN, 60)
        terminal.press("h")
        for keys in scripts.values():
            _press(terminal, keys)
        terminal.press(_LEAVE)
        terminal.finish(_STOP)
    frames = json.loads(report.read_text("utf-8"))
    names = {kind: set(keys) for kind, keys in scripts.items()}
    return {
        kind: [[wall * 1000, cpu * 1000] for key, wall, cpu in frames if key in names[kind]]
        for kind in scripts
    }


def _press(terminal: Terminal, keys: Sequence[str]) -> None:
    for key in keys:
        terminal.press(key, wait=0.5)
        time.sleep(_PAUSE)


def _rows(times: Mapping[str, list[list[float]]], *, quick: bool) -> list[Row]:
    rows = []
    for kind, pairs in times.items():
        wall, cpu = (sorted(each) for each in zip(*pairs, strict=True))
        values = {
            "p50 ms": statistics.median(wall),
            "p95 ms": wall[int(len(wall) * 0.95)],
            "worst ms": wall[-1],
            "CPU p50": statistics.median(cpu),
            "CPU p95": cpu[int(len(cpu) * 0.95)],
            "keys": len(wall),
        }
        rows.append(Row(kind, values, None if quick else Bar("p95 ms", P95_MS)))
        half = {"p50 ms": values["p50 ms"]}
        rows.append(Row(f"{kind}: half of them", half, None if quick else Bar("p50 ms", P50_MS)))
    return rows
