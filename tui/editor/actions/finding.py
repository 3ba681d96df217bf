"""Searching, going somewhere by name, and the problems."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import needs_matches, needs_nodes, needs_problems
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from engine.problems import Problem
    from tui.editor.model import Problems
    from tui.editor.screens.workbench import Workbench

_GROUP = "Find"


@action("find.search", "Find: Search", "slash",
        "Searches ids, titles, types and texts; what is found glows, also on the map.", _GROUP,
        why_not=needs_nodes, word="search")  # fmt: skip
def search(bench: Workbench) -> None:
    """Show the line to type in."""
    bench.search.begin()


@action("find.next", "Find: Next match", "n", "Goes to the next match.", _GROUP,
        why_not=needs_matches)  # fmt: skip
def next_match(bench: Workbench) -> None:
    """Go to the next match."""
    bench.search.go(1)


@action("find.previous", "Find: Previous match", "N", "Goes to the match before.", _GROUP,
        why_not=needs_matches)  # fmt: skip
def previous_match(bench: Workbench) -> None:
    """Go to the match before."""
    bench.search.go(-1)


@action("find.goto", "Find: Go to", "apostrophe,ctrl+t",
        "Goes to a node, input or output by a few letters of its name.", _GROUP,
        why_not=needs_nodes, word="go to")  # fmt: skip
def goto(bench: Workbench) -> None:
    """Pick a box to go to."""
    from tui.editor.canvas import STATE_SIGNS
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker

    palette = bench.canvas.palette
    choices = [
        Choice(node.id, node.title, node.type, sign=STATE_SIGNS[node.state],
               color=palette.state(node.state), help=node.id, rank=int(node.terminal))
        for node in sorted(bench.canvas.scene.nodes, key=lambda node: node.terminal)
    ]  # fmt: skip
    bench.ask(Picker("Go to", choices, follow=bench.look_at), lambda box: bench.go_to(box))


@action("view.problems", "Problems: List", "exclamation_mark",
        "Shows what is wrong in the workflow, or hides it; enter goes to the node.", _GROUP,
        scope="everywhere", word="problems")  # fmt: skip
def problems(bench: Workbench) -> None:
    """Show the problems, or hide them."""
    shown = bench.problems.has_class("hidden")
    bench.problems.set_class(not shown, "hidden")
    if shown:
        bench.set_focus(bench.problems)
    else:
        bench.focus_canvas()


@action("find.next-problem", "Problems: Next", "right_curly_bracket",
        "Goes to the next node with a problem, and says which.", _GROUP,
        why_not=needs_problems)  # fmt: skip
def next_problem(bench: Workbench) -> None:
    """Go to the next problem."""
    _turn(bench, 1)


@action("find.previous-problem", "Problems: Previous", "left_curly_bracket",
        "Goes to the node with a problem before.", _GROUP, why_not=needs_problems)  # fmt: skip
def previous_problem(bench: Workbench) -> None:
    """Go to the problem before."""
    _turn(bench, -1)


def worst_first(problems: Problems) -> list[Problem]:
    """Return problems with those first that keep the workflow from running."""
    return sorted(problems.all, key=lambda problem: problem.severity != "error")


def _turn(bench: Workbench, step: int) -> None:
    found = worst_first(bench.desk.problems)
    last: Problem | None = bench.last_problem
    at = (found.index(last) + step) % len(found) if last in found else 0 if step > 0 else -1
    bench.go_to_problem(found[at])
