"""Groups, notes and places: what stands on the canvas and is no part of any result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tui.editor.actions.reasons import (
    both,
    needs_group,
    needs_nodes,
    needs_note,
    needs_selected,
    needs_selection,
)
from tui.editor.actions.registry import action
from tui.editor.model import edits
from tui.editor.sketch import INPUT, OUTPUT

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Canvas"


def needs_movable(bench: Workbench) -> str:
    """Say why not where nothing that is selected can be moved."""
    if all(key.startswith((INPUT, OUTPUT)) for key in bench.canvas.selected):
        return "Inputs and outputs stand where the layout puts them: beside what they are wired to."
    return ""


@action("canvas.move", "Node: Move", "m",
        "Moves what is selected with the arrow keys, until enter; the mouse drags it.", _GROUP,
        why_not=both(needs_selected, needs_movable), word="move")  # fmt: skip
def move(bench: Workbench) -> None:
    """Move what is selected by key."""
    from tui.editor.screens.modes import Move

    bench.enter_mode(Move(bench))


def _needs_pins(bench: Workbench) -> str:
    layout = bench.desk.snapshot.data.get("layout", {})
    if any(node in layout for node in _placed(bench)):
        return ""
    return needs_selection(bench) or "The layout places it already; m or a drag pins it."


@action("canvas.unpin", "Layout: Unpin", "ctrl+u",
        "Lets the selected nodes stand where the layout puts them again.", _GROUP,
        why_not=_needs_pins)  # fmt: skip
def unpin(bench: Workbench) -> None:
    """Let the layout place what is selected."""
    bench.desk.edit(lambda s: edits.unpin(s, _placed(bench)))


def _placed(bench: Workbench) -> Sequence[str]:
    """Return the nodes whose places are meant: also those in a folded group."""
    if not bench.current.endswith("/"):
        return bench.desk.snapshot.selection
    nodes: Sequence[str] = bench.desk.snapshot.data["groups"][bench.current_group].get("nodes", ())
    return nodes


@action("canvas.tidy", "Layout: Tidy", "T",
        "Lays the whole graph out afresh; places that were given by hand are given up.", _GROUP,
        why_not=needs_nodes)  # fmt: skip
def tidy(bench: Workbench) -> None:
    """Lay the graph out afresh."""
    if bench.desk.snapshot.data.get("layout"):
        bench.desk.edit(lambda s: edits.unpin(s, s.nodes))
    bench.canvas.tidy()


@action("group.make", "Group: Make", "g",
        "Puts the selected nodes into a group, with a frame and a title.", _GROUP,
        why_not=needs_selection)  # fmt: skip
def make_group(bench: Workbench) -> None:
    """Ask for a title, and group what is selected."""
    from tui.editor.dialogs.prompt import Prompt

    nodes = bench.desk.snapshot.selection
    bench.ask(
        Prompt(
            "Title of the group", "", help=f"{len(nodes)} nodes" if len(nodes) > 1 else nodes[0]
        ),
        lambda title: bench.desk.edit(lambda s: edits.group(s, nodes, title=title)),
    )


@action("group.add", "Group: Add to", "ctrl+g",
        "Moves the selected nodes into a group that there is.", _GROUP,
        why_not=lambda bench: needs_selection(bench) or (
            "" if bench.desk.snapshot.data.get("groups") else "There are no groups; g makes one."
        ))  # fmt: skip
def add_to_group(bench: Workbench) -> None:
    """Pick a group, and move what is selected there."""
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker

    nodes = bench.desk.snapshot.selection
    groups = bench.desk.snapshot.data.get("groups", {})
    choices = [
        Choice(key, str(spec.get("title") or key), f"{len(spec.get('nodes', ()))} nodes")
        for key, spec in groups.items()
    ]
    bench.ask(Picker("Move into which group", choices),
              lambda key: bench.desk.edit(lambda s: edits.regroup(s, nodes, key)))  # fmt: skip


@action("group.fold", "Group: Fold", "z",
        "Folds the group of the selected node into one box, or unfolds it.", _GROUP,
        why_not=needs_group, word="fold")  # fmt: skip
def fold(bench: Workbench) -> None:
    """Fold the group, or unfold it."""
    key = bench.current_group
    spec = bench.desk.snapshot.data["groups"][key]
    if spec.get("collapsed"):
        bench.desk.edit(lambda s: edits.remove_value(s, ("groups", key, "collapsed")))
        bench.go_to_later(*spec.get("nodes", ())[:1])
    else:
        bench.desk.edit(
            lambda s: edits.set_value(s, ("groups", key, "collapsed"), True, name=f"fold {key}")
        )
        bench.go_to_later(f"{key}/")


@action("group.rename", "Group: Rename", "Z",
        "Gives the group of the selected node another title.", _GROUP, why_not=needs_group,
        )  # fmt: skip
def rename_group(bench: Workbench) -> None:
    """Ask for another title."""
    from tui.editor.dialogs.prompt import Prompt

    key = bench.current_group
    title = str(bench.desk.snapshot.data["groups"][key].get("title", ""))
    bench.ask(
        Prompt("Title of the group", title, at=bench.place_on_screen()),
        lambda new: bench.desk.edit(
            lambda s: edits.set_value(s, ("groups", key, "title"), new, name=f"rename group {key}")
        ),
    )


@action("group.leave", "Group: Take out", "ctrl+l",
        "Takes the selected nodes out of their group.", _GROUP, why_not=needs_group)  # fmt: skip
def leave_group(bench: Workbench) -> None:
    """Take what is selected out of its group."""
    bench.desk.edit(lambda s: edits.regroup(s, s.selection, ""))


@action("group.remove", "Group: Remove", "G",
        "Removes the group of the selected node; its nodes stay.", _GROUP, why_not=needs_group,
        word="ungroup")  # fmt: skip
def remove_group(bench: Workbench) -> None:
    """Remove the group."""
    key = bench.current_group
    bench.desk.edit(lambda s: edits.remove_group(s, key))


@action("note.add", "Note: Add", "number_sign",
        "Puts a note on the canvas, beside what is selected.", _GROUP, word="note")  # fmt: skip
def add_note(bench: Workbench) -> None:
    """Ask for the words, and put them on the canvas."""

    def written(text: str | None) -> None:
        if text and text.strip():
            at = bench.place_for_note(text.rstrip())
            bench.desk.edit(lambda s: edits.add_note(s, text.rstrip(), at))

    _write(bench, "", written)


@action("note.write", "Note: Write", "semicolon", "Changes the words of the selected note.", _GROUP,
        why_not=needs_note, word="write")  # fmt: skip
def write_note(bench: Workbench) -> None:
    """Ask for other words."""
    name = bench.current_note
    text = str(bench.desk.snapshot.data["notes"][name].get("text", ""))

    def written(new: str | None) -> None:
        if new is not None and new.rstrip() != text:
            bench.desk.edit(lambda s: edits.change_note(s, name, text=new.rstrip()))

    _write(bench, text, written)


def _write(bench: Workbench, text: str, done: Callable[[str | None], None]) -> None:
    """Have the words of a note written, in as many lines as they need."""
    from tui.editor.forms.longtext import LongText
    from tui.editor.forms.rows import Row

    row = Row("text", "Note: what you want to remember; it is no part of any result", "text")
    bench.app.push_screen(LongText(bench.desk, row, text), done)
