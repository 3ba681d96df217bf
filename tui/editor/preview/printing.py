"""Turns decoded pictures into lines for this terminal, by the best way that it has."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any, Final

from textual.app import App
from textual.strip import Strip

from tui.editor.preview.bitmap import Bitmap, Box
from tui.editor.preview.blocks import Depth, printed
from tui.editor.preview.graphics import Graphics, Protocol
from tui.editor.preview.kitty import Sent
from tui.editor.preview.sixel import painted

_DEPTHS: Final = {"truecolor": Depth.TRUE, "256": Depth.CUBE, "standard": Depth.SIXTEEN}


class Printer:
    """Prints pictures for one application.

    Args:
        app: Where they are seen.
        graphics: What its terminal can do.
    """

    def __init__(self, app: App[Any], graphics: Graphics) -> None:
        self._app = app
        self._graphics = graphics
        self._sent = Sent(self.write, through_tmux=graphics.through_tmux)

    @property
    def depth(self) -> Depth:
        """The colours that pictures may have now; another theme may have other ones."""
        if self._app.no_color or self._app.current_theme.ansi:
            return Depth.NONE
        if self._app.is_headless:
            return Depth.TRUE
        return _DEPTHS.get(self._app.console.color_system or "", Depth.NONE)

    @property
    def protocol(self) -> Protocol:
        """How pictures are shown now."""
        is_plain = self.depth is Depth.NONE or self._app.is_web or self._app.is_headless
        in_pixels = self._graphics.protocol in (Protocol.KITTY, Protocol.SIXEL)
        return Protocol.BLOCKS if is_plain and in_pixels else self._graphics.protocol

    @property
    def cell(self) -> tuple[int, int]:
        """Pixels of a cell, across and down."""
        return self._graphics.cell

    @property
    def paints(self) -> bool:
        """Whether pictures can be painted over the cells of a screen where nothing moves."""
        return self.protocol is Protocol.SIXEL

    def paint(self, code: str, x: int, y: int) -> None:
        """Paint sixels at a cell of the screen."""
        self.write(painted(code, x, y))

    def cells(self, bitmap: Bitmap) -> tuple[int, int]:
        """Return the cells that a picture in pixels covers, across and down."""
        return math.ceil(bitmap.width / self.cell[0]), math.ceil(bitmap.height / self.cell[1])

    def pixels(self, columns: int, rows: int) -> Box:
        """Return the terminal's pixels in so many cells, as many of them as a picture may have."""
        width, height = columns * self.cell[0], rows * self.cell[1]
        most = self._graphics.most or (width, height)
        return Box(min(width, most[0]), min(height, most[1]))

    def box(self, columns: int, rows: int, *, moving: bool = False) -> Box:
        """Return the pixels of so many cells.

        Args:
            columns: Cells across.
            rows: Cells down.
            moving: Whether it is for a film that plays: that is always half-blocks.
        """
        if self.protocol is Protocol.KITTY and not moving:
            # Tmux takes the accents of its last column for those of the one before.
            free = int(self._graphics.through_tmux and columns > 1)
            return self.pixels(columns - free, rows)
        width, height = self.cell
        return Box(columns, rows * 2, 2 * width / height)

    def lines(self, key: object, bitmap: Bitmap, *, moving: bool = False) -> list[Strip]:
        """Return a picture as lines.

        Args:
            key: Equal for equal pictures.
            bitmap: The picture, fitted into a box that `box` gave.
            moving: Whether it is one of many of a film that plays.
        """
        if self.protocol is not Protocol.KITTY or moving:
            return printed(bitmap, self.depth, coarse=moving)
        return self._sent.show(key, bitmap, *self.cells(bitmap))

    @property
    def is_behind(self) -> bool:
        """Whether the terminal has not taken all yet that it was sent."""
        # Keys wait for the frames that are queued; the framework tells nobody how many there are.
        thread = getattr(self._app._driver, "_writer_thread", None)
        return thread is not None and thread._queue.qsize() > 0

    def write(self, code: str) -> None:
        """Write to the terminal, between two frames."""
        # The framework has no public way to send a code that is no text on the screen.
        driver = self._app._driver
        # While another program has the terminal, the driver refuses to write.
        with suppress(AssertionError):
            if driver is not None:
                driver.write(code)

    def close(self) -> None:
        """Have the terminal forget what it was sent."""
        self._sent.forget()
