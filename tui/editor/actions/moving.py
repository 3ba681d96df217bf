"""Going from node to node, and moving the view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tui.editor.actions.reasons import needs_nodes, needs_selected, needs_selection
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Move about"


def _go(direction: Literal["left", "right", "up", "down"], keys: str) -> None:
    @action(f"canvas.{direction}", f"Selection: Go {direction}", keys,
            f"Goes to the nearest node in that direction: {direction}.", _GROUP,
            why_not=needs_nodes)  # fmt: skip
    def go(bench: Workbench) -> None:
        if bench.outline is not None and direction in ("up", "down"):
            bench.outline.go(1 if direction == "down" else -1)
        elif bench.outline is not None:
            _along(bench, direction == "right")
        else:
            bench.canvas.action_go(direction)


def _along(bench: Workbench, is_on: bool) -> None:
    """Go along the wires where no places are seen that could lie to the left or right."""
    before = bench.current
    if bench.outline is not None and not before:
        bench.outline.go(1)
        return
    bench.canvas.action_along("out" if is_on else "in")
    if bench.current == before:
        which = "leads on from" if is_on else "leads to"
        bench.say_in_passing(f"No wire {which} it; up and down go to the other lines.")


def _pan(name: str, x: int, y: int, keys: str) -> None:
    @action(f"canvas.pan-{name}", f"View: Pan {name}", keys,
            f"Moves the view {name}; dragging empty ground or the wheel does too.", _GROUP,
            why_not=needs_nodes)  # fmt: skip
    def pan(bench: Workbench) -> None:
        bench.canvas.action_pan(x, y)


_go("left", "left,h")
_go("right", "right,l")
_go("up", "up,k")
_go("down", "down,j")


@action("canvas.producer", "Selection: Go to producer", "left_square_bracket",
        "Goes against the wires, to what the node needs.", _GROUP, why_not=needs_selected,
        )  # fmt: skip
def producer(bench: Workbench) -> None:
    """Go to what the node needs."""
    bench.canvas.action_along("in")


@action("canvas.consumer", "Selection: Go to consumer", "right_square_bracket",
        "Goes along the wires, to what needs the node.", _GROUP, why_not=needs_selected,
        )  # fmt: skip
def consumer(bench: Workbench) -> None:
    """Go to what needs the node."""
    bench.canvas.action_along("out")


@action("canvas.next", "Selection: Next node", "tab",
        "Goes to the next node in reading order.", _GROUP, why_not=needs_nodes)  # fmt: skip
def next_node(bench: Workbench) -> None:
    """Go to the next node."""
    if bench.outline is not None:
        bench.outline.go(1)
    else:
        bench.canvas.action_next(1)


@action("canvas.previous", "Selection: Previous node", "shift+tab",
        "Goes to the node before in reading order.", _GROUP, why_not=needs_nodes)  # fmt: skip
def previous_node(bench: Workbench) -> None:
    """Go to the node before."""
    if bench.outline is not None:
        bench.outline.go(-1)
    else:
        bench.canvas.action_next(-1)


@action("select.extend", "Selection: Extend", "v",
        "Begins or ends extending: each node that you go to joins the selection.", _GROUP,
        why_not=needs_selection, word="extend")  # fmt: skip
def extend(bench: Workbench) -> None:
    """Begin or end extending."""
    bench.is_extending = not bench.is_extending


@action("select.all", "Selection: All", "ctrl+a", "Selects all nodes.", _GROUP, why_not=needs_nodes)
def select_all(bench: Workbench) -> None:
    """Select all nodes."""
    bench.desk.select(*bench.desk.snapshot.nodes)


@action("select.upstream", "Selection: All it needs", "less_than_sign",
        "Adds to the selection all that it needs, directly or through others.", _GROUP,
        why_not=needs_selection)  # fmt: skip
def upstream(bench: Workbench) -> None:
    """Select what the selection needs too."""
    snapshot = bench.desk.snapshot
    found = snapshot.upstream(snapshot.selection)
    bench.desk.select(*(n for n in snapshot.nodes if n in found), *snapshot.selection)


@action("select.downstream", "Selection: All that needs it", "greater_than_sign",
        "Adds to the selection all that needs it, directly or through others.", _GROUP,
        why_not=needs_selection)  # fmt: skip
def downstream(bench: Workbench) -> None:
    """Select what needs the selection too."""
    snapshot = bench.desk.snapshot
    found = snapshot.downstream(snapshot.selection)
    bench.desk.select(*(n for n in snapshot.nodes if n in found), *snapshot.selection)


@action("canvas.back", "Selection: Back out", "escape",
        "Backs out: of a wire, of extending, of what was searched, of the selection.", _GROUP,
        word="back")  # fmt: skip
def back(bench: Workbench) -> None:
    """Back out of whatever is going on, one thing at a time."""
    if bench.canvas.cancel():
        return
    if bench.wire:
        bench.select_wire(None)
    elif bench.is_extending:
        bench.is_extending = False
    elif bench.search.text:
        bench.search.clear()
    else:
        bench.canvas.select()


_pan("left", -1, 0, "shift+left,H")
_pan("right", 1, 0, "shift+right,L")
_pan("up", 0, -1, "shift+up,K")
_pan("down", 0, 1, "shift+down,J")


@action("canvas.page-up", "View: Page up", "pageup", "Moves the view up by most of its height.",
        _GROUP, why_not=needs_nodes)  # fmt: skip
def page_up(bench: Workbench) -> None:
    """Move the view up."""
    bench.canvas.action_page(-1)


@action("canvas.page-down", "View: Page down", "pagedown",
        "Moves the view down by most of its height.", _GROUP, why_not=needs_nodes)  # fmt: skip
def page_down(bench: Workbench) -> None:
    """Move the view down."""
    bench.canvas.action_page(1)
