"""Where nodes come from: built in, installed packs, files that the user names."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

import nodes
from engine import Registry
from tests.support.engines import Bench

SOURCE = """
from engine import node

@node(version=1)
async def greet(name: str) -> str:
    'Greet someone.'
    return "{word} " + name
"""
DATA = {
    "nodes": {"g": {"type": "greet", "inputs": {"name": "Ann"}}},
    "outputs": {"text": "${g.text}"},
}


def greeting(folder: Path, registry: Registry) -> object:
    bench = Bench(folder, registry)
    try:
        return bench.run(DATA).outputs["text"]
    finally:
        bench.home.close()


def node_file(folder: Path, word: str) -> Path:
    path = folder / "greetings.py"
    path.write_text(SOURCE.replace("{word}", word), "utf-8")
    return path


def test_an_edited_node_file_gives_new_results(tmp_path: Path) -> None:
    said = [
        greeting(tmp_path, nodes.registry([node_file(tmp_path, word)]))
        for word in ("Hello", "Good day", "Hello")
    ]
    assert said == ["Hello Ann", "Good day Ann", "Hello Ann"]


def test_the_plan_names_the_code_that_changed(tmp_path: Path) -> None:
    greeting(tmp_path, nodes.registry([node_file(tmp_path, "Hello")]))
    bench = Bench(tmp_path, nodes.registry([node_file(tmp_path, "Bye")]))
    (reason,) = bench.plan(DATA).tasks[0].reasons
    assert str(reason).startswith("code: file:")
    bench.home.close()


def test_packs_do_not_share_results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for word in ("Hello", "Bye"):
        module = ModuleType(f"pack_{word.lower()}")
        monkeypatch.setitem(sys.modules, module.__name__, module)
        exec(SOURCE.replace("{word}", word), module.__dict__)
        entry = EntryPoint("pack", module.__name__, nodes.ENTRY_POINTS)
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group, entry=entry: [entry])
        assert greeting(tmp_path, nodes.registry()) == f"{word} Ann"


def test_built_in_nodes_have_no_origin() -> None:
    assert {node_type.origin for node_type in nodes.builtin()} == {""}


def test_defaults_of_built_in_nodes_are_within_their_limits() -> None:
    for node_type in nodes.builtin():
        node_type.check_defaults()
