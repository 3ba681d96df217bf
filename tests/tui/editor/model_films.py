"""Workflows and edits for tests of the editor's model."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from engine import create
from engine.references import Reference
from tests.support import nodes
from tui.editor.model import Change, Editing, Refused, Slot, Snapshot, Types, edits, relinks

TEXT = """{
  "reelgraph": 1,   "name": "film",
  "inputs": {"story": {"type": "text"}, "style": {"type": "text", "default": "ink"}},
  "nodes": {
    "board": {"type": "split", "inputs": {"script": "${inputs.story}"}, "x-color": 3},

    "frame": {"type": "picture",
              "inputs": {"name": "${board.shots.prompt}, $${x} ${inputs.style}"}},
    "tell":  {"type": "describe", "inputs": {"image": "${frame.image}"}, "note": "aloud"},
    "loud":  {"type": "upper", "inputs": {"text": "${tell.text}", "seed": [1, 2, 3]}},
    "all":   {"type": "join", "inputs": {"texts": ["start", "${loud.text}"]}, "collect": "board"}
  },
  "outputs": {"film": "${all.text}", "frames": "${frame.image}"},
  "layout": {"frame": [28, 0], "tell": [40, 5]}
}
"""
TYPES = Types(nodes.registry())


def film() -> Editing:
    """Return a model of a small film, written by hand."""
    from engine import loads

    return Editing(loads(TEXT), TYPES)


def model(data: dict[str, Any]) -> Editing:
    return Editing(create({"reelgraph": 1, **data}), TYPES)


def inputs(editing: Editing, node: str) -> dict[str, Any]:
    found: dict[str, Any] = editing.snapshot.nodes[node]["inputs"]
    return found


def some_edit(chance: random.Random, now: Snapshot) -> Change:
    """Return any edit of any kind, as it comes; it may be refused."""
    return chance.choice(EDITS)(chance, now)


def _node(chance: random.Random, now: Snapshot) -> str:
    return chance.choice([*now.nodes, "nobody"])


def _some(chance: random.Random, now: Snapshot) -> list[str]:
    return chance.sample(list(now.nodes), min(len(now.nodes), chance.randint(1, 3)))


def _output(chance: random.Random, now: Snapshot) -> Reference:
    node = _node(chance, now)
    ports = [*now.signatures.outputs(node), "nothing"]
    return Reference(node, chance.choice(ports))


def _slot(chance: random.Random, now: Snapshot) -> Slot:
    node = _node(chance, now)
    return Slot(node, chance.choice([*now.signatures.parameters(node), "nothing"]))


def _add(chance: random.Random, now: Snapshot) -> Change:
    kind = chance.choice(["upper", "join", "add", "picture", "describe", "choose", "split"])
    source = _output(chance, now) if chance.random() < 0.5 else None
    place = (float(chance.randint(0, 9)), 3.0) if chance.random() < 0.3 else None
    return edits.add_node(now, kind, source=source, place=place)


def _insert(chance: random.Random, now: Snapshot) -> Change:
    edges = list(now.edges())
    if not edges:
        raise Refused("no wires")
    edge = chance.choice(edges)
    return edits.insert_node(now, chance.choice(["upper", "first", "echo"]), *edge)


def _delete(chance: random.Random, now: Snapshot) -> Change:
    chosen = _some(chance, now)
    if not chosen:
        raise Refused("nothing is left")
    offers = relinks(now, chosen)
    return edits.delete_nodes(now, chosen, offers if chance.random() < 0.5 else ())


def _paste(chance: random.Random, now: Snapshot) -> Change:
    if not now.nodes:
        return edits.paste(now, TEXT)
    return edits.paste(now, edits.copy_nodes(now, _some(chance, now)), at=(1.0, 2.0))


def _value(chance: random.Random) -> Any:
    values: list[Any] = [
        1,
        1.5,
        True,
        None,
        "x",
        "é ${board.shots}",
        [1, 2],
        {"a": [{}]},
        [],
        {},
        -0.0,
    ]
    return chance.choice(values)


EDITS: list[Callable[[random.Random, Snapshot], Change]] = [
    _add,
    _insert,
    _delete,
    _paste,
    lambda c, s: edits.connect(s, _output(c, s), _slot(c, s)),
    lambda c, s: edits.disconnect(s, _slot(c, s)),
    lambda c, s: edits.duplicate(s, _some(c, s)),
    lambda c, s: edits.rename_node(s, _node(c, s), c.choice(["a", "b", "frame", "new", "1"])),
    lambda c, s: edits.rename_input(s, c.choice(["story", "style"]), c.choice(["tale", "style"])),
    lambda c, s: edits.set_parameter(s, _node(c, s), c.choice(["text", "seed"]), _value(c)),
    lambda c, s: edits.unset_parameter(s, _node(c, s), c.choice(["text", "seed"])),
    lambda c, s: edits.set_field(s, _node(c, s), c.choice(["title", "note", "retry"]), _value(c)),
    lambda c, s: edits.set_value(s, ("x-mine", c.choice("ab")), _value(c)),
    lambda c, s: edits.remove_value(s, ("x-mine", c.choice("ab"))),
    lambda c, s: edits.set_disabled(s, _some(c, s), c.random() < 0.5),
    lambda c, s: edits.move(s, {_node(c, s): (c.randint(0, 99), 0.5)}),
    lambda c, s: edits.unpin(s, _some(c, s)),
    lambda c, s: edits.group(s, _some(c, s), title="Together"),
    lambda c, s: edits.regroup(s, _some(c, s), c.choice(["group", ""])),
    lambda c, s: edits.remove_group(s, "group"),
    lambda c, s: edits.add_note(s, "look", (1.0, 2.0)),
    lambda c, s: edits.change_note(s, "note", text=c.choice(["a", "b"])),
    lambda c, s: edits.remove_note(s, "note"),
    lambda c, s: edits.add_input(s, c.choice(["tale", "size"]), "number", default=1),
    lambda c, s: edits.remove_input(s, c.choice(["tale", "style"])),
    lambda c, s: edits.expose(s, _slot(c, s)),
    lambda c, s: edits.set_output(s, c.choice(["film", "more"]), _output(c, s)),
    lambda c, s: edits.remove_output(s, "film"),
    lambda c, s: edits.rename_output(s, "film", "movie"),
    lambda c, s: edits.set_title(s, c.choice(["a", "b"])),
    lambda c, s: edits.set_description(s, c.choice(["a", "b"])),
    lambda c, s: edits.pick_take(s, _node(c, s), c.randint(1, 3)),
    lambda c, s: edits.pick_for_item(s, _node(c, s), c.randint(1, 3), c.randint(1, 2), 2),
]
