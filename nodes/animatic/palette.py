"""Colour and light: what time of day, weather and style words do to a picture.

A palette is a handful of washes from far to near and the rule by which things take on the light.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

Color = tuple[int, int, int]


def mix(a: Color, b: Color, share: float) -> Color:
    """Blend two colours; `share` 0 gives `a`, 1 gives `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * share),
        round(a[1] + (b[1] - a[1]) * share),
        round(a[2] + (b[2] - a[2]) * share),
    )


def luma(color: Color) -> int:
    """Return the brightness of a colour, 0 to 255."""
    return round(0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2])


@dataclass(frozen=True, slots=True)
class Palette:
    """The washes of one picture."""

    sky_top: Color
    sky_low: Color
    glow: Color
    """The sun or moon and its halo."""
    ground: Color
    """Bare earth and grass, near the camera."""
    leaf: Color
    ink: Color
    tint: Color
    """Colour of the light that falls on things; white leaves them as they are."""
    ambient: Color
    """Colour that the unlit parts and the air take on."""
    dim: float = 0.0
    """How far things sink into `ambient`, 0 to 1."""
    haze: float = 0.55
    """How much the air hides what is far, 0 to 1."""
    light: float = -0.6
    """Where the light comes from: -1 left, 1 right."""

    def lit(self, color: Color) -> Color:
        """Return a thing's own colour as it looks in this light, close by."""
        lit = (
            color[0] * self.tint[0] // 255,
            color[1] * self.tint[1] // 255,
            color[2] * self.tint[2] // 255,
        )
        return mix(lit, self.ambient, self.dim)

    def far(self, color: Color, depth: float) -> Color:
        """Return a colour seen through air; `depth` 0 is near, 1 the horizon."""
        return mix(self.lit(color), self.sky_low, min(0.95, depth * (0.35 + 0.65 * self.haze)))

    def soften(self, depth: float) -> Color:
        """Return the ink line's colour at a depth."""
        return mix(self.ink, self.sky_low, min(0.9, depth * (0.35 + 0.65 * self.haze)))


_DAY = Palette(
    (142, 180, 204),
    (236, 235, 218),
    (255, 250, 230),
    (170, 166, 112),
    (116, 138, 84),
    (46, 42, 42),
    (255, 252, 244),
    (120, 130, 150),
    0.06,
)
TIMES: dict[str, Palette] = {
    "day": _DAY,
    "noon": replace(_DAY, sky_top=(126, 176, 212), ground=(190, 180, 124), haze=0.4),
    "morning": replace(
        _DAY,
        sky_top=(158, 188, 205),
        sky_low=(246, 232, 204),
        haze=0.65,
        tint=(255, 246, 226),
        light=0.7,
    ),
    "dawn": Palette(
        (108, 122, 158),
        (248, 196, 156),
        (255, 226, 180),
        (128, 110, 98),
        (92, 96, 88),
        (42, 36, 48),
        (244, 206, 190),
        (104, 92, 124),
        0.22,
        0.75,
        0.8,
    ),
    "golden": Palette(
        (132, 152, 176),
        (252, 206, 128),
        (255, 236, 176),
        (172, 136, 76),
        (124, 116, 58),
        (56, 38, 32),
        (255, 220, 164),
        (128, 92, 84),
        0.12,
        0.6,
        0.8,
    ),
    "dusk": Palette(
        (58, 62, 104),
        (232, 138, 100),
        (255, 190, 130),
        (84, 70, 82),
        (60, 60, 70),
        (28, 24, 40),
        (214, 158, 150),
        (62, 54, 88),
        0.36,
        0.6,
        0.8,
    ),
    "evening": Palette(
        (72, 84, 126),
        (206, 156, 140),
        (250, 210, 170),
        (92, 84, 92),
        (66, 74, 78),
        (30, 28, 42),
        (208, 176, 176),
        (66, 64, 96),
        0.34,
        0.6,
        0.8,
    ),
    "night": Palette(
        (14, 20, 42),
        (58, 78, 112),
        (238, 240, 226),
        (48, 58, 76),
        (32, 46, 58),
        (8, 10, 20),
        (164, 182, 224),
        (28, 38, 68),
        0.26,
        0.5,
        -0.7,
    ),
}
"""Palettes by time of day."""

_WEATHER_AIR: dict[str, tuple[Color, float, float]] = {
    "fog": ((206, 208, 204), 0.62, 1.0),
    "rain": ((150, 158, 166), 0.5, 0.85),
    "storm": ((84, 92, 104), 0.62, 0.8),
    "snow": ((214, 220, 226), 0.5, 0.8),
    "cloudy": ((186, 190, 192), 0.4, 0.65),
}


def palette_for(time: str, weather: str, style: frozenset[str]) -> Palette:
    """Return the washes for a time of day, a weather (or '') and style tags."""
    palette = TIMES.get(time, _DAY)
    if weather in _WEATHER_AIR:
        palette = _weathered(palette, weather)
    for tag in sorted(style):
        palette = _styled(palette, tag)
    return palette


def _weathered(palette: Palette, weather: str) -> Palette:
    air, amount, haze = _WEATHER_AIR[weather]
    # The air cannot be brighter than the sky of that hour.
    shade = min(1.0, (luma(palette.sky_low) + 30) / 230)
    air = (round(air[0] * shade), round(air[1] * shade), round(air[2] * shade))
    palette = replace(
        palette,
        sky_top=mix(palette.sky_top, mix(air, palette.ink, 0.15), amount),
        sky_low=mix(palette.sky_low, air, amount),
        ambient=mix(palette.ambient, air, 0.4),
        ground=mix(palette.ground, air, amount * 0.4),
        haze=haze,
    )
    if weather == "snow":
        white = palette.lit((238, 242, 248))
        palette = replace(palette, ground=white, leaf=mix(palette.leaf, white, 0.35))
    return palette


def _styled(palette: Palette, tag: str) -> Palette:
    if tag in ("mono", "noir", "sepia"):
        return _toned(palette, (112, 84, 52) if tag == "sepia" else (40, 42, 48), tag)
    if tag == "vivid":
        return _map(palette, lambda color: _saturate(color, 1.45))
    if tag == "muted":
        return _map(palette, lambda color: _saturate(color, 0.6))
    if tag == "pastel":
        return _map(palette, lambda color: mix(color, (250, 244, 240), 0.28))
    if tag == "neon":
        return replace(
            palette,
            sky_low=mix(palette.sky_low, (214, 60, 170), 0.4),
            glow=(120, 250, 250),
            ambient=mix(palette.ambient, (90, 40, 160), 0.4),
        )
    if tag == "soft":
        return replace(palette, ink=mix(palette.ink, palette.sky_low, 0.12))
    return palette


def _toned(palette: Palette, dark: Color, tag: str) -> Palette:
    light = (246, 232, 206) if tag == "sepia" else (244, 242, 238)
    contrast = 1.35 if tag == "noir" else 1.0

    def tone(color: Color) -> Color:
        share = (luma(color) / 255 - 0.5) * contrast + 0.5
        return mix(dark, light, min(1.0, max(0.0, share)))

    return _map(palette, tone)


def _saturate(color: Color, amount: float) -> Color:
    grey = luma(color)
    red, green, blue = (min(255, max(0, round(grey + (part - grey) * amount))) for part in color)
    return red, green, blue


def _map(palette: Palette, change: Callable[[Color], Color]) -> Palette:
    return replace(
        palette,
        sky_top=change(palette.sky_top),
        sky_low=change(palette.sky_low),
        glow=change(palette.glow),
        ground=change(palette.ground),
        leaf=change(palette.leaf),
        ink=change(palette.ink),
        tint=change(palette.tint),
        ambient=change(palette.ambient),
    )
