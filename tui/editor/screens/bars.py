"""The bar above the canvas, which tells where one is, and the one below, which tells what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.labels import harmless, shorten
from tui.editor.commands import CommandedScreen, offers
from tui.editor.footers import Key, fitted, footer

Result = TypeVar("Result")


class KeyBar(Widget):
    """What can be done here, with the keys for it; what cannot be done now is dim."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "keybar--key", "keybar--word", "keybar--dim", "keybar--mode",
    }  # fmt: skip
    DEFAULT_CSS = """
    KeyBar { height: 1; background: $surface; }
    KeyBar .keybar--key { color: $primary; text-style: bold; }
    KeyBar .keybar--word { color: $foreground; }
    KeyBar .keybar--dim { color: $soft; text-style: italic; }
    KeyBar .keybar--mode { background: $primary; color: $background; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._mode = ""
        self._keys: Sequence[Key] = ()
        self._ends: list[tuple[int, str]] = []

    def show(self, keys: Sequence[Key], mode: str = "") -> None:
        """Show keys, and the name of the mode that they belong to."""
        if (keys, mode) != (self._keys, self._mode):
            self._keys, self._mode = keys, mode
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the bar: as many keys as there is room for."""
        style = self.get_component_rich_style
        key, word, dim = style("keybar--key"), style("keybar--word"), style("keybar--dim")
        width, at = self.size.width, 0
        segments: list[Segment] = []
        self._ends = []
        if self._mode:
            mode = style("keybar--mode")
            segments.append(
                Segment(f" {self._mode} ", mode if mode.bgcolor else mode + Style(reverse=True))
            )
            at = cell_len(self._mode) + 2
        for each in fitted(self._keys, width - at):
            size = cell_len(each.key) + cell_len(each.word) + 3
            segments.append(Segment(f" {each.key}", key if each.possible else dim))
            segments.append(Segment(f" {each.word} ", word if each.possible else dim))
            at += size
            self._ends.append((at, each.action))
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked, or say why it cannot be done."""
        for end, action in self._ends:
            if event.x < end:
                if action:
                    cast("CommandedScreen[Any]", self.screen).do(action)
                return


class KeyedScreen(CommandedScreen[Result]):
    """A screen that has a `KeyBar`, in which its commands are named."""

    def tell(self) -> None:
        """Bring the bar up to date."""
        for bar in self.query(KeyBar):
            bar.show(footer(offers(self)))


@dataclass(frozen=True, slots=True)
class Words:
    """Words in the bar above, in the colour of what they mean."""

    text: str
    tone: str = "word"
    """`word`, `soft`, `good`, `warn`, `bad`, `name` or `run`."""
    action: str = ""


class StatusBar(Widget):
    """The file, whether it is saved, what is wrong with it, what runs."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"statusbar--{tone}" for tone in ("word", "soft", "good", "warn", "bad", "name", "run")
    }
    DEFAULT_CSS = """
    StatusBar { height: 1; background: $surface; }
    StatusBar .statusbar--name { color: $foreground; text-style: bold; }
    StatusBar .statusbar--word { color: $foreground; }
    StatusBar .statusbar--run { color: $secondary; text-style: bold; }
    StatusBar .statusbar--soft { color: $soft; }
    StatusBar .statusbar--good { color: $success; }
    StatusBar .statusbar--warn { color: $warning; }
    StatusBar .statusbar--bad { color: $error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._left: Sequence[Words] = ()
        self._right: Sequence[Words] = ()
        self._spans: list[tuple[int, int, str]] = []

    def show(self, left: Sequence[Words], right: Sequence[Words]) -> None:
        """Show words at the left and at the right; the first ones at the right matter least."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the bar."""
        width = self.size.width
        right = list(self._right)
        while right and _size(right) > width // 2:
            right.pop(0)
        room = width - _size(right) - 1
        segments: list[Segment] = []
        self._spans = []
        at = 0
        for words in self._left:
            text = shorten(f" {harmless(words.text)}", room - at)
            at = self._put(segments, words, text, at)
        gap = max(0, width - _size(right) - at)
        segments.append(Segment(" " * gap, self.rich_style))
        at = width - _size(right)
        for words in right:
            at = self._put(segments, words, f" {harmless(words.text)} ", at)
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _put(self, segments: list[Segment], words: Words, text: str, at: int) -> int:
        segments.append(Segment(text, self.get_component_rich_style(f"statusbar--{words.tone}")))
        end = at + cell_len(text)
        if words.action:
            self._spans.append((at, end, words.action))
        return end

    def on_click(self, event: events.Click) -> None:
        """Do what the words stand for: show the problems, save."""
        for start, end, action in self._spans:
            if start <= event.x < end:
                cast("CommandedScreen[Any]", self.screen).do(action)
                return


def _size(words: Sequence[Words]) -> int:
    return sum(cell_len(harmless(each.text)) + 2 for each in words)
