"""Seeded noise, and the two things made of it: the bloom of a wash and the grain of paper."""

from __future__ import annotations

import random

from PIL import Image, ImageChops

Size = tuple[int, int]


def noise(size: Size, cell: float, rng: random.Random) -> Image.Image:
    """Return smooth grey noise whose features are about `cell` pixels large."""
    columns = max(2, round(size[0] / max(cell, 1.0)) + 2)
    rows = max(2, round(size[1] / max(cell, 1.0)) + 2)
    image = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
    return image if (columns, rows) == size else image.resize(size, Image.Resampling.BICUBIC)


def wash_texture(size: Size, rng: random.Random) -> Image.Image:
    """Return the tone of watercolour on paper: slow blooms with a fine grain, around mid grey."""
    height = size[1]
    small = (max(2, size[0] // 4), max(2, size[1] // 4))
    bloom = Image.blend(noise(small, height / 8, rng), noise(small, height / 28, rng), 0.35).resize(
        size, Image.Resampling.BILINEAR
    )
    grain = Image.blend(noise(size, height / 220, rng), noise(size, height / 480, rng), 0.4)
    return _flatten(Image.blend(bloom, grain, 0.3), 0.5)


def apply_wash(image: Image.Image, texture: Image.Image, strength: float = 1.0) -> Image.Image:
    """Lay a wash texture over an RGB picture."""
    tone = texture if strength == 1.0 else _flatten(texture, strength)
    return ImageChops.soft_light(image, Image.merge("RGB", (tone, tone, tone)))


def _flatten(image: Image.Image, contrast: float) -> Image.Image:
    return image.point([round(128 + (value - 128) * contrast) for value in range(256)])
