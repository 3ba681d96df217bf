from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from engine import TaskError, Video
from nodes.media import (
    Cue,
    burn_subtitles,
    concat,
    extract_frame,
    inspect_media,
    trim,
    upscale_video,
)
from tests.support.media import (
    BLUE,
    GREEN,
    GREY,
    RED,
    WHITE,
    Colour,
    close,
    colour_of,
    frames_of,
    level,
    make_raw_video,
    make_video,
    packets_of,
    stream_seconds,
)


def ladder(number: int) -> Colour:
    return (40, 10 * number, 80)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Twenty-four pictures in one second, each greener than the last, with B-frames."""
    return make_raw_video(
        tmp_path / "film.mp4", range(24), colour=ladder, options={"bf": "2", "g": "8"}
    )


def steps(path: Path) -> list[int]:
    return [round(colour_of(frame)[1] / 10) for frame in frames_of(path)]


@pytest.mark.parametrize(
    ("start", "end", "seconds", "expected"),
    [
        (0, None, None, range(24)),
        (0.5, None, None, range(12, 24)),
        (0.25, 0.5, None, range(6, 12)),
        (0.25, None, 0.125, range(6, 9)),
        (0.9, 99, None, range(22, 24)),
        (0.26, 0.3, None, range(6, 7)),
    ],
)
def test_trim_is_exact_to_the_picture(
    tmp_path: Path,
    film: Path,
    start: float,
    end: float | None,
    seconds: float | None,
    expected: range,
) -> None:
    trim(film, tmp_path / "out.mp4", start, end, seconds)
    assert steps(tmp_path / "out.mp4") == list(expected)
    assert stream_seconds(tmp_path / "out.mp4") == pytest.approx(len(expected) / 24)


def test_trim_keeps_sound_in_step(tmp_path: Path) -> None:
    loud = make_video(tmp_path / "loud.mp4", (RED,) * 48, tone=0.8)
    mute = make_video(tmp_path / "mute.mp4", (BLUE,) * 48)
    concat([mute, loud], tmp_path / "film.mp4")
    trim(tmp_path / "film.mp4", tmp_path / "out.mp4", 1.5, 3.0)
    out = tmp_path / "out.mp4"
    assert stream_seconds(out) == stream_seconds(out, "audio") == pytest.approx(1.5)
    assert level(out, 0.0, 0.45) < 0.02
    assert level(out, 0.52, 1.4) == pytest.approx(0.8, abs=0.06)


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [(5, None, None), (0.5, 0.5, None), (0.5, 0.2, None), (-1, 1, None)],
)
def test_trim_refuses_an_empty_piece(
    tmp_path: Path, film: Path, start: float, end: float | None, seconds: float | None
) -> None:
    with pytest.raises(TaskError, match=re.escape("the film lasts 1.00 s")):
        trim(film, tmp_path / "out.mp4", start, end, seconds)
    with pytest.raises(TaskError, match="Both end and seconds"):
        trim(film, tmp_path / "out.mp4", 0, 1, 1)


@pytest.mark.parametrize(
    ("at", "share", "step"),
    [
        (None, 0.0, 0),
        (None, 1.0, 23),
        (None, 0.5, 12),
        (0.0, 0.0, 0),
        (0.5, 0.0, 12),
        (0.52, 0.0, 12),
        (10 / 24, 0.0, 10),
        (0.4167, 0.0, 10),
        (0.4166, 0.0, 10),
        (1.0, 0.0, 23),
    ],
)
def test_extract_frame(
    tmp_path: Path, film: Path, at: float | None, share: float, step: int
) -> None:
    extract_frame(film, tmp_path / "out.png", at, share)
    with Image.open(tmp_path / "out.png") as still:
        assert still.format == "PNG"
        assert round(colour_of(still)[1] / 10) == step


@pytest.mark.parametrize("at", [-0.1, 1.1, 1e9])
def test_there_is_no_frame_outside_the_film(tmp_path: Path, film: Path, at: float) -> None:
    with pytest.raises(TaskError, match="There is no picture at"):
        extract_frame(film, tmp_path / "out.png", at)


@pytest.mark.parametrize("height", [48, 720])
def test_a_still_has_the_colours_of_the_film(tmp_path: Path, height: int) -> None:
    for colour in (RED, GREEN, BLUE, WHITE, GREY):
        film = make_video(tmp_path / "a.mp4", (colour,), size=(64, height))
        extract_frame(film, tmp_path / "out.png")
        with Image.open(tmp_path / "out.png") as still:
            assert close(colour_of(still), colour, 3)


def test_colours_without_a_tag_are_taken_as_players_do(tmp_path: Path) -> None:
    # PyAV's own conversion is BT.601, which is what small films without a tag are.
    film = make_raw_video(tmp_path / "a.mp4", range(2), colour=lambda number: GREEN)
    extract_frame(film, tmp_path / "out.png")
    with Image.open(tmp_path / "out.png") as still:
        assert close(colour_of(still), GREEN)


@pytest.mark.parametrize("factor", [2, 4])
def test_upscale_enlarges_pictures_and_keeps_the_sound(tmp_path: Path, factor: int) -> None:
    film = make_video(tmp_path / "a.mp4", (RED,) * 6 + (BLUE,) * 6, tone=0.5)
    upscale_video(film, tmp_path / "out.mp4", factor)
    fields = inspect_media(tmp_path / "out.mp4", Video)
    assert (fields["width"], fields["height"]) == (64 * factor, 48 * factor)
    assert fields["seconds"] == 0.5
    assert packets_of(tmp_path / "out.mp4", "audio") == packets_of(film, "audio")
    frames = frames_of(tmp_path / "out.mp4")
    assert len(frames) == 12
    assert close(colour_of(frames[5]), RED)
    assert close(colour_of(frames[6]), BLUE)


def test_upscale_stops_at_4k(tmp_path: Path) -> None:
    film = make_video(tmp_path / "a.mp4", (RED,), size=(1920, 1200))
    with pytest.raises(TaskError, match="7680 x 4800 is larger than 4K"):
        upscale_video(film, tmp_path / "out.mp4", 4)


def test_sound_that_an_mp4_cannot_hold_is_encoded(tmp_path: Path) -> None:
    film = make_raw_video(tmp_path / "a.mkv", range(6))
    upscale_video(film, tmp_path / "out.mp4", 2)
    assert len(frames_of(tmp_path / "out.mp4")) == 6


def test_subtitles_are_seen_at_their_time(tmp_path: Path) -> None:
    film = make_video(tmp_path / "a.mp4", (GREEN,) * 24, size=(320, 240), tone=0.4)
    burn_subtitles(film, tmp_path / "out.mp4", [Cue(0.25, 0.5, "Hello"), Cue(0.75, 2, "World")])
    frames = frames_of(tmp_path / "out.mp4")
    assert len(frames) == 24
    for number, frame in enumerate(frames):
        darkest, brightest = frame.convert("L").crop((0, 180, 320, 240)).getextrema()
        has_text = isinstance(brightest, int) and brightest > 230
        assert has_text == (6 <= number < 12 or number >= 18)
        assert close(colour_of(frame, (0, 0, 320, 170)), GREEN)
        if has_text:
            assert isinstance(darkest, int)
            assert darkest < 30
    assert packets_of(tmp_path / "out.mp4", "audio") == packets_of(film, "audio")


def test_subtitled_clips_can_still_be_cut_together(tmp_path: Path) -> None:
    clips = []
    for name in ("a", "b"):
        film = make_video(tmp_path / f"{name}.mp4", (GREY,) * 12, tone=0.4)
        burn_subtitles(film, tmp_path / f"{name}-s.mp4", [Cue(0, 1, name)])
        clips.append(tmp_path / f"{name}-s.mp4")
    concat([*clips, film], tmp_path / "out.mp4")
    joined = packets_of(clips[0]) + packets_of(clips[1]) + packets_of(film)
    assert packets_of(tmp_path / "out.mp4") == joined


def test_a_film_that_starts_late_on_its_clock(tmp_path: Path) -> None:
    film = make_raw_video(tmp_path / "a.mkv", range(100, 124), colour=lambda n: ladder(n))
    trim(film, tmp_path / "out.mp4", 0.5)
    assert steps(tmp_path / "out.mp4") == list(range(12, 24))
    extract_frame(film, tmp_path / "out.png", 0.5)
    with Image.open(tmp_path / "out.png") as still:
        assert round(colour_of(still)[1] / 10) == 12


def test_a_film_of_odd_size_is_made_even(tmp_path: Path) -> None:
    film = make_raw_video(
        tmp_path / "a.mkv", range(4), size=(63, 47), codec="ffv1", time_base=Fraction(1, 24)
    )
    trim(film, tmp_path / "out.mp4", 0, 0.1)
    assert frames_of(tmp_path / "out.mp4")[0].size == (64, 48)


def test_a_film_cut_short_gives_what_it_has_or_an_error(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "a.mp4", (RED, GREEN, BLUE) * 20).read_bytes()
    for length in range(100, len(whole), len(whole) // 12):
        path = tmp_path / "cut.mp4"
        path.write_bytes(whole[:length])
        try:
            trim(path, tmp_path / "out.mp4", 0.5, 1.0)
        except TaskError as error:
            assert error.message
        else:
            assert len(frames_of(tmp_path / "out.mp4")) == 12


@pytest.mark.parametrize(("unit", "rate"), [(Fraction(50), 1.0), (Fraction(1, 1000), 120.0)])
def test_a_rate_that_makes_no_sense_is_kept_in_bounds(
    tmp_path: Path, unit: Fraction, rate: float
) -> None:
    film = make_raw_video(tmp_path / "a.avi", range(3), codec="mpeg4", time_base=Fraction(1, 24))
    data = bytearray(film.read_bytes())
    header = data.index(b"strh") + 8 + 20
    scale, per_second = unit.numerator, unit.denominator
    data[header : header + 8] = scale.to_bytes(4, "little") + per_second.to_bytes(4, "little")
    film.write_bytes(data)
    assert inspect_media(film, Video)["fps"] == rate
    extract_frame(film, tmp_path / "out.png", share=1.0)


def test_three_pictures_are_no_hour(tmp_path: Path) -> None:
    film = make_raw_video(tmp_path / "a.mkv", (0, 1, 100_000))
    with pytest.raises(TaskError, match="the times of its pictures make no sense"):
        trim(film, tmp_path / "out.mp4", 0, 1)
