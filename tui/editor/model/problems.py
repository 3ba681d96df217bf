"""What is wrong in a workflow, by node and by field: what `reelgraph check` says, word for word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.engine import Engine
from engine.errors import CheckError, ReelgraphError
from engine.problems import Problem
from tui.editor.model.snapshot import Slot, Snapshot

_NODE = re.compile(r"nodes\.([A-Za-z_][A-Za-z0-9_-]*)(?:\.inputs\.([A-Za-z_][A-Za-z0-9_-]*))?")
_OUTPUT = re.compile(r"outputs\.([A-Za-z_][A-Za-z0-9_-]*)")
_ALLOWING = re.compile(r"Allow its folder with (--allow .+)")


@dataclass(frozen=True)
class Problems:
    """The problems of one state of a workflow."""

    revision: int = -1
    """The state's; problems of an older one may be out of date."""
    all: tuple[Problem, ...] = ()
    """In the order of the file; those of other files at the end."""
    by_node: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    by_slot: Mapping[Slot, tuple[Problem, ...]] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """How many keep the workflow from running."""
        return sum(problem.severity == "error" for problem in self.all)

    @property
    def warnings(self) -> int:
        """How many do not."""
        return len(self.all) - self.errors


def find_problems(
    snapshot: Snapshot, engine: Engine, values: Mapping[str, Any] | None = None
) -> Problems:
    """Check a state of the workflow; to be called off the interface's thread, after a pause.

    Args:
        snapshot: The state. Nothing else is looked at, so it may be edited meanwhile.
        engine: Checks it.
        values: Values of the workflow's inputs, if there are any.
    """
    try:
        found = engine.check(snapshot.document, values)
    except CheckError as error:
        found = list(error.problems)
    except ReelgraphError as error:
        found = [Problem("error", "unreadable", error.message, file=snapshot.base.name)]
    by_node: defaultdict[str, list[Problem]] = defaultdict(list)
    by_slot: defaultdict[Slot, list[Problem]] = defaultdict(list)
    for problem in found:
        if problem.file != snapshot.base.name:
            continue
        slot = slot_of(problem)
        if slot and slot.node:
            by_node[slot.node].append(problem)
        if slot and slot.name:
            by_slot[slot].append(problem)
    return Problems(
        snapshot.revision,
        tuple(found),
        {node: tuple(problems) for node, problems in by_node.items()},
        {slot: tuple(problems) for slot, problems in by_slot.items()},
    )


def slot_of(problem: Problem) -> Slot | None:
    """Return the node and parameter, or the output, that a problem is at.

    The name is empty for a problem of a node as a whole; None is for one of neither.
    """
    if match := _NODE.match(problem.path):
        return Slot(match[1], match[2] or "")
    if match := _OUTPUT.match(problem.path):
        return Slot("", match[1])
    return None


def words(problem: Problem) -> str:
    """Return a problem without its place and severity, for where a sign or the like tells these."""
    plain = replace(problem, severity="error", file="", path="", line=None)
    return str(replace(plain, message=how_to_allow(problem.message)))


def how_to_allow(message: str) -> str:
    """Return a message that tells how a folder is allowed as one does it for the editor."""
    return _ALLOWING.sub(r"Allow its folder with `reelgraph edit \1`", message)
