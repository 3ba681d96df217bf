"""From a laid-out scene to lines of the screen: tiles drawn when first seen, and kept.

A line is put together from tiles of 128 columns. What changes drops the tiles and lines that it
touches, so that the cost of a frame depends on what is in view, not on how large the graph is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import compress, pairwise
from operator import is_not
from typing import TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.drawing.labels import shorten
from tui.drawing.layout import Frame, Link
from tui.editor.canvas.cards import clean
from tui.editor.canvas.faces import Face, Look, PortLooks
from tui.editor.canvas.folding import strongest
from tui.editor.canvas.ground import BAND, TILE, Ground
from tui.editor.canvas.line import Line
from tui.editor.canvas.palette import DARK, Palette, mix, style
from tui.editor.canvas.scene import Flow, Node

K = TypeVar("K")
V = TypeVar("V")

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_LIGHT = " ╵╶╰╷│╭├╴╯─┴╮┤┬┼"
_HEAVY = " ╹╺┗╻┃┏┣╸┛━┻┓┫┳╋"
_BROKEN = _LIGHT.replace("─", "╌").replace("│", "╎")
_MOST_TILES = 2400
_MOST_LINES = 400
_MOST_FACES = 400
_MOST_PIECES = 4000
"""Pieces of wires whose tiles are dropped one by one; with more, all are."""
_GRID_X, _GRID_Y = 16, 4

Patch = tuple[int, str, Style]
"""Something drawn over a line for a moment: column, words, style."""


@dataclass(slots=True)
class Looks:
    """What is special at the moment, besides what the scene says."""

    selected: frozenset[str] = frozenset()
    hovered: str = ""
    matches: frozenset[str] = frozenset()
    lit: frozenset[int] = frozenset()
    """Nets that are highlighted."""
    ports: PortLooks = field(default_factory=PortLooks)
    tick: int = 0


@dataclass(slots=True)
class _Tile:
    cells: Sequence[str]
    """A character a cell; or a list, as the second cell of a wide character is empty."""
    starts: list[int]
    """Where runs of the same style begin."""
    inks: list[Style]

    def between(self, start: int, end: int) -> Iterable[Segment]:
        """Return the runs between two cells."""
        cells, starts = self.cells, self.starts
        first, last = bisect_right(starts, start) - 1, bisect_left(starts, end)
        begins = [start, *starts[first + 1 : last]]
        edges = zip(begins, [*begins[1:], end], strict=True)
        if isinstance(cells, str):
            texts = [cells[a:b] for a, b in edges]
        else:
            seen = _whole(cells[start:end])
            texts = ["".join(seen[a - start : b - start]) for a, b in edges]
        return map(Segment, texts, self.inks[first:last])


class _Kept(OrderedDict[K, V]):
    """What has been drawn. The oldest goes first, one by one: to let all go at once is felt."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def keep(self, key: K, value: V) -> V:
        """Keep something, perhaps in place of something else, and return it."""
        if len(self) >= self._most and key not in self:
            self.popitem(last=False)
        self[key] = value
        return value


class Painter:
    """Draws a ground; keeps what it has drawn."""

    def __init__(self, ground: Ground, palette: Palette = DARK) -> None:
        self.looks = Looks()
        self.touched: list[Frame] | None = None
        """Areas that have to be drawn again; None for everything."""
        self._tiles: _Kept[tuple[int, int], _Tile] = _Kept(_MOST_TILES)
        self._lines: _Kept[int, tuple[int, int, Strip]] = _Kept(_MOST_LINES)
        self._faces: _Kept[str, Face] = _Kept(_MOST_FACES)
        self.use(ground, palette)

    def use(self, ground: Ground, palette: Palette) -> None:
        """Draw another ground, or in other colours, from now on."""
        self.ground = ground
        self.palette = palette
        self._plain = style("", palette.ground)
        self._net_looks: dict[int, tuple[str, Style]] = {}
        self.drop_all()

    # -- lines ----------------------------------------------------------------------------------

    def line(self, x: int, y: int, width: int, patches: Sequence[Patch] = ()) -> Strip:
        """Return a line of the screen that begins at a cell.

        Args:
            x: Column at its left end.
            y: Row.
            width: Cells.
            patches: What is drawn over it; such lines are not kept.
        """
        known = self._lines.get(y)
        if known is not None and not patches and known[0] == x and known[1] == width:
            return known[2]
        segments = self._cut(x, y, width)
        if patches:
            return Line(_patched(segments, patches, x, width), width)
        strip = Line(segments, width)
        self._lines.keep(y, (x, width, strip))
        return strip

    def _cut(self, x: int, y: int, width: int) -> list[Segment]:
        """Return what stands in a stretch of a row."""
        found: list[Segment] = []
        end = x + width
        for column in range(x // TILE, (end - 1) // TILE + 1):
            left = column * TILE
            found += self._tile(column, y).between(max(x - left, 0), min(end - left, TILE))
        return found

    # -- what is no longer right ----------------------------------------------------------------

    def drop_all(self) -> None:
        """Forget all that was drawn."""
        self._tiles.clear()
        self._lines.clear()
        self._faces.clear()
        self.touched = None

    def drop_area(self, area: Frame) -> None:
        """Forget what was drawn in an area."""
        if self.touched is not None:
            self.touched.append(area)
        columns = range(area.x // TILE, (area.x + area.width - 1) // TILE + 1)
        for y in range(area.y, area.y + area.height):
            self._lines.pop(y, None)
            for column in columns:
                self._tiles.pop((column, y), None)

    def drop_boxes(self, keys: Iterable[str]) -> None:
        """Forget what was drawn of boxes."""
        for key in keys:
            if self.ground.has(key):
                self.drop_area(self.ground.frame(key))

    def drop_nets(self, nets: Collection[int]) -> None:
        """Forget what was drawn of nets."""
        ground = self.ground
        links = [
            link for net in nets if net < len(ground.net_links) for link in ground.net_links[net]
        ]
        if len(links) * 3 > _MOST_PIECES:
            self._net_looks.clear()
            self.drop_all()
            return
        for net in nets:
            self._net_looks.pop(net, None)
        for link in links:
            for (ax, ay), (bx, by) in pairwise(ground.layout.routes[link]):
                left, top = min(ax, bx), min(ay, by)
                self.drop_area(Frame(left, top, abs(ax - bx) + 1, abs(ay - by) + 1))

    def take_touched(self) -> list[Frame] | None:
        """Return what has to be drawn again since this was last asked; None for everything."""
        touched, self.touched = self.touched, []
        return touched

    # -- tiles ----------------------------------------------------------------------------------

    def _tile(self, column: int, y: int) -> _Tile:
        key = (column, y)
        return self._tiles.get(key) or self._tiles.keep(key, self._draw(column, y))

    def _draw(self, column: int, y: int) -> _Tile:
        sheet = _Row(column * TILE, y, self._plain)
        palette, ground = self.palette, self.ground
        if y % _GRID_Y == 0 and (palette.grid or not palette.ground):
            grid = style(palette.grid, palette.ground, dim=not palette.grid)
            for x in range(0, TILE, _GRID_X):
                sheet.chars[x], sheet.styles[x] = "·", grid
        bucket = (column, y // BAND)
        for key in ground.frames.get(bucket, ()):
            self._draw_frame(sheet, key)
        self._draw_wires(sheet, column)
        for key in ground.boxes.get(bucket, ()):
            top = ground.layout.places[key][1]
            if top <= y < top + ground.cards[key].height:
                self._draw_box(sheet, key, y - top)
        return sheet.tile()

    def _draw_frame(self, sheet: _Row, key: str) -> None:
        frame, palette = self.ground.layout.frames[key], self.palette
        chosen = key in self.looks.selected
        color = palette.accent if chosen else palette.soft
        line = style(
            mix(color, palette.ground, 0.0 if chosen else 0.5), palette.ground, bold=chosen
        )
        last = frame.x + frame.width - 1
        if sheet.y in (frame.y, frame.y + frame.height - 1):
            first = sheet.y == frame.y
            ends = "╭╮" if first else "╰╯"
            sheet.put(frame.x, ends[0] + "╌" * (frame.width - 2) + ends[1], line)
            if first:
                title = shorten(clean(self._group_title(key)), frame.width - 8)
                words = style(color, palette.ground, bold=True)
                sheet.put(frame.x + 2, f" ▾ {title} ", words)
        elif frame.y < sheet.y < frame.y + frame.height:
            sheet.put(frame.x, "╎", line)
            sheet.put(last, "╎", line)

    def _group_title(self, key: str) -> str:
        for group in self.ground.scene.groups:
            if group.id == key and group.title:
                return group.title
        return key.rstrip("/").rpartition("/")[2]

    def _draw_wires(self, sheet: _Row, column: int) -> None:
        ground, y = self.ground, sheet.y
        first, last = sheet.x, sheet.x + TILE - 1
        levels: dict[int, list[tuple[int, int]]] = {}
        for left, right, net in ground.levels.get((column, y), ()):
            glyphs, ink = self._net_look(net)
            levels.setdefault(net, []).append((left, right))
            sheet.fill(max(left, first), min(right, last), glyphs[LEFT | RIGHT], ink)
        for x, top, bottom, net in ground.uprights.get((column, y // BAND), ()):
            if top <= y <= bottom:
                bits = (UP if y > top else 0) | (DOWN if y < bottom else 0)
                for left, right in levels.get(net, ()):
                    if left <= x <= right:
                        bits |= (LEFT if x > left else 0) | (RIGHT if x < right else 0)
                glyphs, ink = self._net_look(net)
                sheet.set(x, glyphs[bits], ink)
        for x, link in ground.arrows.get((column, y), ()):
            sheet.set(x, *self._arrow(link))

    def _arrow(self, link: Link) -> tuple[str, Style]:
        """Return the head of a wire; one that is broken has another than the rest of its net."""
        if self.ground.wiring.links[link].flow is Flow.BROKEN:
            return "×", style(self.palette.bad, self.palette.ground, bold=True)
        return "▸", self._net_look(self.ground.nets[link.source, link.outlet])[1]

    def _net_look(self, net: int) -> tuple[str, Style]:
        """Return the line characters and the style of a net."""
        known = self._net_looks.get(net)
        if known is None:
            wires = [self.ground.wiring.links[link] for link in self.ground.net_links[net]]
            flow = strongest(wire.flow for wire in wires)
            lit = net in self.looks.lit
            shown = Flow.READY if lit and flow is Flow.IDLE else flow
            color = self.palette.wire(wires[0].kind, shown)
            glyphs = _BROKEN if flow is Flow.BROKEN else _LIGHT
            if lit or flow is Flow.ACTIVE:
                glyphs = _HEAVY
            ink = style(color, self.palette.ground, bold=lit)
            known = self._net_looks[net] = (glyphs, ink)
        return known

    def _draw_box(self, sheet: _Row, key: str, row: int) -> None:
        x = self.ground.layout.places[key][0]
        for text, ink in self._face(key).row(row):
            x = sheet.put(x, text, ink)

    def _face(self, key: str) -> Face:
        """Return how a box looks at the moment."""
        looks, card = self.looks, self.ground.cards[key]
        node = card.node
        tick = looks.tick if isinstance(node, Node) and node.state == "running" else 0
        look = Look(key in looks.selected, key == looks.hovered, key in looks.matches, tick)
        face = self._faces.get(key)
        if face is None or not face.shows(card, look, looks.ports):
            face = self._faces.keep(key, Face(card, look, looks.ports, self.palette))
        return face


class _Row:
    """The cells of one row of a tile."""

    __slots__ = ("_is_plain", "chars", "styles", "x", "y")

    def __init__(self, x: int, y: int, plain: Style) -> None:
        self.x = x
        self.y = y
        self.chars = [" "] * TILE
        self.styles = [plain] * TILE
        self._is_plain = True
        """Whether each cell is one character."""

    def set(self, x: int, char: str, ink: Style) -> None:
        """Write a cell that is in the tile."""
        self.chars[x - self.x] = char
        self.styles[x - self.x] = ink

    def fill(self, first: int, last: int, char: str, ink: Style) -> None:
        """Write the same in cells that are in the tile."""
        start, end = first - self.x, last - self.x + 1
        self.chars[start:end] = char * (end - start)
        self.styles[start:end] = [ink] * (end - start)

    def put(self, x: int, text: str, ink: Style) -> int:
        """Write words, as far as they are in the tile; return the cell after them."""
        width = len(text) if text.isascii() else cell_len(text)
        start = x - self.x
        if start >= TILE or start + width <= 0 or not width:
            return x + width
        left, right = max(start, 0), min(start + width, TILE)
        if width == len(text):
            self.chars[left:right] = text[left - start : right - start]
        else:
            self._is_plain = False
            self.chars[left:right] = _whole(_cells(text, width)[left - start : right - start])
        self.styles[left:right] = [ink] * (right - left)
        return x + width

    def tile(self) -> _Tile:
        """Return the cells as runs of the same style."""
        chars, styles = self.chars, self.styles
        starts = [0, *compress(range(1, TILE), map(is_not, styles[1:], styles))]
        inks = [styles[start] for start in starts]
        return _Tile("".join(chars) if self._is_plain else chars, starts, inks)


def _cells(text: str, width: int) -> list[str]:
    """Return a text cell by cell; the second cell of a wide character is empty."""
    cells: list[str] = []
    for char in text:
        size = cell_len(char)
        if size == 0:
            if cells:
                cells[-1] += char
            continue
        cells.append(char)
        cells += [""] * (size - 1)
    return (cells + [" "] * width)[:width]


def _whole(cells: Sequence[str]) -> Sequence[str]:
    """Return cells without halves of wide characters at their ends."""
    if cells and cells[0] == "":
        cells = [" ", *cells[1:]]
    if cells and cell_len(cells[-1]) > 1:
        cells = [*cells[:-1], " "]
    return cells


def _patched(
    segments: Sequence[Segment], patches: Sequence[Patch], x: int, width: int
) -> list[Segment]:
    """Return a line with something drawn over it."""
    line = Strip(segments, width)
    for at, text, ink in patches:
        start = at - x
        size = cell_len(text)
        if start >= width or start + size <= 0:
            continue
        over = Strip([Segment(text, ink)], size).crop(max(0, -start), min(size, width - start))
        left, right = max(start, 0), min(start + size, width)
        line = Strip.join([line.crop(0, left), over, line.crop(right, width)])
    return list(line)
