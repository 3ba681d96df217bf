"""What built sets share: stone, lamplight, paving."""

from __future__ import annotations

from nodes.animatic.canvas import Canvas
from nodes.animatic.curves import Curve
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage

STONE: Color = (152, 148, 142)
LAMP: Color = (255, 214, 124)


def rect(left: float, top: float, right: float, low: float) -> Curve:
    """Return an upright rectangle in picture units."""
    return [(left, top), (right, top), (right, low), (left, low)]


def dark(stage: Stage) -> bool:
    """Whether lamps are lit at this hour."""
    return stage.scene.time in ("night", "evening", "dusk")


def flagstones(stage: Stage, canvas: Canvas) -> None:
    """Draw the joints of paving in perspective."""
    vx, vy = stage.across(0.5), stage.horizon - 0.25
    left, right = stage.span
    ink = mix(stage.palette.ink, stage.floor_color(0.4, STONE), 0.45)
    for row in range(1, 8):
        y = stage.horizon + (stage.view.bottom - stage.horizon) * (row / 7.5) ** 1.7
        canvas.line([(left, y), (vx, y + 0.003), (right, y)], 0.0012 + 0.0002 * row, ink)
    for column in range(-9, 10):
        low = (vx + column * 0.34, stage.view.bottom)
        share = (stage.horizon - vy) / (stage.view.bottom - vy)
        canvas.line([(vx + (low[0] - vx) * share, stage.horizon), low], 0.0014, ink)
