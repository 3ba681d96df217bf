"""How one looks at the workflow: zoom, panes, themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.reasons import needs_nodes, needs_selection
from tui.editor.actions.registry import action

if TYPE_CHECKING:
    from tui.editor.canvas import Trace
    from tui.editor.screens.workbench import Workbench

_GROUP = "View"
_TRACES: tuple[tuple[Trace, str], ...] = (
    ("wires", "its own wires"),
    ("up", "all that it needs"),
    ("down", "all that needs it"),
    ("both", "all that it needs and that needs it"),
    ("none", "no wires"),
)


@action("canvas.zoom-in", "View: Zoom in", "plus,equals_sign",
        "Shows more of each node: dots, then titles, then ports and values.", _GROUP,
        why_not=needs_nodes)  # fmt: skip
def zoom_in(bench: Workbench) -> None:
    """Show more of each node."""
    bench.canvas.action_zoom(1)


@action("canvas.zoom-out", "View: Zoom out", "minus",
        "Shows less of each node, and more nodes.", _GROUP, why_not=needs_nodes)  # fmt: skip
def zoom_out(bench: Workbench) -> None:
    """Show less of each node."""
    bench.canvas.action_zoom(-1)


@action("view.fit", "View: Fit", "0", "Shows the whole graph, as large as it fits.", _GROUP,
        why_not=needs_nodes, word="fit")  # fmt: skip
def fit(bench: Workbench) -> None:
    """Show the whole graph."""
    bench.canvas.action_fit()


@action("view.fit-selection", "View: Fit selection", "f",
        "Shows what is selected, as large as it fits.", _GROUP, why_not=needs_selection,
        )  # fmt: skip
def fit_selection(bench: Workbench) -> None:
    """Show what is selected."""
    bench.canvas.fit(bench.canvas.selected)


@action("canvas.centre", "View: Centre", "period,full_stop",
        "Moves what is selected into the middle.", _GROUP, why_not=needs_nodes)  # fmt: skip
def centre(bench: Workbench) -> None:
    """Move what is selected into the middle."""
    bench.canvas.action_centre()


@action("view.follow", "View: Follow", "F",
        "Lets the view follow what you go to, or stay.", _GROUP)  # fmt: skip
def follow(bench: Workbench) -> None:
    """Let the view follow, or stay."""
    bench.canvas.follows = not bench.canvas.follows
    bench.say("The view follows what you go to." if bench.canvas.follows else "The view stays.")


@action("view.trace", "View: Trace", "t",
        "Goes through what is lit around the selection: its wires, all that it needs, all that "
        "needs it, both, nothing.", _GROUP, word="trace")  # fmt: skip
def trace(bench: Workbench) -> None:
    """Light other wires."""
    names = [name for name, _ in _TRACES]
    name, words = _TRACES[(names.index(bench.canvas.trace) + 1) % len(_TRACES)]
    bench.canvas.trace = name
    bench.say(f"Lit: {words}.")


def _needs_room(bench: Workbench) -> str:
    from tui.editor.screens.side import ROOM_FOR_PANES

    return "" if bench.side.has_room else f"There is room for it from {ROOM_FOR_PANES} columns on."


@action("view.map", "View: Map", "M", "Shows the map of the whole graph, or hides it.", _GROUP,
        why_not=_needs_room)  # fmt: skip
def minimap(bench: Workbench) -> None:
    """Show the map, or hide it."""
    bench.side.turn_map()


@action("view.inspector", "View: Inspector", "i",
        "Shows the panes beside the canvas, or hides them. A narrow terminal is theirs until you "
        "leave them.", _GROUP, word="panes")  # fmt: skip
def inspector(bench: Workbench) -> None:
    """Show the panes beside the canvas, or hide them."""
    if bench.side.is_seen:
        bench.side.hide()
    else:
        bench.side.show()


@action("view.lock", "View: Lock", "ctrl+k",
        "Locks the canvas, so that the mouse moves nothing by mistake, or unlocks it.",
        _GROUP)  # fmt: skip
def lock(bench: Workbench) -> None:
    """Lock the canvas, or unlock it."""
    bench.canvas.locked = not bench.canvas.locked
    bench.say(
        "The mouse moves nothing now." if bench.canvas.locked else "The mouse moves nodes again."
    )


@action("view.theme", "View: Next theme", "f4",
        "Goes through the themes: dark, light, high contrast, none. It is remembered.", _GROUP,
        scope="everywhere")  # fmt: skip
def theme(bench: Workbench) -> None:
    """Show the next theme."""
    bench.editor.use_theme(bench.editor.next_theme)
    bench.say(f"Theme: {bench.editor.theme}.")


@action("view.themes", "View: Pick a theme", "f3",
        "Shows each theme as you go over it; enter keeps it.", _GROUP, scope="everywhere",
        )  # fmt: skip
def themes(bench: Workbench) -> None:
    """Pick a theme, with a look at each."""
    from tui.editor.dialogs.choices import Choice
    from tui.editor.dialogs.picker import Picker
    from tui.editor.themes import NAMES

    before = bench.editor.theme
    words = {
        "dark": "for dark rooms",
        "light": "for bright ones",
        "contrast": "for tired or weak eyes",
        "plain": "the terminal's own colours only",
    }
    names = sorted(NAMES, key=lambda name: name != before)

    def closed(answer: str | None) -> None:
        bench.editor.use_theme(answer or before)
        bench.tell()

    picker = Picker("Theme", [Choice(n, n, words[n]) for n in names], follow=bench.editor.try_theme)
    bench.app.push_screen(picker, closed)
