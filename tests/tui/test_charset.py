"""What is written where a terminal has not all characters."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.charset import Charset, charset_of

ASCII = Charset("ascii")
TUI = Path(__file__).parents[2] / "tui"


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding)


def test_boxes_are_drawn_with_what_there_is() -> None:
    drawn = "╭ ● clip ─╮\n▸I image  V━┓\n╰╌╌╌╌╌╌╌╌╌╯ ┃"
    assert drawn.translate(ASCII) == "+ * clip -+\n>I image  V=+\n+---------+ |"


def test_letters_lose_their_accents_where_they_must() -> None:
    assert "Über été, “naïve” — 5 €".translate(ASCII) == 'Uber ete, "naive" - 5 ?'
    assert "été ●".translate(Charset("latin-1")) == "été *"


def test_a_stream_that_takes_everything_is_left_alone() -> None:
    assert charset_of(stream("utf-8")) is None
    assert charset_of(stream("UTF-8-SIG")) is None
    assert charset_of(None) is None
    assert charset_of(stream("ascii")) is not None
    assert charset_of(stream("cp437")) is not None


@given(st.text(), st.sampled_from(["ascii", "latin-1", "cp437", "koi8-r"]))
def test_all_can_be_written_and_keeps_its_width(text: str, encoding: str) -> None:
    text = "".join(char for char in text if char.isprintable())
    written = text.translate(Charset(encoding))
    written.encode(encoding)
    assert cell_len(written) == sum(map(cell_len, text))


@pytest.mark.parametrize("folder", ["cli", "drawing", "editor"])
def test_every_sign_of_the_program_has_one_that_stands_for_it(folder: str) -> None:
    text = "".join(path.read_text("utf-8") for path in (TUI / folder).rglob("*.py"))
    signs = {char for char in text if ord(char) > 126}
    assert not [char for char in signs if char.translate(ASCII) == "?"]
