"""What people of today carry and use: suitcase, computer, map, telephone, lamp, bottle, guitar."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.curves import ellipse, limb
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch, box, poly

LEATHER: Color = (142, 92, 60)
PAPER: Color = (236, 222, 186)
STEEL: Color = (174, 182, 190)
DARK: Color = (54, 56, 62)
GOLD: Color = (222, 178, 70)
RED: Color = (176, 62, 52)
WOOD: Color = (134, 98, 66)


def suitcase() -> Sketch:
    """A suitcase with straps and brass corners."""
    sketch = Sketch(head=(0, 18, 22))
    sketch.line((-9, 33), (-8, 41), (8, 41), (9, 33), width=2.6, color=mix(LEATHER, BLACK, 0.5))
    sketch.solid(
        LEATHER,
        *((-27, 0), (-27, 0), (-28, 30), (-25, 34), (25, 34), (28, 30), (27, 0), (27, 0)),
    )
    for x in (-17, 14):
        box(sketch, mix(LEATHER, BLACK, 0.4), x, 0, x + 4, 34, outline=0.6)
        box(sketch, GOLD, x - 0.6, 21, x + 4.6, 26, outline=0.5)
    sketch.line((-27, 24), (27, 24), width=0.7)
    return sketch


def laptop() -> Sketch:
    """An open portable computer, its screen lit."""
    sketch = Sketch(head=(0, 14, 20))
    poly(sketch, DARK, (-22, 4), (-20, 34), (22, 34), (24, 4))
    poly(sketch, (168, 208, 226), (-19, 7), (-17, 31), (19.5, 31), (21, 7), outline=0.6)
    for y, end in ((26, 8), (21, 14), (16, 2)):
        sketch.line((-13, y), (end, y), width=0.8, color=(84, 120, 146))
    poly(sketch, STEEL, (-28, 0), (-22, 4.6), (24, 4.6), (31, 0))
    sketch.line((-20, 2.4), (24, 2.4), width=0.5, fine=True)
    return sketch


def chart() -> Sketch:
    """A map with a coast, a dotted way and a cross."""
    sketch = Sketch(head=(0, 19, 24))
    edge = ((-32, 2), (-10, 0), (12, 3), (33, 0), (32, 38), (11, 40), (-11, 37), (-33, 40))
    poly(sketch, PAPER, *edge)
    sketch.solid(
        (166, 190, 188),
        (-31, 4),
        (-12, 2),
        (-4, 10),
        (-14, 16),
        (-8, 26),
        (-20, 30),
        (-31, 38),
        outline=0.5,
    )
    for x in (-10, 12):
        sketch.line((x, 2), (x - 0.6, 38), width=0.5)
    for x, y in ((-2, 12), (4, 16), (8, 21), (14, 23)):
        sketch.dot(x, y, 1.1, DARK)
    sketch.line((18, 22), (25, 30), width=1.9, color=RED)
    sketch.line((18, 30), (25, 22), width=1.9, color=RED)
    return sketch


def telephone() -> Sketch:
    """A desk telephone with its receiver."""
    sketch = Sketch(head=(0, 14, 18))
    sketch.solid(DARK, (-20, 0), (-20, 0), (-12, 20), (12, 20), (20, 0), (20, 0))
    sketch.mass((ellipse(0, 9, 7, 6.4), STEEL), outline=0.7)
    sketch.mass((ellipse(0, 9, 2.6, 2.4), DARK), outline=0.4)
    sketch.mass((limb((-22, 22, 4.6), (-12, 27, 2.6), (12, 27, 2.6), (22, 22, 4.6)), DARK))
    return sketch


def lamp() -> Sketch:
    """A lamp with a shade, lit."""
    sketch = Sketch(head=(0, 34, 18))
    sketch.solid(WOOD, (-11, 0), (-10, 4), (10, 4), (11, 0))
    sketch.mass((limb((0, 4, 1.5), (0, 28, 1.3)), WOOD))
    poly(sketch, (246, 214, 134), (-17, 27), (-9, 50), (9, 50), (17, 27))
    return sketch


def bottle() -> Sketch:
    """A bottle of wine."""
    sketch = Sketch(head=(0, 18, 16))
    sketch.solid(
        (62, 92, 68),
        *((-7, 0), (-7, 0), (-7.4, 20), (-3, 27), (-2.6, 36), (-2.6, 36), (2.6, 36), (2.6, 36)),
        *((3, 27), (7.4, 20), (7, 0), (7, 0)),
    )
    box(sketch, PAPER, -7, 6, 7, 17, outline=0.5)
    return sketch


def mug() -> Sketch:
    """A steaming cup on a saucer."""
    sketch = Sketch(head=(0, 9, 12))
    sketch.mass((ellipse(0, 1.4, 14, 1.8), WHITE))
    sketch.line((8, 13), (14, 12), (13, 6), (7, 5), width=2.0)
    sketch.solid(WHITE, (-9, 16), (-9, 16), (-7, 4), (-3, 1.5), (3, 1.5), (7, 4), (9, 16), (9, 16))
    sketch.mass((ellipse(0, 16, 9, 1.8), (92, 62, 46)), outline=0.7)
    for x in (-3, 3):
        sketch.line((x, 19), (x + 2, 23), (x - 1, 27), (x + 1, 31), width=0.6, fine=True)
    return sketch


def pistol() -> Sketch:
    """A pistol."""
    sketch = Sketch(head=(0, 11, 13))
    poly(sketch, WOOD, (-13, 0), (-5, 0), (-3, 12), (-11, 13))
    poly(sketch, DARK, (-13, 12), (-13, 19), (20, 19), (20, 13), (2, 12))
    sketch.line((-3, 12), (0, 6), (5, 12), width=1.0)
    return sketch


def watch() -> Sketch:
    """A wrist watch."""
    sketch = Sketch(head=(0, 14, 14))
    box(sketch, LEATHER, -4.6, 0, 4.6, 29)
    sketch.mass((ellipse(0, 14.5, 9, 9), GOLD))
    sketch.mass((ellipse(0, 14.5, 7, 7), PAPER), outline=0.5)
    sketch.line((0, 14.5), (0, 20), width=0.8)
    sketch.line((0, 14.5), (4, 16), width=0.8)
    return sketch


def guitar() -> Sketch:
    """A guitar, upright."""
    sketch = Sketch(head=(0, 30, 26))
    box(sketch, mix(WOOD, BLACK, 0.4), -2, 36, 2, 78)
    box(sketch, mix(WOOD, BLACK, 0.4), -3.6, 78, 3.6, 88)
    sketch.solid(
        (190, 130, 76),
        *((0, 0), (-14, 4), (-17, 16), (-11, 26), (-12, 36), (0, 42), (12, 36), (11, 26)),
        *((17, 16), (14, 4)),
    )
    sketch.mass((ellipse(0, 25, 5, 5), DARK), outline=0.6)
    sketch.line((0, 10), (0, 82), width=0.5)
    return sketch


def bench() -> Sketch:
    """A park bench."""
    sketch = Sketch(head=(0, 22, 30))
    for x in (-40, 36):
        box(sketch, DARK, x, 0, x + 4, 44)
    for y in (20, 32, 40):
        box(sketch, WOOD, -46, y, 46, y + 5)
    return sketch


def hand() -> Sketch:
    """A hand that reaches out."""
    skin: Color = (226, 190, 160)
    sketch = Sketch(head=(8, 16, 22))
    sketch.mass((limb((-46, 14, 12), (-22, 15, 10)), (92, 106, 138)))
    fingers = [limb((8, y, 4), (24, y + 1, 3.4), (36, y - 1, 2.8)) for y in (24, 18, 12, 7)]
    palm = ellipse(0, 16, 15, 12)
    thumb = limb((-4, 24, 4.4), (8, 33, 3.6), (17, 34, 2.8))
    sketch.mass(
        (limb((-24, 15, 7.6), (-4, 16, 8)), skin),
        (palm, skin),
        *((one, skin) for one in (*fingers, thumb)),
    )
    for y in (21.4, 15.6, 10):
        sketch.line((12, y), (30, y), width=0.6)
    return sketch


BELONGINGS: dict[str, Callable[[], Sketch]] = {
    "suitcase": suitcase,
    "laptop": laptop,
    "map": chart,
    "telephone": telephone,
    "lamp": lamp,
    "bottle": bottle,
    "mug": mug,
    "pistol": pistol,
    "watch": watch,
    "guitar": guitar,
    "bench": bench,
    "hand": hand,
}
"""Belongings by kind."""
