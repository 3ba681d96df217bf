"""Turns at a provider, shared by all processes of a home: so many jobs at a time, so many calls.

Who wants a turn gets a ticket, and goes when few enough go and nobody waits before it. A ticket
counts as long as its process lives. Calls are spaced out by one moment a provider: the earliest
at which the next may be made.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from engine.store.claims import Claims
from engine.store.database import Database

_BURST = 0.1
"""The share of a minute's calls that may be made at once."""
_MINUTE = 60.0


class Turns:
    """The turns of one home.

    Args:
        using: Gives the database.
        claims: Knows which processes live.
    """

    def __init__(
        self, using: Callable[[], AbstractContextManager[Database]], claims: Claims
    ) -> None:
        self._using = using
        self._claims = claims

    def ask(self, provider: str, *, going: bool = False) -> int:
        """Return a ticket.

        Args:
            provider: Whose turn is wanted.
            going: Whether the job is there already, so that it goes whatever the limit is.
        """
        with self._using() as database:
            owner = self._claims.sign_on()
            with database.writing():
                row = database.execute(
                    "INSERT INTO turns (provider, owner, going) VALUES (?, ?, ?)",
                    (provider, owner, going),
                )
            return row.lastrowid or 0

    def enter(self, provider: str, limit: int, *, going: bool = False) -> tuple[int, bool]:
        """Return a ticket, and whether it goes at once: `ask` and `take` in one."""
        with self._using() as database:
            self._claims.sign_on()
            with database.writing():
                ticket = self.ask(provider, going=going)
                return ticket, self.take(ticket, limit)

    def take(self, ticket: int, limit: int) -> bool:
        """Go, if no more than `limit` go then and those who asked before have gone.

        Returns:
            Whether it goes now.
        """
        with self._using() as database, database.writing():
            self._forget_the_dead(database, ticket)
            going, before, is_going = database.row(
                """SELECT total(other.going), total(NOT other.going AND other.id < mine.id),
                mine.going FROM turns AS mine JOIN turns AS other USING (provider)
                WHERE mine.id = ?""",
                (ticket,),
            )
            if is_going:
                return True
            if going + before >= limit:
                return False
            database.execute("UPDATE turns SET going = 1 WHERE id = ?", (ticket,))
            return True

    def end(self, ticket: int) -> None:
        """Give a ticket back."""
        with self._using() as database, database.writing():
            database.execute("DELETE FROM turns WHERE id = ?", (ticket,))

    def wait(self, provider: str, calls_a_minute: int, now: float) -> float:
        """Return the seconds to wait before the next call, which is counted with that.

        Args:
            provider: Who is called.
            calls_a_minute: How many calls of all processes it takes.
            now: Seconds since 1970.
        """
        space = _MINUTE / calls_a_minute
        with self._using() as database, database.writing():
            row = database.row("SELECT next FROM paces WHERE provider = ?", (provider,))
            # A clock that was set back must not keep everybody waiting.
            known = row is not None and row[0] < now + 60 * _MINUTE
            due = max(row[0], now - _BURST * _MINUTE) if known else now - _BURST * _MINUTE
            database.execute(
                "INSERT OR REPLACE INTO paces (provider, next) VALUES (?, ?)",
                (provider, due + space),
            )
        return max(float(due - now), 0.0)

    def _forget_the_dead(self, database: Database, ticket: int) -> None:
        rows = database.rows(
            """SELECT DISTINCT owner FROM turns
            WHERE provider = (SELECT provider FROM turns WHERE id = ?)""",
            (ticket,),
        )
        for (owner,) in rows:
            if not self._claims.is_alive(owner):
                database.execute("DELETE FROM turns WHERE owner = ?", (owner,))
