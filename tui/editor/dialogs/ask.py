"""A question with a few answers, each with a letter of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingsMap
from textual.containers import Vertical
from textual.widgets import Static

from tui.drawing.labels import harmless
from tui.editor.commands import Command, Topic, command
from tui.editor.dialogs.base import Dialog
from tui.editor.keynames import key_name


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers."""

    key: str
    """A letter; the first answer is also taken by enter."""
    value: str
    label: str
    help: str = ""


class _Line(Static):
    """An answer to press or to click."""

    def __init__(self, answer: Answer, *, is_first: bool) -> None:
        text = Text(no_wrap=True, overflow="ellipsis")
        text.append(f" {answer.key} ", "bold reverse")
        text.append(f" {answer.label}", "bold")
        text.append(f"  {answer.help}" if answer.help else "")
        text.append(f"  {key_name('enter')}" if is_first else "")
        super().__init__(text)
        self.answer = answer


class Ask(Dialog[str]):
    """A question; the result is the answer's value.

    Args:
        title: The question in short.
        lines: What is to be known for an answer.
        answers: The first one is taken by enter; esc backs out.
    """

    DEFAULT_CSS = """
    Ask _Line { margin: 0 0 0 1; height: 1; }
    Ask _Line:hover { background: $panel; }
    Ask .lines { margin: 0 1 1 1; height: auto; max-height: 14; }
    """

    def __init__(self, title: str, lines: Sequence[str], answers: Sequence[Answer]) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._answers = answers
        own = BindingsMap(next(self.topics()).bindings)
        self._bindings = BindingsMap.merge([self._bindings, own])

    def compose(self) -> ComposeResult:
        """Yield the lines and the answers."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            yield Static("\n".join(map(harmless, self._lines)), classes="lines", markup=False)
            for answer in self._answers:
                yield _Line(answer, is_first=answer is self._answers[0])

    def topics(self) -> Iterator[Topic]:
        """Yield the answers as what can be done here."""
        yield Topic("Answers", "\n".join(self._lines), tuple(map(self._command, self._answers)))
        yield from super().topics()

    def _command(self, answer: Answer) -> Command[Any]:
        keys = f"{answer.key},enter" if answer is self._answers[0] else answer.key
        return command(f"ask.{answer.key}", f"Answer: {answer.label}", keys,
                       answer.help or f"Answers: {answer.label}.",
                       lambda ask: ask.dismiss(answer.value))  # fmt: skip

    def take_ahead(self, event: events.Key) -> bool:
        """Take a letter that was typed before the question was seen."""
        first = self._answers[0]
        for answer in self._answers:
            if event.character == answer.key or (event.key == "enter" and answer is first):
                self.dismiss(answer.value)
                return True
        return False

    def on_click(self, event: events.Click) -> None:
        """Take the answer that was clicked."""
        if isinstance(event.widget, _Line):
            self.dismiss(event.widget.answer.value)
