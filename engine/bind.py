"""From a document to a graph: every reference resolved, every type and axis checked.

All problems are reported at once. What depends on something broken is not blamed for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine import _node_checks as checks
from engine._axes import AxisConflict, Joined, join_axes, place_binding
from engine._flat import Expression, Flat, Place, RawNode
from engine._loose_ends import warn_of_loose_ends
from engine._parameters import ParameterBinder
from engine._resolve import Resolver, chain, order
from engine._walk import Walk
from engine.document import Document
from engine.flatten import Flattener, passthrough
from engine.graph import Axis, Binding, Const, Graph, Node, Takes, Unset, Wire, wires_of
from engine.nodetype import NodeType, StaticArguments
from engine.problems import Problem, json_path, nearest
from engine.references import Reference
from engine.registry import Registry
from engine.types import PortType, fields_of, substitute
from engine.values import Media

if TYPE_CHECKING:
    from engine.files import Found

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

    def names_many(self, text: str, base: Path) -> bool:
        """Tell whether a path names a folder or is a pattern."""
        ...

    def matching(self, text: str, kinds: Sequence[str], base: Path) -> Found:
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
    # A file that stands in several places of the graph has each of its problems once.
    problems = sorted(
        dict.fromkeys(flat.problems), key=lambda p: (p.file != document.name, p.file, p.line or 0)
    )
    return graph, problems


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
        self._resolver = Resolver(flat)
        self._port_axes: dict[tuple[str, str], str] = {}
        self._disabled: set[str] = set()
        self._unknown_ports: set[tuple[str, str]] = set()
        self._incomplete: set[str] = set()
        """Nodes that lack a parameter or an axis because of an error, in them or before them."""

    def run(self, document: Document) -> Graph:
        """Bind all nodes and return the graph."""
        edges = self._resolver.edges()
        ordered = dict.fromkeys(order(edges, self._report_cycle))
        # Nodes of a cycle come last: what else is wrong with them is to be told as well.
        for node_id in (*ordered, *(name for name in edges if name not in ordered)):
            raw = self._flat.nodes[node_id]
            try:
                self._nodes[node_id] = self._bind(raw)
            except _DisabledUpstream:
                self._disabled.add(node_id)
        outputs = dict(self._outputs(""))
        for prefix in self._flat.scopes:
            if prefix:
                dict(self._outputs(prefix))
        graph = Graph(
            name=document.workflow.name or (document.path.stem if document.path else "workflow"),
            path=document.path,
            nodes=self._nodes,
            axes=self.axes,
            outputs=outputs,
            text=document.text,
            pinned=frozenset(
                node_id
                for node_id, raw in self._flat.nodes.items()
                if not raw.internal and raw.spec.cache == "pinned"
            ),
        )
        warn_of_loose_ends(self._flat, self._resolver, edges, document)
        return graph

    def _report_cycle(self, cycle: list[str]) -> None:
        place = self._flat.nodes[cycle[0]].place
        self.report("cycle", f"the nodes need each other: {chain(cycle)}", place)

    # -- references ----------------------------------------------------------------------------

    def wire(
        self, reference: Reference, prefix: str, place: Place, *, in_text: bool = False
    ) -> Wire | None:
        """Follow a reference to its value: the type of one item and its axes.

        Args:
            reference: The reference as it is written.
            prefix: The scope whose names it uses.
            place: Where it is written.
            in_text: Whether it is put into text; a list at its end is then one value.

        Returns:
            None where that is not possible; it is reported.
        """
        target = self._target(reference, prefix, place)
        if target is None:
            return None
        node = self._nodes[target.node]
        # What a subworkflow's own outputs get wrong is reported there.
        is_child = reference.node in self._flat.scopes[prefix].children
        own = len(target.path) - len(reference.path) if is_child else 0
        if target.port not in node.outputs:
            if not is_child and (target.node, target.port) not in self._unknown_ports:
                self._unknown_port(node, target.port, place)
            return None
        walk = Walk(node, target.port, self.axes, self._port_axes)
        for step, name in enumerate(target.path):
            if not walk.go(name, keep_list=in_text and step == len(target.path) - 1):
                if step >= own:
                    self._unknown_field(walk.type, name, place)
                return None
        return Wire(target.node, target.port, tuple(walk.steps), walk.type, tuple(walk.axes))

    def _target(self, reference: Reference, prefix: str, place: Place) -> Reference | None:
        """Resolve a reference to a bound node.

        Raises:
            _DisabledUpstream: There is none, on purpose.
        """
        if reference.node in self._flat.scopes[prefix].disabled:
            raise _DisabledUpstream
        target = self._resolver.resolve(reference, prefix, place)
        if target is None:
            return None
        if target.node in self._disabled:
            raise _DisabledUpstream
        node = self._nodes.get(target.node)
        if node is None:
            return None
        if target.port not in node.outputs and self._flat.nodes[target.node].spec.disabled:
            raise _DisabledUpstream
        return target

    def _unknown_port(self, node: Node, port: str, place: Place) -> None:
        self.report(
            "unknown-port",
            f"{node.type.name} has no output {port!r}",
            place,
            expected=", ".join(node.outputs),
            found=port,
            suggestion=nearest(port, node.outputs),
        )

    def _unknown_field(self, port_type: PortType, name: str, place: Place) -> None:
        fields = fields_of(port_type.required())
        self.report(
            "unknown-field",
            f"{port_type} has no field {name!r}" if fields else f"{port_type} has no fields",
            place,
            expected=", ".join(fields),
            found=name,
            suggestion=nearest(name, fields),
        )

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
                continue
            binding = ParameterBinder(self, raw, parameter, name, variables).bind(expression)
            if binding is not None:
                bindings[name] = binding
        checks.check_signature(self._flat, raw)
        sources = {wire.node for binding in bindings.values() for wire in wires_of(binding)}
        if len(bindings) < len(raw.inputs) or not sources.isdisjoint(self._incomplete):
            self._incomplete.add(raw.id)
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
        known = dict(self._static(node))
        # What is misnamed or missing has been reported; the node's own check need not say it again.
        named = {name for name in raw.inputs if raw.type.parameter(name)}
        named |= {name for name, parameter in raw.type.parameters.items() if parameter.required}
        static = StaticArguments(known, named - known.keys())
        checks.run_hook(self._flat, raw, node, static)
        self._set_outputs(node, static, variables)
        return node

    def _join(self, raw: RawNode, bindings: Mapping[str, Binding]) -> Joined:
        try:
            joined = join_axes(bindings, raw.spec.over, self.axes, raw.expression_scope)
        except AxisConflict as conflict:
            self.report(
                "axis-conflict",
                f"lists of different origin meet: {conflict}{self._callers(raw, bindings)}",
                raw.place if raw.is_input else raw.place / "inputs",
                expected='"over": "product" (every pair) or "over": "zip" (first with first)',
                found=str(conflict),
            )
            joined = conflict.fallback
        for binding in bindings.values():
            if isinstance(binding, Takes):
                self.axes[binding.axis] = Axis(
                    binding.axis,
                    scope=raw.expression_scope,
                    length=len(binding.items),
                    takes_of=raw.scope if raw.is_input else "",
                )
        checks.check_zip(self._flat, raw, joined, self.axes)
        if not raw.is_input and raw.id not in self._incomplete:
            checks.check_collect(self._flat, raw, bindings)
        return joined

    def _callers(self, raw: RawNode, bindings: Mapping[str, Binding]) -> str:
        """Return the subworkflow nodes through which the axes of a node came, as text."""
        wires = [wire for binding in bindings.values() for wire in wires_of(binding)]
        origins = {self.axes[axis].scope for wire in wires for axis in wire.mapped_axes}
        scope = self._flat.scopes[raw.expression_scope]
        through = ""
        while scope.caller and not all(origin.startswith(scope.prefix) for origin in origins):
            place = scope.caller
            through += f", through {json_path(place.path)} of {place.document.name}"
            line = place.document.line(place.path)
            through += f":{line}" if line else ""
            scope = self._flat.scopes[scope.outer]
        return through

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

    def _set_outputs(
        self, node: Node, static: StaticArguments, variables: Mapping[str, PortType]
    ) -> None:
        hook = node.type.outputs_hook
        ports = hook(static) if hook else node.type.outputs
        outputs = {name: substitute(t, variables) for name, t in ports.items()}
        if node.id in self._incomplete:
            # A type that would follow from the broken input is not known; nobody is blamed for it.
            unknown = {name for name, port_type in outputs.items() if port_type.is_open}
            self._unknown_ports.update((node.id, name) for name in unknown)
            outputs = {name: t for name, t in outputs.items() if name not in unknown}
        node.outputs = {name: substitute(t, _ANY) for name, t in outputs.items()}
        lists = [name for name, port_type in node.outputs.items() if port_type.is_list]
        for name in lists:
            axis = node.id if name == lists[0] else f"{node.id}.{name}"
            while axis in self.axes:
                axis += "'"
            self._port_axes[node.id, name] = axis
            self.axes[axis] = Axis(
                axis,
                parents=node.axes,
                scope=node.scope,
                length=_known_length(node, name),
                maker=node.id,
                port=name,
            )

    # -- the file as a whole -------------------------------------------------------------------

    def _outputs(self, prefix: str) -> Iterator[tuple[str, Wire]]:
        scope = self._flat.scopes[prefix]
        for name, reference in scope.outputs.items():
            place = Place(scope.document, ("outputs", name))
            try:
                wire = self.wire(reference, prefix, place)
            except _DisabledUpstream:
                message = f"the output {name!r} is left out, as a node that it needs is disabled"
                self.report("disabled-output", message, place, severity="warning")
                continue
            if wire is not None:
                yield name, wire


_UNKNOWN = object()
_ANY: Final[Mapping[str, PortType]] = defaultdict(lambda: PortType("data"))
"""What type variables stand for that nothing has decided."""


def _known_length(node: Node, port: str) -> int | None:
    """Return the length of a list that is written in the file or given on the command line."""
    binding = node.bindings.get(port) if node.internal else None
    if isinstance(binding, Const) and isinstance(binding.value, list):
        return len(binding.value)
    return None


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
