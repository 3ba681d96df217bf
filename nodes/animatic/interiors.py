"""Sets with a wall instead of a sky: a room, a great hall."""

from __future__ import annotations

from nodes.animatic.curves import Point, blob, smooth
from nodes.animatic.masonry import STONE, dark, flagstones, rect
from nodes.animatic.palette import mix
from nodes.animatic.stage import Stage


def hall(stage: Stage) -> None:
    """A great hall: arches and columns, a tiled floor."""
    palette, rng = stage.palette, stage.rng
    left, right = stage.span
    wall = palette.far(mix(STONE, (190, 170, 140), 0.4), 0.3)
    stage.far.fill(rect(left, stage.view.top, right, stage.view.bottom), wall)
    base = stage.horizon + 0.06
    wide = 0.3 * min(1.6, stage.zoom)
    x = stage.across(0.5) - wide * 4
    while x < right + wide:
        arch = [
            (x + wide * 0.16, base),
            (x + wide * 0.16, 0.3),
            *(
                (x + wide * (0.5 - 0.34 * c), 0.3 - wide * 0.5 * s)
                for c, s in ((0.8, 0.55), (0.4, 0.9), (0, 1.05), (-0.4, 0.9), (-0.8, 0.55))
            ),
            (x + wide * 0.84, 0.3),
            (x + wide * 0.84, base),
        ]
        glass = (
            mix(palette.sky_top, palette.sky_low, 0.5)
            if rng.random() < 0.6
            else mix(wall, palette.ink, 0.3)
        )
        stage.far.shape(arch, glass, width=0.0022)
        column = rect(x - wide * 0.1, stage.view.top, x + wide * 0.1, base + 0.01)
        stage.mid.shape(column, palette.lit(mix(STONE, (200, 184, 160), 0.3)), width=0.002)
        stage.mid.fill(
            rect(x + wide * 0.02, stage.view.top, x + wide * 0.09, base),
            mix(palette.lit(STONE), palette.ink, 0.25),
        )
        stage.mid.shape(
            rect(x - wide * 0.15, base - 0.02, x + wide * 0.15, base + 0.02),
            palette.lit(STONE),
            width=0.002,
        )
        x += wide
    floor = [(left, base), (right, base), (right, 1.3), (left, 1.3)]
    stage.mid.fill(floor, stage.floor_color(0.15, (176, 156, 130)))
    stage.horizon, keep = base, stage.horizon
    flagstones(stage, stage.mid)
    stage.horizon = keep


def room(stage: Stage) -> None:
    """A room: wall, window, boards, a picture."""
    palette = stage.palette
    left, right = stage.span
    night = dark(stage)
    wall = mix((206, 188, 156), palette.ambient, 0.62 if night else 0.12)
    stage.far.fill(rect(left, stage.view.top, right, stage.view.bottom), wall)
    base = max(0.62, stage.horizon + 0.14)
    zoom = min(1.5, stage.zoom)
    _panes(stage, (stage.across(0.2), 0.12, stage.across(0.2) + 0.34 * zoom, base - 0.16))
    frame = (stage.across(0.74), 0.18)
    stage.far.shape(
        rect(frame[0], frame[1], frame[0] + 0.16 * zoom, frame[1] + 0.2),
        mix(wall, (110, 80, 56), 0.7),
        width=0.002,
    )
    stage.far.shape(
        rect(frame[0] + 0.015, frame[1] + 0.015, frame[0] + 0.16 * zoom - 0.015, frame[1] + 0.185),
        mix(wall, palette.sky_low, 0.5),
        width=0.0014,
    )
    stage.mid.fill(
        rect(left, base, right, 1.3), mix((150, 112, 80), palette.ambient, 0.55 if night else 0.12)
    )
    stage.mid.shape(
        rect(left - 0.1, base - 0.035, right + 0.1, base),
        mix(wall, (120, 92, 66), 0.5),
        width=0.0018,
    )
    vx, vy = stage.across(0.5), base - 0.3
    for column in range(-9, 10):
        low = (vx + column * 0.3, 1.2)
        share = (base - vy) / (1.2 - vy)
        stage.mid.line([(vx + (low[0] - vx) * share, base), low], 0.0015, palette.soften(0.35))
    if not night:
        x = stage.across(0.3)
        stage.mid.fill(
            [
                (x, base + 0.04),
                (x + 0.3, base + 0.04),
                (x + 0.55, base + 0.24),
                (x + 0.16, base + 0.24),
            ],
            mix((150, 112, 80), palette.glow, 0.5),
        )


def _panes(stage: Stage, box: tuple[float, float, float, float]) -> None:
    """Draw a window with curtains; the sky stands in it."""
    left, top, right, low = box
    palette = stage.palette
    glass = mix(palette.sky_top, palette.sky_low, 0.55)
    stage.far.shape(
        rect(left - 0.014, top - 0.014, right + 0.014, low + 0.02),
        mix((122, 94, 68), palette.ambient, 0.3),
        width=0.0022,
    )
    stage.far.shape(rect(left, top, right, low), glass, width=0.0018)
    if dark(stage):
        cx, cy = left + (right - left) * 0.68, top + (low - top) * 0.26
        stage.far.fill(blob(cx, cy, 0.026, 0.026, stage.rng, bumps=16, rough=0.0), palette.glow)
    else:
        stage.far.fill(
            smooth(
                [
                    (left, low),
                    (left, low - 0.07),
                    ((left + right) / 2, low - 0.1),
                    (right, low - 0.05),
                    (right, low),
                ],
                closed=False,
            ),
            palette.far(palette.leaf, 0.7),
        )
    middle, cross = (left + right) / 2, (top + low) / 2
    stage.far.line([(middle, top), (middle, low)], 0.006)
    stage.far.line([(left, cross), (right, cross)], 0.005)
    cloth = mix((160, 84, 70), palette.ambient, 0.45 if dark(stage) else 0.1)
    for edge, inward in ((left, 1), (right, -1)):
        curtain: list[Point] = [
            (edge - inward * 0.05, top - 0.03),
            (edge + inward * 0.05, top - 0.03),
            (edge + inward * 0.035, cross),
            (edge - inward * 0.01, low - 0.03),
            (edge + inward * 0.02, low + 0.06),
            (edge - inward * 0.06, low + 0.06),
        ]
        stage.far.shape(smooth(curtain), cloth, width=0.0022)
        stage.far.line([(edge, top), (edge - inward * 0.015, low)], 0.0013)
