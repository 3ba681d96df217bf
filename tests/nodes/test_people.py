"""Characters, speaking faces and sets of pictures, with the built-in models."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.media import make_image, make_video, make_wav, stream_seconds
from tests.support.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_image(tmp_path / "face.png")
    make_video(tmp_path / "film.mp4", tone=0.2)
    make_wav(tmp_path / "voice.wav", 1.0)
    return Studio(tmp_path)


def test_a_set_of_pictures_has_as_many_as_asked_for(studio: Studio) -> None:
    inputs = {"prompt": "a fox", "count": 3, "resolution": "360p"}
    images = studio.outputs("storyboard_images", inputs, "images")["images"]
    assert len({image.digest for image in images}) == 3


def test_too_many_pictures_are_refused(studio: Studio) -> None:
    assert "8" in studio.complaints("storyboard_images", {"prompt": "a", "count": 9}, "images")


def test_a_picture_speaks_for_as_long_as_the_voice(studio: Studio) -> None:
    video = studio.outputs("lip_sync", {"audio": "voice.wav", "image": "face.png"}, "video")
    assert stream_seconds(studio.path(video["video"]), "audio") == pytest.approx(1.0, abs=0.05)
    assert video["video"].seconds == pytest.approx(1.0, abs=0.1)


def test_a_film_gets_the_voice(studio: Studio) -> None:
    video = studio.outputs("lip_sync", {"audio": "voice.wav", "video": "film.mp4"}, "video")
    assert video["video"].has_audio


def test_a_voice_needs_a_face(studio: Studio) -> None:
    report = studio.run(studio.workflow("lip_sync", {"audio": "voice.wav"}, "video"))
    assert "a picture or a film" in str(report.failures[0])


def test_a_character_is_seen_by_their_words(studio: Studio) -> None:
    def frame(description: str) -> str:
        who = {"name": "Mara", "description": description}
        flow = {
            "nodes": {
                "mara": {"type": "character", "inputs": who},
                "frame": {
                    "type": "text_to_image",
                    "inputs": {
                        "prompt": "on a bridge",
                        "character": "${mara.character}",
                        "resolution": "360p",
                    },
                },
            },
            "outputs": {"image": "${frame.image}"},
        }
        report = studio.run(flow)
        assert not report.failures
        digest: str = report.outputs["image"].digest
        return digest

    assert frame("a tall woman in a red coat") != frame("a boy with a kite")


def test_the_built_in_model_leaves_a_film_as_it_is(studio: Studio) -> None:
    made = studio.outputs("video_to_video", {"video": "film.mp4", "prompt": "snow"}, "video")
    assert studio.path(made["video"]).read_bytes() == (studio.folder / "film.mp4").read_bytes()
