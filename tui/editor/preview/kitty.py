"""Pictures in real pixels, by the graphics protocol of kitty.

The terminal is sent a picture once. Cells of text then say which part of which picture they show:
U+10EEEE, with the picture's number as its colour, and row and column as accents. So the picture
goes wherever its text goes: it scrolls, it is cut by dialogs, and it is gone when the text is.
"""

from __future__ import annotations

import base64
import itertools
import os
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.editor.preview.bitmap import Bitmap
from tui.editor.preview.strips import ReadyStrip

_CELL = "\U0010eeee"
_CHUNK = 4096
"""Bytes of a picture in one escape code."""
_MOST = 64
"""Pictures that the terminal is asked to keep."""
_RANGES: Final = (
    "305 30D-30E 310 312 33D-33F 346 34A-34C 350-352 357 35B 363-36F 483-487 592-595 597-599 "
    "59C-5A1 5A8-5A9 5AB-5AC 5AF 5C4 610-617 657-65B 65D-65E 6D6-6DC 6DF-6E2 6E4 6E7-6E8 6EB-6EC "
    "730 732-733 735-736 73A 73D 73F-741 743 745 747 749-74A 7EB-7F1 7F3 816-819 81B-823 825-827 "
    "829-82D 951 953-954 F82-F83 F86-F87 135D-135F 17DD 193A 1A17 1A75-1A7C 1B6B 1B6D-1B73 "
    "1CD0-1CD2 1CDA-1CDB 1CE0 1DC0-1DC1 1DC3-1DC9 1DCB-1DCC 1DD1-1DE6 1DFE 20D0-20D1 20D4-20D7 "
    "20DB-20DC 20E1 20E7 20E9 20F0 2CEF-2CF1 2DE0-2DFF A66F A67C-A67D A6F0-A6F1 A8E0-A8F1 AAB0 "
    "AAB2-AAB3 AAB7-AAB8 AABE-AABF AAC1 FE20-FE26 10A0F 10A38 1D185-1D189 1D1AA-1D1AD 1D242-1D244"
)


def _accents() -> Iterator[str]:
    for span in _RANGES.split():
        first, _, last = span.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


ACCENTS: Final = tuple(_accents())
"""The accents that stand for the numbers from 0, in order."""


def transmission(number: int, bitmap: Bitmap, columns: int, rows: int) -> Iterator[str]:
    """Yield the escape codes that send a picture and lay it out in so many cells."""
    data = base64.b64encode(zlib.compress(bitmap.picture.tobytes(), 1)).decode("ascii")
    size = f"f=24,o=z,s={bitmap.width},v={bitmap.height}"
    head = f"a=T,U=1,q=2,i={number},{size},c={columns},r={rows},"
    for start in range(0, len(data), _CHUNK):
        more = int(start + _CHUNK < len(data))
        yield f"\x1b_G{head}m={more};{data[start : start + _CHUNK]}\x1b\\"
        head = ""


def deletion(number: int) -> str:
    """Return the escape code by which the terminal forgets a picture."""
    return f"\x1b_Ga=d,d=I,q=2,i={number}\x1b\\"


def in_tmux(code: str) -> str:
    """Return an escape code that tmux hands through to the terminal around it."""
    return "\x1bPtmux;" + code.replace("\x1b", "\x1b\x1b") + "\x1b\\"


def placed(number: int, columns: int, rows: int) -> list[Strip]:
    """Return the lines of text that show a picture."""
    color = Color.from_rgb(number >> 16 & 255, number >> 8 & 255, number & 255)
    style = Style(color=color)
    triplet = color.get_truecolor()
    ink = f"\x1b[38;2;{triplet.red};{triplet.green};{triplet.blue}m"
    lines: list[Strip] = []
    for row in range(rows):
        cells = [f"{_CELL}{ACCENTS[row]}{ACCENTS[column]}" for column in range(columns)]
        text = f"{ink}{''.join(cells)}\x1b[0m"
        lines.append(ReadyStrip(text, columns, lambda cells=cells: [  # type: ignore[misc]
            Segment(cell, style) for cell in cells
        ]))  # fmt: skip
    return lines


class Sent:
    """The pictures that the terminal has, the oldest of which it forgets.

    Args:
        write: Writes to the terminal.
        through_tmux: Whether tmux is between.
    """

    def __init__(self, write: Callable[[str], object], *, through_tmux: bool = False) -> None:
        self._write = write
        self._through_tmux = through_tmux
        # Several programs may send pictures to one terminal.
        self._numbers = itertools.count((os.getpid() % 4093 + 1) << 12)
        self._known: OrderedDict[tuple[object, int, int], tuple[int, list[Strip]]] = OrderedDict()

    def show(self, key: object, bitmap: Bitmap, columns: int, rows: int) -> list[Strip]:
        """Return lines that show a picture; send it, if the terminal has not got it.

        Args:
            key: Equal for equal pictures.
            bitmap: The picture.
            columns: Cells across.
            rows: Cells down.
        """
        columns, rows = min(columns, len(ACCENTS)), min(rows, len(ACCENTS))
        place = (key, columns, rows)
        if place in self._known:
            self._known.move_to_end(place)
            return self._known[place][1]
        number = next(self._numbers) & 0xFFFFFF
        for code in transmission(number, bitmap, columns, rows):
            self._send(code)
        lines = placed(number, columns, rows)
        self._known[place] = number, lines
        if len(self._known) > _MOST:
            self._send(deletion(self._known.popitem(last=False)[1][0]))
        return lines

    def forget(self) -> None:
        """Have the terminal forget all of them."""
        for number, _ in self._known.values():
            self._send(deletion(number))
        self._known.clear()

    def _send(self, code: str) -> None:
        self._write(in_tmux(code) if self._through_tmux else code)
