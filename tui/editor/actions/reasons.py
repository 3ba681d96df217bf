"""Why something cannot be done now, in words for the person who wants to do it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.model import texts
from tui.editor.sketch import INPUT, OUTPUT

if TYPE_CHECKING:
    from tui.editor.actions.registry import WhyNot
    from tui.editor.screens.workbench import Workbench

NO_NODES = "There are no nodes yet; a adds one."
NO_NODE_SELECTED = "No node is selected; go to one with the arrow keys."


def needs_nodes(bench: Workbench) -> str:
    """Say why not where the workflow is empty."""
    return "" if bench.desk.snapshot.nodes else NO_NODES


def needs_selection(bench: Workbench) -> str:
    """Say why not where no node is selected."""
    return "" if bench.desk.snapshot.selection else needs_nodes(bench) or NO_NODE_SELECTED


def meant(bench: Workbench) -> tuple[str, ...]:
    """Return the nodes to be run or looked at: those selected, or what is behind an output."""
    snapshot, current = bench.desk.snapshot, bench.current
    if snapshot.selection or not current.startswith(OUTPUT):
        return snapshot.selection
    found = texts.find(snapshot.data.get("outputs", {}).get(current.removeprefix(OUTPUT), ""))
    nodes = (each.reference.node for each in found)
    return tuple(dict.fromkeys(node for node in nodes if node in snapshot.nodes))


def needs_meant(bench: Workbench) -> str:
    """Say why not where no node is selected, and no output with one behind it."""
    if meant(bench):
        return ""
    current = bench.current
    if current.startswith(INPUT):
        return f"{current.removeprefix(INPUT)} is an input of the workflow: nothing makes it."
    if current.startswith(OUTPUT):
        return f"No node is behind the output {current.removeprefix(OUTPUT)}."
    return needs_selection(bench)


def needs_selected(bench: Workbench) -> str:
    """Say why not where neither node nor note nor pill is selected."""
    return "" if bench.current else needs_nodes(bench) or "Nothing is selected."


def needs_wires(bench: Workbench) -> str:
    """Say why not where the node that is selected has no wires."""
    if bench.wire or bench.wires_of_current():
        return ""
    return needs_selected(bench) or f"{bench.current} has no wires."


def needs_group(bench: Workbench) -> str:
    """Say why not where the node that is selected is in no group."""
    return "" if bench.current_group else needs_selected(bench) or "It is in no group; g makes one."


def needs_note(bench: Workbench) -> str:
    """Say why not where no note is selected."""
    return "" if bench.current_note else "No note is selected."


def needs_undo(bench: Workbench) -> str:
    """Say why not where nothing has been done."""
    return "" if bench.desk.editing.done else "There is nothing to undo."


def needs_redo(bench: Workbench) -> str:
    """Say why not where nothing has been undone."""
    return "" if bench.desk.editing.undone else "There is nothing to redo."


def needs_matches(bench: Workbench) -> str:
    """Say why not where nothing is searched for."""
    if bench.search.matches:
        return ""
    return f"Nothing is called {bench.search.text!r}." if bench.search.text else "/ searches first."


def needs_problems(bench: Workbench) -> str:
    """Say why not where nothing is wrong."""
    return "" if bench.desk.problems.all else "There are no problems."


def needs_copied(bench: Workbench) -> str:
    """Say why not where nothing was copied."""
    if bench.copied:
        return ""
    return "Nothing was copied here; text of the system's clipboard is pasted by the terminal."


def both(*reasons: WhyNot) -> WhyNot:
    """Return the first reason of several."""

    def first(bench: Workbench) -> str:
        return next(filter(None, (reason(bench) for reason in reasons)), "")

    return first
