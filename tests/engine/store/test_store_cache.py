"""Cache rows: stored whole, found by key, pinned and forgotten."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import StoreError
from engine.store import CacheEntry, Home
from engine.values import Image, Shot

IMAGE = Image(digest="a" * 64, media_type="image/png", size=10, width=4, height=3)


def entry(number: int, **fields: Any) -> CacheEntry:
    values = {"type": "make", "version": 1, "arguments": "{}", "outputs": {"integer": number}}
    return CacheEntry(**{"key": f"{number:064x}", "seconds": 0.5, **values, **fields})


def test_an_entry_comes_back_as_it_was(home: Home, clock: Any) -> None:
    outputs = {
        "images": [IMAGE, IMAGE],
        "shot": Shot(number=1, prompt="a half surrogate \ud800 and 😀"),
        "numbers": [1, 2.5, None, True],
    }
    given = entry(1, outputs=outputs, arguments='{"seed":1}', cost=Decimal("0.10"))
    home.cache.put_many([given])
    now = clock.now
    assert home.cache.get(given.key) == dataclasses.replace(given, created=now, used=now)
    assert list(given.media()) == [IMAGE, IMAGE]


def test_many_entries_are_found_by_key(home: Home) -> None:
    entries = [entry(number) for number in range(2000)]
    home.cache.put_many(entries)
    found = home.cache.get_many([each.key for each in entries] + ["none"])
    assert {key: each.outputs for key, each in found.items()} == {
        each.key: each.outputs for each in entries
    }
    with home.cache.reading():
        assert all(home.cache.get(each.key) is not None for each in entries)
        assert home.cache.get("none") is None
    assert home.cache.get_many([]) == {}


def test_a_second_result_takes_the_place_of_the_first(home: Home) -> None:
    home.cache.put_many([entry(1, outputs={"image": IMAGE})])
    home.cache.put_many([entry(1, outputs={"text": "a"}), entry(1, outputs={"text": "b"})])
    found = home.cache.get(entry(1).key)
    assert found is not None
    assert found.outputs == {"text": "b"}
    assert home.database.rows("SELECT * FROM cache_blobs") == []


def test_nothing_of_a_failed_batch_is_stored(home: Home) -> None:
    bad = entry(2, version=None)
    with pytest.raises(StoreError):
        home.cache.put_many([entry(1), bad])
    assert home.cache.get(entry(1).key) is None


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"a":', '{"i":{"$kind":"image"}}', '{"i":{"$kind":[]}}', "[" * 100_000, "1e"],
)
def test_a_damaged_row_is_a_miss(home: Home, text: str) -> None:
    home.cache.put_many([entry(1), entry(2)])
    home.database.execute("UPDATE cache SET outputs = ? WHERE key = ?", (text, entry(1).key))
    assert home.cache.get(entry(1).key) is None
    assert set(home.cache.get_many([entry(1).key, entry(2).key])) == {entry(2).key}


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("outputs", "x'ff00'"),
        ("outputs", "CAST(x'7b22ff227d' AS TEXT)"),
        ("arguments", "CAST(x'ff' AS TEXT)"),
        ("cost", "'much'"),
        ("cost", "x'ff'"),
    ],
)
def test_a_damaged_column_is_a_miss(home: Home, column: str, value: str) -> None:
    home.cache.put_many([entry(1)])
    home.database.execute(f"UPDATE cache SET {column} = {value}")
    assert home.cache.get(entry(1).key) is None


def test_the_last_use_is_kept_to_the_hour(home: Home, clock: Any) -> None:
    home.cache.put_many([entry(1)])
    stored = clock.now
    clock.advance(seconds=3000)
    home.cache.touch_many([entry(1).key, "none"])
    assert used(home, 1) == stored
    clock.advance(seconds=1000)
    home.cache.touch_many([entry(1).key])
    assert used(home, 1) == clock.now


def used(home: Home, number: int) -> float:
    found = home.cache.get(entry(number).key)
    assert found is not None
    return found.used


def test_forgotten_entries_are_counted(home: Home) -> None:
    home.cache.put_many([entry(1, outputs={"image": IMAGE}), entry(2), entry(3)])
    assert home.cache.forget([entry(1).key, entry(2).key, "none"]) == 2
    assert home.cache.forget([]) == 0
    assert set(home.cache.get_many(entry(number).key for number in range(4))) == {entry(3).key}
    assert home.database.rows("SELECT * FROM cache_blobs") == []


def test_pins_belong_to_a_workflow(home: Home) -> None:
    home.cache.pin("a.json", ["1", "2"])
    home.cache.pin("a.json", ["2", "3"])
    home.cache.pin("b.json", ["1"])
    home.cache.unpin("a.json", ["1", "none"])
    assert home.cache.pinned("a.json") == {"2", "3"}
    home.cache.unpin("a.json")
    home.cache.unpin("never.json")
    assert home.cache.pinned("a.json") == set()
    assert home.cache.pinned("b.json") == {"1"}


def test_an_entry_is_complete_while_its_blobs_are_there(home: Home, store: Any) -> None:
    found = store("clip", b"film", b"sound")
    assert home.complete(found)
    digest, _ = home.blobs.add_bytes(b"film")
    home.blobs.remove(digest)
    assert not home.complete(found)
