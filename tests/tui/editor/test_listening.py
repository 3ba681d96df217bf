"""What a terminal sends: late answers pass for no keys, and no key is lost among answers."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.editor.terminal_driven import Process
from tui.editor.listening import Sieve

GRAPHICS = "\x1b_Gi=1;OK\x1b\\"
NAME = "\x1bP>|tmux 3.3a\x1b\\"
CELL = "\x1b[6;20;10t"
SIZE = "\x1b[?2;0;1000;1000S"
LAST = "\x1b[?62;4c"
ANSWERS = GRAPHICS + NAME + CELL + SIZE + LAST


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def taken(heard: str | None, parts: Iterator[str] | list[str], pause: float = 0.2) -> str:
    """Return what is left as keys of what comes in parts, with pauses between."""
    clock = Clock()
    sieve = Sieve(heard, clock)
    keys = ""
    for part in ["", *parts]:
        keys += sieve.take(part)
        clock.now += pause
    clock.now += 1
    return keys + sieve.take("")


def test_where_nothing_was_asked_all_are_keys() -> None:
    assert taken(None, [ANSWERS, "\x1b", "P"]) == ANSWERS + "\x1bP"


def test_keys_that_came_among_the_answers_are_kept() -> None:
    assert taken(f"ab\n{GRAPHICS}c{NAME}{CELL}{LAST}d", []) == "ab\rcd"


@pytest.mark.parametrize("cut", range(len(ANSWERS)))
def test_late_answers_are_no_keys_wherever_they_are_cut(cut: int) -> None:
    assert taken(ANSWERS[:cut], [ANSWERS[cut:], "a"]) == "a"
    assert taken("", [ANSWERS[:cut], ANSWERS[cut:], "a"]) == "a"


def test_answers_that_come_letter_by_letter_are_no_keys() -> None:
    assert taken("", [*ANSWERS, "P", "\x1b", "q"]) == "P\x1bq"


def test_keys_between_answers_are_keys() -> None:
    assert taken("", ["a", GRAPHICS, "\x1b", "", "", "", NAME + "b", LAST]) == "a\x1bb"


def test_after_the_last_answer_nothing_is_held() -> None:
    sieve = Sieve(LAST)
    assert [sieve.take(key) for key in ("", "\x1b", LAST)] == ["", "\x1b", LAST]


def test_a_terminal_that_does_not_answer_is_not_waited_for_for_ever() -> None:
    clock = Clock()
    sieve = Sieve("", clock)
    assert sieve.take("\x1b") == ""
    clock.now = 60
    assert sieve.take("") == "\x1b"
    assert sieve.take("\x1b") == "\x1b"


def test_half_an_answer_is_no_key() -> None:
    assert taken("", [GRAPHICS + NAME[:5], "", "", "", "a"]) == "a"


def test_other_sequences_pass_whole() -> None:
    keys = ["\x1b[A", "\x1b[6~", "\x1b[6;5~", "\x1b[?2026;2$y", "\x1bP", "\x1b_", "\x1b[1;1R", "x"]
    assert taken("", keys, pause=0.6) == "".join(keys)
    assert taken("", ["".join(keys)]) == "".join(keys)


def test_no_more_than_answers_is_taken_from_anything() -> None:
    chance = random.Random(4)
    for _ in range(2000):
        text = "".join(chance.choices("\x1b[?6;_GP>|c\\at", k=20))
        assert taken(LAST, list(text)) == text
        assert len(taken("", list(text))) <= len(text)


@pytest.fixture
def editor(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path, "new.json")
    try:
        process.wait_for("This workflow is empty.")
        yield process
    finally:
        process.close()


def test_bytes_that_are_no_text_end_nothing(editor: Process) -> None:
    os.write(editor._master, b"\xff\xc3(\xe2\x82a")
    editor.wait_for("Add a node")
    assert editor.process.poll() is None
