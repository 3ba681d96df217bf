from __future__ import annotations

import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from engine import TaskError
from nodes.media import embed_workflow, read_workflow
from nodes.media.embedding import KEY, MAX_BYTES
from nodes.media.enlarge import PNG_SIGNATURE, chunk
from tests.support.media import (
    make_gradient,
    make_image,
    make_raw_video,
    make_video,
    packets_of,
    stream_seconds,
)

WORKFLOW = '{"name": "Été – film", "nodes": {}}'


def test_a_picture_holds_a_workflow(tmp_path: Path) -> None:
    path, out = make_gradient(tmp_path / "a.png"), tmp_path / "out.png"
    assert embed_workflow(path, "image/png", out, WORKFLOW)
    assert read_workflow(out) == WORKFLOW
    assert read_workflow(path) is None
    with Image.open(out) as result, Image.open(path) as source:
        assert result.tobytes() == source.tobytes()
        assert result.info[KEY] == WORKFLOW


def test_a_later_workflow_replaces_the_earlier(tmp_path: Path) -> None:
    path, one, two = make_gradient(tmp_path / "a.png"), tmp_path / "1.png", tmp_path / "2.png"
    embed_workflow(path, "image/png", one, "first " * 1000)
    embed_workflow(one, "image/png", two, WORKFLOW)
    assert read_workflow(two) == WORKFLOW
    assert two.read_bytes().count(b"iTXt") == 1
    embed_workflow(path, "image/png", one, WORKFLOW)
    assert one.read_bytes() == two.read_bytes()


def test_a_film_holds_a_workflow(tmp_path: Path) -> None:
    path, one, two = (
        make_video(tmp_path / "a.mp4", tone=0.5),
        tmp_path / "1.mp4",
        tmp_path / "2.mp4",
    )
    text = WORKFLOW * 5000
    assert embed_workflow(path, "video/mp4", one, "first")
    assert embed_workflow(one, "video/mp4", two, text)
    assert read_workflow(two) == text
    assert read_workflow(path) is None
    for kind in ("video", "audio"):
        assert packets_of(two, kind) == packets_of(path, kind)
        assert stream_seconds(two, kind) == stream_seconds(path, kind)


def test_a_turned_film_stays_turned(tmp_path: Path) -> None:
    from engine import Video
    from nodes.media import inspect_media

    path = make_raw_video(
        tmp_path / "a.mov", range(4), prepare=lambda stream: stream.set_display_rotation(90)
    )
    assert embed_workflow(path, "video/quicktime", tmp_path / "out.mov", WORKFLOW)
    assert inspect_media(tmp_path / "out.mov", Video)["width"] == 48
    assert read_workflow(tmp_path / "out.mov") == WORKFLOW


def test_other_files_are_copied(tmp_path: Path) -> None:
    path, out = make_image(tmp_path / "a.jpg"), tmp_path / "out.jpg"
    assert not embed_workflow(path, "image/jpeg", out, WORKFLOW)
    assert out.read_bytes() == path.read_bytes()
    assert read_workflow(out) is None


def test_a_workflow_that_is_too_long_is_refused(tmp_path: Path) -> None:
    path = make_gradient(tmp_path / "a.png")
    with pytest.raises(TaskError, match="too long"):
        embed_workflow(path, "image/png", tmp_path / "out.png", "x" * (MAX_BYTES + 1))


def _png_with(tmp_path: Path, data: bytes) -> Path:
    whole = make_gradient(tmp_path / "a.png").read_bytes()
    path = tmp_path / "hostile.png"
    path.write_bytes(whole[:33] + chunk(b"iTXt", KEY.encode() + b"\x00" + data) + whole[33:])
    return path


def test_a_text_bomb_is_refused(tmp_path: Path) -> None:
    packed = zlib.compress(bytes(MAX_BYTES * 4))
    with pytest.raises(TaskError, match="too long"):
        read_workflow(_png_with(tmp_path, b"\x01\x00\x00\x00" + packed))


@pytest.mark.parametrize(
    "data", [b"", b"\x01\x00\x00\x00broken", b"\x00\x00\x00\x00\xff\xfe", b"\x00\x00no end"]
)
def test_a_broken_text_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(TaskError, match="is broken"):
        read_workflow(_png_with(tmp_path, data))


def test_text_that_is_not_compressed_is_read(tmp_path: Path) -> None:
    path = _png_with(tmp_path, b"\x00\x00en\x00\x00" + WORKFLOW.encode())
    assert read_workflow(path) == WORKFLOW


def test_a_cut_picture_is_refused(tmp_path: Path) -> None:
    path = make_gradient(tmp_path / "a.png")
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(TaskError, match="PNG is broken"):
        embed_workflow(path, "image/png", tmp_path / "out.png", WORKFLOW)
    with pytest.raises(TaskError, match="PNG is broken"):
        read_workflow(path)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=80))
def test_garbage_gives_an_error_and_no_crash(
    data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage.png"
    for head in (PNG_SIGNATURE, b"\x00\x00\x00\x18ftypisom", b""):
        path.write_bytes(head + data)
        with suppress(TaskError):
            assert read_workflow(path) is None
