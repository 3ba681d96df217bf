"""Which wires a scene has, as links of the layout, and which row of a box each arrives on.

Wires that leave the same outlet are one net. Different nets that go into the same inlet arrive on
rows of their own, so that each can be followed; from the sixth on they share the last row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tui.drawing.layout import Link
from tui.editor.canvas.scene import Scene, Wire, wire_ref

MOST_SLOTS = 6


@dataclass(slots=True)
class Wiring:
    """The wires of a scene, by what they join."""

    links: dict[Link, Wire] = field(default_factory=dict)
    slots: dict[str, dict[str, int]] = field(default_factory=dict)
    """For each node its wired inlets, and on how many rows wires arrive."""
    outlets: dict[str, set[str]] = field(default_factory=dict)
    """For each node its wired outlets."""
    into: dict[str, list[Link]] = field(default_factory=dict)
    """For each node the wires that arrive."""
    out_of: dict[str, list[Link]] = field(default_factory=dict)
    """For each node the wires that leave."""

    def restated(self, wires: Sequence[Wire]) -> list[Link] | None:
        """Take over wires that join the same ports as before.

        Returns:
            The links whose wires have changed, or None if other ports are joined.
        """
        if len(wires) != len(self.links):
            return None
        changed = []
        for (link, old), new in zip(self.links.items(), wires, strict=True):
            if old is not new and old != new:
                if wire_ref(old) != wire_ref(new):
                    return None
                changed.append((link, new))
        self.links.update(changed)
        return [link for link, _ in changed]


def slot_key(inlet: str, number: int) -> str:
    """Return the name of a row of an inlet."""
    return f"{inlet}\x00{number}" if number else inlet


def port_of(key: str) -> str:
    """Return the port that a row belongs to."""
    return key.partition("\x00")[0]


def make_wiring(scene: Scene) -> Wiring:
    """Return the wires of a scene whose nodes are there."""
    known = {node.id for node in scene.nodes}
    wiring = Wiring()
    nets: dict[tuple[str, str], dict[tuple[str, str], int]] = defaultdict(dict)
    slots: dict[str, dict[str, int]] = defaultdict(dict)
    outlets: dict[str, set[str]] = defaultdict(set)
    for wire in scene.wires:
        if wire.source not in known or wire.target not in known or wire.source == wire.target:
            continue
        arriving = nets[wire.target, wire.inlet]
        net = (wire.source, wire.outlet)
        number = arriving.setdefault(net, min(len(arriving), MOST_SLOTS - 1))
        rows = slots[wire.target]
        rows[wire.inlet] = max(rows.get(wire.inlet, 0), number + 1)
        outlets[wire.source].add(wire.outlet)
        link = Link(wire.source, wire.outlet, wire.target, slot_key(wire.inlet, number))
        if link not in wiring.links:
            wiring.into.setdefault(wire.target, []).append(link)
            wiring.out_of.setdefault(wire.source, []).append(link)
        wiring.links[link] = wire
    wiring.slots, wiring.outlets = dict(slots), dict(outlets)
    return wiring


def without_cycles(nodes: Iterable[str], links: Iterable[Link]) -> tuple[list[Link], list[Link]]:
    """Split links into those that form no cycle and those that close one."""
    after: dict[str, list[Link]] = defaultdict(list)
    for each in links:
        after[each.source].append(each)
    straight: list[Link] = []
    closing: list[Link] = []
    done: set[str] = set()
    for start in nodes:
        if start in done:
            continue
        done.add(start)
        open_: set[str] = {start}
        stack = [(start, iter(after[start]))]
        while stack:
            node, rest = stack[-1]
            link = next(rest, None)
            if link is None:
                open_.discard(node)
                stack.pop()
                continue
            if link.target in open_:
                closing.append(link)
            else:
                straight.append(link)
                if link.target not in done:
                    done.add(link.target)
                    open_.add(link.target)
                    stack.append((link.target, iter(after[link.target])))
    return straight, closing
