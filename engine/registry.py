"""Where the engine finds node types by name."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.errors import NodeDefinitionError
from engine.nodetype import NodeType

MARK = "__node_type__"
"""The attribute by which a function carries the node type made of it."""


class Registry:
    """The node types that a run may use, by name."""

    def __init__(self, types: Iterable[NodeType] = ()) -> None:
        self._types: dict[str, NodeType] = {}
        for node_type in types:
            self.add(node_type)

    def add(self, node_type: NodeType) -> None:
        """Add a node type.

        Raises:
            NodeDefinitionError: Another node has that name; none is ever replaced silently.
        """
        if other := self._types.get(node_type.name):
            message = f"the name is taken by the node of {other.module}"
            where = f"node {node_type.name} ({node_type.module})"
            raise NodeDefinitionError(message, where=where, hint="Give one of them another name.")
        self._types[node_type.name] = node_type

    def add_module(self, module: types.ModuleType, origin: str = "") -> int:
        """Add every node function that a module defines; return how many there were.

        Args:
            module: The module.
            origin: Tells its code from that of other authors, see `NodeType.origin`.

        Raises:
            NodeDefinitionError: A name is taken, or a default of another author's node is wrong.
        """
        found = [
            getattr(value, MARK)
            for value in vars(module).values()
            if hasattr(value, MARK) and value.__module__ == module.__name__
        ]
        for node_type in found:
            if origin:
                # Those of reelgraph itself are tested instead: it would take 20 ms of each start.
                node_type.check_defaults()
            self.add(replace(node_type, origin=origin) if origin else node_type)
        return len(found)

    def get(self, name: str) -> NodeType | None:
        """Return the node type of that name, or None."""
        return self._types.get(name)

    def __getitem__(self, name: str) -> NodeType:
        return self._types[name]

    def __contains__(self, name: object) -> bool:
        return name in self._types

    def __iter__(self) -> Iterator[NodeType]:
        return iter(self._types.values())

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(self._types)
