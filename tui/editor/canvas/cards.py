"""The shape of boxes: which rows a node has at a zoom, how wide it is, where its ports are.

A shape depends on what a node is, never on its state, so that a run moves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len

from tui.drawing.labels import MAX_LENGTH, harmless
from tui.drawing.layout import Box
from tui.editor.canvas.scene import Node, Note, Port, Zoom
from tui.editor.canvas.wiring import slot_key

_LEAST, _MOST = 20, 34
"""Cells between the borders of a full box, and their inner margins."""
_LEAST_COMPACT, _MOST_COMPACT = 8, 20
_MOST_PILL = 22
_NOTE_LINES = 12
_BADGE_ROOM = 7
"""Kept beside the type for a badge, so that none has to make a box wider."""

RowKind = Literal["title", "type", "ports", "detail", "body", "foot", "pill", "dot", "note"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a box."""

    kind: RowKind
    left: str = ""
    right: str = ""
    inlet: Port | None = None
    outlet: Port | None = None
    wired_in: bool = False
    wired_out: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A box with its rows."""

    node: Node | Note
    width: int
    rows: tuple[Row, ...]
    box: Box

    @property
    def height(self) -> int:
        """How many rows it has."""
        return len(self.rows)


def clean(text: str) -> str:
    """Return a text from a stranger as one harmless line."""
    if len(text) <= MAX_LENGTH and text.isascii() and text.isprintable():
        return text
    return harmless(text)


def node_card(
    node: Node,
    zoom: Zoom,
    slots: Mapping[str, int],
    wired_out: Collection[str],
    *,
    is_roomy: bool = False,
) -> Card:
    """Return the box of a node.

    Args:
        node: The node.
        zoom: How much is shown.
        slots: Its wired inlets, and on how many rows wires arrive there.
        wired_out: Its wired outlets.
        is_roomy: Whether a compact box is wide enough for its type.
    """
    inlets = _inlet_rows(node, slots)
    known = {port.name for port in node.outlets}
    outlets = [*node.outlets, *(Port(n, node.kind) for n in sorted(set(wired_out) - known))]
    if node.terminal or zoom is not Zoom.FULL:
        inlets = [(key, port) for key, port in inlets if port.name in slots]
        outlets = [port for port in outlets if port.name in wired_out]
    rows = _port_rows(inlets, outlets, slots, wired_out)
    if zoom is Zoom.DOT:
        return _assemble(node, 1, _as_kind(rows, "dot"), inlets, outlets, 0)
    if node.terminal:
        width = min(cell_len(clean(node.title)), _MOST_PILL) + 4
        return _assemble(node, width, _as_kind(rows, "pill"), inlets, outlets, 0)
    if zoom is Zoom.COMPACT:
        room = max(_LEAST_COMPACT, cell_len(clean(node.title)) + 3)
        room = max(room, cell_len(clean(node.type))) if is_roomy else room
        rows = [Row("title"), *_as_kind(rows, "body"), Row("foot")]
        return _assemble(node, min(room, _MOST_COMPACT) + 4, rows, inlets, outlets, 1)
    details = [Row("detail", clean(name), clean(value)) for name, value in node.details]
    head = [Row("title"), Row("type")]
    if not (inlets or outlets):
        rows = []
    width = _full_width(node, rows, details)
    return _assemble(node, width, [*head, *rows, *details, Row("foot")], inlets, outlets, 2)


def note_card(note: Note, zoom: Zoom) -> Card:
    """Return the box of a note."""
    if zoom is Zoom.DOT:
        return Card(note, 1, (Row("note", "¶"),), Box(note.id, 1, 1))
    room = max(6, note.width - 4)
    lines = note_lines(note.text, room, _NOTE_LINES if zoom is Zoom.FULL else 1)
    width = max(cell_len(line) for line in lines) + 4
    texts = tuple(Row("note", line) for line in lines)
    rows = (Row("title"), *texts, Row("foot"))
    return Card(note, width, rows, Box(note.id, width, len(rows)))


def note_lines(text: str, width: int, most: int) -> list[str]:
    """Return the words of a note in lines; an ellipsis where there are more than are shown."""
    lines: list[str] = []
    for part in text.split("\n")[: most + 1]:
        lines += wrap(clean(part), width) or [""]
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1][: width - 2]} …"]
    return lines


def wrap(text: str, width: int) -> list[str]:
    """Return a text as lines that are at most so many cells wide, where words allow it."""
    lines: list[str] = []
    for word in text.split():
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
            continue
        while cell_len(word) > width:
            cut = max(1, width if word.isascii() else width // 2)
            lines.append(word[:cut])
            word = word[cut:]
        lines.append(word)
    return lines


def _inlet_rows(node: Node, slots: Mapping[str, int]) -> list[tuple[str, Port]]:
    """Return the rows of the inlets; an inlet with several wires has several."""
    known = {port.name for port in node.inlets}
    ports = [*node.inlets, *(Port(name, "data") for name in slots if name not in known)]
    rows: list[tuple[str, Port]] = []
    for port in ports:
        count = max(1, slots.get(port.name, 0))
        rows += [(slot_key(port.name, number), port) for number in range(count)]
    return rows


def _port_rows(
    inlets: list[tuple[str, Port]],
    outlets: list[Port],
    wired_in: Collection[str],
    wired_out: Collection[str],
) -> list[Row]:
    rows = []
    for i in range(max(1, len(inlets), len(outlets))):
        key, inlet = inlets[i] if i < len(inlets) else ("", None)
        outlet = outlets[i] if i < len(outlets) else None
        rows.append(
            Row(
                "ports",
                _label(inlet) if inlet and key == inlet.name else "",
                _label(outlet) if outlet else "",
                inlet,
                outlet,
                inlet is not None and inlet.name in wired_in,
                outlet is not None and outlet.name in wired_out,
            )
        )
    return rows


def _label(port: Port) -> str:
    return clean(port.label or port.name) + (" ≡" if port.many else "")


def _as_kind(rows: list[Row], kind: RowKind) -> list[Row]:
    return [Row(kind, "", "", row.inlet, row.outlet, row.wired_in, row.wired_out) for row in rows]


def _full_width(node: Node, ports: list[Row], details: list[Row]) -> int:
    axes = " ".join(f"×{clean(axis)}" for axis in node.axes)
    wanted = [cell_len(clean(node.title)) + 4 + (cell_len(axes) + 3 if axes else 0)]
    wanted.append(cell_len(clean(node.type)) + _BADGE_ROOM)
    wanted += [cell_len(row.left) + cell_len(row.right) + 2 for row in ports]
    wanted += [cell_len(row.left) + cell_len(row.right) + 1 for row in details]
    inner = min(max(_LEAST, *wanted), _MOST)
    return inner + inner % 2 + 4


def _assemble(
    node: Node,
    width: int,
    rows: list[Row],
    inlets: list[tuple[str, Port]],
    outlets: list[Port],
    first: int,
) -> Card:
    box = Box(
        node.id,
        width,
        len(rows),
        {key: first + i for i, (key, _) in enumerate(inlets)},
        {port.name: first + i for i, port in enumerate(outlets)},
        group=node.group,
        to_right=node.terminal and bool(outlets),
    )
    return Card(node, width, tuple(rows), box)
