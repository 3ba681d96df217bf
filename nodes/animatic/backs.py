"""Figures close to the camera and unlit: what one looks past in a shot over the shoulder."""

from __future__ import annotations

from dataclasses import replace

from nodes.animatic.clothes import GOLD, cloak_color, cloth_color, hair_color
from nodes.animatic.curves import ellipse
from nodes.animatic.palette import mix
from nodes.animatic.scene import Subject
from nodes.animatic.sketch import BLACK, Mass, Sketch


def in_shadow(sketch: Sketch) -> Sketch:
    """Return a figure as one dark shape."""
    coat = next(part.shapes[0][1] for part in sketch.parts if isinstance(part, Mass))
    dark = mix(coat, BLACK, 0.72)
    shapes = [part for part in sketch.parts if isinstance(part, Mass)]
    for part in shapes:
        part.shapes = [(curve, dark) for curve, _ in part.shapes]
    return replace(sketch, parts=[*shapes])


def back_of(listener: Subject, look: int) -> Sketch:
    """Return a head and shoulders from behind, darker than life, as they are near and unlit."""
    sketch = Sketch(afloat=True)
    cloaked = listener.traits & {"cloak", "hood"}
    coat = (cloak_color if cloaked else cloth_color)(listener.traits, look)
    coat = mix(coat, BLACK, 0.4)
    hair = mix(hair_color(listener.traits, look), BLACK, 0.35)
    sketch.solid(
        mix((226, 190, 160), BLACK, 0.35),
        (-9, 36),
        (-9, 56),
        (9, 56),
        (9, 36),
    )
    sketch.solid(
        coat, (-50, -10), (-47, 22), (-36, 38), (-12, 45), (12, 45), (37, 37), (48, 20), (52, -10)
    )
    sketch.line((-30, 36), (-33, 10), (-32, -8), width=0.8)
    sketch.line((0, 44), (2, 20), (0, -8), width=0.7)
    for x in (-18.5, 18.5):
        sketch.mass((ellipse(x, 64, 3, 5), mix((226, 190, 160), BLACK, 0.4)))
    low = 22 if "long_hair" in listener.traits else 50
    sketch.solid(
        hair,
        (-12, low),
        (-17, 60),
        (-18, 76),
        (-10, 88),
        (2, 91),
        (13, 86),
        (18, 74),
        (17, 60),
        (11, low),
        (0, low - 3),
    )
    if "crown" in listener.traits:
        points = [(-16, 80), (-19, 100), (-9, 90), (0, 104), (9, 90), (19, 100), (16, 80)]
        sketch.solid(mix(GOLD, BLACK, 0.3), *[point for point in points for _ in (0, 1)])
    if "helmet" in listener.traits or "armour" in listener.traits:
        sketch.solid((150, 158, 168), (-20, 58), (-20, 80), (0, 97), (20, 80), (20, 58), (0, 54))
    for x in (-9, -2, 6):
        sketch.line((x, 84), (x - 3, 66), (x, 52), width=0.6, fine=True)
    return sketch
