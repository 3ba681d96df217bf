"""Other pictures redrawn as frames."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageStat

from engine.errors import TaskError
from nodes.animatic import restyle_frame


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    image = Image.linear_gradient("L").resize((160, 90)).convert("RGB")
    ImageDraw.Draw(image).ellipse((50, 20, 110, 80), fill=(200, 60, 40))
    image.save(tmp_path / "photo.png")
    return tmp_path / "photo.png"


def difference(one: Path, other: Path) -> float:
    with Image.open(one) as first, Image.open(other) as second:
        changed = ImageChops.difference(first.convert("RGB"), second.convert("RGB"))
    return ImageStat.Stat(changed.convert("L")).mean[0]


def test_strength_decides_how_far_it_goes(photo: Path, tmp_path: Path) -> None:
    differences = []
    for strength in (0.0, 0.4, 1.0):
        out = tmp_path / f"{strength}.png"
        restyle_frame(photo, "night, a man walks", out, strength=strength)
        differences.append(difference(photo, out))
    assert differences[0] == 0
    assert differences == sorted(differences)
    assert differences[2] > differences[1] + 5


def test_the_size_is_kept_and_the_bytes_repeat(photo: Path, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        restyle_frame(photo, "dawn", tmp_path / name, strength=0.7, seed=4)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (160, 90)


@pytest.mark.parametrize("strength", [-0.1, 1.5, float("nan")])
def test_a_strength_out_of_range_is_refused(photo: Path, tmp_path: Path, strength: float) -> None:
    with pytest.raises(TaskError, match="strength"):
        restyle_frame(photo, "dawn", tmp_path / "out.png", strength=strength)
