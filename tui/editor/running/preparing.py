"""From what a person wants run to what the engine runs, by the rules of `reelgraph run`.

All of it happens in the engine's thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.bind import Override
from engine.config import Config
from engine.document import Document
from engine.engine import Engine
from engine.errors import CheckError
from engine.graph import Graph, parse_task
from engine.money import Budget, midnight, total
from engine.plan import Plan
from engine.problems import Problem
from engine.request import Request
from nodes.keys import Keys
from nodes.known import KnownWork
from tui.cli import budget as money
from tui.cli.inputs import read_inputs
from tui.cli.needed_keys import refuse_without_key, without_key
from tui.cli.opening import default_out
from tui.editor.model import Snapshot
from tui.editor.running.part import part_of


@dataclass(frozen=True, slots=True)
class Order:
    """What a person wants run."""

    to: tuple[str, ...] = ()
    """Nodes or tasks, with all they need; everything by default."""
    redo: tuple[str, ...] = ()
    """Nodes or tasks to be made anew."""
    draft: bool = False
    """Whether the built-in models take the place of all others."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Values of the workflow's inputs, as `--set` takes them; paths start from its folder."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all runs: what is set for the home, and the keys."""

    config: Config
    keys: Keys
    limits: Mapping[str, int]


@dataclass(frozen=True, repr=False)
class Prepared:
    """A run that can begin."""

    snapshot: Snapshot
    """The workflow as it was when the run was asked for."""
    order: Order
    document: Document
    """What is run of it: the whole, or a part without the errors of the rest."""
    graph: Graph
    request: Request
    warnings: tuple[Problem, ...]
    out: Path
    """The output folder."""
    plan: Plan | None = None
    """None where nothing in the workflow can cost anything, and no plan was asked for."""
    lacking: Mapping[str, list[str]] = field(default_factory=dict)
    """The providers without a key, with the nodes that would ask them."""
    spent_today: Decimal = Decimal(0)
    """US dollars, spent or reserved by all runs of the home."""
    notes: tuple[str, ...] = ()
    """Why prices are not live that were to be."""
    is_live: bool = False
    """Whether the prices were asked for."""

    @property
    def needs_leave(self) -> bool:
        """Whether a person has to agree before it begins."""
        return self.plan is not None and money.needs_leave(self.plan)


async def prepare(
    engine: Engine,
    snapshot: Snapshot,
    order: Order,
    terms: Terms,
    *,
    plan_anyway: bool = False,
    live: bool = False,
) -> Prepared:
    """Check and bind a workflow, and plan its run where that may cost money.

    Args:
        engine: The engine.
        snapshot: The workflow.
        order: What is wanted.
        terms: What holds for all runs.
        plan_anyway: Make a plan also of what costs nothing.
        live: Ask the providers for today's prices.

    Raises:
        ReelgraphError: The workflow or what is wanted of it is wrong.
    """
    document, graph, warnings = _bound(engine, snapshot, order)
    out = default_out(snapshot.document)
    request = Request.parse(
        graph,
        to=order.to,
        redo=order.redo,
        limits=terms.limits,
        paces=terms.config.paces,
        out=str(out.absolute()),
    )
    prepared = Prepared(snapshot, order, document, graph, request, tuple(warnings), out)
    if plan_anyway or live or money.may_cost(graph):
        prepared = await _planned(engine, prepared, terms, live=live)
    return prepared


def _bound(
    engine: Engine, snapshot: Snapshot, order: Order
) -> tuple[Document, Graph, list[Problem]]:
    """Bind the workflow; where it has errors, only what is needed of it."""
    try:
        return _bind(engine, snapshot.document, order)
    except CheckError:
        wanted = {parse_task(task)[0].partition("/")[0] for task in (*order.to, *order.redo)}
        needed = wanted | snapshot.upstream(wanted)
        if not order.to or not needed < snapshot.nodes.keys():
            raise
        part, graph, warnings = _bind(engine, part_of(snapshot, needed), order)
        return part, _of_whole(engine, graph, snapshot, needed), warnings


def _of_whole(engine: Engine, graph: Graph, snapshot: Snapshot, part: Set[str]) -> Graph:
    """Return the graph of some nodes as one whose run is a run of the whole workflow.

    The history and the files made have all of its text, and pinned results of the other nodes stay.
    """
    others = snapshot.nodes.keys() - part
    last = engine.home.history.task_keys(graph.path or graph.name)
    pinned = {node for node, _ in last if node.partition("/")[0] in others}
    return replace(graph, text=snapshot.document.text, pinned=graph.pinned | pinned)


def _bind(
    engine: Engine, document: Document, order: Order
) -> tuple[Document, Graph, list[Problem]]:
    known = document.data.get("inputs", {})
    given = {name: value for name, value in order.values.items() if name in known}
    values, left_out = values_of(engine, document, given)
    graph, warnings = engine.bind(document, values, draft_models() if order.draft else None)
    return document, graph, warnings + left_out


def values_of(
    engine: Engine, document: Document, given: Mapping[str, str]
) -> tuple[dict[str, Any], list[Problem]]:
    """Read the values that a person has given the workflow's inputs, as `--set` takes them.

    Paths start from the workflow's folder, as all that the workflow itself names: what is
    remembered of them holds wherever the editor is begun.

    Raises:
        ReelgraphError: One of them cannot be read; `where` is `--set NAME`.
    """
    base = document.path.absolute().parent if document.path else Path.cwd()
    settings = [f"{name}={value}" for name, value in given.items()]
    return read_inputs(document, settings, engine.files(document), base)


async def _planned(engine: Engine, prepared: Prepared, terms: Terms, *, live: bool) -> Prepared:
    document, graph, request = prepared.document, prepared.graph, prepared.request
    notes: list[str] = []
    if live:
        from nodes.live import LivePrices

        async with engine.outside(limits=terms.limits, paces=terms.config.paces) as context:
            prices = LivePrices(context)
            plan = await engine.plan(document, graph, request, prices)
            notes = [context.clean(note, message=True) for note in prices.notes]
    else:
        plan = await engine.plan(document, graph, request, KnownWork(engine.home.journal))
    lacking = without_key(plan, terms.keys)
    return replace(
        prepared,
        plan=plan,
        lacking=lacking,
        spent_today=_spent_today(engine),
        notes=tuple(notes),
        is_live=live,
    )


def leave(
    prepared: Prepared, terms: Terms, limit: Decimal | None = None, *, allow_unknown: bool = False
) -> Budget:
    """Return the limits under which a run may begin that a person has agreed to.

    Args:
        prepared: The run, with its plan.
        terms: What holds for all runs.
        limit: The most that it may spend; None for what is set for the home, else for the price
            that the plan names.
        allow_unknown: Whether calls may be made whose highest price nobody knows.

    Raises:
        ReelgraphError: It may not: it costs too much, nobody knows what it costs, or a key is
            missing.
    """
    configured = terms.config.budget
    money.refuse_unknown_providers(configured)
    run = configured.run if limit is None else limit
    budget = replace(configured, run=run, allow_unknown=allow_unknown)
    plan = prepared.plan
    if plan is None:
        return budget
    refuse_without_key(plan, terms.keys)
    if not money.needs_leave(plan):
        return money.agreed(plan, budget)
    whose = "config.toml: budget.per_run" if limit is None else "the budget of this run"
    money.hold_to(plan, budget, lambda: prepared.spent_today, whose)
    return budget if limit is not None else money.agreed(plan, budget)


def _spent_today(engine: Engine) -> Decimal:
    home = engine.home
    return total(row.total for row in home.journal.spend(since=midnight(home.clock())))


def draft_models() -> Override:
    """Return what puts the built-in models in the place of all others."""
    from nodes.generate import draft_override

    return draft_override
