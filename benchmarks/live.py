"""How the editor feels while a run goes on: keys pressed in it during hundreds of tasks."""

from __future__ import annotations

import json
import multiprocessing
import random
import statistics
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks.report import Bar, Row, Table
from benchmarks.terminal import Terminal
from tests.support.fake_fal import KEY, FakeFal
from tests.support.loopback import Asked, Reply
from tests.support.samples import samples

_ROOT = Path(__file__).parent.parent
TASKS = 200
P50_MS = 12.0
P95_MS = 25.0
_RUN, _YES, _LEAVE, _STOP = "\x12", "\r", "\x11", "s"
"""The last one answers what is asked before a run is stopped by leaving."""
_ASKS = "at most $"
"""What stands in the question before a run that costs something."""
_PAUSE = 0.04
"""Seconds between two keys."""
_BEGUN = "1/"
"""What stands on a node of which one task is done."""
_OWN_MODEL, _MODEL = "animatic/frame", "fal/flux/schnell"
_POLLS = (2, 60)
"""How often a job of the provider's fake is asked for until it is done."""
_HOME = "home"

Workflow = Mapping[str, object]


def measure_keys(folder: Path, *, quick: bool, tell: Callable[[str], None]) -> Table:
    """Press keys while pictures are drawn on this machine, and while a provider makes them."""
    tasks, keys = (4, 4) if quick else (TASKS, 100)
    tell(f"keys while {tasks} pictures are drawn")
    drawn = _press_keys(folder / "drawn", _pictures(tasks, _OWN_MODEL), {}, keys)
    tell(f"keys while a provider makes {tasks} pictures")
    with _provider(folder / "hosted") as environ:
        hosted = _press_keys(folder / "hosted", _pictures(tasks, _MODEL), environ, keys)
    rows = [
        row
        for where, times in (("drawn here", drawn), ("jobs at a provider", hosted))
        for row in _rows(where, times, quick=quick)
    ]
    title = f"`reelgraph edit`: from a key to its frame while {tasks} pictures are made"
    return Table("editor-live", title, tuple(rows))


def _pictures(tasks: int, model: str) -> Workflow:
    """Return a workflow of that many frames, and nodes behind them to go to."""
    sizes = {
        f"size{number}": {
            "type": "resize",
            "inputs": {"image": "${wall.image}", "width": 64 * number},
        }
        for number in range(1, 7)
    }
    frames = {
        "prompt": "Wide shot: a lighthouse at dusk",
        "seed": list(range(1, tasks + 1)),
        "model": model,
    }
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


@contextmanager
def _provider(folder: Path) -> Iterator[Mapping[str, str]]:
    """Have a provider's fake serve from a process of its own; give the settings that lead to it."""
    home = folder / _HOME
    home.mkdir(parents=True)
    (home / "config.toml").write_text(f"[limits]\nfal = {TASKS}\n", "utf-8")
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        url = ours.recv()
        bases = {"": url, "REST_": url, "PLATFORM_": f"{url}/v1", "SITE_": url}
        yield {"FAL_KEY": KEY} | {f"REELGRAPH_FAL_{k}BASE_URL": v for k, v in bases.items()}
    finally:
        process.terminate()
        process.join()


class _Provider(FakeFal):
    """Takes from a few seconds to minutes for a job."""

    _chance = random.Random(1)

    def answer(self, asked: Asked) -> Reply:
        """Have each job take another time."""
        working = self._chance.randint(*_POLLS)
        self.steps = ("IN_QUEUE", *["IN_PROGRESS"] * working, "COMPLETED")
        return super().answer(asked)


def _serve(pipe: Connection) -> None:
    provider = _Provider(samples())
    provider.start()
    pipe.send(provider.url)
    pipe.poll(None)


def _press_keys(
    folder: Path, workflow: Workflow, environ: Mapping[str, str], count: int
) -> dict[str, list[list[float]]]:
    """Return milliseconds and processor milliseconds of each key, by what the keys do."""
    folder.mkdir(exist_ok=True)
    path, report = folder / "live.json", folder / "frames.json"
    path.write_text(json.dumps(workflow), "utf-8")
    settings = {"XDG_STATE_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), **environ}
    command = [
        "env", *(f"{name}={value}" for name, value in settings.items()), sys.executable,
        "-m", "benchmarks.live_probe", str(report), "--home", str(folder / _HOME),
        "edit", str(path),
    ]  # fmt: skip
    # There and back, as a key that changes nothing has no frame.
    scripts = {"select": ["l", "h"] * (count // 2), "pan": ["L", "H", "J", "K"] * (count // 4)}
    with Terminal(command, width=200, height=60, folder=_ROOT) as terminal:
        terminal.wait_for("size6", 60)
        terminal.drain(1.0)
        terminal.press(_RUN)
        if environ:
            terminal.wait_for(_ASKS, 60)
            terminal.drain(0.5)
            terminal.press(_YES)
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
        terminal.drain(_PAUSE)


def _rows(where: str, times: Mapping[str, list[list[float]]], *, quick: bool) -> list[Row]:
    rows = []
    for keys, pairs in times.items():
        kind = f"{keys}, {where}"
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
