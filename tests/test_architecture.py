"""Who may import whom, and what must not be loaded before it is needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
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


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text("utf-8"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports by a relative name"
            yield (node.module or "").partition(".")[0]


def test_arrows_run_one_way() -> None:
    assert MODULES
    for path in MODULES:
        wrong = FORBIDDEN[path.parts[0]].intersection(imports(path))
        assert not wrong, f"{path} imports {wrong}"


def test_modules_say_what_they_are_and_are_short() -> None:
    for path in MODULES:
        text = (ROOT / path).read_text("utf-8")
        assert not text or ast.get_docstring(parsed(path)), f"{path} has no docstring"
        assert len(text.splitlines()) <= 500, f"{path} is long"


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
