"""What a form is for, after the workflow has changed: it may have another name, or be gone."""

from __future__ import annotations

from tui.editor.forms.sheets import GROUP, INPUT, NOTE, OUTPUT
from tui.editor.model.data import Data
from tui.editor.model.following import renames

_SIGNS = ((INPUT, "inputs", "input "), (OUTPUT, "outputs", "output "), (NOTE, "notes", "note "))


def followed(before: Data, after: Data, target: str) -> str:
    """Return what a form's target is called now; empty if it is gone.

    Args:
        before: The workflow that it is a target of.
        after: The workflow as it is now.
        target: A node, or what else a form may be for, as in `sheet_of`.
    """
    section, name, _ = _parts(target)
    members = after.get(section, {})
    if name in members:
        return target
    new = renames(before.get(section, {}), members).get(name, "")
    if not new:
        return ""
    return f"{new}{GROUP}" if section == "groups" else target.removesuffix(name) + new


def in_words(target: str) -> str:
    """Return how a person calls what a form is for."""
    _, name, kind = _parts(target)
    return f"{kind}{name}"


def _parts(target: str) -> tuple[str, str, str]:
    """Return the section of the file, the name in it, and the word before the name."""
    for sign, section, word in _SIGNS:
        if target.startswith(sign):
            return section, target.removeprefix(sign), word
    if target.endswith(GROUP):
        return "groups", target.removesuffix(GROUP), "group "
    return "nodes", target, ""
