"""Another picture as a storyboard frame: ink, washes, and the light that the words ask for."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageOps

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.animatic.curves import seeded
from nodes.animatic.frame import Recipe, check_size, draw_recipe, save_png
from nodes.animatic.palette import Palette, mix, palette_for
from nodes.animatic.texture import apply_wash, wash_texture
from nodes.media.loading import flattened, load, picture_size

_FIGURES_FROM = 0.55
"""Strength above which the figures of the prompt come into the picture."""


def restyle_frame(
    source: Path,
    prompt: str,
    out: Path,
    *,
    strength: float,
    seed: int = 0,
    tick: Tick = no_tick,
) -> None:
    """Redraw a picture in ink and wash under the light that a prompt names.

    Args:
        source: The picture.
        prompt: What should be seen; its time of day, weather and style choose the colours.
        out: The PNG to write, of the size of the picture.
        strength: 0 keeps the picture, 1 goes furthest; the prompt's figures appear late.
        seed: Another seed, another paper.
        tick: Called with the share done.

    Raises:
        TaskError: The picture cannot be read, the strength is out of range, or writing fails.
    """
    if not 0.0 <= strength <= 1.0:
        raise TaskError(
            f"A strength of {strength:g} is not possible.",
            kind=ErrorKind.INVALID,
            hint="Give a number from 0 to 1.",
        )
    check_size(*picture_size(source))
    picture = flattened(load(source))
    recipe = Recipe(prompt, "", abs(seed), *picture.size)
    scene = recipe.scene
    palette = palette_for(scene.time, scene.weather, scene.style)
    tick(0.1)
    drawn = _inked(_graded(_washed(picture), palette, strength), picture, palette)
    tick(0.5)
    drawn = apply_wash(drawn, wash_texture(picture.size, seeded(seed)))
    result = Image.blend(picture, drawn, min(1.0, 0.25 + 0.75 * strength) if strength else 0.0)
    if strength > _FIGURES_FROM and scene.subjects:
        _add_figures(result, recipe, (strength - _FIGURES_FROM) / (1 - _FIGURES_FROM))
    save_png(result, out)
    tick(1.0)


def _washed(picture: Image.Image) -> Image.Image:
    """Melt details into flat washes."""
    size = max(3, min(picture.size) // 160) | 1
    soft = picture.filter(ImageFilter.MedianFilter(min(size, 7)))
    return Image.blend(soft, ImageOps.posterize(soft, 4), 0.5)


def _graded(picture: Image.Image, palette: Palette, strength: float) -> Image.Image:
    """Bring the tones of a picture to the washes of a palette."""
    toned = ImageOps.colorize(
        picture.convert("L"),
        black=mix(palette.ink, palette.ambient, 0.25),
        mid=palette.lit(mix(palette.ground, palette.sky_low, 0.45)),
        white=mix(palette.sky_low, palette.glow, 0.35),
    )
    lit = ImageChops.multiply(picture, Image.new("RGB", picture.size, palette.tint))
    lit = Image.blend(lit, Image.new("RGB", picture.size, palette.ambient), palette.dim * 0.6)
    return Image.blend(lit, toned, 0.25 + 0.4 * strength)


def _inked(drawn: Image.Image, picture: Image.Image, palette: Palette) -> Image.Image:
    """Draw ink where the picture's tones change: a difference of two blurs."""
    reach = max(0.8, min(picture.size) / 500)
    grey = ImageOps.autocontrast(picture.convert("L"), cutoff=1)
    edges = ImageChops.subtract(
        grey.filter(ImageFilter.GaussianBlur(reach * 2.2)),
        grey.filter(ImageFilter.GaussianBlur(reach)),
    )
    lines = edges.point([min(230, max(0, (value - 6) * 9)) for value in range(256)])
    return Image.composite(Image.new("RGB", picture.size, palette.ink), drawn, lines)


def _add_figures(result: Image.Image, recipe: Recipe, share: float) -> None:
    """Lay the figures of the prompt over the picture, the more visible the stronger."""
    picture = draw_recipe(recipe)
    figures = picture.layers[2]
    x, y = picture.view.margin
    box = (x, y, x + picture.view.width, y + picture.view.height)
    size = recipe.view.width, recipe.view.height
    alpha = figures.alpha.resize(size, box=box).point(
        [round(value * min(1.0, 0.6 + share)) for value in range(256)]
    )
    result.paste(figures.color.resize(size, box=box), (0, result.height - size[1]), alpha)
