"""Cache keys: the same for the same work, in any process; different for anything that differs."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import node
from engine.graph import Node
from engine.keys import prepare
from engine.tasks import Task
from engine.values import Image, Shot, decode, encode
from tests.support import nodes as support


def key(kind: str, arguments: dict[str, Any], name: str = "n") -> str:
    node_type = support.registry()[kind]
    return prepare(Task(Node(name, node_type, {}), ()), arguments).key


def image(digest: str = "0" * 64, **fields: Any) -> Image:
    base = {"media_type": "image/png", "size": 1, "width": 1, "height": 1}
    return Image.model_validate({"digest": digest, **base, **fields})


json_data = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def exact(value: Any) -> Any:
    """Return a form that is equal only for equal values of equal types."""
    if isinstance(value, dict):
        return {name: exact(item) for name, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return (type(value).__name__, repr(value))


@given(json_data, json_data)
def test_keys_are_equal_only_for_equal_data(left: Any, right: Any) -> None:
    same = exact(left) == exact(right)
    assert (key("echo", {"value": left}) == key("echo", {"value": right})) is same


@given(st.dictionaries(st.text(), json_data, max_size=6))
def test_the_order_of_keys_does_not_matter(data: dict[str, Any]) -> None:
    turned = dict(reversed(data.items()))
    assert key("echo", {"value": data}) == key("echo", {"value": turned})


@given(json_data)
def test_stored_values_come_back_as_they_were(value: Any) -> None:
    assert exact(decode(encode(value))) == exact(value)


def test_a_handle_is_not_the_data_that_looks_like_it() -> None:
    forged = {"$kind": "image", "digest": "0" * 64}
    assert key("echo", {"value": image()}) != key("echo", {"value": forged})
    assert decode(encode(forged)) == forged
    assert decode(encode({"$kind": "data", "fields": {}})) == {"$kind": "data", "fields": {}}


def test_media_count_by_content_alone() -> None:
    assert key("echo", {"value": image()}) == key("echo", {"value": image(media_type="image/x")})
    assert key("echo", {"value": image()}) != key("echo", {"value": image("1" * 64)})


def test_names_do_not_matter_and_types_do() -> None:
    assert key("upper", {"text": "x"}, "a") == key("upper", {"text": "x"}, "b")
    assert key("upper", {"text": "x"}) != key("count", {"text": "x"})
    assert key("upper", {"text": "x"}) == key("upper", {"seed": 0, "text": "x"})


@pytest.mark.parametrize("default", [1, 0.0, True, [1], {"a": [0]}, None])
def test_only_the_very_default_is_left_out(default: Any) -> None:
    @node(version=1)
    async def anything(value: Any = default) -> str:
        """Take any data."""
        return str(value)

    def key_of(arguments: dict[str, Any]) -> str:
        return prepare(Task(Node("n", support.type_of(anything), {}), ()), arguments).key

    near = [0, 1, 1.0, True, False, 0.0, -0.0, [1], [1.0], [True], {"a": [0]}, {"a": [-0.0]}, None]
    for value in near:
        is_default = exact(value) == exact(default)
        assert (key_of({"value": value}) == key_of({})) is is_default, value


def test_a_whole_number_is_the_default_of_a_number() -> None:
    @node(version=1)
    async def wait(seconds: float = 1) -> str:
        """Wait."""
        return str(seconds)

    task = Task(Node("n", support.type_of(wait), {}), ())
    assert prepare(task, {"seconds": 1.0}).key == prepare(task, {}).key
    assert prepare(task, {"seconds": 1}).key == prepare(task, {}).key


CASES: list[tuple[str, dict[str, Any]]] = [
    ("upper", {"text": "é\udc80x", "seed": 3}),
    ("echo", {"value": {"b": [1, 2.5, None, True], "a": {"z": 1, "y": 2}}}),
    ("echo", {"value": image()}),
    ("echo", {"value": Shot(number=1, prompt="x", characters=["a"])}),
]


def test_keys_are_the_same_in_another_process() -> None:
    script = (
        "from tests.engine import test_keys as t\n"
        "print('\\n'.join(t.key(kind, arguments) for kind, arguments in t.CASES))"
    )
    keys = [key(kind, arguments) for kind, arguments in CASES]
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        out = subprocess.run(
            [sys.executable, "-c", script],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        assert out.stdout.split() == keys
