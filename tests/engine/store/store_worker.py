"""A process that uses a store, for the tests to run beside others and to kill.

store_worker.py write HOME NAME COUNT    stores COUNT results in batches, says nothing
store_worker.py hold HOME                begins a run, prints a line, and waits for its input
store_worker.py nursery HOME             for each line `SEED LINES` on its input: forks a child
    that works without end, prints the child's number, a line for each result, and `dead` when
    somebody has killed it; with LINES above 0 the child kills itself after so many lines of
    the store's code
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from engine.store import CacheEntry, Home, TaskRecord
from engine.values import File


def result(name: str, outputs: dict[str, Any]) -> CacheEntry:
    key = hashlib.sha256(name.encode()).hexdigest()
    return CacheEntry(key, "make", 1, "{}", outputs, 0.5)


def write(path: Path, name: str, count: int) -> None:
    with Home.open(path) as home, home.use():
        for first in range(0, count, 10):
            names = [f"{name}-{number}" for number in range(first, first + 10)]
            home.blobs.add_bytes(f"shared {first}".encode())
            home.cache.put_many([result(each, {"text": each}) for each in names])
            home.cache.touch_many([result(each, {}).key for each in names])


def hold(path: Path) -> None:
    with Home.open(path) as home, home.use():
        run = home.history.begin("film.json", name="film", document="{}")
        print(run, flush=True)
        sys.stdin.readline()
        home.history.finish(run, status="done", exit_code=0, counts={})


def work(path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with Home.open(path) as home, home.use():
        run = home.history.begin("film.json", name="film", document="{}")
        for step in range(10**9):
            outputs = {}
            with home.blobs.scratch(f"clip[{step}]") as folder:
                for port, move in (("moved", True), ("copied", False)):
                    source = folder / port
                    source.write_bytes(chance.randbytes(chance.randrange(200_000)))
                    digest, size = home.blobs.add_file(source, move=move)
                    outputs[port] = File(digest=digest, media_type="x/y", size=size)
            entries = [result(f"{seed} {step} {number}", outputs) for number in range(3)]
            home.cache.put_many(entries)
            home.history.record(run, [TaskRecord("clip", str(step), "done", entries[0].key)])
            print(step, flush=True)


def die_after(lines: int) -> None:
    left = lines

    def trace(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        nonlocal left
        if f"engine{os.sep}store" not in frame.f_code.co_filename:
            return None
        if event == "line":
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


def nursery(path: Path) -> None:
    for line in sys.stdin:
        seed, lines = map(int, line.split())
        child = os.fork()
        if not child:
            print(os.getpid(), flush=True)
            if lines:
                die_after(lines)
            work(path, seed)
        os.waitpid(child, 0)
        print("dead", flush=True)


def main(mode: str, path: str, *rest: str) -> None:
    if mode == "write":
        write(Path(path), rest[0], int(rest[1]))
    elif mode == "hold":
        hold(Path(path))
    else:
        nursery(Path(path))


if __name__ == "__main__":
    main(*sys.argv[1:])
