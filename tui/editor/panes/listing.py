"""What the screens share that list what a home knows: a title, a list, the details of one line."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from engine.errors import ReelgraphError
from tui.cli.terminal import Span
from tui.editor.commands import Topic, command
from tui.editor.panes.lines import Lines, rows_of
from tui.editor.panes.words import content_of, error_lines
from tui.editor.running import Runner
from tui.editor.screens.bars import KeyBar, KeyedScreen

_TOPIC: Final = Topic(
    "Runs and jobs",
    "Both are lists, with the details of the line that the cursor is on.",
    (
        command("lists.back", "Runs and jobs: Leave", "escape,q",
                "Goes back: from the details to the list, from there to the canvas.",
                lambda screen: screen.back_out(), word="back"),
    ),
)  # fmt: skip


class ListScreen(ModalScreen[None], KeyedScreen[None]):
    """A list and the details of one of its lines, which is looked for in the engine's thread.

    Args:
        runner: Knows the home.
        shows_all: Whether all there is is listed, or what matters most.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    ListScreen { background: $background; layout: vertical; }
    ListScreen #title { height: 1; background: $surface; padding: 0 1; text-style: bold; }
    ListScreen #middle { height: 1fr; }
    """

    def __init__(self, runner: Runner, *, shows_all: bool = False) -> None:
        super().__init__()
        self._runner = runner
        self._shows_all = shows_all

    @property
    @abstractmethod
    def title_in_words(self) -> str:
        """What is listed."""

    @abstractmethod
    async def look(self) -> None:
        """Look for what is to be listed.

        Raises:
            ReelgraphError: It cannot be read.
        """

    @abstractmethod
    def show_list(self) -> None:
        """List what was found."""

    @abstractmethod
    def show_details(self) -> None:
        """Show the details of the line that the cursor is on."""

    # -- composition ---------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Yield the title, the list, and the details of one line."""
        yield Static(id="title", markup=False)
        with Container(id="middle"):
            yield Lines("looking ...", picks="details", id="list")
            with Vertical(id="details"):
                yield Lines(id="lines")
        yield KeyBar()

    def on_mount(self) -> None:
        """Look for what is to be listed."""
        self.listing.focus()
        self.reload()

    @property
    def listing(self) -> Lines:
        """The list."""
        return self.query_one("#list", Lines)

    def reload(self) -> None:
        """Look again for what is to be listed."""
        self.launch(self._load, "list", instead=True)

    async def _load(self) -> None:
        try:
            await self.look()
        except ReelgraphError as error:
            self.say_details(error_lines(error))
            return
        if self.is_open:
            self.show()

    def show(self) -> None:
        """Show what was found."""
        self.query_one("#title", Static).update(content_of([self.title_in_words]))
        self.show_list()
        self.show_details()
        self.tell()

    def say_details(self, lines: Iterable[list[Span]]) -> None:
        """Show lines as the details."""
        if self.is_open:
            self.query_one("#lines", Lines).show(rows_of(lines))

    # -- going about ---------------------------------------------------------------------------

    @on(Lines.Moved, "#list")
    def _moved(self, event: Lines.Moved) -> None:
        self.show_details()
        self.tell()

    @on(Lines.Picked, "#list")
    def _picked(self, event: Lines.Picked) -> None:
        self.query_one("#lines", Lines).focus()

    def turn_all(self) -> None:
        """List all there is, or no longer."""
        self._shows_all = not self._shows_all
        self.reload()

    def back_out(self) -> None:
        """Go back to the list, or from there to where one came from."""
        if self.listing.has_focus:
            self.dismiss(None)
        else:
            self.listing.focus()
