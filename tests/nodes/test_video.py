"""Video nodes, run by the engine on real films."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from nodes.media import parse_srt
from tests.support.media import (
    BLUE,
    GREEN,
    RED,
    close,
    colour_of,
    frames_of,
    make_image,
    make_video,
    make_wav,
    packets_of,
    stream_seconds,
)
from tests.support.studio import Studio


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    make_video(tmp_path / "red.mp4", (RED,) * 12, tone=0.5)
    make_video(tmp_path / "blue.mp4", (GREEN,) * 6 + (BLUE,) * 6)
    return Studio(tmp_path)


def test_load_video(studio: Studio) -> None:
    video = studio.outputs("load_video", {"video": "red.mp4"}, "video")["video"]
    assert (video.width, video.height, video.seconds, video.has_audio) == (64, 48, 0.5, True)


def test_concat_collects_clips(studio: Studio) -> None:
    clips = {"clips": ["red.mp4", "blue.mp4", "red.mp4"]}
    film = studio.outputs("concat", clips, "video")["video"]
    assert film.seconds == 1.5
    red, blue = (packets_of(studio.folder / name) for name in ("red.mp4", "blue.mp4"))
    assert packets_of(studio.path(film)) == red + blue + red
    inputs = {**clips, "transition": "crossfade", "transition_seconds": 0.125}
    assert studio.outputs("concat", inputs, "video")["video"].seconds == 1.25


def test_a_clip_that_is_too_short_is_named(studio: Studio) -> None:
    inputs = {"clips": ["red.mp4", "blue.mp4"], "transition": "crossfade", "transition_seconds": 2}
    report = studio.run(studio.workflow("concat", inputs, "video"))
    assert "Clip 1 lasts 0.50 s" in str(report.failures[0])


def test_trim(studio: Studio) -> None:
    inputs = {"video": "blue.mp4", "start": 0.25, "seconds": 0.125}
    piece = studio.outputs("trim", inputs, "video")["video"]
    frames = frames_of(studio.path(piece))
    assert len(frames) == 3
    assert close(colour_of(frames[0]), BLUE)


def test_trim_is_checked_before_the_run(studio: Studio) -> None:
    both = {"video": "red.mp4", "end": 1, "seconds": 1}
    assert "not both" in studio.complaints("trim", both)
    backwards = {"video": "red.mp4", "start": 2, "end": 1.5}
    assert "the end, 1.5 s, is not after the start, 2 s" in studio.complaints("trim", backwards)


@pytest.mark.parametrize(
    ("inputs", "colour"),
    [({}, GREEN), ({"position": "last"}, BLUE), ({"at": 0.3}, BLUE), ({"at": 0}, GREEN)],
)
def test_extract_frame(studio: Studio, inputs: dict[str, object], colour: object) -> None:
    still = studio.outputs("extract_frame", {"video": "blue.mp4", **inputs}, "image")["image"]
    with Image.open(studio.path(still)) as picture:
        assert close(colour_of(picture), colour)  # type: ignore[arg-type]


def test_subtitle(studio: Studio) -> None:
    inputs = {"video": "red.mp4", "text": "ANNA: Come\nBOB: No", "speaker_names": False}
    outputs = studio.outputs("subtitle", inputs, "video", "srt")
    cues = parse_srt(studio.path(outputs["srt"]).read_text("utf-8"))
    assert [(cue.start, cue.end, cue.text) for cue in cues] == [
        (0, 0.25, "Come"),
        (0.25, 0.5, "No"),
    ]
    assert outputs["srt"].media_type == "application/x-subrip"
    frames = frames_of(studio.path(outputs["video"]))
    assert len(frames) == 12
    assert frames[0].convert("L").getextrema()[1] > 120  # type: ignore[operator]
    assert stream_seconds(studio.path(outputs["video"]), "audio") == 0.5


def test_burnt_subtitles_leave_room_below(studio: Studio) -> None:
    make_video(studio.folder / "large.mp4", (BLUE,) * 2, size=(320, 180))
    inputs = {"video": "large.mp4", "text": "Who is there?\nAnna", "bottom": 0.3}
    outputs = studio.outputs("subtitle", inputs, "video")
    frame = frames_of(studio.path(outputs["video"]))[0].convert("L")
    assert frame.crop((0, 90, 320, 126)).getextrema()[1] > 200  # type: ignore[operator]
    assert frame.crop((0, 130, 320, 180)).getextrema()[1] < 120  # type: ignore[operator]


def test_subtitle_without_words_or_burning_keeps_the_film(studio: Studio) -> None:
    film = studio.outputs("load_video", {"video": "red.mp4"}, "video")["video"]
    for extra in ({"text": ""}, {"text": "ANNA: Come", "burn": False}):
        outputs = studio.outputs("subtitle", {"video": "red.mp4", **extra}, "video", "srt")
        assert outputs["video"] == film
        assert (outputs["srt"].size == 0) == (extra["text"] == "")


def test_subtitle_takes_a_file(studio: Studio) -> None:
    path = studio.folder / "film.srt"
    path.write_text("1\n00:00:00,100 --> 00:00:00,200\nHello\n", encoding="utf-8")
    outputs = studio.outputs("subtitle", {"video": "red.mp4", "file": "film.srt"}, "video", "srt")
    assert studio.path(outputs["srt"]).read_bytes() == path.read_bytes()
    both = {"video": "red.mp4", "file": "film.srt", "text": "words"}
    assert "a text or a file, not both" in studio.complaints("subtitle", both)


def test_probe(studio: Studio) -> None:
    make_image(studio.folder / "a.png")
    make_wav(studio.folder / "a.wav", 0.25)
    ports = ("media_type", "width", "seconds", "fps", "has_audio")
    load = {"film": ("video", "red.mp4"), "still": ("image", "a.png"), "tone": ("audio", "a.wav")}
    data = {
        "nodes": {
            **{
                name: {"type": f"load_{kind}", "inputs": {kind: file}}
                for name, (kind, file) in load.items()
            },
            **{
                f"of_{name}": {"type": "probe", "inputs": {"file": f"${{{name}.{kind}}}"}}
                for name, (kind, _) in load.items()
            },
        },
        "outputs": {f"{name}_{port}": f"${{of_{name}.{port}}}" for name in load for port in ports},
    }
    found = studio.run(data).outputs
    assert [found[f"film_{port}"] for port in ports] == ["video/mp4", 64, 0.5, 24.0, True]
    assert [found[f"still_{port}"] for port in ports] == ["image/png", 64, 0.0, 0.0, False]
    assert [found[f"tone_{port}"] for port in ports] == ["audio/wav", 0, 0.25, 0.0, True]
