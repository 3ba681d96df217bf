"""The strict JSON reader, and where things stand in a text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import _json
from engine._positions import Positions
from engine.errors import DocumentError
from tests.support.effort import within

KEYS = st.text(st.characters(codec="utf-8"), max_size=6)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEYS,
    lambda children: st.lists(children, max_size=4) | st.dictionaries(KEYS, children, max_size=4),
    max_leaves=20,
)


def refusal(data: bytes | str) -> DocumentError:
    content = data if isinstance(data, bytes) else data.encode()
    with pytest.raises(DocumentError) as caught:
        _json.read(content, name="f.json")
    return caught.value


@given(JSON, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_reads_what_the_standard_library_writes(
    value: Any, indent: int | str | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert _json.read(text.encode(), name="f") == value


def test_byte_order_mark_is_accepted() -> None:
    assert _json.read(b"\xef\xbb\xbf[1]", name="f") == [1]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "f.json", "empty"),
        (" \n\t", "f.json", "empty"),
        ('{"a": 1,\n "b": 2,\n "a": 3}', "f.json:3:2", '"a" is there twice, first in line 1'),
        ('{"x": {"a": 1, "\\u0061": 2}}', "f.json:1:16", '"a" is there twice'),
        ('["a", "NaN",\n NaN]', "f.json:2:2", "NaN"),
        ("[-Infinity]", "f.json:1:2", "-Infinity"),
        ("[1e308, 1e309]", "f.json:1:9", "out of range"),
        ("[18446744073709551615, 18446744073709551616]", "f.json:1:24", "64 bits"),
        ("[-9223372036854775809]", "f.json:1:2", "64 bits"),
        (f'["{"9" * 5000}", {"9" * 5000}]', "f.json:1:5006", "64 bits"),
        (f"[{'1' * 5000}.5]", "f.json:1:2", "out of range"),
        ('["\\ud83d\\ude00", "\\ud83d"]', "f.json:1:18", "surrogate"),
        ('{"\\udc00": 1}', "f.json:1:2", "surrogate"),
        ("[" * 101 + "]" * 101, "f.json:1:101", "deeper than 100"),
        ("[" * 1_000_000, "f.json:1:101", "deeper than 100"),
        ('{"a":' * 1_000_000, "f.json:1:501", "deeper than 100"),
        ("{}\n{}", "f.json:2:1", "more after the end"),
        ('{"a": 1', "f.json:1:8", "ends too early"),
        ("[1,]", "f.json:1:3", "comma after the last item"),
        ('{"a": 1,\n}', "f.json:1:8", "comma after the last item"),
        ("{\n // a\n}", "f.json:2:2", "no comments"),
        ("# a", "f.json:1:1", "no comments"),
        ("{'a': 1}", "f.json:1:2", "single quotes"),
        ('{"a": "b\nc"}', "f.json:1:9", "line break"),
        ('{"a": "\\x"}', "f.json:1:8", "escape"),
        ('{"a": "b', "f.json:1:7", "closing quote"),
        ('{"a" 1}', "f.json:1:6", "expecting"),
        ("[],", "f.json:1:3", "more after the end"),
    ],
)
def test_refusals_name_place_and_reason(text: str, where: str, words: str) -> None:
    error = refusal(text)
    assert words in error.message
    assert error.hint
    assert error.where == where


@pytest.mark.parametrize(
    ("data", "where", "words"),
    [
        ("[1]".encode("utf-16"), "f.json", "UTF-16"),
        ("[1]".encode("utf-32"), "f.json", "UTF-32"),
        ("[1]".encode("utf-16-le"), "f.json", "UTF-16"),
        ('{\n"é": 1}'.encode("latin-1"), "f.json:2:2", 'byte 0xE9, which would be "é"'),
        (b'["\xed\xa0\x80"]', "f.json:1:3", "not UTF-8"),
        (b"\xef\xbb\xbf\xef\xbb\xbf[]", "f.json:1:1", "expecting"),
    ],
)
def test_other_encodings_are_named(data: bytes, where: str, words: str) -> None:
    error = refusal(data)
    assert error.where == where
    assert words in error.message


def test_size_and_number_of_values_are_bounded() -> None:
    assert "limit" in refusal(b" " * (_json.MAX_BYTES + 1)).message
    assert "values" in refusal(b"[" + b"0," * _json.MAX_VALUES + b"0]").message


def test_long_tokens_are_refused_quickly() -> None:
    with within(5):
        for token in ("1" * 2_000_000, "1." + "1" * 2_000_000):
            assert refusal(f"[{token}]").where == "f.json:1:2"
        assert refusal('["' + "\\n" * 1_000_000 + '", NaN]').where == "f.json:1:2000006"


def test_messages_are_safe_to_print() -> None:
    error = refusal('{"\\u001b[2J": 1, "\\u001b[2J": 2}')
    assert str(error).replace("\n", "").isprintable()


def test_deepest_allowed_nesting_is_read() -> None:
    assert _json.read(b"[" * 100 + b"]" * 100, name="f")


def walk(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], Any]]:
    found = [(path, value)]
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in items:
            found += walk(item, (*path, key))
    return found


@given(JSON, st.sampled_from([None, 2]), st.booleans())
def test_positions_hold_every_key_and_value(
    value: Any, indent: int | None, ascii_only: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    positions = Positions(text)
    for path, item in walk(value):
        member = positions.find(path)
        assert member is not None
        assert json.loads(text[member.value : member.end]) == item
        if path and isinstance(path[-1], str):
            assert json.loads(text[member.start : member.key_end]) == path[-1]


def test_lines_fall_back_to_what_is_above() -> None:
    positions = Positions('\n{\n "a": [1,\n  {"b": 2}],\n "c": 3\n}')
    assert [positions.line(path) for path in [(), ("a",), ("a", 1, "b"), ("c",)]] == [2, 3, 4, 5]
    assert positions.line(("a", 1, "x", "y")) == 4
    assert positions.line(("a", 0, "x")) == 3
    assert positions.line(("nothing",)) == 2
    assert positions.find(("a", 7)) is None
