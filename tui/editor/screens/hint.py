"""One line for those who are here for the first time."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

_WORDS = (
    ("?", "explains everything"), ("a", "adds a node"), (":", "finds any command"),
    ("u", "takes back"), ("F9", "hides this"),
)  # fmt: skip


class Hint(Widget):
    """The line, above the canvas."""

    DEFAULT_CSS = "Hint { height: 1; background: $primary 15%; color: $foreground; padding: 0 1; }"

    def render(self) -> Text:
        """Return the line: as much as there is room for, and at its end how to be rid of it."""
        text = Text("New here? ", "bold", no_wrap=True)
        *most, last = [_said(*each) for each in _WORDS]
        for each in most:
            if text.cell_len + each.cell_len + last.cell_len <= self.size.width:
                text.append_text(each)
        return text.append_text(last)


def _said(key: str, words: str) -> Text:
    return Text.assemble((f" {key} ", "bold reverse"), f" {words}  ")
