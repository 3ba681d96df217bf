"""What a camera films: a drawn scene in layers, or any flat picture."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PIL import Image, ImageOps

from engine.errors import ErrorKind, TaskError
from nodes.animatic.camera import DEPTHS, Motion, layer_shift, window
from nodes.animatic.canvas import Layer
from nodes.animatic.caption import draw_strip
from nodes.animatic.frame import Recipe, draw_recipe, read_recipe
from nodes.animatic.picture import Picture

MAX_PIXELS = 64_000_000
"""Pictures with more pixels are refused, as a small file may claim to be one of any size."""
_SMOOTH = Image.Resampling.BICUBIC
Unrest = tuple[float, float]


class Source(Protocol):
    """A picture under the camera."""

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Image.Image:
        """Return the picture at a moment of a move; see `camera.layer_shift` for `progress`."""
        ...


def open_picture(path: Path) -> Image.Image:
    """Open and decode a picture from a stranger.

    Raises:
        TaskError: It is no picture, is broken, or is larger than `MAX_PIXELS`.
    """
    try:
        image = Image.open(path)
        if image.width * image.height > MAX_PIXELS:
            raise TaskError(
                f"The picture is too large: {image.width} x {image.height} pixels.",
                kind=ErrorKind.INVALID,
                hint=f"Scale it down to at most {MAX_PIXELS // 1_000_000} megapixels.",
            )
        image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TaskError(
            f"The picture cannot be read: {error}",
            kind=ErrorKind.INVALID,
            hint="Check that the file is a whole PNG, JPEG or WebP picture.",
        ) from error
    return image


def flattened(image: Image.Image) -> Image.Image:
    """Return a picture upright, in RGB, on white where it was transparent."""
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(ground, image).convert("RGB")
    return image.convert("RGB")


def make_source(image: Image.Image, width: int, height: int) -> Source:
    """Return the best way to film a picture at a size: in layers where it can be drawn again."""
    recipe = read_recipe(image)
    if recipe is not None and abs(recipe.width * height - recipe.height * width) <= max(width, height):
        scaled = Recipe(recipe.prompt, recipe.style, recipe.seed, width, height)
        return LayeredSource(draw_recipe(scaled), scaled)
    return FlatSource(flattened(image), width, height)


class LayeredSource:
    """A drawn scene whose layers move apart; the caption strip stands still."""

    def __init__(self, picture: Picture, recipe: Recipe) -> None:
        self._picture = picture
        self._view = recipe.view
        self._base = Image.new("RGB", (recipe.width, recipe.height))
        if self._view.height < recipe.height:
            strip = draw_strip(recipe.scene, recipe.width, recipe.height)
            self._base.paste(strip, (0, self._view.height))
        self._flat = picture.flat()
        self._boxes = [layer.alpha.getbbox() for layer in picture.layers]

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Image.Image:
        """Return the scene at a moment of the move."""
        frame = self._base.copy()
        if motion.needs_layers:
            for layer, box, depth in zip(self._picture.layers, self._boxes, DEPTHS, strict=True):
                if box is not None:
                    self._lay(frame, layer, box, self._window(motion, progress, depth, unrest))
        else:
            box_in = self._window(motion, progress, 1.0, unrest)
            frame.paste(self._flat.resize((self._view.width, self._view.height), _SMOOTH, box=box_in), (0, 0))
        return frame

    def _window(self, motion: Motion, progress: float, depth: float, unrest: Unrest) -> tuple[float, float, float, float]:
        """Return the part of a layer that fills the picture, in pixels of the layer."""
        shift = layer_shift(motion, progress, depth, unrest)
        full_width, full_height = self._view.size
        width = min(self._view.width / shift.scale, full_width)
        height = min(self._view.height / shift.scale, full_height)
        left = (full_width - width) / 2 - shift.x * self._view.width / shift.scale
        top = (full_height - height) / 2 - shift.y * self._view.height / shift.scale
        left = min(max(left, 0.0), full_width - width)
        top = min(max(top, 0.0), full_height - height)
        return left, top, left + width, top + height

    def _lay(self, frame: Image.Image, layer: Layer, box: tuple[int, int, int, int],
             seen: tuple[float, float, float, float]) -> None:
        """Put the covered part of a layer, as the camera sees it, onto the frame."""
        scale_x = self._view.width / (seen[2] - seen[0])
        scale_y = self._view.height / (seen[3] - seen[1])
        left = max(0, int((box[0] - seen[0]) * scale_x) - 2)
        top = max(0, int((box[1] - seen[1]) * scale_y) - 2)
        right = min(self._view.width, int((box[2] - seen[0]) * scale_x) + 3)
        low = min(self._view.height, int((box[3] - seen[1]) * scale_y) + 3)
        if right <= left or low <= top:
            return
        part = (seen[0] + left / scale_x, seen[1] + top / scale_y,
                min(layer.color.width, seen[0] + right / scale_x), min(layer.color.height, seen[1] + low / scale_y))
        size = (right - left, low - top)
        color = layer.color.resize(size, _SMOOTH, box=part)
        if box == (0, 0, *layer.color.size) and layer is self._picture.layers[0]:
            frame.paste(color, (left, top))
        else:
            frame.paste(color, (left, top), layer.alpha.resize(size, Image.Resampling.BILINEAR, box=part))


class FlatSource:
    """Any picture, filmed through a window that never leaves it."""

    def __init__(self, image: Image.Image, width: int, height: int) -> None:
        self._size = (width, height)
        crop = _cover(image.size, width, height)
        # Somewhat more pixels than the clip has keep a push-in sharp; many more only cost time.
        larger = min(1.35, (crop[2] - crop[0]) / width)
        size = (max(width, round(width * larger)), max(height, round(height * larger)))
        self._image = image.resize(size, Image.Resampling.LANCZOS, box=crop)

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Image.Image:
        """Return the picture through the window at a moment of the move."""
        if progress < 0:
            seen = window(Motion(zoom=1.0), 0.55 * -progress, unrest)
        else:
            seen = window(motion, progress, unrest)
        full_width, full_height = self._image.size
        width, height = full_width / seen.scale, full_height / seen.scale
        left = min(max((full_width - width) / 2 + seen.x * full_width, 0.0), full_width - width)
        top = min(max((full_height - height) / 2 + seen.y * full_height, 0.0), full_height - height)
        return self._image.resize(self._size, _SMOOTH, box=(left, top, left + width, top + height))


def _cover(size: tuple[int, int], width: int, height: int) -> tuple[float, float, float, float]:
    """Return the largest middle part of a picture that has the shape of `width` by `height`."""
    scale = min(size[0] / width, size[1] / height)
    wide, tall = width * scale, height * scale
    left, top = (size[0] - wide) / 2, (size[1] - tall) / 2
    return left, top, min(size[0], left + wide), min(size[1], top + tall)
