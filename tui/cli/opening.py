"""From the options of `run` and `plan` to a workflow that is ready for either."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.document import Document
from engine.graph import Graph
from engine.nodetype import NodeType
from engine.problems import Problem
from engine.request import Request
from nodes.models import catalogue
from nodes.naming import safe_name
from tui.cli.budget import refuse_network
from tui.cli.inputs import read_inputs
from tui.cli.paths import load_workflow
from tui.cli.session import Session, unknown


@dataclass(frozen=True, slots=True)
class Opened:
    """A workflow with its values, checked, and what is asked of it."""

    document: Document
    graph: Graph
    request: Request
    warnings: tuple[Problem, ...]
    out: Path
    """The output folder."""


def open_workflow(session: Session, options: Namespace) -> Opened:
    """Load, check and bind the workflow that the options name.

    Args:
        session: The home and the engine.
        options: The options of `run` or `plan`.

    Raises:
        ReelgraphError: The workflow or an option is wrong.
    """
    document = load_workflow(options.file)
    engine = session.engine
    values, left_out = read_inputs(document, options.settings, engine.files(document))
    graph, warnings = engine.bind(document, values, _override(options))
    if options.offline:
        refuse_network(graph)
    _refuse_unknown_pools(session, dict(getattr(options, "limits", ())))
    out: Path = getattr(options, "out", None) or default_out(document)
    request = Request.parse(
        graph,
        to=options.to,
        redo=options.redo,
        jobs=getattr(options, "jobs", None),
        limits={**session.limits, **dict(getattr(options, "limits", ()))},
        paces=session.config.paces,
        out=str(out.absolute()),
    )
    return Opened(document, graph, request, (*warnings, *left_out), out)


def _refuse_unknown_pools(session: Session, limits: Mapping[str, int]) -> None:
    pools = {node_type.pool for node_type in session.registry if node_type.pool}
    pools |= {model.provider for model in catalogue().all() if not model.local} | {"media"}
    for pool in limits:
        if pool not in pools:
            raise unknown("pool", pool, sorted(pools), listing="reelgraph models")


def default_out(document: Document) -> Path:
    """Return the folder that a workflow's files are written to unless another is named."""
    stem = document.path.stem if document.path else ""
    return Path("out") / (safe_name(document.workflow.name) or safe_name(stem) or "workflow")


def _override(options: Namespace) -> Callable[[NodeType], Mapping[str, Any]] | None:
    if not options.draft:
        return None
    from nodes.generate import draft_override

    return draft_override
