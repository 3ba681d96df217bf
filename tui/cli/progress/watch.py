"""Shows a run while it goes on, in the way that fits: drawn in place, as lines, or as JSON."""

from __future__ import annotations

import time
from typing import Protocol, Self

import anyio

from engine.events import Event, Listener
from engine.execute import Control
from engine.foresight import course_of
from tui.cli.opening import Opened
from tui.cli.progress.jsonl import JsonLines
from tui.cli.progress.live import REFRESH_SECONDS, LiveProgress
from tui.cli.progress.plain import PlainProgress
from tui.cli.progress.tracker import Tracker
from tui.cli.session import Session
from tui.cli.terminal import Terminal


class _Display(Protocol):
    def handle(self, event: Event) -> None: ...


class Watch:
    """Listens to the events of one run.

    Args:
        opened: The workflow that is run.
        session: Knows how long such tasks took before.
        terminal: Where progress is shown.
        control: Stopped when whoever reads the events goes away.
        jsonl: Print events as JSON instead of showing progress.
    """

    def __init__(
        self,
        opened: Opened,
        session: Session,
        terminal: Terminal,
        control: Control,
        *,
        jsonl: bool,
    ) -> None:
        self._terminal = terminal
        durations = session.home.history.durations()
        course = course_of(opened.graph, opened.request, durations)
        self._tracker = Tracker(time.monotonic, course)
        self._live: LiveProgress | None = None
        self._lines: JsonLines | None = None
        self._display: _Display | None = None
        if jsonl:
            self._lines = self._display = JsonLines(terminal.out, time.time, control.stop)
        elif terminal.interactive:
            self._live = self._display = LiveProgress(self._tracker, terminal.console())
        elif not terminal.quiet:
            self._display = PlainProgress(self._tracker, terminal, time.monotonic)
        self._listeners: list[Listener] = []

    def also(self, listener: Listener) -> None:
        """Tell somebody else of each event, too."""
        self._listeners.append(listener)

    def handle(self, event: Event) -> None:
        """Take an event, and pass it on."""
        self._tracker.handle(event)
        if self._display is not None:
            self._display.handle(event)
        for listener in self._listeners:
            listener(event)

    def say(self, message: str) -> None:
        """Tell the person something without disturbing the display."""
        if self._live is not None:
            self._live.message = message
        else:
            self._terminal.complain(message)

    async def refresh_forever(self) -> None:
        """Keep a drawn display up to date, until cancelled."""
        while self._live is not None:
            started = time.monotonic()
            self._live.refresh()
            # A picture of very many nodes takes its time; most of the time belongs to the run.
            await anyio.sleep(max(REFRESH_SECONDS, 10 * (time.monotonic() - started)))

    def close(self, message: str) -> None:
        """End the display before the run has ended, with a last word."""
        if self._live is not None:
            self._live.stop()
        self._terminal.complain(message)

    @property
    def reader_left(self) -> bool:
        """Whether nobody reads the events any more."""
        return self._lines is not None and self._lines.broken

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live is not None:
            self._live.message = ""
            self._live.stop()
