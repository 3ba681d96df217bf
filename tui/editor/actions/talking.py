"""Help, and the list of all that can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.registry import action
from tui.editor.commands import HELP, PALETTE

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_GROUP = "Help"


@action(HELP.id, HELP.title, ",".join(HELP.keys), HELP.help, _GROUP, scope="everywhere",
        word=HELP.word)  # fmt: skip
def help_(bench: Workbench) -> None:
    """Show the help."""
    from tui.editor.screens.help import show_help

    show_help(bench)


@action(PALETTE.id, PALETTE.title, ",".join(PALETTE.keys), PALETTE.help, _GROUP,
        scope="everywhere", word=PALETTE.word)  # fmt: skip
def palette(bench: Workbench) -> None:
    """Pick something to do."""
    from tui.editor.screens.commanding import show_palette

    show_palette(bench)


@action("app.menu", "Command: Menu", "comma",
        "Lists what can be done with what is selected; so does the right mouse button.", _GROUP,
        word="menu")  # fmt: skip
def menu(bench: Workbench) -> None:
    """Pick something to do with what is selected."""
    from tui.editor.commands import offers
    from tui.editor.screens.commanding import pick_offer

    groups = ("Wires",) if bench.wire else ("Nodes", "Wires", "Canvas", "Run", "Look")
    found = [each for each in offers(bench) if each.topic.title in groups and not each.reason]
    pick_offer(bench, bench.current or "Canvas", found)


@action("help.hint", "Help: Hide the hint", "f9",
        "Hides the hint for the first time, or shows it again.", _GROUP)  # fmt: skip
def hint(bench: Workbench) -> None:
    """Hide the hint, or show it."""
    bench.show_hint(bench.hint.has_class("hidden"))
