"""Looking at results: in the pane, on the whole screen, as a wall, takes side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui.cli.terminal import visible
from tui.editor.actions.reasons import meant, needs_meant
from tui.editor.actions.registry import action
from tui.editor.canvas import State

if TYPE_CHECKING:
    from tui.editor.preview import Page
    from tui.editor.screens.workbench import Workbench

_GROUP = "Look"


def _node(bench: Workbench) -> str:
    """Return the node that is looked at; empty if there is none."""
    return next(reversed(meant(bench)), "")


def _needs_results(bench: Workbench) -> str:
    if bench.runner.results.of(_node(bench)):
        return ""
    if reason := needs_meant(bench):
        return reason
    node = _node(bench)
    state = bench.runner.states.get(node)
    if state is None or state.state is not State.RUNNING:
        return f"{node} has made nothing yet; r runs it."
    return f"{node} has made nothing yet: {visible(state.note) or 'it is at work'}."


def _needs_pages(bench: Workbench) -> str:
    return "" if _trouble(bench) else _needs_results(bench)


def _needs_takes(bench: Workbench) -> str:
    from tui.editor.preview import groups_of_takes

    if reason := _needs_results(bench):
        return reason
    if groups_of_takes(bench.runner, _node(bench)):
        return ""
    return f"{_node(bench)} has no takes; a list in a parameter that takes one makes some."


@action("look.show", "Result: Look", "space",
        "Shows on the whole screen what the selected node has made; of a node that is repeated, "
        "all of it as a wall; of one that failed, why.", _GROUP,
        why_not=_needs_pages, word="look")  # fmt: skip
def look(bench: Workbench) -> None:
    """Show what the selected node has made."""
    from tui.editor.preview import ViewerScreen

    if len(bench.runner.results.of(_node(bench))) > 1:
        wall(bench)
    else:
        bench.app.push_screen(ViewerScreen(bench.pictures, pages(bench)))


@action("look.wall", "Result: Wall", "asterisk",
        "Shows all that the selected node has made side by side, as it is made.", _GROUP,
        why_not=_needs_results)  # fmt: skip
def wall(bench: Workbench) -> None:
    """Show all results of the selected node."""
    from tui.editor.preview import WallScreen

    bench.app.push_screen(WallScreen(bench.runner, _node(bench), bench.pictures))


@action("look.takes", "Result: Takes", "V",
        "Shows the takes of the selected node side by side; enter picks one.", _GROUP,
        why_not=_needs_takes, word="takes")  # fmt: skip
def takes(bench: Workbench) -> None:
    """Show the takes of the selected node."""
    from tui.editor.preview import show_takes

    show_takes(bench.app, bench.runner, _node(bench), bench.pictures)


@action("look.outside", "Result: Open outside", "backslash",
        "Opens what the selected node has made in the system's own viewer.", _GROUP,
        why_not=_needs_results)  # fmt: skip
def outside(bench: Workbench) -> None:
    """Open the first result in the system's viewer."""
    bench.launch(partial(_open, bench), "outside")


async def _open(bench: Workbench) -> None:
    from engine.values import Media
    from tui.editor.preview.opening import open_outside

    found = [page for page in pages(bench) if isinstance(page.value, Media)]
    if found:
        page = found[0]
        bench.say(await open_outside(bench.app, bench.pictures, page.value, page.label))
    else:
        bench.say("It has made no file.", "warning")


@action("look.pane", "Result: Pane", "vertical_line",
        "Shows results in a pane beside the canvas, or hides it; with the focus there, space plays "
        "a film.", _GROUP)  # fmt: skip
def pane(bench: Workbench) -> None:
    """Show the pane of results, or hide it."""
    bench.side.turn_results()


def pages(bench: Workbench) -> list[Page]:
    """Return all that the selected node has made, as pages; first why it failed, if it did."""
    from tui.editor.preview import pages_of_outputs

    results = bench.runner.results.of(_node(bench))
    made = [page for each in results for page in pages_of_outputs(each.outputs, each.task)]
    return [*_trouble(bench), *made]


def _trouble(bench: Workbench) -> list[Page]:
    from tui.editor.preview import Page, Trouble

    state = bench.runner.states.get(_node(bench))
    if state is None or not state.failures:
        return []
    return [Page(Trouble(state.error, state.hint, state.failures - 1), state.failed)]
