"""Calling the journal off the event loop: what many jobs write at the same time goes together.

A step waits for the disk, some milliseconds each. While one batch is written the next one gathers.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar

import anyio
import anyio.to_thread

from engine.store.journal import Journal

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(eq=False, slots=True)
class _Entry(Generic[T]):
    call: Callable[[], T]
    outcome: Callable[[], T] | None = None
    """Returns or raises what the call did; None before it is made."""
    turn: anyio.Event = field(default_factory=anyio.Event)
    """Set when the call is made, or when it is up to this entry to have the batch written."""

    def perform(self) -> None:
        try:
            self.outcome = partial(_give, self.call())
        except Exception as error:
            self.outcome = partial(_fail, error)


class Writer:
    """Writes to a journal for one event loop.

    Whoever comes first has the batch written, and hands that on to the first of those who have come
    meanwhile; all the others wake up when their call is made.

    Args:
        journal: The journal.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: list[_Entry[Any]] = []
        self._is_writing = False

    async def write(self, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Call a function of the journal; it is on the disk when this returns, or nothing is."""
        entry = _Entry(partial(function, *arguments, **named))
        self._waiting.append(entry)
        if not self._is_writing:
            self._is_writing = True
            entry.turn.set()
        try:
            # Also whose turn it is lets those go first that are about to come: they go along.
            await entry.turn.wait()
        except BaseException:
            self._withdraw(entry)
            raise
        if entry.outcome is None:
            await self._write_all()
        assert entry.outcome is not None  # noqa: S101 - each batch is performed whole
        return entry.outcome()

    def _withdraw(self, entry: _Entry[Any]) -> None:
        if entry in self._waiting:
            self._waiting.remove(entry)
            if entry.turn.is_set():
                self._hand_on()

    async def _write_all(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            # Shielded, as the batch is that of others too.
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(self._perform, batch)
        finally:
            for entry in batch:
                entry.turn.set()
            self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._waiting[0].turn.set()
        else:
            self._is_writing = False

    def _perform(self, batch: list[_Entry[Any]]) -> None:
        try:
            with self._journal.together() if len(batch) > 1 else nullcontext():
                for entry in batch:
                    entry.perform()
        except Exception as error:
            # What could not be brought to the disk has not happened, whatever it seemed.
            for entry in batch:
                entry.outcome = partial(_fail, error)


def _give(value: T) -> T:
    return value


def _fail(error: Exception) -> NoReturn:
    raise error
