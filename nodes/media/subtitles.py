"""Subtitles as data: from a dialogue, from SubRip text (.srt), and to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import ErrorKind, TaskError

_TIMES = re.compile(
    r"\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})\s*-->"
    r"\s*(\d{1,3}):(\d{1,2}):(\d{1,2})[,.](\d{1,3})"
)
_SPEAKER = re.compile(r"\s*([^\W\d_][^:\n]{0,40}?)\s*(?:\([^)]*\))?\s*:\s+(?=\S)")
_TAGS = re.compile(r"</?[a-zA-Z][^<>\n]{0,80}>|\{\\[^{}\n]{0,80}\}")
_MAX_CUES = 20_000
_SHORTEST_LINE = 12
"""Characters that a line counts as at least, so that a `Yes.` can be read too."""


@dataclass(frozen=True)
class Cue:
    """One subtitle."""

    start: float
    """Seconds."""
    end: float
    """Seconds; the text is gone then."""
    text: str


def cues_of(text: str, seconds: float, *, speaker_names: bool = True) -> list[Cue]:
    """Return the lines of a dialogue one after another over a time, longer ones for longer.

    Args:
        text: One line a speech, as `NAME: words` or just the words.
        seconds: How long they are shown together.
        speaker_names: Whether the names are shown.
    """
    lines = [line.strip() for line in text.splitlines()]
    if not speaker_names:
        lines = [_SPEAKER.sub("", line, count=1) for line in lines]
    lines = [line for line in lines if line]
    weights = [max(_SHORTEST_LINE, len(line)) for line in lines]
    cues = []
    spent, total = 0, sum(weights)
    for line, weight in zip(lines, weights, strict=True):
        start, end = spent / total * seconds, (spent + weight) / total * seconds
        cues.append(Cue(start, end, line))
        spent += weight
    return cues


def parse_srt(text: str) -> list[Cue]:
    """Return the subtitles of SubRip text, in the order of time, without styling tags.

    Raises:
        TaskError: There are none, or a block is not one; the message names its line.
    """
    cues = []
    lines = text.lstrip("\ufeff").splitlines()
    number = 0
    while number < len(lines):
        times = _TIMES.match(lines[number])
        if times is None:
            _expect_counter(lines[number], number + 1)
            number += 1
            continue
        first = number + 1
        number = first
        while number < len(lines) and lines[number].strip():
            number += 1
        cues.append(_cue(times, lines[first:number]))
        if len(cues) > _MAX_CUES:
            raise TaskError(f"There are more than {_MAX_CUES:,} subtitles.", kind=ErrorKind.INVALID)
    return sorted(
        (cue for cue in cues if cue.text and cue.end > cue.start), key=lambda cue: cue.start
    )


def _expect_counter(line: str, number: int) -> None:
    if line.strip() and not line.strip().isdigit():
        raise TaskError(
            f"Line {number} of the subtitles is no number and no time: {line.strip()[:60]!r}.",
            kind=ErrorKind.INVALID,
            hint="A subtitle is a number, a line `00:00:01,000 --> 00:00:02,500`, its text, and"
            " an empty line.",
        )


def _cue(times: re.Match[str], lines: Sequence[str]) -> Cue:
    values = times.groups()
    text = _TAGS.sub("", "\n".join(line.strip() for line in lines)).strip()
    return Cue(_seconds(values[:4]), _seconds(values[4:]), text)


def _seconds(parts: Sequence[str]) -> float:
    hours, minutes, seconds, fraction = parts
    whole = int(hours) * 3600 + int(minutes) * 60 + int(seconds)
    return (whole * 1000 + int(fraction.ljust(3, "0"))) / 1000


def write_srt(cues: Sequence[Cue], out: Path) -> None:
    """Write subtitles as SubRip text; no subtitles give an empty file."""
    blocks = [
        f"{number}\n{_time(cue.start)} --> {_time(cue.end)}\n{_body(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    ]
    out.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def _body(text: str) -> str:
    # An empty line would end the subtitle.
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def _time(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"
