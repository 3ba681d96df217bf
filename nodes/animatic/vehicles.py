"""Vehicles: car, train, bicycle, boat, ship, plane, cart."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.curves import ellipse, limb
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, Sketch, box, poly

WOOD: Color = (134, 98, 66)
STEEL: Color = (174, 182, 190)
GOLD: Color = (222, 178, 70)
RED: Color = (176, 62, 52)
BLUE: Color = (84, 112, 146)


def _wheel(sketch: Sketch, x: float, y: float, radius: float) -> None:
    sketch.mass((ellipse(x, y, radius, radius), (52, 50, 54)))
    sketch.mass((ellipse(x, y, radius * 0.5, radius * 0.5), STEEL), outline=0.5)


def car() -> Sketch:
    """A car."""
    sketch = Sketch(head=(0, 26, 40))
    sketch.solid(
        RED,
        (-66, 12),
        (-67, 28),
        (-60, 32),
        (-42, 33),
        (-28, 49),
        (8, 50),
        (28, 34),
        (56, 30),
        (66, 24),
        (66, 12),
        (66, 11),
        (-66, 11),
    )
    sketch.solid((190, 208, 214), (-35, 34), (-25, 46), (-8, 47), (-8, 34), outline=0.7)
    sketch.solid((190, 208, 214), (-3, 34), (-3, 47), (7, 47), (21, 34), outline=0.7)
    sketch.line((-6, 33), (-6, 14), width=0.6)
    sketch.dot(64, 22, 2.6, (255, 240, 190))
    for x in (-40, 40):
        _wheel(sketch, x, 11, 11.5)
    return sketch


def train() -> Sketch:
    """A steam engine with a carriage."""
    sketch = Sketch(head=(40, 40, 44))
    box(sketch, (124, 70, 56), -150, 16, -40, 64)
    for x in range(-142, -50, 24):
        box(sketch, (226, 214, 170), x, 38, x + 15, 56, outline=0.6)
    box(sketch, (60, 70, 66), -32, 16, 0, 74)
    box(sketch, (226, 214, 170), -24, 48, -8, 64, outline=0.6)
    box(sketch, (44, 48, 52), -38, 74, 6, 79)
    sketch.solid((60, 70, 66), (0, 22), (0, 54), (0, 54), (70, 54), (74, 40), (70, 24), (70, 22))
    poly(sketch, (44, 48, 52), (52, 54), (49, 78), (66, 78), (62, 54))
    poly(sketch, RED, (66, 16), (92, 4), (74, 4), (60, 12))
    for puff, size in (((40, 92), 10), ((18, 104), 14), ((-14, 114), 18)):
        sketch.mass((ellipse(*puff, size, size * 0.8), (222, 222, 220)), outline=0.4)
    for x in (-136, -112, -72, -52, -20, 16, 40, 60):
        _wheel(sketch, x, 10, 10)
    return sketch


def bicycle() -> Sketch:
    """A bicycle."""
    sketch = Sketch(head=(0, 28, 34), hand=(-4, 44))
    for x in (-26, 28):
        for turn in range(1):
            ring = ellipse(x, 17, 16, 16)
            sketch.line(*ring, ring[0], width=2.0 + turn)
        sketch.line((x - 15, 17), (x + 15, 17), width=0.4, fine=True)
        sketch.line((x, 2), (x, 32), width=0.4, fine=True)
    for points in (
        ((-26, 17), (-10, 40)),
        ((-10, 40), (18, 40)),
        ((18, 40), (0, 17)),
        ((0, 17), (-26, 17)),
        ((0, 17), (-11, 44)),
        ((28, 17), (17, 46)),
    ):
        sketch.line(*points, width=1.8, color=RED)
    sketch.line((14, 48), (19, 47), (23, 43), width=1.8)
    sketch.line((-16, 45), (-6, 45), width=2.6)
    return sketch


def boat() -> Sketch:
    """A sailing boat."""
    sketch = Sketch(head=(0, 40, 50), afloat=True)
    sketch.mass((limb((2, 10, 1.7), (2, 98, 1.2)), WOOD))
    sketch.solid(
        (238, 228, 204), (5, 94), (5, 94), (22, 60), (46, 24), (46, 24), (20, 20), (5, 22), (5, 22)
    )
    sketch.solid(
        (222, 208, 180),
        (-1, 84),
        (-1, 84),
        (-14, 50),
        (-34, 24),
        (-34, 24),
        (-14, 20),
        (-1, 22),
        (-1, 22),
    )
    sketch.solid(
        WOOD,
        (-48, 16),
        (-48, 16),
        (0, 12),
        (54, 18),
        (54, 18),
        (42, 2),
        (30, -3),
        (-28, -3),
        (-40, 3),
    )
    sketch.line((-46, 11), (0, 7), (50, 12), width=0.7)
    return sketch


def ship() -> Sketch:
    """A three-masted ship."""
    sketch = Sketch(head=(0, 60, 70), afloat=True)
    for x, top in ((-42, 110), (0, 130), (42, 108)):
        sketch.mass((limb((x, 20, 2), (x, top, 1.2)), WOOD))
        for y in (34, 62, 88):
            if y + 20 < top:
                w = 20 - y * 0.08
                sketch.solid(
                    (234, 224, 200),
                    (x - w, y),
                    (x - w, y),
                    (x - w * 0.8, y + 23),
                    (x - w * 0.8, y + 23),
                    (x + w * 0.8, y + 23),
                    (x + w * 0.8, y + 23),
                    (x + w * 1.1, y + 10),
                    (x + w, y),
                    (x + w, y),
                )
    sketch.solid(
        mix(WOOD, BLACK, 0.2),
        (-78, 40),
        (-78, 40),
        (-60, 24),
        (50, 22),
        (90, 38),
        (90, 38),
        (74, 6),
        (60, -4),
        (-58, -4),
        (-70, 6),
    )
    sketch.line((-72, 18), (0, 12), (78, 22), width=1.0, color=GOLD)
    return sketch


def plane() -> Sketch:
    """An aeroplane in the air."""
    sketch = Sketch(head=(0, 20, 50), afloat=True)
    poly(sketch, STEEL, (-64, 24), (-78, 52), (-66, 52), (-44, 26))
    sketch.solid(
        (226, 228, 228),
        (72, 20),
        (60, 29),
        (20, 32),
        (-50, 30),
        (-74, 25),
        (-50, 18),
        (20, 11),
        (60, 12),
    )
    poly(sketch, STEEL, (16, 20), (-18, -10), (-32, -10), (-10, 20))
    for x in range(-40, 46, 12):
        sketch.dot(x, 24, 2, BLUE)
    return sketch


def carriage() -> Sketch:
    """A cart on two wheels."""
    sketch = Sketch(head=(0, 30, 34))
    poly(sketch, WOOD, (-40, 22), (34, 22), (40, 44), (-46, 44))
    for y in (29, 36):
        sketch.line((-43, y), (37, y), width=0.6)
    sketch.mass((limb((34, 25, 1.8), (72, 28, 1.5)), WOOD))
    for x in (-22, 18):
        ring = ellipse(x, 18, 17, 17)
        sketch.line(*ring, ring[0], width=2.6, color=mix(WOOD, BLACK, 0.4))
        for dx, dy in ((17, 0), (12, 12), (0, 17), (-12, 12)):
            sketch.line((x - dx, 18 - dy), (x + dx, 18 + dy), width=0.8)
    return sketch


VEHICLES: dict[str, Callable[[], Sketch]] = {
    "car": car,
    "train": train,
    "bicycle": bicycle,
    "boat": boat,
    "ship": ship,
    "plane": plane,
    "cart": carriage,
}
"""Vehicles by kind."""
