"""Waiting for leave to call a provider, which all processes of a home share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodes.remote.session import Session


async def leave_to_call(session: Session) -> None:
    """Wait until a provider may be called once more, where it takes only so many calls."""
    name, desk = session.adapter.name, session.desk
    if calls := desk.paces.get(name):
        await desk.sleep(await session.write(desk.journal.turns.wait, name, calls, desk.now()))
