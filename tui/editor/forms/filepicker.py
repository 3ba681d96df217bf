"""Choosing files for a workflow: a folder at a time, with a few letters, and a look at the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.errors import ReelgraphError
from tui.cli.paths import at_home
from tui.cli.words import count
from tui.drawing.labels import harmless
from tui.editor import fuzzy
from tui.editor.commands import Topic, command
from tui.editor.desk import Desk
from tui.editor.dialogs.base import Dialog
from tui.editor.dialogs.choices import Choice, Choices
from tui.editor.forms.browsing import Entry, is_pattern, kind_of, listing, matching, written
from tui.editor.forms.rows import Row
from tui.editor.listed import CHOICE

_WIDE = 100
"""Columns from which there is room for a look at the file."""
_PAUSE = 0.12
"""Seconds on a file before it is looked at."""
_SIGNS = {"image": "▣", "video": "▶", "audio": "♪", "workflow": "⌘", "file": "·"}


_TOPIC: Final = Topic(
    "Files",
    "One folder at a time; enter on a folder goes into it. A path may be typed as well, and where "
    "several files are wanted a pattern as *.png.",
    (
        *CHOICE.commands,
        command("files.mark", "File: Take one more", "tab",
                "Takes the file as one more, or leaves it out again.",
                lambda picker: picker.mark(), why_not=lambda picker: picker.why_no_mark(),
                word="several"),
        command("files.all", "Files: Of all kinds", "f2",
                "Shows files of all kinds, or again only of the kind that fits.",
                lambda picker: picker.turn_all(), why_not=lambda picker: picker.why_not_all(),
                word="all files"),
    ),
    comes_first=True,
)  # fmt: skip


class FilePicker(Dialog[list[str]]):
    """Choosing files; the answer is their paths as a workflow names them.

    Args:
        desk: What is open.
        row: The parameter that they are for.
        several: Whether more than one may be chosen, or a folder, or a pattern.
        preview: Makes a widget that shows a file.
        roots: Folders besides the workflow's that may be read.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    HINT = "type to search"
    DEFAULT_CSS = """
    FilePicker .box { width: 96%; max-width: 140; height: 90%; }
    FilePicker #both { height: 1fr; }
    FilePicker Choices { width: 1fr; }
    FilePicker #preview { width: 48%; height: 1fr; border-left: solid $line; display: none; }
    FilePicker.wide #preview { display: block; }
    FilePicker #where { color: $soft; height: 1; }
    """

    def __init__(
        self,
        desk: Desk,
        row: Row,
        *,
        several: bool,
        preview: Callable[[Path], Widget | None] | None = None,
        roots: Sequence[Path] = (),
    ) -> None:
        super().__init__()
        self.desk = desk
        document = desk.snapshot.document
        self._files = desk.engine.files(document)
        self._base = (document.path.parent if document.path else Path.cwd()).resolve()
        self._roots = [root.resolve() for root in roots]
        self._row = row
        self._several = several
        self._preview = preview
        self._kinds: Sequence[str] = row.media
        self._present = self._first_file()
        self._folder = self._present.parent if self._present else self._base
        self._entries: list[Entry] = []
        self._marked: list[Path] = []
        self._timer: Timer | None = None
        self._query = ""
        """What is searched for."""
        self.choices = Choices(most=100)

    def _first_file(self) -> Path | None:
        """Return the file that is taken already, or would be, if its folder may be read."""
        values = self._row.value if isinstance(self._row.value, list) else [self._row.value]
        for value in reversed(values):
            if isinstance(value, str) and value and "${" not in value:
                file = Path(value)
                try:
                    folder = self._files.allow(str(file.parent), self._base)
                except ReelgraphError:
                    continue
                if folder.is_dir():
                    return folder / file.name
        return None

    def _is_allowed(self, path: Path) -> bool:
        try:
            self._files.allow(str(path), self._base)
        except ReelgraphError:
            return False
        return True

    @property
    def _title(self) -> str:
        """What is chosen: `A file for face (image)`; the kind only where the name is not it."""
        label, kinds = self._row.label, " or ".join(self._row.media)
        what = "Files" if self._several else "A file"
        return f"{what} for {label}" + (f" ({kinds})" if kinds not in ("", label) else "")

    def compose(self) -> ComposeResult:
        """Yield the line to type in, the list and the look at the file."""
        with Vertical(classes="box") as box:
            box.border_title = harmless(self._title)
            pattern = ", or a pattern as *.png" if self._several else ""
            yield Input(placeholder=f"a few letters, or a path{pattern}")
            yield Static(id="where", markup=False)
            with Horizontal(id="both"):
                yield self.choices
                yield Vertical(id="preview")

    def on_mount(self) -> None:
        """Show the folder."""
        self.set_class(self._preview is not None and self.app.size.width >= _WIDE, "wide")
        self.query_one(Input).focus()
        self._enter(self._folder)
        self._go_to_present()

    # -- the list ------------------------------------------------------------------------------

    def _go_to_present(self) -> None:
        """Begin on the file that is taken already."""
        paths = [entry.path for entry in self._entries]
        if self._present in paths:
            self.go(len(self._whole_folder("")) + paths.index(self._present))

    def _enter(self, folder: Path) -> None:
        try:
            entries = listing(folder, self._kinds, self._is_allowed)
        except OSError as error:
            self.desk.say(f"{folder} cannot be read: {error.strerror}", "warning")
            return
        self._entries = entries + self._other_roots(folder)
        self._folder = folder
        self.query_one(Input).value = ""
        self._search("")

    def _other_roots(self, folder: Path) -> list[Entry]:
        """Return the other folders that may be read, where one begins."""
        roots = dict.fromkeys((self._base, *self._roots))
        if folder not in roots:
            return []
        return [Entry(root, f"{root}/", True) for root in roots if root != folder]

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        # The line tells of itself also when it appears, and when a folder is entered.
        if event.value != self._query:
            self._search(event.value)

    def _search(self, query: str) -> None:
        self._query = query
        shown = self._whole_folder(query) + self._found(query)
        self.choices.show(shown)
        at = f"{written(self._folder, self._base) or '.'}/".replace("./", "", 1) or "this folder"
        taken = f" · {count(len(self._marked), 'file')} taken" if self._marked else ""
        self.query_one("#where", Static).update(f"{harmless(at)}{taken}")
        self._look()

    def _found(self, query: str) -> list[tuple[Choice, tuple[int, ...]]]:
        if is_pattern(query):
            base = self._folder if "/" not in query else self._base
            paths = list(matching(query, base, self._is_allowed))
            entries = [Entry(path, path.name, False) for path in paths]
            return [(self._choice(each), ()) for each in entries]
        found = fuzzy.find(query, self._entries, lambda entry: entry.name)
        return [(self._choice(each.item), each.places) for each in found]

    def _whole_folder(self, query: str) -> list[tuple[Choice, tuple[int, ...]]]:
        """Return the lines that take many at once: all that match, or the whole folder."""
        if not self._several:
            return []
        if is_pattern(query):
            number = len(self._found(query))
            words = f"{count(number, 'file')} by this pattern, also later ones"
            pattern = query if "/" in query else self._below(query)
            return [(Choice(pattern, query, words, sign="∗"), ())] if number else []
        number = sum(not each.is_folder for each in self._entries)
        if query or number < 2:
            return []
        words = f"the whole folder: {count(number, 'file')} now, and later ones"
        return [(Choice(self._below("") or "./", "all of them", words, sign="∗"), ())]

    def _below(self, name: str) -> str:
        folder = written(self._folder, self._base)
        return name if folder == "." else f"{folder}/{name}"

    def _choice(self, entry: Entry) -> Choice:
        order = self._marked.index(entry.path) + 1 if entry.path in self._marked else 0
        sign = "▸" if entry.is_folder else _SIGNS[kind_of(entry.path)]
        return Choice(
            entry, entry.name, hint=entry.detail, sign=str(order % 10) if order else sign,
        )  # fmt: skip

    def go(self, step: int) -> None:
        """Move the cursor of the list."""
        self.choices.go(step)
        self._look()

    def go_page(self, step: int) -> None:
        """Move the cursor by a page."""
        self.go(step * max(1, self.choices.size.height - 1))

    def why_no_line(self) -> str:
        """Say why there is no file to go to."""
        return "" if len(self.choices) else "No file here fits."

    def why_no_pick(self) -> str:
        """Say why nothing can be taken."""
        return "" if self.query_one(Input).value.strip() else self.why_no_line()

    def why_no_mark(self) -> str:
        """Say why the file cannot be one more."""
        current = self.choices.current
        if not self._several:
            return f"{self._row.label} takes one file."
        if current is None or not isinstance(current.value, Entry) or current.value.is_folder:
            return self.why_no_line() or "Only a single file can be one of several."
        return ""

    def why_not_all(self) -> str:
        """Say why there are no other kinds."""
        return "" if self._row.media else f"{self._row.label} takes files of any kind."

    def turn_all(self) -> None:
        """Show all files, or again those of the right kind only."""
        self._kinds = () if self._kinds else self._row.media
        self._enter(self._folder)

    # -- choosing ------------------------------------------------------------------------------

    def mark(self) -> None:
        """Take the current file as one more, or leave it out again."""
        current = self.choices.current
        entry = current.value if current else None
        if not isinstance(entry, Entry):
            return
        if entry.path in self._marked:
            self._marked.remove(entry.path)
        else:
            self._marked.append(entry.path)
        at = self.choices.cursor
        self._search(self.query_one(Input).value)
        self.choices.go(at + 1)
        self._look()

    @on(Input.Submitted)
    @on(Choices.Picked)
    async def _wanted(self) -> None:
        await self.perform("choice.pick")

    def pick(self) -> None:
        """Go into the folder, or give the files as the answer."""
        typed = self.query_one(Input).value.strip()
        current = self.choices.current
        if current is None or ("/" in typed and not is_pattern(typed)):
            self._take_typed(typed)
        elif isinstance(current.value, str):
            self.dismiss([current.value])
        elif current.value.is_folder:
            self._enter(current.value.path)
        else:
            paths = self._marked or [current.value.path]
            self.dismiss([written(path, self._base) for path in paths])

    def _take_typed(self, typed: str) -> None:
        """Take a path that was typed: a folder is entered, a file is chosen."""
        if not typed:
            return
        try:
            path = self._files.allow(at_home(typed), self._folder)
        except ReelgraphError as error:
            self.desk.say_error(error)
            return
        if path.is_dir():
            self._enter(path)
        else:
            self.dismiss([written(path, self._base)])

    # -- a look at the file --------------------------------------------------------------------

    def _look(self) -> None:
        if self._preview is None:
            return
        if self._timer:
            self._timer.stop()
        self._timer = self.set_timer(_PAUSE, self._show_preview)

    async def _show_preview(self) -> None:
        current = self.choices.current
        entry = current.value if current else None
        pane = self.query_one("#preview")
        await pane.remove_children()
        if self._preview is None or not isinstance(entry, Entry) or entry.is_folder:
            return
        widget = self._preview(entry.path)
        if widget is not None:
            await pane.mount(widget)
