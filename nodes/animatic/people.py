"""People: a skeleton put into a pose, then dressed.

Joints are in figure units (see `sketch`); the far arm and leg are drawn first and darker.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from nodes.animatic.clothes import SKIN, STEEL, WOOD, cloak_color, cloth_color, hand_color
from nodes.animatic.curves import Curve, Point, ellipse, limb, smooth
from nodes.animatic.heads import head_at
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, WHITE, Sketch

Joints = Mapping[str, Point]

_STAND: dict[str, Point] = {
    "hip": (0, 51),
    "neck": (0.5, 82),
    "head": (2, 91.5),
    "elbow": (-4.5, 66),
    "hand": (-1, 52),
    "elbow2": (5, 66),
    "hand2": (7, 53),
    "knee": (-1, 27),
    "foot": (-3, 2),
    "knee2": (3, 27),
    "foot2": (4.5, 2.5),
}
POSES: dict[str, dict[str, Point]] = {
    "stand": _STAND,
    "talk": {**_STAND, "elbow2": (9, 70), "hand2": (18, 76), "head": (3, 91.5)},
    "point": {**_STAND, "elbow2": (12, 77), "hand2": (25, 79)},
    "hail": {**_STAND, "elbow2": (10, 86), "hand2": (13, 101), "elbow": (-9, 70)},
    "despair": {**_STAND, "head": (6, 88), "neck": (2, 81), "elbow2": (8, 72), "hand2": (7, 86)},
    "look": {**_STAND, "head": (1, 92), "elbow2": (9, 72), "hand2": (9, 88)},
    "walk": {
        **_STAND,
        "neck": (2, 82),
        "head": (4, 91.5),
        "knee": (6, 29),
        "foot": (9, 3),
        "knee2": (-2, 28),
        "foot2": (-11, 5),
        "hand": (-8, 54),
        "hand2": (11, 56),
    },
    "run": {
        **_STAND,
        "hip": (0, 50),
        "neck": (9, 79),
        "head": (13, 87),
        "knee": (14, 38),
        "foot": (12, 16),
        "knee2": (-6, 27),
        "foot2": (-21, 17),
        "elbow": (-2, 66),
        "hand": (-11, 70),
        "elbow2": (15, 63),
        "hand2": (24, 71),
    },
    "sit": {
        **_STAND,
        "hip": (0, 26),
        "neck": (1, 57),
        "head": (3, 66.5),
        "elbow": (-2, 41),
        "hand": (9, 33),
        "elbow2": (7, 42),
        "hand2": (15, 34),
        "knee": (19, 27),
        "foot": (18, 2),
        "knee2": (21, 26),
        "foot2": (23, 2),
    },
    "kneel": {
        **_STAND,
        "hip": (-2, 29),
        "neck": (2, 60),
        "head": (5, 69),
        "elbow": (-1, 44),
        "hand": (10, 44),
        "elbow2": (8, 46),
        "hand2": (13, 47),
        "knee": (8, 3),
        "foot": (-14, 3),
        "knee2": (15, 27),
        "foot2": (14, 2),
    },
    "fight": {
        **_STAND,
        "neck": (5, 80),
        "head": (8, 89),
        "knee": (10, 30),
        "foot": (14, 2),
        "knee2": (-6, 27),
        "foot2": (-16, 3),
        "elbow2": (16, 80),
        "hand2": (24, 90),
        "elbow": (-8, 68),
        "hand": (-2, 60),
    },
    "ride": {
        **_STAND,
        "hip": (0, 26),
        "neck": (3, 57),
        "head": (5, 66.5),
        "elbow": (0, 42),
        "hand": (13, 40),
        "elbow2": (6, 43),
        "hand2": (15, 41),
        "knee": (12, 18),
        "foot": (5, -2),
        "knee2": (13, 18),
        "foot2": (7, -2),
    },
}
POSES["lie"] = POSES["sleep"] = POSES["fall"] = POSES["dead"] = _STAND
POSES["perch"] = POSES["read"] = POSES["sit"]
POSES["fly"] = POSES["run"]


def person(pose: str = "stand", traits: frozenset[str] = frozenset(), look: int = 0) -> Sketch:
    """Return a person.

    Args:
        pose: A key of `POSES`; another one stands.
        traits: What the person is and wears: `cloak`, `armour`, `crown`, `dress`, `child`, ...
        look: Chooses colours of hair and clothes.
    """
    joints = POSES.get(pose, _STAND)
    if "ghost" in traits and pose == "talk":
        joints = _STAND
    if joints["hip"][1] < 45:
        traits = traits - {"dress", "robe"}
    sketch = Sketch(ghost="ghost" in traits, afloat="ghost" in traits)
    cloth = cloth_color(traits, look)
    _far_side(sketch, joints, traits, cloth)
    if "cloak" in traits or "ghost" in traits:
        _cloak(sketch, joints, cloak_color(traits, look))
    _near_leg(sketch, joints, traits, cloth)
    _torso(sketch, joints, traits, cloth)
    head_at(sketch, joints["head"], traits, look)
    _near_arm(sketch, joints, traits, cloth)
    if "spear" in traits:
        _spear(sketch, joints)
    sketch.hand = joints["hand2"]
    if pose == "run":
        # Both feet are off the ground, but only just.
        sketch.transform(lambda x, y: (x, y - 9))
    if pose in ("lie", "sleep", "dead", "fall"):
        sketch.transform(_lain)
        sketch.afloat = pose == "fall"
    if "child" in traits:
        _shrink(sketch, 0.66)
    return sketch


def _lain(x: float, y: float) -> Point:
    """Turn a standing figure onto its back, head to the left and slightly raised."""
    turn = math.radians(86)
    return 46 - y * math.sin(turn) - x * math.cos(turn), 8 + x * math.sin(turn) + 0.03 * y


def _shrink(sketch: Sketch, scale: float) -> None:
    sketch.transform(lambda x, y: (x * scale, y * scale))
    x, y, radius = sketch.head
    sketch.head = (x, y, radius * scale)


def _leg(joints: Joints, suffix: str, color: Color) -> list[tuple[Curve, Color]]:
    hip, knee, foot = joints["hip"], joints["knee" + suffix], joints["foot" + suffix]
    leg = limb((hip[0], hip[1], 5.6), (knee[0], knee[1], 4.0), (foot[0], foot[1] + 2, 2.6))
    shin = math.atan2(foot[1] - knee[1], foot[0] - knee[0])
    toe = 1 if abs(math.degrees(shin) + 90) < 50 else 0.6
    boot = smooth(
        [
            (foot[0] - 3, foot[1] + 4.5),
            (foot[0] + 2.6, foot[1] + 4.5),
            (foot[0] + 7 * toe, foot[1] + 0.4),
            (foot[0] + 6.5 * toe, foot[1] - 2),
            (foot[0] - 3, foot[1] - 2),
        ]
    )
    return [(leg, color), (boot, mix(color, BLACK, 0.6))]


def _arm(joints: Joints, suffix: str, color: Color, skin: Color) -> list[tuple[Curve, Color]]:
    neck, elbow, hand = joints["neck"], joints["elbow" + suffix], joints["hand" + suffix]
    side = -1.5 if not suffix else 2.5
    arm = limb(
        (neck[0] + side, neck[1] - 4, 4.2), (elbow[0], elbow[1], 3.3), (hand[0], hand[1], 2.4)
    )
    length = math.dist(elbow, hand) or 1.0
    # The hand comes out of the sleeve.
    x, y = (end + (end - bend) / length * 2.6 for bend, end in zip(elbow, hand, strict=True))
    return [(ellipse(x, y, 2.6, 2.6), skin), (arm, color)]


def _far_side(sketch: Sketch, joints: Joints, traits: frozenset[str], cloth: Color) -> None:
    dark = mix(cloth, BLACK, 0.3)
    sketch.mass(*_arm(joints, "2", dark, hand_color(traits)))
    if not _long(traits):
        trousers = STEEL if "armour" in traits else mix(cloth, BLACK, 0.45)
        sketch.mass(*_leg(joints, "2", mix(trousers, BLACK, 0.2)))


def _near_leg(sketch: Sketch, joints: Joints, traits: frozenset[str], cloth: Color) -> None:
    if _long(traits):
        return
    trousers = STEEL if "armour" in traits else mix(cloth, BLACK, 0.4)
    if "ghost" in traits:
        trousers = cloth
    sketch.mass(*_leg(joints, "", trousers))


def _near_arm(sketch: Sketch, joints: Joints, traits: frozenset[str], cloth: Color) -> None:
    sketch.mass(*_arm(joints, "", cloth, hand_color(traits)))
    if "armour" in traits:
        x, y = joints["neck"]
        sketch.solid(
            mix(STEEL, WHITE, 0.25),
            (x - 5.5, y - 3),
            (x - 1, y),
            (x + 2.5, y - 4),
            (x - 1, y - 8),
            (x - 5, y - 7),
        )


def _long(traits: frozenset[str]) -> bool:
    return bool(traits & {"dress", "robe"}) and "armour" not in traits


def _torso(sketch: Sketch, joints: Joints, traits: frozenset[str], cloth: Color) -> None:
    hip, neck = joints["hip"], joints["neck"]

    def at(across: float, along: float) -> Point:
        """A point of the trunk: 0 along is the hip, 1 the neck."""
        dx, dy = neck[0] - hip[0], neck[1] - hip[1]
        length = math.hypot(dx, dy)
        ux, uy = dx / length, dy / length
        return hip[0] + dx * along + uy * across, hip[1] + dy * along - ux * across

    trunk = smooth(
        [
            at(-2.6, 1.06),
            at(-7.4, 0.9),
            at(-7, 0.5),
            at(-6.6, 0),
            at(-5, -0.16),
            at(5.4, -0.16),
            at(6.6, 0),
            at(6.4, 0.5),
            at(7.4, 0.82),
            at(2.8, 1.06),
        ]
    )
    skirt = _skirt(joints, traits, at)
    collar = limb((*at(0, 0.98), 3.0), (*at(0.6, 1.16), 2.8))
    sketch.mass((collar, hand_color(traits)), (skirt, cloth), (trunk, cloth))
    sketch.line(at(-6.6, 0.12), at(0, 0.09), at(6.4, 0.12), width=1.6, color=mix(cloth, BLACK, 0.6))
    sketch.line(at(1, -0.2), at(2.4, 0.1), width=0.7, fine=True)
    sketch.line(at(-3, 0.1), at(-1.5, 0.35), width=0.6, fine=True)
    sketch.line(at(3.5, 0.8), at(4.4, 0.55), width=0.6, fine=True)


def _skirt(joints: Joints, traits: frozenset[str], at: Callable[[float, float], Point]) -> Curve:
    if _long(traits) or "ghost" in traits:
        (kx, _), (fx, fy) = joints["knee"], joints["foot"]
        f2x = joints["foot2"][0]
        low, high = min(fx, f2x), max(fx, f2x)
        return smooth(
            [
                at(-6, 0.2),
                (min(kx, low) - 6, 26),
                (low - 8, fy),
                (low - 8, fy),
                (0, fy - 1.5),
                (high + 8, fy),
                (high + 8, fy),
                (max(kx, high) + 5, 26),
                at(6, 0.2),
            ]
        )
    hip = joints["hip"]
    behind, ahead = sorted((joints["knee"], joints["knee2"]))
    back = (hip[0] + (behind[0] - hip[0]) * 0.55 - 6.5, hip[1] + (behind[1] - hip[1]) * 0.55)
    front = (hip[0] + (ahead[0] - hip[0]) * 0.55 + 6, hip[1] + (ahead[1] - hip[1]) * 0.55)
    return smooth([at(-6, 0.2), back, back, front, front, at(6, 0.2)])


def _cloak(sketch: Sketch, joints: Joints, color: Color) -> None:
    (nx, ny), (hx, hy) = joints["neck"], joints["hip"]
    fx, fy = joints["foot"]
    hem = max(4.0, fy + 5)
    sway = (nx - hx) * 0.8
    sketch.solid(
        color,
        (nx + 2.5, ny + 1),
        (nx + 4, ny - 5),
        (hx + 1, hy),
        (fx - 1, hem + 4),
        (fx - 1, hem),
        (fx - 9, hem - 3),
        (hx - 15 - sway, hem + 2),
        (hx - 15 - sway, hem + 2),
        (hx - 11 - sway * 0.4, hy),
        (nx - 9.5, ny - 6),
        (nx - 4, ny + 2),
    )
    sketch.line((nx - 6, ny - 10), (hx - 8, hy), (hx - 10 - sway, hem + 8), width=0.7, fine=True)
    sketch.line((nx - 2, ny - 14), (hx - 4, hy - 6), (fx - 5, hem + 6), width=0.6, fine=True)


def _spear(sketch: Sketch, joints: Joints) -> None:
    x, y = joints["hand2"]
    lean = 2.0
    sketch.mass((limb((x - lean, max(0.0, y - 52), 0.9), (x + lean * 1.4, y + 62, 0.8)), WOOD))
    tip = x + lean * 1.4
    sketch.solid(
        STEEL,
        (tip - 2, y + 61),
        (tip, y + 60),
        (tip + 2.2, y + 61),
        (tip + 0.6, y + 72),
        (tip + 0.6, y + 72),
    )
    sketch.dot(x, y, 2.6, SKIN)
