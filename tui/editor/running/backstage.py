"""The thread in which the engine works for the editor, so that the interface never waits for it.

Binding and planning thousands of nodes takes up to seconds of computing, and each step of a paid
job waits for the disk. A home's database belongs to the thread that opened it, so this thread has
an opening of its own.

Measured with 2,000 nodes on two busy cores: to look into the cache holds the interface for 280 ms
where the engine shares its loop, and for 15 ms at most, 1 ms mostly, where it has a thread.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from threading import Event, Thread
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from engine.engine import Engine
from engine.store import Home

if TYPE_CHECKING:
    from anyio.from_thread import BlockingPortal

_SWITCH_SECONDS = 0.001
"""How long the engine may compute before the interface's thread has its turn; five times as often
as Python does by itself, since a frame waits for its turn several times."""

P = ParamSpec("P")
T = TypeVar("T")


class Backstage:
    """Calls functions in a thread with an event loop of its own, which begins with the first call.

    Args:
        engine: The engine of the interface's thread; functions are given one like it.
    """

    def __init__(self, engine: Engine) -> None:
        self._origin = engine
        self._thread: Thread | None = None
        self._ready = Event()
        self._portal: BlockingPortal | None = None
        self._engine: Engine | None = None
        self._failure: BaseException | None = None
        self._is_closed = False
        self._switch_seconds = sys.getswitchinterval()

    async def call(self, function: Callable[[Engine], Awaitable[T]]) -> T:
        """Have an async function called with the engine, and return what it gives.

        Where the caller is cancelled, so is the function.

        Raises:
            CancelledError: It is closed, be it since it was asked: nobody waits for an answer.
            StoreError: The home cannot be opened.
            Exception: Whatever the function raises.
        """
        portal = await asyncio.to_thread(self._start)
        if self._is_closed or portal is None:
            raise asyncio.CancelledError
        engine = self._engine
        assert engine is not None  # noqa: S101 - it is there when the thread has started
        return await asyncio.wrap_future(portal.start_task_soon(_awaited, function, engine))

    async def look(self, function: Callable[[Engine], T]) -> T:
        """Have a plain function called with the engine, as `call` does."""

        async def asked(engine: Engine) -> T:
            return function(engine)

        return await self.call(asked)

    def soon(self, function: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
        """Have a function called in the thread, if that is there, and wait for nothing."""
        if self._portal is not None:
            self._portal.start_task_soon(_plain, lambda: function(*args, **kwargs))

    def close(self, patience: float = 10.0) -> None:
        """End the thread; what still goes on there is cancelled.

        Args:
            patience: Seconds to wait for it.
        """
        self._is_closed = True
        thread, portal = self._thread, self._portal
        if thread is not None and portal is not None and thread.is_alive():
            portal.start_task_soon(portal.stop, True)
            thread.join(patience)
            sys.setswitchinterval(self._switch_seconds)
        self._thread = self._portal = None

    # -- inside --------------------------------------------------------------------------------

    def _start(self) -> BlockingPortal | None:
        if self._is_closed:
            return None
        if self._thread is None:
            # The process may end without waiting: what is under way is in the home's journal.
            sys.setswitchinterval(_SWITCH_SECONDS)
            self._thread = Thread(target=self._serve, name="engine", daemon=True)
            self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            failure, self._failure = self._failure, None
            self._thread = None
            self._ready.clear()
            raise failure
        return self._portal

    def _serve(self) -> None:
        import anyio

        try:
            anyio.run(self._main)
        except Exception as error:
            self._failure = error
            self._ready.set()

    async def _main(self) -> None:
        from anyio.from_thread import BlockingPortal

        origin = self._origin.home
        with Home.open(origin.path, clock=origin.clock) as home:
            async with BlockingPortal() as portal:
                self._engine, self._portal = self._origin.on(home), portal
                self._ready.set()
                await portal.sleep_until_stopped()


async def _awaited(function: Callable[[Engine], Awaitable[T]], engine: Engine) -> T:
    return await function(engine)


async def _plain(function: Callable[[], object]) -> None:
    function()
