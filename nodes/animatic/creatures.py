"""Creatures with outlines of their own: of the sea, small ones, and those that nobody has seen."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.curves import ellipse, limb, smooth
from nodes.animatic.eyes import eye
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch, box, poly

STEEL: Color = (160, 170, 180)


def shark(pose: str = "stand") -> Sketch:
    """A shark in mid-water."""
    grey: Color = (116, 130, 142)
    sketch = Sketch(head=(44, 24, 16), mouth=(56, 16), afloat=True)
    sketch.solid(grey, (-46, 22), (-66, 48), (-66, 48), (-60, 22), (-68, 4), (-68, 4))
    sketch.solid(grey, (-8, 36), (-10, 58), (-10, 58), (14, 38))
    sketch.solid(
        grey, (64, 24), (40, 37), (4, 40), (-30, 30), (-54, 24), (-30, 17), (6, 10), (44, 13)
    )
    sketch.solid(WHITE, (60, 20), (30, 17), (-10, 19), (-30, 18), (6, 11), (44, 14), outline=0.4)
    sketch.solid(mix(grey, BLACK, 0.2), (14, 16), (-6, -6), (-6, -6), (28, 14))
    for x in (26, 30, 34):
        sketch.line((x, 30), (x - 2, 24), (x, 19), width=0.6)
    sketch.line((58, 19), (50, 15), (42, 17), width=0.9)
    eye(sketch, 49, 26, 1.7)
    return sketch


def whale(pose: str = "stand") -> Sketch:
    """A whale that blows."""
    blue: Color = (84, 104, 124)
    sketch = Sketch(head=(60, 30, 30), mouth=(92, 16), afloat=True)
    sketch.solid(blue, (-84, 28), (-112, 58), (-118, 44), (-100, 30), (-120, 30), (-112, 16))
    sketch.solid(
        blue,
        *((100, 24), (88, 50), (48, 60), (0, 54), (-50, 36), (-94, 30), (-94, 22)),
        *((-40, 8), (20, -6), (78, 2)),
    )
    sketch.solid(
        mix(blue, WHITE, 0.65),
        (98, 20),
        (60, 22),
        (10, 14),
        (-30, 8),
        (20, -5),
        (76, 3),
        outline=0.5,
    )
    for y in (3, 8, 13):
        sketch.line((20, y - 2), (55, y + 2), (86, y + 3), width=0.5)
    sketch.solid(mix(blue, BLACK, 0.2), (34, 14), (10, -14), (2, -12), (16, 14))
    eye(sketch, 70, 28, 2.2)
    for side in (-1, 1):
        sketch.line(
            (58, 60), (58 + side * 6, 80), (58 + side * 22, 76), width=2.0, color=(206, 224, 232)
        )
    return sketch


def dolphin(pose: str = "stand") -> Sketch:
    """A dolphin that leaps."""
    grey: Color = (126, 148, 166)
    sketch = Sketch(head=(32, 24, 12), mouth=(50, 12), afloat=True)
    sketch.solid(grey, (-40, 8), (-56, 14), (-58, 4), (-48, 2), (-52, -10), (-40, -4))
    sketch.solid(grey, (-6, 40), (-16, 54), (-16, 54), (12, 42))
    sketch.solid(
        grey,
        (52, 14),
        (42, 22),
        (34, 36),
        (8, 44),
        (-22, 30),
        (-46, 6),
        (-40, -2),
        (-14, 12),
        (16, 18),
        (36, 12),
    )
    sketch.solid(WHITE, (46, 13), (28, 20), (4, 18), (-16, 10), (16, 17), (36, 11), outline=0.4)
    sketch.solid(mix(grey, BLACK, 0.2), (14, 20), (4, 4), (20, 16))
    eye(sketch, 36, 23, 1.4)
    return sketch


def spider(pose: str = "stand") -> Sketch:
    """A spider."""
    dark: Color = (70, 60, 62)
    sketch = Sketch(head=(12, 14, 7), mouth=(19, 11))
    for side, reach in ((-1, 26), (-1, 17), (1, 17), (1, 26)):
        for lift in (0, 5):
            sketch.line(
                (4, 13), (side * reach * 0.6, 25 + lift), (side * (reach + lift), 0), width=1.3
            )
    sketch.mass((ellipse(-6, 15, 12, 10), dark), (ellipse(11, 13, 7, 6), dark))
    eye(sketch, 13.5, 14.5, 1.1)
    return sketch


def butterfly(pose: str = "stand") -> Sketch:
    """A butterfly on the wing."""
    orange: Color = (216, 132, 60)
    sketch = Sketch(head=(0, 24, 12), mouth=(2, 30), afloat=True)
    for side in (-1, 1):
        sketch.solid(orange, (0, 20), (side * 10, 38), (side * 26, 40), (side * 24, 24))
        sketch.solid(orange, (0, 18), (side * 20, 20), (side * 18, 6), (side * 6, 6))
        sketch.dot(side * 18, 32, 2.6, BLACK)
        sketch.dot(side * 13, 13, 2.0, WHITE)
        sketch.line((0, 27), (side * 4, 35), width=0.6)
    sketch.mass((limb((0, 8, 1.2), (0, 27, 1.8)), BLACK))
    return sketch


def bee(pose: str = "stand") -> Sketch:
    """A bee in flight."""
    sketch = Sketch(head=(11, 18, 7), mouth=(18, 15), afloat=True)
    for x, lean in ((-3, -6), (4, 4)):
        sketch.solid((222, 230, 232), (x, 22), (x + lean - 5, 38), (x + lean + 5, 38))
    sketch.mass((ellipse(-2, 16, 14, 9), (226, 182, 66)), (ellipse(12, 17, 6, 6), BLACK))
    for x in (-9, -3, 3):
        sketch.line((x, 9), (x + 1.5, 16), (x, 23.5), width=2.4)
    eye(sketch, 13.6, 18.4, 1.2)
    sketch.line((13, 22), (18, 28), width=0.7)
    return sketch


def frog(pose: str = "stand") -> Sketch:
    """A frog that squats."""
    green: Color = (112, 142, 78)
    sketch = Sketch(head=(8, 16, 9), mouth=(19, 13))
    sketch.mass(
        (smooth([(-20, 3), (-16, 16), (0, 24), (14, 24), (20, 15), (12, 6), (-6, 2)]), green),
        (ellipse(9, 24, 5, 5), green),
        (limb((-14, 8, 6), (-2, 7, 4.6), (-18, 1.6, 2)), mix(green, BLACK, 0.1)),
        (limb((8, 9, 3), (11, 1.4, 2), (17, 1, 1.6)), green),
    )
    sketch.mass((smooth([(4, 5), (6, 13), (18, 13), (12, 6)]), mix(green, WHITE, 0.5)), outline=0.4)
    sketch.line((19, 15), (12, 14), (7, 16), width=0.8)
    eye(sketch, 10, 25, 2.6)
    return sketch


def monkey(pose: str = "stand") -> Sketch:
    """A monkey that sits."""
    brown: Color = (122, 86, 60)
    face: Color = (214, 176, 140)
    sketch = Sketch(head=(5, 42, 10), mouth=(13, 36), hand=(20, 20))
    sketch.line((-12, 4), (-30, 8), (-32, 28), (-24, 34), width=2.6, color=brown)
    sketch.mass(
        (smooth([(-14, 2), (-15, 18), (-6, 34), (8, 34), (12, 18), (12, 2)]), brown),
        (limb((4, 28, 4), (14, 18, 3), (19, 24, 2.6)), brown),
        (limb((-4, 7, 6), (14, 12, 4), (17, 2, 3), (24, 1.6, 2.4)), brown),
        (ellipse(4, 43, 10, 10), brown),
    )
    sketch.mass((ellipse(-5, 44, 3.6, 3.8), face), outline=0.7)
    sketch.mass((ellipse(9, 45, 5, 4.6), face), (ellipse(10, 38, 6, 4.8), face), outline=0.6)
    eye(sketch, 9.5, 45, 1.3)
    sketch.line((6, 37), (10, 35.4), (14, 37.4), width=0.7)
    return sketch


def penguin(pose: str = "stand") -> Sketch:
    """A penguin."""
    sketch = Sketch(head=(2, 46, 9), mouth=(12, 46))
    for x in (-5, 5):
        sketch.mass((ellipse(x + 2, 2, 6, 2.4), (224, 164, 66)))
    sketch.mass(
        (smooth([(-14, 4), (-16, 22), (-8, 38), (8, 38), (14, 22), (11, 4)]), (50, 54, 64)),
        (ellipse(2, 45, 8.4, 9), (50, 54, 64)),
    )
    sketch.solid(WHITE, (10, 4), (14, 20), (8, 36), (1, 30), (-2, 14), (2, 4), outline=0.4)
    sketch.solid((224, 164, 66), (9, 48), (18, 45), (9, 43.6))
    sketch.solid((50, 54, 64), (-6, 36), (-19, 16), (-14, 14), (-2, 28))
    eye(sketch, 5.4, 47.4, 1.4)
    return sketch


def dragon(pose: str = "stand") -> Sketch:
    """A dragon with spread wings, breathing fire when it speaks or fights."""
    green: Color = (84, 118, 92)
    wing: Color = (150, 92, 70)
    sketch = Sketch(head=(66, 96, 16), mouth=(88, 90), hand=(-6, 62), afloat=pose == "fly")
    sketch.solid(
        mix(wing, BLACK, 0.25),
        (4, 62),
        (-10, 128),
        (-10, 128),
        (-56, 112),
        (-40, 96),
        (-62, 84),
        (-34, 78),
        (-30, 58),
    )
    sketch.mass(
        (
            limb(
                (66, 96, 9),
                (54, 84, 9),
                (46, 66, 12),
                (22, 44, 20),
                (-18, 40, 20),
                (-46, 28, 11),
                (-78, 16, 6),
                (-104, 22, 3),
                (-112, 34, 1),
            ),
            green,
        ),
        (limb((24, 36, 11), (30, 16, 7), (26, 3, 5), (38, 2, 3)), green),
        (limb((-22, 34, 14), (-14, 16, 8), (-24, 3, 5), (-10, 2, 3)), green),
        (
            smooth([(58, 94), (60, 106), (74, 107), (92, 98), (96, 90), (84, 87), (66, 86)]),
            green,
        ),
    )
    sketch.solid(
        wing,
        (10, 60),
        (22, 136),
        (22, 136),
        (-36, 124),
        (-20, 106),
        (-44, 94),
        (-14, 84),
        (-20, 60),
    )
    for tip in ((-36, 124), (-44, 94)):
        sketch.line((12, 64), tip, width=0.8)
    sketch.solid((214, 204, 176), (60, 104), (44, 120), (44, 120), (66, 107))
    for x, y in ((44, 88), (34, 72), (14, 64), (-36, 46), (-62, 32)):
        poly(sketch, mix(green, BLACK, 0.3), (x - 5, y - 3), (x - 6, y + 9), (x + 4, y - 1))
    sketch.line((93, 91), (84, 92), (74, 90), width=1.0)
    eye(sketch, 74, 100, 2.0)
    if pose in ("talk", "fight"):
        sketch.solid(
            (232, 110, 44), (94, 92), (118, 104), (146, 94), (124, 88), (140, 78), (112, 82)
        )
        sketch.solid((255, 206, 96), (95, 91), (114, 96), (126, 91), (112, 86), outline=0.0)
    return sketch


def monster(pose: str = "stand") -> Sketch:
    """A shaggy monster: a great dark shape with horns and eyes that shine."""
    coat: Color = (74, 68, 82)
    sketch = Sketch(head=(6, 118, 26), mouth=(26, 104), hand=(44, 40))
    sketch.mass(
        (limb((-16, 50, 20), (-18, 20, 15), (-20, 4, 11), (-8, 3, 8)), mix(coat, BLACK, 0.2)),
        (limb((16, 50, 20), (18, 20, 15), (18, 4, 11), (32, 3, 8)), coat),
    )
    sketch.mass(
        (limb((-26, 96, 14), (-46, 66, 11), (-42, 36, 10)), mix(coat, BLACK, 0.2)),
        (smooth([(-34, 44), (-40, 84), (-26, 116), (6, 124), (34, 108), (38, 74), (32, 44)]), coat),
        (ellipse(6, 118, 26, 24), coat),
        (limb((26, 98, 13), (44, 70, 11), (46, 40, 10)), coat),
    )
    for side in (-1, 1):
        sketch.solid(
            (206, 196, 172), (6 + side * 14, 136), (6 + side * 32, 158), (6 + side * 22, 134)
        )
    for x in (8, 22):
        sketch.mass((ellipse(x, 122, 4.6, 4.6), (250, 224, 120)), outline=0.6)
        sketch.dot(x + 1, 122, 1.8, BLACK)
    sketch.solid(BLACK, (2, 108), (16, 104), (29, 109), (24, 98), (8, 98), outline=0.5)
    for x in (7, 14, 21):
        poly(sketch, WHITE, (x, 106), (x + 4, 106), (x + 2, 100), outline=0.3)
    for x, y in ((-24, 90), (-8, 76), (12, 84), (-18, 60), (8, 58), (22, 66)):
        sketch.line((x, y), (x + 3, y - 8), width=0.8)
    return sketch


def robot(pose: str = "stand") -> Sketch:
    """A robot of plates and joints."""
    sketch = Sketch(head=(2, 88, 14), mouth=(14, 82), hand=(22, 40))
    far = mix(STEEL, BLACK, 0.3)
    step = 9 if pose in ("walk", "run") else 2
    raised = pose in ("talk", "hail", "point", "fight")
    sketch.mass((limb((-6, 64, 4), (-16, 50, 4), (-14 + step, 36, 4)), far))
    for x, end, tone in ((-6, -6 - step, far), (7, 7 + step, STEEL)):
        sketch.mass((limb((x, 40, 6), ((x + end) / 2 + 2, 22, 5), (end, 6, 5)), tone))
        box(sketch, tone, end - 7, 0, end + 10, 7)
    poly(sketch, STEEL, (-17, 40), (-20, 72), (20, 72), (17, 40))
    box(sketch, mix(STEEL, BLACK, 0.55), -8, 50, 12, 66, outline=0.7)
    for x, tone in ((-3, (214, 84, 70)), (3, (236, 194, 90)), (9, (120, 180, 130))):
        sketch.dot(x, 61, 2, tone)
    box(sketch, far, -4, 72, 6, 77)
    sketch.solid(
        STEEL, (-12, 77), (-12, 77), (-13, 97), (-8, 101), (12, 101), (16, 97), (15, 77), (15, 77)
    )
    box(sketch, BLACK, -4, 87, 16, 94, outline=0.6)
    for x in (2, 11):
        sketch.dot(x, 90.5, 2.3, (250, 214, 110))
    sketch.line((0, 81), (13, 81), width=0.9)
    sketch.line((0, 101), (-3, 110), width=1.1)
    sketch.dot(-3, 111, 2.2, (214, 84, 70))
    hand = (34, 78) if raised else (21, 38)
    sketch.mass((limb((16, 67, 5), (24, 54, 4.4), (*hand, 4.4)), STEEL))
    sketch.hand = hand
    return sketch


CREATURES: dict[str, Callable[[str], Sketch]] = {
    "shark": shark,
    "whale": whale,
    "dolphin": dolphin,
    "spider": spider,
    "butterfly": butterfly,
    "bee": bee,
    "frog": frog,
    "monkey": monkey,
    "penguin": penguin,
    "dragon": dragon,
    "monster": monster,
    "robot": robot,
}
"""Creatures by kind."""
