"""What providers tell everybody, kept for a while: descriptions of what they offer.

Only answers to questions that were asked without a key are kept, so that nothing of an account is
in the home.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from engine.store.database import Database


class Lookups:
    """The kept answers of one home.

    Args:
        using: Gives the database.
    """

    def __init__(self, using: Callable[[], AbstractContextManager[Database]]) -> None:
        self._using = using

    def find(self, call: str, now: float, keep: float) -> Any:
        """Return an answer, or None.

        Args:
            call: What was asked.
            now: Seconds since 1970.
            keep: Seconds for which such an answer is good.
        """
        with self._using() as database:
            row = database.row("SELECT answer, asked FROM lookups WHERE call = ?", (call,))
        # What seems to be from the future was kept before the clock was set back.
        if row is None or not 0 <= now - row[1] < keep:
            return None
        try:
            return json.loads(zlib.decompress(row[0]))
        except (ValueError, TypeError, zlib.error):
            return None

    def keep(self, call: str, answer: Any, now: float, most: int = 200) -> None:
        """Keep an answer, and no more than so many of all."""
        packed = zlib.compress(json.dumps(answer).encode())
        with self._using() as database, database.writing():
            database.execute("INSERT OR REPLACE INTO lookups VALUES (?, ?, ?)", (call, packed, now))
            database.execute(
                """DELETE FROM lookups WHERE call NOT IN
                (SELECT call FROM lookups ORDER BY asked DESC LIMIT ?)""",
                (most,),
            )
