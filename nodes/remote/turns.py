"""Waiting for a turn at a provider, which all processes of a home share, and for leave to call."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import anyio

from engine.context import Cancelled

if TYPE_CHECKING:
    from nodes.remote.session import Session

_FIRST_LOOK = 0.05
_LONGEST_LOOK = 1.0


@asynccontextmanager
async def turn(session: Session, *, going: bool) -> AsyncIterator[None]:
    """Hold one of the places that a provider has for jobs.

    Args:
        session: The provider's.
        going: Whether the job is with the provider already: then it takes a place at once.

    Raises:
        Cancelled: The run is being stopped before it was its turn.
    """
    turns, desk, name = session.desk.journal.turns, session.desk, session.adapter.name
    # Shielded, as a ticket that is not given back would count as long as the process lives.
    with anyio.CancelScope(shield=True):
        ticket, goes = await session.write(turns.enter, name, desk.limit(name), going=going)
    try:
        for attempt in itertools.count(1):
            if goes:
                break
            if desk.stopping:
                raise Cancelled
            look = min(_FIRST_LOOK * attempt, _LONGEST_LOOK)
            await desk.sleep(look * desk.random.uniform(0.75, 1.0))
            goes = await session.write(turns.take, ticket, desk.limit(name))
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await session.write(turns.end, ticket)


async def leave_to_call(session: Session) -> None:
    """Wait until a provider may be called once more, where it takes only so many calls."""
    name, desk = session.adapter.name, session.desk
    if calls := desk.paces.get(name):
        await desk.sleep(await session.write(desk.journal.turns.wait, name, calls, desk.now()))
