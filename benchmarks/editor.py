"""How the editor feels: keys on a real pseudo-terminal of 200 by 60 cells, layouts, and films.

Processor time is what counts, as others may use the machine; latency stands beside it.
"""

from __future__ import annotations

import gc
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.live import measure_keys
from benchmarks.report import Bar, Row, Table
from benchmarks.terminal import Terminal

_ROOT = Path(__file__).parent.parent
_SIZES = (1000, 5000)
PAN_MS = 8.0
JUMP_MS = {1000: 20.0, 5000: 40.0}
STATE_MS = 5.0
WORST_MS = 40.0
FIRST_SECONDS = {0: 0.6, 1000: 1.0, 5000: 2.0}
MEGABYTES = {1000: 90.0, 5000: 200.0}
IDLE_PERCENT = 1.0
RUNNING_PERCENT = 5.0
FILM_PERCENT = 20.0
FILM_CELLS = (64, 18)
FILM_RATE = 12
LAYOUT_MS = {100: 15.0, 1000: 120.0, 5000: 800.0}

_STARTS = 5
"""The first one compiles the modules, and is the slowest by that."""
_SIGN = "○"
"""On every node that has not run: when one is seen, the graph is."""
_END_OF_FRAME = "\x1b[?2026l"
_MIXED = "LHJKhjklgs\t"
"""Keys that pan, select, jump and change states."""

Tell = Callable[[str], None]


def measure(*, quick: bool, tell: Tell) -> list[Table]:
    """Press keys and lay graphs out."""
    sizes = (100,) if quick else _SIZES
    tables = [_layouts(quick=quick, tell=tell)]
    keys: list[Row] = []
    loads: list[Row] = []
    with TemporaryDirectory() as folder:
        report = Path(folder) / "frames.json"
        for size in sizes:
            for shape in ("studio", "woven"):
                tell(f"keys on {shape}-{size}")
                found, load = _keys(f"{shape}-{size}", size, report, quick=quick)
                keys += found
                loads.append(load)
        tell("first frames, and what it costs to do nothing")
        starts = (0,) if quick else tuple(FIRST_SECONDS)
        loads += [_first(f"studio-{size}", size, report) for size in starts]
        tell("the editor opens")
        opens = [_opens(Path(folder), size) for size in ((0,) if quick else FIRST_SECONDS)]
        idle = [_idle("studio-1000", IDLE_PERCENT, report, 1 if quick else 8)]
        idle.append(_idle("studio-1000!", RUNNING_PERCENT, report, 1 if quick else 8))
        tell("a film plays")
        films = (_film(Path(folder), 2 if quick else 10),)
        live = measure_keys(Path(folder), quick=quick, tell=tell)
    tables.append(Table("canvas-keys", "Canvas: from a key to the end of its frame", tuple(keys)))
    tables.append(Table("canvas-load", "Canvas: first frame and memory", tuple(loads)))
    tables.append(
        Table("editor-open", "`reelgraph edit`: first frame, graph, memory", tuple(opens))
    )
    tables.append(Table("canvas-idle", "Canvas: share of a core", tuple(idle)))
    tables.append(Table("preview", "Preview: a film of 1280 x 720 that plays", films))
    tables.append(live)
    return tables


# -- layouts ------------------------------------------------------------------------------------


def _layouts(*, quick: bool, tell: Tell) -> Table:
    from benchmarks import canvas_scenes

    rows = []
    for size in (100,) if quick else LAYOUT_MS:
        for make in (canvas_scenes.studio, canvas_scenes.woven):
            tell(f"layout of {make.__name__}-{size}")
            milliseconds = _layout(make(size), 1 if quick else 3)
            values = {"CPU ms": milliseconds}
            rows.append(Row(f"{make.__name__}-{size}", values, Bar("CPU ms", LAYOUT_MS[size])))
    return Table("canvas-layout", "Canvas: automatic layout and routing, best of 3", tuple(rows))


def _layout(scene: object, rounds: int) -> float:
    from tui.editor.canvas import Scene, Zoom
    from tui.editor.canvas.drafting import make_draft
    from tui.editor.canvas.settling import Settler

    assert isinstance(scene, Scene)
    draft = make_draft(scene, Zoom.FULL)
    best = float("inf")
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        start = time.process_time()
        Settler().settle(draft.task)
        best = min(best, time.process_time() - start)
    gc.unfreeze()
    return best * 1000


# -- keys ---------------------------------------------------------------------------------------


def _terminal(scene: str, report: Path) -> Terminal:
    command = [sys.executable, "-m", "benchmarks.canvas_probe", scene, str(report)]
    return Terminal(command, width=200, height=60, folder=_ROOT)


def _keys(scene: str, size: int, report: Path, *, quick: bool) -> tuple[list[Row], Row]:
    """Press each kind of key in turn, then all of them mixed."""
    chance = random.Random(7)
    count = 6 if quick else 60
    script: list[tuple[str, list[str], Bar | None]] = [
        ("pan sideways", ["L"] * count + ["H"] * count, Bar("CPU p95", PAN_MS)),
        ("pan up and down", ["J"] * count + ["K"] * count, Bar("CPU p95", PAN_MS)),
        ("jump", ["g"] * count, Bar("CPU p95", JUMP_MS.get(size, 20.0))),
        ("select the next", list(chance.choices("hjkl", k=count)), None),
        ("change a state", ["s"] * count, Bar("CPU p95", STATE_MS)),
        ("mixed", chance.choices(_MIXED, k=6 if quick else 1800), Bar("CPU worst", WORST_MS)),
    ]  # fmt: skip
    rows: list[Row] = []
    with _terminal(scene, report) as terminal:
        first = terminal.wait_for(_SIGN, 60)
        first_cpu = terminal.cpu_seconds()
        terminal.drain(1.0)
        latencies = []
        for name, keys, _ in script:
            pause = 0.02 if name == "mixed" else 0.04
            latencies.append(_press(terminal, keys, pause))
        memory = terminal.megabytes()
        terminal.finish("Q")
    frames = [seconds * 1000 for _, seconds in json.loads(report.read_text("utf-8"))]
    for (name, keys, bar), times in zip(script, latencies, strict=True):
        taken, frames = frames[: len(times)], frames[len(times) :]
        rows.append(Row(f"{scene}: {name}", _figures(taken, times, len(keys)), bar))
    load = {"first frame s": first, "CPU s": first_cpu, "MB": memory}
    return rows, Row(scene, load, Bar("MB", MEGABYTES[size]) if size in MEGABYTES else None)


def _press(terminal: Terminal, keys: Sequence[str], pause: float) -> list[float]:
    times = []
    for key in keys:
        taken = terminal.press(key, wait=0.5)
        if taken is not None:
            times.append(taken * 1000)
        time.sleep(pause)
    return times


def _figures(cpu: Sequence[float], latency: Sequence[float], count: int) -> dict[str, float | None]:
    if not cpu:
        return {"CPU p50": None, "CPU p95": None, "CPU worst": None, "latency p50": None}
    return {
        "CPU p50": statistics.median(cpu),
        "CPU p95": _p95(cpu),
        "CPU worst": max(cpu),
        "latency p50": statistics.median(latency),
        "latency p95": _p95(latency),
        "keys": count,
    }


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)] if len(values) > 1 else values[0]


def _first(scene: str, size: int, report: Path) -> Row:
    """Start three times; the quickest says what the machine can do."""
    starts: list[tuple[float, float, float]] = []
    for _ in range(3):
        with _terminal(scene, report) as terminal:
            first = terminal.wait_for(_SIGN if size else _END_OF_FRAME, 60)
            cpu = terminal.cpu_seconds()
            terminal.drain(0.5)
            starts.append((first or 60.0, cpu, terminal.megabytes()))
            terminal.finish("Q")
    values = dict(zip(("first frame s", "CPU s", "MB"), min(starts), strict=True))
    return Row(f"{scene}: start", values, Bar("first frame s", FIRST_SECONDS[size]))


def _opens(folder: Path, size: int) -> Row:
    """Start the editor itself on a file some times; the quickest counts.

    Its modules are compiled, as they are once it is installed.
    """
    path = folder / f"{size}.json"
    if size:
        path.write_text(json.dumps(_workflow(size)), "utf-8")
    command = [
        "env", "-u", "PYTHONDONTWRITEBYTECODE", f"PYTHONPYCACHEPREFIX={folder / 'compiled'}",
        f"XDG_STATE_HOME={folder}", f"XDG_CONFIG_HOME={folder}", sys.executable, "-m", "tui.cli",
        "--home", str(folder / "home"), "edit", str(path),
    ]  # fmt: skip
    starts: list[tuple[float, float, float, float]] = []
    for _ in range(_STARTS):
        with Terminal(command, width=200, height=60, folder=_ROOT) as terminal:
            first = terminal.wait_for(_END_OF_FRAME, 60) or 60.0
            whole = terminal.wait_for(_SIGN if size else "nodes", 60) or 60.0
            cpu = terminal.cpu_seconds()
            terminal.drain(0.5)
            starts.append((whole, first, cpu, terminal.megabytes()))
            terminal.finish("\x11")
    values = dict(zip(("graph s", "first frame s", "CPU s", "MB"), min(starts), strict=True))
    return Row(f"{size:,} nodes", values, Bar("graph s", FIRST_SECONDS[size]))


def _workflow(size: int) -> dict[str, object]:
    """Return a workflow in which every fifth node makes a picture for the four behind it."""
    nodes: dict[str, object] = {}
    for number in range(size):
        maker = number - number % 5
        nodes[f"node{number}"] = (
            {"type": "text_to_image", "inputs": {"prompt": f"a lighthouse {number}"}}
            if number == maker
            else {"type": "resize", "inputs": {"image": f"${{node{maker}.image}}", "width": 64}}
        )
    return {"reelgraph": 1, "name": "many", "nodes": nodes}


def _idle(scene: str, limit: float, report: Path, seconds: float) -> Row:
    with _terminal(scene, report) as terminal:
        terminal.wait_for(_SIGN, 60)
        terminal.drain(1.5)
        before = terminal.cpu_seconds()
        written = terminal.drain(seconds)
        share = (terminal.cpu_seconds() - before) / seconds * 100
        terminal.finish("Q")
    name = "8 running nodes" if scene.endswith("!") else "nothing happens"
    return Row(name, {"%": share, "kB/s": written / seconds / 1000}, Bar("%", limit))


# -- films --------------------------------------------------------------------------------------


def _film(folder: Path, seconds: int) -> Row:
    from benchmarks.preview_probe import make_film

    width, height = FILM_CELLS
    path = folder / "film.mp4"
    make_film(path, seconds + 3)
    command = [sys.executable, "-m", "benchmarks.preview_probe", str(path), f"{width}", f"{height}"]
    with Terminal(command, width=200, height=60, folder=_ROOT) as terminal:
        terminal.wait_for("fps", 60)
        terminal.drain(1.0)
        before = terminal.cpu_seconds()
        terminal.drain(2.0)
        still = (terminal.cpu_seconds() - before) / 2 * 100
        terminal.press(" ")
        terminal.drain(0.5)
        before = terminal.cpu_seconds()
        frames, written = terminal.frames(seconds)
        share = (terminal.cpu_seconds() - before) / seconds * 100
        values = {
            "%": share,
            "frames/s": frames / seconds,
            "kB/s": written / seconds / 1000,
            "paused %": still,
            "MB": terminal.megabytes(),
        }
        terminal.finish("\x11")
    return Row(f"{width} x {height} cells at {FILM_RATE} fps", values, Bar("%", FILM_PERCENT))
