"""How near a run of waiting work comes to the best schedule: 24 shots, three stages and a join."""

from __future__ import annotations

import heapq
import itertools
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anyio

from benchmarks.nodes import STUDIO, open_engine
from benchmarks.report import Bar, Row, Table
from engine.document import create
from engine.request import Request

LIMIT = 4
"""Jobs at a time that a provider takes, in the limited case."""
LIMIT_FREE = 1.05
LIMIT_LIMITED = 1.10
_FREE = 1000


@dataclass(frozen=True, slots=True)
class Film:
    """A film that takes time and nothing else; all lengths in seconds."""

    shots: int = 24
    frame: float = 0.5
    clip: float = 2.0
    sharp: float = 0.3
    concat: float = 0.2

    def workflow(self) -> dict[str, Any]:
        """Return it as the data of a workflow file."""
        return {
            "reelgraph": 1,
            "nodes": {
                "board": {"type": "count", "inputs": {"to": self.shots}},
                "frame": _stage("wait", "${board.integers}", self.frame),
                "clip": _stage("wait", "${frame.integer}", self.clip),
                "sharp": _stage("wait", "${clip.integer}", self.sharp),
                "film": _stage("gather", "${sharp.integer}", self.concat),
            },
            "outputs": {"film": "${film.integer}"},
        }

    def jobs(self) -> dict[str, Job]:
        """Return the same as jobs, each after those it needs."""
        jobs: dict[str, Job] = {}
        for i in range(self.shots):
            jobs[f"frame {i}"] = Job(self.frame)
            jobs[f"clip {i}"] = Job(self.clip, (f"frame {i}",))
            jobs[f"sharp {i}"] = Job(self.sharp, (f"clip {i}",))
        jobs["film"] = Job(self.concat, tuple(f"sharp {i}" for i in range(self.shots)))
        return jobs


def _stage(kind: str, after: str, seconds: float) -> dict[str, Any]:
    return {"type": kind, "inputs": {"after": after, "seconds": seconds}}


@dataclass(frozen=True, slots=True)
class Job:
    """Something that takes its time once what it needs is done."""

    seconds: float
    needs: tuple[str, ...] = ()


def list_schedule(jobs: Mapping[str, Job], slots: float = math.inf) -> float:
    """Return when the last job ends if a free slot always takes the ready job with most to follow.

    Args:
        jobs: By name, each after those it needs.
        slots: Jobs at a time; without a limit the result is the critical path.
    """
    left = _seconds_left(jobs)
    missing = {name: len(job.needs) for name, job in jobs.items()}
    order = itertools.count()
    ready = [(-left[name], next(order), name) for name, count in missing.items() if not count]
    heapq.heapify(ready)
    running: list[tuple[float, str]] = []
    now = 0.0
    while ready or running:
        while ready and len(running) < slots:
            name = heapq.heappop(ready)[2]
            heapq.heappush(running, (now + jobs[name].seconds, name))
        now, ended = heapq.heappop(running)
        for name, job in jobs.items():
            if ended in job.needs:
                missing[name] -= 1
                if not missing[name]:
                    heapq.heappush(ready, (-left[name], next(order), name))
    return now


def _seconds_left(jobs: Mapping[str, Job]) -> dict[str, float]:
    """Return the longest way from the start of each job to the end."""
    left: dict[str, float] = {}
    for name, job in reversed(list(jobs.items())):
        after = [left[other] for other in left if name in jobs[other].needs]
        left[name] = job.seconds + max(after, default=0.0)
    return left


def measure(*, quick: bool, tell: Callable[[str], None]) -> list[Table]:
    """Run the film, free and limited."""
    film = Film(shots=6, frame=0.05, clip=0.2, sharp=0.03, concat=0.02) if quick else Film()
    rows = []
    for name, slots, limit in (("free", _FREE, LIMIT_FREE), ("limited", LIMIT, LIMIT_LIMITED)):
        tell(f"makespan of {film.shots} shots, {name}")
        best = list_schedule(film.jobs(), slots)
        seconds = _run(film, slots)
        values = {"seconds": seconds, "best": best, "ratio": seconds / best}
        title = f"{film.shots} shots, " + ("no limit" if slots == _FREE else f"{slots} at a time")
        rows.append(Row(title, values, None if quick else Bar("ratio", limit)))
    title = "Makespan: seconds of a run, against the best possible (critical path, list schedule)"
    return [Table("makespan", title, tuple(rows))]


def _run(film: Film, slots: int) -> float:
    with TemporaryDirectory() as name:
        folder = Path(name)
        engine = open_engine(folder)
        # The first run of a process also imports what running needs.
        for each in (Film(1, 0, 0, 0, 0), film):
            document = create(each.workflow())
            graph, _ = engine.bind(document)
            request = Request(limits={STUDIO: slots})
            start = time.perf_counter()
            report = anyio.run(engine.run, document, graph, request)
            seconds = time.perf_counter() - start
            assert report.status == "done", report.failures
        engine.home.close()
        return seconds
