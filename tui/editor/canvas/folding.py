"""Groups folded into one node each: a scene in, a scene out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from tui.editor.canvas.scene import Flow, Node, Port, Scene, State, Wire

_WORST: tuple[State, ...] = (
    State.FAILED, State.REFUSED, State.MISSING, State.RUNNING, State.STOPPED, State.QUEUED,
    State.SKIPPED, State.IDLE, State.DONE, State.CACHED, State.DISABLED,
)  # fmt: skip
"""A group is in the first of these states that one of its nodes is in."""
_FLOWS = (Flow.ACTIVE, Flow.READY, Flow.IDLE, Flow.BROKEN)


def fold(scene: Scene) -> Scene:
    """Return the scene with each folded group drawn as one node.

    A port of such a node is named `NODE.PORT` after the inner node's; wires inside are left out.
    """
    folded = {group.id for group in scene.groups if group.folded}
    if not folded:
        return scene
    holder = {node.id: _outermost(node.group, folded) for node in scene.nodes}
    wires = _wires(scene.wires, holder)
    kept = [node for node in scene.nodes if not holder[node.id]]
    titles = {group.id: group.title for group in scene.groups}
    members: dict[str, list[Node]] = {}
    for node in scene.nodes:
        if holder[node.id]:
            members.setdefault(holder[node.id], []).append(node)
    boxes = [_box(key, titles[key], inner, wires) for key, inner in members.items()]
    groups = tuple(g for g in scene.groups if not _outermost(g.id, folded))
    return replace(scene, nodes=(*kept, *boxes), wires=wires, groups=groups)


def _outermost(group: str, folded: Iterable[str]) -> str:
    """Return the outermost folded group around, or nothing."""
    around = [key for key in folded if group.startswith(key)]
    return min(around, key=len, default="")


def _wires(wires: Iterable[Wire], holder: Mapping[str, str]) -> tuple[Wire, ...]:
    found: dict[tuple[str, str, str, str], Wire] = {}
    for wire in wires:
        source, target = holder.get(wire.source, ""), holder.get(wire.target, "")
        if source and source == target:
            continue
        moved = replace(
            wire,
            source=source or wire.source,
            outlet=f"{wire.source}.{wire.outlet}" if source else wire.outlet,
            target=target or wire.target,
            inlet=f"{wire.target}.{wire.inlet}" if target else wire.inlet,
        )
        found[moved.source, moved.outlet, moved.target, moved.inlet] = moved
    return tuple(found.values())


def _box(key: str, title: str, members: list[Node], wires: Iterable[Wire]) -> Node:
    kinds = {f"{n.id}.{p.name}": p.kind for n in members for p in (*n.inlets, *n.outlets)}
    inlets = {w.inlet: kinds.get(w.inlet, w.kind) for w in wires if w.target == key}
    outlets = {w.outlet: kinds.get(w.outlet, w.kind) for w in wires if w.source == key}
    name = key.rstrip("/").rpartition("/")[2]
    tasks = tuple(state for node in members for state in (node.tasks or (node.state,)))
    return Node(
        id=key,
        title=title or name,
        type="1 node" if len(members) == 1 else f"{len(members)} nodes",
        kind=members[-1].kind,
        inlets=tuple(Port(port, kind) for port, kind in inlets.items()),
        outlets=tuple(Port(port, kind) for port, kind in outlets.items()),
        tasks=tasks,
        state=min((node.state for node in members), key=_WORST.index),
        badges=tuple(badge for node in members for badge in node.badges if badge.tone == "bad"),
        group=key.rstrip("/").rpartition("/")[0] + "/" if "/" in key.rstrip("/") else "",
    )


def strongest(flows: Iterable[Flow]) -> Flow:
    """Return the flow of wires that run together; they are broken if all are."""
    return min(flows, key=_FLOWS.index, default=Flow.IDLE)
