"""A figure before it is placed: outlines and lines in its own units, and how it is painted.

A figure stands on y = 0 and looks to the right; y grows upwards. A person is 100 units tall, and
everything else keeps to that scale loosely, so that a hare beside a man is small yet readable.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from nodes.animatic.canvas import Canvas, blurred, bounds, stroke
from nodes.animatic.curves import Curve, Point, ellipse, smooth, wobble
from nodes.animatic.palette import Color, Palette, mix
from nodes.typography import load_font, wrap_text

WHITE: Color = (244, 240, 230)
BLACK: Color = (34, 32, 36)
GHOST_LIGHT: Color = (206, 226, 236)


@dataclass(slots=True)
class Mass:
    """Shapes that grow together: outlined as one, each filled with its own colour."""

    shapes: list[tuple[Curve, Color]]
    outline: float = 1.0
    """Width of the outline in units of the pen."""


@dataclass(slots=True)
class Mark:
    """A pen line on top of the masses."""

    curve: Curve
    width: float
    color: Color | None
    fine: bool
    """Whether the line is a detail that only a large figure shows."""


@dataclass(slots=True)
class Sketch:
    """A figure in its own units.

    Attributes:
        parts: Masses and marks, back to front.
        head: Place and radius of the head: `(x, y, radius)`; what a close-up frames.
        mouth: Where a held thing hangs.
        hand: Where a carried thing is.
        ghost: Whether the figure is pale and lets the background through.
        afloat: Whether it has no shadow on the ground.
        label: A word to write across its middle.
    """

    head: tuple[float, float, float] = (0.0, 90.0, 8.0)
    mouth: Point = (0.0, 0.0)
    hand: Point = (0.0, 0.0)
    ghost: bool = False
    afloat: bool = False
    label: str = ""
    parts: list[Mass | Mark] = field(default_factory=list)

    def mass(self, *shapes: tuple[Curve, Color], outline: float = 1.0) -> None:
        """Add curves that share one outline."""
        self.parts.append(Mass(list(shapes), outline))

    def solid(self, color: Color, *points: Point, outline: float = 1.0) -> None:
        """Add one smooth closed shape through the points."""
        self.parts.append(Mass([(smooth(points), color)], outline))

    def line(
        self, *points: Point, width: float = 1.0, color: Color | None = None, fine: bool = False
    ) -> None:
        """Add a smooth open pen line."""
        self.parts.append(Mark(smooth(points, closed=False), width, color, fine))

    def dot(self, x: float, y: float, radius: float, color: Color) -> None:
        """Add a small round spot without an outline."""
        self.parts.append(Mass([(ellipse(x, y, radius, radius, count=12), color)], 0.0))

    def add(self, other: Sketch, *, scale: float = 1.0, at: Point = (0.0, 0.0)) -> None:
        """Put another sketch on top, scaled about its own ground point."""
        for part in other.parts:
            if isinstance(part, Mass):
                moved = [(_moved(curve, scale, at), color) for curve, color in part.shapes]
                self.parts.append(Mass(moved, part.outline))
            else:
                curve = _moved(part.curve, scale, at)
                self.parts.append(Mark(curve, part.width, part.color, part.fine))

    def transform(self, change: Callable[[float, float], Point]) -> None:
        """Replace every point by `change(x, y)`."""
        for part in self.parts:
            if isinstance(part, Mass):
                part.shapes = [([change(x, y) for x, y in c], color) for c, color in part.shapes]
            else:
                part.curve = [change(x, y) for x, y in part.curve]
        hx, hy = change(*self.head[:2])
        self.head = (hx, hy, self.head[2])
        self.mouth = change(*self.mouth)
        self.hand = change(*self.hand)

    def recolor(self, color: Color) -> None:
        """Give the colour that covers most of the figure, and its shades, another hue."""
        sizes: dict[Color, float] = {}
        masses = [part for part in self.parts if isinstance(part, Mass)]
        for curve, tone in (shape for part in masses for shape in part.shapes):
            left, low, right, top = bounds(curve)
            sizes[tone] = sizes.get(tone, 0.0) + (right - left) * (top - low)
        main = max(sizes, key=lambda tone: sizes[tone])
        for part in masses:
            part.shapes = [(curve, _tinted(tone, main, color)) for curve, tone in part.shapes]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top of all shapes."""
        points = [
            point
            for part in self.parts
            for curve in ([c for c, _ in part.shapes] if isinstance(part, Mass) else [part.curve])
            for point in curve
        ]
        return bounds(points)


def _tinted(tone: Color, main: Color, color: Color) -> Color:
    for percent in range(0, 45):
        shade = mix(main, BLACK, percent / 100)
        if all(abs(one - other) <= 1 for one, other in zip(tone, shade, strict=True)):
            return mix(color, BLACK, percent / 100)
    return tone


def _moved(curve: Sequence[Point], scale: float, at: Point) -> Curve:
    return [(x * scale + at[0], y * scale + at[1]) for x, y in curve]


def poly(sketch: Sketch, color: Color, *points: Point, outline: float = 1.0) -> None:
    """Add one closed shape with straight edges."""
    sketch.mass((list(points), color), outline=outline)


def box(
    sketch: Sketch,
    color: Color,
    left: float,
    bottom: float,
    right: float,
    top: float,
    outline: float = 1.0,
) -> None:
    """Add an upright rectangle."""
    poly(sketch, color, (left, bottom), (right, bottom), (right, top), (left, top), outline=outline)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a figure goes: its ground point in picture units, its scale, and which way it looks."""

    x: float
    y: float
    scale: float
    """Picture units per figure unit."""
    flip: bool = False
    depth: float = 0.0
    """0 is near; 1 is at the horizon, hidden by air."""

    def __call__(self, point: Point) -> Point:
        """Turn figure units into picture units."""
        x = -point[0] if self.flip else point[0]
        return self.x + x * self.scale, self.y - point[1] * self.scale


def paint(
    canvas: Canvas, sketch: Sketch, place: Placement, palette: Palette, rng: random.Random
) -> None:
    """Draw a figure onto a layer with its outline, colours, shading and rim of light."""
    unit = canvas.unit
    drawn = [_prepared(part, canvas, place, rng) for part in sketch.parts]
    box = bounds([point for curves in drawn for curve in curves for point in curve])
    pad = round(0.02 * unit)
    x0, y0 = max(0, round(box[0]) - pad), max(0, round(box[1]) - pad)
    x1 = min(canvas.color.width, round(box[2]) + pad)
    y1 = min(canvas.color.height, round(box[3]) + pad)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    local = Image.new("RGB", (x1 - x0, y1 - y0), palette.soften(place.depth))
    mask = Image.new("L", local.size, 0)
    pen = _pen(place, unit)
    brushes = ImageDraw.Draw(local), ImageDraw.Draw(mask)
    for part, curves in zip(sketch.parts, drawn, strict=True):
        moved = [[(x - x0, y - y0) for x, y in curve] for curve in curves]
        _draw_part(brushes, part, moved, pen, place, palette, rng)
    if sketch.ghost:
        local = Image.blend(local, Image.new("RGB", local.size, GHOST_LIGHT), 0.45)
        canvas.place(local, _ghostly(mask), (x0, y0))
        return
    if sketch.label:
        _write(local, mask, sketch.label, palette)
    shaded = _shade(local, mask, palette, place, unit)
    canvas.place(_rim_lit(shaded, mask, palette, pen, unit), mask, (x0, y0))


def _write(picture: Image.Image, mask: Image.Image, label: str, palette: Palette) -> None:
    """Write a name across a figure, as artists label what is still to be designed."""
    box = mask.getbbox()
    if box is None:
        return
    left, top, right, low = box
    (word,) = wrap_text(label, load_font(12), 1e6, max_lines=1) or [""]
    size = min((low - top) * 0.3, 1.5 * (right - left) / max(4, len(word)))
    if size < 6:
        return
    at = ((left + right) / 2, top * 0.45 + low * 0.55)
    color = mix(palette.ink, BLACK, 0.5)
    brush = ImageDraw.Draw(picture)
    brush.text(at, word, fill=color, font=load_font(round(size), bold=True), anchor="mm")


def _prepared(
    part: Mass | Mark, canvas: Canvas, place: Placement, rng: random.Random
) -> list[Curve]:
    curves = [curve for curve, _ in part.shapes] if isinstance(part, Mass) else [part.curve]
    hand = min(1.2, 0.006 / max(place.scale, 1e-4)) * 0.25
    return [canvas.pixels(place(p) for p in wobble(curve, hand, rng)) for curve in curves]


def _pen(place: Placement, unit: float) -> float:
    """Width of the outline in pixels: larger figures get a bolder line, but not in proportion."""
    return unit * (0.0016 + 0.0022 * min(2.0, math.pow(place.scale * 100, 0.6)))


def _draw_part(
    brushes: tuple[ImageDraw.ImageDraw, ImageDraw.ImageDraw],
    part: Mass | Mark,
    curves: list[Curve],
    pen: float,
    place: Placement,
    palette: Palette,
    rng: random.Random,
) -> None:
    brush, cover = brushes
    ink = palette.soften(place.depth)
    if isinstance(part, Mark):
        if part.fine and place.scale < 0.0042:
            return
        color = palette.far(part.color, place.depth) if part.color else ink
        stroke(brush, cover, curves[0], pen * part.width * 0.8, color, rng)
        return
    if part.outline:
        for curve in curves:
            stroke(brush, cover, [*curve, curve[0]], pen * 2 * part.outline, ink, rng)
    for curve, (_, color) in zip(curves, part.shapes, strict=True):
        brush.polygon(curve, fill=palette.far(color, place.depth))
        cover.polygon(curve, fill=255)


def _shade(
    picture: Image.Image, mask: Image.Image, palette: Palette, place: Placement, unit: float
) -> Image.Image:
    """Darken the side away from the light, as a second wash would."""
    reach = max(2, round(unit * min(0.045, place.scale * 7)))
    dx = round(reach * (1 if palette.light > 0 else -1))
    soft = blurred(_shifted(mask, -dx, reach // 2), max(2.0, reach * 0.45))
    shade = mix(palette.ambient, (0, 0, 0), 0.15)
    dark = ImageChops.multiply(
        picture, Image.new("RGB", picture.size, mix((255, 255, 255), shade, 0.5))
    )
    return Image.composite(picture, dark, soft)


def _rim_lit(
    picture: Image.Image, mask: Image.Image, palette: Palette, pen: float, unit: float
) -> Image.Image:
    """In dim light, let moon or sun draw the edge that is turned to it, so that figures read."""
    if palette.dim < _RIM_FROM:
        return picture
    strength = min(0.7, palette.dim * 2.4)
    reach = max(2, round(pen * 1.4 + unit * 0.004))
    inside = _shifted(mask, reach if palette.light < 0 else -reach, reach // 2)
    rim = ImageChops.subtract(mask, inside).filter(ImageFilter.BoxBlur(1))
    rim = rim.point([round(value * strength) for value in range(256)])
    light = mix(palette.glow, palette.sky_low, 0.2)
    return Image.composite(Image.new("RGB", picture.size, light), picture, rim)


_RIM_FROM = 0.18
"""How dim it must be for that."""


def _shifted(mask: Image.Image, dx: int, dy: int) -> Image.Image:
    shifted = Image.new("L", mask.size, 0)
    shifted.paste(mask, (dx, dy))
    return shifted


def _ghostly(mask: Image.Image) -> Image.Image:
    """Fade a figure towards its feet and let the background through."""
    fade = Image.linear_gradient("L").resize(mask.size)
    fade = fade.point([round(225 - max(0, value - 110) * 1.1) for value in range(256)])
    return ImageChops.multiply(mask, fade)
