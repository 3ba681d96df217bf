"""Changes of the data carried into the text."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine._positions import Positions
from engine._write import WIDTH, format_json, same, splice

KEYS = st.sampled_from(["a", "b", "c", "d", 'e"\n', "é"])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(0, 3)
    | st.sampled_from([0.0, -0.0, 1.0, "x", "y" * 70]),
    lambda children: st.lists(children, max_size=5) | st.dictionaries(KEYS, children, max_size=5),
    max_leaves=25,
)
STYLES = st.sampled_from(
    [
        {"indent": None},
        {"indent": 2},
        {"indent": "\t"},
        {"separators": (",", ":")},
        {"indent": 3, "separators": (" ,", " : ")},
    ]
)


def change(text: str, new: Any) -> str:
    return splice(Positions(text), json.loads(text), new)


@settings(max_examples=300)
@given(JSON, JSON, STYLES, st.sampled_from(["\n", "\r\n"]))
def test_the_text_holds_the_new_data(old: Any, new: Any, style: Any, newline: str) -> None:
    text = json.dumps(old, **style).replace("\n", newline)
    changed = change(text, new)
    assert same(json.loads(changed), new)
    assert change(changed, new) == changed


@given(JSON, STYLES)
def test_the_same_data_is_the_same_text(value: Any, style: Any) -> None:
    text = " \n" + json.dumps(value, **style) + "\n\n"
    assert change(text, json.loads(text)) == text


@given(st.dictionaries(KEYS, JSON, min_size=1), st.data())
def test_members_that_stay_keep_their_text(members: dict[str, Any], data: st.DataObject) -> None:
    text = (
        "{" + ",".join(f"\n {json.dumps(k)} :  {json.dumps(v)} " for k, v in members.items()) + "}"
    )
    removed = data.draw(st.sets(st.sampled_from(sorted(members))))
    new = {key: value for key, value in members.items() if key not in removed}
    new["added"] = "a value that no other member has"
    changed = change(text, new)
    for key in members.keys() - removed if len(new) > 1 else ():
        assert f"{json.dumps(key)} :  {json.dumps(members[key])}" in changed


@given(JSON)
def test_formatted_text_holds_the_data(value: Any) -> None:
    text = format_json(value)
    assert same(json.loads(text), value)
    assert text.endswith("\n")
    assert format_json(json.loads(text)) == text


NODES = """{
  "nodes": {
    "a": {"type": "t", "inputs": {"x": 1}},

    "b": {"type": "t",
          "inputs": {"x": [1, 2,3]}}
  },
  "name": "n"
}"""


@pytest.mark.parametrize(
    ("before", "after", "data"),
    [
        ('"x": 1}', '"x": 2}', {"x": 1}),
        ("[1, 2,3]", "[1, 2,3,4]", None),
        ("[1, 2,3]", "[1,3]", None),
        ("[1, 2,3]", "[0, 1, 2,3]", None),
        ('"a": {', '"renamed": {', None),
        (',\n  "name": "n"', "", None),
        ('  "name": "n"', '  "name": "n",\n  "outputs": {"o": "${a.b}"}', None),
        ('"x": 1}', '"x": 1, "y": {"z": []}}', None),
        ('{"x": 1}', "{}", None),
        (
            '"a": {"type": "t", "inputs": {"x": 1}},\n\n    "b"',
            '"b"',
            None,
        ),
        (
            '"inputs": {"x": [1, 2,3]}}',
            '"inputs": {"x": [1, 2,3]}},\n\n    "c": {"type": "u"}',
            None,
        ),
        ('"a": {"type"', '"first": {"type": "u"},\n\n    "a": {"type"', None),
    ],
)
def test_only_what_changed_changes(before: str, after: str, data: object) -> None:
    assert NODES.count(before) == 1
    expected = NODES.replace(before, after)
    assert change(NODES, json.loads(expected)) == expected


def test_new_members_follow_the_style_of_their_siblings() -> None:
    assert change('{"a":1}', {"a": 1, "b": [1, 2]}) == '{"a":1,"b":[1,2]}'
    assert change('{"a": 1}', {"a": 1, "b": [1, 2]}) == '{"a": 1, "b": [1, 2]}'
    assert change('{\r\n\t"a": 1\r\n}', {"a": 1, "b": 2}) == '{\r\n\t"a": 1,\r\n\t"b": 2\r\n}'
    assert change("{ }", {"a": 1}) == '{"a": 1}'


def test_added_value_that_is_long_takes_several_lines() -> None:
    value = {"one": "x" * 60, "two": "y" * 60}
    changed = change('{\r\n    "a": 1\r\n}', {"a": 1, "b": value})
    assert changed == (
        '{\r\n    "a": 1,\r\n    "b": {\r\n'
        f'        "one": "{"x" * 60}",\r\n        "two": "{"y" * 60}"\r\n    }}\r\n}}'
    )


def test_formatter_keeps_short_things_on_one_line() -> None:
    expected = """{
  "reelgraph": 1,
  "inputs": {
    "story": {"type": "text", "help": "The story or screenplay"}
  },
  "nodes": {
    "board": {"type": "storyboard_split", "inputs": {"script": "${inputs.story}"}},
    "frame": {
      "type": "text_to_image",
      "inputs": {
        "prompt": "${board.shots.prompt}, ${inputs.style}",
        "model": "animatic/frame",
        "aspect_ratio": "16:9"
      }
    }
  },
  "outputs": {"film": "${film.video}"},
  "layout": {"board": [0, 0], "frame": [28, 0]}
}
"""
    assert format_json(json.loads(expected)) == expected
    assert max(map(len, expected.splitlines())) < WIDTH
