"""The `Context` that a running task gets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import anyio
import anyio.from_thread
import anyio.to_thread

from engine.context import Cancelled
from engine.errors import ErrorKind, TaskError
from engine.events import TaskProgress
from engine.values import Media
from engine.workers import UnknownWorkError, Work

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from engine.jobs import JobDesk
    from engine.workshop import Workshop

T = TypeVar("T")
M = TypeVar("M", bound=Media)

_PROGRESS_EVERY = 0.1
"""Seconds between two progress events of one task."""


class TaskContext:
    """Serves one task; `close` removes its scratch files."""

    def __init__(self, workshop: Workshop, task: str, node: str, key: str) -> None:
        self.task = task
        self.key = key
        self._node = node
        self._workshop = workshop
        self._folder: Path | None = None
        self._last_progress = float("-inf")
        self._share = 0.0

    def progress(self, share: float, note: str = "", age: float = 0.0) -> None:
        """Tell how much is done, 0 to 1; a few times a second reach the listeners."""
        now = self._workshop.monotonic()
        if age:
            self._workshop.began[self.task] = now - age
        if now - self._last_progress >= _PROGRESS_EVERY or note:
            self._last_progress = now
            self._share = share = min(max(share, 0.0), 1.0)
            note = self._workshop.secrets.clean(note)
            self._workshop.emit(
                TaskProgress(self.task, self._node, round(share, 3), note, round(age, 1))
            )

    def note(self, note: str) -> None:
        """Tell what is being done or waited for; how much is done stays as it was told last."""
        now = self._workshop.monotonic()
        self.progress(self._share, note, now - self._workshop.began.get(self.task, now))

    def tick(self, share: float) -> None:
        """Report progress from a worker thread; raises Cancelled when the work is to stop."""
        if self._workshop.stopping or self.task in self._workshop.canceled:
            raise Cancelled
        if self._workshop.monotonic() - self._last_progress >= _PROGRESS_EVERY:
            anyio.from_thread.run_sync(self.progress, share)

    def path(self, media: Media) -> Path:
        """Return a local path to read the blob from."""
        return self._workshop.files.path(media)

    def scratch(self, name: str) -> Path:
        """Return a path for a temporary file of that name."""
        if self._folder is None:
            self._folder = self._workshop.take_folder()
        path = self._folder / name
        if path.parent != self._folder:
            raise TaskError(f"a scratch file needs a plain name, not {name!r}", where=self.task)
        return path

    async def publish(self, path: Path, kind: type[M]) -> M:
        """Move a scratch file into the store and return its handle; any other file is copied."""
        return await anyio.to_thread.run_sync(self._publish, path, kind)

    def _publish(self, path: Path, kind: type[M]) -> M:
        found = self._workshop.inspect(path, kind)
        is_scratch = self._folder is not None and path.is_relative_to(self._folder)
        digest, size = self._workshop.home.blobs.add_file(path, move=is_scratch)
        return kind.model_validate({"digest": digest, "size": size, **found})

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """Run blocking work in a worker process if there are any and it can, else in a thread."""
        async with self._workshop.cores:
            workers = self._workshop.workers
            work = workers.prepare(function, args, self.tick) if workers else None
            if work is not None:
                with suppress(UnknownWorkError):
                    return cast("T", await self._in_process(work))
            call = partial(function, *args)
            return await anyio.to_thread.run_sync(call, limiter=anyio.CapacityLimiter(1))

    def _hear(self, share: float) -> None:
        """Report progress from a thread that waits for a process."""
        anyio.from_thread.run_sync(self.progress, share)

    async def _in_process(self, work: Work) -> Any:
        run = partial(work.run, self._hear)
        try:
            return await anyio.to_thread.run_sync(
                run, limiter=anyio.CapacityLimiter(1), abandon_on_cancel=True
            )
        except anyio.get_cancelled_exc_class():
            # What the work writes to must stay until it has ended.
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(work.stop, limiter=anyio.CapacityLimiter(1))
            raise

    @property
    def jobs(self) -> JobDesk:
        """What remote jobs are driven with."""
        return self._workshop.jobs

    @property
    def http(self) -> httpx.AsyncClient:
        """The HTTP client of the run."""
        return self._workshop.http()

    def clean(self, data: T, *, message: bool = False) -> T:
        """Return text or data with secrets replaced by asterisks."""
        secrets = self._workshop.secrets
        cleaned: T = secrets.clean_message(data) if message else secrets.clean_value(data)
        return cleaned

    def hide(self, secret: SecretStr) -> None:
        """Have a secret that was got elsewhere hidden like those handed out."""
        self._workshop.secrets.hide(secret)

    def secret(self, name: str) -> SecretStr:
        """Return a secret by its name."""
        found = self._workshop.secrets(name)
        if found is None:
            raise TaskError(
                f"there is no key for {name}",
                kind=ErrorKind.AUTH,
                where=self.task,
                hint="`reelgraph keys` says where it is looked for.",
            )
        return found

    async def close(self) -> None:
        """Remove the scratch files."""
        if self._folder is not None:
            folder, self._folder = self._folder, None
            await self._workshop.give_folder_back(folder)
