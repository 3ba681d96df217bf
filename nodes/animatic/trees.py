"""Trees, bushes, grass: what grows on a set."""

from __future__ import annotations

import math
import random

from nodes.animatic.canvas import Canvas
from nodes.animatic.curves import Curve, Point, blob, limb, smooth
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage

BARK: Color = (98, 78, 62)


def tree(
    stage: Stage,
    canvas: Canvas,
    x: float,
    base: float,
    height: float,
    depth: float,
    rng: random.Random,
    *,
    pine: bool = False,
) -> None:
    """Draw a whole tree; `height` is in picture units, `depth` 1 is the horizon."""
    if pine:
        _pine(stage, canvas, x, base, height, depth, rng)
        return
    palette = stage.palette
    ink = palette.soften(depth)
    pen = 0.0012 + 0.004 * min(1.0, height)
    bark, leaf = palette.far(BARK, depth), palette.far(palette.leaf, depth)
    thick = height * 0.035
    lean = rng.uniform(-0.04, 0.04) * height
    fork = (x + lean, base - height * 0.5)
    for reach in (-0.2, 0.16):
        tip = (x + lean + reach * height, base - height * rng.uniform(0.66, 0.78))
        canvas.shape(limb((*fork, thick * 0.7), (*tip, thick * 0.3)), bark, width=pen, ink=ink)
    canvas.shape(_flared(x, base, fork[1], thick, lean), bark, width=pen, ink=ink)
    top = base - height * 0.72
    light = 1 if palette.light > 0 else -1
    crowns: list[tuple[Point, float]] = [
        ((x + lean + rng.uniform(-0.05, 0.05) * height, top), 0.26)
    ]
    crowns += [
        (
            (
                x + lean + side * height * rng.uniform(0.14, 0.2),
                top + height * rng.uniform(0.05, 0.1),
            ),
            0.2,
        )
        for side in (-1, 1)
    ]
    crowns.append(((x + lean, top - height * 0.14), 0.19))
    outlines = [
        blob(cx, cy, size * height * 1.1, size * height * 0.9, rng, bumps=13, rough=0.16)
        for (cx, cy), size in crowns
    ]
    for outline in outlines:
        canvas.line(outline, pen * 2.0, ink, closed=True)
    for outline in outlines:
        canvas.fill(outline, leaf)
    for (cx, cy), size in crowns:
        size *= height
        canvas.fill(
            blob(
                cx - light * size * 0.25, cy + size * 0.25, size * 0.75, size * 0.5, rng, rough=0.25
            ),
            mix(leaf, ink, 0.16),
        )
        canvas.fill(
            blob(cx + light * size * 0.3, cy - size * 0.3, size * 0.5, size * 0.35, rng, rough=0.3),
            mix(leaf, palette.sky_low, 0.2),
        )
        if depth < 0.5:
            _scribble(canvas, cx, cy, size, pen * 0.6, ink, rng)


def _scribble(
    canvas: Canvas, x: float, y: float, size: float, pen: float, ink: Color, rng: random.Random
) -> None:
    """Suggest leaves by a few loose curls of the pen."""
    for _ in range(7):
        cx, cy = x + rng.uniform(-0.75, 0.75) * size, y + rng.uniform(-0.6, 0.6) * size
        curl = [
            (cx - size * 0.1, cy),
            (cx - size * 0.03, cy - size * 0.07),
            (cx + size * 0.04, cy),
            (cx + size * 0.11, cy - size * 0.06),
        ]
        canvas.line(smooth(curl, closed=False, steps=4), pen, mix(ink, (128, 128, 128), 0.12))


def _pine(
    stage: Stage,
    canvas: Canvas,
    x: float,
    base: float,
    height: float,
    depth: float,
    rng: random.Random,
) -> None:
    palette = stage.palette
    ink = palette.soften(depth)
    leaf = mix(palette.far(palette.leaf, depth), palette.far((50, 70, 66), depth), 0.4)
    left: list[Point] = []
    right: list[Point] = []
    tiers = 7
    for tier in range(tiers):
        y = base - height * (0.08 + 0.92 * tier / tiers)
        wide = height * 0.2 * (1 - tier / tiers) * rng.uniform(0.85, 1.15)
        left += [(x - wide, y), (x - wide * 0.45, y - height * 0.05)]
        right += [(x + wide, y), (x + wide * 0.45, y - height * 0.05)]
    canvas.shape(
        limb((x, base, height * 0.02), (x, base - height * 0.3, height * 0.016)),
        palette.far(BARK, depth),
        width=0.001,
        ink=ink,
    )
    canvas.shape(
        [*left, (x, base - height), *right[::-1]],
        leaf,
        width=0.001 + 0.003 * min(1.0, height),
        ink=ink,
    )


def trunk(
    stage: Stage,
    canvas: Canvas,
    x: float,
    base: float,
    thick: float,
    depth: float,
    rng: random.Random,
) -> None:
    """Draw a trunk that goes up out of the picture."""
    bark = stage.palette.far(BARK, depth)
    ink = stage.palette.soften(depth)
    lean = rng.uniform(-0.1, 0.1)
    top = stage.view.top - 0.02
    canvas.shape(_flared(x, base, top, thick, lean), bark, width=0.0015 + thick * 0.03, ink=ink)
    if depth > 0.6:
        return
    for _ in range(5):
        y = rng.uniform(0.0, base)
        side = rng.uniform(-0.6, 0.6) * thick
        canvas.line(
            smooth(
                [(x + side, y), (x + side * 0.9 + 0.004, y + 0.04), (x + side, y + 0.1)],
                closed=False,
            ),
            0.0014,
            ink,
        )


def _flared(x: float, base: float, top: float, thick: float, lean: float) -> Curve:
    """Return the outline of a trunk whose foot spreads into roots."""
    high, middle = base - thick * 2.2, (base + top) / 2
    left = [
        (x - thick * 2.1, base),
        (x - thick * 1.2, base - thick * 0.7),
        (x - thick * 0.95, high),
        (x - thick * 0.8 + lean * 0.6, middle),
    ]
    right = [
        (x + thick * 0.8 + lean * 0.6, middle),
        (x + thick * 0.95, high),
        (x + thick * 1.2, base - thick * 0.7),
        (x + thick * 2.1, base),
    ]
    crown = [(x - thick * 0.7 + lean, top), (x + thick * 0.7 + lean, top)]
    foot = [
        (x + thick * 2.1, base),
        (x + thick * 0.6, base + thick * 0.25),
        (x - thick * 0.5, base + thick * 0.1),
        (x - thick * 2.1, base),
    ]
    return smooth([*left, *crown, *right, *foot])


def grass(
    stage: Stage,
    canvas: Canvas,
    low: float,
    count: int,
    size: float,
    rng: random.Random,
    *,
    color: Color | None = None,
    flowers: bool = False,
    reach: float = 0.1,
) -> None:
    """Draw tufts of grass along a strip whose lower edge is `low`."""
    leaf = color or mix(stage.palette.leaf, stage.palette.ink, 0.35)
    for _ in range(count):
        x, y = rng.uniform(*stage.span), low - rng.random() * reach
        for _ in range(4):
            lean, tall = rng.uniform(-0.5, 0.5) * size, size * rng.uniform(0.6, 1.2)
            canvas.shape(
                [
                    (x - size * 0.05, y),
                    (x + lean * 0.4 - size * 0.03, y - tall * 0.6),
                    (x + lean, y - tall),
                    (x + lean * 0.4 + size * 0.05, y - tall * 0.6),
                    (x + size * 0.07, y),
                ],
                leaf,
                width=0,
            )
        if flowers and rng.random() < 0.3:
            tone = stage.palette.lit(rng.choice(((214, 92, 80), (236, 206, 110), (226, 226, 232))))
            canvas.fill(blob(x, y - size * 1.1, size * 0.12, size * 0.12, rng, bumps=6), tone)


def branch_tree(stage: Stage, canvas: Canvas, side: float, perch: Point) -> None:
    """Draw a great tree at the picture's side with a bough that ends beyond `perch`."""
    palette, rng = stage.palette, stage.rng
    bark, ink = palette.lit(BARK), palette.ink
    x = side
    reach = 1 if perch[0] > side else -1
    tip = (perch[0] + 0.2 * reach, perch[1] - 0.035)
    bough = limb(
        (x + 0.01 * reach, perch[1] + 0.16, 0.036),
        (x + (perch[0] - x) * 0.5, perch[1] + 0.045, 0.024),
        (perch[0], perch[1] + 0.012, 0.015),
        (*tip, 0.006),
    )
    canvas.shape(bough, bark, width=0.004)
    canvas.shape(
        limb(
            (x, stage.view.bottom + 0.05, 0.12),
            (x, 0.92, 0.085),
            (x + 0.01 * reach, 0.55, 0.066),
            (x - 0.02 * reach, 0.2, 0.06),
            (x, stage.view.top - 0.05, 0.055),
        ),
        bark,
        width=0.005,
    )
    for share in (0.25, 0.6):
        sx, sy = perch[0] + (tip[0] - perch[0]) * share, perch[1]
        canvas.line(
            smooth(
                [(sx, sy), (sx + 0.05 * reach, sy + 0.03), (sx + 0.09 * reach, sy + 0.035)],
                closed=False,
            ),
            0.004,
        )
        _leaves(stage, canvas, (sx + 0.09 * reach, sy + 0.035), 7, rng)
    for _ in range(9):
        y = rng.uniform(0.0, 0.95)
        dx = rng.uniform(-0.04, 0.04)
        canvas.line(
            smooth(
                [(x + dx, y), (x + dx + 0.008, y + 0.05), (x + dx - 0.003, y + 0.11)], closed=False
            ),
            0.002,
        )
    _leaves(stage, canvas, tip, 12, rng)
    for turn in range(9):
        angle = math.pi * (1.0 + turn / 8)
        cx, cy = x + math.cos(angle) * 0.42, 0.0 + math.sin(angle) * 0.1 + 0.01
        leaf = palette.lit(mix(palette.leaf, palette.ink, 0.12 * (turn % 3)))
        canvas.shape(blob(cx, cy, 0.16, 0.1, rng, bumps=15, rough=0.2), leaf, width=0.003, ink=ink)
        _scribble(canvas, cx, cy, 0.12, 0.0018, ink, rng)


def _leaves(stage: Stage, canvas: Canvas, at: Point, count: int, rng: random.Random) -> None:
    for _ in range(count):
        x, y = at[0] + rng.uniform(-0.06, 0.06), at[1] + rng.uniform(-0.035, 0.035)
        turn, size = rng.uniform(0, 6.28), rng.uniform(0.012, 0.022)
        dx, dy = math.cos(turn) * size, math.sin(turn) * size
        leaf = smooth(
            [
                (x - dx, y - dy),
                (x - dx, y - dy),
                (x - dy * 0.4, y + dx * 0.4),
                (x + dx, y + dy),
                (x + dx, y + dy),
                (x + dy * 0.4, y - dx * 0.4),
            ],
            steps=4,
        )
        canvas.shape(
            leaf,
            stage.palette.lit(mix(stage.palette.leaf, stage.palette.glow, rng.uniform(0, 0.25))),
            width=0.0014,
        )
