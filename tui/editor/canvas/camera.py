"""The part of the drawing that is in view; pure arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

from tui.drawing.layout import Frame

_KEPT = 6
"""Cells of the drawing that stay in view however far one pans."""
_MARGIN_X, _MARGIN_Y = 4, 2


@dataclass(frozen=True, slots=True)
class Camera:
    """A window onto the drawing: its top left cell and its size, in cells."""

    x: int = 0
    y: int = 0
    width: int = 80
    height: int = 24

    @property
    def view(self) -> Frame:
        """What is in view."""
        return Frame(self.x, self.y, self.width, self.height)

    def at(self, x: int, y: int) -> Camera:
        """Return it moved to a place."""
        return Camera(x, y, self.width, self.height)

    def moved(self, dx: int, dy: int) -> Camera:
        """Return it moved by some cells."""
        return self.at(self.x + dx, self.y + dy)

    def resized(self, width: int, height: int) -> Camera:
        """Return it with another size, and the same middle."""
        dx, dy = (self.width - width) // 2, (self.height - height) // 2
        return Camera(self.x + dx, self.y + dy, width, height)

    def clamped(self, bounds: Frame) -> Camera:
        """Return it moved to where some of the drawing is in view."""
        keep_x, keep_y = min(_KEPT, self.width), min(_KEPT, self.height)
        x = min(max(self.x, bounds.x - self.width + keep_x), bounds.x + bounds.width - keep_x)
        y = min(max(self.y, bounds.y - self.height + keep_y), bounds.y + bounds.height - keep_y)
        return self.at(x, y)

    def snug(self, bounds: Frame) -> Camera:
        """Return it moved to where little of the view is empty: what fits is in the middle."""
        x = _snug(self.x, self.width, bounds.x, bounds.width)
        y = _snug(self.y, self.height, bounds.y, bounds.height)
        return self.at(x, y)

    def centred(self, frame: Frame) -> Camera:
        """Return it with the middle of a frame in its middle."""
        return self.at(
            frame.x + frame.width // 2 - self.width // 2,
            frame.y + frame.height // 2 - self.height // 2,
        )

    def holds(self, frame: Frame) -> bool:
        """Whether a frame fits into the view."""
        return frame.width <= self.width and frame.height <= self.height

    def shows(self, frame: Frame) -> bool:
        """Whether all of a frame is in view."""
        return (
            self.x <= frame.x
            and self.y <= frame.y
            and frame.x + frame.width <= self.x + self.width
            and frame.y + frame.height <= self.y + self.height
        )

    def showing(self, frame: Frame) -> Camera:
        """Return it moved as little as brings a frame into view with some room around."""
        x = _revealed(self.x, self.width, frame.x, frame.width, _MARGIN_X)
        y = _revealed(self.y, self.height, frame.y, frame.height, _MARGIN_Y)
        return self.at(x, y)


def _snug(at: int, size: int, start: int, length: int) -> int:
    if length <= size:
        return start + length // 2 - size // 2
    margin = size // 6
    return min(max(at, start - margin), start + length + margin - size)


def _revealed(at: int, size: int, start: int, length: int, margin: int) -> int:
    margin = max(0, min(margin, (size - length) // 2))
    low, high = start + length + margin - size, start - margin
    return high if low > high or at > high else max(at, low)
