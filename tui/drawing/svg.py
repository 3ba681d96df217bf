"""A workflow as a picture: one SVG file without scripts, links or anything from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from engine.graph import Graph
from tui.drawing._svgparts import ROW, card_shape, frame, net, number, words
from tui.drawing._svgstyle import Theme, kind_class, style_sheet
from tui.drawing.groups import lay_out_groups
from tui.drawing.labels import shorten
from tui.drawing.layout import Layout, Spacing
from tui.drawing.metrics import text_width, wrap
from tui.drawing.palette import KIND_COLORS
from tui.drawing.scene import Line, Scene, make_scene

_SPACING: Final = Spacing(rows=3, lanes=0, tracks=14, before=20, after=26, group=(22, 4, 22, 2))
_MARGIN = 28
_MIN_WIDTH = 420
_LINE = 20


def draw_svg(graph: Graph, *, theme: Theme = "auto") -> str:
    """Draw a workflow as a picture.

    Args:
        graph: The workflow.
        theme: `light`, `dark`, or `auto`, which follows the viewer's system.

    Returns:
        An SVG document. The same workflow gives the same bytes.
    """
    return _Picture(make_scene(graph)).svg(theme)


class _Picture:
    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._shapes = [card_shape(card) for card in scene.cards]
        links = [line.link for line in scene.lines]
        self._layout: Layout = lay_out_groups([s.box for s in self._shapes], links, _SPACING)
        self._width = max(self._layout.width, _MIN_WIDTH)
        self._about = wrap(scene.description, 14, self._width, 3)
        self._top = 46 + _LINE * len(self._about)

    def svg(self, theme: Theme) -> str:
        """Return the document."""
        legend = list(self._legend())
        body = self._top + self._layout.height * ROW
        height = body + (44 if legend else 0) + 2 * _MARGIN
        width = self._width + 2 * _MARGIN
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" role="img" aria-labelledby="name about">',
            f'<title id="name">{escape(self._scene.title)}</title>',
            f'<desc id="about">{escape(self._scene.description)}</desc>',
            f"<style>\n{style_sheet(theme)}</style>",
            f'<rect class="ground" x="0.5" y="0.5" width="{width - 1}" height="{height - 1}"'
            ' rx="14"/>',
            f'<g transform="translate({_MARGIN} {_MARGIN})">',
            *self._heading(),
            f'<g transform="translate({(self._width - self._layout.width) // 2} {self._top})">',
            *self._graph(),
            "</g>",
            *(f'<g class="legend" transform="translate(0 {body + 34})">{p}</g>' for p in legend),
            "</g>",
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _heading(self) -> Iterator[str]:
        title = shorten(self._scene.title, self._width, lambda t: text_width(t, 21, bold=True))
        yield words(title, 0, 18, 21, "name", bold=True)
        for i, line in enumerate(self._about):
            short = shorten(line, self._width, lambda t: text_width(t, 14))
            yield words(short, 0, 42 + i * _LINE, 14, "about")

    def _graph(self) -> Iterator[str]:
        layout = self._layout
        for name, place in layout.frames.items():
            yield frame(name.rstrip("/").rpartition("/")[2], place)
        nets: dict[tuple[str, str], list[Line]] = {}
        for line in self._scene.lines:
            nets.setdefault((line.link.source, line.link.outlet), []).append(line)
        for lines in nets.values():
            routes = [layout.routes[line.link] for line in lines]
            tips = [f"{line.label} → {line.link.target}" for line in lines]
            yield net(lines[0].kind, routes, tips, many=any(line.many for line in lines))
        for shape in self._shapes:
            yield shape.draw(layout.places[shape.card.id])

    def _legend(self) -> Iterator[str]:
        cards = self._scene.cards
        used = {port.kind for card in cards for port in (*card.inlets, *card.outlets)}
        if not used:
            return
        parts = []
        x = 0.0
        for kind in (*(k for k in KIND_COLORS if k in used), *sorted(used - set(KIND_COLORS))):
            parts.append(f'<circle class="dot {kind_class(kind)}" cx="{number(x + 5)}" r="5.5"/>')
            parts.append(words(kind, x + 16, 4.5, 12.5))
            x += 16 + text_width(kind, 12.5) + 20
        if any(card.axes for card in cards):
            parts.append(_stack_sign(x))
            parts.append(words("once for each item", x + 28, 4.5, 12.5))
        yield "".join(parts)


def _stack_sign(x: float) -> str:
    """Return a small repeated card for the legend."""
    return "".join(
        f'<rect class="card" x="{number(x + inset)}" y="{number(inset * 2 - 7)}"'
        f' width="{number(20 - 2 * inset)}" height="10" rx="2.5"/>'
        for inset in (3, 1.5, 0)
    )
