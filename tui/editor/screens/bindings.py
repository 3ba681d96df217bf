"""Key bindings made from the registry of actions."""

from __future__ import annotations

from textual.binding import Binding, BindingType

from tui.editor.actions.registry import Scope, actions


def bindings(scope: Scope) -> list[BindingType]:
    """Return the bindings of the actions whose keys work there; a keymap may change them."""
    return [
        Binding(",".join(each.keys), f"do('{each.id}')", each.title, show=False, id=each.id)
        for each in actions().values()
        if each.scope == scope and each.keys
    ]
