"""Remembered files: trusted only while nothing can have changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine.store import Home
from engine.values import File, Image

IMAGE = Image(digest="a" * 64, media_type="image/png", size=5, width=4, height=3)
FILE = File(digest="a" * 64, media_type="image/png", size=5)


@pytest.fixture
def source(tmp_path: Path, clock: Any) -> Path:
    """A file that was written a minute ago."""
    path = tmp_path / "frame.png"
    path.write_bytes(b"words")
    clock.now = path.stat().st_mtime + 60
    return path


def test_a_settled_file_is_remembered_by_kind(home: Home, source: Path) -> None:
    seen = home.files.fingerprint(source)
    assert home.files.lookup(seen, "image") is None
    home.files.remember(seen, IMAGE)
    again = home.files.fingerprint(source)
    assert home.files.lookup(again, "image") == IMAGE
    assert home.files.lookup(again, "file") is None
    home.files.remember(seen, FILE)
    assert home.files.lookup(again, "file") == FILE
    assert home.files.lookup(again, "image") == IMAGE


@pytest.mark.skipif(os.name != "posix", reason="needs links")
def test_other_ways_to_the_file_find_it_too(home: Home, source: Path) -> None:
    home.files.remember(home.files.fingerprint(source), IMAGE)
    link = source.with_name("link.png")
    link.symlink_to(source)
    assert home.files.lookup(home.files.fingerprint(link), "image") == IMAGE


def test_a_changed_file_is_read_again(home: Home, source: Path) -> None:
    home.files.remember(home.files.fingerprint(source), IMAGE)
    source.write_bytes(b"more words")
    assert home.files.lookup(home.files.fingerprint(source), "image") is None


def test_a_change_that_restores_length_and_time_is_seen(home: Home, source: Path) -> None:
    before = source.stat()
    home.files.remember(home.files.fingerprint(source), IMAGE)
    other = source.with_name("other.png")
    other.write_bytes(b"WORDS")
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(source)
    assert home.files.lookup(home.files.fingerprint(source), "image") is None


@pytest.mark.parametrize("age", [0.0, 0.5, 1.9])
def test_a_file_that_has_just_changed_is_not_remembered(
    home: Home, source: Path, clock: Any, age: float
) -> None:
    clock.now = source.stat().st_mtime + age
    home.files.remember(home.files.fingerprint(source), IMAGE)
    clock.advance(seconds=60)
    assert home.files.lookup(home.files.fingerprint(source), "image") is None


def test_a_damaged_handle_is_no_handle(home: Home, source: Path) -> None:
    seen = home.files.fingerprint(source)
    home.files.remember(seen, IMAGE)
    for text in ("{", "[]", '{"$kind":"file"}', b"\xff"):
        home.database.execute("UPDATE files SET handle = ?", (text,))
        assert home.files.lookup(seen, "image") is None


def test_a_file_that_is_not_there_is_an_os_error(home: Home, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        home.files.fingerprint(tmp_path / "none")
