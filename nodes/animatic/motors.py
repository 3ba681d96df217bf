"""Things with an engine: motorcycle, pickup truck, van, bus, taxi, spaceship."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.curves import ellipse, limb
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, Sketch, box, poly

STEEL: Color = (174, 182, 190)
PANE: Color = (190, 208, 214)
LAMP: Color = (255, 240, 190)
TYRE: Color = (52, 50, 54)


def wheel(sketch: Sketch, x: float, y: float, radius: float) -> None:
    """Draw a wheel with its tyre."""
    sketch.mass((ellipse(x, y, radius, radius), TYRE))
    sketch.mass((ellipse(x, y, radius * 0.5, radius * 0.5), STEEL), outline=0.5)


def motorcycle() -> Sketch:
    """A motorcycle; its `hand` is the saddle."""
    red: Color = (168, 60, 50)
    sketch = Sketch(head=(0, 26, 36), hand=(-8, 35))
    for x in (-33, 35):
        wheel(sketch, x, 16, 15.5)
    sketch.mass((limb((35, 16, 1.6), (25, 44, 1.8)), STEEL))
    sketch.mass((limb((-33, 16, 2.2), (-4, 16, 2.6)), STEEL))
    sketch.mass((limb((-44, 12, 2.6), (-12, 11, 2.2)), STEEL), outline=0.8)
    sketch.solid((84, 84, 90), (-14, 10), (-14, 26), (0, 30), (12, 26), (13, 12), (0, 7))
    for y in (14, 18, 22):
        sketch.line((-9, y), (8, y), width=0.6, fine=True)
    sketch.solid(red, (-2, 28), (-2, 36), (8, 43), (24, 41), (26, 34), (12, 28))
    sketch.solid(BLACK, (-38, 36), (-34, 41), (-18, 36), (-2, 35), (-4, 30), (-26, 31))
    sketch.solid(red, (-50, 24), (-44, 35), (-28, 34), (-24, 31), (-36, 33), (-46, 22))
    sketch.mass((limb((25, 44, 1.6), (20, 52, 1.4), (14, 53, 1.4)), TYRE))
    sketch.mass((ellipse(31, 43, 4.2, 4.6), LAMP))
    return sketch


def _cab_glass(sketch: Sketch, *points: tuple[float, float]) -> None:
    poly(sketch, PANE, *points, outline=0.7)


def truck() -> Sketch:
    """A pickup truck: a cab and an open bed."""
    blue: Color = (92, 116, 132)
    sketch = Sketch(head=(0, 28, 44))
    poly(sketch, mix(blue, BLACK, 0.3), (-72, 18), (-72, 38), (-6, 38), (-6, 18))
    sketch.solid(
        blue,
        *((-74, 14), (-74, 14), (-74, 36), (-74, 36), (-8, 36), (-8, 36), (-5, 60), (2, 62)),
        *((24, 61), (40, 38), (66, 34), (72, 26), (72, 14), (72, 14)),
    )
    _cab_glass(sketch, (0, 40), (2, 56), (22, 56), (34, 40))
    sketch.line((14, 57), (14, 16), width=0.6)
    sketch.line((-70, 28), (-12, 28), width=0.6)
    sketch.dot(69, 28, 3, LAMP)
    for x in (-48, 46):
        wheel(sketch, x, 12.5, 13)
    return sketch


def van() -> Sketch:
    """A delivery van."""
    cream: Color = (206, 196, 170)
    sketch = Sketch(head=(0, 36, 46))
    sketch.solid(
        cream,
        *((-70, 12), (-70, 12), (-70, 66), (-66, 70), (26, 70), (40, 66), (58, 40)),
        *((70, 34), (72, 12), (72, 12)),
    )
    _cab_glass(sketch, (28, 42), (28, 62), (40, 61), (53, 42))
    sketch.line((20, 67), (20, 15), width=0.7)
    sketch.line((-66, 34), (18, 34), width=0.6)
    sketch.dot(69, 27, 3, LAMP)
    for x in (-44, 44):
        wheel(sketch, x, 11.5, 12)
    return sketch


def bus() -> Sketch:
    """A bus with a row of windows."""
    green: Color = (88, 124, 104)
    sketch = Sketch(head=(0, 44, 60))
    sketch.solid(
        green,
        *((-108, 12), (-108, 12), (-108, 74), (-102, 80), (98, 80), (106, 74), (110, 30)),
        *((110, 12), (110, 12)),
    )
    box(sketch, (228, 222, 204), -108, 36, 109, 42, outline=0.5)
    for x in range(-100, 60, 26):
        box(sketch, PANE, x, 48, x + 20, 72, outline=0.7)
    box(sketch, mix(PANE, BLACK, 0.15), 62, 16, 82, 72, outline=0.7)
    _cab_glass(sketch, (88, 44), (88, 72), (102, 72), (106, 44))
    sketch.dot(107, 24, 3, LAMP)
    for x in (-66, 44):
        wheel(sketch, x, 12, 13)
    return sketch


def taxi() -> Sketch:
    """A yellow cab with its sign."""
    yellow: Color = (222, 178, 70)
    sketch = Sketch(head=(0, 26, 40))
    box(sketch, LAMP, -16, 50, 4, 57)
    sketch.solid(
        yellow,
        *((-66, 12), (-67, 28), (-58, 32), (-42, 33), (-32, 49), (14, 50), (32, 34)),
        *((58, 30), (66, 24), (66, 12), (66, 11), (-66, 11)),
    )
    _cab_glass(sketch, (-37, 34), (-29, 46), (-10, 47), (-10, 34))
    _cab_glass(sketch, (-5, 34), (-5, 47), (12, 47), (25, 34))
    for x in range(-60, 60, 12):
        box(sketch, BLACK, x, 24, x + 6, 28, outline=0.0)
    sketch.dot(64, 22, 2.6, LAMP)
    for x in (-40, 40):
        wheel(sketch, x, 11, 11.5)
    return sketch


def spaceship() -> Sketch:
    """A rocket that stands on its fins."""
    red: Color = (176, 62, 52)
    hull: Color = (212, 212, 206)
    sketch = Sketch(head=(0, 96, 60))
    for side in (-1, 1):
        sketch.solid(
            red,
            *((side * 16, 60), (side * 30, 44), (side * 46, 0), (side * 46, 0)),
            *((side * 30, 14), (side * 14, 24)),
        )
    sketch.solid((84, 84, 90), (-12, 16), (-14, 6), (-14, 6), (14, 6), (14, 6), (12, 16))
    sketch.solid(
        hull,
        *((-16, 18), (-16, 18), (-26, 60), (-28, 110), (-18, 160), (0, 190), (18, 160)),
        *((28, 110), (26, 60), (16, 18), (16, 18)),
    )
    sketch.solid(red, (-19, 158), (-10, 178), (0, 191), (10, 178), (19, 158), (0, 154))
    for y in (128, 98):
        sketch.mass((ellipse(4, y, 8.5, 8.5), STEEL))
        sketch.mass((ellipse(4, y, 6, 6), (120, 162, 184)), outline=0.6)
    poly(sketch, red, (-3, 8), (-3, 56), (3, 56), (3, 8), outline=0.8)
    sketch.line((-25, 74), (0, 70), (25, 74), width=0.7)
    return sketch


MOTORS: dict[str, Callable[[], Sketch]] = {
    "motorcycle": motorcycle,
    "truck": truck,
    "van": van,
    "bus": bus,
    "taxi": taxi,
    "spaceship": spaceship,
}
"""Things with an engine by kind."""
