from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from engine import Cancelled, ErrorKind, TaskError
from nodes.media import concat
from tests.support.media import (
    BLUE,
    GREEN,
    GREY,
    RED,
    WHITE,
    close,
    colour_of,
    frames_of,
    level,
    make_image,
    make_raw_video,
    make_video,
    packets_of,
    stream_seconds,
)

MIDDLE = (28, 20, 36, 28)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "film.mp4"


def colours(path: Path) -> list[tuple[int, int, int]]:
    return [colour_of(frame, MIDDLE) for frame in frames_of(path)]


def test_clips_that_agree_are_cut_together_packet_by_packet(tmp_path: Path, out: Path) -> None:
    red = make_video(tmp_path / "red.mp4", (RED,) * 12)
    blue = make_video(tmp_path / "blue.mp4", (BLUE,) * 7)
    concat([red, blue, red], out)
    assert packets_of(out) == packets_of(red) + packets_of(blue) + packets_of(red)
    assert stream_seconds(out) == pytest.approx(31 / 24)
    shown = colours(out)
    assert len(shown) == 31
    assert close(shown[11], RED)
    assert close(shown[12], BLUE)
    assert close(shown[19], RED)


def test_clips_with_b_frames_are_cut_together_packet_by_packet(tmp_path: Path, out: Path) -> None:
    options = {"bf": "3", "preset": "medium"}
    clips = [
        make_raw_video(
            tmp_path / f"{name}.mp4",
            range(10),
            colour=lambda number, base=base: (base, number * 20, 50),  # type: ignore[misc]
            options=options,
        )
        for name, base in (("a", 40), ("b", 200))
    ]
    concat(clips, out)
    assert packets_of(out) == packets_of(clips[0]) + packets_of(clips[1])
    assert stream_seconds(out) == pytest.approx(20 / 24, abs=1e-4)
    assert colours(out) == colours(clips[0]) + colours(clips[1])


def test_sound_stays_with_its_pictures(tmp_path: Path, out: Path) -> None:
    loud = make_video(tmp_path / "loud.mp4", (RED,) * 13, tone=0.8)
    mute = make_video(tmp_path / "mute.mp4", (GREY,) * 11)
    soft = make_video(tmp_path / "soft.mp4", (BLUE,) * 12, tone=0.2)
    concat([loud, mute, soft] * 3, out)
    assert packets_of(out) == (packets_of(loud) + packets_of(mute) + packets_of(soft)) * 3
    assert stream_seconds(out) == stream_seconds(out, "audio") == pytest.approx(4.5)
    for start in (0.0, 1.5, 3.0):
        assert level(out, start + 0.05, start + 0.5) == pytest.approx(0.8, abs=0.06)
        assert level(out, start + 0.58, start + 0.96) < 0.01
        assert level(out, start + 1.05, start + 1.45) == pytest.approx(0.2, abs=0.04)


def test_unequal_clips_take_the_size_and_rate_of_the_first(tmp_path: Path, out: Path) -> None:
    wide = make_video(tmp_path / "wide.mp4", (RED,) * 12)
    tall = make_video(tmp_path / "tall.mp4", (GREEN,) * 30, size=(48, 96), rate=60)
    slow = make_video(tmp_path / "slow.mp4", (BLUE,) * 6, rate=12)
    concat([wide, tall, slow], out)
    frames = frames_of(out)
    assert len(frames) == 36
    assert frames[0].size == (64, 48)
    assert [colour_of(frames[number], MIDDLE)[1] > 100 for number in (11, 12, 23, 24)] == [
        False,
        True,
        True,
        False,
    ]
    assert close(colour_of(frames[18], (0, 0, 16, 48)), (0, 0, 0))
    assert close(colour_of(frames[30], MIDDLE), BLUE)


@pytest.mark.parametrize("rate", [Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(60)])
def test_the_length_holds_whatever_the_rates(tmp_path: Path, out: Path, rate: Fraction) -> None:
    first = make_video(tmp_path / "a.mp4", (RED,) * 13, rate=rate)
    others = [
        make_video(tmp_path / f"{other}.mp4", (BLUE,) * 17, rate=other) for other in (24, 25, 30)
    ]
    concat([first, *others], out)
    seconds = 13 / rate + Fraction(17, 24) + Fraction(17, 25) + Fraction(17, 30)
    assert stream_seconds(out) == pytest.approx(float(seconds), abs=float(0.51 / rate))


def test_pictures_at_uneven_times_are_shown_at_those_times(tmp_path: Path, out: Path) -> None:
    ladder = (RED, GREEN, BLUE, WHITE)
    uneven = make_raw_video(tmp_path / "a.mkv", (0, 2, 9, 10), colour=lambda number: ladder[number])
    even = make_video(tmp_path / "b.mp4", (GREY,) * 4)
    concat([even, uneven], out)
    shown = colours(out)
    assert len(shown) == 15
    expected = [GREY] * 4 + [RED] * 2 + [GREEN] * 7 + [BLUE] + [WHITE]
    assert all(close(one, other) for one, other in zip(shown, expected, strict=True))


def test_a_turned_clip_is_upright(tmp_path: Path, out: Path) -> None:
    tall = make_video(tmp_path / "a.mp4", (RED,) * 3, size=(48, 64))
    turned = make_raw_video(
        tmp_path / "b.mp4",
        range(3),
        colour=lambda number: GREEN,
        prepare=lambda stream: stream.set_display_rotation(90),
    )
    concat([tall, turned], out)
    frames = frames_of(out)
    assert frames[4].size == (48, 64)
    assert colour_of(frames[4])[1] > 100


def test_a_crossfade_mixes_pictures_and_sound(tmp_path: Path, out: Path) -> None:
    loud = make_video(tmp_path / "a.mp4", ((200, 200, 200),) * 24, tone=0.8)
    mute = make_video(tmp_path / "b.mp4", ((40, 40, 40),) * 24)
    concat([loud, mute, loud], out, "crossfade", 0.5)
    shown = [colour[0] for colour in colours(out)]
    assert len(shown) == 72 - 24
    assert stream_seconds(out) == stream_seconds(out, "audio") == pytest.approx(2.0)
    assert shown[11] == pytest.approx(200, abs=4)
    assert shown[12:24] == sorted(shown[12:24], reverse=True)
    assert shown[17] == pytest.approx(126, abs=6)
    assert shown[24:36] == sorted(shown[24:36])
    assert shown[-1] == pytest.approx(200, abs=4)
    assert level(out, 0.1, 0.5) == pytest.approx(0.8, abs=0.06)
    assert level(out, 0.73, 0.77) == pytest.approx(0.4, abs=0.08)
    assert level(out, 0.97, 1.02) < 0.1


def test_a_crossfade_needs_long_enough_clips(tmp_path: Path, out: Path) -> None:
    long, short = (make_video(tmp_path / f"{count}.mp4", (RED,) * count) for count in (24, 6))
    with pytest.raises(
        TaskError, match=r"Clip 2 lasts 0.25 s, too short for 2 crossfades"
    ) as error:
        concat([long, short, long], out, "crossfade", 0.25)
    assert error.value.kind is ErrorKind.INVALID
    assert "0.12 or less" in error.value.hint
    concat([long, short], out, "crossfade", 0.25)
    assert stream_seconds(out) == pytest.approx(1.0)
    with pytest.raises(TaskError, match="too short for 1 crossfade of"):
        concat([long, short], out, "crossfade", 0.5)


def test_clips_of_one_picture(tmp_path: Path, out: Path) -> None:
    clips = [
        make_video(tmp_path / f"{number}.mp4", (colour,))
        for number, colour in enumerate((RED, GREEN, BLUE))
    ]
    concat(clips, out)
    shown = colours(out)
    assert [close(one, other) for one, other in zip(shown, (RED, GREEN, BLUE), strict=True)] == [
        True
    ] * 3


def test_one_clip_is_copied(tmp_path: Path, out: Path) -> None:
    clip = make_video(tmp_path / "a.mp4")
    concat([clip], out, "crossfade", 5)
    assert out.read_bytes() == clip.read_bytes()


def test_one_clip_of_another_format_becomes_mp4(tmp_path: Path, out: Path) -> None:
    concat([make_raw_video(tmp_path / "a.webm", range(5), codec="libvpx")], out)
    assert len(frames_of(out)) == 5
    assert out.read_bytes()[4:8] == b"ftyp"


def test_no_clips_are_refused(out: Path) -> None:
    with pytest.raises(TaskError, match="no clips"):
        concat([], out)


@pytest.mark.parametrize("transition", ["cut", "crossfade"])
def test_the_same_clips_give_the_same_bytes(tmp_path: Path, out: Path, transition: str) -> None:
    clips = [
        make_video(tmp_path / "a.mp4", (RED,) * 12, tone=0.5),
        make_video(tmp_path / "b.mp4", (BLUE,) * 12, rate=25),
    ]
    concat(clips, out, transition, 0.2)  # type: ignore[arg-type]
    first = out.read_bytes()
    concat(clips, out, transition, 0.2)  # type: ignore[arg-type]
    assert out.read_bytes() == first


def test_a_broken_clip_is_named(tmp_path: Path, out: Path) -> None:
    good = make_video(tmp_path / "a.mp4")
    for bad in (make_image(tmp_path / "b.png"), tmp_path / "c.mp4"):
        if not bad.exists():
            bad.write_bytes(good.read_bytes()[:400])
        with pytest.raises(TaskError, match=r"^Clip 2: "):
            concat([good, bad], out)


def test_a_film_can_be_stopped(tmp_path: Path, out: Path) -> None:
    def tick(share: float) -> None:
        if share > 0.3:
            raise Cancelled

    clips = [make_video(tmp_path / f"{rate}.mp4", rate=rate, tone=0.3) for rate in (24, 25)]
    with pytest.raises(Cancelled):
        concat(clips, out, tick=tick)


def test_progress_grows_to_one(tmp_path: Path, out: Path) -> None:
    shares: list[float] = []
    concat([make_video(tmp_path / "a.mp4", tone=0.3)] * 2, out, tick=shares.append)
    assert shares == sorted(shares)
    assert 0.9 < shares[-1] <= 1
