"""Folders of media files: what is of another kind is passed over, what is broken is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.files import FileAccess
from engine.store import Home
from nodes.media import inspect_media
from tests.support import media


@pytest.fixture
def files(tmp_path: Path) -> FileAccess:
    folder = tmp_path / "in"
    folder.mkdir()
    media.make_image(folder / "a.png")
    (folder / "notes.txt").write_text("notes", "utf-8")
    return FileAccess(Home.open(tmp_path / "home"), inspect_media, [folder])


def test_other_kinds_are_passed_over(files: FileAccess, tmp_path: Path) -> None:
    found = files.matching("in/", ["image"], tmp_path)
    assert (len(found.media), found.complaint("in")) == (1, "")


@pytest.mark.parametrize("kept", [0, 8, 20])
def test_a_picture_that_was_cut_off_is_left_out_and_named(
    files: FileAccess, tmp_path: Path, kept: int
) -> None:
    whole = (tmp_path / "in" / "a.png").read_bytes()
    (tmp_path / "in" / "b.png").write_bytes(whole[:kept])
    found = files.matching("in/", ["image"], tmp_path)
    assert len(found.media) == 1
    assert found.complaint("in").startswith("1 file of in is left out. b.png: ")


def test_an_empty_file_of_another_name_is_passed_over(files: FileAccess, tmp_path: Path) -> None:
    (tmp_path / "in" / "done").touch()
    assert files.matching("in/", ["image"], tmp_path).complaint("in") == ""
