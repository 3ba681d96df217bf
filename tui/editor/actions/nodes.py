"""Adding nodes, changing them, copying and deleting them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.references import INPUTS, Reference
from tui.editor.actions.reasons import (
    both,
    needs_copied,
    needs_nodes,
    needs_selected,
    needs_selection,
)
from tui.editor.actions.registry import action
from tui.editor.model import Slot, edits, relinks
from tui.editor.sketch import INPUT, OUTPUT

if TYPE_CHECKING:
    from tui.editor.actions.adding import Wired
    from tui.editor.model import Offer
    from tui.editor.screens.workbench import Workbench

_GROUP = "Nodes"


@action("node.add", "Node: Add", "a",
        "Adds a node after the one that is selected: type a few letters of it, then enter. Types "
        "that take what the selected node gives come first, and arrive wired. With a name and a "
        "colon before the letters, as `sharp: upscale`, it has that name.", _GROUP,
        word="add node")  # fmt: skip
def add(bench: Workbench) -> None:
    """Pick a type and add a node of it, wired to what is selected."""
    from tui.editor.actions.adding import outlets

    current = bench.current
    if current.startswith(INPUT):
        add_after(bench, [Reference(INPUTS, current.removeprefix(INPUT))])
    else:
        add_after(bench, outlets(bench, bench.desk.current))


def add_after(
    bench: Workbench, starts: Sequence[Reference], at: tuple[int, int] | None = None
) -> None:
    """Pick a type and add a node of it, wired to what fits best of some references."""
    from tui.editor.actions.adding import after, wired_choices
    from tui.editor.actions.naming import wrong_name
    from tui.editor.dialogs.picker import Named, Picker

    def picked(answer: Named) -> None:
        each: Wired = answer.value
        bench.desk.edit(
            lambda s: edits.add_node(
                s, each.offer.name, source=each.source, place=at, node_id=answer.name
            )
        )

    title = "Add a node"
    if starts:
        title += f" after {starts[0].port if starts[0].is_input else starts[0].node}"
    choices = wired_choices(bench, after(bench, starts))
    bench.ask(Picker(title, choices, naming=wrong_name(bench.desk.snapshot.nodes, "node")), picked)


@action("node.add-before", "Node: Add before", "A",
        "Adds a node that feeds the selected one: pick the input, then the type.", _GROUP,
        why_not=needs_selection)  # fmt: skip
def add_before(bench: Workbench) -> None:
    """Pick an input, then a type, and add a node that is wired to it."""
    from tui.editor.actions.wires import pick_inlet

    pick_inlet(bench, "feed", lambda slot: add_feeding(bench, slot))


def add_feeding(bench: Workbench, slot: Slot, at: tuple[int, int] | None = None) -> None:
    """Pick a type that gives what a parameter takes, and add a node of it."""
    from tui.editor.actions.adding import offers_before, type_choices
    from tui.editor.actions.naming import wrong_name
    from tui.editor.dialogs.picker import Named, Picker

    def picked(answer: Named) -> None:
        offer: Offer = answer.value
        bench.desk.edit(
            lambda s: edits.add_node(s, offer.name, target=slot, place=at, node_id=answer.name)
        )

    choices = type_choices(bench, offers_before(bench, slot))
    naming = wrong_name(bench.desk.snapshot.nodes, "node")
    bench.ask(Picker(f"Add a node that feeds {slot}", choices, naming=naming), picked)


@action("node.edit", "Node: Edit", "enter,e",
        "Goes to the form with the parameters of the selected node; where none is selected, with "
        "the name, the inputs and the outputs of the workflow.", _GROUP, word="edit")  # fmt: skip
def edit(bench: Workbench) -> None:
    """Go to the form."""
    if bench.current_note:
        bench.do("note.write")
    else:
        bench.side.edit()


@action("node.rename", "Node: Rename", "R,f2",
        "Gives the node another name, in its place; all that refers to it follows. Renames an "
        "input, an output or a group too, where one is selected.", _GROUP,
        why_not=needs_selected, word="rename")  # fmt: skip
def rename(bench: Workbench) -> None:
    """Type another name on the box."""
    from tui.editor.actions import naming

    naming.rename(bench)


@action("node.duplicate", "Node: Duplicate", "D",
        "Copies the selected nodes beside themselves, wired to what the originals need.", _GROUP,
        why_not=needs_selection, word="duplicate")  # fmt: skip
def duplicate(bench: Workbench) -> None:
    """Copy what is selected beside itself."""
    bench.desk.edit(lambda s: edits.duplicate(s, s.selection))


@action("node.copy", "Node: Copy", "y,ctrl+c",
        "Copies the selected nodes as JSON, also to the system's clipboard: they can be pasted "
        "into another workflow, or into a chat.", _GROUP, why_not=needs_selection,
        word="copy")  # fmt: skip
def copy(bench: Workbench) -> None:
    """Copy what is selected."""
    _copy(bench)
    bench.say(f"Copied {_many(len(bench.desk.snapshot.selection))}.")


@action("node.cut", "Node: Cut", "d,ctrl+x",
        "Copies the selected nodes and deletes them.", _GROUP, why_not=needs_selection)  # fmt: skip
def cut(bench: Workbench) -> None:
    """Copy what is selected, and delete it."""
    _copy(bench)
    bench.desk.edit(lambda s: edits.delete_nodes(s, s.selection))


@action("node.paste", "Node: Paste", "p,ctrl+v",
        "Adds the nodes that were copied last. Text of the system's clipboard is pasted with the "
        "terminal's own key.", _GROUP, why_not=needs_copied, word="paste")  # fmt: skip
def paste(bench: Workbench) -> None:
    """Add what was copied."""
    bench.paste_text(bench.copied)


@action("node.delete", "Node: Delete", "x,delete,backspace",
        "Deletes what is selected: nodes, a note, a wire, an input or output. Where a deleted node "
        "stood between others, it asks whether these are to be wired to each other.", _GROUP,
        why_not=needs_selected, word="delete")  # fmt: skip
def delete(bench: Workbench) -> None:
    """Delete what is selected; ask what becomes of the wires."""
    current, desk = bench.current, bench.desk
    if bench.wire:
        bench.do("wire.disconnect")
    elif desk.snapshot.selection:
        _delete_nodes(bench)
    elif bench.current_note:
        note = bench.current_note
        desk.edit(lambda s: edits.remove_note(s, note))
    elif current.startswith(INPUT):
        desk.edit(lambda s: edits.remove_input(s, current.removeprefix(INPUT)))
    elif current.startswith(OUTPUT):
        desk.edit(lambda s: edits.remove_output(s, current.removeprefix(OUTPUT)))
    elif bench.current_group:
        bench.do("group.remove")


def _delete_nodes(bench: Workbench) -> None:
    from tui.editor.dialogs.ask import Answer, Ask

    nodes = bench.desk.snapshot.selection
    proposed = relinks(bench.desk.snapshot, nodes)
    if not any(each.new for each in proposed):
        bench.desk.edit(lambda s: edits.delete_nodes(s, nodes))
        return

    def answered(answer: str) -> None:
        taken = proposed if answer == "relink" else ()
        bench.desk.edit(lambda s: edits.delete_nodes(s, nodes, taken))

    bench.ask(
        Ask(
            f"Delete {', '.join(nodes[:3])}{' …' if len(nodes) > 3 else ''}",
            ["Wires pass through what is deleted. They can be joined:", ""]
            + [f"  {each}" for each in proposed],
            [Answer("j", "relink", "Join the wires", "delete, and wire as above"),
             Answer("d", "drop", "Just delete", "the wires go too")],
        ),
        answered,
    )  # fmt: skip


@action("node.disable", "Node: Disable", "b",
        "Disables the selected nodes, or enables them again: a disabled one passes its input on as "
        "if it were not there.", _GROUP, why_not=needs_selection, word="disable")  # fmt: skip
def disable(bench: Workbench) -> None:
    """Disable what is selected; enable it if all of it is disabled."""
    snapshot = bench.desk.snapshot
    off = all(snapshot.nodes[node].get("disabled") for node in snapshot.selection)
    bench.desk.edit(lambda s: edits.set_disabled(s, s.selection, not off))


@action("input.add", "Input: Add", "I",
        "Adds an input of the workflow: a value that is given when it runs.", _GROUP,
        word="add input")  # fmt: skip
def add_input(bench: Workbench) -> None:
    """Pick a type, then type a name."""
    from tui.editor.actions import naming

    naming.add_input(bench)


@action("output.add", "Output: Add", "O",
        "Makes what the selected node gives an output of the workflow: a file that a run writes.",
        _GROUP, why_not=both(needs_nodes, needs_selection))  # fmt: skip
def add_output(bench: Workbench) -> None:
    """Pick an outlet, then type a name."""
    from tui.editor.actions import naming

    naming.add_output(bench)


def _copy(bench: Workbench) -> None:
    snapshot = bench.desk.snapshot
    bench.copied = edits.copy_nodes(snapshot, snapshot.selection)
    bench.app.copy_to_clipboard(bench.copied)


def _many(count: int) -> str:
    return "1 node" if count == 1 else f"{count} nodes"
