"""Help, and the list of all that can be done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.editor.actions.registry import Action, action, actions, key_names

if TYPE_CHECKING:
    from tui.editor.dialogs.choices import Choice
    from tui.editor.screens.workbench import Workbench

_GROUP = "Help"


@action("help.show", "Help: Show", "question_mark,f1",
        "Explains how the editor works, and lists all keys.", _GROUP, scope="everywhere",
        word="help")  # fmt: skip
def show_help(bench: Workbench) -> None:
    """Show the help."""
    from tui.editor.screens.help import Help

    bench.app.push_screen(Help(bench))


@action("app.palette", "Command: Find", "colon,ctrl+p",
        "Finds anything that can be done, by a few letters; what cannot be done now says why.",
        _GROUP, scope="everywhere", word="commands")  # fmt: skip
def palette(bench: Workbench) -> None:
    """Pick something to do."""
    _pick(bench, "Commands", [each for each in actions().values() if each.id != "app.palette"])


@action("app.menu", "Command: Menu", "comma",
        "Lists what can be done with what is selected; so does the right mouse button.", _GROUP,
        word="menu")  # fmt: skip
def menu(bench: Workbench) -> None:
    """Pick something to do with what is selected."""
    groups = ("Wires",) if bench.wire else ("Nodes", "Wires", "Canvas", "Run", "Look")
    found = [each for each in actions().values() if each.group in groups]
    possible = [each for each in found if not each.why_not(bench)]
    _pick(bench, bench.current or "Canvas", possible)


def _pick(bench: Workbench, title: str, found: list[Action]) -> None:
    from tui.editor.dialogs.picker import Picker

    choices = sorted((_choice(bench, each) for each in found), key=lambda c: bool(c.reason))
    bench.ask(Picker(title, choices, refused=lambda reason: bench.say(reason, "warning")), bench.do)


def _choice(bench: Workbench, each: Action) -> Choice:
    from tui.editor.dialogs.choices import Choice

    keys = key_names(bench.keys_of(each)[:2])
    return Choice(each.id, each.title, each.help, keys, each.help, each.why_not(bench))


@action("help.hint", "Help: Hide the hint", "f9",
        "Hides the hint for the first time, or shows it again.", _GROUP)  # fmt: skip
def hint(bench: Workbench) -> None:
    """Hide the hint, or show it."""
    bench.show_hint(bench.hint.has_class("hidden"))
