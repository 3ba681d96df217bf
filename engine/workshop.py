"""What the tasks of one run share, and the handle by which a run is stopped."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import anyio

from engine.events import Listener
from engine.files import FileAccess, Inspect
from engine.jobs import JobDesk
from engine.secrets import Secrets
from engine.store import Home

if TYPE_CHECKING:
    import httpx

Sleep = Callable[[float], Awaitable[None]]


@dataclass
class Workshop:
    """What the tasks of one run share."""

    home: Home
    files: FileAccess
    inspect: Inspect
    secrets: Secrets
    """Hands out keys, and hides them in what nodes say."""
    emit: Listener
    monotonic: Callable[[], float]
    """A clock for durations, in seconds."""
    sleep: Sleep
    jobs: JobDesk
    workers: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(os.cpu_count() or 1)
    )
    """Threads for blocking work."""
    stopping: bool = False
    """Whether blocking work is to unwind at its next tick."""
    _http: httpx.AsyncClient | None = None

    def http(self) -> httpx.AsyncClient:
        """Return the HTTP client of the run, made when it is first wanted."""
        if self._http is None:
            import httpx

            self._http = httpx.AsyncClient(follow_redirects=False, timeout=30)
        return self._http

    async def close(self) -> None:
        """Close what was opened."""
        if self._http is not None:
            await self._http.aclose()


class Control:
    """Stops a run from outside: from a signal handler or a key."""

    def __init__(self) -> None:
        self.stopped = False
        self._on_stop: list[Callable[[], None]] = []

    def stop(self) -> None:
        """Start nothing more, unwind what is running, keep what is done."""
        self.stopped = True
        for call in self._on_stop:
            call()

    def on_stop(self, call: Callable[[], None]) -> None:
        """Have `call` called when the run is to be stopped."""
        self._on_stop.append(call)
