"""Animals with outlines of their own: hare, tortoise, fox, fish, snake."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.birds import cock, owl, raven, songbird
from nodes.animatic.creatures import CREATURES
from nodes.animatic.curves import ellipse, limb, smooth
from nodes.animatic.eyes import eye
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch

HARE: Color = (168, 128, 88)
CREAM: Color = (232, 216, 190)
RUSSET: Color = (196, 98, 44)
SHELL: Color = (112, 104, 60)
HIDE: Color = (150, 150, 92)


def hare(pose: str = "stand") -> Sketch:
    """A hare: long ears, long hind legs, a scut."""
    if pose in ("run", "jump", "walk", "fall"):
        return _hare_running()
    if pose in ("lie", "sleep", "dead"):
        return _hare_lying()
    sketch = Sketch(head=(11, 44, 9), mouth=(20, 41), hand=(15, 22))
    dark = mix(HARE, BLACK, 0.28)
    sketch.solid(dark, (6, 50), (1, 62), (-2, 76), (2, 80), (7, 68), (10, 52))
    sketch.mass((ellipse(-19, 8, 5, 5), WHITE), outline=0.7)
    sketch.mass((limb((10, 26, 3.6), (14, 13, 2.6), (15, 2, 2.0), (19, 1.4, 1.6)), dark))
    body = smooth(
        [
            (4, 38),
            (-4, 36),
            (-14, 28),
            (-19, 14),
            (-17, 4),
            (-8, 0.5),
            (6, 1),
            (12, 10),
            (14, 22),
            (13, 34),
        ]
    )
    head = smooth(
        [
            (3, 42),
            (5, 50),
            (12, 52.5),
            (18, 48),
            (21.5, 43),
            (21, 40),
            (17, 37),
            (10, 34.5),
            (4, 36),
        ]
    )
    haunch = smooth(
        [(-3, 20), (-12, 20), (-17, 11), (-13, 2), (-2, 0), (13, 0), (14, 3), (4, 4.5), (3, 13)]
    )
    sketch.mass((body, HARE), (head, HARE))
    sketch.solid(CREAM, (11, 34), (14, 28), (13.5, 18), (10, 14), (8, 22), (8, 30), outline=0.0)
    sketch.mass((haunch, mix(HARE, BLACK, 0.1)), outline=0.8)
    sketch.mass((limb((8, 27, 3.6), (10.5, 14, 2.8), (10.5, 2.4, 2.2), (15, 1.6, 1.7)), HARE))
    ear = smooth([(7, 50), (6, 62), (7.5, 78), (11.5, 83), (14.5, 74), (14, 60), (11.5, 51)])
    sketch.mass((ear, HARE))
    sketch.solid(
        (214, 164, 140), (9, 55), (9.2, 68), (11.2, 76), (12.4, 68), (11.2, 56), outline=0.0
    )
    eye(sketch, 13.4, 45.4, 1.7, asleep=pose == "asleep")
    sketch.dot(21, 42.4, 1.2, BLACK)
    sketch.line((20, 39.6), (17.6, 39.2), (16, 40), width=0.7)
    for dy in (-1, 1, 3):
        sketch.line((18.5, 41), (25, 39.5 + dy), width=0.3, fine=True)
    sketch.line((-12, 26), (-8, 24), width=0.5, fine=True)
    sketch.line((-15, 20), (-11, 18.5), width=0.5, fine=True)
    return sketch


def _hare_running() -> Sketch:
    sketch = Sketch(head=(31, 33, 9), mouth=(41, 29), hand=(40, 10))
    dark = mix(HARE, BLACK, 0.28)
    sketch.mass((limb((20, 22, 4), (33, 14, 2.6), (44, 11, 1.9)), dark))
    sketch.mass((limb((-20, 20, 6), (-33, 13, 3.4), (-46, 10, 2.2)), dark))
    sketch.solid(dark, (25, 38), (12, 46), (0, 50), (1, 53), (16, 50), (29, 43))
    sketch.mass((ellipse(-29, 31, 4.8, 4.6), WHITE), outline=0.7)
    body = smooth(
        [
            (24, 34),
            (10, 35),
            (-8, 36),
            (-22, 34),
            (-29, 25),
            (-26, 16),
            (-14, 14),
            (6, 15),
            (20, 15),
            (27, 22),
        ]
    )
    head = smooth(
        [
            (22, 33),
            (25, 40),
            (32, 42),
            (38, 37),
            (42, 31.5),
            (41, 28.5),
            (35, 26),
            (28, 25),
            (23, 27),
        ]
    )
    sketch.mass((body, HARE), (head, HARE))
    sketch.solid(CREAM, (20, 16.5), (8, 16), (-10, 15.5), (-4, 19), (10, 19.5), outline=0.0)
    haunch = smooth(
        [
            (-14, 30),
            (-24, 29),
            (-29, 20),
            (-38, 12),
            (-50, 5),
            (-51, 2.5),
            (-46, 3),
            (-34, 8),
            (-22, 11),
            (-13, 18),
        ]
    )
    sketch.mass((haunch, mix(HARE, BLACK, 0.08)), outline=0.8)
    sketch.mass((limb((20, 22, 4.4), (31, 11, 2.9), (45, 5, 2.0)), HARE))
    ear = smooth([(27, 39), (17, 46), (4, 53), (2, 56.5), (8, 57), (21, 52), (31, 42)])
    sketch.mass((ear, HARE))
    eye(sketch, 33.6, 35.2, 1.7)
    sketch.dot(41.6, 30.8, 1.2, BLACK)
    sketch.line((39.5, 28.2), (37, 28.6), width=0.7)
    for y in (8, 20, 32):
        sketch.line((-58, y), (-70 - y % 7, y + 0.5), width=0.6)
    return sketch


def _hare_lying() -> Sketch:
    sketch = Sketch(head=(27, 13, 9), mouth=(37, 8), hand=(30, 3))
    dark = mix(HARE, BLACK, 0.28)
    sketch.mass((ellipse(-31, 12, 5, 5), WHITE), outline=0.7)
    sketch.mass((limb((-14, 8, 5), (-28, 4, 3), (-42, 2.4, 2.2)), dark))
    body = smooth(
        [
            (20, 20),
            (8, 25),
            (-8, 27),
            (-24, 23),
            (-32, 12),
            (-28, 2),
            (-8, 0),
            (16, 0.5),
            (26, 4),
            (26, 13),
        ]
    )
    head = smooth(
        [(17, 13), (20, 21), (27, 22.5), (34, 17), (38, 10), (36.5, 6), (30, 4.5), (22, 4), (17, 7)]
    )
    sketch.mass((body, HARE), (head, HARE))
    haunch = smooth(
        [(-8, 19), (-20, 20), (-28, 11), (-24, 2), (-12, 0), (6, 0), (8, 3), (-4, 4.5), (-4, 12)]
    )
    sketch.mass((haunch, mix(HARE, BLACK, 0.08)), outline=0.8)
    sketch.mass((limb((14, 7, 3.6), (26, 3, 2.6), (40, 1.8, 2.0)), HARE))
    ear = smooth([(22, 20), (12, 26), (-2, 30), (-8, 34), (-4, 37), (10, 34), (26, 22)])
    sketch.mass((ear, HARE))
    sketch.solid((214, 164, 140), (18, 24), (8, 28.5), (-2, 33), (10, 31.5), outline=0.0)
    ear2 = smooth([(23, 20), (18, 30), (10, 41), (11, 44), (18, 40), (26, 30), (28, 21)])
    sketch.mass((ear2, mix(HARE, BLACK, 0.06)))
    eye(sketch, 29.6, 14.4, 1.7, asleep=True)
    sketch.dot(37.4, 9.2, 1.2, BLACK)
    sketch.line((36, 6.8), (33, 7), width=0.6)
    sketch.line((-18, 22), (-12, 21), width=0.5, fine=True)
    return sketch


def tortoise(pose: str = "stand") -> Sketch:
    """A tortoise: a domed shell with plates, an outstretched neck."""
    asleep = pose in ("sleep", "lie", "dead")
    lift = 0.0 if asleep else 4.0
    nose = -9.0 if asleep else 6.0
    sketch = Sketch(head=(33, 17 + nose, 7), mouth=(39, 15 + nose), hand=(24, 4))
    dark = mix(HIDE, BLACK, 0.3)
    stride = 3 if pose in ("walk", "run") else 0
    sketch.mass(
        (limb((14, 8 + lift, 4), (19 + stride, 2, 3.2)), dark),
        (limb((-16, 8 + lift, 4), (-15 + stride, 2, 3.2)), dark),
    )
    sketch.solid(HIDE, (-25, 7 + lift), (-33, 3 + lift), (-24, 3 + lift))
    neck = limb((20, 11 + lift, 5.0), (27, 13 + lift * 0.5 + nose * 0.6, 4.2), (32, 16 + nose, 4.6))
    head = smooth(
        [
            (28, 21 + nose),
            (34, 23 + nose),
            (39, 19.5 + nose),
            (40.5, 16 + nose),
            (38, 12.5 + nose),
            (31, 11.5 + nose),
            (27, 15 + nose),
        ]
    )
    sketch.mass((neck, HIDE), (head, HIDE))
    shell = smooth(
        [
            (27, 9 + lift),
            (25, 17 + lift),
            (16, 27 + lift),
            (2, 32 + lift),
            (-13, 28.5 + lift),
            (-24, 18 + lift),
            (-28, 9 + lift),
            (-28, 7 + lift),
            (0, 5 + lift),
            (27, 7 + lift),
        ]
    )
    rim = smooth(
        [
            (28, 10 + lift),
            (29, 6.5 + lift),
            (0, 3 + lift),
            (-30, 6.5 + lift),
            (-29, 10 + lift),
            (0, 8.5 + lift),
        ]
    )
    sketch.mass((shell, SHELL))
    light = mix(SHELL, (210, 190, 110), 0.4)
    for plate in (
        ((-6, 15), (-9, 22), (-3, 28), (6, 28), (10, 22), (6, 15)),
        ((13, 15), (15, 21), (19, 20), (22, 13), (15, 11.5)),
        ((-12, 15), (-14, 22), (-19, 19), (-22, 13), (-14, 11.5)),
    ):
        sketch.mass(([(x, y + lift) for x, y in plate], light), outline=0.5)
    sketch.mass((rim, mix(SHELL, light, 0.5)))
    near = mix(HIDE, BLACK, 0.05)
    sketch.mass(
        (limb((17, 8 + lift, 4.8), (23 + stride, 2.5, 3.8)), near),
        (limb((-18, 8 + lift, 4.8), (-23 - stride, 2.5, 3.8)), near),
    )
    eye(sketch, 35, 18.4 + nose, 1.3, asleep=asleep)
    sketch.line((40, 15.4 + nose), (36, 14.6 + nose), (34.4, 15.6 + nose), width=0.6)
    sketch.line((25, 12 + nose), (27, 15 + nose), width=0.4, fine=True)
    return sketch


def fox(pose: str = "stand") -> Sketch:
    """A fox: pointed mask, white cheeks, black stockings, a brush of a tail."""
    if pose in ("sit", "look", "talk", "beg"):
        return _fox_sitting()
    if pose in ("lie", "sleep", "dead"):
        return _fox_lying()
    stride = {"run": 9.0, "walk": 4.0}.get(pose, 0.0)
    sketch = Sketch(head=(32, 44, 10), mouth=(47, 38), hand=(24, 4))
    dark, sock = mix(RUSSET, BLACK, 0.3), (60, 44, 42)
    for x, dx in ((19, stride), (-17, -stride)):
        sketch.mass(
            (limb((x, 24, 4.6), (x + dx * 0.5, 13, 2.6), (x + dx, 2, 1.9)), dark),
            (limb((x + dx * 0.6, 11, 2.3), (x + dx, 2, 1.9), (x + dx + 2, 1.6, 1.6)), sock),
        )
    tail = smooth(
        [(-22, 32), (-34, 34), (-48, 27), (-58, 16), (-64, 12), (-56, 9), (-42, 13), (-30, 21)]
    )
    sketch.mass((tail, RUSSET))
    sketch.solid(CREAM, (-54, 19), (-60, 16), (-66, 11), (-57, 9.5), (-50, 11.5), outline=0.5)
    body = smooth(
        [
            (22, 41),
            (6, 38),
            (-10, 38),
            (-24, 36),
            (-28, 27),
            (-22, 19),
            (-6, 21),
            (10, 20),
            (24, 19),
            (30, 29),
            (30, 38),
        ]
    )
    near = [
        (x, dx, limb((x, 26, 5.0), (x + dx * 0.5, 13, 2.8), (x + dx, 2, 2.0)))
        for x, dx in ((24, -stride), (-20, stride))
    ]
    sketch.mass((body, RUSSET), *((leg, RUSSET) for _, _, leg in near))
    sketch.line((-13, 30), (-11, 24), (-15, 19), width=0.7)
    sketch.solid(CREAM, (31, 37), (31, 28), (27, 21), (25, 22), (25, 29), outline=0.0)
    _fox_head(sketch, 32, 44, 0.0)
    for x, dx, _ in near:
        sketch.mass(
            (limb((x + dx * 0.6, 11, 2.5), (x + dx, 2.2, 2.1), (x + dx + 3, 1.6, 1.7)), sock)
        )
    return sketch


def _fox_head(sketch: Sketch, x: float, y: float, tilt: float, *, asleep: bool = False) -> None:
    """A fox's mask around a point; `tilt` raises the snout."""

    def put(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x + px, y + py + tilt * max(0.0, px + 4) / 18) for px, py in points]

    sketch.solid(mix(RUSSET, BLACK, 0.3), *put((-2, 7), (-1, 17), (1, 19), (5, 9)))
    sketch.solid(
        RUSSET,
        *put(
            (-10, -4),
            (-9, 4),
            (-3, 9),
            (4, 8.6),
            (8, 4),
            (16, -2),
            (18, -4.6),
            (16, -7),
            (8, -8.5),
            (0, -10),
            (-7, -9),
        ),
    )
    sketch.solid(
        CREAM,
        *put((-7, -8), (-2, -3.6), (5, -4), (14, -4.4), (17, -6), (14, -7.2), (7, -8.4), (0, -10)),
        outline=0.0,
    )
    sketch.solid(RUSSET, *put((-8, 5), (-8, 17), (-6.5, 20), (-6.5, 20), (-1, 13), (1, 8)))
    sketch.solid((70, 50, 46), *put((-6.4, 8), (-6.2, 16), (-2.4, 10.5)), outline=0.0)
    sketch.dot(*put((17.4, -4))[0], 1.7, BLACK)
    ex, ey = put((5, 1.8))[0]
    eye(sketch, ex, ey, 1.5, asleep=asleep)
    sketch.line(*put((16, -6.4), (10, -6.2), (6, -5)), width=0.6)
    for drop in (0, 2, 4):
        sketch.line(*put((12, -5.4), (19, -8 - drop)), width=0.3, fine=True)


def _fox_sitting() -> Sketch:
    sketch = Sketch(head=(12, 58, 10), mouth=(29, 60), hand=(15, 4))
    dark, sock = mix(RUSSET, BLACK, 0.3), (60, 44, 42)
    tail = smooth(
        [(-12, 12), (-26, 14), (-40, 8), (-52, 4), (-54, 0.5), (-40, -1), (-20, 0), (-8, 3)]
    )
    sketch.mass((tail, RUSSET))
    sketch.solid(CREAM, (-44, 6.4), (-52, 4), (-55, 0.6), (-46, -0.6), (-41, 2), outline=0.5)
    sketch.mass(
        (limb((8, 32, 4.4), (12, 16, 2.6), (14, 2, 2.0)), dark),
        (limb((12, 13, 2.5), (14, 2, 2), (17, 1.5, 1.7)), sock),
    )
    body = smooth(
        [
            (4, 52),
            (-4, 42),
            (-14, 28),
            (-20, 12),
            (-16, 1.5),
            (2, 0.5),
            (12, 8),
            (17, 26),
            (19, 42),
            (17, 50),
        ]
    )
    sketch.mass((body, RUSSET))
    sketch.solid(CREAM, (17, 49), (18.6, 40), (16, 26), (12, 17), (9, 26), (9, 40), outline=0.0)
    haunch = smooth([(-4, 22), (-14, 20), (-19, 10), (-14, 1), (8, 0), (9, 3), (2, 5), (3, 14)])
    sketch.mass((haunch, mix(RUSSET, BLACK, 0.07)), outline=0.8)
    sketch.mass(
        (limb((9, 34, 4.8), (12, 17, 2.8), (12, 2, 2.1)), RUSSET),
        (limb((12, 14, 2.6), (12, 2.2, 2.1), (16, 1.6, 1.8)), sock),
    )
    _fox_head(sketch, 12, 58, 9.0)
    return sketch


def _fox_lying() -> Sketch:
    sketch = Sketch(head=(28, 14, 10), mouth=(44, 8), hand=(30, 3))
    sketch.solid(
        RUSSET, (22, 18), (4, 24), (-16, 25), (-30, 16), (-30, 2), (0, 0), (26, 0.5), (30, 9)
    )
    sketch.solid(RUSSET, (-26, 14), (-38, 8), (-36, 1), (-16, 0), (4, 1), (6, 5), (-12, 8))
    sketch.solid(CREAM, (-2, 6), (8, 5), (8, 1.4), (-2, 0.8), outline=0.5)
    _fox_head(sketch, 28, 13, -2.0, asleep=True)
    return sketch


def fish(pose: str = "stand") -> Sketch:
    """A fish, in mid-water."""
    grey = (136, 156, 166)
    sketch = Sketch(head=(18, 20, 8), mouth=(30, 19), afloat=True)
    sketch.solid(grey, (-18, 20), (-34, 31), (-34, 31), (-30, 20), (-35, 9), (-35, 9))
    sketch.solid(mix(grey, BLACK, 0.2), (-4, 28), (2, 37), (12, 30))
    sketch.solid(grey, (30, 19), (18, 28), (0, 30), (-18, 22), (-18, 18), (0, 10), (18, 11))
    sketch.line((13, 27), (9, 19), (13, 12), width=0.7)
    eye(sketch, 21, 21.5, 1.7)
    sketch.line((29, 17.6), (24, 16.6), width=0.6)
    return sketch


def snake(pose: str = "stand") -> Sketch:
    """A snake with its head raised."""
    green = (112, 124, 76)
    sketch = Sketch(head=(20, 24, 5), mouth=(27, 22))
    sketch.mass(
        (
            limb(
                (-40, 2, 1),
                (-30, 4, 2.4),
                (-18, 2.6, 3),
                (-6, 5, 3.4),
                (6, 3.2, 3.6),
                (14, 7, 3.4),
                (12, 17, 3.2),
                (18, 24, 3.6),
                (26, 23, 2.4),
            ),
            green,
        )
    )
    eye(sketch, 21, 25.4, 1)
    sketch.line((28, 22), (33, 21), width=0.5, color=(180, 50, 46))
    return sketch


OUTLINED: dict[str, Callable[[str], Sketch]] = {
    "hare": hare,
    "tortoise": tortoise,
    "fox": fox,
    "raven": raven,
    "cock": cock,
    "bird": songbird,
    "owl": owl,
    "fish": fish,
    "snake": snake,
    **CREATURES,
}
"""Animals by kind."""
