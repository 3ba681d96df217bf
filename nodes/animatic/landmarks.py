"""What stands in the open and is taller than people: lighthouse, church, house, tent, statue."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.curves import ellipse, limb
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, Sketch, box, poly

STONE: Color = (172, 166, 154)
PLASTER: Color = (222, 212, 190)
RED: Color = (176, 62, 52)
SLATE: Color = (92, 96, 112)
GLOW: Color = (255, 226, 140)
WOOD: Color = (134, 98, 66)


def lighthouse() -> Sketch:
    """A banded lighthouse on its rock, the lamp lit."""
    sketch = Sketch(head=(0, 206, 44))
    for side in (-1, 1):
        poly(
            sketch,
            (255, 240, 196),
            *((side * 12, 216), (side * 12, 212), (side * 100, 192), (side * 100, 236)),
            outline=0.0,
        )
    sketch.solid(
        mix(STONE, BLACK, 0.3),
        *((-74, 0), (-66, 14), (-40, 30), (-10, 34), (26, 32), (54, 18), (76, 0)),
    )
    tower = ((-26, 28), (-16, 190), (16, 190), (26, 28))
    poly(sketch, (236, 230, 216), *tower)
    for low, high in ((54, 84), (116, 146)):
        left, right = (26 - 10 * (y - 28) / 162 for y in (low, high))
        poly(sketch, RED, (-left, low), (-right, high), (right, high), (left, low), outline=0.7)
    box(sketch, SLATE, -23, 190, 23, 197)
    box(sketch, GLOW, -12, 197, 12, 224)
    for x in (-12, 0, 12):
        sketch.line((x, 197), (x, 224), width=0.9)
    sketch.line((-23, 206), (23, 206), width=0.7)
    poly(sketch, RED, (-16, 224), (0, 244), (16, 224))
    sketch.line((0, 244), (0, 254), width=1.0)
    box(sketch, mix(WOOD, BLACK, 0.3), -7, 30, 7, 52)
    for y in (98, 166):
        box(sketch, SLATE, -4, y - 6, 4, y + 6, outline=0.7)
    return sketch


def church() -> Sketch:
    """A village church with a spire."""
    sketch = Sketch(head=(-40, 150, 50))
    box(sketch, PLASTER, -20, 0, 92, 66)
    poly(sketch, SLATE, (-24, 66), (-10, 108), (82, 108), (98, 66))
    box(sketch, mix(PLASTER, BLACK, 0.08), -66, 0, -18, 128)
    poly(sketch, SLATE, (-72, 128), (-42, 212), (-12, 128))
    sketch.line((-42, 212), (-42, 234), width=1.6)
    sketch.line((-49, 226), (-35, 226), width=1.6)
    sketch.mass((ellipse(-42, 104, 10, 10), (240, 232, 210)))
    sketch.line((-42, 104), (-42, 111), width=0.9)
    sketch.line((-42, 104), (-37, 104), width=0.9)
    sketch.solid(
        mix(WOOD, BLACK, 0.2),
        *((-54, 0), (-54, 0), (-54, 28), (-42, 40), (-30, 28), (-30, 0), (-30, 0)),
    )
    for x in (6, 36, 66):
        sketch.solid(
            (112, 140, 156),
            *(
                (x - 7, 18),
                (x - 7, 18),
                (x - 7, 40),
                (x, 52),
                (x + 7, 40),
                (x + 7, 18),
                (x + 7, 18),
            ),
        )
    return sketch


def house() -> Sketch:
    """A small house with a chimney."""
    sketch = Sketch(head=(0, 60, 60))
    box(sketch, mix(STONE, BLACK, 0.2), 34, 96, 52, 142)
    box(sketch, PLASTER, -70, 0, 70, 74)
    poly(sketch, (156, 88, 66), (-82, 74), (-50, 124), (50, 124), (82, 74))
    for y in (88, 104):
        sketch.line((-72 + (y - 74) * 0.6, y), (72 - (y - 74) * 0.6, y), width=0.6)
    box(sketch, WOOD, -12, 0, 14, 50)
    for x in (-50, 32):
        box(sketch, GLOW, x, 28, x + 22, 54)
        sketch.line((x + 11, 28), (x + 11, 54), width=0.8)
        sketch.line((x, 41), (x + 22, 41), width=0.8)
    return sketch


def tent() -> Sketch:
    """A ridge tent, open in front."""
    canvas: Color = (196, 168, 110)
    sketch = Sketch(head=(0, 30, 40))
    poly(sketch, mix(canvas, BLACK, 0.15), (-10, 68), (54, 62), (84, 0), (34, 0))
    poly(sketch, canvas, (-10, 68), (-62, 0), (34, 0))
    poly(sketch, mix(canvas, BLACK, 0.65), (-10, 62), (-30, 0), (8, 0), outline=0.7)
    for end in ((-84, 0), (100, 0)):
        sketch.line((-10 if end[0] < 0 else 54, 66), end, width=0.6)
    return sketch


def statue() -> Sketch:
    """A figure of stone on a plinth."""
    sketch = Sketch(head=(0, 120, 20))
    box(sketch, STONE, -30, 0, 30, 8)
    box(sketch, mix(STONE, BLACK, 0.1), -23, 8, 23, 46)
    pale = mix(STONE, (236, 236, 230), 0.4)
    sketch.solid(pale, (-14, 46), (-12, 76), (-13, 104), (0, 112), (13, 104), (11, 76), (14, 46))
    sketch.mass((limb((11, 100, 4), (24, 114, 3.2), (26, 134, 2.8)), pale))
    sketch.mass((ellipse(0, 120, 8, 9.5), pale))
    sketch.line((-4, 96), (-6, 70), (-4, 50), width=0.7)
    sketch.line((5, 90), (4, 66), (6, 50), width=0.7)
    return sketch


LANDMARKS: dict[str, Callable[[], Sketch]] = {
    "lighthouse": lighthouse,
    "church": church,
    "house": house,
    "tent": tent,
    "statue": statue,
}
"""Landmarks by kind."""
