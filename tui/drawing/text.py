"""A workflow as text: cards and wires of line characters where they fit, else a list with rails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len

from engine.graph import Graph
from tui.drawing._cells import Cells
from tui.drawing.groups import lay_out_groups
from tui.drawing.labels import shorten
from tui.drawing.layout import Box, Frame, Layout, Spacing
from tui.drawing.listing import draw_listing
from tui.drawing.palette import color_of
from tui.drawing.scene import Card, Scene, make_scene

_MOST_CARDS = 60
"""With more, cards are a maze; the list is easier to read."""
_SPACING = Spacing(rows=1, lanes=0, tracks=2, before=1, after=3, group=(2, 1, 2, 1))
_BOLD, _DIM, _NONE = "1", "2", ""


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much a card says."""

    width: int
    """Most cells between its borders."""
    details: int
    """Most literal parameters."""
    ports: bool
    """Whether ports are named."""


_LEVELS: Final = (
    _Detail(30, 4, True),
    _Detail(22, 2, True),
    _Detail(18, 0, True),
    _Detail(16, 0, False),
)


def draw_text(graph: Graph, *, width: int = 100, color: bool = False) -> str:
    """Draw a workflow as text.

    Args:
        graph: The workflow.
        width: Cells that a line may take.
        color: Whether to colour by kind of data, with ANSI sequences.

    Returns:
        The lines, each ended by a line feed. No line is wider than `width`.
    """
    scene = make_scene(graph)
    lines = [*_heading(scene, width, color), *_body(scene, width, color)]
    return "".join(f"{line}\n" for line in lines)


def _heading(scene: Scene, width: int, color: bool) -> Iterator[str]:
    for text, style in ((scene.title, _BOLD), (scene.description, _DIM)):
        if text:
            short = shorten(text, width)
            yield f"\x1b[{style}m{short}\x1b[0m" if color else short
    yield ""


def _body(scene: Scene, width: int, color: bool) -> Iterator[str]:
    if len(scene.cards) <= _MOST_CARDS:
        for level in _LEVELS:
            sheet = _Sheet(scene, level)
            if sheet.layout.width <= width:
                return iter(sheet.lines(color=color))
    return draw_listing(scene, width=width, color=color)


class _Sheet:
    """Cards and wires at one level of detail."""

    def __init__(self, scene: Scene, level: _Detail) -> None:
        self._scene = scene
        self._level = level
        self._rows = {card.id: _rows(card, level) for card in scene.cards}
        links = [line.link for line in scene.lines]
        self._used = {(link.source, link.outlet) for link in links}
        self.layout: Layout = lay_out_groups([self._box(c) for c in scene.cards], links, _SPACING)

    def lines(self, *, color: bool) -> list[str]:
        """Return the drawing."""
        cells = Cells(self.layout.width, self.layout.height)
        for frame in self.layout.frames.values():
            _draw_frame(cells, frame)
        nets: dict[tuple[str, str], int] = {}
        for line in self._scene.lines:
            net = nets.setdefault((line.link.source, line.link.outlet), len(nets))
            cells.wire(net, self.layout.routes[line.link], color_of(line.kind).ansi)
        cells.finish_wires()
        for name, frame in self.layout.frames.items():
            title = shorten(name.rstrip("/").rpartition("/")[2], frame.width - 6)
            cells.put(frame.x + 2, frame.y, f" {title} ", _DIM)
        for card in self._scene.cards:
            self._draw(cells, card)
        return list(cells.lines(color=color))

    def _box(self, card: Card) -> Box:
        if card.role != "node":
            ends = {port.key: 0 for port in card.inlets}, {port.key: 0 for port in card.outlets}
            label = shorten(card.title, self._level.width)
            to_right = card.role == "input"
            return Box(card.id, cell_len(label) + 4, 1, *ends, to_right=to_right)
        rows = self._rows[card.id]
        inner = min(max(_row_width(row) for row in rows), self._level.width)
        first = 2 if self._level.ports else 1
        return Box(
            card.id,
            inner + 4,
            len(rows) + 1,
            {port.key: first + i for i, port in enumerate(card.inlets)},
            {port.key: first + i for i, port in enumerate(card.outlets)},
            group=card.group,
        )

    def _draw(self, cells: Cells, card: Card) -> None:
        x, y = self.layout.places[card.id]
        box = self._box(card)
        style = color_of(card.kind).ansi
        if card.role == "node":
            self._draw_node(cells, card, box, (x, y))
        else:
            label = shorten(card.title, self._level.width)
            cells.put(x, y, "( ", style)
            cells.put(x + 2, y, label, style)
            cells.put(x + box.width - 2, y, " )", style)
        for port in card.inlets:
            cells.put(x - 1, y + box.inlets[port.key], "▸", color_of(port.kind).ansi)

    def _draw_node(self, cells: Cells, card: Card, box: Box, at: tuple[int, int]) -> None:
        x, y = at
        style = color_of(card.kind).ansi
        inner = box.width - 4
        rows = self._rows[card.id]
        cells.put(x, y, "╭" + "─" * (box.width - 2) + "╮", style)
        for i, (left, right, words) in enumerate(rows[1:], 1):
            cells.put(x, y + i, "│" + " " * (box.width - 2) + "│", style)
            right = shorten(right, inner - min(cell_len(left), inner // 2) - 1)
            room = inner - cell_len(right) - (1 if right else 0)
            cells.put(x + 2, y + i, shorten(left, room), words)
            cells.put(x + box.width - 2 - cell_len(right), y + i, right, words)
        bottom = (
            "╘" + "═" * (box.width - 2) + "╛" if card.axes else "╰" + "─" * (box.width - 2) + "╯"
        )
        cells.put(x, y + len(rows), bottom, style)
        badge = shorten(rows[0][1], inner // 2)
        title = shorten(rows[0][0], inner - (cell_len(badge) + 5 if badge else 2))
        cells.put(x + 2, y, f" {title} ", _BOLD)
        if badge:
            cells.put(x + box.width - 4 - cell_len(badge), y, f" {badge} ", style)
        for port in card.outlets:
            if (card.id, port.key) in self._used:
                side = x + box.width - 1
                cells.put(side, y + box.outlets[port.key], "├", color_of(port.kind).ansi)


Row = tuple[str, str, str]
"""What stands at the left, what stands at the right, and the style of both."""


def _rows(card: Card, level: _Detail) -> list[Row]:
    """Return the rows of a card; the first is its upper border."""
    badge = " ".join(f"×{axis}" for axis in card.axes)
    rows: list[Row] = [(card.title, badge, _BOLD), (card.type, "", _DIM)]
    count = max(len(card.inlets), len(card.outlets))
    if not level.ports:
        return rows + [("", "", _NONE)] * (count - 1)
    for i in range(count):
        left = card.inlets[i].label if i < len(card.inlets) else ""
        right = card.outlets[i].label if i < len(card.outlets) else ""
        rows.append((left, right, _NONE))
    rows += [(f"{name} {value}", "", _DIM) for name, value in card.details[: level.details]]
    return rows


def _row_width(row: Row) -> int:
    left, right, style = row
    in_border = style == _BOLD
    width = cell_len(left) + (2 if in_border else 0)
    return width + cell_len(right) + (3 if in_border else 2) if right else width


def _draw_frame(cells: Cells, frame: Frame) -> None:
    right, bottom = frame.x + frame.width - 1, frame.y + frame.height - 1
    cells.put(frame.x, frame.y, "╭" + "╌" * (frame.width - 2) + "╮", _DIM)
    cells.put(frame.x, bottom, "╰" + "╌" * (frame.width - 2) + "╯", _DIM)
    for y in range(frame.y + 1, bottom):
        cells.put(frame.x, y, "╎", _DIM)
        cells.put(right, y, "╎", _DIM)
