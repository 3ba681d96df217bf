"""A run in a process of its own, to be killed at any moment; it writes down what it does."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import anyio

from engine import Context, Image, Registry, node
from engine.events import Event, TaskDone
from engine.request import Request
from tests.support import nodes
from tests.support.engines import Bench

JOBS = 8


def log(folder: Path, line: str) -> None:
    """Append a line; it is there even if the process is killed right after."""
    handle = os.open(folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        os.write(handle, f"{line}\n".encode())
    finally:
        os.close(handle)


@node(version=1)
async def slow(number: int, folder: str, *, ctx: Context) -> Image:
    """Take a little while and write a picture."""
    log(Path(folder), f"start {ctx.task}")
    await anyio.sleep(0.002)
    path = ctx.scratch("picture")
    path.write_text(f"picture {number}", "utf-8")
    return await ctx.publish(path, Image)


def workflow(folder: Path, generation: int, tasks: int) -> dict[str, Any]:
    """Return a workflow of that many slow tasks; each generation is new work."""
    numbers = [generation * tasks + i for i in range(tasks)]
    work = {"type": "slow", "inputs": {"number": numbers, "folder": str(folder)}}
    return {"nodes": {"work": work}, "outputs": {"pictures": "${work.image}"}}


def registry() -> Registry:
    """Return the node types of these runs."""
    return Registry([nodes.type_of(slow)])


def run(folder: Path, generation: int, tasks: int) -> None:
    """Run the workflow; the exit code is that of the run."""
    bench = Bench(folder, registry())
    document = bench.document(workflow(folder, generation, tasks), f"flow-{os.getpid()}.json")
    graph, _ = bench.engine.bind(document)

    def listen(event: Event) -> None:
        if isinstance(event, TaskDone):
            log(folder, f"done {event.task}")

    request = Request.parse(graph, jobs=JOBS)
    report = anyio.run(bench.engine.run, document, graph, request, listen)
    bench.home.close()
    sys.exit(report.exit_code)
