"""The canvas application with a stopwatch in it: what each key costs until its frame is out.

`python -m benchmarks.canvas_probe SCENE REPORT` runs it; the report is written at its end.
"""

from __future__ import annotations

import json
import random
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from textual import events
from textual.screen import Screen

from benchmarks.canvas_app import CanvasApp, scene_named
from tui.editor.canvas import Node, QuietGarbage, State


class ProbeApp(CanvasApp):
    """Takes the processor time from each key to the end of the frame that follows."""

    BINDINGS = [("g", "jump", ""), ("s", "state", ""), ("e", "edit", ""), ("Q", "quit", "")]  # noqa: RUF012

    def __init__(self, name: str, report: Path) -> None:
        super().__init__(scene_named(name.removesuffix("!")))
        if name.endswith("!"):
            running = {node.id for node in self.graph.nodes[:8]}
            self._set_states(running, State.RUNNING)
        self._report = report
        self._frames: list[tuple[str, float]] = []
        self._key = ""
        self._start = 0.0
        self._chance = random.Random(3)
        self._garbage = QuietGarbage()

    def on_mount(self) -> None:
        super().on_mount()
        self._garbage.start()
        self._garbage.loaded()
        self.set_interval(0.5, self._garbage.busy)

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._key, self._start = event.key, time.process_time()
        await super().on_event(event)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if self._key:
            self._frames.append((self._key, time.process_time() - self._start))
            self._key = ""

    def action_jump(self) -> None:
        self.canvas.centre([self._chance.choice(self.graph.nodes).id])

    def action_state(self) -> None:
        """Give a visible node another state, none that is animated, with frames of its own."""
        stage = self.canvas.stage
        seen = [stage.ground.cards[key].node for key in stage.ground.within(stage.camera.view)]
        nodes = [node for node in seen if isinstance(node, Node)]
        if nodes:
            node = self._chance.choice(nodes)
            others = [state for state in State if state not in {node.state, State.RUNNING}]
            self._set_states({node.id}, self._chance.choice(others))
            self.canvas.show(self.graph)

    def _set_states(self, keys: set[str], state: State) -> None:
        nodes = tuple(
            replace(node, state=state) if node.id in keys else node for node in self.graph.nodes
        )
        self.graph = replace(self.graph, nodes=nodes)

    async def action_quit(self) -> None:
        self._report.write_text(json.dumps(self._frames), "utf-8")
        self.exit()


if __name__ == "__main__":
    ProbeApp(sys.argv[1], Path(sys.argv[2])).run()
