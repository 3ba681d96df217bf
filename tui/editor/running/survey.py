"""What a plan says of a workflow between runs: what the cache has, and what would run.

A workflow that is being edited has errors most of the time; then the part without them is planned,
so that what is done stays to be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.bind import Override
from engine.engine import Engine
from engine.errors import CheckError, ReelgraphError
from engine.graph import Graph, Index, parse_task
from engine.plan import Plan, PlannedTask
from engine.request import Request
from tui.cli.words import dollars
from tui.editor.canvas import State
from tui.editor.model import Snapshot
from tui.editor.model.problems import slot_of
from tui.editor.running.part import part_of
from tui.editor.running.preparing import draft_models, values_of
from tui.editor.running.states import RunState, most_telling, outer_names, together


@dataclass(frozen=True)
class Survey:
    """What is known without a run."""

    snapshot: Snapshot
    """The state of the workflow that was looked at."""
    plan: Plan | None = None
    """Of all nodes that have no errors and need none that has; None where there are none."""
    states: Mapping[str, RunState] = field(default_factory=dict)
    """Of each node of the plan, and of the subworkflow nodes around them."""
    outputs: Mapping[str, Mapping[Index, Mapping[str, Any]]] = field(default_factory=dict)
    """What the cache has, by node."""
    wanted: Mapping[str, frozenset[Index] | None] = field(default_factory=dict)
    """All tasks of each node; None where not all are known."""


async def survey(
    engine: Engine, snapshot: Snapshot, values: Mapping[str, str], *, draft: bool = False
) -> Survey:
    """Look at what is there of a workflow's results.

    Args:
        engine: The engine.
        snapshot: The workflow.
        values: Values of its inputs, as `--set` takes them.
        draft: Whether the built-in models take the place of all others.
    """
    try:
        graph = _bound(engine, snapshot, values, draft_models() if draft else None)
        if graph is None:
            return Survey(snapshot)
        everything = tuple((node.id, None) for node in graph.nodes.values() if not node.internal)
        plan = await engine.plan(snapshot.document, graph, Request(targets=everything))
    except ReelgraphError:
        # What is wrong is told by the check; here it only means that nothing is known.
        return Survey(snapshot)
    return _read(snapshot, plan)


def _bound(
    engine: Engine, snapshot: Snapshot, values: Mapping[str, str], models: Override | None
) -> Graph | None:
    document = snapshot.document
    try:
        given, _ = values_of(engine, document, values)
    except ReelgraphError:
        given = {}
    try:
        return engine.bind(document, given, models)[0]
    except CheckError as error:
        broken = {slot.node for p in error.problems if (slot := slot_of(p)) and slot.node}
        named = {p.path for p in error.problems}
    inputs = {name for name in snapshot.data.get("inputs", {}) if f"inputs.{name}" in named}
    broken |= {
        edge.target.node
        for edge in snapshot.edges()
        if edge.source.is_input and edge.source.port in inputs
    }
    sound = snapshot.nodes.keys() - broken - snapshot.downstream(broken)
    if not sound or len(sound) == len(snapshot.nodes):
        return None
    part = part_of(snapshot, sound)
    used = part.data.get("inputs", {})
    given = {name: value for name, value in given.items() if name in used}
    return engine.bind(part, given, models)[0]


def _read(snapshot: Snapshot, plan: Plan) -> Survey:
    by_node: dict[str, list[PlannedTask]] = defaultdict(list)
    for task in plan.tasks:
        by_node[task.node].append(task)
    states: dict[str, RunState] = {}
    outputs: dict[str, dict[Index, Mapping[str, Any]]] = {}
    wanted: dict[str, frozenset[Index] | None] = {}
    for row in plan.nodes:
        tasks = by_node[row.node]
        states[row.node] = _state(row.node, tasks, is_whole=row.total_known)
        places = {_place(task): task.outputs for task in tasks}
        outputs[row.node] = {at: made for at, made in places.items() if made is not None}
        wanted[row.node] = frozenset(places) if row.total_known else None
    inner: dict[str, list[RunState]] = defaultdict(list)
    for node, state in states.items():
        for outer in outer_names(node):
            inner[outer].append(state)
    states.update({outer: together(outer, parts) for outer, parts in inner.items()})
    return Survey(snapshot, plan, states, outputs, wanted)


def _place(task: PlannedTask) -> Index:
    return parse_task(task.task)[1] or ()


def _state(node: str, tasks: list[PlannedTask], *, is_whole: bool) -> RunState:
    states = tuple(State.CACHED if t.status == "cached" else State.IDLE for t in tasks)
    is_mapped = any(_place(task) for task in tasks)
    return RunState(
        node,
        most_telling(set(states)) if is_whole else State.IDLE,
        states if is_mapped else (),
        total=len(tasks),
        is_whole=is_whole,
        done=states.count(State.CACHED),
        price=_price(tasks),
    )


def _price(tasks: list[PlannedTask]) -> str:
    open_tasks = [task for task in tasks if task.status in ("run", "unknown")]
    highs = [task.price.high for task in open_tasks]
    if not any(high is None or high for high in highs):
        return ""
    low = sum((t.price.low for t in open_tasks if t.status == "run"), Decimal(0))
    known = [high for high in highs if high is not None]
    return dollars(low, sum(known, Decimal(0)) if len(known) == len(highs) else None)
