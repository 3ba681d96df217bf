"""The full screen: one value at a time, as large as it goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult

from tui.editor.commands import Topic, command
from tui.editor.preview.describing import Page
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.preview import Preview
from tui.editor.screens.bars import KeyBar, KeyedScreen

_TOPIC: Final = Topic(
    "Full screen",
    "One result at a time, as large as it goes.",
    (
        command("viewer.back", "Full screen: Leave", "escape,q,f,enter",
                "Goes back, to the result that was seen last.", lambda it: it.leave(),
                word="back"),
    ),
    comes_first=True,
)  # fmt: skip


class ViewerScreen(KeyedScreen[int]):
    """Shows pages on the whole screen; gives the number of the page that was seen last.

    Args:
        pictures: Decodes them.
        pages: What there is to see.
        number: The page to begin with, from 0.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    ViewerScreen { background: $background; }
    """

    def __init__(self, pictures: Pictures, pages: Sequence[Page], number: int = 0) -> None:
        super().__init__()
        self.preview = Preview(pictures, paints=True)
        self.preview.show_pages(pages, number)

    def compose(self) -> ComposeResult:
        """Yield the pane and the keys."""
        yield self.preview
        yield KeyBar()

    def on_mount(self) -> None:
        """Give the keys to the pane."""
        self.preview.focus()

    def leave(self) -> None:
        """Go back."""
        self.dismiss(self.preview.number)
