"""A provider in one run: its adapter, its connections, and asking it what may be asked twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

import anyio

from engine.context import Context
from engine.errors import ErrorKind, StoreError, TaskError
from engine.jobs import JobDesk
from nodes.remote.adapter import Adapter, Answer, Call
from nodes.remote.breaker import Breaker
from nodes.remote.http import Fresh, Http
from nodes.remote.poll import backoff, retry_after
from nodes.remote.reach import Patience, Reach
from nodes.remote.settings import Settings
from nodes.remote.turns import leave_to_call
from nodes.remote.writer import Writer

T = TypeVar("T")
P = ParamSpec("P")

TRIES = 12
"""Tries in a row of what may be asked again; with the pauses between, some minutes."""
_WRITES = 5
"""Tries of writing down what must not be lost."""
MISREAD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


@dataclass
class Session:
    """What the jobs of one provider share in a run."""

    adapter: Adapter
    http: Http
    desk: JobDesk
    settings: Settings
    breaker: Breaker
    reach: Reach
    uploading: dict[str, anyio.Lock] = field(default_factory=dict)
    """Held while an input is uploaded, by who can read it and its digest."""
    watched: int = 0
    """Jobs that are waited for."""
    answers: dict[str, tuple[float, Answer]] = field(default_factory=dict)
    """Answers of look-ups by call, and until when each may be used again."""
    looking: dict[str, anyio.Lock] = field(default_factory=dict)
    """Held while something is looked up, by call."""
    untold: set[str] = field(default_factory=set)
    """Addresses of submissions for which the provider does not tell what a unit costs."""

    def __post_init__(self) -> None:
        self._writer = Writer(self.desk.journal)

    async def write(self, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Call a function of the journal off the event loop."""
        return await self._writer.write(function, *arguments, **named)

    async def insist(self, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Call a function of the journal that writes down what nobody may be able to tell again.

        Where the disk is full or another process keeps the database, that is waited out for some
        seconds.
        """
        for attempt in range(1, _WRITES):
            with suppress(StoreError):
                return await self.write(function, *arguments, **named)
            await self.desk.sleep(backoff(attempt, None, self.desk.random))
        return await self.write(function, *arguments, **named)

    async def ask(
        self, call: Call, read: Callable[[Answer], T], *, ctx: Context | None = None
    ) -> T:
        """Make a call that may be made twice, until it is answered, and read the answer.

        Args:
            call: The call.
            read: A function of the adapter.
            ctx: Of the task that asks: told of waits, and gives paths for files that come with the
                answer.

        Raises:
            TaskError: There was no answer after many tries, or one that no retry will change.
        """
        fresh = fresh_in(ctx) if ctx is not None else None
        patience = Patience(self, ctx)
        for attempt in itertools.count(1):
            await leave_to_call(self)
            try:
                said = self.understand(read, await self.http.call(call, fresh=fresh))
            except TaskError as error:
                if not error.kind.retryable or attempt == TRIES:
                    raise
                wait = backoff(attempt, error.retry_after, self.desk.random)
                patience.failed(error, wait)
            else:
                patience.rewarded()
                return said
            await self.desk.sleep(wait)
        raise AssertionError("unreachable")

    def understand(self, read: Callable[[Answer], T], answer: Answer) -> T:
        """Have the adapter read an answer.

        Raises:
            TaskError: It is an error, or is not understood.
        """
        try:
            said = read(answer)
        except TaskError as error:
            if not error.kind.retryable:
                self.answered()
            if error.retry_after is None:
                error.retry_after = retry_after(answer.headers, self.desk.now())
            raise
        except MISREAD as error:
            raise TaskError(
                f"{self.adapter.name} gave an answer that is not understood "
                f"(status {answer.status}): {_shown(answer)}",
                kind=ErrorKind.DOWN if answer.status < 500 else ErrorKind.TRANSIENT,
            ) from error
        self.answered()
        return said

    def answered(self) -> None:
        """Note that the provider answers; tell it if it was away."""
        news = self.reach.answered(self.desk.monotonic())
        if news is not None:
            self.desk.tell(news)


def fresh_in(ctx: Context) -> Fresh:
    """Return what gives paths for files that come with answers, in the scratch of a task."""
    numbers = itertools.count()
    return lambda: ctx.scratch(f"answer-{next(numbers)}")


def _shown(answer: Answer) -> str:
    data: Any = answer.text if answer.json is None else answer.json
    return repr(data)[:200]
