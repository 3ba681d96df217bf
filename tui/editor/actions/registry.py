"""What can be done in the editor, each thing declared once beside the function that does it.

Keys, the command palette, the bar of keys, the help and the tables of docs/tui.md come from here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from tui.editor.commands import Command, always
from tui.editor.keynames import is_function

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

Perform: TypeAlias = "Callable[[Workbench], object]"
WhyNot: TypeAlias = "Callable[[Workbench], str]"
Scope = Literal["canvas", "form", "everywhere"]

GROUPS: Final = (
    "Nodes", "Wires", "Fields", "Undo", "Run", "Look", "Find", "Canvas", "File", "View",
    "Move about", "Help",
)  # fmt: skip
"""In the order of the help."""


@dataclass(frozen=True, slots=True)
class Action(Command["Workbench"]):
    """Something that a person can do with a workflow."""

    group: str = ""
    """Its place in the help."""
    scope: Scope = "canvas"
    """Where its keys work: on the canvas, in the form, or wherever nothing else takes them.

    Keys with control and function keys of the canvas work everywhere, too.
    """

    def keys_in(self, scope: Scope) -> tuple[str, ...]:
        """Return the keys that are bound there."""
        if scope == self.scope:
            return self.keys
        if scope == "everywhere" and self.scope == "canvas":
            return tuple(key for key in self.keys if key.startswith("ctrl+") or is_function(key))
        return ()


_actions: dict[str, Action] = {}


def action(
    id: str,
    title: str,
    keys: str,
    help: str,
    group: str,
    *,
    why_not: WhyNot = always,
    word: str = "",
    scope: Scope = "canvas",
) -> Callable[[Perform], Perform]:
    """Declare a function to be an action.

    Args:
        id: Its name in keymaps: `node.add`.
        title: Its name for people: `Node: Add`.
        keys: Keys, with commas between.
        help: What it does, in a sentence or two.
        group: Its place in the help.
        why_not: Gives the reason why it cannot be done now.
        word: Its name in the bar of keys; empty to stand only in the help and the palette.
        scope: Where its keys work.
    """

    def declare(perform: Perform) -> Perform:
        if id in _actions:
            raise ValueError(f"there are two actions {id}")
        names = tuple(key for key in keys.split(",") if key)
        _actions[id] = Action(id, title, names, help, perform, why_not, word, group, scope)
        return perform

    return declare


@cache
def actions() -> Mapping[str, Action]:
    """Return all actions by id, in the order of the help."""
    import tui.editor.actions.all  # noqa: F401  (declares them)

    return {each.id: each for each in sorted(_actions.values(), key=_place)}


def _place(each: Action) -> int:
    return GROUPS.index(each.group)
