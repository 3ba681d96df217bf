"""Typing one line: a name, a title, a path."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Offset
from textual.widgets import Input, Static

from tui.drawing.labels import harmless
from tui.editor.commands import Topic, command
from tui.editor.dialogs.base import Dialog

_TOPIC: Final = Topic(
    "Typing a line",
    "What is wrong with the line is said below it while you type.",
    (
        command("prompt.done", "Line: Done", "enter", "Takes what was typed.",
                lambda prompt: prompt.done(), why_not=lambda prompt: prompt.why_not_done(),
                word="done"),
    ),
    comes_first=True,
)  # fmt: skip


class Prompt(Dialog[str]):
    """A line to type; the answer is the text.

    Args:
        title: What is to be typed.
        value: What stands there at first; it is selected.
        help: A sentence below.
        wrong: Gives what is wrong with a text; empty if nothing is.
        at: Cell of the screen where the box stands, as on the node that is renamed.
        password: Whether the text is hidden.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    Prompt.placed { align: left top; }
    Prompt.placed .box { width: 46; }
    """

    def __init__(
        self,
        title: str,
        value: str = "",
        *,
        help: str = "",
        wrong: Callable[[str], str] | None = None,
        at: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._value = value
        self._help = help
        self._wrong = wrong
        self._at = at

    def compose(self) -> ComposeResult:
        """Yield the line and what is said of it."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            yield Input(self._value, select_on_focus=True)
            yield Static(self._help, classes="help", markup=False)

    def on_mount(self) -> None:
        """Put the box in its place."""
        if self._at:
            self.set_class(True, "placed")
            x = min(max(self._at[0], 0), max(0, self.app.size.width - 46))
            y = min(max(self._at[1], 0), max(0, self.app.size.height - 4))
            self.query_one(".box").styles.offset = Offset(x, y)
        self.query_one(Input).focus()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._say(self._wrong(event.value) if self._wrong and event.value != self._value else "")

    def _say(self, wrong: str) -> None:
        line = self.query_one(".help", Static)
        line.set_class(bool(wrong), "wrong")
        line.update(harmless(wrong) or self._help)

    @on(Input.Submitted)
    async def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        await self.perform("prompt.done")

    def why_not_done(self) -> str:
        """Say why the text cannot be taken."""
        text = self.query_one(Input).value.strip()
        return self._wrong(text) if self._wrong and text != self._value else ""

    def done(self) -> None:
        """Take the text."""
        self.dismiss(self.query_one(Input).value.strip())
