"""Looking at results: pictures, films, sounds and words in the terminal.

    graphics = detect()                              # before the interface starts
    pictures = Pictures(desk.engine.whereabouts, graphics)
    preview = Preview(pictures); preview.show(value) # a pane
    preview_of(pictures, path)                       # the same, of a file that is in no store
    app.push_screen(ViewerScreen(pictures, pages_of(value)))
    app.push_screen(WallScreen(runner, "frame", pictures))
    show_takes(app, runner, "frame", pictures)       # to pick one of them

Everything is decoded in threads beside the interface. In panes and in the wall, pictures are cells
of text, in half-blocks or placed by kitty's protocol, so that dialogs cut and scrolling moves them.
Modules are loaded when something of them is first needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.editor.preview.describing import Page, Trouble, pages_of, pages_of_outputs
    from tui.editor.preview.graphics import Graphics, Protocol, detect
    from tui.editor.preview.pictures import Pictures
    from tui.editor.preview.preview import Preview, preview_of
    from tui.editor.preview.screens import WallScreen
    from tui.editor.preview.takes import TakesScreen, show_takes
    from tui.editor.preview.tiles import Tile, groups_of_takes, tiles_of
    from tui.editor.preview.viewer import ViewerScreen
    from tui.editor.preview.wall import Wall

_MODULES = {
    "describing": (
        "Page",
        "Trouble",
        "pages_of",
        "pages_of_outputs",
    ),
    "graphics": (
        "Graphics",
        "Protocol",
        "detect",
    ),
    "pictures": ("Pictures",),
    "preview": (
        "Preview",
        "preview_of",
    ),
    "screens": ("WallScreen",),
    "takes": (
        "TakesScreen",
        "show_takes",
    ),
    "tiles": (
        "Tile",
        "groups_of_takes",
        "tiles_of",
    ),
    "viewer": ("ViewerScreen",),
    "wall": ("Wall",),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "Graphics",
    "Page",
    "Pictures",
    "Preview",
    "Protocol",
    "TakesScreen",
    "Tile",
    "Trouble",
    "ViewerScreen",
    "Wall",
    "WallScreen",
    "detect",
    "groups_of_takes",
    "pages_of",
    "pages_of_outputs",
    "preview_of",
    "show_takes",
    "tiles_of",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
