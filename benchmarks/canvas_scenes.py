"""Scenes for measurements and for looking at: a storyboard, and large graphs of two shapes."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tui.editor.canvas import Badge, Flow, Node, Note, Port, Scene, State, Wire

_KINDS = ("text", "shot", "image", "video", "audio")


def storyboard() -> Scene:
    """Return the workflow from a story to a film, in the middle of a run."""
    text, shots = Port("text", "text"), Port("shots", "shot", many=True)
    done, cached, running, queued = State.DONE, State.CACHED, State.RUNNING, State.QUEUED
    nodes = (
        Node("inputs.story", "story", "text", "text", outlets=(text,), terminal=True),
        Node("inputs.style", "style", "text", "text", outlets=(text,), terminal=True),
        Node(
            "board", "board", "storyboard_split", "shot",
            (Port("script", "text"), Port("max_shots", "integer")), (shots,),
            (("max_shots", "6"),), state=done, badges=(Badge("0.2 s"),),
        ),
        Node(
            "frame", "frame", "text_to_image", "image",
            (Port("prompt", "text"), Port("style", "text"), Port("reference", "image")),
            (Port("image", "image"),),
            (("model", "animatic/frame"), ("prompt", "A lighthouse in the fog, wide shot at dusk")),
            ("board",), (cached, cached, done, done, done, done), done, badges=(Badge("$0.24"),),
        ),
        Node(
            "clip", "clip", "image_to_video", "video",
            (Port("image", "image"), Port("prompt", "text"), Port("duration", "number")),
            (Port("video", "video"),), (("model", "animatic/camera"),),
            ("board",), (done, done, running, running, queued, queued), running, 0.4,
            (Badge("$1.80"),),
        ),
        Node(
            "sharp", "sharp", "upscale", "video", (Port("video", "video"),),
            (Port("video", "video"),), (("factor", "2"),), ("board",),
            (done, running, queued, queued, queued, queued), running,
        ),
        Node(
            "voice", "narrator", "text_to_speech", "audio",
            (Port("text", "text"), Port("voice", "text", needed=True)), (Port("audio", "audio"),),
            (("model", "elevenlabs/v3"),), state=State.MISSING, badges=(Badge("no key", "bad"),),
        ),
        Node(
            "film", "film", "concat", "video",
            (Port("clips", "video", many=True), Port("audio", "audio")), (Port("video", "video"),),
            (("transition", "cut"),), state=queued,
        ),
        Node("output:film", "film", "video", "video", (Port("film", "video"),), terminal=True),
    )  # fmt: skip
    ready, active = Flow.READY, Flow.ACTIVE
    wires = (
        Wire("inputs.story", "text", "board", "script", "text", ready),
        Wire("inputs.style", "text", "frame", "style", "text", ready),
        Wire("board", "shots", "frame", "prompt", "shot", ready),
        Wire("board", "shots", "clip", "prompt", "shot", ready),
        Wire("board", "shots", "clip", "duration", "shot", ready),
        Wire("frame", "image", "clip", "image", "image", active),
        Wire("clip", "video", "sharp", "video", "video", active),
        Wire("sharp", "video", "film", "clips", "video"),
        Wire("inputs.story", "text", "voice", "text", "text", Flow.BROKEN),
        Wire("voice", "audio", "film", "audio", "audio"),
        Wire("film", "video", "output:film", "film", "video"),
    )
    return Scene(nodes, wires, notes=(Note("n1", "Keep the fog in every frame."),))


def studio(count: int) -> Scene:
    """Return pipelines beside each other: a brief, shots, frames, clips, a film."""
    nodes: list[Node] = []
    wires: list[Wire] = []
    number = 0
    while len(nodes) < count:
        _pipeline(number, nodes, wires)
        number += 1
    return _first(nodes, wires, count)


def _pipeline(number: int, nodes: list[Node], wires: list[Wire]) -> None:
    brief, board, film = f"brief{number}", f"board{number}", f"film{number}"
    nodes.append(_node(brief, "text", (), ("text",)))
    nodes.append(_node(board, "shot", ("script",), ("shots",)))
    wires.append(Wire(brief, "text", board, "script", "text"))
    for shot in range(6):
        names = [f"{step}{number}.{shot}" for step in ("prompt", "frame", "sharp", "clip")]
        kinds = ("text", "image", "image", "video")
        for name, kind in zip(names, kinds, strict=True):
            nodes.append(_node(name, kind, ("a", "b"), ("out",)))
        before = [(board, "shots", "shot"), *((names[i], "out", kinds[i]) for i in range(3))]
        for (source, outlet, kind), target in zip(before, names, strict=True):
            wires.append(Wire(source, outlet, target, "a", kind))
        wires.append(Wire(names[0], "out", names[3], "b", "text"))
        wires.append(Wire(names[3], "out", film, "clips", "video"))
    nodes.append(_node(film, "video", ("clips",), ("video",)))


def woven(count: int, seed: int = 1) -> Scene:
    """Return a random graph in layers, most of whose wires lead to one of the next."""
    chance = random.Random(seed)
    nodes = [
        _node(f"n{i}", _KINDS[i % len(_KINDS)], ("a", "b", "c"), ("out",)) for i in range(count)
    ]
    layer = max(4, round(count**0.5 * 0.8))
    ends: set[tuple[int, int]] = set()
    for _ in range(count * 8 // 5):
        source = chance.randrange(count)
        start = (source // layer + chance.choice((1, 1, 1, 1, 2, 2, 3))) * layer
        if start < count:
            ends.add((source, min(count - 1, start + chance.randrange(layer))))
    wires = [
        Wire(f"n{a}", "out", f"n{b}", chance.choice("abc"), nodes[a].kind) for a, b in sorted(ends)
    ]
    return Scene(tuple(nodes), tuple(wires))


def _node(name: str, kind: str, inlets: Sequence[str], outlets: Sequence[str]) -> Node:
    return Node(
        name,
        name,
        f"{kind}_step",
        kind,
        tuple(Port(each, kind) for each in inlets),
        tuple(Port(each, kind) for each in outlets),
        (("model", "animatic/frame"), ("prompt", f"Words for {name}")),
    )


def _first(nodes: list[Node], wires: list[Wire], count: int) -> Scene:
    kept = {node.id for node in nodes[:count]}
    return Scene(
        tuple(nodes[:count]), tuple(w for w in wires if w.source in kept and w.target in kept)
    )
