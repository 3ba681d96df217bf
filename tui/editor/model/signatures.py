"""What a workflow's nodes take and give, worked out without binding the workflow.

The engine's `bind` knows more and says what is wrong; this answers at once what a view asks at each
key: which type has this port, does this wire fit. Only the nodes that matter are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from engine.document import Document, load
from engine.engine import Engine
from engine.errors import ReelgraphError
from engine.nodetype import NodeType, Parameter, StaticArguments
from engine.references import Reference
from engine.registry import Registry
from engine.types import TEXT, PortType, fields_of, fits, parse_type, substitute, to_annotation
from tui.editor.model import texts
from tui.editor.model.data import Data

SUBWORKFLOW: Final = "subworkflow"
FILE: Final = "file"
"""The parameter by which a subworkflow node names the other file."""
_FILE_HELP = "Path of the workflow file, written out"
_MAX_DEPTH = 16
_LITERALS: Final = {bool: "boolean", int: "integer", float: "number", str: "text"}
Allow = Callable[[str, Path], Path]
"""Resolves a path that a file names, relative to a folder; raises FileAccessError."""


class Types:
    """The node types that there are, and the ports of workflow files that stand as nodes.

    Args:
        registry: The node types.
        allow: Resolves the path of a subworkflow; without it they have no ports.
    """

    def __init__(self, registry: Registry, allow: Allow | None = None) -> None:
        self.registry = registry
        self._allow = allow
        self._children: dict[Path, tuple[tuple[int, int], Document | None]] = {}

    @classmethod
    def of(cls, engine: Engine, document: Document | None = None) -> Types:
        """Return what an engine knows; subworkflows are read from where it allows."""
        return cls(engine.registry, engine.files(document).allow)

    def child(self, text: Any, folder: Path) -> Document | None:
        """Return the workflow that a subworkflow node names, or None where it cannot be read."""
        if self._allow is None or not isinstance(text, str) or not text or "${" in text:
            return None
        try:
            path = self._allow(text, folder)
            status = path.stat()
        except (ReelgraphError, OSError, ValueError):
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        if path not in self._children or self._children[path][0] != stamp:
            self._children[path] = (stamp, _read(path))
        return self._children[path][1]


def _read(path: Path) -> Document | None:
    try:
        return load(path)
    except ReelgraphError:
        return None


class Signatures:
    """The ports of the nodes of one state of a workflow; found when asked for, and remembered."""

    def __init__(self, data: Data, folder: Path, types: Types, depth: int = 0) -> None:
        self._data = data
        self._folder = folder
        self._types = types
        self._depth = depth
        self._outputs: dict[str, Mapping[str, PortType]] = {}
        self._inner: dict[str, Signatures | None] = {}

    def node(self, node: str) -> Data:
        """Return a node's data; empty where there is none."""
        found = self._data.get("nodes", {}).get(node)
        return found if isinstance(found, dict) else {}

    def with_node(self, node: str, spec: Data) -> Signatures:
        """Return the ports as they would be with another node, or with this one changed."""
        nodes = {**self._data.get("nodes", {}), node: spec}
        data = {**self._data, "nodes": nodes}
        return Signatures(data, self._folder, self._types, self._depth)

    def type_of(self, node: str) -> NodeType | None:
        """Return the type of a node; None for one that the registry does not know."""
        return self._types.registry.get(self.node(node).get("type", ""))

    def parameters(self, node: str) -> dict[str, Parameter]:
        """Return the parameters of a node, those included that a variadic one was given."""
        node_type = self.type_of(node)
        found = dict(node_type.parameters) if node_type else {}
        if self.node(node).get("type") == SUBWORKFLOW:
            found.setdefault(FILE, Parameter(FILE, TEXT, str, description=_FILE_HELP))
            found |= self._child_parameters(node)
        elif node_type and node_type.extra:
            extra = node_type.extra
            given = self.node(node).get("inputs", {})
            found |= {n: replace(extra, name=n) for n in given if n not in found}
        return found

    def parameter(self, node: str, name: str) -> Parameter | None:
        """Return one parameter, also of a name that a variadic one may yet be given."""
        node_type = self.type_of(node)
        if self.node(node).get("type") == SUBWORKFLOW or node_type is None:
            return self.parameters(node).get(name)
        return node_type.parameter(name)

    def outputs(self, node: str) -> Mapping[str, PortType]:
        """Return the output ports of a node with their types; none for an unknown node."""
        if node not in self._outputs:
            # A cycle meets this, and ends.
            self._outputs[node] = {}
            self._outputs[node] = self._find_outputs(node)
        return self._outputs[node]

    def input_type(self, name: str) -> PortType | None:
        """Return the type of a workflow input, or None where there is none."""
        spec = self._data.get("inputs", {}).get(name)
        if spec is None:
            return None
        try:
            return parse_type(spec.get("type", "text"), tuple(spec.get("options") or ()))
        except ValueError:
            return None

    def kind(self, reference: Reference) -> PortType | None:
        """Return the type of what a reference names, lists as lists; None if it names nothing."""
        if reference.is_input:
            found = self.input_type(reference.port)
        else:
            found = self.outputs(reference.node).get(reference.port)
        for name in reference.path:
            if found is None:
                return None
            found = fields_of(item_of(found)).get(name)
        return found

    # -- finding -------------------------------------------------------------------------------

    def _find_outputs(self, node: str) -> Mapping[str, PortType]:
        spec = self.node(node)
        if spec.get("type") == SUBWORKFLOW:
            return self._child_outputs(node)
        node_type = self.type_of(node)
        if node_type is None:
            return {}
        outputs = _hooked(node_type, spec.get("inputs", {}))
        if not any(port_type.is_open for port_type in outputs.values()):
            return outputs
        variables = self._variables(node_type, spec.get("inputs", {}))
        return {name: substitute(port_type, variables) for name, port_type in outputs.items()}

    def _variables(self, node_type: NodeType, inputs: Data) -> dict[str, PortType]:
        variables: dict[str, PortType] = {}
        for name, value in inputs.items():
            parameter = node_type.parameter(name)
            if parameter and parameter.type.is_open:
                source = self._kind_of_value(value)
                if source:
                    fits(item_of(source), item_of(parameter.type), variables)
        return variables

    def _kind_of_value(self, value: Any) -> PortType | None:
        if isinstance(value, list):
            return self._kind_of_value(value[0]) if value else None
        if reference := texts.only(value):
            return self.kind(reference)
        kind = _LITERALS.get(type(value))
        return PortType(kind) if kind else None

    def _child(self, node: str) -> Signatures | None:
        if node not in self._inner:
            inputs = self.node(node).get("inputs", {})
            document = self._types.child(inputs.get("file"), self._folder)
            deeper = self._depth + 1
            self._inner[node] = (
                Signatures(document.data, document.path.parent, self._types, deeper)
                if document and document.path and deeper < _MAX_DEPTH
                else None
            )
        return self._inner[node]

    def _child_parameters(self, node: str) -> dict[str, Parameter]:
        child = self._child(node)
        found = {}
        for name, spec in child._data.get("inputs", {}).items() if child else ():
            port_type = child.input_type(name) if child else None
            if port_type:
                default = {"default": spec["default"]} if "default" in spec else {}
                annotation = to_annotation(port_type)
                help_text = spec.get("help", "")
                found[name] = Parameter(
                    name, port_type, annotation, description=help_text, **default
                )
        return found

    def _child_outputs(self, node: str) -> Mapping[str, PortType]:
        child = self._child(node)
        found = {}
        for name, text in child._data.get("outputs", {}).items() if child else ():
            reference = texts.only(text)
            kind = child.kind(reference) if child and reference else None
            if kind:
                found[name] = kind
        return found


def item_of(port_type: PortType) -> PortType:
    """Return the type of one item, for a list; otherwise the type itself."""
    return port_type.required().item if port_type.required().is_list else port_type


def fits_port(source: PortType, target: PortType) -> bool:
    """Tell whether values go into a port, item by item where one or the other is a list."""
    return fits(item_of(source), item_of(target), {})


def fits_text(source: PortType, target: PortType) -> bool:
    """Tell whether values may be put into a text that stands in a port."""
    kinds = {member.kind for member in (item_of(source).members or (item_of(source),))}
    return kinds <= _IN_TEXT and fits(TEXT, item_of(target), {})


_IN_TEXT: Final = frozenset({"text", "integer", "number", "boolean", "choice"})


def _hooked(node_type: NodeType, inputs: Data) -> Mapping[str, PortType]:
    if node_type.outputs_hook is None:
        return node_type.outputs
    wired = {name for name, value in inputs.items() if any(texts.within(value))}
    known = {name: value for name, value in inputs.items() if name not in wired}
    try:
        return node_type.outputs_hook(StaticArguments(known, wired))
    except Exception:
        # The hook is written for arguments that were checked; these are being typed.
        return node_type.outputs
