"""Heads in profile: face, hair, beard and what is worn on them."""

from __future__ import annotations

from collections.abc import Callable

from nodes.animatic.clothes import (
    GHOST_SKIN,
    GOLD,
    SKIN,
    STEEL,
    cloak_color,
    cloth_color,
    hair_color,
)
from nodes.animatic.curves import Point, ellipse
from nodes.animatic.palette import Color, mix
from nodes.animatic.sketch import BLACK, Sketch

Put = Callable[..., list[Point]]


def head_at(sketch: Sketch, at: Point, traits: frozenset[str], look: int) -> None:
    """Draw a head in profile around a point."""
    x, y = at
    grow = 1.28 if "child" in traits else 1.0

    def put(*points: Point) -> list[Point]:
        return [(x + px * grow, y + py * grow) for px, py in points]

    sketch.head = (x, y, 8.0 * grow)
    sketch.mouth = put((5.5, -3.4))[0]
    skin = GHOST_SKIN if "ghost" in traits else SKIN
    hair = hair_color(traits, look)
    if "long_hair" in traits:
        sketch.solid(
            hair, *put((2, 7), (-5, 6), (-8, 0), (-8.4, -9), (-7, -16), (-2, -15), (-1, -6))
        )
    sketch.solid(
        skin,
        *put(
            (-3.4, -7),
            (-5.2, -2),
            (-5.6, 2.4),
            (-3.6, 6.2),
            (0.2, 7.2),
            (3.6, 5.9),
            (5.0, 3.0),
            (4.8, 1.5),
            (5.3, 0.4),
            (6.7, -1.7),
            (6.5, -2.2),
            (5.3, -2.5),
            (5.9, -3.3),
            (5.3, -3.9),
            (5.5, -4.6),
            (5.0, -5.4),
            (5.1, -6.6),
            (3.6, -7.4),
            (1.2, -5.9),
            (0.2, -8),
        ),
    )
    _face(sketch, put, traits)
    if "beard" in traits or ("old" in traits and "dress" not in traits):
        sketch.solid(
            hair,
            *put(
                (-0.6, -0.6),
                (0.8, -3),
                (4.2, -3.2),
                (5.9, -4.6),
                (5.6, -8.5),
                (3.2, -12.5),
                (0.6, -8),
                (-1.2, -4),
            ),
        )
    _headgear(sketch, put, traits, hair, look)


def _face(sketch: Sketch, put: Put, traits: frozenset[str]) -> None:
    if "asleep" in traits:
        sketch.line(*put((2.6, 0.2), (3.4, -0.2), (4.3, 0.2)), width=0.6)
    else:
        sketch.line(*put((2.6, 0.5), (3.5, 0.9), (4.4, 0.6)), width=0.7)
        sketch.dot(*put((3.7, 0.35))[0], 0.55, BLACK)
    sketch.line(*put((2.2, 2.0), (3.4, 2.6), (4.8, 2.1)), width=0.8)
    sketch.line(*put((5.9, -1.4), (5.2, -1.9), (4.9, -1.5)), width=0.4, fine=True)
    sketch.line(*put((5.6, -3.4), (4.6, -3.5), (3.7, -3.2)), width=0.6, fine=True)
    sketch.line(*put((3.2, -0.7), (4.2, -0.8)), width=0.3, fine=True)
    sketch.line(*put((0.4, -5.2), (-0.8, -3.4), (-1.2, -1.8)), width=0.4, fine=True)


def _headgear(sketch: Sketch, put: Put, traits: frozenset[str], hair: Color, look: int) -> None:
    if traits & {"helmet", "armour"}:
        steel = (196, 208, 214) if "ghost" in traits else STEEL
        sketch.solid(
            steel,
            *put(
                (-6.4, -4),
                (-6.8, 2.5),
                (-4.2, 7.2),
                (0, 8.8),
                (4, 7.2),
                (6, 3.2),
                (6, 2),
                (1.6, 1.9),
                (0.8, -4.5),
                (-1.6, -6),
                (-5, -6),
            ),
        )
        sketch.line(*put((-6.6, 2.2), (-1, 3), (5.8, 2.4)), width=0.7)
        if "armour" in traits:
            sketch.solid(
                (170, 60, 54) if "ghost" not in traits else (208, 216, 220),
                *put((-1, 8.6), (-3, 12.5), (-8, 12), (-11, 6), (-8, 8), (-4.5, 8)),
            )
    elif "hood" in traits:
        sketch.solid(
            mix(cloak_color(traits, look), BLACK, 0.1),
            *put(
                (3.2, 8),
                (5.6, 6),
                (3.6, 3.2),
                (2.4, -2),
                (2.8, -8),
                (-2, -12),
                (-7, -9),
                (-8, 1),
                (-5, 8),
            ),
        )
    else:
        sketch.solid(
            hair,
            *put(
                (5.1, 4.2),
                (3.9, 7.4),
                (0, 8.9),
                (-4.6, 7.4),
                (-7, 2.6),
                (-6, -3.6),
                (-3.4, -5),
                (-2.6, -1),
                (-1.2, 1.4),
                (0.6, 2),
                (1.4, 4.4),
                (3.2, 4.6),
            ),
        )
        sketch.line(*put((3, 6.2), (-1, 6.6), (-4, 4)), width=0.5, fine=True)
        sketch.line(*put((-0.4, 1), (-1.6, 0.2), (-1, -1.6), (-0.2, -1)), width=0.5, fine=True)
    if "crown" in traits:
        sketch.solid(
            GOLD,
            *[
                p
                for p in put(
                    (-5.4, 5.6),
                    (-7, 12.4),
                    (-3.4, 9),
                    (-1, 14),
                    (1.4, 9.2),
                    (5.4, 12.6),
                    (4.8, 5.4),
                    (0, 6.6),
                )
                for _ in (0, 1)
            ],
        )
    if "bubble" in traits:
        _bubble(sketch, put)
    if "pointed" in traits:
        _pointed_hat(sketch, put, cloth_color(traits, look))
    elif "hat" in traits and "crown" not in traits:
        sketch.solid(
            (78, 64, 56),
            *put(
                (-10, 4.6),
                (-5, 5.8),
                (-4.6, 11.6),
                (0, 12.8),
                (4.2, 11.4),
                (4.6, 5.6),
                (9.6, 4.2),
                (4, 3.4),
                (-4, 3.6),
            ),
        )


def _bubble(sketch: Sketch, put: Put) -> None:
    """Put a space helmet on: a white shell with a dark visor."""
    x, y = put((0.6, 0))[0]
    sketch.mass((ellipse(x - 1, y, 11.4, 11.6), (232, 230, 222)))
    sketch.mass((ellipse(x + 4.4, y + 0.6, 6.6, 7.4), (58, 78, 104)), outline=0.8)
    sketch.line(*put((5.2, 4.2), (7.6, 4), (9, 2.4)), width=1.0, color=(222, 232, 238))
    sketch.line(*put((-8, -9), (-2, -11.4), (5, -10.4)), width=1.4)


def _pointed_hat(sketch: Sketch, put: Put, color: Color) -> None:
    sketch.solid(
        mix(color, BLACK, 0.35),
        *put(
            *((-12, 3.4), (-5.4, 5.4), (-5, 10), (-5.6, 27), (-5.6, 27)),
            *((3.4, 12), (5.2, 5.6), (11, 3.6), (3, 2.8), (-5, 2.8)),
        ),
    )
    sketch.line(*put((-5.2, 6.4), (0, 5.6), (5, 6.4)), width=1.4, color=GOLD)
