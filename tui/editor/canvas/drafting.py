"""From scenes to layout tasks, and from one scene to the next with the least work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.drawing.layout import Link
from tui.editor.canvas.cards import Card, node_card, note_card
from tui.editor.canvas.scene import Node, Scene, Zoom
from tui.editor.canvas.settling import Task
from tui.editor.canvas.wiring import Wiring, make_wiring, without_cycles

_NOTHING: Mapping[str, int] = {}


@dataclass(slots=True)
class Draft:
    """A scene at a zoom, before it is laid out."""

    scene: Scene
    zoom: Zoom
    cards: dict[str, Card]
    wiring: Wiring
    task: Task
    is_roomy: bool = False
    """Whether compact boxes are wide enough for their types."""


@dataclass(slots=True)
class Change:
    """What a new scene changes of a draft whose layout stays."""

    nodes: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)


def make_draft(
    scene: Scene, zoom: Zoom, before: Draft | None = None, *, is_roomy: bool = False
) -> Draft:
    """Return the draft of a scene.

    Args:
        scene: The scene, with its groups folded.
        zoom: How much is shown.
        before: A draft at the same zoom, whose cards are taken over where they are right.
        is_roomy: Whether compact boxes are wide enough for their types.
    """
    wiring = make_wiring(scene)
    is_alike = before is not None and (before.zoom, before.is_roomy) == (zoom, is_roomy)
    known = before.cards if before and is_alike else {}
    old = before.wiring if before else wiring
    cards: dict[str, Card] = {}
    for node in scene.nodes:
        slots = wiring.slots.get(node.id, _NOTHING)
        outlets: set[str] = wiring.outlets.get(node.id, set())
        card = known.get(node.id)
        if (
            card is None
            or card.node is not node
            or slots != old.slots.get(node.id, _NOTHING)
            or outlets != old.outlets.get(node.id, set())
        ):
            card = node_card(node, zoom, slots, outlets, is_roomy=is_roomy)
        cards[node.id] = card
    for note in scene.notes:
        cards[note.id] = note_card(note, zoom)
    straight, closing = without_cycles((node.id for node in scene.nodes), wiring.links)
    task = Task(
        zoom,
        tuple(card.box for card in cards.values()),
        tuple(straight),
        tuple(closing),
        dict(scene.places),
        frozenset(note.id for note in scene.notes),
    )
    return Draft(scene, zoom, cards, wiring, task, is_roomy)


def restate(draft: Draft, scene: Scene) -> Change | None:
    """Take over a scene that changes no shape.

    Returns:
        What has changed, or None if the scene needs a new layout; the draft is as it was then.
    """
    old = draft.scene
    if (
        len(scene.nodes) != len(old.nodes)
        or scene.groups != old.groups
        or scene.notes != old.notes
        or (scene.places is not old.places and scene.places != old.places)
    ):
        return None
    cards = _restated_cards(draft, scene)
    if cards is None:
        return None
    links = draft.wiring.restated(scene.wires)
    if links is None:
        return None
    draft.cards.update(cards)
    draft.scene = scene
    return Change(list(cards), links)


def _restated_cards(draft: Draft, scene: Scene) -> dict[str, Card] | None:
    """Return new cards for the nodes that have changed; None if one has another shape."""
    changed: dict[str, Card] = {}
    wiring = draft.wiring
    for old, new in zip(draft.scene.nodes, scene.nodes, strict=True):
        if old is new:
            continue
        if old.id != new.id:
            return None
        if old != new:
            card = _new_card(new, draft, wiring)
            if card.box != draft.cards[new.id].box:
                return None
            changed[new.id] = card
    return changed


def _new_card(node: Node, draft: Draft, wiring: Wiring) -> Card:
    slots = wiring.slots.get(node.id, _NOTHING)
    outlets = wiring.outlets.get(node.id, set())
    return node_card(node, draft.zoom, slots, outlets, is_roomy=draft.is_roomy)
