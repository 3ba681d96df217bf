"""Editing a text in the person's own editor, and what may go wrong with that."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.document import create
from tests.tui.editor.terminal_driven import Process
from tui.editor.forms.longtext import edit_outside, file_name
from tui.editor.forms.rows import Row
from tui.editor.forms.values import to_text
from tui.editor.model import Refused

FOX = {
    "reelgraph": 1,
    "nodes": {"fox": {"type": "text_to_image", "inputs": {"prompt": "a red fox"}}},
    "outputs": {"picture": "${fox.image}"},
}


def script(folder: Path, text: str) -> str:
    path = folder / "myeditor"
    path.write_text(f"#!/bin/sh\n{text}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("exit 3", "exit code 3"),
        ('rm "$1"', "cannot be read"),
        ("printf '\\377x' > \"$1\"", "not UTF-8"),
        ('head -c 5000000 /dev/zero > "$1"', "too large"),
    ],
)
def test_what_cannot_be_taken_is_refused(text: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=words) as raised:
        edit_outside([script(tmp_path, text)], "a red fox", "fox.txt")
    assert raised.value.hint == "The text stays as it is."


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Row("inputs.prompt", "prompt", "lines", "a red fox"), "prompt.txt"),
        (Row("inputs.clips", "clips", "list", ["a.mp4", "b.mp4"]), "clips.json"),
        (Row("inputs.model", "model", "models", ["one", "two"]), "model.json"),
        (Row("inputs.model", "model", "models", "one"), "model.txt"),
        (Row("inputs.options", "options", "data", "a text"), "options.json"),
        (Row("inputs.clips[0]", "../1", "file", "a.mp4"), "1.txt"),
        (Row("x", "…", "text", ""), "value.txt"),
    ],
)
def test_the_file_is_named_for_what_it_holds(row: Row, name: str) -> None:
    assert file_name(row, to_text(row)) == name


def test_the_interrupt_key_is_the_other_programs(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    program = script(tmp_path, f'kill -INT {os.getpid()}; printf kept > "$1"')
    assert edit_outside([program], "a red fox", "fox.txt") == "kept"
    assert signal.getsignal(signal.SIGINT) is before


@contextmanager
def prompt_edited_by(program: str, folder: Path) -> Iterator[Process]:
    """Open the editor, and have the prompt edited by another program."""
    create(FOX).save(folder / "film.json")
    editor = Process(folder, "film.json", environ={"VISUAL": "", "EDITOR": program})
    try:
        editor.wait_for("no problems")
        editor.press("'fox\r")
        editor.wait_for("a red fox")
        editor.press("\r")
        editor.wait_for("another")
        editor.press("E")
        yield editor
    finally:
        editor.close()


def test_a_program_changes_the_text(tmp_path: Path) -> None:
    with prompt_edited_by(script(tmp_path, 'printf "a grey wolf" > "$1"'), tmp_path) as editor:
        editor.wait_for("a grey wolf")


def test_a_program_that_is_not_there_leaves_the_editor_as_it_was(tmp_path: Path) -> None:
    with prompt_edited_by("no-such-program", tmp_path) as editor:
        editor.wait_for("no-such-program cannot be started")
        editor.wait_for("3 words")


def test_a_program_that_fails_leaves_the_editor_as_it_was(tmp_path: Path) -> None:
    with prompt_edited_by(script(tmp_path, "exit 3"), tmp_path) as editor:
        editor.wait_for("exit code 3")
        editor.press("?")
        editor.wait_for("Help")
