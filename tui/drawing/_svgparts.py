"""The parts of a picture as SVG elements: words, cards, pills, wires, frames."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from tui.drawing._svgstyle import kind_class
from tui.drawing.labels import shorten
from tui.drawing.layout import Box, Frame, Point
from tui.drawing.metrics import text_width
from tui.drawing.scene import Card, Port

ROW: Final = 10
"""Pixels in the unit of heights of the layout. Coarse, so that wires never run too close."""
_FIRST_PORT, _PORT_PITCH = 6, 2
"""Rows from a card's top to its first port, and between two ports."""
_HEADER = 46
_PAD = 14
_MIN_WIDTH, _MAX_WIDTH = 104, 250
_MOST_DETAILS = 3
_PORT_GAP = 22
_STACK = (5, 10)
"""How far the cards under a repeated one look out, in pixels."""
_CORNER, _BEND = 9, 9
PILL_HEIGHT = 26


def number(value: float) -> str:
    """Return a coordinate, as short as it can be written."""
    return f"{round(value, 1):g}"


def words(
    text: str,
    x: float,
    y: float,
    size: float,
    style: str = "",
    *,
    bold: bool = False,
    anchor: str = "start",
) -> str:
    """Return a text element that takes exactly the room that it is measured to need."""
    width = text_width(text, size, bold=bold)
    if not text:
        return ""
    attributes = f' class="{style}"' if style else ""
    if anchor != "start":
        attributes += f' text-anchor="{anchor}"'
    if width:
        attributes += f' textLength="{number(width)}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{number(x)}" y="{number(y)}"{attributes}>{escape(text)}</text>'


# -- wires and frames -------------------------------------------------------------------------


def wire_path(points: Sequence[Point]) -> str:
    """Return the path data of a wire, its corners rounded. Heights are in rows."""
    pixels = [(x, y * ROW) for x, y in points]
    parts = [f"M{pixels[0][0]} {pixels[0][1]}"]
    for before, corner, after in zip(pixels, pixels[1:], pixels[2:], strict=False):
        radius = min(_BEND, _length(before, corner) // 2, _length(corner, after) // 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        parts.append(f"L{start[0]} {start[1]}Q{corner[0]} {corner[1]} {end[0]} {end[1]}")
    parts.append(f"L{pixels[-1][0]} {pixels[-1][1]}")
    return "".join(parts)


def _length(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, distance: int) -> Point:
    dx, dy = end[0] - start[0], end[1] - start[1]
    return (
        start[0] + (distance if dx > 0 else -distance if dx else 0),
        start[1] + (distance if dy > 0 else -distance if dy else 0),
    )


def net(kind: str, routes: Sequence[Sequence[Point]], tips: Sequence[str], *, many: bool) -> str:
    """Return all wires that leave one port."""
    data = "".join(wire_path(route) for route in routes)
    style = f"wire {kind_class(kind)}{' many' if many else ''}"
    tip = escape("; ".join(tips))
    return (
        f'<g class="{style}"><title>{tip}</title>'
        f'<path class="halo" d="{data}"/><path class="line" d="{data}"/></g>'
    )


def frame(name: str, place: Frame) -> str:
    """Return the frame of a group with its name."""
    y, height = place.y * ROW, place.height * ROW
    label = shorten(name, place.width - 2 * _PAD, lambda t: text_width(t, 12, bold=True))
    return (
        f'<rect class="frame" x="{place.x}" y="{y}" width="{place.width}" height="{height}"'
        f' rx="14"/>{words(label, place.x + _PAD, y + 22, 12, "label", bold=True)}'
    )


# -- cards ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardShape:
    """A card with the room that its words need."""

    card: Card
    box: Box
    title: str
    badge: str
    details: Sequence[tuple[str, str]]

    def draw(self, at: Point) -> str:
        """Return the element; `at` is the top left corner, its height in rows."""
        x, y = at[0], at[1] * ROW
        draw = self._draw_pill if self.card.role != "node" else self._draw_card
        return "\n".join(part for part in draw(x, y) if part)

    def _draw_pill(self, x: int, y: int) -> Iterator[str]:
        top = y + ROW - PILL_HEIGHT / 2
        solid = self.card.role == "output"
        shape = (
            f'x="{x}" y="{number(top)}" width="{self.box.width}" height="{PILL_HEIGHT}"'
            f' rx="{PILL_HEIGHT // 2}"'
        )
        yield f'<g class="pill {kind_class(self.card.kind)}">'
        yield f"<title>{escape(f'{self.card.role} {self.card.title}: {self.card.type}')}</title>"
        if solid:
            yield f'<rect class="solid" {shape}/>'
        else:
            yield f'<rect class="ground" stroke="none" {shape}/><rect class="tint" {shape}/>'
            yield f'<rect class="edge" {shape}/>'
        style = "on" if solid else "tinted"
        middle = x + self.box.width / 2
        yield words(self.title, middle, y + ROW + 4.5, 12.5, style, bold=True, anchor="middle")
        yield "</g>"

    def _draw_card(self, x: int, y: int) -> Iterator[str]:
        card, width = self.card, self.box.width
        height = self.box.height * ROW - (_STACK[-1] if card.axes else 0)
        kind = kind_class(card.kind)
        yield f'<g class="node {kind}" id={quoteattr(f"node-{card.id}")}>'
        if card.axes:
            for deep, inset in reversed(list(zip(_STACK, (6, 12), strict=True))):
                yield _rectangle("card", x + inset, y + deep, width - 2 * inset, height)
        yield _rectangle("card", x, y, width, height)
        yield (
            f'<path class="tint" d="M{x} {y + _HEADER}v{_CORNER - _HEADER}'
            f"q0 -{_CORNER} {_CORNER} -{_CORNER}h{width - 2 * _CORNER}"
            f'q{_CORNER} 0 {_CORNER} {_CORNER}v{_HEADER - _CORNER}z"/>'
        )
        yield words(self.title, x + _PAD, y + 20, 15, "title", bold=True)
        yield words(card.type, x + _PAD, y + 37, 12, "type")
        if self.badge:
            yield words(self.badge, x + width - _PAD, y + 20, 12, "badge", bold=True, anchor="end")
        yield from self._draw_details(x, y)
        yield from self._draw_joints(x, y)
        for port in card.inlets:
            yield from self._draw_port(port, x, y + self.box.inlets[port.key] * ROW, "start")
        for port in card.outlets:
            yield from self._draw_port(port, x + width, y + self.box.outlets[port.key] * ROW, "end")
        yield "</g>"

    def _draw_joints(self, x: int, y: int) -> Iterator[str]:
        """Join the places of several wires into one port."""
        rows = self.box.inlets
        for upper, lower in pairwise(self.card.inlets):
            if not lower.label:
                top, bottom = y + rows[upper.key] * ROW, y + rows[lower.key] * ROW
                yield f'<path class="joint" d="M{x} {top}V{bottom}"/>'

    def _draw_details(self, x: int, y: int) -> Iterator[str]:
        ports = max(len(self.card.inlets), len(self.card.outlets))
        row = y + (_FIRST_PORT + ports * _PORT_PITCH) * ROW
        if self.details:
            yield f'<path class="rule" d="M{x + _PAD} {row - 9}h{self.box.width - 2 * _PAD}"/>'
            row += 5
        for key, value in self.details:
            yield words(key, x + _PAD, row + 4, 12, "type")
            yield words(value, x + self.box.width - _PAD, row + 4, 12, "type value", anchor="end")
            row += _PORT_PITCH * ROW

    @staticmethod
    def _draw_port(port: Port, x: int, y: int, anchor: str) -> Iterator[str]:
        kind = kind_class(port.kind)
        yield f'<circle class="dot {kind}" cx="{x}" cy="{y}" r="5.5"/>'
        yield words(
            port.label, x + (_PAD if anchor == "start" else -_PAD), y + 4.5, 12.5, anchor=anchor
        )


def _rectangle(style: str, x: int, y: int, width: int, height: int) -> str:
    return (
        f'<rect class="{style}" x="{x}" y="{y}" width="{width}" height="{height}" rx="{_CORNER}"/>'
    )


def card_shape(card: Card) -> CardShape:
    """Return a card with its size and the words that fit into it."""
    return _node_shape(card) if card.role == "node" else _pill_shape(card)


def _pill_shape(card: Card) -> CardShape:
    title = shorten(card.title, _MAX_WIDTH - 2 * _PAD, lambda t: text_width(t, 12.5, bold=True))
    width = round(text_width(title, 12.5, bold=True)) + 26
    inlets = {port.key: 1 + 2 * i for i, port in enumerate(card.inlets)}
    outlets = {port.key: 1 for port in card.outlets}
    to_right = card.role == "input"
    box = Box(card.id, width, max(2, 2 * len(inlets)), inlets, outlets, to_right=to_right)
    return CardShape(card, box, title, "", ())


def _node_shape(card: Card) -> CardShape:
    room = _MAX_WIDTH - 2 * _PAD
    card = _fit_ports(card, room)
    badge = shorten(" ".join(f"× {axis}" for axis in card.axes), room / 2, _small_bold)
    beside = _small_bold(badge) + 12 if badge else 0
    title = shorten(card.title, room - beside, _title_width)
    details = [_fit_detail(detail, room) for detail in card.details[:_MOST_DETAILS]]
    needs = [_title_width(title) + beside, text_width(card.type, 12)]
    needs += [text_width(key, 12) + 16 + text_width(value, 12) for key, value in details]
    ports = max(len(card.inlets), len(card.outlets))
    needs += [
        _pair_width(inlet, outlet) for inlet, outlet in zip_longest(card.inlets, card.outlets)
    ]
    width = min(max(round(max(needs)) + 2 * _PAD, _MIN_WIDTH), _MAX_WIDTH)
    rows = _FIRST_PORT + max(ports * _PORT_PITCH, 1)
    rows += len(details) * _PORT_PITCH + (1 if card.axes else 0)
    box = Box(
        card.id,
        width,
        rows,
        {port.key: _FIRST_PORT + i * _PORT_PITCH for i, port in enumerate(card.inlets)},
        {port.key: _FIRST_PORT + i * _PORT_PITCH for i, port in enumerate(card.outlets)},
        group=card.group,
    )
    return CardShape(card, box, title, badge, details)


def _pair_width(inlet: Port | None, outlet: Port | None) -> float:
    """Return the room that the names of two ports next to each other need."""
    widths = [text_width(port.label, 12.5) for port in (inlet, outlet) if port and port.label]
    return sum(widths) + _PORT_GAP * (len(widths) - 1)


def _fit_ports(card: Card, room: float) -> Card:
    """Return the card with its ports' names cut where two in a row would meet."""
    inlets, outlets = list(card.inlets), list(card.outlets)
    for i, (inlet, outlet) in enumerate(zip_longest(card.inlets, card.outlets)):
        if _pair_width(inlet, outlet) <= room:
            continue
        limit = (room - _PORT_GAP) / 2 if inlet and outlet else room
        if inlet:
            inlets[i] = _fit_port(inlet, limit)
        if outlet:
            outlets[i] = _fit_port(outlet, limit)
    return replace(card, inlets=tuple(inlets), outlets=tuple(outlets))


def _fit_port(port: Port, room: float) -> Port:
    return replace(port, label=shorten(port.label, room, lambda t: text_width(t, 12.5)))


def _fit_detail(detail: tuple[str, str], room: float) -> tuple[str, str]:
    key = shorten(detail[0], room / 2, lambda t: text_width(t, 12))
    left = room - text_width(key, 12) - 16
    return key, shorten(detail[1], left, lambda t: text_width(t, 12))


def _title_width(text: str) -> float:
    return text_width(text, 15, bold=True)


def _small_bold(text: str) -> float:
    return text_width(text, 12, bold=True)
