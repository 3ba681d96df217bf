"""Key bindings made from the registry of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.editor.actions.registry import Scope, actions


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
