"""Eyes: the small round ones that all drawn animals share."""

from __future__ import annotations

from nodes.animatic.sketch import BLACK, WHITE, Sketch


def eye(sketch: Sketch, x: float, y: float, size: float, *, asleep: bool = False) -> None:
    """Draw an eye looking ahead, or closed."""
    if asleep:
        sketch.line(
            (x - size * 1.5, y + size * 0.4),
            (x, y - size * 0.5),
            (x + size * 1.5, y + size * 0.4),
            width=0.8,
        )
        return
    sketch.dot(x, y, size * 1.35, WHITE)
    sketch.dot(x + size * 0.2, y, size, BLACK)
