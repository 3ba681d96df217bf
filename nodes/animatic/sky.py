"""What is behind everything: sky with sun, moon, stars and clouds; and what falls from it."""

from __future__ import annotations

import random

from PIL import Image, ImageChops, ImageDraw

from nodes.animatic.canvas import blurred, soft_disc
from nodes.animatic.curves import blob, seeded
from nodes.animatic.palette import Color, mix
from nodes.animatic.stage import Stage
from nodes.animatic.texture import noise


def gradient(size: tuple[int, int], top: Color, low: Color, *, reach: float = 1.0) -> Image.Image:
    """Return a vertical wash that is `low` from the share `reach` of the height on."""
    ramp = Image.linear_gradient("L").resize(size)
    ramp = ramp.point([min(255, round(value / max(reach, 0.05))) for value in range(256)])
    return Image.composite(Image.new("RGB", size, low), Image.new("RGB", size, top), ramp)


def paint_sky(stage: Stage) -> Image.Image:
    """Return the sky, as large as a layer."""
    size = stage.view.size
    small = (max(8, size[0] // 4), max(8, size[1] // 4))
    rng = seeded(stage.rng.randrange(1 << 30))
    palette = stage.palette
    reach = (stage.horizon - stage.view.top) / (stage.view.bottom - stage.view.top)
    sky = gradient(small, palette.sky_top, palette.sky_low, reach=reach)
    bloom = noise(small, small[1] / 3, rng).point([value * 60 // 255 for value in range(256)])
    sky = Image.composite(
        Image.new("RGB", small, mix(palette.sky_low, palette.glow, 0.3)), sky, bloom
    )
    _light(stage, sky)
    _clouds(stage, sky, rng)
    sky = sky.resize(size, Image.Resampling.BICUBIC)
    clear = stage.scene.time == "night" and stage.scene.weather in ("", "wind")
    if clear or stage.scene.place == "space":
        _stars(stage, sky, rng)
    _disc(stage, sky)
    return sky


def light_spot(stage: Stage) -> tuple[float, float]:
    """Return where sun or moon stand, in picture units."""
    x = stage.across(0.5 + 0.33 * stage.palette.light)
    low = stage.scene.time in ("dawn", "golden", "dusk")
    return x, stage.horizon - 0.1 if low else max(0.13, stage.horizon - 0.36)


def _shows_disc(stage: Stage) -> bool:
    return stage.scene.time in ("dawn", "golden", "dusk", "night") and stage.scene.weather in (
        "",
        "wind",
        "snow",
    )


def _light(stage: Stage, sky: Image.Image) -> None:
    """Lay the glow around sun or moon."""
    unit = sky.height / (stage.view.bottom - stage.view.top)
    x, y = light_spot(stage)
    radius = round(unit * (0.55 if stage.scene.time != "night" else 0.42))
    glow = soft_disc(max(2, radius * 2))
    strength = 0.8 if _shows_disc(stage) else 0.35
    glow = glow.point([round(value * strength) for value in range(256)])
    at = (round((x - stage.view.left) * unit) - radius, round((y - stage.view.top) * unit) - radius)
    color = (
        stage.palette.glow
        if stage.scene.time != "night"
        else mix(stage.palette.sky_low, stage.palette.glow, 0.35)
    )
    sky.paste(color, at, glow)


def _clouds(stage: Stage, sky: Image.Image, rng: random.Random) -> None:
    """Lay soft banks of cloud, dark below and light above."""
    heavy = stage.scene.weather in ("rain", "storm", "cloudy", "snow", "fog")
    unit = sky.height / (stage.view.bottom - stage.view.top)
    mask = Image.new("L", sky.size, 0)
    draw = ImageDraw.Draw(mask)
    for _ in range(9 if heavy else 5):
        x = rng.uniform(stage.view.left, stage.view.right)
        y = rng.uniform(stage.view.top, stage.horizon * 0.75)
        for _ in range(4):
            puff = blob(
                x + rng.uniform(-0.16, 0.16),
                y + rng.uniform(-0.02, 0.02),
                rng.uniform(0.07, 0.2),
                rng.uniform(0.012, 0.035),
                rng,
            )
            draw.polygon(
                [((px - stage.view.left) * unit, (py - stage.view.top) * unit) for px, py in puff],
                fill=rng.randrange(90, 170),
            )
    mask = blurred(mask, max(1.0, unit * 0.018))
    torn = noise(sky.size, unit * 0.05, rng).point([min(255, 90 + value) for value in range(256)])
    mask = ImageChops.multiply(mask, torn)
    palette = stage.palette
    light = mix(
        palette.sky_low, (255, 255, 255) if stage.scene.time != "night" else palette.glow, 0.28
    )
    dark = mix(palette.sky_top, palette.ink, 0.25)
    sky.paste(dark if heavy else light, (0, 0), mask)


def _stars(stage: Stage, sky: Image.Image, rng: random.Random) -> None:
    draw = ImageDraw.Draw(sky)
    unit = stage.view.height
    low = stage.view.bottom if stage.scene.place == "space" else stage.horizon
    for _ in range(120 if stage.scene.place == "space" else 60):
        x = (rng.uniform(*stage.span) - stage.view.left) * unit
        y = (rng.uniform(stage.view.top, low) - stage.view.top) * unit
        size = unit * rng.choice((0.0008, 0.0012, 0.002))
        tone = mix(stage.palette.sky_top, (240, 242, 236), rng.uniform(0.35, 0.9))
        draw.ellipse((x - size, y - size, x + size, y + size), fill=tone)


def _disc(stage: Stage, sky: Image.Image) -> None:
    """Draw sun or moon itself, four times too large and then reduced, so that its rim is smooth."""
    if not _shows_disc(stage):
        return
    unit = stage.view.height
    x, y = light_spot(stage)
    radius = max(2, round(unit * (0.05 if stage.scene.time == "night" else 0.06)))
    mask = Image.new("L", (radius * 8 + 8, radius * 8 + 8), 0)
    ImageDraw.Draw(mask).ellipse((4, 4, radius * 8 + 4, radius * 8 + 4), fill=250)
    mask = mask.reduce(4)
    at = (round((x - stage.view.left) * unit) - radius, round((y - stage.view.top) * unit) - radius)
    sky.paste(stage.palette.glow, at, mask)
    if stage.scene.time == "night":
        spots = noise(mask.size, radius / 2, seeded(3)).point(
            [max(0, value - 150) for value in range(256)]
        )
        sky.paste(
            mix(stage.palette.glow, stage.palette.sky_low, 0.6),
            at,
            ImageChops.multiply(spots, mask),
        )


def mist(stage: Stage, picture: Image.Image, top: float, low: float, strength: float) -> None:
    """Lay a band of haze over a picture of layer size, thickest in its middle."""
    unit = stage.view.height
    y0, y1 = round((top - stage.view.top) * unit), round((low - stage.view.top) * unit)
    if y1 - y0 < 2:
        return
    ramp = Image.linear_gradient("L").resize((picture.width, y1 - y0))
    band = ramp.point(
        [round(255 * strength * (1 - abs(value / 127.5 - 1)) ** 0.8) for value in range(256)]
    )
    torn = noise(band.size, unit * 0.16, seeded(stage.rng.randrange(1 << 30)))
    band = ImageChops.multiply(band, torn.point([150 + value * 105 // 255 for value in range(256)]))
    picture.paste(mix(stage.palette.sky_low, (255, 255, 255), 0.08), (0, y0), band)


def falling(stage: Stage) -> None:
    """Draw rain or snow, or the bolt of a storm, on the nearest layer."""
    rng = stage.rng
    weather = stage.scene.weather
    if weather in ("rain", "storm"):
        color = mix(stage.palette.sky_low, (255, 255, 255), 0.35)
        for _ in range(150):
            x, y = rng.uniform(*stage.span), rng.uniform(stage.view.top, stage.view.bottom)
            length = rng.uniform(0.03, 0.09)
            stage.fore.line([(x, y), (x - length * 0.28, y + length)], 0.0011, color)
    if weather == "snow":
        for _ in range(170):
            x, y = rng.uniform(*stage.span), rng.uniform(stage.view.top, stage.view.bottom)
            size = rng.choice((0.003, 0.004, 0.006))
            stage.fore.fill(blob(x, y, size, size, rng, bumps=6), (246, 248, 250))
    if weather == "storm":
        _bolt(stage)


def _bolt(stage: Stage) -> None:
    rng = stage.rng
    x, y = stage.across(rng.choice((0.22, 0.78))), stage.view.top
    path = [(x, y)]
    while y < stage.horizon:
        x, y = x + rng.uniform(-0.05, 0.05), y + rng.uniform(0.04, 0.09)
        path.append((x, y))
    stage.far.line(path, 0.005, (250, 248, 224))
