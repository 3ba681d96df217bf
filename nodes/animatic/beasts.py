"""Four-legged animals from one rig: a trunk, a neck, a head of its family, ears, legs, a tail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nodes.animatic.curves import Curve, Point, ellipse, limb, smooth
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch

_HEADS: dict[str, tuple[Point, ...]] = {
    "dog": (
        (-1, 0.1),
        (-0.6, 0.95),
        (0.3, 1.0),
        (0.95, 0.5),
        (1.9, 0.25),
        (2.3, 0.05),
        (2.15, -0.45),
        (1.1, -0.7),
        (0, -0.95),
        (-0.8, -0.7),
    ),
    "cat": (
        (-1, 0),
        (-0.7, 0.8),
        (0.2, 1),
        (0.9, 0.55),
        (1.4, 0.0),
        (1.3, -0.4),
        (0.7, -0.8),
        (-0.3, -0.9),
    ),
    "horse": (
        (-0.9, 0.2),
        (-0.4, 0.95),
        (0.5, 0.85),
        (1.4, -0.1),
        (2.4, -1.2),
        (2.55, -1.7),
        (2.1, -2.05),
        (1.5, -1.6),
        (0.5, -0.9),
        (-0.5, -0.8),
    ),
    "cow": (
        (-0.9, 0.2),
        (-0.4, 0.9),
        (0.5, 0.8),
        (1.5, 0),
        (2.1, -0.6),
        (2.1, -1.2),
        (1.5, -1.3),
        (0.4, -0.9),
        (-0.5, -0.8),
    ),
    "bear": (
        (-1, 0),
        (-0.7, 0.85),
        (0.2, 1),
        (0.9, 0.45),
        (1.6, 0.1),
        (1.7, -0.35),
        (1.2, -0.7),
        (0, -0.95),
        (-0.8, -0.7),
    ),
    "mouse": (
        (-0.9, 0),
        (-0.5, 0.7),
        (0.3, 0.75),
        (1.1, 0.3),
        (2.0, -0.2),
        (2.0, -0.4),
        (1.1, -0.65),
        (0, -0.8),
        (-0.7, -0.6),
    ),
    "pig": (
        (-1, 0),
        (-0.6, 0.9),
        (0.3, 0.9),
        (1.0, 0.3),
        (1.9, 0.15),
        (2.0, -0.5),
        (1.2, -0.7),
        (0, -0.9),
        (-0.8, -0.7),
    ),
    "elephant": (
        (-1, 0.2),
        (-0.6, 1),
        (0.4, 1.1),
        (1.2, 0.5),
        (1.6, -0.6),
        (1.7, -2.2),
        (2.3, -2.9),
        (2.1, -3.2),
        (1.2, -2.6),
        (1.0, -1.1),
        (0.4, -0.9),
        (-0.6, -0.9),
    ),
}


@dataclass(frozen=True, slots=True)
class Beast:
    """The proportions of one species, in figure units."""

    color: Color
    length: float
    depth: float
    legs: float
    neck: Point
    """From the withers to the middle of the head."""
    head: float
    """Radius of the skull."""
    family: str
    ear: str = "point"
    tail: str = "thin"
    thick: float = 1.0
    """Thickness of the legs."""
    mane: Color | None = None
    horns: str = ""
    belly: Color | None = None


BEASTS: dict[str, Beast] = {
    "wolf": Beast(
        (118, 118, 124), 48, 19, 24, (13, 14), 7.5, "dog", "point", "bush", belly=(176, 174, 170)
    ),
    "dog": Beast(
        (170, 128, 84), 40, 16, 22, (9, 15), 7, "dog", "flop", "up", belly=(206, 180, 146)
    ),
    "cat": Beast((112, 104, 100), 32, 13, 13, (8, 10), 6.2, "cat", "point", "up", 0.8),
    "lion": Beast(
        (202, 158, 92), 56, 22, 26, (13, 14), 9.5, "cat", "round", "tuft", 1.2, (138, 84, 44)
    ),
    "tiger": Beast((214, 140, 64), 56, 21, 24, (13, 12), 8.5, "cat", "round", "tuft", 1.2),
    "bear": Beast((104, 76, 56), 56, 34, 20, (17, 8), 11, "bear", "round", "none", 1.7),
    "horse": Beast(
        (134, 90, 62), 58, 25, 44, (17, 32), 9, "horse", "point", "horse", 1.0, (58, 42, 36)
    ),
    "donkey": Beast(
        (138, 130, 126), 48, 21, 34, (14, 24), 8.5, "horse", "long", "tuft", 0.9, (80, 74, 72)
    ),
    "deer": Beast(
        (164, 116, 76), 44, 18, 36, (11, 26), 6.5, "cow", "point", "stub", 0.7, None, "antlers"
    ),
    "cow": Beast(
        (176, 142, 116), 62, 29, 28, (13, 8), 10, "cow", "flop", "tuft", 1.2, None, "horns"
    ),
    "goat": Beast(
        (196, 188, 174), 38, 18, 22, (8, 14), 6.5, "cow", "flop", "stub", 0.8, None, "horns"
    ),
    "sheep": Beast((228, 222, 208), 40, 24, 15, (9, 7), 6.5, "cow", "flop", "stub", 0.8),
    "pig": Beast((222, 168, 156), 46, 26, 12, (11, 2), 9.5, "pig", "flop", "curl", 1.0),
    "mouse": Beast((150, 138, 128), 18, 11, 3.5, (6, 0), 5, "mouse", "big", "long", 0.5),
    "elephant": Beast((142, 142, 146), 78, 48, 36, (24, 10), 16, "elephant", "fan", "tuft", 2.4),
}
"""Four-legged animals by kind."""


def beast(kind: str, pose: str = "stand") -> Sketch:
    """Return a four-legged animal looking to the right."""
    spec = BEASTS[kind]
    if pose in ("lie", "sleep", "dead"):
        return _Rig(spec, spec.depth * 0.08, "lie").draw(asleep=pose != "lie")
    return _Rig(spec, spec.legs, pose).draw(asleep=False)


class _Rig:
    def __init__(self, spec: Beast, legs: float, pose: str) -> None:
        self.spec = spec
        self.pose = pose
        self.lift = legs
        self.middle = legs + spec.depth * 0.5
        self.half = spec.length / 2
        self.dark = mix(spec.color, BLACK, 0.28)
        drop = 0.35 if pose == "lie" else 1.0
        self.skull = (
            self.half + spec.neck[0],
            self.middle + spec.depth * 0.3 + spec.neck[1] * drop,
        )
        self.sketch = Sketch(
            head=(*self.skull, spec.head),
            mouth=self._head_point((2.1, -0.3))[0],
            hand=(0.0, self.middle + spec.depth * 0.5),
        )

    def draw(self, *, asleep: bool) -> Sketch:
        if self.pose != "lie":
            self.sketch.mass(*((curve, self.dark) for curve in self._legs(far=True)))
        self._tail()
        self._ears(self.dark, far=True)
        self._trunk(self._near_limbs())
        self._head(asleep)
        return self.sketch

    def _head_point(self, *points: Point) -> list[Point]:
        (x, y), size = self.skull, self.spec.head
        return [(x + px * size, y + py * size) for px, py in points]

    def _strides(self, far: bool) -> tuple[float, float]:
        reach = {"run": 0.62, "jump": 0.62, "walk": 0.26}.get(self.pose, 0.04) * self.spec.legs
        if self.pose in ("run", "jump"):
            return reach * (0.75 if far else 1.0), -reach * (0.75 if far else 1.0)
        return (reach, reach * 0.7) if far else (-reach, -reach * 0.7)

    def _near_limbs(self) -> list[Curve]:
        return self._folded() if self.pose == "lie" else self._legs(far=False)

    def _legs(self, *, far: bool) -> list[Curve]:
        thick = self.spec.thick * self.spec.legs**0.5 * 0.62
        front, back = self._strides(far)
        run = self.spec.legs * 0.15 if self.pose in ("run", "jump") else 0.0
        shift = 4 if far else 0
        x, top = self.half - shift * 0.2 - 1, self.lift + self.spec.depth * 0.3
        knee = self.lift * 0.52
        fore = limb(
            (x, top, thick * 1.5),
            (x + front * 0.5 + 0.8, knee, thick * 0.85),
            (x + front, 1.6 + run, thick * 0.62),
            (x + front + thick * 0.7, 1.0 + run, thick * 0.6),
        )
        x = -self.half + shift
        hind = limb(
            (x, top, thick * 2.1),
            (x + back * 0.35 + 1.6, knee + 2, thick * 1.1),
            (x + back * 0.8 - 2.0, knee * 0.55, thick * 0.72),
            (x + back, 1.6 + run, thick * 0.6),
            (x + back + thick * 0.8, 1.0 + run, thick * 0.55),
        )
        return [fore, hind]

    def _folded(self) -> list[Curve]:
        thick = self.spec.thick * self.spec.legs**0.5 * 0.62
        haunch = ellipse(
            -self.half + 6, self.middle * 0.75, self.spec.depth * 0.42, self.middle * 0.7
        )
        return [
            limb((self.half - 6, 4, thick), (self.half + 8, 2.4, thick * 0.8)),
            haunch,
            limb((-self.half + 2, 2.6, thick), (-self.half + 16, 2.2, thick * 0.8)),
        ]

    def _trunk(self, limbs: Sequence[Curve]) -> None:
        spec, h, m, d = self.spec, self.half, self.middle, self.spec.depth
        trunk = smooth(
            [
                (-h - d * 0.3, m + d * 0.1),
                (-h, m + d * 0.5),
                (0, m + d * 0.42),
                (h, m + d * 0.54),
                (h + d * 0.36, m + d * 0.1),
                (h, m - d * 0.5),
                (0, m - d * 0.42),
                (-h * 0.7, m - d * 0.38),
                (-h - d * 0.2, m - d * 0.3),
            ]
        )
        (sx, sy), size = self.skull, spec.head
        neck = limb(
            (h - d * 0.05, m + d * 0.12, d * 0.42),
            ((h + sx) / 2, (m + sy) / 2 + d * 0.05, d * 0.3 + size * 0.15),
            (sx - size * 0.2, sy - size * 0.1, size * 0.72),
        )
        self.sketch.mass(
            (trunk, spec.color), (neck, spec.color), *((curve, spec.color) for curve in limbs)
        )
        thigh = h + d * 0.02
        self.sketch.line(
            (-thigh + 7, m + d * 0.15),
            (-thigh + 9, m - d * 0.15),
            (-thigh + 6, m - d * 0.5),
            width=0.7,
        )
        self.sketch.line(
            (h - 6, m + d * 0.1), (h - 7, m - d * 0.2), (h - 4, m - d * 0.5), width=0.6
        )
        if spec.belly:
            self.sketch.mass(
                (
                    smooth(
                        [
                            (h + d * 0.2, m - d * 0.15),
                            (h - 2, m - d * 0.46),
                            (0, m - d * 0.4),
                            (-h * 0.6, m - d * 0.36),
                            (0, m - d * 0.28),
                        ]
                    ),
                    spec.belly,
                ),
                outline=0.0,
            )
        if spec.mane:
            self._mane(spec.mane)
        if spec is BEASTS["tiger"]:
            for x in range(round(-h), round(h), 8):
                self.sketch.line(
                    (x, m + d * 0.45), (x + 2, m + d * 0.15), (x, m - d * 0.1), width=1.4
                )
        if spec is BEASTS["sheep"]:
            for x in range(round(-h), round(h), 7):
                self.sketch.line((x, m + 4), (x + 2, m + 6.5), (x + 5, m + 5), width=0.6)

    def _mane(self, color: Color) -> None:
        h, m, d = self.half, self.middle, self.spec.depth
        sx, sy = self.skull
        size = self.spec.head
        if self.spec.family == "cat":
            mane = [
                (sx - size * 0.2 + size * 1.75 * x, sy - size * 0.1 + size * 1.75 * y)
                for x, y in (
                    (0.35, 0.75),
                    (0, 1.05),
                    (-0.45, 0.95),
                    (-0.85, 0.7),
                    (-1.1, 0.1),
                    (-1.05, -0.6),
                    (-0.6, -1.1),
                    (0, -1.2),
                    (0.4, -0.8),
                    (0.1, 0),
                )
            ]
            self.sketch.solid(color, *mane)
            return
        self.sketch.solid(
            color,
            (sx - size * 0.1, sy + size),
            (sx - size * 0.9, sy + size * 0.6),
            (h - d * 0.35, m + d * 0.62),
            (h - d * 0.1, m + d * 0.3),
            (sx - size * 1.0, sy - size * 0.6),
            (sx - size * 0.4, sy + size * 0.3),
        )

    def _head(self, asleep: bool) -> None:
        spec = self.spec
        face = mix(spec.color, (70, 64, 62), 0.6) if spec is BEASTS["sheep"] else spec.color
        self.sketch.mass((smooth(self._head_point(*_HEADS[spec.family])), face))
        self._ears(spec.color, far=False)
        self._horns()
        (ex, ey), (nx, ny) = self._head_point((0.5, 0.3), _NOSE.get(spec.family, (2.1, 0.0)))
        if asleep:
            self.sketch.line((ex - 1.6, ey), (ex, ey - 0.8), (ex + 1.6, ey), width=0.7)
        else:
            self.sketch.dot(ex, ey, spec.head * 0.2, WHITE)
            self.sketch.dot(ex + 0.2, ey, spec.head * 0.15, BLACK)
        if spec.family != "elephant":
            self.sketch.dot(nx, ny, spec.head * 0.17, BLACK)
            self.sketch.line(
                *self._head_point((1.6, -0.45), (1.0, -0.4))
                if spec.family in ("dog", "cat", "bear")
                else self._head_point((2.0, -1.5), (1.6, -1.3)),
                width=0.6,
                fine=True,
            )
        else:
            self.sketch.solid(
                WHITE,
                *self._head_point((1.0, -0.9), (2.0, -1.2), (2.6, -0.7), (1.2, -0.6)),
                outline=0.7,
            )

    def _ears(self, color: Color, *, far: bool) -> None:
        shift = 0.5 if far else 0.0
        shapes: dict[str, Sequence[Point]] = {
            "point": ((-0.7, 0.5), (-0.5, 1.75), (-0.5, 1.75), (0.15, 0.85)),
            "flop": ((-0.5, 0.75), (-1.3, 0.5), (-1.35, -0.5), (-0.8, -0.7), (-0.2, 0.5)),
            "round": ((-0.8, 0.6), (-0.75, 1.3), (-0.2, 1.35), (0.05, 0.8)),
            "big": ((-0.8, 0.3), (-1.1, 1.4), (-0.3, 1.8), (0.2, 0.7)),
            "long": ((-0.6, 0.6), (-0.9, 2.4), (-0.5, 2.6), (0.1, 0.8)),
            "fan": ((-0.4, 0.7), (-1.6, 1.0), (-2.0, -0.4), (-1.2, -1.5), (-0.3, -0.6)),
        }
        if far and self.spec.ear in ("flop", "fan"):
            return
        points = self._head_point(*((x + shift, y) for x, y in shapes[self.spec.ear]))
        self.sketch.solid(mix(color, BLACK, 0.1), *points)

    def _horns(self) -> None:
        pale = (206, 196, 172)
        if self.spec.horns == "horns":
            self.sketch.solid(
                pale, *self._head_point((-0.1, 0.8), (0, 1.7), (0.7, 2.2), (0.5, 1.4), (0.35, 0.8))
            )
        elif self.spec.horns == "antlers":
            for shift in (0.35, 0.0):
                for branch in (
                    ((0, 0.8), (-0.9, 2.2), (-0.5, 3.8)),
                    ((-0.75, 2.0), (0.5, 2.6), (0.8, 3.5)),
                    ((-0.8, 2.8), (-1.7, 3.6), (-1.6, 4.2)),
                ):
                    self.sketch.line(
                        *self._head_point(*((x + shift, y) for x, y in branch)),
                        width=1.8,
                        color=mix(pale, BLACK, 0.35),
                    )

    def _tail(self) -> None:
        x, y, d = (
            -self.half - self.spec.depth * 0.2,
            self.middle + self.spec.depth * 0.3,
            self.spec.depth,
        )
        tails: dict[str, list[tuple[float, float, float]]] = {
            "bush": [
                (x, y, 2.4),
                (x - 8, y - 4, 4.2),
                (x - 15, y - 13, 3.6),
                (x - 19, y - 20, 1.0),
            ],
            "up": [(x, y, 1.9), (x - 7, y + 5, 1.7), (x - 9, y + 14, 1.5), (x - 6, y + 20, 1.0)],
            "tuft": [
                (x, y, 1.4),
                (x - 6, y - d * 0.4, 1.2),
                (x - 6, y - d * 0.9, 1.1),
                (x - 8, y - d * 1.15, 2.4),
                (x - 9, y - d * 1.4, 0.8),
            ],
            "thin": [(x, y, 1.4), (x - 8, y - 6, 1.0), (x - 12, y - 12, 0.6)],
            "horse": [
                (x, y, 2.2),
                (x - 8, y - 4, 4.0),
                (x - 11, y - 18, 5.0),
                (x - 9, y - 36, 1.4),
            ],
            "stub": [(x + 1, y, 2.0), (x - 4, y + 2, 1.4)],
            "curl": [(x, y, 1.0), (x - 5, y + 1, 1.0), (x - 5, y + 6, 0.9), (x - 2, y + 4, 0.8)],
            "long": [
                (x, y - 4, 1.2),
                (x - 8, y - 7, 0.9),
                (x - 17, y - 5, 0.7),
                (x - 25, y - 8, 0.4),
            ],
        }
        if self.spec.tail in tails:
            color = (
                self.spec.mane if self.spec.tail == "horse" and self.spec.mane else self.spec.color
            )
            curve: Curve = limb(
                *((tx, max(ty, size), size) for tx, ty, size in tails[self.spec.tail])
            )
            self.sketch.mass((curve, mix(color, BLACK, 0.1)))


_NOSE: dict[str, Point] = {
    "dog": (2.2, 0.0),
    "cat": (1.35, -0.1),
    "horse": (2.35, -1.5),
    "cow": (2.0, -0.8),
    "bear": (1.65, 0.0),
    "mouse": (2.05, -0.25),
    "pig": (1.95, -0.15),
}
