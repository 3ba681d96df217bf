"""What stands in place of the canvas while there is nothing on it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.widget import Widget

from tui.editor.actions.registry import actions, key_name
from tui.editor.screens.bindings import bindings

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_LOGO = (
    "  ╭────────╮      ╭────────╮      ╭────────╮  ",
    "  │ story  ├─────▶│ frames ├─────▶│  film  │  ",
    "  ╰────────╯      ╰────────╯      ╰────────╯  ",
)
_OFFERS = ("node.add", "file.example", "file.open", "node.paste", "app.palette", "help.show")


class Welcome(Widget, can_focus=True):
    """An empty workflow: what it is, and the first things to do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("canvas")
    DEFAULT_CSS = """
    Welcome { width: 1fr; height: 1fr; content-align: center middle; background: $background; }
    """

    def render(self) -> Text:
        """Return the words."""
        style = self.app.theme_variables
        accent, soft = style.get("primary", ""), style.get("soft", "")
        known = actions()
        lines = [Text(line, accent) for line in _LOGO]
        lines += [Text(), Text("This workflow is empty.", "bold"), Text()]
        for name in _OFFERS:
            each = known[name]
            key = key_name(each.keys[0])
            help_text = each.help.partition(".")[0]
            lines.append(Text.assemble((f"{key:>5}  ", f"bold {accent}"), (f"{help_text:<44}", "")))
        lines += [
            Text(),
            Text("A workflow is a graph: each node makes something, wires carry it on.", soft),
        ]
        return Text("\n", justify="center").join(lines)

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        cast("Workbench", self.screen).do(id)

    def on_paste(self, event: events.Paste) -> None:
        """Add nodes that were copied anywhere."""
        event.stop()
        cast("Workbench", self.screen).paste_text(event.text)
