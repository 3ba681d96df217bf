"""The editor with a stopwatch in it: what each key takes until its frame is handed out.

`python -m benchmarks.live_probe REPORT OPTIONS...` is `reelgraph OPTIONS...`; the report is written
at its end. The clock starts when the key is read, before the event waits for its turn, and stops
when the frame that follows is drawn: what the terminal then makes of it is the terminal's.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from textual import events
from textual.screen import Screen

from tui.cli import main
from tui.editor import app

_frames: list[tuple[str, float, float]] = []


class ProbeApp(app.EditorApp):
    """Takes the time, and the processor time of its thread, from each key to its frame."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._key: tuple[str, float, float] | None = None

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._key = (event.key, event.time, time.thread_time())
        await super().on_event(event)

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        if self._key is not None:
            key, began, cpu = self._key
            self._key = None
            _frames.append((key, time.monotonic() - began, time.thread_time() - cpu))


if __name__ == "__main__":
    app.EditorApp = ProbeApp  # type: ignore[misc]
    report = Path(sys.argv.pop(1))
    code = main()
    report.write_text(json.dumps(_frames), "utf-8")
    sys.exit(code)
