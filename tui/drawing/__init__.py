"""Drawings of workflow graphs: as text and as SVG.

`lay_out` and `lay_out_groups` place boxes and wires of any directed acyclic graph; `make_scene`
says what a drawing of a workflow shows. Nothing here knows of a screen or of files.
"""

from __future__ import annotations

from tui.drawing.groups import lay_out_groups
from tui.drawing.layout import Box, Frame, Layout, Link, Spacing, lay_out
from tui.drawing.scene import Card, Line, Port, Scene, make_scene
from tui.drawing.svg import draw_svg
from tui.drawing.text import draw_text

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
