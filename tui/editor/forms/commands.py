"""What can be done with the row of a form that the cursor is on: keys, words, and why not.

The form takes its keys from here, the bar below it what it offers, and the shell's registry of
actions the palette and the help.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tui.editor.forms.rows import Row

WhyNot = Callable[[Row], str]
STEPPED: Final = frozenset({"boolean", "choice", "integer", "number"})
TYPED: Final = frozenset({"text", "lines", "integer", "number", "choice", "file", "data",
                          "reference", "models", "list"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be done with a row."""

    id: str
    """As in a keymap: `form.edit`."""
    title: str
    """As in the command palette."""
    keys: str
    """As the framework names them, with commas between."""
    word: str
    """As in the bar."""
    help: str
    why_not: WhyNot


def _always(row: Row) -> str:
    return ""


def _for_kinds(kinds: frozenset[str], reason: str) -> WhyNot:
    return lambda row: "" if row.kind in kinds else f"{row.label} {reason}"


def _needs_step(row: Row) -> str:
    if row.kind in STEPPED and row.wire is None:
        return ""
    return f"{row.label} has no value before or after this one."


def _needs_slot(row: Row) -> str:
    return "" if row.slot else f"{row.label} cannot be wired."


def _needs_wire(row: Row) -> str:
    if row.wire or row.kind == "link":
        return ""
    return f"{row.label} is not wired."


def _needs_value(row: Row) -> str:
    if row.clear and (row.is_set or row.kind == "link"):
        return ""
    return f"{row.label} has no value of its own."


def _needs_more(row: Row) -> str:
    if row.kind in ("list", "models") or row.level:
        return ""
    is_parameter = row.slot is not None and row.kind in TYPED | STEPPED and not row.wire
    if is_parameter and row.slot and row.key == f"inputs.{row.slot.name}":
        return ""
    return f"{row.label} takes one value."


def _needs_item(row: Row) -> str:
    return "" if row.level else f"{row.label} is no item of a list."


def _needs_parameter(row: Row) -> str:
    if row.slot and row.slot.node and row.key == f"inputs.{row.slot.name}" and not row.wire:
        return ""
    return f"{row.label} cannot become an input of the workflow."


COMMANDS: Final = (
    Command("form.edit", "Field: Edit", "enter", "edit",
            "Type the value, choose it, or open what the row stands for.", _always),
    Command("form.toggle", "Field: Next value", "space,right,l", "next",
            "Take the next value: the other of two, the next choice, a step more.", _needs_step),
    Command("form.back", "Field: Value before", "left,h", "",
            "Take the value before: the choice before, a step less.", _needs_step),
    Command("form.wire", "Field: Wire", "dollar_sign", "wire",
            "Choose what is wired to the field, of all that is upstream.", _needs_slot),
    Command("form.follow", "Field: Follow the wire", "greater_than_sign", "follow",
            "Go to the node that is wired to the field.", _needs_wire),
    Command("form.reset", "Field: Reset", "backspace,delete", "reset",
            "Take the value away, so that the default counts; take a wire out; remove an item.",
            _needs_value),
    Command("form.more", "Field: Another value", "plus", "another",
            "Add an item to a list, another model, or another take of a value.", _needs_more),
    Command("form.earlier", "Field: Move item up", "left_square_bracket", "",
            "Move an item of a list before the one above.", _needs_item),
    Command("form.later", "Field: Move item down", "right_square_bracket", "",
            "Move an item of a list behind the one below.", _needs_item),
    Command("form.type", "Field: Type as text", "equals_sign", "as text",
            "Type the value as it stands in the file, as a path or a reference.",
            _for_kinds(TYPED, "is not typed.")),
    Command("form.outside", "Field: Edit in your editor", "E", "editor",
            "Edit the value in $EDITOR, or in a large window where there is none.",
            _for_kinds(TYPED, "is not typed.")),
    Command("form.expose", "Field: Make it an input", "I", "input",
            "Make the value an input of the workflow, so that each run may give another.",
            _needs_parameter),
    Command("form.down", "Field: Next", "down,j", "", "Go to the next field.", _always),
    Command("form.up", "Field: Previous", "up,k", "", "Go to the field before.", _always),
    Command("form.page-down", "Fields: Page down", "pagedown", "", "Go on by half a page.",
            _always),
    Command("form.page-up", "Fields: Page up", "pageup", "", "Go back by half a page.", _always),
    Command("form.first", "Fields: First", "home", "", "Go to the first field.", _always),
    Command("form.last", "Fields: Last", "end", "", "Go to the last field.", _always),
    Command("form.leave", "Fields: Leave", "escape", "back",
            "Go back to where you came from, at last to the canvas.", _always),
)  # fmt: skip
BY_ID: Final = {command.id: command for command in COMMANDS}
