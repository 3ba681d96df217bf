"""Sets under the open sky: forest, meadow, road, sea, river, mountains, desert, cave, space."""

from __future__ import annotations

from nodes.animatic.curves import Curve, Point, blob, ridge, seeded, smooth
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage
from nodes.animatic.trees import grass, tree, trunk

_EARTH: Color = (176, 152, 112)
_SAND: Color = (222, 200, 150)
_ROCK: Color = (132, 128, 126)


def _hills(
    stage: Stage, color: Color, *, rows: int = 3, rise: float = 0.12, sharp: bool = False
) -> None:
    """Draw ranges of hills, each nearer, lower and stronger than the one behind it."""
    left, right = stage.span
    for row in range(rows):
        depth = 1 - 0.22 * row
        base = stage.horizon + 0.012 * row
        line = ridge(
            left,
            right,
            base,
            rise * stage.zoom * (1 - 0.25 * row),
            stage.rng,
            peaks=7 + 2 * row,
            sharp=sharp,
        )
        tone = stage.palette.far(color, depth)
        stage.far.fill(stage.below(line), tone)
        stage.far.line(line, 0.0016 + 0.0006 * row, stage.palette.soften(depth))


def ground(stage: Stage, color: Color | None = None, *, bands: int = 24) -> None:
    """Lay the ground from the horizon to the camera as washes that get stronger."""
    left, right = stage.span
    rng = stage.rng
    for band in range(bands):
        depth = 1 - band / bands
        y = stage.down(depth) if band else stage.horizon
        line: Curve = smooth(
            [
                (left + (right - left) * i / 6, y + rng.uniform(-0.006, 0.006) * (band > 0))
                for i in range(7)
            ],
            closed=False,
        )
        stage.mid.fill(stage.below(line), stage.floor_color(depth * 0.8, color))


def _strokes(stage: Stage, count: int, *, long: float = 0.05) -> None:
    """Lay short level pen strokes on the ground, smaller towards the horizon."""
    for _ in range(count):
        depth = stage.rng.random()
        y = stage.down(depth)
        x = stage.rng.uniform(*stage.span)
        length = long * (1.1 - depth)
        stage.mid.line(
            [(x, y), (x + length * 0.5, y - 0.002), (x + length, y)],
            0.0015 * (1.2 - depth),
            mix(stage.floor_color(depth), stage.palette.ink, 0.4),
        )


def plain(stage: Stage) -> None:
    """Open country for whatever has no place of its own."""
    _hills(stage, stage.palette.leaf, rows=2, rise=0.08)
    ground(stage)
    _strokes(stage, 50)
    grass(stage, stage.mid, 0.98, 16, 0.03, stage.rng, reach=0.3)


def meadow(stage: Stage) -> None:
    """Grass, hills, a few trees."""
    _hills(stage, stage.palette.leaf, rise=0.13)
    _copse(stage, 5)
    ground(stage, mix(stage.palette.ground, stage.palette.leaf, 0.5))
    _strokes(stage, 40)
    tree(
        stage,
        stage.mid,
        stage.across(stage.rng.choice((0.09, 0.93))),
        stage.horizon + 0.06,
        0.42 * stage.zoom,
        0.35,
        stage.rng,
    )
    grass(stage, stage.mid, 0.98, 34, 0.035, stage.rng, reach=0.32, flowers=True)
    grass(stage, stage.fore, stage.view.bottom, 34, 0.12, stage.rng, reach=0.03)


def _copse(stage: Stage, count: int, *, pine: bool = False) -> None:
    for _ in range(count):
        x = stage.rng.uniform(*stage.span)
        tree(
            stage,
            stage.far,
            x,
            stage.horizon + 0.01,
            stage.rng.uniform(0.08, 0.15) * stage.zoom,
            0.75,
            stage.rng,
            pine=pine,
        )


def road(stage: Stage) -> None:
    """A country road that winds towards the hills, with a fence and a tree."""
    _hills(stage, stage.palette.leaf, rise=0.14)
    _copse(stage, 6)
    ground(stage, mix(stage.palette.ground, stage.palette.leaf, 0.4))
    _strokes(stage, 30)
    _winding(stage, _EARTH)
    _fence(stage)
    tree(
        stage, stage.mid, stage.across(0.9), stage.horizon + 0.09, 0.5 * stage.zoom, 0.3, stage.rng
    )
    tree(
        stage,
        stage.mid,
        stage.across(0.06),
        stage.horizon + 0.05,
        0.34 * stage.zoom,
        0.4,
        stage.rng,
    )
    grass(stage, stage.mid, 0.97, 20, 0.03, stage.rng, reach=0.25, flowers=True)
    grass(stage, stage.fore, stage.view.bottom, 26, 0.11, stage.rng, reach=0.02)


def _winding(stage: Stage, color: Color) -> None:
    """Draw a path that swings and widens from the horizon to the camera."""
    middle = stage.across(0.5)
    left: list[Point] = []
    right: list[Point] = []
    for step in range(13):
        depth = 1 - step / 12
        y = stage.down(depth) if step < 12 else stage.view.bottom
        near = (1 - depth) ** 1.5
        swing = (
            0.14
            * stage.view.aspect
            * (0.9 - near)
            * (1 if (step // 3) % 2 else -1)
            * (0.3 + depth * 0.5)
        )
        wide = 0.012 + 0.42 * near
        left.append((middle + swing - wide, y))
        right.append((middle + swing + wide, y))
    outline = [*smooth(left, closed=False), *smooth(right, closed=False)[::-1]]
    stage.mid.fill(outline, stage.floor_color(0.28, color))
    for edge in (left, right):
        stage.mid.line(
            smooth(edge, closed=False), 0.0022, mix(stage.palette.ink, stage.palette.sky_low, 0.3)
        )
    for _ in range(16):
        depth = stage.rng.random() ** 1.5
        y, near = stage.down(depth), (1 - depth) ** 1.5
        x = middle + stage.rng.uniform(-0.35, 0.35) * near
        stage.mid.line(
            [(x, y), (x + 0.05 * near + 0.01, y + 0.002)], 0.0014, stage.palette.soften(0.4)
        )


def _fence(stage: Stage) -> None:
    wood = stage.palette.far((124, 100, 76), 0.35)
    ink = stage.palette.soften(0.35)
    tall = 0.075 * stage.zoom
    posts = [(stage.across(0.12 + 0.07 * i), stage.horizon + 0.055 - 0.004 * i) for i in range(5)]
    for rail in (0.35, 0.75):
        stage.mid.line([(x, y - tall * rail) for x, y in posts], 0.005, wood)
    for x, y in posts:
        stage.mid.shape(
            [(x - 0.006, y), (x - 0.005, y - tall), (x + 0.005, y - tall), (x + 0.006, y)],
            wood,
            width=0.0018,
            ink=ink,
        )


def forest(stage: Stage) -> None:
    """Trunks in rows, paler into the depth, with leaves above and ferns below."""
    palette, rng = stage.palette, stage.rng
    left, right = stage.span
    canopy = palette.far(palette.leaf, 0.9)
    line = ridge(left, right, stage.horizon + 0.02, 0.3 * stage.zoom, rng, peaks=16)
    stage.far.fill(stage.below(line), mix(canopy, palette.sky_low, 0.35))
    for row, depth in enumerate((0.95, 0.75)):
        for _ in range(16 - row * 5):
            trunk(
                stage,
                stage.far,
                rng.uniform(left, right),
                stage.horizon + 0.015 + row * 0.02,
                (0.007 + 0.006 * row) * stage.zoom,
                depth,
                rng,
            )
    ground(stage, mix(palette.leaf, (120, 104, 76), 0.45))
    for x in (0.02, 0.16, 0.86, 0.99, -0.1, 1.1):
        trunk(
            stage,
            stage.mid,
            stage.across(x + rng.uniform(-0.03, 0.03)),
            stage.horizon + rng.uniform(0.04, 0.1),
            rng.uniform(0.022, 0.034) * stage.zoom,
            0.4,
            rng,
        )
    for _ in range(10):
        x = rng.uniform(left, right)
        stage.mid.shape(
            blob(
                x,
                stage.horizon + rng.uniform(0.01, 0.05),
                rng.uniform(0.05, 0.1),
                rng.uniform(0.02, 0.05),
                rng,
                bumps=11,
            ),
            palette.far(palette.leaf, 0.45),
            width=0.0015,
            ink=palette.soften(0.45),
        )
    _canopy(stage)
    grass(stage, stage.mid, 0.98, 26, 0.04, rng, reach=0.3)
    grass(stage, stage.fore, stage.view.bottom, 26, 0.13, rng, reach=0.02)


def _canopy(stage: Stage) -> None:
    """Hang leaves into the upper corners."""
    rng, palette = stage.rng, stage.palette
    leaf = mix(palette.lit(palette.leaf), palette.ink, 0.3)
    for side in (0.0, 1.0):
        for _ in range(7):
            x = stage.across(side) + (0.3 * rng.random() - 0.08) * (1 if side == 0 else -1)
            stage.fore.shape(
                blob(
                    x,
                    rng.uniform(stage.view.top, 0.02),
                    rng.uniform(0.09, 0.16),
                    rng.uniform(0.05, 0.09),
                    rng,
                    bumps=14,
                    rough=0.25,
                ),
                mix(leaf, palette.leaf, rng.random() * 0.4),
                width=0.0025,
            )


def sea(stage: Stage) -> None:
    """Water to the horizon, a strip of sand in front."""
    palette, rng = stage.palette, stage.rng
    left, right = stage.span
    water = mix(palette.sky_top, (70, 120, 140), 0.35)
    for band in range(6):
        y = stage.horizon + (1 - stage.horizon) * 0.62 * (band / 6) ** 1.3
        stage.mid.fill(
            [(left, y), (right, y), (right, 1.3), (left, 1.3)],
            mix(palette.sky_low, palette.lit(water), 0.4 + 0.1 * band),
        )
    stage.mid.line([(left, stage.horizon), (right, stage.horizon)], 0.0014)
    for _ in range(60):
        depth = rng.random()
        y = stage.horizon + (1 - stage.horizon) * 0.6 * (1 - depth) ** 1.4
        x, size = rng.uniform(left, right), 0.02 + 0.07 * (1 - depth)
        tone = (
            mix(palette.sky_low, (255, 255, 255), 0.3)
            if rng.random() < 0.5
            else palette.soften(depth * 0.6)
        )
        stage.mid.line(
            smooth(
                [
                    (x, y),
                    (x + size * 0.3, y - size * 0.08),
                    (x + size * 0.6, y),
                    (x + size, y - size * 0.05),
                ],
                closed=False,
            ),
            0.0016,
            tone,
        )
    if {subject.kind for subject in stage.scene.subjects} & {"ship", "boat", "fish"}:
        return
    shore = smooth(
        [
            (left + (right - left) * i / 6, 0.8 + 0.03 * (i % 2) + rng.uniform(-0.02, 0.02))
            for i in range(7)
        ],
        closed=False,
    )
    stage.mid.fill(
        stage.below([(x, y - 0.02) for x, y in shore]), mix(palette.sky_low, (255, 255, 255), 0.4)
    )
    stage.mid.fill(stage.below(shore), stage.floor_color(0.1, _SAND))
    for _ in range(4):
        stage.fore.shape(
            blob(
                rng.choice((left, right)) + rng.uniform(-0.1, 0.1),
                1.08,
                rng.uniform(0.12, 0.2),
                0.13,
                rng,
                bumps=8,
            ),
            palette.lit(_ROCK),
            width=0.004,
        )


def river(stage: Stage) -> None:
    """A river that comes out of the hills between trees."""
    _hills(stage, stage.palette.leaf, rise=0.15)
    _copse(stage, 8, pine=True)
    ground(stage, mix(stage.palette.ground, stage.palette.leaf, 0.55))
    _winding(stage, mix(stage.palette.sky_top, (120, 160, 170), 0.4))
    tree(
        stage,
        stage.mid,
        stage.across(0.08),
        stage.horizon + 0.08,
        0.46 * stage.zoom,
        0.3,
        stage.rng,
    )
    tree(
        stage,
        stage.mid,
        stage.across(0.94),
        stage.horizon + 0.05,
        0.36 * stage.zoom,
        0.35,
        stage.rng,
    )
    grass(stage, stage.fore, stage.view.bottom, 26, 0.13, stage.rng, reach=0.02)


def mountain(stage: Stage) -> None:
    """Jagged ranges with snow, pines in front."""
    left, right = stage.span
    palette, rng = stage.palette, stage.rng
    for row, (rise, depth) in enumerate(((0.46, 1.0), (0.3, 0.75))):
        line = ridge(
            left,
            right,
            stage.horizon + 0.02,
            rise * min(1.5, stage.zoom),
            rng,
            peaks=7 + row * 3,
            sharp=True,
        )
        stage.far.fill(stage.below(line), palette.far(mix(_ROCK, palette.sky_top, 0.3), depth))
        stage.far.line(line, 0.002, palette.soften(depth * 0.8))
        snow = palette.far((244, 246, 250), depth * 0.7)
        for x, y in (
            p for i, p in enumerate(line) if i % 12 == 6 and p[1] < stage.horizon - rise * 0.45
        ):
            stage.far.fill(
                [
                    (x, y),
                    (x - 0.04, y + 0.06),
                    (x - 0.015, y + 0.05),
                    (x, y + 0.08),
                    (x + 0.015, y + 0.055),
                    (x + 0.04, y + 0.07),
                ],
                snow,
            )
    ground(stage, mix(palette.ground, _ROCK, 0.4))
    for _ in range(14):
        x = rng.uniform(left, right)
        if abs(x - stage.across(0.5)) > 0.3:
            tree(
                stage,
                stage.mid,
                x,
                stage.horizon + rng.uniform(0.01, 0.07),
                rng.uniform(0.12, 0.24) * stage.zoom,
                0.4,
                rng,
                pine=True,
            )
    _strokes(stage, 40)
    for x in (left + 0.1, right - 0.15):
        stage.fore.shape(blob(x, 1.1, 0.26, 0.18, rng, bumps=8), palette.lit(_ROCK), width=0.004)


def desert(stage: Stage) -> None:
    """Dunes with a lit and a shaded side."""
    palette, rng = stage.palette, stage.rng
    left, right = stage.span
    for row in range(4):
        depth = 1 - 0.24 * row
        canvas = stage.far if row < 2 else stage.mid
        y = stage.horizon + 0.1 * row
        line = ridge(left, right, y + 0.04, 0.1 + 0.03 * row, rng, peaks=4 + row % 2)
        canvas.fill(stage.below(line), palette.far(_SAND, depth * 0.7))
        canvas.line(line, 0.002, palette.soften(depth * 0.6))
        for index in range(12, len(line) - 8, 20):
            x, top = line[index]
            side = -0.12 if palette.light > 0 else 0.12
            canvas.fill(
                smooth(
                    [
                        (x, top),
                        (x, top),
                        (x + side * 0.3, top + 0.05),
                        (x + side * 1.6, top + 0.11),
                        (x + side * 2.4, top + 0.06),
                        (x + side, top + 0.03),
                    ]
                ),
                palette.far(mix(_SAND, palette.ambient, 0.3), depth * 0.7),
            )
    _strokes(stage, 16, long=0.12)


def cave(stage: Stage) -> None:
    """Dark rock around a pale opening."""
    palette, rng = stage.palette, stage.rng
    dark = mix(palette.lit(_ROCK), palette.ink, 0.55)
    ground(stage, mix(_ROCK, palette.ink, 0.35))
    middle = (stage.across(0.5), 0.4)
    for ring, (rx, ry) in enumerate(((0.42, 0.36), (0.62, 0.46))):
        canvas = stage.mid if ring == 0 else stage.fore
        hole = blob(
            *middle,
            rx * stage.view.aspect,
            ry,
            seeded(rng.randrange(99)),
            bumps=16,
            rough=0.14,
        )
        top = [p for p in hole if p[1] < 0.55]
        top.sort()
        left, right = stage.span
        canvas.fill(
            [
                (left, stage.view.top),
                (right, stage.view.top),
                (right, 1.3),
                (top[-1][0], 1.3),
                *top[::-1],
                (top[0][0], 1.3),
                (left, 1.3),
            ],
            mix(dark, palette.ink, 0.4 * ring),
        )
        canvas.line(top, 0.004)


def space(stage: Stage) -> None:
    """A planet's rim below the stars."""
    palette = stage.palette
    x = stage.across(0.5)
    stage.far.shape(
        blob(stage.across(0.8), 0.26, 0.14, 0.14, stage.rng, bumps=20, rough=0.0),
        palette.far((196, 150, 110), 0.3),
        width=0.002,
    )
    rim = blob(x, stage.horizon + 2.2, 3.0, 2.2, stage.rng, bumps=40, rough=0.0)
    stage.mid.shape(rim, palette.lit(_ROCK), width=0.003)
    for _ in range(9):
        cx, cy = stage.rng.uniform(*stage.span), stage.rng.uniform(stage.horizon + 0.12, 1.0)
        stage.mid.shape(
            blob(cx, cy, 0.07, 0.016, stage.rng),
            mix(palette.lit(_ROCK), palette.ink, 0.25),
            width=0.0015,
        )
