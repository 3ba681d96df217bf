"""Lines ready to draw: wrapping, scripts from right to left, characters that the font lacks."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes.typography import MISSING, load_font, reads_right_to_left, wrap_text

FONT = load_font(20)
WIDE = 10_000.0


def line(text: str) -> str:
    (only,) = wrap_text(text, FONT, WIDE)
    return only


def test_left_to_right_text_is_left_alone() -> None:
    text = "Élan, Ελλάδα, Москва: «déjà vu» – naïve œuvre…"
    assert line(text) == text


def test_lines_are_no_wider_than_asked_and_keep_all_words() -> None:
    text = "The Hare, lying down by the wayside, fell fast asleep. " * 3
    lines = wrap_text(text, FONT, 200)
    assert all(FONT.getlength(part) <= 200 for part in lines)
    assert " ".join(lines).split() == text.split()


def test_a_word_wider_than_a_line_is_broken() -> None:
    lines = wrap_text("Donaudampfschifffahrtsgesellschaft", FONT, 100)
    assert "".join(lines) == "Donaudampfschifffahrtsgesellschaft"
    assert all(FONT.getlength(part) <= 100 for part in lines)


def test_what_does_not_fit_ends_in_an_ellipsis() -> None:
    lines = wrap_text("slow but steady wins the race " * 5, FONT, 150, max_lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert FONT.getlength(lines[-1]) <= 150


def test_hebrew_is_drawn_from_right_to_left() -> None:
    assert line("שלום (רב)") == "(בר) םולש"


def test_numbers_and_foreign_words_keep_their_order() -> None:
    assert line("קראו Hamlet בשעה 12:30") == "12:30 העשב Hamlet וארק"


def test_a_hebrew_word_in_a_latin_line_is_turned_alone() -> None:
    assert line("He says שלום twice") == "He says םולש twice"


def test_vowel_points_are_left_out() -> None:
    assert line("שָׁלוֹם") == line("שלום")
    assert line("مُحَمَّد") == line("محمد")


def test_arabic_letters_are_joined() -> None:
    # Meem, hah, meem and dal in their initial, medial, medial and final forms.
    assert line("محمد") == "".join(("\ufeaa", "\ufee4", "\ufea4", "\ufee3"))


def test_lam_and_alef_become_one_letter() -> None:
    assert line("لا") == "\ufefb"


def test_every_letter_of_the_divine_name_is_in_the_font() -> None:
    assert MISSING not in line("الله") and "\ufdf2" not in line("الله")


def test_lines_are_wrapped_before_they_are_turned() -> None:
    words = ["אחת", "שתיים", "שלוש", "ארבע", "חמש", "שש", "שבע", "שמונה"]
    lines = wrap_text(" ".join(words), FONT, 120)
    assert len(lines) > 1
    read = [word[::-1] for part in lines for word in reversed(part.split())]
    assert read == words


def test_each_line_goes_the_way_of_its_paragraph() -> None:
    lines = wrap_text("שלום Hamlet!", FONT, FONT.getlength("Hamlet!") + 1)
    assert lines == ["םולש", "!Hamlet"]


def test_the_ellipsis_of_a_turned_line_is_at_its_left() -> None:
    (only,) = wrap_text("אחת שתיים שלוש ארבע חמש", FONT, 100, max_lines=1)
    assert only.startswith("…")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("東京", MISSING * 2),
        ("東京の夜は長い", MISSING * 3),
        ("Tokyo 東京, night", f"Tokyo {MISSING * 2}, night"),
        ("Run 🏃🏽‍♀️ now", None),
        ("नमस्ते", None),
    ],
)
def test_what_the_font_lacks_leaves_a_sign(text: str, shown: str | None) -> None:
    drawn = line(text)
    assert MISSING in drawn
    assert MISSING * 4 not in drawn
    assert shown is None or drawn == shown


def test_invisible_signs_are_not_drawn() -> None:
    assert line("a\u200bb\u00ad\ufe0fc\u202ed\x07") == "abcd"


def test_the_direction_is_that_of_the_first_letter() -> None:
    assert reads_right_to_left("12 שלום abc")
    assert not reads_right_to_left("abc שלום")
    assert not reads_right_to_left("")


TEXTS = st.one_of(
    st.text(max_size=60),
    st.text("אבגשםלח מحمدلاگ abc (12.3) [«»] \u200f\u200e\u202e\u2067\u2069\u200d…", max_size=60),
)


@given(TEXTS, st.integers(1, 400))
def test_any_text_gives_lines_that_fit(text: str, width: int) -> None:
    for part in wrap_text(text, FONT, width):
        assert FONT.getlength(part) <= width or len(part) == 1 or width < 40
        assert not any(unicodedata.category(char) == "Cs" for char in part)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "So"]), min_size=1, max_size=20))
def test_text_never_vanishes(text: str) -> None:
    assert any(part.strip() for part in wrap_text(text, FONT, 300))
