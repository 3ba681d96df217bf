from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nodes.media import EXTENSIONS, sniff
from tests.support.media import make_image, make_raw_video, make_video, make_wav


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.gif", "image/gif"),
        ("a.bmp", "image/bmp"),
        ("a.tiff", "image/tiff"),
        ("a.pdf", "application/pdf"),
    ],
)
def test_pictures_are_told_by_their_bytes(tmp_path: Path, name: str, media_type: str) -> None:
    misnamed = make_image(tmp_path / name).rename(tmp_path / "picture.txt")
    assert sniff(misnamed) == media_type


def test_films_and_sound_are_told_by_their_bytes(tmp_path: Path) -> None:
    assert sniff(make_video(tmp_path / "a.mp4")) == "video/mp4"
    assert sniff(make_raw_video(tmp_path / "a.mov", range(3))) == "video/quicktime"
    assert sniff(make_raw_video(tmp_path / "a.mkv", range(3))) == "video/x-matroska"
    assert sniff(make_raw_video(tmp_path / "a.webm", range(3), codec="libvpx")) == "video/webm"
    assert sniff(make_raw_video(tmp_path / "a.avi", range(3))) == "video/x-msvideo"
    assert sniff(make_wav(tmp_path / "a.wav")) == "audio/wav"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"", "text/plain"),
        ("Il était une fois".encode(), "text/plain"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHello\n", "application/x-subrip"),
        ("\ufeff1\r\n00:00:01,000 --> 00:00:02,000\r\nHello\r\n".encode(), "application/x-subrip"),
        (b"BMW makes cars and motorcycles.", "text/plain"),
        (b"a\x00b", "application/octet-stream"),
        (b"\xe9t\xe9 en latin-1", "application/octet-stream"),
        (b"\xff\xfb\x90\x64" + bytes(64), "audio/mpeg"),
        (b"ID3\x04\x00", "audio/mpeg"),
        (b"fLaC\x00", "audio/flac"),
        (b"OggS\x00", "audio/ogg"),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypavif\x00\x00", "application/octet-stream"),
    ],
)
def test_bytes(tmp_path: Path, data: bytes, media_type: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert sniff(path) == media_type


def test_a_character_cut_by_the_end_of_the_head_is_still_text(tmp_path: Path) -> None:
    for shift in range(4):
        path = tmp_path / "story.txt"
        path.write_text("x" * shift + "éé€" * 2000, encoding="utf-8")
        assert sniff(path) == "text/plain"


@settings(max_examples=200, deadline=None)
@given(data=st.binary(max_size=64))
def test_any_bytes_have_a_known_type(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    assert sniff(path) in EXTENSIONS


def test_every_type_has_an_extension_of_its_own() -> None:
    assert len(set(EXTENSIONS.values())) == len(EXTENSIONS)
    assert all(extension.startswith(".") for extension in EXTENSIONS.values())


def test_an_animated_picture_is_its_first_frame(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    assert sniff(path) == "image/gif"
