"""A pane that shows one value of any kind: a picture, a film to play, a sound's outline, words."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from engine.errors import ReelgraphError
from engine.values import Audio, File, Image, Media, Video
from tui.drawing.labels import harmless
from tui.editor.preview import waveform
from tui.editor.preview.describing import (
    READABLE,
    Page,
    caption,
    pages_of,
    pages_of_outputs,
    readable,
    words_of,
)
from tui.editor.preview.graphics import Protocol
from tui.editor.preview.opening import open_outside
from tui.editor.preview.picture import Picture
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.playing import Playback
from tui.editor.preview.printing import Printer
from tui.editor.preview.timeline import Timeline

T = TypeVar("T")
_PATIENCE = 0.15
"""Seconds for which the last picture stays, before it is said that the next one is decoded."""
_JUMP = 1.0
"""Seconds of a film that an arrow key goes."""


class Preview(Widget, can_focus=True):
    """Shows values.

    Args:
        pictures: Decodes them.
        empty: What is said where there is nothing to show.
        paints: Whether it has the screen for itself, so that sixels may be painted over it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "play", "Play or pause", show=False, id="preview.toggle"),
        Binding("left,h", "go(-1)", "Back", show=False, id="preview.back"),
        Binding("right,l", "go(1)", "On", show=False, id="preview.on"),
        Binding("comma", "frame(-1)", "Frame back", show=False, id="preview.frame_back"),
        Binding("full_stop", "frame(1)", "Frame on", show=False, id="preview.frame_on"),
        Binding("home,g", "ends(0)", "To the beginning", show=False, id="preview.begin"),
        Binding("end,G", "ends(1)", "To the end", show=False, id="preview.end"),
        Binding("pageup,left_square_bracket", "page(-1)", "Previous", show=False),
        Binding("pagedown,right_square_bracket", "page(1)", "Next", show=False),
        Binding("up,k", "scroll_words(-1)", "Up", show=False),
        Binding("down,j", "scroll_words(1)", "Down", show=False),
        Binding("enter,f", "full", "Full screen", show=False, id="preview.full"),
        Binding("o", "outside", "System viewer", show=False, id="preview.outside"),
    ]
    DEFAULT_CSS = """
    Preview { layout: vertical; background: $background; height: 1fr; }
    Preview #words { height: 1fr; padding: 0 1; background: $background; scrollbar-size: 1 1; }
    Preview #words Static { width: 1fr; height: auto; color: $foreground; }
    Preview #caption { height: auto; max-height: 2; color: $soft; padding: 0 1; }
    Preview:focus #caption { color: $foreground; }
    Preview .off { display: none; }
    """

    def __init__(
        self,
        pictures: Pictures,
        *,
        empty: str = "Nothing to show yet.",
        paints: bool = False,
        id: str | None = None,
        classes: str = "",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.pictures = pictures
        self.picture = Picture()
        self._empty = empty
        self._paints = paints
        self._pages: Sequence[Page] = ()
        self._number = 0
        self._at: float | None = None
        self._plays = False

    def compose(self) -> ComposeResult:
        """Yield the parts, of which some are seen."""
        yield self.picture
        with VerticalScroll(id="words", classes="off", can_focus=False):
            yield Static(markup=False)
        yield Timeline(id="time")
        yield Static(id="caption", markup=False)

    def on_mount(self) -> None:
        """Show what was asked for before."""
        self._show_page()

    @property
    def printer(self) -> Printer:
        """Prints pictures for this application."""
        return self.pictures.printer(self.app)

    # -- what is shown -------------------------------------------------------------------------

    def show(self, value: Any, label: str = "") -> None:
        """Show a value, or the file of a path; the items of a list are pages."""
        self.show_pages(pages_of(value, label))

    def show_outputs(self, outputs: Mapping[str, Any], label: str = "") -> None:
        """Show the outputs of a task, a page each."""
        self.show_pages(pages_of_outputs(outputs, label))

    def show_pages(self, pages: Sequence[Page], number: int = 0) -> None:
        """Show pages, beginning with one of them, from 0.

        A page that is shown already stays, as does the film on it, also where pages come before it.
        """
        if self.page is not None and self.page in pages and not number:
            self._number = list(pages).index(self.page)
            self._pages = tuple(pages)
            self._tell()
            return
        self._pages, self._number = tuple(pages), min(number, max(0, len(pages) - 1))
        self._at, self._plays = None, False
        if self.is_mounted:
            self._show_page()

    @property
    def page(self) -> Page | None:
        """What is shown."""
        return self._pages[self._number] if self._pages else None

    @property
    def pages(self) -> Sequence[Page]:
        """What one can go through."""
        return self._pages

    @property
    def number(self) -> int:
        """Which page is shown, from 0."""
        return self._number

    @property
    def is_playing(self) -> bool:
        """Whether a film plays."""
        return self._plays

    @property
    def position(self) -> float:
        """Seconds into the film."""
        return self._at or 0.0

    def _show_page(self) -> None:
        page = self.page
        value = page.value if page else None
        self.query_one(Timeline).set_class(not isinstance(value, Video), "off")
        self._tell()
        in_words = page is not None and not isinstance(value, Image | Video | Audio | Path)
        self._use_words(in_words)
        if page is None:
            self.workers.cancel_group(self, "load")
            self.picture.say(self._empty)
        elif in_words and not _is_readable(value):
            self._say_words(words_of(value))
        else:
            self._load()

    def _use_words(self, in_words: bool) -> None:
        self.query_one("#words").set_class(not in_words, "off")
        self.picture.set_class(in_words, "off")

    def _say_words(self, content: Content) -> None:
        scroll = self.query_one("#words", VerticalScroll)
        scroll.query_one(Static).update(content)
        scroll.scroll_home(animate=False)

    def _tell(self) -> None:
        page = self.page
        if page is None:
            self.query_one("#caption", Static).update("")
            return
        many = f"{self._number + 1}/{len(self._pages)}" if len(self._pages) > 1 else ""
        parts = [many, harmless(page.label, 80), caption(page.value)]
        self.query_one("#caption", Static).update(" · ".join(filter(None, parts)))
        if isinstance(page.value, Video):
            timeline = self.query_one(Timeline)
            timeline.show(self.position, page.value.seconds, plays=self._plays)

    # -- decoding ------------------------------------------------------------------------------

    def on_resize(self) -> None:
        """Decode for another size."""
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        if self.page is None or not self.picture.display:
            return
        if self._plays:
            self._play()
        else:
            self._load()

    def _load(self) -> None:
        self.run_worker(self._load_page(), group="load", exclusive=True, exit_on_error=False)

    async def _load_page(self) -> None:
        page = self.page
        if page is None:
            return
        try:
            if isinstance(page.value, Path):
                self._take(page, await self._patiently(self.pictures.adopt(page.value)))
            else:
                await self._load_value(page.value)
        except ReelgraphError as error:
            self._use_words(False)
            self.picture.say(" ".join(filter(None, (error.message, error.hint))))

    def _take(self, page: Page, media: Media) -> None:
        """Show a file as what it was found to be."""
        pages = [Page(media, each.label) if each is page else each for each in self._pages]
        self._pages = tuple(pages)
        self._show_page()

    async def _load_value(self, value: Any) -> None:
        if isinstance(value, File):
            text = await self._patiently(self.pictures.text(value))
            self._say_words(Content(readable(text)))
            return
        columns, rows = self.picture.size
        if columns < 1 or rows < 1:
            return
        if self.printer.protocol is Protocol.NONE:
            self.picture.say(f"{value.kind.capitalize()}, not shown on this terminal; o opens it.")
        elif isinstance(value, Audio):
            peaks = await self._patiently(self.pictures.outline(value, columns))
            self.picture.show(waveform.lines(peaks, rows, self.picture.rich_style))
        elif isinstance(value, Image | Video):
            await self._load_picture(value, columns, rows)

    async def _load_picture(self, value: Image | Video, columns: int, rows: int) -> None:
        printer = self.printer
        paints = self._paints and printer.paints
        box = printer.pixels(columns, rows) if paints else printer.box(columns, rows)
        if isinstance(value, Image):
            work = self.pictures.still(value, box)
        elif self._at is None:
            work = self.pictures.poster(value, box)
        else:
            work = self.pictures.frame(value, box, self._at)
        bitmap = await self._patiently(work)
        if paints:
            code = await self._patiently(self.pictures.sixels(bitmap))
            self.picture.paint(*printer.cells(bitmap), partial(printer.paint, code))
        else:
            self.picture.show(printer.lines((value.digest, self._at, box), bitmap))

    async def _patiently(self, work: Awaitable[T]) -> T:
        """Await something; say so where that takes long."""
        task = asyncio.ensure_future(work)
        try:
            if not (await asyncio.wait([task], timeout=_PATIENCE))[0]:
                self.picture.say("decoding …")
            return await task
        finally:
            task.cancel()

    # -- a film --------------------------------------------------------------------------------

    @property
    def _video(self) -> Video | None:
        page = self.page
        return page.value if page and isinstance(page.value, Video) else None

    def action_play(self) -> None:
        """Play the film, or pause it."""
        video = self._video
        if video is None:
            return
        if self._plays:
            self.pause()
            return
        if self._at is None or self._at >= video.seconds:
            self._at = 0.0
        self._plays = True
        self._play()

    def pause(self) -> None:
        """Stop where the film is."""
        self._plays = False
        self._load()
        self._tell()

    def _play(self) -> None:
        self.run_worker(self._play_film(), group="load", exclusive=True, exit_on_error=False)

    async def _play_film(self) -> None:
        video = self._video
        columns, rows = self.picture.size
        if video is None or columns < 1 or rows < 1:
            return
        printer = self.printer
        if printer.protocol is Protocol.NONE:
            self._plays = False
            self._tell()
            return
        box = printer.box(columns, rows, moving=True)
        path = self.pictures.path(video)
        playback = Playback(path, box, printer.depth, video.fps, video.seconds)
        try:
            await playback.play(self.position, self._show_frame)
        except ReelgraphError as error:
            self.picture.say(error.message)
        self._plays = False
        self._tell()

    def _show_frame(self, lines: Sequence[Any], at: float) -> None:
        self._at = at
        self.picture.show(lines)
        video = self._video
        if video is not None:
            self.query_one(Timeline).show(at, video.seconds, plays=self._plays)

    def seek(self, seconds: float) -> None:
        """Go to a time of the film, and stay there if it did not play."""
        video = self._video
        if video is None:
            return
        last = max(0.0, video.seconds - 1 / video.fps)
        self._at = min(max(0.0, seconds), last)
        self._tell()
        if self._plays:
            self._play()
        else:
            self._load()

    def action_go(self, step: int) -> None:
        """Go through the film, or to another page."""
        if self._video is not None:
            self.seek(self.position + step * _JUMP)
        else:
            self.action_page(step)

    def action_frame(self, step: int) -> None:
        """Go one picture of the film on or back, and pause."""
        video = self._video
        if video is None:
            return
        self._plays = False
        # From the middle of a picture, so that rounding does not skip one.
        number = int(self.position * video.fps + 0.01) + step
        self.seek((number + 0.02) / video.fps if number > 0 else 0.0)

    def action_ends(self, end: int) -> None:
        """Go to the beginning or the end: of the film, of the words, or of the pages."""
        video = self._video
        words = self.query_one("#words", VerticalScroll)
        if video is not None:
            self.seek(end * video.seconds)
        elif words.display and words.max_scroll_y:
            (words.scroll_end if end else words.scroll_home)(animate=False)
        else:
            self.go_to(end * (len(self._pages) - 1))

    @on(Timeline.Scrubbed)
    def _scrubbed(self, event: Timeline.Scrubbed) -> None:
        event.stop()
        self.seek(event.seconds)

    @on(Timeline.Toggled)
    def _toggled(self, event: Timeline.Toggled) -> None:
        event.stop()
        self.action_play()

    # -- pages and the world outside -----------------------------------------------------------

    def action_page(self, step: int) -> None:
        """Show the next or previous page."""
        self.go_to(self._number + step)

    def go_to(self, number: int) -> None:
        """Show a page by its number, from 0; beyond the ends nothing happens."""
        if self._pages and 0 <= number < len(self._pages) and number != self._number:
            self._number, self._at, self._plays = number, None, False
            self._show_page()

    def action_scroll_words(self, step: int) -> None:
        """Scroll the words."""
        self.query_one("#words", VerticalScroll).scroll_relative(y=step, animate=False)

    def action_full(self) -> None:
        """Show the page on the whole screen."""
        from tui.editor.preview.viewer import ViewerScreen

        if self._pages:
            if self._plays:
                self.pause()
            self.app.push_screen(ViewerScreen(self.pictures, self._pages, self._number))

    async def action_outside(self) -> None:
        """Open the page in the system's own viewer."""
        page = self.page
        if page is not None and isinstance(page.value, Media):
            said = await open_outside(self.app, self.pictures, page.value, page.label)
            self.query_one("#caption", Static).update(said)

    def on_click(self, event: events.Click) -> None:
        """Show on the whole screen what is clicked twice."""
        if event.chain == 2:
            event.stop()
            self.action_full()


def _is_readable(value: Any) -> bool:
    return isinstance(value, File) and value.media_type in READABLE
