from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags
from PIL import Image as Pillow

from engine import Audio, ErrorKind, File, Image, Media, TaskError, Video
from nodes.media import embed_workflow, inspect_media, upscale_video
from nodes.media.film import read_film
from nodes.media.loading import MAX_PIXELS
from tests.support.media import GREEN, make_image, make_raw_video, make_video, make_wav


def test_a_picture_is_measured_as_seen(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    path = make_image(tmp_path / "a.jpg", (40, 20), exif=exif)
    assert inspect_media(path, Image) == {"media_type": "image/jpeg", "width": 20, "height": 40}


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(*after: bytes) -> bytes:
    """Return a PNG of 12 x 8 pixels that nobody can decode, with chunks behind its pixels."""
    head = struct.pack(">IIBBBBB", 12, 8, 8, 2, 0, 0, 0)
    pixels = png_chunk(b"IDAT", b"no pixels") + png_chunk(b"IDAT", b"at all")
    chunks = png_chunk(b"IHDR", head) + pixels + b"".join(after) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def test_a_png_is_measured_without_being_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_of())
    found = inspect_media(path, Image)
    assert (found["width"], found["height"]) == (12, 8)


def test_a_png_that_may_tell_how_it_lies_behind_its_pixels_is_decoded(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = tmp_path / "a.png"
    path.write_bytes(png_of(png_chunk(b"eXIf", exif.tobytes()[6:])))
    with pytest.raises(TaskError, match="cannot be read"):
        inspect_media(path, Image)
    turned = io.BytesIO()
    Pillow.new("RGB", (12, 8)).save(turned, "PNG")
    whole = turned.getvalue()
    end = png_chunk(b"IEND", b"")
    path.write_bytes(whole.removesuffix(end) + png_chunk(b"eXIf", exif.tobytes()[6:]) + end)
    found = inspect_media(path, Image)
    assert (found["width"], found["height"]) == (8, 12)


def test_a_png_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_of()[:-30])
    with pytest.raises(TaskError, match="cannot be read"):
        inspect_media(path, Image)


def test_a_film_is_described(tmp_path: Path) -> None:
    path = make_video(tmp_path / "a.mp4", (GREEN,) * 15, rate=30, tone=0.5)
    assert inspect_media(path, Video) == {
        "media_type": "video/mp4",
        "width": 64,
        "height": 48,
        "seconds": 0.5,
        "fps": 30.0,
        "has_audio": True,
    }


def test_a_turned_film_is_measured_as_seen(tmp_path: Path) -> None:
    path = make_raw_video(
        tmp_path / "a.mp4", range(3), prepare=lambda stream: stream.set_display_rotation(90)
    )
    fields = inspect_media(path, Video)
    assert (fields["width"], fields["height"]) == (48, 64)
    assert fields["has_audio"] is False


def test_a_film_of_wide_pixels_is_measured_as_seen(tmp_path: Path) -> None:
    def anamorphic(stream: object) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(2)  # type: ignore[attr-defined]

    path = make_raw_video(tmp_path / "a.mp4", range(3), prepare=anamorphic)
    assert inspect_media(path, Video)["width"] == 128


@pytest.mark.parametrize(("name", "codec"), [("a.webm", "libvpx"), ("a.mkv", "libx264")])
def test_a_film_without_a_length_in_its_stream_is_described(
    tmp_path: Path, name: str, codec: str
) -> None:
    path = make_raw_video(tmp_path / name, range(12), codec=codec)
    assert inspect_media(path, Video)["seconds"] == pytest.approx(0.5, abs=0.05)


def test_sound_is_described(tmp_path: Path) -> None:
    path = make_wav(tmp_path / "a.wav", 0.5, rate=22_050)
    assert inspect_media(path, Audio) == {
        "media_type": "audio/wav",
        "seconds": 0.5,
        "sample_rate": 22_050,
        "channels": 1,
    }


def test_any_file_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "notes"
    path.write_text("words")
    assert inspect_media(path, File) == {"media_type": "text/plain"}


@pytest.mark.parametrize(
    ("kind", "name"), [(Image, "an image"), (Video, "a video"), (Audio, "a sound file")]
)
def test_an_empty_file_is_refused(tmp_path: Path, kind: type[Media], name: str) -> None:
    path = tmp_path / "empty"
    path.touch()
    with pytest.raises(TaskError, match=rf"Expected {name}; the file is empty"):
        inspect_media(path, kind)


def test_the_wrong_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"Expected an image; the file is video/mp4") as caught:
        inspect_media(make_video(tmp_path / "a.png.mp4"), Image)
    assert caught.value.kind is ErrorKind.INVALID
    assert "PNG" in caught.value.hint
    with pytest.raises(TaskError, match=r"Expected a video; the file is image/png"):
        inspect_media(make_image(tmp_path / "a.png"), Video)
    with pytest.raises(TaskError, match=r"Expected a sound file; the file is video/mp4"):
        inspect_media(make_video(tmp_path / "b.mp4", tone=0.5), Audio)


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        (Image, b"\x89PNG\r\n\x1a\n"),
        (Image, b"\xff\xd8\xff"),
        (Image, b"GIF89a"),
        (Image, b"II*\x00"),
        (Image, b"RIFF\x00\x00\x00\x00WEBP"),
        (Video, b"\x00\x00\x00\x20ftypisom"),
        (Video, b"\x1a\x45\xdf\xa3\x01\x42webm"),
        (Video, b"RIFF\x00\x00\x00\x00AVI "),
        (Audio, b"RIFF\x00\x00\x00\x00WAVE"),
        (Audio, b"OggS"),
        (Audio, b"fLaC"),
        (Audio, b"ID3\x04\x00"),
    ],
)
@settings(max_examples=25, deadline=None)
@given(rest=st.binary(max_size=200))
def test_garbage_after_a_good_beginning_is_refused(
    kind: type[Media], head: bytes, rest: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(head + rest)
    with pytest.raises(TaskError):
        inspect_media(path, kind)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 4000), value=st.integers(0, 255), length=st.integers(1, 4000))
def test_a_damaged_film_is_read_or_refused(
    place: int, value: int, length: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / "whole.mp4"
    if not whole.exists():
        make_video(whole, tone=0.3)
    data = bytearray(whole.read_bytes())
    data[place % len(data)] = value
    path = folder / "damaged.mp4"
    path.write_bytes(data[: len(data) - length])
    with suppress(TaskError):
        assert inspect_media(path, Video)["width"] > 0


def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    for side in (20_000, 60_000, 2**31 - 1):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        path = tmp_path / "bomb.png"
        body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100)))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b""))
        with pytest.raises(TaskError, match=rf"too large.*{MAX_PIXELS:,} pixels"):
            inspect_media(path, Image)


def test_a_playlist_is_no_film(tmp_path: Path) -> None:
    path = tmp_path / "list.mp4"
    path.write_text("#EXTM3U\n#EXTINF:1,\nfile:///etc/hostname\n")
    with pytest.raises(TaskError, match="text/plain"):
        inspect_media(path, Video)


@pytest.mark.parametrize(
    ("damages", "part"),
    [
        (((b"avc1\x00", b"zzzz\x00"),), "video"),
        (((b"mp4a\x00", b"zzzz\x00"), (b"\x40\x15\x00\x00", b"\xfe\x15\x00\x00")), "sound"),
    ],
)
def test_an_unknown_codec_is_told(
    tmp_path: Path, damages: tuple[tuple[bytes, bytes], ...], part: str
) -> None:
    path = make_video(tmp_path / "a.mp4", tone=0.3)
    for known, unknown in damages:
        assert path.read_bytes().count(known) == 1
        path.write_bytes(path.read_bytes().replace(known, unknown))
    for work in (
        lambda: inspect_media(path, Video),
        lambda: upscale_video(path, tmp_path / "out.mp4", 2),
        lambda: embed_workflow(path, "video/mp4", tmp_path / "out.mp4", "{}"),
    ):
        with pytest.raises(TaskError, match=f"The {part} cannot be read: its codec is not known"):
            work()


def test_a_film_of_irregular_pictures_gets_a_usual_rate(tmp_path: Path) -> None:
    times, time = [], 0
    for number in range(40):
        times.append(time)
        time += 33 if number % 3 else 131
    film = make_raw_video(tmp_path / "a.mp4", times, time_base=Fraction(1, 1000))
    fields = inspect_media(film, Video)
    assert fields["fps"] == 15
    read = read_film(film)
    assert read.rate == 15
    assert fields["seconds"] == round(float(read.seconds), 6)


@pytest.mark.parametrize(
    "rate", [Fraction(25, 2), Fraction(18), Fraction(48), Fraction(24000, 1001)]
)
def test_a_regular_rate_stays_as_it_is(tmp_path: Path, rate: Fraction) -> None:
    film = make_raw_video(tmp_path / "a.mp4", range(10), time_base=1 / rate)
    assert read_film(film).rate == rate
