"""Text nodes."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import Registry, TaskError
from nodes import text
from nodes.text import (
    LARGEST_TEXT,
    Variable,
    complaints_about,
    decode_text,
    fill_template,
    load_text,
)
from tests.support.engines import Bench


def test_variables_are_filled_in() -> None:
    values: dict[str, Variable] = {"who": "a {hare}", "n": 3, "x": 0.5}
    assert fill_template("{who} x{n}, { x } {{literal}}", values) == "a {hare} x3, 0.5 {literal}"


@pytest.mark.parametrize("piece", ["{a.b}", "{a[0]}", "{a!r}", "{a:>9}", "{}", "{0}", "{a-b}"])
def test_nothing_but_names_is_allowed(piece: str) -> None:
    with pytest.raises(TaskError, match="is not a variable"):
        fill_template(piece, {})


def test_all_complaints_come_at_once() -> None:
    assert list(complaints_about("{a} {a} } {b}", ["b", "c"])) == [
        "the brace at character 9 is alone; write }} for a literal one",
        "the template uses {a}, and no variable of that name is given",
        "the variable 'c' is not used; the template has no {c}",
    ]


@given(st.text())
def test_escaped_text_comes_back_as_it_was(value: str) -> None:
    template = value.replace("{", "{{").replace("}", "}}")
    assert fill_template(template + "{x}", {"x": ""}) == value


@pytest.mark.parametrize(
    "data",
    [
        "Maître".encode(),
        codecs.BOM_UTF8 + "Maître".encode(),
        "Maître".encode("utf-16"),
        codecs.BOM_UTF16_BE + "Maître".encode("utf-16-be"),
    ],
)
def test_encodings(data: bytes) -> None:
    assert decode_text(data) == "Maître"


def test_a_wrong_encoding_names_the_byte() -> None:
    with pytest.raises(TaskError, match="not UTF-8: byte 0xee at offset 2"):
        decode_text("Maître".encode("latin-1"))
    with pytest.raises(TaskError, match="not UTF-16"):
        decode_text(codecs.BOM_UTF16_LE + b"a")


def test_line_ends_are_made_one(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\r\nb\rc\n")
    assert load_text(path) == "a\nb\nc\n"


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(LARGEST_TEXT + 1)
    with pytest.raises(TaskError, match="more than 16 MiB"):
        load_text(path)


def bench(folder: Path) -> Bench:
    registry = Registry()
    registry.add_module(text)
    return Bench(folder, registry)


def test_the_nodes_in_a_workflow(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("A hare.", "utf-8")
    report = bench(tmp_path).run(
        {
            "nodes": {
                "read": {"type": "read_text", "inputs": {"file": "story.txt"}},
                "fill": {
                    "type": "prompt",
                    "inputs": {"template": "{a} In {b}.", "a": "${read.text}", "b": "ink"},
                },
                "join": {
                    "type": "join_text",
                    "inputs": {"texts": ["${read.text}", "${fill.text}"], "separator": " | "},
                },
            },
            "outputs": {"all": "${join.text}"},
        }
    )
    assert report.outputs["all"] == "A hare. | A hare. In ink."


def test_a_bad_template_is_found_before_a_run(tmp_path: Path) -> None:
    problems = bench(tmp_path).problems(
        {"nodes": {"p": {"type": "prompt", "inputs": {"template": "{a} {b}", "a": "x", "c": "y"}}}}
    )
    assert any("{b}" in problem for problem in problems)
    assert any("'c' is not used" in problem for problem in problems)
