"""The part of a pane that a picture is seen in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.labels import harmless
from tui.editor.preview.strips import ReadyStrip, RowStrip


class Picture(Widget):
    """Shows lines of a picture in its middle, or a sentence where there is none."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Picture { width: 1fr; height: 1fr; background: $background; color: $soft; }
    """

    class Resized(Message):
        """There is another place for the picture."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: Sequence[Strip] = ()
        self._message = ""
        self._composed: list[Strip] = []
        self._paint: Callable[[int, int], object] | None = None
        self._painted = (0, 0)
        self._is_waiting = False

    @property
    def has_picture(self) -> bool:
        """Whether a picture is seen."""
        return bool(self._lines) or self._paint is not None

    def show(self, lines: Sequence[Strip]) -> None:
        """Show a picture."""
        was_painted, self._paint = self._paint is not None, None
        before = [] if was_painted else self._composed
        self._lines, self._message = lines, ""
        self._composed = self._compose_lines(self.size)
        changed = [
            Region(0, y, self.size.width, 1)
            for y, (new, old) in enumerate(zip(self._composed, before, strict=False))
            if not _is_same(new, old)
        ]
        if len(before) != len(self._composed):
            self.refresh()
        elif changed:
            self.refresh(*changed)

    def paint(self, columns: int, rows: int, paint: Callable[[int, int], object]) -> None:
        """Show a picture that is painted over the cells, again whenever they are written.

        Args:
            columns: Cells that it covers, across.
            rows: Cells that it covers, down.
            paint: Paints it, its corner at a cell of the screen.
        """
        self._lines, self._message, self._composed = (), "", []
        self._paint, self._painted = paint, (columns, rows)
        self.refresh()

    def _paint_again(self) -> None:
        self._is_waiting = False
        if self._paint is None or not self.is_mounted or self.app.screen is not self.screen:
            return
        columns, rows = self._painted
        region = self.content_region
        x, y = (region.width - columns) // 2, (region.height - rows) // 2
        if x >= 0 and y >= 0:
            self._paint(region.x + x, region.y + y)

    def say(self, message: str) -> None:
        """Say something in place of a picture."""
        self._paint = None
        self._lines, self._message = (), harmless(message, 400)
        self._composed = []
        self.refresh()

    def on_resize(self) -> None:
        """Bring the lines to the middle."""
        self._composed = []
        self.post_message(self.Resized())

    def notify_style_update(self) -> None:
        """Take on other colours."""
        super().notify_style_update()
        self._composed = []

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what is seen; not by way of the framework's cache, which would copy each line."""
        if len(self._composed) != self.size.height:
            self._composed = self._compose_lines(self.size)
        if self._paint is not None and not self._is_waiting:
            self._is_waiting = True
            self.call_after_refresh(self._paint_again)
        lines = self._composed[crop.y : crop.bottom]
        if crop.x == 0 and crop.width >= self.size.width:
            return lines
        return [line.crop(crop.x, crop.right) for line in lines]

    def _compose_lines(self, size: Size) -> list[Strip]:
        width, height = size
        if self._message:
            return self._compose_message(width, height)
        style = self.rich_style
        shown = self._lines[:height]
        above = (height - len(shown)) // 2
        blank = Strip.blank(width, style)
        lines = [blank] * above
        for line in shown:
            left = max(0, width - line.cell_length) // 2
            right = max(0, width - left - line.cell_length)
            if left or right:
                sides = Strip.blank(left, style), Strip.blank(right, style)
                line = RowStrip((sides[0], line, sides[1]), width)
            lines.append(line if line.cell_length <= width else line.crop(0, width))
        return lines + [blank] * (height - len(lines))

    def _compose_message(self, width: int, height: int) -> list[Strip]:
        from textwrap import wrap

        style = self.rich_style
        texts = wrap(self._message, max(1, width - 2))[: max(1, height)]
        lines = [Strip.blank(width, style)] * ((height - len(texts)) // 2)
        for text in texts:
            strip = Strip([Segment(text, style)])
            left = max(0, width - strip.cell_length) // 2
            padded = Strip([Segment(" " * left, style), *strip])
            lines.append(padded.adjust_cell_length(width, style))
        return lines + [Strip.blank(width, style)] * (height - len(lines))


def _is_same(one: Strip, other: Strip) -> bool:
    if one is other:
        return True
    return isinstance(one, ReadyStrip) and isinstance(other, ReadyStrip) and one.sent == other.sent
