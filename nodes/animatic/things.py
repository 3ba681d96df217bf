"""Things that a story hands around, sits on or travels in."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.belongings import BELONGINGS
from nodes.animatic.curves import ellipse, limb
from nodes.animatic.landmarks import LANDMARKS
from nodes.animatic.motors import MOTORS
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch
from nodes.animatic.sketch import box as _box
from nodes.animatic.sketch import poly as _poly
from nodes.animatic.vehicles import VEHICLES

WOOD: Color = (134, 98, 66)
STEEL: Color = (174, 182, 190)
GOLD: Color = (222, 178, 70)
PAPER: Color = (240, 230, 206)
RED: Color = (176, 62, 52)
BLUE: Color = (84, 112, 146)
STONE: Color = (158, 152, 142)


def cheese() -> Sketch:
    """A wedge of cheese with holes."""
    sketch = Sketch(head=(0, 9, 12))
    _poly(sketch, (238, 200, 92), (-16, 9), (12, 20), (16, 9), outline=1.1)
    _poly(sketch, (226, 178, 66), (-16, 0), (16, 0), (16, 9), (-16, 9), outline=1.1)
    for x, y, r in ((-8, 4.4, 2), (1, 3.4, 1.6), (9, 5.4, 2.2)):
        sketch.dot(x, y, r, (184, 136, 48))
    sketch.dot(6, 13, 1.6, (204, 160, 62))
    return sketch


def lantern() -> Sketch:
    """A lantern, lit."""
    sketch = Sketch(head=(0, 12, 12))
    _box(sketch, (252, 220, 130), -5, 3, 5, 17)
    _box(sketch, (60, 56, 58), -7, 0, 7, 3)
    _poly(sketch, (60, 56, 58), (-7, 17), (7, 17), (2, 23), (-2, 23))
    sketch.line((-4, 23), (0, 30), (4, 23), width=1.0)
    sketch.solid((255, 246, 200), (-2, 5), (2, 5), (1.6, 9), (0, 13), (-1.8, 9), outline=0.0)
    return sketch


def candle() -> Sketch:
    """A candle, lit."""
    sketch = Sketch(head=(0, 20, 14))
    _box(sketch, (236, 226, 200), -3, 2, 3, 22)
    sketch.solid(GOLD, (-9, 3), (-8, 0), (8, 0), (9, 3), (0, 4))
    sketch.line((0, 22), (0.4, 25), width=0.8)
    sketch.solid((255, 214, 110), (0, 24), (3, 28), (0.6, 37), (-2.6, 29), outline=0.4)
    return sketch


def fire() -> Sketch:
    """A wood fire."""
    sketch = Sketch(head=(0, 18, 18))
    sketch.mass(
        (limb((-16, 2, 2.4), (15, 5, 2.4)), WOOD), (limb((-14, 5, 2.4), (16, 2, 2.4)), WOOD)
    )
    sketch.solid(
        (232, 110, 44),
        (-12, 4),
        (-14, 16),
        (-7, 24),
        (-6, 34),
        (0, 26),
        (5, 40),
        (8, 24),
        (14, 16),
        (11, 4),
        outline=0.5,
    )
    sketch.solid((255, 206, 96), (-6, 4), (-7, 13), (-1, 20), (2, 25), (7, 13), (5, 4), outline=0.0)
    return sketch


def sword() -> Sketch:
    """A sword, upright."""
    sketch = Sketch(head=(0, 30, 24))
    _poly(sketch, STEEL, (-2, 14), (2, 14), (1.6, 58), (0, 63), (-1.6, 58))
    sketch.mass((limb((-9, 13, 1.4), (9, 13, 1.4)), GOLD))
    sketch.mass((limb((0, 12, 1.7), (0, 3, 1.5)), (92, 62, 48)))
    sketch.dot(0, 1.5, 2.4, GOLD)
    return sketch


def book() -> Sketch:
    """An open book."""
    sketch = Sketch(head=(0, 7, 14))
    for side in (-1, 1):
        _poly(
            sketch,
            PAPER,
            (0, 2),
            (side * 8, 5),
            (side * 17, 3.4),
            (side * 18, 11),
            (side * 8, 13),
            (0, 10),
        )
        for y in (5.5, 7.5, 9.5):
            sketch.line((side * 3, y), (side * 8, y + 1.2), (side * 15, y), width=0.4)
    sketch.line((0, 2), (0, 10), width=1.0)
    return sketch


def letter() -> Sketch:
    """A letter with a seal."""
    sketch = Sketch(head=(0, 9, 13))
    _box(sketch, PAPER, -15, 0, 15, 19)
    sketch.line((-15, 19), (0, 8), (15, 19), width=0.8)
    sketch.dot(0, 8.5, 2.8, RED)
    return sketch


def key() -> Sketch:
    """A key."""
    sketch = Sketch(head=(0, 6, 14))
    sketch.mass((limb((-6, 6, 1.3), (18, 6, 1.3)), GOLD), (ellipse(-10, 6, 6, 6), GOLD))
    _poly(sketch, GOLD, (12, 5), (12, 0), (15, 0), (15, 3), (17, 3), (17, 5))
    sketch.dot(-10, 6, 3, (120, 92, 40))
    return sketch


def crown() -> Sketch:
    """A crown."""
    sketch = Sketch(head=(0, 9, 13))
    _poly(sketch, GOLD, (-13, 0), (13, 0), (16, 16), (8, 9), (0, 20), (-8, 9), (-16, 16))
    for x, y in ((-16, 17), (0, 21), (16, 17)):
        sketch.dot(x, y, 1.8, RED)
    sketch.line((-13, 4), (13, 4), width=0.8)
    return sketch


def skull() -> Sketch:
    """A skull."""
    sketch = Sketch(head=(0, 11, 13))
    sketch.solid(
        (228, 220, 200),
        (-8, 4),
        (-12, 12),
        (-8, 21),
        (2, 23),
        (11, 18),
        (12, 10),
        (8, 6),
        (7, 0),
        (-3, 0),
    )
    for x in (1, 8):
        sketch.mass((ellipse(x, 11, 3, 3.2), (56, 50, 48)), outline=0.5)
    sketch.line((5, 8), (4, 6), (6, 6), width=0.8)
    for x in (0, 3, 6):
        sketch.line((x, 0.4), (x, 3), width=0.6)
    return sketch


def cup() -> Sketch:
    """A goblet."""
    sketch = Sketch(head=(0, 11, 12))
    sketch.solid(
        GOLD,
        (-8, 22),
        (-7, 14),
        (-2, 10),
        (-1.4, 4),
        (-6, 0.6),
        (6, 0.6),
        (1.4, 4),
        (2, 10),
        (7, 14),
        (8, 22),
    )
    sketch.mass((ellipse(0, 22, 8, 1.8), (120, 40, 44)), outline=0.8)
    return sketch


def clock() -> Sketch:
    """A round clock."""
    sketch = Sketch(head=(0, 16, 16))
    sketch.mass((ellipse(0, 16, 15, 15), WOOD))
    sketch.mass((ellipse(0, 16, 12, 12), PAPER), outline=0.7)
    sketch.line((0, 16), (0, 25), width=1.2)
    sketch.line((0, 16), (6, 19), width=1.2)
    return sketch


def flower() -> Sketch:
    """A flower on its stem."""
    sketch = Sketch(head=(0, 28, 10))
    sketch.line((0, 0), (1, 12), (0, 26), width=1.4, color=(86, 116, 68))
    sketch.solid((104, 136, 80), (1, 8), (9, 13), (12, 18), (5, 15), outline=0.8)
    sketch.mass(
        *(
            (ellipse(dx, 28 + dy, 4.6, 4.6), (206, 84, 84))
            for dx, dy in ((0, 6), (5.6, 2), (3.6, -5), (-3.6, -5), (-5.6, 2))
        )
    )
    sketch.dot(0, 28, 3.4, GOLD)
    return sketch


def table() -> Sketch:
    """A table."""
    sketch = Sketch(head=(0, 32, 24))
    for x in (-30, 26):
        _box(sketch, mix(WOOD, BLACK, 0.2), x, 0, x + 4, 34)
    _poly(sketch, WOOD, (-38, 34), (38, 34), (34, 40), (-34, 40))
    return sketch


def chair() -> Sketch:
    """A chair with a straight back."""
    sketch = Sketch(head=(0, 30, 20))
    for x in (-10, 9):
        _box(sketch, mix(WOOD, BLACK, 0.15), x, 0, x + 3, 25)
    _box(sketch, WOOD, -12, 24, 14, 28)
    _poly(sketch, WOOD, (-12, 28), (-8, 28), (-11, 58), (-15, 58))
    return sketch


def throne() -> Sketch:
    """A throne."""
    sketch = Sketch(head=(0, 50, 30))
    _poly(sketch, mix(WOOD, BLACK, 0.2), (-24, 0), (-24, 92), (-14, 104), (-4, 92), (-4, 0))
    _poly(sketch, RED, (-20, 30), (-20, 86), (-14, 94), (-8, 86), (-8, 30), outline=0.7)
    _box(sketch, GOLD, -24, 0, 22, 26)
    _box(sketch, RED, -24, 24, 20, 30)
    return sketch


def bed() -> Sketch:
    """A bed."""
    sketch = Sketch(head=(0, 22, 34))
    _box(sketch, WOOD, -56, 0, -51, 44)
    _box(sketch, WOOD, 50, 0, 55, 30)
    _box(sketch, mix(WOOD, BLACK, 0.2), -51, 10, 50, 18)
    sketch.solid((226, 220, 206), (-51, 18), (-50, 27), (-20, 29), (46, 26), (50, 18), (0, 17))
    sketch.solid(WHITE, (-50, 26), (-48, 35), (-32, 35), (-30, 27))
    return sketch


def door() -> Sketch:
    """A closed door in its frame."""
    sketch = Sketch(head=(0, 60, 36))
    _poly(sketch, STONE, (-30, 0), (-30, 112), (30, 112), (30, 0))
    _poly(sketch, WOOD, (-23, 0), (-23, 104), (23, 104), (23, 0))
    for x in (-8, 8):
        sketch.line((x, 2), (x, 102), width=0.7)
    sketch.dot(17, 50, 2.6, GOLD)
    return sketch


def mirror() -> Sketch:
    """A standing oval mirror."""
    sketch = Sketch(head=(0, 50, 30))
    sketch.mass((ellipse(0, 52, 25, 46), GOLD))
    sketch.mass((ellipse(0, 52, 20, 40), (196, 214, 220)), outline=0.7)
    sketch.line((-10, 40), (4, 72), width=0.8, color=WHITE)
    sketch.line((-4, 34), (10, 64), width=0.8, color=WHITE)
    return sketch


def post() -> Sketch:
    """A finish post with a flag: the goal of a race."""
    sketch = Sketch(head=(4, 60, 22))
    sketch.mass((limb((0, 0, 1.9), (0, 84, 1.6)), WOOD))
    sketch.solid(
        RED,
        (1, 82),
        (1, 82),
        (16, 84),
        (34, 76),
        (34, 76),
        (26, 70),
        (33, 62),
        (33, 62),
        (16, 66),
        (1, 62),
        (1, 62),
    )
    return sketch


def rock() -> Sketch:
    """A boulder."""
    sketch = Sketch(head=(0, 16, 20))
    sketch.solid(STONE, (-30, 0), (-28, 14), (-14, 30), (6, 32), (22, 22), (31, 6), (28, 0))
    sketch.line((-6, 28), (0, 16), (-4, 6), width=0.7)
    sketch.line((14, 24), (18, 12), width=0.6)
    return sketch


def box() -> Sketch:
    """A chest."""
    sketch = Sketch(head=(0, 15, 20))
    _box(sketch, WOOD, -22, 0, 22, 18)
    sketch.solid(
        mix(WOOD, WHITE, 0.1),
        (-22, 18),
        (-22, 18),
        (-21, 26),
        (0, 29),
        (21, 26),
        (22, 18),
        (22, 18),
    )
    _box(sketch, GOLD, -3, 13, 3, 21)
    return sketch


def phone() -> Sketch:
    """A mobile phone."""
    sketch = Sketch(head=(0, 13, 13))
    sketch.solid(
        (50, 52, 58), (-7, 0), (-7, 0), (7, 0), (7, 0), (7, 27), (7, 27), (-7, 27), (-7, 27)
    )
    _box(sketch, (150, 196, 220), -5.4, 3, 5.4, 24, outline=0.4)
    return sketch


def ball() -> Sketch:
    """A ball."""
    sketch = Sketch(head=(0, 9, 12))
    sketch.mass((ellipse(0, 9, 9, 9), RED))
    sketch.line((-8, 11), (0, 7), (8, 11), width=0.8)
    return sketch


def hat() -> Sketch:
    """A hat."""
    sketch = Sketch(head=(0, 9, 14))
    sketch.solid(
        (78, 64, 56),
        (-18, 2),
        (-9, 4),
        (-8, 15),
        (0, 18),
        (8, 15),
        (9, 4),
        (18, 2),
        (6, 0),
        (-6, 0),
    )
    sketch.line((-9, 5), (0, 4), (9, 5), width=1.6)
    return sketch


def umbrella() -> Sketch:
    """An open umbrella."""
    sketch = Sketch(head=(0, 40, 26))
    sketch.mass((limb((0, 0, 1), (0, 50, 1)), WOOD))
    sketch.solid(
        RED,
        (-34, 44),
        (-34, 44),
        (-24, 60),
        (0, 68),
        (24, 60),
        (34, 44),
        (34, 44),
        (17, 47),
        (0, 44),
        (-17, 47),
    )
    return sketch


THINGS: dict[str, Callable[[], Sketch]] = {
    "cheese": cheese,
    "lantern": lantern,
    "candle": candle,
    "fire": fire,
    "sword": sword,
    "book": book,
    "letter": letter,
    "key": key,
    "crown": crown,
    "skull": skull,
    "cup": cup,
    "clock": clock,
    "flower": flower,
    "table": table,
    "chair": chair,
    "throne": throne,
    "bed": bed,
    "door": door,
    "mirror": mirror,
    "post": post,
    "rock": rock,
    "box": box,
    "phone": phone,
    "ball": ball,
    "hat": hat,
    "umbrella": umbrella,
    **VEHICLES,
    **MOTORS,
    **LANDMARKS,
    **BELONGINGS,
}
"""Things by kind."""
