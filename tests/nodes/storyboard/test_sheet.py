"""The contact sheet, on real pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageChops, PdfParser

from engine.errors import TaskError
from engine.values import Shot
from nodes.storyboard.panel import Panel, timecode
from nodes.storyboard.sheet import A4_LANDSCAPE, render_sheet


def make(folder: Path, count: int) -> tuple[list[Shot], list[Path]]:
    shots, pictures = [], []
    for number in range(1, count + 1):
        size = (90, 160) if number == 2 else (160, 90)
        path = folder / f"{number}.png"
        Image.new("RGB", size, (number * 20, 0, 200)).save(path)
        pictures.append(path)
        dialogue = "FOX: Good day, Monsieur!" if number % 2 else ""
        prompt = f"Wide shot: a fox under a tree, number {number}"
        shots.append(
            Shot(
                number=number,
                prompt=prompt,
                camera="wide shot, eye level",
                motion="static",
                seconds=2.5,
                dialogue=dialogue,
            )
        )
    return shots, pictures


def pages(pdf: Path) -> int:
    with PdfParser.PdfParser(str(pdf)) as parser:
        return len(parser.pages)


def test_the_sheet_shows_every_picture_in_its_shape(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 4)
    png, pdf = tmp_path / "a.png", tmp_path / "a.pdf"
    shares: list[float] = []
    render_sheet(shots, pictures, png, pdf, title="The Crow", columns=2, tick=shares.append)
    with Image.open(png) as sheet:
        assert sheet.width == A4_LANDSCAPE[0]
        colors = {color for _, color in sheet.convert("RGB").getcolors(1 << 24) or []}
    assert {(number * 20, 0, 200) for number in range(1, 5)} <= colors
    assert pages(pdf) == 2
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_the_same_board_gives_the_same_bytes(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 8)
    outs = []
    for name in ("a", "b"):
        png, pdf = tmp_path / f"{name}.png", tmp_path / f"{name}.pdf"
        render_sheet(shots, pictures, png, pdf, title="The Crow")
        outs.append((png.read_bytes(), pdf.read_bytes()))
    assert outs[0] == outs[1]


def test_every_shot_needs_its_picture(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 3)
    out = tmp_path / "a.png"
    with pytest.raises(TaskError, match="3 shots and 2 pictures"):
        render_sheet(shots, pictures[:2], out, out, title="")
    with pytest.raises(TaskError, match="no shots"):
        render_sheet([], [], out, out, title="")


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_broken_picture_is_named(tmp_path: Path, content: bytes) -> None:
    shots, pictures = make(tmp_path, 2)
    pictures[1].write_bytes(content)
    out = tmp_path / "a.png"
    with pytest.raises(TaskError, match="picture of shot 2 cannot be read"):
        render_sheet(shots, pictures, out, out.with_suffix(".pdf"), title="x")


def test_a_cut_off_picture_is_named(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 1)
    pictures[0].write_bytes(pictures[0].read_bytes()[:60])
    with pytest.raises(TaskError, match="picture of shot 1"):
        render_sheet(shots, pictures, tmp_path / "a.png", tmp_path / "a.pdf", title="x")


def test_a_huge_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 1)
    Image.new("1", (9000, 8000)).save(pictures[0])
    with pytest.raises(TaskError, match="9000 x 8000 pixels"):
        render_sheet(shots, pictures, tmp_path / "a.png", tmp_path / "a.pdf", title="x")


def test_pictures_are_shown_as_everywhere(tmp_path: Path) -> None:
    """Upright, on white where they are transparent, and deep greys scaled to what is seen."""
    shots, pictures = make(tmp_path, 4)
    turned = Image.Exif()
    turned[ExifTags.Base.Orientation] = 6
    pictures[0] = tmp_path / "turned.jpg"
    Image.new("RGB", (160, 90), (0, 0, 200)).save(pictures[0], exif=turned)
    Image.new("RGBA", (160, 90), (255, 0, 0, 0)).save(pictures[2])
    Image.new("I;16", (160, 90), 0x4000).save(pictures[3])
    assert Panel(shots[0], pictures[0], 0.0, 300).picture_size == (127, 225)
    render_sheet(shots, pictures, tmp_path / "a.png", tmp_path / "a.pdf", title="x")
    with Image.open(tmp_path / "a.png") as sheet:
        colors = {color for _, color in sheet.convert("RGB").getcolors(1 << 24) or []}
    assert (64, 64, 64) in colors
    assert (255, 0, 0) not in colors


def test_lines_that_run_from_right_to_left_end_at_the_right(tmp_path: Path) -> None:
    (shot, _), (picture, _) = make(tmp_path, 2)
    page = Image.new("RGB", (700, 900), "white")
    words = {"prompt": "שלום", "dialogue": "מי שם?", "camera": "", "motion": "static"}
    panel = Panel(shot.model_copy(update=words), picture, 0.0, 500)
    panel.draw(page, 100, 0, 300)
    ink = ImageChops.invert(page.convert("L")).point([255 * (level > 100) for level in range(256)])
    for top, bottom in ((348, 368), (390, 430)):
        box = ink.crop((0, top, 700, bottom)).getbbox()
        assert box is not None
        assert 400 < box[0] < box[2] <= 600


def test_a_title_of_any_length_or_script_fits(tmp_path: Path) -> None:
    shots, pictures = make(tmp_path, 1)
    for title in ("", "x" * 400, "Ворона и лисица\nдва"):
        render_sheet(shots, pictures, tmp_path / "a.png", tmp_path / "a.pdf", title=title)


def test_timecodes() -> None:
    assert [timecode(s) for s in (0, 4.5, 65, 3725)] == ["0:00", "0:05", "1:05", "1:02:05"]
