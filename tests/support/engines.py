"""An engine in a folder of the test, with the small node types."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anyio

from engine.document import Document, create
from engine.engine import Engine
from engine.errors import CheckError
from engine.events import Event, TaskBlocked, TaskDone, TaskFailed, TaskStopped
from engine.execute import RunReport
from engine.plan import Plan
from engine.problems import Problem
from engine.registry import Registry
from engine.request import Request
from engine.store import Home
from engine.values import Media
from tests.support import nodes


def inspect(path: Path, kind: type[Media]) -> dict[str, Any]:
    """Take any file for media of the kind that is wanted."""
    common: dict[str, Any] = {"media_type": f"{kind.kind}/test"}
    match kind.kind:
        case "image":
            return common | {"width": 4, "height": 3}
        case "video":
            return common | {"width": 4, "height": 3, "seconds": 1.0, "fps": 24.0}
        case "audio":
            return common | {"seconds": 1.0, "sample_rate": 48000, "channels": 2}
    return common


class Bench:
    """Runs workflows given as data, in one home."""

    def __init__(self, folder: Path, registry: Registry | None = None) -> None:
        self.folder = folder
        self.home = Home.open(folder / "home")
        self.waits: list[float] = []
        self.events: list[Event] = []
        self.engine = Engine(self.home, registry or nodes.registry(), inspect, sleep=self._sleep)

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await anyio.lowlevel.checkpoint()

    def document(self, data: Mapping[str, Any], name: str = "flow.json") -> Document:
        return create({"reelgraph": 1, **data}).save(self.folder / name)

    def run(
        self, data: Mapping[str, Any], values: Mapping[str, Any] | None = None, **request: Any
    ) -> RunReport:
        document = self.document(data)
        graph, _ = self.engine.bind(document, values)
        self.events.clear()
        nodes.calls.clear()
        parsed = Request.parse(graph, **request)
        return anyio.run(self.engine.run, document, graph, parsed, self.events.append)

    def plan(
        self, data: Mapping[str, Any], values: Mapping[str, Any] | None = None, **request: Any
    ) -> Plan:
        document = self.document(data)
        graph, _ = self.engine.bind(document, values)
        return anyio.run(self.engine.plan, document, graph, Request.parse(graph, **request))

    def statuses(self) -> dict[str, str]:
        """Return how each task of the last run ended, from its events."""
        found: dict[str, str] = {}
        for event in self.events:
            match event:
                case TaskDone():
                    found[event.task] = event.status
                case TaskFailed() | TaskBlocked():
                    kind = "failed" if isinstance(event, TaskFailed) else "blocked"
                    found[event.task] = "skipped" if event.skipped else kind
                case TaskStopped():
                    found[event.task] = "stopped"
        return found

    def check(self, data: Mapping[str, Any], name: str = "flow.json") -> list[Problem]:
        """Return the problems of a workflow that is to be complete: inputs need values."""
        document = self.document(data, name)
        try:
            return self.engine.bind(document)[1]
        except CheckError as error:
            return list(error.problems)

    def problems(
        self, data: Mapping[str, Any], values: Mapping[str, Any] | None = None
    ) -> list[str]:
        return [str(p) for p in self.engine.check(self.document(data), values)]

    def codes(self, data: Mapping[str, Any]) -> list[str]:
        return [p.code for p in self.engine.check(self.document(data))]
