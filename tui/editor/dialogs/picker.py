"""Picking one of many by typing a few letters of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, Static

from tui.drawing.labels import harmless
from tui.editor import fuzzy
from tui.editor.dialogs.base import Dialog
from tui.editor.dialogs.choices import Choice, Choices

KEYS = "type to search · ↑↓ go · ⏎ pick · esc back"
NAMING_KEYS = f"NAME: before it names it · {KEYS}"


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
        refused: Is told the reason of a choice that cannot be made.
        free: Makes an answer of what was typed where nothing fits, as for the name of a file.
        naming: Tells what is wrong with a name, empty if nothing is. With it a name may be typed
            before the letters, with a colon between, and the answer is `Named`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n,tab", "go(1)", "Down", show=False, priority=True),
        Binding("up,ctrl+p,shift+tab", "go(-1)", "Up", show=False, priority=True),
        Binding("pagedown", "go(10)", "Page down", show=False, priority=True),
        Binding("pageup", "go(-10)", "Page up", show=False, priority=True),
    ]

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        *,
        follow: Callable[[Any], object] | None = None,
        refused: Callable[[str], object] | None = None,
        free: Callable[[str], Any] | None = None,
        naming: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self._title = title
        self._choices = choices
        self._follow = follow
        self._refused = refused
        self._free = free
        self._naming = naming

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the list and the help of the current choice."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            box.border_subtitle = NAMING_KEYS if self._naming else KEYS
            yield Input(placeholder="a few letters of it")
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
        found = fuzzy.find(query, self._choices, lambda choice: choice.label)
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

    def action_go(self, step: int) -> None:
        """Move the cursor of the list."""
        self.query_one(Choices).go(step)
        self._tell()

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
    def _pick(self) -> None:
        current = self.query_one(Choices).current
        typed = self.query_one(Input).value
        if current is None:
            answer = self._free(typed) if self._free and typed.strip() else None
            if answer is not None:
                self.dismiss(answer)
        elif current.reason:
            if self._refused:
                self._refused(current.reason)
        elif not self._wrong_name():
            name, _ = self._typed()
            self.dismiss(Named(current.value, name) if self._naming else current.value)
