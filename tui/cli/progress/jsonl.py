"""Every event as a line of JSON, for programs: the documented form of `engine.events`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TextIO

from engine.events import Event, to_json


class JsonLines:
    """Writes the lines.

    Args:
        stream: Where they go.
        time: A clock, in seconds since 1970.
        on_break: Called once when the reader has gone away; nothing is written after that.
    """

    def __init__(
        self, stream: TextIO, time: Callable[[], float], on_break: Callable[[], None]
    ) -> None:
        self._stream = stream
        self._time = time
        self._on_break = on_break
        self.broken = False

    def handle(self, event: Event) -> None:
        """Write one event."""
        if self.broken:
            return
        line = json.dumps(to_json(event, self._time()), ensure_ascii=False)
        try:
            self._stream.write(line + "\n")
            self._stream.flush()
        except BrokenPipeError:
            self.broken = True
            self._on_break()
