"""From files to one flat list of nodes: subworkflows take the place of the nodes that name them.

A node of a subworkflow gets the id `OUTER/INNER`. Every workflow input becomes an internal node
that passes its value on, so that a reference to an input is a reference like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from engine._flat import Caller, Expression, Flat, Place, RawNode, Scope, Unwired, references_in
from engine.document import Document, load
from engine.errors import CheckError, DocumentError, FileAccessError
from engine.nodetype import NodeType, Parameter
from engine.problems import nearest
from engine.references import Reference, ReferenceSyntaxError, parse
from engine.registry import Registry
from engine.types import PortType, parse_type, to_annotation
from engine.workflow import InputSpec, NodeSpec

INPUT_PORT: Final = "value"
MAX_NODES: Final = 100_000
MAX_SUBWORKFLOWS: Final = 5000
MAX_DEPTH: Final = 16
SUBWORKFLOW: Final = "subworkflow"

Allow = Callable[[str, Path], Path]
"""Resolves a path that a file names, relative to a folder; raises FileAccessError."""


class Flattener:
    """Walks a document and its subworkflows."""

    def __init__(self, registry: Registry, allow: Allow) -> None:
        self.flat = Flat()
        self._registry = registry
        self._allow = allow
        self._loaded: dict[Path, Document] = {}

    def run(self, document: Document, values: Mapping[str, Any]) -> Flat:
        """Flatten a document; `values` are those given for its inputs."""
        self._check_values(document, values)
        given = {name: values[name] for name in document.workflow.inputs if name in values}
        self._scope(document, "", "", given, None, ())
        return self.flat

    def _check_values(self, document: Document, values: Mapping[str, Any]) -> None:
        place = Place(document, ("inputs",))
        for name in values:
            if name not in document.workflow.inputs:
                self.flat.report(
                    "unknown-input",
                    f"the workflow has no input {name!r}",
                    place,
                    expected=", ".join(document.workflow.inputs),
                    found=name,
                    suggestion=nearest(name, document.workflow.inputs),
                )

    def _scope(
        self,
        document: Document,
        prefix: str,
        outer: str,
        given: Mapping[str, Expression],
        caller: Caller | None,
        stack: tuple[Path, ...],
    ) -> Scope:
        scope = Scope(prefix, document, outer, caller.place if caller else None)
        self.flat.scopes[prefix] = scope
        for name, spec in document.workflow.inputs.items():
            self._input(scope, name, spec, outer, given, caller)
        for name, node in document.workflow.nodes.items():
            self._node(scope, name, _inherit(node, caller.spec) if caller else node, stack)
        self._outputs(scope)
        return scope

    def _input(
        self,
        scope: Scope,
        name: str,
        spec: InputSpec,
        outer: str,
        given: Mapping[str, Expression],
        caller: Caller | None,
    ) -> None:
        place = Place(scope.document, ("inputs", name))
        try:
            port_type = parse_type(spec.type, tuple(spec.options or ()))
        except ValueError as error:
            self.flat.report("unknown-type", str(error), place / "type", found=spec.type)
            scope.broken.add(f"inputs.{name}")
            return
        if not spec.required and spec.default is None:
            port_type = replace(port_type, optional=True)
        expression: Expression = Unwired()
        expression_scope = scope.prefix
        if name in given:
            # What a caller gives is written in the caller's names; what the command line
            # gives is literal and has none.
            expression, expression_scope = given[name], outer
            place = caller.place / "inputs" / name if caller else place
        elif not spec.required:
            expression, place = spec.default, place / "default"
        node_id = f"{scope.prefix}inputs.{name}"
        self.flat.nodes[node_id] = RawNode(
            id=node_id,
            scope=scope.prefix,
            expression_scope=expression_scope,
            type=passthrough("input", {INPUT_PORT: port_type}),
            spec=NodeSpec(
                type="input",
                over=caller.spec.over if caller else None,
                collect=caller.spec.collect if caller else None,
            ),
            inputs={INPUT_PORT: expression},
            place=place,
            internal=True,
            is_input=True,
        )

    def _node(self, scope: Scope, name: str, spec: NodeSpec, stack: tuple[Path, ...]) -> None:
        place = Place(scope.document, ("nodes", name))
        inputs = {
            key: value if _is_plain(value) else self._parse(value, place / "inputs" / key)
            for key, value in spec.inputs.items()
        }
        if len(self.flat.nodes) >= MAX_NODES or len(self.flat.scopes) > MAX_SUBWORKFLOWS:
            raise DocumentError(
                f"the workflow has more than {MAX_NODES:,} nodes with its subworkflows, "
                f"or more than {MAX_SUBWORKFLOWS:,} of these",
                where=scope.document.name,
            )
        if spec.type == SUBWORKFLOW:
            self._subworkflow(scope, name, inputs, Caller(spec, place), stack)
            return
        node_type = self._registry.get(spec.type)
        if node_type is None:
            names = self._registry.names()
            self.flat.report(
                "unknown-type",
                f"there is no node type {spec.type!r}",
                place / "type",
                found=spec.type,
                suggestion=nearest(spec.type, names),
            )
            scope.broken.add(name)
            _let_loose(scope, inputs, place)
            return
        node_id = scope.prefix + name
        self.flat.nodes[node_id] = RawNode(
            node_id, scope.prefix, scope.prefix, node_type, spec, inputs, place
        )

    def _subworkflow(
        self,
        scope: Scope,
        name: str,
        inputs: dict[str, Expression],
        caller: Caller,
        stack: tuple[Path, ...],
    ) -> None:
        place = caller.place
        if caller.spec.disabled:
            scope.disabled.add(name)
            return
        child = self._load_child(scope, inputs.pop("file", None), place, stack)
        if child is None:
            scope.broken.add(name)
            _let_loose(scope, inputs, place)
            return
        document, child_stack = child
        for key in inputs:
            if key not in document.workflow.inputs:
                self.flat.report(
                    "unknown-parameter",
                    f"{document.name} has no input {key!r}",
                    place / "inputs" / key,
                    expected=", ".join(document.workflow.inputs),
                    found=key,
                    suggestion=nearest(key, document.workflow.inputs),
                )
        scope.children.add(name)
        prefix = f"{scope.prefix}{name}/"
        for key, spec in document.workflow.inputs.items():
            if key not in inputs and spec.required:
                self.flat.report(
                    "missing-input",
                    f"{document.name} needs its input {key!r}",
                    place / "inputs",
                    expected=spec.type,
                )
        self._scope(document, prefix, scope.prefix, inputs, caller, child_stack)

    def _load_child(
        self, scope: Scope, file: Expression, place: Place, stack: tuple[Path, ...]
    ) -> tuple[Document, tuple[Path, ...]] | None:
        where = place / "inputs" / "file"
        if not isinstance(file, str):
            message = "a subworkflow needs `file`: the path of a workflow file, written out"
            self.flat.report("missing-input", message, where, expected="text")
            return None
        own = scope.document.path
        base = own.parent if own else Path.cwd()
        stack = (*stack, own.resolve()) if own else stack
        try:
            path = self._allow(file, base)
            if path.resolve() in stack:
                chain = " -> ".join(p.name for p in (*stack, path))
                message = f"the subworkflow contains itself: {chain}"
                self.flat.report("recursive-subworkflow", message, where, found=file)
                return None
            if len(stack) >= MAX_DEPTH:
                message = f"subworkflows are nested deeper than {MAX_DEPTH}"
                self.flat.report("recursive-subworkflow", message, where, found=file)
                return None
            if path not in self._loaded:
                self._loaded[path] = load(path)
            return self._loaded[path], stack
        except CheckError as error:
            self.flat.problems.extend(error.problems)
        except (DocumentError, FileAccessError) as error:
            self.flat.report("unreadable-file", str(error), where, found=file)
        return None

    def _outputs(self, scope: Scope) -> None:
        for name, text in scope.document.workflow.outputs.items():
            place = Place(scope.document, ("outputs", name))
            parsed = self._parse(text, place)
            if isinstance(parsed, Reference):
                scope.outputs[name] = parsed
            elif not isinstance(parsed, Unwired):
                message = "an output is one reference, as ${node.port}"
                self.flat.report("bad-output", message, place, found=str(text))

    def _parse(self, value: Any, place: Place) -> Expression:
        """Return what a value says; nothing, if there is a broken reference anywhere in it."""
        if isinstance(value, str):
            try:
                return parse(value)
            except ReferenceSyntaxError as error:
                self.flat.report("bad-reference", error.message, place, found=value)
                return Unwired()
        if isinstance(value, list):
            items = [self._parse(item, place / i) for i, item in enumerate(value)]
            return Unwired() if Unwired() in items else items
        if isinstance(value, dict):
            members = {key: self._parse(item, place / key) for key, item in value.items()}
            return Unwired() if Unwired() in members.values() else members
        return value


_INHERITED: Final = ("over", "retry", "on_error", "cache")
"""What a subworkflow node says for all nodes inside that do not say it themselves."""


def _inherit(node: NodeSpec, caller: NodeSpec) -> NodeSpec:
    given = caller.model_fields_set - node.model_fields_set
    update: dict[str, Any] = {name: getattr(caller, name) for name in _INHERITED if name in given}
    return node.model_copy(update=update) if update else node


def passthrough(name: str, ports: Mapping[str, PortType]) -> NodeType:
    """Return an internal node type whose outputs are its inputs."""
    parameters = {
        port: Parameter(port, port_type, to_annotation(port_type))
        for port, port_type in ports.items()
    }
    return NodeType(name, 1, _never_called, parameters, dict(ports), single_output=False)


async def _never_called() -> None:
    raise AssertionError("internal nodes have no function")


def _is_plain(value: Any) -> bool:
    return "${" not in value if isinstance(value, str) else not isinstance(value, list | dict)


def _let_loose(scope: Scope, inputs: Mapping[str, Expression], place: Place) -> None:
    """Note what a broken node refers to."""
    for name, expression in inputs.items():
        scope.loose.extend((r, place / "inputs" / name) for r in references_in(expression))
