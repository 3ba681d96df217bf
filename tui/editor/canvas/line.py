"""A line of the screen that is thrown away without the garbage collector's help."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.strip import Strip


class Line(Strip):
    """A strip that keeps no reference to itself.

    Textual's strip remembers itself as its only part when a screen asks for it uncut. Thousands of
    lines a second would so have to wait for the collector, which holds frames up.
    """

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """Return the parts between cuts; uncut, the line itself."""
        places = list(cuts)
        if places == [self.cell_length]:
            return [self]
        return super().divide(places)
