"""Colours of the canvas: four themes, and the styles made from them.

No meaning is carried by colour alone: states differ by their sign, kinds of data by their letter, a
selected box by its heavy border. So the theme without colours shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rich.color import Color
from rich.style import Style

from tui.drawing.palette import KIND_COLORS
from tui.editor.canvas.scene import Flow, State, Tone

STATE_SIGNS: Final[Mapping[State, str]] = {
    State.IDLE: "○",
    State.MISSING: "◌",
    State.CACHED: "◆",
    State.QUEUED: "◷",
    State.RUNNING: "◐",
    State.DONE: "✓",
    State.FAILED: "✗",
    State.REFUSED: "⊘",
    State.STOPPED: "◼",
    State.SKIPPED: "↷",
    State.DISABLED: "╳",
}
"""One cell each, all different."""

SPINNER: Final = "◐◓◑◒"

TASK_SIGNS: Final[Mapping[State, str]] = {
    State.IDLE: "·",
    State.MISSING: "◌",
    State.CACHED: "◆",
    State.QUEUED: "□",
    State.RUNNING: "▸",
    State.DONE: "■",
    State.FAILED: "✗",
    State.REFUSED: "⊘",
    State.STOPPED: "◻",
    State.SKIPPED: "↷",
    State.DISABLED: "╳",
}
"""Signs in the strip of a node's tasks."""

KIND_LETTERS: Final[Mapping[str, str]] = {
    "text": "T",
    "image": "I",
    "video": "V",
    "audio": "A",
    "shot": "S",
    "character": "C",
    "file": "F",
    "number": "N",
    "integer": "#",
    "boolean": "B",
    "choice": "L",
}

ANY_KIND: Final = "•"
"""The sign of ports that take or give several kinds."""


def kind_letter(kind: str) -> str:
    """Return the sign of a kind of data on ports."""
    return KIND_LETTERS.get(kind, ANY_KIND)


@dataclass(frozen=True)
class Palette:
    """Colours by what they mean, as `#rrggbb`; all empty in the theme without colours."""

    name: str
    ground: str = ""
    """Behind everything; empty leaves the terminal's own."""
    card: str = ""
    """Inside of boxes."""
    ink: str = ""
    """Words that matter."""
    soft: str = ""
    """Words that matter less."""
    line: str = ""
    """Borders of boxes that nothing is to be said of."""
    grid: str = ""
    accent: str = ""
    """What is selected."""
    good: str = ""
    warn: str = ""
    bad: str = ""
    busy: str = ""
    cached: str = ""
    match: str = ""
    """What a search has found."""
    kinds: Mapping[str, str] = field(default_factory=dict, compare=False, hash=False)
    muted: float = 0.45
    """How far the colour of an idle wire is taken towards the ground."""

    def kind(self, kind: str) -> str:
        """Return the colour of a kind of data."""
        return self.kinds.get(kind, self.soft)

    def state(self, state: State) -> str:
        """Return the colour of a state."""
        name = _STATE_COLORS[state]
        return str(getattr(self, name))

    def tone(self, tone: Tone) -> str:
        """Return the colour of a badge."""
        return self.soft if tone == "plain" else str(getattr(self, tone))

    def wire(self, kind: str, flow: Flow) -> str:
        """Return the colour of a wire."""
        if flow is Flow.BROKEN:
            return self.bad
        color = self.kind(kind)
        return mix(color, self.ground, self.muted) if flow is Flow.IDLE else color


_STATE_COLORS: Final[Mapping[State, str]] = {
    State.IDLE: "soft",
    State.MISSING: "warn",
    State.CACHED: "cached",
    State.QUEUED: "soft",
    State.RUNNING: "busy",
    State.DONE: "good",
    State.FAILED: "bad",
    State.REFUSED: "bad",
    State.STOPPED: "warn",
    State.SKIPPED: "soft",
    State.DISABLED: "line",
}


@lru_cache(maxsize=4096)
def mix(color: str, other: str, share: float) -> str:
    """Return a colour with a share of another one in it."""
    if not color or not other:
        return color
    pairs = ((int(color[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@lru_cache(maxsize=8192)
def style(
    color: str = "",
    ground: str = "",
    *,
    bold: bool = False,
    dim: bool = False,
    reverse: bool = False,
    italic: bool = False,
) -> Style:
    """Return the one style object for these attributes: equal styles are the same object."""
    return Style(
        color=Color.parse(color) if color else None,
        bgcolor=Color.parse(ground) if ground else None,
        bold=bold or None,
        dim=dim or None,
        reverse=reverse or None,
        italic=italic or None,
    )


DARK: Final = Palette(
    "dark",
    ground="#11131a",
    card="#191c26",
    ink="#e6e8f0",
    soft="#a2a8bd",
    line="#434a60",
    grid="#232736",
    accent="#7aa2ff",
    good="#6fd08c",
    warn="#f2b84b",
    bad="#ff6b7a",
    busy="#57c7ff",
    cached="#59b6a7",
    match="#ffe07a",
    kinds={kind: color.dark for kind, color in KIND_COLORS.items()},
    muted=0.5,
)
LIGHT: Final = Palette(
    "light",
    ground="#f6f7fa",
    card="#ffffff",
    ink="#1c2130",
    soft="#525b72",
    line="#b3bacb",
    grid="#dfe3ec",
    accent="#2750c0",
    good="#15653a",
    warn="#8a5200",
    bad="#b82236",
    busy="#0a628f",
    cached="#176e68",
    match="#7a5400",
    kinds={kind: mix(color.light, "#000000", 0.25) for kind, color in KIND_COLORS.items()},
    muted=0.4,
)
CONTRAST: Final = Palette(
    "contrast",
    ground="#000000",
    card="#000000",
    ink="#ffffff",
    soft="#d8d8d8",
    line="#ffffff",
    grid="#303030",
    accent="#ffff00",
    good="#00ff5f",
    warn="#ffd700",
    bad="#ff5f87",
    busy="#00e5ff",
    cached="#5fffd7",
    match="#ffa0ff",
    kinds={kind: mix(color.dark, "#ffffff", 0.35) for kind, color in KIND_COLORS.items()},
    muted=0.0,
)
PLAIN: Final = Palette("plain")
"""Without colours, for `NO_COLOR`."""

PALETTES: Final[Mapping[str, Palette]] = {p.name: p for p in (DARK, LIGHT, CONTRAST, PLAIN)}
