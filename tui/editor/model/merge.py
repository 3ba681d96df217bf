"""Three-way merge of workflow data: what two sides made of one state, member by member.

Where only one side changed something, that counts. Where both did and disagree, it is a conflict,
for a person to decide. A node that one side renamed is followed through the other's changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from engine.problems import describe
from tui.editor.model.addresses import address
from tui.editor.model.data import MISSING, Data, Path, drop, put, same
from tui.editor.model.nodes import renamed

Side: TypeAlias = Literal["mine", "theirs"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that both sides changed, each in another way. `MISSING` stands for nothing there."""

    path: Path
    base: Any
    mine: Any
    theirs: Any

    @property
    def place(self) -> str:
        """The name of the place: `frame.prompt`."""
        return address(self.path)

    def __str__(self) -> str:
        return f"{self.place}: mine {_shown(self.mine)}, theirs {_shown(self.theirs)}"


@dataclass(frozen=True, slots=True)
class Merged:
    """The outcome of a merge."""

    data: Data
    """Both sides' changes; at a conflict, mine."""
    conflicts: tuple[Conflict, ...] = ()

    def resolve(self, choices: Mapping[Path, Side]) -> Data:
        """Return the data with each conflict decided; mine where nothing is chosen."""
        data = self.data
        for conflict in self.conflicts:
            if choices.get(conflict.path, "mine") == "theirs":
                value = conflict.theirs
                data = (
                    drop(data, conflict.path)
                    if value is MISSING
                    else put(data, conflict.path, value)
                )
        return data


def merge(base: Data, mine: Data, theirs: Data) -> Merged:
    """Merge two changed states of one workflow.

    Args:
        base: What both began with.
        mine: One side.
        theirs: The other; members that stay do so in its order.
    """
    for old, new in _renames(base, mine):
        if old in theirs.get("nodes", {}) and new not in theirs["nodes"]:
            theirs, base = renamed(theirs, {old: new}), renamed(base, {old: new})
    for old, new in _renames(base, theirs):
        if old in mine.get("nodes", {}) and new not in mine["nodes"]:
            mine, base = renamed(mine, {old: new}), renamed(base, {old: new})
    conflicts: list[Conflict] = []
    data = _merge((), base, mine, theirs, conflicts)
    return Merged(data, tuple(conflicts))


_WHOLE: Final = 2
"""Depth of the members that are added as a whole: a node, an input, a note."""


def _merge(path: Path, base: Any, mine: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    if same(mine, theirs) or same(base, theirs):
        return mine
    if same(base, mine):
        return theirs
    if _are_objects(path, base, mine, theirs):
        return _merge_members(path, {} if base is MISSING else base, mine, theirs, conflicts)
    conflicts.append(Conflict(path, base, mine, theirs))
    return mine


def _are_objects(path: Path, base: Any, mine: Any, theirs: Any) -> bool:
    if not isinstance(mine, dict) or not isinstance(theirs, dict):
        return False
    return isinstance(base, dict) or (base is MISSING and len(path) < _WHOLE)


def _merge_members(
    path: Path, base: Any, mine: Any, theirs: Any, conflicts: list[Conflict]
) -> dict[str, Any]:
    result = {}
    for key in _in_order(mine, theirs):
        sides = [side.get(key, MISSING) for side in (base, mine, theirs)]
        value = _merge((*path, key), sides[0], sides[1], sides[2], conflicts)
        if value is not MISSING:
            result[key] = value
    # The very same order of keys as one of the sides means that nothing was moved.
    return mine if same(result, mine) else theirs if same(result, theirs) else result


def _in_order(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """Return the keys of both, in their order; mine come after what they come after in mine."""
    after: dict[str, list[str]] = {}
    last = ""
    for key in mine:
        if key in theirs:
            last = key
        else:
            after.setdefault(last, []).append(key)
    keys = after.get("", [])
    for key in theirs:
        keys.append(key)
        keys += after.get(key, ())
    return keys


def _renames(old: Data, new: Data) -> Iterator[tuple[str, str]]:
    """Yield the nodes that have another id, as far as nothing else was changed in them."""
    before, after = old.get("nodes", {}), new.get("nodes", {})
    gone = [node for node in before if node not in after]
    come = [node for node in after if node not in before]
    if not gone or not come:
        return
    for node in gone:
        match = next((n for n in come if same(_core(before[node]), _core(after[n]))), None)
        if match is not None:
            come.remove(match)
            yield node, match


def _core(node: Any) -> Any:
    return {key: value for key, value in node.items() if key != "collect"}


def _shown(value: Any) -> str:
    return "nothing" if value is MISSING else describe(value)
