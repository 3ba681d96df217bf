"""What can be done in the main screen: the keys of its panes, and the registry of actions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.binding import Binding, BindingType

from tui.editor.actions.registry import GROUPS, Scope, actions
from tui.editor.commands import Topic, command

PANES: Final = Topic(
    "Panes",
    "Beside and below the canvas: the form, results, problems and the log. Keys go to one of them "
    "at a time, whose frame is lit.",
    (
        command("pane.leave", "Pane: Leave", "escape", "Goes back to the canvas.",
                lambda bench: bench.leave_pane(), word="canvas"),
        command("pane.next", "Pane: Next", "tab", "Goes to the next pane that is seen.",
                lambda bench: bench.focus_next()),
        command("pane.previous", "Pane: Previous", "shift+tab", "Goes to the pane before.",
                lambda bench: bench.focus_previous()),
    ),
)  # fmt: skip


def action_topics() -> Iterator[Topic]:
    """Yield the actions, group by group."""
    known = actions().values()
    for group in GROUPS:
        yield Topic(group, "", tuple(each for each in known if each.group == group))


def bindings(scope: Scope) -> list[BindingType]:
    """Return the bindings of the actions whose keys work there; a keymap may change them."""
    found: list[BindingType] = []
    for each in actions().values():
        keys = each.keys_in(scope)
        if keys:
            # A keymap names the action; the keys that work elsewhere, too, are bound beside.
            name = each.id if keys == each.keys else f"{each.id}.everywhere"
            found.append(Binding(",".join(keys), f"do('{each.id}')", each.title, False, id=name))
    return found
