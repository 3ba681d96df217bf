"""Image nodes, run by the engine on real pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from tests.support.media import BLUE, GREEN, RED, close, colour_of, make_gradient, make_image
from tests.support.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_image(tmp_path / "red.png")
    make_image(tmp_path / "blue.jpg", (48, 64), BLUE)
    make_gradient(tmp_path / "wide.png", (200, 100))
    return Studio(tmp_path)


def test_load_image(studio: Studio) -> None:
    image = studio.outputs("load_image", {"image": "blue.jpg"}, "image")["image"]
    assert (image.media_type, image.width, image.height) == ("image/jpeg", 48, 64)


def test_resize(studio: Studio) -> None:
    image = studio.outputs("resize", {"image": "red.png", "width": 32}, "image")["image"]
    assert (image.media_type, image.width, image.height) == ("image/png", 32, 24)
    inputs = {"image": "wide.png", "width": 50, "height": 50, "fit": "cover"}
    image = studio.outputs("resize", inputs, "image")["image"]
    assert (image.width, image.height) == (50, 50)


def test_resize_without_a_size_is_told_before_the_run(studio: Studio) -> None:
    assert "needs a width, a height, or both" in studio.complaints("resize", {"image": "red.png"})


def test_crop(studio: Studio) -> None:
    inputs = {"image": "wide.png", "aspect_ratio": "1:1", "gravity": "left"}
    image = studio.outputs("crop", inputs, "image")["image"]
    assert (image.width, image.height) == (100, 100)
    assert "aspect_ratio" in studio.complaints("crop", {"image": "red.png", "aspect_ratio": "wide"})


def test_overlay_text(studio: Studio) -> None:
    inputs = {"image": "wide.png", "text": "Hello", "position": "top", "size": 0.3}
    image = studio.outputs("overlay_text", inputs, "image")["image"]
    with Image.open(studio.path(image)) as written, Image.open(studio.folder / "wide.png") as bare:
        assert written.size == bare.size
        assert written.crop((0, 0, 200, 40)).tobytes() != bare.crop((0, 0, 200, 40)).tobytes()
        assert written.crop((0, 60, 200, 100)).tobytes() == bare.crop((0, 60, 200, 100)).tobytes()


def test_grid_collects_pictures(studio: Studio) -> None:
    make_image(studio.folder / "green.png", colour=GREEN)
    inputs = {
        "images": ["red.png", "blue.jpg", "green.png"],
        "columns": 3,
        "cell_width": 40,
        "gap": 0,
        "fit": "cover",
    }
    image = studio.outputs("grid", inputs, "image")["image"]
    with Image.open(studio.path(image)) as sheet:
        assert sheet.size == (120, 30)
        for number, colour in enumerate((RED, BLUE, GREEN)):
            left = number * 40
            assert close(colour_of(sheet, (left + 4, 4, left + 36, 26)), colour)


def test_a_file_that_is_no_picture_is_told(studio: Studio) -> None:
    (studio.folder / "notes.png").write_text("words")
    assert "text/plain" in studio.complaints("load_image", {"image": "notes.png"})
