"""Who may import whom, and what must not be loaded before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FORBIDDEN = {
    "engine": {"nodes", "tui", "workflows", "tests", "benchmarks", "textual", "rich", "PIL", "av"},
    "nodes": {"tui", "tests", "benchmarks", "textual", "rich"},
    "tui": {"tests", "benchmarks"},
}
"""For each package what its modules never import, not even inside a function."""

MODULES = [
    path.relative_to(ROOT)
    for package in FORBIDDEN
    for path in sorted((ROOT / package).rglob("*.py"))
]

HEAVY = ("PIL", "anyio", "av", "httpx", "networkx", "pydantic", "rich", "textual")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_arrows_run_one_way(path: Path) -> None:
    assert not FORBIDDEN[path.parts[0]].intersection(imports(ROOT / path))


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_modules_say_what_they_are_and_are_short(path: Path) -> None:
    text = (ROOT / path).read_text("utf-8")
    assert not text or ast.get_docstring(ast.parse(text)), "the module has no docstring"
    assert len(text.splitlines()) <= 500


def loaded_by(statement: str) -> set[str]:
    script = f"import sys; {statement}; print(*(name.partition('.')[0] for name in sys.modules))"
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(out.stdout.split())


@pytest.mark.parametrize(
    ("statement", "allowed"),
    [
        ("import engine, engine.errors, engine.problems", set()),
        ("import engine.events, engine.values, engine.declare", {"pydantic"}),
        ("import engine.document, engine.engine, engine.store", {"pydantic"}),
        ("import engine.execute, engine.plan", {"pydantic", "anyio"}),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(statement: str, allowed: set[str]) -> None:
    assert loaded_by(statement).intersection(HEAVY) <= allowed
