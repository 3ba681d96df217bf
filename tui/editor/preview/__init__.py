"""Looking at results: pictures, films, sounds and words in the terminal.

    graphics = detect()                              # before the interface starts
    pictures = Pictures(desk.engine.home.blobs.path, graphics)
    preview = Preview(pictures); preview.show(value) # a pane
    preview_of(pictures, path)                       # the same, of a file that is in no store
    app.push_screen(ViewerScreen(pictures, pages_of(value)))
    app.push_screen(WallScreen(runner, "frame", pictures))
    show_takes(app, runner, "frame", pictures)       # to pick one of them

Everything is decoded in threads beside the interface. In panes and in the wall, pictures are cells
of text, in half-blocks or placed by kitty's protocol, so that dialogs cut and scrolling moves them.
"""

from __future__ import annotations

from tui.editor.preview.describing import Page, pages_of, pages_of_outputs
from tui.editor.preview.graphics import Graphics, Protocol, detect
from tui.editor.preview.pictures import Pictures
from tui.editor.preview.preview import Preview, preview_of
from tui.editor.preview.screens import TakesScreen, WallScreen, show_takes
from tui.editor.preview.tiles import Tile, groups_of_takes, tiles_of
from tui.editor.preview.viewer import ViewerScreen
from tui.editor.preview.wall import Wall

__all__ = [
    "Graphics",
    "Page",
    "Pictures",
    "Preview",
    "Protocol",
    "TakesScreen",
    "Tile",
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
