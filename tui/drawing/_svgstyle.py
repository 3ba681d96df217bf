"""The style sheet of the pictures, in light, dark, and as the viewer's system is set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from tui.drawing.palette import KIND_COLORS, color_of

Theme = Literal["light", "dark", "auto"]

FONT: Final = (
    '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'
)

_SHAPES: Final = f"""\
text {{ font-family: {FONT}; font-size: 12.5px; }}
.name {{ font-size: 21px; font-weight: 600; }}
.about {{ font-size: 14px; }}
.title {{ font-size: 15px; font-weight: 600; }}
.type, .badge, .label {{ font-size: 12px; }}
.badge, .label, .pill text {{ font-weight: 600; }}
.wire path {{ fill: none; stroke-linejoin: round; stroke-linecap: round; }}
.wire .line {{ stroke: currentColor; stroke-width: 2; }}
.many .line {{ stroke-width: 3.5; }}
.wire .halo {{ stroke-width: 8; stroke-linecap: butt; }}
.tint {{ fill: currentColor; fill-opacity: 0.13; }}
.solid, .dot {{ fill: currentColor; }}
.dot {{ stroke-width: 2; }}
.joint {{ stroke-width: 5; }}
.tinted {{ fill: currentColor; }}
.edge {{ fill: none; stroke: currentColor; stroke-width: 1.5; }}
.frame {{ fill: none; stroke-width: 1.5; stroke-dasharray: 2 5; stroke-linecap: round; }}
"""


@dataclass(frozen=True, slots=True)
class _Paints:
    """Colours of everything that has no kind of data."""

    ground: str
    ground_edge: str
    card: str
    card_edge: str
    words: str
    muted: str
    on_color: str


_LIGHT: Final = _Paints("#f8fafc", "#dfe5ec", "#ffffff", "#cbd4de", "#17212e", "#5d6b7c", "#ffffff")
_DARK: Final = _Paints("#0d131a", "#232e3a", "#161e28", "#334150", "#e8eef5", "#93a1b1", "#0d131a")


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme; `auto` follows the viewer's system."""
    if theme == "auto":
        dark = "".join(f"  {line}\n" for line in _rules(_DARK, dark=True))
        light = "".join(f"{line}\n" for line in _rules(_LIGHT, dark=False))
        return f"{_SHAPES}{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"
    rules = _rules(_DARK, dark=True) if theme == "dark" else _rules(_LIGHT, dark=False)
    return _SHAPES + "".join(f"{rule}\n" for rule in rules)


def _rules(paints: _Paints, *, dark: bool) -> list[str]:
    rules = [
        f".ground {{ fill: {paints.ground}; stroke: {paints.ground_edge}; }}",
        f".card {{ fill: {paints.card}; stroke: {paints.card_edge}; }}",
        f".rule {{ stroke: {paints.ground_edge}; }}",
        f".dot {{ stroke: {paints.card}; }}",
        f".joint {{ stroke: {paints.card_edge}; }}",
        f".halo {{ stroke: {paints.ground}; }}",
        f".frame {{ stroke: {paints.muted}; }}",
        f"text {{ fill: {paints.words}; }}",
        f".type, .about, .key, .label, .legend text {{ fill: {paints.muted}; }}",
        f".pill .on {{ fill: {paints.on_color}; }}",
        ".badge, .pill .tinted { fill: currentColor; }",
    ]
    for kind in (*KIND_COLORS, "other"):
        colors = color_of(kind)
        rules.append(f".k-{kind} {{ color: {colors.dark if dark else colors.light}; }}")
    return rules


def kind_class(kind: str) -> str:
    """Return the class that gives an element the colour of a kind of data."""
    return f"k-{kind}" if kind in KIND_COLORS else "k-other"
