"""A workflow as a list from top to bottom, one node after the other, with rails at the left.

A *rail* is a net: it begins below the node whose output it is and ends at the last node that needs
it. A second line under each node says which of its inputs comes from where, so that the list is
complete where there are too many rails to draw.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from rich.cells import cell_len

from tui.drawing._cells import DOWN, GLYPHS, LEFT, RESET, RIGHT, UP
from tui.drawing.labels import shorten
from tui.drawing.palette import color_of
from tui.drawing.scene import Card, Scene

_MOST_RAILS = 12
_MOST_DETAILS = 4
_MOST_NAME, _MOST_TYPE = 28, 20
_MARKERS: Final = {"node": "●", "input": "○"}
_DIM, _BOLD = "2", "1"

Net = tuple[str, str]
Span = tuple[str, str]
"""Words and their style."""


def draw_listing(scene: Scene, *, width: int, color: bool) -> Iterator[str]:
    """Yield the lines of the list.

    Args:
        scene: What to draw.
        width: Cells that a line may take.
        color: Whether to colour with ANSI sequences.
    """
    listing = _Listing(scene, width)
    for spans in listing.lines():
        yield _joined(spans, width, color)


class _Listing:
    def __init__(self, scene: Scene, width: int) -> None:
        self._width = width
        self._cards = [card for card in scene.cards if card.role != "output"]
        self._sources: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        """What each port of each card is fed from, in words."""
        self._nets: dict[str, list[Net]] = defaultdict(list)
        """The nets that each card needs."""
        self._outputs: dict[str, list[str]] = defaultdict(list)
        """The outputs of the workflow that each card gives."""
        self._read(scene)
        self._rails = _draw_rails(self._cards, self._nets, _MOST_RAILS)
        self._name_width = min(max(map(self._name_len, self._cards), default=0), _MOST_NAME)
        self._type_width = min(
            max((cell_len(_kind(c)) for c in self._cards), default=0), _MOST_TYPE
        )

    def _read(self, scene: Scene) -> None:
        outputs = {card.id: card.title for card in scene.cards if card.role == "output"}
        for line in scene.lines:
            source, target = line.link.source, line.link.target
            if target in outputs:
                self._outputs[source].append(outputs[target])
                continue
            self._sources[target][line.link.inlet.partition("#")[0]].append(line.label)
            net = (source, line.link.outlet)
            if net not in self._nets[target]:
                self._nets[target].append(net)

    def lines(self) -> Iterator[list[Span]]:
        """Yield the lines, as spans."""
        for i, card in enumerate(self._cards):
            upper, lower = self._rails[i] if self._rails else ([(_MARKERS[card.role], "")], [])
            yield [*upper, (" ", ""), *self._card_spans(card)]
            lower = lower or [(" ", "")]
            rows = self._wiring(card, self._width - sum(len(text) for text, _ in upper) - 3)
            if not rows and any(text.strip(" │") for text, _ in lower):
                rows = [""]
            for row in rows:
                yield [*lower, ("   ", ""), (row, _DIM)]
                lower = [_continued(span) for span in lower]

    @staticmethod
    def _name(card: Card) -> str:
        name = f"{card.group}{card.title}" if card.role == "node" else card.title
        return name + "".join(f" ×{axis}" for axis in card.axes)

    def _name_len(self, card: Card) -> int:
        return cell_len(self._name(card))

    def _card_spans(self, card: Card) -> Iterator[Span]:
        name = shorten(self._name(card), self._name_width)
        yield name, _BOLD if card.role == "node" else color_of(card.kind).ansi
        yield " " * (self._name_width - cell_len(name) + 2), ""
        kind = shorten(_kind(card), self._type_width)
        yield kind, color_of(card.kind).ansi
        if outputs := self._outputs.get(card.id):
            yield " " * (self._type_width - cell_len(kind) + 2), ""
            yield f"→ {', '.join(outputs)}", _BOLD

    def _wiring(self, card: Card, room: int) -> list[str]:
        """Return where the inputs of a card come from, in lines that fit into the room."""
        parts = [f"{name} ← {', '.join(src)}" for name, src in self._sources[card.id].items()]
        parts += [f"{name} {value}" for name, value in card.details[:_MOST_DETAILS]]
        rows: list[str] = []
        for part in parts:
            longer = f"{rows[-1]}   {part}" if rows else part
            if rows and cell_len(longer) <= room:
                rows[-1] = longer
            else:
                rows.append(part)
        return rows


def _continued(span: Span) -> Span:
    """Return what stands below a cell of rails."""
    glyph, style = span
    goes_on = len(glyph) == 1 and GLYPHS.index(glyph) & DOWN
    return (GLYPHS[UP | DOWN] if goes_on else " " * len(glyph), style)


def _kind(card: Card) -> str:
    return card.type if card.role == "node" else f"input, {card.type}"


# -- rails ------------------------------------------------------------------------------------


class _Row:
    """Directions in the cells of one line of rails; rails stand in every second cell."""

    def __init__(self, rails: Sequence[Net | None], styles: dict[Net, str]) -> None:
        self.bits = [0] * (2 * len(rails))
        self.styles = [styles.get(net, "") if net else "" for net in rails for _ in range(2)]

    def level(self, start: int, end: int, style: str) -> None:
        """Draw from one rail to another; it passes under the rails between."""
        low, high = sorted((2 * start, 2 * end))
        self.bits[low] |= RIGHT
        self.bits[high] |= LEFT
        for x in range(low + 1, high):
            if self.bits[x] != UP | DOWN:
                self.bits[x] |= LEFT | RIGHT
                self.styles[x] = style

    def spans(self, marker: tuple[int, str] | None = None) -> list[Span]:
        spans = [(GLYPHS[b], s) for b, s in zip(self.bits, self.styles, strict=True)]
        if marker:
            spans[2 * marker[0]] = (marker[1], spans[2 * marker[0]][1])
        return spans


def _draw_rails(
    cards: Sequence[Card], nets: dict[str, list[Net]], most: int
) -> list[tuple[list[Span], list[Span]]]:
    """Return for each card its two lines of rails; empty if more than `most` are needed."""
    last_use = {net: i for i, card in enumerate(cards) for net in nets[card.id]}
    rails: list[Net | None] = []
    styles: dict[Net, str] = {}
    drawn: list[tuple[_Row, int, str, _Row]] = []
    for i, card in enumerate(cards):
        wanted = [rails.index(net) for net in nets[card.id]]
        ending = [rail for rail in wanted if last_use[nets[card.id][wanted.index(rail)]] == i]
        own = min(ending) if ending else _free(rails)
        upper = _node_row(rails, styles, wanted, ending, own)
        for rail in ending:
            rails[rail] = None
        leaving = [(card.id, port.key) for port in card.outlets if (card.id, port.key) in last_use]
        lower = _leave(rails, styles, leaving, own, card)
        drawn.append((upper, own, _MARKERS[card.role], lower))
        if len(rails) > most:
            return []
    width = max(
        (len(row.bits) for upper, _, _, lower in drawn for row in (upper, lower)), default=0
    )
    return [
        (_padded(upper.spans((own, marker)), width), _padded(lower.spans(), width))
        for upper, own, marker, lower in drawn
    ]


def _free(rails: list[Net | None]) -> int:
    """Return a rail that no net is on, a new one if need be."""
    if None not in rails:
        rails.append(None)
    return rails.index(None)


def _node_row(
    rails: Sequence[Net | None],
    styles: dict[Net, str],
    wanted: Sequence[int],
    ending: Sequence[int],
    own: int,
) -> _Row:
    """Return the line with the node's marker, which the nets that it needs lead to."""
    row = _Row(rails, styles)
    for rail, net in enumerate(rails):
        if net:
            row.bits[2 * rail] = UP if rail in ending else UP | DOWN
    joined = sorted({*wanted, own})
    for start, end in pairwise(joined):
        nearer = start if start >= own else end
        farther = end if start >= own else start
        row.level(nearer, farther, row.styles[2 * farther])
    return row


def _leave(
    rails: list[Net | None], styles: dict[Net, str], leaving: Sequence[Net], own: int, card: Card
) -> _Row:
    """Put the nets that a node gives on rails; return the line in which they begin."""
    kinds = {port.key: port.kind for port in card.outlets}
    begun = []
    for number, net in enumerate(leaving):
        rail = own if number == 0 and rails[own] is None else _free(rails)
        rails[rail] = net
        styles[net] = color_of(kinds[net[1]]).ansi
        begun.append(rail)
    row = _Row(rails, styles)
    for rail, taken in enumerate(rails):
        if taken and rail not in begun:
            row.bits[2 * rail] = UP | DOWN
    for rail in begun:
        row.bits[2 * rail] |= DOWN
        if rail == own:
            row.bits[2 * rail] |= UP
        else:
            row.bits[2 * own] |= UP
            row.level(own, rail, row.styles[2 * rail])
    while rails and rails[-1] is None:
        rails.pop()
    return row


def _padded(spans: list[Span], width: int) -> list[Span]:
    return [*spans, (" " * (width - len(spans)), "")]


def _joined(spans: Sequence[Span], width: int, color: bool) -> str:
    """Return a line, cut to the width, with styles if wanted."""
    if cell_len("".join(words for words, _ in spans)) > width:
        spans = _cut(spans, width)
    if not color:
        return "".join(words for words, _ in spans).rstrip()
    return "".join(_colored(words, style) for words, style in spans).rstrip()


def _colored(words: str, style: str) -> str:
    return f"\x1b[{style}m{words}{RESET}" if style and words.strip() else words


def _cut(spans: Sequence[Span], width: int) -> list[Span]:
    """Return as much of a line as fits, with an ellipsis at its end."""
    kept: list[Span] = []
    room = width - 1
    for words, style in spans:
        if cell_len(words) > room:
            kept.append((shorten(words, room) if room else "", style))
            if not kept[-1][0].endswith("…"):
                kept.append(("…", style))
            break
        kept.append((words, style))
        room -= cell_len(words)
    return kept
