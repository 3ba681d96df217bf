"""A wall of results: the tasks of a node as tiles, the storyboard as its frames.

Drawn by lines, without a widget a tile; only what is in view is decoded, in its order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events, work
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from engine.values import Image, Video
from tui.editor.commands import Command, Commanded, Topic, command
from tui.editor.preview.grid import GUTTER, WORDS, Grid, grid_for
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.strips import RowStrip
from tui.editor.preview.tileprinter import TilePrinter
from tui.editor.preview.tiles import Tile

_ASPECT = 16 / 9
_ROOM = 24
"""Cells across that a tile has at least where they stand in a row."""


def _needs_tiles(wall: Wall) -> str:
    return "" if wall.tiles else "Nothing has been made yet."


def _go(name: str, title: str, keys: str, help: str, go: Callable[[Any], object]) -> Command[Any]:
    word = "" if name.startswith(("page", "first", "last")) else "go"
    return command(f"wall.{name}", f"Tile: {title}", keys, help, go, why_not=_needs_tiles,
                   word=word)  # fmt: skip


_TOPIC: Final = Topic(
    "Wall",
    "A tile for each task, in their order; tiles come as they are made.",
    (
        _go("left", "Go left", "left,h", "Goes to the tile before.", lambda w: w.go(-1)),
        _go("down", "Go down", "down,j", "Goes a row down.", lambda w: w.go_row(1)),
        _go("up", "Go up", "up,k", "Goes a row up.", lambda w: w.go_row(-1)),
        _go("right", "Go right", "right,l", "Goes to the next tile.", lambda w: w.go(1)),
        command("wall.pick", "Tile: Choose", "enter,space,f",
                "Shows the tile on the whole screen; among takes enter picks it.",
                lambda w: w.pick(), why_not=lambda w: w.why_no_pick(), word="choose"),
        command("wall.larger", "Wall: Larger", "plus,equals_sign", "Shows fewer, larger tiles.",
                lambda w: w.resize_tiles(-1), why_not=_needs_tiles, word="size"),
        command("wall.smaller", "Wall: Smaller", "minus", "Shows more, smaller tiles.",
                lambda w: w.resize_tiles(1), why_not=_needs_tiles, word="size"),
        _go("page-up", "Page up", "pageup", "Goes up by what is in view.", lambda w: w.go_page(-1)),
        _go("page-down", "Page down", "pagedown", "Goes down by what is in view.",
            lambda w: w.go_page(1)),
        _go("first", "First", "home,g", "Goes to the first tile.", lambda w: w.go_end(0)),
        _go("last", "Last", "end,G", "Goes to the last tile.", lambda w: w.go_end(1)),
    ),
)  # fmt: skip


class Wall(Commanded, ScrollView, can_focus=True, inherit_bindings=False):
    """The tiles, one of which is the current one.

    Args:
        pictures: Decodes them.
        words: Lines below each picture.
        picks: What choosing a tile does, in a word or two.
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
    TOPIC: ClassVar[Topic] = _TOPIC

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

    def __init__(
        self, pictures: Pictures, *, words: int = WORDS, picks: str = "full screen"
    ) -> None:
        super().__init__()
        self._picks = picks
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

    def topics(self) -> Iterator[Topic]:
        """Yield the keys of walls, with the word for what choosing a tile does here."""
        commands = [
            replace(each, word=self._picks) if each.id == "wall.pick" else each
            for each in _TOPIC.commands
        ]
        yield replace(_TOPIC, commands=tuple(commands))

    def why_no_pick(self) -> str:
        """Say why the current tile cannot be chosen."""
        if self.tile is None:
            return _needs_tiles(self)
        return "" if self.tile.pages else f"{self.tile.task} has made nothing yet."

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

    def go(self, step: int) -> None:
        """Go to the next or previous tile."""
        self.go_to(self._current + step)

    def go_row(self, step: int) -> None:
        """Go a row down or up."""
        number = self._current + step * self._grid.columns
        last = len(self._tiles) - 1
        is_above_last = self._grid.place(self._current)[1] < self._grid.place(last)[1]
        self.go_to(min(number, last) if step > 0 and is_above_last else number)

    def go_page(self, step: int) -> None:
        """Go as many rows as are in view."""
        rows = max(1, self.size.height // self._grid.pitch[1])
        number = self._current + step * rows * self._grid.columns
        self.go_to(min(max(0, number), len(self._tiles) - 1))

    def go_end(self, end: int) -> None:
        """Go to the first or last tile."""
        self.go_to(end * (len(self._tiles) - 1))

    def resize_tiles(self, step: int) -> None:
        """Have more or fewer tiles in a row."""
        self._columns = max(1, self._grid.columns + step)
        self._lay_out()
        self.go_to(self._current)

    def pick(self) -> None:
        """Choose the current tile."""
        if self.tile is not None:
            self.post_message(self.Picked(self, self._current, self.tile))

    async def on_click(self, event: events.Click) -> None:
        """Go to a tile; choose what is clicked twice."""
        number = self._grid.at(event.x, event.y + self.scroll_offset.y, len(self._tiles))
        if number is not None:
            event.stop()
            self.go_to(number)
            if event.chain == 2:
                await self.perform("wall.pick")


def _aspect(tile: Tile) -> float | None:
    value: Any = tile.value
    if not isinstance(value, Image | Video):
        return None
    return min(3.0, max(0.4, value.width / value.height))
