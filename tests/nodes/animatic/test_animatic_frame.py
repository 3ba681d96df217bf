"""Frames: size, recipe, light, caption, determinism."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat, PngImagePlugin

from engine.errors import ErrorKind, TaskError
from nodes.animatic import draw_frame
from nodes.animatic.actors import make_sketch
from nodes.animatic.animals import OUTLINED
from nodes.animatic.beasts import BEASTS
from nodes.animatic.canvas import Canvas, View
from nodes.animatic.caption import strip_height
from nodes.animatic.clothes import cloth_color, look_of
from nodes.animatic.curves import seeded
from nodes.animatic.frame import RECIPE_KEY, read_recipe
from nodes.animatic.palette import palette_for
from nodes.animatic.people import POSES
from nodes.animatic.picture import SETS
from nodes.animatic.scene import Subject
from nodes.animatic.sketch import Placement, Sketch, paint
from nodes.animatic.things import THINGS

HARE = "Wide shot. The Hare, lying down by the wayside, falls fast asleep. Countryside road, day."


def draw(
    tmp_path: Path, prompt: str, width: int = 160, height: int = 90, **options: object
) -> Image.Image:
    out = tmp_path / "frame.png"
    draw_frame(prompt, out, width=width, height=height, **options)  # type: ignore[arg-type]
    with Image.open(out) as image:
        image.load()
        return image.copy()


def brightness(image: Image.Image) -> float:
    return ImageStat.Stat(image.convert("L")).mean[0]


@pytest.mark.parametrize(
    "size", [(64, 36), (16, 16), (101, 57), (90, 160), (120, 120), (320, 180), (200, 40)]
)
def test_any_shape_of_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    assert draw(tmp_path, HARE, *size).size == size


@pytest.mark.parametrize("size", [(0, 36), (64, 8), (20_000, 100)])
def test_impossible_sizes_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(TaskError, match="cannot be drawn") as caught:
        draw_frame(HARE, tmp_path / "frame.png", width=size[0], height=size[1])
    assert caught.value.kind is ErrorKind.INVALID


def test_a_frame_carries_its_recipe(tmp_path: Path) -> None:
    draw_frame(HARE, tmp_path / "frame.png", width=160, height=90, seed=7, style="sepia")
    with Image.open(tmp_path / "frame.png") as image:
        recipe = read_recipe(image)
    assert recipe is not None
    assert (recipe.prompt, recipe.seed, recipe.style) == (HARE, 7, "sepia")
    assert (recipe.width, recipe.height) == (160, 90)


def test_a_changed_picture_has_no_recipe(tmp_path: Path) -> None:
    draw_frame(HARE, tmp_path / "frame.png", width=160, height=90)
    with Image.open(tmp_path / "frame.png") as image:
        text = image.text[RECIPE_KEY]  # type: ignore[attr-defined]
        changed = image.copy()
    changed.putpixel((5, 5), (255, 0, 0))
    info = PngImagePlugin.PngInfo()
    info.add_itxt(RECIPE_KEY, text)
    changed.save(tmp_path / "changed.png", pnginfo=info)
    with Image.open(tmp_path / "changed.png") as image:
        assert read_recipe(image) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "[" * 20_000,
        json.dumps({"version": 1, "width": "x"}),
        json.dumps({"version": 1, "prompt": 3}),
    ],
)
def test_a_forged_recipe_is_ignored(tmp_path: Path, text: str) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt(RECIPE_KEY, text)
    Image.new("RGB", (32, 32)).save(tmp_path / "forged.png", pnginfo=info)
    with Image.open(tmp_path / "forged.png") as image:
        assert read_recipe(image) is None


def dark_side(image: Image.Image) -> str:
    """The side at which something dark stands close to the camera."""
    left, right = (brightness(image.crop((x, 60, x + 40, 150))) for x in (0, image.width - 40))
    return "left" if left < right else "right"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Francisco", "Bernardo"), ("the Hare", "the Tortoise"), ("Renard", "Corbeau")],
)
def test_shot_and_reverse_shot_keep_to_their_sides(tmp_path: Path, one: str, other: str) -> None:
    sides = [
        dark_side(draw(tmp_path, f"Over-the-shoulder shot: {a} speaks to {b}, desert", 320, 180))
        for a, b in ((one, other), (other, one))
    ]
    assert sorted(sides) == ["left", "right"]


def test_no_stranger_looks_over_the_shoulder_of_nobody(tmp_path: Path) -> None:
    shot = draw(tmp_path, "Over-the-shoulder shot: the Fox speaks, desert", 320, 180)
    empty = draw(tmp_path, "Medium shot: desert", 320, 180)
    box = (0, 60, 80, 150)
    assert abs(brightness(shot.crop(box)) - brightness(empty.crop(box))) < 12


def test_people_of_different_names_look_different_and_the_same_in_each_shot(
    tmp_path: Path,
) -> None:
    cast = ("francisco", "bernardo", "horatio", "marcellus")
    looks = {cloth_color(frozenset(), look_of(name)) for name in cast}
    assert len(looks) == len(cast)
    near = make_sketch(Subject("person", "horatio"), look_of("horatio"))
    assert near.parts == make_sketch(Subject("person", "horatio"), look_of("horatio")).parts


def test_moonlight_draws_the_edge_of_a_figure() -> None:
    edges = {}
    for time in ("night", "noon"):
        palette = palette_for(time, "", frozenset())
        canvas = Canvas(View(160, 90), palette.ink, seeded(0))
        figure = Sketch()
        figure.dot(0, 0, 30, (40, 40, 40))
        paint(canvas, figure, Placement(0.9, 0.5, 0.01), palette, seeded(0))
        layer = canvas.finish().color.convert("L")
        left, right = (max(layer.crop((x, 50, x + 12, 62)).tobytes()) for x in (75, 127))
        edges[time] = left - right
    assert edges["night"] > 60
    assert abs(edges["noon"]) < 20


def test_a_figure_seen_from_above_is_shorter(tmp_path: Path) -> None:
    heights = []
    for angle in ("high", "low"):
        words = f"Full shot, {angle} angle"
        shot = draw(tmp_path, f"{words}. A knight stands. Space.", 320, 180)
        empty = draw(tmp_path, f"{words}. Space.", 320, 180)
        change = ImageChops.difference(shot, empty).crop((60, 0, 200, 155)).convert("L")
        box = change.point([255 * (level > 40) for level in range(256)]).getbbox()
        assert box is not None
        heights.append(box[3] - box[1])
    assert heights[0] < heights[1]


@pytest.mark.parametrize(
    "caption",
    ["狐狸在夜里跑过森林", "הארנבת ישנה", "كان الغراب على شجرة", "Η χελώνα περνά", "🦊🦊🦊"],
)
def test_a_caption_in_any_script_leaves_a_sign(tmp_path: Path, caption: str) -> None:
    shot = draw(tmp_path, f"Wide shot: {caption}", 480, 270)
    strip = shot.crop((60, 270 - strip_height(480, 270) + 4, 480, 270)).convert("L")
    assert min(strip.tobytes()) < 160


def test_the_same_input_gives_the_same_bytes_in_any_process(tmp_path: Path) -> None:
    prompt = "Wide shot, night, snow. KING LEAR and a wolf run, cloaked, crowned. A castle."
    program = (
        "import sys; from pathlib import Path; from nodes.animatic import draw_frame;"
        "draw_frame(sys.argv[1], Path(sys.argv[2]), width=96, height=54, seed=3)"
    )
    digests = set()
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.png"
        subprocess.run(
            [sys.executable, "-c", program, prompt, str(out)],
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
        )
        digests.add(hashlib.sha256(out.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_another_seed_is_another_drawing(tmp_path: Path) -> None:
    assert draw(tmp_path, HARE, seed=1).tobytes() != draw(tmp_path, HARE, seed=2).tobytes()


def test_night_is_darker_than_dusk_and_dusk_than_day(tmp_path: Path) -> None:
    night, dusk, day = (
        brightness(draw(tmp_path, f"Wide shot. A man walks. A meadow, {time}."))
        for time in ("night", "dusk", "day")
    )
    assert night < dusk - 20 < day - 40


def test_style_colours_the_picture(tmp_path: Path) -> None:
    grey = draw(tmp_path, HARE, style="black and white").convert("HSV").getchannel("S")
    full = draw(tmp_path, HARE, style="vivid").convert("HSV").getchannel("S")
    assert ImageStat.Stat(grey).mean[0] < ImageStat.Stat(full).mean[0] / 2


def test_captions_differ_by_text_and_stay_in_the_strip(tmp_path: Path) -> None:
    one = draw(tmp_path, "Wide shot. Anna waits. A meadow.", 480, 270)
    other = draw(tmp_path, "Wide shot. Anna rests. A meadow.", 480, 270)
    strip = 270 - strip_height(480, 270)
    box = ImageChops.difference(one, other).crop((0, strip, 480, 270)).getbbox()
    assert box is not None


def test_a_script_without_glyphs_leaves_the_caption_empty(tmp_path: Path) -> None:
    one = draw(tmp_path, "日本の森", 480, 270)
    other = draw(tmp_path, "雪の山", 480, 270)
    assert one.tobytes() == other.tobytes()


def test_a_named_move_draws_arrows(tmp_path: Path) -> None:
    still = draw(tmp_path, "Wide shot. The sea.", 480, 270)
    moved = draw(tmp_path, "Wide shot. The sea. Pan right.", 480, 270)
    left, _, right, _ = ImageChops.difference(still, moved).getbbox() or (0, 0, 0, 0)
    assert left > 480 * 0.75
    assert right <= 480


@pytest.mark.parametrize("place", sorted(SETS))
def test_every_set_can_be_drawn(place: str, tmp_path: Path) -> None:
    words = {"room": "kitchen", "mountain": "mountains", "": "somewhere", "grave": "graveyard"}
    draw(tmp_path, f"Wide shot. Anna stands. A {words.get(place, place)}.", 80, 45)


@pytest.mark.parametrize(
    "size",
    [
        "Extreme wide",
        "Wide",
        "Full",
        "Medium",
        "Close-up",
        "Extreme close-up",
        "Insert",
        "Over the shoulder",
        "Low angle",
    ],
)
def test_every_size_of_shot_can_be_drawn(size: str, tmp_path: Path) -> None:
    draw(tmp_path, f"{size} shot. Anna and a wolf talk. A car, a lantern.", 80, 45)


def test_every_figure_has_outlines_above_the_ground() -> None:
    subjects = [
        Subject(kind, pose=pose)
        for kind in (*OUTLINED, *BEASTS)
        for pose in ("stand", "run", "sleep")
    ]
    subjects += [Subject(kind, alive=False) for kind in THINGS]
    subjects += [Subject("person", pose=pose) for pose in POSES]
    for subject in subjects:
        left, low, right, top = make_sketch(subject, 0).box
        assert right - left > 5, subject
        assert top > 5, subject
        assert low > -20, subject
