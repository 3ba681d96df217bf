"""What providers tell everybody is kept in the home."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from engine.store import Home


def test_an_answer_is_good_for_a_while(home: Home) -> None:
    lookups = home.journal.lookups
    lookups.keep("a", {"x": [1]}, 100.0)
    assert lookups.find("a", 109.9, 10.0) == {"x": [1]}
    assert lookups.find("a", 110.0, 10.0) is None
    assert lookups.find("a", 99.0, 10.0) is None
    assert lookups.find("b", 100.0, 10.0) is None


def test_the_oldest_make_room(home: Home) -> None:
    lookups = home.journal.lookups
    for number in range(4):
        lookups.keep(str(number), number, float(number), most=2)
    assert [lookups.find(str(number), 4.0, 10.0) for number in range(4)] == [None, None, 2, 3]


def test_a_damaged_answer_is_none(home: Home) -> None:
    home.journal.lookups.keep("a", 1, 100.0)
    with closing(sqlite3.connect(home.path / "reelgraph.db")) as database, database:
        database.execute("UPDATE lookups SET answer = 'x'")
    assert home.journal.lookups.find("a", 100.0, 10.0) is None
