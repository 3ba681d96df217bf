"""The names of places in a workflow's data, as the editor says them: `frame.prompt`, not the way
through the file, `nodes.frame.inputs.prompt`."""

from __future__ import annotations

from typing import Final

from engine.problems import json_path
from tui.editor.model.data import Path
from tui.editor.model.snapshot import Slot

_WHOLE: Final = 2
"""Depth of what has a name of its own: a node, an input, a note."""
_THINGS: Final = {
    "nodes": "",
    "inputs": "input ",
    "outputs": "output ",
    "groups": "group ",
    "notes": "note ",
    "layout": "place of ",
}
"""By section of the file what is said before the name of one of its members."""
_MEMBERS: Final = {("notes", "at"): "place", ("groups", "collapsed"): "folding"}
"""Members that are called something else than in the file."""


def address(path: Path) -> str:
    """Return the name of a place: `frame.prompt`, `title of frame`, `default of input style`."""
    if not path:
        return "the whole file"
    section, *inner = path
    if section not in _THINGS or not inner:
        return json_path(path)
    if section == "nodes" and inner[1:2] == ["inputs"] and len(inner) > _WHOLE:
        name, _, parameter, *rest = inner
        return f"{Slot(str(name), str(parameter))}{_further(rest)}"
    name, *members = inner
    thing = f"{_THINGS[str(section)]}{name}"
    if not members:
        return thing
    member, *rest = members
    return f"{_MEMBERS.get((str(section), str(member)), member)}{_further(rest)} of {thing}"


def _further(path: list[str | int]) -> str:
    dot = "." if path and isinstance(path[0], str) else ""
    return f"{dot}{json_path(path)}"
