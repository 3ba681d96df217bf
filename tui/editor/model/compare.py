"""The differences of two workflows: nodes added, removed and changed, and what changed in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tui.editor.model.addresses import address
from tui.editor.model.data import MISSING, Data, Path
from tui.editor.model.delta import Delta, Swapped, difference


@dataclass(frozen=True, slots=True)
class Difference:
    """A place at which two workflows differ. `MISSING` stands for nothing there."""

    path: Path
    old: Any
    new: Any

    @property
    def place(self) -> str:
        """The name of the place: `frame.prompt`."""
        return address(self.path)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences of two workflows."""

    added: tuple[str, ...]
    """Ids of nodes that only the new one has."""
    removed: tuple[str, ...]
    """Ids of nodes that only the old one has."""
    changed: Mapping[str, tuple[Difference, ...]]
    """By node that both have, what differs in it."""
    other: tuple[Difference, ...]
    """What differs besides nodes: inputs, outputs, layout, ..."""

    @property
    def is_same(self) -> bool:
        """Whether there is no difference."""
        return not (self.added or self.removed or self.changed or self.other)


def compare(old: Data, new: Data) -> Comparison:
    """Compare two states of a workflow, or two workflows."""
    before, after = old.get("nodes", {}), new.get("nodes", {})
    changed = {
        node: found
        for node in after
        if node in before and (found := tuple(_differences(("nodes", node), before, after, node)))
    }
    rest_old = {key: value for key, value in old.items() if key != "nodes"}
    rest_new = {key: value for key, value in new.items() if key != "nodes"}
    return Comparison(
        added=tuple(node for node in after if node not in before),
        removed=tuple(node for node in before if node not in after),
        changed=changed,
        other=tuple(_walk((), difference(rest_old, rest_new))),
    )


def _differences(path: Path, before: Data, after: Data, node: str) -> Iterator[Difference]:
    if before[node] is not after[node]:
        yield from _walk(path, difference(before[node], after[node]))


def _walk(path: Path, delta: Delta | None) -> Iterator[Difference]:
    if delta is None:
        return
    if isinstance(delta, Swapped):
        yield from _in_any_order(path, delta)
        return
    for _, key, value in delta.removed:
        yield Difference((*path, key), value, MISSING)
    for key, inner in delta.changed.items():
        yield from _walk((*path, key), inner)
    for _, key, value in delta.added:
        yield Difference((*path, key), MISSING, value)


def _in_any_order(path: Path, delta: Swapped) -> Iterator[Difference]:
    """Yield a difference, unless it is one of the order of keys."""
    old, new = delta.old, delta.new
    if isinstance(old, dict) and isinstance(new, dict):
        ordered = {key: new[key] for key in old if key in new}
        ordered |= {key: value for key, value in new.items() if key not in old}
        yield from _walk(path, difference(old, ordered))
    else:
        yield Difference(path, old, new)
