"""Ink on transparent paper: one layer of the picture, drawn at twice its size.

A layer is a colour picture and, beside it, its opacity. Uncovered pixels hold the ink's colour, so
that smoothed edges blend into the outline and never into black or white.

Places are in *picture units*: the picture's height is 1, x runs from 0 to the aspect ratio and y
down from the top. A layer reaches beyond the picture by a margin on each side, which a moving
camera uncovers.
"""

from __future__ import annotations

import functools
import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from nodes.animatic.curves import Curve, Point, wobble
from nodes.animatic.palette import Color

OVERSAMPLING = 2
MARGIN_X = 0.16
"""Margin left and right, in picture widths."""
MARGIN_Y = 0.12
"""Margin above and below, in picture heights."""


@dataclass(frozen=True, slots=True)
class View:
    """The size of a picture in pixels and of the layers around it."""

    width: int
    height: int

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width / self.height

    @property
    def margin(self) -> tuple[int, int]:
        """Pixels by which a layer goes beyond the picture, each side."""
        return round(self.width * MARGIN_X), round(self.height * MARGIN_Y)

    @property
    def size(self) -> tuple[int, int]:
        """Size of a layer in pixels."""
        x, y = self.margin
        return self.width + 2 * x, self.height + 2 * y

    @property
    def left(self) -> float:
        """Leftmost x of a layer, in picture units."""
        return -self.margin[0] / self.height

    @property
    def right(self) -> float:
        """Rightmost x of a layer."""
        return self.aspect + self.margin[0] / self.height

    @property
    def top(self) -> float:
        """Topmost y of a layer."""
        return -self.margin[1] / self.height

    @property
    def bottom(self) -> float:
        """Lowest y of a layer."""
        return 1 + self.margin[1] / self.height


@dataclass(slots=True)
class Layer:
    """A finished layer at the size of the output."""

    color: Image.Image
    alpha: Image.Image


class _Paper(NamedTuple):
    """A drawing with its opacity, and what draws on both."""

    color: Image.Image
    alpha: Image.Image
    brush: ImageDraw.ImageDraw
    cover: ImageDraw.ImageDraw


class Canvas:
    """A layer being drawn.

    Args:
        view: The picture that the layer belongs to.
        ink: Colour of outlines.
        rng: Source of the hand's unsteadiness.
    """

    def __init__(self, view: View, ink: Color, rng: random.Random) -> None:
        self.view = view
        self.ink = ink
        self.rng = rng
        self.unit = view.height * OVERSAMPLING
        """Pixels of the drawing per picture unit."""

    @functools.cached_property
    def _paper(self) -> _Paper:
        # Made when first drawn on, and gone when finished: each takes five bytes a pixel.
        width, height = self.view.size
        size = (width * OVERSAMPLING, height * OVERSAMPLING)
        color, alpha = Image.new("RGB", size, self.ink), Image.new("L", size, 0)
        return _Paper(color, alpha, ImageDraw.Draw(color), ImageDraw.Draw(alpha))

    @property
    def color(self) -> Image.Image:
        """The drawing."""
        return self._paper.color

    @property
    def alpha(self) -> Image.Image:
        """Its opacity."""
        return self._paper.alpha

    def pixels(self, points: Iterable[Point]) -> Curve:
        """Turn picture units into pixels of the drawing."""
        dx, dy = -self.view.left * self.unit, -self.view.top * self.unit
        return [(x * self.unit + dx, y * self.unit + dy) for x, y in points]

    def fill(self, points: Sequence[Point], color: Color) -> None:
        """Fill a closed curve."""
        outline = self.pixels(points)
        self._paper.brush.polygon(outline, fill=color)
        self._paper.cover.polygon(outline, fill=255)

    def line(
        self,
        points: Sequence[Point],
        width: float,
        color: Color | None = None,
        *,
        closed: bool = False,
    ) -> None:
        """Draw a brush line whose width swells and thins around `width` picture units."""
        curve = self.pixels([*points, points[0]] if closed else points)
        brush, cover = self._paper.brush, self._paper.cover
        stroke(brush, cover, curve, width * self.unit, color or self.ink, self.rng)

    def shape(
        self,
        points: Sequence[Point],
        color: Color,
        *,
        width: float = 0.004,
        ink: Color | None = None,
    ) -> None:
        """Fill a closed curve and draw its outline, both a little unsteady."""
        curve = wobble(points, 0.0012, self.rng)
        self.fill(curve, color)
        if width:
            self.line(curve, width, ink, closed=True)

    def hatch(
        self,
        points: Sequence[Point],
        color: Color,
        *,
        gap: float = 0.014,
        lean: float = 0.5,
        width: float = 0.0018,
    ) -> None:
        """Shade the inside of a closed curve with slanting pen lines."""
        outline = self.pixels(points)
        box = bounds(outline)
        x0, y0, x1, y1 = (round(edge) for edge in box)
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        mask = Image.new("L", (x1 - x0, y1 - y0), 0)
        ImageDraw.Draw(mask).polygon([(x - x0, y - y0) for x, y in outline], fill=255)
        lines = Image.new("L", mask.size, 0)
        brush = ImageDraw.Draw(lines)
        step, slant = gap * self.unit, lean * (y1 - y0)
        x = -abs(slant)
        while x < mask.width + abs(slant):
            jolt = self.rng.uniform(-0.25, 0.25) * step
            start, end = self.rng.uniform(-0.02, 0.12), self.rng.uniform(0.85, 1.0)
            brush.line(
                [
                    (x + jolt + slant * start, mask.height * start),
                    (x + slant * end, mask.height * end),
                ],
                fill=190,
                width=max(1, round(width * self.unit)),
            )
            x += step
        lines.paste(0, None, mask.point(_INVERT))
        self.color.paste(color, (x0, y0), lines)

    def place(self, color: Image.Image, alpha: Image.Image, at: tuple[int, int]) -> None:
        """Put a finished drawing onto this layer; `at` is in pixels of the drawing."""
        self.color.paste(color, at, alpha)
        self.alpha.paste(255, at, alpha)

    def finish(self) -> Layer:
        """Return the layer at output size, and let go of the drawing."""
        layer = Layer(self.color.reduce(OVERSAMPLING), self.alpha.reduce(OVERSAMPLING))
        del self._paper
        return layer


_INVERT = [255 - value for value in range(256)]


def stroke(
    brush: ImageDraw.ImageDraw,
    cover: ImageDraw.ImageDraw,
    curve: Curve,
    width: float,
    color: Color,
    rng: random.Random,
) -> None:
    """Draw a line of changing width on a picture and on its opacity."""
    swell = rng.random()
    for start, end in itertools.pairwise(curve):
        swell += (rng.random() - 0.5) * 0.35
        swell = min(1.0, max(0.0, swell))
        size = max(1, round(width * (0.65 + 0.7 * swell)))
        for draw, paint in ((brush, color), (cover, 255)):
            draw.line((start, end), fill=paint, width=size)
            if size > 3:
                reach = size / 2 - 0.5
                x, y = end
                draw.ellipse((x - reach, y - reach, x + reach, y + reach), fill=paint)


def bounds(points: Iterable[Point]) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of some points."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@functools.lru_cache(maxsize=8)
def soft_disc(size: int) -> Image.Image:
    """Return a round glow, opaque at its centre and gone at its rim."""
    disc = Image.new("L", (64, 64), 0)
    pixels = disc.load()
    assert pixels is not None  # noqa: S101 - only a closed picture has no pixels
    for y in range(64):
        for x in range(64):
            reach = ((x - 31.5) ** 2 + (y - 31.5) ** 2) ** 0.5 / 32
            pixels[x, y] = round(255 * max(0.0, 1 - reach) ** 2)
    return disc.resize((size, size), Image.Resampling.BICUBIC)


def blurred(mask: Image.Image, radius: float) -> Image.Image:
    """Blur a mask at a quarter of its size, which looks the same and costs a sixteenth."""
    if min(mask.size) < 16:
        return mask
    small = mask.reduce(4).filter(ImageFilter.GaussianBlur(radius / 4))
    return small.resize(mask.size, Image.Resampling.BILINEAR)
