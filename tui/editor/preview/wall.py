"""A wall of results: the tasks of a node as tiles, the storyboard as its frames.

Drawn by lines, without a widget a tile; only what is in view is decoded, in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.values import Image, Video
from tui.editor.preview.grid import GUTTER, WORDS, Grid, grid_for
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.strips import RowStrip
from tui.editor.preview.tileprinter import TilePrinter
from tui.editor.preview.tiles import Tile

_ASPECT = 16 / 9
_ROOM = 24
"""Cells across that a tile has at least where they stand in a row."""


class Wall(ScrollView, can_focus=True):
    """The tiles, one of which is the current one.

    Args:
        pictures: Decodes them.
        words: Lines below each picture.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "wall--name", "wall--current", "wall--soft", "wall--good", "wall--bad", "wall--busy",
        "wall--empty", "wall--words",
    }  # fmt: skip
    DEFAULT_CSS = """
    Wall { background: $background; scrollbar-size: 1 1; overflow-x: hidden; }
    Wall .wall--name { color: $foreground; }
    Wall .wall--current { color: $primary; text-style: bold; }
    Wall .wall--soft { color: $soft; }
    Wall .wall--good { color: $success; }
    Wall .wall--bad { color: $error; text-style: bold; }
    Wall .wall--busy { color: $secondary; text-style: bold; }
    Wall .wall--empty { background: $panel; color: $soft; }
    Wall .wall--words { background: $panel; color: $foreground; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "step(-1)", "Left", show=False),
        Binding("right,l", "step(1)", "Right", show=False),
        Binding("up,k", "row(-1)", "Up", show=False),
        Binding("down,j", "row(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home,g", "ends(0)", "First", show=False),
        Binding("end,G", "ends(1)", "Last", show=False),
        Binding("plus,equals_sign", "size(-1)", "Larger", show=False),
        Binding("minus", "size(1)", "Smaller", show=False),
        Binding("enter,space,f", "pick", "Open", show=False),
    ]

    class Moved(Message):
        """Another tile is the current one."""

        def __init__(self, wall: Wall, number: int, tile: Tile) -> None:
            super().__init__()
            self.wall = wall
            self.number = number
            self.tile = tile

        @property
        def control(self) -> Wall:
            """The wall."""
            return self.wall

    class Picked(Moved):
        """A tile was chosen."""

    def __init__(self, pictures: Pictures, *, words: int = WORDS) -> None:
        super().__init__()
        self.pictures = pictures
        self._words = words
        self._tiles: Sequence[Tile] = ()
        self._current = 0
        self._columns = 0
        """Tiles in a row that a person asked for."""
        self._wished = 0
        self._grid = Grid(1, 1, 1)
        self._drawn: dict[int, list[Strip]] = {}
        self._rows: dict[int, Strip] = {}

    # -- what is shown -------------------------------------------------------------------------

    def show(self, tiles: Sequence[Tile], *, columns: int = 0) -> None:
        """Show tiles; those that are the same as before are not decoded again.

        Args:
            tiles: The tiles.
            columns: How many belong into a row, as far as there is room; 0 for any number.
        """
        before = self._tiles
        self._tiles = tuple(tiles)
        self._wished = columns
        self._current = min(max(0, self._current), max(0, len(tiles) - 1))
        for number in list(self._drawn):
            same = number < len(tiles) and number < len(before) and tiles[number] == before[number]
            if not same:
                del self._drawn[number]
        self._lay_out()

    @property
    def tiles(self) -> Sequence[Tile]:
        """What is shown."""
        return self._tiles

    @property
    def current(self) -> int:
        """The number of the current tile, from 0."""
        return self._current

    @property
    def tile(self) -> Tile | None:
        """The current tile."""
        return self._tiles[self._current] if self._tiles else None

    @property
    def grid(self) -> Grid:
        """Where the tiles stand."""
        return self._grid

    @cached_property
    def _printer(self) -> TilePrinter:
        return TilePrinter(self.pictures, self.pictures.printer(self.app), self._style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"wall--{name}") if name else self.rich_style

    @property
    def decoded(self) -> int:
        """How many tiles have been drawn."""
        return len(self._drawn)

    def _lay_out(self) -> None:
        width, height = self.scrollable_content_region.size
        if width < 1 or height < 1:
            return
        aspect = next(filter(None, map(_aspect, self._tiles)), _ASPECT)
        count = len(self._tiles)
        columns = self._columns or min(self._wished, width // _ROOM)
        grid = grid_for(count, width, height, aspect, columns=columns, words=self._words)
        if grid != self._grid:
            self._grid = grid
            self._drawn.clear()
        self._rows.clear()
        self.virtual_size = Size(width, grid.rows(count) * grid.pitch[1])
        self.refresh()
        self._want()

    def on_resize(self) -> None:
        """Lay the tiles out anew."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Take on other colours."""
        super().notify_style_update()
        self._drawn.clear()
        self._rows.clear()
        if self.is_mounted:
            self._want()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Decode what has come into view."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self._want()

    # -- decoding ------------------------------------------------------------------------------

    def _in_view(self) -> range:
        pitch = self._grid.pitch[1]
        top, height = self.scroll_offset.y, self.size.height
        first = top // pitch * self._grid.columns
        last = ((top + height - 1) // pitch + 1) * self._grid.columns
        return range(first, min(last, len(self._tiles)))

    def _want(self) -> None:
        if any(number not in self._drawn for number in self._in_view()):
            self._decode()

    @work(group="decode", exclusive=True, exit_on_error=False)
    async def _decode(self) -> None:
        for number in self._in_view():
            if number in self._drawn:
                continue
            tile, grid = self._tiles[number], self._grid
            lines = await self._printer.lines(tile, grid)
            if grid is self._grid and self._tiles[number] == tile:
                self._drawn[number] = lines
                self._forget_rows(number)

    # -- drawing -------------------------------------------------------------------------------

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what is seen; not by way of the framework's cache, which would copy each line."""
        top, width = self.scroll_offset.y, self.size.width
        lines = [self._line(top + y) for y in range(crop.y, crop.bottom)]
        if crop.x == 0 and crop.width >= width:
            return lines
        return [line.crop(crop.x, crop.right) for line in lines]

    def _line(self, y: int) -> Strip:
        found = self._rows.get(y)
        if found is None:
            found = self._rows[y] = self._compose_line(y)
        return found

    def _compose_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        base = self.rich_style
        row, inner = divmod(y, self._grid.pitch[1])
        first = row * self._grid.columns
        numbers = range(first, min(first + self._grid.columns, len(self._tiles)))
        if not numbers:
            say = "Nothing has been made yet." if not self._tiles and y == 1 else ""
            soft = self.get_component_rich_style("wall--soft")
            return Strip([Segment(f" {say}" if say else "", soft)]).adjust_cell_length(width, base)
        parts: list[Strip] = []
        for number in numbers:
            parts += self._tile_line(number, inner)
        used = len(numbers) * self._grid.pitch[0]
        parts.append(Strip.blank(max(0, width - used), base))
        return RowStrip(parts, width)

    def _tile_line(self, number: int, inner: int) -> list[Strip]:
        is_current = number == self._current
        current = self.get_component_rich_style("wall--current")
        grid = self._grid
        if inner < grid.height:
            drawn = self._drawn.get(number)
            middle = drawn[inner] if drawn else self._printer.blank(grid)
            left, right = ("▐", "▌") if is_current else (" ", " ")
        else:
            middle = self._words_line(number, inner - grid.height)
            left, right = " ", " "
        sides = [Strip([Segment(side, current)], GUTTER) for side in (left, right)]
        return [sides[0], middle, sides[1]]

    def _words_line(self, number: int, line: int) -> Strip:
        tile, width = self._tiles[number], self._grid.width
        if line == 0:
            return self._printer.name(tile, width, is_current=number == self._current)
        return self._printer.note(tile.note if line < self._words - 1 else "", width)

    def _forget_rows(self, *numbers: int) -> None:
        """Draw the lines of tiles anew."""
        top, pitch = self.scroll_offset.y, self._grid.pitch[1]
        regions = []
        for number in numbers:
            first = self._grid.place(number)[1] * pitch
            for y in range(first, first + pitch):
                self._rows.pop(y, None)
            regions.append(Region(0, first - top, self.size.width, pitch))
        self.refresh(*[r for r in regions if r.bottom > 0 and r.y < self.size.height])

    # -- moving --------------------------------------------------------------------------------

    def go_to(self, number: int) -> None:
        """Make a tile the current one, and bring it into view; beyond the ends nothing happens."""
        if not 0 <= number < len(self._tiles):
            return
        before, self._current = self._current, number
        self._forget_rows(before, number)
        pitch = self._grid.pitch[1]
        first = self._grid.place(number)[1] * pitch
        top, height = self.scroll_offset.y, self.size.height
        if first < top or pitch >= height:
            self.scroll_to(y=first, animate=False, immediate=True)
        elif first + pitch > top + height:
            self.scroll_to(y=first + pitch - height, animate=False, immediate=True)
        if before != number:
            self.post_message(self.Moved(self, number, self._tiles[number]))

    def action_step(self, step: int) -> None:
        """Go to the next or previous tile."""
        self.go_to(self._current + step)

    def action_row(self, step: int) -> None:
        """Go a row down or up."""
        number = self._current + step * self._grid.columns
        last = len(self._tiles) - 1
        is_above_last = self._grid.place(self._current)[1] < self._grid.place(last)[1]
        self.go_to(min(number, last) if step > 0 and is_above_last else number)

    def action_page(self, step: int) -> None:
        """Go as many rows as are in view."""
        rows = max(1, self.size.height // self._grid.pitch[1])
        number = self._current + step * rows * self._grid.columns
        self.go_to(min(max(0, number), len(self._tiles) - 1))

    def action_ends(self, end: int) -> None:
        """Go to the first or last tile."""
        self.go_to(end * (len(self._tiles) - 1))

    def action_size(self, step: int) -> None:
        """Have more or fewer tiles in a row."""
        self._columns = max(1, self._grid.columns + step)
        self._lay_out()
        self.go_to(self._current)

    def action_pick(self) -> None:
        """Choose the current tile."""
        if self.tile is not None:
            self.post_message(self.Picked(self, self._current, self.tile))

    def on_click(self, event: events.Click) -> None:
        """Go to a tile; choose what is clicked twice."""
        number = self._grid.at(event.x, event.y + self.scroll_offset.y, len(self._tiles))
        if number is not None:
            event.stop()
            self.go_to(number)
            if event.chain == 2:
                self.action_pick()


def _aspect(tile: Tile) -> float | None:
    value: Any = tile.value
    if not isinstance(value, Image | Video):
        return None
    return min(3.0, max(0.4, value.width / value.height))
