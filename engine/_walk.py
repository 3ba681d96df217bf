"""Following a reference from a port into its value: the fields passed and the axes met."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.graph import ITEM, Axis, Node
from engine.types import fields_of


class Walk:
    """Goes from a port into its value step by step.

    Args:
        node: The node that has the port.
        port: The port's name.
        axes: All axes so far; those met for the first time are added.
        port_axes: The axis of each port that gives a list, by node and port.
    """

    def __init__(
        self,
        node: Node,
        port: str,
        axes: dict[str, Axis],
        port_axes: Mapping[tuple[str, str], str],
    ) -> None:
        self._node = node
        self._port = port
        self._all_axes = axes
        self.type = node.outputs[port]
        """The type of one item of what was reached."""
        self.axes: list[str] = list(node.axes)
        self.steps: list[str | None] = []
        if self.type.is_list:
            self._enter(port_axes[node.id, port])

    def go(self, name: str, *, keep_list: bool) -> bool:
        """Step into a field; False if there is none of that name.

        Args:
            name: The field.
            keep_list: Whether a list is taken as one value, and not item by item.
        """
        fields = fields_of(self.type.required())
        if name not in fields:
            return False
        reached = fields[name]
        self.type = replace(reached, optional=reached.optional or self.type.optional)
        self.steps.append(name)
        if self.type.is_list and not keep_list:
            self._enter(self._field_axis())
        return True

    def _field_axis(self) -> str:
        path = ".".join(step for step in self.steps if step)
        name = f"{self._node.id}.{self._port}.{path}"
        if name not in self._all_axes:
            self._all_axes[name] = Axis(
                name,
                parents=tuple(self.axes),
                scope=self._node.scope,
                maker=self._node.id,
                port=self._port,
                steps=tuple(self.steps),
            )
        return name

    def _enter(self, axis: str) -> None:
        self.axes.append(axis)
        self.steps.append(ITEM)
        self.type = self.type.item
