"""What the tasks of one run share, and the handle by which a run is stopped."""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from engine.events import Listener
from engine.files import FileAccess, Inspect
from engine.jobs import JobDesk
from engine.secrets import Secrets
from engine.store import Home

if TYPE_CHECKING:
    import httpx

    from engine.workers import Workers

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
    workers: Workers | None = None
    """Processes for blocking work; without any it is done in threads."""
    cores: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(os.cpu_count() or 1)
    )
    """How much blocking work goes on at a time."""
    stopping: bool = False
    """Whether blocking work is to unwind at its next tick."""
    canceled: set[str] = field(default_factory=set)
    """The tasks that were called off one by one: their blocking work unwinds, too."""
    began: dict[str, float] = field(default_factory=dict)
    """By address, since when the work of tasks is done elsewhere, on the clock for durations."""
    _http: httpx.AsyncClient | None = None
    _folders: ExitStack | None = None
    """Removes the scratch folders; None as long as there are none."""
    _free: list[Path] = field(default_factory=list)
    """Empty scratch folders."""

    def take_folder(self) -> Path:
        """Return an empty folder for a task's scratch files.

        Folders are used again: beside blobs that are brought to the disk, to make or to remove
        one takes milliseconds, in which the event loop stands still.
        """
        if self._free:
            return self._free.pop()
        if self._folders is None:
            self._folders = ExitStack()
        return self._folders.enter_context(self.home.blobs.scratch("run"))

    async def give_folder_back(self, folder: Path) -> None:
        """Let other tasks use a scratch folder; what is in it is removed."""
        if not _is_empty(folder):
            # What another program still holds open stays behind, until gc removes it.
            with anyio.CancelScope(shield=True):
                is_empty = await anyio.to_thread.run_sync(_emptied, folder)
            if not is_empty:
                return
        self._free.append(folder)

    def http(self) -> httpx.AsyncClient:
        """Return the HTTP client of the run, made when it is first wanted."""
        if self._http is None:
            import httpx

            self._http = httpx.AsyncClient(follow_redirects=False, timeout=30)
        return self._http

    async def close(self) -> None:
        """Close what was opened."""
        if self._folders is not None:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._folders.close)
        if self._http is not None:
            await self._http.aclose()


def _emptied(folder: Path) -> bool:
    """Remove what is in a folder; tell whether all of it is gone."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()
    return _is_empty(folder)


def _is_empty(folder: Path) -> bool:
    return not any(folder.iterdir())


class Control:
    """Stops a run, or single tasks of it, from outside: from a signal handler or a key.

    To be used in the thread of the run's event loop.
    """

    def __init__(self) -> None:
        self.stopped = False
        self._on_stop: list[Callable[[], None]] = []
        self._on_cancel: list[Callable[[str], bool]] = []

    def stop(self) -> None:
        """Start nothing more, unwind what is running, keep what is done."""
        self.stopped = True
        for call in self._on_stop:
            call()

    def on_stop(self, call: Callable[[], None]) -> None:
        """Have `call` called when the run is to be stopped."""
        self._on_stop.append(call)

    def cancel(self, task: str) -> bool:
        """Call off a task that is not done, by its address: what needs it does not run either.

        Its job at a provider is called off, too, unless another task needs the same work; the event
        of its end says what came of that.

        Returns:
            Whether there was such a task.
        """
        return any(call(task) for call in self._on_cancel)

    def on_cancel(self, call: Callable[[str], bool]) -> None:
        """Have `call` called with the address of a task that is to be called off."""
        self._on_cancel.append(call)
