"""Two values side by side: in words, and so that what differs is seen."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.editor.model import MISSING
from tui.editor.sides import readable, side_by_side


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a fox", "a fox"),
        ("", "an empty text"),
        (MISSING, "nothing"),
        (None, "nothing"),
        (True, "yes"),
        (2, "2"),
        (0.5, "0.5"),
        ([1, 2, 3], "1, 2, 3"),
        ([], "an empty list"),
        (["red, blue", "green"], '"red, blue", green'),
        ([[0, 1], {"a": "b"}], "[0, 1], {a: b}"),
        ({"seed": 1, "tags": ["x"]}, "seed: 1, tags: [x]"),
    ],
)
def test_values_are_told_in_words(value: Any, text: str) -> None:
    assert readable(value) == text


def test_of_long_values_the_part_is_shown_that_differs() -> None:
    old = list(range(100, 140))
    new = [*old[:30], 7, *old[31:]]
    before, after = side_by_side(old, new, 40)
    assert "129, 130, 131" in before
    assert "129, 7, 131" in after
    assert before.startswith("…")
    assert before.endswith("…")


def test_short_values_are_shown_whole() -> None:
    assert side_by_side([1, 2, 3], [1, 2, 4], 40) == ("1, 2, 3", "1, 2, 4")


def test_control_characters_do_not_get_through() -> None:
    assert side_by_side("a\x1b[31m\nb", "a", 40) == ("a[31m b", "a")


@given(st.text(max_size=200), st.text(max_size=200), st.integers(10, 60))
def test_there_is_always_room(old: str, new: str, room: int) -> None:
    assert all(cell_len(side) <= room for side in side_by_side(old, new, room))
