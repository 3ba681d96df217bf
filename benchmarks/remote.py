"""What remote jobs cost this machine: many at once, a large result, and a film's makespan."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio

from benchmarks.child import in_child
from benchmarks.makespan import Film, list_schedule
from benchmarks.report import Bar, Row, Table
from engine.document import create
from engine.engine import Engine
from engine.request import Request
from engine.store import Home
from tests.support.fake_provider import FakeProvider
from tests.support.remote import engine_for, no_hook, runner_for

JOBS = 200
MOST_CORE = 35.0
"""Percent of a core with 200 jobs in flight."""
MOST_MB = 60.0
MOST_LAG_MS = 50.0
MOST_DOWNLOAD_MB = 40.0
LIMIT = 4
ROUNDS = 5
"""Films of each kind; the figure is their median."""
LIMIT_FREE = 1.10
LIMIT_LIMITED = 1.05
_FREE = 1000
_TICK = 0.005


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Measure all three."""
    jobs, seconds = (10, 0.3) if quick else (JOBS, 10.0)
    tell(f"{jobs} jobs in flight, for {seconds:.0f} s")
    flight = in_child("benchmarks.remote:measure_flight", jobs=jobs, seconds=seconds)
    megabytes = 20 if quick else 1000
    tell(f"a result of {megabytes} MB")
    large = in_child("benchmarks.remote:measure_download", megabytes=megabytes)
    bars = {"core %": MOST_CORE, "MB": MOST_MB, "lag p99 ms": MOST_LAG_MS}
    rows = [
        _row(f"{jobs} jobs in flight: {name}", {name: flight[name]}, Bar(name, most), quick=quick)
        for name, most in bars.items()
    ]
    bar = Bar("MB", MOST_DOWNLOAD_MB)
    rows.append(_row(f"a result of {megabytes} MB", large, bar, quick=quick))
    title = "Remote jobs, each polled once a second: cost on this machine, memory above idle"
    return [Table("remote", title, tuple(rows)), _makespan(quick=quick, tell=tell)]


# -- many at once ------------------------------------------------------------------------------


def measure_flight(jobs: int, seconds: float) -> dict[str, float]:
    """Return what it costs to have that many jobs in flight. Run in a process of its own."""
    _stay_on_one_core()
    data = {
        "nodes": {
            "frame": {"type": "draw", "inputs": {"prompt": "a", "seed": list(range(1, jobs + 1))}}
        },
        "outputs": {"frames": "${frame.image}"},
    }
    submitted = 0
    all_submitted = anyio.Event()

    def hook(step: str) -> None:
        nonlocal submitted
        submitted += step == "submitted"
        if submitted == jobs + 1:
            all_submitted.set()

    with _serving({"image": seconds + 8 + jobs / 20}) as url, TemporaryDirectory() as name:
        engine = _engine(Path(name), url, poll_floor=1.0, hook=hook)
        anyio.run(_run, engine, Path(name), _ONE, 8)
        figures: dict[str, float] = {}

        async def watched() -> None:
            async with anyio.create_task_group() as group:
                group.start_soon(_run, engine, Path(name), data, _FREE)
                idle = _resident_mb()
                await all_submitted.wait()
                await anyio.sleep(1.5)
                figures.update(await _watch(seconds))
                figures["MB"] = max(_resident_mb() - idle, 0.0)
                group.cancel_scope.cancel()

        anyio.run(watched)
        engine.home.close()
    return figures


async def _watch(seconds: float) -> dict[str, float]:
    """Return the share of a core that is used, and how late the event loop is."""
    lags: list[float] = []
    began, cpu = time.perf_counter(), time.process_time()
    while (now := time.perf_counter()) < began + seconds:
        await anyio.sleep(_TICK)
        lags.append(time.perf_counter() - now - _TICK)
    share = (time.process_time() - cpu) / (time.perf_counter() - began)
    lags.sort()
    return {"core %": share * 100, "lag p99 ms": lags[int(len(lags) * 0.99)] * 1000}


# -- a large result ----------------------------------------------------------------------------


def measure_download(megabytes: int) -> dict[str, float]:
    """Return the time and memory that a large result takes. Run in a process of its own."""
    with _serving({}, large=megabytes) as url, TemporaryDirectory() as name:
        engine = _engine(Path(name), url, poll_floor=0.05)
        idle = _resident_mb()
        peak = idle
        seconds = 0.0

        async def watched() -> None:
            nonlocal peak, seconds
            async with anyio.create_task_group() as group:
                group.start_soon(_sample)
                started = time.perf_counter()
                await _run(engine, Path(name), _ONE, 8)
                seconds = time.perf_counter() - started
                group.cancel_scope.cancel()

        async def _sample() -> None:
            nonlocal peak
            while True:
                peak = max(peak, _resident_mb())
                await anyio.sleep(0.01)

        anyio.run(watched)
        engine.home.close()
    return {"MB": peak - idle, "seconds": seconds}


# -- a film ------------------------------------------------------------------------------------


def _makespan(*, quick: bool, tell: Callable[[str], None]) -> Table:
    film = Film(6, 0.05, 0.2, 0.03, 0.0) if quick else Film(concat=0.0)
    rows = []
    for name, slots, uploads, limit in (
        ("no limit", _FREE, False, LIMIT_FREE),
        (f"{LIMIT} at a time", LIMIT, False, LIMIT_LIMITED),
        ("no limit, every input uploaded", _FREE, True, None),
    ):
        tell(f"makespan of {film.shots} shots over HTTP, {name}")
        best = list_schedule(film.jobs(), slots)
        arguments = {"slots": slots, "quick": quick, "uploads": uploads}
        times = [
            in_child("benchmarks.remote:measure_film", **arguments)["seconds"]
            for _ in range(1 if quick else ROUNDS)
        ]
        seconds = statistics.median(times)
        values = {"seconds": seconds, "best": best, "ratio": seconds / best}
        bar = None if limit is None else Bar("ratio", limit)
        rows.append(Row(f"{film.shots} shots, {name}", values, None if quick else bar))
    title = "Makespan over HTTP: picture, clip, upscaling, each submitted and polled"
    return Table("remote makespan", title, tuple(rows))


def measure_film(slots: int, quick: bool, uploads: bool = False) -> dict[str, float]:
    """Return how long a film takes. Run in a process of its own.

    Args:
        slots: Jobs at a time.
        quick: Whether a small film will do.
        uploads: Whether what a job made is uploaded for the next, as to another provider, and not
            given by its address.
    """
    film = Film(6, 0.05, 0.2, 0.03, 0.0) if quick else Film(concat=0.0)
    plan = {"image": film.frame, "video": film.clip, "upscale": film.sharp}
    data = {
        "nodes": {
            "frame": {
                "type": "draw",
                "inputs": {"prompt": "a", "seed": list(range(1, film.shots + 1))},
            },
            "clip": {"type": "film", "inputs": {"image": "${frame.image}"}},
            "sharp": {"type": "sharpen", "inputs": {"video": "${clip.video}"}},
        },
        "outputs": {"clips": "${sharp.video}"},
    }
    with _serving(plan) as url, TemporaryDirectory() as name:
        engine = _engine(Path(name), url, poll_floor=0.02, lends=not uploads)
        anyio.run(_run, engine, Path(name), _ONE, 8)
        start = time.perf_counter()
        anyio.run(_run, engine, Path(name), data, slots)
        seconds = time.perf_counter() - start
        engine.home.close()
    return {"seconds": seconds}


def _row(name: str, values: Mapping[str, float], bar: Bar, *, quick: bool) -> Row:
    return Row(name, values, None if quick else bar)


# -- shared ------------------------------------------------------------------------------------

_WARM_UP = "warm up"
_ONE: Mapping[str, Any] = {
    "nodes": {"one": {"type": "draw", "inputs": {"prompt": _WARM_UP}}},
    "outputs": {"one": "${one.image}"},
}
"""A call before the ones that are measured: it also imports what calls need."""


async def _run(engine: Engine, folder: Path, data: Mapping[str, Any], slots: int) -> None:
    document = create({"reelgraph": 1, **data}).save(folder / "flow.json")
    graph, _ = engine.bind(document)
    report = await engine.run(document, graph, Request(limits={"fake": slots}))
    assert report.status == "done", report.failures


def _engine(
    folder: Path,
    url: str,
    *,
    poll_floor: float,
    hook: Callable[[str], None] = no_hook,
    lends: bool = True,
) -> Engine:
    runner = runner_for(url, hook=hook)
    runner.adapter.poll_floor = poll_floor
    if not lends:
        runner.adapter.lasts = lambda url: 0.0  # type: ignore[attr-defined]
    return engine_for(Home.open(folder / "home"), runner)


@contextmanager
def _serving(seconds: Mapping[str, float], large: int = 0) -> Iterator[str]:
    """Serve from a process of its own, so that its work does not count."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, dict(seconds), large), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Connection, seconds: dict[str, float], large: int) -> None:
    provider = FakeProvider()
    provider.plan.seconds = seconds
    provider.plan.instant = _WARM_UP
    provider.large = large
    provider.start()
    pipe.send(provider.url)
    pipe.poll(None)


def _stay_on_one_core() -> None:
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _resident_mb() -> float:
    """Return the memory that this process holds now, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024 / 1e6
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
