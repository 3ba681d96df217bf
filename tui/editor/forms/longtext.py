"""Editing a long text: in the person's own editor, or in a window as large as the terminal."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.drawing.labels import harmless
from tui.editor.desk import Desk
from tui.editor.forms.rows import Row
from tui.editor.forms.suggesting import Suggestion, suggest
from tui.editor.forms.typing import Suggestions, ValueArea

_LARGEST = 4_000_000
"""Most bytes that are read back."""
Done = Callable[[str | None], None]


def edit_long(app: App[object], desk: Desk, row: Row, text: str, done: Done) -> None:
    """Have a text edited, and tell what became of it; None if it is to stay as it is.

    Args:
        app: The application.
        desk: What is open.
        row: The row whose value it is.
        text: The text.
        done: Is told.
    """
    editor = editor_of(os.environ)
    if editor and not app.is_web and not app.is_headless:
        try:
            with app.suspend():
                edited = edit_outside(editor, text, ".json" if row.kind == "data" else ".txt")
        except SuspendNotSupported:
            pass
        except OSError as error:
            desk.say(f"{editor[0]} cannot be started: {error.strerror}", "warning")
        else:
            app.refresh(layout=True)
            done(edited)
            return
    app.push_screen(LongText(desk, row, text), done)


def editor_of(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the person's own editor; empty if they have named none."""
    named = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        return shlex.split(named)
    except ValueError:
        return []


def edit_outside(command: Sequence[str], text: str, suffix: str) -> str | None:
    """Edit a text with a program that takes the terminal, and return it; None if it is the same.

    Raises:
        OSError: The program cannot be started, or the file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="reelgraph-") as folder:
        path = Path(folder) / f"value{suffix}"
        path.write_text(text, encoding="utf-8")
        subprocess.run([*command, str(path)], check=False)  # noqa: S603 - the person's own program
        with path.open("rb") as file:
            edited = file.read(_LARGEST).decode("utf-8", errors="replace")
    # Most editors end the last line, which says nothing of the text.
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]
    return None if edited == text else edited


class LongText(ModalScreen[str]):
    """A text in a window as large as the terminal; the answer is the text.

    Args:
        desk: What is open.
        row: The row whose value it is.
        text: The text at first.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "Keep", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    LongText { background: $background; layers: base over; }
    LongText #page { border: round $primary; border-title-color: $primary; padding: 0 1; }
    LongText ValueArea { height: 1fr; background: $surface; }
    LongText #count { height: 1; color: $soft; }
    LongText Suggestions { dock: bottom; layer: over; margin: 0 2 2 2; }
    """

    def __init__(self, desk: Desk, row: Row, text: str) -> None:
        super().__init__()
        self.desk = desk
        self._row = row
        self._text = text
        self.popup = Suggestions(most=8)
        self.area = ValueArea(self.popup)

    def compose(self) -> ComposeResult:
        """Yield the text and the list of what is offered."""
        with Vertical(id="page") as page:
            page.border_title = harmless(str(self._row.slot or self._row.label))
            page.border_subtitle = "${ offers · ^s or esc done"
            yield self.area
            yield Static(id="count", markup=False)
        yield self.popup

    def on_mount(self) -> None:
        """Begin to type."""
        self.area.open(self._text, self._suggest, one_line=False, select=False)
        self.area.focus()
        self._count()

    def _suggest(self, text: str, cursor: int) -> list[Suggestion]:
        return suggest(self.desk.snapshot, self._row, text, cursor)

    @on(ValueArea.Typed)
    def _typed(self, event: ValueArea.Typed) -> None:
        event.stop()
        self._count()

    def _count(self) -> None:
        text = self.area.text
        words = f"{len(text.split()):,} words · {len(text):,} characters"
        most = self._row.limits.max_length
        self.query_one("#count", Static).update(words + (f" of {most:,}" if most else ""))

    @on(ValueArea.Undone)
    def _undone(self, event: ValueArea.Undone) -> None:
        event.stop()
        self.area.redo() if event.again else self.area.undo()

    @on(Suggestions.Picked)
    def _picked(self, event: Suggestions.Picked) -> None:
        event.stop()
        self.area.take()

    @on(ValueArea.Finished)
    def _finished(self, event: ValueArea.Finished) -> None:
        event.stop()
        if event.way == "next":
            self.area.insert("\t")
            self.area.focus()
        else:
            self.action_keep()

    def action_keep(self) -> None:
        """Close, and keep the text."""
        self.dismiss(self.area.text)
