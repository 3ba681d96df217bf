"""Checking and counting a store."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.errors import StoreError
from engine.store import Home, stats, verify


def damage(home: Home, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    path = home.blobs.path(digest)
    path.chmod(0o600)
    path.write_bytes(b"!" + data[1:])
    return digest


def test_a_sound_store_is_ok(home: Home, store: Any) -> None:
    store("a", b"one", b"two")
    orphan, _ = home.blobs.add_bytes(b"three")
    shares: list[float] = []
    report = verify(home, tick=shares.append)
    assert report.ok
    assert (report.blobs, report.size, report.orphaned) == (3, 11, (orphan,))
    assert shares[-1] == 1.0
    assert verify(home, repair=True).ok


def test_damage_is_found_and_repaired(home: Home, store: Any) -> None:
    good = store("good", b"one")
    corrupt, missing, torn = store("c", b"two"), store("m", b"three", b"one"), store("t", b"four")
    bad = damage(home, b"two")
    gone = hashlib.sha256(b"three").hexdigest()
    home.blobs.remove(gone)
    home.database.execute("UPDATE cache SET outputs = '{' WHERE key = ?", (torn.key,))
    for repair in (False, True):
        report = verify(home, repair=repair)
        assert not report.ok
        assert (report.corrupt, report.missing) == ((bad,), (gone,))
        assert report.rows == tuple(sorted((corrupt.key, missing.key, torn.key)))
        assert report.repaired is repair
    report = verify(home)
    assert report.ok
    assert home.cache.get(good.key) is not None
    assert home.cache.get(corrupt.key) is None


def put_folder(path: Path) -> None:
    path.mkdir()
    (path / "inner").write_bytes(b"x")


def put_pipe(path: Path) -> None:
    if os.name == "nt":
        pytest.skip("there are no named pipes")
    os.mkfifo(path)


def put_loop(path: Path) -> None:
    path.symlink_to(path)


@pytest.mark.parametrize("put", [put_folder, put_pipe, put_loop])
def test_what_cannot_be_read_is_damaged(
    home: Home, store: Any, put: Callable[[Path], None]
) -> None:
    entry, other = store("a", b"one"), store("b", b"two")
    digest = hashlib.sha256(b"one").hexdigest()
    path = home.blobs.path(digest)
    home.blobs.remove(digest)
    put(path)

    for repair in (False, True):
        report = verify(home, repair=repair)
        assert (report.corrupt, report.rows) == ((digest,), (entry.key,))
    assert verify(home).ok
    assert home.cache.get(other.key) is not None
    store("a", b"one")
    assert path.read_bytes() == b"one"


def test_a_corrupt_blob_can_be_stored_again_after_repair(home: Home, store: Any) -> None:
    store("a", b"one")
    digest = damage(home, b"one")
    verify(home, repair=True)
    store("a", b"one")
    assert home.blobs.path(digest).read_bytes() == b"one"


def test_repair_waits_for_no_run(home: Home) -> None:
    with home.use():
        assert verify(home).ok
        with pytest.raises(StoreError, match="in use"):
            verify(home, repair=True)


def test_files_that_are_no_blobs_are_passed_over(home: Home) -> None:
    (home.blobs.objects / "notes.txt").write_text("x")
    (home.blobs.objects / "ab").mkdir()
    (home.blobs.objects / "ab" / ("c" * 64)).write_text("x")
    assert verify(home).blobs == 0


def test_many_rows_are_all_read(home: Home, store: Any) -> None:
    store("a")
    home.database.execute(
        """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
        INSERT INTO cache SELECT 'k' || i, 'make', 1, '{}', 'torn', 0, NULL, 0, 0 FROM n"""
    )
    assert len(verify(home).rows) == 2500


def test_rows_that_refer_to_nothing_are_reported(tmp_path: Path) -> None:
    with Home.open(tmp_path) as home:
        home.database.execute("PRAGMA foreign_keys = OFF")
        home.database.execute(
            "INSERT INTO run_tasks VALUES (9, 'a', '', NULL, 'done', 0, '', 0, NULL)"
        )
        (complaint,) = verify(home).database
    assert "run_tasks" in complaint


def test_numbers_by_node_type(home: Home, store: Any, clock: Any) -> None:
    store("a", b"one", b"two", seconds=2.0, cost=Decimal("0.10"))
    clock.advance(days=1)
    store("b", b"two", seconds=3.0, cost=Decimal("0.20"))
    other = store("c", b"three", type="other")
    home.cache.pin("film.json", [other.key])
    home.history.begin("film.json", name="film", document="{}")
    found = stats(home)
    assert (found.rows, found.blobs, found.size, found.pinned, found.runs) == (3, 3, 11, 1, 1)
    make, rest = found.types
    assert (make.type, make.rows, make.size, make.seconds) == ("make", 2, 6, 5.0)
    assert make.cost == Decimal("0.30")
    assert make.newest - make.oldest == 86400
    assert (rest.type, rest.size, rest.cost) == ("other", 5, Decimal(0))
    assert found.database > 0


def test_an_empty_store_has_numbers(home: Home) -> None:
    found = stats(home)
    assert (found.types, found.rows, found.blobs, found.size) == ((), 0, 0, 0)
