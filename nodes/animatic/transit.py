"""Where one travels: station, harbour, bridge, waterfall; inside a train, a boat, a spaceship."""

from __future__ import annotations

from nodes.animatic import nature
from nodes.animatic.curves import Point, blob, ellipse, smooth
from nodes.animatic.masonry import LAMP, STONE, dark, rect
from nodes.animatic.nature import ground
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import Placement, paint
from nodes.animatic.stage import Stage
from nodes.animatic.vehicles import VEHICLES
from nodes.animatic.venues import shell, tone

_IRON: Color = (70, 82, 84)


def rails(stage: Stage) -> float:
    """Return the y on which a train at the platform stands."""
    return stage.horizon + 0.075


def station(stage: Stage) -> None:
    """A platform under a glass roof on iron columns; rails, a clock, a bench's worth of floor."""
    palette = stage.palette
    left, right = stage.span
    zoom = min(1.4, stage.zoom)
    ink = palette.soften(0.3)
    wall = rect(left, stage.horizon - 0.15 * zoom, right, stage.horizon + 0.02)
    stage.far.shape(wall, palette.far((150, 112, 94), 0.6), width=0.0018, ink=palette.soften(0.6))
    x = left
    while x < right:
        arch = _arch(x + 0.03, stage.horizon - 0.11 * zoom, 0.07, stage.horizon + 0.02)
        glow = LAMP if dark(stage) and stage.rng.random() < 0.4 else palette.far((92, 88, 94), 0.55)
        stage.far.fill(arch, glow)
        x += 0.15
    ground(stage, (116, 110, 106))
    for y in (0.05, 0.08):
        stage.mid.line([(left, stage.horizon + y), (right, stage.horizon + y)], 0.004, ink)
    x = left
    while x < right:
        stage.mid.line([(x, stage.horizon + 0.045), (x - 0.02, stage.horizon + 0.085)], 0.004, ink)
        x += 0.055
    edge = stage.horizon + 0.11
    stage.mid.fill(rect(left, edge, right, 1.3), stage.floor_color(0.12, (170, 164, 154)))
    stage.mid.shape(rect(left - 0.1, edge, right + 0.1, edge + 0.02), palette.lit((226, 214, 170)))
    stage.mid.fill(
        rect(left, edge + 0.02, right, edge + 0.03), stage.floor_color(0.1, (120, 116, 110))
    )
    for column in range(-8, 9):
        x = stage.across(0.5)
        stage.mid.line(
            [(x + column * 0.2, edge + 0.03), (x + column * 0.42, stage.view.bottom)], 0.0014, ink
        )
    _canopy(stage, edge, zoom)


def _arch(left: float, top: float, wide: float, low: float) -> list[Point]:
    middle = left + wide / 2
    return [
        (left, low),
        (left, top + wide * 0.4),
        (middle - wide * 0.3, top + wide * 0.1),
        (middle, top),
        (middle + wide * 0.3, top + wide * 0.1),
        (left + wide, top + wide * 0.4),
        (left + wide, low),
    ]


def _canopy(stage: Stage, edge: float, zoom: float) -> None:
    left, right = stage.span
    iron = stage.palette.lit(_IRON)
    roof = 0.1
    glass = mix(stage.palette.sky_top, stage.palette.lit((170, 188, 190)), 0.4)
    stage.mid.shape(rect(left - 0.1, stage.view.top - 0.1, right + 0.1, roof - 0.03), glass)
    x = left
    while x < right:
        stage.mid.line([(x, stage.view.top), (x + 0.04, roof - 0.03)], 0.003, iron)
        x += 0.12
    stage.mid.shape(rect(left - 0.1, roof - 0.03, right + 0.1, roof), iron, width=0.002)
    for share in (0.06, 0.5, 0.94):
        x = stage.across(share)
        stage.mid.shape(rect(x - 0.011, roof, x + 0.011, edge + 0.04), iron, width=0.002)
        for side in (-1, 1):
            curve = smooth(
                [(x, roof + 0.13), (x + side * 0.03, roof + 0.05), (x + side * 0.11, roof)],
                closed=False,
            )
            stage.mid.line(curve, 0.005, iron)
    x, y, size = stage.across(0.7), roof + 0.1 * zoom, 0.055 * zoom
    stage.mid.line([(x, roof), (x, y)], 0.005, iron)
    stage.mid.shape(ellipse(x, y, size, size), iron, width=0.002)
    face = LAMP if dark(stage) else stage.palette.lit((240, 234, 216))
    stage.mid.fill(ellipse(x, y, size * 0.8, size * 0.8), face)
    stage.mid.line([(x, y), (x, y - size * 0.6)], 0.004)
    stage.mid.line([(x, y), (x + size * 0.4, y + size * 0.1)], 0.004)


def harbour(stage: Stage) -> None:
    """Houses along a quay, boats at their moorings."""
    palette, rng = stage.palette, stage.rng
    left, right = stage.span
    x = left
    while x < right:
        wide, tall = rng.uniform(0.09, 0.13), rng.uniform(0.1, 0.18)
        top = stage.horizon - tall
        wall = palette.far(rng.choice(((214, 190, 150), (196, 140, 112), (170, 184, 186))), 0.55)
        ink = palette.soften(0.55)
        stage.far.shape(rect(x, top, x + wide, stage.horizon + 0.02), wall, width=0.0016, ink=ink)
        stage.far.shape(
            [(x - 0.006, top), (x + wide / 2, top - 0.045), (x + wide + 0.006, top)],
            palette.far((150, 88, 68), 0.5),
            width=0.0016,
            ink=ink,
        )
        for row in range(2):
            for column in (0.25, 0.65):
                pane = rect(
                    x + wide * column,
                    top + 0.02 + 0.045 * row,
                    x + wide * column + 0.016,
                    top + 0.045 + 0.045 * row,
                )
                lit = dark(stage) and rng.random() < 0.6
                stage.far.fill(pane, LAMP if lit else mix(wall, palette.ink, 0.45))
        x += wide
    water = mix(palette.sky_top, palette.lit((80, 130, 146)), 0.6)
    stage.mid.fill(rect(left, stage.horizon + 0.015, right, 1.3), water)
    for _ in range(26):
        x, y = rng.uniform(left, right), stage.horizon + rng.uniform(0.03, 0.28)
        stage.mid.line([(x, y), (x + 0.05, y + 0.002)], 0.0016, mix(water, palette.sky_low, 0.5))
    for share, scale in ((0.16, 0.0022), (0.56, 0.0019), (0.88, 0.0024)):
        place = Placement(stage.across(share), stage.horizon + 0.12, scale * stage.zoom, depth=0.35)
        paint(stage.mid, VEHICLES["boat"](), place, palette, rng)
    quay = stage.down(0.42)
    stage.mid.shape(rect(left - 0.1, quay, right + 0.1, 1.3), stage.floor_color(0.15, STONE))
    for row in range(3):
        y = quay + 0.05 * (row + 1) ** 1.4
        stage.mid.line([(left, y), (right, y)], 0.0015, palette.soften(0.4))
    for share in (0.08, 0.72):
        x = stage.across(share)
        stage.mid.shape(rect(x - 0.018, quay - 0.05, x + 0.018, quay + 0.02), palette.lit(_IRON))
        stage.mid.shape(ellipse(x, quay - 0.05, 0.026, 0.012), palette.lit(_IRON))


def bridge(stage: Stage) -> None:
    """A stone bridge of three arches over a river."""
    nature.river(stage)
    palette = stage.palette
    left, right = stage.span
    deck = stage.horizon - 0.1
    stone, ink = palette.far(STONE, 0.35), palette.soften(0.35)
    low = stage.horizon + 0.14
    top: list[Point] = [
        (left - 0.1, deck + 0.05),
        (stage.across(0.5), deck - 0.02),
        (right + 0.1, deck + 0.05),
    ]
    outline: list[Point] = [*smooth(top, closed=False), (right + 0.1, low)]
    span = stage.view.aspect * 0.27
    for index in (1, 0, -1):
        middle = stage.across(0.5) + index * span * 1.12
        for step in range(11):
            c = 1 - step / 5
            outline.append((middle + span * 0.44 * c, low - 0.19 * max(0.0, 1 - c * c) ** 0.5))
    outline.append((left - 0.1, low))
    stage.mid.shape(outline, stone, width=0.003, ink=ink)
    stage.mid.line([(x, y + 0.035) for x, y in smooth(top, closed=False)], 0.003, ink)


def waterfall(stage: Stage) -> None:
    """Water that falls from a cliff into a pool."""
    nature.mountain(stage)
    palette, rng = stage.palette, stage.rng
    x, top, low = stage.across(0.62), 0.06, stage.horizon + 0.16
    rock = palette.far((128, 124, 120), 0.35)
    for side in (-1, 1):
        cliff = [
            (x + side * 0.1, low),
            (x + side * 0.09, top),
            (x + side * 0.2, top - 0.05),
            (x + side * 0.34, top + 0.08),
            (x + side * 0.42, low * 0.6),
            (x + side * 0.56, low),
        ]
        stage.mid.shape(cliff, rock, width=0.003)
        stage.mid.hatch(cliff, mix(rock, palette.ink, 0.4), gap=0.03)
    water = mix(palette.lit((214, 230, 234)), palette.sky_low, 0.2)
    stage.mid.shape(rect(x - 0.1, top, x + 0.1, low), water, width=0.002, ink=mix(water, rock, 0.5))
    for _ in range(16):
        dx, y = rng.uniform(-0.09, 0.09), rng.uniform(top, low - 0.2)
        line = [(x + dx, y), (x + dx * 1.04, y + rng.uniform(0.1, 0.2))]
        stage.mid.line(line, 0.002, mix(water, palette.sky_top, 0.6))
    pool = mix(palette.sky_top, palette.lit((110, 156, 164)), 0.5)
    stage.mid.shape(ellipse(x, low + 0.05, 0.6, 0.09), pool, width=0.002)
    for step in range(7):
        puff = blob(x - 0.15 + 0.05 * step, low + 0.005, 0.045, 0.025, rng)
        stage.mid.fill(puff, mix(water, (255, 255, 255), 0.3))


def carriage(stage: Stage) -> None:
    """The inside of a railway carriage: windows on the passing country, seats, a rack."""
    base = shell(stage, (150, 106, 80), (120, 92, 78), boards=True)
    palette = stage.palette
    zoom = min(1.4, stage.zoom)
    wide = 0.4 * zoom
    x = stage.across(0.5) - wide * 2.55
    while x < stage.view.right:
        window = rect(x, 0.14, x + wide, base - 0.2)
        stage.far.shape(window, mix(palette.sky_top, palette.sky_low, 0.6), width=0.005)
        hill = smooth(
            [(x, base - 0.25), (x + wide * 0.4, base - 0.3), (x + wide, base - 0.26)], closed=False
        )
        stage.far.fill(
            [*hill, (x + wide, base - 0.2), (x, base - 0.2)], palette.far(palette.leaf, 0.55)
        )
        for dx in (0.02, wide - 0.05):
            stage.far.shape(
                rect(x + dx, 0.12, x + dx + 0.03, base - 0.2),
                tone(stage, (150, 70, 58)),
                width=0.002,
            )
        x += wide * 1.3
    left, right = stage.span
    stage.far.shape(rect(left, 0.06, right, 0.078), tone(stage, (210, 172, 96)), width=0.002)
    for share in (-0.02, 0.8):
        _seat(stage, stage.across(share), base, zoom)


def _seat(stage: Stage, x: float, base: float, zoom: float) -> None:
    cloth = tone(stage, (96, 116, 96))
    wide = 0.34 * zoom
    stage.mid.shape(rect(x, base - 0.32 * zoom, x + wide, base), cloth, width=0.003)
    stage.mid.shape(
        rect(x - 0.02, base - 0.08 * zoom, x + wide + 0.02, base + 0.05),
        mix(cloth, (0, 0, 0), 0.15),
    )
    stage.mid.line([(x + wide / 2, base - 0.3 * zoom), (x + wide / 2, base - 0.08)], 0.002)


def cabin(stage: Stage) -> None:
    """The inside of a boat: planks, ribs, portholes on the sea, a lantern."""
    base = shell(stage, (158, 116, 80), (124, 92, 66), boards=True)
    left, right = stage.span
    palette = stage.palette
    for row in range(7):
        y = stage.view.top + (base - stage.view.top) * row / 7
        stage.far.line([(left, y), (stage.across(0.5), y + 0.012), (right, y)], 0.0018)
    for share in (0.22, 0.5, 0.78):
        x, y, size = stage.across(share), 0.3, 0.1
        stage.far.shape(ellipse(x, y, size, size), tone(stage, (206, 170, 92)), width=0.003)
        stage.far.shape(
            ellipse(x, y, size * 0.78, size * 0.78), mix(palette.sky_low, palette.sky_top, 0.4)
        )
        sea = [
            (x + size * 0.78 * c, y + size * 0.78 * s)
            for c, s in (
                (-0.98, 0.2),
                (0.98, 0.2),
                (0.8, 0.6),
                (0.4, 0.92),
                (-0.4, 0.92),
                (-0.8, 0.6),
            )
        ]
        stage.far.fill(sea, palette.lit((70, 118, 138)))
    for share in (0.06, 0.36, 0.64, 0.94):
        x = stage.across(share)
        stage.mid.shape(
            rect(x - 0.02, stage.view.top, x + 0.02, base), tone(stage, (112, 78, 52)), width=0.0026
        )


def cockpit(stage: Stage) -> None:
    """The inside of a spaceship: a great window on the stars, a console with lights."""
    base = shell(stage, (92, 102, 118), (78, 84, 96))
    left, right = stage.span
    rng = stage.rng
    window = [
        (stage.across(0.1), base - 0.14),
        (stage.across(0.2), 0.08),
        (stage.across(0.8), 0.08),
        (stage.across(0.9), base - 0.14),
    ]
    night: Color = (24, 28, 48)
    stage.far.shape(window, night, width=0.012, ink=tone(stage, (150, 160, 172)))
    for _ in range(60):
        x, y = rng.uniform(stage.across(0.2), stage.across(0.8)), rng.uniform(0.1, base - 0.16)
        size = rng.uniform(0.001, 0.003)
        stage.far.fill(ellipse(x, y, size, size, count=8), (236, 236, 226))
    stage.far.shape(ellipse(stage.across(0.64), 0.27, 0.11, 0.11), (188, 128, 92), width=0.002)
    desk = tone(stage, (120, 130, 146))
    stage.mid.shape(
        [
            (left - 0.1, base + 0.02),
            (left - 0.1, base - 0.12),
            (right + 0.1, base - 0.12),
            (right + 0.1, base + 0.02),
        ],
        desk,
        width=0.003,
    )
    x = left
    while x < right:
        color = rng.choice(((232, 90, 76), (240, 196, 90), (120, 200, 150), (120, 180, 226)))
        for row in range(2):
            stage.mid.fill(ellipse(x, base - 0.085 + 0.045 * row, 0.009, 0.009, count=10), color)
        x += 0.055
