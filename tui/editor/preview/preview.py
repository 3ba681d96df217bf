"""A pane that shows values of any kind, page by page, and plays films."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from textual import events, on, work
from textual.app import ComposeResult
from textual.widget import Widget

from engine.errors import ReelgraphError
from engine.values import Media, Video
from tui.drawing.labels import harmless
from tui.editor.commands import Commanded, CommandedScreen, Topic, command
from tui.editor.preview.describing import Page, caption, pages_of
from tui.editor.preview.display import OPENING, Display
from tui.editor.preview.opening import open_outside
from tui.editor.preview.picture import Picture
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.timeline import Timeline
from tui.editor.steady import Steady

_JUMP = 1.0
"""Seconds of a film that an arrow key goes."""


def _needs_film(it: Preview) -> str:
    return _needs_page(it) or ("" if it.is_film else "This is no film.")


def _needs_page(it: Preview) -> str:
    return "" if it.page else "There is nothing to show yet."


def _needs_words(it: Preview) -> str:
    return _needs_page(it) or ("" if it.has_words else "There are no words to scroll.")


def _needs_next(it: Preview) -> str:
    return "" if it.number + 1 < len(it.pages) else "This is the last result."


def _needs_previous(it: Preview) -> str:
    return "" if it.number else "This is the first result."


def _needs_file(it: Preview) -> str:
    is_file = it.page is not None and isinstance(it.page.value, Media)
    return _needs_page(it) or ("" if is_file else "It is no file that could be opened.")


_TOPIC: Final = Topic(
    "Results",
    "Films play without their sound; the mouse on the line below one goes to any time. Of several "
    "results one is shown at a time.",
    (
        command("preview.toggle", "Film: Play", "space", "Plays the film, or pauses it.",
                lambda it: it.toggle(), why_not=_needs_film, word="play"),
        command("preview.back", "Film: Back", "left,h",
                "Goes a second back in the film; without one to the result before.",
                lambda it: it.go(-1), why_not=lambda it: it.why_not_go(-1), word="go"),
        command("preview.on", "Film: On", "right,l",
                "Goes a second on in the film; without one to the next result.",
                lambda it: it.go(1), why_not=lambda it: it.why_not_go(1), word="go"),
        command("preview.frame-back", "Film: Picture back", "comma",
                "Goes one picture back, and pauses.",
                lambda it: it.go_frame(-1), why_not=_needs_film, word="picture"),
        command("preview.frame-on", "Film: Picture on", "full_stop",
                "Goes one picture on, and pauses.",
                lambda it: it.go_frame(1), why_not=_needs_film, word="picture"),
        command("preview.previous", "Result: Previous", "left_square_bracket,pageup",
                "Shows the result before.", lambda it: it.go_page(-1), why_not=_needs_previous,
                word="results"),
        command("preview.next", "Result: Next", "right_square_bracket,pagedown",
                "Shows the next result.", lambda it: it.go_page(1), why_not=_needs_next,
                word="results"),
        command("preview.full", "Result: Full screen", "enter,f",
                "Shows the result on the whole screen.", lambda it: it.full(),
                why_not=_needs_page, word="full screen"),
        command("preview.outside", "Result: System viewer", "o",
                "Opens the result in the system's own viewer.", lambda it: it.outside(),
                why_not=_needs_file, word="system viewer"),
        command("preview.begin", "Result: Beginning", "home,g",
                "Goes to the beginning: of the film, of the words, or of the results.",
                lambda it: it.go_end(0), why_not=_needs_page),
        command("preview.end", "Result: End", "end,G",
                "Goes to the end: of the film, of the words, or of the results.",
                lambda it: it.go_end(1), why_not=_needs_page),
        command("preview.up", "Words: Up", "up,k", "Scrolls the words up.",
                lambda it: it.scroll_words(-1), why_not=_needs_words),
        command("preview.down", "Words: Down", "down,j", "Scrolls the words down.",
                lambda it: it.scroll_words(1), why_not=_needs_words),
    ),
)  # fmt: skip


class Preview(Commanded, Widget, can_focus=True):
    """Shows values.

    Args:
        pictures: Decodes them.
        empty: What is said where there is nothing to show.
        paints: Whether it has the screen for itself, so that sixels may be painted over it.
    """

    TOPIC: ClassVar[Topic] = _TOPIC
    DEFAULT_CSS = """
    Preview { layout: vertical; background: $background; height: 1fr; }
    Preview #caption { height: auto; max-height: 2; color: $soft; padding: 0 1; }
    Preview:focus #caption { color: $foreground; }
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
        self._display = Display(pictures, paints=paints)
        self._empty = empty
        self._is_empty = True
        """Whether it is said that there is nothing to show."""
        self._pages: Sequence[Page] = ()
        self._number = 0
        self._at: float | None = None
        self._plays = False

    def compose(self) -> ComposeResult:
        """Yield the value, the line of a film and the caption."""
        yield self._display
        yield Timeline(id="time")
        yield Steady(id="caption", markup=False)

    def on_mount(self) -> None:
        """Show what was asked for before."""
        self._show_page()

    # -- what is shown -------------------------------------------------------------------------

    def show(self, value: Any, label: str = "") -> None:
        """Show a value, or the file of a path; the items of a list are pages."""
        self.show_pages(pages_of(value, label))

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
        self.query_one(Timeline).display = self._video is not None
        self._tell()
        if page is None:
            self.workers.cancel_group(self, "load")
            self._is_empty = True
            self._display.say(self._empty)
        else:
            if self._is_empty:
                self._is_empty = False
                self._display.say(OPENING)
            # The line of a film takes a row from the picture, or gives it back.
            self.call_after_refresh(self._load)

    def _tell(self) -> None:
        page, video = self.page, self._video
        parts: list[str] = []
        if page is not None:
            many = f"{self._number + 1}/{len(self._pages)}" if len(self._pages) > 1 else ""
            parts = [many, harmless(page.label, 80), caption(page.value)]
        self.query_one("#caption", Steady).say(" · ".join(filter(None, parts)))
        if video is not None:
            self.query_one(Timeline).show(self.position, video.seconds, plays=self._plays)
        if isinstance(self.screen, CommandedScreen):
            self.screen.tell()

    @on(Picture.Resized)
    def _resized(self, event: Picture.Resized) -> None:
        event.stop()
        if self._plays:
            self._play()
        elif self.page is not None:
            self._load()

    @work(group="load", exclusive=True, exit_on_error=False)
    async def _load(self) -> None:
        page = self.page
        if page is not None and isinstance(page.value, Path):
            await self._find_out(page, page.value)
        elif page is not None:
            await self._display.show(page.value, self._at)

    async def _find_out(self, page: Page, path: Path) -> None:
        """Show a file as what it is found to be."""
        try:
            media = await self.pictures.adopt(path)
        except ReelgraphError as error:
            self._display.say(" ".join(filter(None, (error.message, error.hint))))
            return
        pages = (Page(media, each.label) if each is page else each for each in self._pages)
        self._pages = tuple(pages)
        self._show_page()

    # -- a film --------------------------------------------------------------------------------

    @property
    def _video(self) -> Video | None:
        page = self.page
        return page.value if page and isinstance(page.value, Video) else None

    @property
    def is_film(self) -> bool:
        """Whether a film is shown."""
        return self._video is not None

    @property
    def has_words(self) -> bool:
        """Whether words are shown."""
        return self._display.words is not None

    def why_not_go(self, step: int) -> str:
        """Say why there is nowhere to go to."""
        if self.is_film:
            return ""
        return _needs_page(self) or (_needs_next if step > 0 else _needs_previous)(self)

    def toggle(self) -> None:
        """Play the film, or pause it."""
        video = self._video
        if video is None:
            return
        if self._plays:
            self.pause()
            return
        if self._at is None or self._at >= _last(video):
            self._at = 0.0
        self._plays = True
        self._play()

    def pause(self) -> None:
        """Stop where the film is."""
        self._plays = False
        self._load()
        self._tell()

    @work(group="load", exclusive=True, exit_on_error=False)
    async def _play(self) -> None:
        video = self._video
        if video is not None:
            await self._display.play(video, self.position, self._played)
        self._plays = False
        self._tell()

    def _played(self, at: float) -> None:
        self._at = at
        video = self._video
        if video is not None:
            self.query_one(Timeline).show(at, video.seconds, plays=self._plays)

    def seek(self, seconds: float) -> None:
        """Go to a time of the film, and stay there if it did not play."""
        video = self._video
        if video is None:
            return
        # A film that has played stands at its very end, behind its last picture's time.
        last = max(_last(video), self.position)
        self._at = min(max(0.0, seconds), last)
        self._tell()
        if self._plays:
            self._play()
        else:
            self._load()

    def go(self, step: int) -> None:
        """Go through the film, or to another page."""
        if self._video is not None:
            self.seek(self.position + step * _JUMP)
        else:
            self.go_page(step)

    def go_frame(self, step: int) -> None:
        """Go one picture of the film on or back, and pause."""
        video = self._video
        if video is None:
            return
        self._plays = False
        # From the middle of a picture, so that rounding does not skip one.
        number = int(self.position * video.fps + 0.01) + step
        self.seek((number + 0.02) / video.fps if number > 0 else 0.0)

    def go_end(self, end: int) -> None:
        """Go to the beginning or the end: of the film, of the words, or of the pages."""
        video = self._video
        words = self._display.words
        if video is not None:
            self.seek(end * video.seconds)
        elif words is not None:
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
        self.toggle()

    # -- pages and the world outside -----------------------------------------------------------

    def go_page(self, step: int) -> None:
        """Show the next or previous page."""
        self.go_to(self._number + step)

    def go_to(self, number: int) -> None:
        """Show a page by its number, from 0; beyond the ends nothing happens."""
        if self._pages and 0 <= number < len(self._pages) and number != self._number:
            self._number, self._at, self._plays = number, None, False
            self._show_page()

    def scroll_words(self, step: int) -> None:
        """Scroll the words."""
        words = self._display.words
        if words is not None:
            words.scroll_relative(y=step, animate=False)

    def full(self) -> None:
        """Show the page on the whole screen."""
        from tui.editor.preview.viewer import ViewerScreen

        if self._pages:
            if self._plays:
                self.pause()
            self.app.push_screen(ViewerScreen(self.pictures, self._pages, self._number))

    async def outside(self) -> None:
        """Open the page in the system's own viewer."""
        page = self.page
        if page is not None and isinstance(page.value, Media):
            said = await open_outside(self.app, self.pictures, page.value, page.label)
            self.query_one("#caption", Steady).say(said)

    def on_click(self, event: events.Click) -> None:
        """Show on the whole screen what is clicked twice."""
        if event.chain == 2:
            event.stop()
            self.full()


def _last(video: Video) -> float:
    """Return when the last picture of a film comes, in seconds."""
    return max(0.0, video.seconds - 1 / video.fps)


def preview_of(pictures: Pictures, path: Path) -> Preview:
    """Return a pane that shows a file, wherever it is."""
    preview = Preview(pictures)
    preview.show(path, path.name)
    return preview
