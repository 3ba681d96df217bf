"""One value at one moment, in a part of the screen: its picture, its outline, or its words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from engine.errors import ReelgraphError
from engine.values import Audio, File, Image, Video
from tui.editor.preview import waveform
from tui.editor.preview.describing import READABLE, readable, words_of
from tui.editor.preview.graphics import Protocol
from tui.editor.preview.picture import Picture
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.playing import Playback
from tui.editor.preview.printing import Printer

T = TypeVar("T")
OPENING = "opening …"
"""What is said where a value is not there to be seen yet."""
_PATIENCE = 0.15
"""Seconds for which the last picture stays, before it is said that the next one is opened."""
_NOT_HERE = "not shown on this terminal; o opens it in the system's viewer."


class Display(Widget):
    """Shows a value.

    Args:
        pictures: Decodes it.
        paints: Whether it has the screen for itself, so that sixels may be painted over it.
    """

    DEFAULT_CSS = """
    Display { height: 1fr; background: $background; }
    Display VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size: 1 1; }
    Display Static { width: 1fr; height: auto; color: $foreground; }
    """

    def __init__(self, pictures: Pictures, *, paints: bool = False) -> None:
        super().__init__()
        self.picture = Picture()
        self._pictures = pictures
        self._paints = paints
        self._words = Static(markup=False)
        self._scroll = VerticalScroll(self._words, can_focus=False)
        self._scroll.display = False

    def compose(self) -> ComposeResult:
        """Yield the picture and the words, of which one is seen."""
        yield self.picture
        yield self._scroll

    @property
    def printer(self) -> Printer:
        """Prints pictures for this application."""
        return self._pictures.printer(self.app)

    @property
    def words(self) -> VerticalScroll | None:
        """The words, if they can be scrolled."""
        return self._scroll if self._scroll.display and self._scroll.max_scroll_y else None

    def say(self, message: str) -> None:
        """Say something in place of a value."""
        self._use_words(False)
        self.picture.say(message)

    async def show(self, value: Any, at: float | None = None) -> None:
        """Show a value; what cannot be read is said in a sentence.

        Args:
            value: The value.
            at: The moment of a film, in seconds; None for a picture that stands for it.
        """
        try:
            await self._show(value, at)
        except ReelgraphError as error:
            self.say(" ".join(filter(None, (error.message, error.hint))))

    async def play(self, video: Video, start: float, told: Callable[[float], object]) -> None:
        """Play a film from a time to its end.

        Args:
            video: The film.
            start: Seconds.
            told: Is told of each picture's time.
        """
        printer, (columns, rows) = self.printer, self.picture.size
        if printer.protocol is Protocol.NONE or columns < 1 or rows < 1:
            return

        def frame(lines: Sequence[Strip], at: float) -> None:
            if at >= video.seconds or not printer.is_behind:
                self.picture.show(lines)
                told(at)

        box = printer.box(columns, rows, moving=True)
        path = self._pictures.path(video)
        playback = Playback(path, box, printer.depth, video.fps, video.seconds)
        try:
            await playback.play(start, frame)
        except ReelgraphError as error:
            self.say(error.message)

    # -- inside --------------------------------------------------------------------------------

    def _use_words(self, in_words: bool) -> None:
        self._scroll.display = in_words
        self.picture.display = not in_words

    def _say_words(self, content: Content) -> None:
        self._use_words(True)
        self._words.update(content)
        self._scroll.scroll_home(animate=False)

    async def _show(self, value: Any, at: float | None) -> None:
        if isinstance(value, File) and value.media_type in READABLE:
            text = await self._patiently(self._pictures.text(value))
            self._say_words(Content(readable(text)))
            return
        if not isinstance(value, Image | Video | Audio):
            self._say_words(words_of(value))
            return
        self._use_words(False)
        columns, rows = self.picture.size
        if columns < 1 or rows < 1:
            return
        if self.printer.protocol is Protocol.NONE:
            self.say(f"{value.kind.capitalize()}, {_NOT_HERE}")
        elif isinstance(value, Audio):
            peaks = await self._patiently(self._pictures.outline(value, columns))
            self.picture.show(waveform.lines(peaks, rows, self.picture.rich_style))
        else:
            await self._show_picture(value, at, columns, rows)

    async def _show_picture(
        self, value: Image | Video, at: float | None, columns: int, rows: int
    ) -> None:
        printer = self.printer
        paints = self._paints and printer.paints
        box = printer.pixels(columns, rows) if paints else printer.box(columns, rows)
        if isinstance(value, Image):
            work = self._pictures.still(value, box)
        elif at is None:
            work = self._pictures.poster(value, box)
        else:
            work = self._pictures.frame(value, box, at)
        bitmap = await self._patiently(work)
        if paints:
            code = await self._patiently(self._pictures.sixels(bitmap))
            self.picture.paint(*printer.cells(bitmap), partial(printer.paint, code))
        else:
            self.picture.show(printer.lines((value.digest, at, box), bitmap))

    async def _patiently(self, work: Awaitable[T]) -> T:
        """Await something; say so where that takes long."""
        task = asyncio.ensure_future(work)
        try:
            if not (await asyncio.wait([task], timeout=_PATIENCE))[0]:
                self.picture.say(OPENING)
            return await task
        finally:
            task.cancel()
