"""The help: how the editor works in a few paragraphs, and every key."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input, Static

from tui.editor.actions import GROUPS, actions, key_names
from tui.editor.dialogs.base import Dialog
from tui.editor.themes import ink

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

LESSONS: tuple[tuple[str, str], ...] = (
    ("A workflow is a graph",
     "Each box is a node: it takes things at its left and gives things at its right. Wires carry "
     "what one gives to what another takes. A letter and a colour tell what: T text, I image, "
     "V video, A audio, S shot, # a number. A hollow port that is lit up still needs something."),
    ("Build one",
     "a adds a node. Type a few letters, enter: it is there, wired to the node that you were on. "
     "c draws another wire: inputs that fit carry letters, type one. enter goes to the form. "
     "u takes anything back, without limit."),
    ("Lists repeat nodes",
     "Wire a list into a node that takes one, and it runs once for each item; its box says over "
     "what, and how many are done."),
    ("Run it",
     "r runs what the selected node needs, and the node. What is done already is not done again "
     "and costs nothing. P shows the plan before: what, why and for how much."),
    ("Find your way",
     "Arrow keys or hjkl go to the nearest node, [ and ] along the wires. / searches, ' goes to a "
     "name, 0 shows all, + and - zoom. : finds any command, and says why one cannot be used now."),
    ("Nothing is lost",
     "Edits are kept safe twice a second, also unsaved ones: after a crash the editor offers them. "
     "Changes that another program makes to the file are taken in."),
)  # fmt: skip
"""Titles and paragraphs, also of docs/tui.md."""


class Help(Dialog[None]):
    """Paragraphs and keys; typing filters the keys.

    Args:
        bench: The workbench; what cannot be done in it now is dim, with the reason.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll(1)", "Down", show=False, priority=True),
        Binding("up", "scroll(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "scroll(10)", "Page down", show=False, priority=True),
        Binding("pageup", "scroll(-10)", "Page up", show=False, priority=True),
        Binding("enter,f1", "back_out", "Close", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Help .box { width: 96; height: 94%; max-height: 94%; }
    Help VerticalScroll { height: 1fr; background: $surface; scrollbar-size-vertical: 1; }
    Help Static { background: $surface; padding: 0 1; }
    """

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self._bench = bench
        self.shown: list[str] = []
        """The ids of the actions that are listed."""

    def compose(self) -> ComposeResult:
        """Yield the line to type in, and the text."""
        with Vertical(classes="box") as box:
            box.border_title = "Help"
            box.border_subtitle = "type to filter · ↑↓ scroll · esc close"
            yield Input(placeholder="what do you want to do?")
            with VerticalScroll(can_focus=False):
                yield Static()

    def on_mount(self) -> None:
        """Show everything."""
        self.query_one(Input).focus()
        self._show("")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show(event.value)

    def _show(self, query: str) -> None:
        style = self.app.theme_variables
        accent, soft = ink(style, "primary"), ink(style, "soft")
        parts: list[Text | Table] = []
        self.shown = []
        if not query.strip():
            for title, text in LESSONS:
                parts += [Text(title, f"bold {accent}".strip()), Text(text), Text()]
        for group in GROUPS:
            table = self._table(group, query.lower().split(), accent, soft)
            if table is not None:
                parts += [Text(group, f"bold {accent}".strip()), table, Text()]
        self.query_one(Static).update(Group(*parts) if parts else Text("Nothing fits.", soft))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _table(self, group: str, words: list[str], accent: str, soft: str) -> Table | None:
        table = Table.grid(padding=(0, 2))
        table.add_column(width=9, justify="right", no_wrap=True)
        table.add_column(width=29, no_wrap=True)
        table.add_column(ratio=1)
        for each in actions().values():
            text = f"{each.title} {each.help} {' '.join(each.keys)}".lower()
            if each.group != group or not all(word in text for word in words):
                continue
            self.shown.append(each.id)
            reason = each.why_not(self._bench)
            keys = key_names(self._bench.keys_of(each)[:2])
            table.add_row(
                Text(keys, soft if reason else f"bold {accent}".strip()),
                Text(each.title, soft if reason else ""),
                Text(f"{each.help} Not now: {reason}" if reason else each.help, soft),
            )
        return table if table.row_count else None

    def action_scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        self.action_scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        self.action_scroll(-3)
