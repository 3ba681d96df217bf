"""Picking one of many by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.drawing.labels import harmless
from tui.editor import fuzzy
from tui.editor.commands import Topic
from tui.editor.dialogs.base import Dialog
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.listed import CHOICE

_PAGE = 10


@dataclass(frozen=True, slots=True)
class Named:
    """An answer with the name that it is to have."""

    value: Any
    name: str
    """Empty if none was typed."""


class Picker(Dialog[Any]):
    """A list to search; the answer is the value of the choice.

    Args:
        title: What is to be picked.
        choices: What there is; the best first.
        follow: Is told of each choice that the cursor is on, as to show it on the canvas.
        free: Makes an answer of what was typed where nothing fits, as for the name of a file.
        naming: Tells what is wrong with a name, empty if nothing is. With it a name may be typed
            before the letters, with a colon between, and the answer is `Named`.
    """

    TOPIC: ClassVar[Topic] = CHOICE
    HINT = "type to search"

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        follow: Callable[[Any], object] | None = None,
        free: Callable[[str], Any] | None = None,
        naming: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._follow = follow
        self._free = free
        self._naming = naming

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the list and the help of the current choice."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            named = ", or NAME: and a few letters" if self._naming else ""
            yield Input(placeholder=f"a few letters of it{named}")
            yield Choices()
            yield Static(classes="help", markup=False)

    def on_mount(self) -> None:
        """Show all there is."""
        self.query_one(Input).focus()
        self._search("")

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._search(self._typed()[1])

    def _typed(self) -> tuple[str, str]:
        """Return the name that was typed, and what is looked for."""
        name, colon, query = self.query_one(Input).value.rpartition(":")
        if self._naming is None or not colon:
            return "", self.query_one(Input).value
        return name.strip(), query

    def _wrong_name(self) -> str:
        name, _ = self._typed()
        return self._naming(name) if self._naming and name else ""

    def _search(self, query: str) -> None:
        found = fuzzy.find(
            query, self._choices, lambda choice: choice.label, lambda choice: choice.rank
        )
        if query.strip():
            named = {id(each.item) for each in found}
            low = query.strip().lower()
            found += [
                fuzzy.Match(c, 0, ()) for c in self._choices
                if id(c) not in named and low in f"{c.detail} {c.help}".lower()
            ]  # fmt: skip
            found.sort(key=lambda each: bool(each.item.reason))
        self.query_one(Choices).show([(each.item, each.places) for each in found])
        self._tell()

    def go(self, step: int) -> None:
        """Move the cursor of the list."""
        self.query_one(Choices).go(step)
        self._tell()

    def go_page(self, step: int) -> None:
        """Move the cursor of the list by a page."""
        self.go(step * _PAGE)

    def why_no_line(self) -> str:
        """Say why there is nothing to go to."""
        return "" if len(self.query_one(Choices)) else "Nothing fits what was typed."

    def why_no_pick(self) -> str:
        """Say why nothing can be taken."""
        current = self.query_one(Choices).current
        if current is None:
            can = self._free and self.query_one(Input).value.strip()
            return "" if can else self.why_no_line()
        return current.reason or self._wrong_name()

    def _tell(self) -> None:
        current = self.query_one(Choices).current
        words = (current.reason or current.help or current.detail) if current else ""
        wrong = self._wrong_name()
        line = self.query_one(".help", Static)
        line.set_class(bool(wrong), "wrong")
        line.update(harmless(wrong or words))
        if self._follow and current:
            self._follow(current.value)

    @on(Input.Submitted)
    @on(Choices.Picked)
    async def _wanted(self) -> None:
        await self.perform("choice.pick")

    def pick(self) -> None:
        """Give what the cursor is on as the answer."""
        current = self.query_one(Choices).current
        if current is None:
            answer = self._free(self.query_one(Input).value) if self._free else None
            if answer is not None:
                self.dismiss(answer)
        else:
            name, _ = self._typed()
            self.dismiss(Named(current.value, name) if self._naming else current.value)
