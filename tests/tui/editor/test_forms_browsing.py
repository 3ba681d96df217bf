"""What a folder is said to hold, and how a workflow names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.references import parse
from tui.editor.forms.browsing import listing, written


def names(folder: Path, *kinds: str) -> list[str]:
    return [entry.name for entry in listing(folder, kinds, lambda path: path != folder.parent)]


def test_folders_come_first_and_numbers_in_their_order(tmp_path: Path) -> None:
    for name in ("f10.png", "f2.png", "notes.txt", ".hidden.png"):
        (tmp_path / name).touch()
    (tmp_path / "z").mkdir()
    assert names(tmp_path, "image") == ["z/", "f2.png", "f10.png"]
    assert names(tmp_path, "file") == ["z/", "f2.png", "f10.png", "notes.txt"]


def test_what_cannot_be_read_as_a_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "good.png").touch()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere.png")
    os.mkfifo(tmp_path / "pipe.png")
    assert names(tmp_path, "image") == ["good.png"]


def test_a_name_that_no_workflow_can_hold_is_passed_over(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/bad\xff.png")).touch()
    except OSError:
        pytest.skip("this file system takes Unicode only")
    assert names(tmp_path, "image") == []


def test_a_name_that_looks_like_a_reference_is_named_as_a_text(tmp_path: Path) -> None:
    text = written(tmp_path / "${x}.txt", tmp_path)
    assert parse(text) == "${x}.txt"
