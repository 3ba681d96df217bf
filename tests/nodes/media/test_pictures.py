from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms
from pytest import MonkeyPatch

from engine import ErrorKind, TaskError
from nodes.media import crop_to_aspect, grid, overlay_text, redraw_mask, resize
from nodes.media.choices import Place
from nodes.media.loading import load
from nodes.media.pictures import parse_ratio
from tests.support.media import (
    BLUE,
    GREEN,
    GREY,
    RED,
    close,
    colour_of,
    make_gradient,
    make_image,
)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out.png"


@pytest.mark.parametrize(
    ("width", "height", "fit", "expected"),
    [
        (32, None, "contain", (32, 24)),
        (None, 96, "contain", (128, 96)),
        (100, 24, "contain", (32, 24)),
        (100, 24, "cover", (100, 24)),
        (100, 24, "stretch", (100, 24)),
        (1, None, "contain", (1, 1)),
    ],
)
def test_resize(
    tmp_path: Path, out: Path, width: int | None, height: int | None, fit: str, expected: object
) -> None:
    resize(make_image(tmp_path / "a.png"), out, width, height, fit)  # type: ignore[arg-type]
    with Image.open(out) as result:
        assert result.size == expected
        assert colour_of(result) == RED


def test_cover_keeps_the_middle(tmp_path: Path, out: Path) -> None:
    path = make_gradient(tmp_path / "a.png", (200, 100))
    resize(path, out, 50, 50, "cover")
    with Image.open(out) as result, Image.open(path) as source:
        assert close(colour_of(result), colour_of(source, (50, 0, 150, 100)), 2)


def test_resize_wants_a_size(tmp_path: Path, out: Path) -> None:
    with pytest.raises(TaskError, match="Neither width nor height"):
        resize(make_image(tmp_path / "a.png"), out)
    with pytest.raises(TaskError, match="too large"):
        resize(make_image(tmp_path / "a.png"), out, width=60_000)


def test_transparency_is_kept(tmp_path: Path, out: Path) -> None:
    resize(make_image(tmp_path / "a.png", colour=(*RED, 100), mode="RGBA"), out, width=20)
    with Image.open(out) as result:
        assert result.mode == "RGBA"
        *colour, alpha = result.getpixel((3, 3))  # type: ignore[misc]
        assert close(colour, RED, 2)
        assert alpha == 100


def test_the_same_picture_gives_the_same_bytes(tmp_path: Path, out: Path) -> None:
    path = make_gradient(tmp_path / "a.png")
    resize(path, out, width=40)
    first = out.read_bytes()
    resize(path, out, width=40)
    assert out.read_bytes() == first


@pytest.mark.parametrize(
    ("aspect", "gravity", "size", "box"),
    [
        ("1:1", "center", (100, 100), (50, 0, 150, 100)),
        ("1:1", "left", (100, 100), (0, 0, 100, 100)),
        ("1:1", "bottom-right", (100, 100), (100, 0, 200, 100)),
        ("4:1", "top", (200, 50), (0, 0, 200, 50)),
        ("4:1", "bottom-left", (200, 50), (0, 50, 200, 100)),
        ("2", "center", (200, 100), (0, 0, 200, 100)),
    ],
)
def test_crop(
    tmp_path: Path,
    out: Path,
    aspect: str,
    gravity: Place,
    size: tuple[int, int],
    box: tuple[int, int, int, int],
) -> None:
    path = make_gradient(tmp_path / "a.png", (200, 100))
    crop_to_aspect(path, out, aspect, gravity)
    with Image.open(out) as result, Image.open(path) as source:
        assert result.size == size
        assert result.tobytes() == source.crop(box).tobytes()


@pytest.mark.parametrize(
    ("text", "ratio"), [("16:9", 16 / 9), ("16/9", 16 / 9), ("2.39:1", 2.39), ("1.85", 1.85)]
)
def test_ratios(text: str, ratio: float) -> None:
    assert parse_ratio(text) == pytest.approx(ratio)


@pytest.mark.parametrize("text", ["", "wide", "16:0", "0:9", "-1:1", "nan", "inf", "1:2:3", "1e9"])
def test_what_is_no_ratio(text: str) -> None:
    with pytest.raises(TaskError, match="is not an aspect ratio") as caught:
        parse_ratio(text)
    assert caught.value.kind is ErrorKind.INVALID


@pytest.mark.parametrize(
    ("mode", "colour", "name"),
    [
        ("L", 200, "a.png"),
        ("LA", (200, 255), "a.png"),
        ("P", 0, "a.gif"),
        ("1", 1, "a.png"),
        ("CMYK", (0, 55, 55, 0), "a.jpg"),
        ("I;16", 200 * 256, "a.png"),
        ("I;16", 200 * 256, "a.tiff"),
    ],
)
def test_any_mode_becomes_colour(tmp_path: Path, mode: str, colour: object, name: str) -> None:
    picture = load(make_image(tmp_path / name, colour=colour, mode=mode))
    assert picture.mode in ("RGB", "RGBA")
    if mode in ("L", "LA", "I;16"):
        assert colour_of(picture) == (200, 200, 200)


def test_a_turned_photograph_is_upright(tmp_path: Path, out: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    source = Image.new("RGB", (64, 32), RED)
    source.paste(BLUE, (0, 0, 32, 32))
    source.save(tmp_path / "a.jpg", exif=exif, quality=95)
    resize(tmp_path / "a.jpg", out, width=32)
    with Image.open(out) as result:
        assert result.size == (32, 64)
        assert close(colour_of(result, (4, 36, 28, 60)), BLUE)


def test_a_colour_profile_is_applied(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert colour_of(load(make_image(tmp_path / "a.png", icc_profile=srgb))) == RED
    # A profile that does not belong to such pictures is passed over.
    assert colour_of(load(make_image(tmp_path / "b.png", icc_profile=profile))) == RED
    assert colour_of(load(make_image(tmp_path / "c.png", icc_profile=b"broken"))) == RED


def test_a_cut_picture_is_refused(tmp_path: Path, out: Path) -> None:
    path = make_gradient(tmp_path / "a.png", (300, 200))
    path.write_bytes(path.read_bytes()[:-400])
    with pytest.raises(TaskError, match="cannot be read"):
        resize(path, out, width=10)


def test_words_are_written_where_they_belong(tmp_path: Path, out: Path) -> None:
    path = make_image(tmp_path / "a.png", (320, 240), GREY)
    overlay_text(path, out, "Hello", "top-left", 0.1, "white", "outline")
    with Image.open(out) as result:
        band = result.convert("L")
        assert band.crop((0, 0, 160, 80)).getextrema() == (0, 255)
        assert band.crop((160, 0, 320, 240)).getextrema() == (128, 128)
        assert band.crop((0, 80, 160, 240)).getextrema() == (128, 128)


def test_a_box_darkens_the_ground_of_light_letters(tmp_path: Path, out: Path) -> None:
    path = make_image(tmp_path / "a.png", (320, 240), (255, 255, 255))
    overlay_text(path, out, "Hello", "center", 0.1, "#ffff00", "box")
    with Image.open(out) as result:
        darkest, _ = result.getchannel("R").getextrema()
        assert isinstance(darkest, int)
        assert darkest < 128


@pytest.mark.parametrize("size", [(320, 240), (16, 16), (3, 500)])
def test_long_words_stay_inside(tmp_path: Path, out: Path, size: tuple[int, int]) -> None:
    path = make_image(tmp_path / "a.png", size, GREY)
    overlay_text(path, out, "Extraordinarily " * 60, "bottom", 0.2)
    with Image.open(out) as result:
        assert result.size == size


def test_no_words_leave_the_picture(tmp_path: Path, out: Path) -> None:
    path = make_gradient(tmp_path / "a.png")
    overlay_text(path, out, "  \n ")
    with Image.open(out) as result, Image.open(path) as source:
        assert result.tobytes() == source.tobytes()


def test_an_unknown_colour_is_refused(tmp_path: Path, out: Path) -> None:
    with pytest.raises(TaskError, match="`rainbow` is not a colour"):
        overlay_text(make_image(tmp_path / "a.png"), out, "Hello", colour="rainbow")


def test_a_grid_goes_row_by_row(tmp_path: Path, out: Path) -> None:
    paths = [
        make_image(tmp_path / f"{number}.png", colour=colour)
        for number, colour in enumerate((RED, GREEN, BLUE))
    ]
    grid(paths, out, cell_width=40, gap=10, background="white")
    with Image.open(out) as result:
        assert result.size == (110, 90)
        assert result.getpixel((5, 5)) == (255, 255, 255)
        assert [result.getpixel(place) for place in ((30, 25), (80, 25), (30, 65), (80, 65))] == [
            RED,
            GREEN,
            BLUE,
            (255, 255, 255),
        ]


def test_a_cell_holds_the_whole_picture_or_is_full(tmp_path: Path, out: Path) -> None:
    wide = make_image(tmp_path / "wide.png", (100, 50), RED)
    tall = make_image(tmp_path / "tall.png", (50, 100), BLUE)
    grid([wide, tall], out, columns=2, cell_width=100, gap=0)
    with Image.open(out) as result:
        assert result.size == (200, 50)
        assert result.getpixel((110, 25)) == (0, 0, 0)
    grid([wide, tall], out, columns=2, cell_width=100, gap=0, fit="cover")
    with Image.open(out) as result:
        assert result.getpixel((110, 25)) == BLUE


def test_a_grid_of_nothing_is_refused(out: Path) -> None:
    with pytest.raises(TaskError, match="no images"):
        grid([], out)


def test_what_is_written_holds_no_metadata(tmp_path: Path, out: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    resize(make_image(tmp_path / "a.jpg", icc_profile=srgb, comment=b"secret"), out, width=8)
    with Image.open(io.BytesIO(out.read_bytes())) as result:
        assert result.info == {}


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path, out: Path) -> None:
    (tmp_path / "a.png").touch()
    with pytest.raises(TaskError, match="the file is empty"):
        resize(tmp_path / "a.png", out, 10)


def test_what_does_not_fit_in_memory_is_refused(tmp_path: Path, out: Path) -> None:
    path = make_image(tmp_path / "a.png", (8192, 8192), 0, "1")
    with pytest.raises(TaskError, match="8192 x 8192 pixels is too large: at most 64,000,000"):
        resize(path, out, 10)


def test_strips_make_one_picture(tmp_path: Path, out: Path, monkeypatch: MonkeyPatch) -> None:
    path = make_gradient(tmp_path / "a.png", (90, 70))
    for size in ((200, 160), (31, 24)):
        resize(path, out, *size, "stretch")
        whole = out.read_bytes()
        monkeypatch.setattr("nodes.media.pictures._STRIP_PIXELS", 400)
        resize(path, out, *size, "stretch")
        monkeypatch.undo()
        with Image.open(out) as strips, Image.open(io.BytesIO(whole)) as expected:
            difference = ImageChops.difference(strips, expected)
            assert max(high for _, high in difference.getextrema()) <= 1  # type: ignore[misc]


@pytest.mark.skipif(sys.platform != "linux", reason="reads the peak from /proc")
def test_the_largest_picture_needs_little_memory(tmp_path: Path, out: Path) -> None:
    path = make_image(tmp_path / "a.png", (8000, 8000))
    code = """
import re, sys
from pathlib import Path
from nodes.media import crop_to_aspect, resize
crop_to_aspect(Path(sys.argv[1]), Path(sys.argv[2]), "16:9")
resize(Path(sys.argv[1]), Path(sys.argv[2]), 800)
print(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(out)],
        check=True,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert int(done.stdout) * 1024 < 400e6


def test_masks_are_drawn_anew(tmp_path: Path, out: Path) -> None:
    mask = tmp_path / "mask.png"
    picture = Image.new("L", (8, 4), "black")
    picture.paste("white", (0, 0, 4, 4))
    picture.save(mask)
    redraw_mask(mask, "black", out)
    with Image.open(out) as made:
        assert (made.mode, made.size) == ("L", (8, 4))
        assert [made.getpixel((x, 0)) for x in (0, 7)] == [0, 255]
    redraw_mask(mask, "transparent", out)
    with Image.open(out) as made:
        assert made.mode == "RGBA"
        assert [made.getpixel((x, 0)) for x in (0, 7)] == [(0, 0, 0, 0), (0, 0, 0, 255)]
