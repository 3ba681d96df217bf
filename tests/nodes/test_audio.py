"""Audio nodes, run by the engine on real sound."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.media import level, make_video, make_wav, packets_of, stream_seconds
from tests.support.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_wav(tmp_path / "long.wav", 0.4, amplitude=0.2)
    make_wav(tmp_path / "short.wav", 0.2, amplitude=0.4)
    make_video(tmp_path / "film.mp4", tone=0.1)
    return Studio(tmp_path)


def test_load_audio(studio: Studio) -> None:
    audio = studio.outputs("load_audio", {"audio": "long.wav"}, "audio")["audio"]
    assert (audio.media_type, audio.seconds, audio.channels) == ("audio/wav", 0.4, 1)


def test_mix_audio(studio: Studio) -> None:
    inputs = {"audios": ["long.wav", "short.wav"], "volumes": [1, 0.5], "align": "sequence"}
    audio = studio.outputs("mix_audio", inputs, "audio")["audio"]
    assert audio.seconds == pytest.approx(0.6, abs=0.001)
    assert level(studio.path(audio), 0.42, 0.58) == pytest.approx(0.2, abs=0.02)


def test_there_is_one_volume_for_each_sound(studio: Studio) -> None:
    inputs = {"audios": ["long.wav", "short.wav"], "volumes": [1]}
    report = studio.run(studio.workflow("mix_audio", inputs, "audio"))
    assert "There are 2 sounds and 1 volumes" in str(report.failures[0])


def test_add_audio(studio: Studio) -> None:
    inputs = {"video": "film.mp4", "audio": "short.wav", "mode": "replace", "loop": True}
    film = studio.outputs("add_audio", inputs, "video")["video"]
    path = studio.path(film)
    assert film.has_audio
    assert packets_of(path) == packets_of(studio.folder / "film.mp4")
    assert stream_seconds(path, "audio") == 0.5
    assert level(path, 0.25, 0.45) == pytest.approx(0.4, abs=0.05)
