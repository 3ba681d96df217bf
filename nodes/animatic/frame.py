"""A storyboard frame: drawn from a prompt, or redrawn over another picture.

A drawn frame carries its own recipe in the PNG, so that the camera can later draw the same scene
again in layers and move through it.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from nodes.animatic.canvas import View
from nodes.animatic.caption import draw_arrows, draw_strip, strip_height
from nodes.animatic.picture import Picture, draw_picture
from nodes.animatic.reader import read_scene
from nodes.animatic.scene import Scene

RECIPE_KEY = "reelgraph-animatic"
"""Keyword of the PNG text chunk that holds the recipe."""
DRAWING_VERSION = 2
"""Raised whenever the same recipe would give another picture."""
MIN_SIDE, MAX_SIDE = 16, 8192
MAX_PIXELS = 4096 * 2304
DRAWN_PIXELS = 1_100_000
"""Larger frames are drawn at about this size and enlarged, as layers take much memory."""
_MAX_PROMPT = 20_000
_MAX_RECIPE = 60_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a frame."""

    prompt: str
    style: str
    seed: int
    width: int
    height: int

    @property
    def scene(self) -> Scene:
        """What the prompt asks for."""
        return read_scene(self.prompt, self.style)

    @property
    def view(self) -> View:
        """The size of the picture above the caption strip."""
        return View(self.width, self.height - strip_height(self.width, self.height))

    def drawn(self) -> Recipe:
        """Return this recipe at the size at which it is drawn."""
        if self.width * self.height <= DRAWN_PIXELS:
            return self
        scale = math.sqrt(DRAWN_PIXELS / (self.width * self.height))
        width, height = (max(2, 2 * round(side * scale / 2)) for side in (self.width, self.height))
        return replace(self, width=width, height=height)


def draw_frame(
    prompt: str,
    out: Path,
    *,
    width: int,
    height: int,
    seed: int = 0,
    style: str = "",
    tick: Tick = no_tick,
) -> None:
    """Draw a prompt as a storyboard frame.

    Args:
        prompt: What is seen, in English or French: shot size, place, light, who does what.
        out: The PNG to write.
        width: Width in pixels.
        height: Height in pixels, the caption strip included.
        seed: Another seed gives another drawing of the same scene.
        style: Words that colour the drawing and stay out of the caption.
        tick: Called with the share done.

    Raises:
        TaskError: The size is out of range, or the file cannot be written.
    """
    check_size(width, height)
    recipe = Recipe(prompt[:_MAX_PROMPT], style[:_MAX_PROMPT], abs(seed), width, height)
    frame = compose_frame(recipe, draw_recipe(recipe, tick), arrows=True)
    save_png(frame, out, recipe)
    tick(1.0)


def check_size(width: int, height: int) -> None:
    """Raise `TaskError` for a frame size that cannot be drawn."""
    sides = min(width, height) >= MIN_SIDE and max(width, height) <= MAX_SIDE
    if not sides or width * height > MAX_PIXELS:
        raise TaskError(
            f"A frame of {width} x {height} pixels cannot be drawn.",
            kind=ErrorKind.INVALID,
            hint=f"Ask for sides from {MIN_SIDE} to {MAX_SIDE} pixels, and at most 4K in all.",
        )


def draw_recipe(recipe: Recipe, tick: Tick = no_tick) -> Picture:
    """Draw the layers of a recipe, at most `DRAWN_PIXELS` large."""
    return draw_picture(recipe.scene, recipe.drawn().view, recipe.seed, tick)


def compose_frame(recipe: Recipe, picture: Picture, *, arrows: bool) -> Image.Image:
    """Put picture and caption strip together."""
    frame = Image.new("RGB", (recipe.width, recipe.height))
    still = picture.still()
    if still.size != (recipe.width, recipe.view.height):
        still = still.resize((recipe.width, recipe.view.height), Image.Resampling.BICUBIC)
    if arrows:
        draw_arrows(still, recipe.scene.move)
    frame.paste(still, (0, 0))
    if still.height < recipe.height:
        frame.paste(draw_strip(recipe.scene, recipe.width, recipe.height), (0, still.height))
    return frame


def save_png(frame: Image.Image, out: Path, recipe: Recipe | None = None) -> None:
    """Write a PNG, with the recipe in it where there is one.

    Raises:
        TaskError: The file cannot be written.
    """
    info = PngImagePlugin.PngInfo()
    if recipe is not None:
        data = {"version": DRAWING_VERSION, "pixels": _fingerprint(frame), **asdict(recipe)}
        info.add_itxt(RECIPE_KEY, json.dumps(data, ensure_ascii=False, sort_keys=True), zip=True)
    try:
        frame.save(out, "PNG", pnginfo=info, compress_level=4)
    except OSError as error:
        raise TaskError(f"The frame cannot be written: {error}", where=out.name) from error


def read_recipe(image: Image.Image) -> Recipe | None:
    """Return the recipe of a frame that this package drew and nobody changed since.

    The recipe is not trusted: it must be well formed and its fingerprint must match the pixels.
    """
    text = getattr(image, "text", {}).get(RECIPE_KEY)
    if not isinstance(text, str) or len(text) > _MAX_RECIPE:
        return None
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("version") != DRAWING_VERSION:
        return None
    recipe = _recipe_from(data)
    if recipe is None or image.mode != "RGB" or (recipe.width, recipe.height) != image.size:
        return None
    return recipe if data.get("pixels") == _fingerprint(image) else None


def _recipe_from(data: dict[str, Any]) -> Recipe | None:
    prompt, style = data.get("prompt"), data.get("style")
    numbers: list[Any] = [data.get(name) for name in ("seed", "width", "height")]
    if not isinstance(prompt, str) or not isinstance(style, str):
        return None
    if not all(type(number) is int and number >= 0 for number in numbers):
        return None
    seed, width, height = numbers
    try:
        check_size(width, height)
    except TaskError:
        return None
    return Recipe(prompt, style, seed, width, height)


def _fingerprint(frame: Image.Image) -> str:
    digest = hashlib.sha256()
    for top in range(0, frame.height, _ROWS):
        rows = (0, top, frame.width, min(top + _ROWS, frame.height))
        digest.update(frame.crop(rows).tobytes())
    return digest.hexdigest()[:32]


_ROWS = 128
"""How many rows are copied at a time to be hashed."""
