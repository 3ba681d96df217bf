from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from engine.errors import TaskError
from engine.values import Character, File, Shot, Video
from tests.tui.editor.preview_support import BLUE, GREEN, RED, drive, film, sound, still
from tests.tui.editor.running_desks import until
from tui.editor.preview import Page, Pictures, Preview, Trouble, decoding
from tui.editor.preview.bitmap import Box
from tui.editor.preview.picture import Picture
from tui.editor.preview.printing import Printer


def near(color: Any, wanted: tuple[int, int, int]) -> bool:
    return color is not None and all(abs(a - b) < 40 for a, b in zip(color, wanted, strict=True))


def show_files(*paths: Path) -> Any:
    """Return a script that shows files in a pane before it goes on."""

    async def script(cinema: Any, pilot: Any) -> Preview:
        preview: Preview = cinema.shown
        pages = [Page(path, path.name) for path in paths]
        preview.show_pages(pages)
        await pilot.pause()
        return preview

    return script


def test_a_picture_is_seen_in_its_colours_with_what_it_is(tmp_path: Path) -> None:
    path = still(tmp_path / "red.png")

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        assert all(near(color, RED) for color in cinema.colors_at(40, 10))
        assert "red.png · 64 × 36 · PNG · " in cinema.text

    drive(Preview, script)


def test_a_dialog_in_front_of_a_picture_leaves_its_colours(tmp_path: Path) -> None:
    from tui.editor.dialogs.ask import Answer, Ask

    path = still(tmp_path / "red.png")

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        cinema.push_screen(Ask("Is it red?", ["One sees it."], [Answer("y", "yes", "Yes")]))
        await pilot.pause()
        assert "Is it red?" in cinema.text
        assert all(near(color, RED) for color in cinema.colors_at(0, 10))
        await pilot.press("escape")
        assert all(near(color, RED) for color in cinema.colors_at(40, 10))

    drive(Preview, script)


def test_a_film_is_gone_through_by_keys_picture_by_picture(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")

    async def script(cinema: Any, pilot: Any) -> None:
        preview = await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        assert "64 × 36 · 3.0 s · 8 fps · silent · MP4" in cinema.text
        await pilot.press("right")
        await until(lambda: near(cinema.colors_at(40, 10)[0], GREEN))
        assert "0:01.0" in cinema.text
        await pilot.press("comma")
        await until(lambda: near(cinema.colors_at(40, 10)[0], RED))
        await pilot.press("full_stop")
        await until(lambda: near(cinema.colors_at(40, 10)[0], GREEN))
        await pilot.press("end")
        await until(lambda: near(cinema.colors_at(40, 10)[0], BLUE))
        await pilot.press("home")
        assert preview.position == 0

    drive(Preview, script)


def test_a_film_plays_to_its_end(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", (RED, BLUE), each=3)

    async def script(cinema: Any, pilot: Any) -> None:
        preview = await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        await pilot.press("space")
        assert preview.is_playing
        await pilot.pause()
        assert "‖ 0:00" in cinema.text
        await until(lambda: not preview.is_playing)
        assert "▶ 0:00" in cinema.text
        assert near(cinema.colors_at(40, 10)[0], BLUE)
        for key in ("right", "full_stop", "end"):
            await pilot.press(key)
            assert preview.position == pytest.approx(0.75)
        await pilot.press("comma")
        assert preview.position < 0.7

    drive(Preview, script)


def test_a_terminal_that_lags_is_sent_the_last_picture_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "film.mp4", (RED, BLUE), each=3)
    shown: list[object] = []
    show = Picture.show

    def noted(picture: Picture, lines: Any) -> None:
        shown.append(lines)
        show(picture, lines)

    async def script(cinema: Any, pilot: Any) -> None:
        preview = await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        monkeypatch.setattr(Picture, "show", noted)
        monkeypatch.setattr(Printer, "is_behind", True)
        await pilot.press("space")
        await until(lambda: not preview.is_playing)
        assert len(shown) == 1
        assert near(cinema.colors_at(40, 10)[0], BLUE)

    drive(Preview, script)


def test_a_film_at_its_last_picture_plays_from_the_beginning(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", (RED, BLUE), each=3)

    async def script(cinema: Any, pilot: Any) -> None:
        preview = await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        await pilot.press("end")
        assert 0 < preview.position < 0.75
        preview.toggle()
        assert preview.is_playing
        assert preview.position == 0

    drive(Preview, script)


def test_the_mouse_scrubs(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4")

    async def script(cinema: Any, pilot: Any) -> None:
        preview = await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        await pilot.click("#time", offset=(40, 0))
        assert 1.0 < preview.position < 2.0
        await until(lambda: near(cinema.colors_at(40, 10)[0], GREEN))

    drive(Preview, script)


def test_a_sound_is_an_outline(tmp_path: Path) -> None:
    path = sound(tmp_path / "tone.wav")

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        middle = cinema.text.splitlines()[10]
        assert "█" in middle[:40] and "█" not in middle[42:]
        assert "1.0 s · 8 kHz · mono · WAV" in cinema.text

    drive(Preview, script)


def test_words_of_shots_people_numbers_and_data() -> None:
    shot = Shot(number=3, prompt="A hare sleeps.", dialogue="HARE: \x1b[31mZzz", camera="wide")
    values = [shot, Character(name="Ann"), 3, True, {"a": [1]}, "plain [bold]words[/]"]

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show(values)
        await pilot.pause()
        assert "A hare sleeps." in cinema.text and "\\x1b[31mZzz" in cinema.text
        for words in ("Ann", "3", "yes", '"a": [', "plain [bold]words[/]"):
            await pilot.press("right")
            await pilot.pause()
            assert words in cinema.text
        assert "6/6" in cinema.text

    drive(Preview, script)


def test_what_failed_says_why_and_what_to_do() -> None:
    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show_pages([Page(Trouble("no ink", "Buy some.", 2), "frame[1]")])
        await pilot.pause()
        assert "no ink" in cinema.text and "Buy some." in cinema.text
        assert "frame[1] · failed · as did 2 others" in cinema.text

    drive(Preview, script)


def test_files_are_read_only_if_they_are_text(tmp_path: Path) -> None:
    srt = tmp_path / "a.srt"
    srt.write_text("1\n00:00:00,000 --> 00:00:01,000\nHello.\n")
    svg = tmp_path / "a.svg"
    svg.write_text("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(srt, svg)(cinema, pilot)
        await cinema.until_text("Hello.")
        assert "subtitles (SRT)" in cinema.text
        await pilot.press("right")
        await cinema.until_text("SVG · 55 B")
        assert "script" not in cinema.text

    drive(Preview, script)


def test_what_is_broken_or_gone_is_said_in_a_line(tmp_path: Path) -> None:
    broken = still(tmp_path / "cut.png", size=(640, 360))
    broken.write_bytes(broken.read_bytes()[:200])
    gone = File(digest="0" * 64, media_type="text/plain", size=1)
    fake = Video(digest=str("1" * 64), media_type="video/mp4", size=1, width=9, height=9,
                 seconds=1, fps=24)  # fmt: skip

    async def script(cinema: Any, pilot: Any) -> None:
        cinema.shown.show([broken, gone, fake])
        await cinema.until_text("The image cannot be read")
        for _ in range(2):
            await pilot.press("pagedown")
            await cinema.until_text("It cannot be read: No such file")
        await pilot.press("space")
        await until(lambda: not cinema.shown.is_playing)

    drive(Preview, script)


def test_without_colours_a_picture_is_shades(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    picture = still(path)
    from PIL import Image as Pillow

    both = Pillow.new("RGB", (64, 36), "black")
    both.paste("white", (32, 0, 64, 36))
    both.save(picture)

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        line = cinema.text.splitlines()[10]
        assert set(line[20:38]) == {" "} and set(line[42:60]) == {"█"}

    drive(Preview, script, theme="plain")


def test_full_screen_goes_through_the_pages_and_back(tmp_path: Path) -> None:
    paths = [still(tmp_path / f"{color[0]}.png", color) for color in (RED, BLUE)]

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(*paths)(cinema, pilot)
        await pilot.press("enter")
        await cinema.until_picture()
        await pilot.press("right")
        await until(lambda: near(cinema.colors_at(40, 10)[0], BLUE))
        await pilot.press("escape")
        assert len(cinema.screen_stack) == 1

    drive(Preview, script)


def test_another_size_is_decoded_anew(tmp_path: Path) -> None:
    path = still(tmp_path / "red.png", size=(64, 64))

    async def script(cinema: Any, pilot: Any) -> None:
        await show_files(path)(cinema, pilot)
        await cinema.until_picture()
        await pilot.resize_terminal(120, 40)
        await until(lambda: near(cinema.colors_at(60, 35)[0], RED))

    drive(Preview, script)


def test_a_page_stays_while_others_are_made(tmp_path: Path) -> None:
    red, blue = still(tmp_path / "r.png", RED), still(tmp_path / "b.png", BLUE)

    async def script(cinema: Any, pilot: Any) -> None:
        preview = cinema.shown
        first, second = [Page(await cinema.pictures.adopt(path), path.stem) for path in (red, blue)]
        preview.show_pages([second])
        await cinema.until_picture()
        preview.show_pages([first, second])
        await pilot.pause()
        assert preview.page == second and preview.number == 1
        assert "2/2 · b · 64 × 36" in cinema.text
        preview.show_pages([first])
        await until(lambda: near(cinema.colors_at(40, 10)[0], RED))
        preview.show_pages([])
        await cinema.until_text("Nothing to show yet.")

    drive(Preview, script)


def test_what_takes_long_to_open_is_said_to_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = film(tmp_path / "film.mp4")
    begun = asyncio.Event()

    async def script(cinema: Any, pilot: Any) -> None:
        async def never(*_: object) -> None:
            begun.set()
            await asyncio.Event().wait()

        assert "Nothing to show yet." in cinema.text
        monkeypatch.setattr(cinema.pictures, "adopt", never)
        await show_files(path)(cinema, pilot)
        await begun.wait()
        assert "opening …" in cinema.text and "Nothing" not in cinema.text
        cinema.shown.show_pages([])
        await cinema.until_text("Nothing to show yet.")

    drive(Preview, script)


def test_files_with_errors_in_them_never_raise_anything_else(tmp_path: Path) -> None:
    chance = random.Random(3)
    whole = [film(tmp_path / "a.mp4"), still(tmp_path / "a.png"), sound(tmp_path / "a.wav")]
    for _ in range(60):
        source = chance.choice(whole)
        data = bytearray(source.read_bytes())
        for _ in range(chance.choice((1, 20))):
            data[chance.randrange(len(data))] = chance.randrange(256)
        broken = tmp_path / f"x{source.suffix}"
        broken.write_bytes(data)
        with suppress(TaskError):
            decoding.guarded(_look_at, broken)


def _look_at(path: Path) -> None:
    if path.suffix == ".png":
        decoding.still(path, Box(40, 40))
    elif path.suffix == ".wav":
        decoding.outline(path, 1.0, 40)
    else:
        with decoding.FilmReader(path, Box(40, 40)) as reader:
            reader.near(0.3)
            for at in (0.0, 2.9, 1.0, 99.0):
                reader.at(at)


def test_a_picture_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    path = still(tmp_path / "large.png", size=(8000, 6000))
    with pytest.raises(TaskError, match="too large"):
        decoding.still(path, Box(40, 40))


def test_a_film_is_turned_upright_and_fitted(tmp_path: Path) -> None:
    with decoding.FilmReader(film(tmp_path / "a.mp4"), Box(32, 100)) as reader:
        assert (reader.at(0.0).width, reader.at(0.0).height) == (32, 18)
        colors = [reader.at(at).picture.getpixel((16, 9)) for at in (0.0, 0.99, 1.0, 2.5, 0.5)]
    for color, wanted in zip(colors, (RED, RED, GREEN, BLUE, RED), strict=True):
        assert near(color, wanted)


def test_what_is_decoded_is_kept_within_a_bound(tmp_path: Path) -> None:
    async def main() -> None:
        pictures = Pictures(Path, memory=40_000)
        media = [await pictures.adopt(still(tmp_path / f"{n}.png")) for n in range(5)]
        first = await pictures.still(media[0], Box(64, 64))
        assert await pictures.still(media[0], Box(64, 64)) is first
        for each in media:
            await pictures.still(each, Box(64, 64))
        assert await pictures.still(media[0], Box(64, 64)) is not first
        pictures.close()

    asyncio.run(main())
