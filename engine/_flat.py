"""Nodes of all files in one flat list, before their parameters are bound, and where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from engine.document import Document
from engine.nodetype import NodeType
from engine.problems import Problem, json_path
from engine.references import Reference, Template
from engine.workflow import NodeSpec

Expression = Any
"""A JSON value whose strings are parsed: `Reference` and `Template` stand among plain values."""


@dataclass(frozen=True)
class Unwired:
    """An input without a value."""


@dataclass
class RawNode:
    """A node before its parameters are bound."""

    id: str
    scope: str
    """Prefix of the subworkflow that the node belongs to."""
    expression_scope: str
    """Prefix of the subworkflow whose names its expressions use."""
    type: NodeType
    spec: NodeSpec
    inputs: dict[str, Expression]
    place: Place
    internal: bool = False
    is_input: bool = False


@dataclass(frozen=True)
class Place:
    """Where in which file something stands, for messages."""

    document: Document
    path: tuple[str | int, ...]

    def __truediv__(self, part: str | int) -> Place:
        return Place(self.document, (*self.path, part))


@dataclass(frozen=True)
class Caller:
    """The node that a subworkflow stands for."""

    spec: NodeSpec
    place: Place


@dataclass
class Scope:
    """The names of one workflow file, in one place of the flattened graph."""

    prefix: str
    document: Document
    outer: str = ""
    """Prefix of the scope that its caller is in."""
    caller: Place | None = None
    """The node that it stands for; None for the main file."""
    children: set[str] = field(default_factory=set)
    """Ids of its nodes that are subworkflows."""
    broken: set[str] = field(default_factory=set)
    """Names that have an error of their own; what refers to them is not blamed."""
    disabled: set[str] = field(default_factory=set)
    """Ids of its nodes that are subworkflows and disabled."""
    loose: list[tuple[Reference, Place]] = field(default_factory=list)
    """References of its broken nodes, and where they stand: what they name is not useless."""
    outputs: dict[str, Reference] = field(default_factory=dict)


@dataclass
class Flat:
    """All nodes of a workflow and its subworkflows, and the problems met on the way."""

    nodes: dict[str, RawNode] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(
        self,
        code: str,
        message: str,
        place: Place,
        *,
        expected: str = "",
        found: str = "",
        suggestion: str = "",
        severity: str = "error",
    ) -> None:
        """Note a problem at a place of a file."""
        document = place.document
        self.problems.append(
            Problem(
                severity="warning" if severity == "warning" else "error",
                code=code,
                message=message,
                file=document.name,
                path=json_path(place.path),
                line=document.line(place.path),
                expected=expected,
                found=found,
                suggestion=suggestion,
            )
        )


def references_in(expression: Expression) -> Iterator[Reference]:
    """Yield every reference in an expression."""
    if isinstance(expression, Reference):
        yield expression
    elif isinstance(expression, Template):
        yield from (part for part in expression.parts if isinstance(part, Reference))
    elif isinstance(expression, list):
        for item in expression:
            yield from references_in(item)
    elif isinstance(expression, dict):
        for item in expression.values():
            yield from references_in(item)
