"""The help: what one sees in a few sentences, and every key of it with what it does."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, ClassVar, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import Input, Static

from tui.editor.commands import CommandedScreen, Offer, Topic, arranged, command, offers
from tui.editor.dialogs.base import Dialog
from tui.editor.keynames import key_names
from tui.editor.themes import ink

_FEW = 2
"""Keys of a command that are named."""
_TOPIC: Final = Topic(
    "Help",
    "Letters that you type choose what is listed.",
    (
        command("help.up", "Help: Up", "up", "Scrolls up.", lambda it: it.scroll(-1),
                word="scroll"),
        command("help.down", "Help: Down", "down", "Scrolls down.", lambda it: it.scroll(1),
                word="scroll"),
        command("help.page-up", "Help: Page up", "pageup", "Scrolls up by a page.",
                lambda it: it.scroll(-10)),
        command("help.page-down", "Help: Page down", "pagedown", "Scrolls down by a page.",
                lambda it: it.scroll(10)),
        command("help.close", "Help: Close", "enter,f1", "Closes the help.",
                lambda it: it.back_out()),
    ),
    comes_first=True,
)  # fmt: skip


def show_help(screen: Screen[Any]) -> None:
    """Explain a screen: what has the focus in it first."""
    lessons = screen.LESSONS if isinstance(screen, CommandedScreen) else ()
    screen.app.push_screen(Help(arranged(offers(screen)), lessons))


class Help(Dialog[None]):
    """Paragraphs and keys; typing filters the keys.

    Args:
        found: What can be done; what cannot be done now is dim, with the reason.
        lessons: Titles and paragraphs of the screen as a whole.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    HINT = "type to filter"
    DEFAULT_CSS = """
    Help .box { width: 96; height: 94%; max-height: 94%; }
    Help VerticalScroll { height: 1fr; background: $surface; scrollbar-size-vertical: 1; }
    Help Static { background: $surface; padding: 0 1; }
    """

    def __init__(self, found: Sequence[Offer], lessons: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._offers = found
        self._lessons = lessons
        self.shown: list[str] = []
        """The ids of what is listed."""

    def compose(self) -> ComposeResult:
        """Yield the line to type in, and the text."""
        with Vertical(classes="box") as box:
            box.border_title = "Help"
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
        words = query.lower().split()
        self.shown = []
        whole: list[Text | Table] = []
        if not words:
            for title, text in self._lessons:
                whole += [self._head(title), Text(text), Text()]
        near: list[Text | Table] = []
        for topic, group in groupby(self._offers, lambda each: each.topic):
            found = [each for each in group if _fits(each, words)]
            if found:
                part = whole if isinstance(found[0].owner, Screen) else near
                part += self._section(topic, found, has_lesson=not words)
        parts = near + whole
        soft = ink(self.app.theme_variables, "soft")
        self.query_one(Static).update(Group(*parts) if parts else Text("Nothing fits.", soft))
        self.query_one(VerticalScroll).scroll_home(animate=False)

    def _head(self, title: str) -> Text:
        return Text(title, f"bold {ink(self.app.theme_variables, 'primary')}".strip())

    def _section(
        self, topic: Topic, found: Sequence[Offer], *, has_lesson: bool
    ) -> list[Text | Table]:
        lesson = [Text(topic.lesson), Text()] if has_lesson and topic.lesson else []
        return [self._head(topic.title), *lesson, self._table(found), Text()]

    def _table(self, found: Sequence[Offer]) -> Table:
        style = self.app.theme_variables
        accent, soft = ink(style, "primary"), ink(style, "soft")
        table = Table.grid(padding=(0, 2))
        table.add_column(min_width=9, justify="right", no_wrap=True)
        table.add_column(width=29, no_wrap=True)
        table.add_column(ratio=1)
        for each in found:
            self.shown.append(each.command.id)
            reason, words = each.reason, each.command.help
            table.add_row(
                Text(key_names(each.keys[:_FEW]), soft if reason else f"bold {accent}".strip()),
                Text(each.command.title, soft if reason else ""),
                Text(f"{words} Not now: {reason}" if reason else words, soft),
            )
        return table

    def scroll(self, lines: int) -> None:
        """Scroll the text."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll on."""
        self.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        self.scroll(-3)


def _fits(each: Offer, words: Sequence[str]) -> bool:
    text = f"{each.command.title} {each.command.help} {' '.join(each.keys)}".lower()
    return all(word in text for word in words)
