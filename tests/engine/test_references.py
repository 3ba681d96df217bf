"""References in the texts of a workflow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.references import (
    Reference,
    ReferenceSyntaxError,
    Template,
    escape,
    is_name,
    parse,
    unparse,
)

NAMES = st.from_regex(r"\A[A-Za-z_][A-Za-z0-9_-]{0,8}\Z")
REFERENCES = st.builds(Reference, NAMES, NAMES, st.lists(NAMES, max_size=2).map(tuple))
LITERALS = st.text(alphabet="ab.${}\n é", max_size=8)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", ""),
        ("a $5 {b} $$ }", "a $5 {b} $$ }"),
        ("${board.shots}", Reference("board", "shots")),
        ("${board.shots.prompt}", Reference("board", "shots", ("prompt",))),
        ("${inputs.style}", Reference("inputs", "style")),
        ("${a.b}, ${c-1.d}", Template((Reference("a", "b"), ", ", Reference("c-1", "d")))),
        ("${a.b}${c.d}", Template((Reference("a", "b"), Reference("c", "d")))),
        ("$${a.b}", "${a.b}"),
        ("$$${a.b}", Template(("$", Reference("a", "b")))),
        ("$$$${a.b}", "$${a.b}"),
        ("$${${a.b}}", Template(("${", Reference("a", "b"), "}"))),
    ],
)
def test_reading(text: str, value: object) -> None:
    parsed = parse(text)
    assert parsed == value
    assert unparse(parsed) == text


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("a ${b.c", 3, "not closed"),
        ("${}", 3, "empty"),
        ("${ }", 3, "empty"),
        ("${a}", 3, "names no port"),
        ("x ${a..b}", 7, "two dots"),
        ("${a.b.}", 7, "dots"),
        ("${a.1b}", 5, "not a name"),
        ("${ a.b}", 3, "not a name"),
        ("${a.b[0]}", 5, "not a name"),
        ("${a.b.0}", 7, "cannot index"),
        (f"${{a.{'b' * 65}}}", 5, "64 characters"),
        ("${a.b} ${c", 8, "not closed"),
        ("${a.${b.c}}", 5, "not a name"),
    ],
)
def test_errors_name_the_column(text: str, column: int, words: str) -> None:
    with pytest.raises(ReferenceSyntaxError) as caught:
        parse(text)
    assert caught.value.column == column
    assert words in caught.value.message


@given(st.text(alphabet="ab.${}", max_size=12))
def test_what_was_read_is_written_as_it_was(text: str) -> None:
    try:
        value = parse(text)
    except ReferenceSyntaxError:
        return
    assert unparse(value) == text


@given(LITERALS | st.text())
def test_escaped_text_is_literal(text: str) -> None:
    assert parse(escape(text)) == text


@given(st.lists(REFERENCES | LITERALS.filter(bool), min_size=2, max_size=6))
def test_any_template_can_be_written(parts: list[str | Reference]) -> None:
    merged: list[str | Reference] = []
    for part in parts:
        if merged and isinstance(part, str) and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    if len(merged) > 1:
        template = Template(tuple(merged))
        assert parse(unparse(template)) == template


def test_names_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(ValueError, match="not a name"):
        unparse(Reference("a", "b c"))


def test_parts_of_a_template() -> None:
    template = parse("x ${inputs.a} ${b.c}")
    assert isinstance(template, Template)
    assert [reference.is_input for reference in template.references] == [True, False]


def test_names() -> None:
    assert is_name("a" * 64)
    assert not any(map(is_name, ["", "a" * 65, "1a", "-a", "a.b", "é", "a\n"]))
