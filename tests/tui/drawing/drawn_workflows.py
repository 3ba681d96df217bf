"""Workflows that the tests draw."""

from __future__ import annotations

from typing import Any, Final

Workflow = dict[str, Any]

STORY: Final[Workflow] = {
    "name": "story",
    "description": "Every line of a story becomes a picture that is described.",
    "inputs": {"script": {"type": "text"}, "style": {"default": "ink"}, "idle": {"default": ""}},
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "${inputs.script}"}},
        "frame": {
            "type": "picture",
            "inputs": {"name": "${board.shots.prompt}, ${inputs.style}"},
        },
        "words": {"type": "describe", "inputs": {"image": "${frame.image}"}},
        "all": {"type": "join", "inputs": {"texts": "${words.text}", "separator": " / "}},
    },
    "outputs": {"text": "${all.text}", "frames": "${frame.image}"},
}
DIAMOND: Final[Workflow] = {
    "name": "diamond",
    "nodes": {
        "top": {"type": "upper", "inputs": {"text": "hello"}},
        "left": {"type": "upper", "inputs": {"text": "${top.text}"}},
        "right": {"type": "upper", "inputs": {"text": "${top.text}", "seed": [1, 2, 3]}},
        "both": {"type": "join", "inputs": {"texts": ["${left.text}", "${right.text}"]}},
    },
    "outputs": {"text": "${both.text}"},
}
LOOK: Final[Workflow] = {
    "inputs": {"words": {"type": "text"}},
    "nodes": {
        "loud": {"type": "upper", "inputs": {"text": "${inputs.words}"}},
        "frame": {"type": "picture", "inputs": {"name": "${loud.text}"}},
    },
    "outputs": {"image": "${frame.image}"},
}
REUSE: Final[Workflow] = {
    "name": "reuse",
    "inputs": {"script": {"type": "text"}},
    "nodes": {
        "board": {"type": "split", "inputs": {"script": "${inputs.script}"}},
        "look": {
            "type": "subworkflow",
            "inputs": {"file": "look.json", "words": "${board.shots.prompt}"},
        },
        "says": {"type": "describe", "inputs": {"image": "${look.image}"}},
    },
    "outputs": {"says": "${says.text}"},
}


def chain(length: int) -> Workflow:
    """Return nodes in a row."""
    nodes: Workflow = {"n0": {"type": "upper", "inputs": {"text": "a"}}}
    for i in range(1, length):
        nodes[f"n{i}"] = {"type": "upper", "inputs": {"text": f"${{n{i - 1}.text}}"}}
    return {"name": "chain", "nodes": nodes}


def woven(count: int) -> Workflow:
    """Return nodes that each need several of those before, so that many rails are open at once."""
    nodes: Workflow = {}
    for i in range(count):
        sources = [f"${{n{j}.text}}" for j in (i // 2, i // 3, i // 5) if j < i]
        if sources:
            nodes[f"n{i}"] = {"type": "join", "inputs": {"texts": sources}}
        else:
            nodes[f"n{i}"] = {"type": "upper", "inputs": {"text": "a"}}
    return {"name": "woven", "nodes": nodes}
