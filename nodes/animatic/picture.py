"""From a scene to finished layers: the one place where set, figures, weather and paper meet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageFilter

from nodes.animatic import built, interiors, nature, sky, transit, venues
from nodes.animatic.canvas import Layer, View, soft_disc
from nodes.animatic.compose import stage_figures
from nodes.animatic.curves import seeded
from nodes.animatic.palette import palette_for
from nodes.animatic.scene import Scene
from nodes.animatic.stage import Stage
from nodes.animatic.texture import apply_wash, wash_texture

SETS: dict[str, Callable[[Stage], None]] = {
    "forest": nature.forest,
    "meadow": nature.meadow,
    "road": nature.road,
    "sea": nature.sea,
    "river": nature.river,
    "mountain": nature.mountain,
    "desert": nature.desert,
    "cave": nature.cave,
    "space": nature.space,
    "castle": built.castle,
    "hall": interiors.hall,
    "city": built.city,
    "village": built.village,
    "room": interiors.room,
    "grave": built.grave,
    "station": transit.station,
    "harbour": transit.harbour,
    "bridge": transit.bridge,
    "waterfall": transit.waterfall,
    "carriage": transit.carriage,
    "cabin": transit.cabin,
    "cockpit": transit.cockpit,
    "bar": venues.bar,
    "kitchen": venues.kitchen,
    "office": venues.office,
    "classroom": venues.classroom,
    "hospital": venues.hospital,
    "chapel": venues.chapel,
    "stairs": venues.stairs,
    "": nature.meadow,
}
"""Sets by the place of the scene."""


@dataclass(slots=True)
class Picture:
    """A drawing in layers, far to near: background, set, figures, foreground."""

    view: View
    layers: list[Layer]

    def flat(self) -> Image.Image:
        """Return all layers in one, with their margins."""
        picture = self.layers[0].color.copy()
        for layer in self.layers[1:]:
            picture.paste(layer.color, (0, 0), layer.alpha)
        return picture

    def still(self) -> Image.Image:
        """Return the picture as a camera at rest sees it."""
        x, y = self.view.margin
        return self.flat().crop((x, y, x + self.view.width, y + self.view.height))


def draw_picture(scene: Scene, view: View, seed: int, tick: Callable[[float], None]) -> Picture:
    """Draw a scene; `tick` is called with the share done."""
    style = scene.style | ({"neon"} if "neon" in scene.lights else set())
    palette = palette_for(scene.time, scene.weather, frozenset(style))
    stage = Stage.for_scene(scene, view, palette, seed)
    background = sky.paint_sky(stage)
    SETS[scene.place](stage)
    sky.falling(stage)
    far = stage.far.finish()
    background.paste(far.color, (0, 0), far.alpha)
    tick(0.3)
    stage_figures(stage)
    tick(0.6)
    mid, figures, fore = (canvas.finish() for canvas in (stage.mid, stage.figures, stage.fore))
    if scene.size in ("close", "extreme_close", "insert"):
        background, mid = _out_of_focus(background, mid, view.height / 200)
    _air(stage, background, mid)
    _warmth(stage, [background, mid.color, figures.color])
    texture = wash_texture(view.size, seeded(seed * 7 + 6))
    layers = [Layer(background, Image.new("L", view.size, 255)), mid, figures, fore]
    for layer, strength in zip(layers, (1.0, 1.0, 0.75, 0.75), strict=True):
        layer.color = apply_wash(layer.color, texture, strength)
    tick(0.9)
    return Picture(view, layers)


def _out_of_focus(background: Image.Image, mid: Layer, radius: float) -> tuple[Image.Image, Layer]:
    """Blur what is behind the figures of a close shot, as a long lens does."""
    soft = background.copy()
    soft.paste(mid.color, (0, 0), mid.alpha)
    soft = soft.filter(ImageFilter.GaussianBlur(radius))
    return soft, Layer(soft, Image.new("L", soft.size, 0))


def _air(stage: Stage, background: Image.Image, mid: Layer) -> None:
    """Lay mist along the horizon, and over the ground in fog."""
    if stage.scene.indoors or stage.scene.place == "space":
        return
    strength = {"fog": 0.85, "snow": 0.6, "rain": 0.55, "storm": 0.4}.get(stage.scene.weather, 0.4)
    sky.mist(stage, background, stage.horizon - 0.2, stage.horizon + 0.1, strength)
    if stage.scene.weather == "fog":
        sky.mist(stage, mid.color, stage.horizon - 0.35, stage.horizon + 0.4, 0.9)


def _warmth(stage: Stage, pictures: list[Image.Image]) -> None:
    """Let a flame light what is around it."""
    lamp = stage.scene.indoors and stage.scene.time in ("night", "evening", "dusk")
    if not lamp and not stage.scene.lights & {"fire", "candle", "lantern"}:
        return
    unit = stage.view.height
    radius = round(unit * 0.75)
    mask = soft_disc(2 * radius).point([round(value * 0.5) for value in range(256)])
    x, y = stage.across(0.45), 0.55
    at = (round((x - stage.view.left) * unit) - radius, round((y - stage.view.top) * unit) - radius)
    for picture in pictures:
        picture.paste((255, 190, 96), at, mask)
