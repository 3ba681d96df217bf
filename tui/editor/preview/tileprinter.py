"""How a tile of a wall looks: its picture or its words, and the lines below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from textwrap import wrap
from typing import Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine.errors import ReelgraphError
from engine.values import Audio, Image, Video
from tui.drawing.labels import harmless, shorten
from tui.editor.canvas import State
from tui.editor.canvas.palette import STATE_SIGNS
from tui.editor.preview.describing import words_of
from tui.editor.preview.graphics import Protocol
from tui.editor.preview.grid import Grid
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.printing import Printer
from tui.editor.preview.strips import RowStrip
from tui.editor.preview.tiles import Tile

TONES: Final = {
    State.DONE: "good",
    State.CACHED: "good",
    State.FAILED: "bad",
    State.REFUSED: "bad",
    State.STOPPED: "bad",
    State.RUNNING: "busy",
}
_BETWEEN = " · "
_LEAST_ROOM = 3
"""Cells in which no fact can be told."""
_MOST_LETTERS = 2000
"""Of a paragraph in a tile."""


class TilePrinter:
    """Draws tiles.

    Args:
        pictures: Decodes what is in them.
        printer: Prints pictures.
        style: Returns a style of the wall by its name; of its ground for an empty name.
    """

    def __init__(self, pictures: Pictures, printer: Printer, style: Callable[[str], Style]) -> None:
        self._pictures = pictures
        self._printer = printer
        self._style = style

    async def lines(self, tile: Tile, grid: Grid) -> list[Strip]:
        """Return the lines of what a tile shows."""
        value = tile.value
        if not isinstance(value, Image | Video) or self._printer.protocol is Protocol.NONE:
            style = "empty" if value is None else "words"
            return self._block(_words(tile), grid, style)
        box = self._printer.box(grid.width, grid.height)
        try:
            if isinstance(value, Video):
                bitmap = await self._pictures.poster(value, box)
            else:
                bitmap = await self._pictures.still(value, box)
        except ReelgraphError as error:
            return self._block(error.message, grid)
        return self._boxed(self._printer.lines((value.digest, None, box), bitmap), grid)

    def blank(self, grid: Grid) -> Strip:
        """Return a line of what is not decoded yet."""
        return Strip.blank(grid.width, self._style("empty"))

    def name(self, tile: Tile, width: int, *, is_current: bool) -> Strip:
        """Return the line that names a tile."""
        style = self._style("current" if is_current else "name")
        if is_current:
            style += Style(reverse=True)
        words = f" {harmless(tile.name, 60)} "
        facts = tile.facts if tile.is_fresh else f"out of date · {tile.facts}"
        room = width - cell_len(words) - 3
        segments = [
            Segment(words, style),
            Segment(f" {STATE_SIGNS[tile.state]} ", self._style(TONES.get(tile.state, "soft"))),
            Segment(_fitting(facts, room), self._style("soft")),
        ]
        return Strip(segments).adjust_cell_length(width, self._style(""))

    def note(self, text: str, width: int) -> Strip:
        """Return a line below the name."""
        shown = shorten(harmless(text, 400), width)
        return Strip([Segment(shown, self._style("soft"))]).adjust_cell_length(
            width, self._style("")
        )

    def _block(self, text: str, grid: Grid, name: str = "empty") -> list[Strip]:
        """Return words in place of a picture, few of them in its middle."""
        style = self._style(name)
        room = max(1, grid.width - 2)
        texts = [
            line
            for paragraph in text.splitlines()
            for line in wrap(harmless(paragraph, _MOST_LETTERS), room) or [""]
        ][: grid.height]
        above = (grid.height - len(texts)) // 2 if len(texts) < 3 else 0
        texts = [""] * above + texts + [""] * (grid.height - above - len(texts))
        return [
            Strip([Segment(set_cell_size(f" {line}", grid.width), style)], grid.width)
            for line in texts
        ]

    def _boxed(self, lines: Sequence[Strip], grid: Grid) -> list[Strip]:
        """Return a picture in the middle of its place."""
        style = self._style("")
        blank = Strip.blank(grid.width, style)
        boxed = [blank] * (max(0, grid.height - len(lines)) // 2)
        for line in lines[: grid.height]:
            left = max(0, grid.width - line.cell_length) // 2
            right = max(0, grid.width - line.cell_length - left)
            sides = Strip.blank(left, style), Strip.blank(right, style)
            is_whole = not (left or right)
            boxed.append(line if is_whole else RowStrip((sides[0], line, sides[1]), grid.width))
        return boxed + [blank] * (grid.height - len(boxed))


def _fitting(facts: str, room: int) -> str:
    """Return as many of the facts, the first ones, as there is room for."""
    parts = facts.split(_BETWEEN)
    while len(parts) > 1 and cell_len(_BETWEEN.join(parts)) > room:
        parts.pop()
    return shorten(_BETWEEN.join(parts), room) if room > _LEAST_ROOM else ""


def _words(tile: Tile) -> str:
    value = tile.value
    if isinstance(value, Audio):
        return f"♪ {tile.facts}"
    if isinstance(value, Image | Video):
        return tile.facts
    if value is not None:
        return words_of(value).plain
    return tile.note or tile.state.value
