"""Graphs of workflows given as data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.bind import bind
from engine.graph import Graph
from tests.support.engines import Bench

Bind = Callable[..., Graph]


@pytest.fixture
def graph_of(tmp_path: Path) -> Bind:
    """Return a function from a workflow, and others beside it by file name, to its graph."""

    def make(data: Mapping[str, Any], **others: Mapping[str, Any]) -> Graph:
        for name, other in others.items():
            text = json.dumps({"reelgraph": 1, **other})
            (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
        bench = Bench(tmp_path)
        document = bench.document(data)
        files = bench.engine.files(document)
        graph, problems = bind(document, bench.engine.registry, files, partial=True)
        assert not [problem for problem in problems if problem.severity == "error"]
        return graph

    return make
