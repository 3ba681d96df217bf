"""Where the tiles of a wall stand: as large as lets all of them be seen, or in rows to scroll."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

GUTTER: Final = 1
"""Cells on each side of a tile, for the sign of the current one."""
WORDS: Final = 2
"""Lines below a tile's picture: its name, and a free one."""
LEAST_WIDTH: Final = 18
"""Cells of a tile's picture, unless the wall is narrower."""

_SMALLEST = 12
"""Cells from one tile to the next, where a person wants them small."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Tiles in rows."""

    columns: int
    width: int
    """Cells of a tile's picture, across."""
    height: int
    """Cells of a tile's picture, down."""
    words: int = WORDS

    @property
    def pitch(self) -> tuple[int, int]:
        """Cells from one tile to the next, across and down."""
        return self.width + 2 * GUTTER, self.height + self.words

    def rows(self, count: int) -> int:
        """Return the rows that so many tiles take."""
        return math.ceil(count / self.columns)

    def place(self, number: int) -> tuple[int, int]:
        """Return the column and the row of a tile."""
        return number % self.columns, number // self.columns

    def at(self, x: int, y: int, count: int) -> int | None:
        """Return the tile at a cell; None if there is none."""
        column, row = x // self.pitch[0], y // self.pitch[1]
        number = row * self.columns + column
        return number if 0 <= column < self.columns and 0 <= number < count else None


def grid_for(
    count: int, width: int, height: int, aspect: float, *, columns: int = 0, words: int = WORDS
) -> Grid:
    """Return the grid in which tiles are largest and all in view; else one with small tiles.

    Args:
        count: Tiles.
        width: Cells of the wall, across.
        height: Cells of the wall, down.
        aspect: Width of a picture by its height.
        columns: How many a person wants; 0 for as many as fit best.
        words: Lines below each picture.
    """
    most = max(1, width // (LEAST_WIDTH + 2 * GUTTER))
    if columns:
        return _grid(min(columns, max(1, width // _SMALLEST)), width, height, aspect, words)
    grids = [_grid(n, width, height, aspect, words) for n in range(1, min(most, count or 1) + 1)]
    whole = [grid for grid in grids if grid.rows(count) * grid.pitch[1] <= height]
    return max(whole, key=lambda grid: grid.width * grid.height) if whole else grids[-1]


def _grid(columns: int, width: int, height: int, aspect: float, words: int) -> Grid:
    across = max(1, width // columns - 2 * GUTTER)
    down = max(2, round(across / aspect / 2))
    highest = max(2, height - words)
    return Grid(columns, across, min(down, highest), words)
