"""A part of a workflow as a workflow of its own: what is sound of it, or what a run needs of it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.document import Document
    from tui.editor.model import Snapshot


def part_of(snapshot: Snapshot, nodes: Collection[str]) -> Document:
    """Return a workflow with some of the nodes, and the inputs that they use; without outputs.

    Args:
        snapshot: The whole.
        nodes: The nodes; what they need must be among them.
    """
    kept = {name: spec for name, spec in snapshot.nodes.items() if name in nodes}
    data = {**snapshot.data, "nodes": kept}
    for name in ("outputs", "groups", "notes", "layout"):
        data.pop(name, None)
    used = {i.source.port for n in kept for i in snapshot.edges_into(n) if i.source.is_input}
    if "inputs" in data:
        data["inputs"] = {n: spec for n, spec in data["inputs"].items() if n in used}
    return snapshot.base.replace(data)
