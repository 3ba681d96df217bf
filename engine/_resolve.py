"""What the names in references stand for, and the order in which nodes need each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Final

from engine._flat import Flat, Place, references_in
from engine.flatten import INPUT_PORT
from engine.problems import nearest
from engine.references import INPUTS, Reference

Edges = Mapping[str, Sequence[str]]
"""For each node of the flattened graph those that it needs."""

_MAX_CHAIN: Final = 50
"""Most nodes of a cycle that are named."""


class Resolver:
    """Resolves references, which are written in the names of one file, to nodes of the graph."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat

    def resolve(
        self, reference: Reference, prefix: str, place: Place | None = None
    ) -> Reference | None:
        """Return a reference with the full id of its node.

        Args:
            reference: The reference as it is written.
            prefix: The scope whose names it uses.
            place: Where to report that nothing has that name; not reported without one.

        Returns:
            None if there is nothing of that name, or if it has an error of its own.
        """
        scope = self._flat.scopes[prefix]
        if reference.node == INPUTS:
            return self._input(reference, prefix, place)
        if reference.node in scope.children:
            return self._child(reference, prefix, place)
        node_id = prefix + reference.node
        if node_id in self._flat.nodes:
            return Reference(node_id, reference.port, reference.path)
        if place and reference.node not in scope.broken | scope.disabled:
            names = [INPUTS, *scope.document.workflow.nodes]
            self._dangling(reference.node, reference.node, names, place)
        return None

    def edges(self) -> dict[str, list[str]]:
        """Return which nodes each node needs, by the references among its inputs."""
        return {
            node_id: [
                target.node
                for reference in references_in(raw.inputs)
                if (target := self.resolve(reference, raw.expression_scope))
            ]
            for node_id, raw in self._flat.nodes.items()
        }

    def _input(self, reference: Reference, prefix: str, place: Place | None) -> Reference | None:
        name = f"{INPUTS}.{reference.port}"
        if prefix + name in self._flat.nodes:
            return Reference(prefix + name, INPUT_PORT, reference.path)
        scope = self._flat.scopes[prefix]
        if place and name not in scope.broken:
            self._dangling(name, reference.port, list(scope.document.workflow.inputs), place)
        return None

    def _child(self, reference: Reference, prefix: str, place: Place | None) -> Reference | None:
        child = self._flat.scopes[f"{prefix}{reference.node}/"]
        output = child.outputs.get(reference.port)
        if output is not None:
            inner = Reference(output.node, output.port, (*output.path, *reference.path))
            return self.resolve(inner, child.prefix)
        names = list(child.document.workflow.outputs)
        if place and reference.port not in names:
            self._dangling(f"{reference.node}.{reference.port}", reference.port, names, place)
        return None

    def _dangling(self, shown: str, name: str, names: Sequence[str], place: Place) -> None:
        self._flat.report(
            "dangling-reference",
            f"nothing is called {shown!r}",
            place,
            found=shown,
            suggestion=nearest(name, names),
        )


def order(edges: Edges, report_cycle: Callable[[list[str]], None]) -> list[str]:
    """Return the nodes so that each comes after those that it needs.

    Args:
        edges: Which nodes each one needs.
        report_cycle: Called for each group of nodes that need each other with one cycle among
            them, in the order of the data and beginning with the first name. Such nodes are left
            out of the result.
    """
    try:
        return list(TopologicalSorter(edges).static_order())
    except CycleError:
        return _order_around_cycles(edges, report_cycle)


def _order_around_cycles(edges: Edges, report_cycle: Callable[[list[str]], None]) -> list[str]:
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(edges)
    graph.add_edges_from((source, node) for node, needs in edges.items() for source in needs)
    for component in sorted(nx.strongly_connected_components(graph), key=min):
        first = min(component)
        if len(component) == 1 and not graph.has_edge(first, first):
            continue
        cycle = [edge[0] for edge in nx.find_cycle(graph.subgraph(component), first)]
        start = cycle.index(min(cycle))
        report_cycle([*cycle[start:], *cycle[:start]])
        graph.remove_nodes_from(component)
    return list(nx.topological_sort(graph))


def chain(cycle: Sequence[str]) -> str:
    """Return a cycle as text: `a -> b -> a`; inputs of subworkflows are passed over."""
    names = [name for name in cycle if INPUTS + "." not in name] or list(cycle)
    shown = names[:_MAX_CHAIN]
    more = [f"({len(names) - _MAX_CHAIN} more)"] if len(names) > _MAX_CHAIN else []
    return " -> ".join([*shown, *more, names[0]])
