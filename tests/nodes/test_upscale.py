"""The upscale node, run by the engine on real pictures and films."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.media import RED, make_gradient, make_video, packets_of
from tests.support.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_gradient(tmp_path / "a.png")
    make_video(tmp_path / "a.mp4", (RED,) * 6, tone=0.3)
    return Studio(tmp_path)


@pytest.mark.parametrize("factor", [2, 4])
def test_a_picture(studio: Studio, factor: int) -> None:
    image = studio.outputs("upscale", {"image": "a.png", "factor": factor}, "image")["image"]
    assert (image.media_type, image.width, image.height) == ("image/png", 64 * factor, 48 * factor)


def test_a_film(studio: Studio) -> None:
    film = studio.outputs("upscale", {"video": "a.mp4"}, "video")["video"]
    assert (film.width, film.height, film.seconds) == (128, 96, 0.25)
    assert packets_of(studio.path(film), "audio") == packets_of(studio.folder / "a.mp4", "audio")


def test_one_of_them_and_only_one(studio: Studio) -> None:
    for inputs in ({}, {"image": "a.png", "video": "a.mp4"}):
        assert "one of them, and only one" in studio.complaints("upscale", inputs)


def test_an_enlarged_film_can_be_wired_on(studio: Studio) -> None:
    data = {
        "nodes": {
            "sharp": {"type": "upscale", "inputs": {"video": "a.mp4"}},
            "piece": {"type": "trim", "inputs": {"video": "${sharp.video}", "seconds": 0.125}},
        },
        "outputs": {"film": "${piece.video}"},
    }
    assert studio.run(data).outputs["film"].width == 128


def test_a_film_does_not_give_a_picture(studio: Studio) -> None:
    assert "image" in studio.complaints("upscale", {"video": "a.mp4"}, "image")
