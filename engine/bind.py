"""From a document to a graph: every reference resolved, every type and axis checked.

All problems are reported at once. What depends on something broken is not blamed for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from engine._axes import AxisConflict, Joined, join_axes, place_binding
from engine._parameters import ParameterBinder
from engine.document import Document
from engine.flatten import (
    Expression,
    Flat,
    Flattener,
    Place,
    RawNode,
    passthrough,
    references_in,
)
from engine.graph import (
    ITEM,
    Axis,
    Binding,
    Const,
    Graph,
    Node,
    Takes,
    Unset,
    Wire,
)
from engine.nodetype import NodeType, StaticArguments
from engine.problems import Problem, nearest
from engine.references import Reference
from engine.registry import Registry
from engine.types import PortType, fields_of, substitute
from engine.values import Media

Override = Callable[[NodeType], Mapping[str, Any]]
"""Arguments that a run forces upon nodes of a type, as `--draft` does with their models."""


class Files(Protocol):
    """How the paths that a workflow names become media."""

    def allow(self, text: str, base: Path) -> Path:
        """Resolve a path; raises FileAccessError if it may not be read."""
        ...

    def media(self, text: str, kinds: Sequence[str], base: Path) -> Media:
        """Return the handle of a file; raises FileAccessError or TaskError."""
        ...

    def matching(self, text: str, kinds: Sequence[str], base: Path) -> list[Media]:
        """Return the handles of the files of a folder or a pattern, in natural order."""
        ...


def bind(
    document: Document,
    registry: Registry,
    files: Files,
    *,
    values: Mapping[str, Any] | None = None,
    override: Override | None = None,
    partial: bool = False,
) -> tuple[Graph, list[Problem]]:
    """Make a graph of a document.

    Args:
        document: The workflow file.
        registry: The node types that it may use.
        files: Resolves paths in the file.
        values: Values for the workflow's inputs; media are given as handles.
        override: Arguments forced upon nodes.
        partial: Inputs without a value are no problem: for a check without a run.

    Returns:
        The graph, and every problem found. With an error among them the graph must not be run.
    """
    flat = Flattener(registry, files.allow).run(document, values or {})
    binder = Binder(flat, files, override, partial=partial)
    graph = binder.run(document)
    return graph, flat.problems


class _DisabledUpstream(Exception):
    """A signal: what was referred to is disabled and passes nothing on."""


class Binder:
    """Binds the nodes of one flattened workflow, in topological order."""

    def __init__(
        self, flat: Flat, files: Files, override: Override | None, *, partial: bool
    ) -> None:
        self._flat = flat
        self.files = files
        self._override = override
        self.partial = partial
        self._nodes: dict[str, Node] = {}
        self.axes: dict[str, Axis] = {}
        self.report = flat.report
        self._port_axes: dict[tuple[str, str], str] = {}
        self._disabled: set[str] = set()

    def run(self, document: Document) -> Graph:
        """Bind all nodes and return the graph."""
        for node_id in self._order():
            raw = self._flat.nodes[node_id]
            try:
                self._nodes[node_id] = self._bind(raw)
            except _DisabledUpstream:
                self._disabled.add(node_id)
        outputs = dict(self._outputs(document))
        graph = Graph(
            name=document.workflow.name or (document.path.stem if document.path else "workflow"),
            path=document.path,
            nodes=self._nodes,
            axes=self.axes,
            outputs=outputs,
            text=document.text,
        )
        self._warn(document, graph)
        return graph

    # -- order ---------------------------------------------------------------------------------

    def _order(self) -> list[str]:
        import networkx as nx

        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self._flat.nodes)
        for node_id, raw in self._flat.nodes.items():
            for reference in references_in(raw.inputs):
                if target := self._resolve(reference, raw.expression_scope):
                    graph.add_edge(target.node, node_id)
        try:
            return list(nx.topological_sort(graph))
        except nx.NetworkXUnfeasible:
            return self._order_around_cycles(graph)

    def _order_around_cycles(self, graph: Any) -> list[str]:
        import networkx as nx

        for component in list(nx.strongly_connected_components(graph)):
            first = min(component)
            if len(component) == 1 and not graph.has_edge(first, first):
                continue
            edges = nx.find_cycle(graph.subgraph(component), first)
            names = [edge[0] for edge in edges]
            start = names.index(min(names))
            chain = " -> ".join([*names[start:], *names[:start], names[start]])
            place = self._flat.nodes[names[start]].place
            self.report("cycle", f"the nodes need each other: {chain}", place)
            graph.remove_nodes_from(component)
        return list(nx.topological_sort(graph))

    # -- references ----------------------------------------------------------------------------

    def _resolve(
        self, reference: Reference, prefix: str, place: Place | None = None
    ) -> Reference | None:
        """Return the reference with its node's full id; None, and reported, if there is none."""
        scope = self._flat.scopes[prefix]
        if reference.node == "inputs":
            node_id = f"{prefix}inputs.{reference.port}"
            if node_id in self._flat.nodes:
                return Reference(node_id, "value", reference.path)
            if f"inputs.{reference.port}" not in scope.broken and place:
                names = list(scope.document.workflow.inputs)
                self._dangling(f"inputs.{reference.port}", reference.port, names, place)
            return None
        if reference.node in scope.children:
            child = self._flat.scopes[f"{prefix}{reference.node}/"]
            output = child.outputs.get(reference.port)
            if output is not None:
                inner = Reference(output.node, output.port, (*output.path, *reference.path))
                return self._resolve(inner, child.prefix)
            if place and reference.port not in child.document.workflow.outputs:
                names = list(child.document.workflow.outputs)
                self._dangling(f"{reference.node}.{reference.port}", reference.port, names, place)
            return None
        node_id = prefix + reference.node
        if node_id in self._flat.nodes:
            return Reference(node_id, reference.port, reference.path)
        if reference.node not in scope.broken and place:
            names = ["inputs", *scope.document.workflow.nodes]
            self._dangling(reference.node, reference.node, names, place)
        return None

    def _dangling(self, shown: str, name: str, names: Sequence[str], place: Place) -> None:
        self.report(
            "dangling-reference",
            f"nothing is called {shown!r}",
            place,
            found=shown,
            suggestion=nearest(name, names),
        )

    def wire(
        self, reference: Reference, prefix: str, place: Place, *, in_text: bool = False
    ) -> Wire | None:
        """Follow a reference to its value: the type of one item and its axes."""
        target = self._resolve(reference, prefix, place)
        if target is None:
            return None
        if target.node in self._disabled:
            raise _DisabledUpstream
        node = self._nodes.get(target.node)
        if node is None:
            return None
        port_type = node.outputs.get(target.port)
        if port_type is None:
            if self._flat.nodes[target.node].spec.disabled:
                raise _DisabledUpstream
            self.report(
                "unknown-port",
                f"{reference.node} ({node.type.name}) has no output {target.port!r}",
                place,
                expected=", ".join(node.outputs),
                found=target.port,
                suggestion=nearest(target.port, node.outputs),
            )
            return None
        walk = _Walk(node, target.port, port_type, self.axes, self._port_axes)
        for step, name in enumerate(target.path):
            if not walk.go(name, keep_list=in_text and step == len(target.path) - 1):
                fields = fields_of(walk.type.required())
                self.report(
                    "unknown-field",
                    f"a {walk.type} has no field {name!r}",
                    place,
                    expected=", ".join(fields),
                    found=name,
                    suggestion=nearest(name, fields),
                )
                return None
        return Wire(target.node, target.port, tuple(walk.steps), walk.type, tuple(walk.axes))

    # -- nodes ---------------------------------------------------------------------------------

    def _bind(self, raw: RawNode) -> Node:
        if raw.spec.disabled:
            raw = _bypass(raw)
        node_type = raw.type
        variables: dict[str, PortType] = {}
        bindings: dict[str, Binding] = {}
        for name, expression in raw.inputs.items():
            parameter = node_type.parameter(name)
            if parameter is None:
                self._unknown_parameter(raw, name)
                continue
            binding = ParameterBinder(self, raw, parameter, name, variables).bind(expression)
            if binding is not None:
                bindings[name] = binding
        self._missing(raw)
        if self._override and not raw.internal:
            bindings |= {k: Const(v) for k, v in self._override(node_type).items()}
        joined = self._join(raw, bindings)
        node = Node(
            id=raw.id,
            type=node_type,
            bindings={k: place_binding(b, joined.positions) for k, b in bindings.items()},
            axes=joined.axes,
            positions=joined.positions,
            zip_groups=joined.zip_groups,
            scope=raw.scope,
            internal=raw.internal,
            lazy=frozenset(bindings) - frozenset(node_type.parameters)
            if node_type.needs
            else frozenset(),
            retries=2 if raw.spec.retry is None else raw.spec.retry,
            skip_on_error=raw.spec.on_error == "skip",
            cache=raw.spec.cache,
            title=raw.spec.title or "",
        )
        node.collect_wires()
        static = StaticArguments(dict(self._static(node)), raw.inputs)
        self._run_check(raw, node, static)
        self._set_outputs(node, static, variables)
        return node

    def _unknown_parameter(self, raw: RawNode, name: str) -> None:
        self.report(
            "unknown-parameter",
            f"{raw.type.name} has no parameter {name!r}",
            raw.place / "inputs" / name,
            expected=", ".join(raw.type.parameters),
            found=name,
            suggestion=nearest(name, raw.type.parameters),
        )

    def _missing(self, raw: RawNode) -> None:
        for name, parameter in raw.type.parameters.items():
            if parameter.required and name not in raw.inputs:
                self.report(
                    "missing-input",
                    f"{raw.type.name} needs {name!r}",
                    raw.place / "inputs",
                    expected=str(parameter.type),
                )
        if raw.spec.version is not None and raw.spec.version != raw.type.version:
            self.report(
                "node-version",
                f"the file was made for version {raw.spec.version} of {raw.type.name}",
                raw.place / "version",
                expected=str(raw.type.version),
                found=str(raw.spec.version),
                severity="warning",
            )

    def _join(self, raw: RawNode, bindings: Mapping[str, Binding]) -> Joined:
        try:
            joined = join_axes(bindings, raw.spec.over)
        except AxisConflict as conflict:
            self.report(
                "axis-conflict",
                f"lists of different origin meet: {conflict}",
                raw.place if raw.is_input else raw.place / "inputs",
                expected='"over": "product" (every pair) or "over": "zip" (first with first)',
                found=str(conflict),
            )
            joined = conflict.fallback
        for binding in bindings.values():
            if isinstance(binding, Takes):
                self.axes[binding.axis] = Axis(
                    binding.axis, scope=raw.scope, length=len(binding.items)
                )
        return joined

    def _static(self, node: Node) -> Iterator[tuple[str, Any]]:
        for name, binding in node.bindings.items():
            value = self._static_value(binding)
            if value is not _UNKNOWN:
                yield name, value

    def _static_value(self, binding: Binding) -> Any:
        if isinstance(binding, Const):
            return binding.value
        if isinstance(binding, Wire) and not binding.steps and not binding.axes:
            source = self._nodes[binding.node]
            if source.internal:
                return self._static_value(source.bindings.get(binding.port, Unset(binding.type)))
        return _UNKNOWN

    def _run_check(self, raw: RawNode, node: Node, static: StaticArguments) -> None:
        if raw.type.check is None:
            return
        variants = [static]
        for name, binding in node.bindings.items():
            if isinstance(binding, Takes):
                known = [item.value for item in binding.items if isinstance(item, Const)]
                variants = [
                    StaticArguments({**v, name: k}, v.wired) for v in variants for k in known
                ]
        complaints = dict.fromkeys(c for variant in variants for c in raw.type.check(variant))
        for complaint in complaints:
            self.report("bad-argument", complaint, raw.place / "inputs")

    def _set_outputs(
        self, node: Node, static: StaticArguments, variables: Mapping[str, PortType]
    ) -> None:
        ports = node.type.outputs_hook(static) if node.type.outputs_hook else node.type.outputs
        data = PortType("data")
        node.outputs = {
            name: substitute(t, {**_Default(data), **variables}) for name, t in ports.items()
        }
        first = True
        for name, port_type in node.outputs.items():
            if port_type.is_list:
                axis = node.id if first else f"{node.id}.{name}"
                first = False
                self._port_axes[node.id, name] = axis
                self.axes[axis] = Axis(
                    axis, parents=node.axes, scope=node.scope, maker=node.id, port=name
                )

    # -- the file as a whole -------------------------------------------------------------------

    def _outputs(self, document: Document) -> Iterator[tuple[str, Wire]]:
        for name, reference in self._flat.scopes[""].outputs.items():
            place = Place(document, ("outputs", name))
            try:
                wire = self.wire(reference, "", place)
            except _DisabledUpstream:
                message = f"the output {name!r} is left out, as a node that it needs is disabled"
                self.report("disabled-output", message, place, severity="warning")
                continue
            if wire is not None:
                yield name, wire

    def _warn(self, document: Document, graph: Graph) -> None:
        used = {
            target.node
            for raw in self._flat.nodes.values()
            for reference in references_in(raw.inputs)
            if (target := self._resolve(reference, raw.expression_scope))
        } | {wire.node for wire in graph.outputs.values()}
        for name in document.workflow.inputs:
            if f"inputs.{name}" not in used and f"inputs.{name}" in self._flat.nodes:
                place = Place(document, ("inputs", name))
                message = f"the input {name!r} is used nowhere"
                self.report("unused-input", message, place, severity="warning")
        if not graph.outputs:
            return
        wanted = {wire.node for wire in graph.outputs.values()}
        wanted |= {node.id for node in graph.nodes.values() if node.type.sink}
        reached = graph.upstream_of(wanted, lazy=True)
        for node_id, node in graph.nodes.items():
            if node_id not in reached and not node.internal and not node.scope:
                place = self._flat.nodes[node_id].place
                message = f"no output needs {node_id!r}: it will not run"
                self.report("unreachable-node", message, place, severity="warning")


_UNKNOWN = object()


def _bypass(raw: RawNode) -> RawNode:
    """Return a node that passes each of its inputs on to the output of the same type."""
    ports: dict[str, PortType] = {}
    inputs: dict[str, Expression] = {}
    for port, port_type in raw.type.outputs.items():
        for name, expression in raw.inputs.items():
            parameter = raw.type.parameter(name)
            if parameter and parameter.type.required() == port_type.required():
                ports[port] = port_type.required()
                inputs[port] = expression
                break
    return replace(raw, type=passthrough("bypass", ports), inputs=inputs, internal=True)


class _Default(dict[str, PortType]):
    """Answers for every type variable, so that one left open reads as `data`."""

    def __init__(self, default: PortType) -> None:
        super().__init__()
        self._default = default

    def __missing__(self, name: str) -> PortType:
        return self._default


class _Walk:
    """Goes from a port into its value, noting steps and axes."""

    def __init__(
        self,
        node: Node,
        port: str,
        port_type: PortType,
        axes: dict[str, Axis],
        port_axes: Mapping[tuple[str, str], str],
    ) -> None:
        self._node = node
        self._port = port
        self._all_axes = axes
        self.type = port_type
        self.axes: list[str] = list(node.axes)
        self.steps: list[str | None] = []
        if port_type.is_list:
            self._enter(port_axes[node.id, port], port_type)

    def go(self, name: str, *, keep_list: bool) -> bool:
        """Step into a field; False if there is none of that name."""
        fields = fields_of(self.type.required())
        if name not in fields:
            return False
        optional = self.type.optional
        self.type = fields[name]
        self.steps.append(name)
        if self.type.is_list and not keep_list:
            path = ".".join(step for step in self.steps if step)
            axis = f"{self._node.id}.{self._port}.{path}"
            if axis not in self._all_axes:
                self._all_axes[axis] = Axis(
                    axis,
                    parents=tuple(self.axes),
                    scope=self._node.scope,
                    maker=self._node.id,
                    port=self._port,
                    steps=tuple(self.steps),
                )
            self._enter(axis, self.type)
        elif optional and not self.type.optional:
            inner = self.type
            self.type = PortType(inner.kind, inner.members, inner.options, inner.name, True)
        return True

    def _enter(self, axis: str, port_type: PortType) -> None:
        self.axes.append(axis)
        self.steps.append(ITEM)
        self.type = port_type.item
