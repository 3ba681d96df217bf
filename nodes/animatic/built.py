"""Sets that people built in the open: castle, city, village, graveyard."""

from __future__ import annotations

import random

from nodes.animatic.canvas import Canvas
from nodes.animatic.curves import smooth
from nodes.animatic.masonry import LAMP, STONE, dark, flagstones, rect
from nodes.animatic.nature import ground, plain
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage
from nodes.animatic.trees import tree

_PLASTER: Color = (214, 198, 168)
_TILE: Color = (150, 84, 66)


def _window_color(stage: Stage, color: Color, rng: random.Random) -> Color:
    if dark(stage):
        return LAMP if rng.random() < 0.45 else mix(color, stage.palette.ink, 0.5)
    return mix(color, stage.palette.ink, 0.35)


def _tower(
    stage: Stage,
    canvas: Canvas,
    x: float,
    base: float,
    wide: float,
    tall: float,
    depth: float,
    *,
    cone: bool = False,
) -> None:
    """Draw a round tower with battlements or a pointed roof."""
    palette = stage.palette
    stone, ink = palette.far(STONE, depth), palette.soften(depth)
    top = base - tall
    canvas.shape(rect(x - wide, top, x + wide, base + 0.02), stone, width=0.002, ink=ink)
    shade = -1 if palette.light > 0 else 1
    canvas.fill(
        [
            (x + shade * wide, top),
            (x + shade * wide * 0.35, top),
            (x + shade * wide * 0.3, base),
            (x + shade * wide, base),
        ],
        mix(stone, ink, 0.22),
    )
    crown = wide * 1.22
    canvas.shape(
        rect(x - crown, top - wide * 0.35, x + crown, top + wide * 0.12),
        mix(stone, ink, 0.08),
        width=0.002,
        ink=ink,
    )
    if cone:
        canvas.shape(
            [
                (x - crown * 1.05, top - wide * 0.3),
                (x, top - wide * 2.6),
                (x + crown * 1.05, top - wide * 0.3),
            ],
            palette.far((92, 96, 116), depth),
            width=0.002,
            ink=ink,
        )
    else:
        for i in range(4):
            left = x - crown + i * crown * 0.572
            canvas.shape(
                rect(left, top - wide * 0.75, left + crown * 0.3, top - wide * 0.33),
                stone,
                width=0.0016,
                ink=ink,
            )
    for share in (0.25, 0.55):
        y = top + tall * share
        slit = rect(x - wide * 0.13, y, x + wide * 0.13, y + wide * 0.55)
        canvas.fill(slit, LAMP if dark(stage) and share < 0.3 else mix(stone, ink, 0.7))


def castle(stage: Stage) -> None:
    """A stone platform with a parapet; towers behind it."""
    palette, zoom = stage.palette, min(1.5, stage.zoom)
    hill = smooth(
        [
            (stage.view.left, stage.horizon - 0.03),
            (stage.across(0.3), stage.horizon - 0.08),
            (stage.across(0.6), stage.horizon - 0.05),
            (stage.across(0.85), stage.horizon - 0.15),
            (stage.view.right, stage.horizon - 0.09),
        ],
        closed=False,
    )
    stage.far.fill(stage.below(hill), palette.far((112, 104, 100), 0.95))
    stage.far.line(hill, 0.0018, palette.soften(0.9))
    side = 0.2 if palette.light > 0 else 0.8
    reach = 1 if side < 0.5 else -1
    for dx, wide, tall, cone in (
        (0.0, 0.075, 0.36, False),
        (-0.14, 0.06, 0.27, True),
        (0.13, 0.048, 0.26, True),
        (-0.28, 0.05, 0.2, False),
    ):
        _tower(
            stage,
            stage.far,
            stage.across(side) + dx * reach * zoom,
            stage.horizon,
            wide * zoom,
            tall * zoom,
            0.62,
            cone=cone,
        )
    wall = stage.horizon - 0.1 * zoom
    stage.far.shape(
        rect(
            stage.across(side) - 0.36 * zoom,
            wall,
            stage.across(side) + 0.3 * zoom,
            stage.horizon + 0.02,
        ),
        palette.far(STONE, 0.58),
        width=0.0018,
        ink=palette.soften(0.6),
    )
    ground(stage, STONE)
    flagstones(stage, stage.mid)
    _parapet(stage, stage.mid, stage.horizon + 0.015, 0.12 * zoom, 0.35)
    if stage.scene.size in ("close", "extreme_close", "insert"):
        return
    corner = stage.view.left if side > 0.5 else stage.view.right
    inward = 1 if side > 0.5 else -1
    shade = mix(palette.lit(STONE), palette.ink, 0.5)
    edge = corner + inward * 0.44
    stage.fore.shape([(corner, 0.7), (edge, 0.72), (edge, 1.3), (corner, 1.3)], shade, width=0.004)
    for y in (0.82, 0.95):
        stage.fore.line([(corner, y), (edge, y + 0.01)], 0.0022)
    stage.fore.line([(edge - inward * 0.07, 0.72), (edge - inward * 0.07, 0.83)], 0.0022)


def _parapet(stage: Stage, canvas: Canvas, base: float, tall: float, depth: float) -> None:
    """Draw a crenellated wall across the picture."""
    left, right = stage.span
    stone, ink = stage.palette.far(STONE, depth), stage.palette.soften(depth)
    canvas.shape(
        rect(left - 0.1, base - tall * 0.55, right + 0.1, base), stone, width=0.002, ink=ink
    )
    step = tall * 1.15
    x = left - 0.05
    while x < right:
        canvas.shape(
            rect(x, base - tall, x + step * 0.6, base - tall * 0.53), stone, width=0.002, ink=ink
        )
        canvas.fill(
            rect(x, base - tall, x + step * 0.6, base - tall * 0.9),
            mix(stone, stage.palette.sky_low, 0.35),
        )
        x += step
    for row in range(3):
        y = base - tall * 0.5 * (row + 0.5) / 3
        for _ in range(12):
            x = stage.rng.uniform(left, right)
            canvas.line([(x, y), (x + 0.05, y)], 0.0013, ink)
    canvas.fill(rect(left, base, right, base + tall * 0.12), mix(stone, stage.palette.ink, 0.35))


def _block(
    stage: Stage,
    canvas: Canvas,
    left: float,
    right: float,
    top: float,
    base: float,
    depth: float,
    color: Color,
) -> None:
    """Draw a building with rows of windows."""
    palette, rng = stage.palette, stage.rng
    tone, ink = palette.far(color, depth), palette.soften(depth)
    canvas.shape(rect(left, top, right, base), tone, width=0.0018, ink=ink)
    shade = right if palette.light < 0 else left
    inner = shade + (left - right) * 0.28 if palette.light < 0 else shade + (right - left) * 0.28
    canvas.fill(rect(min(shade, inner), top + 0.003, max(shade, inner), base), mix(tone, ink, 0.18))
    columns = max(2, round((right - left) / 0.045))
    gap = (right - left) / columns
    rows = max(2, round((base - top) / 0.065))
    for row in range(rows):
        y = top + (base - top) * (row + 0.25) / rows
        for column in range(columns):
            x = left + gap * (column + 0.28)
            canvas.fill(
                rect(x, y, x + gap * 0.44, y + (base - top) / rows * 0.5),
                _window_color(stage, tone, rng),
            )


def city(stage: Stage) -> None:
    """A street between buildings, a lamp, a skyline behind."""
    palette, rng, zoom = stage.palette, stage.rng, min(1.4, stage.zoom)
    x = stage.view.left
    while x < stage.view.right:
        wide = rng.uniform(0.1, 0.2)
        _block(
            stage,
            stage.far,
            x,
            x + wide,
            stage.horizon - rng.uniform(0.16, 0.42) * zoom,
            stage.horizon + 0.02,
            0.8,
            rng.choice((STONE, (140, 134, 150), (166, 150, 140))),
        )
        x += wide * 0.9
    ground(stage, (128, 124, 126))
    vx = stage.across(0.5)
    for side in (-1, 1):
        for step, depth in enumerate((0.5, 0.3)):
            near = vx + side * (0.34 + 0.32 * step) * zoom
            outer = near + side * 0.36
            _block(
                stage,
                stage.mid,
                min(near, outer),
                max(near, outer),
                stage.horizon - (0.34 + 0.2 * step) * zoom,
                stage.horizon + 0.05 + 0.05 * step,
                depth,
                rng.choice(((170, 120, 100), (178, 164, 140), (146, 140, 138))),
            )
    ink = palette.soften(0.3)
    for side in (-1, 1):
        stage.mid.line(
            [(vx + side * 0.1, stage.horizon + 0.04), (vx + side * 0.95, stage.view.bottom)],
            0.003,
            ink,
        )
    for row in range(5):
        y0, y1 = stage.down(0.8 - row * 0.17), stage.down(0.72 - row * 0.17)
        stage.mid.fill(
            [
                (vx - 0.004 * (row + 1), y0),
                (vx + 0.004 * (row + 1), y0),
                (vx + 0.006 * (row + 1), y1),
                (vx - 0.006 * (row + 1), y1),
            ],
            mix(palette.lit((220, 216, 200)), palette.ground, 0.2),
        )
    _street_lamp(stage, stage.across(0.13))


def _street_lamp(stage: Stage, x: float) -> None:
    base, top = stage.horizon + 0.3, stage.horizon - 0.3
    ink = stage.palette.soften(0.15)
    stage.mid.line([(x, base), (x, top)], 0.008, ink)
    stage.mid.shape(
        [(x - 0.018, top), (x + 0.018, top), (x + 0.026, top - 0.055), (x - 0.026, top - 0.055)],
        LAMP if dark(stage) else stage.palette.lit((220, 220, 210)),
        width=0.003,
    )
    stage.mid.shape(
        [(x - 0.032, top - 0.055), (x, top - 0.085), (x + 0.032, top - 0.055)], ink, width=0.002
    )


def _house(stage: Stage, canvas: Canvas, x: float, base: float, wide: float, depth: float) -> None:
    palette, rng = stage.palette, stage.rng
    ink = palette.soften(depth)
    wall, roof = palette.far(_PLASTER, depth), palette.far(_TILE, depth)
    tall = wide * 0.75
    canvas.shape(rect(x - wide, base - tall, x + wide, base), wall, width=0.002, ink=ink)
    canvas.shape(
        [
            (x - wide * 1.15, base - tall),
            (x - wide * 0.75, base - tall * 1.8),
            (x + wide * 0.75, base - tall * 1.8),
            (x + wide * 1.15, base - tall),
        ],
        roof,
        width=0.0022,
        ink=ink,
    )
    canvas.shape(
        rect(x + wide * 0.4, base - tall * 2.1, x + wide * 0.6, base - tall * 1.7),
        palette.far(STONE, depth),
        width=0.0018,
        ink=ink,
    )
    canvas.fill(
        rect(x - wide * 0.16, base - tall * 0.62, x + wide * 0.16, base),
        mix(palette.far((110, 80, 58), depth), ink, 0.2),
    )
    for side in (-0.6, 0.6):
        pane = rect(
            x + wide * side - wide * 0.15,
            base - tall * 0.72,
            x + wide * side + wide * 0.15,
            base - tall * 0.35,
        )
        canvas.shape(pane, _window_color(stage, wall, rng), width=0.0014, ink=ink)
    for row in range(3):
        y = base - tall * (1.2 + 0.2 * row)
        canvas.line(
            [(x - wide * (1.0 - 0.12 * row), y), (x + wide * (1.0 - 0.12 * row), y)],
            0.0011,
            mix(roof, ink, 0.5),
        )


def village(stage: Stage) -> None:
    """Cottages along a lane."""
    plain(stage)
    zoom = min(1.4, stage.zoom)
    for x, wide, depth in (
        (0.36, 0.06, 0.6),
        (0.55, 0.05, 0.65),
        (0.7, 0.065, 0.55),
        (0.1, 0.13, 0.4),
        (0.94, 0.14, 0.38),
    ):
        _house(
            stage,
            stage.mid,
            stage.across(x),
            stage.horizon + 0.02 + (0.65 - depth) * 0.2,
            wide * zoom,
            depth,
        )
    tree(stage, stage.mid, stage.across(0.24), stage.horizon + 0.06, 0.32 * zoom, 0.45, stage.rng)


def grave(stage: Stage) -> None:
    """Leaning headstones, a bare tree."""
    plain(stage)
    palette, rng = stage.palette, stage.rng
    for i in range(9):
        x, depth = stage.across(0.04 + 0.115 * i), rng.uniform(0.25, 0.6)
        size = 0.1 * stage.zoom * (1 - depth)
        y, lean = stage.down(depth), rng.uniform(-0.15, 0.15) * size
        stone = smooth(
            [
                (x - size * 0.4, y),
                (x - size * 0.4, y),
                (x - size * 0.4 + lean, y - size * 0.8),
                (x + lean, y - size * 1.15),
                (x + size * 0.4 + lean, y - size * 0.8),
                (x + size * 0.4, y),
                (x + size * 0.4, y),
            ]
        )
        stage.mid.shape(
            stone, palette.far(STONE, depth), width=0.002, ink=palette.soften(depth * 0.6)
        )
    tree(stage, stage.mid, stage.across(0.88), stage.horizon + 0.08, 0.5, 0.35, rng)
