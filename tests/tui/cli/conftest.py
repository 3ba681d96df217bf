"""The command line, run in this process, in a home and a folder of the test."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from engine.document import create
from engine.engine import Engine
from engine.registry import Registry
from tests.support import nodes
from tests.support.engines import inspect
from tui.cli import main
from tui.cli.session import Session


class SmallSession(Session):
    """A session with the small node types of the tests, for which any file is a picture."""

    @cached_property
    def registry(self) -> Registry:
        return nodes.registry()

    @cached_property
    def engine(self) -> Engine:
        allowed = getattr(self._options, "allow", ())
        return Engine(self.home, self.registry, inspect, allowed=allowed)


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Cli:
    """Runs commands."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.session: Callable[[Namespace], Session] | None = SmallSession

    def __call__(self, *arguments: str | Path) -> Result:
        self._capsys.readouterr()
        argv = ["--home", str(self.folder / "home"), *map(str, arguments)]
        code = main(argv, session=self.session)
        captured = self._capsys.readouterr()
        return Result(code, captured.out, captured.err)

    def write(self, data: Mapping[str, Any], name: str = "flow.json") -> Path:
        path = self.folder / name
        create({"reelgraph": 1, **data}).save(path)
        return path


@pytest.fixture(autouse=True)
def _fresh_nodes() -> Iterator[None]:
    nodes.reset()
    yield
    nodes.reset()


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return Cli(tmp_path, capsys)


@pytest.fixture
def story(cli: Cli) -> Path:
    """A workflow of a few tasks: a story, its lines in upper case, and the whole."""
    return cli.write(
        {
            "name": "story",
            "inputs": {"script": {"type": "text"}, "seed": {"type": "integer", "default": 0}},
            "nodes": {
                "board": {"type": "split", "inputs": {"script": "${inputs.script}"}},
                "loud": {
                    "type": "upper",
                    "inputs": {"text": "${board.shots.prompt}", "seed": "${inputs.seed}"},
                },
                "all": {"type": "join", "inputs": {"texts": "${loud.text}"}},
            },
            "outputs": {"all": "${all.text}", "parts": "${loud.text}"},
        }
    )
