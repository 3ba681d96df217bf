"""A process that runs paid work beside others: turns_worker.py HOME URL NAME LIMIT."""

from __future__ import annotations

import sys
from pathlib import Path

import anyio

from engine.document import create
from engine.request import Request
from engine.store import Home
from tests.support.remote import engine_for, runner_for


def main(folder: str, url: str, name: str, limit: str) -> None:
    draw = {"type": "draw", "inputs": {"prompt": name, "seed": [1, 2, 3, 4, 5]}}
    data = {"reelgraph": 1, "nodes": {"frame": draw}, "outputs": {"frame": "${frame.image}"}}
    document = create(data).save(Path(folder) / f"{name}.json")
    with Home.open(Path(folder)) as home:
        engine = engine_for(home, runner_for(url))
        graph, _ = engine.bind(document)
        request = Request.parse(graph, limits={"fake": int(limit)})
        report = anyio.run(engine.run, document, graph, request)
    sys.exit(report.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
