"""What stands in each row of a box: runs of words with their styles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from rich.cells import cell_len
from rich.style import Style

from tui.drawing.labels import shorten
from tui.editor.canvas.cards import Card, Row, clean
from tui.editor.canvas.palette import (
    SPINNER,
    STATE_SIGNS,
    TASK_SIGNS,
    Palette,
    kind_letter,
    mix,
    style,
)
from tui.editor.canvas.scene import Node, PortRef, PortSide, State

Run = tuple[str, Style]

_LEAST_AXES = 10
"""Cells that a box's axes keep of its first line, where its name takes the rest."""
_LEAST_BAR = 4
"""Cells of the shortest bar of progress; a box with room for less shows the figure only."""
_ROUND, _HEAVY, _DOTTED, _DASHED = "╭─╮│╰╯", "┏━┓┃┗┛", "┌╌┐╎└┘", "╭╌╮╎╰╯"


@dataclass(frozen=True, slots=True)
class Look:
    """What is special about a box at the moment, besides its state."""

    selected: bool = False
    hovered: bool = False
    matched: bool = False
    """A search has found it."""
    tick: int = 0
    """Moves what runs."""


@dataclass(slots=True)
class PortLooks:
    """Marks on ports: jump labels, and which would take the wire that is drawn."""

    labels: Mapping[PortRef, str] = field(default_factory=dict)
    fits: Mapping[PortRef, bool] = field(default_factory=dict)


class Face:
    """How a box looks; each row is drawn once.

    Args:
        card: The box.
        look: What is special about it.
        ports: What is special about its ports.
        palette: Colours.
    """

    def __init__(self, card: Card, look: Look, ports: PortLooks, palette: Palette) -> None:
        self._card = card
        self._look = look
        self._ports = ports
        self._palette = palette
        self._inner = card.width - 4
        ground = palette.card
        if look.matched:
            ground = mix(palette.card, palette.match, 0.16)
        elif look.selected:
            ground = mix(palette.card, palette.accent, 0.14)
        elif look.hovered:
            ground = mix(palette.card, palette.ink, 0.06)
        self._ground = ground
        self._signs = self._border_signs()
        self._border = self._border_style()
        self._rows: dict[int, list[Run]] = {}

    def shows(self, card: Card, look: Look, ports: PortLooks) -> bool:
        """Whether this is how a box looks."""
        return self._card is card and self._ports is ports and self._look == look

    def row(self, number: int) -> list[Run]:
        """Return the runs of a row; together they are as wide as the box."""
        runs = self._rows.get(number)
        if runs is None:
            runs = self._rows[number] = self._draw(self._card.rows[number])
        return runs

    def _draw(self, row: Row) -> list[Run]:
        if not isinstance(self._card.node, Node):
            return self._note(row)
        draw = {
            "title": self._title,
            "type": self._type,
            "ports": self._port_row,
            "detail": self._detail,
            "body": self._body,
            "foot": self._foot,
            "pill": self._pill,
            "dot": self._dot,
        }[row.kind]
        return draw(self._card.node, row)

    # -- parts ----------------------------------------------------------------------------------

    def _border_signs(self) -> str:
        node = self._card.node
        if self._look.selected or self._look.matched:
            return _HEAVY
        if not isinstance(node, Node):
            return _DOTTED
        return _DASHED if node.state is State.DISABLED else _ROUND

    def _border_style(self) -> Style:
        palette, node = self._palette, self._card.node
        if self._look.selected:
            return style(palette.accent, palette.ground, bold=True)
        if self._look.matched:
            return style(palette.match, palette.ground, bold=True)
        if not isinstance(node, Node):
            return style(mix(palette.warn, palette.ground, 0.35), palette.ground)
        quiet = (State.IDLE, State.QUEUED, State.SKIPPED, State.DISABLED)
        share = 0.2 if self._look.hovered else 0.55
        color = palette.line
        if node.state not in quiet:
            strong = node.state not in (State.DONE, State.CACHED)
            color = palette.state(node.state)
            color = color if strong else mix(color, palette.ground, share)
        elif node.state is not State.DISABLED:
            color = mix(palette.kind(node.kind), palette.ground, share)
        return style(color, palette.ground)

    def _ink(self, color: str, *, bold: bool = False, italic: bool = False) -> Style:
        return style(color, self._ground, bold=bold, italic=italic)

    def _edge(self, text: str) -> Run:
        return text, self._border

    def _sign(self, node: Node) -> Run:
        sign = STATE_SIGNS[node.state]
        if node.state is State.RUNNING:
            sign = SPINNER[self._look.tick % len(SPINNER)]
        color = self._palette.state(node.state)
        return sign, style(color, self._palette.ground, bold=True)

    def _socket(self, port: PortRef, kind: str, *, wired: bool, needed: bool) -> Run:
        """Return a port's sign on the border."""
        palette = self._palette
        label = self._ports.labels.get(port)
        if label:
            return label[:1], style(
                palette.ground, palette.match, bold=True, reverse=not palette.match
            )
        fits = self._ports.fits.get(port)
        if fits is not None:
            color = palette.good if fits else palette.bad
            return "◉" if fits else "×", style(color, palette.ground, bold=True)
        if needed and not wired:
            return kind_letter(kind), style(palette.warn, palette.ground, bold=True)
        color = palette.kind(kind)
        if wired:
            return kind_letter(kind), style(palette.ground, color, bold=True, reverse=not color)
        return kind_letter(kind), style(color, palette.ground)

    def _sides(self, node: Node, row: Row) -> tuple[Run, Run]:
        left = right = self._edge(self._signs[3])
        if row.inlet:
            left = self._side(
                node, "in", row.inlet.name, row.inlet.kind, row.wired_in, row.inlet.needed
            )
        if row.outlet:
            right = self._side(node, "out", row.outlet.name, row.outlet.kind, row.wired_out, False)
        return left, right

    def _side(
        self, node: Node, side: PortSide, name: str, kind: str, wired: bool, needed: bool
    ) -> Run:
        return self._socket(PortRef(node.id, side, name), kind, wired=wired, needed=needed)

    def _filled(self, left: list[Run], right: list[Run]) -> list[Run]:
        """Return what stands between the borders, its two ends apart."""
        used = sum(cell_len(text) for text, _ in (*left, *right))
        gap = max(0, self._inner + 2 - used)
        return [*left, (" " * gap, self._ink("")), *right]

    # -- rows -----------------------------------------------------------------------------------

    def _title(self, node: Node, row: Row) -> list[Run]:
        signs, palette = self._signs, self._palette
        sign = self._sign(node)
        axes = "" if self._is_compact else " ".join(f"×{clean(axis)}" for axis in node.axes)
        axes = shorten(axes, max(_LEAST_AXES, self._inner - 4 - cell_len(clean(node.title))))
        room = self._inner - 2 - (cell_len(axes) + 2 if axes else 0)
        title = shorten(clean(node.title), room)
        fill = max(0, room - cell_len(title))
        strike = palette.soft if node.state in (State.DISABLED, State.SKIPPED) else palette.ink
        runs = [
            self._edge(signs[0] + " "),
            sign,
            (f" {title} ", style(strike, palette.ground, bold=True)),
            self._edge(signs[1] * fill),
        ]
        if axes:
            runs.append((f" {axes} ", style(palette.kind(node.kind), palette.ground)))
        return [*runs, self._edge(signs[2])]

    @property
    def _is_compact(self) -> bool:
        return self._card.rows[1].kind == "body"

    def _type(self, node: Node, row: Row) -> list[Run]:
        palette, edge = self._palette, self._edge(self._signs[3])
        badges: list[Run] = []
        room = self._inner - 1
        for badge in node.badges:
            text = shorten(clean(badge.text), min(room, self._inner // 2))
            if text and cell_len(text) + 1 <= room:
                badges += [(" ", self._ink("")), (text, self._ink(palette.tone(badge.tone)))]
                room -= cell_len(text) + 1
        name = shorten(clean(node.type), room)
        left = [(f" {name}", self._ink(palette.soft, italic=True))]
        return [edge, *self._filled(left, [*badges, (" ", self._ink(""))]), edge]

    def _port_row(self, node: Node, row: Row) -> list[Run]:
        palette = self._palette
        left, right = self._sides(node, row)
        needed = row.inlet is not None and row.inlet.needed and not row.wired_in
        tail = shorten(row.right, self._inner // 2 if row.left else self._inner)
        head = shorten(row.left, self._inner - cell_len(tail) - (1 if tail else 0))
        left_ink = palette.warn if needed else palette.ink if row.wired_in else palette.soft
        right_ink = palette.ink if row.wired_out else palette.soft
        return [
            left,
            *self._filled(
                [(f" {head}", self._ink(left_ink))], [(f"{tail} ", self._ink(right_ink))]
            ),
            right,
        ]

    def _detail(self, node: Node, row: Row) -> list[Run]:
        palette, edge = self._palette, self._edge(self._signs[3])
        name = shorten(row.left, self._inner // 2)
        value = shorten(row.right, self._inner - cell_len(name) - (1 if name else 0))
        left = [
            (f" {name}", self._ink(palette.soft)),
            (f" {value}" if name else value, self._ink(mix(palette.ink, palette.soft, 0.35))),
        ]
        return [edge, *self._filled(left, []), edge]

    def _body(self, node: Node, row: Row) -> list[Run]:
        left, right = self._sides(node, row)
        words = shorten(clean(node.type), self._inner) if row is self._card.rows[1] else ""
        ink = self._ink(self._palette.soft, italic=True)
        return [left, *self._filled([(f" {words}", ink)], []), right]

    def _foot(self, node: Node, row: Row) -> list[Run]:
        signs = self._signs
        words = self._progress(node)
        used = sum(cell_len(text) for text, _ in words)
        edge = signs[1] * (self._card.width - 2 - used - (1 if words else 0))
        start = signs[4] + (signs[1] if words else "")
        return [self._edge(start), *words, self._edge(edge), self._edge(signs[5])]

    def _progress(self, node: Node) -> list[Run]:
        """Return the strip of task states and the count, or how far a single task is."""
        room = self._inner - 1
        palette = self._palette
        if node.tasks:
            counts = Counter(node.tasks)
            done = counts[State.DONE] + counts[State.CACHED]
            count = f" {done}/{len(node.tasks)} "
            if len(count) > self._inner:
                count = f" {100 * done // len(node.tasks)}% "
            strip = self._strip(node.tasks, room - len(count) - 1)
            start = [(" ", self._border), *strip] if strip else []
            return [*start, (count, style(palette.soft, palette.ground))]
        if node.state is State.RUNNING and node.progress is not None:
            bar = room - 7 if room >= _LEAST_BAR + 7 else 0
            full = round(bar * min(max(node.progress, 0.0), 1.0))
            busy = style(palette.busy, palette.ground, bold=True)
            rest = style(palette.line, palette.ground)
            share = f" {node.progress:4.0%} "
            return [
                (" ", self._border),
                ("━" * full, busy),
                ("─" * (bar - full), rest),
                (share, busy),
            ]
        return []

    def _strip(self, tasks: tuple[State, ...], room: int) -> list[Run]:
        """Return a sign a task, or where they are too many, a sign for several."""
        if room < 1:
            return []
        palette = self._palette
        cells: list[State] = list(tasks)
        if len(tasks) > room:
            # A cell for several tasks shows the one that most needs to be seen.
            edges = [i * len(tasks) // room for i in range(room + 1)]
            cells = [min(tasks[a:b], key=_URGENT.index) for a, b in pairwise(edges)]
        return [(TASK_SIGNS[state], style(palette.state(state), palette.ground)) for state in cells]

    def _pill(self, node: Node, row: Row) -> list[Run]:
        palette = self._palette
        color = palette.accent if self._look.selected else palette.kind(node.kind)
        ground = mix(color, self._ground, 0.8)
        edge = style(color, ground, bold=True)
        first = row is self._card.rows[0]
        title = shorten(clean(node.title), self._inner) if first else ""
        words = style(palette.ink, ground, bold=self._look.selected)
        blank = " " * (self._inner - cell_len(title))
        signs = "[]" if self._look.selected else "()"
        left, right = (signs[0], edge), (signs[1], edge)
        if row.outlet:
            right = self._marked(node, "out", row.outlet.name, right)
        if row.inlet:
            left = self._marked(node, "in", row.inlet.name, left)
        return [left, (f" {title}{blank} ", words), right]

    def _marked(self, node: Node, side: PortSide, name: str, plain: Run) -> Run:
        """Return a jump label or the sign for a fit in place of a border, if there is one."""
        ref = PortRef(node.id, side, name)
        if ref in self._ports.labels or ref in self._ports.fits:
            return self._socket(ref, "", wired=False, needed=False)
        return plain

    def _dot(self, node: Node, row: Row) -> list[Run]:
        palette = self._palette
        if row is not self._card.rows[0]:
            return [("┃", style(mix(palette.kind(node.kind), palette.ground, 0.5), palette.ground))]
        sign, plain = self._sign(node)
        if node.state is State.IDLE:
            sign, plain = "●", style(palette.kind(node.kind), palette.ground)
        if self._look.selected:
            color = palette.accent
            return [(sign, style(palette.ground, color, bold=True, reverse=not color))]
        if self._look.matched:
            return [
                (sign, style(palette.ground, palette.match, bold=True, reverse=not palette.match))
            ]
        return [(sign, plain)]

    def _note(self, row: Row) -> list[Run]:
        signs, palette = self._signs, self._palette
        ink = style(mix(palette.warn, palette.ink, 0.5), self._ground, italic=True)
        if self._card.width == 1:
            return [("¶", style(palette.warn, palette.ground))]
        flat = signs[1] * (self._card.width - 2)
        if row.kind == "title":
            return [self._edge(signs[0] + flat + signs[2])]
        if row.kind == "foot":
            return [self._edge(signs[4] + flat + signs[5])]
        edge = self._edge(signs[3])
        return [edge, *self._filled([(f" {row.left}", ink)], []), edge]


_URGENT = (
    State.FAILED, State.REFUSED, State.RUNNING, State.STOPPED, State.MISSING, State.QUEUED,
    State.SKIPPED, State.IDLE, State.DONE, State.CACHED, State.DISABLED,
)  # fmt: skip
