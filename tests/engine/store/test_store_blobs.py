"""Blobs: whole, named by their content, written once."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.context import Cancelled
from engine.errors import StoreError
from engine.store import BlobStore, Home, digest_file


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@given(data=st.binary(max_size=2000))
def test_what_is_stored_comes_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    root = tmp_path_factory.mktemp("blobs")
    blobs = BlobStore(root, lambda: 0.0)
    (root / "source").write_bytes(data)
    assert blobs.add_file(root / "source") == (digest_of(data), len(data))
    assert blobs.add_bytes(data) == (digest_of(data), len(data))
    assert blobs.path(digest_of(data)).read_bytes() == data
    assert digest_file(root / "source") == (digest_of(data), len(data))


def test_a_copied_file_stays_and_the_blob_is_read_only(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"words")
    digest, size = home.blobs.add_file(source, move=False)
    assert source.read_bytes() == b"words"
    assert stat.S_IMODE(home.blobs.path(digest).stat().st_mode) == 0o444
    assert home.blobs.has(digest, size)
    assert not home.blobs.has(digest, size + 1)
    assert not home.blobs.has("0" * 64, 5)


def test_a_moved_file_is_renamed_not_copied(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "a.txt"
    source.write_bytes(b"words")
    inode = source.stat().st_ino
    digest, _ = home.blobs.add_file(source, move=True)
    assert not source.exists()
    assert home.blobs.path(digest).stat().st_ino == inode


@pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX")
def test_a_new_folder_of_blobs_is_brought_to_the_disk_too(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: set[int] = set()
    monkeypatch.setattr(os, "fsync", lambda handle: synced.add(os.fstat(handle).st_ino))
    digest, _ = home.blobs.add_bytes(b"words")
    blob = home.blobs.path(digest)
    assert {path.stat().st_ino for path in (blob, blob.parent, home.blobs.objects)} <= synced


@pytest.mark.skipif(os.name != "posix", reason="needs links")
@pytest.mark.parametrize("link", [os.link, os.symlink])
def test_moving_a_link_takes_no_other_name_of_the_file_along(
    home: Home, tmp_path: Path, link: object
) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"words")
    assert callable(link)
    link(mine, tmp_path / "scratch.txt")
    digest, size = home.blobs.add_file(tmp_path / "scratch.txt", move=True)
    assert not (tmp_path / "scratch.txt").is_symlink()
    mine.write_bytes(b"other")
    assert home.blobs.path(digest).read_bytes() == b"words"
    assert home.blobs.has(digest, size)


def test_a_blob_that_is_there_is_not_written_again(home: Home, tmp_path: Path) -> None:
    digest, size = home.blobs.add_bytes(b"words")
    inode = home.blobs.path(digest).stat().st_ino
    for move in (False, True):
        source = tmp_path / "a.txt"
        source.write_bytes(b"words")
        assert home.blobs.add_file(source, move=move) == (digest, size)
        assert source.exists() is not move
    assert home.blobs.add_bytes(b"words") == (digest, size)
    assert home.blobs.path(digest).stat().st_ino == inode
    assert list(home.blobs.tmp.iterdir()) == []


def test_a_blob_of_the_wrong_length_is_replaced(home: Home) -> None:
    digest, size = home.blobs.add_bytes(b"words")
    home.blobs.remove(digest)
    home.blobs.path(digest).write_bytes(b"wo")
    assert not home.blobs.has(digest, size)
    home.blobs.add_bytes(b"words")
    assert home.blobs.path(digest).read_bytes() == b"words"


def test_progress_reaches_one_and_a_stop_leaves_nothing(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "film"
    source.write_bytes(b"x" * (5 << 19))
    shares: list[float] = []
    home.blobs.add_file(source, tick=shares.append)
    assert shares == [0.4, 0.8, 1.0]
    source.write_bytes(b"y" * (5 << 19))

    def stop(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        home.blobs.add_file(source, tick=stop)
    assert len(list(home.blobs.scan())) == 1
    assert list(home.blobs.tmp.iterdir()) == []


def test_a_scratch_folder_is_private_and_goes_with_the_task(home: Home) -> None:
    with home.blobs.scratch("clip[3,1]/../x") as first, home.blobs.scratch("clip[3,1]") as second:
        assert first != second
        assert first.parent == second.parent == home.blobs.tmp
        (first / "frames").mkdir()
        (first / "frames" / "1.png").write_bytes(b"x")
        if os.name == "posix":
            assert stat.S_IMODE(first.stat().st_mode) == 0o700
    assert list(home.blobs.tmp.iterdir()) == []


def test_a_source_that_is_not_there_is_named(home: Home, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read") as caught:
        home.blobs.add_file(tmp_path / "none.png")
    assert caught.value.where == str(tmp_path / "none.png")


def test_a_store_that_cannot_be_written_says_what_to_do(home: Home) -> None:
    home.blobs.tmp.rmdir()
    with pytest.raises(StoreError, match="cannot be written") as caught:
        home.blobs.add_bytes(b"words")
    assert "free space" in caught.value.hint
