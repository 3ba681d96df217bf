"""Birds: raven, cock, owl, songbird."""

from __future__ import annotations

from nodes.animatic.curves import ellipse, smooth
from nodes.animatic.eyes import eye
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch

CREAM: Color = (232, 216, 190)
FEATHER: Color = (44, 46, 58)


def raven(pose: str = "stand", color: Color = FEATHER) -> Sketch:
    """A raven, crow or any large bird: perched or standing, or on the wing."""
    if pose in ("fly", "fall", "jump"):
        return _bird_flying(color)
    sketch = Sketch(head=(13, 42, 8), mouth=(29, 39), hand=(0, 0))
    light = mix(color, (120, 130, 170), 0.3)
    for x in (-3, 4):
        sketch.line((x, 9), (x + 1, 1), width=1.5)
        sketch.line((x - 2, 0.4), (x + 1, 1), (x + 6, 0.2), width=1.3)
    sketch.solid(
        mix(color, BLACK, 0.4), (-12, 14), (-24, 2), (-34, -9), (-29, -11), (-17, -3), (-6, 8)
    )
    body = smooth(
        [(6, 44), (-4, 38), (-14, 26), (-17, 14), (-10, 7), (2, 7), (12, 14), (18, 26), (19, 36)]
    )
    head = smooth([(4, 42), (6, 49), (13, 51.5), (20, 48), (22, 42), (20, 36), (14, 33), (6, 35)])
    sketch.mass((body, color), (head, color))
    beak = mix(color, (90, 84, 80), 0.5)
    if pose in ("talk", "sing"):
        sketch.solid(beak, (20, 47), (27, 47.5), (33, 44.5), (27, 43.5), (20, 43))
        sketch.solid(beak, (20, 41.5), (26, 39), (31, 35.6), (25, 35.8), (19, 38))
    else:
        sketch.solid(beak, (20, 46.5), (27, 45.5), (33.5, 40.5), (33, 38.6), (27, 39.4), (19.5, 39))
        sketch.line((20.5, 42), (27, 41.8), (32, 39.8), width=0.6)
    wing = smooth(
        [(5, 34), (-6, 32), (-16, 22), (-26, 6), (-30, -1), (-22, 1), (-10, 8), (2, 14), (8, 24)]
    )
    sketch.mass((wing, light), outline=0.8)
    for shift in (0, 6, 12):
        sketch.line(
            (2 - shift, 27 - shift * 0.8),
            (-9 - shift, 15 - shift * 0.7),
            (-19 - shift * 0.5, 4 - shift * 0.2),
            width=0.6,
            fine=True,
        )
    sketch.line((10, 35), (12, 31), (10, 28), width=0.6, color=light, fine=True)
    sketch.line((14, 34), (16, 30), (14, 26), width=0.6, color=light, fine=True)
    eye(sketch, 16.6, 44.6, 1.4)
    return sketch


def _bird_flying(color: Color) -> Sketch:
    sketch = Sketch(head=(24, 8, 7), mouth=(35, 5), afloat=True)
    light = mix(color, (120, 130, 170), 0.3)
    sketch.solid(
        mix(color, BLACK, 0.3), (6, 8), (2, 22), (8, 42), (2, 48), (-6, 42), (-12, 24), (-10, 6)
    )
    sketch.solid(color, (-14, 3), (-28, 5), (-40, 1), (-39, -6), (-28, -5), (-14, -4))
    sketch.solid(
        color, (26, 12), (16, 10), (0, 8), (-16, 5), (-18, -2), (0, -7), (16, -4), (26, 2), (29, 8)
    )
    sketch.solid(mix(color, (90, 84, 80), 0.5), (27, 11), (36, 6.6), (36, 4.6), (27, 4))
    wing = smooth(
        [
            (10, 6),
            (2, 20),
            (-12, 40),
            (-30, 56),
            (-34, 54),
            (-30, 44),
            (-37, 42),
            (-31, 32),
            (-36, 28),
            (-28, 20),
            (-30, 14),
            (-18, 4),
            (-4, -1),
        ]
    )
    sketch.mass((wing, light))
    for reach in (0, 1, 2):
        sketch.line(
            (-4 - reach * 5, 6 + reach * 5), (-17 - reach * 5, 20 + reach * 8), width=0.6, fine=True
        )
    eye(sketch, 25.4, 8.6, 1.3)
    return sketch


def cock(pose: str = "stand") -> Sketch:
    """A cock: comb, wattle, sickle tail; it crows when it talks."""
    crow = pose in ("talk", "sing", "stand")
    nod = 6 if crow else 0
    sketch = Sketch(head=(14, 44 + nod, 7), mouth=(24, 44 + nod), hand=(0, 0))
    red, gold, rust = (198, 48, 40), (206, 142, 58), (150, 76, 40)
    for x in (-2, 5):
        sketch.line((x, 10), (x + 1, 1), width=1.6, color=(190, 150, 60))
        sketch.line((x - 3, 0.4), (x + 1, 1), (x + 6, 0.3), width=1.3, color=(190, 150, 60))
    green = (40, 66, 60)
    for lift, reach in ((0, 0), (-9, 3), (-18, 1)):
        sketch.solid(
            green,
            (-10, 26),
            (-18, 44 + lift),
            (-30 - reach, 50 + lift),
            (-42 - reach, 40 + lift),
            (-45 - reach, 30 + lift),
            (-38 - reach, 34 + lift),
            (-28, 36 + lift),
            (-20, 22),
        )
    body = smooth(
        [(10, 34), (0, 27), (-12, 29), (-20, 26), (-16, 14), (-4, 8), (8, 10), (16, 20), (18, 32)]
    )
    neck = smooth([(8, 50 + nod), (2, 40), (-4, 30), (4, 24), (16, 24), (19, 32), (18, 42 + nod)])
    head = smooth(
        [
            (8, 44 + nod),
            (9, 50 + nod),
            (14, 51.5 + nod),
            (19, 48 + nod),
            (19, 42 + nod),
            (13, 39 + nod),
        ]
    )
    sketch.mass((body, rust), (neck, gold), (head, gold))
    sketch.solid(
        red,
        (8, 49 + nod),
        (7, 55 + nod),
        (10.5, 53 + nod),
        (12, 58 + nod),
        (14.5, 54 + nod),
        (18, 57 + nod),
        (18.5, 51 + nod),
        (13, 50 + nod),
    )
    sketch.solid(red, (17, 42 + nod), (21, 38 + nod), (19, 33 + nod), (16, 37 + nod))
    beak = (224, 188, 90)
    if crow:
        sketch.solid(beak, (18, 49 + nod), (25, 53 + nod), (26, 52 + nod), (20, 46 + nod))
        sketch.solid(beak, (19, 45 + nod), (25, 45 + nod), (25, 44 + nod), (18, 42 + nod))
    else:
        sketch.solid(beak, (18, 48), (26, 44), (18, 42))
    sketch.solid(green, (4, 26), (-10, 27), (-22, 20), (-18, 14), (-6, 13), (4, 18), outline=0.8)
    for x in (4, 9, 13):
        sketch.line((x, 40 + nod), (x - 3, 32), (x - 2, 26), width=0.5, fine=True)
    eye(sketch, 14.4, 46.6 + nod, 1.3)
    return sketch


def songbird(pose: str = "stand") -> Sketch:
    """A small bird."""
    sketch = raven("fly" if pose in ("fly", "fall") else pose, (120, 104, 92))
    sketch.transform(lambda x, y: (x * 0.5, y * 0.5))
    sketch.head = (*sketch.head[:2], 4)
    return sketch


def owl(pose: str = "stand") -> Sketch:
    """An owl: broad, upright, two round eyes."""
    if pose == "fly":
        return _bird_flying((128, 104, 80))
    brown = (128, 104, 80)
    sketch = Sketch(head=(2, 40, 11), mouth=(6, 36))
    sketch.solid(
        brown,
        (-12, 46),
        (-13, 52),
        (-13, 52),
        (-5, 49),
        (6, 49),
        (14, 52),
        (14, 52),
        (13, 44),
        (15, 24),
        (10, 6),
        (2, 0),
        (-6, 4),
        (-14, 20),
    )
    sketch.solid(mix(brown, WHITE, 0.45), (-6, 30), (8, 30), (9, 14), (1, 6), (-6, 14), outline=0.4)
    for x in (-4, 7):
        sketch.mass((ellipse(x, 41, 5.4, 5.6), CREAM), outline=0.6)
        sketch.dot(x + 0.6, 41, 2.4, BLACK)
    sketch.solid((206, 160, 70), (0, 39), (3, 39), (1.6, 34), outline=0.5)
    for y in (24, 19, 14):
        sketch.line((-3, y), (1, y - 2), (5, y), width=0.5, fine=True)
    sketch.line((-12, 34), (-9, 20), (-3, 6), width=0.6, fine=True)
    return sketch
