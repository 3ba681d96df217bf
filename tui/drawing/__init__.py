"""Drawings of workflow graphs: as text and as SVG.

`lay_out` and `lay_out_groups` place boxes and wires of any directed acyclic graph; `make_scene`
says what a drawing of a workflow shows. Nothing here knows of a screen or of files.
Modules are loaded when something of them is first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.drawing.groups import lay_out_groups
    from tui.drawing.layout import Box, Frame, Layout, Link, Spacing, lay_out
    from tui.drawing.scene import Card, Line, Port, Scene, make_scene
    from tui.drawing.svg import draw_svg
    from tui.drawing.text import draw_text

_MODULES = {
    "groups": ("lay_out_groups",),
    "layout": (
        "Box",
        "Frame",
        "Layout",
        "Link",
        "Spacing",
        "lay_out",
    ),
    "scene": (
        "Card",
        "Line",
        "Port",
        "Scene",
        "make_scene",
    ),
    "svg": ("draw_svg",),
    "text": ("draw_text",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Box",
    "Card",
    "Frame",
    "Layout",
    "Line",
    "Link",
    "Port",
    "Scene",
    "Spacing",
    "draw_svg",
    "draw_text",
    "lay_out",
    "lay_out_groups",
    "make_scene",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
