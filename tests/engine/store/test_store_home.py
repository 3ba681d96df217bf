"""Opening a home: where it is, what it looks like, what may be wrong with it."""

from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from engine.errors import StoreError
from engine.store import Home, default_home, gc


def test_the_environment_names_the_default_home(tmp_path: Path) -> None:
    assert default_home({"REELGRAPH_HOME": str(tmp_path)}) == tmp_path
    assert default_home({"REELGRAPH_HOME": "films"}) == Path.cwd() / "films"
    with pytest.raises(StoreError, match="no such user"):
        default_home({"REELGRAPH_HOME": "~nobody-of-this-name/films"})


def test_the_default_home_is_a_data_folder_of_the_user() -> None:
    path = default_home({})
    assert path.is_absolute()
    assert path.name == "reelgraph"


def test_a_new_home_is_private(tmp_path: Path) -> None:
    with Home.open(tmp_path / "a" / "home") as home:
        folders = [home.path, *(path for path in home.path.iterdir() if path.is_dir())]
        assert {folder.name for folder in folders} == {"home", "objects", "tmp", "running"}
        if os.name == "posix":
            assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_home_opens_again_with_a_percent_sign_and_spaces_in_its_name(tmp_path: Path) -> None:
    for _ in range(2):
        with Home.open(tmp_path / "100% films?#") as home, home.use():
            assert home.history.runs() == []


def test_the_database_is_in_wal_mode_with_foreign_keys(home: Home) -> None:
    pragmas = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
    found = [home.database.row(f"PRAGMA {name}")[0] for name in pragmas]
    assert found == ["wal", 1, 30000, 1]


def test_a_home_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="not a folder") as caught:
        Home.open(tmp_path / "file")
    assert "--home" in caught.value.hint
    with pytest.raises(StoreError, match="cannot keep results"):
        Home.open(tmp_path / "file" / "below")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_home_without_write_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="permission"):
        Home.open(tmp_path)


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    Home.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "reelgraph.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreError, match="format 99") as caught:
        Home.open(tmp_path)
    assert "Upgrade reelgraph" in caught.value.hint


def test_a_damaged_database_is_named_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "reelgraph.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="damaged") as caught:
        Home.open(tmp_path)
    assert str(tmp_path / "reelgraph.db") in caught.value.where
    assert "Move" in caught.value.hint


def test_a_database_damaged_inside_ends_in_a_store_error(tmp_path: Path) -> None:
    with Home.open(tmp_path) as home:
        for number in range(300):
            home.history.begin(f"{number}.json", name="film" * 50, document="{}")
    path = tmp_path / "reelgraph.db"
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match="damaged"), Home.open(tmp_path) as home:
        home.history.runs()


def test_runs_share_the_home_and_upkeep_has_it_alone(home: Home) -> None:
    with home.use(), home.use(), pytest.raises(StoreError, match="in use"):
        gc(home)
    with home.alone(), pytest.raises(StoreError, match="in use"), home.alone():
        pass
    gc(home)


def test_writing_while_reading_is_a_mistake_of_the_caller(home: Home) -> None:
    with home.cache.reading(), pytest.raises(RuntimeError, match="inside reading"):
        home.cache.forget(["a"])


def test_a_failed_write_leaves_nothing_behind(home: Home) -> None:
    with pytest.raises(ZeroDivisionError), home.database.writing():
        home.cache.pin("film.json", ["a"])
        raise ZeroDivisionError
    assert home.cache.pinned("film.json") == set()
    home.cache.pin("film.json", ["b"])
    assert home.cache.pinned("film.json") == {"b"}
