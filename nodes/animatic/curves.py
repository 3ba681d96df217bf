"""Smooth curves from few points: the splines, limbs and wobble that outlines are made of.

Points are plain `(x, y)` pairs. A point given twice in a row makes a corner.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Sequence

Point = tuple[float, float]
Curve = list[Point]


def seeded(seed: int) -> random.Random:
    """Return a source of randomness that is the same on every machine for the same seed."""
    return random.Random(seed)  # noqa: S311 - it draws pictures and keeps no secret


def smooth(points: Sequence[Point], *, closed: bool = True, steps: int = 6) -> Curve:
    """Return a Catmull-Rom spline through the points, `steps` points a segment."""
    count = len(points)
    if count < 3:
        return list(points)
    curve: Curve = []
    for index in range(count if closed else count - 1):
        if closed:
            p0, p1, p2, p3 = (points[(index + shift) % count] for shift in (-1, 0, 1, 2))
        else:
            p0, p1 = points[max(index - 1, 0)], points[index]
            p2, p3 = points[index + 1], points[min(index + 2, count - 1)]
        if p1 == p2:
            continue
        curve.extend(_segment(p0, p1, p2, p3, steps))
    if not closed:
        curve.append(points[-1])
    return curve


def _segment(p0: Point, p1: Point, p2: Point, p3: Point, steps: int) -> Curve:
    curve: Curve = []
    for step in range(steps):
        t = step / steps
        a = -0.5 * t + t * t - 0.5 * t**3
        b = 1 - 2.5 * t * t + 1.5 * t**3
        c = 0.5 * t + 2 * t * t - 1.5 * t**3
        d = -0.5 * t * t + 0.5 * t**3
        curve.append(
            (
                a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0],
                a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1],
            )
        )
    return curve


def limb(*joints: tuple[float, float, float]) -> Curve:
    """Return the outline of a rounded limb through joints `(x, y, radius)`."""
    left: Curve = []
    right: Curve = []
    for index, (x, y, radius) in enumerate(joints):
        ax, ay, _ = joints[max(index - 1, 0)]
        bx, by, _ = joints[min(index + 1, len(joints) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        nx, ny = -(by - ay) / length * radius, (bx - ax) / length * radius
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    return smooth([*left, _cap(joints[-2], joints[-1]), *right[::-1], _cap(joints[1], joints[0])])


def _cap(before: tuple[float, float, float], end: tuple[float, float, float]) -> Point:
    length = math.hypot(end[0] - before[0], end[1] - before[1]) or 1.0
    reach = end[2] * 0.9 / length
    return end[0] + (end[0] - before[0]) * reach, end[1] + (end[1] - before[1]) * reach


def ellipse(x: float, y: float, rx: float, ry: float, *, count: int = 20) -> Curve:
    """Return an ellipse as a closed curve."""
    turns = [2 * math.pi * index / count for index in range(count)]
    return [(x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns]


def wobble(curve: Sequence[Point], amount: float, rng: random.Random) -> Curve:
    """Displace a curve by slow random waves of about `amount`: the unsteadiness of a hand."""
    phase_x, phase_y = rng.random() * 6.28, rng.random() * 6.28
    pace_x, pace_y = 0.35 + rng.random() * 0.3, 0.35 + rng.random() * 0.3
    return [
        (
            x + amount * math.sin(phase_x + index * pace_x),
            y + amount * math.sin(phase_y + index * pace_y),
        )
        for index, (x, y) in enumerate(curve)
    ]


def blob(
    x: float,
    y: float,
    rx: float,
    ry: float,
    rng: random.Random,
    *,
    bumps: int = 9,
    rough: float = 0.2,
) -> Curve:
    """Return an irregular rounded shape: a bush, a cloud, a stone."""
    points = []
    for index in range(bumps):
        turn = 2 * math.pi * (index + 0.3 * (rng.random() - 0.5)) / bumps
        reach = 1 + rough * (rng.random() - 0.5) * 2
        points.append((x + rx * reach * math.cos(turn), y + ry * reach * math.sin(turn)))
    return smooth(points, steps=4)


def ridge(
    left: float,
    right: float,
    base: float,
    rise: float,
    rng: random.Random,
    *,
    peaks: int = 8,
    sharp: bool = False,
) -> Curve:
    """Return the open line of hills (or, `sharp`, of rocks) from left to right; y grows down."""
    points = []
    for index in range(peaks + 1):
        x = left + (right - left) * index / peaks
        lift = rise * (0.25 + 0.75 * rng.random()) * (1 if index % 2 else 0.45)
        points.append((x, base - lift))
    if sharp:
        points = [(x + (right - left) / peaks * 0.3 * (rng.random() - 0.5), y) for x, y in points]
        return _jagged(points, rng)
    return smooth(points, closed=False, steps=10)


def _jagged(points: Sequence[Point], rng: random.Random) -> Curve:
    line: Curve = []
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        for step in range(6):
            t = step / 6
            jolt = 0.18 * abs(by - ay) * (rng.random() - 0.5)
            line.append((ax + (bx - ax) * t, ay + (by - ay) * t + jolt))
    return [*line, points[-1]]
