"""The full screen: one value at a time, as large as it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from tui.editor.preview.describing import Page
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.preview import Preview

_KEYS = "←→ go · ␣ play · , . frame · [ ] previous, next · o system viewer · esc back"


class ViewerScreen(Screen[int]):
    """Shows pages on the whole screen; gives the number of the page that was seen last.

    Args:
        pictures: Decodes them.
        pages: What there is to see.
        number: The page to begin with, from 0.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f,enter", "leave", "Back", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    ViewerScreen { background: $background; }
    ViewerScreen #keys { height: 1; color: $soft; background: $surface; padding: 0 1; }
    """

    def __init__(self, pictures: Pictures, pages: Sequence[Page], number: int = 0) -> None:
        super().__init__()
        self.preview = Preview(pictures, paints=True)
        self.preview.show_pages(pages, number)

    def compose(self) -> ComposeResult:
        """Yield the pane and the keys."""
        yield self.preview
        yield Static(_KEYS, id="keys", markup=False)

    def on_mount(self) -> None:
        """Give the keys to the pane."""
        self.preview.focus()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(self.preview.number)
