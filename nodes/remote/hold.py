"""What a task holds while it drives the jobs of a key: the claim on it, and a place for the job.

The place is one of those that a provider has, which all processes of a home share. Claim and place
are taken in one step of the journal and given back in one: with many jobs at once, each step waits
for those of others.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

from engine.context import Cancelled
from engine.errors import StoreError

if TYPE_CHECKING:
    from nodes.remote.session import Session

T = TypeVar("T")

_FIRST_LOOK = 0.05
_LONGEST_LOOK = 1.0


class Hold(Generic[T]):
    """What one task holds.

    Args:
        session: The provider's.
        key: The key of the jobs.
        look: Called when the key is claimed, in the same step of the journal. Blocking.
    """

    def __init__(self, session: Session, key: str, look: Callable[[Hold[T]], T]) -> None:
        self._session = session
        self._key = key
        self._look = look
        self._claim: AbstractContextManager[bool] | None = None
        self._ticket = 0
        self._goes = False
        self.is_mine = False
        """Whether the key is claimed, and is to be given back."""
        self.found: T
        """What `look` gave; unset while the key is not claimed."""

    def ask(self, *, going: bool) -> None:
        """Ask for a place, inside a step of the journal. Blocking.

        Args:
            going: Whether the job is with the provider already: then it takes a place at once.
        """
        desk, name = self._session.desk, self._session.adapter.name
        self._ticket, self._goes = desk.journal.turns.enter(name, desk.limit(name), going=going)

    async def turn(self, *, going: bool) -> None:
        """Wait until the job has a place, which it keeps as long as the task holds the key.

        Args:
            going: As for `ask`; of no effect where a place was asked for already.

        Raises:
            Cancelled: The run is being stopped before it was its turn.
        """
        session, desk = self._session, self._session.desk
        if not self._ticket:
            # Shielded, as a ticket that is not given back would count as long as the process lives.
            with anyio.CancelScope(shield=True):
                await session.write(self.ask, going=going)
        limit = desk.limit(session.adapter.name)
        for attempt in itertools.count(1):
            if self._goes:
                return
            if desk.stopping:
                raise Cancelled
            look = min(_FIRST_LOOK * attempt, _LONGEST_LOOK)
            await desk.sleep(look * desk.random.uniform(0.75, 1.0))
            self._goes = await session.write(desk.journal.turns.take, self._ticket, limit)

    def take(self) -> None:
        """Claim the key, if nobody else has it, and look. Blocking."""
        self.is_mine = self._claimed()
        if self.is_mine:
            try:
                self.found = self._look(self)
            except BaseException:
                self.give_back()
                self.is_mine = False
                raise

    def give_back(self) -> None:
        """Let go of the place and of the key; once they are gone, of nothing. Blocking."""
        try:
            if self._ticket:
                self._session.desk.journal.turns.end(self._ticket)
        finally:
            if self._claim is None:
                # The step in which they were let go of before may have failed: then the claim is
                # written down still, and is this process's to take, unless another task did.
                self._claimed()
            claim, self._claim = self._claim, None
            if claim is not None:
                claim.__exit__(None, None, None)

    def forget(self) -> None:
        """Hold nothing, where the step in which it was taken came to nothing. Blocking."""
        self._ticket, self.is_mine = 0, False
        claim, self._claim = self._claim, None
        if claim is not None:
            claim.__exit__(None, None, None)

    def _claimed(self) -> bool:
        self._claim = self._session.desk.journal.claim_key(self._key)
        return self._claim.__enter__()


@asynccontextmanager
async def tried(session: Session, key: str, look: Callable[[Hold[T]], T]) -> AsyncIterator[Hold[T]]:
    """Hold a key, if nobody else does: `is_mine` tells."""
    hold = Hold(session, key, look)
    # Shielded, as a claim that is taken but not given back would last as long as the process.
    with anyio.CancelScope(shield=True):
        try:
            await session.write(hold.take)
        except StoreError:
            # It may have been undone with the steps of others. This process has it all the same.
            with suppress(StoreError):
                await session.write(hold.forget)
            raise
    try:
        yield hold
    except BaseException:
        # Why it ended matters more than that the journal cannot be written to either.
        with suppress(StoreError):
            await _let_go(session, hold)
        raise
    await _let_go(session, hold)


async def _let_go(session: Session, hold: Hold[T]) -> None:
    if hold.is_mine:
        with anyio.CancelScope(shield=True):
            await session.write(hold.give_back)


@asynccontextmanager
async def held(session: Session, key: str, look: Callable[[Hold[T]], T]) -> AsyncIterator[Hold[T]]:
    """Hold a key, after whoever holds it now."""
    for attempt in itertools.count(1):
        async with tried(session, key, look) as hold:
            if hold.is_mine:
                yield hold
                return
        await session.desk.sleep(min(0.05 * attempt, 1.0))
