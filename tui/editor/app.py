"""The editor as a program: opens workflows, keeps the theme, hands keys to whoever they are for."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events
from textual.app import App, ComposeResult
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Static
from textual.worker import WorkerFailed

from engine.unicode import encodable
from tui.editor.ahead import hand_on
from tui.editor.canvas import PALETTES, QuietGarbage
from tui.editor.keynames import key_name, spell_out
from tui.editor.listening import listening
from tui.editor.session import Memory
from tui.editor.signals import heed
from tui.editor.themes import NAMES, THEMES, wanted
from tui.editor.turns import Turns

if TYPE_CHECKING:
    from tui.charset import Charset
    from tui.cli.session import Session
    from tui.editor.preview import Graphics
    from tui.editor.screens.workbench import Workbench

_QUIET_SECONDS = 2.0
"""Without a key or the mouse for so long, there is time for the garbage collector."""


class _Opening(Screen[None]):
    """What is seen until the workflow is there."""

    DEFAULT_CSS = """
    _Opening { background: $background; align: center middle; }
    _Opening Static { width: auto; color: $soft; }
    """

    def compose(self) -> ComposeResult:
        """Yield the name of the program."""
        yield Static("▞ reelgraph", markup=False)


class EditorApp(App[None], inherit_bindings=False):
    """The editor.

    Args:
        session: The home, node types and engine.
        path: The workflow to open; None for the one that was open last, or an empty one.
        memory: What is remembered from the last time.
        theme: The theme; empty for the one that was used last.
        as_text: Whether the workflow is shown as lines of text, for screen readers.
        keymap: Keys of actions that a person has changed.
        graphics: How pictures are drawn in this terminal.
        charset: What is written for each character; None where the terminal has all.
        environ: The environment.
    """

    TITLE = "reelgraph"
    CSS = """
    ToastRack { margin-bottom: 2; }
    Toast { width: auto; max-width: 60; margin-top: 0; padding: 0 1; }
    Workbench ToastRack { align: left bottom; }
    Workbench ToastHolder { align-horizontal: left; }
    Workbench.-narrow ToastRack { dock: top; align: right top; margin: 1 0 0 0; }
    Workbench.-narrow ToastHolder { align-horizontal: right; }
    Workbench.-narrow Toast { max-width: 100%; }
    """
    """What is told in passing covers neither the lines of keys and of a search nor a form.

    A form that covers a narrow terminal has its heading at the top.
    """
    ENABLE_COMMAND_PALETTE = False

    def __init__(
        self,
        session: Session,
        path: Path | None,
        memory: Memory,
        *,
        theme: str = "",
        as_text: bool = False,
        keymap: Mapping[str, str] | None = None,
        graphics: Graphics | None = None,
        charset: Charset | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        first = "plain" if as_text and not theme else wanted(theme, memory.theme, environ)
        self._charset = charset
        self._graphics = graphics
        super().__init__()
        self.session = session
        self.memory = memory
        self.as_text = as_text
        self.keymap = dict(keymap or {})
        self._path = path
        self._garbage = QuietGarbage()
        self._is_quiet = self._has_garbage = False
        self._aimed: deque[tuple[events.Key, Screen[object], Widget | None]] = deque(maxlen=256)
        """Keys under way, and what was on the screen and had the focus when they came."""
        self._turns = Turns(self, self._hand_out, self._show_now)
        self._early: list[events.Event] | None = []
        """What is typed until the workflow is there; None from then on."""
        self._bench: Workbench | None = None
        """The main screen, also when it is seen no longer."""
        for each in THEMES.values():
            self.register_theme(each)
        self.theme = first

    def _collect(self) -> None:
        if not self._is_quiet:
            self._garbage.busy()
        elif self._has_garbage:
            self._garbage.idle()
            self._has_garbage = False
        self._is_quiet = True

    async def on_event(self, event: events.Event) -> None:
        """Take note that somebody is there."""
        if isinstance(event, (events.InputEvent, events.Paste)):
            self._is_quiet, self._has_garbage = False, True
            if isinstance(event, (events.Key, events.Paste)) and not event.is_forwarded:
                if isinstance(event, events.Paste):
                    event.text = encodable(event.text)
                if self._early is None:
                    await self._turns.take(event)
                else:
                    self._early.append(event)
                return
        await super().on_event(event)

    async def _hand_out(self, event: events.Event) -> None:
        if isinstance(event, events.Key):
            self._aimed.append((event, self.screen, self.focused))
        await super().on_event(event)

    def _show_now(self) -> None:
        """Draw what a key has changed: the screen's own clock may let it wait for two ticks."""
        if self._exit:
            return
        screen = self.screen
        with screen._context():
            screen._on_timer_update()
        self._garbage.busy()

    # -- a fault -------------------------------------------------------------------------------

    @property
    def fault(self) -> Exception | None:
        """What ended the program that was not meant to."""
        error = self._exception
        return error.error if isinstance(error, WorkerFailed) else error  # type: ignore[return-value]

    def _fatal_error(self) -> None:
        """End, and print nothing: the framework would show what variables hold, keys among it."""
        self.bell()
        self._close_messages_no_wait()

    # -- opening -------------------------------------------------------------------------------

    def get_default_screen(self) -> Screen[None]:
        """Return what is seen first."""
        return _Opening()

    def on_load(self) -> None:
        """Name keys by what the terminal can write, before anything is drawn."""
        if self._charset is not None and not _has_signs(self._charset):
            spell_out()

    async def on_mount(self) -> None:
        """Open the workflow as soon as the first frame is there."""
        self.set_keymap(self.keymap)
        heed(self)
        self._garbage.start()
        self.set_interval(_QUIET_SECONDS, self._collect)
        self.call_after_refresh(self.run_worker, self._first_open, exit_on_error=True)

    async def _first_open(self) -> None:
        path = self._path
        if path is None and self.memory.files:
            path = self.memory.files[0]
        await asyncio.to_thread(_import_all, self.session)
        self.open(path)

    def open(self, path: Path | None, *, begin_with: str = "") -> None:
        """Open a workflow file in place of the present one; None for an empty workflow.

        Args:
            path: The file.
            begin_with: The text of a file that an empty workflow begins with.
        """
        from engine.errors import ReelgraphError
        from tui.editor.opening import open_desk
        from tui.editor.screens.workbench import Workbench

        try:
            desk, journal = open_desk(self.session, path)
        except ReelgraphError as error:
            if isinstance(self.screen, Workbench):
                self.screen.desk.say_error(error)
                return
            self.exit(return_code=2, message=str(error))
            return
        view = self.memory.view(path) if path else None
        if path:
            self.memory.opened(path)
        bench = Workbench(desk, journal, view, as_text=self.as_text, graphics=self._graphics)
        if self.workbench is None:
            self.push_screen(bench)
        else:
            self.leave_workbench(keep=False)
            self.switch_screen(bench)
        self._bench = bench
        if begin_with:
            bench.begin_with(begin_with)
        bench.call_after_refresh(self._garbage.loaded)

    async def take_early(self) -> None:
        """Hand out what was typed before the workflow was there, unless a question came first."""
        early, self._early = self._early or [], None
        if self.screen is self._bench:
            for event in early:
                await self._turns.take(event)

    @property
    def workbench(self) -> Workbench | None:
        """The main screen; None until a workflow is open."""
        # Asking must import nothing: keys come also while a thread imports what the screen needs.
        return self._bench if self._bench in self.screen_stack else None

    def leave_workbench(self, *, keep: bool) -> None:
        """Remember how one looked at the workflow, and give its journal up.

        Args:
            keep: Whether edits that are not saved stay in the journal.
        """
        bench = self.workbench
        if bench is not None:
            self._remember(bench)
            bench.close(keep=keep)

    def _remember(self, bench: Workbench) -> None:
        if path := bench.desk.editing.path:
            self.memory.remember(path, bench.view)

    def leave(self) -> None:
        """End the program; edits that are not saved are not wanted any more."""
        self.leave_workbench(keep=False)
        self.exit()

    def on_unmount(self) -> None:
        """Let the garbage collector run as before; keep what is not saved."""
        if self._bench is not None:
            self._remember(self._bench)
            self._bench.close(keep=self._bench.desk.editing.is_dirty)
        self._garbage.stop()

    def copy_to_clipboard(self, text: str) -> None:
        """Copy text, also such as holds halves of characters."""
        super().copy_to_clipboard(encodable(text))

    # -- looks ---------------------------------------------------------------------------------

    def get_driver_class(self) -> type[Driver]:
        """Return what reads from the terminal, and writes to it in the characters that it has."""
        heard = self._graphics.heard if self._graphics else None
        driver = listening(super().get_driver_class(), heard)
        return driver if self._charset is None else _writing(driver, self._charset)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes colours: themes alone, whatever `NO_COLOR` says.

        The plain theme has none. The framework would make black of the terminal's own.
        """
        return [f for f in super().get_line_filters() if not isinstance(f, Monochrome)]

    def use_theme(self, name: str) -> None:
        """Show another theme, and remember it."""
        self.try_theme(name)
        self.memory.theme = name

    def try_theme(self, name: str) -> None:
        """Show a theme for a moment."""
        self.theme = name
        bench = self.workbench
        if bench is not None:
            bench.canvas.palette = PALETTES[name]

    @property
    def next_theme(self) -> str:
        """The theme after the present one."""
        return NAMES[(NAMES.index(self.theme) + 1) % len(NAMES)]

    # -- keys ----------------------------------------------------------------------------------

    def on_key(self, event: events.Key) -> None:
        """Give a key that nobody has taken to whoever it is meant for.

        Keys that are typed quickly come here on the way from what had the focus before: they are
        meant for what has it now.
        """
        bench = self.workbench
        if bench is not None and self.screen == bench and bench.mode is not None:
            is_taken = self._press_in_mode(event)
        else:
            is_taken = self._was_typed_ahead(event) and self._hand_over(event)
        if is_taken:
            event.prevent_default().stop()

    def _was_typed_ahead(self, event: events.Key) -> bool:
        while self._aimed:
            key, screen, widget = self._aimed.popleft()
            if key is event:
                return screen is not self.screen or widget is not self.focused
        return False

    def _hand_over(self, event: events.Key) -> bool:
        from tui.editor.dialogs.base import Dialog

        if isinstance(self.screen, Dialog):
            return self.screen.take_ahead(event)
        if self.focused is None:
            return False
        hand_on(event, self.focused)
        return True

    def _press_in_mode(self, event: events.Key) -> bool:
        bench = self.workbench
        if bench is None or bench.mode is None:
            return False
        if bench.mode.press(event):
            return True
        bench.leave_mode()
        return event.key == "escape"


def _writing(driver: type[Driver], charset: Charset) -> type[Driver]:
    """Return a driver that writes in the characters of a set."""

    class Writer(driver):  # type: ignore[misc, valid-type]
        def write(self, data: str) -> None:
            super().write(data.translate(charset))

    return Writer


def _has_signs(charset: Charset) -> bool:
    """Tell whether there are signs for keys that have no letter."""
    return all(key_name(key).translate(charset) == key_name(key) for key in ("enter", "shift+left"))


def _import_all(session: Session) -> None:
    """Import what takes long, while the first frame is seen."""
    import tui.editor.opening
    import tui.editor.screens.workbench

    _ = session.registry, tui.editor.opening, tui.editor.screens.workbench
