from __future__ import annotations

import base64
import io
import os
import re
import sys
import zlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from rich.cells import cell_len
from rich.console import Console

from engine.errors import UsageError
from tests.tui.editor.preview_support import RED
from tui.editor.preview import Graphics, Protocol, detect
from tui.editor.preview.bitmap import Bitmap, Box, fitted
from tui.editor.preview.blocks import Depth, cube, printed
from tui.editor.preview.graphics import ask_tmux
from tui.editor.preview.kitty import ACCENTS, Sent, in_tmux
from tui.editor.preview.sixel import encoded, painted

DA1 = "\x1b[?62;c"
KITTY = "\x1b_Gi=1;OK\x1b\\\x1bP>|kitty(0.36.1)\x1b\\\x1b[6;22;11t" + DA1
WEZTERM = "\x1b_Gi=1;OK\x1b\\\x1bP>|WezTerm 2024\x1b\\\x1b[6;20;10t\x1b[?65;4;6c"
FOOT = "\x1bP>|foot(1.16)\x1b\\\x1b[?62;4;22c"


def gradient(width: int = 12, height: int = 10) -> Bitmap:
    across = Pillow.linear_gradient("L").resize((width, height))
    down = across.rotate(90)
    return Bitmap.of(Pillow.merge("RGB", (across, down, across)))


def terminal(environ: dict[str, str], answers: str = DA1, tmux: Any = ("", False)) -> Graphics:
    return detect({"TERM": "xterm-256color", **environ}, lambda seconds: answers, lambda: tmux)


@pytest.mark.parametrize(
    ("answers", "protocol"),
    [
        (KITTY, Protocol.KITTY),
        (KITTY.replace("0.36.1", "0.28.0"), Protocol.KITTY),
        (KITTY.replace("0.36.1", "0.26.5"), Protocol.BLOCKS),
        (KITTY.replace("\x1bP>|kitty(0.36.1)\x1b\\", ""), Protocol.BLOCKS),
        (KITTY.replace("kitty(0.36.1)", "ghostty 1.1"), Protocol.KITTY),
        (WEZTERM, Protocol.SIXEL),
        (FOOT, Protocol.SIXEL),
        ("\x1b[?1;2c", Protocol.BLOCKS),
        ("\x1b[?64;1;c", Protocol.BLOCKS),
        ("", Protocol.BLOCKS),
        ("garbage\x1b[?", Protocol.BLOCKS),
    ],
)
def test_the_terminal_s_answers_decide(answers: str, protocol: Protocol) -> None:
    assert terminal({}, answers).protocol is protocol


def test_the_size_of_a_cell_is_taken_from_the_answers_if_it_is_likely() -> None:
    assert terminal({}, KITTY).cell == (11, 22)
    assert terminal({}, KITTY.replace("6;22;11", "6;9999;1")).cell == (10, 20)


def test_sixels_are_no_larger_than_the_terminal_paints_them() -> None:
    xterm = "\x1bP>|XTerm(379)\x1b\\\x1b[?2;0;1000;800S\x1b[?63;1;2;4c"
    assert terminal({}, xterm).most == (1000, 800)
    assert terminal({}, FOOT).most is None
    assert terminal({}, xterm.replace("?2;0;1000;800S", "?2;3;0S")).most is None


@pytest.mark.parametrize(("name", "protocol"), [(each.value, each) for each in Protocol])
def test_a_variable_overrides(name: str, protocol: Protocol) -> None:
    assert terminal({"REELGRAPH_GRAPHICS": name.upper()}).protocol is protocol


def test_over_a_line_fewer_pixels_are_sent() -> None:
    assert terminal({"SSH_TTY": "x"}, KITTY).cell == (5, 11)


def test_a_variable_that_names_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="sixels") as caught:
        terminal({"REELGRAPH_GRAPHICS": "sixels"})
    assert "sixel" in caught.value.hint


@pytest.mark.parametrize(
    "environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": "linux"}, {"STY": "1.screen"}]
)
def test_terminals_without_graphics_are_not_asked(environ: dict[str, str]) -> None:
    def ask(seconds: float) -> str:
        raise AssertionError("asked")

    assert detect({"TERM": "xterm", **environ}, ask).protocol is Protocol.BLOCKS


def test_a_terminal_is_waited_for_also_on_a_busy_machine_and_longer_far_away() -> None:
    waits: list[float] = []

    def ask(seconds: float) -> str:
        waits.append(seconds)
        return ""

    detect({"TERM": "xterm"}, ask)
    detect({"TERM": "xterm", "SSH_CONNECTION": "1"}, ask)
    assert 1 <= waits[0] < waits[1] <= 3


@pytest.mark.parametrize(
    ("around", "protocol"),
    [
        (("xterm-kitty kitty(0.36.1)", True), Protocol.KITTY),
        (("xterm-kitty kitty(0.36.1)", False), Protocol.BLOCKS),
        (("xterm-kitty kitty(0.26.5)", True), Protocol.BLOCKS),
        (("xterm-ghostty ghostty 1.1", True), Protocol.KITTY),
        (("xterm-256color", True), Protocol.BLOCKS),
    ],
)
def test_in_tmux_codes_are_handed_through_only_where_that_is_safe(
    around: tuple[str, bool], protocol: Protocol
) -> None:
    found = terminal({"TMUX": "/tmp/x"}, "\x1b[?1;2c", around)
    assert found.protocol is protocol
    assert found.through_tmux == (protocol is Protocol.KITTY)


@pytest.mark.parametrize(
    ("passing", "hands_through"), [("1", True), ("on", True), ("all", True), ("0", False)]
)
def test_tmux_is_asked_whether_it_hands_codes_through(
    passing: str, hands_through: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "tmux"
    fake.write_text(f"#!/bin/sh\necho 'xterm-kitty kitty(0.36.1)'; echo {passing}\n")
    fake.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert ask_tmux() == ("xterm-kitty kitty(0.36.1)", hands_through)


@pytest.mark.parametrize("in_tmux", [False, True])
def test_tmux_is_not_given_a_title_by_a_question(
    in_tmux: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    outer, inner = os.openpty()
    with os.fdopen(inner, "r+b", 0) as stream, io.TextIOWrapper(stream) as terminal:
        monkeypatch.setattr(sys, "__stdin__", terminal)
        monkeypatch.setattr(sys, "__stdout__", terminal)
        os.write(outer, DA1.encode())
        detect(
            {"TERM": "xterm-256color", "TMUX": "/tmp/x" if in_tmux else ""},
            tmux=lambda: ("", False),
        )
        asked = b""
        while not asked.endswith(b"\x1b[c"):
            asked += os.read(outer, 4096)
    os.close(outer)
    assert (b"\x1b_" in asked) != in_tmux


def test_a_picture_is_sent_once_and_then_placed_by_text() -> None:
    written: list[str] = []
    sent = Sent(written.append)
    bitmap = gradient()
    lines = sent.show("a", bitmap, 3, 2)
    assert sent.show("a", bitmap, 3, 2) is lines
    codes = [re.fullmatch("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\", code) for code in written]
    assert all(codes)
    head, data = codes[0][1], "".join(code[2] for code in codes if code)  # type: ignore[index]
    assert "U=1" in head and "c=3,r=2" in head and "s=12,v=10" in head
    assert zlib.decompress(base64.b64decode(data)) == bitmap.picture.tobytes()
    number = int(re.search(r"i=(\d+)", head)[1])  # type: ignore[index]
    color = f"38;2;{number >> 16};{number >> 8 & 255};{number & 255}"
    text = lines[1].render(Console())
    assert text.startswith(f"\x1b[{color}m\U0010eeee{ACCENTS[1]}{ACCENTS[0]}")
    assert [segment.text for segment in lines[1]][2].endswith(ACCENTS[1] + ACCENTS[2])
    assert lines[1].cell_length == sum(cell_len(s.text) for s in lines[1]) == 3


def test_the_terminal_forgets_what_has_not_been_seen_for_long_and_all_in_the_end() -> None:
    written: list[str] = []
    sent = Sent(written.append)
    for number in range(66):
        sent.show(number, Bitmap(1, 1, b"\0\0\0\xff"), 1, 1)
    assert sum("a=d" in code for code in written) == 2
    sent.forget()
    assert sum("a=d" in code for code in written) == 66


def test_through_tmux_escapes_are_doubled() -> None:
    written: list[str] = []
    Sent(written.append, through_tmux=True).show("a", gradient(), 1, 1)
    assert all(code.startswith("\x1bPtmux;\x1b\x1b_G") for code in written)
    assert in_tmux("\x1b_Gx\x1b\\") == "\x1bPtmux;\x1b\x1b_Gx\x1b\x1b\\\x1b\\"


def test_the_accents_are_those_of_the_protocol() -> None:
    assert len(ACCENTS) == len(set(ACCENTS)) == 297
    assert [f"{ord(ACCENTS[n]):x}" for n in (0, 1, 100, 255, 296)] == [
        "305", "30d", "7eb", "a8e5", "1d244",
    ]  # fmt: skip
    assert all(cell_len(f"\U0010eeee{accent}") == 1 for accent in ACCENTS)


def decode_sixels(code: str) -> Pillow.Image:
    """Paint sixels as a terminal does."""
    body = re.fullmatch(r'\x1bPq"1;1;(\d+);(\d+)(.*)\x1b\\', code, re.DOTALL)
    assert body
    picture = Pillow.new("RGB", (int(body[1]), int(body[2])))
    palette: dict[int, tuple[int, ...]] = {}
    x = y = color = 0
    pattern = r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([?-~])|(\$)|(-)"
    for found in re.finditer(pattern, body[3]):
        if found[1]:
            palette[int(found[1])] = tuple(round(int(found[n]) * 2.55) for n in (2, 3, 4))
        elif found[5]:
            color = int(found[5])
        elif found[9]:
            x = 0
        elif found[10]:
            x, y = 0, y + 6
        else:
            bits, run = ord(found[7] or found[8]) - 63, int(found[6] or 1)
            for column in range(x, x + run):
                for row in range(6):
                    if bits >> row & 1:
                        picture.putpixel((column, y + row), palette[color])
            x += run
    return picture


def test_sixels_paint_the_picture() -> None:
    bitmap = gradient(37, 23)
    found = decode_sixels(encoded(bitmap))
    assert found.size == (37, 23)
    pairs = zip(found.tobytes(), bitmap.picture.tobytes(), strict=True)
    assert max(abs(a - b) for a, b in pairs) < 40


def test_painting_leaves_the_cursor_where_it_was() -> None:
    assert painted("X", 4, 2) == "\x1b7\x1b[3;5HX\x1b8"


@pytest.mark.parametrize("depth", list(Depth))
def test_a_line_is_the_same_as_cells_and_as_escape_codes(depth: Depth) -> None:
    for line in printed(gradient(), depth):
        assert line.cell_length == 12 == sum(cell_len(segment.text) for segment in line)
        text = re.sub(r"\x1b\[[\d;]*m", "", line.render(Console()))
        assert len(text) == 12


def test_a_line_can_be_cut() -> None:
    line = printed(Bitmap.of(Pillow.new("RGB", (6, 2), RED)), Depth.TRUE)[0]
    left, right = line.divide([2, 6])
    assert (left.cell_length, right.cell_length) == (2, 4)
    assert all(s.style and s.style.color for s in right)


def test_colours_go_to_the_nearest_of_256() -> None:
    def nearest(red: int, green: int, blue: int) -> int:
        return cube(Bitmap.of(Pillow.new("RGB", (1, 1), (red, green, blue))).pixels[0])

    assert nearest(255, 0, 0) == 196
    assert nearest(0, 0, 0) == 16
    assert nearest(128, 128, 128) == 244


def test_pictures_fit_their_box() -> None:
    assert fitted(160, 90, Box(80, 100)) == (80, 45)
    assert fitted(1, 10_000, Box(80, 40)) == (1, 40)


def test_pictures_keep_their_proportions_where_pixels_are_no_squares() -> None:
    assert fitted(160, 90, Box(80, 100, 0.8)) == (80, 36)
    assert fitted(160, 90, Box(80, 18, 0.8)) == (40, 18)


def test_shades_in_sixteen_colours_are_light_on_dark_whatever_the_terminal_s_own_are() -> None:
    line = printed(Bitmap.of(Pillow.new("RGB", (2, 2), RED)), Depth.SIXTEEN)[0]
    style = next(iter(line)).style
    assert style is not None and style.color is not None and style.bgcolor is not None
    assert (style.color.name, style.bgcolor.name) == ("bright_white", "black")
