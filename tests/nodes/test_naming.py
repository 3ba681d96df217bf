"""File names: whatever the text, they are safe."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.naming import safe_name, safe_path


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("frame 3", "frame 3"),
        ("Été à Paris", "Été à Paris"),
        ("a/b\\c", "a_b_c"),
        ("what?*", "what_"),
        ("..", ""),
        (" .hidden. ", "hidden"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("a\x00b\x1b[31mc", "a_b_[31mc"),
        ("evil\u202egnp.exe", "evil_gnp.exe"),
    ],
)
def test_names_that_file_systems_refuse_are_changed(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text())
def test_any_text_gives_a_path_below_the_folder(text: str) -> None:
    path = safe_path(text)
    assert not path.is_absolute()
    assert ".." not in path.parts
    base = Path("/base")
    assert (base / path).resolve().is_relative_to(base)
    assert all(len(part.encode()) <= 120 for part in path.parts)


def test_folders_are_kept() -> None:
    assert str(safe_path("final/../cut//take 1")) == "final/cut/take 1"
    assert str(safe_path("/etc/passwd")) == "etc/passwd"
