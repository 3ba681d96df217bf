"""What a node function may reach while it works."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx
    from pydantic import SecretStr

    from engine.jobs import JobDesk
    from engine.values import Media

T = TypeVar("T")
M = TypeVar("M", bound="Media")

Tick = Callable[[float], None]
"""Called by long blocking work with the share done, 0 to 1.

Raises `Cancelled` when the work should stop; the caller lets it pass.
"""


class Cancelled(Exception):
    """The run is being stopped; blocking work unwinds with this."""


def no_tick(share: float) -> None:
    """Do nothing: the default `Tick` of media functions used outside a run."""


class Context(Protocol):
    """The one door from a node to the world. It is made for one task and is gone with it."""

    task: str
    """The task's address, as `frame[3]`."""

    key: str
    """The task's cache key: the same work has the same key, in every workflow."""

    def progress(self, share: float, note: str = "", age: float = 0.0) -> None:
        """Tell how much is done, 0 to 1, and optionally what is being done.

        `age` is for how many seconds it has been done elsewhere: that may be longer than the task
        works, where it goes on with what was begun before.
        """
        ...

    def note(self, note: str) -> None:
        """Tell what is being done or waited for; how much is done stays as it was told last."""
        ...

    def path(self, media: Media) -> Path:
        """Return a local path to read the blob from. Never write to it."""
        ...

    def scratch(self, name: str) -> Path:
        """Return a path for a temporary file of that name; removed with the task."""
        ...

    async def publish(self, path: Path, kind: type[M]) -> M:
        """Move a scratch file into the store and return its handle.

        The file's bytes are looked at: its type, and its size in pixels or seconds, come from
        there, never from its name.

        Raises:
            TaskError: The file is not of that kind.
        """
        ...

    async def run(self, function: Callable[..., T], *args: Any) -> T:
        """Run blocking work in a worker process, or in a thread; a `Tick` for it is `self.tick`.

        Where the engine has worker processes, a function of a module goes to one of them, and so
        does a `partial` of one. It works on copies: what it changes in its arguments, or in its
        module, is not seen here; files are. Its arguments and what it gives or raises are pickled;
        `self.tick` may be among the arguments. A lambda, a function inside of a function, a method
        or what cannot be pickled runs in a thread.

        When the task is cancelled, the work ends at its next tick; in a process, after two seconds
        at the latest.

        Raises:
            TaskError: The process died.
            TypeError: There is a secret among the arguments: none is sent to another process.
            Exception: Whatever the function raises.
        """
        ...

    def tick(self, share: float) -> None:
        """Report progress from blocking work.

        Raises:
            Cancelled: The run is being stopped.
        """
        ...

    @property
    def jobs(self) -> JobDesk:
        """What remote jobs are driven with."""
        ...

    @property
    def http(self) -> httpx.AsyncClient:
        """The HTTP client of the run."""
        ...

    def clean(self, data: T, *, message: bool = False) -> T:
        """Return text or data in which secrets that were handed out are replaced by asterisks.

        Args:
            data: What somebody else sent, before it is used or kept.
            message: It only says something, so that also the ids of keys can go.
        """
        ...

    def hide(self, secret: SecretStr) -> None:
        """Have a secret that was got elsewhere, as a token, hidden like those handed out."""
        ...

    def secret(self, name: str) -> SecretStr:
        """Return a secret by its name.

        Raises:
            TaskError: There is no such secret (`kind` is `auth`).
        """
        ...
