"""What a camera films: a drawn scene in layers, or any flat picture."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PIL import Image

from nodes.animatic.camera import DEPTHS, Motion, layer_shift, window
from nodes.animatic.canvas import Layer
from nodes.animatic.caption import draw_strip
from nodes.animatic.frame import Recipe, draw_recipe, read_recipe
from nodes.animatic.picture import Picture
from nodes.animatic.planes import Box, Planes
from nodes.media.loading import flattened, load

Unrest = tuple[float, float]


class Source(Protocol):
    """A picture under the camera."""

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Planes:
        """Return the picture at a moment of a move; see `camera.layer_shift` for `progress`.

        It may be smaller than the clip: enlarging comes last, as large pictures are costly.
        """
        ...


def make_source(path: Path, width: int, height: int) -> Source:
    """Return the best way to film a picture at a size: in layers where it can be drawn again.

    A drawn frame is composed anew for another shape; of any other picture the middle is taken.

    Raises:
        TaskError: The picture cannot be read, or is too large.
    """
    image = load(path)
    recipe = read_recipe(image)
    if recipe is not None:
        # The drawing needs its memory: at 4K a picture takes 33 MB.
        del image
        scaled = Recipe(recipe.prompt, recipe.style, recipe.seed, width, height)
        return LayeredSource(draw_recipe(scaled), scaled)
    return FlatSource(flattened(image), width, height)


class LayeredSource:
    """A drawn scene whose layers move apart; the caption strip stands still."""

    def __init__(self, picture: Picture, recipe: Recipe) -> None:
        recipe = recipe.drawn()
        self._view = recipe.view
        base = Image.new("RGB", (recipe.width, recipe.height))
        if self._view.height < recipe.height:
            strip = draw_strip(recipe.scene, recipe.width, recipe.height)
            base.paste(strip, (0, self._view.height))
        self._base = Planes.from_image(base)
        self._flat = _Sheet(Layer(picture.flat(), picture.layers[0].alpha))
        self._sheets = [_Sheet(layer) for layer in picture.layers]

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Planes:
        """Return the scene at a moment of the move."""
        frame = self._base.copy()
        size = (self._view.width, self._view.height)
        if motion.needs_layers:
            hidden = self._sheets[1].opaque_from
            for sheet, depth in zip(self._sheets, DEPTHS, strict=True):
                seen = self._window(motion, progress, depth, unrest)
                low = _row(hidden, self._window(motion, progress, DEPTHS[1], unrest), size[1])
                sheet.lay(frame, seen, size, low if sheet is self._sheets[0] else size[1])
        else:
            self._flat.lay(frame, self._window(motion, progress, 1.0, unrest), size, size[1])
        return frame

    def _window(self, motion: Motion, progress: float, depth: float, unrest: Unrest) -> Box:
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


class _Sheet:
    """A layer made ready for the camera."""

    def __init__(self, layer: Layer) -> None:
        self.planes = Planes.from_image(layer.color)
        width, height = self.planes.luma.size
        self.alpha = layer.alpha.crop((0, 0, width, height))
        self.boxes = _covered(self.alpha)
        self.opaque_from = _opaque_from(self.alpha)
        """The row from which on nothing shines through."""

    def lay(self, frame: Planes, seen: Box, size: tuple[int, int], low: int) -> None:
        """Put what the camera sees of this layer onto a frame, down to the row `low`."""
        for box in self.boxes:
            self._lay_box(frame, box, seen, size, low)

    def _lay_box(
        self,
        frame: Planes,
        box: tuple[int, int, int, int],
        seen: Box,
        size: tuple[int, int],
        low: int,
    ) -> None:
        scale_x, scale_y = size[0] / (seen[2] - seen[0]), size[1] / (seen[3] - seen[1])
        left = max(0, int((box[0] - seen[0]) * scale_x) - 2) & ~1
        top = max(0, int((box[1] - seen[1]) * scale_y) - 2) & ~1
        right = min(size[0], int((box[2] - seen[0]) * scale_x) + 4) & ~1
        bottom = min(low, int((box[3] - seen[1]) * scale_y) + 4) & ~1
        solid = min(bottom, max(top, _row(self.opaque_from, seen, size[1])))
        for start, end, masked in ((top, solid, True), (solid, bottom, False)):
            if right - left >= 2 and end - start >= 2:
                part = (
                    seen[0] + left / scale_x,
                    seen[1] + start / scale_y,
                    min(self.alpha.width, seen[0] + right / scale_x),
                    min(self.alpha.height, seen[1] + end / scale_y),
                )
                self._lay_part(frame, part, (left, start, right, end), masked=masked)

    def _lay_part(
        self, frame: Planes, part: Box, place: tuple[int, int, int, int], *, masked: bool
    ) -> None:
        size = (place[2] - place[0], place[3] - place[1])
        moved = self.planes.resize(size, part)
        mask = self.alpha.resize(size, Image.Resampling.BILINEAR, box=part) if masked else None
        frame.paste(moved, place[:2], mask)


def _covered(alpha: Image.Image) -> list[tuple[int, int, int, int]]:
    """Return boxes, from top to bottom, outside of which a mask is empty.

    A foreground may hang leaves above and grow grass below; nothing between them need be moved.
    """
    rows = alpha.point(_MARKS).resize((1, alpha.height), Image.Resampling.BOX).tobytes()
    boxes: list[tuple[int, int, int, int]] = []
    for y, covered in enumerate(rows):
        if not covered:
            continue
        if boxes and y - boxes[-1][3] < _GAP:
            boxes[-1] = (0, boxes[-1][1], alpha.width, y + 1)
        else:
            boxes.append((0, y, alpha.width, y + 1))
    found = [(box, alpha.crop(box).getbbox()) for box in boxes]
    return [(part[0], box[1], part[2], box[3]) for box, part in found if part]


_GAP = 16
"""Empty rows between two boxes below which they are one."""
_MARKS = [0] + [255] * 255


def _opaque_from(alpha: Image.Image) -> int:
    """Return the first row below which a mask has no hole."""
    hole = alpha.point(_HOLES).getbbox()
    return hole[3] + 2 if hole else 0


_HOLES = [255 * (value < 255) for value in range(256)]


def _row(row: int, seen: Box, height: int) -> int:
    """Return the even row of the frame, at or below which a layer's `row` is seen."""
    place = (row - seen[1]) * height / (seen[3] - seen[1])
    return min(height, max(0, (int(place) + 3) & ~1))


class FlatSource:
    """Any picture, filmed through a window that never leaves it."""

    def __init__(self, image: Image.Image, width: int, height: int) -> None:
        self._size = (width, height)
        crop = _cover(image.size, width, height)
        # Somewhat more pixels than the clip has keep a push-in sharp; many more only cost time.
        larger = min(1.35, (crop[2] - crop[0]) / width)
        size = (max(width, round(width * larger)), max(height, round(height * larger)))
        self._planes = Planes.from_image(image.resize(size, Image.Resampling.LANCZOS, box=crop))

    def frame(self, motion: Motion, progress: float, unrest: Unrest) -> Planes:
        """Return the picture through the window at a moment of the move."""
        if progress < 0:
            seen = window(Motion(zoom=1.0), 0.55 * -progress, unrest)
        else:
            seen = window(motion, progress, unrest)
        full_width, full_height = self._planes.luma.size
        width, height = full_width / seen.scale, full_height / seen.scale
        left = min(max((full_width - width) / 2 + seen.x * full_width, 0.0), full_width - width)
        top = min(max((full_height - height) / 2 + seen.y * full_height, 0.0), full_height - height)
        return self._planes.resize(self._size, (left, top, left + width, top + height))


def _cover(size: tuple[int, int], width: int, height: int) -> tuple[float, float, float, float]:
    """Return the largest middle part of a picture that has the shape of `width` by `height`."""
    scale = min(size[0] / width, size[1] / height)
    wide, tall = width * scale, height * scale
    left, top = (size[0] - wide) / 2, (size[1] - tall) / 2
    return left, top, min(size[0], left + wide), min(size[1], top + tall)
