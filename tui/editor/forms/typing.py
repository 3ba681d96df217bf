"""Where a value is typed: one line or several, with what is offered as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final, Literal

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from tui.editor.commands import Commanded, Topic, command
from tui.editor.dialogs.choices import Choices
from tui.editor.forms.suggesting import Suggestion

Suggest = Callable[[str, int], Sequence[Suggestion]]
Way = Literal["enter", "escape", "next", "previous", "away"]


class Suggestions(Choices):
    """The list of what is offered."""

    DEFAULT_CSS = """
    Suggestions { background: $panel; width: 100%; display: none; }
    """


_OPENING: Final = "${"
_TOPIC: Final = Topic(
    "Typing a value",
    "What one types counts at once; ${ offers what can be wired. Undo takes back edits of the "
    "workflow, so that it goes on behind the typing.",
    (
        command("typing.done", "Typing: Done", "escape",
                "Ends the typing; what was typed stays.", lambda area: area.close("escape"),
                word="done"),
        command("typing.next", "Typing: Next field", "tab", "Goes on with the next field.",
                lambda area: area.close("next"), word="next"),
        command("typing.previous", "Typing: Field before", "shift+tab",
                "Goes back to the field before.", lambda area: area.close("previous")),
        command("typing.take", "Typing: Take the offer", "enter",
                "Takes what is offered; where nothing is, ends a line.",
                lambda area: area.take(), why_not=lambda area: area.why_no_offer()),
        command("typing.undo", "Typing: Undo", "ctrl+z", "Takes the last edit back.",
                lambda area: area.post_message(area.Undone(again=False)), word="undo"),
        command("typing.redo", "Typing: Redo", "ctrl+y", "Makes the last edit again.",
                lambda area: area.post_message(area.Undone(again=True))),
    ),
)  # fmt: skip


class ValueArea(Commanded, TextArea):
    """A text that is being typed.

    Args:
        popup: Shows what is offered; the host puts it in its place.
        compact: Whether it lies in a form, without a frame.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    ValueArea { border: none; padding: 0; background: $panel; color: $foreground; }
    ValueArea:focus { border: none; }
    ValueArea .text-area--cursor { background: $foreground; color: $background; }
    """

    class Typed(Message):
        """The text has been changed by the person."""

    class Finished(Message):
        """The person is done with it.

        Args:
            way: By which key.
            suggestion: What was taken of what was offered, if that ended it.
        """

        def __init__(self, way: Way, suggestion: Suggestion | None = None) -> None:
            super().__init__()
            self.way = way
            self.suggestion = suggestion

    class Undone(Message):
        """The last edit of the workflow is to be taken back, or made again."""

        def __init__(self, *, again: bool) -> None:
            super().__init__()
            self.again = again

    class Offered(Message):
        """Other things are offered than before."""

    def __init__(self, popup: Suggestions, *, compact: bool = True) -> None:
        super().__init__(compact=compact, highlight_cursor_line=False, tab_behavior="indent")
        self.popup = popup
        self.is_one_line = True
        self._suggest: Suggest = lambda text, cursor: ()
        self._offers: Sequence[Suggestion] = ()
        self._given = ""
        self._is_hushed = False

    # -- the text ------------------------------------------------------------------------------

    def open(self, text: str, suggest: Suggest, *, one_line: bool, select: bool) -> None:
        """Begin with a text.

        Args:
            text: What stands there at first.
            suggest: Gives what is offered at a place of the text.
            one_line: Whether enter ends it.
            select: Whether the text is selected, so that typing replaces it.
        """
        self.is_one_line = one_line
        self._suggest = suggest
        self.replace_text(text)
        self.cursor_at = len(text)
        if select and text:
            self.select_all()
        self._offer()
        # So that enter at once changes nothing.
        self.popup.go(next((i for i, each in enumerate(self._offers) if each.is_present), 0))

    def replace_text(self, text: str) -> None:
        """Show another text, which nobody typed; the cursor stays where it is."""
        if text != self.text:
            at = self.cursor_at
            self._given = text
            self.load_text(text)
            self.cursor_at = min(at, len(text))

    @property
    def cursor_at(self) -> int:
        """Characters before the cursor."""
        row, column = self.cursor_location
        return sum(len(line) + 1 for line in self._typed_lines[:row]) + column

    @cursor_at.setter
    def cursor_at(self, at: int) -> None:
        lines = self._typed_lines
        for row, line in enumerate(lines):
            if at <= len(line):
                self.move_cursor((row, at))
                return
            at -= len(line) + 1
        self.move_cursor((len(lines) - 1, len(lines[-1])))

    @property
    def _typed_lines(self) -> list[str]:
        return self.text.split("\n")

    # -- offers --------------------------------------------------------------------------------

    def _offer(self) -> None:
        self._offers = () if self._is_hushed else tuple(self._suggest(self.text, self.cursor_at))
        self.popup.show([(each.choice, each.places) for each in self._offers])
        if self.popup.display != bool(self._offers):
            self.popup.display = bool(self._offers)
        self.post_message(self.Offered())

    @property
    def has_offers(self) -> bool:
        """Whether something is offered."""
        return bool(self._offers)

    def why_no_offer(self) -> str:
        """Say why no offer can be taken."""
        return "" if self._offers else "Nothing is offered here."

    def take(self) -> None:
        """Take what the cursor of the list is on; what does not fit is taken as well."""
        if not self._offers:
            return
        offer = self._offers[self.popup.cursor]
        if offer.is_value:
            self._given = offer.text
            self.load_text(offer.text)
            self.close("enter", offer)
            return
        self.load_text(offer.text)
        self.cursor_at = offer.cursor
        self._offer()

    # -- keys ----------------------------------------------------------------------------------

    async def _on_key(self, event: events.Key) -> None:
        if self._take_key(event.key):
            event.stop()
            event.prevent_default()
            return
        self._is_hushed = False
        await super()._on_key(event)

    def _take_key(self, key: str) -> bool:
        if self.has_offers and self._take_list_key(key):
            return True
        if key == "escape":
            self.close("escape")
        elif key == "enter" and self.is_one_line:
            self.close("enter")
        elif key == "tab":
            self.close("next")
        elif key in ("up", "down") and self.is_one_line and self.wrapped_document.height == 1:
            self.close("previous" if key == "up" else "next")
        else:
            return False
        return True

    def _take_list_key(self, key: str) -> bool:
        steps = {"down": 1, "ctrl+n": 1, "up": -1, "ctrl+p": -1, "pagedown": 8, "pageup": -8}
        if key in steps:
            self.popup.go(steps[key])
        elif key in ("enter", "tab"):
            self.take()
        elif key == "escape" and not self._offers[0].is_value:
            self._is_hushed = True
            self._offer()
        else:
            return False
        return True

    def close(self, way: Way, suggestion: Suggestion | None = None) -> None:
        """End the typing."""
        self._offers = ()
        self.popup.display = False
        self.post_message(self.Finished(way, suggestion))

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Tell the host what was typed, and offer what goes on from there."""
        event.stop()
        if self.text == self._given:
            return
        self._take_one_opening()
        self._given = self.text
        self._offer()
        self.post_message(self.Typed())

    def _take_one_opening(self) -> None:
        """Let `${` count once that is typed where it stands already, as on a wired value."""
        at = self.cursor_at
        before = self.text[:at]
        if before.endswith(_OPENING * 2):
            rest = self.text[at:]
            self.load_text(before.removesuffix(_OPENING) + rest)
            self.cursor_at = at - len(_OPENING)

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        """Offer what fits where the cursor has gone."""
        event.stop()
        if self.has_focus and "$" in self.text:
            self._offer()
