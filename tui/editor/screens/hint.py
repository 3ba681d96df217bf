"""One line for those who are here for the first time."""

from __future__ import annotations

from rich.text import Text
from textual.widget import Widget

_WORDS = (
    ("?", "explains everything"), ("a", "adds a node"), (":", "finds any command"),
    ("u", "takes back"), ("f9", "hides this"),
)  # fmt: skip


class Hint(Widget):
    """The line, above the canvas."""

    DEFAULT_CSS = "Hint { height: 1; background: $primary 15%; color: $foreground; padding: 0 1; }"

    def render(self) -> Text:
        """Return the line."""
        text = Text("New here? ", "bold", no_wrap=True)
        for key, words in _WORDS:
            text.append(f" {key} ", "bold reverse")
            text.append(f" {words}  ")
        return text
