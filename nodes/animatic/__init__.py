"""The built-in storyboard artist: draws frames from words and moves a camera over pictures.

It needs no key and no network, and the same input always gives the same bytes. `draw_frame` makes
a frame, `restyle_frame` redraws a picture as a frame, `render_clip` films a frame. The names are
loaded when they are first used, as drawing needs libraries that most commands do not.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nodes.animatic.camera import Motion, parse_motion
    from nodes.animatic.clip import render_clip
    from nodes.animatic.frame import draw_frame
    from nodes.animatic.restyle import restyle_frame
    from nodes.animatic.tones import hum_words, play_chord
    from nodes.animatic.vector import trace_picture

__all__ = [
    "Motion",
    "draw_frame",
    "hum_words",
    "parse_motion",
    "play_chord",
    "render_clip",
    "restyle_frame",
    "trace_picture",
]

_HOMES = {
    "Motion": "camera",
    "draw_frame": "frame",
    "hum_words": "tones",
    "parse_motion": "camera",
    "play_chord": "tones",
    "render_clip": "clip",
    "restyle_frame": "restyle",
    "trace_picture": "vector",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
