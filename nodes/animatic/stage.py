"""The stage of one picture: its layers while they are drawn, its horizon, its light."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

from nodes.animatic.canvas import Canvas, View
from nodes.animatic.curves import Curve, seeded
from nodes.animatic.palette import Color, Palette
from nodes.animatic.scene import Scene

_HORIZONS = {
    "extreme_wide": 0.6,
    "wide": 0.56,
    "full": 0.5,
    "medium": 0.44,
    "close": 0.42,
    "extreme_close": 0.4,
    "insert": 0.34,
}
_ZOOMS = {
    "extreme_wide": 0.75,
    "wide": 1.0,
    "full": 1.25,
    "medium": 1.6,
    "close": 2.1,
    "extreme_close": 2.6,
    "insert": 1.8,
}


@dataclass(slots=True)
class Stage:
    """What the sets and figures are drawn on.

    Attributes:
        horizon: Its height in picture units from the top.
        zoom: How near the set is; 1 in a wide shot.
        floor: Height of the picture's lower edge, where the caption strip begins.
    """

    scene: Scene
    view: View
    palette: Palette
    rng: random.Random
    far: Canvas
    mid: Canvas
    figures: Canvas
    fore: Canvas
    horizon: float
    zoom: float

    @classmethod
    def for_scene(cls, scene: Scene, view: View, palette: Palette, seed: int) -> Stage:
        """Return an empty stage."""
        horizon = _HORIZONS[scene.size]
        if "low" in scene.angles:
            horizon = 0.8
        elif "high" in scene.angles:
            horizon = 0.2
        far, mid, figures, fore = (
            Canvas(view, palette.soften(depth), seeded(seed * 7 + layer))
            for layer, depth in enumerate((0.7, 0.35, 0.0, 0.0))
        )
        rng = seeded(seed * 7 + 5)
        return cls(scene, view, palette, rng, far, mid, figures, fore, horizon, _ZOOMS[scene.size])

    @property
    def span(self) -> tuple[float, float]:
        """Left and right end of a layer."""
        return self.view.left, self.view.right

    def across(self, share: float) -> float:
        """Return the x of a share of the picture's width."""
        return self.view.aspect * share

    def below(self, line: Curve) -> Curve:
        """Close an open line downwards, so that it can be filled."""
        return [*line, (self.view.right, self.view.bottom), (self.view.left, self.view.bottom)]

    def down(self, depth: float) -> float:
        """Return the y on the ground where `depth` 1 is the horizon and 0 the lower edge."""
        return self.horizon + (1 - self.horizon) * math.pow(1 - depth, 1.6)

    def floor_color(self, depth: float, color: Color | None = None) -> Color:
        """Return the ground's colour at a depth."""
        return self.palette.far(color or self.palette.ground, depth)
