"""What stands in place of the canvas while there is nothing on it yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from rich.text import Text
from textual import events
from textual.binding import BindingType
from textual.widget import Widget

from tui.editor.actions.registry import actions
from tui.editor.keynames import key_name
from tui.editor.screens.bindings import bindings
from tui.editor.themes import ink

if TYPE_CHECKING:
    from tui.editor.screens.workbench import Workbench

_LOGO = (
    "╭───────╮     ╭────────╮     ╭──────╮",
    "│ story ├────▸│ frames ├────▸│ film │",
    "╰───────╯     ╰────────╯     ╰──────╯",
)
_OFFERS = (
    ("node.add", "add the first node"),
    ("file.example", "begin with an example"),
    ("file.open", "open a workflow"),
    ("node.paste", "paste copied nodes"),
    ("app.palette", "find any command"),
    ("help.show", "see how it works"),
)


class Welcome(Widget, can_focus=True):
    """An empty workflow: what it is, and the first things to do."""

    BINDINGS: ClassVar[list[BindingType]] = bindings("canvas")
    DEFAULT_CSS = """
    Welcome { width: 1fr; height: 1fr; content-align: center middle; background: $background; }
    """

    def render(self) -> Text:
        """Return the words."""
        colors = self.app.theme_variables
        accent, soft = ink(colors, "primary"), ink(colors, "soft")
        known = actions()
        is_drawn = cast("Workbench", self.screen).outline is None
        lines = [Text(line, accent) for line in (*_LOGO, "")] if is_drawn else []
        lines += [Text("This workflow is empty.", "bold"), Text()]
        for name, words in _OFFERS:
            key = key_name(known[name].keys[0])
            lines.append(Text.assemble((f"{key:>4}", f"bold {accent}".strip()), f"  {words:<24}"))
        lines += [
            Text(),
            Text("Each node makes something;", soft),
            Text("wires carry it to the next.", soft),
        ]
        return Text("\n", justify="center").join(lines)

    def action_do(self, id: str) -> None:
        """Do an action of the registry."""
        cast("Workbench", self.screen).do(id)

    def on_paste(self, event: events.Paste) -> None:
        """Add nodes that were copied anywhere."""
        event.stop()
        cast("Workbench", self.screen).paste_text(event.text)
