"""The themes: colours of the framework's widgets that go with the palettes of the canvas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.theme import Theme

from tui.editor.canvas import PALETTES, Palette

NAMES: Final = ("dark", "light", "contrast", "plain")
"""In the order in which one key goes through them."""


def _theme(palette: Palette, surface: str, panel: str, *, dark: bool) -> Theme:
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.busy,
        accent=palette.accent,
        warning=palette.warn,
        error=palette.bad,
        success=palette.good,
        foreground=palette.ink,
        background=palette.ground,
        surface=surface,
        panel=panel,
        dark=dark,
        variables={
            "soft": palette.soft,
            "line": palette.line,
            "match": palette.match,
            "border": palette.accent,
            "border-blurred": palette.line,
            "scrollbar": palette.line,
            "scrollbar-hover": palette.soft,
            "scrollbar-active": palette.accent,
            "scrollbar-background": palette.ground,
            "scrollbar-background-hover": palette.ground,
            "scrollbar-background-active": palette.ground,
        },
    )


_OWN = "ansi_default"
"""The terminal's own colour."""
_PLAIN: Final = Theme(
    name="plain",
    ansi=True,
    primary=_OWN,
    secondary=_OWN,
    accent=_OWN,
    warning=_OWN,
    error=_OWN,
    success=_OWN,
    foreground=_OWN,
    background=_OWN,
    surface=_OWN,
    panel=_OWN,
    boost=_OWN,
    variables=dict.fromkeys(
        ("soft", "line", "match", "border", "border-blurred", "scrollbar", "scrollbar-hover",
         "scrollbar-active", "scrollbar-background", "scrollbar-background-hover",
         "scrollbar-background-active", "scrollbar-corner-color", "ansi-background",
         "ansi-foreground", "block-hover-background"),
        _OWN,
    )
    | {
        "block-cursor-text-style": "reverse",
        "block-cursor-foreground": _OWN,
        "block-cursor-background": _OWN,
        "input-cursor-text-style": "reverse",
        "input-cursor-foreground": _OWN,
        "input-cursor-background": _OWN,
        "input-selection-background": _OWN,
        "input-selection-foreground": _OWN,
        "screen-selection-background": _OWN,
        "screen-selection-foreground": _OWN,
    },
)  # fmt: skip

THEMES: Final[Mapping[str, Theme]] = {
    "dark": _theme(PALETTES["dark"], "#191c26", "#1f2330", dark=True),
    "light": _theme(PALETTES["light"], "#ffffff", "#e9ecf3", dark=False),
    "contrast": _theme(PALETTES["contrast"], "#000000", "#000000", dark=True),
    "plain": _PLAIN,
}


def ink(variables: Mapping[str, str], name: str) -> str:
    """Return a colour of the theme for words; empty where that is the terminal's own.

    Args:
        variables: The theme's, by name.
        name: Which one.
    """
    color = variables.get(name, "")
    return "" if color.startswith("ansi") else color


def wanted(asked: str, kept: str, environ: Mapping[str, str]) -> str:
    """Return the theme to begin with.

    Args:
        asked: What was asked for on the command line.
        kept: What was chosen the last time.
        environ: The environment; `NO_COLOR` asks for none.
    """
    if asked:
        return asked
    if environ.get("NO_COLOR"):
        return "plain"
    return kept if kept in THEMES else "dark"
