"""When each word of a speech is spoken, and subtitles made of that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.media.subtitles import Cue

_LONGEST_CUE = 80
"""Characters: two lines on a screen."""
_LONGEST_SECONDS = 6.0
_PAUSE = 0.7
"""Seconds of silence after which a new subtitle begins."""
_ENDS = (".", "!", "?", "…", "。", "！", "？")
_MAX_WORDS = 200_000


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word, and when it is heard; seconds from the beginning of the sound."""

    text: str
    start: float
    end: float


def read_timing(data: Any, seconds: float) -> list[SpokenWord]:
    """Return the words of a model's answer, `{"timing": [{"text", "start", "end"}]}`, in order.

    Args:
        data: The answer, which may be anything.
        seconds: Length of the sound; no word ends later.

    Returns:
        The words; empty where the answer has no times, or some that cannot be.
    """
    rows = data.get("timing") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or len(rows) > _MAX_WORDS:
        return []
    words: list[SpokenWord] = []
    heard = 0.0
    for row in rows:
        word = _word(row, seconds)
        if word is None or word.start < heard - _PAUSE:
            return []
        if word.text:
            words.append(word)
            heard = word.start
    return words


def _word(row: Any, seconds: float) -> SpokenWord | None:
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        return None
    times = [row.get("start"), row.get("end")]
    if not all(isinstance(t, int | float) and math.isfinite(t) for t in times):
        return None
    start, end = (min(max(0.0, float(t)), seconds) for t in times if t is not None)
    return SpokenWord(row["text"].strip(), start, max(start, end))


def spread(text: str, seconds: float) -> list[SpokenWord]:
    """Return the words of a text over a time, longer words for longer: a guess, for want of more.

    Args:
        text: What is spoken.
        seconds: How long it takes.
    """
    words = text.split()
    weights = [len(word) + 1 + 3 * word.endswith(_ENDS) for word in words]
    spent, total = 0, sum(weights)
    spoken = []
    for word, weight in zip(words, weights, strict=True):
        start, spent = spent, spent + weight
        spoken.append(SpokenWord(word, start / total * seconds, spent / total * seconds))
    return spoken


def cues_from_words(words: Sequence[SpokenWord]) -> list[Cue]:
    """Return subtitles of spoken words: a sentence each, longer ones in parts that can be read."""
    groups: list[list[SpokenWord]] = []
    for word in words:
        if not groups or _begins_anew(groups[-1], word):
            groups.append([])
        groups[-1].append(word)
    return [_cue(group) for group in groups]


def _begins_anew(group: Sequence[SpokenWord], word: SpokenWord) -> bool:
    length = sum(len(each.text) + 1 for each in group) + len(word.text)
    return (
        group[-1].text.endswith(_ENDS)
        or word.start - group[-1].end > _PAUSE
        or length > _LONGEST_CUE
        or word.end - group[0].start > _LONGEST_SECONDS
    )


def _cue(group: Sequence[SpokenWord]) -> Cue:
    return Cue(group[0].start, group[-1].end, " ".join(word.text for word in group))
