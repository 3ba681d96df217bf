"""Editing a long text: in the person's own editor, or in a window as large as the terminal."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import App, ComposeResult, SuspendNotSupported
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.unicode import encodable
from tui.drawing.labels import harmless
from tui.editor.commands import CommandedScreen, Topic, command, offers
from tui.editor.desk import Desk
from tui.editor.footers import footer
from tui.editor.forms.rows import Row
from tui.editor.forms.suggesting import Suggestion, suggest
from tui.editor.forms.typing import Suggestions, ValueArea
from tui.editor.model import Refused

_LARGEST = 4_000_000
"""Most bytes that are read back."""
_STAYS = "The text stays as it is."
_SAFE: Final = re.compile(r"\w+", re.ASCII)
_LONGEST_NAME = 40
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
    if not editor or app.is_web or app.is_headless:
        app.push_screen(LongText(desk, row, text), done)
        return
    try:
        with app.suspend():
            edited = _attempted(editor, text, file_name(row, text))
    except SuspendNotSupported:
        app.push_screen(LongText(desk, row, text), done)
        return
    app.refresh(layout=True)
    if isinstance(edited, Refused):
        desk.say_error(edited)
        done(None)
    elif isinstance(edited, OSError):
        desk.say(f"{editor[0]} cannot be started: {edited.strerror}", "warning")
        app.push_screen(LongText(desk, row, text), done)
    else:
        done(edited)


def editor_of(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the person's own editor; empty if they have named none."""
    named = environ.get("VISUAL") or environ.get("EDITOR") or ""
    try:
        return shlex.split(named)
    except ValueError:
        return []


def file_name(row: Row, text: str) -> str:
    """Return the name of the file in which the text of a row is edited: it tells what it holds."""
    is_list = row.kind == "list" and not text.strip()
    is_json = row.kind == "data" or is_list or isinstance(row.value, list | dict)
    stem = "".join(_SAFE.findall(row.label))[:_LONGEST_NAME] or "value"
    return f"{stem}.json" if is_json else f"{stem}.txt"


def _attempted(command: Sequence[str], text: str, name: str) -> str | OSError | Refused | None:
    # An exception would end the suspension without giving the terminal back to this program.
    try:
        return edit_outside(command, text, name)
    except (OSError, Refused) as error:
        return error


def edit_outside(command: Sequence[str], text: str, name: str) -> str | None:
    """Edit a text with a program that takes the terminal, and return it; None if it is the same.

    Args:
        command: The program, with its arguments.
        text: The text at first.
        name: Of the file in which the program finds it.

    Raises:
        OSError: The program cannot be started.
        Refused: It failed, or what it has left is no text.
    """
    with tempfile.TemporaryDirectory(prefix="reelgraph-") as folder:
        path = Path(folder) / name
        text = encodable(text)
        path.write_text(text, encoding="utf-8")
        with _interrupts_are_its_own():
            code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
        if code:
            raise Refused(f"{Path(command[0]).name} ended with exit code {code}", hint=_STAYS)
        edited = _read(path)
    # Most editors end the last line, which says nothing of the text.
    if edited.endswith("\n") and not text.endswith("\n"):
        edited = edited[:-1]
    return None if edited == text else edited


@contextmanager
def _interrupts_are_its_own() -> Iterator[None]:
    """Let Ctrl-C go to the program in front alone; the handler is not handed on to it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise Refused("the text is too large", hint=_STAYS)
        return data.decode("utf-8")
    except OSError as error:
        raise Refused(f"the text cannot be read: {error.strerror}", hint=_STAYS) from error
    except UnicodeDecodeError as error:
        raise Refused("the text is not UTF-8", hint=_STAYS) from error


_TOPIC: Final = Topic(
    "Long text",
    "The text has the whole window. ${ offers what can be put into it.",
    (
        command("text.keep", "Text: Keep", "escape,ctrl+s", "Closes, and keeps the text.",
                lambda screen: screen.keep(), word="done"),
    ),
)  # fmt: skip


class LongText(ModalScreen[str], CommandedScreen[str]):
    """A text in a window as large as the terminal; the answer is the text.

    Args:
        desk: What is open.
        row: The row whose value it is.
        text: The text at first.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
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
            yield self.area
            yield Static(id="count", markup=False)
        yield self.popup

    def on_mount(self) -> None:
        """Begin to type."""
        self.area.open(self._text, self._suggest, one_line=False, select=False)
        self.area.focus()
        self._count()
        self.call_after_refresh(self.tell)

    def tell(self) -> None:
        """Name the keys in the frame."""
        keys = [key for key in footer(offers(self)) if key.action in ("text.keep", "help.show")]
        words = " · ".join(f"{each.key} {each.word}" for each in keys)
        offered = "${ offers · " if self._row.slot else ""
        self.query_one("#page").border_subtitle = f"{offered}{words}"

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
            self.keep()

    def keep(self) -> None:
        """Close, and keep the text."""
        self.dismiss(self.area.text)
