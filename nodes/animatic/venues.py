"""Rooms with a purpose: bar, kitchen, office, classroom, hospital, church, stairs."""

from __future__ import annotations

from nodes.animatic.canvas import Canvas
from nodes.animatic.curves import Point, ellipse
from nodes.animatic.interiors import hall
from nodes.animatic.masonry import LAMP, dark, rect
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage

WOOD: Color = (140, 100, 68)


def tone(stage: Stage, color: Color) -> Color:
    """Return a colour as this hour's lamps show it."""
    return mix(color, stage.palette.ambient, 0.5 if dark(stage) else 0.1)


def shell(stage: Stage, wall: Color, floor: Color, *, boards: bool = False) -> float:
    """Lay a wall and a floor; return the y where they meet."""
    left, right = stage.span
    base = max(0.6, stage.horizon + 0.12)
    stage.far.fill(rect(left, stage.view.top, right, stage.view.bottom), tone(stage, wall))
    stage.mid.fill(rect(left, base, right, 1.3), tone(stage, floor))
    stage.mid.shape(
        rect(left - 0.1, base - 0.022, right + 0.1, base),
        tone(stage, mix(wall, (90, 70, 56), 0.5)),
        width=0.0018,
    )
    ink = stage.palette.soften(0.45)
    middle, eye = stage.across(0.5), base - 0.3
    for column in range(-9, 10):
        low = (middle + column * 0.32, 1.2)
        share = (base - eye) / (1.2 - eye)
        stage.mid.line([(middle + (low[0] - middle) * share, base), low], 0.0014, ink)
    for row in range(0 if boards else 4):
        y = base + (1.2 - base) * ((row + 1) / 5) ** 1.6
        stage.mid.line([(left, y), (right, y)], 0.0013, ink)
    return base


def _hanging_lamp(stage: Stage, x: float, y: float, *, cord: float) -> None:
    size = 0.045 * min(1.4, stage.zoom)
    stage.mid.line([(x, cord), (x, y - size)], 0.003)
    if dark(stage):
        beam: list[Point] = [
            (x - size, y),
            (x + size, y),
            (x + size * 4, y + 0.5),
            (x - size * 4, y + 0.5),
        ]
        stage.far.fill(beam, mix(tone(stage, (176, 128, 100)), LAMP, 0.16))
    stage.mid.shape(
        [(x - size, y), (x - size * 0.3, y - size), (x + size * 0.3, y - size), (x + size, y)],
        tone(stage, (164, 74, 58)),
        width=0.0024,
    )
    stage.mid.fill(ellipse(x, y, size * 0.6, size * 0.2), LAMP if dark(stage) else (240, 232, 208))


def _shelf(stage: Stage, left: float, right: float, y: float, tall: float) -> None:
    """Draw a board with bottles and jars on it."""
    rng = stage.rng
    x = left + 0.012
    while x < right - 0.03:
        wide, high = rng.uniform(0.016, 0.028), tall * rng.uniform(0.5, 0.9)
        color = rng.choice(((96, 124, 92), (166, 98, 62), (190, 168, 120), (108, 122, 146)))
        stage.far.shape(rect(x, y - high, x + wide, y), tone(stage, color), width=0.0014)
        x += wide + rng.uniform(0.006, 0.022)
    stage.far.shape(rect(left, y, right, y + 0.014), tone(stage, WOOD), width=0.0018)


def _pane(stage: Stage, box: tuple[float, float, float, float], crosses: int = 1) -> None:
    left, top, right, low = box
    palette = stage.palette
    glass = mix(palette.sky_top, palette.sky_low, 0.55)
    stage.far.shape(rect(left, top, right, low), glass, width=0.0026)
    for index in range(crosses):
        x = left + (right - left) * (index + 1) / (crosses + 1)
        stage.far.line([(x, top), (x, low)], 0.004)
    stage.far.line([(left, (top + low) / 2), (right, (top + low) / 2)], 0.003)


def bar(stage: Stage) -> None:
    """A counter with stools and lamps, bottles behind it, a window to the street."""
    zoom = min(1.4, stage.zoom)
    base = shell(stage, (176, 128, 100), (128, 96, 76))
    left = stage.across(0.3)
    _pane(stage, (stage.across(0.03), base - 0.36, stage.across(0.25), base - 0.08), 2)
    for row in range(2):
        _shelf(stage, left + 0.05, stage.view.right, base - 0.28 - 0.13 * row, 0.1)
    top = base - 0.15 * zoom
    stage.mid.shape(
        rect(left, top, stage.view.right + 0.1, base + 0.06),
        tone(stage, (116, 74, 54)),
        width=0.003,
    )
    stage.mid.shape(
        rect(left - 0.02, top - 0.025, stage.view.right + 0.1, top + 0.008),
        tone(stage, (172, 128, 86)),
        width=0.0024,
    )
    x = left + 0.12
    while x < stage.view.right:
        stage.mid.line([(x - 0.06, top + 0.03), (x - 0.06, base + 0.05)], 0.0016)
        _stool(stage, x, top + 0.05, base + 0.13 * zoom)
        x += 0.24 * zoom
    for share in (0.2, 0.52, 0.84):
        _hanging_lamp(stage, stage.across(share), 0.16, cord=stage.view.top)


def _stool(stage: Stage, x: float, seat: float, low: float) -> None:
    for dx in (-0.03, 0.0, 0.03):
        stage.mid.line([(x + dx * 0.5, seat), (x + dx, low)], 0.004)
    stage.mid.shape(ellipse(x, seat, 0.04, 0.014), tone(stage, (164, 74, 58)), width=0.0024)


def kitchen(stage: Stage) -> None:
    """A stove with pots, a dresser, a window, a table's edge."""
    zoom = min(1.4, stage.zoom)
    base = shell(stage, (212, 204, 172), (172, 132, 104))
    _pane(stage, (stage.across(0.4), 0.12, stage.across(0.4) + 0.3 * zoom, base - 0.24))
    for row in range(2):
        _shelf(stage, stage.across(0.02), stage.across(0.3), base - 0.34 - 0.13 * row, 0.09)
    dresser = rect(stage.across(-0.05), base - 0.2 * zoom, stage.across(0.62), base + 0.03)
    stage.mid.shape(dresser, tone(stage, (150, 170, 160)), width=0.0028)
    stage.mid.shape(
        rect(stage.across(-0.06), base - 0.23 * zoom, stage.across(0.63), base - 0.195 * zoom),
        tone(stage, (186, 150, 108)),
        width=0.0024,
    )
    for share in (0.12, 0.3, 0.47):
        x = stage.across(share)
        stage.mid.line([(x, base - 0.18 * zoom), (x, base + 0.02)], 0.0018)
        stage.mid.fill(ellipse(x - 0.03, base - 0.09 * zoom, 0.006, 0.006), stage.palette.ink)
    _stove(stage, stage.across(0.7), base, zoom)


def _stove(stage: Stage, x: float, base: float, zoom: float) -> None:
    iron = tone(stage, (78, 80, 86))
    top, wide = base - 0.24 * zoom, 0.3 * zoom
    stage.mid.shape(rect(x + wide * 0.68, stage.view.top, x + wide * 0.82, top), iron, width=0.0024)
    stage.mid.shape(rect(x, top, x + wide, base + 0.05), iron, width=0.003)
    stage.mid.shape(
        rect(x + 0.03, top + 0.08 * zoom, x + wide * 0.6, base),
        (236, 150, 70) if dark(stage) else tone(stage, (120, 110, 104)),
        width=0.002,
    )
    pot = rect(x + 0.03, top - 0.065 * zoom, x + wide * 0.46, top)
    stage.mid.shape(pot, tone(stage, (176, 96, 66)), width=0.0024)
    for dx in (0.07, 0.1):
        stage.mid.line(
            [
                (x + dx, top - 0.09 * zoom),
                (x + dx + 0.01, top - 0.12),
                (x + dx - 0.004, top - 0.16),
            ],
            0.0018,
            mix(iron, (255, 255, 255), 0.5),
        )


def office(stage: Stage) -> None:
    """A wide window onto towers, a desk with papers, a filing cabinet."""
    zoom = min(1.4, stage.zoom)
    base = shell(stage, (196, 200, 200), (132, 136, 142))
    window = (stage.across(0.08), 0.1, stage.across(0.7), base - 0.18)
    _pane(stage, window, 3)
    x = window[0] + 0.01
    while x < window[2] - 0.1:
        wide = stage.rng.uniform(0.06, 0.1)
        top = stage.rng.uniform(window[1] + 0.06, window[3] - 0.08)
        stage.far.fill(
            rect(x, top, x + wide, window[3] - 0.003),
            mix(stage.palette.far((130, 138, 150), 0.6), stage.palette.sky_low, 0.25),
        )
        x += wide + 0.02
    for index in range(1, 4):
        x = window[0] + (window[2] - window[0]) * index / 4
        stage.far.line([(x, window[1]), (x, window[3])], 0.004)
    cabinet = stage.across(0.82)
    for row in range(3):
        top = base - (0.34 - 0.115 * row) * zoom
        drawer = rect(cabinet, top, cabinet + 0.2 * zoom, top + 0.115 * zoom)
        stage.mid.shape(drawer, tone(stage, (150, 154, 150)), width=0.0024)
        stage.mid.line(
            [(cabinet + 0.08 * zoom, top + 0.04), (cabinet + 0.12 * zoom, top + 0.04)], 0.004
        )
    _desk(stage, stage.across(0.46), base + 0.06, 0.42 * zoom, (164, 124, 86))


def _desk(stage: Stage, left: float, low: float, wide: float, wood: Color) -> None:
    top = low - wide * 0.42
    for x in (left + 0.02, left + wide - 0.04):
        stage.mid.shape(rect(x, top, x + 0.022, low), tone(stage, mix(wood, (0, 0, 0), 0.2)))
    stage.mid.shape(rect(left, top - 0.02, left + wide, top), tone(stage, wood), width=0.0026)
    paper = rect(left + wide * 0.62, top - 0.045, left + wide * 0.85, top - 0.02)
    stage.mid.shape(paper, tone(stage, (238, 234, 222)), width=0.0016)


def classroom(stage: Stage) -> None:
    """A blackboard, rows of school desks, a window."""
    zoom = min(1.4, stage.zoom)
    base = shell(stage, (214, 204, 170), (168, 130, 92), boards=True)
    board = rect(stage.across(0.26), 0.14, stage.across(0.76), base - 0.16)
    stage.far.shape(board, tone(stage, (58, 88, 76)), width=0.006, ink=tone(stage, WOOD))
    chalk = mix(tone(stage, (58, 88, 76)), (255, 255, 250), 0.6)
    for row, end in enumerate((0.52, 0.62, 0.46)):
        y = 0.2 + 0.07 * row
        points = [
            (stage.across(0.3 + (end - 0.3) * step / 14), y + 0.008 * (-1) ** step)
            for step in range(15)
        ]
        stage.far.line(points, 0.003, chalk)
    _pane(stage, (stage.across(0.02), 0.1, stage.across(0.18), base - 0.14))
    for share in (0.06, 0.4, 0.74):
        _desk(stage, stage.across(share), base + 0.1 * zoom, 0.26 * zoom, (182, 138, 92))


def hospital(stage: Stage) -> None:
    """A pale ward: an iron bed, a drip on its stand, a curtain."""
    zoom = min(1.4, stage.zoom)
    base = shell(stage, (208, 220, 216), (182, 190, 188))
    _pane(stage, (stage.across(0.12), 0.12, stage.across(0.34), base - 0.2))
    left, right, low = stage.across(0.52), stage.across(0.52) + 0.6 * zoom, base + 0.08
    sheet, iron = tone(stage, (242, 242, 236)), stage.palette.soften(0.1)
    mattress = low - 0.17 * zoom
    for x, up in ((left, 0.13), (right, 0.22)):
        stage.mid.line([(x, low), (x, mattress - up * zoom)], 0.007, iron)
    for step in range(3):
        y = mattress - (0.06 + 0.06 * step) * zoom
        stage.mid.line([(right - 0.012, y), (right + 0.012, y)], 0.004, iron)
    stage.mid.shape(
        rect(left, mattress - 0.05 * zoom, right, mattress + 0.03 * zoom), sheet, width=0.0026
    )
    pillow = ellipse(right - 0.1 * zoom, mattress - 0.07 * zoom, 0.08 * zoom, 0.035 * zoom)
    stage.mid.shape(pillow, sheet, width=0.0022)
    stage.mid.shape(
        rect(left, mattress - 0.05 * zoom, right - 0.2 * zoom, mattress + 0.06 * zoom),
        tone(stage, (150, 186, 190)),
        width=0.0022,
    )
    _drip(stage, right + 0.08 * zoom, low, zoom)
    for index in range(6):
        x = stage.across(0.4) + 0.022 * index
        stage.far.shape(
            rect(x, 0.06, x + 0.022, base - 0.03), tone(stage, (176, 208, 204)), width=0.0014
        )


def _drip(stage: Stage, x: float, low: float, zoom: float) -> None:
    top = low - 0.52 * zoom
    stage.mid.line([(x, low), (x, top), (x + 0.03, top)], 0.004)
    stage.mid.line([(x - 0.04, low), (x + 0.04, low)], 0.005)
    stage.mid.shape(
        rect(x + 0.012, top + 0.01, x + 0.05, top + 0.09), tone(stage, (214, 232, 236)), width=0.002
    )
    stage.mid.line([(x + 0.03, top + 0.09), (x + 0.02, top + 0.2), (x - 0.05, top + 0.3)], 0.0018)


def chapel(stage: Stage) -> None:
    """The inside of a church: arches, coloured glass, an altar with a cross, pews."""
    hall(stage)
    base = stage.horizon + 0.06
    x, gold = stage.across(0.5), stage.palette.lit((222, 178, 70))
    glass = ((168, 66, 60), (70, 104, 158), (214, 172, 84), (88, 134, 96))
    for index in range(12):
        cx, cy = x - 0.06 + 0.06 * (index % 3), 0.1 + 0.055 * (index // 3)
        pane = rect(cx - 0.03, cy, cx + 0.03, cy + 0.055)
        stage.mid.shape(pane, tone(stage, glass[(index * 5) % 4]), width=0.002)
    stage.mid.shape(
        rect(x - 0.2, base - 0.12, x + 0.2, base + 0.02), tone(stage, (232, 224, 206)), width=0.0026
    )
    stage.mid.line([(x, base - 0.12), (x, base - 0.27)], 0.008, gold)
    stage.mid.line([(x - 0.04, base - 0.225), (x + 0.04, base - 0.225)], 0.008, gold)
    for side in (-1, 1):
        stage.mid.line(
            [(x + side * 0.14, base - 0.12), (x + side * 0.14, base - 0.18)], 0.006, gold
        )
        stage.mid.fill(ellipse(x + side * 0.14, base - 0.195, 0.006, 0.013), LAMP)
        for row in range(3):
            _pew(stage, stage.mid, x + side * (0.34 + 0.1 * row), base + 0.1 + 0.11 * row, side)


def _pew(stage: Stage, canvas: Canvas, x: float, low: float, side: int) -> None:
    end = x + side * 0.9
    left, right = min(x, end), max(x, end)
    canvas.shape(
        rect(left, low - 0.09, right, low - 0.02), tone(stage, (120, 84, 58)), width=0.0026
    )
    canvas.shape(
        rect(x - 0.014, low - 0.11, x + 0.014, low + 0.02), tone(stage, (98, 68, 48)), width=0.0024
    )


def stairs(stage: Stage) -> None:
    """A flight of stairs that climbs to the right, with a rail."""
    base = shell(stage, (190, 178, 160), (136, 116, 98), boards=True)
    left, count = stage.across(0.3), 9
    run = (stage.view.right - left) / count
    rise = (base + 0.2 - stage.view.top) / (count + 1)
    low = stage.view.bottom + 0.1
    for step in range(count):
        x, y = left + run * step, base + 0.16 - rise * (step + 1)
        wood = tone(stage, mix((160, 126, 94), (0, 0, 0), 0.03 * step))
        stage.far.shape(rect(x, y, stage.view.right + 0.1, low), wood, width=0.0026)
        stage.far.fill(rect(x, y + 0.004, x + run, y + 0.02), mix(wood, (255, 244, 220), 0.25))
    rail: list[Point] = []
    for step in range(count + 1):
        x, y = left + run * step, base + 0.16 - rise * (step + 0.6)
        stage.far.line([(x, y), (x, y - 0.2)], 0.004)
        rail.append((x, y - 0.2))
    stage.far.line(rail, 0.01, tone(stage, (104, 72, 50)))
    _pane(stage, (stage.across(0.06), 0.1, stage.across(0.2), base - 0.22))
