"""One panel of a contact sheet: a picture and the words under it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from engine.errors import TaskError
from engine.values import Shot
from nodes.media.loading import flattened, load, picture_size
from nodes.typography import load_font, reads_right_to_left, wrap_text

INK = (28, 28, 30)
MUTED = (122, 122, 128)
RULE = (214, 214, 218)
FILL = (244, 244, 246)

_TALLEST = 620
_CAPTION, _SMALL, _NUMBER = 17, 14, 22
_LEADING = 1.32
_CAPTION_LINES, _DIALOGUE_LINES = 4, 5
_SLANT = 0.2
_SIZE_PREFIX = re.compile(r"^[^:,.]{3,40}: (?=\S)")


def timecode(seconds: float) -> str:
    """Return a running time as `1:05`, or `1:02:05` from an hour on."""
    whole = int(seconds + 0.5)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def draw_line(
    page: Image.Image,
    place: tuple[int, int],
    text: str,
    font: ImageFont.FreeTypeFont,
    color: tuple[int, int, int],
    right: int | None = None,
) -> None:
    """Draw a line of text from its left end, or up to its `right` end where one is given."""
    x, anchor = (place[0], "la") if right is None else (right, "ra")
    ImageDraw.Draw(page).text((x, place[1]), text, fill=color, font=font, anchor=anchor)


def draw_slanted(
    page: Image.Image, place: tuple[int, int], text: str, font: ImageFont.FreeTypeFont
) -> None:
    """Draw a line in an oblique cut of a font that has none."""
    width, height = int(font.getlength(text)) + 2, int(font.size * 1.4)
    lean = int(height * _SLANT)
    mask = Image.new("L", (width + 2 * lean, height))
    ImageDraw.Draw(mask).text((lean, 0), text, fill=255, font=font)
    shear = (1, _SLANT, -_SLANT * height * 0.75, 0, 1, 0)
    mask = mask.transform(
        mask.size, Image.Transform.AFFINE, shear, resample=Image.Resampling.BICUBIC
    )
    page.paste(INK, (place[0] - lean, place[1]), mask)


@dataclass(frozen=True)
class Panel:
    """A shot on the sheet, `width` pixels wide."""

    shot: Shot
    picture: Path
    start: float
    """Seconds from the beginning of the film."""
    width: int

    @cached_property
    def picture_size(self) -> tuple[int, int]:
        """The size at which the picture is shown, in its own shape.

        Raises:
            TaskError: The picture cannot be read.
        """
        with self._naming():
            width, height = picture_size(self.picture)
        tallest = min(_TALLEST, self.width * 3 // 4)
        scale = min(self.width / width, tallest / height)
        return max(1, round(width * scale)), max(1, round(height * scale))

    @contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            yield
        except TaskError as error:
            raise TaskError(
                f"the picture of shot {self.shot.number} cannot be read: {error.message}",
                kind=error.kind,
                hint="Make the picture again, or take another file.",
            ) from error

    @property
    def _action(self) -> str:
        return _SIZE_PREFIX.sub("", self.shot.prompt)

    @cached_property
    def caption(self) -> list[str]:
        """What is seen, in lines; the shot size is told beside it."""
        return wrap_text(self._action, load_font(_CAPTION), self.width, max_lines=_CAPTION_LINES)

    @cached_property
    def filming(self) -> list[str]:
        """Camera and motion, in lines."""
        words = "  ·  ".join(part for part in (self.shot.camera, self.shot.motion) if part)
        return wrap_text(words, load_font(_SMALL), self.width, max_lines=2) if words else []

    @cached_property
    def dialogue(self) -> list[str]:
        """What is said, in lines."""
        if not self.shot.dialogue:
            return []
        font = load_font(_SMALL + 1)
        return wrap_text(self.shot.dialogue, font, self.width - 22, max_lines=_DIALOGUE_LINES)

    @cached_property
    def text_height(self) -> int:
        """Pixels that all words take."""
        heights = [_NUMBER + 18, len(self.caption) * _line(_CAPTION)]
        if self.filming:
            heights.append(8 + len(self.filming) * _line(_SMALL))
        if self.dialogue:
            heights.append(12 + len(self.dialogue) * _line(_SMALL + 1))
        return sum(heights)

    def draw(self, page: Image.Image, left: int, top: int, picture_height: int) -> None:
        """Draw the panel; pictures of one row stand on one line.

        Raises:
            TaskError: The picture cannot be read.
        """
        draw = ImageDraw.Draw(page)
        self._draw_picture(page, draw, left, top, picture_height)
        y = top + picture_height + 14
        self._draw_numbers(draw, left, y)
        y += _NUMBER + 8
        right = self._right_end(self._action, left)
        y = self._draw_lines(page, (left, y), self.caption, _CAPTION, INK, right)
        if self.filming:
            y = self._draw_lines(page, (left, y + 6), self.filming, _SMALL, MUTED)
        if self.dialogue:
            y += 10
            font = load_font(_SMALL + 1)
            height = len(self.dialogue) * _line(_SMALL + 1)
            right = self._right_end(self.shot.dialogue, left)
            edge = left + 1 if right is None else right - 2
            draw.line((edge, y, edge, y + height - 6), fill=RULE, width=3)
            for index, line in enumerate(self.dialogue):
                place = (left + 18, y + index * _line(_SMALL + 1))
                if right is None:
                    draw_slanted(page, place, line, font)
                else:
                    # Scripts that run from right to left have no oblique cut.
                    draw_line(page, place, line, font, INK, right - 18)

    def _right_end(self, text: str, left: int) -> int | None:
        """Return where lines end that run from right to left; nothing for all others."""
        return left + self.width if reads_right_to_left(text) else None

    def _draw_picture(
        self, page: Image.Image, draw: ImageDraw.ImageDraw, left: int, top: int, room: int
    ) -> None:
        width, height = self.picture_size
        x, y = left + (self.width - width) // 2, top + (room - height) // 2
        if width < self.width:
            draw.rectangle((left, top, left + self.width - 1, top + room - 1), fill=FILL)
        with self._naming():
            image = flattened(load(self.picture, shown=(width, height)))
        small = image.resize((width, height), Image.Resampling.LANCZOS)
        page.paste(small, (x, y))
        draw.rectangle((x, y, x + width - 1, y + height - 1), outline=RULE)

    def _draw_numbers(self, draw: ImageDraw.ImageDraw, left: int, y: int) -> None:
        baseline = y + _NUMBER - 4
        number = str(self.shot.number)
        bold, small = load_font(_NUMBER, bold=True), load_font(_SMALL)
        draw.text((left, baseline), number, fill=INK, font=bold, anchor="ls")
        after = left + bold.getlength(number) + 12
        draw.text((after, baseline), timecode(self.start), fill=MUTED, font=small, anchor="ls")
        seconds = f"{self.shot.seconds:g} s"
        right = left + self.width
        draw.text((right, baseline), seconds, fill=INK, font=load_font(_CAPTION), anchor="rs")

    @staticmethod
    def _draw_lines(
        page: Image.Image,
        place: tuple[int, int],
        lines: list[str],
        size: int,
        color: tuple[int, int, int],
        right: int | None = None,
    ) -> int:
        left, y = place
        for line in lines:
            draw_line(page, (left, y), line, load_font(size), color, right)
            y += _line(size)
        return y


def _line(size: int) -> int:
    return round(size * _LEADING)
