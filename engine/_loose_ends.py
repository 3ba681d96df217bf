"""Warnings about what a workflow file holds in vain: inputs nobody uses, nodes nothing needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine._flat import Flat, Place
from engine._resolve import Edges, Resolver
from engine.document import Document
from engine.references import INPUTS


def warn_of_loose_ends(flat: Flat, resolver: Resolver, edges: Edges, document: Document) -> None:
    """Report unused inputs and unreachable nodes of the main file, and what broken nodes miss.

    Nodes with errors count as needed: what they need is not blamed for them.
    """
    main = flat.scopes[""]
    outputs = [resolver.resolve(reference, "") for reference in main.outputs.values()]
    wanted = {target.node for target in outputs if target}
    for scope in flat.scopes.values():
        targets = (resolver.resolve(ref, scope.prefix, place) for ref, place in scope.loose)
        wanted |= {target.node for target in targets if target}
    _warn_unused_inputs(flat, document, wanted.union(*edges.values()))
    if outputs and all(outputs) and len(outputs) == len(document.workflow.outputs):
        _warn_unreachable(flat, document, edges, wanted)


def _warn_unused_inputs(flat: Flat, document: Document, used: set[str]) -> None:
    for name in document.workflow.inputs:
        node_id = f"{INPUTS}.{name}"
        if node_id in flat.nodes and node_id not in used:
            place = Place(document, ("inputs", name))
            message = f"the input {name!r} is used nowhere"
            flat.report("unused-input", message, place, severity="warning")


def _warn_unreachable(flat: Flat, document: Document, edges: Edges, wanted: set[str]) -> None:
    sinks = (raw.id for raw in flat.nodes.values() if raw.type.sink)
    reached = set(_upstream((*wanted, *sinks), edges))
    for node_id, raw in flat.nodes.items():
        if node_id in reached or raw.internal or raw.scope or raw.spec.disabled:
            continue
        message = f"no output needs {node_id!r}: it will not run"
        flat.report("unreachable-node", message, raw.place, severity="warning")


def _upstream(wanted: Iterable[str], edges: Edges) -> Iterator[str]:
    seen: set[str] = set()
    stack = list(wanted)
    while stack:
        node_id = stack.pop()
        if node_id not in seen:
            seen.add(node_id)
            yield node_id
            stack.extend(edges.get(node_id, ()))
