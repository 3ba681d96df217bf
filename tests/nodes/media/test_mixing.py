from __future__ import annotations

from pathlib import Path

import pytest

from engine import Audio, TaskError
from nodes.media import inspect_media, mix_sounds, mux_audio
from tests.support.media import level, make_image, make_video, make_wav, packets_of, stream_seconds


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.wav"


def seconds(path: Path) -> float:
    return float(inspect_media(path, Audio)["seconds"])


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2), (48_000, 1), (96_000, 2)])
def test_any_rate_keeps_its_level_and_length(
    tmp_path: Path, out: Path, rate: int, channels: int
) -> None:
    mix_sounds([make_wav(tmp_path / "a.wav", 0.5, rate=rate, channels=channels)], out)
    assert seconds(out) == pytest.approx(0.5, abs=0.002)
    assert level(out, 0.1, 0.4) == pytest.approx(0.5, abs=0.02)
    assert inspect_media(out, Audio)["sample_rate"] == 48_000


def test_alignment(tmp_path: Path, out: Path) -> None:
    long = make_wav(tmp_path / "a.wav", 0.6, amplitude=0.2)
    short = make_wav(tmp_path / "b.wav", 0.2, amplitude=0.5)
    mix_sounds([long, short], out, align="start")
    assert seconds(out) == pytest.approx(0.6, abs=0.001)
    assert level(out, 0.02, 0.18) == pytest.approx(0.7, abs=0.03)
    assert level(out, 0.25, 0.58) == pytest.approx(0.2, abs=0.02)
    mix_sounds([long, short], out, align="end")
    assert level(out, 0.02, 0.38) == pytest.approx(0.2, abs=0.02)
    assert level(out, 0.45, 0.58) == pytest.approx(0.7, abs=0.05)
    mix_sounds([long, short, long], out, align="sequence")
    assert seconds(out) == pytest.approx(1.4, abs=0.001)
    assert level(out, 0.65, 0.75) == pytest.approx(0.5, abs=0.02)
    assert level(out, 0.9, 1.3) == pytest.approx(0.2, abs=0.02)


def test_volumes(tmp_path: Path, out: Path) -> None:
    sound = make_wav(tmp_path / "a.wav", 0.2, amplitude=0.4)
    mix_sounds([sound, sound], out, [0.5, 0.0])
    assert level(out, 0.02, 0.18) == pytest.approx(0.2, abs=0.01)
    with pytest.raises(TaskError, match="There are 2 sounds and 1 volumes"):
        mix_sounds([sound, sound], out, [1.0])


def test_a_loud_mix_is_turned_down_and_a_quiet_one_up_on_demand(tmp_path: Path, out: Path) -> None:
    sound = make_wav(tmp_path / "a.wav", 0.2, amplitude=0.4)
    mix_sounds([sound] * 5, out)
    assert level(out, 0.02, 0.18) == pytest.approx(0.97, abs=0.01)
    mix_sounds([sound], out, normalise=True)
    assert level(out, 0.02, 0.18) == pytest.approx(0.97, abs=0.01)


def test_fades(tmp_path: Path, out: Path) -> None:
    sound = make_wav(tmp_path / "a.wav", 1.0, amplitude=0.8)
    mix_sounds([sound], out, fade_in=0.4, fade_out=0.4)
    assert level(out, 0.0, 0.02) < 0.06
    assert level(out, 0.15, 0.2) == pytest.approx(0.4, abs=0.04)
    assert level(out, 0.45, 0.55) == pytest.approx(0.8, abs=0.02)
    assert level(out, 0.78, 0.8) == pytest.approx(0.4, abs=0.05)
    assert level(out, 0.98, 1.0) < 0.06


def test_silence_stays_silence(tmp_path: Path, out: Path) -> None:
    mix_sounds([make_wav(tmp_path / "a.wav", 0.2, amplitude=0)], out, normalise=True)
    assert level(out, 0, 0.2) == 0


def test_what_cannot_be_mixed(tmp_path: Path, out: Path) -> None:
    with pytest.raises(TaskError, match="no sounds"):
        mix_sounds([], out)
    good = make_wav(tmp_path / "a.wav")
    with pytest.raises(TaskError, match="sound 2"):
        mix_sounds([good, make_image(tmp_path / "b.png")], out)
    with pytest.raises(TaskError, match="Sound 2 is empty"):
        mix_sounds([good, make_wav(tmp_path / "c.wav", 0)], out)


def test_the_same_sounds_give_the_same_bytes(tmp_path: Path, out: Path) -> None:
    sounds = [make_wav(tmp_path / "a.wav"), make_wav(tmp_path / "b.wav", 0.3, rate=22_050)]
    mix_sounds(sounds, out, fade_in=0.1)
    first = out.read_bytes()
    mix_sounds(sounds, out, fade_in=0.1)
    assert out.read_bytes() == first


def test_sound_is_put_under_a_film(tmp_path: Path) -> None:
    film, sound = make_video(tmp_path / "a.mp4"), make_wav(tmp_path / "a.wav", 0.2)
    out = tmp_path / "out.mp4"
    mux_audio(film, sound, out)
    assert packets_of(out) == packets_of(film)
    assert stream_seconds(out) == stream_seconds(out, "audio") == 0.5
    assert level(out, 0.03, 0.17) == pytest.approx(0.5, abs=0.05)
    assert level(out, 0.25, 0.48) < 0.02
    mux_audio(film, sound, out, loop=True, volume=0.5)
    assert level(out, 0.3, 0.48) == pytest.approx(0.25, abs=0.04)
    mux_audio(film, make_wav(tmp_path / "b.wav", 3.0), out, fade_out=0.2)
    assert stream_seconds(out, "audio") == 0.5
    assert level(out, 0.48, 0.5) < 0.1


def test_the_film_keeps_or_loses_its_own_sound(tmp_path: Path) -> None:
    film = make_video(tmp_path / "a.mp4", tone=0.3)
    sound = make_wav(tmp_path / "a.wav", 0.2, amplitude=0.5)
    out = tmp_path / "out.mp4"
    mux_audio(film, sound, out, "mix")
    assert level(out, 0.05, 0.15) > 0.6
    assert level(out, 0.3, 0.45) == pytest.approx(0.3, abs=0.04)
    mux_audio(film, sound, out, "replace")
    assert level(out, 0.05, 0.15) == pytest.approx(0.5, abs=0.05)
    assert level(out, 0.3, 0.45) < 0.02
    mux_audio(film, sound, out, "mix", volume=4)
    assert level(out, 0.0, 0.5) <= 1.0


def test_a_film_is_no_sound_and_a_sound_no_film(tmp_path: Path) -> None:
    film, sound = make_video(tmp_path / "a.mp4"), make_wav(tmp_path / "a.wav")
    with pytest.raises(TaskError, match="cannot be read: the file is image/png"):
        mux_audio(make_image(tmp_path / "a.png"), sound, tmp_path / "out.mp4")
    with pytest.raises(TaskError, match="no moving picture"):
        mux_audio(sound, sound, tmp_path / "out.mp4")
    with pytest.raises(TaskError, match="Sound 1 is empty"):
        mux_audio(film, film, tmp_path / "out.mp4")
