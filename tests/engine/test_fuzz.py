"""Hostile files: whatever a file holds, the answer is a run or one clear error, soon."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.document import loads
from engine.errors import ReelgraphError
from engine.request import Request
from tests.support import nodes as support
from tests.support.effort import within
from tests.support.engines import Bench

Data = dict[str, Any]

SECONDS = 2.0
"""Longest that any file may take."""

WORKFLOWS = sorted(
    path
    for path in (Path(__file__).parents[2] / "workflows").rglob("*.json")
    if not path.name.endswith(".schema.json")
)

GOOD: Data = {
    "reelgraph": 1,
    "name": "film",
    "inputs": {
        "story": {"type": "text", "default": "one\ntwo"},
        "names": {"type": "list[text]", "default": ["ann", "bob"]},
        "mode": {"type": "choice", "options": ["plus", "times"], "default": "plus"},
    },
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "${inputs.story}"}},
        "frame": {
            "type": "upper",
            "inputs": {"text": "${board.shots.prompt} $${x}", "seed": [1, 2]},
            "retry": 2,
            "on_error": "skip",
        },
        "sum": {"type": "add", "inputs": {"a": 1, "b": 2, "mode": "${inputs.mode}"}},
        "each": {
            "type": "upper",
            "inputs": {"text": "${inputs.names}${frame.text}"},
            "over": "product",
        },
        "pick": {"type": "choose", "inputs": {"choose": "x", "x": "${sum.integer}", "y": 3}},
        "all": {"type": "join", "inputs": {"texts": ["a", "${frame.text}"]}, "collect": "board"},
        "who": {"type": "portrait", "inputs": {"character": {"name": "${inputs.story}"}}},
        "see": {"type": "describe", "inputs": {"image": "a.png"}},
        "more": {"type": "gather", "inputs": {"images": ["*.png", "a.png"]}},
        "part": {"type": "subworkflow", "inputs": {"file": "child.json", "text": "${all.text}"}},
    },
    "outputs": {"o": "${all.text}", "p": "${part.loud}", "q": "${pick.value}"},
    "layout": {"board": [0, 1]},
}
CHILD: Data = {
    "reelgraph": 1,
    "inputs": {"text": {"type": "text"}},
    "nodes": {"u": {"type": "upper", "inputs": {"text": "${inputs.text}"}}},
    "outputs": {"loud": "${u.text}"},
}

names = st.sampled_from(
    ["board", "frame", "sum", "all", "part", "inputs", "story", "x", "", "a/b", "é", "self"]
)
ports = st.sampled_from(
    ["text", "shots", "shots.prompt", "shots.characters", "integer", "value", "loud", "q", "q.q.q"]
)
references = st.builds("${{{}.{}}}".format, names, ports)
texts = st.one_of(
    references,
    st.text(max_size=20),
    st.sampled_from(
        [
            "${",
            "$${",
            "${}",
            "${a}",
            "*",
            "**/*",
            "/etc/passwd",
            "../x",
            "child.json",
            "a.png",
            "./",
        ]
    ),
    st.builds("{} {}".format, references, st.text(max_size=5)),
)
scalars = st.one_of(
    texts,
    st.integers(-5, 2000),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
kinds = st.one_of(
    st.sampled_from([*support.registry().names(), "subworkflow", "uper"]), st.text(max_size=5)
)
parameters = st.sampled_from(
    [
        "text",
        "texts",
        "seed",
        "a",
        "b",
        "mode",
        "script",
        "choose",
        "image",
        "images",
        "value",
        "items",
        "character",
        "file",
        "numbers",
        "zzz",
    ]
)
node_specs = st.fixed_dictionaries(
    {"type": kinds, "inputs": st.dictionaries(parameters, values, max_size=4)},
    optional={
        "over": st.sampled_from(["zip", "product", "both"]),
        "collect": names,
        "disabled": st.booleans(),
        "cache": st.sampled_from(["on", "never", "pinned"]),
        "on_error": st.sampled_from(["stop", "skip"]),
        "retry": st.integers(-1, 11),
        "version": st.integers(0, 3),
    },
)
input_specs = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            ["text", "integer", "list[text]", "image", "shot", "choice", "list[list[text]]"]
        ),
        "default": values,
        "options": st.lists(st.text(max_size=3), max_size=3),
    },
)
documents = st.fixed_dictionaries(
    {"reelgraph": st.just(1), "nodes": st.dictionaries(names, node_specs, max_size=6)},
    optional={
        "inputs": st.dictionaries(names, input_specs, max_size=3),
        "outputs": st.dictionaries(names, texts, max_size=3),
    },
)


def mutated(chance: random.Random) -> bytes:
    """Return a good file with some bytes changed, left out, doubled or swapped for tokens."""
    sources = [json.dumps(GOOD, indent=1).encode(), *(path.read_bytes() for path in WORKFLOWS)]
    data = bytearray(chance.choice(sources))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        end = at + chance.randint(1, 20)
        match chance.randrange(5):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at:end]
            case 2:
                data[at:at] = data[at:end]
            case 3:
                other = chance.randrange(len(data))
                data[at:end] = data[other : other + end - at]
            case _:
                tokens = [
                    b"${",
                    b"}",
                    b'"',
                    b"[",
                    b"{",
                    b"1e999",
                    b"-",
                    b"null",
                    b"\\ud800",
                    b"\xff",
                ]
                data[at:at] = chance.choice(tokens)
    return bytes(data)


def rearranged(chance: random.Random) -> Data:
    """Return a good file in which some values stand in the place of others, or are gone."""
    data: Data = json.loads(json.dumps(GOOD))
    for _ in range(chance.randint(1, 4)):
        places = list(_places(data))
        holder, key = chance.choice(places)
        other_holder, other_key = chance.choice(places)
        other = json.loads(json.dumps(other_holder[other_key]))
        match chance.randrange(5):
            case 0:
                del holder[key]
            case 1:
                holder[key] = [other, holder[key]]
            case 2 if isinstance(holder, dict):
                holder[chance.choice(["text", "a", "over", "nodes", "x"])] = other
            case _:
                holder[key] = other
    return data


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(items):
        if key != "reelgraph":
            yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    support.reset()
    bench = Bench(tmp_path_factory.mktemp("fuzz"))
    (bench.folder / "child.json").write_text(json.dumps(CHILD), "utf-8")
    (bench.folder / "a.png").write_text("picture", "utf-8")
    return bench


def outcome(bench: Bench, content: bytes | str) -> str:
    """Take a file all the way to a run; return how far it went."""
    before = sorted(path for path in bench.folder.rglob("*") if "home" not in path.parts)
    reached = "refused"
    with within(SECONDS):
        try:
            document = loads(content, str(bench.folder / "flow.json"))
            reached = "checked"
            bench.engine.check(document)
            graph, _ = bench.engine.bind(document)
            reached = "planned"
            plan = anyio.run(bench.engine.plan, document, graph, Request())
            if len(plan.tasks) < 500:
                reached = "run"
                report = anyio.run(bench.engine.run, document, graph, Request())
                assert report.exit_code in (0, 1, 3)
                assert not [f for f in report.failures if "crashed" in f.message]
        except ReelgraphError as error:
            assert str(error)
    after = sorted(path for path in bench.folder.rglob("*") if "home" not in path.parts)
    assert before == after
    return reached


def test_the_file_that_is_mutated_is_good(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bench.folder)
    assert outcome(bench, json.dumps(GOOD)) == "run"


@pytest.mark.parametrize("start", range(0, 200, 50))
def test_good_files_with_some_bytes_changed(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    monkeypatch.chdir(bench.folder)
    for seed in range(start, start + 50):
        outcome(bench, mutated(random.Random(seed)))


@pytest.mark.parametrize("start", range(0, 100, 25))
def test_good_files_with_values_rearranged(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, start: int
) -> None:
    monkeypatch.chdir(bench.folder)
    for seed in range(start, start + 25):
        outcome(bench, json.dumps(rearranged(random.Random(seed))))


@given(data=documents)
@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_files_of_any_structure(bench: Bench, monkeypatch: pytest.MonkeyPatch, data: Data) -> None:
    monkeypatch.chdir(bench.folder)
    outcome(bench, json.dumps(data))
