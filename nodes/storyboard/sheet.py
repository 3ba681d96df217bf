"""The contact sheet of a storyboard, as one tall PNG and as a PDF to print.

Pages are drawn one at a time: the PDF is written page by page, and the PNG, which shows all panels
under one another, is limited in size. Equal storyboards give equal bytes.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from engine.context import Tick, no_tick
from engine.errors import ErrorKind, TaskError
from engine.values import Shot
from nodes.storyboard.panel import INK, MUTED, RULE, Panel, timecode
from nodes.typography import load_font, wrap_text

DPI = 150
A4_LANDSCAPE = (1754, 1240)
"""Pixels of a page at 150 dots an inch."""
_MARGIN = 75
_GUTTER = 36
_ROW_GAP = 40
_WIDEST = {1: 1000, 2: 600}
"""Widths of few columns, so that one row of one and two rows of two fill a page."""
_HEADER = 100
_FOOTER = 34
_PAPER = (255, 255, 255)
_PNG_PIXELS = 40_000_000
"""The largest PNG, some 130 panels in three columns; it needs 120 MB while it is drawn."""
_EPOCH = time.struct_time((2000, 1, 1, 0, 0, 0, 5, 1, 0))
"""The date in every PDF, as a real one would change the bytes."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Panels side by side."""

    panels: Sequence[Panel]
    left: int

    @property
    def picture_height(self) -> int:
        return max(panel.picture_size[1] for panel in self.panels)

    @property
    def height(self) -> int:
        return self.picture_height + max(panel.text_height for panel in self.panels)

    def draw(self, page: Image.Image, top: int) -> None:
        for column, panel in enumerate(self.panels):
            left = self.left + column * (panel.width + _GUTTER)
            panel.draw(page, left, top, self.picture_height)


def render_sheet(
    shots: Sequence[Shot],
    images: Sequence[Path],
    out_png: Path,
    out_pdf: Path,
    *,
    title: str,
    columns: int = 3,
    tick: Tick = no_tick,
) -> None:
    """Draw a storyboard's contact sheet.

    Each panel shows the picture in its own shape, the number, the seconds, where in the film it
    starts, what is seen, how it is filmed, and what is said.

    Args:
        shots: The shots, in order.
        images: One picture a shot.
        out_png: All panels in one picture.
        out_pdf: The same on A4 landscape pages.
        title: The name of the film, at the top.
        columns: Panels side by side, 1 to 6.
        tick: Told the share done.

    Raises:
        TaskError: There are not as many pictures as shots, there are none, or a picture cannot be
            read.
    """
    if len(shots) != len(images):
        raise TaskError(
            f"{len(shots)} shots and {len(images)} pictures: a storyboard has one picture a shot",
            kind=ErrorKind.INVALID,
            hint="Wire the pictures that were made from these same shots.",
        )
    if not shots:
        raise TaskError("the storyboard has no shots", kind=ErrorKind.INVALID)
    room = A4_LANDSCAPE[0] - 2 * _MARGIN - (columns - 1) * _GUTTER
    width = min(room // columns, _WIDEST.get(columns, room))
    starts = _starts(shots)
    panels = [
        Panel(shot, path, start, width)
        for shot, path, start in zip(shots, images, starts, strict=True)
    ]
    left = (A4_LANDSCAPE[0] - columns * width - (columns - 1) * _GUTTER) // 2
    rows = [_Row(panels[first : first + columns], left) for first in range(0, len(panels), columns)]
    total = timecode(sum(shot.seconds for shot in shots))
    summary = f"{len(shots)} shot{'s' if len(shots) != 1 else ''}  ·  {total}"
    _write_pdf(rows, title, summary, out_pdf, lambda share: tick(share / 2))
    _write_png(rows, title, summary, out_png, lambda share: tick(0.5 + share / 2))


def _starts(shots: Sequence[Shot]) -> list[float]:
    starts, elapsed = list[float](), 0.0
    for shot in shots:
        starts.append(elapsed)
        elapsed += shot.seconds
    return starts


def _write_pdf(rows: Sequence[_Row], title: str, summary: str, out: Path, tick: Tick) -> None:
    pages = list(_paginate(rows))
    for number, page_rows in enumerate(pages, start=1):
        page = Image.new("RGB", A4_LANDSCAPE, _PAPER)
        _draw_header(page, title, summary)
        top = _MARGIN + _HEADER
        for row in page_rows:
            row.draw(page, top)
            top += row.height + _ROW_GAP
        _draw_page_number(page, f"{number} / {len(pages)}")
        page.save(
            out,
            "PDF",
            append=number > 1,
            resolution=DPI,
            quality=92,
            title=title,
            creationDate=_EPOCH,
            modDate=_EPOCH,
        )
        tick(number / len(pages))


def _paginate(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Yield the rows of each page; a page holds at least one."""
    room = A4_LANDSCAPE[1] - 2 * _MARGIN - _HEADER - _FOOTER
    page: list[_Row] = []
    used = 0
    for row in rows:
        if page and used + row.height > room:
            yield page
            page, used = [], 0
        page.append(row)
        used += row.height + _ROW_GAP
    yield page


def _write_png(rows: Sequence[_Row], title: str, summary: str, out: Path, tick: Tick) -> None:
    width = A4_LANDSCAPE[0]
    height = 2 * _MARGIN + _HEADER
    shown: list[_Row] = []
    for row in rows:
        if shown and (height + row.height + _ROW_GAP) * width > _PNG_PIXELS:
            break
        height += row.height + (_ROW_GAP if shown else 0)
        shown.append(row)
    hidden = sum(len(row.panels) for row in rows[len(shown) :])
    page = Image.new("RGB", (width, height + (_FOOTER if hidden else 0)), _PAPER)
    _draw_header(page, title, summary)
    top = _MARGIN + _HEADER
    for index, row in enumerate(shown, start=1):
        row.draw(page, top)
        top += row.height + _ROW_GAP
        tick(index / len(shown))
    if hidden:
        _draw_page_number(page, f"{hidden:,} more in the PDF")
    page.save(out, "PNG", dpi=(DPI, DPI))


def _draw_header(page: Image.Image, title: str, summary: str) -> None:
    draw = ImageDraw.Draw(page)
    right, baseline = page.width - _MARGIN, _MARGIN + 40
    small, bold = load_font(18), load_font(34, bold=True)
    draw.text((right, baseline), summary, fill=MUTED, font=small, anchor="rs")
    room = right - _MARGIN - small.getlength(summary) - 40
    line = wrap_text(" ".join(title.split()), bold, room, max_lines=1)[0]
    draw.text((_MARGIN, baseline), line, fill=INK, font=bold, anchor="ls")
    draw.line((_MARGIN, baseline + 26, right, baseline + 26), fill=RULE, width=2)


def _draw_page_number(page: Image.Image, text: str) -> None:
    place = (page.width - _MARGIN, page.height - _MARGIN + 18)
    ImageDraw.Draw(page).text(place, text, fill=MUTED, font=load_font(14), anchor="rs")
